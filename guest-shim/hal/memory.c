/* SPDX-License-Identifier: MIT */
/*
 * memory.c - see memory.h
 */
#include "hal/memory.h"

#include <errno.h>

#include "hal/hal.h"
#include "ke/bug_check.h"

static bool base_overlaps(const struct hal_base *base, const void *va, size_t length)
{
	for (unsigned int i = 0; i < base->used; i++) {
		const struct hal_mapping *mapping = &base->mapping[i];

		if (!mapping->flushed &&
		    hal_ranges_overlap(mapping->memory, mapping->length, va, length))
			return true;
	}
	return false;
}

static bool is_in_use(const struct hal_adapter *adapter, const void *va, size_t length)
{
	if (hal_list_overlaps(adapter, va, length))
		return true;
	for (const struct hal_base *base = adapter->bases; base; base = base->next) {
		if (base_overlaps(base, va, length))
			return true;
	}
	return false;
}

static void forget(struct hal_adapter *adapter, const void *va, size_t length)
{
	int result = adapter->dma ? dma_adapter_forget(adapter->dma, va, length) : 0;

	if (result == -EIO)
		ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter, ~(uintptr_t)0,
			     (uintptr_t)va, (uintptr_t)(intptr_t)result);
}

bool hal_forget_memory(const char *call, const void *va, size_t length)
{
	for (struct hal_bus *bus = hal_buses; bus; bus = bus->next) {
		for (struct hal_adapter *adapter = bus->adapters; adapter;
		     adapter = adapter->next) {
			if (!is_in_use(adapter, va, length)) {
				forget(adapter, va, length);
				continue;
			}
			hal_violation(adapter, VERIFIER_FREED_WHILE_MAPPED, call,
				      "IoFlushAdapterBuffers or PutScatterGatherList comes before "
				      "the memory of the buffer is freed",
				      "a device still reaches part of %zu bytes at %p; they are "
				      "not freed",
				      length, va);
			return false;
		}
	}
	return true;
}
