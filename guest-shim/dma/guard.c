/* SPDX-License-Identifier: MIT */
/*
 * guard.c - guard bytes around common buffers and bounced transfers
 *
 * Who writes past a common buffer or a transfer, driver or device, changes bytes that have
 * a known value.  Next to what is guarded lies a tag, then padding; both are cut off
 * where the page ends.  Source: ndis-hal-dma.md section 12, code 0x0F.
 */
#include <string.h>

#include "dma/dma_internal.h"

#define TAG_BYTES (sizeof(DMA_GUARD_TAG) - 1)

/** struct guarded - memory between guard bytes: [@begin, @first) and [@end, @last) are theirs */
struct guarded {
	unsigned char *begin;
	unsigned char *first;
	unsigned char *end;
	unsigned char *last;
	struct dma_guard_damage found; /* what all damage to it has in common */
	uint64_t logical;	       /* of @first */
};

void dma_guard_fill(unsigned char *memory, size_t length)
{
	memset(memory, DMA_GUARD_FILL, length);
}

/* Length of the tag in an area of @bytes. */
static size_t tag_of(size_t bytes)
{
	return bytes < TAG_BYTES ? bytes : TAG_BYTES;
}

/* The area before ends with the end of the tag, the one behind begins with its beginning. */
static void write_guards(const struct guarded *g)
{
	size_t before = tag_of((size_t)(g->first - g->begin));
	size_t behind = tag_of((size_t)(g->last - g->end));

	memset(g->begin, DMA_GUARD_FILL, (size_t)(g->first - g->begin));
	memset(g->end, DMA_GUARD_FILL, (size_t)(g->last - g->end));
	memcpy(g->first - before, &DMA_GUARD_TAG[TAG_BYTES - before], before);
	memcpy(g->end, DMA_GUARD_TAG, behind);
}

static void note(struct dma_guard *guard, const struct dma_guard_damage *damage)
{
	if (guard->count < sizeof(guard->damage) / sizeof(guard->damage[0]))
		guard->damage[guard->count++] = *damage;
}

/* All @length bytes are the fill value; libc compares faster than a loop. */
static bool is_filled(const unsigned char *at, size_t length)
{
	return !length || (at[0] == DMA_GUARD_FILL && !memcmp(at, at + 1, length - 1));
}

/* Compares @length bytes at @at with @tag, or with the fill value if that is NULL.  Return: all the same. */
static bool check(struct dma_guard *guard, const struct guarded *g, enum dma_guard_area area,
		  const unsigned char *at, const char *tag, size_t length)
{
	struct dma_guard_damage damage = g->found;

	if (!tag && is_filled(at, length))
		return true;
	damage.area = area;
	for (size_t i = 0; i < length; i++) {
		unsigned char expected = tag ? (unsigned char)tag[i] : DMA_GUARD_FILL;

		if (at[i] == expected)
			continue;
		if (!damage.count) {
			damage.offset = at + i - g->first;
			damage.expected = expected;
			damage.found = at[i];
			damage.logical.value = g->logical + (uint64_t)damage.offset;
		}
		damage.count++;
	}
	/* The device does not reach the pages around a common buffer. */
	if (damage.common &&
	    (damage.offset < 0 || (size_t)damage.offset >= dma_pages(damage.region.length)
								   << PLATFORM_PAGE_SHIFT))
		damage.logical.value = 0;
	if (damage.count)
		note(guard, &damage);
	return !damage.count;
}

static bool check_guards(struct dma_guard *guard, const struct guarded *g)
{
	size_t before = tag_of((size_t)(g->first - g->begin));
	size_t behind = tag_of((size_t)(g->last - g->end));
	bool same = true;

	same &= check(guard, g, DMA_GUARD_TAG_BEFORE, g->first - before,
		      &DMA_GUARD_TAG[TAG_BYTES - before], before);
	same &= check(guard, g, DMA_GUARD_TAG_AFTER, g->end, DMA_GUARD_TAG, behind);
	same &= check(guard, g, DMA_GUARD_FILL_BEFORE, g->begin, NULL,
		      (size_t)(g->first - g->begin) - before);
	same &= check(guard, g, DMA_GUARD_FILL_AFTER, g->end + behind, NULL,
		      (size_t)(g->last - g->end) - behind);
	return same;
}

bool dma_adapter_next_damage(struct dma_adapter *adapter, struct dma_guard_damage *damage)
{
	struct dma_guard *guard = &adapter->guard;

	if (!guard->count)
		return false;
	*damage = guard->damage[0];
	guard->count--;
	memmove(guard->damage, guard->damage + 1, guard->count * sizeof(guard->damage[0]));
	return true;
}

/* ---- common buffers ------------------------------------------------------------------------ */

static struct guarded guarded_common(const struct common_buffer *buffer)
{
	unsigned char *va = buffer->va;

	return (struct guarded){
		.begin = va - buffer->guard,
		.first = va,
		.end = va + buffer->length,
		.last = va + buffer->mapped + buffer->guard,
		.found = {.common = true, .region = {va, buffer->length}},
		.logical = buffer->logical.value,
	};
}

