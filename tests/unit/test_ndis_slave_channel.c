/* SPDX-License-Identifier: MIT */
/* DMA channels of NDIS: who gets which, and how it is given back. */
#include <string.h>

#include "ndis_slave_fixture.h"

static void test_foreign_handle(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_HANDLE channel;

	slave_start(f);
	channel = slave_plan.channel;
	slave_plan.channel = &slave_plan.channel;
	IS(slave_setup(NULL, 0, 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "is no DMA channel");
	IS(slave_complete(NULL, 0, 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "is no DMA channel");
	g_assert_cmpuint(NdisMReadDmaCounter(NULL), ==, 0);
	fixture_expect_violation(f, "is no DMA channel");
	NdisMDeregisterDmaChannel(f->handle);
	fixture_expect_violation(f, "is no DMA channel");
	slave_plan.channel = channel;
	NdisMDeregisterDmaChannel(channel);
	fixture_expect_violation(f, "from a running adapter");
	slave_plan.channel = SLAVE_UNTOUCHED;
	slave_claim(f);
	IS(slave_plan.status, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "after MiniportInitialize");
	slave_plan.channel = channel;
	slave_plan.status = NDIS_STATUS_SUCCESS;
}

static void refused(struct ndis_fixture *f, NDIS_STATUS status, const char *text, bool violation)
{
	g_assert_cmpint(fixture_start(f), ==, 0);
	IS(slave_plan.status, status);
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
	slave_plan.attributes = cases[index].attributes;
	slave_plan.bus = cases[index].bus;
	slave_plan.description.DmaChannel = cases[index].channel;
	slave_plan.description.DmaWidth = cases[index].width;
	slave_plan.description.DmaSpeed = cases[index].speed;
	slave_plan.maximum = cases[index].maximum;
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
	slave_plan.maximum = 0xFFFFFFFF;
	slave_start(f);
	buffer = fixture_buffer(memory, sizeof(memory));
	IS(slave_setup(buffer, 0, 2 * PAGE, TRUE), NDIS_STATUS_SUCCESS);
	IS(slave_complete(buffer, 0, 2 * PAGE, TRUE), NDIS_STATUS_SUCCESS);
	IS(slave_setup(buffer, 0, 2 * PAGE + 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "the limit 8192");
	NdisFreeBuffer(buffer);
}

static void claim_again(struct ndis_fixture *f)
{
	NDIS_HANDLE first = slave_plan.channel;
	NDIS_HANDLE second = SLAVE_UNTOUCHED;
	NDIS_DMA_DESCRIPTION other = slave_plan.description;

	IS(NdisMRegisterDmaChannel(&second, f->handle, 1, FALSE, &slave_plan.description, 1),
	   NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_log(f, "DMA channel 1: Device or resource busy");
	g_assert_true(second == SLAVE_UNTOUCHED);
	IS(NdisMRegisterDmaChannel(NULL, f->handle, 1, FALSE, &slave_plan.description, 1),
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
	slave_plan.more = claim_again;
	slave_start(f);
}

static void leave_transfer(struct ndis_fixture *f)
{
	NdisMDeregisterDmaChannel(slave_plan.channel);
	/* The adapter is charged while it exists. */
	slave_plan.status = NDIS_STATUS_FAILURE;
}

static void test_deregister_with_transfer(struct ndis_fixture *f, gconstpointer data)
{
	static unsigned char memory[PAGE];
	PNDIS_BUFFER buffer;

	slave_plan.halt = leave_transfer;
	slave_start(f);
	buffer = fixture_buffer(memory, sizeof(memory));
	IS(slave_setup(buffer, 0, 100, TRUE), NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	fixture_expect_log(f, "a transfer of 100 bytes is set up on DMA channel 1");
	NdisFreeBuffer(buffer);
}

static void test_leak(struct ndis_fixture *f, gconstpointer data)
{
	slave_start(f);
	slave_plan.status = NDIS_STATUS_FAILURE;
	g_assert_cmpuint(fixture_stop(f), ==, 1);
	fixture_expect_log(f, "DMA channel 1 is not given back");
}

static void test_isa_bus_master(struct ndis_fixture *f, gconstpointer data)
{
	slave_plan.attributes = NDIS_ATTRIBUTE_BUS_MASTER;
	slave_plan.description.DmaChannel = 5;
	slave_start(f);
	g_assert_cmphex(slave_model.channel[5].mode, ==, 0xc1);
	g_assert_false(slave_model.channel[5].masked);
	IS(slave_setup(NULL, 0, 1, TRUE), NDIS_STATUS_RESOURCES);
	fixture_expect_violation(f, "cascade mode");
	g_assert_cmpuint(NdisMReadDmaCounter(slave_plan.channel), ==, 0);
	fixture_expect_violation(f, "cascade mode");
}

#define TEST(name, data, function)                                                                 \
	g_test_add("/ndis-slave-channel/" name, struct ndis_fixture, data, slave_set_up, function, \
		   slave_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < REFUSED_CASES; i++) {
		g_autofree char *path =
			g_strdup_printf("/ndis-slave-channel/refused/%zu", (size_t)i);

		g_test_add(path, struct ndis_fixture, GSIZE_TO_POINTER(i), slave_set_up,
			   test_refused, slave_tear_down);
	}
	TEST("foreign-handle", NULL, test_foreign_handle);
	TEST("no-low-memory", NULL, test_no_low_memory);
	TEST("no-limit-known", NULL, test_no_limit_known);
	TEST("conflict", NULL, test_conflict);
	TEST("deregister-with-transfer", NULL, test_deregister_with_transfer);
	TEST("leak", NULL, test_leak);
	TEST("isa-bus-master", NULL, test_isa_bus_master);
	return g_test_run();
}
