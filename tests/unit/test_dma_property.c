/* SPDX-License-Identifier: MIT */
/*
 * A million random steps against a plain model, shared among the policies: what the device sees, what comes
 * back, what is refused, and that nothing is left behind.
 *
 * Each slot has eight pages of the heap to itself, so the model of a slot is the
 * list of its regions and a copy of the bytes that the device must see.
 */
#include <glib.h>
#include <errno.h>
#include <string.h>

#include "dma/simple.h"
#include "platform/fake/fake.h"

#define PAGE		PLATFORM_PAGE_SIZE
#define SLOTS		6
#define SLOT_PAGES	4
#define AREA		(8 * PAGE)
#define MAX_REGIONS	3
#define MAX_RUNS	16
#define BUFFERS		4
#define STEPS		(1000000 / 30)

struct variant {
	struct dma_options options;
	bool restricted;	/* the platform maps only memory of its own */
};

struct model_slot {
	struct dma_slot *slot;
	unsigned char *area;
	bool mapped;
	enum platform_access access;
	struct dma_region regions[MAX_REGIONS];
	unsigned int region_count;
	struct dma_run runs[MAX_RUNS];
	unsigned int run_count;
	unsigned char bytes[SLOT_PAGES * PAGE + PAGE];	/* of all regions, in order */
	size_t length;
};

struct model_buffer {
	unsigned char *va;
	logical_t logical;
	size_t length;
};

struct model {
	const struct variant *variant;
	struct event_loop *loop;
	struct platform *platform;
	struct dma_adapter *adapter;
	struct dma_slots *slots;
	unsigned char *arena;
	struct model_slot slot[SLOTS];
	struct model_buffer buffer[BUFFERS];
	uint64_t mapped_slots;
};

static unsigned int below(unsigned int limit)
{
	return (unsigned int)g_test_rand_int_range(0, (int)limit);
}

static void set_up(struct model *m, gconstpointer data)
{
	void *arena;

	m->variant = data;
	m->loop = event_loop_create();
	m->platform = fake_platform_create(m->loop, NULL, true);
	if (m->variant->restricted)
		fake_restrict_memory(m->platform);
	g_assert_cmpint(dma_adapter_create(m->platform, &m->variant->options, 32, &m->adapter), ==, 0);
	g_assert_cmpint(dma_slots_create(m->adapter, SLOTS, SLOT_PAGES, &m->slots), ==, 0);
	/* Odd slots use memory outside the arena. */
	g_assert_cmpint(dma_pool_reserve(m->adapter, SLOTS * AREA, &arena), ==, 0);
	m->arena = arena;
	for (unsigned int i = 0; i < SLOTS; i++) {
		m->slot[i].slot = dma_slots_at(m->slots, i);
		m->slot[i].area = i % 2 ? aligned_alloc(PAGE, AREA) : m->arena + i * AREA;
		for (size_t b = 0; b < AREA; b++)
			m->slot[i].area[b] = (unsigned char)below(256);
	}
}

static void tear_down(struct model *m, gconstpointer data)
{
	unsigned int leaked_buffers = 0;

	(void)data;
	for (unsigned int i = 0; i < BUFFERS; i++)
		leaked_buffers += m->buffer[i].va != NULL;
	g_assert_cmpuint(dma_slots_destroy(m->slots), ==, m->mapped_slots);
	g_assert_cmpuint(dma_adapter_destroy(m->adapter), ==, leaked_buffers);
	g_assert_cmpuint(fake_counts(m->platform)->mapped_pages, ==, 0);
	g_assert_cmpuint(fake_counts(m->platform)->memory_allocations, ==, 0);
	platform_close(m->platform);
	event_loop_destroy(m->loop);
	for (unsigned int i = 1; i < SLOTS; i += 2)
		free(m->slot[i].area);
}

static size_t region_pages(const struct dma_region *region)
{
	return ((uintptr_t)region->va % PAGE + region->length + PAGE - 1) / PAGE;
}

