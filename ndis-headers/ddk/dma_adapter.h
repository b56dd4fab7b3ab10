/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_DMA_ADAPTER_H
#define NDIS_HEADERS_DDK_DMA_ADAPTER_H

/*
 * DMA for drivers without NDIS, Windows 2000 and later: an object per device with a table of
 * functions.
 *
 * IoGetDmaAdapter describes the device once and yields a DMA_ADAPTER. For every transfer the driver
 * then asks for the adapter and map registers, maps, lets the device work, flushes and gives back:
 *
 *   KeFlushIoBuffers(Mdl, !WriteToDevice, TRUE)
 *   raise to DISPATCH_LEVEL
 *   AllocateAdapterChannel(..., AdapterControl, Context)
 *     in AdapterControl: MapTransfer until everything is mapped; start the device; return
 *     KeepObject (slave DMA) or DeallocateObjectKeepRegisters (bus master)
 *   ... the device reports the end ...
 *   FlushAdapterBuffers, once for each buffer
 *   FreeAdapterChannel (after KeepObject) or FreeMapRegisters (after DeallocateObjectKeepRegisters)
 *
 * or, for bus masters, in one step GetScatterGatherList ... PutScatterGatherList. ddk/hal_dma.h has
 * the same functions under the names of NT 4, where each is described; source: ndis-hal-dma.md
 * sections 8 and 9. The order of the members of DMA_OPERATIONS is binary interface.
 *
 * Misuse (section 11) is reported with the call, the value and the rule. Calls that claim something
 * then fail; calls that give something back do what they still can; nothing stays mapped.
 */

#include "device_object.h"
#include "dma_types.h"
#include "irql.h"
#include "mdl.h"

EXTERN_C_START

/*
 * Type of the AdapterControl routine of a driver: the adapter and the map registers it asked for
 * are its own now.
 *
 * DeviceObject      as given to IoAllocateAdapterChannel.
 * Irp               DeviceObject->CurrentIrp at the time of that call.
 * MapRegisterBase   stands for the map registers; opaque, to be given to the mapping functions.
 *                   NULL when 0 registers were asked for.
 * Context           as given.
 *
 * Returns KeepObject, DeallocateObject or DeallocateObjectKeepRegisters: see IO_ALLOCATION_ACTION.
 * Any other value is reported and taken for DeallocateObject. IRQL: =DISPATCH. It must not ask for
 * an adapter channel for the same device.
 */
typedef IO_ALLOCATION_ACTION (NTAPI DRIVER_CONTROL)(IN PDEVICE_OBJECT DeviceObject, IN PIRP Irp,
						    IN PVOID MapRegisterBase, IN PVOID Context);
typedef DRIVER_CONTROL *PDRIVER_CONTROL;

/*
 * Type of the routine that receives a scatter/gather list.
 *
 * DeviceObject, Context   as given to GetScatterGatherList or BuildScatterGatherList.
 * Irp                     DeviceObject->CurrentIrp at the time of that call.
 * ScatterGather           the list; read-only, valid until PutScatterGatherList. A request that had
 *                         to wait and could then not be mapped yields a list of 0 elements, which
 *                         is put like any other.
 *
 * IRQL: =DISPATCH.
 */
typedef VOID (NTAPI DRIVER_LIST_CONTROL)(IN PDEVICE_OBJECT DeviceObject, IN PIRP Irp,
					 IN PSCATTER_GATHER_LIST ScatterGather, IN PVOID Context);
typedef DRIVER_LIST_CONTROL *PDRIVER_LIST_CONTROL;

struct _DMA_OPERATIONS;

/*
 * What IoGetDmaAdapter yields. 16 bytes, followed by what belongs to the library.
 *
 * Version         1, whatever version of the table was asked for: the only sign of support is that
 *                 IoGetDmaAdapter does not return NULL (section 13, item 10).
 * Size            bytes of this structure.
 * DmaOperations   the functions.
 */
struct _DMA_ADAPTER {
	USHORT Version;
	USHORT Size;
	struct _DMA_OPERATIONS *DmaOperations;
};

C_ASSERT(sizeof(DMA_ADAPTER) == 16);

/*
 * Types of the functions of the table. What each does is described at its old name in
 * ddk/hal_dma.h, or below for those that have none. The first argument is always the adapter.
 */
typedef VOID (NTAPI *PPUT_DMA_ADAPTER)(PDMA_ADAPTER DmaAdapter);
typedef PVOID (NTAPI *PALLOCATE_COMMON_BUFFER)(IN PDMA_ADAPTER DmaAdapter, IN ULONG Length,
					       OUT PPHYSICAL_ADDRESS LogicalAddress,
					       IN BOOLEAN CacheEnabled);
