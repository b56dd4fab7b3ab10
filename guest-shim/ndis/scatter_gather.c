/* SPDX-License-Identifier: MIT */
/*
 * scatter_gather.c - DMA in which the library maps whole packets
 *
 * Source: ndis-hal-dma.md section 6.
 */
#include <errno.h>

#include "ke/bug_check.h"
#include "ndis/dma.h"
#include "ndis/frame.h"
#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

static NDIS_STATUS initialize(struct shim_adapter *adapter, const char *call, BOOLEAN wide,
			      ULONG maximum)
{
	if (!ndis_may_set_up_dma(adapter, call))
		return NDIS_STATUS_NOT_SUPPORTED;
	if (adapter->driver->version < NDIS_VERSION(5, 0)) {
		ndis_violation(adapter, call, "scatter/gather DMA needs a miniport of NDIS 5",
			       "the miniport registered with version %u.%u",
			       adapter->driver->version >> 8, adapter->driver->version & 0xFF);
		return NDIS_STATUS_NOT_SUPPORTED;
	}
	if (adapter->dma.scatter_gather || adapter->dma.registers) {
		ndis_violation(
			adapter, call,
			"a driver chooses its kind of DMA once: map registers or scatter/gather",
			"the adapter already has %s",
			adapter->dma.registers ? "map registers" : "scatter/gather DMA");
		return NDIS_STATUS_NOT_SUPPORTED;
	}
	if (maximum == 0) {
		ndis_violation(adapter, call, "the largest packet has at least one byte",
			       "MaximumPhysicalMapping is 0");
		return NDIS_STATUS_RESOURCES;
	}
	if (adapter->options.refuse_scatter_gather)
		return NDIS_STATUS_NOT_SUPPORTED;
	if (!ndis_dma_open(adapter, call, wide ? 64 : 32))
		return NDIS_STATUS_RESOURCES;
	adapter->dma.scatter_gather = true;
	adapter->dma.wide = wide;
	adapter->dma.maximum_packet = maximum;
	return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS NTAPI NdisMInitializeScatterGatherDma(NDIS_HANDLE MiniportAdapterHandle,
						  BOOLEAN Dma64BitAddresses,
						  ULONG MaximumPhysicalMapping)
{
	static const char call[] = "NdisMInitializeScatterGatherDma";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	NDIS_STATUS status = NDIS_STATUS_NOT_SUPPORTED;

	if (adapter)
		status = initialize(adapter, call, Dma64BitAddresses, MaximumPhysicalMapping);
	TRACE(call, "adapter %p, 64 bits %u, %u bytes) -> %s", (void *)adapter, Dma64BitAddresses,
	      MaximumPhysicalMapping, ndis_status_text(status));
	return status;
}

int ndis_scatter_gather_prepare(struct shim_adapter *adapter, struct frame_set *set)
{
	int result;

	if (!adapter->dma.scatter_gather)
		return 0;
	result = dma_slots_create(adapter->dma.adapter, set->count, set->runs, &set->slots);
	if (result)
		return result;
	for (unsigned int i = 0; i < set->count; i++)
		set->frames[i].slot = dma_slots_at(set->slots, i);
	return 0;
}

/* The pieces of a packet's buffers; those that follow each other in memory as one, if @joined. */
static unsigned int collect(const NDIS_PACKET *packet, struct dma_region *regions, bool joined)
{
	unsigned int count = 0;

	for (PNDIS_BUFFER buffer = packet->Private.Head; buffer; buffer = buffer->Next) {
		struct dma_region *last = count ? &regions[count - 1] : NULL;

		if (joined && last && (char *)last->va + last->length == buffer->MappedSystemVa) {
			last->length += buffer->ByteCount;
			continue;
		}
		regions[count].va = buffer->MappedSystemVa;
		regions[count].length = buffer->ByteCount;
		count++;
	}
	return count;
}

int ndis_scatter_gather_map(struct shim_adapter *adapter, struct shim_frame *frame)
{
	NDIS_PACKET *packet = &frame->packet.packet;
	struct dma_region regions[FRAME_BUFFERS];
	struct dma_run runs[FRAME_RUNS];
	unsigned int count;
	int result;

	if (!adapter->dma.scatter_gather)
		return 0;
	if (frame->length > adapter->dma.maximum_packet) {
		log_error("scatter/gather list of a frame of %zu bytes: MaximumPhysicalMapping of "
			  "NdisMInitializeScatterGatherDma is %u",
			  frame->length, adapter->dma.maximum_packet);
		return -EMSGSIZE;
	}
	result = dma_slot_map(frame->slot, regions,
			      collect(packet, regions, adapter->options.single_element),
			      PLATFORM_DEVICE_READS, runs, FRAME_RUNS, &count);
	if (result) {
		log_error("scatter/gather list of a frame of %zu bytes: %s", frame->length,
			  dma_error_text(adapter->dma.adapter, result));
		if (result == -EIO)
			ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter,
				     ~(uintptr_t)0, (uintptr_t)packet, (uintptr_t)(intptr_t)result);
		return result;
	}
	frame->list->count = count;
	for (unsigned int i = 0; i < count; i++) {
		SCATTER_GATHER_ELEMENT *element = &frame->list->elements[i];

		element->Address.QuadPart = (LONGLONG)runs[i].logical.value;
		element->Length = (ULONG)runs[i].length;
	}
	NDIS_PER_PACKET_INFO_FROM_PACKET(packet, ScatterGatherListPacketInfo) = frame->list;
	if (unlikely(adapter->verifier))
		ndis_verify_list(adapter, frame, runs, count);
	return 0;
}

void ndis_scatter_gather_unmap(struct shim_adapter *adapter, struct shim_frame *frame)
{
	int result;

	if (!adapter->dma.scatter_gather || !dma_slot_is_mapped(frame->slot))
		return;
	NDIS_PER_PACKET_INFO_FROM_PACKET(&frame->packet.packet, ScatterGatherListPacketInfo) = NULL;
	result = dma_slot_unmap(frame->slot);
	if (unlikely(result))
		ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter, ~(uintptr_t)0,
			     (uintptr_t)&frame->packet.packet, (uintptr_t)(intptr_t)result);
	if (unlikely(adapter->verifier))
		ndis_verify_list_end(adapter, frame);
}
