/* SPDX-License-Identifier: MIT */
/*
 * codes.c - names of modes and numbers, the text of rules about the IRQL
 */
#include <stddef.h>

#include "include/shim_verify.h"
#include "ke/processor.h"
#include "support/compiler.h"
#include "verifier/verifier.h"

static const char *const texts[SHIM_VERIFY_CODES] = {
	[VERIFIER_MISCELLANEOUS] = "more flushed or mapped than there is",
	[VERIFIER_COMMON_BUFFER_FREED_TWICE] = "common buffer freed that is not allocated",
	[VERIFIER_CHANNEL_FREED_TWICE] = "adapter channel freed that is not held",
	[VERIFIER_REGISTERS_FREED_TWICE] = "map registers freed that are not allocated",
	[VERIFIER_LIST_FREED_TWICE] = "scatter/gather list put that does not exist",
	[VERIFIER_COMMON_BUFFER_LEFT] = "adapter released with common buffers",
	[VERIFIER_CHANNEL_LEFT] = "adapter released with an adapter channel",
	[VERIFIER_REGISTERS_LEFT] = "adapter released with map registers",
	[VERIFIER_LIST_LEFT] = "adapter released with scatter/gather lists",
	[VERIFIER_SECOND_CHANNEL] = "more than one adapter channel at once",
	[VERIFIER_TOO_MANY_REGISTERS] = "more map registers than there are",
	[VERIFIER_NOT_FLUSHED] = "buffers not flushed",
	[VERIFIER_NOT_LOCKED] = "buffer not locked in memory",
	[VERIFIER_OVERRUN] = "memory overwritten outside of a buffer",
	[VERIFIER_FREED_WHILE_MAPPED] = "map registers freed while mapped",
	[VERIFIER_TOO_MANY_REFERENCES] = "references left on an adapter",
	[VERIFIER_IRQL] = "called at the wrong IRQL",
	[VERIFIER_IRQL_AT_RETURN] = "returned at the wrong IRQL",
	[VERIFIER_ALLOCATION_TOO_LARGE] = "more map registers in one request than allowed",
	[VERIFIER_FLUSH_UNMAPPED] = "flush of a buffer that is not mapped",
	[VERIFIER_RELEASED_ADAPTER] = "adapter that does not exist",
	[VERIFIER_NULL_ADAPTER] = "adapter NULL",
	[VERIFIER_OUTSIDE_MDL] = "address outside of the MDL",
	[VERIFIER_MAPPED_TWICE] = "mapping of what is mapped already",
	[VERIFIER_OLD_HAL_GET_ADAPTER] = "HalGetAdapter called",
	[VERIFIER_INVALID_BUFFER] = "invalid DMA buffer",
	[VERIFIER_NEVER_MAPPED] = "flush of a map register that was never mapped",
	[VERIFIER_ZERO_LENGTH] = "mapping of 0 bytes",
	[VERIFIER_NO_SYSTEM_ADDRESS] = "buffer without system address",
	[VERIFIER_ILLEGAL_FLUSH] = "flush before the transfer is over",
	[VERIFIER_BUFFER_TOO_SMALL] = "buffer shorter than the length asked for",
	[VERIFIER_DESCRIPTION_VERSION] = "unknown version of DEVICE_DESCRIPTION",
	[VERIFIER_IOMMU_FAULT] = "access refused by the IOMMU",
};

static const char *const mode_names[] = {
	[SHIM_VERIFY_OFF] = "off",
	[SHIM_VERIFY_REPORT] = "report",
	[SHIM_VERIFY_STOP] = "stop",
};

SHIM_EXPORT const char *shim_verify_name(enum shim_verify mode)
{
	return (size_t)mode < sizeof(mode_names) / sizeof(mode_names[0]) ? mode_names[mode] : "?";
}

SHIM_EXPORT const char *shim_verify_code_text(unsigned int code)
{
	return code < SHIM_VERIFY_CODES ? texts[code] : NULL;
}

const char *verifier_irql_rule(unsigned int level, bool exactly)
{
	if (level == KE_PASSIVE_LEVEL)
		return "the function must be called at PASSIVE_LEVEL (0)";
	if (level != KE_DISPATCH_LEVEL)
		return "the function may not be called at this level";
	return exactly ? "the function must be called at DISPATCH_LEVEL (2)"
		       : "the function must be called at DISPATCH_LEVEL (2) or below";
}
