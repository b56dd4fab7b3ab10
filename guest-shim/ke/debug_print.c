/* SPDX-License-Identifier: MIT */
/*
 * debug_print.c - DbgPrint and assertions
 */
#include <signal.h>
#include <stdarg.h>
#include <string.h>

#include <ddk/debug.h>

#include "ke/format.h"
#include "support/log.h"

#define TEXT_LIMIT 512

static void print(const char *prefix, const char *format, va_list arguments)
{
	char text[TEXT_LIMIT + 1];
	size_t length;

	ke_format(text, sizeof(text), format, arguments);
	length = strlen(text);
	if (prefix)
		log_text(prefix, strlen(prefix));
	log_text(text, length);
}

ULONG CDECL DbgPrint(PCSTR Format, ...)
{
	va_list arguments;

	va_start(arguments, Format);
	print(NULL, Format, arguments);
	va_end(arguments);
	return 0;
}

ULONG CDECL DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...)
{
	va_list arguments;

	va_start(arguments, Format);
	print(NULL, Format, arguments);
	va_end(arguments);
	return 0;
}

ULONG NTAPI vDbgPrintEx(ULONG ComponentId, ULONG Level, PCCH Format, va_list arglist)
{
	print(NULL, Format, arglist);
	return 0;
}

ULONG NTAPI vDbgPrintExWithPrefix(PCCH Prefix, ULONG ComponentId, ULONG Level, PCCH Format,
				  va_list arglist)
{
	print(Prefix, Format, arglist);
	return 0;
}

VOID NTAPI DbgBreakPoint(VOID)
{
	raise(SIGTRAP);
}

VOID NTAPI RtlAssert(PCVOID FailedAssertion, PCVOID FileName, ULONG LineNumber, PCSTR Message)
{
	log_error("%s:%u: assertion \"%s\" failed%s%s", (const char *)FileName, LineNumber,
		  (const char *)FailedAssertion, Message ? ": " : "", Message ? Message : "");
	DbgBreakPoint();
}
