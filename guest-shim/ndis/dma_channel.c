/* SPDX-License-Identifier: MIT */
/*
 * dma_channel.c - slave DMA: NdisMRegisterDmaChannel and its end
 *
 * The controller is that of hal/system_dma.h.  Source: ndis-hal-dma.md sections 7 and 11.
 */
#include "ndis/dma_channel_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

struct ndis_dma_channel *ndis_dma_channel_find(NDIS_HANDLE handle, const char *call)
{
	for (struct shim_adapter *adapter = ndis_adapters; adapter; adapter = adapter->next) {
		for (struct ndis_dma_channel *c = adapter->dma_channels; c; c = c->next) {
			if (c == handle)
				return c;
		}
	}
	ndis_violation_code(
		NULL,
		VERIFIER_DETAIL(handle ? VERIFIER_RELEASED_ADAPTER : VERIFIER_NULL_ADAPTER,
				.object = handle, .parameters = {(uintptr_t)handle}),
		call,
		"MiniportDmaHandle is what NdisMRegisterDmaChannel stored, until "
		"NdisMDeregisterDmaChannel",
		"%p is no DMA channel", handle);
	return NULL;
}

/* ---- registration -------------------------------------------------------------------------------
 */

static bool may_register(struct shim_adapter *adapter, const char *call, bool is_master,
			 const NDIS_DMA_DESCRIPTION *d, const struct system_dma_setup *setup)
{
	const char *rule = system_dma_check(setup);

	if (is_master && adapter->bus != NdisInterfaceIsa) {
		ndis_violation(adapter, call, "only a bus master on ISA has a DMA channel",
			       "NDIS_ATTRIBUTE_BUS_MASTER is set on a bus of type %d",
			       adapter->bus);
		return false;
	}
	if (!is_master && d->DmaWidth != Width8Bits && d->DmaWidth != Width16Bits) {
		ndis_violation(adapter, call, "DmaWidth is Width8Bits (0) or Width16Bits (1)",
			       "DmaWidth is %d", d->DmaWidth);
		return false;
	}
	if ((unsigned int)d->DmaSpeed >= MaximumDmaSpeed) {
		ndis_violation(adapter, call, "DmaSpeed is Compatible (0) to TypeF (4)",
			       "DmaSpeed is %d", d->DmaSpeed);
		return false;
	}
	if (rule) {
		ndis_violation(adapter, call, rule,
			       "DmaChannel is %u, DmaWidth %d, MaximumLength %u", d->DmaChannel,
			       d->DmaWidth, setup->maximum);
		return false;
	}
	return true;
}

