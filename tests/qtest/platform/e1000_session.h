/* SPDX-License-Identifier: MIT */
/*
 * e1000_session.h - sessions of the e1000 miniport on QEMU's e1000, in the checking mode
 */
#ifndef TESTS_QTEST_PLATFORM_E1000_SESSION_H
#define TESTS_QTEST_PLATFORM_E1000_SESSION_H

#include "../../../miniports/e1000/e1000_regs.h"
#include "session.h"

/** E1000_ADDRESS - of the chip's EEPROM */
#define E1000_ADDRESS "\x52\x54\x00\x12\x34\x99"

/** e1000_load() - QEMU, platform and driver; the adapter is not started. */
void e1000_load(struct session *s);

/**
 * e1000_initialize() - MiniportInitialize
 * @keywords: "Keyword=value Keyword=value", two at most; "": none.
 *
 * Return: as session_initialize().
 */
int e1000_initialize(struct session *s, const char *keywords, struct shim_adapter_options options);

/** e1000_start() - both, with success, and a packet filter. */
void e1000_start(struct session *s, const char *keywords, uint32_t filter);

/** e1000_set_filter() - the packet filter, and the time that the receiver takes. */
void e1000_set_filter(struct session *s, uint32_t filter);

/** e1000_counter(), e1000_number() - an OID of 8 or 4 bytes. */
uint64_t e1000_counter(struct session *s, uint32_t oid);
uint32_t e1000_number(struct session *s, uint32_t oid);

/**
 * e1000_shows_counters() - whether the chip's model shows more than the sums of frames
 *
 * That of QEMU 10.2 does not.  A broadcast frame has been sent.
 */
bool e1000_shows_counters(struct session *s);

/** e1000_put() - a frame comes in; the session expects nothing yet. */
void e1000_put(struct session *s, const void *frame, unsigned int length);

#endif /* TESTS_QTEST_PLATFORM_E1000_SESSION_H */
