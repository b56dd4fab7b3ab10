/* SPDX-License-Identifier: MIT */
/*
 * checked_fixture.h - a miniport with map registers in the checking mode
 *
 * Reports name checked_start() as the place that mapped a buffer.
 */
#ifndef CHECKED_FIXTURE_H
#define CHECKED_FIXTURE_H

#include "ndis_fixture.h"

#define CHECKED_REGISTERS 4u
#define CHECKED_MAXIMUM	  3000u

/* 16 pages to map. */
extern unsigned char *checked_memory;

/** checked_initialize(), checked_halt() - map registers, for MiniportInitialize and MiniportHalt.
 */
NDIS_STATUS checked_initialize(struct ndis_fixture *f, NDIS_HANDLE configuration);
void checked_halt(struct ndis_fixture *f);

/** checked_prepare() - all but starting the miniport; @data: policy. */
void checked_prepare(struct ndis_fixture *f, gconstpointer data);

/** checked_set_up(), checked_tear_down() - for g_test_add(). */
void checked_set_up(struct ndis_fixture *f, gconstpointer data);
void checked_tear_down(struct ndis_fixture *f, gconstpointer data);

/** checked_start() - NdisMStartBufferPhysicalMapping.  Return: the first logical address, or 0. */
uint64_t checked_start(struct ndis_fixture *f, PNDIS_BUFFER buffer, ULONG index, BOOLEAN to_device);

/** checked_complete() - NdisMCompleteBufferPhysicalMapping. */
void checked_complete(struct ndis_fixture *f, PNDIS_BUFFER buffer, ULONG index);

/** checked_count_of() - violations with this number. */
uint64_t checked_count_of(struct ndis_fixture *f, unsigned int code);

/** CHECKED_EXPECT() - one violation with number @code was logged, and the log has each of the
 * texts. */
#define CHECKED_EXPECT(f, code, ...)                                                               \
	checked_expect(f, code, (const char *const[]){__VA_ARGS__, NULL})
void checked_expect(struct ndis_fixture *f, unsigned int code, const char *const *texts);

/** checked_expect_none() - no violation. */
void checked_expect_none(struct ndis_fixture *f);

#endif /* CHECKED_FIXTURE_H */
