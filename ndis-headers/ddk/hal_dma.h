/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_HAL_DMA_H
#define NDIS_HEADERS_DDK_HAL_DMA_H

/*
 * DMA under the names of NT 3 and 4. Each function is the same as the member of DMA_OPERATIONS of
 * nearly the same name (ddk/dma_adapter.h), which also gives the order of calls. Source: seed 002,
 * ndis-hal-dma.md section 8, whose numbers are given at each function.
 */

#include "dma_adapter.h"

EXTERN_C_START

/*
 * Yields the adapter object of the device on bus DeviceDescription->BusNumber, or of the slave
 * channel DeviceDescription->DmaChannel.
 *
 * DeviceDescription      what the device can do; unused members are 0. Read during the call only.
 * NumberOfMapRegisters   OUT. The most that one IoAllocateAdapterChannel may ask for: at most
 *                        MaximumLength / PAGE_SIZE + 1 rounded up; it can be less than a transfer
 *                        needs.
 *
 * Returns NULL, and leaves the number alone, for an unknown version, an impossible channel or
 * width, or for want of resources; the reason is logged. There is no counterpart: the object lives
 * as long as the device. IRQL: =PASSIVE. Section 8.1. Windows 2000 and later have IoGetDmaAdapter
 * instead.
 */
NTHALAPI PADAPTER_OBJECT NTAPI HalGetAdapter(IN PDEVICE_DESCRIPTION DeviceDescription,
					     IN OUT PULONG NumberOfMapRegisters);

/*
 * Asks for the adapter and for map registers, and has ExecutionRoutine called when both are free,
 * at once or later; requests are served first in, first out.
 *
 * AdapterObject          the adapter.
 * DeviceObject           for whom. One request per device may be outstanding until its routine has
 *                        returned; its CurrentIrp is handed to the routine.
 * NumberOfMapRegisters   ADDRESS_AND_SIZE_TO_SPAN_PAGES of the transfer, at most what the adapter
 *                        grants.
 * ExecutionRoutine       the driver's AdapterControl routine; see DRIVER_CONTROL.
 * Context                handed to it.
 *
 * Returns STATUS_SUCCESS: the routine has run or will run; STATUS_INSUFFICIENT_RESOURCES: more
 * registers than the adapter ever grants, and the routine will not run; STATUS_INVALID_PARAMETER: a
 * rule was broken, which is reported, and the routine will not run. IRQL: =DISPATCH. Section 8.2.
 */
NTKERNELAPI NTSTATUS NTAPI IoAllocateAdapterChannel(IN PADAPTER_OBJECT AdapterObject,
						    IN PDEVICE_OBJECT DeviceObject,
						    IN ULONG NumberOfMapRegisters,
						    IN PDRIVER_CONTROL ExecutionRoutine,
						    IN PVOID Context);

/*
 * Gives back the adapter that an AdapterControl routine kept with KeepObject, and its map
 * registers; after IoFlushAdapterBuffers. The next request in line is served, maybe before the
 * return. A transfer that was not flushed is reported and ended. IRQL: =DISPATCH. Section 8.8.
 */
NTKERNELAPI VOID NTAPI IoFreeAdapterChannel(IN PADAPTER_OBJECT AdapterObject);

/*
 * Maps part of a buffer and, for a slave device, starts the system DMA controller.
 *
 * AdapterObject     the adapter.
 * Mdl               one locked MDL; those chained behind it are mapped by further calls.
 * MapRegisterBase   as handed to the AdapterControl routine.
 * CurrentVa         MmGetMdlVirtualAddress(Mdl), plus the bytes of it that were mapped before.
 * Length            IN: bytes wanted, at least 1, at most the rest of the MDL and what the map
 *                   registers hold. OUT: bytes mapped: for a bus master with scatter/gather
 *                   possibly fewer, and it calls again for the rest; for all others unchanged.
 * WriteToDevice     TRUE if the device reads the memory.
 *
 * Returns the logical address for the device; meaningless for a slave device. Every call begins a
 * map register of its own. A call that breaks a rule is reported, maps nothing, returns 0 and
 * leaves *Length alone: a device that is programmed with it faults at its first access, because
 * logical address 0 is never mapped. IRQL: <=DISPATCH. Section 8.5.
 */
NTKERNELAPI PHYSICAL_ADDRESS NTAPI IoMapTransfer(IN PADAPTER_OBJECT AdapterObject, IN PMDL Mdl,
						 IN PVOID MapRegisterBase, IN PVOID CurrentVa,
						 IN OUT PULONG Length, IN BOOLEAN WriteToDevice);

