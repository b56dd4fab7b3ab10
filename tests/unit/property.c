/* SPDX-License-Identifier: MIT */
/*
 * property.c - see property.h
 */
#include "property.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/ndis_shim.h"

#define PAGE	    PLATFORM_PAGE_SIZE
#define AREA_LENGTH ((PROPERTY_PLOT * PROPERTY_PLOTS + PAGE - 1) / PAGE * PAGE)

static GRand *chance;

void property_seed(unsigned int sequence)
{
	g_clear_pointer(&chance, g_rand_free);
	chance = g_rand_new_with_seed((guint32)g_test_rand_int() + sequence);
}

unsigned int property_below(unsigned int limit)
{
	return (unsigned int)g_rand_int_range(chance, 0, (gint32)limit);
}

bool property_one_in(unsigned int count)
{
	return property_below(count) == 0;
}

/* ---- the log of the library ---------------------------------------------------------------- */

#define LOG_LIMIT 100000u

static FILE *stream;
static char *text;
static size_t text_length;

void property_log_begin(void)
{
	property_log_end();
	stream = open_memstream(&text, &text_length);
	shim_log_to(stream);
}

void property_log_end(void)
{
	shim_log_to(NULL);
	if (stream)
		fclose(stream);
	free(text);
	stream = NULL;
	text = NULL;
}

const char *property_log(void)
{
	fflush(stream);
	return text;
}

void property_expect_violations(uint64_t counted, uint64_t expected)
{
	if (counted != expected)
		g_error("%u violations, not %u: %s", (unsigned int)counted, (unsigned int)expected,
			property_log());
	if (text_length > LOG_LIMIT)
		property_log_begin();
}

/* ---- memory -------------------------------------------------------------------------------- */

void property_memory_open(struct property_memory *memory, struct platform *platform)
{
	void *own;

	memory->platform = platform;
	g_assert_cmpint(platform_memory_allocate(platform, AREA_LENGTH, &own), ==, 0);
	memory->area[0] = (struct property_area){.bytes = own};
	memory->area[1] = (struct property_area){.bytes = aligned_alloc(PAGE, AREA_LENGTH)};
	for (unsigned int i = 0; i < 2; i++) {
		struct property_area *area = &memory->area[i];

		area->shadow = g_malloc(AREA_LENGTH);
		for (size_t b = 0; b < AREA_LENGTH; b++)
			area->shadow[b] = (unsigned char)(b * 7 + b / 251 + i);
		memcpy(area->bytes, area->shadow, AREA_LENGTH);
	}
}

void property_memory_close(struct property_memory *memory)
{
	for (unsigned int i = 0; i < 2; i++) {
		g_assert_true(!memcmp(memory->area[i].bytes, memory->area[i].shadow, AREA_LENGTH));
		g_free(memory->area[i].shadow);
	}
	platform_memory_free(memory->platform, memory->area[0].bytes, AREA_LENGTH);
	free(memory->area[1].bytes);
}

static bool are_free(const struct property_area *area, unsigned int first, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		if (area->taken[first + i])
			return false;
	}
	return true;
}

bool property_buffer_take(struct property_memory *memory, size_t most,
			  struct property_buffer *buffer)
{
	struct property_area *area = &memory->area[property_below(2)];
	size_t limit = most < PROPERTY_MOST ? most : PROPERTY_MOST;
	/* Most buffers are short. */
	size_t usual = property_one_in(3) || limit < 200 ? limit : 200;
	size_t length = 1 + property_below((unsigned int)usual);
	unsigned int plots = (unsigned int)((length + PROPERTY_PLOT - 1) / PROPERTY_PLOT);
	unsigned int plot = property_below(PROPERTY_PLOTS - plots + 1);
	size_t start = (size_t)plot * PROPERTY_PLOT;

