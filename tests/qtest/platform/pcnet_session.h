/* SPDX-License-Identifier: MIT */
/*
 * pcnet_session.h - sessions of the pcnet miniport on QEMU's pcnet, through an interposer
 */
#ifndef TESTS_QTEST_PLATFORM_PCNET_SESSION_H
#define TESTS_QTEST_PLATFORM_PCNET_SESSION_H

#include "../../../miniports/pcnet/pcnet_oids.h"
#include "../../../miniports/pcnet/pcnet_regs.h"
#include "interposer.h"
#include "session.h"

#define PCNET_KEYWORDS 5

/** struct pcnet_scene - how to start; keywords end with the first that is NULL. */
struct pcnet_scene {
	const char *name;
	struct shim_adapter_options options;
	struct shim_parameter keywords[PCNET_KEYWORDS + 1];
};

/** struct pcnet_session - @chip: between the library and the platform. */
struct pcnet_session {
	struct session s;
	struct interposer chip;
};

/** pcnet_open() - QEMU, platform and driver; the adapter is not started. */
void pcnet_open(struct pcnet_session *p);

/** pcnet_initialize() - MiniportInitialize, in the checking mode.  Return: as
 * session_initialize(). */
int pcnet_initialize(struct pcnet_session *p, const struct pcnet_scene *scene);

/** pcnet_begin() - the same with success, and a packet filter. */
void pcnet_begin(struct pcnet_session *p, const struct pcnet_scene *scene);

/** pcnet_start() - pcnet_open(), pcnet_begin(). */
void pcnet_start(struct pcnet_session *p, const struct pcnet_scene *scene);

/** pcnet_close() - everything ends; nothing is left behind, and the chip is stopped. */
void pcnet_close(struct pcnet_session *p);

/** pcnet_chip_register() - a CSR, as the chip tells it. */
uint16_t pcnet_chip_register(struct pcnet_session *p, unsigned int number);

/** pcnet_statistics() - OID_PCNET_DRIVER_STATISTICS. */
struct pcnet_driver_statistics pcnet_statistics(struct pcnet_session *p);

/** pcnet_block() - the initialization block, where the chip was told it is. */
const struct pcnet_block *pcnet_block(struct pcnet_session *p);

/** pcnet_receive_ring(), pcnet_transmit_ring() - the descriptors. */
volatile struct pcnet_descriptor *pcnet_receive_ring(struct pcnet_session *p);
volatile struct pcnet_descriptor *pcnet_transmit_ring(struct pcnet_session *p);

/** pcnet_inject() - frame @number comes in; the session expects nothing yet. */
void pcnet_inject(struct pcnet_session *p, unsigned int number, unsigned int length);

/** pcnet_wait_back() - until the chip has given receive descriptor @slot back. */
void pcnet_wait_back(struct pcnet_session *p, unsigned int slot);

#endif /* TESTS_QTEST_PLATFORM_PCNET_SESSION_H */
