/* SPDX-License-Identifier: MIT */
/*
 * map_transfer.c - IoMapTransfer and IoFlushAdapterBuffers
 *
 * Source: ndis-hal-dma.md sections 3.5, 3.6, 8.5, 8.6 and 8.10.
 */
#include <errno.h>
#include <string.h>

#include "hal/hal.h"
#include "hal/system_dma.h"
#include "ke/bug_check.h"
#include "mm/span.h"
#include "support/log.h"
#include "support/trace.h"

static const char map_call[] = "IoMapTransfer";
static const char flush_call[] = "IoFlushAdapterBuffers";

void *hal_buffer_memory(struct hal_adapter *adapter, const char *call, PMDL mdl, PVOID va,
			enum hal_code code)
{
	uintptr_t offset = (uintptr_t)va - (uintptr_t)MmGetMdlVirtualAddress(mdl);

	if (unlikely(!(mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL)))) {
		hal_violation(adapter, HAL_CODE_NOT_LOCKED, call,
			      "the buffer is locked in memory: described by "
			      "MmBuildMdlForNonPagedPool",
			      "MdlFlags of MDL %p are 0x%x", (void *)mdl,
			      (unsigned int)(USHORT)mdl->MdlFlags);
		return NULL;
	}
	if (unlikely(!(mdl->MdlFlags & MDL_SYSTEM_VA_FLAGS) || !mdl->MappedSystemVa)) {
		hal_violation(adapter, HAL_CODE_NO_SYSTEM_ADDRESS, call,
			      "the buffer has a system address", "MDL %p has none", (void *)mdl);
		return NULL;
	}
	if (unlikely(offset >= mdl->ByteCount)) {
		hal_violation(adapter, code, call, "CurrentVa lies in the buffer of the first MDL",
			      "CurrentVa is %p, MDL %p describes %u bytes at %p", va, (void *)mdl,
			      mdl->ByteCount, MmGetMdlVirtualAddress(mdl));
		return NULL;
	}
	return (char *)mdl->MappedSystemVa + offset;
}

void hal_unmap(struct hal_adapter *adapter, struct hal_base *base)
{
	int result = 0;

	if (hal_is_slave(adapter)) {
		result = system_dma_stop(adapter->channel);
		if (result)
			log_error("%s: DMA channel %u: %s", flush_call,
				  adapter->description.DmaChannel, strerror(-result));
	} else {
		result = dma_slot_unmap(base->slot);
		if (unlikely(result))
			ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter,
				     (uintptr_t)base, 0, (uintptr_t)(intptr_t)result);
	}
	base->used = 0;
	base->live = 0;
}

/* ---- IoMapTransfer ------------------------------------------------------------------------------
 */

static bool overlaps(const struct hal_base *base, const char *memory, ULONG length)
{
	for (unsigned int i = 0; i < base->used; i++) {
		const struct hal_mapping *mapping = &base->mapping[i];
		const char *other = mapping->memory;

		if (!mapping->flushed && memory < other + mapping->length &&
		    other < memory + length)
			return true;
	}
	return false;
}

static bool may_map(struct hal_adapter *adapter, const struct hal_base *base, PMDL mdl,
		    const char *memory, ULONG length, bool to_device)
{
	ULONG rest = (ULONG)(mdl->ByteCount - (memory - (const char *)mdl->MappedSystemVa));

	if (unlikely(!length)) {
		hal_violation(adapter, HAL_CODE_ZERO_LENGTH, map_call,
			      "at least one byte is mapped", "*Length is 0");
		return false;
	}
	if (unlikely(length > rest)) {
		hal_violation(adapter, HAL_CODE_BUFFER_TOO_SMALL, map_call,
			      "*Length is no more than what follows CurrentVa in the MDL",
			      "*Length is %u, %u bytes follow", length, rest);
		return false;
	}
	if (unlikely(base->live && base->to_device != to_device)) {
		hal_violation(adapter, HAL_CODE_NONE, map_call,
			      "the map registers of one request map one direction at a time",
			      "WriteToDevice is %u, %u mappings have the other direction",
			      to_device, base->live);
		return false;
	}
	if (unlikely(base->live && overlaps(base, memory, length))) {
		hal_violation(adapter, HAL_CODE_MAPPED_TWICE, map_call,
			      "a range that is mapped is flushed before it is mapped again",
			      "%u bytes at %p are mapped by base %p already", length,
			      (const void *)memory, (const void *)base);
		return false;
	}
	return true;
}

