/* SPDX-License-Identifier: MIT */
/* DMA of packets that are sent: map registers, and scatter/gather lists for every policy. */
#include <errno.h>
#include <string.h>

#include "ndis_send_fixture.h"

/* ---- map registers --------------------------------------------------------------------------- */

static NDIS_STATUS initialize_registers(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	return NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_32BITS, 8, 1664);
}

static void halt_registers(struct ndis_fixture *f)
{
	NdisMFreeMapRegisters(f->handle);
}

static NDIS_PHYSICAL_ADDRESS_UNIT units[2][3];
static UINT counts[2];

static NDIS_STATUS map_and_hold(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	PNDIS_BUFFER buffer;
	ULONG index = 0;

	NdisQueryPacket(packet, NULL, NULL, &buffer, NULL);
	while (buffer) {
		NdisMStartBufferPhysicalMapping(f->handle, buffer, index, TRUE, units[index],
						&counts[index]);
		g_assert_cmpuint(counts[index], ==, 1);
		index++;
		NdisGetNextBuffer(buffer, &buffer);
	}
	held[held_count++] = packet;
	return NDIS_STATUS_PENDING;
}

static void test_mapped_packet(struct ndis_fixture *f, gconstpointer data)
{
	unsigned char bytes[1000], expected[1000];
	PNDIS_BUFFER first, second;

	f->options.dma.policy = DMA_POLICY_REMAP;
	f->options.header_bytes = 54;
	f->without_send_packets = true;
	f->hooks.initialize = initialize_registers;
	f->hooks.halt = halt_registers;
	f->hooks.send = map_and_hold;
	g_assert_cmpint(fixture_start(f), ==, 0);

	fixture_send(f, 1000, 9);
	first = held[0]->Private.Head;
	second = first->Next;
	g_assert_cmpuint(NdisBufferLength(first), ==, 54);
	g_assert_cmpuint(NdisBufferLength(second), ==, 946);
	read_runs(f, units[0], 1, bytes, 54);
	read_runs(f, units[1], 1, bytes + 54, 946);
	fill(expected, sizeof(expected), 9);
	g_assert_cmpmem(bytes, sizeof(bytes), expected, sizeof(expected));
	NdisMCompleteBufferPhysicalMapping(f->handle, first, 0);
	NdisMCompleteBufferPhysicalMapping(f->handle, second, 1);
	complete(f, 0, NDIS_STATUS_SUCCESS);

	/* One buffer forgotten: reported, and ended all the same. */
	fixture_send(f, 1000, 9);
	NdisMCompleteBufferPhysicalMapping(f->handle, held[0]->Private.Head, 0);
	complete(f, 0, NDIS_STATUS_SUCCESS);
	fixture_expect_violation(f, "map register 1 still maps buffer");
	g_assert_false(fake_is_mapped(f->platform,
				      (logical_t){(uint64_t)units[1][0].PhysicalAddress.QuadPart}));
	fixture_expect_sent(f, 2, NDIS_STATUS_SUCCESS);

	/* A frame that fits into the header has one buffer. */
	fixture_send(f, 54, 1);
	g_assert_null(held[0]->Private.Head->Next);
	NdisMCompleteBufferPhysicalMapping(f->handle, held[0]->Private.Head, 0);
	complete(f, 0, NDIS_STATUS_SUCCESS);
}

/* ---- scatter/gather ------------------------------------------------------------------------- */

static NDIS_STATUS initialize_lists(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	f->status = NdisMInitializeScatterGatherDma(f->handle, FALSE, 1514);
	return NDIS_STATUS_SUCCESS;
}

