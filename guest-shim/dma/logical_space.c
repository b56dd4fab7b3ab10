/* SPDX-License-Identifier: MIT */
#include "dma/logical_space.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LINE_16M	((uint64_t)1 << 24)
#define LINE_4G		((uint64_t)1 << 32)
#define MAX_RANGES	64

static int insert_at(struct logical_space *space, unsigned int index, struct logical_range range)
{
	if (space->count == space->capacity) {
		unsigned int capacity = space->capacity ? 2 * space->capacity : 16;
		struct logical_range *grown = realloc(space->free, capacity * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		space->free = grown;
		space->capacity = capacity;
	}
	memmove(&space->free[index + 1], &space->free[index],
		(space->count - index) * sizeof(range));
	space->free[index] = range;
	space->count++;
	return 0;
}

static void remove_at(struct logical_space *space, unsigned int index)
{
	space->count--;
	memmove(&space->free[index], &space->free[index + 1],
		(space->count - index) * sizeof(space->free[0]));
}

/* Whole pages of [range], without page 0. */
static bool clip(struct logical_range *range)
{
	if (range->first < PLATFORM_PAGE_SIZE)
		range->first = PLATFORM_PAGE_SIZE;
	if (range->last < range->first)
		return false;
	range->first = (range->first + PLATFORM_PAGE_MASK) & ~(uint64_t)PLATFORM_PAGE_MASK;
	range->last = (range->last & ~(uint64_t)PLATFORM_PAGE_MASK) +
		      ((range->last & PLATFORM_PAGE_MASK) == PLATFORM_PAGE_MASK ?
			       PLATFORM_PAGE_MASK : (uint64_t)-1);
	return range->first != 0 && range->last > range->first;
}

static uint64_t last_of(unsigned int address_bits)
{
	return address_bits >= 64 ? UINT64_MAX : ((uint64_t)1 << address_bits) - 1;
}

int logical_space_init(struct logical_space *space, struct platform *platform)
{
	struct logical_range ranges[MAX_RANGES];
	unsigned int found = platform_logical_ranges(platform, ranges, MAX_RANGES);
	int result;

	*space = (struct logical_space){0};
	for (unsigned int i = 0; i < found && i < MAX_RANGES; i++) {
		if (!clip(&ranges[i]))
			continue;
		result = insert_at(space, space->count, ranges[i]);
		if (result) {
			logical_space_release(space);
			return result;
		}
	}
	return space->count ? 0 : -ENOSPC;
}

void logical_space_release(struct logical_space *space)
{
	free(space->free);
	*space = (struct logical_space){0};
}

/* First place in @range and @allowed for @length bytes that do not cross a 4 GiB line. */
static bool place(const struct logical_range *range, const struct logical_range *allowed,
		  uint64_t length, uint64_t *first)
{
	uint64_t start = range->first > allowed->first ? range->first : allowed->first;
	uint64_t last = range->last < allowed->last ? range->last : allowed->last;
	uint64_t line = (start | (LINE_4G - 1)) + 1;

	if (start > last)
		return false;
	if (length <= LINE_4G && line && line - start < length)
		start = line;
	if (start > last || last - start < length - 1)
		return false;
	*first = start;
	return true;
}

static int take_from(struct logical_space *space, unsigned int index, uint64_t first,
		     uint64_t length)
{
	struct logical_range *range = &space->free[index];
	struct logical_range rest = {first + length, range->last};
	bool has_rest = range->last - first > length - 1;

	if (first > range->first) {
		if (has_rest) {
			int result = insert_at(space, index + 1, rest);

			if (result)
				return result;
		}
		space->free[index].last = first - 1;
	} else if (has_rest) {
		range->first = rest.first;
	} else {
		remove_at(space, index);
	}
	return 0;
}

/* Return: 0; -ENOSPC there is no room in @allowed; -ENOMEM. */
static int take_in(struct logical_space *space, uint64_t length,
		   const struct logical_range *allowed, logical_t *logical)
{
	for (unsigned int i = 0; i < space->count; i++) {
		uint64_t first;
		int result;

		if (!place(&space->free[i], allowed, length, &first))
			continue;
		result = take_from(space, i, first, length);
		if (!result)
			logical->value = first;
		return result;
	}
	return -ENOSPC;
}

int logical_space_take(struct logical_space *space, uint64_t length, unsigned int address_bits,
		       logical_t *logical)
{
	static const uint64_t lines[] = {LINE_4G, LINE_16M, 0};
	uint64_t last = last_of(address_bits);
	int result = -ENOSPC;

	if (!length || length & PLATFORM_PAGE_MASK)
		return -EINVAL;
	for (unsigned int i = 0; i < sizeof(lines) / sizeof(lines[0]) && result == -ENOSPC; i++) {
		if (lines[i] <= last)
			result = take_in(space, length,
					 &(struct logical_range){lines[i], last}, logical);
	}
	return result;
}

int logical_space_give(struct logical_space *space, logical_t logical, uint64_t length)
{
	struct logical_range range = {logical.value, logical.value + length - 1};
	unsigned int i = 0;
	bool joins_previous, joins_next;

	if (!length || (logical.value | length) & PLATFORM_PAGE_MASK)
		return -EINVAL;
	while (i < space->count && space->free[i].first < range.first)
		i++;
	if ((i > 0 && space->free[i - 1].last >= range.first) ||
	    (i < space->count && space->free[i].first <= range.last))
		return -EINVAL;
	joins_previous = i > 0 && space->free[i - 1].last + 1 == range.first;
	joins_next = i < space->count && range.last + 1 == space->free[i].first;
	if (joins_previous && joins_next) {
		space->free[i - 1].last = space->free[i].last;
		remove_at(space, i);
		return 0;
	}
	if (joins_previous) {
		space->free[i - 1].last = range.last;
		return 0;
	}
	if (joins_next) {
		space->free[i].first = range.first;
		return 0;
	}
	return insert_at(space, i, range);
}
