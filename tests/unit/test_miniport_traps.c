/* SPDX-License-Identifier: MIT */
/*
 * What published miniports take for granted of DMA: the map registers they ask for, addresses of 32
 * bits, one element for each packet.
 */
#include <string.h>

#include "ndis_send_fixture.h"

#define FOUR_GIB 0x100000000ll

/* ---- map registers ------------------------------------------------------------------------- */

/* How a driver asks: @first registers, and @step fewer each time that it is refused. */
struct request_pattern {
	const char *name;
	ULONG first, step, bytes;
	ULONG granted;
	uint64_t registers; /* granted, times the pages of one */
};

static const struct request_pattern patterns[] = {
	{"eight-of-0x600", 8, 0, 0x600, 8, 16},	       {"all-of-them", 32, 8, 1514, 32, 64},
	{"down-by-eight", 64, 8, 1514, 32, 64},	       {"twenty", 20, 0, 1514, 20, 40},
	{"count-down", 0x10000, 1, 15 * 1024, 12, 60},
};

static const struct request_pattern *pattern;
static ULONG granted;

static NDIS_STATUS initialize_pattern(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	for (granted = pattern->first; granted; granted -= MIN(granted, pattern->step)) {
		NDIS_STATUS status = NdisMAllocateMapRegisters(f->handle, 0, NDIS_DMA_32BITS,
							       granted, pattern->bytes);

		if (status == NDIS_STATUS_SUCCESS)
			return status;
		g_assert_cmphex((ULONG)status, ==, (ULONG)NDIS_STATUS_RESOURCES);
		/* What is granted at first must not be refused. */
		g_assert_cmpuint(pattern->step, >, 0);
	}
	return NDIS_STATUS_RESOURCES;
}

static void halt_registers(struct ndis_fixture *f)
{
	NdisMFreeMapRegisters(f->handle);
}

static void expect_below_4_gib(const NDIS_PHYSICAL_ADDRESS_UNIT *unit)
{
	g_assert_cmpint(unit->PhysicalAddress.QuadPart, >, 0);
	g_assert_cmpint(unit->PhysicalAddress.QuadPart + unit->Length, <=, FOUR_GIB);
}

/* Each register maps a buffer of the largest size at the worst place of a page, all at once. */
static void map_all(struct ndis_fixture *f)
{
	size_t stride = (pattern->bytes + 2 * PAGE) & ~(size_t)(PAGE - 1);
	unsigned char *memory = g_aligned_alloc(granted, stride, PAGE);
	g_autofree unsigned char *found = g_malloc(pattern->bytes);
	g_autofree PNDIS_BUFFER *buffers = g_new(PNDIS_BUFFER, granted);
	NDIS_PHYSICAL_ADDRESS_UNIT units[64];
	UINT count;

	for (ULONG i = 0; i < granted; i++) {
		unsigned char *start = memory + i * stride + PAGE - 1;

		fill(start, pattern->bytes, i);
		buffers[i] = fixture_buffer(start, pattern->bytes);
		NdisMStartBufferPhysicalMapping(f->handle, buffers[i], i, TRUE, &units[i], &count);
		g_assert_cmpuint(count, ==, 1);
		expect_below_4_gib(&units[i]);
	}
	for (ULONG i = 0; i < granted; i++) {
		read_runs(f, &units[i], 1, found, pattern->bytes);
		g_assert_cmpmem(found, pattern->bytes, memory + i * stride + PAGE - 1,
				pattern->bytes);
		NdisMCompleteBufferPhysicalMapping(f->handle, buffers[i], i);
		NdisFreeBuffer(buffers[i]);
	}
	g_aligned_free(memory);
}

static void test_pattern(struct ndis_fixture *f, gconstpointer data)
{
	pattern = data;
	f->hooks.initialize = initialize_pattern;
	f->hooks.halt = halt_registers;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(granted, ==, pattern->granted);
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_allocated, ==, pattern->registers);
	map_all(f);
	/* To be refused is no mistake: nothing is said about it. */
	g_assert_cmpstr(fixture_log(f), ==, "");
}

