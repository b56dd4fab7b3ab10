/* SPDX-License-Identifier: MIT */
/*
 * qtest_table.c - VT-d second-level tables, in guest RAM
 *
 * There is no list of mappings beside the tables: the bits of an entry that VT-d ignores mark
 * the first and the last page of each mapping, so that an unmap can tell a whole mapping
 * from a part of one.  A table, once allocated, stays until the platform is closed.
 */
#include <errno.h>

#include "platform/qtest/qtest_private.h"

#define ENTRY_READ	    ((uint64_t)1 << 0)
#define ENTRY_WRITE	    ((uint64_t)1 << 1)
#define ENTRY_ADDRESS	    ((((uint64_t)1 << 52) - 1) & ~(uint64_t)PLATFORM_PAGE_MASK)
#define ENTRY_FIRST_PAGE    ((uint64_t)1 << 52)
#define ENTRY_LAST_PAGE	    ((uint64_t)1 << 53)
#define INDEX_BITS	    9
#define INDEX_MASK	    (((uint64_t)1 << INDEX_BITS) - 1)
#define CAPABILITY_CACHING  ((uint64_t)1 << 7)
#define MESSAGE_WINDOW_LAST 0xfeefffffu

static unsigned int shift_of(unsigned int level)
{
	return PLATFORM_PAGE_SHIFT + INDEX_BITS * (level - 1);
}

/* Addresses one entry of a table of @level stands for. */
static uint64_t span_of(unsigned int level)
{
	return (uint64_t)1 << shift_of(level);
}

static uint64_t *entry_at(uint64_t *table, uint64_t logical, unsigned int level)
{
	return &table[logical >> shift_of(level) & INDEX_MASK];
}

/* QEMU reads entries while this process writes them. */
static uint64_t get(const uint64_t *entry)
{
	return __atomic_load_n(entry, __ATOMIC_ACQUIRE);
}

static void set(uint64_t *entry, uint64_t value)
{
	__atomic_store_n(entry, value, __ATOMIC_RELEASE);
}

static uint64_t *table_of(struct qtest_platform *q, uint64_t entry)
{
	return (uint64_t *)(void *)(q->ram.base + (entry & ENTRY_ADDRESS));
}

/**
 * find() - the entry of the page of @logical
 * @skip: out, when there is none: bytes from @logical to where the next table begins.
 *
 * Return: the entry, or NULL when a table on the way to it is missing.
 */
static uint64_t *find(struct qtest_platform *q, uint64_t logical, uint64_t *skip)
{
	uint64_t *table = q->vtd.top;
	unsigned int level = q->vtd.levels;

	for (; level > 1; level--) {
		uint64_t entry = get(entry_at(table, logical, level));

		if (!entry) {
			*skip = span_of(level) - (logical & (span_of(level) - 1));
			return NULL;
		}
		table = table_of(q, entry);
	}
	return entry_at(table, logical, 1);
}

/* As find(), but makes the missing tables.  Return: NULL without memory. */
static uint64_t *make(struct qtest_platform *q, uint64_t logical)
{
	uint64_t *table = q->vtd.top;
	unsigned int level = q->vtd.levels;

	for (; level > 1; level--) {
		uint64_t *entry = entry_at(table, logical, level);
		uint64_t physical;
		void *fresh;

		if (!get(entry)) {
			if (qtest_ram_allocate(&q->ram, PLATFORM_PAGE_SIZE, &fresh) < 0 ||
			    qtest_ram_physical(&q->ram, fresh, PLATFORM_PAGE_SIZE, &physical) < 0)
				return NULL;
			set(entry, physical | ENTRY_READ | ENTRY_WRITE);
		}
		table = table_of(q, get(entry));
	}
	return entry_at(table, logical, 1);
}

static void get_ranges(const struct qtest_platform *q, struct logical_range *ranges)
{
	ranges[0] = (struct logical_range){0, QTEST_MESSAGE_ADDRESS - 1};
	ranges[1] = (struct logical_range){(uint64_t)MESSAGE_WINDOW_LAST + 1,
					   span_of(q->vtd.levels + 1) - 1};
}

unsigned int qtest_table_ranges(struct platform *p, struct logical_range *ranges,
				unsigned int capacity)
{
	struct logical_range all[QTEST_RANGES];
	unsigned int i;

	get_ranges(qtest_platform_from(p), all);
	for (i = 0; i < QTEST_RANGES && i < capacity; i++)
		ranges[i] = p->capabilities.physical ? qtest_platform_from(p)->physical[i] : all[i];
	return QTEST_RANGES;
}

