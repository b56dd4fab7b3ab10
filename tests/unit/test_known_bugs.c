/* SPDX-License-Identifier: MIT */
/*
 * Bugs of other implementations of this interface (ndis-hal-dma.md section 14), each as a test that
 * the bug would fail.  Here are ReactOS's of NDIS functions; the table names the others, too.
 *
 *	section 14		test
 *	ReactOS (a)		reactos-a-too-few-registers-per-base
 *	ReactOS (b)		reactos-b-free-counts-otherwise
 *	ReactOS (c)		reactos-c-setup-writes-into-another-structure
 *	ReactOS (d)		reactos-d-setup-ignores-offset-and-busy-channel
 *	ReactOS (e)		reactos-e-channel-replaces-the-adapter
 *	ReactOS (f)		reactos-f-free-keeps-the-count
 *	ReactOS (g) to (j), (l)	test_known_bugs_hal.c
 *	ReactOS (k)		reactos-k-no-limit-of-64
 *	NDISwrapper		test_known_bugs_others.c:
 *				ndiswrapper-address-0-means-free, -mapping-errors-unseen,
 *				-buffers-taken-for-contiguous, -completes-with-the-wrong-context,
 *				-failure-without-an-address, -says-nothing-when-mapped;
 *				test_known_bugs_hal.c: -frees-another-list
 *	FreeBSD			test_known_bugs_others.c:
 *				freebsd-index-off-by-one, -shared-memory-below-1-gib,
 *				-free-accepts-another-address, -completes-with-the-wrong-context,
 *				-async-request-leaks, -transmit-can-be-written,
 *				-error-leaves-the-outputs, -lists-without-addresses,
 *				-creation-errors-ignored, -free-keeps-its-pointers, -always-8192
 */
#include <string.h>

#include "dma_controller_model.h"
#include "known_bugs_fixture.h"

static struct dma_controller_model model;

/* ((S-2)/(2*PAGE))+2 registers are too few from 4098 bytes on. */
static void test_too_few_registers_per_base(struct ndis_fixture *f, gconstpointer data)
{
	plan.count = 1;
	plan.maximum = 65536;
	start(f);
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_allocated, ==, 17);
	transmit(f, plan.memory + 4095, 65536, 0);
	transmit(f, plan.memory + 4095, 4098, 0);
}

static void free_and_allocate(struct ndis_fixture *f)
{
	for (unsigned int i = 0; i < 3; i++) {
		g_assert_cmpint(allocate(f, 32, 1514), ==, NDIS_STATUS_SUCCESS);
		NdisMFreeMapRegisters(f->handle);
		g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, 0);
	}
}

static void test_free_counts_otherwise(struct ndis_fixture *f, gconstpointer data)
{
	f->options.dma.policy = DMA_POLICY_COPY;
	plan.during = free_and_allocate;
	start(f);
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_allocated, ==, 4 * 2);
}

static NDIS_HANDLE channels[2];

static void claim_channel(struct ndis_fixture *f, ULONG number, ULONG maximum, NDIS_HANDLE *handle)
{
	NDIS_DMA_DESCRIPTION description = {.DmaWidth = number > 3 ? Width16Bits : Width8Bits,
					    .DmaChannel = number};

	g_assert_cmpint(NdisMRegisterDmaChannel(handle, f->handle, 0, FALSE, &description, maximum),
			==, NDIS_STATUS_SUCCESS);
}

static void claim_two_channels(struct ndis_fixture *f)
{
	claim_channel(f, 1, 2 * PAGE, &channels[0]);
	claim_channel(f, 5, 2 * PAGE, &channels[1]);
}

static void give_channels(struct ndis_fixture *f)
{
	NdisMDeregisterDmaChannel(channels[0]);
	NdisMDeregisterDmaChannel(channels[1]);
}

static void start_with_channels(struct ndis_fixture *f)
{
	model_attach(&model, f->platform);
	f->attributes = 0;
	plan.count = 0;
	plan.during = claim_two_channels;
	f->hooks.halt = give_channels;
	start(f);
}

static void set_up_transfer(unsigned int channel, PNDIS_BUFFER buffer, ULONG length,
			    NDIS_STATUS expected)
{
	NDIS_STATUS status = 1;

	NdisMSetupDmaTransfer(&status, channels[channel], buffer, 0, length, TRUE);
	g_assert_cmphex((uint32_t)status, ==, (uint32_t)expected);
}

static void complete_transfer(unsigned int channel, PNDIS_BUFFER buffer, ULONG length)
{
	NDIS_STATUS status = 1;

	NdisMCompleteDmaTransfer(&status, channels[channel], buffer, 0, length, TRUE);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
}

static void expect_transfer(unsigned int number, const unsigned char *bytes, size_t length)
{
	g_autofree unsigned char *found = g_malloc(length);

	g_assert_cmpuint(model_transfer(&model, number, found, length, true), ==, length);
	g_assert_true(!memcmp(found, bytes, length));
}

