/* SPDX-License-Identifier: MIT */
/*
 * Every function that the headers give an IRQL: called at a level that is wrong, it says so, in its
 * own name and with both levels, and the machine goes on.
 */
#include <stdlib.h>
#include <string.h>

#include "dma_controller_model.h"
#include "include/shim_device.h"
#include "ndis_fixture.h"

#include <wdm.h>

/* Levels at which a function may be called. */
enum allowed {
	PASSIVE,  /* only */
	LOW,	  /* up to DISPATCH_LEVEL */
	DISPATCH, /* only */
};

static struct dma_controller_model model;
static NDIS_HANDLE h; /* of the adapter */
static NDIS_HANDLE driver_log, driver, wrapper, channel, packets, buffers, configuration;
static unsigned char bytes[64];
static NDIS_STATUS status;
static PNDIS_BUFFER buffer, other_buffer, copied_buffer;
static PNDIS_PACKET packet, other_packet;
static NDIS_PHYSICAL_ADDRESS logical;
static NDIS_PHYSICAL_ADDRESS_UNIT units[4];
static NDIS_SPIN_LOCK held, lock;
static KSPIN_LOCK kernel_lock;
static NDIS_RW_LOCK shared;
static LOCK_STATE shared_state, no_state;
static SLIST_HEADER stack;
static SLIST_ENTRY stack_entry;
static NDIS_MINIPORT_TIMER timer;
static NDIS_TIMER simple_timer;
static NDIS_WORK_ITEM item;
static NDIS_EVENT event;
static NDIS_MINIPORT_INTERRUPT interrupt, second;
static NPAGED_LOOKASIDE_LIST lookaside, kernel_list;
static RTL_OSVERSIONINFOW system_version;
static NDIS_DMA_DESCRIPTION description = {.DmaChannel = 3};
static DEVICE_DESCRIPTION device_description;
static NDIS_STRING string, made_string;
static PNDIS_CONFIGURATION_PARAMETER parameter;
static NDIS_CONFIGURATION_PARAMETER value;
static PDMA_ADAPTER adapter;
static PSCATTER_GATHER_LIST gathered;
static PDEVICE_OBJECT device;
static PMDL mdl, part, made;
static PHYSICAL_ADDRESS common;
static PVOID va;
static PIRP request;
static KEVENT kernel_event;
static KTIMER kernel_timer;
static KMUTEX mutex;
static KSEMAPHORE semaphore;
static FAST_MUTEX fast;
static PIO_WORKITEM io_item;
static WORK_QUEUE_ITEM queue_item;
static LARGE_INTEGER moment = {.QuadPart = -1};
static PDRIVER_DISPATCH functions[IRP_MJ_MAXIMUM_FUNCTION + 1];
static PDEVICE_OBJECT made_device;
static PNDIS_RESOURCE_LIST assigned;
static ANSI_STRING ansi;
static RTL_QUERY_REGISTRY_TABLE query[1];
static UINT count, more;
static ULONG number;
static BOOLEAN boolean;

static VOID timer_function(PVOID a, PVOID context, PVOID b, PVOID c)
{
}

static VOID work_function(PNDIS_WORK_ITEM work, PVOID context)
{
}

static BOOLEAN synchronized(PVOID context)
{
	return TRUE;
}

static VOID do_nothing(PVOID context)
{
}

static IO_ALLOCATION_ACTION control(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	return DeallocateObject;
}

static VOID list_control(PDEVICE_OBJECT object, PIRP irp, PSCATTER_GATHER_LIST result,
			 PVOID context)
{
	gathered = result;
}

#define OPS adapter->DmaOperations

