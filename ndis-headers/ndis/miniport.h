/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_MINIPORT_H
#define NDIS_HEADERS_NDIS_MINIPORT_H

/*
 * Registration and life cycle of a miniport.
 *
 * The driver exports
 *
 *   NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath);
 *
 * which the library calls once at PASSIVE_LEVEL after loading it. DriverEntry calls
 * NdisMInitializeWrapper and NdisMRegisterMiniport and returns the status of the latter. For each
 * adapter the library then calls MiniportInitialize, and the adapter runs until MiniportHalt.
 * After the last halt the unload handler is called. Source: ndis-hal-dma.md sections 4.1, 4.2, 10.
 */

#include "../ddk/device_object.h"
#include "../ddk/driver.h"
#include "../ddk/resources.h"
#include "characteristics.h"

/*
 * Attributes for NdisMSetAttributesEx. Source: ndis-hal-dma.md section 1.2.
 */

/* The library does not watch how long a send takes. */
#define NDIS_ATTRIBUTE_IGNORE_PACKET_TIMEOUT 0x00000001
/* The library does not watch how long a request takes. */
#define NDIS_ATTRIBUTE_IGNORE_REQUEST_TIMEOUT 0x00000002
/* Errors of the token ring do not lead to a reset. */
#define NDIS_ATTRIBUTE_IGNORE_TOKEN_RING_ERRORS 0x00000004
/* The NIC masters the bus: the condition for every function in ndis/dma.h. */
#define NDIS_ATTRIBUTE_BUS_MASTER 0x00000008
/* The driver sits above another miniport. */
#define NDIS_ATTRIBUTE_INTERMEDIATE_DRIVER 0x00000010
/* The driver takes its own locks and queues its own packets. */
#define NDIS_ATTRIBUTE_DESERIALIZE 0x00000020
/* The driver stays up when the system sleeps. */
#define NDIS_ATTRIBUTE_NO_HALT_ON_SUSPEND 0x00000040
/* The NIC may vanish without notice. */
#define NDIS_ATTRIBUTE_SURPRISE_REMOVE_OK 0x00000080
/* The driver has connection-oriented functions but is used without connections. */
#define NDIS_ATTRIBUTE_NOT_CO_NDIS 0x00000100
/* The driver uses the Safe forms of the buffer functions. */
#define NDIS_ATTRIBUTE_USES_SAFE_BUFFER_APIS 0x00000200
/* Only protocols that ask for connections bind to the driver. */
#define NDIS_ATTRIBUTE_DO_NOT_BIND_TO_ALL_CO 0x00000400
/* The driver pads short frames itself. */
#define NDIS_ATTRIBUTE_MINIPORT_PADS_SHORT_PACKETS 0x00000800

EXTERN_C_START

/*
 * Introduces a driver to the library: the first call of DriverEntry.
 *
 * NdisWrapperHandle   OUT. Stands for the driver in NdisMRegisterMiniport and NdisTerminateWrapper.
 * SystemSpecific1     DriverObject as DriverEntry got it.
 * SystemSpecific2     RegistryPath as DriverEntry got it.
 * SystemSpecific3     NULL.
 *
 * IRQL: =PASSIVE, from DriverEntry. A wrong DriverObject is reported, and the
 * handle is NULL.
 */
NDISAPI VOID NTAPI NdisMInitializeWrapper(OUT PNDIS_HANDLE NdisWrapperHandle,
					  IN PVOID SystemSpecific1, IN PVOID SystemSpecific2,
					  IN PVOID SystemSpecific3);

/* The name that NDIS 3 and 4 sources use. */
#define NdisInitializeWrapper(Handle, SystemSpecific1, SystemSpecific2, SystemSpecific3) \
	NdisMInitializeWrapper(Handle, SystemSpecific1, SystemSpecific2, SystemSpecific3)

/*
 * Takes an introduction back, when DriverEntry fails after NdisMInitializeWrapper.
 *
 * NdisWrapperHandle   from NdisMInitializeWrapper; dead afterwards.
 * SystemSpecific      DriverObject, or NULL.
 *
 * IRQL: =PASSIVE, from DriverEntry.
 */
