/* SPDX-License-Identifier: MIT */
/* NdisMStartBufferPhysicalMapping and its end: every policy, cut and width; every misuse. */
#include <stdlib.h>
#include <string.h>

#include "ndis_fixture.h"

#define MAXIMUM	  9000u
#define REGISTERS 4u
#define RUNS	  8u

/** struct setting - one combination */
struct setting {
	enum dma_policy policy;
	enum dma_fragment fragment;
	NDIS_DMA_SIZE size;
};

static struct setting setting;
static unsigned char *memory;

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	return NdisMAllocateMapRegisters(f->handle, 0, setting.size, REGISTERS, MAXIMUM);
}

static void halt(struct ndis_fixture *f)
{
	NdisMFreeMapRegisters(f->handle);
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	setting = data ? *(const struct setting *)data
		       : (struct setting){DMA_POLICY_REMAP, DMA_FRAGMENT_NONE, NDIS_DMA_32BITS};
	fixture_set_up(f);
	memory = aligned_alloc(PAGE, 64 * PAGE);
	fill(memory, 64 * PAGE, 3);
	f->options.dma.policy = setting.policy;
	f->options.dma.fragment = setting.fragment;
	f->hooks.initialize = initialize;
	f->hooks.halt = halt;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
	free(memory);
}

static UINT start(struct ndis_fixture *f, PNDIS_BUFFER buffer, ULONG index, BOOLEAN to_device,
		  NDIS_PHYSICAL_ADDRESS_UNIT *runs)
{
	UINT count = 12345;

	memset(runs, 0xA5, RUNS * sizeof(*runs));
	NdisMStartBufferPhysicalMapping(f->handle, buffer, index, to_device, runs, &count);
	for (UINT i = count; i < RUNS; i++)
		g_assert_cmpuint(runs[i].Length, ==, 0xA5A5A5A5);
	return count;
}

static void check_runs(const NDIS_PHYSICAL_ADDRESS_UNIT *runs, UINT count, PNDIS_BUFFER buffer)
{
	uint64_t limit = setting.size == NDIS_DMA_24BITS   ? 1ull << 24
			 : setting.size == NDIS_DMA_32BITS ? 1ull << 32
							   : UINT64_MAX;
	UINT most;

	NdisGetBufferPhysicalArraySize(buffer, &most);
	g_assert_cmpuint(count, >=, 1);
	g_assert_cmpuint(count, <=, most);
	if (setting.fragment == DMA_FRAGMENT_NONE)
		g_assert_cmpuint(count, ==, 1);
	else
		g_assert_cmpuint(count, ==, most);
	for (UINT i = 0; i < count; i++) {
		uint64_t first = (uint64_t)runs[i].PhysicalAddress.QuadPart;

		g_assert_cmpuint(first, >, 0);
		g_assert_cmpuint(runs[i].Length, >, 0);
		g_assert_cmpuint(first + runs[i].Length, <=, limit);
		g_assert_true(first >= 0xfef00000 || first + runs[i].Length <= 0xfee00000);
		g_assert_cmpuint(
			first % PAGE, ==,
			i || setting.fragment == DMA_FRAGMENT_NONE
				? (i ? 0 : (uintptr_t)MmGetMdlVirtualAddress(buffer) % PAGE)
				: (uintptr_t)MmGetMdlVirtualAddress(buffer) % PAGE);
	}
}

static void read_back(struct ndis_fixture *f, size_t offset, size_t length)
{
	unsigned char *bytes = g_malloc(length);
	PNDIS_BUFFER buffer = fixture_buffer(memory + offset, length);
	NDIS_PHYSICAL_ADDRESS_UNIT runs[RUNS];
	UINT count = start(f, buffer, 1, TRUE, runs);

	check_runs(runs, count, buffer);
	NdisFlushBuffer(buffer, TRUE);
	read_runs(f, runs, count, bytes, length);
	g_assert_cmpmem(bytes, (int)length, memory + offset, (int)length);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 1);
	if (setting.policy == DMA_POLICY_REMAP)
		g_assert_cmpint(
			fake_device_read(f->platform,
					 (logical_t){(uint64_t)runs[0].PhysicalAddress.QuadPart},
					 bytes, 1),
			!=, 0);
	NdisFreeBuffer(buffer);
	g_free(bytes);
}

