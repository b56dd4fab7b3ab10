/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dma/dma_internal.h"
#include "support/compiler.h"

static const char *const policy_names[DMA_POLICY_COUNT] = {
	[DMA_POLICY_AUTO] = "auto",
	[DMA_POLICY_REMAP] = "remap",
	[DMA_POLICY_COPY] = "copy",
	[DMA_POLICY_POOL] = "pool",
	[DMA_POLICY_CACHED] = "cached",
};

SHIM_EXPORT int dma_policy_from_name(const char *name, enum dma_policy *policy)
{
	for (unsigned int i = 0; i < DMA_POLICY_COUNT; i++) {
		if (strcmp(name, policy_names[i]))
			continue;
		*policy = (enum dma_policy)i;
		return 0;
	}
	return -EINVAL;
}

SHIM_EXPORT const char *dma_policy_name(enum dma_policy policy)
{
	return (unsigned int)policy < DMA_POLICY_COUNT ? policy_names[policy] : "?";
}

const char *dma_error_text(const struct dma_adapter *adapter, int result)
{
	static _Thread_local char text[160];
	uint32_t limit = adapter ? adapter->platform->capabilities.map_limit : 0;

	switch (-result) {
	case ENOSPC:
		snprintf(text, sizeof(text),
			 "no room: the IOMMU takes no further mapping%s%.0u%s, or no logical "
			 "addresses below the limit are left",
			 limit ? " (it told a limit of " : "", limit, limit ? ")" : "");
		return text;
	case EMSGSIZE:
		return "it takes more map registers than there are";
	case ENOBUFS:
		return "it takes more runs than the caller has room for";
	case EIO:
		return "the IOMMU did not unmap what was mapped";
	default:
		return strerror(-result);
	}
}

static int create(struct platform *platform, const struct dma_options *options,
		  struct shared_space *space, unsigned int address_bits, struct dma_adapter **adapter)
{
	struct dma_adapter *created;

	if (address_bits != 24 && address_bits != 32 && address_bits != 64)
		return -EINVAL;
	if (address_bits < 64 && space->lowest >> address_bits)
		return -ENOSPC;
	/* What is mapped at its own address cannot be anybody's buffer: those are copied. */
	if (platform->capabilities.physical &&
	    (options->policy == DMA_POLICY_REMAP || options->policy == DMA_POLICY_CACHED))
		return -EINVAL;
	created = calloc(1, sizeof(*created));
	if (!created)
		return -ENOMEM;
	created->platform = platform;
	created->options = *options;
	if (platform->capabilities.physical && options->policy == DMA_POLICY_AUTO)
		created->options.policy = DMA_POLICY_POOL;
	created->address_bits = address_bits;
	created->space = space;
	dma_simple_choose(created);
	space->users++;
	*adapter = created;
	return 0;
}

static void release_space(struct shared_space *space)
{
	logical_space_release(&space->space);
	free(space);
}

int dma_adapter_create(struct platform *platform, const struct dma_options *options,
		       unsigned int address_bits, struct dma_adapter **adapter)
{
	struct shared_space *space;
	int result;

	if ((unsigned int)options->policy >= DMA_POLICY_COUNT ||
	    (unsigned int)options->fragment > DMA_FRAGMENT_PAGE)
		return -EINVAL;
	space = calloc(1, sizeof(*space));
	if (!space)
		return -ENOMEM;
	result = logical_space_init(&space->space, platform);
	if (!result)
		space->lowest = space->space.free[0].first;
	if (!result)
		result = create(platform, options, space, address_bits, adapter);
	if (result)
		release_space(space);
	return result;
}

int dma_adapter_create_sibling(const struct dma_adapter *sibling, unsigned int address_bits,
			       struct dma_adapter **adapter)
{
	return create(sibling->platform, &sibling->options, sibling->space, address_bits, adapter);
}

int dma_logical_take(struct dma_adapter *adapter, uint64_t length, logical_t *logical)
{
	return logical_space_take(&adapter->space->space, length, adapter->address_bits, logical);
}

void dma_logical_give(struct dma_adapter *adapter, logical_t logical, uint64_t length)
{
	logical_space_give(&adapter->space->space, logical, length);
}

static bool is_arena(const struct dma_adapter *adapter, const struct common_buffer *buffer)
{
	for (unsigned int i = 0; i < DMA_ARENAS; i++) {
		if (adapter->arenas[i].length && (uintptr_t)buffer->va == adapter->arenas[i].first)
			return true;
	}
	return false;
}

unsigned int dma_adapter_destroy(struct dma_adapter *adapter)
{
	unsigned int leaked = 0;

	while (adapter->slot_sets)
		leaked += 1 + dma_slots_destroy(adapter->slot_sets);
	while (adapter->register_files)
		leaked += 1 + dma_register_file_destroy(adapter->register_files);
	dma_cache_destroy(adapter);
	while (adapter->common_buffers) {
		struct common_buffer *buffer = adapter->common_buffers;

		if (!is_arena(adapter, buffer))
			leaked++;
		dma_common_buffer_free(adapter, buffer->length, buffer->va, buffer->logical);
	}
	if (--adapter->space->users == 0)
		release_space(adapter->space);
	free(adapter);
	return leaked;
}

const struct dma_statistics *dma_adapter_statistics(const struct dma_adapter *adapter)
{
	return &adapter->statistics;
}

unsigned int dma_adapter_address_bits(const struct dma_adapter *adapter)
{
	return adapter->address_bits;
}

void dma_statistics_add(struct dma_statistics *sum, const struct dma_statistics *part)
{
	sum->map_registers_allocated += part->map_registers_allocated;
	sum->map_registers_mapped += part->map_registers_mapped;
	sum->map_registers_peak += part->map_registers_peak;
	for (unsigned int i = 0; i < DMA_POLICY_COUNT; i++) {
		sum->mappings[i] += part->mappings[i];
		sum->bytes[i] += part->bytes[i];
	}
	sum->failures += part->failures;
	sum->common_bytes += part->common_bytes;
	sum->cache_entries += part->cache_entries;
	sum->cache_hits += part->cache_hits;
	sum->cache_misses += part->cache_misses;
	sum->cache_evictions += part->cache_evictions;
}