/* ---- addresses ----------------------------------------------------------------------------- */

static NDIS_PHYSICAL_ADDRESS shared;
static PVOID shared_va;
static NDIS_DMA_SIZE dma_size;

static NDIS_STATUS initialize_sized(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	g_assert_cmpint(NdisMAllocateMapRegisters(f->handle, 0, dma_size, 16, 1514), ==,
			NDIS_STATUS_SUCCESS);
	NdisMAllocateSharedMemory(f->handle, 3 * PAGE, FALSE, &shared_va, &shared);
	g_assert_nonnull(shared_va);
	return NDIS_STATUS_SUCCESS;
}

static void halt_sized(struct ndis_fixture *f)
{
	NdisMFreeSharedMemory(f->handle, 3 * PAGE, FALSE, shared_va, shared);
	NdisMFreeMapRegisters(f->handle);
}

static NDIS_PHYSICAL_ADDRESS_UNIT unit_of_a_buffer(struct ndis_fixture *f)
{
	static unsigned char bytes[1514];
	PNDIS_BUFFER buffer = fixture_buffer(bytes, sizeof(bytes));
	NDIS_PHYSICAL_ADDRESS_UNIT units[4];
	UINT count;

	NdisMStartBufferPhysicalMapping(f->handle, buffer, 15, TRUE, units, &count);
	g_assert_cmpuint(count, ==, 1);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 15);
	NdisFreeBuffer(buffer);
	return units[0];
}

/* A device that reaches more than 4 GiB, most of it above. */
static void set_up_wide(struct ndis_fixture *f, gconstpointer data)
{
	static const struct logical_range wide[] = {
		{0xfff00000, 0xffffffff},
		{0x100000000, 0x7fffffffff},
	};

	set_up(f, data);
	fake_set_ranges(f->platform, wide, G_N_ELEMENTS(wide));
	f->options.dma.policy = (enum dma_policy)GPOINTER_TO_UINT(data);
	f->hooks.initialize = initialize_sized;
	f->hooks.halt = halt_sized;
}

static void test_32_bits(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS_UNIT unit;

	dma_size = NDIS_DMA_32BITS;
	g_assert_cmpint(fixture_start(f), ==, 0);
	unit = unit_of_a_buffer(f);
	expect_below_4_gib(&unit);
	g_assert_cmpint(shared.QuadPart, >, 0);
	g_assert_cmpint(shared.QuadPart + (LONGLONG)(3 * PAGE), <=, FOUR_GIB);
}

/* A driver that asks for 64 bits is served where one of 32 bits finds nothing. */
static void test_64_bits(struct ndis_fixture *f, gconstpointer data)
{
	static const struct logical_range high = {0x100000000, 0x7fffffffff};

	fake_set_ranges(f->platform, &high, 1);
	dma_size = NDIS_DMA_64BITS;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(unit_of_a_buffer(f).PhysicalAddress.QuadPart, >=, FOUR_GIB);
	g_assert_cmpint(shared.QuadPart, >=, FOUR_GIB);
}

/* ---- scatter/gather lists ------------------------------------------------------------------ */

static BOOLEAN wide_lists;

static NDIS_STATUS initialize_lists(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	return NdisMInitializeScatterGatherDma(f->handle, wide_lists, 1514);
}

static PSCATTER_GATHER_LIST list_of(PNDIS_PACKET packet)
{
	return (PSCATTER_GATHER_LIST)NDIS_PER_PACKET_INFO_FROM_PACKET(packet,
								      ScatterGatherListPacketInfo);
}

