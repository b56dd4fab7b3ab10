/* SPDX-License-Identifier: MIT */
/*
 * known_bugs_fixture.c - see known_bugs_fixture.h
 */
#include "known_bugs_fixture.h"

#include <stdlib.h>
#include <string.h>

struct known_bugs_plan plan;

NDIS_STATUS allocate(struct ndis_fixture *f, ULONG count, ULONG maximum)
{
	return NdisMAllocateMapRegisters(f->handle, 0, plan.size, count, maximum);
}

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	if (plan.during)
		plan.during(f);
	if (plan.count)
		g_assert_cmpint(allocate(f, plan.count, plan.maximum), ==, NDIS_STATUS_SUCCESS);
	return NDIS_STATUS_SUCCESS;
}

static void halt(struct ndis_fixture *f)
{
	if (plan.count)
		NdisMFreeMapRegisters(f->handle);
}

void known_bugs_set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	f->options.dma.policy = DMA_POLICY_REMAP;
	f->hooks.initialize = initialize;
	f->hooks.halt = halt;
	plan = (struct known_bugs_plan){.size = NDIS_DMA_32BITS, .count = 4, .maximum = 1514};
	plan.memory = aligned_alloc(PAGE, KNOWN_BUGS_MEMORY);
	fill(plan.memory, KNOWN_BUGS_MEMORY, 5);
}

void known_bugs_tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
	free(plan.memory);
}

void start(struct ndis_fixture *f)
{
	g_assert_cmpint(fixture_start(f), ==, 0);
}

UINT map(struct ndis_fixture *f, PNDIS_BUFFER buffer, ULONG index, bool to_device,
	 NDIS_PHYSICAL_ADDRESS_UNIT *runs)
{
	UINT count = 99;

	NdisMStartBufferPhysicalMapping(f->handle, buffer, index, to_device, runs, &count);
	return count;
}

UINT transmit(struct ndis_fixture *f, unsigned char *va, size_t length, ULONG index)
{
	g_autofree unsigned char *found = g_malloc(length);
	NDIS_PHYSICAL_ADDRESS_UNIT runs[32];
	PNDIS_BUFFER buffer = fixture_buffer(va, length);
	UINT count = map(f, buffer, index, true, runs);

	read_runs(f, runs, count, found, length);
	g_assert_true(!memcmp(found, va, length));
	for (UINT i = 0; i < count; i++)
		g_assert_cmphex((uint64_t)runs[i].PhysicalAddress.QuadPart, !=, 0);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, index);
	NdisFreeBuffer(buffer);
	return count;
}