static void write_back(struct ndis_fixture *f, size_t offset, size_t length)
{
	unsigned char *expected = g_malloc(length);
	PNDIS_BUFFER buffer = fixture_buffer(memory + offset, length);
	NDIS_PHYSICAL_ADDRESS_UNIT runs[RUNS];
	UINT count = start(f, buffer, 2, FALSE, runs);
	size_t done = 0;

	check_runs(runs, count, buffer);
	fill(expected, length, (unsigned int)(offset + length));
	for (UINT i = 0; i < count; i++) {
		g_assert_cmpint(
			fake_device_write(f->platform,
					  (logical_t){(uint64_t)runs[i].PhysicalAddress.QuadPart},
					  expected + done, runs[i].Length),
			==, 0);
		done += runs[i].Length;
	}
	g_assert_cmpuint(done, ==, length);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 2);
	g_assert_cmpmem(expected, (int)length, memory + offset, (int)length);
	NdisFreeBuffer(buffer);
	g_free(expected);
}

static void test_bytes(struct ndis_fixture *f, gconstpointer data)
{
	static const size_t lengths[] = {1, 2, 60, 256, 1514, 4095, 4096, 4097, 8192, MAXIMUM};
	static const size_t offsets[] = {0, 1, 100, 2048, 4095, 4096 + 4000};

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		for (size_t j = 0; j < G_N_ELEMENTS(offsets); j++) {
			read_back(f, offsets[j], lengths[i]);
			write_back(f, offsets[j], lengths[i]);
		}
	}
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_mapped, ==, 0);
}

/* All registers at once, ended in another order; bytes around a write stay as they are. */
static void test_in_flight(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[REGISTERS][RUNS];
	PNDIS_BUFFER buffers[REGISTERS];
	UINT counts[REGISTERS];
	unsigned char bytes[1500];

	for (unsigned int i = 0; i < REGISTERS; i++) {
		buffers[i] = fixture_buffer(memory + i * 1500, 1500);
		counts[i] = start(f, buffers[i], i, TRUE, runs[i]);
	}
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_mapped, ==, REGISTERS * 4);
	for (unsigned int i = REGISTERS; i-- > 0;) {
		read_runs(f, runs[i], counts[i], bytes, sizeof(bytes));
		g_assert_cmpmem(bytes, sizeof(bytes), memory + i * 1500, 1500);
	}
	for (unsigned int i = 0; i < REGISTERS; i++) {
		unsigned int index = (i + 2) % REGISTERS;

		NdisMCompleteBufferPhysicalMapping(f->handle, buffers[index], index);
		NdisFreeBuffer(buffers[index]);
	}
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_mapped, ==, 0);
}

static void map_nothing(struct ndis_fixture *f, void *va)
{
	PNDIS_BUFFER buffer = fixture_buffer(va, 0);
	NDIS_PHYSICAL_ADDRESS_UNIT runs[RUNS];

	g_assert_cmpuint(start(f, buffer, 0, TRUE, runs), ==, 0);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 0);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 0);
	fixture_expect_violation(f, "map register 0 maps nothing");
	NdisFreeBuffer(buffer);
}

static void test_empty_buffer(struct ndis_fixture *f, gconstpointer data)
{
	struct shim_frame *frame;
	size_t capacity;
	void *va;

	map_nothing(f, memory);
	map_nothing(f, memory + 100);
	/* Under policy pool frames lie in the arena. */
	frame = shim_frame_allocate(f->adapter, &va, &capacity);
	g_assert_nonnull(frame);
	map_nothing(f, (char *)va + 100);
	shim_frame_free(f->adapter, frame);
}

