/* SPDX-License-Identifier: MIT */
/*
 * map_transfer.c - IoMapTransfer and IoFlushAdapterBuffers
 *
 * Source: ndis-hal-dma.md sections 3.5, 3.6, 8.5, 8.6 and 8.10.
 */
#include <errno.h>
#include <string.h>

#include "hal/description.h"
#include "hal/hal.h"
#include "hal/system_dma.h"
#include "hal/verify.h"
#include "ke/bug_check.h"
#include "mm/mdl.h"
#include "support/log.h"
#include "support/trace.h"

static const char map_call[] = "IoMapTransfer";
static const char flush_call[] = "IoFlushAdapterBuffers";

void *hal_buffer_memory(struct hal_adapter *adapter, const char *call, PMDL mdl, PVOID va,
			enum verifier_code code)
{
	uintptr_t offset = (uintptr_t)va - (uintptr_t)MmGetMdlVirtualAddress(mdl);

	if (unlikely(!(mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL)))) {
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_NOT_LOCKED, .object = adapter,
						    .parameters = {(uintptr_t)mdl}),
				    call,
				    "the buffer is locked in memory: described by "
				    "MmBuildMdlForNonPagedPool",
				    "MdlFlags of MDL %p are 0x%x", (void *)mdl,
				    (unsigned int)(USHORT)mdl->MdlFlags);
		return NULL;
	}
	if (unlikely(!(mdl->MdlFlags & MDL_SYSTEM_VA_FLAGS) || !mdl->MappedSystemVa)) {
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_NO_SYSTEM_ADDRESS, .object = adapter,
						    .parameters = {(uintptr_t)mdl}),
				    call, "the buffer has a system address", "MDL %p has none",
				    (void *)mdl);
		return NULL;
	}
	if (unlikely(mm_mdl_pages(mdl) > mm_mdl_room(mdl))) {
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_INVALID_BUFFER, .object = adapter,
						    .parameters = {(uintptr_t)mdl}),
				    call,
				    "ByteCount of an MDL stays within the pages that its Size has "
				    "room for",
				    "MDL %p of %u bytes claims %llu pages, it has room for %zu",
				    (void *)mdl, mdl->ByteCount,
				    (unsigned long long)mm_mdl_pages(mdl), mm_mdl_room(mdl));
		return NULL;
	}
	if (unlikely(offset >= mdl->ByteCount)) {
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(code, .object = adapter,
						    .parameters = {(uintptr_t)va, (uintptr_t)mdl}),
				    call, "CurrentVa lies in the buffer of the first MDL",
				    "CurrentVa is %p, MDL %p describes %u bytes at %p", va,
				    (void *)mdl, mdl->ByteCount, MmGetMdlVirtualAddress(mdl));
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

/* The mapping of the base that has some of the bytes, or NULL. */
static const struct hal_mapping *find_overlap(const struct hal_base *base, const char *memory,
					      ULONG length)
{
	for (unsigned int i = 0; i < base->used; i++) {
		const struct hal_mapping *mapping = &base->mapping[i];

		if (!mapping->flushed &&
		    hal_ranges_overlap(mapping->memory, mapping->length, memory, length))
			return mapping;
	}
	return NULL;
}

static bool length_is_valid(struct hal_adapter *adapter, const struct hal_base *base,
			    const MDL *mdl, const char *memory, ULONG length)
{
	ULONG rest = (ULONG)(mdl->ByteCount - (memory - (const char *)mdl->MappedSystemVa));

	if (unlikely(!length)) {
		hal_violation_about(adapter, VERIFIER_DETAIL(VERIFIER_ZERO_LENGTH, .object = base),
				    map_call, "at least one byte is mapped", "*Length is 0");
		return false;
	}
	if (unlikely(length > rest)) {
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_BUFFER_TOO_SMALL, .object = base,
						    .parameters = {length - rest}),
				    map_call,
				    "*Length is no more than what follows CurrentVa in the MDL",
				    "*Length is %u, %u bytes follow", length, rest);
		return false;
	}
	return true;
}

