/* SPDX-License-Identifier: MIT */
/*
 * isa_session.h - sessions of the isa-dma-nic miniport: how they start, and their frames
 *
 * Frames have numbers, from which their length and bytes follow.  The rest is session.h.
 */
#ifndef TESTS_QTEST_PLATFORM_ISA_SESSION_H
#define TESTS_QTEST_PLATFORM_ISA_SESSION_H

#include "../../../miniports/isa-dma-nic/isa_nic_oids.h"
#include "session.h"

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

/** isa_scene() - a device on @channel, nothing else. */
struct isa_scene isa_scene(unsigned int channel);

/** isa_scene_set() - one keyword more; @value in decimal. */
void isa_scene_set(struct isa_scene *scene, const char *keyword, const char *value);

/** isa_open() - QEMU, platform and driver; the adapter is not started. */
void isa_open(struct session *s, const struct isa_scene *scene);

/** isa_start() - MiniportInitialize.  Return: what shim_adapter_start() returned. */
int isa_start(struct session *s, const struct isa_scene *scene);

/** isa_run() - isa_open(), isa_start() with success, and a packet filter. */
void isa_run(struct session *s, const struct isa_scene *scene);

/** isa_driver_statistics() - OID_ISA_NIC_DRIVER_STATISTICS. */
struct isa_nic_driver_statistics isa_driver_statistics(struct session *s);

/** isa_length() - bytes of frame @number, 14 to 1514, odd and even ones. */
unsigned int isa_length(unsigned int number);

/** isa_send() - give frame @number to the library. */
void isa_send(struct session *s, unsigned int number);

/** isa_expect_on_wire() - frame @number comes out, padded to 60 bytes. */
void isa_expect_on_wire(struct session *s, unsigned int number);

/** isa_inject() - frame @number comes in. */
void isa_inject(struct session *s, unsigned int number);

/** isa_run_for() - run the library for a time, so that what must not happen could. */
void isa_run_for(struct session *s, unsigned int milliseconds);

/** isa_exchange() - @count frames from @first on go out, and as many come in, mixed. */
void isa_exchange(struct session *s, unsigned int first, unsigned int count);

#endif /* TESTS_QTEST_PLATFORM_ISA_SESSION_H */