/* Name as reported, levels, call. */
#define CALLS(X)                                                                                   \
	X(NdisAllocateMemory, LOW, NdisAllocateMemory(&va, 8, 0, logical))                         \
	X(NdisAllocateMemoryWithTag, LOW, NdisAllocateMemoryWithTag(&va, 8, 'irql'))               \
	X(NdisFreeMemory, LOW, NdisFreeMemory(va, 8, 0))                                           \
	X(ExAllocatePoolWithTag, LOW, va = ExAllocatePoolWithTag(NonPagedPool, 8, 'irql'))         \
	X(ExFreePoolWithTag, LOW, ExFreePoolWithTag(va, 'irql'))                                   \
	X(NdisFreeMemoryWithTag, LOW, NdisFreeMemoryWithTag(NULL, 'irql'))                         \
	X(ExFreePool, LOW, ExFreePool(NULL))                                                       \
	X(NdisInitializeNPagedLookasideList, LOW,                                                  \
	  NdisInitializeNPagedLookasideList(&lookaside, NULL, NULL, 0, 32, 'irql', 0))             \
	X(NdisAllocateFromNPagedLookasideList, LOW,                                                \
	  va = NdisAllocateFromNPagedLookasideList(&lookaside))                                    \
	X(NdisFreeToNPagedLookasideList, LOW, NdisFreeToNPagedLookasideList(&lookaside, va))       \
	X(NdisDeleteNPagedLookasideList, LOW, NdisDeleteNPagedLookasideList(&lookaside))           \
	X(NdisAllocateBufferPool, LOW, NdisAllocateBufferPool(&status, &buffers, 4))               \
	X(NdisAllocateBuffer, LOW,                                                                 \
	  NdisAllocateBuffer(&status, &other_buffer, buffers, bytes, sizeof(bytes)))               \
	X(NdisCopyBuffer, LOW, NdisCopyBuffer(&status, &copied_buffer, NULL, buffer, 0, 1))        \
	X(NdisQueryBufferSafe, LOW, NdisQueryBuffer(buffer, &va, &count))                          \
	X(NdisGetBufferPhysicalArraySize, LOW, NdisGetBufferPhysicalArraySize(buffer, &count))     \
	X(NdisFlushBuffer, LOW, NdisFlushBuffer(buffer, TRUE))                                     \
	X(NdisFreeBuffer, LOW, NdisFreeBuffer(other_buffer))                                       \
	X(NdisFreeBufferPool, LOW, NdisFreeBufferPool(buffers))                                    \
	X(NdisAllocatePacketPool, LOW, NdisAllocatePacketPool(&status, &packets, 4, 0))            \
	X(NdisPacketPoolUsage, LOW, NdisPacketPoolUsage(packets))                                  \
	X(NdisAllocatePacket, LOW, NdisAllocatePacket(&status, &packet, packets))                  \
	X(NdisDprAllocatePacket, DISPATCH, NdisDprAllocatePacket(&status, &other_packet, packets)) \
	X(NdisChainBufferAtFront, LOW, NdisChainBufferAtFront(packet, buffer))                     \
	X(NdisQueryPacket, LOW, NdisQueryPacket(packet, NULL, NULL, NULL, &count))                 \
	X(NdisQueryPacketLength, LOW, NdisQueryPacketLength(packet, &count))                       \
	X(NdisGetFirstBufferFromPacket, LOW,                                                       \
	  NdisGetFirstBufferFromPacket(packet, &buffer, &va, &count, &more))                       \
	X(NdisCopyFromPacketToPacket, LOW,                                                         \
	  NdisCopyFromPacketToPacket(packet, 0, 1, packet, 0, &count))                             \
	X(NdisCopyFromPacketToPacketSafe, LOW,                                                     \
	  NdisCopyFromPacketToPacketSafe(packet, 0, 1, packet, 0, &count, LowPagePriority))        \
	X(NdisGetPoolFromPacket, LOW, va = NdisGetPoolFromPacket(packet))                          \
	X(NdisUnchainBufferAtBack, LOW, NdisUnchainBufferAtBack(packet, &buffer))                  \
	X(NdisChainBufferAtBack, LOW, NdisChainBufferAtBack(packet, buffer))                       \
	X(NdisUnchainBufferAtFront, LOW, NdisUnchainBufferAtFront(packet, &buffer))                \
	X(NdisDprFreePacket, DISPATCH, NdisDprFreePacket(other_packet))                            \
	X(NdisFreePacket, LOW, NdisFreePacket(packet))                                             \
	X(NdisFreePacketPool, LOW, NdisFreePacketPool(packets))                                    \
	X(NdisAcquireSpinLock, LOW, (NdisAllocateSpinLock(&lock), NdisAcquireSpinLock(&lock)))     \
	X(NdisDprAcquireSpinLock, DISPATCH, NdisDprAcquireSpinLock(&held))                         \
	X(NdisDprReleaseSpinLock, DISPATCH, NdisDprReleaseSpinLock(&held))                         \
	X(NdisAcquireReadWriteLock, LOW, NdisAcquireReadWriteLock(&shared, FALSE, &shared_state))  \
	X(NdisReleaseReadWriteLock, DISPATCH, NdisReleaseReadWriteLock(&shared, &no_state))        \
	X(ExInterlockedPushEntrySList, LOW,                                                        \
	  ExInterlockedPushEntrySList(&stack, &stack_entry, NULL))                                 \
	X(ExInterlockedPopEntrySList, LOW, ExInterlockedPopEntrySList(&stack, NULL))               \
	X(ExInterlockedFlushSList, LOW, ExInterlockedFlushSList(&stack))                           \
	X(NdisGetCurrentProcessorCpuUsage, LOW, NdisGetCurrentProcessorCpuUsage(&number))          \
	X(NdisGetCurrentProcessorCounts, LOW,                                                      \
	  NdisGetCurrentProcessorCounts(&number, &number, &number))                                \
	X(NdisGetRoutineAddress, PASSIVE, va = NdisGetRoutineAddress(&string))                     \
	X(NdisWaitEvent, PASSIVE, NdisWaitEvent(&event, 1))                                        \
	X(NdisSetEvent, LOW, NdisSetEvent(&event))                                                 \
	X(NdisResetEvent, LOW, NdisResetEvent(&event))                                             \
	X(NdisMInitializeTimer, PASSIVE, NdisMInitializeTimer(&timer, h, timer_function, NULL))    \
	X(NdisMSetTimer, LOW, NdisMSetTimer(&timer, 60000))                                        \
	X(NdisMSetPeriodicTimer, LOW, NdisMSetPeriodicTimer(&timer, 60000))                        \
	X(NdisSetPeriodicTimer, LOW, NdisSetPeriodicTimer(&simple_timer, 60000))                   \
	X(NdisSetTimerEx, LOW, NdisSetTimerEx(&simple_timer, 60000, NULL))                         \
	X(NdisMCancelTimer, LOW, NdisMCancelTimer(&timer, &boolean))                               \
	X(NdisSetTimer, LOW, NdisSetTimer(&simple_timer, 60000))                                   \
	X(NdisCancelTimer, LOW, NdisCancelTimer(&simple_timer, &boolean))                          \
	X(NdisMSleep, PASSIVE, NdisMSleep(1))                                                      \
	X(NdisScheduleWorkItem, LOW, NdisScheduleWorkItem(&item))                                  \
	X(NdisInitializeString, PASSIVE, NdisInitializeString(&made_string, (PUCHAR) "irql"))      \
	X(NdisEqualString, PASSIVE, NdisEqualString(&string, &string, TRUE))                       \
	X(NdisWriteErrorLogEntry, LOW, NdisWriteErrorLogEntry(h, 0, 0))                            \
	X(NdisWriteEventLogEntry, LOW, NdisWriteEventLogEntry(h, 0, 0, 0, NULL, 0, NULL))          \
	X(NdisMCreateLog, PASSIVE, NdisMCreateLog(h, 8, &driver_log))                              \
	X(NdisMWriteLogData, LOW, NdisMWriteLogData(driver_log, bytes, 8))                         \
	X(NdisMFlushLog, LOW, NdisMFlushLog(driver_log))                                           \
	X(NdisMCloseLog, PASSIVE, NdisMCloseLog(driver_log))                                       \
	X(NdisMQueryAdapterInstanceName, PASSIVE, NdisMQueryAdapterInstanceName(&made_string, h))  \
	X(NdisOpenConfigurationKeyByName, PASSIVE,                                                 \
	  NdisOpenConfigurationKeyByName(&status, configuration, &string, &va))                    \
	X(NdisOpenConfigurationKeyByIndex, PASSIVE,                                                \
	  NdisOpenConfigurationKeyByIndex(&status, configuration, 0, &made_string, &va))           \
	X(NdisOpenConfiguration, PASSIVE, NdisOpenConfiguration(&status, &va, wrapper))            \
	X(NdisReadConfiguration, PASSIVE,                                                          \
	  NdisReadConfiguration(&status, &parameter, configuration, &string,                       \
				NdisParameterInteger))                                             \
	X(NdisWriteConfiguration, PASSIVE,                                                         \
	  NdisWriteConfiguration(&status, configuration, &string, &value))                         \
	X(NdisReadNetworkAddress, PASSIVE,                                                         \
	  NdisReadNetworkAddress(&status, &va, &count, configuration))                             \
	X(NdisCloseConfiguration, PASSIVE, NdisCloseConfiguration(configuration))                  \
	X(NdisMSetAttributesEx, PASSIVE, NdisMSetAttributesEx(h, NULL, 0, 0, NdisInterfacePci))    \
	X(NdisMQueryAdapterResources, PASSIVE,                                                     \
	  NdisMQueryAdapterResources(&status, wrapper, NULL, (count = 0, &count)))                 \
	X(NdisReadPciSlotInformation, LOW, NdisReadPciSlotInformation(h, 0, 0, bytes, 4))          \
	X(NdisWritePciSlotInformation, LOW, NdisWritePciSlotInformation(h, 0, 4, bytes, 0))        \
	X(NdisMMapIoSpace, PASSIVE, NdisMMapIoSpace(&va, h, logical, 4))                           \
	X(NdisMUnmapIoSpace, PASSIVE, NdisMUnmapIoSpace(h, NULL, 4))                               \
	X(NdisMRegisterIoPortRange, PASSIVE, NdisMRegisterIoPortRange(&va, h, 1, 1))               \
	X(NdisMDeregisterIoPortRange, PASSIVE, NdisMDeregisterIoPortRange(h, 1, 1, NULL))          \
	X(NdisMRegisterInterrupt, PASSIVE,                                                         \
	  NdisMRegisterInterrupt(&second, h, 0, 0, TRUE, TRUE, NdisInterruptLatched))              \
	X(NdisMSynchronizeWithInterrupt, LOW,                                                      \
	  NdisMSynchronizeWithInterrupt(&interrupt, (PVOID)synchronized, NULL))                    \
	X(NdisMDeregisterInterrupt, PASSIVE, NdisMDeregisterInterrupt(&interrupt))                 \
	X(NdisMRegisterAdapterShutdownHandler, PASSIVE,                                            \
	  NdisMRegisterAdapterShutdownHandler(h, NULL, do_nothing))                                \
	X(NdisMDeregisterAdapterShutdownHandler, PASSIVE,                                          \
	  NdisMDeregisterAdapterShutdownHandler(h))                                                \
	X(NdisMGetDeviceProperty, PASSIVE,                                                         \
	  NdisMGetDeviceProperty(h, NULL, NULL, NULL, NULL, NULL))                                 \
	X(NdisQueryMapRegisterCount, PASSIVE, NdisQueryMapRegisterCount(NdisInterfacePci, &count)) \
	X(NdisMAllocateMapRegisters, PASSIVE,                                                      \
	  NdisMAllocateMapRegisters(h, 0, NDIS_DMA_32BITS, 1, 1))                                  \
	X(NdisMInitializeScatterGatherDma, PASSIVE, NdisMInitializeScatterGatherDma(h, FALSE, 1))  \
	X(NdisMFreeMapRegisters, PASSIVE, NdisMFreeMapRegisters(h))                                \
	X(NdisMGetDmaAlignment, PASSIVE, NdisMGetDmaAlignment(h))                                  \
	X(NdisMStartBufferPhysicalMapping, LOW,                                                    \
	  NdisMStartBufferPhysicalMapping(h, buffer, 0, TRUE, units, &count))                      \
	X(NdisMCompleteBufferPhysicalMapping, LOW,                                                 \
	  NdisMCompleteBufferPhysicalMapping(h, buffer, 0))                                        \
	X(NdisMAllocateSharedMemory, PASSIVE,                                                      \
	  NdisMAllocateSharedMemory(h, 8, FALSE, &va, &logical))                                   \
	X(NdisMAllocateSharedMemoryAsync, LOW, NdisMAllocateSharedMemoryAsync(h, 8, FALSE, NULL))  \
	X(NdisMUpdateSharedMemory, LOW, NdisMUpdateSharedMemory(h, 8, va, logical))                \
	X(NdisMFreeSharedMemory, LOW, NdisMFreeSharedMemory(h, 8, FALSE, va, logical))             \
	X(NdisMRegisterDmaChannel, PASSIVE,                                                        \
	  NdisMRegisterDmaChannel(&va, h, 0, FALSE, &description, 8))                              \
	X(NdisMSetupDmaTransfer, LOW, NdisMSetupDmaTransfer(&status, channel, buffer, 0, 8, TRUE)) \
	X(NdisMReadDmaCounter, LOW, NdisMReadDmaCounter(channel))                                  \
	X(NdisMCompleteDmaTransfer, LOW,                                                           \
	  NdisMCompleteDmaTransfer(&status, channel, buffer, 0, 8, TRUE))                          \
	X(NdisMDeregisterDmaChannel, PASSIVE, NdisMDeregisterDmaChannel(channel))                  \
	X(NdisMIndicateStatus, LOW, NdisMIndicateStatus(h, NDIS_STATUS_MEDIA_CONNECT, NULL, 0))    \
	X(NdisMIndicateStatusComplete, LOW, NdisMIndicateStatusComplete(h))                        \
	X(NdisMIndicateReceivePacket, LOW, NdisMIndicateReceivePacket(h, &packet, 0))              \
	X(NdisMEthIndicateReceive, DISPATCH,                                                       \
	  NdisMEthIndicateReceive(h, NULL, bytes, 14, bytes, 4, 4))                                \
	X(NdisMEthIndicateReceiveComplete, DISPATCH, NdisMEthIndicateReceiveComplete(h))           \
	X(NdisMTransferDataComplete, LOW, NdisMTransferDataComplete(h, packet, 0, 0))              \
	X(NdisMSendComplete, LOW, NdisMSendComplete(h, packet, 0))                                 \
	X(NdisMSendResourcesAvailable, LOW, NdisMSendResourcesAvailable(h))                        \
	X(NdisMResetComplete, LOW, NdisMResetComplete(h, 0, FALSE))                                \
	X(NdisMQueryInformationComplete, LOW, NdisMQueryInformationComplete(h, 0))                 \
	X(NdisMSetInformationComplete, LOW, NdisMSetInformationComplete(h, 0))                     \
	X(NdisMInitializeWrapper, PASSIVE, NdisMInitializeWrapper(&va, NULL, NULL, NULL))          \
	X(NdisMRegisterMiniport, PASSIVE, NdisMRegisterMiniport(driver, NULL, 0))                  \
	X(NdisMRegisterUnloadHandler, PASSIVE, NdisMRegisterUnloadHandler(driver, NULL))           \
	X(NdisTerminateWrapper, PASSIVE, NdisTerminateWrapper(NULL, NULL))                         \
	X(NdisMRemoveMiniport, LOW, NdisMRemoveMiniport(h))                                        \
	X(IoGetDmaAdapter, PASSIVE, IoGetDmaAdapter(device, &device_description, &number))         \
	X(HalGetAdapter, PASSIVE, HalGetAdapter(&device_description, &number))                     \
	X(IoAllocateMdl, LOW, made = IoAllocateMdl(bytes, 8, FALSE, FALSE, NULL))                  \
	X(MmBuildMdlForNonPagedPool, LOW, MmBuildMdlForNonPagedPool(made))                         \
	X(IoBuildPartialMdl, LOW, IoBuildPartialMdl(mdl, part, bytes, 4))                          \
	X(IoFreeMdl, LOW, IoFreeMdl(made))                                                         \
	X(KeFlushIoBuffers, LOW, KeFlushIoBuffers(mdl, TRUE, TRUE))                                \
	X(HalAllocateCommonBuffer, PASSIVE, HalAllocateCommonBuffer(adapter, 8, &common, FALSE))   \
	X(HalFreeCommonBuffer, LOW, HalFreeCommonBuffer(adapter, 8, common, NULL, FALSE))          \
	X(IoAllocateAdapterChannel, DISPATCH,                                                      \
	  IoAllocateAdapterChannel(adapter, device, 1, control, NULL))                             \
	X(IoMapTransfer, LOW, IoMapTransfer(adapter, mdl, NULL, bytes, &number, TRUE))             \
	X(IoFlushAdapterBuffers, LOW, IoFlushAdapterBuffers(adapter, mdl, NULL, bytes, 8, TRUE))   \
	X(IoFreeAdapterChannel, DISPATCH, IoFreeAdapterChannel(adapter))                           \
	X(IoFreeMapRegisters, DISPATCH, IoFreeMapRegisters(adapter, NULL, 1))                      \
	X(HalReadDmaCounter, LOW, HalReadDmaCounter(adapter))                                      \
	X(GetDmaAlignment, PASSIVE, OPS->GetDmaAlignment(adapter))                                 \
	X(GetScatterGatherList, DISPATCH,                                                          \
	  OPS->GetScatterGatherList(adapter, device, mdl, bytes, 8, list_control, NULL, TRUE))     \
	X(BuildScatterGatherList, DISPATCH,                                                        \
	  OPS->BuildScatterGatherList(adapter, device, mdl, bytes, 8, list_control, NULL, TRUE,    \
				      bytes, sizeof(bytes)))                                       \
	X(PutScatterGatherList, DISPATCH, OPS->PutScatterGatherList(adapter, gathered, TRUE))      \
	X(BuildMdlFromScatterGatherList, LOW,                                                      \
	  OPS->BuildMdlFromScatterGatherList(adapter, gathered, mdl, &made))                       \
	X(IoAllocateIrp, LOW, request = IoAllocateIrp(1, FALSE))                                   \
	X(IoCancelIrp, LOW, IoCancelIrp(request))                                                  \
	X(IoFreeIrp, LOW, IoFreeIrp(request))                                                      \
	X(IoBuildSynchronousFsdRequest, PASSIVE,                                                   \
	  IoFreeIrp(IoBuildSynchronousFsdRequest(IRP_MJ_PNP, device, NULL, 0, NULL, NULL, NULL)))  \
	X(IoGetDeviceProperty, PASSIVE,                                                            \
	  IoGetDeviceProperty(device, DevicePropertyBusNumber, 4, &number, &number))               \
	X(MmGetSystemRoutineAddress, PASSIVE, va = MmGetSystemRoutineAddress(&string))             \
	X(KeFlushQueuedDpcs, PASSIVE, KeFlushQueuedDpcs())                                         \
	X(KeDelayExecutionThread, PASSIVE, KeDelayExecutionThread(KernelMode, FALSE, &moment))     \
	X(KeSetEvent, LOW, KeSetEvent(&kernel_event, 0, FALSE))                                    \
	X(KeInitializeTimerEx, LOW, KeInitializeTimer(&kernel_timer))                              \
	X(KeSetTimer, LOW, KeSetTimer(&kernel_timer, moment, NULL))                                \
	X(KeSetTimerEx, LOW, KeSetTimerEx(&kernel_timer, moment, 60000, NULL))                     \
	X(KeCancelTimer, LOW, KeCancelTimer(&kernel_timer))                                        \
	X(KeReleaseMutex, LOW, KeReleaseMutex(&mutex, FALSE))                                      \
	X(KeReleaseSemaphore, LOW, KeReleaseSemaphore(&semaphore, 0, 1, FALSE))                    \
	X(ExTryToAcquireFastMutex, PASSIVE,                                                        \
	  (void)(ExTryToAcquireFastMutex(&fast) && (ExReleaseFastMutex(&fast), TRUE)))             \
	X(KeSetSystemAffinityThread, PASSIVE, KeSetSystemAffinityThread(1))                        \
	X(KeRevertToUserAffinityThread, PASSIVE, KeRevertToUserAffinityThread())                   \
	X(IoAllocateWorkItem, LOW, io_item = IoAllocateWorkItem(device))                           \
	X(IoQueueWorkItem, LOW, IoQueueWorkItem(io_item, NULL, DelayedWorkQueue, NULL))            \
	X(IoFreeWorkItem, LOW, IoFreeWorkItem(io_item))                                            \
	X(ExQueueWorkItem, LOW, ExQueueWorkItem(&queue_item, DelayedWorkQueue))                    \
	X(MmProbeAndLockPages, LOW, MmProbeAndLockPages(mdl, KernelMode, IoReadAccess))            \
	X(MmMapLockedPages, LOW, va = MmMapLockedPages(mdl, KernelMode))                           \
	X(MmUnlockPages, LOW, MmUnlockPages(NULL))                                                 \
	X(MmAllocateNonCachedMemory, LOW, MmFreeNonCachedMemory(MmAllocateNonCachedMemory(8), 8))  \
	X(NdisMSetMiniportSecondary, PASSIVE, NdisMSetMiniportSecondary(h, h))                     \
	X(NdisMPromoteMiniport, LOW, NdisMPromoteMiniport(h))                                      \
	X(NdisMRegisterDevice, PASSIVE,                                                            \
	  NdisMRegisterDevice(driver, &string, &string, functions, &made_device, &va))             \
	X(NdisMDeregisterDevice, PASSIVE, NdisMDeregisterDevice(NULL))                             \
	X(NdisOpenFile, PASSIVE, NdisOpenFile(&status, &va, &count, &string, logical))             \
	X(NdisUnmapFile, LOW, NdisUnmapFile(NULL))                                                 \
	X(NdisCloseFile, PASSIVE, NdisCloseFile(NULL))                                             \
	X(MmAllocateContiguousMemory, LOW,                                                         \
	  MmFreeContiguousMemory(MmAllocateContiguousMemory(8, common)))                           \
	X(MmMapIoSpace, PASSIVE, va = MmMapIoSpace(logical, 4, MmNonCached))                       \
	X(NdisImmediateReadSharedMemory, PASSIVE,                                                  \
	  NdisImmediateReadSharedMemory(wrapper, 0, bytes, 4))                                     \
	X(NdisImmediateWriteSharedMemory, PASSIVE,                                                 \
	  NdisImmediateWriteSharedMemory(wrapper, 0, bytes, 4))                                    \
	X(MmUnmapIoSpace, PASSIVE, MmUnmapIoSpace(NULL, 4))                                        \
	X(RtlUpcaseUnicodeString, PASSIVE, RtlUpcaseUnicodeString(&made_string, &string, FALSE))   \
	X(RtlUnicodeStringToAnsiString, PASSIVE,                                                   \
	  RtlUnicodeStringToAnsiString(&ansi, &string, FALSE))                                     \
	X(RtlAnsiStringToUnicodeString, PASSIVE,                                                   \
	  RtlAnsiStringToUnicodeString(&made_string, &ansi, FALSE))                                \
	X(RtlIntegerToUnicodeString, PASSIVE, RtlIntegerToUnicodeString(1, 10, &made_string))      \
	X(RtlUnicodeStringToInteger, PASSIVE, RtlUnicodeStringToInteger(&string, 10, &number))     \
	X(RtlPrefixUnicodeString, PASSIVE, RtlPrefixUnicodeString(&string, &string, TRUE))         \
	X(RtlEqualString, PASSIVE, RtlEqualString(&ansi, &ansi, TRUE))                             \
	X(RtlCompareString, PASSIVE, RtlCompareString(&ansi, &ansi, TRUE))                         \
	X(RtlCopyString, LOW, RtlCopyString(&ansi, &ansi))                                         \
	X(RtlUpperString, LOW, RtlUpperString(&ansi, &ansi))                                       \
	X(RtlInt64ToUnicodeString, PASSIVE, RtlInt64ToUnicodeString(1, 10, &made_string))          \
	X(RtlGetVersion, PASSIVE,                                                                  \
	  (system_version.dwOSVersionInfoSize = sizeof(system_version),                            \
	   RtlGetVersion(&system_version)))                                                        \
	X(PsGetVersion, PASSIVE, PsGetVersion(NULL, NULL, NULL, NULL))                             \
	X(IoIsWdmVersionAvailable, PASSIVE, IoIsWdmVersionAvailable(1, 0))                         \
	X(ExInitializeNPagedLookasideList, LOW,                                                    \
	  ExInitializeNPagedLookasideList(&kernel_list, NULL, NULL, 0, 32, 'irql', 0))             \
	X(ExAllocateFromNPagedLookasideList, LOW,                                                  \
	  va = ExAllocateFromNPagedLookasideList(&kernel_list))                                    \
	X(ExFreeToNPagedLookasideList, LOW, ExFreeToNPagedLookasideList(&kernel_list, va))         \
	X(ExDeleteNPagedLookasideList, LOW, ExDeleteNPagedLookasideList(&kernel_list))             \
	X(RtlQueryRegistryValues, PASSIVE,                                                         \
	  RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, L"", query, NULL, NULL))                   \
	X(NdisMPciAssignResources, PASSIVE, NdisMPciAssignResources(h, 0, &assigned))              \
	X(NdisImmediateReadPciSlotInformation, LOW,                                                \
	  NdisImmediateReadPciSlotInformation(wrapper, 0, 0, bytes, 4))                            \
	X(NdisImmediateWritePciSlotInformation, LOW,                                               \
	  NdisImmediateWritePciSlotInformation(wrapper, 0, 4, bytes, 0))                           \
	X(NdisCreateLookaheadBufferFromSharedMemory, DISPATCH,                                     \
	  NdisCreateLookaheadBufferFromSharedMemory(bytes, 8, &va))                                \
	X(NdisDestroyLookaheadBufferFromSharedMemory, DISPATCH,                                    \
	  NdisDestroyLookaheadBufferFromSharedMemory(bytes))                                       \
	X(KeAcquireSpinLockAtDpcLevel, DISPATCH, KeAcquireSpinLockAtDpcLevel(&kernel_lock))        \
	X(KeReleaseSpinLockFromDpcLevel, DISPATCH, KeReleaseSpinLockFromDpcLevel(&kernel_lock))    \
	X(PutDmaAdapter, LOW, OPS->PutDmaAdapter(adapter))