static bool may_map(struct hal_adapter *adapter, const struct hal_base *base, const MDL *mdl,
		    const char *memory, ULONG length, bool to_device)
{
	const struct hal_mapping *other;

	if (!length_is_valid(adapter, base, mdl, memory, length))
		return false;
	if (likely(!base->live))
		return true;
	if (unlikely(base->to_device != to_device)) {
		hal_violation_about(adapter, VERIFIER_DETAIL(VERIFIER_NONE, .object = base),
				    map_call,
				    "the map registers of one request map one direction at a time",
				    "WriteToDevice is %u, %u mappings have the other direction",
				    to_device, base->live);
		return false;
	}
	other = find_overlap(base, memory, length);
	if (unlikely(other)) {
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_MAPPED_TWICE, .object = other,
						    .parameters = {(uintptr_t)memory,
								   (uintptr_t)memory + length,
								   (uintptr_t)other->memory}),
				    map_call,
				    "a range that is mapped is flushed before it is mapped again",
				    "%u bytes at %p are mapped by base %p already", length,
				    (const void *)memory, (const void *)base);
		return false;
	}
	return true;
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
	unsigned int left = hal_is_slave(adapter) ? base->count
			    : base->slot	  ? dma_slot_pages_left(base->slot)
						  : 0;
	uint64_t needed = adapter->scatter_gather ? 1 : mm_span_pages(memory, length);

	if (likely(needed <= left))
		return true;
	hal_violation_about(adapter,
			    VERIFIER_DETAIL(VERIFIER_MISCELLANEOUS, .object = base,
					    .parameters = {2, (uintptr_t)needed, left}),
			    map_call, "a transfer takes no more map registers than were asked for",
			    "%u bytes at %p need %llu, base %p has %u left", length, memory,
			    (unsigned long long)needed, (const void *)base, left);
	return false;
}

/** struct map_request - arguments of IoMapTransfer, and where the bytes are */
struct map_request {
	PMDL mdl;
	PVOID va;
	PULONG length;
	bool to_device;
	void *memory;
	const void *caller;
};

static void note(struct hal_adapter *adapter, struct hal_base *base, const struct map_request *r,
		 unsigned int map_register, logical_t logical)
{
	unsigned int index = base->used++;

	base->mapping[index] = (struct hal_mapping){
		.mdl = r->mdl,
		.va = (uintptr_t)r->va,
		.memory = r->memory,
		.length = *r->length,
	};
	base->live++;
	base->to_device = r->to_device;
	base->ever_mapped = true;
	if (unlikely(adapter->bus->verifier))
		hal_verify_map(adapter, base, index, map_register, logical, map_call, r->caller);
}

/* Return: the logical address; 0 when nothing was mapped. */
static uint64_t map_master(struct hal_adapter *adapter, struct hal_base *base,
			   const struct map_request *r)
{
	struct dma_region region = {r->memory, *r->length};
	unsigned int map_register;
	struct dma_run run;
	unsigned int count;
	int result;

	if (adapter->scatter_gather)
		region.length = run_length(adapter, base, r->memory, *r->length);
	map_register = dma_slot_pages(base->slot) - dma_slot_pages_left(base->slot);
	result = dma_slot_extend(base->slot, &region, 1,
				 r->to_device ? PLATFORM_DEVICE_READS : PLATFORM_DEVICE_WRITES,
				 !adapter->scatter_gather, &run, 1, &count);
	if (unlikely(result)) {
		log_error("%s: %zu bytes at %p: %s", map_call, region.length, r->memory,
			  dma_error_text(adapter->dma, result));
		if (result == -EIO)
			ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter,
				     (uintptr_t)base, 0, (uintptr_t)(intptr_t)result);
		return 0;
	}
	*r->length = (ULONG)run.length;
	note(adapter, base, r, map_register, run.logical);
	return run.logical.value;
}