	if (!are_free(area, plot, plots))
		return false;
	start += property_below((unsigned int)(plots * PROPERTY_PLOT - length + 1));
	*buffer = (struct property_buffer){
		.area = area,
		.plot = plot,
		.plots = plots,
		.own = area == &memory->area[0],
		.va = area->bytes + start,
		.length = length,
	};
	memset(&area->taken[plot], 1, plots);
	for (unsigned int i = 0; i < 8; i++) {
		size_t at = start + property_below((unsigned int)length);

		area->bytes[at] = area->shadow[at] = (unsigned char)property_below(256);
	}
	return true;
}

unsigned char *property_shadow(const struct property_buffer *buffer, const unsigned char *va)
{
	return buffer->area->shadow + (va - buffer->area->bytes);
}

void property_buffer_check(const struct property_buffer *buffer, size_t offset, size_t length)
{
	const unsigned char *va = buffer->va + offset;
	const unsigned char *shadow = property_shadow(buffer, va);

	for (size_t i = 0; memcmp(va, shadow, length) && i < length; i++) {
		if (va[i] != shadow[i])
			g_error("byte %zu of %zu at %p is 0x%02x, not 0x%02x", i, length,
				(const void *)va, va[i], shadow[i]);
	}
}

void property_buffer_give(struct property_buffer *buffer)
{
	struct property_area *area = buffer->area;
	size_t first = (size_t)buffer->plot * PROPERTY_PLOT;

	g_assert_true(!memcmp(area->bytes + first, area->shadow + first,
			      (size_t)buffer->plots * PROPERTY_PLOT));
	memset(&area->taken[buffer->plot], 0, buffer->plots);
	buffer->area = NULL;
}

/* ---- transfers ----------------------------------------------------------------------------- */

enum dma_policy property_mechanism(const struct property_variant *variant, bool own, bool pooled,
				   bool to_device, size_t length, bool one_run)
{
	if (one_run || (variant->restricted && !own))
		return DMA_POLICY_COPY;
	switch (variant->dma.policy) {
	case DMA_POLICY_AUTO:
		if (pooled && to_device)
			return DMA_POLICY_POOL;
		return length <= variant->dma.copybreak ? DMA_POLICY_COPY : DMA_POLICY_REMAP;
	case DMA_POLICY_POOL:
		return pooled && to_device ? DMA_POLICY_POOL : DMA_POLICY_COPY;
	default:
		return variant->dma.policy;
	}
}

enum dma_policy property_mechanism_used(const struct dma_statistics *before,
					const struct dma_statistics *after,
					enum dma_policy expected)
{
	enum dma_policy used = DMA_POLICY_COUNT;

	for (unsigned int i = 0; i < DMA_POLICY_COUNT; i++) {
		if (after->mappings[i] == before->mappings[i])
			continue;
		g_assert_cmpuint(after->mappings[i], ==, before->mappings[i] + 1);
		g_assert_cmpuint(used, ==, DMA_POLICY_COUNT);
		used = (enum dma_policy)i;
	}
	if (expected != DMA_POLICY_CACHED || used != DMA_POLICY_REMAP)
		g_assert_cmpstr(dma_policy_name(used), ==, dma_policy_name(expected));
	return used;
}

static size_t length_of(const struct property_transfer *transfer)
{
	size_t length = 0;

	for (unsigned int i = 0; i < transfer->piece_count; i++)
		length += transfer->pieces[i].length;
	return length;
}

void property_transfer_check(const struct property_transfer *transfer, bool one_run)
{
	unsigned int bits = transfer->variant->bits;
	size_t length = 0;

	for (unsigned int i = 0; i < transfer->run_count; i++) {
		uint64_t first = transfer->runs[i].logical.value;
		uint64_t last = first + transfer->runs[i].length - 1;

		g_assert_cmphex(first, >=, PAGE);
		g_assert_cmphex(first >> 32, ==, last >> 32);
		if (bits < 64)
			g_assert_cmphex(last >> bits, ==, 0);
		if (transfer->variant->dma.fragment == DMA_FRAGMENT_PAGE && !one_run)
			g_assert_cmphex(first / PAGE, ==, last / PAGE);
		length += transfer->runs[i].length;
	}
	g_assert_cmpuint(length, ==, length_of(transfer));
	if (one_run)
		g_assert_cmpuint(transfer->run_count, ==, 1);
}

