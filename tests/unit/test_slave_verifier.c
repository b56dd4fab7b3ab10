/* SPDX-License-Identifier: MIT */
/* The checking mode for slave DMA of NDIS miniports: numbers, arguments, and where the object was
 * made. */
#include <string.h>

#include "dma_controller_model.h"
#include "ndis_fixture.h"

static struct dma_controller_model model;
static NDIS_HANDLE channel;
static bool keep_channel;
static unsigned char memory[4 * PAGE];

/* Not static and not inline: reports name them. */
void claim(struct ndis_fixture *f);
NDIS_STATUS setup(PNDIS_BUFFER buffer, ULONG offset, ULONG length);

__attribute__((noinline)) void claim(struct ndis_fixture *f)
{
	NDIS_DMA_DESCRIPTION description = {
		.DmaWidth = Width16Bits,
		.DmaChannel = 6,
	};

	g_assert_cmphex((uint32_t)NdisMRegisterDmaChannel(&channel, f->handle, 6, FALSE,
							  &description, PAGE),
			==, NDIS_STATUS_SUCCESS);
}

__attribute__((noinline)) NDIS_STATUS setup(PNDIS_BUFFER buffer, ULONG offset, ULONG length)
{
	NDIS_STATUS status = 1;

	NdisMSetupDmaTransfer(&status, channel, buffer, offset, length, TRUE);
	return status;
}

static NDIS_STATUS complete(PNDIS_BUFFER buffer, ULONG offset, ULONG length)
{
	NDIS_STATUS status = 1;

	NdisMCompleteDmaTransfer(&status, channel, buffer, offset, length, TRUE);
	return status;
}

static PVOID ring;
static NDIS_PHYSICAL_ADDRESS ring_address;

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NdisMSetAttributesEx(f->handle, f, 0, 0, NdisInterfaceIsa);
	claim(f);
	NdisMAllocateSharedMemory(f->handle, 100, FALSE, &ring, &ring_address);
	g_assert_nonnull(ring);
	return NDIS_STATUS_SUCCESS;
}

static void halt(struct ndis_fixture *f)
{
	NdisMFreeSharedMemory(f->handle, 100, FALSE, ring, ring_address);
	if (!keep_channel)
		NdisMDeregisterDmaChannel(channel);
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	model_attach(&model, f->platform);
	f->without_attributes = true;
	f->options.verify = SHIM_VERIFY_REPORT;
	f->hooks.initialize = initialize;
	f->hooks.halt = halt;
	keep_channel = false;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
	for (unsigned int i = 0; i < 8; i++)
		g_assert_true(model.channel[i].masked);
}

static void check_texts(struct ndis_fixture *f, const char *const *texts)
{
	for (; *texts; texts++) {
		if (!strstr(fixture_log(f), *texts))
			g_error("\"%s\" is not in the log: %s", *texts, fixture_log(f));
	}
}

static void expect(struct ndis_fixture *f, unsigned int code, const char *const *texts)
{
	g_autofree char *number = g_strdup_printf("(DMA verification 0x%02X)", code);

	check_texts(f, texts);
	fixture_expect_violation(f, number);
}

#define EXPECT(f, code, ...) expect(f, code, (const char *const[]){__VA_ARGS__, NULL})

#define MADE                                                                                       \
	"    DMA channel 6",                                                                       \
		"allocated by NdisMRegisterDmaChannel from test_slave_verifier: claim+0x"
#define MAPPED                                                                                     \
	"    transfer on DMA channel 6, buffer", "for the device to read",                         \
		"mapped by NdisMSetupDmaTransfer from test_slave_verifier: setup+0x"

static void test_ranges(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(memory, 3 * PAGE);
	struct {
		MDL mdl;
		PFN_NUMBER frames[2];
	} raw;

	MmInitializeMdl(&raw.mdl, memory, 100);
	g_assert_cmphex((uint32_t)setup(NULL, 0, 2), ==, (uint32_t)NDIS_STATUS_RESOURCES);
	EXPECT(f, 0x0E, "NdisMSetupDmaTransfer: Buffer is (nil)", MADE);
	setup(&raw.mdl, 0, 2);
	EXPECT(f, 0x0E, "the buffer must be locked in memory", MADE);
	raw.mdl.MdlFlags |= MDL_PAGES_LOCKED;
	setup(&raw.mdl, 0, 2);
	EXPECT(f, 0x22, "the buffer must be locked in memory", MADE);
	setup(buffer, 0, 0);
	EXPECT(f, 0x21, "0 bytes at offset 0, the buffer has 12288", MADE);
	setup(buffer, 3 * PAGE, 2);
	EXPECT(f, 0x1B, "2 bytes at offset 12288", MADE);
	setup(buffer, PAGE, 2 * PAGE + 1);
	EXPECT(f, 0x24, "8193 bytes at offset 4096, the buffer has 12288", MADE);
	setup(buffer, 0, PAGE + 2);
	EXPECT(f, 0x00, "Length is 4098, the limit 4096", MADE);
	setup(buffer, 0, 33);
	EXPECT(f, 0x1F, "Length is 33", "even number of bytes", MADE);
	g_assert_true(model.channel[6].masked);
	NdisFreeBuffer(buffer);
}