/* Only the first buffer of a chain is mapped. */
static void test_chain(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER first = fixture_buffer(memory, 100), second = fixture_buffer(memory + 100, 50);
	NDIS_PHYSICAL_ADDRESS_UNIT runs[RUNS];
	UINT size;

	first->Next = second;
	NdisGetBufferPhysicalArraySize(first, &size);
	g_assert_cmpuint(size, ==, 1);
	g_assert_cmpuint(start(f, first, 0, TRUE, runs), ==, 1);
	g_assert_cmpuint(runs[0].Length, ==, 100);
	NdisMCompleteBufferPhysicalMapping(f->handle, first, 0);
	NdisFreeBuffer(first);
	NdisFreeBuffer(second);
}

static void expect_nothing(struct ndis_fixture *f, PNDIS_BUFFER buffer, ULONG index,
			   const char *text)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[RUNS];

	g_assert_cmpuint(start(f, buffer, index, TRUE, runs), ==, 0);
	fixture_expect_violation(f, text);
}

static void test_misuse(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(memory, 1514);
	PNDIS_BUFFER other = fixture_buffer(memory + 2000, 1514);
	PNDIS_BUFFER large = fixture_buffer(memory, MAXIMUM + 1);
	NDIS_PHYSICAL_ADDRESS_UNIT runs[RUNS];
	unsigned char byte;
	KIRQL irql;
	UINT count = 9;
	MDL mdl;

	expect_nothing(f, buffer, REGISTERS, "PhysicalMapRegister is 4, the adapter has 4");
	expect_nothing(f, buffer, 0xffffffff, "PhysicalMapRegister is 4294967295");
	expect_nothing(f, large, 0, "has 9001 bytes, MaximumBufferSize is 9000");
	MmInitializeMdl(&mdl, memory, 100);
	expect_nothing(f, &mdl, 0, "MdlFlags");
	KeRaiseIrql(HIGH_LEVEL, &irql);
	expect_nothing(f, buffer, 0, "called at IRQL 15");
	KeLowerIrql(irql);
	NdisMStartBufferPhysicalMapping(f->handle, NULL, 0, TRUE, runs, &count);
	g_assert_cmpuint(count, ==, 0);
	fixture_expect_violation(f, "no argument may be NULL");
	NdisMStartBufferPhysicalMapping(f->handle, buffer, 0, TRUE, NULL, &count);
	NdisMStartBufferPhysicalMapping(f->handle, buffer, 0, TRUE, runs, NULL);
	fixture_expect_violations(f, 2, "no argument may be NULL");

	g_assert_cmpuint(start(f, buffer, 0, TRUE, runs), ==, 1);
	expect_nothing(f, other, 0, "map register 0 still maps buffer");
	expect_nothing(f, buffer, 0, "map register 0 still maps buffer");
	NdisMCompleteBufferPhysicalMapping(f->handle, other, 0);
	fixture_expect_violation(f, "map register 0 maps buffer");
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 1);
	fixture_expect_violation(f, "map register 1 maps nothing");
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 4);
	fixture_expect_violation(f, "PhysicalMapRegister is 4");
	KeRaiseIrql(HIGH_LEVEL, &irql);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 0);
	KeLowerIrql(irql);
	fixture_expect_violation(f, "called at IRQL 15");
	NdisFreeBuffer(buffer);
	fixture_expect_violation(f, "NdisFreeBuffer: map register 0 still maps buffer");
	/* None of it harmed the mapping. */
	g_assert_cmpint(fake_device_read(f->platform,
					 (logical_t){(uint64_t)runs[0].PhysicalAddress.QuadPart},
					 &byte, 1),
			==, 0);
	NdisAdjustBufferLength(buffer, 1000);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 0);
	fixture_expect_violation(f, "was 1514 bytes");
	g_assert_false(fake_is_mapped(f->platform,
				      (logical_t){(uint64_t)runs[0].PhysicalAddress.QuadPart}));
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 0);
	fixture_expect_violation(f, "map register 0 maps nothing");
	NdisFreeBuffer(buffer);
	NdisFreeBuffer(other);
	NdisFreeBuffer(large);
}