/* What the model has at @offset of the transfer, and how many bytes follow in the same piece. */
static unsigned char *shadow_at(const struct property_transfer *transfer, size_t offset,
				size_t *room)
{
	unsigned int i = 0;

	while (offset >= transfer->pieces[i].length)
		offset -= transfer->pieces[i++].length;
	*room = transfer->pieces[i].length - offset;
	return transfer->pieces[i].shadow + offset;
}

static void forget_faults(struct platform *platform)
{
	struct platform_fault fault;

	while (platform_next_fault(platform, &fault) == 1)
		continue;
}

static void try_wrong_direction(struct platform *platform, const struct property_transfer *transfer,
				logical_t logical)
{
	unsigned char byte = 0;
	int result = transfer->to_device ? fake_device_write(platform, logical, &byte, 1)
					 : fake_device_read(platform, logical, &byte, 1);

	g_assert_cmpint(result, ==, -EFAULT);
	forget_faults(platform);
}

void property_transfer_device(struct platform *platform, const struct property_transfer *transfer)
{
	unsigned int run = property_below(transfer->run_count);
	size_t offset = property_below((unsigned int)transfer->runs[run].length);
	size_t rest = transfer->runs[run].length - offset;
	size_t length = 1 + property_below((unsigned int)(rest < 64 ? rest : 64));
	logical_t logical = {transfer->runs[run].logical.value + offset};
	unsigned char bytes[64];
	unsigned char *shadow;
	size_t room;

	if (property_one_in(8) && transfer->mechanism != DMA_POLICY_COPY) {
		try_wrong_direction(platform, transfer, logical);
		return;
	}
	for (unsigned int i = 0; i < run; i++)
		offset += transfer->runs[i].length;
	shadow = shadow_at(transfer, offset, &room);
	if (length > room)
		length = room;
	if (transfer->to_device) {
		g_assert_cmpint(fake_device_read(platform, logical, bytes, length), ==, 0);
		g_assert_true(!memcmp(bytes, shadow, length));
		return;
	}
	for (size_t i = 0; i < length; i++)
		shadow[i] = (unsigned char)property_below(256);
	g_assert_cmpint(fake_device_write(platform, logical, shadow, length), ==, 0);
}

void property_transfer_over(struct platform *platform, const struct property_transfer *transfer)
{
	for (unsigned int i = 0; i < transfer->run_count; i++) {
		logical_t first = transfer->runs[i].logical;
		logical_t last = {first.value + transfer->runs[i].length - 1};
		bool reachable = transfer->mechanism == DMA_POLICY_COPY ||
				 transfer->mechanism == DMA_POLICY_POOL;

		/* Of a cache the next user of an entry decides. */
		if (transfer->mechanism == DMA_POLICY_CACHED)
			continue;
		g_assert_cmpint(fake_is_mapped(platform, first), ==, reachable);
		g_assert_cmpint(fake_is_mapped(platform, last), ==, reachable);
	}
}

void property_refused(struct platform *platform, uint64_t logical)
{
	unsigned char byte;

	g_assert_cmpint(fake_device_read(platform, (logical_t){logical}, &byte, 1), ==, -EFAULT);
	forget_faults(platform);
}

void property_map_fails(struct platform *platform, bool fails)
{
	static const int errors[] = {-ENOSPC, -ENOMEM};

	fake_fail_map(platform, fails ? 0 : UINT32_MAX, errors[property_below(2)]);
}

void property_allocation_fails(struct platform *platform, bool fails)
{
	bool memory = fails && property_one_in(2);

	fake_fail_memory(platform, memory ? 0 : UINT32_MAX, -ENOMEM);
	property_map_fails(platform, fails && !memory);
}
