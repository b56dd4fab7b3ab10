/* SPDX-License-Identifier: MIT */
/*
 * What published miniports do in their interrupt handlers: ask for more receive memory, complete
 * sends that let refused ones go again.
 */
#include <string.h>

#include "ndis_send_fixture.h"

#define AREA 6000

static NDIS_MINIPORT_INTERRUPT interrupt;

/* The receive area, as it grows. */
static struct {
	unsigned int wanted, requests, areas, refusals;
	PVOID va[8];
	NDIS_PHYSICAL_ADDRESS logical[8];
} area;

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	unsigned char room[512];
	PNDIS_RESOURCE_LIST list = (PNDIS_RESOURCE_LIST)(void *)room;
	UINT size = sizeof(room), vector = 0, level = 0;
	NDIS_STATUS status;

	NdisMQueryAdapterResources(&status, configuration, list, &size);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	for (ULONG i = 0; i < list->Count; i++) {
		if (list->PartialDescriptors[i].Type != CmResourceTypeInterrupt)
			continue;
		vector = list->PartialDescriptors[i].u.Interrupt.Vector;
		level = list->PartialDescriptors[i].u.Interrupt.Level;
	}
	g_assert_cmpint(NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_32BITS, 8, 1514), ==,
			NDIS_STATUS_SUCCESS);
	return NdisMRegisterInterrupt(&interrupt, f->handle, vector, level, TRUE, TRUE,
				      NdisInterruptLevelSensitive);
}

static void free_areas(struct ndis_fixture *f)
{
	while (area.areas) {
		area.areas--;
		NdisMFreeSharedMemory(f->handle, AREA, TRUE, area.va[area.areas],
				      area.logical[area.areas]);
	}
}

static void halt(struct ndis_fixture *f)
{
	NdisMDeregisterInterrupt(&interrupt);
	free_areas(f);
	NdisMFreeMapRegisters(f->handle);
}

static void grow(struct ndis_fixture *f)
{
	for (; area.requests < area.wanted; area.requests++)
		g_assert_cmpint(NdisMAllocateSharedMemoryAsync(f->handle, AREA, TRUE, &area), ==,
				NDIS_STATUS_PENDING);
	/* The areas that are asked for do not come before the handler has returned. */
	g_assert_cmpuint(area.areas, ==, 0);
}

static void take_area(struct ndis_fixture *f, PVOID va, PNDIS_PHYSICAL_ADDRESS logical,
		      ULONG length, PVOID context)
{
	unsigned char written[AREA];

	g_assert_true(context == &area);
	g_assert_cmpuint(length, ==, AREA);
	g_assert_cmpint(logical->QuadPart + AREA, <=, 0x100000000);
	/* The device receives into it. */
	fill(written, sizeof(written), area.areas);
	g_assert_cmpint(fake_device_write(f->platform, (logical_t){(uint64_t)logical->QuadPart},
					  written, AREA),
			==, 0);
	NdisMUpdateSharedMemory(f->handle, AREA, va, *logical);
	g_assert_cmpmem(va, AREA, written, AREA);
	area.va[area.areas] = va;
	area.logical[area.areas++] = *logical;
}

static void start(struct ndis_fixture *f, gconstpointer data)
{
	set_up(f, data);
	memset(&area, 0, sizeof(area));
	f->options.interrupt = PLATFORM_INTERRUPT_INTX;
	f->hooks.initialize = initialize;
	f->hooks.halt = halt;
	f->hooks.allocate_complete = take_area;
}

static void raise_interrupt(struct ndis_fixture *f)
{
	fake_raise_interrupt(f->platform);
	fixture_settle(f);
}

static void free_in_handler(struct ndis_fixture *f)
{
	free_areas(f);
}

/* Grown by one interrupt, shrunk by the next, grown again. */
static void test_grow(struct ndis_fixture *f, gconstpointer data)
{
	uint64_t before;

	g_assert_cmpint(fixture_start(f), ==, 0);
	before = fixture_statistics(f).dma.common_bytes;
	for (unsigned int round = 1; round <= 3; round++) {
		f->hooks.handle_interrupt = grow;
		area.wanted = area.requests + 4;
		raise_interrupt(f);
		g_assert_cmpuint(area.areas, ==, 4);
		g_assert_cmpuint(fixture_statistics(f).dma.common_bytes, >=, before + 4 * AREA);
		f->hooks.handle_interrupt = free_in_handler;
		raise_interrupt(f);
		g_assert_cmpuint(area.areas, ==, 0);
		g_assert_cmpuint(fixture_statistics(f).dma.common_bytes, ==, before);
	}
}

