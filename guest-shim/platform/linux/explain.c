/* SPDX-License-Identifier: MIT */
/*
 * explain.c - one message per failure
 */
#include <stdarg.h>
#include <stdio.h>

#include "platform/linux/explain.h"
#include "support/compiler.h"

SHIM_EXPORT int explain(struct explanation *explanation, int code, const char *format, ...)
{
	va_list arguments;

	if (!explanation || !explanation->text || !explanation->size)
		return code;
	va_start(arguments, format);
	vsnprintf(explanation->text, explanation->size, format, arguments);
	va_end(arguments);
	return code;
}