typedef VOID (NTAPI *PFREE_COMMON_BUFFER)(IN PDMA_ADAPTER DmaAdapter, IN ULONG Length,
					  IN PHYSICAL_ADDRESS LogicalAddress,
					  IN PVOID VirtualAddress, IN BOOLEAN CacheEnabled);
typedef NTSTATUS (NTAPI *PALLOCATE_ADAPTER_CHANNEL)(IN PDMA_ADAPTER DmaAdapter,
						    IN PDEVICE_OBJECT DeviceObject,
						    IN ULONG NumberOfMapRegisters,
						    IN PDRIVER_CONTROL ExecutionRoutine,
						    IN PVOID Context);
typedef BOOLEAN (NTAPI *PFLUSH_ADAPTER_BUFFERS)(IN PDMA_ADAPTER DmaAdapter, IN PMDL Mdl,
						IN PVOID MapRegisterBase, IN PVOID CurrentVa,
						IN ULONG Length, IN BOOLEAN WriteToDevice);
typedef VOID (NTAPI *PFREE_ADAPTER_CHANNEL)(IN PDMA_ADAPTER DmaAdapter);
typedef VOID (NTAPI *PFREE_MAP_REGISTERS)(IN PDMA_ADAPTER DmaAdapter, PVOID MapRegisterBase,
					  ULONG NumberOfMapRegisters);
typedef PHYSICAL_ADDRESS (NTAPI *PMAP_TRANSFER)(IN PDMA_ADAPTER DmaAdapter, IN PMDL Mdl,
						IN PVOID MapRegisterBase, IN PVOID CurrentVa,
						IN OUT PULONG Length, IN BOOLEAN WriteToDevice);
typedef ULONG (NTAPI *PGET_DMA_ALIGNMENT)(IN PDMA_ADAPTER DmaAdapter);
typedef ULONG (NTAPI *PREAD_DMA_COUNTER)(IN PDMA_ADAPTER DmaAdapter);
typedef NTSTATUS (NTAPI *PGET_SCATTER_GATHER_LIST)(IN PDMA_ADAPTER DmaAdapter,
						   IN PDEVICE_OBJECT DeviceObject, IN PMDL Mdl,
						   IN PVOID CurrentVa, IN ULONG Length,
						   IN PDRIVER_LIST_CONTROL ExecutionRoutine,
						   IN PVOID Context, IN BOOLEAN WriteToDevice);
typedef VOID (NTAPI *PPUT_SCATTER_GATHER_LIST)(IN PDMA_ADAPTER DmaAdapter,
					       IN PSCATTER_GATHER_LIST ScatterGather,
					       IN BOOLEAN WriteToDevice);
typedef NTSTATUS (NTAPI *PCALCULATE_SCATTER_GATHER_LIST_SIZE)(
	IN PDMA_ADAPTER DmaAdapter, IN PMDL Mdl OPTIONAL, IN PVOID CurrentVa, IN ULONG Length,
	OUT PULONG ScatterGatherListSize, OUT PULONG pNumberOfMapRegisters OPTIONAL);
typedef NTSTATUS (NTAPI *PBUILD_SCATTER_GATHER_LIST)(
	IN PDMA_ADAPTER DmaAdapter, IN PDEVICE_OBJECT DeviceObject, IN PMDL Mdl, IN PVOID CurrentVa,
	IN ULONG Length, IN PDRIVER_LIST_CONTROL ExecutionRoutine, IN PVOID Context,
	IN BOOLEAN WriteToDevice, IN PVOID ScatterGatherBuffer, IN ULONG ScatterGatherLength);
typedef NTSTATUS (NTAPI *PBUILD_MDL_FROM_SCATTER_GATHER_LIST)(IN PDMA_ADAPTER DmaAdapter,
							      IN PSCATTER_GATHER_LIST ScatterGather,
							      IN PMDL OriginalMdl,
							      OUT PMDL *TargetMdl);

