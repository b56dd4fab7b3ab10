/* SPDX-License-Identifier: MIT */
/*
 * verify.c - see verify.h
 *
 * Source: ndis-hal-dma.md sections 11 and 12.
 */
#include <stdint.h>

#include "ndis/frame.h"
#include "ndis/memory.h"
#include "ndis/verify.h"

static void collect_damage(struct shim_adapter *adapter, const char *call)
{
	if (adapter->dma.adapter)
		adapter->statistics.violations += verifier_damage(
			adapter->verifier, adapter->driver->name, call, adapter->dma.adapter, NULL);
}

/* ---- map registers ------------------------------------------------------------------------- */

void ndis_verify_registers(struct shim_adapter *adapter, const char *call, const void *caller)
{
	const struct verifier_object object = {
		.kind = VERIFIER_MAP_REGISTERS,
		.handle = &adapter->dma,
		.number = adapter->dma.register_count,
	};

	verifier_created(adapter->verifier, &object, NULL, 0, call, caller);
}

void ndis_verify_registers_freed(struct shim_adapter *adapter, const char *call, const void *caller)
{
	const struct adapter_dma *dma = &adapter->dma;

	collect_damage(adapter, call);
	for (unsigned int i = 0; i < dma->register_count; i++)
		verifier_ended(adapter->verifier, VERIFIER_MAPPING, &dma->registers[i], call,
			       caller);
	verifier_ended(adapter->verifier, VERIFIER_MAP_REGISTERS, dma, call, caller);
}

static void check_overlap(struct shim_adapter *adapter, const char *call, struct dma_region region)
{
	struct verifier_detail detail;
	char text[200];

	if (verifier_overlap(adapter->verifier, region, &detail, text, sizeof(text)))
		ndis_violation_code(adapter, &detail, call, VERIFIER_OVERLAP_RULE, "%s", text);
}

void ndis_verify_start(struct shim_adapter *adapter, const char *call,
		       const struct map_register *map_register, unsigned int count,
		       const void *caller)
{
	const struct shim_frame *frame = ndis_frame_of_buffer(adapter, map_register->buffer);
	const struct verifier_object object = {
		.kind = VERIFIER_MAPPING,
		.handle = map_register,
		.number = (unsigned int)(map_register - adapter->dma.registers),
		.buffer = map_register->buffer,
		.packet = frame ? &frame->packet.packet : NULL,
		.region = dma_slot_region(map_register->slot),
		.access = dma_slot_access(map_register->slot),
	};

	collect_damage(adapter, call);
	if (!map_register->buffer)
		return;
	if (!object.region.length)
		ndis_violation_code(adapter, VERIFIER_DETAIL(VERIFIER_ZERO_LENGTH), call,
				    "at least one byte is mapped", "buffer %p has 0 bytes",
				    (void *)map_register->buffer);
	check_overlap(adapter, call, object.region);
	verifier_created(adapter->verifier, &object, adapter->dma.runs, count, call, caller);
}

void ndis_verify_complete(struct shim_adapter *adapter, const char *call,
			  const struct map_register *map_register, const void *caller)
{
	collect_damage(adapter, call);
	verifier_ended(adapter->verifier, VERIFIER_MAPPING, map_register, call, caller);
}

enum verifier_code ndis_verify_unmapped(const struct shim_adapter *adapter,
					const struct map_register *map_register)
{
	return adapter->verifier && !verifier_has_seen(adapter->verifier, map_register)
		       ? VERIFIER_NEVER_MAPPED
		       : VERIFIER_FLUSH_UNMAPPED;
}

/* ---- scatter/gather lists ------------------------------------------------------------------ */

void ndis_verify_list(struct shim_adapter *adapter, const struct shim_frame *frame,
		      const struct dma_run *runs, unsigned int count)
{
	static const char call[] = "MiniportSend(Packets)";
	const struct verifier_object object = {
		.kind = VERIFIER_LIST,
		.handle = frame,
		.packet = &frame->packet.packet,
		.region = {frame->data, frame->length},
		.access = PLATFORM_DEVICE_READS,
	};

	collect_damage(adapter, call);
	check_overlap(adapter, call, object.region);
	verifier_created(adapter->verifier, &object, runs, count, call, NULL);
}

void ndis_verify_list_end(struct shim_adapter *adapter, const struct shim_frame *frame)
{
	static const char call[] = "NdisMSendComplete";

	collect_damage(adapter, call);
	verifier_ended(adapter->verifier, VERIFIER_LIST, frame, call, NULL);
}

/* ---- shared memory ------------------------------------------------------------------------- */

static struct dma_guard_zone zone_of(const struct shared_memory *memory)
{
	return (struct dma_guard_zone){memory->va, memory->length, memory->logical};
}

