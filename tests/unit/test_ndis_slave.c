/* SPDX-License-Identifier: MIT */
/* Slave DMA transfers of NDIS, against a model of the system DMA controller. */
#include <string.h>

#include "ndis_slave_fixture.h"

static const unsigned int usable[] = {0, 1, 2, 3, 5, 6, 7};

static void test_transfers(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char memory[4 * PAGE], bytes[4 * PAGE], expected[4 * PAGE];
	unsigned int number = GPOINTER_TO_UINT(data);
	PNDIS_BUFFER buffer;
	KIRQL old;

	slave_plan.description.DmaChannel = number;
	slave_plan.description.DmaWidth = number > 3 ? Width16Bits : Width8Bits;
	slave_start(f);
	buffer = fixture_buffer(memory, sizeof(memory));
	for (unsigned int i = 0; i < 32; i++) {
		ULONG offset = i * 37, length = 2 + 330 * i;
		bool to_device = i & 1;

		fill(memory, sizeof(memory), i);
		fill(expected, sizeof(expected), i);
		KeRaiseIrql(i & 2 ? DISPATCH_LEVEL : PASSIVE_LEVEL, &old);
		IS(slave_setup(buffer, offset, length, to_device), NDIS_STATUS_SUCCESS);
		g_assert_cmphex(slave_model.channel[number].mode, ==,
				(to_device ? 0x08u : 0x04u) | (number & 3));
		if (!to_device)
			fill(bytes, length, i + 100);
		g_assert_cmpuint(model_transfer(&slave_model, number, bytes, 2, to_device), ==, 2);
		g_assert_cmpuint(NdisMReadDmaCounter(slave_plan.channel), ==, length - 2);
		model_transfer(&slave_model, number, bytes + 2, length - 2, to_device);
		g_assert_cmpuint(NdisMReadDmaCounter(slave_plan.channel), ==, 0);
		IS(slave_complete(buffer, offset, length, to_device), NDIS_STATUS_SUCCESS);
		g_assert_cmpuint(NdisMReadDmaCounter(slave_plan.channel), ==, 0);
		KeLowerIrql(old);
		if (to_device)
			g_assert_cmpmem(bytes, length, expected + offset, length);
		else
			memcpy(expected + offset, bytes, length);
		g_assert_cmpmem(memory, sizeof(memory), expected, sizeof(expected));
	}
	NdisFreeBuffer(buffer);
}

/* The driver gives up: what has arrived is there. */
static void test_abort(struct ndis_fixture *f, gconstpointer data)
{
	unsigned char memory[1000], bytes[1000];
	PNDIS_BUFFER buffer;

	slave_start(f);
	memset(memory, 0x5a, sizeof(memory));
	fill(bytes, sizeof(bytes), 1);
	buffer = fixture_buffer(memory, sizeof(memory));
	IS(slave_setup(buffer, 0, 1000, FALSE), NDIS_STATUS_SUCCESS);
	model_transfer(&slave_model, 1, bytes, 400, false);
	IS(slave_complete(buffer, 0, 1000, FALSE), NDIS_STATUS_SUCCESS);
	g_assert_cmpmem(memory, 400, bytes, 400);
	g_assert_cmphex(memory[400], ==, 0x5a);
	g_assert_cmpuint(model_transfer(&slave_model, 1, bytes, 1, false), ==, 0);
	NdisFreeBuffer(buffer);
}

