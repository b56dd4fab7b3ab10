/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_DMA_H
#define NDIS_HEADERS_NDIS_DMA_H

/*
 * Bus-master DMA: map registers, buffer mappings, shared memory, scatter/gather.
 *
 * A bus-master NIC moves data itself and needs, for every byte, a logical address that leads to
 * it. There are two kinds of memory it works on:
 *
 *   - Shared memory, allocated once with NdisMAllocateSharedMemory and visible to CPU and NIC
 *     until freed: descriptor rings, receive buffers.
 *   - Buffers of packets, which belong to somebody else and lie anywhere. They are made visible
 *     for one transfer: either by the driver, buffer by buffer, through a map register
 *     (NdisMStartBufferPhysicalMapping, NdisMCompleteBufferPhysicalMapping), or by the
 *     library, packet by packet (NdisMInitializeScatterGatherDma).
 *
 * Order of calls, map-register path (section 10):
 *
 *   MiniportInitialize   NdisMSetAttributesEx(NDIS_ATTRIBUTE_BUS_MASTER)
 *                        NdisMAllocateMapRegisters
 *                        NdisMAllocateSharedMemory ...
 *   per transmit buffer  NdisGetBufferPhysicalArraySize
 *                        NdisMStartBufferPhysicalMapping
 *                        NdisFlushBuffer(TRUE), then program the NIC
 *                        ... the NIC reports the transfer done ...
 *                        NdisMCompleteBufferPhysicalMapping
 *                        NdisMSendComplete once all buffers of the packet are through
 *   MiniportHalt         stop the NIC, complete what is mapped
 *                        NdisMFreeSharedMemory ...
 *                        NdisMFreeMapRegisters
 *
 * All functions take the handle that MiniportInitialize received. The section numbers are those of
 * ndis-hal-dma.md.
 */

#include "buffer.h"
#include "dma_types.h"

EXTERN_C_START

/*
 * Asks how many map registers the platform has for a kind of bus.
 *
 * BusType            kind of bus of the adapter, normally NdisInterfacePci.
 * MapRegisterCount   OUT. On success the total of the platform, not what is free now.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_NOT_SUPPORTED if the platform has no fixed number,
 * in which case `*MapRegisterCount` must not be used.
 *
 * IRQL: =PASSIVE; from MiniportInitialize, before NdisMAllocateMapRegisters. Obsolete since NDIS 5:
 * a driver that wants as many as it can get calls NdisMAllocateMapRegisters with decreasing
 * numbers until it succeeds. Seed 000; section 4.3.
 */
NDISAPI NDIS_STATUS NTAPI NdisQueryMapRegisterCount(IN NDIS_INTERFACE_TYPE BusType,
						    OUT PUINT MapRegisterCount);

/*
 * Reserves map registers for the adapter and fixes how much address it can drive.
 *
 * One base map register holds the mapping of one NDIS_BUFFER at a time. A driver asks for as
 * many as it wants transmit buffers mapped at once, and numbers them 0..n-1 itself.
 *
 * MiniportAdapterHandle    the adapter, with NDIS_ATTRIBUTE_BUS_MASTER set.
 * DmaChannel               0 for every bus but ISA, where it is the arbitration channel, 1-3 or
 *                          5-7: put in cascade mode, and the adapter's until NdisMFreeMapRegisters;
 *                          0 there: none.
 * DmaSize                  NDIS_DMA_24BITS, NDIS_DMA_32BITS or NDIS_DMA_64BITS. Bounds all
 *                          logical addresses handed out later, those of shared memory included.
 * BaseMapRegistersNeeded   number of buffers to be mapped at once, at least 1.
 * MaximumBufferSize        bytes of the largest buffer that will ever be mapped, at least 1. For
 *                          Ethernet the maximum frame; not to be exceeded by any Start call.
 *
 * Behind each base register the library reserves one map register for every page that a buffer
 * of MaximumBufferSize can touch: 1 for one byte, otherwise (MaximumBufferSize - 2) / 4096 + 2. The
 * product with BaseMapRegistersNeeded may not exceed 64: 32 buffers of 1514 bytes, 3 of
 * 64 KiB. Larger transfers are what scatter/gather DMA is for. Sections 3.2 to 3.4.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_RESOURCES if the product exceeds 64, if the address
 * space of the size asked for is used up, if the adapter is not a bus master, if an argument is
 * out of range, or if map registers were already allocated and not freed. The library logs which.
 *
 * IRQL: =PASSIVE; from MiniportInitialize only, after NdisMSetAttributes(Ex) and before
 * NdisMAllocateSharedMemory. The registers belong to the adapter until NdisMFreeMapRegisters.
 * Seeds 000 and 003; section 4.4.
 */