/*
 * The functions of an adapter. Size is 104 for version 1 of the table, which ends with
 * PutScatterGatherList (descriptions of DEVICE_DESCRIPTION_VERSION and _VERSION1), and 128 for
 * version 2 (_VERSION2). In a table of version 1 the members behind Size bytes must not be used.
 *
 * PutDmaAdapter   Gives the adapter back, after all channels, map registers, common buffers and
 *                 lists taken from it. What is still out is reported and freed. IRQL: <=DISPATCH.
 *
 * GetDmaAlignment  Returns the number of bytes, a power of two, of which start and length of
 *                 buffers are multiples: 2 for a 16-bit slave channel, otherwise 1. IRQL: =PASSIVE.
 *
 * GetScatterGatherList  Takes map registers, maps `Length` bytes beginning at `CurrentVa`, an
 *                 address in the first MDL of the chain `Mdl`, and calls ExecutionRoutine with the
 *                 list, at once or when registers are free; requests wait in one line with those
 *                 for the channel, and any number may wait for one device. A device without
 *                 scatter/gather gets a list of one element. WriteToDevice: TRUE if the device
 *                 reads the memory. Returns STATUS_SUCCESS; STATUS_INSUFFICIENT_RESOURCES: more
 *                 registers than the adapter has, or no mapping, and the routine is not called;
 *                 STATUS_BUFFER_TOO_SMALL: the chain is shorter than Length; STATUS_NOT_SUPPORTED
 *                 on a slave channel; STATUS_INVALID_PARAMETER for anything else that section 11
 *                 names. IRQL: =DISPATCH.
 *
 * PutScatterGatherList  Ends the mapping: only now are data from the device in memory. Frees
 *                 registers and list; starts who waits. WriteToDevice as before. IRQL: =DISPATCH.
 *
 * CalculateScatterGatherList  Stores the bytes that BuildScatterGatherList needs for such a
 *                 transfer at the worst, and the map registers. Without an MDL the transfer is
 *                 taken for one buffer at CurrentVa. Returns STATUS_SUCCESS,
 *                 STATUS_BUFFER_TOO_SMALL for a chain shorter than Length. IRQL: any.
 *
 * BuildScatterGatherList  As GetScatterGatherList with memory of the driver for the list, of
 *                 ScatterGatherLength bytes, the driver's again after PutScatterGatherList.
 *                 STATUS_BUFFER_TOO_SMALL if it is too short. IRQL: =DISPATCH.
 *
 * BuildMdlFromScatterGatherList  Describes the memory that the device sees through a list by MDLs,
 *                 one per element, whose page numbers are those of the logical addresses; they are
 *                 locked, not mapped, and freed by the driver with IoFreeMdl, one by one.
 *                 OriginalMdl: what the list was made from. Returns STATUS_SUCCESS,
 *                 STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER. IRQL: <=DISPATCH.
 */
typedef struct _DMA_OPERATIONS {
	ULONG Size;
	PPUT_DMA_ADAPTER PutDmaAdapter;
	PALLOCATE_COMMON_BUFFER AllocateCommonBuffer;
	PFREE_COMMON_BUFFER FreeCommonBuffer;
	PALLOCATE_ADAPTER_CHANNEL AllocateAdapterChannel;
	PFLUSH_ADAPTER_BUFFERS FlushAdapterBuffers;
	PFREE_ADAPTER_CHANNEL FreeAdapterChannel;
	PFREE_MAP_REGISTERS FreeMapRegisters;
	PMAP_TRANSFER MapTransfer;
	PGET_DMA_ALIGNMENT GetDmaAlignment;
	PREAD_DMA_COUNTER ReadDmaCounter;
	PGET_SCATTER_GATHER_LIST GetScatterGatherList;
	PPUT_SCATTER_GATHER_LIST PutScatterGatherList;
	PCALCULATE_SCATTER_GATHER_LIST_SIZE CalculateScatterGatherList;
	PBUILD_SCATTER_GATHER_LIST BuildScatterGatherList;
	PBUILD_MDL_FROM_SCATTER_GATHER_LIST BuildMdlFromScatterGatherList;
} DMA_OPERATIONS, *PDMA_OPERATIONS;

C_ASSERT(sizeof(DMA_OPERATIONS) == 128);
C_ASSERT(offsetof(DMA_OPERATIONS, CalculateScatterGatherList) == 104);

/*
 * Makes an adapter object for a device.
 *
 * PhysicalDeviceObject   the device, or NULL: the device on bus DeviceDescription->BusNumber.
 * DeviceDescription      what the device can do; read during the call only. InterfaceTypeUndefined
 *                        stands for the kind of bus the device is on.
 * NumberOfMapRegisters   OUT. The most that one request may ask for: enough for MaximumLength bytes
 *                        at any offset, or fewer, and then the driver has to split its transfers.
 *                        Not written on failure.
 *
 * Returns the adapter, the driver's until PutDmaAdapter; NULL for a version that is not supported
 * (3 and above), for a combination that the bus does not have, or for want of resources; the reason
 * is logged. All callers for one slave channel share one object. IRQL: =PASSIVE. Section 9.1.
 */
NTKERNELAPI PDMA_ADAPTER NTAPI IoGetDmaAdapter(IN PDEVICE_OBJECT PhysicalDeviceObject OPTIONAL,
					       IN PDEVICE_DESCRIPTION DeviceDescription,
					       IN OUT PULONG NumberOfMapRegisters);

EXTERN_C_END

#endif