NDISAPI VOID NTAPI NdisTerminateWrapper(IN NDIS_HANDLE NdisWrapperHandle, IN PVOID SystemSpecific);

/*
 * Registers the driver's functions.
 *
 * NdisWrapperHandle         from NdisMInitializeWrapper.
 * MiniportCharacteristics   the table; copied, so the caller may reuse it.
 * CharacteristicsLength     its size in bytes: sizeof(NDIS_MINIPORT_CHARACTERISTICS).
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_BAD_VERSION for a version other than 3.x, 4.0, 5.0 and
 * 5.1; NDIS_STATUS_BAD_CHARACTERISTICS if CharacteristicsLength is too small for the version or a
 * required function is NULL; NDIS_STATUS_RESOURCES; NDIS_STATUS_FAILURE for a handle that is none.
 *
 * IRQL: =PASSIVE, from DriverEntry. MiniportInitialize may run before the function returns, so
 * everything it uses must be ready. Section 4.1.
 */
NDISAPI NDIS_STATUS NTAPI NdisMRegisterMiniport(
	IN NDIS_HANDLE NdisWrapperHandle,
	IN PNDIS_MINIPORT_CHARACTERISTICS MiniportCharacteristics, IN UINT CharacteristicsLength);

/*
 * Tells the library the driver's context for an adapter and what kind of adapter it is.
 *
 * MiniportAdapterHandle       the adapter, as MiniportInitialize got it.
 * MiniportAdapterContext      the driver's own pointer; every Miniport* function gets it.
 * CheckForHangTimeInSeconds   period of MiniportCheckForHang, 0 for the default of 2 seconds. A
 *                             send or request that takes twice as long counts as hung.
 * AttributeFlags              NDIS_ATTRIBUTE_* bits.
 * AdapterType                 bus of the adapter, normally NdisInterfacePci.
 *
 * IRQL: =PASSIVE; from MiniportInitialize, once, and before every call that claims or maps
 * hardware: NdisMAllocateMapRegisters, NdisMInitializeScatterGatherDma,
 * NdisMAllocateSharedMemory, NdisMMapIoSpace, NdisMRegisterIoPortRange, NdisMRegisterInterrupt.
 * Section 4.2.
 */
NDISAPI VOID NTAPI NdisMSetAttributesEx(IN NDIS_HANDLE MiniportAdapterHandle,
					IN NDIS_HANDLE MiniportAdapterContext,
					IN UINT CheckForHangTimeInSeconds OPTIONAL,
					IN ULONG AttributeFlags,
					IN NDIS_INTERFACE_TYPE AdapterType);

/*
 * The older form of NdisMSetAttributesEx: default hang time, and of the attributes only
 * `BusMaster`. Exactly one of the two is called.
 */
#define NdisMSetAttributes(MiniportAdapterHandle, MiniportAdapterContext, BusMaster, AdapterType) \
	NdisMSetAttributesEx(MiniportAdapterHandle, MiniportAdapterContext, 0, \
			     (BusMaster) ? NDIS_ATTRIBUTE_BUS_MASTER : 0u, AdapterType)

/*
 * Function of the driver that the library calls after the last MiniportHalt, at PASSIVE_LEVEL.
 * `DriverObject` is the one DriverEntry got.
 */
typedef VOID (NTAPI *MINIPORT_UNLOAD_HANDLER)(IN PDRIVER_OBJECT DriverObject);

/*
 * Registers a function that undoes what DriverEntry did.
 *
 * NdisWrapperHandle   from NdisMInitializeWrapper.
 * UnloadHandler       the function.
 *
 * IRQL: =PASSIVE, from DriverEntry after NdisMRegisterMiniport succeeded.
 */
NDISAPI VOID NTAPI NdisMRegisterUnloadHandler(IN NDIS_HANDLE NdisWrapperHandle,
					      IN MINIPORT_UNLOAD_HANDLER UnloadHandler);

/*
 * Registers a function that silences the NIC when the system goes down.
 *
 * MiniportAdapterHandle   the adapter.
 * ShutdownContext         what the function gets; memory that lives until deregistration.
 * ShutdownHandler         the function.
 *
 * IRQL: =PASSIVE, from MiniportInitialize.
 */