static NDIS_STATUS claim(struct shim_adapter *adapter, const char *call,
			 const struct system_dma_setup *setup, struct system_dma **channel)
{
	const struct platform_isa *isa = platform_isa(adapter->platform);
	int result;

	if (isa && setup->channel != isa->dma) {
		ndis_violation(adapter, call,
			       "DmaChannel is that of the adapter's resources, if they have one",
			       "DmaChannel is %u, the resources have %d", setup->channel,
			       isa->dma == PLATFORM_ISA_NO_DMA ? -1 : (int)isa->dma);
		return NDIS_STATUS_RESOURCE_CONFLICT;
	}
	result = system_dma_open(adapter->platform, setup, channel);
	if (result) {
		log_error("%s: DMA channel %u: %s", call, setup->channel, strerror(-result));
		return result == -EBUSY ? NDIS_STATUS_RESOURCE_CONFLICT : NDIS_STATUS_RESOURCES;
	}
	if (!setup->cascade && setup->maximum != UINT32_MAX &&
	    system_dma_limit(*channel) < setup->maximum) {
		log_error("%s: DMA channel %u transfers %u bytes at most, not %u", call,
			  setup->channel, system_dma_limit(*channel), setup->maximum);
		system_dma_close(*channel);
		return NDIS_STATUS_RESOURCES;
	}
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS register_channel(struct shim_adapter *adapter, const char *call,
				    const NDIS_DMA_DESCRIPTION *d, ULONG maximum,
				    const void *caller, struct ndis_dma_channel **registered)
{
	bool is_master = adapter->attributes & NDIS_ATTRIBUTE_BUS_MASTER;
	const struct system_dma_setup setup = {
		.channel = d->DmaChannel,
		.words = d->DmaWidth == Width16Bits,
		.demand = d->DemandMode,
		.auto_initialize = d->AutoInitialize,
		.cascade = is_master,
		.exclusive = true,
		.maximum = maximum,
	};
	struct ndis_dma_channel *created;
	NDIS_STATUS status;

	if (!may_register(adapter, call, is_master, d, &setup))
		return NDIS_STATUS_FAILURE;
	created = calloc(1, sizeof(*created));
	if (!created)
		return NDIS_STATUS_RESOURCES;
	status = claim(adapter, call, &setup, &created->channel);
	if (status != NDIS_STATUS_SUCCESS) {
		free(created);
		return status;
	}
	created->adapter = adapter;
	created->number = d->DmaChannel;
	created->maximum = maximum;
	created->is_master = is_master;
	created->next = adapter->dma_channels;
	adapter->dma_channels = created;
	if (adapter->verifier)
		ndis_verify_dma_channel(adapter, call, created, created->number, caller);
	*registered = created;
	return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS NTAPI NdisMRegisterDmaChannel(PNDIS_HANDLE MiniportDmaHandle,
					  NDIS_HANDLE MiniportAdapterHandle, UINT DmaChannel,
					  BOOLEAN Dma32BitAddresses,
					  PNDIS_DMA_DESCRIPTION DmaDescription, ULONG MaximumLength)
{
	static const char call[] = "NdisMRegisterDmaChannel";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	NDIS_STATUS status = NDIS_STATUS_FAILURE;
	struct ndis_dma_channel *channel = NULL;

	if (!MiniportDmaHandle || !DmaDescription)
		ndis_violation(adapter, call, "no argument may be NULL",
			       "MiniportDmaHandle %p, DmaDescription %p", (void *)MiniportDmaHandle,
			       (void *)DmaDescription);
	else if (adapter && ndis_may_claim_hardware(adapter, call))
		status = register_channel(adapter, call, DmaDescription, MaximumLength,
					  __builtin_return_address(0), &channel);
	if (channel)
		*MiniportDmaHandle = channel;
	TRACE(call, "adapter %p, channel %u, %u bytes) -> %s, %p", (void *)adapter,
	      DmaDescription ? DmaDescription->DmaChannel : 0, MaximumLength,
	      ndis_status_text(status), (void *)channel);
	return status;
}

static void deregister(struct ndis_dma_channel *channel, const char *call, const void *caller)
{
	struct shim_adapter *adapter = channel->adapter;
	struct ndis_dma_channel **link = &adapter->dma_channels;

	if (channel->buffer)
		ndis_violation_code(
			adapter,
			VERIFIER_DETAIL(VERIFIER_NOT_FLUSHED, .object = &channel->buffer,
					.parameters = {channel->length,
						       system_dma_limit(channel->channel)}),
			call, "NdisMCompleteDmaTransfer comes before NdisMDeregisterDmaChannel",
			"a transfer of %u bytes is set up on DMA channel %u", channel->length,
			channel->number);
	while (*link != channel)
		link = &(*link)->next;
	*link = channel->next;
	system_dma_close(channel->channel);
	if (adapter->verifier) {
		ndis_verify_ended(adapter, VERIFIER_TRANSFER, &channel->buffer, call, caller);
		ndis_verify_ended(adapter, VERIFIER_DMA_CHANNEL, channel, call, caller);
	}
	free(channel);
}

bool ndis_dma_channel_cascade(struct shim_adapter *adapter, const char *call, ULONG number,
			      struct system_dma **channel)
{
	const struct system_dma_setup setup = {
		.channel = number,
		.cascade = true,
		.exclusive = true,
	};
	const char *rule = system_dma_check(&setup);

	*channel = NULL;
	for (const struct ndis_dma_channel *c = adapter->dma_channels; c; c = c->next) {
		if (c->number == number)
			return true;
	}
	if (rule) {
		ndis_violation(adapter, call, rule, "DmaChannel is %u", number);
		return false;
	}
	return claim(adapter, call, &setup, channel) == NDIS_STATUS_SUCCESS;
}

VOID NTAPI NdisMDeregisterDmaChannel(NDIS_HANDLE MiniportDmaHandle)
{
	static const char call[] = "NdisMDeregisterDmaChannel";
	TRACE_SCOPE(call);
	struct ndis_dma_channel *channel = ndis_dma_channel_find(MiniportDmaHandle, call);

	TRACE(call, "channel %p)", MiniportDmaHandle);
	if (!channel || !ndis_irql_at_most(channel->adapter, call, KE_PASSIVE_LEVEL))
		return;
	if (channel->adapter->state == ADAPTER_RUNNING) {
		ndis_violation(
			channel->adapter, call,
			"the function may be called from MiniportInitialize and MiniportHalt only",
			"called from a running adapter");
		return;
	}
	deregister(channel, call, __builtin_return_address(0));
}

unsigned int ndis_dma_channel_release(struct shim_adapter *adapter, const char *call)
{
	unsigned int count = 0;

	while (adapter->dma_channels) {
		ndis_violation_code(
			adapter,
			VERIFIER_DETAIL(VERIFIER_CHANNEL_LEFT, .object = adapter->dma_channels,
					.parameters = {(uintptr_t)adapter, 1}),
			call, "NdisMDeregisterDmaChannel is called by MiniportHalt",
			"DMA channel %u is not given back", adapter->dma_channels->number);
		deregister(adapter->dma_channels, call, NULL);
		count++;
	}
	return count;
}

/* ---- what others ask ---------------------------------------------------------------------------
 */

bool ndis_dma_channel_uses(const struct shim_adapter *adapter, const MDL *buffer)
{
	for (const struct ndis_dma_channel *c = adapter->dma_channels; c; c = c->next) {
		if (c->buffer == buffer)
			return true;
	}
	return false;
}

bool ndis_dma_channel_maps(const struct shim_adapter *adapter, const void *va, size_t length)
{
	for (const struct ndis_dma_channel *c = adapter->dma_channels; c; c = c->next) {
		uintptr_t first;

		if (!c->buffer)
			continue;
		first = (uintptr_t)c->buffer->MappedSystemVa + c->offset;
		if (first < (uintptr_t)va + length && (uintptr_t)va < first + c->length)
			return true;
	}
	return false;
}

int ndis_dma_channel_memory(struct shim_adapter *adapter, uint32_t length, void **va,
			    logical_t *logical)
{
	struct ndis_dma_channel *channel = adapter->dma_channels;
	uint32_t physical;
	int result;

	while (channel && channel->is_master)
		channel = channel->next;
	if (!channel)
		return -ENODEV;
	result = system_dma_memory_take(channel->channel, length, va, &physical);
	if (!result)
		logical->value = physical;
	return result;
}