static void test_order(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(memory, PAGE);

	g_assert_cmphex((uint32_t)complete(buffer, 0, 2), ==, (uint32_t)NDIS_STATUS_RESOURCES);
	EXPECT(f, 0x20, "no transfer is set up on DMA channel 6", MADE);
	setup(buffer, 0, 100);
	setup(buffer, 0, 100);
	EXPECT(f, 0x0D, "a transfer of 100 bytes is set up on DMA channel 6", MAPPED);
	g_assert_cmphex((uint32_t)complete(buffer, 0, 98), ==, (uint32_t)NDIS_STATUS_RESOURCES);
	EXPECT(f, 0x16, "98 bytes at 0, WriteToDevice 1 given for", MAPPED);
	complete(buffer, 0, 100);
	EXPECT(f, 0x16, "no transfer is set up", MAPPED,
	       "; ended by NdisMCompleteDmaTransfer from test_slave_verifier");
	NdisFreeBuffer(buffer);
}

static void test_handles(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_STATUS status;
	KIRQL old;

	NdisMSetupDmaTransfer(&status, NULL, NULL, 0, 1, TRUE);
	EXPECT(f, 0x19, "NdisMSetupDmaTransfer: (nil) is no DMA channel");
	NdisMReadDmaCounter(&status);
	EXPECT(f, 0x18, "NdisMReadDmaCounter: ", "is no DMA channel");
	NdisMSetupDmaTransfer(NULL, channel, NULL, 0, 1, TRUE);
	fixture_expect_violation(f, "NdisMSetupDmaTransfer: Status is NULL");
	NdisMCompleteDmaTransfer(NULL, channel, NULL, 0, 1, TRUE);
	fixture_expect_violation(f, "NdisMCompleteDmaTransfer: Status is NULL");
	KeRaiseIrql(HIGH_LEVEL, &old);
	NdisMReadDmaCounter(channel);
	EXPECT(f, 0x13, "NdisMReadDmaCounter: called at IRQL 15");
	NdisMSetupDmaTransfer(&status, channel, NULL, 0, 1, TRUE);
	EXPECT(f, 0x13, "NdisMSetupDmaTransfer: called at IRQL 15");
	NdisMCompleteDmaTransfer(&status, channel, NULL, 0, 1, TRUE);
	EXPECT(f, 0x13, "NdisMCompleteDmaTransfer: called at IRQL 15");
	KeLowerIrql(old);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	NdisMDeregisterDmaChannel(channel);
	EXPECT(f, 0x13, "NdisMDeregisterDmaChannel: called at IRQL 2");
	KeLowerIrql(old);
}

static void test_left(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(memory, PAGE);

	keep_channel = true;
	setup(buffer, 0, 100);
	/* The channel, the transfer, the shared memory. */
	g_assert_cmpuint(fixture_statistics(f).verify.records, ==, 3);
	g_assert_cmpuint(fixture_stop(f), ==, 1);
	check_texts(f, (const char *const[]){
			       "(DMA verification 0x08)", "DMA channel 6 is not given back", MADE,
			       "a transfer of 100 bytes is set up on DMA channel 6", MAPPED, NULL});
	fixture_expect_log(f, "(DMA verification 0x0D)");
	NdisFreeBuffer(buffer);
}

static void test_registered_late(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(memory, PAGE);
	NDIS_HANDLE first = channel;
	NDIS_DMA_DESCRIPTION description = {.DmaChannel = 3};

	keep_channel = true;
	setup(buffer, 0, 100);
	/* Only MiniportInitialize registers channels. */
	NdisMRegisterDmaChannel(&channel, f->handle, 3, FALSE, &description, PAGE);
	fixture_expect_violation(f, "from MiniportInitialize only");
	g_assert_true(channel == first);
	complete(buffer, 0, 100);
	keep_channel = false;
	NdisFreeBuffer(buffer);
}

static void test_shared_memory(struct ndis_fixture *f, gconstpointer data)
{
	unsigned char *va = ring;

	memset(va, 0xff, 100);
	NdisMUpdateSharedMemory(f->handle, 100, ring, ring_address);
	va[100] = 0xff;
	NdisMUpdateSharedMemory(f->handle, 100, ring, ring_address);
	check_texts(f, (const char *const[]){
			       "the tag behind shared memory of 100 bytes at",
			       "0x44, with 0xff at offset 100",
			       "allocated by NdisMAllocateSharedMemory from test_slave_verifier",
			       NULL});
	fixture_expect_violation(f, "(DMA verification 0x0F; bug check 0x7C, 0x2)");
	va[200] = 0xff;
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	fixture_expect_log(f, "NdisMFreeSharedMemory: the padding behind shared memory");
}

#define TEST(name, function)                                                                       \
	g_test_add("/slave-verifier/" name, struct ndis_fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST("ranges", test_ranges);
	TEST("order", test_order);
	TEST("handles", test_handles);
	TEST("left", test_left);
	TEST("shared-memory", test_shared_memory);
	TEST("registered-late", test_registered_late);
	return g_test_run();
}
