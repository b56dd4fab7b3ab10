/* SPDX-License-Identifier: MIT */
/*
 * hal_fixture.c - see hal_fixture.h
 */
#include "hal_fixture.h"

#include <stdlib.h>
#include <string.h>

static void open_log(struct hal_fixture *f)
{
	f->log_stream = open_memstream(&f->log, &f->log_length);
	shim_log_to(f->log_stream);
}

static void create_device(struct hal_fixture *f)
{
	g_assert_cmpint(shim_device_create(f->platform, &f->options, &f->device), ==, 0);
	f->object = shim_device_object(f->device);
	f->violations = 0;
}

void hal_set_up(struct hal_fixture *f, gconstpointer data)
{
	static const struct hal_variant common = {DMA_POLICY_REMAP, DMA_FRAGMENT_NONE, 32};
	const struct hal_variant *variant = data ? data : &common;

	memset(f, 0, sizeof(*f));
	f->loop = event_loop_create();
	f->platform = fake_platform_create(f->loop, NULL, true);
	f->options.dma = (struct dma_options){
		.policy = variant->policy,
		.fragment = variant->fragment,
		.copybreak = 2 * PAGE,
	};
	f->bits = variant->bits;
	f->heap = aligned_alloc(PAGE, HEAP_PAGES * PAGE);
	memset(f->heap, 0x5a, HEAP_PAGES * PAGE);
	open_log(f);
	create_device(f);
}

static void check_quiet(struct hal_fixture *f)
{
	g_assert_cmpuint(hal_statistics(f).violations, ==, f->violations);
	fflush(f->log_stream);
	if (strstr(f->log, "rule:"))
		g_error("unexpected violation: %s", f->log);
	g_assert_cmpuint(hal_statistics(f).waiting, ==, 0);
	g_assert_cmpuint(hal_statistics(f).dma.map_registers_mapped, ==, 0);
}

void hal_restart(struct hal_fixture *f, unsigned int map_registers)
{
	check_quiet(f);
	g_assert_cmpuint(shim_device_destroy(f->device), ==, 0);
	f->options.map_registers = map_registers;
	create_device(f);
}

void hal_verify(struct hal_fixture *f, enum shim_verify mode)
{
	f->options.verify = mode;
	hal_restart(f, f->options.map_registers);
}

void hal_tear_down(struct hal_fixture *f, gconstpointer data)
{
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	if (f->device) {
		check_quiet(f);
		g_assert_cmpuint(shim_device_destroy(f->device), ==, 0);
	}
	g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, 0);
	g_assert_cmpuint(fake_counts(f->platform)->memory_allocations, ==, 0);
	platform_close(f->platform);
	event_loop_destroy(f->loop);
	shim_log_to(NULL);
	fclose(f->log_stream);
	free(f->log);
	free(f->heap);
}

void hal_expect_log(struct hal_fixture *f, const char *text)
{
	fflush(f->log_stream);
	if (!strstr(f->log, text))
		g_error("\"%s\" is not in the log: %s", text, f->log);
	fclose(f->log_stream);
	free(f->log);
	open_log(f);
}

void hal_expect(struct hal_fixture *f, int code, const char *text)
{
	struct shim_device_statistics statistics = hal_statistics(f);

	f->violations++;
	if (statistics.violations != f->violations) {
		fflush(f->log_stream);
		g_error("%u violations instead of %u: %s", (unsigned int)statistics.violations,
			(unsigned int)f->violations, f->log);
	}
	g_assert_cmpint(statistics.last_code, ==, code);
	hal_expect_log(f, text);
}

void hal_expect_texts(struct hal_fixture *f, int code, const char *const *texts)
{
	g_autofree char *number = g_strdup_printf("(DMA verification 0x%02X)", (unsigned int)code);

	fflush(f->log_stream);
	for (; *texts; texts++) {
		if (!strstr(f->log, *texts))
			g_error("\"%s\" is not in the log: %s", *texts, f->log);
	}
	hal_expect(f, code, number);
}

struct shim_device_statistics hal_statistics(struct hal_fixture *f)
{
	struct shim_device_statistics statistics;

	shim_device_statistics(f->device, &statistics);
	return statistics;
}

DEVICE_DESCRIPTION hal_master(const struct hal_fixture *f, bool scatter_gather, ULONG maximum)
{
	return (DEVICE_DESCRIPTION){
		.Version = DEVICE_DESCRIPTION_VERSION2,
		.Master = TRUE,
		.ScatterGather = scatter_gather,
		.Dma32BitAddresses = f->bits >= 32,
		.Dma64BitAddresses = f->bits >= 64,
		.InterfaceType = f->bits == 24 ? Eisa : PCIBus,
		.MaximumLength = maximum,
	};
}