static void map_slave(struct hal_adapter *adapter, struct hal_base *base,
		      const struct map_request *r)
{
	unsigned int channel = adapter->description.DmaChannel;
	ULONG length = *r->length;
	ULONG limit = system_dma_limit(adapter->channel);
	struct system_dma_setup setup;
	int result;

	/* The channel itself limits only what it has to copy. */
	hal_description_channel(&adapter->description, &setup);
	if (setup.maximum < limit)
		limit = setup.maximum;
	result = length > setup.maximum
			 ? -EMSGSIZE
			 : system_dma_start(adapter->channel, r->memory, length, r->to_device);
	switch (-result) {
	case 0:
		note(adapter, base, r, 0, (logical_t){0});
		return;
	case EBUSY:
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_NOT_FLUSHED, .object = base->mapping),
				    map_call, "a slave transfer is flushed before the next begins",
				    "DMA channel %u has a transfer", channel);
		return;
	case EMSGSIZE:
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(
				VERIFIER_MISCELLANEOUS, .object = base,
				.parameters = {2, length, limit}),
			map_call,
			"a slave transfer is no longer than MaximumLength and the limit of its "
			"channel",
			"*Length is %u, the limit %u", length, limit);
		return;
	case EINVAL:
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_INVALID_BUFFER, .object = base,
						    .parameters = {5, length, 2}),
				    map_call, "a 16-bit channel transfers an even number of bytes",
				    "*Length is %u", length);
		return;
	default:
		log_error("%s: DMA channel %u: %s", map_call, channel, strerror(-result));
	}
}

static struct hal_base *owned_base(struct hal_adapter *adapter, const void *handle,
				   const char *call)
{
	struct hal_base *base = hal_base_find(adapter, handle);

	if (unlikely(!base))
		hal_violation_about(
			adapter, VERIFIER_DETAIL(VERIFIER_NONE, .object = handle), call,
			"MapRegisterBase is what AdapterControl got, until it is given back",
			"%p is none of adapter %p", handle, (void *)adapter);
	return base;
}

static uint64_t map_transfer(struct hal_adapter *adapter, const void *handle, struct map_request *r)
{
	struct hal_base *base;

	if (!hal_irql_at_most(adapter, map_call, KE_DISPATCH_LEVEL))
		return 0;
	base = owned_base(adapter, handle, map_call);
	if (!base)
		return 0;
	if (!r->mdl || !r->length) {
		hal_violation(adapter, VERIFIER_NONE, map_call, "no argument may be NULL",
			      "Mdl %p, Length %p", (void *)r->mdl, (void *)r->length);
		return 0;
	}
	r->memory = hal_buffer_memory(adapter, map_call, r->mdl, r->va, VERIFIER_OUTSIDE_MDL);
	if (!r->memory || !may_map(adapter, base, r->mdl, r->memory, *r->length, r->to_device))
		return 0;
	if (!has_registers(adapter, base, r->memory, *r->length))
		return 0;
	if (!hal_is_slave(adapter))
		return map_master(adapter, base, r);
	map_slave(adapter, base, r);
	return 0;
}

PHYSICAL_ADDRESS NTAPI IoMapTransfer(PADAPTER_OBJECT AdapterObject, PMDL Mdl, PVOID MapRegisterBase,
				     PVOID CurrentVa, PULONG Length, BOOLEAN WriteToDevice)
{
	TRACE_SCOPE(map_call);
	struct hal_adapter *adapter = hal_find_adapter(AdapterObject, map_call);
	ULONG wanted = Length ? *Length : 0;
	PHYSICAL_ADDRESS logical = {.QuadPart = 0};
	struct map_request request = {
		.mdl = Mdl,
		.va = CurrentVa,
		.length = Length,
		.to_device = WriteToDevice,
		.caller = __builtin_return_address(0),
	};

	if (likely(adapter))
		logical.QuadPart = (LONGLONG)map_transfer(adapter, MapRegisterBase, &request);
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
	const void *former = verifier_has_seen(adapter->bus->verifier, va) ? va : base;

	if (!base->ever_mapped)
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_NEVER_MAPPED, .object = base,
						    .parameters = {(uintptr_t)base, (uintptr_t)va,
								   (uintptr_t)mdl}),
				    flush_call, "map registers are flushed after IoMapTransfer",
				    "base %p has never mapped anything", (const void *)base);
	else
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(VERIFIER_FLUSH_UNMAPPED, .object = former,
					.parameters = {(uintptr_t)va}),
			flush_call,
			"Mdl and CurrentVa are those of the first IoMapTransfer to be flushed",
			"no mapping of base %p begins at %p of MDL %p", (const void *)base, va,
			(const void *)mdl);
}

/* The mapping is over for the driver; the registers stay until the last of the base is. */
static void flush_one(struct hal_adapter *adapter, struct hal_base *base,
		      struct hal_mapping *mapping, const void *caller)
{
	const struct dma_region region = {mapping->memory, mapping->length};