static void note(struct hal_base *base, PMDL mdl, PVOID va, void *memory, ULONG length,
		 bool to_device)
{
	base->mapping[base->used++] = (struct hal_mapping){
		.mdl = mdl,
		.va = (uintptr_t)va,
		.memory = memory,
		.length = length,
	};
	base->live++;
	base->to_device = to_device;
	base->ever_mapped = true;
}

/* Bytes of a scatter/gather transfer that one call maps. */
static ULONG run_length(const struct hal_adapter *adapter, const struct hal_base *base,
			const void *memory, ULONG length)
{
	ULONG offset = BYTE_OFFSET(memory);
	uint64_t room = ((uint64_t)dma_slot_pages_left(base->slot) << PAGE_SHIFT) - offset;

	if (adapter->bus->options.dma.fragment == DMA_FRAGMENT_PAGE && length > PAGE_SIZE - offset)
		return PAGE_SIZE - offset;
	return length > room ? (ULONG)room : length;
}

static bool has_registers(struct hal_adapter *adapter, const struct hal_base *base,
			  const void *memory, ULONG length)
{
	unsigned int left = base->slot ? dma_slot_pages_left(base->slot) : 0;
	uint64_t needed = adapter->scatter_gather ? 1 : mm_span_pages(memory, length);

	if (likely(needed <= left))
		return true;
	hal_violation(adapter, HAL_CODE_MISCELLANEOUS, map_call,
		      "a transfer takes no more map registers than were asked for",
		      "%u bytes at %p need %llu, base %p has %u left", length, memory,
		      (unsigned long long)needed, (const void *)base, left);
	return false;
}

/* Return: the logical address; 0 when nothing was mapped. */
static uint64_t map_master(struct hal_adapter *adapter, struct hal_base *base, PMDL mdl, PVOID va,
			   void *memory, PULONG length, bool to_device)
{
	struct dma_region region = {memory, *length};
	struct dma_run run;
	unsigned int count;
	int result;

	if (!has_registers(adapter, base, memory, *length))
		return 0;
	if (adapter->scatter_gather)
		region.length = run_length(adapter, base, memory, *length);
	result = dma_slot_extend(base->slot, &region, 1,
				 to_device ? PLATFORM_DEVICE_READS : PLATFORM_DEVICE_WRITES,
				 !adapter->scatter_gather, &run, 1, &count);
	if (unlikely(result)) {
		log_error("%s: %zu bytes at %p: %s", map_call, region.length, memory,
			  strerror(-result));
		return 0;
	}
	*length = (ULONG)run.length;
	note(base, mdl, va, memory, *length, to_device);
	return run.logical.value;
}

static void map_slave(struct hal_adapter *adapter, struct hal_base *base, PMDL mdl, PVOID va,
		      void *memory, ULONG length, bool to_device)
{
	int result = system_dma_start(adapter->channel, memory, length, to_device);

	switch (-result) {
	case 0:
		note(base, mdl, va, memory, length, to_device);
		return;
	case EBUSY:
		hal_violation(adapter, HAL_CODE_NOT_FLUSHED, map_call,
			      "a slave transfer is flushed before the next begins",
			      "DMA channel %u has a transfer", adapter->description.DmaChannel);
		return;
	case EMSGSIZE:
		hal_violation(
			adapter, HAL_CODE_MISCELLANEOUS, map_call,
			"a slave transfer is no longer than MaximumLength and the limit of its "
			"channel",
			"*Length is %u, the limit %u", length, system_dma_limit(adapter->channel));
		return;
	case EINVAL:
		hal_violation(adapter, HAL_CODE_INVALID_BUFFER, map_call,
			      "a 16-bit channel transfers an even number of bytes", "*Length is %u",
			      length);
		return;
	default:
		log_error("%s: DMA channel %u: %s", map_call, adapter->description.DmaChannel,
			  strerror(-result));
	}
}