NDISAPI NDIS_STATUS NTAPI NdisMAllocateMapRegisters(IN NDIS_HANDLE MiniportAdapterHandle,
						    IN UINT DmaChannel,
						    IN NDIS_DMA_SIZE DmaSize,
						    IN ULONG BaseMapRegistersNeeded,
						    IN ULONG MaximumBufferSize);

/*
 * Gives back all map registers of the adapter at once.
 *
 * MiniportAdapterHandle   the adapter.
 *
 * Every mapping must have been completed and all shared memory freed before, because both hang on
 * what this call takes away. The library reports a mapping that is still live, and a call without
 * map registers. IRQL: =PASSIVE; from MiniportHalt, or from MiniportInitialize on its way out with
 * an error. Seed 000; section 4.5.
 */
NDISAPI VOID NTAPI NdisMFreeMapRegisters(IN NDIS_HANDLE MiniportAdapterHandle);

/*
 * Stores in `*ArraySize` how many elements the array for NdisMStartBufferPhysicalMapping needs for
 * `Buffer`: the pages that the buffer touches, at least 1. The mapping itself can have fewer runs.
 * IRQL: <=DISPATCH. Seed 000; section 5.3.
 *
 * Buffer      one buffer; those chained behind it are not counted.
 * ArraySize   OUT. Number of NDIS_PHYSICAL_ADDRESS_UNIT elements.
 */
NDISAPI VOID NTAPI NdisGetBufferPhysicalArraySize(IN PNDIS_BUFFER Buffer, OUT PUINT ArraySize);

/*
 * Makes one buffer visible to the NIC and yields its logical addresses.
 *
 * MiniportAdapterHandle   the adapter, with map registers allocated.
 * Buffer                  one buffer of at most MaximumBufferSize bytes in nonpaged memory. Buffers
 *                         chained behind it are not mapped: call again with another register.
 * PhysicalMapRegister     index of a base register, 0..BaseMapRegistersNeeded-1, that holds no
 *                         mapping now.
 * WriteToDevice           TRUE if the NIC reads the buffer (transmit), FALSE if it writes it.
 * PhysicalAddressArray    OUT. The runs, in order: logical address and bytes of each. The array has
 *                         at least as many elements as NdisGetBufferPhysicalArraySize said;
 *                         those behind the last run are not touched.
 * ArraySize               OUT only. Number of runs written: the sum of their lengths is the
 *                         length of the buffer. 0 for a buffer of 0 bytes.
 *
 * A buffer that is scattered over pages comes out as one run where the platform can place it
 * contiguously in the device's address space, and as one run per page where it cannot or where the
 * adapter was told to fragment: drivers must handle both. No run crosses a 4 GiB line with 24- or
 * 32-bit DMA, and none is above the limit of the DmaSize.
 *
 * The function has no status. When it cannot map (index out of range or busy, buffer too long or
 * not resident, no map registers), the library reports the cause, and stores 0 in `*ArraySize`: a
 * driver that programs what the array holds then sends nothing.
 *
 * From this call until NdisMCompleteBufferPhysicalMapping the buffer must stay allocated and, for
 * transmits, unchanged: the data may already have been copied. For very short frames, up to about
 * 256 bytes, copying into shared memory that is mapped anyway is cheaper than a mapping.
 *
 * IRQL: <=DISPATCH. Seeds 000 and 001; sections 4.6 and 3.5.
 */
NDISAPI VOID NTAPI NdisMStartBufferPhysicalMapping(
	IN NDIS_HANDLE MiniportAdapterHandle, IN PNDIS_BUFFER Buffer,
	IN ULONG PhysicalMapRegister, IN BOOLEAN WriteToDevice,
	OUT PNDIS_PHYSICAL_ADDRESS_UNIT PhysicalAddressArray, OUT PUINT ArraySize);

/*
 * Ends a mapping that NdisMStartBufferPhysicalMapping made.
 *
 * MiniportAdapterHandle   the adapter.
 * Buffer                  the same buffer as at the start, unchanged in place and length.
 * PhysicalMapRegister     the same index.
 *
 * The direction is remembered from the start. After the call the logical addresses are dead: a NIC
 * that still uses one of them faults (policy remap) or reads memory that no longer belongs to the
 * buffer. For a transfer from the NIC the data are valid in the buffer only after this call. The
 * index can be used again at once. The call must precede NdisMSendComplete for the packet.
 *
 * A wrong buffer or an index without mapping is reported by the library and changes nothing.
 * IRQL: <=DISPATCH. Seed 000; section 4.7.
 */
