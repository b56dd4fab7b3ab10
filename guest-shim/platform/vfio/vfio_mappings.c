/* SPDX-License-Identifier: MIT */
/*
 * vfio_mappings.c - an index of mappings
 *
 * Mappings never overlap, so an order in which overlapping ranges are equal
 * finds, for any range, a mapping that touches it.
 */
#include <errno.h>
#include <search.h>
#include <stdlib.h>

#include "platform/vfio/vfio_private.h"

static int compare(const void *left, const void *right)
{
	const struct logical_range *a = left;
	const struct logical_range *b = right;

	if (a->last < b->first)
		return -1;
	return a->first > b->last;
}

static const struct logical_range *find(void *const *root, uint64_t first, uint64_t last)
{
	const struct logical_range wanted = {first, last};
	void *node = tfind(&wanted, root, compare);

	return node ? *(struct logical_range *const *)node : NULL;
}

int vfio_mappings_add(void **root, uint64_t first, uint64_t last)
{
	struct logical_range *range;
	void *node;

	if (find(root, first, last))
		return -EEXIST;
	range = malloc(sizeof(*range));
	if (!range)
		return -ENOMEM;
	*range = (struct logical_range){first, last};
	node = tsearch(range, root, compare);
	if (!node) {
		free(range);
		return -ENOMEM;
	}
	return 0;
}

bool vfio_mappings_cut(void *const *root, uint64_t first, uint64_t last)
{
	const struct logical_range *lowest = find(root, first, first);
	const struct logical_range *highest = find(root, last, last);

	return (lowest && lowest->first < first) || (highest && highest->last > last);
}

void vfio_mappings_remove(void **root, uint64_t first, uint64_t last)
{
	const struct logical_range *range;

	while ((range = find(root, first, last))) {
		tdelete(range, root, compare);
		free((void *)(uintptr_t)range);
	}
}

void vfio_mappings_clear(void **root)
{
	tdestroy(*root, free);
	*root = NULL;
}