	mapping->flushed = true;
	base->live--;
	if (base->live && !base->to_device && base->slot)
		dma_slot_sync(base->slot, &region);
	if (!base->live)
		hal_unmap(adapter, base);
	if (unlikely(adapter->bus->verifier))
		hal_verify_flush(adapter, mapping, flush_call, caller);
}

/* Mappings of @mdl that follow each other from @va on, up to @length bytes.  Return: bytes. */
static size_t flush_sequence(struct hal_adapter *adapter, struct hal_base *base, const MDL *mdl,
			     uintptr_t va, ULONG length, const void *caller)
{
	struct hal_mapping *mapping = find_mapping(base, mdl, va);
	size_t flushed = 0;

	while (mapping && flushed < length) {
		flushed += mapping->length;
		flush_one(adapter, base, mapping, caller);
		mapping = base->live ? find_mapping(base, mdl, va + flushed) : NULL;
	}
	return flushed;
}

static bool flush(struct hal_adapter *adapter, struct hal_base *base, PMDL mdl, PVOID va,
		  ULONG length, bool to_device, const void *caller)
{
	struct hal_mapping *mapping = base->live ? find_mapping(base, mdl, (uintptr_t)va) : NULL;
	size_t flushed;

	if (!mapping) {
		report_unmapped(adapter, base, mdl, va);
		return false;
	}
	if (base->to_device != to_device)
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_FLUSH_UNMAPPED, .object = mapping,
						    .parameters = {(uintptr_t)mapping->memory}),
				    flush_call, "WriteToDevice is that of IoMapTransfer",
				    "WriteToDevice is %u: the direction of the mapping counts",
				    to_device);
	/* At least the one that begins there, whatever the length. */
	flushed = flush_sequence(adapter, base, mdl, (uintptr_t)va, length ? length : 1, caller);
	if (flushed != length)
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_MISCELLANEOUS, .object = mapping,
						    .parameters = {1, flushed, length}),
				    flush_call, "Length is what the calls of IoMapTransfer mapped",
				    "Length is %u, %zu bytes were mapped there", length, flushed);
	return true;
}

BOOLEAN NTAPI IoFlushAdapterBuffers(PADAPTER_OBJECT AdapterObject, PMDL Mdl, PVOID MapRegisterBase,
				    PVOID CurrentVa, ULONG Length, BOOLEAN WriteToDevice)
{
	TRACE_SCOPE(flush_call);
	struct hal_adapter *adapter = hal_find_adapter(AdapterObject, flush_call);
	struct hal_base *base;
	BOOLEAN done = FALSE;

	if (likely(adapter && hal_irql_at_most(adapter, flush_call, KE_DISPATCH_LEVEL))) {
		base = MapRegisterBase ? owned_base(adapter, MapRegisterBase, flush_call) : NULL;
		if (!MapRegisterBase)
			done = TRUE;
		else if (likely(base))
			done = flush(adapter, base, Mdl, CurrentVa, Length, WriteToDevice,
				     __builtin_return_address(0));
	}
	TRACE(flush_call, "adapter %p, mdl %p, base %p, %p, %u bytes, %s) -> %u",
	      (void *)AdapterObject, (void *)Mdl, MapRegisterBase, CurrentVa, Length,
	      WriteToDevice ? "to device" : "from device", done);
	return done;
}

/* ---- counter ------------------------------------------------------------------------------------
 */

ULONG NTAPI HalReadDmaCounter(PADAPTER_OBJECT AdapterObject)
{
	static const char call[] = "HalReadDmaCounter";
	TRACE_SCOPE(call);
	struct hal_adapter *adapter = hal_find_adapter(AdapterObject, call);
	ULONG left = 0;

	if (adapter && hal_irql_at_most(adapter, call, KE_DISPATCH_LEVEL)) {
		if (hal_is_slave(adapter))
			left = system_dma_counter(adapter->channel);
		else
			hal_violation(adapter, VERIFIER_NONE, call,
				      "only the system DMA controller has a counter",
				      "the adapter %p is a bus master", (void *)adapter);
	}
	TRACE(call, "adapter %p) -> %u", (void *)AdapterObject, left);
	return left;
}
