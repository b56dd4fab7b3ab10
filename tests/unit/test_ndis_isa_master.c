/* SPDX-License-Identifier: MIT */
/*
 * Bus masters on ISA: DmaChannel of NdisMAllocateMapRegisters, against a model of the system DMA
 * controller.
 */
#include <errno.h>

#include "dma_controller_model.h"
#include "include/shim_device.h"
#include "ndis_fixture.h"

#include <wdm.h>

static struct dma_controller_model model;

/* Mode register of a channel in cascade mode. */
#define CASCADE(channel) (0xc0u | ((channel)&3))

static struct plan {
	NDIS_INTERFACE_TYPE bus;
	UINT channel;
	ULONG count;
	ULONG maximum;
	NDIS_STATUS status;
	void (*before)(struct ndis_fixture *f);
	void (*after)(struct ndis_fixture *f);
	NDIS_HANDLE claimed;
} plan;

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NdisMSetAttributesEx(f->handle, f, 0, NDIS_ATTRIBUTE_BUS_MASTER, plan.bus);
	if (plan.before)
		plan.before(f);
	plan.status = NdisMAllocateMapRegisters(f->handle, plan.channel, NDIS_DMA_24BITS,
						plan.count, plan.maximum);
	if (plan.after)
		plan.after(f);
	return NDIS_STATUS_SUCCESS;
}

static void halt(struct ndis_fixture *f)
{
	if (plan.status == NDIS_STATUS_SUCCESS)
		NdisMFreeMapRegisters(f->handle);
	if (plan.claimed)
		NdisMDeregisterDmaChannel(plan.claimed);
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	model_attach(&model, f->platform);
	f->without_attributes = true;
	f->hooks.initialize = initialize;
	f->hooks.halt = halt;
	plan = (struct plan){
		.bus = NdisInterfaceIsa,
		.channel = 5,
		.count = 4,
		.maximum = 1514,
	};
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
	for (unsigned int i = 0; i < 8; i++)
		g_assert_true(model.channel[i].masked);
}

static void start(struct ndis_fixture *f, NDIS_STATUS status)
{
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmphex((uint32_t)plan.status, ==, (uint32_t)status);
}

static void test_cascade(struct ndis_fixture *f, gconstpointer data)
{
	static const unsigned int usable[] = {1, 2, 3, 5, 6, 7};
	static unsigned char bytes[100], found[100];
	PNDIS_BUFFER buffer;
	NDIS_PHYSICAL_ADDRESS_UNIT runs[2];
	UINT count;

	for (unsigned int i = 0; i < G_N_ELEMENTS(usable); i++) {
		plan.channel = usable[i];
		start(f, NDIS_STATUS_SUCCESS);
		g_assert_cmphex(model.channel[plan.channel].mode, ==, CASCADE(plan.channel));
		for (unsigned int c = 0; c < 8; c++)
			g_assert_cmpint(model.channel[c].masked, ==, c != plan.channel);
		/* The addresses are the bus master's own, below 16 MiB. */
		fill(bytes, sizeof(bytes), i);
		buffer = fixture_buffer(bytes, sizeof(bytes));
		NdisMStartBufferPhysicalMapping(f->handle, buffer, 3, TRUE, runs, &count);
		g_assert_cmpuint((uint64_t)runs[0].PhysicalAddress.QuadPart, <, 16u << 20);
		read_runs(f, runs, count, found, sizeof(found));
		g_assert_cmpmem(found, sizeof(found), bytes, sizeof(bytes));
		NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 3);
		NdisFreeBuffer(buffer);
		g_assert_cmpuint(fixture_stop(f), ==, 0);
		g_assert_true(model.channel[plan.channel].masked);
	}
}

/* NE3200 and SONIC pass 0 although they have no channel. */
static void test_channel_0(struct ndis_fixture *f, gconstpointer data)
{
	plan.channel = 0;
	start(f, NDIS_STATUS_SUCCESS);
	for (unsigned int i = 0; i < 8; i++)
		g_assert_true(model.channel[i].masked);
}

static const struct refused_case {
	NDIS_INTERFACE_TYPE bus;
	UINT channel;
	const char *text;
} refused_cases[] = {
	{NdisInterfaceIsa, 4, "channel 4 connects the two DMA controllers"},
	{NdisInterfaceIsa, 8, "DmaChannel is 8"},
	{NdisInterfaceIsa, 0xFFFFFFFF, "has channels 0 to 3 and 5 to 7"},
	{NdisInterfacePci, 5, "DmaChannel is 5 on a bus of type 5"},
	{NdisInterfaceEisa, 1, "DmaChannel is 1 on a bus of type 2"},
	{NdisInterfaceMca, 7, "only ISA bus masters have a DMA channel"},
	{NdisInterfaceInternal, 3, "DmaChannel must be 0"},
};

static void test_refused(struct ndis_fixture *f, gconstpointer data)
{
	const struct refused_case *c = data;

	plan.bus = c->bus;
	plan.channel = c->channel;
	start(f, NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, c->text);
}

