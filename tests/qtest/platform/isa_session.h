/* SPDX-License-Identifier: MIT */
/*
 * isa_session.h - the isa-dma-nic miniport, the very file that is installed, on the qtest platform
 *
 * Frames have numbers, from which their length and bytes follow.  A function that cannot do what it
 * promises fails the test.
 */
#ifndef TESTS_QTEST_PLATFORM_ISA_SESSION_H
#define TESTS_QTEST_PLATFORM_ISA_SESSION_H

#include "../../../miniports/isa-dma-nic/isa_nic_oids.h"
#include "fixture.h"
#include "include/ndis_shim.h"

/** ISA_PORT, ISA_IRQ - where the device is unless a test says otherwise. */
#define ISA_PORT 0x300
#define ISA_IRQ	 5

#define ISA_KEYWORDS 6

/**
 * struct isa_scene - what to start
 * @device: resources of the device.
 * @resources: what the platform is told; NULL: the same.
 * @keywords: configuration of the miniport; ends with the first that is NULL.
 * @header_bytes: frames to send come in two buffers, the first of this length; 0: in one.
 */
struct isa_scene {
	struct platform_isa device;
	const struct platform_isa *resources;
	struct shim_parameter keywords[ISA_KEYWORDS + 1];
	unsigned int header_bytes;
	enum shim_verify verify;
};

/**
 * struct isa_session - members are for reading
 * @adapter: NULL: it did not start.
 * @completed, @failed: sends that ended well, and otherwise; @last_status: of the last of them.
 * @link_changes: how often the miniport told of the link; @link_up: what it said last.
 * @received: frames indicated; each is compared with the next number from @expected_from on.
 * @log: what the library logged.
 */
struct isa_session {
	struct fixture *f;
	void *library;
	struct shim_driver *driver;
	struct shim_adapter *adapter;
	unsigned int completed;
	unsigned int failed;
	int32_t last_status;
	unsigned int link_changes;
	bool link_up;
	unsigned int received;
	unsigned int expected_from;
	unsigned char received_to[6];
	FILE *log;
	char *log_text;
	size_t log_size;
};

/** isa_scene() - a device on @channel, nothing else. */
struct isa_scene isa_scene(unsigned int channel);

/** isa_scene_set() - one keyword more; @value in decimal. */
void isa_scene_set(struct isa_scene *scene, const char *keyword, const char *value);

/** isa_open() - QEMU, platform and driver; the adapter is not started. */
void isa_open(struct isa_session *s, const struct isa_scene *scene);

/** isa_start() - MiniportInitialize.  Return: what shim_adapter_start() returned. */
int isa_start(struct isa_session *s, const struct isa_scene *scene);

/** isa_run() - isa_open(), isa_start() with success, and a packet filter. */
void isa_run(struct isa_session *s, const struct isa_scene *scene);

/** isa_stop() - MiniportHalt.  Return: things left behind. */
unsigned int isa_stop(struct isa_session *s);

/** isa_close() - everything ends.  Nothing may have been left behind, and no rule broken. */
void isa_close(struct isa_session *s);

/** isa_set_filter() - OID_GEN_CURRENT_PACKET_FILTER. */
void isa_set_filter(struct isa_session *s, uint32_t filter);

/** isa_driver_statistics() - OID_ISA_NIC_DRIVER_STATISTICS. */
struct isa_nic_driver_statistics isa_driver_statistics(struct isa_session *s);

/** isa_length() - bytes of frame @number, 14 to 1514, odd and even ones. */
unsigned int isa_length(unsigned int number);

/** isa_send() - give frame @number to the library. */
void isa_send(struct isa_session *s, unsigned int number);

/** isa_send_bytes() - give a frame of @length bytes to the library, whatever its number would say.
 */
void isa_send_bytes(struct isa_session *s, size_t length);

/** isa_expect_on_wire() - frame @number comes out, padded to 60 bytes. */
void isa_expect_on_wire(struct isa_session *s, unsigned int number);

/** isa_inject() - frame @number comes in. */
void isa_inject(struct isa_session *s, unsigned int number);

/** isa_run_until() - run the library until *@counter is @wanted, and no more. */
void isa_run_until(struct isa_session *s, const unsigned int *counter, unsigned int wanted);

/** isa_run_for() - run the library for a time, so that what must not happen could. */
void isa_run_for(struct isa_session *s, unsigned int milliseconds);

/** isa_exchange() - @count frames from @first on go out, and as many come in, mixed. */
void isa_exchange(struct isa_session *s, unsigned int first, unsigned int count);

/** isa_logged() - the library has logged @words. */
void isa_logged(struct isa_session *s, const char *words);

#endif /* TESTS_QTEST_PLATFORM_ISA_SESSION_H */