NDISAPI VOID NTAPI NdisMCompleteBufferPhysicalMapping(IN NDIS_HANDLE MiniportAdapterHandle,
						      IN PNDIS_BUFFER Buffer,
						      IN ULONG PhysicalMapRegister);

/*
 * Allocates memory that the CPU and the NIC use at the same time.
 *
 * MiniportAdapterHandle   the adapter, a bus master after NdisMAllocateMapRegisters or
 *                         NdisMInitializeScatterGatherDma.
 * Length                  bytes, at least 1.
 * Cached                  a hint: FALSE for memory in which the NIC writes flags that the CPU
 *                         polls. Without effect where the CPU's caches are coherent with DMA; a
 *                         driver that passes TRUE still calls NdisFlushBuffer and
 *                         NdisMUpdateSharedMemory.
 * VirtualAddress          OUT. CPU address of the first byte. NULL is the only sign of failure.
 * PhysicalAddress         OUT. Logical address of the first byte; 0 on failure.
 *
 * The memory is contiguous for the NIC, within the limit of the DmaSize, and resident. Alignment
 * beyond what NdisMGetDmaAlignment tells is not promised: a NIC that needs more is served by
 * allocating more and aligning within. A driver may retry a failure with a smaller Length. The
 * memory belongs to the driver until NdisMFreeSharedMemory with the same five values.
 *
 * IRQL: =PASSIVE; from MiniportInitialize only. At a higher level NT stops with a bug check; the
 * library reports the call and returns without memory. Seed 000; section 4.8.
 */
NDISAPI VOID NTAPI NdisMAllocateSharedMemory(IN NDIS_HANDLE MiniportAdapterHandle, IN ULONG Length,
					     IN BOOLEAN Cached, OUT PVOID *VirtualAddress,
					     OUT PNDIS_PHYSICAL_ADDRESS PhysicalAddress);

/*
 * Asks for shared memory at a time when the driver cannot wait.
 *
 * MiniportAdapterHandle   the adapter, as with NdisMAllocateSharedMemory; its driver registered a
 *                         MiniportAllocateComplete function.
 * Length                  bytes, at least 1.
 * Cached                  as with NdisMAllocateSharedMemory.
 * Context                 any value; the completion gets it back.
 *
 * Returns NDIS_STATUS_PENDING: MiniportAllocateComplete will be called exactly once, with the
 * memory or with the bad news. NDIS_STATUS_FAILURE: nothing was started (no completion function,
 * not a bus master, Length 0, adapter halting) and no call follows. There is no
 * NDIS_STATUS_SUCCESS.
 *
 * IRQL: <=DISPATCH, any time after initialisation, typically from MiniportHandleInterrupt to grow
 * the receive area under load. The memory is freed with NdisMFreeSharedMemory like any other. A
 * request that is pending when MiniportHalt is called still ends with its completion call: a driver
 * counts its pending requests and waits in MiniportHalt until there are none, then frees what
 * they brought. Seed 000; section 4.9.
 */
NDISAPI NDIS_STATUS NTAPI NdisMAllocateSharedMemoryAsync(IN NDIS_HANDLE MiniportAdapterHandle,
							 IN ULONG Length, IN BOOLEAN Cached,
							 IN PVOID Context);

/*
 * Frees shared memory.
 *
 * MiniportAdapterHandle   the adapter.
 * Length                  bytes, as in the allocation; a part cannot be freed.
 * Cached                  as in the allocation.
 * VirtualAddress          CPU address that the allocation yielded.
 * PhysicalAddress         logical address that the allocation yielded, by value.
 *
 * The NIC must have been told to stop using the memory; after the call its accesses fault. Memory
 * that is not allocated, or other values than those of the allocation, are bug check 0x7C on NT; the
 * library reports them by value and frees nothing. IRQL: <=DISPATCH, but not from a shutdown handler.
 * Seed 000; section 4.10.
 */
NDISAPI VOID NTAPI NdisMFreeSharedMemory(IN NDIS_HANDLE MiniportAdapterHandle, IN ULONG Length,
					 IN BOOLEAN Cached, IN PVOID VirtualAddress,
					 IN NDIS_PHYSICAL_ADDRESS PhysicalAddress);