NDISAPI VOID NTAPI NdisMRegisterAdapterShutdownHandler(IN NDIS_HANDLE MiniportAdapterHandle,
						       IN PVOID ShutdownContext,
						       IN ADAPTER_SHUTDOWN_HANDLER ShutdownHandler);

/*
 * Withdraws what NdisMRegisterAdapterShutdownHandler registered. IRQL: =PASSIVE, from MiniportHalt
 * or from MiniportInitialize on its way out with an error.
 */
NDISAPI VOID NTAPI NdisMDeregisterAdapterShutdownHandler(IN NDIS_HANDLE MiniportAdapterHandle);

/*
 * Reports that the adapter does not work any more and must be removed. MiniportHalt is called
 * later, never from within the call.
 *
 * MiniportAdapterHandle   the adapter.
 *
 * Returns NDIS_STATUS_SUCCESS, or NDIS_STATUS_FAILURE if the adapter is being halted already. IRQL:
 * <=DISPATCH.
 */
NDISAPI NDIS_STATUS NTAPI NdisMRemoveMiniport(IN NDIS_HANDLE MiniportAdapterHandle);

/*
 * Pairs of adapters of one driver of which one, the primary, is in use, and the other, the secondary,
 * steps in when it fails. Nothing is sent to a secondary adapter, and frames that it indicates are
 * dropped.
 *
 * NdisMSetMiniportSecondary makes an adapter the secondary of another one, which is primary and of
 * the same driver. NdisMPromoteMiniport makes a secondary the primary; the former primary becomes
 * its secondary.
 *
 * MiniportAdapterHandle          the secondary, or the one to be one.
 * PrimaryMiniportAdapterHandle   its primary.
 *
 * Return NDIS_STATUS_SUCCESS; NDIS_STATUS_FAILURE for adapters for which that cannot be, which is
 * reported. IRQL: =PASSIVE for the first, <=DISPATCH for the second.
 */
NDISAPI NDIS_STATUS NTAPI NdisMSetMiniportSecondary(IN NDIS_HANDLE MiniportAdapterHandle,
						    IN NDIS_HANDLE PrimaryMiniportAdapterHandle);
NDISAPI NDIS_STATUS NTAPI NdisMPromoteMiniport(IN NDIS_HANDLE MiniportAdapterHandle);

/*
 * Ends a MiniportQueryInformation that returned NDIS_STATUS_PENDING. BytesWritten or BytesNeeded
 * of that call must have been stored before. From here on the request's pointers are dead.
 *
 * MiniportAdapterHandle   the adapter.
 * Status                  final result, not NDIS_STATUS_PENDING.
 *
 * IRQL: <=DISPATCH. A completion without pending request is reported.
 */
NDISAPI VOID NTAPI NdisMQueryInformationComplete(IN NDIS_HANDLE MiniportAdapterHandle,
						 IN NDIS_STATUS Status);

/*
 * Ends a MiniportSetInformation that returned NDIS_STATUS_PENDING; otherwise as
 * NdisMQueryInformationComplete.
 */
NDISAPI VOID NTAPI NdisMSetInformationComplete(IN NDIS_HANDLE MiniportAdapterHandle,
					       IN NDIS_STATUS Status);

/*
 * Ends a MiniportReset that returned NDIS_STATUS_PENDING.
 *
 * MiniportAdapterHandle   the adapter.
 * Status                  final result.
 * AddressingReset         TRUE if packet filter, multicast list and lookahead size were lost.
 *
 * IRQL: <=DISPATCH. A completion without pending reset is reported.
 */
NDISAPI VOID NTAPI NdisMResetComplete(IN NDIS_HANDLE MiniportAdapterHandle, IN NDIS_STATUS Status,
				      IN BOOLEAN AddressingReset);

