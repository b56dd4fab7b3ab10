/* SPDX-License-Identifier: MIT */
/*
 * session.h - a miniport, the very file that is installed, on the qtest platform
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
 * @received: frames indicated; the next one is @expected_number, of @expected_length bytes.
 * @length_of: to be set by a test whose frames come one after the other: how long frame @number is;
 *	the next one is the one after it.  Destinations are not compared then, but kept in
 *	@destination.
 * @expected: the bytes of the next frame, where they do not follow from a number; else NULL.
 * @information: what the miniport told beside the last frame.
 * @link_changes, @link_up: as the miniport indicates it.
 * @asked_back: times the device was said to be gone.
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
	unsigned int (*length_of)(unsigned int number);
	unsigned char destination[6];
	const unsigned char *expected;
	struct shim_packet_information information;
	unsigned int link_changes;
	bool link_up;
	unsigned int asked_back;
	FILE *log;
	char *log_text;
	size_t log_size;
};

/** session_options() - policy remap, MSI-X, nothing else. */
struct shim_adapter_options session_options(void);

/** session_load() - the driver in the file that the environment's @variable names; @fixture belongs
 * to the session from now on. */
void session_load(struct session *s, struct fixture *fixture, const char *variable,
		  const char *name);

/** session_initialize() - the adapter.  Return: as shim_adapter_start(). */
int session_initialize(struct session *s, const struct shim_adapter_options *options);

/** session_set_filter() - OID_GEN_CURRENT_PACKET_FILTER. */
void session_set_filter(struct session *s, uint32_t filter);

/** session_halt() - the adapter's end; no rule was broken.  Return: things left behind. */
unsigned int session_halt(struct session *s);

/**
 * struct session_nic - a PCI NIC of QEMU and the miniport for it
 * @device: type and properties, as for -device.
 * @variable: of the environment, with the miniport's file.
 */
struct session_nic {
	const char *name;
	const char *device;
	const char *variable;
};

/**
 * session_start_nic() - QEMU with @nic, platform, driver, adapter, packet filter
 *
 * Some seconds pass for the device, in which its link and its receiver come up.
 */
void session_start_nic(struct session *s, const struct session_nic *nic,
		       const struct shim_adapter_options *options);

/** session_settle() - these seconds pass again, after another start or another packet filter. */
void session_settle(struct session *s);

/** session_start() - the same with sgnic and @properties, or none (NULL). */
void session_start(struct session *s, const char *properties,
		   const struct shim_adapter_options *options);

/** session_stop() - everything ends; no rule was broken, nothing left behind.  There need not be an
 * adapter. */
void session_stop(struct session *s);

/** session_submit() - give frame @number of @length bytes to the library. */
void session_submit(struct session *s, unsigned int number, unsigned int length);

/** session_expect_on_wire() - it comes out. */
void session_expect_on_wire(struct session *s, unsigned int number, unsigned int length);

/** session_frame() - a frame of the library with these bytes, as session_submit_bytes() would give. */
struct shim_frame *session_frame(struct session *s, const unsigned char *bytes, unsigned int length,
				 const struct shim_packet_information *information);

/** session_submit_frames() - give several of them at once. */
void session_submit_frames(struct session *s, struct shim_frame *const *frames,
			   const size_t *lengths, unsigned int count);

/**
 * session_submit_bytes() - give any frame to the library
 * @information: what is to be told beside it, or NULL.
 */
void session_submit_bytes(struct session *s, const unsigned char *bytes, unsigned int length,
			  const struct shim_packet_information *information);

/** session_receive_bytes() - any frame comes in, and is indicated as @expected. */
void session_receive_bytes(struct session *s, const unsigned char *bytes, unsigned int length,
			   const unsigned char *expected, unsigned int expected_length);

/** session_inject() - frame @number comes in. */
void session_inject(struct session *s, unsigned int number, unsigned int length);

/** session_send(), session_receive() - the whole way, with success. */
void session_send(struct session *s, unsigned int number, unsigned int length);
void session_receive(struct session *s, unsigned int number, unsigned int length);

/** session_exchange() - @count frames of all lengths from 60 to 1514 bytes go out, a few at a time,
 * then as many come in, one by one. */
void session_exchange(struct session *s, unsigned int count);

/** session_exchange_length() - of the frame @number of @count in that. */
unsigned int session_exchange_length(unsigned int number, unsigned int count);

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
