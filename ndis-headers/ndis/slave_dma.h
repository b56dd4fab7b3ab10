/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_SLAVE_DMA_H
#define NDIS_HEADERS_NDIS_SLAVE_DMA_H

/*
 * Slave DMA: the system DMA controller moves the data for the NIC.
 *
 * An ISA NIC without a bus master of its own raises a request line, and one of the channels of the
 * controller copies between the NIC's data register and memory. There is one transfer at a time for
 * each channel, one buffer at a time. Channels 0 to 3 move bytes, up to 64 KiB; channels 5 to 7
 * move 16-bit words, up to 128 KiB, an even number of bytes; channel 4 cannot be had. The
 * controller reaches 16 MiB only: the library copies through memory reserved there, except for
 * shared memory of such an adapter, which lies there.
 *
 * Order of calls (ndis-hal-dma.md section 10; the functions are in section 7):
 *
 *   MiniportInitialize   NdisMSetAttributesEx
 *                        NdisMRegisterDmaChannel
 *   per transfer         NdisMSetupDmaTransfer, then start the NIC
 *                        ... NdisMReadDmaCounter as wanted ...
 *                        NdisMCompleteDmaTransfer, also to abort
 *   MiniportHalt         NdisMDeregisterDmaChannel
 *
 * MiniportDmaHandle is the value that NdisMRegisterDmaChannel stored. Some headers give it the type
 * PNDIS_HANDLE; it is the value all the same, never its address (section 13, item 8).
 */

#include "buffer.h"
#include "dma_types.h"

EXTERN_C_START

/*
 * Claims a channel of the system DMA controller.
 *
 * MiniportDmaHandle       OUT. Handle for the other functions; not written on failure.
 * MiniportAdapterHandle   the adapter.
 * DmaChannel              ignored: DmaDescription->DmaChannel counts (section 13, item 7).
 * Dma32BitAddresses       of interest for bus masters with 32 address lines; ignored for slaves.
 * DmaDescription          the channel and how it is used; zeroed before it was filled in; read
 *                         during the call only. DmaWidth is Width8Bits on channels 0 to 3 and
 *                         Width16Bits on 5 to 7. DmaChannelSpecified says where the driver has the
 *                         number from, and does not change it.
 * MaximumLength           bytes of the longest transfer, or (ULONG)-1 for the limit of the channel.
 *
 * An ISA bus master (NDIS_ATTRIBUTE_BUS_MASTER) claims with it the channel through which it gets
 * the bus; the channel is set to cascade mode and has no transfers.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_RESOURCE_CONFLICT if somebody else has the channel, or if
 * the resources of an ISA adapter name another or none; NDIS_STATUS_RESOURCES if there is no memory
 * below 16 MiB for MaximumLength or no access to the controller; NDIS_STATUS_FAILURE for a channel or
 * width that does not exist, for a bus master on a bus other than ISA, and for a call at the wrong
 * time. The library logs which.
 *
 * IRQL: =PASSIVE; from MiniportInitialize, after NdisMSetAttributes(Ex). The channel belongs to the
 * adapter until NdisMDeregisterDmaChannel. Seed 000; section 7.1.
 */
NDISAPI NDIS_STATUS NTAPI NdisMRegisterDmaChannel(OUT PNDIS_HANDLE MiniportDmaHandle,
						  IN NDIS_HANDLE MiniportAdapterHandle,
						  IN UINT DmaChannel,
						  IN BOOLEAN Dma32BitAddresses,
						  IN PNDIS_DMA_DESCRIPTION DmaDescription,
						  IN ULONG MaximumLength);

/*
 * Gives a channel back. No transfer may be set up; one that is set up is reported and aborted. The
 * handle is dead afterwards. IRQL: =PASSIVE; from MiniportHalt, or from MiniportInitialize on its
 * way out with an error. Seed 000; section 7.5.
 */
NDISAPI VOID NTAPI NdisMDeregisterDmaChannel(IN NDIS_HANDLE MiniportDmaHandle);

/*
 * Programs the controller for one transfer; the driver starts the NIC after it.
 *
 * Status              OUT. NDIS_STATUS_SUCCESS; NDIS_STATUS_RESOURCES if a transfer is set up on
 *                     this channel already, or if Length is 0, or longer than the buffer,
 *                     MaximumLength or the channel's limit, or odd on a 16-bit channel. Then
 *                     nothing has changed.
 * MiniportDmaHandle   the channel.
 * Buffer              one buffer; those chained behind it are not part of the transfer.
 * Offset, Length      the bytes of the buffer to be moved.
 * WriteToDevice       TRUE if the NIC reads the memory.
 *
 * Until NdisMCompleteDmaTransfer the buffer stays allocated and, for transfers to the NIC,
 * unchanged. The call also does what NdisFlushBuffer does. IRQL: <=DISPATCH. Seed 000; section 7.2.
 */
NDISAPI VOID NTAPI NdisMSetupDmaTransfer(OUT PNDIS_STATUS Status, IN NDIS_HANDLE MiniportDmaHandle,
					 IN PNDIS_BUFFER Buffer, IN ULONG Offset, IN ULONG Length,
					 IN BOOLEAN WriteToDevice);

/*
 * Ends a transfer, whether the NIC has finished it or not.
 *
 * Status              OUT. NDIS_STATUS_SUCCESS: data from the NIC are in the buffer, as far as the
 *                     NIC got. NDIS_STATUS_RESOURCES: the channel is free all the same, but the
 *                     data may be incomplete; also when no transfer is set up or the arguments are
 *                     not those of the setup, which is reported.
 * MiniportDmaHandle, Buffer, Offset, Length, WriteToDevice   as given to NdisMSetupDmaTransfer.
 *
 * IRQL: <=DISPATCH. Seed 000; section 7.3.
 */
NDISAPI VOID NTAPI NdisMCompleteDmaTransfer(OUT PNDIS_STATUS Status,
					    IN NDIS_HANDLE MiniportDmaHandle,
					    IN PNDIS_BUFFER Buffer, IN ULONG Offset,
					    IN ULONG Length, IN BOOLEAN WriteToDevice);

/*
 * Returns how many bytes of the transfer are still to be moved: 0 when it is over or none is set
 * up; with auto-initialise the way to find out where the NIC is. The value is already old when it
 * is returned. A transfer of all 64 Ki units of a channel reads 0 before its first unit, too. IRQL:
 * <=DISPATCH. Seed 000; section 7.4.
 */
NDISAPI ULONG NTAPI NdisMReadDmaCounter(IN NDIS_HANDLE MiniportDmaHandle);

EXTERN_C_END

#endif