/* Regions that do not overlap: number k lies in its own part of the area. */
static size_t choose_regions(struct model_slot *s)
{
	size_t pages = 0;

	s->region_count = 1 + below(MAX_REGIONS);
	s->length = 0;
	for (unsigned int k = 0; k < s->region_count; k++) {
		size_t part = AREA / s->region_count / PAGE * PAGE;
		size_t offset = below((unsigned int)part);
		size_t room = part - offset;
		size_t limit = room < 9000 ? room : 9000;
		struct dma_region region = {s->area + k * part + offset,
					    below((unsigned int)limit + 1)};

		s->regions[k] = region;
		s->length += region.length;
		if (region.length)
			pages += region_pages(&region);
	}
	return pages;
}

static void gather(struct model_slot *s)
{
	size_t done = 0;

	for (unsigned int k = 0; k < s->region_count; k++) {
		memcpy(s->bytes + done, s->regions[k].va, s->regions[k].length);
		done += s->regions[k].length;
	}
}

static void expect_memory(const struct model_slot *s)
{
	size_t done = 0;

	for (unsigned int k = 0; k < s->region_count; k++) {
		g_assert_true(!memcmp(s->regions[k].va, s->bytes + done, s->regions[k].length));
		done += s->regions[k].length;
	}
}

/* Odd slots use memory that a restricted platform cannot map. */
static bool copies(const struct model *m, const struct model_slot *s)
{
	return m->variant->restricted && (s - m->slot) % 2;
}

/* One region of a free slot the short way, and anything else as it is. */
static int map_some_way(const struct model *m, struct model_slot *s, const struct model_slot *current)
{
	struct dma_region *region = &s->regions[0];
	bool reads = s->access == PLATFORM_DEVICE_READS;
	struct dma_simple_run run = {0, 0};

	if (current->mapped || s->region_count > 1 || !region->length ||
	    !dma_adapter_maps_simply(m->adapter) || below(8) == 0)
		return dma_slot_map(s->slot, s->regions, s->region_count, s->access, s->runs, MAX_RUNS,
				    &s->run_count);
	if (reads && region_pages(region) <= SLOT_PAGES &&
	    dma_slot_map_pool(s->slot, region->va, region->length, &run.logical))
		run.result = 0;
	else if (reads && dma_slot_map_copy(s->slot, region->va, region->length, &run.logical))
		dma_slot_copy(s->slot, region->va, region->length);
	else
		run = dma_slot_map_simple(s->slot, region->va, region->length, s->access);
	s->run_count = run.result ? 0 : 1;
	s->runs[0] = (struct dma_run){{run.logical}, region->length};
	return run.result;
}

static void step_map(struct model *m)
{
	struct model_slot *s = &m->slot[below(SLOTS)];
	struct model_slot fresh = *s;
	size_t pages = choose_regions(&fresh);
	int result;

	fresh.access = below(4) ? PLATFORM_DEVICE_READS : PLATFORM_DEVICE_WRITES;
	result = map_some_way(m, &fresh, s);
	if (s->mapped) {
		g_assert_cmpint(result, ==, -EBUSY);
		g_assert_cmpuint(fresh.run_count, ==, 0);
		return;
	}
	if (result) {
		g_assert_cmpint(result, ==, -EMSGSIZE);
		g_assert_cmpuint(pages, >, SLOT_PAGES);
		return;
	}
	if ((m->variant->options.policy == DMA_POLICY_REMAP ||
	     (m->variant->options.policy == DMA_POLICY_CACHED && !m->variant->restricted)) &&
	    !copies(m, s))
		g_assert_cmpuint(pages, <=, SLOT_PAGES);
	gather(&fresh);
	fresh.mapped = true;
	*s = fresh;
	m->mapped_slots++;
}

static void step_unmap(struct model *m)
{
	struct model_slot *s = &m->slot[below(SLOTS)];

	g_assert_cmpint(dma_slot_unmap(s->slot), ==, s->mapped ? 0 : -EINVAL);
	if (!s->mapped)
		return;
	expect_memory(s);
	s->mapped = false;
	m->mapped_slots--;
}

