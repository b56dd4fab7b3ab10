/* SPDX-License-Identifier: MIT */
/*
 * dma_transfer.c - slave DMA: one transfer on a registered channel
 *
 * Source: ndis-hal-dma.md sections 7.2 to 7.4 and 11.
 */
#include <errno.h>
#include <string.h>

#include "mm/mdl.h"
#include "ndis/dma_channel_private.h"
#include "ndis/verify.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

static bool is_locked(const MDL *buffer)
{
	return buffer && buffer->MdlFlags & (MDL_SYSTEM_VA_FLAGS | MDL_PAGES_LOCKED);
}

static bool status_is_given(const struct ndis_dma_channel *channel, const char *call,
			    const NDIS_STATUS *status)
{
	if (unlikely(!status))
		ndis_violation(channel->adapter, call, "no argument may be NULL", "Status is NULL");
	return status;
}

/* Number of the rule that the range breaks, or NONE. */
static enum verifier_code check_range(const MDL *buffer, ULONG offset, ULONG length)
{
	if (!length)
		return VERIFIER_ZERO_LENGTH;
	if (offset >= buffer->ByteCount)
		return VERIFIER_OUTSIDE_MDL;
	return length > buffer->ByteCount - offset ? VERIFIER_BUFFER_TOO_SMALL : VERIFIER_NONE;
}

static bool buffer_is_valid(struct ndis_dma_channel *channel, const char *call, const MDL *buffer,
			    ULONG offset, ULONG length)
{
	enum verifier_code code;

	if (!is_locked(buffer) || !buffer->MappedSystemVa) {
		code = is_locked(buffer) ? VERIFIER_NO_SYSTEM_ADDRESS : VERIFIER_NOT_LOCKED;
		ndis_violation_code(
			channel->adapter,
			VERIFIER_DETAIL(code, .object = channel, .parameters = {(uintptr_t)buffer}),
			call, "the buffer must be locked in memory: made by NdisAllocateBuffer",
			"Buffer is %p", (const void *)buffer);
		return false;
	}
	if (mm_mdl_pages(buffer) > mm_mdl_room(buffer)) {
		ndis_violation_code(
			channel->adapter,
			VERIFIER_DETAIL(VERIFIER_INVALID_BUFFER, .object = channel,
					.parameters = {(uintptr_t)buffer}),
			call,
			"ByteCount of a buffer stays within the pages that its Size has room for",
			"buffer %p of %u bytes claims %llu pages, it has room for %zu",
			(const void *)buffer, buffer->ByteCount,
			(unsigned long long)mm_mdl_pages(buffer), mm_mdl_room(buffer));
		return false;
	}
	code = check_range(buffer, offset, length);
	if (code != VERIFIER_NONE)
		ndis_violation_code(channel->adapter,
				    VERIFIER_DETAIL(code, .object = channel,
						    .parameters = {offset, (uintptr_t)buffer}),
				    call, "Offset and Length describe bytes of the buffer",
				    "%u bytes at offset %u, the buffer has %u", length, offset,
				    buffer->ByteCount);
	return code == VERIFIER_NONE;
}

static bool may_set_up(struct ndis_dma_channel *channel, const char *call, const MDL *buffer,
		       ULONG offset, ULONG length)
{
	struct shim_adapter *adapter = channel->adapter;

	if (channel->is_master) {
		ndis_violation_code(adapter, VERIFIER_DETAIL(VERIFIER_NONE, .object = channel),
				    call, "the channel of a bus master has no transfers",
				    "DMA channel %u is in cascade mode", channel->number);
		return false;
	}
	if (channel->buffer) {
		ndis_violation_code(
			adapter,
			VERIFIER_DETAIL(VERIFIER_NOT_FLUSHED, .object = &channel->buffer,
					.parameters = {channel->length,
						       system_dma_limit(channel->channel)}),
			call,
			"NdisMCompleteDmaTransfer comes before the next transfer of a channel",
			"a transfer of %u bytes is set up on DMA channel %u", channel->length,
			channel->number);
		return false;
	}
	return buffer_is_valid(channel, call, buffer, offset, length);
}

/* What system_dma_start() says of a length that it refuses. */
static void report_length(struct ndis_dma_channel *channel, const char *call, ULONG length,
			  int result)
{
	uint32_t limit = system_dma_limit(channel->channel);

	if (channel->maximum < limit)
		limit = channel->maximum;
	if (result == -EMSGSIZE)
		ndis_violation_code(
			channel->adapter,
			VERIFIER_DETAIL(VERIFIER_MISCELLANEOUS, .object = channel,
					.parameters = {2, length, limit}),
			call,
			"a transfer is no longer than MaximumLength of NdisMRegisterDmaChannel",
			"Length is %u, the limit %u", length, limit);
	else if (result == -EINVAL)
		ndis_violation_code(channel->adapter,
				    VERIFIER_DETAIL(VERIFIER_INVALID_BUFFER, .object = channel,
						    .parameters = {5, length, 2}),
				    call, "a 16-bit channel transfers an even number of bytes",
				    "Length is %u", length);
	else
		log_error("%s: DMA channel %u: %s", call, channel->number, strerror(-result));
}