static void grow_in_isr(struct ndis_fixture *f, PBOOLEAN recognized, PBOOLEAN queue)
{
	if (NdisMAllocateSharedMemoryAsync(f->handle, AREA, TRUE, &area) == NDIS_STATUS_FAILURE)
		area.refusals++;
}

/* The routine that NDIS calls at the level of the device is too early: a mistake, which is told. */
static void test_isr(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.isr = grow_in_isr;
	g_assert_cmpint(fixture_start(f), ==, 0);
	raise_interrupt(f);
	g_assert_cmpuint(area.refusals, ==, 1);
	g_assert_cmpuint(area.areas, ==, 0);
	fixture_expect_violation(f, "NdisMAllocateSharedMemoryAsync: called at IRQL");
}

static void complete_one(struct ndis_fixture *f)
{
	complete(f, 0, NDIS_STATUS_SUCCESS);
}

static void tell_of_resources(struct ndis_fixture *f)
{
	capacity++;
	NdisMSendResourcesAvailable(f->handle);
}

/* A serialised miniport's refused sends go again, in order, when its handler made room. */
static void test_send_queue(struct ndis_fixture *f, gconstpointer data)
{
	f->without_send_packets = true;
	f->hooks.send = hold;
	capacity = 2;
	g_assert_cmpint(fixture_start(f), ==, 0);
	for (unsigned int i = 0; i < 8; i++)
		fixture_send(f, 100 + i, i);
	g_assert_cmpuint(held_count, ==, 2);
	/* Nothing is asked again before something has changed. */
	g_assert_cmpuint(calls, ==, 3);
	fixture_settle(f);
	g_assert_cmpuint(calls, ==, 3);

	f->hooks.handle_interrupt = complete_one;
	raise_interrupt(f);
	g_assert_cmpuint(held_count, ==, 2);
	expect_bytes(held[1], 102, 2);
	f->hooks.handle_interrupt = tell_of_resources;
	raise_interrupt(f);
	g_assert_cmpuint(held_count, ==, 3);
	expect_bytes(held[2], 103, 3);
	f->hooks.handle_interrupt = complete_one;
	for (unsigned int i = 1; i < 8; i++) {
		expect_bytes(held[0], 100 + i, i);
		raise_interrupt(f);
	}
	g_assert_cmpuint(held_count, ==, 0);
	fixture_expect_sent(f, 8, NDIS_STATUS_SUCCESS);
}

/* A card of four slots: a packet is copied to it and done with, the interrupt empties the slots. */
static struct {
	unsigned int used, refusals;
} slots;

static NDIS_STATUS copy_to_slot(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	if (slots.used == 4) {
		slots.refusals++;
		return NDIS_STATUS_RESOURCES;
	}
	slots.used++;
	return NDIS_STATUS_SUCCESS;
}

static void empty_slots(struct ndis_fixture *f)
{
	slots.used = 0;
}

/*
 * NDIS_STATUS_RESOURCES from a miniport that completes each packet at once and never says that it
 * has resources again: the interrupt is when it has them.
 */
static void test_synchronous_refusal(struct ndis_fixture *f, gconstpointer data)
{
	memset(&slots, 0, sizeof(slots));
	f->without_send_packets = true;
	f->hooks.send = copy_to_slot;
	f->hooks.handle_interrupt = empty_slots;
	g_assert_cmpint(fixture_start(f), ==, 0);
	for (unsigned int i = 0; i < 10; i++)
		fixture_send(f, 100, i);
	g_assert_cmpuint(fixture_statistics(f).frames_sent, ==, 4);
	g_assert_cmpuint(slots.refusals, ==, 1);
	raise_interrupt(f);
	g_assert_cmpuint(fixture_statistics(f).frames_sent, ==, 8);
	g_assert_cmpuint(slots.refusals, ==, 2);
	raise_interrupt(f);
	fixture_expect_sent(f, 10, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(slots.refusals, ==, 2);
}

#define ADD(name, function)                                                                        \
	g_test_add("/miniport-traps/interrupt/" name, struct ndis_fixture, NULL, start, function,  \
		   tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("grow", test_grow);
	ADD("isr", test_isr);
	ADD("send-queue", test_send_queue);
	ADD("synchronous-refusal", test_synchronous_refusal);
	return g_test_run();
}
