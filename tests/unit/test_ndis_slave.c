/* SPDX-License-Identifier: MIT */
/* The slave DMA functions of NDIS, against a model of the system DMA controller. */
#include <errno.h>
#include <string.h>

#include "dma_controller_model.h"
#include "ndis_fixture.h"

static struct dma_controller_model model;

/* What the MiniportInitialize of a test does; its results. */
static struct plan {
	NDIS_INTERFACE_TYPE bus;
	ULONG attributes;
	NDIS_DMA_DESCRIPTION description;
	ULONG maximum;
	void (*more)(struct ndis_fixture *f);
	void (*halt)(struct ndis_fixture *f);
	NDIS_STATUS status;
	NDIS_HANDLE channel;
} plan;

#define UNTOUCHED ((NDIS_HANDLE)0x77)

static NDIS_STATUS claim(struct ndis_fixture *f)
{
	plan.channel = UNTOUCHED;
	/* The channel in the argument list is ignored. */
	plan.status = NdisMRegisterDmaChannel(&plan.channel, f->handle, 77, FALSE,
					      &plan.description, plan.maximum);
	if (plan.status != NDIS_STATUS_SUCCESS)
		g_assert_true(plan.channel == UNTOUCHED);
	return plan.status;
}

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NdisMSetAttributesEx(f->handle, f, 0, plan.attributes, plan.bus);
	claim(f);
	if (plan.more)
		plan.more(f);
	return NDIS_STATUS_SUCCESS;
}

static void halt(struct ndis_fixture *f)
{
	if (plan.halt)
		plan.halt(f);
	if (plan.status == NDIS_STATUS_SUCCESS)
		NdisMDeregisterDmaChannel(plan.channel);
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	model_attach(&model, f->platform);
	f->without_attributes = true;
	f->hooks.initialize = initialize;
	f->hooks.halt = halt;
	/* As nscirda does it. */
	plan = (struct plan){
		.bus = NdisInterfaceIsa,
		.description = {.DemandMode = TRUE,
				.DmaWidth = Width8Bits,
				.DmaSpeed = Compatible,
				.DmaChannel = 1},
		.maximum = 4 * PAGE,
	};
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
	for (unsigned int i = 0; i < 8; i++)
		g_assert_true(model.channel[i].masked);
}

static void start(struct ndis_fixture *f)
{
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(plan.status, ==, NDIS_STATUS_SUCCESS);
}

static NDIS_STATUS setup(PNDIS_BUFFER buffer, ULONG offset, ULONG length, BOOLEAN to_device)
{
	NDIS_STATUS status = 1;

	NdisMSetupDmaTransfer(&status, plan.channel, buffer, offset, length, to_device);
	return status;
}

static NDIS_STATUS complete(PNDIS_BUFFER buffer, ULONG offset, ULONG length, BOOLEAN to_device)
{
	NDIS_STATUS status = 1;

	NdisMCompleteDmaTransfer(&status, plan.channel, buffer, offset, length, to_device);
	return status;
}

#define IS(status, expected) g_assert_cmphex((uint32_t)(status), ==, (uint32_t)(expected))

static const unsigned int usable[] = {0, 1, 2, 3, 5, 6, 7};