static struct hal_base *owned_base(struct hal_adapter *adapter, const void *handle,
				   const char *call)
{
	struct hal_base *base = hal_base_find(adapter, handle);

	if (unlikely(!base))
		hal_violation(adapter, HAL_CODE_NONE, call,
			      "MapRegisterBase is what AdapterControl got, until it is given back",
			      "%p is none of adapter %p", handle, (void *)adapter);
	return base;
}

static uint64_t map_transfer(struct hal_adapter *adapter, PMDL mdl, PVOID handle, PVOID va,
			     PULONG length, bool to_device)
{
	struct hal_base *base;
	void *memory;

	if (!hal_irql_at_most(adapter, map_call, KE_DISPATCH_LEVEL))
		return 0;
	base = owned_base(adapter, handle, map_call);
	if (!base)
		return 0;
	if (!mdl || !length) {
		hal_violation(adapter, HAL_CODE_NONE, map_call, "no argument may be NULL",
			      "Mdl %p, Length %p", (void *)mdl, (void *)length);
		return 0;
	}
	memory = hal_buffer_memory(adapter, map_call, mdl, va, HAL_CODE_OUTSIDE_MDL);
	if (!memory || !may_map(adapter, base, mdl, memory, *length, to_device))
		return 0;
	if (!hal_is_slave(adapter))
		return map_master(adapter, base, mdl, va, memory, length, to_device);
	map_slave(adapter, base, mdl, va, memory, *length, to_device);
	return 0;
}

PHYSICAL_ADDRESS NTAPI IoMapTransfer(PADAPTER_OBJECT AdapterObject, PMDL Mdl, PVOID MapRegisterBase,
				     PVOID CurrentVa, PULONG Length, BOOLEAN WriteToDevice)
{
	struct hal_adapter *adapter = hal_find_adapter(AdapterObject, map_call);
	ULONG wanted = Length ? *Length : 0;
	PHYSICAL_ADDRESS logical = {.QuadPart = 0};

	if (likely(adapter))
		logical.QuadPart = (LONGLONG)map_transfer(adapter, Mdl, MapRegisterBase, CurrentVa,
							  Length, WriteToDevice);
	TRACE(map_call, "adapter %p, mdl %p, base %p, %p, %u bytes, %s) -> 0x%llx, %u bytes",
	      (void *)AdapterObject, (void *)Mdl, MapRegisterBase, CurrentVa, wanted,
	      WriteToDevice ? "to device" : "from device", (unsigned long long)logical.QuadPart,
	      Length ? *Length : 0);
	return logical;
}

/* ---- IoFlushAdapterBuffers ----------------------------------------------------------------------
 */

static struct hal_mapping *find_mapping(struct hal_base *base, const MDL *mdl, uintptr_t va)
{
	for (unsigned int i = 0; i < base->used; i++) {
		struct hal_mapping *mapping = &base->mapping[i];

		if (!mapping->flushed && mapping->mdl == mdl && mapping->va == va)
			return mapping;
	}
	return NULL;
}

static void report_unmapped(struct hal_adapter *adapter, const struct hal_base *base,
			    const MDL *mdl, const void *va)
{
	if (!base->ever_mapped)
		hal_violation(adapter, HAL_CODE_NEVER_MAPPED, flush_call,
			      "map registers are flushed after IoMapTransfer",
			      "base %p has never mapped anything", (const void *)base);
	else
		hal_violation(
			adapter, HAL_CODE_FLUSH_UNMAPPED, flush_call,
			"Mdl and CurrentVa are those of the first IoMapTransfer to be flushed",
			"no mapping of base %p begins at %p of MDL %p", (const void *)base, va,
			(const void *)mdl);
}

/* The mapping is over for the driver; the registers stay until the last of the base is. */
static void flush_one(struct hal_adapter *adapter, struct hal_base *base,
		      struct hal_mapping *mapping)
{
	const struct dma_region region = {mapping->memory, mapping->length};