/* Memory that the device can still reach is not freed; what only a cache keeps mapped is. */
static void test_freed_memory(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[RUNS];
	PNDIS_BUFFER buffer;
	PVOID va;

	g_assert_cmpint(NdisAllocateMemoryWithTag(&va, 5000, 'free'), ==, NDIS_STATUS_SUCCESS);
	buffer = fixture_buffer((PUCHAR)va + 4000, 100);
	g_assert_cmpuint(start(f, buffer, 1, TRUE, runs), ==, 1);
	NdisFreeMemory(va, 5000, 0);
	fixture_expect_violation(f, "map register 1 still maps part of 5000 bytes");
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 1);
	NdisFreeBuffer(buffer);
	NdisFreeMemory(va, 5000, 0);
	g_assert_cmpuint(fixture_statistics(f).dma.map_registers_mapped, ==, 0);
	g_assert_false(fake_is_mapped(f->platform,
				      (logical_t){(uint64_t)runs[0].PhysicalAddress.QuadPart}));
}

/* The platform has no room: not the driver's fault, and the register is free afterwards. */
static void test_platform_failure(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(memory, 1514);
	NDIS_PHYSICAL_ADDRESS_UNIT runs[RUNS];

	fake_fail_map(f->platform, 0, -28);
	g_assert_cmpuint(start(f, buffer, 0, TRUE, runs), ==, 0);
	fixture_expect_log(f, "no room: ");
	g_assert_cmpuint(start(f, buffer, 0, TRUE, runs), ==, 1);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 0);
	NdisFreeBuffer(buffer);
}

static void die_of_short_unmap(void)
{
	struct ndis_fixture fixture, *f = &fixture;
	NDIS_PHYSICAL_ADDRESS_UNIT runs[RUNS];
	PNDIS_BUFFER buffer;

	set_up(f, NULL);
	shim_log_to(NULL);
	buffer = fixture_buffer(memory, 1514);
	start(f, buffer, 2, TRUE, runs);
	fake_short_unmap(f->platform, PAGE);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 2);
}

static void test_short_unmap(void)
{
	g_test_trap_subprocess("/ndis/mapping/short-unmap/subprocess", 0, 0);
	g_test_trap_assert_failed();
	g_test_trap_assert_stderr("*bug check 0xe0000001 IOMMU_STATE_UNKNOWN*parameter 2: 0x2*");
}

/* Nobody is told the limit of the driver, but the host program's lower one holds. */
static void test_address_ceiling(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[RUNS];
	PNDIS_BUFFER buffer = fixture_buffer(memory, 1514);

	g_assert_cmpuint(fixture_stop(f), ==, 0);
	f->options.max_address_bits = 24;
	setting.size = NDIS_DMA_64BITS;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(start(f, buffer, 0, TRUE, runs), ==, 1);
	g_assert_cmpint(runs[0].PhysicalAddress.QuadPart, <, 1 << 24);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 0);
	NdisFreeBuffer(buffer);
}

static void test_trace(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_PHYSICAL_ADDRESS_UNIT runs[RUNS];
	PNDIS_BUFFER buffer = fixture_buffer(memory, 1514);
	char *text;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	shim_trace_to(stream);
	start(f, buffer, 3, TRUE, runs);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 3);
	shim_trace_to(NULL);
	start(f, buffer, 2, TRUE, runs);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 2);
	NdisFreeBuffer(buffer);
	fclose(stream);
	g_assert_nonnull(strstr(text, "irql 0    NdisMStartBufferPhysicalMapping(adapter 0x"));
	g_assert_nonnull(strstr(text, "of 1514 bytes, register 3, to device) -> 1 runs, 0x"));
	g_assert_nonnull(strstr(text, "+1514\n"));
	g_assert_nonnull(strstr(text, "NdisMCompleteBufferPhysicalMapping(adapter 0x"));
	g_assert_null(strstr(text, "register 2"));
	free(text);
}