PDMA_ADAPTER hal_get(struct hal_fixture *f, const DEVICE_DESCRIPTION *description, ULONG *registers)
{
	DEVICE_DESCRIPTION copy = *description;
	ULONG granted = 0;
	PDMA_ADAPTER adapter = IoGetDmaAdapter(f->object, &copy, &granted);

	fflush(f->log_stream);
	if (!adapter)
		g_error("no adapter: %s", f->log);
	g_assert_cmpuint(granted, >, 0);
	if (registers)
		*registers = granted;
	return adapter;
}

PMDL hal_mdl(void *va, size_t length)
{
	PMDL mdl = IoAllocateMdl(va, (ULONG)length, FALSE, FALSE, NULL);

	g_assert_nonnull(mdl);
	MmBuildMdlForNonPagedPool(mdl);
	return mdl;
}

static unsigned char byte(unsigned int seed, size_t i)
{
	return (unsigned char)(seed + i + (i >> 8));
}

void hal_fill(void *va, size_t length, unsigned int seed)
{
	for (size_t i = 0; i < length; i++)
		((unsigned char *)va)[i] = byte(seed, i);
}

void hal_check(const void *va, size_t length, unsigned int seed)
{
	const unsigned char *bytes = va;

	for (size_t i = 0; i < length; i++) {
		if (bytes[i] != byte(seed, i))
			g_error("byte %zu of %zu is 0x%02x instead of 0x%02x", i, length, bytes[i],
				byte(seed, i));
	}
}

static void check_address(const struct hal_fixture *f, PHYSICAL_ADDRESS logical, size_t length)
{
	uint64_t first = (uint64_t)logical.QuadPart;
	uint64_t last = first + length - 1;

	g_assert_cmphex(first, >=, PAGE);
	g_assert_cmphex(first >> 32, ==, last >> 32);
	if (f->bits < 64)
		g_assert_cmphex(last >> f->bits, ==, 0);
}

void hal_device_reads(struct hal_fixture *f, PHYSICAL_ADDRESS logical, size_t length,
		      unsigned int seed, size_t skip)
{
	unsigned char *bytes = malloc(length);

	check_address(f, logical, length);
	g_assert_cmpint(fake_device_read(f->platform, (logical_t){(uint64_t)logical.QuadPart},
					 bytes, length),
			==, 0);
	for (size_t i = 0; i < length; i++)
		g_assert_cmphex(bytes[i], ==, byte(seed, skip + i));
	free(bytes);
}

void hal_device_writes(struct hal_fixture *f, PHYSICAL_ADDRESS logical, size_t length,
		       unsigned int seed, size_t skip)
{
	unsigned char *bytes = malloc(length);

	check_address(f, logical, length);
	for (size_t i = 0; i < length; i++)
		bytes[i] = byte(seed, skip + i);
	g_assert_cmpint(fake_device_write(f->platform, (logical_t){(uint64_t)logical.QuadPart},
					  bytes, length),
			==, 0);
	free(bytes);
}

void hal_add_variants(const char *name, void (*test)(struct hal_fixture *f, gconstpointer data))
{
	static const enum dma_policy policies[] = {DMA_POLICY_REMAP, DMA_POLICY_COPY,
						   DMA_POLICY_AUTO, DMA_POLICY_CACHED};
	static const unsigned int widths[] = {24, 32, 64};
	static struct hal_variant variants[G_N_ELEMENTS(policies)][2][G_N_ELEMENTS(widths)];

	for (unsigned int p = 0; p < G_N_ELEMENTS(policies); p++) {
		for (unsigned int w = 0; w < 2 * G_N_ELEMENTS(widths); w++) {
			struct hal_variant *variant = &variants[p][w & 1][w >> 1];
			char *path;

			*variant = (struct hal_variant){
				policies[p], w & 1 ? DMA_FRAGMENT_PAGE : DMA_FRAGMENT_NONE,
				widths[w >> 1]};
			path = g_strdup_printf("/%s/%s/%s/%u", name,
					       dma_policy_name(variant->policy),
					       w & 1 ? "page" : "none", variant->bits);
			g_test_add(path, struct hal_fixture, variant, hal_set_up, test,
				   hal_tear_down);
			g_free(path);
		}
	}
}