enum {
#define X(name, allowed, ...) CALL_##name,
	CALLS(X)
#undef X
		CALL_COUNT,
};

static const struct {
	const char *name;
	enum allowed allowed;
} calls[] = {
#define X(name, allowed, ...) {#name, allowed},
	CALLS(X)
#undef X
};

static void call(unsigned int index)
{
	switch (index) {
#define X(name, allowed, ...)                                                                      \
	case CALL_##name:                                                                          \
		__VA_ARGS__;                                                                       \
		break;
		CALLS(X)
#undef X
	}
}

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE context)
{
	NDIS_DMA_DESCRIPTION first = {.DmaChannel = 1};
	UCHAR line;

	h = f->handle;
	driver = f->driver;
	NdisMSetAttributesEx(h, f, 0, 0, NdisInterfaceIsa);
	NdisMRegisterDmaChannel(&channel, h, 0, FALSE, &first, 64);
	wrapper = context;
	NdisOpenConfiguration(&status, &configuration, context);
	g_assert_cmpuint(NdisReadPciSlotInformation(h, 0, 0x3C, &line, 1), ==, 1);
	g_assert_cmphex((uint32_t)NdisMRegisterInterrupt(&interrupt, h, line, line, TRUE, TRUE,
							 NdisInterruptLevelSensitive),
			==, NDIS_STATUS_SUCCESS);
	return NDIS_STATUS_SUCCESS;
}

