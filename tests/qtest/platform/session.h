/* SPDX-License-Identifier: MIT */
/*
 * session.h - the sgnic miniport, the very file that is installed, on the qtest platform
 *
 * Frames have a number and a length, from which their bytes follow.  A function that cannot do
 * what it promises fails the test.
 */
#ifndef TESTS_QTEST_PLATFORM_SESSION_H
#define TESTS_QTEST_PLATFORM_SESSION_H

#include "fixture.h"
#include "include/ndis_shim.h"

/**
 * struct session - members are for reading
 * @completed, @failed: sends that ended with success, and otherwise; @status: how the last one did.
 * @received: frames indicated.
 * @link_changes, @link_up: as the miniport indicates it.
 * @log: what the library and the miniport logged.
 */
struct session {
	struct fixture *f;
	void *library;
	struct shim_driver *driver;
	struct shim_adapter *adapter;
	unsigned int completed;
	unsigned int failed;
	int32_t status;
	unsigned int received;
	unsigned int expected_number;
	unsigned int expected_length;
	unsigned int link_changes;
	bool link_up;
	FILE *log;
	char *log_text;
	size_t log_size;
};

/** session_options() - policy remap, MSI-X, nothing else. */
struct shim_adapter_options session_options(void);

/** session_start() - QEMU with @properties of sgnic, platform, driver, adapter, packet filter. */
void session_start(struct session *s, const char *properties,
		   const struct shim_adapter_options *options);

/** session_stop() - everything ends; no rule was broken, nothing left behind. */
void session_stop(struct session *s);

/** session_submit() - give frame @number of @length bytes to the library. */
void session_submit(struct session *s, unsigned int number, unsigned int length);

/** session_expect_on_wire() - it comes out. */
void session_expect_on_wire(struct session *s, unsigned int number, unsigned int length);

/** session_inject() - frame @number comes in. */
void session_inject(struct session *s, unsigned int number, unsigned int length);

/** session_send(), session_receive() - the whole way, with success. */
void session_send(struct session *s, unsigned int number, unsigned int length);
void session_receive(struct session *s, unsigned int number, unsigned int length);

/** session_run_until() - run the library until *@counter is @wanted, and no more. */
void session_run_until(struct session *s, const unsigned int *counter, unsigned int wanted);

/** session_run() - run the library until nothing is due any more. */
void session_run(struct session *s);

/** session_check() - a period of MiniportCheckForHang is over; a reset that it asks for is made. */
void session_check(struct session *s);

/** session_logged() - @words were logged since the start. */
void session_logged(struct session *s, const char *words);

/** session_not_logged() - they were not. */
void session_not_logged(struct session *s, const char *words);

#endif /* TESTS_QTEST_PLATFORM_SESSION_H */
