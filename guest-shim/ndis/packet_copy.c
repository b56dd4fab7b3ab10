/* SPDX-License-Identifier: MIT */
/*
 * packet_copy.c - bytes from the buffers of one packet to those of another
 */
#include <string.h>

#include "mm/mdl.h"
#include "ndis/violation.h"
#include "support/trace.h"

/** struct place - the next byte of a packet: @offset bytes into @buffer; NULL: at its end */
struct place {
	PNDIS_BUFFER buffer;
	UINT offset;
};

/* To a buffer that has the byte. */
static void settle(struct place *place)
{
	while (place->buffer && place->offset >= place->buffer->ByteCount) {
		place->offset -= place->buffer->ByteCount;
		place->buffer = place->buffer->Next;
	}
}

/* Return: false, after a report, for a packet whose buffers have no end. */
static bool find_place(struct place *place, const char *call, const NDIS_PACKET *packet,
		       UINT offset)
{
	place->buffer = packet->Private.Head;
	place->offset = offset;
	if (place->buffer && !mm_mdl_last(place->buffer)) {
		ndis_violation(NULL, call,
			       "a chain of buffers ends: the Next of its last buffer is NULL",
			       "the chain that begins with buffer %p leads back into itself",
			       (void *)place->buffer);
		return false;
	}
	settle(place);
	return true;
}

static UINT copy(struct place to, struct place from, UINT length, ULONG priority)
{
	UINT copied = 0;

	while (copied < length && to.buffer && from.buffer) {
		UINT part =
			min(to.buffer->ByteCount - to.offset, from.buffer->ByteCount - from.offset);
		char *target = MmGetSystemAddressForMdlSafe(to.buffer, priority);
		const char *source = MmGetSystemAddressForMdlSafe(from.buffer, priority);

		if (!target || !source)
			break;
		part = min(part, length - copied);
		/* The packets may share buffers. */
		memmove(target + to.offset, source + from.offset, part);
		copied += part;
		to.offset += part;
		from.offset += part;
		settle(&to);
		settle(&from);
	}
	return copied;
}

static void copy_packet(const char *call, PNDIS_PACKET destination, UINT destination_offset,
			UINT length, PNDIS_PACKET source, UINT source_offset, PUINT copied,
			ULONG priority)
{
	TRACE_SCOPE(call);
	struct place to, from;

	if (!ndis_is_given(call, "BytesCopied", copied))
		return;
	*copied = 0;
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!ndis_is_given(call, "Destination", destination) ||
	    !ndis_is_given(call, "Source", source))
		return;
	if (find_place(&to, call, destination, destination_offset) &&
	    find_place(&from, call, source, source_offset))
		*copied = copy(to, from, length, priority);
	TRACE(call, "to packet %p + %u, %u bytes from packet %p + %u) -> %u", (void *)destination,
	      destination_offset, length, (void *)source, source_offset, *copied);
}

VOID NTAPI NdisCopyFromPacketToPacket(PNDIS_PACKET Destination, UINT DestinationOffset,
				      UINT BytesToCopy, PNDIS_PACKET Source, UINT SourceOffset,
				      PUINT BytesCopied)
{
	copy_packet("NdisCopyFromPacketToPacket", Destination, DestinationOffset, BytesToCopy,
		    Source, SourceOffset, BytesCopied, HighPagePriority);
}

VOID NTAPI NdisCopyFromPacketToPacketSafe(PNDIS_PACKET Destination, UINT DestinationOffset,
					  UINT BytesToCopy, PNDIS_PACKET Source, UINT SourceOffset,
					  PUINT BytesCopied, MM_PAGE_PRIORITY Priority)
{
	copy_packet("NdisCopyFromPacketToPacketSafe", Destination, DestinationOffset, BytesToCopy,
		    Source, SourceOffset, BytesCopied, Priority);
}