/*
 * Ends what one or several calls of IoMapTransfer began, or aborts it; data from the device are in
 * the buffer afterwards.
 *
 * AdapterObject, Mdl, MapRegisterBase, WriteToDevice   as in those calls.
 * CurrentVa   that of the first of them.
 * Length      the bytes that they mapped, together.
 *
 * Returns TRUE if all data have arrived; FALSE if nothing is mapped there, which is reported. With
 * a MapRegisterBase of NULL there is nothing to do and TRUE is returned. When all mappings of the
 * base are flushed its registers can be used for the next transfer. IRQL: <=DISPATCH. Section 8.6.
 */
NTKERNELAPI BOOLEAN NTAPI IoFlushAdapterBuffers(IN PADAPTER_OBJECT AdapterObject, IN PMDL Mdl,
						IN PVOID MapRegisterBase, IN PVOID CurrentVa,
						IN ULONG Length, IN BOOLEAN WriteToDevice);

/*
 * Gives back the map registers that an AdapterControl routine kept with
 * DeallocateObjectKeepRegisters, after IoFlushAdapterBuffers. Requests that wait for registers may
 * be served before the return.
 *
 * MapRegisterBase        as handed to the routine; NULL is ignored.
 * NumberOfMapRegisters   the number that was asked for: a part cannot be given back.
 *
 * IRQL: =DISPATCH. Section 8.9.
 */
NTKERNELAPI VOID NTAPI IoFreeMapRegisters(IN PADAPTER_OBJECT AdapterObject,
					  IN PVOID MapRegisterBase,
					  IN ULONG NumberOfMapRegisters);

/*
 * Returns how many bytes of the current transfer the system DMA controller has still to move, for
 * slave devices; 0 without a transfer. The value is already old when it is returned. A transfer of
 * the full 64 Ki units of a channel reads 0 before its first unit, too. IRQL: <=DISPATCH. Section
 * 8.10.
 */
NTHALAPI ULONG NTAPI HalReadDmaCounter(IN PADAPTER_OBJECT AdapterObject);

/*
 * Allocates memory that CPU and device use at the same time.
 *
 * Length           bytes, at least 1; whole pages are used, but only these bytes may be touched.
 * LogicalAddress   OUT. For the device; the only address to give to it. Not written on failure.
 * CacheEnabled     without effect where caches are coherent.
 *
 * Returns the address for the CPU, page aligned and zeroed (section 13, item 1: not a truth value),
 * or NULL. For a slave channel the memory lies below 16 MiB and does not cross the line at which
 * the controller's address wraps, so that it can be the buffer of a transfer without being copied.
 * IRQL: =PASSIVE. Section 8.11.
 */
NTHALAPI PVOID NTAPI HalAllocateCommonBuffer(IN PADAPTER_OBJECT AdapterObject, IN ULONG Length,
					     OUT PPHYSICAL_ADDRESS LogicalAddress,
					     IN BOOLEAN CacheEnabled);

/*
 * Frees memory of HalAllocateCommonBuffer. All arguments are those of the allocation; anything else
 * is reported and frees nothing. The device has stopped using it. IRQL: <=DISPATCH. Section 8.12.
 */
NTHALAPI VOID NTAPI HalFreeCommonBuffer(IN PADAPTER_OBJECT AdapterObject, IN ULONG Length,
					IN PHYSICAL_ADDRESS LogicalAddress, IN PVOID VirtualAddress,
					IN BOOLEAN CacheEnabled);

/*
 * Writes back or discards what the CPU's caches hold of a buffer, right before a DMA transfer or
 * right after programmed I/O.
 *
 * Mdl             one MDL; those chained behind it are not flushed.
 * ReadOperation   TRUE for a transfer from the device to memory.
 * DmaOperation    TRUE for DMA, FALSE for programmed I/O.
 *
 * Caches are coherent here, so it only orders the CPU's accesses. IRQL: <=DISPATCH. Section 8.7.
 */
NTKERNELAPI VOID NTAPI KeFlushIoBuffers(IN PMDL Mdl, IN BOOLEAN ReadOperation,
					IN BOOLEAN DmaOperation);

/*
 * Returns the granularity, in bytes, at which DMA and data of the CPU must be kept apart: 1,
 * because caches are coherent. IRQL: any. Section 8.13.
 */
NTKERNELAPI ULONG NTAPI KeGetDcacheFillSize(VOID);

EXTERN_C_END

#endif