static void check_low_memory(struct shim_adapter *adapter, const char *call,
			     const struct shared_memory *memory)
{
	struct dma_guard_zone zone = zone_of(memory);

	if (memory->below_16_mib)
		adapter->statistics.violations += verifier_check_zone(
			adapter->verifier, adapter->driver->name, call, &zone, NULL);
}

void ndis_verify_shared_memory(struct shim_adapter *adapter, const char *call,
			       const struct shared_memory *memory, const void *caller)
{
	const struct verifier_object object = {
		.kind = VERIFIER_COMMON_BUFFER,
		.handle = memory->va,
		.region = {memory->va, memory->length},
		.access = PLATFORM_DEVICE_BOTH,
	};
	const struct dma_run run = {memory->logical, memory->length};
	struct dma_guard_zone zone = zone_of(memory);

	if (memory->below_16_mib)
		dma_guard_zone_write(&zone);
	/* What the system DMA controller does passes no IOMMU. */
	verifier_created(adapter->verifier, &object, &run, memory->below_16_mib ? 0 : 1, call,
			 caller);
}

void ndis_verify_shared_memory_leaving(struct shim_adapter *adapter, const char *call,
				       const struct shared_memory *memory)
{
	check_low_memory(adapter, call, memory);
}

void ndis_verify_shared_memory_freed(struct shim_adapter *adapter, const char *call,
				     const struct shared_memory *memory, const void *caller)
{
	collect_damage(adapter, call);
	verifier_ended(adapter->verifier, VERIFIER_COMMON_BUFFER, memory->va, call, caller);
}

void ndis_verify_guards(struct shim_adapter *adapter, const char *call)
{
	if (adapter->dma.adapter)
		dma_adapter_check_common_buffers(adapter->dma.adapter);
	for (const struct shared_memory *m = adapter->dma.memory; m; m = m->next)
		check_low_memory(adapter, call, m);
	collect_damage(adapter, call);
}

/* ---- slave DMA ----------------------------------------------------------------------------- */

void ndis_verify_dma_channel(struct shim_adapter *adapter, const char *call, const void *handle,
			     unsigned int number, const void *caller)
{
	const struct verifier_object object = {
		.kind = VERIFIER_DMA_CHANNEL,
		.handle = handle,
		.number = number,
	};

	verifier_created(adapter->verifier, &object, NULL, 0, call, caller);
}

void ndis_verify_transfer(struct shim_adapter *adapter, const char *call,
			  const struct verifier_object *object, const void *caller)
{
	struct verifier_object transfer = *object;

	transfer.kind = VERIFIER_TRANSFER;
	check_overlap(adapter, call, transfer.region);
	verifier_created(adapter->verifier, &transfer, NULL, 0, call, caller);
}

void ndis_verify_ended(struct shim_adapter *adapter, enum verifier_kind kind, const void *handle,
		       const char *call, const void *caller)
{
	verifier_ended(adapter->verifier, kind, handle, call, caller);
}

/* ---- what is not memory -------------------------------------------------------------------- */

/* The adapter whose driver runs, if it is checked. */
static struct shim_adapter *running_adapter(void)
{
	const void *owner = ndis_current_owner();
	struct shim_adapter *adapter = ndis_adapters;

	while (adapter && adapter != owner)
		adapter = adapter->next;
	return adapter && adapter->verifier ? adapter : NULL;
}

void ndis_verify_made(struct shim_adapter *adapter, const char *name, const void *handle,
		      const char *call, const void *caller)
{
	const struct verifier_object object = {
		.kind = VERIFIER_OTHER,
		.handle = handle,
		.name = name,
	};

	if (!adapter)
		adapter = running_adapter();
	if (likely(!adapter || !adapter->verifier))
		return;
	verifier_created(adapter->verifier, &object, NULL, 0, call, caller);
}

void ndis_verify_gone(struct shim_adapter *adapter, const char *name, const void *handle,
		      const char *call, const void *caller)
{
	if (!adapter)
		adapter = running_adapter();
	if (likely(!adapter || !adapter->verifier))
		return;
	if (verifier_find_other(adapter->verifier, name, handle, 1))
		verifier_ended(adapter->verifier, VERIFIER_OTHER, handle, call, caller);
}

struct verifier_event ndis_verify_made_now(const char *call, const void *caller)
{
	return running_adapter() ? verifier_event_now(call, caller) : (struct verifier_event){0};
}

void ndis_verify_spin_locks(struct shim_adapter *adapter, const char *call, const void *va,
			    size_t length)
{
	const void *lock;

	while ((lock = verifier_find_other(adapter->verifier, NDIS_SPIN_LOCK_NAME, va, length))) {
		ndis_violation_code(adapter, VERIFIER_DETAIL(VERIFIER_NONE, .object = lock), call,
				    "NdisFreeSpinLock undoes every NdisAllocateSpinLock",
				    "spin lock %p is not freed", lock);
		verifier_ended(adapter->verifier, VERIFIER_OTHER, lock, call, NULL);
	}
}