	mapping->flushed = true;
	base->live--;
	if (base->live && !base->to_device && base->slot)
		dma_slot_sync(base->slot, &region);
	if (!base->live)
		hal_unmap(adapter, base);
}

static bool flush(struct hal_adapter *adapter, struct hal_base *base, PMDL mdl, PVOID va,
		  ULONG length, bool to_device)
{
	uintptr_t next = (uintptr_t)va;
	struct hal_mapping *mapping = base->live ? find_mapping(base, mdl, next) : NULL;

	if (!mapping) {
		report_unmapped(adapter, base, mdl, va);
		return false;
	}
	if (base->to_device != to_device)
		hal_violation(adapter, HAL_CODE_FLUSH_UNMAPPED, flush_call,
			      "WriteToDevice is that of IoMapTransfer",
			      "WriteToDevice is %u: the direction of the mapping counts",
			      to_device);
	while (mapping) {
		ULONG mapped = mapping->length;

		flush_one(adapter, base, mapping);
		next += mapped;
		if (next - (uintptr_t)va >= length)
			break;
		mapping = base->live ? find_mapping(base, mdl, next) : NULL;
	}
	if (next - (uintptr_t)va != length)
		hal_violation(adapter, HAL_CODE_MISCELLANEOUS, flush_call,
			      "Length is what the calls of IoMapTransfer mapped",
			      "Length is %u, %zu bytes were mapped there", length,
			      (size_t)(next - (uintptr_t)va));
	return true;
}

BOOLEAN NTAPI IoFlushAdapterBuffers(PADAPTER_OBJECT AdapterObject, PMDL Mdl, PVOID MapRegisterBase,
				    PVOID CurrentVa, ULONG Length, BOOLEAN WriteToDevice)
{
	struct hal_adapter *adapter = hal_find_adapter(AdapterObject, flush_call);
	struct hal_base *base;
	BOOLEAN done = FALSE;

	if (likely(adapter && hal_irql_at_most(adapter, flush_call, KE_DISPATCH_LEVEL))) {
		base = MapRegisterBase ? owned_base(adapter, MapRegisterBase, flush_call) : NULL;
		if (!MapRegisterBase)
			done = TRUE;
		else if (likely(base))
			done = flush(adapter, base, Mdl, CurrentVa, Length, WriteToDevice);
	}
	TRACE(flush_call, "adapter %p, mdl %p, base %p, %p, %u bytes, %s) -> %u",
	      (void *)AdapterObject, (void *)Mdl, MapRegisterBase, CurrentVa, Length,
	      WriteToDevice ? "to device" : "from device", done);
	return done;
}

/* ---- counter and users of an MDL ----------------------------------------------------------------
 */

ULONG NTAPI HalReadDmaCounter(PADAPTER_OBJECT AdapterObject)
{
	static const char call[] = "HalReadDmaCounter";
	struct hal_adapter *adapter = hal_find_adapter(AdapterObject, call);
	ULONG left = 0;

	if (adapter && hal_irql_at_most(adapter, call, KE_DISPATCH_LEVEL)) {
		if (hal_is_slave(adapter))
			left = system_dma_counter(adapter->channel);
		else
			hal_violation(adapter, HAL_CODE_NONE, call,
				      "only the system DMA controller has a counter",
				      "the adapter %p is a bus master", (void *)adapter);
	}
	TRACE(call, "adapter %p) -> %u", (void *)AdapterObject, left);
	return left;
}

static bool base_uses(const struct hal_base *base, const MDL *mdl)
{
	for (unsigned int i = 0; i < base->used; i++) {
		if (base->mapping[i].mdl == mdl && !base->mapping[i].flushed)
			return true;
	}
	return false;
}

bool hal_mdl_in_use(const MDL *mdl)
{
	for (struct hal_bus *bus = hal_buses; bus; bus = bus->next) {
		for (struct hal_adapter *adapter = bus->adapters; adapter;
		     adapter = adapter->next) {
			if (hal_list_uses(adapter, mdl))
				return true;
			for (struct hal_base *base = adapter->bases; base; base = base->next) {
				if (base_uses(base, mdl))
					return true;
			}
		}
	}
	return false;
}