static NDIS_STATUS set_up(struct ndis_dma_channel *channel, const char *call, PNDIS_BUFFER buffer,
			  ULONG offset, ULONG length, bool to_device, const void *caller)
{
	char *memory;
	int result;

	if (!ndis_irql_at_most(channel->adapter, call, KE_DISPATCH_LEVEL) ||
	    !may_set_up(channel, call, buffer, offset, length))
		return NDIS_STATUS_RESOURCES;
	memory = (char *)buffer->MappedSystemVa + offset;
	/* The channel itself limits only what it has to copy. */
	result = length > channel->maximum
			 ? -EMSGSIZE
			 : system_dma_start(channel->channel, memory, length, to_device);
	if (result) {
		report_length(channel, call, length, result);
		return NDIS_STATUS_RESOURCES;
	}
	channel->buffer = buffer;
	channel->offset = offset;
	channel->length = length;
	channel->to_device = to_device;
	channel->used = true;
	if (unlikely(channel->adapter->verifier))
		ndis_verify_transfer(channel->adapter, call,
				     &(const struct verifier_object){
					     .handle = &channel->buffer,
					     .number = channel->number,
					     .buffer = buffer,
					     .region = {memory, length},
					     .access = to_device ? PLATFORM_DEVICE_READS
								 : PLATFORM_DEVICE_WRITES,
				     },
				     caller);
	return NDIS_STATUS_SUCCESS;
}

VOID NTAPI NdisMSetupDmaTransfer(PNDIS_STATUS Status, NDIS_HANDLE MiniportDmaHandle,
				 PNDIS_BUFFER Buffer, ULONG Offset, ULONG Length,
				 BOOLEAN WriteToDevice)
{
	static const char call[] = "NdisMSetupDmaTransfer";
	TRACE_SCOPE(call);
	struct ndis_dma_channel *channel = ndis_dma_channel_find(MiniportDmaHandle, call);
	NDIS_STATUS status = NDIS_STATUS_RESOURCES;

	if (channel && status_is_given(channel, call, Status))
		status = set_up(channel, call, Buffer, Offset, Length, WriteToDevice,
				__builtin_return_address(0));
	if (Status)
		*Status = status;
	TRACE(call, "channel %p, buffer %p, %u bytes at %u, %s) -> %s", MiniportDmaHandle,
	      (void *)Buffer, Length, Offset, WriteToDevice ? "to device" : "from device",
	      ndis_status_text(status));
}

static NDIS_STATUS complete(struct ndis_dma_channel *channel, const char *call, const MDL *buffer,
			    ULONG offset, ULONG length, bool to_device, const void *caller)
{
	struct shim_adapter *adapter = channel->adapter;
	bool same = channel->buffer == buffer && channel->offset == offset &&
		    channel->length == length && channel->to_device == to_device;
	int result;

	if (!ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL))
		return NDIS_STATUS_RESOURCES;
	if (!channel->buffer) {
		ndis_violation_code(
			adapter,
			VERIFIER_DETAIL(
				channel->used ? VERIFIER_FLUSH_UNMAPPED : VERIFIER_NEVER_MAPPED,
				.object = channel->used ? (const void *)&channel->buffer : channel),
			call, "NdisMSetupDmaTransfer comes before the end of a transfer",
			"no transfer is set up on DMA channel %u", channel->number);
		return NDIS_STATUS_RESOURCES;
	}
	if (!same)
		ndis_violation_code(
			adapter,
			VERIFIER_DETAIL(VERIFIER_FLUSH_UNMAPPED, .object = &channel->buffer), call,
			"the arguments are those of NdisMSetupDmaTransfer",
			"buffer %p, %u bytes at %u, WriteToDevice %u given for buffer %p, %u bytes "
			"at %u, WriteToDevice %u",
			(const void *)buffer, length, offset, to_device, (void *)channel->buffer,
			channel->length, channel->offset, channel->to_device);
	result = system_dma_stop(channel->channel);
	if (result)
		log_error("%s: DMA channel %u: %s", call, channel->number, strerror(-result));
	channel->buffer = NULL;
	if (unlikely(adapter->verifier))
		ndis_verify_ended(adapter, VERIFIER_TRANSFER, &channel->buffer, call, caller);
	return same && !result ? NDIS_STATUS_SUCCESS : NDIS_STATUS_RESOURCES;
}

VOID NTAPI NdisMCompleteDmaTransfer(PNDIS_STATUS Status, NDIS_HANDLE MiniportDmaHandle,
				    PNDIS_BUFFER Buffer, ULONG Offset, ULONG Length,
				    BOOLEAN WriteToDevice)
{
	static const char call[] = "NdisMCompleteDmaTransfer";
	TRACE_SCOPE(call);
	struct ndis_dma_channel *channel = ndis_dma_channel_find(MiniportDmaHandle, call);
	NDIS_STATUS status = NDIS_STATUS_RESOURCES;

	if (channel && status_is_given(channel, call, Status))
		status = complete(channel, call, Buffer, Offset, Length, WriteToDevice,
				  __builtin_return_address(0));
	if (Status)
		*Status = status;
	TRACE(call, "channel %p, buffer %p, %u bytes at %u, %s) -> %s", MiniportDmaHandle,
	      (void *)Buffer, Length, Offset, WriteToDevice ? "to device" : "from device",
	      ndis_status_text(status));
}

ULONG NTAPI NdisMReadDmaCounter(NDIS_HANDLE MiniportDmaHandle)
{
	static const char call[] = "NdisMReadDmaCounter";
	TRACE_SCOPE(call);
	struct ndis_dma_channel *channel = ndis_dma_channel_find(MiniportDmaHandle, call);
	ULONG left = 0;

	if (channel && ndis_irql_at_most(channel->adapter, call, KE_DISPATCH_LEVEL)) {
		if (channel->is_master)
			ndis_violation_code(channel->adapter,
					    VERIFIER_DETAIL(VERIFIER_NONE, .object = channel), call,
					    "the channel of a bus master has no transfers",
					    "DMA channel %u is in cascade mode", channel->number);
		else
			left = system_dma_counter(channel->channel);
	}
	TRACE(call, "channel %p) -> %u", MiniportDmaHandle, left);
	return left;
}