static bool is_mappable(const struct qtest_platform *q, uint64_t logical, size_t length)
{
	uint64_t last = logical + (length - 1);
	struct logical_range ranges[QTEST_RANGES];
	unsigned int i;

	if (!length || (length | logical) & PLATFORM_PAGE_MASK || last < logical)
		return false;
	get_ranges(q, ranges);
	for (i = 0; i < QTEST_RANGES; i++)
		if (ranges[i].first <= logical && last <= ranges[i].last)
			return true;
	return false;
}

static int check_free(struct qtest_platform *q, uint64_t logical, uint64_t end)
{
	while (logical < end) {
		uint64_t skip = PLATFORM_PAGE_SIZE;
		const uint64_t *entry = find(q, logical, &skip);

		if (entry && get(entry))
			return -EEXIST;
		logical += skip;
	}
	return 0;
}

static void clear(struct qtest_platform *q, uint64_t logical, uint64_t end)
{
	for (; logical < end; logical += PLATFORM_PAGE_SIZE) {
		uint64_t skip;
		uint64_t *entry = find(q, logical, &skip);

		if (entry)
			set(entry, 0);
	}
}

static int write_entries(struct qtest_platform *q, uint64_t logical, uint64_t physical,
			 size_t length, uint64_t permission)
{
	uint64_t end = logical + length;
	uint64_t at;

	for (at = logical; at < end; at += PLATFORM_PAGE_SIZE) {
		uint64_t *entry = make(q, at);
		uint64_t value = (physical + (at - logical)) | permission;

		if (!entry) {
			clear(q, logical, at);
			return -ENOMEM;
		}
		if (at == logical)
			value |= ENTRY_FIRST_PAGE;
		if (at + PLATFORM_PAGE_SIZE == end)
			value |= ENTRY_LAST_PAGE;
		set(entry, value);
	}
	/* An IOMMU that caches missing entries, too, has to forget them. */
	if (q->vtd.capability & CAPABILITY_CACHING)
		return qtest_vtd_invalidate(q, logical, length >> PLATFORM_PAGE_SHIFT);
	return 0;
}

int qtest_table_map(struct platform *p, logical_t logical, void *va, size_t length,
		    enum platform_access access)
{
	struct qtest_platform *q = qtest_platform_from(p);
	uint64_t permission = 0;
	uint64_t physical;
	int result;

	if (access & PLATFORM_DEVICE_READS)
		permission |= ENTRY_READ;
	if (access & PLATFORM_DEVICE_WRITES)
		permission |= ENTRY_WRITE;
	if (!is_mappable(q, logical.value, length) || !permission ||
	    (uintptr_t)va & PLATFORM_PAGE_MASK ||
	    qtest_ram_physical(&q->ram, va, length, &physical) < 0)
		return -EINVAL;
	result = check_free(q, logical.value, logical.value + length);
	if (result == 0)
		result = write_entries(q, logical.value, physical, length, permission);
	return result;
}

int qtest_table_map_message(struct qtest_platform *q, void *page, uint32_t *address)
{
	uint64_t physical;
	int result = qtest_ram_physical(&q->ram, page, PLATFORM_PAGE_SIZE, &physical);

	if (result < 0)
		return result;
	*address = q->base.capabilities.physical ? (uint32_t)physical : QTEST_MESSAGE_ADDRESS;
	return write_entries(q, *address, physical, PLATFORM_PAGE_SIZE, ENTRY_WRITE);
}

/* Whether a mapping that reaches into the range also begins, or ends, in it. */
static bool is_whole(struct qtest_platform *q, uint64_t page, uint64_t mark)
{
	uint64_t skip;
	const uint64_t *entry = find(q, page, &skip);
	uint64_t value = entry ? get(entry) : 0;

	return !value || value & mark;
}

int64_t qtest_table_unmap(struct platform *p, logical_t logical, size_t length)
{
	struct qtest_platform *q = qtest_platform_from(p);
	uint64_t end = logical.value + length;
	uint64_t at = logical.value;
	int64_t unmapped = 0;
	int result;

	if (!is_mappable(q, logical.value, length) ||
	    !is_whole(q, logical.value, ENTRY_FIRST_PAGE) ||
	    !is_whole(q, end - PLATFORM_PAGE_SIZE, ENTRY_LAST_PAGE))
		return -EINVAL;
	while (at < end) {
		uint64_t skip = PLATFORM_PAGE_SIZE;
		uint64_t *entry = find(q, at, &skip);

		if (entry && get(entry)) {
			set(entry, 0);
			unmapped += (int64_t)PLATFORM_PAGE_SIZE;
		}
		at += skip;
	}
	if (!unmapped)
		return 0;
	result = qtest_vtd_invalidate(q, logical.value, length >> PLATFORM_PAGE_SHIFT);
	/* A device that is gone reaches nothing any more. */
	return result == 0 || q->wire.error == -EPIPE ? unmapped : result;
}