static void halt(struct ndis_fixture *f)
{
	NdisMDeregisterDmaChannel(channel);
}

static void start(struct ndis_fixture *f)
{
	fixture_set_up(f);
	model_attach(&model, f->platform);
	f->without_attributes = true;
	f->hooks.initialize = initialize;
	f->hooks.halt = halt;
	g_assert_cmpint(fixture_start(f), ==, 0);
	NdisMGetDeviceProperty(h, &device, NULL, NULL, NULL, NULL);
	device_description = (DEVICE_DESCRIPTION){
		.Version = DEVICE_DESCRIPTION_VERSION2,
		.Master = TRUE,
		.ScatterGather = TRUE,
		.InterfaceType = PCIBus,
		.MaximumLength = PAGE,
	};
	adapter = IoGetDmaAdapter(device, &device_description, &number);
	buffer = fixture_buffer(bytes, sizeof(bytes));
	mdl = IoAllocateMdl(bytes, sizeof(bytes), FALSE, FALSE, NULL);
	MmBuildMdlForNonPagedPool(mdl);
	part = IoAllocateMdl(bytes, sizeof(bytes), FALSE, FALSE, NULL);
	NdisInitializeEvent(&event);
	KeInitializeEvent(&kernel_event, NotificationEvent, FALSE);
	KeInitializeTimer(&kernel_timer);
	KeInitializeMutex(&mutex, 0);
	KeInitializeSemaphore(&semaphore, 0, 1);
	ExInitializeFastMutex(&fast);
	ExInitializeWorkItem(&queue_item, do_nothing, NULL);
	NdisInitializeTimer(&simple_timer, timer_function, NULL);
	NdisInitializeWorkItem(&item, work_function, NULL);
	value.ParameterType = NdisParameterInteger;
}