/* What one channel is set up for must not end up at another. */
static void test_setup_writes_into_another_structure(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER first, second;

	start_with_channels(f);
	first = fixture_buffer(plan.memory + 10, 1000);
	second = fixture_buffer(plan.memory + 5000, 600);
	set_up_transfer(0, first, 1000, NDIS_STATUS_SUCCESS);
	set_up_transfer(1, second, 600, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(NdisMReadDmaCounter(channels[0]), ==, 1000);
	g_assert_cmpuint(NdisMReadDmaCounter(channels[1]), ==, 600);
	expect_transfer(1, plan.memory + 10, 1000);
	complete_transfer(0, first, 1000);
	g_assert_cmpuint(NdisMReadDmaCounter(channels[1]), ==, 600);
	expect_transfer(5, plan.memory + 5000, 600);
	complete_transfer(1, second, 600);
	NdisFreeBuffer(first);
	NdisFreeBuffer(second);
}

/* As many registers as the length has pages do not hold it at an offset; a second Setup is refused.
 */
static void test_setup_ignores_offset_and_busy_channel(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer;
	KIRQL old;

	start_with_channels(f);
	buffer = fixture_buffer(plan.memory + 4095, 2 * PAGE);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	for (unsigned int i = 0; i < 3; i++) {
		set_up_transfer(0, buffer, 2 * PAGE, NDIS_STATUS_SUCCESS);
		set_up_transfer(0, buffer, 10, NDIS_STATUS_RESOURCES);
		fixture_expect_violation(f, "transfer of 8192 bytes is set up on DMA channel 1");
		expect_transfer(1, plan.memory + 4095, 2 * PAGE);
		complete_transfer(0, buffer, 2 * PAGE);
	}
	KeLowerIrql(old);
	NdisFreeBuffer(buffer);
}

static void claim_for_master(struct ndis_fixture *f)
{
	NdisMSetAttributesEx(f->handle, f, 0, NDIS_ATTRIBUTE_BUS_MASTER, NdisInterfaceIsa);
	g_assert_cmpint(allocate(f, 4, 1514), ==, NDIS_STATUS_SUCCESS);
	claim_channel(f, 6, 1514, &channels[0]);
}

static void give_master(struct ndis_fixture *f)
{
	NdisMDeregisterDmaChannel(channels[0]);
	NdisMFreeMapRegisters(f->handle);
}

/* A bus master on ISA that also registers its channel still has its map registers. */
static void test_channel_replaces_the_adapter(struct ndis_fixture *f, gconstpointer data)
{
	model_attach(&model, f->platform);
	f->without_attributes = true;
	plan = (struct known_bugs_plan){.size = NDIS_DMA_24BITS, .memory = plan.memory};
	plan.during = claim_for_master;
	f->hooks.halt = give_master;
	start(f);
	for (ULONG i = 0; i < 4; i++)
		transmit(f, plan.memory + 77, 1514, i);
	g_assert_false(model.channel[6].masked);
}

static void start_after_free(struct ndis_fixture *f)
{
	PNDIS_BUFFER buffer = fixture_buffer(plan.memory, 100);
	NDIS_PHYSICAL_ADDRESS_UNIT runs[2];

	g_assert_cmpint(allocate(f, 8, 1514), ==, NDIS_STATUS_SUCCESS);
	NdisMFreeMapRegisters(f->handle);
	g_assert_cmpuint(map(f, buffer, 0, true, runs), ==, 0);
	fixture_expect_violation(f, "the adapter has no map registers");
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 0);
	fixture_expect_violation(f, "the adapter has no map registers");
	NdisFreeBuffer(buffer);
}

static void test_free_keeps_the_count(struct ndis_fixture *f, gconstpointer data)
{
	plan.during = start_after_free;
	start(f);
	transmit(f, plan.memory, 1514, 3);
}

static void ask_for_too_many(struct ndis_fixture *f)
{
	g_assert_cmphex((uint32_t)allocate(f, 65, 1), ==, (uint32_t)NDIS_STATUS_RESOURCES);
	g_assert_cmphex((uint32_t)allocate(f, 33, 1514), ==, (uint32_t)NDIS_STATUS_RESOURCES);
	g_assert_cmphex((uint32_t)allocate(f, 4, 65536), ==, (uint32_t)NDIS_STATUS_RESOURCES);
}

static void test_no_limit_of_64(struct ndis_fixture *f, gconstpointer data)
{
	plan.during = ask_for_too_many;
	plan.count = 64;
	plan.maximum = 1;
	start(f);
	transmit(f, plan.memory, 1, 63);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	KNOWN_BUG("reactos-a-too-few-registers-per-base", test_too_few_registers_per_base);
	KNOWN_BUG("reactos-b-free-counts-otherwise", test_free_counts_otherwise);
	KNOWN_BUG("reactos-c-setup-writes-into-another-structure",
		  test_setup_writes_into_another_structure);
	KNOWN_BUG("reactos-d-setup-ignores-offset-and-busy-channel",
		  test_setup_ignores_offset_and_busy_channel);
	KNOWN_BUG("reactos-e-channel-replaces-the-adapter", test_channel_replaces_the_adapter);
	KNOWN_BUG("reactos-f-free-keeps-the-count", test_free_keeps_the_count);
	KNOWN_BUG("reactos-k-no-limit-of-64", test_no_limit_of_64);
	return g_test_run();
}
