/* SPDX-License-Identifier: MIT */
/*
 * kernel_processor.c - numbers of processors, and clocks
 */
#include <ddk/processor.h>

#include "ke/clock.h"
#include "ke/level.h"
#include "platform/event_loop.h"

#define PROCESSORS 1u

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