static void expect_list(struct ndis_fixture *f, PNDIS_PACKET packet, size_t length,
			unsigned int seed)
{
	PSCATTER_GATHER_LIST list = (PSCATTER_GATHER_LIST)NDIS_PER_PACKET_INFO_FROM_PACKET(
		packet, ScatterGatherListPacketInfo);
	unsigned char found[2000], expected[2000];
	size_t done = 0;

	g_assert_nonnull(list);
	g_assert_cmpuint(list->NumberOfElements, >=, 1);
	if (f->options.single_element ||
	    (f->options.dma.fragment == DMA_FRAGMENT_NONE && !f->options.header_bytes))
		g_assert_cmpuint(list->NumberOfElements, ==, 1);
	for (ULONG i = 0; i < list->NumberOfElements; i++) {
		const SCATTER_GATHER_ELEMENT *element = &list->Elements[i];

		g_assert_cmpint(element->Address.QuadPart + element->Length, <=, 0x100000000);
		g_assert_cmpint(fake_device_read(f->platform,
						 (logical_t){(uint64_t)element->Address.QuadPart},
						 found + done, element->Length),
				==, 0);
		done += element->Length;
	}
	fill(expected, length, seed);
	g_assert_cmpmem(found, (int)done, expected, (int)length);
}

static void hold_packets(struct ndis_fixture *f, PPNDIS_PACKET packets, UINT count)
{
	for (UINT i = 0; i < count; i++) {
		NDIS_SET_PACKET_STATUS(packets[i], NDIS_STATUS_PENDING);
		hold(f, packets[i]);
	}
}

/* Whether the driver has MiniportSend or MiniportSendPackets, it finds a list in every packet. */
static void check_lists(struct ndis_fixture *f, const struct shim_adapter_options *options)
{
	f->options.dma = options->dma;
	f->options.header_bytes = options->header_bytes;
	f->options.single_element = options->single_element;
	f->hooks.initialize = initialize_lists;
	f->hooks.send = hold;
	f->hooks.send_packets = hold_packets;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(f->status, ==, NDIS_STATUS_SUCCESS);
	for (unsigned int round = 0; round < 3; round++) {
		/* All frames at once: some of them straddle pages. */
		for (unsigned int i = 0; i < 16; i++)
			fixture_send(f, i % 2 ? 1514 : 40 + i, i + round);
		for (unsigned int i = 0; i < 16; i++)
			expect_list(f, held[i], i % 2 ? 1514 : 40 + i, i + round);
		while (held_count) {
			PNDIS_PACKET packet = held[held_count / 2];

			complete(f, held_count / 2, NDIS_STATUS_SUCCESS);
			g_assert_null(NDIS_PER_PACKET_INFO_FROM_PACKET(
				packet, ScatterGatherListPacketInfo));
		}
	}
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_mapped, ==, 0);
	/* Longer than the driver said it would ever be. */
	fixture_send(f, 1515, 0);
	g_assert_cmpint(g_array_index(f->sent, int32_t, f->sent->len - 1), ==,
			NDIS_STATUS_RESOURCES);
}

static void test_lists(struct ndis_fixture *f, gconstpointer data)
{
	f->without_send_packets = true;
	check_lists(f, data);
}

static void test_lists_of_many(struct ndis_fixture *f, gconstpointer data)
{
	check_lists(f, data);
}

static void test_lists_refused(struct ndis_fixture *f, gconstpointer data)
{
	f->options.refuse_scatter_gather = true;
	f->hooks.initialize = initialize_lists;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(f->status, ==, NDIS_STATUS_NOT_SUPPORTED);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	shim_driver_stop(f->driver);
	f->driver = NULL;

	f->options.refuse_scatter_gather = false;
	f->major = 4;
	f->minor = 0;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(f->status, ==, NDIS_STATUS_NOT_SUPPORTED);
	fixture_expect_violation(f, "the miniport registered with version 4.0");
}

/* A miniport chains the buffers of a packet anew, and refuses it. */
static bool chains_circle;

static NDIS_STATUS chain_and_refuse(struct ndis_fixture *f, PNDIS_PACKET packet)
{
	PNDIS_BUFFER first = packet->Private.Head;

	if (chains_circle)
		first->Next = first;
	else
		packet->Private.Head = NULL;
	return NDIS_STATUS_RESOURCES;
}