static void add_combinations(void)
{
	static struct setting settings[DMA_POLICY_COUNT * 2 * 3];
	size_t used = 0;

	for (unsigned int policy = 0; policy < DMA_POLICY_COUNT; policy++) {
		for (unsigned int fragment = 0; fragment < 2; fragment++) {
			for (unsigned int size = 0; size < 3; size++) {
				static const unsigned int bits[] = {24, 32, 64};
				g_autofree char *name =
					g_strdup_printf("/ndis/mapping/bytes/%s/%s/%u",
							dma_policy_name((enum dma_policy)policy),
							fragment ? "page" : "none", bits[size]);

				settings[used] = (struct setting){(enum dma_policy)policy,
								  (enum dma_fragment)fragment,
								  (NDIS_DMA_SIZE)size};
				g_test_add(name, struct ndis_fixture, &settings[used], set_up,
					   test_bytes, tear_down);
				used++;
			}
		}
	}
}

#define ADD(name, function, setting)                                                               \
	g_test_add("/ndis/mapping/" name, struct ndis_fixture, setting, set_up, function, tear_down)

/* The page array of an NDIS_BUFFER does not grow with its ByteCount. */
static void test_raised_byte_count(struct ndis_fixture *f, gconstpointer data)
{
	PNDIS_BUFFER buffer = fixture_buffer(memory + 100, 1000);
	NDIS_PHYSICAL_ADDRESS_UNIT runs[RUNS];

	buffer->ByteCount = PAGE - 100 + 1;
	g_assert_cmpuint(start(f, buffer, 0, TRUE, runs), ==, 0);
	fixture_expect_violation(f, "of 3997 bytes claims 2 pages, it has room for 1");
	buffer->ByteCount = PAGE - 100;
	g_assert_cmpuint(start(f, buffer, 0, TRUE, runs), ==, 1);
	NdisMCompleteBufferPhysicalMapping(f->handle, buffer, 0);
	NdisFreeBuffer(buffer);
}

int main(int argc, char **argv)
{
	static const struct setting cached = {DMA_POLICY_CACHED, DMA_FRAGMENT_NONE,
					      NDIS_DMA_32BITS};
	static const struct setting pool = {DMA_POLICY_POOL, DMA_FRAGMENT_NONE, NDIS_DMA_32BITS};
	static const struct setting copy = {DMA_POLICY_COPY, DMA_FRAGMENT_PAGE, NDIS_DMA_32BITS};

	g_test_init(&argc, &argv, NULL);
	add_combinations();
	ADD("in-flight/remap", test_in_flight, NULL);
	ADD("in-flight/copy", test_in_flight, &copy);
	ADD("empty-buffer/remap", test_empty_buffer, NULL);
	ADD("empty-buffer/copy", test_empty_buffer, &copy);
	ADD("empty-buffer/pool", test_empty_buffer, &pool);
	ADD("empty-buffer/cached", test_empty_buffer, &cached);
	ADD("chain", test_chain, NULL);
	ADD("misuse", test_misuse, NULL);
	ADD("raised-byte-count", test_raised_byte_count, NULL);
	ADD("freed-memory/remap", test_freed_memory, NULL);
	ADD("freed-memory/cached", test_freed_memory, &cached);
	ADD("platform-failure", test_platform_failure, NULL);
	ADD("address-ceiling", test_address_ceiling, NULL);
	ADD("trace", test_trace, NULL);
	g_test_add_func("/ndis/mapping/short-unmap", test_short_unmap);
	g_test_add_func("/ndis/mapping/short-unmap/subprocess", die_of_short_unmap);
	return g_test_run();
}