/*
 * Tells the device objects of the adapter, which IoGetDmaAdapter and the functions behind it take.
 *
 * MiniportAdapterHandle          the adapter.
 * PhysicalDeviceObject           OUT, may be NULL. What IoGetDmaAdapter wants.
 * FunctionalDeviceObject         OUT, may be NULL.
 * NextDeviceObject               OUT, may be NULL.
 * AllocatedResources             OUT, may be NULL.
 * AllocatedResourcesTranslated   OUT, may be NULL.
 *
 * One device object stands for all three here; it lives as long as the adapter. The resource lists
 * are always NULL: NdisMPciAssignResources and NdisMQueryAdapterResources tell the resources. All
 * outputs are NULL when the handle or the IRQL is wrong, which is reported. Adapter objects that
 * the driver gets with the device object have logical addresses of their own next to those of the
 * adapter's map registers and shared memory, and are given back before MiniportHalt returns.
 * IRQL: =PASSIVE.
 */
NDISAPI VOID NTAPI NdisMGetDeviceProperty(
	IN NDIS_HANDLE MiniportAdapterHandle, IN OUT PDEVICE_OBJECT *PhysicalDeviceObject OPTIONAL,
	IN OUT PDEVICE_OBJECT *FunctionalDeviceObject OPTIONAL,
	IN OUT PDEVICE_OBJECT *NextDeviceObject OPTIONAL,
	IN OUT PCM_RESOURCE_LIST *AllocatedResources OPTIONAL,
	IN OUT PCM_RESOURCE_LIST *AllocatedResourcesTranslated OPTIONAL);

/*
 * Tells what the adapter is called: the name of the driver, for a second adapter with a number behind
 * it.
 *
 * AdapterInstanceName     OUT. The name, with a buffer of its own that the driver frees with
 *                         NdisFreeString, or with NdisFreeMemory; empty on failure.
 * MiniportAdapterHandle   the adapter.
 *
 * Returns NDIS_STATUS_SUCCESS; NDIS_STATUS_RESOURCES; NDIS_STATUS_FAILURE for a wrong handle or IRQL,
 * which is reported. IRQL: =PASSIVE.
 */
NDISAPI NDIS_STATUS NTAPI NdisMQueryAdapterInstanceName(OUT PNDIS_STRING AdapterInstanceName,
							IN NDIS_HANDLE MiniportAdapterHandle);

/*
 * Returns the number of processors. IRQL: any.
 */
NDISAPI CCHAR NTAPI NdisSystemProcessorCount(VOID);

/*
 * Yield how busy the processor is that runs the caller: the thread of the driver.
 *
 * pCpuUsage        OUT. Percentage, 0..100, of the time since the system started in which it had
 *                  something to do.
 * pIdleCount       OUT. Milliseconds since the system started in which it had not, modulo 2^32.
 * pKernelAndUser   OUT. Milliseconds since the system started, the idle ones included, modulo 2^32.
 * pIndex           OUT. Number of the processor, 0.
 *
 * From two calls of the second function, a second or so apart, a driver gets the load in between: 100
 * - 100 * (difference of idle counts) / (difference of the other counts). NULL is reported, and
 * nothing is stored. IRQL: <=DISPATCH. Source: the NDIS 5 reference pages.
 */
NDISAPI VOID NTAPI NdisGetCurrentProcessorCpuUsage(OUT PULONG pCpuUsage);
NDISAPI VOID NTAPI NdisGetCurrentProcessorCounts(OUT PULONG pIdleCount, OUT PULONG pKernelAndUser,
						 OUT PULONG pIndex);

/*
 * Finds a function of the library by its name, as MmGetSystemRoutineAddress does: how a driver uses
 * one that older versions of NDIS do not have.
 *
 * NdisRoutineName   the name, with capital and small letters.
 *
 * Returns its address, or NULL if there is no function of that name. IRQL: =PASSIVE.
 */
NDISAPI PVOID NTAPI NdisGetRoutineAddress(IN PNDIS_STRING NdisRoutineName);

/*
 * Returns a byte, 1..255, that no other driver of the process has got before 255 calls were made. Its
 * caller puts it into the most significant byte of the identifiers by which it cancels sends. IRQL:
 * any.
 */
NDISAPI UCHAR NTAPI NdisGeneratePartialCancelId(VOID);

/*
 * Returns the version of NDIS that the library implements, the major number in the upper 16 bits
 * and the minor in the lower: 0x00050001. IRQL: any.
 */
NDISAPI UINT NTAPI NdisGetVersion(VOID);

EXTERN_C_END

#endif