static NDIS_HANDLE claim(struct ndis_fixture *f, ULONG channel, NDIS_STATUS expected)
{
	NDIS_DMA_DESCRIPTION description = {
		.DmaWidth = channel > 3 ? Width16Bits : Width8Bits,
		.DmaChannel = channel,
	};
	NDIS_HANDLE handle = NULL;

	g_assert_cmphex(
		(uint32_t)NdisMRegisterDmaChannel(&handle, f->handle, 0, FALSE, &description, PAGE),
		==, (uint32_t)expected);
	return handle;
}

static void claim_same_before(struct ndis_fixture *f)
{
	plan.claimed = claim(f, 5, NDIS_STATUS_SUCCESS);
}

/* Who has registered the channel may name it: it is one channel, in cascade mode. */
static void test_registered_before(struct ndis_fixture *f, gconstpointer data)
{
	plan.before = claim_same_before;
	start(f, NDIS_STATUS_SUCCESS);
	g_assert_cmphex(model.channel[5].mode, ==, CASCADE(5));
	g_assert_false(model.channel[5].masked);
}

static void claim_same_after(struct ndis_fixture *f)
{
	claim(f, 5, NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_log(f, "DMA channel 5: Device or resource busy");
	plan.claimed = claim(f, 6, NDIS_STATUS_SUCCESS);
}

static void test_registered_after(struct ndis_fixture *f, gconstpointer data)
{
	plan.after = claim_same_after;
	start(f, NDIS_STATUS_SUCCESS);
}

/* A slave adapter object of another driver has the channel. */
static void test_busy(struct ndis_fixture *f, gconstpointer data)
{
	DEVICE_DESCRIPTION description = {
		.Version = DEVICE_DESCRIPTION_VERSION1,
		.DmaChannel = 5,
		.InterfaceType = Isa,
		.DmaWidth = Width16Bits,
		.MaximumLength = PAGE,
	};
	struct platform *other = fake_platform_create(f->loop, NULL, true);
	const struct shim_device_options options = {.bus_number = 9};
	struct dma_controller_model other_model;
	struct shim_device *device;
	ULONG registers;
	PDMA_ADAPTER adapter;

	model_attach(&other_model, other);
	g_assert_cmpint(shim_device_create(other, &options, &device), ==, 0);
	adapter = IoGetDmaAdapter(shim_device_object(device), &description, &registers);
	g_assert_nonnull(adapter);
	start(f, NDIS_STATUS_RESOURCES);
	fixture_expect_log(f, "NdisMAllocateMapRegisters: DMA channel 5: Device or resource busy");
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	adapter->DmaOperations->PutDmaAdapter(adapter);
	start(f, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	g_assert_cmpuint(shim_device_destroy(device), ==, 0);
	platform_close(other);
}

static void test_no_controller(struct ndis_fixture *f, gconstpointer data)
{
	model.fail_port = 0xd6; /* mode of the second controller */
	start(f, NDIS_STATUS_RESOURCES);
	fixture_expect_log(f, "NdisMAllocateMapRegisters: DMA channel 5: ");
	plan.channel = 0;
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	start(f, NDIS_STATUS_SUCCESS);
}

/* An allocation that fails leaves the channel to others. */
static void allocate_smaller(struct ndis_fixture *f)
{
	g_assert_cmphex((uint32_t)plan.status, ==, (uint32_t)NDIS_STATUS_RESOURCES);
	g_assert_true(model.channel[5].masked);
	plan.status = NdisMAllocateMapRegisters(f->handle, 5, NDIS_DMA_24BITS, 32, 1514);
}

static void test_retry(struct ndis_fixture *f, gconstpointer data)
{
	plan.count = 33;
	plan.after = allocate_smaller;
	start(f, NDIS_STATUS_SUCCESS);
	g_assert_false(model.channel[5].masked);
}

static void test_leak(struct ndis_fixture *f, gconstpointer data)
{
	start(f, NDIS_STATUS_SUCCESS);
	plan.status = NDIS_STATUS_FAILURE;
	g_assert_cmpuint(fixture_stop(f), ==, 1);
	g_assert_true(model.channel[5].masked);
	fixture_expect_log(f, "4 base map registers are not freed");
}

#define TEST(name, function)                                                                       \
	g_test_add("/ndis-isa-master/" name, struct ndis_fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST("cascade", test_cascade);
	TEST("channel-0", test_channel_0);
	for (unsigned int i = 0; i < G_N_ELEMENTS(refused_cases); i++) {
		g_autofree char *path = g_strdup_printf("/ndis-isa-master/refused/%u", i);

		g_test_add(path, struct ndis_fixture, &refused_cases[i], set_up, test_refused,
			   tear_down);
	}
	TEST("registered-before", test_registered_before);
	TEST("registered-after", test_registered_after);
	TEST("busy", test_busy);
	TEST("no-controller", test_no_controller);
	TEST("retry", test_retry);
	TEST("leak", test_leak);
	return g_test_run();
}
