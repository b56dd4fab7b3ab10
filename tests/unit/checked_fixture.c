/* SPDX-License-Identifier: MIT */
/*
 * checked_fixture.c - see checked_fixture.h
 */
#include "checked_fixture.h"

#include <stdlib.h>
#include <string.h>

#define RUNS 4u

unsigned char *checked_memory;

NDIS_STATUS checked_initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	return NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_32BITS, CHECKED_REGISTERS,
					 CHECKED_MAXIMUM);
}

void checked_halt(struct ndis_fixture *f)
{
	NdisMFreeMapRegisters(f->handle);
}

void checked_prepare(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	checked_memory = aligned_alloc(PAGE, 16 * PAGE);
	fill(checked_memory, 16 * PAGE, 3);
	f->options.dma.policy = (enum dma_policy)GPOINTER_TO_INT(data);
	f->options.verify = SHIM_VERIFY_REPORT;
	f->hooks.initialize = checked_initialize;
	f->hooks.halt = checked_halt;
}

void checked_set_up(struct ndis_fixture *f, gconstpointer data)
{
	checked_prepare(f, data);
	g_assert_cmpint(fixture_start(f), ==, 0);
}

void checked_tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
	free(checked_memory);
}

uint64_t checked_start(struct ndis_fixture *f, PNDIS_BUFFER buffer, ULONG index, BOOLEAN to_device)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[RUNS];
	UINT count;

	NdisMStartBufferPhysicalMapping(f->handle, buffer, index, to_device, runs, &count);
	return count ? (uint64_t)runs[0].PhysicalAddress.QuadPart : 0;
}

void checked_complete(struct ndis_fixture *f, PNDIS_BUFFER buffer, ULONG index)
{
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, index);
}

uint64_t checked_count_of(struct ndis_fixture *f, unsigned int code)
{
	return fixture_statistics(f).verify.codes[code];
}

/* One violation with number @code was logged, and the log has each of the texts, up to NULL. */
void checked_expect(struct ndis_fixture *f, unsigned int code, const char *const *texts)
{
	g_autofree char *number = g_strdup_printf("(DMA verification 0x%02X", code);

	for (; *texts; texts++) {
		if (!strstr(fixture_log(f), *texts))
			g_error("\"%s\" is not in the log: %s", *texts, fixture_log(f));
	}
	fixture_expect_violation(f, number);
}

void checked_expect_none(struct ndis_fixture *f)
{
	struct shim_statistics statistics = fixture_statistics(f);

	for (unsigned int i = 0; i < SHIM_VERIFY_CODES; i++)
		g_assert_cmpuint(statistics.verify.codes[i], ==, 0);
	g_assert_cmpuint(statistics.verify.uncoded, ==, 0);
	g_assert_cmpuint(statistics.violations, ==, 0);
}
