/* SPDX-License-Identifier: MIT */
/*
 * verify.c - see verify.h
 *
 * Source: ndis-hal-dma.md sections 11 and 12.
 */
#include "hal/verify.h"

static void created(struct hal_adapter *adapter, const struct verifier_object *object,
		    const char *call, const void *caller)
{
	verifier_created(adapter->bus->verifier, object, NULL, 0, call, caller);
}

static void ended(struct hal_adapter *adapter, enum verifier_kind kind, const void *handle,
		  const char *call, const void *caller)
{
	verifier_ended(adapter->bus->verifier, kind, handle, call, caller);
}

static void collect_damage(struct hal_adapter *adapter, const char *call)
{
	struct hal_bus *bus = adapter->bus;
	enum verifier_code last = (enum verifier_code)bus->last_code;

	if (!adapter->dma)
		return;
	bus->violations += verifier_damage(bus->verifier, bus->driver, call, adapter->dma, &last);
	bus->last_code = last;
}

void hal_verify_zone(struct hal_adapter *adapter, const struct dma_guard_zone *buffer,
		     const char *call)
{
	struct hal_bus *bus = adapter->bus;
	enum verifier_code last = (enum verifier_code)bus->last_code;

	bus->violations += verifier_check_zone(bus->verifier, bus->driver, call, buffer, &last);
	bus->last_code = last;
}

static void verify_guards(struct hal_adapter *adapter, const char *call)
{
	if (adapter->dma)
		dma_adapter_check_common_buffers(adapter->dma);
	else
		hal_common_buffers_check(adapter, call);
	collect_damage(adapter, call);
}

/* ---- adapter, channel, registers ----------------------------------------------------------- */

void hal_verify_adapter(struct hal_adapter *adapter, const char *call, const void *caller)
{
	const struct verifier_object object = {.kind = VERIFIER_ADAPTER, .handle = adapter};

	created(adapter, &object, call, caller);
}

void hal_verify_adapter_end(struct hal_adapter *adapter, const char *call, const void *caller)
{
	ended(adapter, VERIFIER_ADAPTER, adapter, call, caller);
}

void hal_verify_channel(struct hal_adapter *adapter, const char *call, const void *caller)
{
	const struct verifier_object object = {
		.kind = VERIFIER_CHANNEL,
		.handle = &adapter->holder,
	};

	created(adapter, &object, call, caller);
}

void hal_verify_channel_end(struct hal_adapter *adapter, const char *call, const void *caller)
{
	ended(adapter, VERIFIER_CHANNEL, &adapter->holder, call, caller);
}

void hal_verify_base(struct hal_adapter *adapter, const struct hal_base *base, const char *call,
		     const void *caller)
{
	const struct verifier_object object = {
		.kind = VERIFIER_MAP_REGISTERS,
		.handle = base,
		.number = base->count,
		.base = base,
	};

	created(adapter, &object, call, caller);
}

static enum verifier_kind mapping_kind(const struct hal_adapter *adapter)
{
	return hal_is_slave(adapter) ? VERIFIER_TRANSFER : VERIFIER_MAPPING;
}

void hal_verify_base_end(struct hal_adapter *adapter, struct hal_base *base, const char *call,
			 const void *caller)
{
	/* Those that were flushed have ended before. */
	for (unsigned int i = 0; base->ever_mapped && i < base->capacity; i++)
		ended(adapter, mapping_kind(adapter), &base->mapping[i], call, caller);
	ended(adapter, VERIFIER_MAP_REGISTERS, base, call, caller);
	collect_damage(adapter, call);
}

/* ---- what is mapped ------------------------------------------------------------------------ */

static void check_overlap(struct hal_adapter *adapter, struct dma_region region, const char *call)
{
	struct verifier_detail detail;
	char text[200];

	if (verifier_overlap(adapter->bus->verifier, region, &detail, text, sizeof(text)))
		hal_violation_about(adapter, &detail, call, VERIFIER_OVERLAP_RULE, "%s", text);
}

static enum platform_access access_of(bool to_device)
{
	return to_device ? PLATFORM_DEVICE_READS : PLATFORM_DEVICE_WRITES;
}

void hal_verify_map(struct hal_adapter *adapter, const struct hal_base *base, unsigned int index,
		    unsigned int map_register, logical_t logical, const char *call,
		    const void *caller)
{
	const struct hal_mapping *mapping = &base->mapping[index];
	const struct dma_run run = {logical, mapping->length};
	const struct verifier_object object = {
		.kind = mapping_kind(adapter),
		.handle = mapping,
		.number = hal_is_slave(adapter) ? adapter->description.DmaChannel : map_register,
		.base = base,
		.buffer = mapping->mdl,
		.region = {mapping->memory, mapping->length},
		.access = access_of(base->to_device),
	};

	collect_damage(adapter, call);
	check_overlap(adapter, object.region, call);
	verifier_created(adapter->bus->verifier, &object, &run, hal_is_slave(adapter) ? 0 : 1, call,
			 caller);
}

void hal_verify_flush(struct hal_adapter *adapter, const struct hal_mapping *mapping,
		      const char *call, const void *caller)
{
	verify_guards(adapter, call);
	ended(adapter, mapping_kind(adapter), mapping, call, caller);
}

void hal_verify_list(struct hal_adapter *adapter, const struct verifier_object *list,
		     const struct dma_run *runs, unsigned int count, const char *call,
		     const void *caller)
{
	collect_damage(adapter, call);
	for (unsigned int i = 0; i < list->region_count; i++)
		check_overlap(adapter, list->regions[i], call);
	verifier_created(adapter->bus->verifier, list, runs, count, call, caller);
}

void hal_verify_list_end(struct hal_adapter *adapter, const void *list, const char *call,
			 const void *caller)
{
	verify_guards(adapter, call);
	ended(adapter, VERIFIER_LIST, list, call, caller);
}

/* ---- common buffers ------------------------------------------------------------------------ */

void hal_verify_common_buffer(struct hal_adapter *adapter, const struct dma_guard_zone *buffer,
			      const char *call, const void *caller)
{
	const struct verifier_object object = {
		.kind = VERIFIER_COMMON_BUFFER,
		.handle = buffer->va,
		.region = {buffer->va, buffer->length},
		.access = PLATFORM_DEVICE_BOTH,
	};
	const struct dma_run run = {buffer->logical, buffer->length};

	if (hal_is_slave(adapter))
		dma_guard_zone_write(buffer);
	/* What the system DMA controller does passes no IOMMU. */
	verifier_created(adapter->bus->verifier, &object, &run, hal_is_slave(adapter) ? 0 : 1, call,
			 caller);
}

void hal_verify_common_buffer_end(struct hal_adapter *adapter, const struct dma_guard_zone *buffer,
				  const char *call, const void *caller)
{
	if (hal_is_slave(adapter))
		hal_verify_zone(adapter, buffer, call);
	collect_damage(adapter, call);
	verifier_ended(adapter->bus->verifier, VERIFIER_COMMON_BUFFER, buffer->va, call, caller);
}