/*
 * Makes what the NIC wrote into shared memory readable by the CPU; to be called before the CPU
 * looks at the data of a cached allocation.
 *
 * MiniportAdapterHandle   the adapter.
 * Length                  bytes; part of an allocation is allowed.
 * VirtualAddress          CPU address of the first byte.
 * PhysicalAddress         logical address of the same byte.
 *
 * With coherent caches nothing has to be moved, and the call orders the CPU's later reads behind
 * the NIC's earlier writes. A range outside the adapter's shared memory is reported. IRQL:
 * <=DISPATCH. Seed 000; section 4.11.
 */
NDISAPI VOID NTAPI NdisMUpdateSharedMemory(IN NDIS_HANDLE MiniportAdapterHandle, IN ULONG Length,
					   IN PVOID VirtualAddress,
					   IN NDIS_PHYSICAL_ADDRESS PhysicalAddress);

/*
 * Writes back or discards the CPU's cached copy of a buffer before a DMA transfer.
 *
 * Buffer          one buffer; those chained behind it are not flushed.
 * WriteToDevice   TRUE before the NIC reads the buffer, FALSE before it writes it. With FALSE the
 *                 buffer has to begin and end on a cache line, or data next to it can be lost.
 *
 * Called between NdisMStartBufferPhysicalMapping and the programming of the NIC. With coherent
 * caches it orders the CPU's earlier writes before the doorbell. It does not replace
 * NdisMCompleteBufferPhysicalMapping. IRQL: <=DISPATCH. Seed 000; section 4.12.
 */
NDISAPI VOID NTAPI NdisFlushBuffer(IN PNDIS_BUFFER Buffer, IN BOOLEAN WriteToDevice);

/*
 * Chooses scatter/gather DMA: the library maps whole packets and the driver reads the result from
 * the packet, instead of allocating map registers and mapping buffers itself.
 *
 * MiniportAdapterHandle    the adapter, a bus master of an NDIS 5 miniport.
 * Dma64BitAddresses        TRUE if the NIC drives 64 bits of address, FALSE for 32. There is no
 *                          24-bit form.
 * MaximumPhysicalMapping   bytes of the largest packet that will be mapped; with large-send
 *                          offload the size of such a send.
 *
 * Afterwards every packet that MiniportSend or MiniportSendPackets gets carries a list:
 *
 *   PSCATTER_GATHER_LIST List = (PSCATTER_GATHER_LIST)
 *           NDIS_PER_PACKET_INFO_FROM_PACKET(Packet, ScatterGatherListPacketInfo);
 *
 * It covers the whole packet, is read-only, and is valid until NdisMSendComplete. Shared memory
 * works as with map registers. Nothing has to be undone: the library does it after MiniportHalt.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_RESOURCES; NDIS_STATUS_NOT_SUPPORTED if the adapter is
 * not a bus master, the miniport is older than NDIS 5, map registers are allocated already, or
 * the adapter was started without scatter/gather: the driver then falls back to map registers.
 *
 * IRQL: =PASSIVE; from MiniportInitialize, after NdisMSetAttributesEx and before
 * NdisMAllocateSharedMemory. Seed 000; section 6.
 */
NDISAPI NDIS_STATUS NTAPI NdisMInitializeScatterGatherDma(IN NDIS_HANDLE MiniportAdapterHandle,
							  IN BOOLEAN Dma64BitAddresses,
							  IN ULONG MaximumPhysicalMapping);

/*
 * Returns the alignment, in bytes and a power of two, that buffers for DMA should have so that the
 * platform need not copy them.
 *
 * MiniportAdapterHandle   the adapter, after NdisMAllocateMapRegisters or
 *                         NdisMInitializeScatterGatherDma.
 *
 * IRQL: =PASSIVE. Section 5.6.
 */
NDISAPI ULONG NTAPI NdisMGetDmaAlignment(IN NDIS_HANDLE MiniportAdapterHandle);

/*
 * Returns the size of a CPU cache line in bytes: the granularity at which data of CPU and NIC
 * should be kept apart. IRQL: any. Section 5.6.
 */
NDISAPI ULONG NTAPI NdisGetCacheFillSize(VOID);

/*
 * Returns the alignment, in bytes, at which data of different processors do not disturb each
 * other. IRQL: any.
 */
NDISAPI ULONG NTAPI NdisGetSharedDataAlignment(VOID);

EXTERN_C_END

#endif
