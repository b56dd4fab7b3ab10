/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dma/dma_internal.h"
#include "support/compiler.h"
#include "support/compiler.h"

static const char *const policy_names[DMA_POLICY_COUNT] = {
	[DMA_POLICY_AUTO] = "auto",
	[DMA_POLICY_REMAP] = "remap",
	[DMA_POLICY_COPY] = "copy",
	[DMA_POLICY_POOL] = "pool",
	[DMA_POLICY_CACHED] = "cached",
};

SHIM_EXPORT SHIM_EXPORT int dma_policy_from_name(const char *name, enum dma_policy *policy)
{
	for (unsigned int i = 0; i < DMA_POLICY_COUNT; i++) {
		if (strcmp(name, policy_names[i]))
			continue;
		*policy = (enum dma_policy)i;
		return 0;
	}
	return -EINVAL;
}

SHIM_EXPORT SHIM_EXPORT const char *dma_policy_name(enum dma_policy policy)
{
	return (unsigned int)policy < DMA_POLICY_COUNT ? policy_names[policy] : "?";
}

int dma_adapter_create(struct platform *platform, const struct dma_options *options,
		       unsigned int address_bits, struct dma_adapter **adapter)
{
	struct dma_adapter *created;
	int result;

	if (address_bits != 24 && address_bits != 32 && address_bits != 64)
		return -EINVAL;
	if ((unsigned int)options->policy >= DMA_POLICY_COUNT ||
	    (unsigned int)options->fragment > DMA_FRAGMENT_PAGE)
		return -EINVAL;
	created = calloc(1, sizeof(*created));
	if (!created)
		return -ENOMEM;
	created->platform = platform;
	created->options = *options;
	created->address_bits = address_bits;
	result = logical_space_init(&created->space, platform, address_bits);
	if (result) {
		free(created);
		return result;
	}
	*adapter = created;
	return 0;
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

		if ((uintptr_t)buffer->va != adapter->arena.first || !adapter->arena.length)
			leaked++;
		dma_common_buffer_free(adapter, buffer->length, buffer->va, buffer->logical);
	}
	logical_space_release(&adapter->space);
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