static void test_transfers(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char memory[4 * PAGE], bytes[4 * PAGE], expected[4 * PAGE];
	unsigned int number = GPOINTER_TO_UINT(data);
	PNDIS_BUFFER buffer;
	KIRQL old;

	plan.description.DmaChannel = number;
	plan.description.DmaWidth = number > 3 ? Width16Bits : Width8Bits;
	start(f);
	buffer = fixture_buffer(memory, sizeof(memory));
	for (unsigned int i = 0; i < 32; i++) {
		ULONG offset = i * 37, length = 2 + 330 * i;
		bool to_device = i & 1;

		fill(memory, sizeof(memory), i);
		fill(expected, sizeof(expected), i);
		KeRaiseIrql(i & 2 ? DISPATCH_LEVEL : PASSIVE_LEVEL, &old);
		IS(setup(buffer, offset, length, to_device), NDIS_STATUS_SUCCESS);
		g_assert_cmphex(model.channel[number].mode, ==,
				(to_device ? 0x08u : 0x04u) | (number & 3));
		if (!to_device)
			fill(bytes, length, i + 100);
		g_assert_cmpuint(model_transfer(&model, number, bytes, 2, to_device), ==, 2);
		g_assert_cmpuint(NdisMReadDmaCounter(plan.channel), ==, length - 2);
		model_transfer(&model, number, bytes + 2, length - 2, to_device);
		g_assert_cmpuint(NdisMReadDmaCounter(plan.channel), ==, 0);
		IS(complete(buffer, offset, length, to_device), NDIS_STATUS_SUCCESS);
		g_assert_cmpuint(NdisMReadDmaCounter(plan.channel), ==, 0);
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

	start(f);
	memset(memory, 0x5a, sizeof(memory));
	fill(bytes, sizeof(bytes), 1);
	buffer = fixture_buffer(memory, sizeof(memory));
	IS(setup(buffer, 0, 1000, FALSE), NDIS_STATUS_SUCCESS);
	model_transfer(&model, 1, bytes, 400, false);
	IS(complete(buffer, 0, 1000, FALSE), NDIS_STATUS_SUCCESS);
	g_assert_cmpmem(memory, 400, bytes, 400);
	g_assert_cmphex(memory[400], ==, 0x5a);
	g_assert_cmpuint(model_transfer(&model, 1, bytes, 1, false), ==, 0);
	NdisFreeBuffer(buffer);
}

static void test_setup_misuse(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char memory[8 * PAGE];
	PNDIS_BUFFER buffer;
	unsigned int writes;
	KIRQL old;

	start(f);
	buffer = fixture_buffer(memory, sizeof(memory));
	writes = model.writes;
	IS(setup(buffer, 0, 0, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "0 bytes at offset 0");
	IS(setup(buffer, 0, sizeof(memory) + 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "the buffer has 32768");
	IS(setup(buffer, 10, 0xFFFFFFFF, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "at offset 10");
	IS(setup(buffer, sizeof(memory), 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "1 bytes at offset 32768");
	IS(setup(buffer, 0, 4 * PAGE + 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "the limit 16384");
	IS(setup(NULL, 0, 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "locked in memory");
	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
	IS(setup(buffer, 0, 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "IRQL 3");
	KeLowerIrql(old);
	g_assert_cmpuint(model.writes, ==, writes);
	IS(setup(buffer, 0, 10, TRUE), NDIS_STATUS_SUCCESS);
	IS(setup(buffer, 10, 10, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "a transfer of 10 bytes is set up");
	NdisFreeBuffer(buffer);
	fixture_expect_violation(f, "it is not freed");
	IS(complete(buffer, 0, 10, TRUE), NDIS_STATUS_SUCCESS);
	model.fail_port = 0x0b;
	IS(setup(buffer, 0, 10, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_log(f, "DMA channel 1: Input/output error");
	model.fail_port = MODEL_NO_PORT;
	NdisFreeBuffer(buffer);
}

static void test_complete_misuse(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char memory[PAGE];
	PNDIS_BUFFER buffer, other;
	KIRQL old;

	start(f);
	buffer = fixture_buffer(memory, sizeof(memory));
	other = fixture_buffer(memory, sizeof(memory));
	IS(complete(buffer, 0, 10, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "no transfer is set up");
	for (unsigned int i = 0; i < 4; i++) {
		IS(setup(buffer, 4, 10, TRUE), NDIS_STATUS_SUCCESS);
		/* The channel is free all the same. */
		IS(complete(i == 0 ? other : buffer, i == 1 ? 5 : 4, i == 2 ? 11 : 10, i != 3),
		   NDIS_STATUS_RESOURCES);
		fixture_expect_violation(f, "the arguments are those of NdisMSetupDmaTransfer");
		g_assert_true(model.channel[1].masked);
	}
	IS(setup(buffer, 0, 10, TRUE), NDIS_STATUS_SUCCESS);
	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
	IS(complete(buffer, 0, 10, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "IRQL 3");
	g_assert_cmpuint(NdisMReadDmaCounter(plan.channel), ==, 0);
	fixture_expect_violation(f, "NdisMReadDmaCounter");
	KeLowerIrql(old);
	model.fail_port = 0x0c;
	IS(complete(buffer, 0, 10, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_log(f, "Input/output error");
	model.fail_port = MODEL_NO_PORT;
	IS(setup(buffer, 0, 10, TRUE), NDIS_STATUS_SUCCESS);
	IS(complete(buffer, 0, 10, TRUE), NDIS_STATUS_SUCCESS);
	NdisFreeBuffer(buffer);
	NdisFreeBuffer(other);
}

static void test_freed_memory(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer;
	PVOID memory;

	start(f);
	IS(NdisAllocateMemoryWithTag(&memory, 200, 'tset'), NDIS_STATUS_SUCCESS);
	buffer = fixture_buffer(memory, 200);
	IS(setup(buffer, 100, 100, FALSE), NDIS_STATUS_SUCCESS);
	NdisFreeMemory(memory, 200, 0);
	fixture_expect_violation(f, "a slave transfer uses part of 200 bytes");
	IS(complete(buffer, 100, 100, FALSE), NDIS_STATUS_SUCCESS);
	NdisFreeBuffer(buffer);
	NdisFreeMemory(memory, 200, 0);
}

static void test_foreign_handle(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_HANDLE channel;

	start(f);
	channel = plan.channel;
	plan.channel = &plan.channel;
	IS(setup(NULL, 0, 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "is no DMA channel");
	IS(complete(NULL, 0, 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "is no DMA channel");
	g_assert_cmpuint(NdisMReadDmaCounter(NULL), ==, 0);
	fixture_expect_violation(f, "is no DMA channel");
	NdisMDeregisterDmaChannel(f->handle);
	fixture_expect_violation(f, "is no DMA channel");
	plan.channel = channel;
	NdisMDeregisterDmaChannel(channel);
	fixture_expect_violation(f, "from a running adapter");
	plan.channel = UNTOUCHED;
	claim(f);
	IS(plan.status, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "after MiniportInitialize");
	plan.channel = channel;
	plan.status = NDIS_STATUS_SUCCESS;
}

static void refused(struct ndis_fixture *f, NDIS_STATUS status, const char *text, bool violation)
{
	g_assert_cmpint(fixture_start(f), ==, 0);
	IS(plan.status, status);
	if (violation)
		fixture_expect_violation(f, text);
	else
		fixture_expect_log(f, text);
}

static void test_refused(struct ndis_fixture *f, gconstpointer data)
{
	static const struct {
		ULONG attributes;
		NDIS_INTERFACE_TYPE bus;
		ULONG channel;
		DMA_WIDTH width;
		DMA_SPEED speed;
		ULONG maximum;
		NDIS_STATUS status;
		const char *text;
		bool violation;
	} cases[] = {
		{0, NdisInterfaceIsa, 4, Width16Bits, Compatible, 1, NDIS_STATUS_FAILURE,
		 "channel 4", true},
		{0, NdisInterfaceIsa, 8, Width16Bits, Compatible, 1, NDIS_STATUS_FAILURE,
		 "0 to 3 and 5", true},
		{0, NdisInterfaceIsa, 1, Width16Bits, Compatible, 1, NDIS_STATUS_FAILURE, "8 bits",
		 true},
		{0, NdisInterfaceIsa, 5, Width8Bits, Compatible, 1, NDIS_STATUS_FAILURE, "16 bits",
		 true},
		{0, NdisInterfaceIsa, 1, Width32Bits, Compatible, 1, NDIS_STATUS_FAILURE,
		 "DmaWidth", true},
		{0, NdisInterfaceIsa, 1, Width8Bits, MaximumDmaSpeed, 1, NDIS_STATUS_FAILURE,
		 "DmaSpeed", true},
		{0, NdisInterfaceIsa, 1, Width8Bits, Compatible, 0, NDIS_STATUS_FAILURE, "one byte",
		 true},
		{NDIS_ATTRIBUTE_BUS_MASTER, NdisInterfacePci, 1, Width8Bits, Compatible, 1,
		 NDIS_STATUS_FAILURE, "only a bus master on ISA", true},
		{0, NdisInterfaceIsa, 1, Width8Bits, Compatible, 65537, NDIS_STATUS_RESOURCES,
		 "65536 bytes at most, not 65537", false},
	};
	const gsize index = GPOINTER_TO_SIZE(data);

	g_assert_cmpuint(index, <, G_N_ELEMENTS(cases));
	plan.attributes = cases[index].attributes;
	plan.bus = cases[index].bus;
	plan.description.DmaChannel = cases[index].channel;
	plan.description.DmaWidth = cases[index].width;
	plan.description.DmaSpeed = cases[index].speed;
	plan.maximum = cases[index].maximum;
	refused(f, cases[index].status, cases[index].text, cases[index].violation);
}

#define REFUSED_CASES 9u

static void test_no_low_memory(struct ndis_fixture *f, gconstpointer data)
{
	fake_set_low_memory(f->platform, MODEL_LOW_ADDRESS, 2 * PAGE);
	refused(f, NDIS_STATUS_RESOURCES, "8192 bytes at most, not 16384", false);
}

static void test_no_limit_known(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char memory[3 * PAGE];
	PNDIS_BUFFER buffer;

	fake_set_low_memory(f->platform, MODEL_LOW_ADDRESS, 2 * PAGE);
	plan.maximum = 0xFFFFFFFF;
	start(f);
	buffer = fixture_buffer(memory, sizeof(memory));
	IS(setup(buffer, 0, 2 * PAGE, TRUE), NDIS_STATUS_SUCCESS);
	IS(complete(buffer, 0, 2 * PAGE, TRUE), NDIS_STATUS_SUCCESS);
	IS(setup(buffer, 0, 2 * PAGE + 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "the limit 8192");
	NdisFreeBuffer(buffer);
}

static void claim_again(struct ndis_fixture *f)
{
	NDIS_HANDLE first = plan.channel;
	NDIS_HANDLE second = UNTOUCHED;
	NDIS_DMA_DESCRIPTION other = plan.description;

	IS(NdisMRegisterDmaChannel(&second, f->handle, 1, FALSE, &plan.description, 1),
	   NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_log(f, "DMA channel 1: Device or resource busy");
	g_assert_true(second == UNTOUCHED);
	IS(NdisMRegisterDmaChannel(NULL, f->handle, 1, FALSE, &plan.description, 1),
	   NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "may be NULL");
	IS(NdisMRegisterDmaChannel(&second, f->handle, 1, FALSE, NULL, 1), NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "may be NULL");
	/* Another channel can be had besides, and is given back on the way out of
	 * MiniportInitialize. */
	other.DmaChannel = 3;
	IS(NdisMRegisterDmaChannel(&second, f->handle, 1, FALSE, &other, 1), NDIS_STATUS_SUCCESS);
	g_assert_true(second != first);
	NdisMDeregisterDmaChannel(second);
	NdisMDeregisterDmaChannel(second);
	fixture_expect_violation(f, "is no DMA channel");
}

static void test_conflict(struct ndis_fixture *f, gconstpointer data)
{
	plan.more = claim_again;
	start(f);
}

static void leave_transfer(struct ndis_fixture *f)
{
	NdisMDeregisterDmaChannel(plan.channel);
	/* The adapter is charged while it exists. */
	plan.status = NDIS_STATUS_FAILURE;
}

static void test_deregister_with_transfer(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char memory[PAGE];
	PNDIS_BUFFER buffer;

	plan.halt = leave_transfer;
	start(f);
	buffer = fixture_buffer(memory, sizeof(memory));
	IS(setup(buffer, 0, 100, TRUE), NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	fixture_expect_log(f, "a transfer of 100 bytes is set up on DMA channel 1");
	NdisFreeBuffer(buffer);
}

static void test_leak(struct ndis_fixture *f, gconstpointer data)
{
	start(f);
	plan.status = NDIS_STATUS_FAILURE;
	g_assert_cmpuint(fixture_stop(f), ==, 1);
	fixture_expect_log(f, "DMA channel 1 is not given back");
}

static void test_isa_bus_master(struct ndis_fixture *f, gconstpointer data)
{
	plan.attributes = NDIS_ATTRIBUTE_BUS_MASTER;
	plan.description.DmaChannel = 5;
	start(f);
	g_assert_cmphex(model.channel[5].mode, ==, 0xc1);
	g_assert_false(model.channel[5].masked);
	IS(setup(NULL, 0, 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "cascade mode");
	g_assert_cmpuint(NdisMReadDmaCounter(plan.channel), ==, 0);
	fixture_expect_violation(f, "cascade mode");
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

	plan.description.AutoInitialize = TRUE;
	plan.more = allocate_ring;
	plan.halt = free_ring;
	start(f);
	g_assert_true(ring == model.memory + (ring_address.QuadPart - MODEL_LOW_ADDRESS));
	fill(bytes, sizeof(bytes), 0);
	buffer = fixture_buffer(ring, 512);
	IS(setup(buffer, 0, 512, FALSE), NDIS_STATUS_SUCCESS);
	for (unsigned int done = 0; done < sizeof(bytes); done += 100) {
		g_assert_cmpuint(NdisMReadDmaCounter(plan.channel), ==, 512 - done % 512);
		g_assert_cmpuint(model_transfer(&model, 1, bytes + done, 100, false), ==, 100);
		for (unsigned int i = done; i < done + 100; i++)
			g_assert_cmphex(((unsigned char *)ring)[i % 512], ==, bytes[i]);
	}
	IS(complete(buffer, 0, 512, FALSE), NDIS_STATUS_SUCCESS);
	NdisFreeBuffer(buffer);
}

#define TEST(name, data, function)                                                                 \
	g_test_add("/ndis-slave/" name, struct ndis_fixture, data, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (unsigned int i = 0; i < G_N_ELEMENTS(usable); i++) {
		char *path = g_strdup_printf("/ndis-slave/transfers/%u", usable[i]);

		g_test_add(path, struct ndis_fixture, GUINT_TO_POINTER(usable[i]), set_up,
			   test_transfers, tear_down);
		g_free(path);
	}
	for (gsize i = 0; i < REFUSED_CASES; i++) {
		char *path = g_strdup_printf("/ndis-slave/refused/%zu", (size_t)i);

		g_test_add(path, struct ndis_fixture, GSIZE_TO_POINTER(i), set_up, test_refused,
			   tear_down);
		g_free(path);
	}
	TEST("abort", NULL, test_abort);
	TEST("setup-misuse", NULL, test_setup_misuse);
	TEST("complete-misuse", NULL, test_complete_misuse);
	TEST("freed-memory", NULL, test_freed_memory);
	TEST("foreign-handle", NULL, test_foreign_handle);
	TEST("no-low-memory", NULL, test_no_low_memory);
	TEST("no-limit-known", NULL, test_no_limit_known);
	TEST("conflict", NULL, test_conflict);
	TEST("deregister-with-transfer", NULL, test_deregister_with_transfer);
	TEST("leak", NULL, test_leak);
	TEST("isa-bus-master", NULL, test_isa_bus_master);
	TEST("auto-initialise", NULL, test_auto_initialize);
	return g_test_run();
}