/* The device touches a few bytes of one run, or stale addresses of a slot that is free. */
static void step_device(struct model *m)
{
	struct model_slot *s = &m->slot[below(SLOTS)];
	unsigned int r = s->run_count ? below(s->run_count) : 0;
	size_t before = 0, offset, length;
	unsigned char bytes[64];
	logical_t logical;

	if (!s->run_count)
		return;
	for (unsigned int i = 0; i < r; i++)
		before += s->runs[i].length;
	offset = below((unsigned int)s->runs[r].length);
	length = 1 + below((unsigned int)MIN(sizeof(bytes), s->runs[r].length - offset));
	logical.value = s->runs[r].logical.value + offset;
	if (!s->mapped) {
		if (m->variant->options.policy == DMA_POLICY_REMAP && !copies(m, s))
			g_assert_cmpint(fake_device_read(m->platform, logical, bytes, length), ==,
					-EFAULT);
		return;
	}
	if (s->access == PLATFORM_DEVICE_READS) {
		g_assert_cmpint(fake_device_read(m->platform, logical, bytes, length), ==, 0);
		g_assert_true(!memcmp(bytes, s->bytes + before + offset, length));
		return;
	}
	for (size_t i = 0; i < length; i++)
		bytes[i] = (unsigned char)below(256);
	g_assert_cmpint(fake_device_write(m->platform, logical, bytes, length), ==, 0);
	memcpy(s->bytes + before + offset, bytes, length);
}

static void step_buffer(struct model *m)
{
	struct model_buffer *b = &m->buffer[below(BUFFERS)];
	void *va;

	if (!b->va) {
		b->length = 1 + below(3 * PAGE);
		g_assert_cmpint(dma_common_buffer_allocate(m->adapter, b->length, &va, &b->logical),
				==, 0);
		b->va = va;
		return;
	}
	g_assert_cmpint(fake_device_write(m->platform, (logical_t){b->logical.value + b->length - 1},
					  "q", 1), ==, 0);
	g_assert_cmpuint(b->va[b->length - 1], ==, 'q');
	g_assert_cmpint(dma_common_buffer_free(m->adapter, b->length + 1, b->va, b->logical), ==,
			-EINVAL);
	g_assert_cmpint(dma_common_buffer_free(m->adapter, b->length, b->va, b->logical), ==, 0);
	b->va = NULL;
}

static void step_forget(struct model *m)
{
	struct model_slot *s = &m->slot[1 + 2 * below(SLOTS / 2)];
	int result = dma_adapter_forget(m->adapter, s->area, AREA);

	g_assert_true(result == 0 || (result == -EBUSY && s->mapped));
}

static void test_random_steps(struct model *m, gconstpointer data)
{
	const struct dma_statistics *statistics = dma_adapter_statistics(m->adapter);
	struct platform_fault fault;

	(void)data;
	for (unsigned int step = 0; step < STEPS; step++) {
		switch (below(16)) {
		case 0 ... 3: step_map(m); break;
		case 4 ... 6: step_unmap(m); break;
		case 7 ... 13: step_device(m); break;
		case 14: step_buffer(m); break;
		default: step_forget(m); break;
		}
		g_assert_cmpuint(statistics->map_registers_mapped, ==, SLOT_PAGES * m->mapped_slots);
		while (platform_next_fault(m->platform, &fault) == 1)
			g_assert_false(fault.is_write);
	}
}

int main(int argc, char **argv)
{
	static struct variant variants[DMA_POLICY_COUNT * 3 * 2];

	g_test_init(&argc, &argv, NULL);
	for (unsigned int i = 0; i < G_N_ELEMENTS(variants); i++) {
		struct variant *v = &variants[i];
		struct dma_options *o = &v->options;
		g_autofree char *path = NULL;

		o->policy = (enum dma_policy)(i / 6);
		o->fragment = i / 2 % 3 == 1 ? DMA_FRAGMENT_PAGE : DMA_FRAGMENT_NONE;
		o->copybreak = i / 2 % 3 == 2 ? 2000 : DMA_DEFAULT_COPYBREAK;
		v->restricted = i % 2;
		path = g_strdup_printf("/dma-property/%s/%s/%s/copybreak-%zu",
				       v->restricted ? "own-memory" : "any-memory",
				       dma_policy_name(o->policy), o->fragment ? "page" : "whole",
				       o->copybreak);
		g_test_add(path, struct model, v, set_up, test_random_steps, tear_down);
	}
	return g_test_run();
}