/* At @level every function of which that is wrong complains; those of which it is right do not. */
static void call_all(struct ndis_fixture *f, KIRQL level)
{
	for (unsigned int i = 0; i < CALL_COUNT; i++) {
		g_autofree char *text =
			g_strdup_printf("called at IRQL %u; rule: the function", level);
		bool wrong = calls[i].allowed == PASSIVE ? level != PASSIVE_LEVEL
			     : calls[i].allowed == LOW	 ? level > DISPATCH_LEVEL
							 : level != DISPATCH_LEVEL;
		KIRQL old;

		fixture_expect_log(f, "");
		KeRaiseIrql(level, &old);
		call(i);
		KeLowerIrql(PASSIVE_LEVEL);
		/* Above DISPATCH_LEVEL these are not wrong. */
		if (level == HIGH_LEVEL && (i == CALL_KeAcquireSpinLockAtDpcLevel ||
					    i == CALL_KeReleaseSpinLockFromDpcLevel ||
					    i == CALL_NdisMSynchronizeWithInterrupt))
			continue;
		if (wrong != !!strstr(fixture_log(f), text) ||
		    (wrong && !strstr(fixture_log(f), calls[i].name)))
			g_error("%s at IRQL %u: %s", calls[i].name, level, fixture_log(f));
	}
}

static void finish(struct ndis_fixture *f)
{
	fixture_stop(f);
	fixture_expect_log(f, "");
	shim_driver_stop(f->driver);
	f->driver = NULL;
	fixture_expect_log(f, "");
	fixture_tear_down(f);
}

static void test_level(gconstpointer data)
{
	struct ndis_fixture f;

	start(&f);
	call_all(&f, (KIRQL)GPOINTER_TO_UINT(data));
	finish(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/irql/passive", GUINT_TO_POINTER(PASSIVE_LEVEL), test_level);
	g_test_add_data_func("/irql/dispatch", GUINT_TO_POINTER(DISPATCH_LEVEL), test_level);
	g_test_add_data_func("/irql/high", GUINT_TO_POINTER(HIGH_LEVEL), test_level);
	return g_test_run();
}