static void test_chained_anew(struct ndis_fixture *f, gconstpointer data)
{
	f->options.dma = ((const struct shim_adapter_options *)data)->dma;
	f->options.header_bytes = 54;
	f->without_send_packets = true;
	f->hooks.initialize = initialize_lists;
	f->hooks.send = chain_and_refuse;
	g_assert_cmpint(fixture_start(f), ==, 0);
	for (unsigned int i = 0; i < 2; i++) {
		chains_circle = i == 0;
		fixture_send(f, 1000, 1);
		fixture_expect_sent(f, 0, NDIS_STATUS_RESOURCES);
		NdisMSendResourcesAvailable(f->handle);
		fixture_expect_violation(f, chains_circle ? "has more buffers, 2 at most are right"
							  : "has no buffer, 2 at most are right");
		fixture_expect_sent(f, 1, NDIS_STATUS_RESOURCES);
	}
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_mapped, ==, 0);
}

static NDIS_STATUS initialize_lists_twice(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_PHYSICAL_ADDRESS logical;
	NDIS_PHYSICAL_ADDRESS_UNIT unit;
	PNDIS_BUFFER buffer = fixture_buffer(f, 8);
	UINT count = 5;
	PVOID va;

	g_assert_cmpint(NdisMInitializeScatterGatherDma(f->handle, TRUE, 9000), ==,
			NDIS_STATUS_SUCCESS);
	g_assert_cmpint(NdisMInitializeScatterGatherDma(f->handle, TRUE, 9000), ==,
			NDIS_STATUS_NOT_SUPPORTED);
	fixture_expect_violation(f, "already has scatter/gather DMA");
	g_assert_cmpint(NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_32BITS, 1, 1514), ==,
			NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "NdisMInitializeScatterGatherDma has succeeded already");
	NdisMStartBufferPhysicalMapping(f->handle, buffer, 0, TRUE, &unit, &count);
	g_assert_cmpuint(count, ==, 0);
	fixture_expect_violation(f, "the adapter has no map registers");
	NdisFreeBuffer(buffer);
	/* Shared memory comes and goes without undoing scatter/gather. */
	for (unsigned int i = 0; i < 2; i++) {
		NdisMAllocateSharedMemory(f->handle, 100, FALSE, &va, &logical);
		g_assert_nonnull(va);
		NdisMFreeSharedMemory(f->handle, 100, FALSE, va, logical);
	}
	return NDIS_STATUS_SUCCESS;
}

static void test_lists_twice(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_lists_twice;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

#define ADD(name, function, data)                                                                  \
	g_test_add("/ndis/send-dma/" name, struct ndis_fixture, data, set_up, function, tear_down)

static void add_lists(void)
{
	static struct shim_adapter_options options[DMA_POLICY_COUNT * 5];
	size_t used = 0;

	for (unsigned int policy = 0; policy < DMA_POLICY_COUNT; policy++) {
		for (unsigned int i = 0; i < 5; i++) {
			g_autofree char *name = g_strdup_printf(
				"/ndis/send-dma/lists/%s/%s/%s",
				dma_policy_name((enum dma_policy)policy), i & 1 ? "page" : "none",
				i == 4	? "two-buffers-joined"
				: i & 2 ? "two-buffers"
					: "one-buffer");
			g_autofree char *many = g_strconcat(name, "/send-packets", NULL);

			options[used].dma.policy = (enum dma_policy)policy;
			options[used].dma.fragment = i & 1 ? DMA_FRAGMENT_PAGE : DMA_FRAGMENT_NONE;
			options[used].dma.copybreak = 1000;
			options[used].header_bytes = i > 1 ? 54 : 0;
			options[used].single_element = i == 4;
			if (i == 2) {
				g_autofree char *anew = g_strdup_printf(
					"/ndis/send-dma/chained-anew/%s",
					dma_policy_name((enum dma_policy)policy));

				g_test_add(anew, struct ndis_fixture, &options[used], set_up,
					   test_chained_anew, tear_down);
			}
			g_test_add(name, struct ndis_fixture, &options[used], set_up, test_lists,
				   tear_down);
			g_test_add(many, struct ndis_fixture, &options[used], set_up,
				   test_lists_of_many, tear_down);
			used++;
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("mapped-packet", test_mapped_packet, NULL);
	add_lists();
	ADD("lists-refused", test_lists_refused, NULL);
	ADD("lists-twice", test_lists_twice, NULL);
	return g_test_run();
}
