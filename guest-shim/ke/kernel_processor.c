/* SPDX-License-Identifier: MIT */
/*
 * kernel_processor.c - numbers of processors, and clocks
 */
#include <ddk/processor.h>

#include "ke/clock.h"
#include "ke/level.h"
#include "ke/queue.h"
#include "platform/event_loop.h"
#include "support/log.h"

#define PROCESSORS 1u
#define TICK	   10000u

ULONG NTAPI KeGetCurrentProcessorNumber(VOID)
{
	return 0;
}

ULONG NTAPI KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber)
{
	if (ProcNumber)
		*ProcNumber = (PROCESSOR_NUMBER){0};
	return 0;
}

NTSTATUS NTAPI KeGetProcessorNumberFromIndex(ULONG ProcIndex, PPROCESSOR_NUMBER ProcNumber)
{
	if (!ke_is_given("KeGetProcessorNumberFromIndex", "ProcNumber", ProcNumber) ||
	    ProcIndex >= PROCESSORS)
		return STATUS_INVALID_PARAMETER;
	*ProcNumber = (PROCESSOR_NUMBER){0};
	return STATUS_SUCCESS;
}

ULONG NTAPI KeQueryActiveProcessorCount(KAFFINITY *ActiveProcessors)
{
	if (ActiveProcessors)
		*ActiveProcessors = 1;
	return PROCESSORS;
}

ULONG NTAPI KeQueryActiveProcessorCountEx(USHORT GroupNumber)
{
	return GroupNumber == 0 || GroupNumber == ALL_PROCESSOR_GROUPS ? PROCESSORS : 0;
}

KAFFINITY NTAPI KeQueryActiveProcessors(VOID)
{
	return 1;
}

VOID NTAPI KeSetSystemAffinityThread(KAFFINITY Affinity)
{
	static const char call[] = "KeSetSystemAffinityThread";

	ke_irql_at_most(call, KE_PASSIVE_LEVEL);
	if (!(Affinity & 1))
		log_error("%s: Affinity is 0x%zx; rule: it has the bit of a processor that exists, "
			  "bit "
			  "0",
			  call, Affinity);
}

VOID NTAPI KeRevertToUserAffinityThread(VOID)
{
	ke_irql_at_most("KeRevertToUserAffinityThread", KE_PASSIVE_LEVEL);
}

PKTHREAD NTAPI KeGetCurrentThread(VOID)
{
	return (PKTHREAD)(PVOID)ke_processor();
}

VOID NTAPI KeEnterCriticalRegion(VOID)
{
	ke_irql_at_most("KeEnterCriticalRegion", KE_DISPATCH_LEVEL - 1);
}

VOID NTAPI KeLeaveCriticalRegion(VOID)
{
	ke_irql_at_most("KeLeaveCriticalRegion", KE_DISPATCH_LEVEL - 1);
}

VOID NTAPI KeFlushWriteBuffer(VOID)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

ULONG NTAPI KeQueryTimeIncrement(VOID)
{
	return TICK;
}

VOID NTAPI KeQueryTickCount(PLARGE_INTEGER TickCount)
{
	if (ke_is_given("KeQueryTickCount", "TickCount", TickCount))
		TickCount->QuadPart = (LONGLONG)(KeQueryInterruptTime() / TICK);
}

ULONGLONG NTAPI KeQueryInterruptTime(VOID)
{
	return event_loop_now() / 100;
}

VOID NTAPI KeQuerySystemTime(PLARGE_INTEGER CurrentTime)
{
	if (ke_is_given("KeQuerySystemTime", "CurrentTime", CurrentTime))
		CurrentTime->QuadPart = ke_system_time();
}

LARGE_INTEGER NTAPI KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency)
{
	if (PerformanceFrequency)
		PerformanceFrequency->QuadPart = 1000000000;
	return (LARGE_INTEGER){.QuadPart = (LONGLONG)event_loop_now()};
}

VOID NTAPI KeStallExecutionProcessor(ULONG MicroSeconds)
{
	ke_stall(MicroSeconds);
}