static void test_setup_misuse(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char memory[8 * PAGE];
	PNDIS_BUFFER buffer;
	unsigned int writes;
	KIRQL old;

	slave_start(f);
	buffer = fixture_buffer(memory, sizeof(memory));
	writes = slave_model.writes;
	IS(slave_setup(buffer, 0, 0, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "0 bytes at offset 0");
	IS(slave_setup(buffer, 0, sizeof(memory) + 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "the buffer has 32768");
	IS(slave_setup(buffer, 10, 0xFFFFFFFF, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "at offset 10");
	IS(slave_setup(buffer, sizeof(memory), 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "1 bytes at offset 32768");
	IS(slave_setup(buffer, 0, 4 * PAGE + 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "the limit 16384");
	buffer->ByteCount = sizeof(memory) + 4096;
	IS(slave_setup(buffer, 0, 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "it has room for");
	buffer->ByteCount = sizeof(memory);
	IS(slave_setup(NULL, 0, 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "locked in memory");
	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
	IS(slave_setup(buffer, 0, 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "IRQL 3");
	KeLowerIrql(old);
	g_assert_cmpuint(slave_model.writes, ==, writes);
	IS(slave_setup(buffer, 0, 10, TRUE), NDIS_STATUS_SUCCESS);
	IS(slave_setup(buffer, 10, 10, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "a transfer of 10 bytes is set up");
	NdisFreeBuffer(buffer);
	fixture_expect_violation(f, "it is not freed");
	IS(slave_complete(buffer, 0, 10, TRUE), NDIS_STATUS_SUCCESS);
	slave_model.fail_port = 0x0b;
	IS(slave_setup(buffer, 0, 10, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_log(f, "DMA channel 1: Input/output error");
	slave_model.fail_port = MODEL_NO_PORT;
	NdisFreeBuffer(buffer);
}

static void test_complete_misuse(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char memory[PAGE];
	PNDIS_BUFFER buffer, other;
	KIRQL old;

	slave_start(f);
	buffer = fixture_buffer(memory, sizeof(memory));
	other = fixture_buffer(memory, sizeof(memory));
	IS(slave_complete(buffer, 0, 10, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "no transfer is set up");
	for (unsigned int i = 0; i < 4; i++) {
		IS(slave_setup(buffer, 4, 10, TRUE), NDIS_STATUS_SUCCESS);
		/* The channel is free all the same. */
		IS(slave_complete(i == 0 ? other : buffer, i == 1 ? 5 : 4, i == 2 ? 11 : 10,
				  i != 3),
		   NDIS_STATUS_RESOURCES);
		fixture_expect_violation(f, "the arguments are those of NdisMSetupDmaTransfer");
		g_assert_true(slave_model.channel[1].masked);
	}
	IS(slave_setup(buffer, 0, 10, TRUE), NDIS_STATUS_SUCCESS);
	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
	IS(slave_complete(buffer, 0, 10, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "IRQL 3");
	g_assert_cmpuint(NdisMReadDmaCounter(slave_plan.channel), ==, 0);
	fixture_expect_violation(f, "NdisMReadDmaCounter");
	KeLowerIrql(old);
	slave_model.fail_port = 0x0c;
	IS(slave_complete(buffer, 0, 10, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_log(f, "Input/output error");
	slave_model.fail_port = MODEL_NO_PORT;
	IS(slave_setup(buffer, 0, 10, TRUE), NDIS_STATUS_SUCCESS);
	IS(slave_complete(buffer, 0, 10, TRUE), NDIS_STATUS_SUCCESS);
	NdisFreeBuffer(buffer);
	NdisFreeBuffer(other);
}

static void test_freed_memory(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer;
	PVOID memory;

	slave_start(f);
	IS(NdisAllocateMemoryWithTag(&memory, 200, 'tset'), NDIS_STATUS_SUCCESS);
	buffer = fixture_buffer(memory, 200);
	IS(slave_setup(buffer, 100, 100, FALSE), NDIS_STATUS_SUCCESS);
	NdisFreeMemory(memory, 200, 0);
	fixture_expect_violation(f, "a slave transfer uses part of 200 bytes");
	IS(slave_complete(buffer, 100, 100, FALSE), NDIS_STATUS_SUCCESS);
	NdisFreeBuffer(buffer);
	NdisFreeMemory(memory, 200, 0);
}

static PVOID ring;
static NDIS_PHYSICAL_ADDRESS ring_address;

static void allocate_ring(struct ndis_fixture *f)
{
	NdisMAllocateSharedMemory(f->handle, 512, FALSE, &ring, &ring_address);
	g_assert_nonnull(ring);
	g_assert_cmpuint(NdisMGetDmaAlignment(f->handle), ==, 64);
}

static void free_ring(struct ndis_fixture *f)
{
	NdisMFreeSharedMemory(f->handle, 512, FALSE, ring, ring_address);
}

/* A receive ring that the NIC fills for ever, read while it does. */
static void test_auto_initialize(struct ndis_fixture *f, gconstpointer data)
{
	unsigned char bytes[1600];
	PNDIS_BUFFER buffer;

	slave_plan.description.AutoInitialize = TRUE;
	slave_plan.more = allocate_ring;
	slave_plan.halt = free_ring;
	slave_start(f);
	g_assert_true(ring == slave_model.memory + (ring_address.QuadPart - MODEL_LOW_ADDRESS));
	fill(bytes, sizeof(bytes), 0);
	buffer = fixture_buffer(ring, 512);
	IS(slave_setup(buffer, 0, 512, FALSE), NDIS_STATUS_SUCCESS);
	for (unsigned int done = 0; done < sizeof(bytes); done += 100) {
		g_assert_cmpuint(NdisMReadDmaCounter(slave_plan.channel), ==, 512 - done % 512);
		g_assert_cmpuint(model_transfer(&slave_model, 1, bytes + done, 100, false), ==,
				 100);
		for (unsigned int i = done; i < done + 100; i++)
			g_assert_cmphex(((unsigned char *)ring)[i % 512], ==, bytes[i]);
	}
	IS(slave_complete(buffer, 0, 512, FALSE), NDIS_STATUS_SUCCESS);
	NdisFreeBuffer(buffer);
}

/* Shared memory needs no room to be copied to, but MaximumLength holds for it as well. */
static void test_maximum_in_place(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer;
	unsigned int writes;

	slave_plan.maximum = 256;
	slave_plan.more = allocate_ring;
	slave_plan.halt = free_ring;
	slave_start(f);
	buffer = fixture_buffer(ring, 512);
	writes = slave_model.writes;
	IS(slave_setup(buffer, 0, 257, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "Length is 257, the limit 256");
	g_assert_cmpuint(slave_model.writes, ==, writes);
	IS(slave_setup(buffer, 256, 256, TRUE), NDIS_STATUS_SUCCESS);
	IS(slave_complete(buffer, 256, 256, TRUE), NDIS_STATUS_SUCCESS);
	NdisFreeBuffer(buffer);
}

#define TEST(name, data, function)                                                                 \
	g_test_add("/ndis-slave/" name, struct ndis_fixture, data, slave_set_up, function,         \
		   slave_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (unsigned int i = 0; i < G_N_ELEMENTS(usable); i++) {
		g_autofree char *path = g_strdup_printf("/ndis-slave/transfers/%u", usable[i]);

		g_test_add(path, struct ndis_fixture, GUINT_TO_POINTER(usable[i]), slave_set_up,
			   test_transfers, slave_tear_down);
	}
	TEST("abort", NULL, test_abort);
	TEST("setup-misuse", NULL, test_setup_misuse);
	TEST("complete-misuse", NULL, test_complete_misuse);
	TEST("freed-memory", NULL, test_freed_memory);
	TEST("auto-initialise", NULL, test_auto_initialize);
	TEST("maximum-in-place", NULL, test_maximum_in_place);
	return g_test_run();
}
