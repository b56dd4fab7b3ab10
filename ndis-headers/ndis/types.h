/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_TYPES_H
#define NDIS_HEADERS_NDIS_TYPES_H

/*
 * Types that every part of the NDIS interface uses.
 *
 * NDIS keeps its objects to itself. A driver holds them as NDIS_HANDLE values that mean nothing
 * but to the library, and hands them back unchanged. Which handle a function wants is always
 * said in its description; the two that occur most are
 *
 *   MiniportAdapterHandle   the library's handle of one adapter. MiniportInitialize gets it;
 *                           every NdisM* function takes it as its first argument.
 *   MiniportAdapterContext  the driver's own pointer for one adapter, given to the library with
 *                           NdisMSetAttributesEx. Every Miniport* function gets it.
 *
 * Passing one for the other is the commonest mistake of new drivers; the library detects it, reports
 * it with the name of the function, and refuses the call.
 */

#include "../ntdef.h"
#include "../ntstatus.h"
#include "../ddk/interface_type.h"

/* Decoration of every function that the NDIS library exports. */
#define NDISAPI __attribute__((visibility("default")))

/* Function placement pragmas: recognised, without effect. */
#define NDIS_INIT_FUNCTION(Function)
#define NDIS_PAGABLE_FUNCTION(Function)
#define NDIS_PAGEABLE_FUNCTION(Function)

/*
 * A handle. PNDIS_HANDLE points to one and marks an OUT parameter.
 */
typedef PVOID NDIS_HANDLE, *PNDIS_HANDLE;

/*
 * The result of an NDIS function. Signed, 32 bits; the values are in ndis/status.h. An error is
 * negative, NDIS_STATUS_PENDING positive, NDIS_STATUS_SUCCESS zero: compare with the value that
 * is meant rather than with "less than zero".
 */
typedef int NDIS_STATUS, *PNDIS_STATUS;

C_ASSERT(sizeof(NDIS_STATUS) == 4);

/* Identifies one piece of information of a miniport; the values are in ndis/oid.h. */
typedef ULONG NDIS_OID, *PNDIS_OID;

/* An error code for NdisWriteErrorLogEntry; the values are in ndis/error_log.h. */
typedef ULONG NDIS_ERROR_CODE, *PNDIS_ERROR_CODE;

/* Strings of the registry and of device names. Functions on them: ndis/unicode_string.h. */
typedef UNICODE_STRING NDIS_STRING, *PNDIS_STRING;
typedef ANSI_STRING NDIS_ANSI_STRING, *PNDIS_ANSI_STRING;

/*
 * A 64-bit address for the device's eyes: the physical address of a BAR, or the logical address
 * of memory that was mapped for DMA. QuadPart is signed.
 */
typedef PHYSICAL_ADDRESS NDIS_PHYSICAL_ADDRESS, *PNDIS_PHYSICAL_ADDRESS;

/*
 * One run of logically contiguous bytes: what NdisMStartBufferPhysicalMapping fills an array
 * with. PhysicalAddress is the logical address of the first byte, Length the bytes in the run.
 * 16 bytes, Length at offset 8. Source: ndis-hal-dma.md section 2.
 */
typedef struct _NDIS_PHYSICAL_ADDRESS_UNIT {
	NDIS_PHYSICAL_ADDRESS PhysicalAddress;
	UINT Length;
} NDIS_PHYSICAL_ADDRESS_UNIT, *PNDIS_PHYSICAL_ADDRESS_UNIT;

/*
 * Halves of a physical address. The getters take the address by value and yield a ULONG (the
 * high half without its sign); the setters change one half and leave the other. Any IRQL.
 * Source: ndis-hal-dma.md section 5.4.
 *
 * A device with 32 address lines is programmed with the low half alone. That is correct only if
 * the driver asked for 24- or 32-bit DMA; after NDIS_DMA_64BITS the high half may be nonzero
 * and must be programmed too.
 */
#define NdisGetPhysicalAddressHigh(PhysicalAddress) ((ULONG)(PhysicalAddress).HighPart)
#define NdisGetPhysicalAddressLow(PhysicalAddress) ((PhysicalAddress).LowPart)
#define NdisSetPhysicalAddressHigh(PhysicalAddress, Value) \
	((void)((PhysicalAddress).HighPart = (LONG)(Value)))
#define NdisSetPhysicalAddressLow(PhysicalAddress, Value) \
	((void)((PhysicalAddress).LowPart = (ULONG)(Value)))

/* Initialiser of a constant NDIS_PHYSICAL_ADDRESS from its halves. */
#define NDIS_PHYSICAL_ADDRESS_CONST(Low, High) { { (ULONG)(Low), (LONG)(High) } }

/*
 * The kind of bus an adapter sits on, for NdisMSetAttributesEx and NdisQueryMapRegisterCount.
 * The first values are those of INTERFACE_TYPE. Source: ndis-hal-dma.md section 1.2.
 */
typedef enum _NDIS_INTERFACE_TYPE {
	NdisInterfaceInternal = Internal,
	NdisInterfaceIsa = Isa,
	NdisInterfaceEisa = Eisa,
	NdisInterfaceMca = MicroChannel,
	NdisInterfaceTurboChannel = TurboChannel,
	NdisInterfacePci = PCIBus,
	NdisInterfacePcMcia = PCMCIABus,
	NdisInterfaceCBus = CBus,
	NdisInterfaceMPIBus = MPIBus,
	NdisInterfaceMPSABus = MPSABus,
	NdisInterfaceProcessorInternal = ProcessorInternal,
	NdisInterfaceInternalPowerBus = InternalPowerBus,
	NdisInterfacePNPISABus = PNPISABus,
	NdisInterfacePNPBus = PNPBus,
	NdisInterfaceUSB = PNPBus + 1,
	NdisInterfaceIrda = PNPBus + 2,
	NdisInterface1394 = PNPBus + 3,
	NdisMaximumInterfaceType = PNPBus + 4
} NDIS_INTERFACE_TYPE, *PNDIS_INTERFACE_TYPE;

C_ASSERT(sizeof(NDIS_INTERFACE_TYPE) == 4);

#endif