static void start_lists(struct ndis_fixture *f, BOOLEAN wide)
{
	wide_lists = wide;
	f->without_send_packets = true;
	f->hooks.initialize = initialize_lists;
	f->hooks.halt = NULL;
	f->hooks.send = hold;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

/* Whether each frame is one buffer, wherever it lies, or joined from several. */
static void test_one_element(struct ndis_fixture *f, gconstpointer data)
{
	static const struct logical_range high = {0x100000000, 0x7fffffffff};
	const char *how = data;
	bool wide = !strcmp(how, "64-bits");
	unsigned int crossing = 0;

	f->options.dma.policy = DMA_POLICY_REMAP;
	if (!strcmp(how, "joined")) {
		f->options.header_bytes = 14;
		f->options.buffer_bytes = 500;
		f->options.single_element = true;
	}
	if (wide)
		fake_set_ranges(f->platform, &high, 1);
	start_lists(f, wide);
	for (unsigned int i = 0; i < 16; i++)
		fixture_send(f, 1514, i);
	g_assert_cmpuint(held_count, ==, 16);
	for (unsigned int i = 0; i < 16; i++) {
		PSCATTER_GATHER_LIST list = list_of(held[i]);
		unsigned char found[1514], expected[1514];
		LONGLONG start = list->Elements[0].Address.QuadPart;

		g_assert_cmpuint(list->NumberOfElements, ==, 1);
		g_assert_cmpuint(list->Elements[0].Length, ==, 1514);
		if (wide)
			g_assert_cmpint(start, >=, FOUR_GIB);
		else
			g_assert_cmpint(start + 1514, <=, FOUR_GIB);
		g_assert_cmpint(fake_device_read(f->platform, (logical_t){(uint64_t)start}, found,
						 sizeof(found)),
				==, 0);
		fill(expected, sizeof(expected), i);
		g_assert_cmpmem(found, sizeof(found), expected, sizeof(expected));
		crossing += start / PAGE != (start + 1513) / PAGE;
	}
	g_assert_cmpuint(crossing, >, 0);
	while (held_count)
		complete(f, 0, NDIS_STATUS_SUCCESS);
	fixture_expect_sent(f, 16, NDIS_STATUS_SUCCESS);
}

static void test_element_for_each_buffer(struct ndis_fixture *f, gconstpointer data)
{
	f->options.header_bytes = 14;
	f->options.buffer_bytes = 500;
	f->options.dma.policy = DMA_POLICY_REMAP;
	start_lists(f, FALSE);
	fixture_send(f, 1514, 1);
	g_assert_cmpuint(list_of(held[0])->NumberOfElements, ==, 4);
	g_assert_cmpuint(list_of(held[0])->Elements[0].Length, ==, 14);
	g_assert_cmpuint(list_of(held[0])->Elements[3].Length, ==, 500);
	complete(f, 0, NDIS_STATUS_SUCCESS);
	fixture_expect_sent(f, 1, NDIS_STATUS_SUCCESS);
}

#define ADD(name, data, start, function)                                                           \
	g_test_add("/miniport-traps/" name, struct ndis_fixture, data, start, function, tear_down)

static void add_for_each_policy(const char *name,
				void (*function)(struct ndis_fixture *, gconstpointer))
{
	for (unsigned int policy = 0; policy < DMA_POLICY_COUNT; policy++) {
		g_autofree char *path = g_strdup_printf("/miniport-traps/addresses/%s/%s", name,
							dma_policy_name((enum dma_policy)policy));

		g_test_add(path, struct ndis_fixture, GUINT_TO_POINTER(policy), set_up_wide,
			   function, tear_down);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(patterns); i++) {
		g_autofree char *path =
			g_strconcat("/miniport-traps/map-registers/", patterns[i].name, NULL);

		g_test_add(path, struct ndis_fixture, &patterns[i], set_up, test_pattern,
			   tear_down);
	}
	add_for_each_policy("32-bits", test_32_bits);
	add_for_each_policy("64-bits", test_64_bits);
	ADD("one-element/32-bits", "32-bits", set_up, test_one_element);
	ADD("one-element/64-bits", "64-bits", set_up, test_one_element);
	ADD("one-element/joined", "joined", set_up, test_one_element);
	ADD("element-for-each-buffer", NULL, set_up, test_element_for_each_buffer);
	return g_test_run();
}
