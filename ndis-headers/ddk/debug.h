/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_DEBUG_H
#define NDIS_HEADERS_DDK_DEBUG_H

/*
 * Messages, assertions and the end of the world.
 */

#include "../ntdef.h"

/* Components and levels of DbgPrintEx; a level with DPFLTR_MASK is a set of bits. */
#define DPFLTR_SYSTEM_ID 0
#define DPFLTR_IHVDRIVER_ID 77
#define DPFLTR_IHVNETWORK_ID 80
#define DPFLTR_DEFAULT_ID 101
#define DPFLTR_ERROR_LEVEL 0
#define DPFLTR_WARNING_LEVEL 1
#define DPFLTR_TRACE_LEVEL 2
#define DPFLTR_INFO_LEVEL 3
#define DPFLTR_MASK 0x80000000u

EXTERN_C_START

/*
 * Writes a message to the kernel debugger's console; here, to the log of the program that runs the
 * driver.
 *
 * Format   as printf's, with NT's widths: `l` means 32 bits (ULONG, LONG), `I64` and `ll` 64 bits,
 *          `I` and `p` pointer size; `%ws`, `%S` and `%ls` take a PWSTR, `%wZ` a PUNICODE_STRING,
 *          `%Z` a PANSI_STRING. Because of these differences the compiler does not check the
 *          arguments.
 *
 * Returns STATUS_SUCCESS. At most 512 bytes of one message are kept. IRQL: any.
 */
NTSYSAPI ULONG CDECL DbgPrint(IN PCSTR Format, ...);

/*
 * The same with a component (DPFLTR_*_ID) and a level (DPFLTR_*_LEVEL, or a mask of levels with
 * DPFLTR_MASK), by which NT filters: here every message is written. The forms that begin with v take
 * the arguments as a va_list, which they leave as it is; Prefix is written before the message.
 */
NTSYSAPI ULONG CDECL DbgPrintEx(IN ULONG ComponentId, IN ULONG Level, IN PCSTR Format, ...);
NTSYSAPI ULONG NTAPI vDbgPrintEx(IN ULONG ComponentId, IN ULONG Level, IN PCCH Format,
				 IN va_list arglist);
NTSYSAPI ULONG NTAPI vDbgPrintExWithPrefix(IN PCCH Prefix, IN ULONG ComponentId, IN ULONG Level,
					   IN PCCH Format, IN va_list arglist);

/*
 * Stops in the debugger; without one the program ends with a signal. IRQL: any.
 */
NTSYSAPI VOID NTAPI DbgBreakPoint(VOID);

/*
 * Reports the failed assertion with its place and stops as DbgBreakPoint does. Used by ASSERT.
 *
 * FailedAssertion   text of the expression.
 * FileName          source file.
 * LineNumber        line in it.
 * Message           further text, or NULL.
 */
NTSYSAPI VOID NTAPI RtlAssert(IN PCVOID FailedAssertion, IN PCVOID FileName, IN ULONG LineNumber,
			      IN PCSTR Message OPTIONAL);

/*
 * Stops the system with a bug check: reports the code, its parameters and the chain of
 * calls, lets MiniportShutdown silence the NIC, and ends the program with an abort. Does not return.
 *
 * BugCheckCode             which error, NT's numbering.
 * BugCheckParameter1..4    its details; KeBugCheck passes 0 for all.
 *
 * IRQL: any.
 */
NTKERNELAPI DECLSPEC_NORETURN VOID NTAPI KeBugCheckEx(IN ULONG BugCheckCode,
						      IN ULONG_PTR BugCheckParameter1,
						      IN ULONG_PTR BugCheckParameter2,
						      IN ULONG_PTR BugCheckParameter3,
						      IN ULONG_PTR BugCheckParameter4);
NTKERNELAPI DECLSPEC_NORETURN VOID NTAPI KeBugCheck(IN ULONG BugCheckCode);

EXTERN_C_END

/*
 * Assertions and KdPrint are active when the driver is compiled with DBG defined to a nonzero
 * value, as in a checked build. NT_VERIFY evaluates its expression always. KdPrint takes the
 * arguments of DbgPrint in a second pair of parentheses.
 */
#if defined(DBG) && DBG
#define ASSERT(Expression) \
	((Expression) ? (void)0 : RtlAssert(#Expression, __FILE__, (ULONG)__LINE__, NULL))
#define ASSERTMSG(Message, Expression) \
	((Expression) ? (void)0 : RtlAssert(#Expression, __FILE__, (ULONG)__LINE__, (Message)))
#define NT_VERIFY(Expression) ASSERT(Expression)
#define KdPrint(Arguments) ((void)(DbgPrint Arguments))
#define KdPrintEx(Arguments) ((void)(DbgPrintEx Arguments))
#define KdBreakPoint() DbgBreakPoint()
#else
#define ASSERT(Expression) ((void)0)
#define ASSERTMSG(Message, Expression) ((void)0)
#define NT_VERIFY(Expression) ((void)(Expression))
#define KdPrint(Arguments) ((void)0)
#define KdPrintEx(Arguments) ((void)0)
#define KdBreakPoint() ((void)0)
#endif
#define NT_ASSERT(Expression) ASSERT(Expression)
#define NT_ASSERTMSG(Message, Expression) ASSERTMSG(Message, Expression)
#define RTL_VERIFY(Expression) NT_VERIFY(Expression)
#define RTL_SOFT_ASSERT(Expression) ASSERT(Expression)

#endif