void dma_guard_common(const struct common_buffer *buffer)
{
	struct guarded g = guarded_common(buffer);

	write_guards(&g);
}

void dma_guard_check_common(struct dma_adapter *adapter, const struct common_buffer *buffer)
{
	struct guarded g = guarded_common(buffer);

	if (!check_guards(&adapter->guard, &g))
		write_guards(&g);
}

void dma_adapter_check_common_buffers(struct dma_adapter *adapter)
{
	for (struct common_buffer *buffer = adapter->common_buffers; buffer; buffer = buffer->next) {
		if (buffer->guard)
			dma_guard_check_common(adapter, buffer);
	}
}

/* ---- memory of somebody else --------------------------------------------------------------- */

static struct guarded guarded_zone(const struct dma_guard_zone *zone)
{
	unsigned char *va = zone->va;
	size_t rest = -zone->length & PLATFORM_PAGE_MASK;

	return (struct guarded){
		.begin = va,
		.first = va,
		.end = va + zone->length,
		.last = va + zone->length + rest,
		.found = {.common = true, .region = {va, zone->length}},
		.logical = zone->logical.value,
	};
}

void dma_guard_zone_write(const struct dma_guard_zone *zone)
{
	struct guarded g = guarded_zone(zone);

	write_guards(&g);
}

unsigned int dma_guard_zone_check(const struct dma_guard_zone *zone,
				  struct dma_guard_damage *damage)
{
	struct guarded g = guarded_zone(zone);
	struct dma_guard found = {.count = 0};

	if (!check_guards(&found, &g))
		write_guards(&g);
	memcpy(damage, found.damage, found.count * sizeof(*damage));
	return found.count;
}

/* ---- bounced transfers --------------------------------------------------------------------- */

static size_t page_below(size_t offset)
{
	return offset & ~(size_t)PLATFORM_PAGE_MASK;
}

/* Bounce pages [@from, @to) in which no transfer lies. */
static void check_free(struct dma_slot *slot, size_t from, size_t to)
{
	const struct guarded g = {
		.first = slot->bounce_memory,
		.logical = slot->bounce.value,
	};

	if (!check(&slot->adapter->guard, &g, DMA_GUARD_FREE_REGISTER, slot->bounce_memory + from, NULL,
		   to - from))
		dma_guard_fill(slot->bounce_memory + from, to - from);
}

static struct guarded guarded_extent(const struct dma_slot *slot, const struct dma_extent *extent)
{
	size_t end = extent->start + extent->length;

	return (struct guarded){
		.begin = slot->bounce_memory + page_below(extent->start),
		.first = slot->bounce_memory + extent->start,
		.end = slot->bounce_memory + end,
		.last = slot->bounce_memory + (dma_pages(end) << PLATFORM_PAGE_SHIFT),
		.found = {.region = {extent->region.va, extent->length}},
		.logical = slot->bounce.value + extent->start,
	};
}

void dma_guard_begin(struct dma_slot *slot, const struct dma_request *request, size_t start)
{
	struct dma_extent *extent = &slot->extents[slot->extent_count];
	struct guarded g;

	if (!request->length || slot->extent_count == slot->pages)
		return;
	*extent = (struct dma_extent){.start = start, .length = request->length};
	for (unsigned int i = request->region_count; i-- > 0;) {
		if (request->regions[i].length)
			extent->region = request->regions[i];
	}
	extent->whole = extent->region.length == extent->length;
	slot->extent_count++;
	g = guarded_extent(slot, extent);
	check_free(slot, page_below(start), (size_t)(g.last - slot->bounce_memory));
	write_guards(&g);
}

/* What the device only reads is the same at the end: neither it nor the driver may write. */
static void check_data(struct dma_slot *slot, const struct dma_extent *extent)
{
	const unsigned char *bounce = slot->bounce_memory + extent->start;
	const unsigned char *data = extent->region.va;
	struct dma_guard_damage damage = {.area = DMA_GUARD_DATA, .region = extent->region};

	if (slot->access != PLATFORM_DEVICE_READS || !extent->whole ||
	    !memcmp(bounce, data, extent->length))
		return;
	for (size_t i = extent->length; i-- > 0;) {
		if (bounce[i] == data[i])
			continue;
		damage.count++;
		damage.offset = (int64_t)i;
		damage.expected = bounce[i];
		damage.found = data[i];
		damage.logical.value = slot->bounce.value + extent->start + i;
	}
	note(&slot->adapter->guard, &damage);
}

void dma_guard_end(struct dma_slot *slot)
{
	size_t free_from = 0;

	for (unsigned int i = 0; i < slot->extent_count; i++) {
		struct guarded g = guarded_extent(slot, &slot->extents[i]);

		check_guards(&slot->adapter->guard, &g);
		check_data(slot, &slot->extents[i]);
		check_free(slot, free_from, (size_t)(g.begin - slot->bounce_memory));
		dma_guard_fill(g.begin, (size_t)(g.last - g.begin));
		free_from = (size_t)(g.last - slot->bounce_memory);
	}
	slot->extent_count = 0;
	check_free(slot, free_from, (size_t)slot->bounce_pages << PLATFORM_PAGE_SHIFT);
}
