/* SPDX-License-Identifier: MIT */
/*
 * memory.c - who uses memory or an MDL; see memory.h
 */
#include "hal/memory.h"

#include <errno.h>

#include "hal/hal.h"
#include "ke/bug_check.h"

static const void *mapping_of(const struct hal_base *base, const void *va, size_t length)
{
	for (unsigned int i = 0; i < base->used; i++) {
		const struct hal_mapping *mapping = &base->mapping[i];

		if (!mapping->flushed &&
		    hal_ranges_overlap(mapping->memory, mapping->length, va, length))
			return mapping;
	}
	return NULL;
}

/* What the checking mode knows the user of the memory by, or NULL. */
static const void *user_of(const struct hal_adapter *adapter, const void *va, size_t length)
{
	const void *user = hal_list_of_memory(adapter, va, length);

	for (const struct hal_base *base = adapter->bases; base && !user; base = base->next)
		user = mapping_of(base, va, length);
	return user;
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
			const void *user = user_of(adapter, va, length);

			if (!user) {
				forget(adapter, va, length);
				continue;
			}
			hal_violation_about(
				adapter,
				VERIFIER_DETAIL(VERIFIER_FREED_WHILE_MAPPED, .object = user), call,
				"IoFlushAdapterBuffers or PutScatterGatherList comes before the "
				"memory of the buffer is freed",
				"a device still reaches part of %zu bytes at %p; they are not "
				"freed",
				length, va);
			return false;
		}
	}
	return true;
}

static const void *mapping_of_mdl(const struct hal_base *base, const MDL *mdl)
{
	for (unsigned int i = 0; i < base->used; i++) {
		if (base->mapping[i].mdl == mdl && !base->mapping[i].flushed)
			return &base->mapping[i];
	}
	return NULL;
}

static const void *user_of_mdl(const struct hal_adapter *adapter, const MDL *mdl)
{
	const void *user = hal_list_of_mdl(adapter, mdl);

	for (const struct hal_base *base = adapter->bases; base && !user; base = base->next)
		user = mapping_of_mdl(base, mdl);
	return user;
}

const void *hal_mdl_user(const MDL *mdl)
{
	const void *user = NULL;

	for (struct hal_bus *bus = hal_buses; bus && !user; bus = bus->next) {
		const struct hal_adapter *adapter = bus->adapters;

		for (; adapter && !user; adapter = adapter->next)
			user = user_of_mdl(adapter, mdl);
	}
	return user;
}
