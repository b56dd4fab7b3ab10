/* SPDX-License-Identifier: MIT */
/*
 * log.h - messages for the person at the terminal
 *
 * One stream for the process, stderr until shim_log_to() names another.  Every
 * message is one line that begins with its level; continuation is never needed
 * because a message names the call, the value and the rule in itself.  Any IRQL,
 * any thread: a line is written with one call of the C library.
 */
#ifndef SUPPORT_LOG_H
#define SUPPORT_LOG_H

#include <stdarg.h>
#include <stdio.h>

#include "support/compiler.h"

/** enum log_level - how bad it is; also the order of importance. */
enum log_level {
	LOG_LEVEL_ERROR,   /* the call failed or a rule was broken */
	LOG_LEVEL_WARNING, /* it works, but not as the caller may believe */
	LOG_LEVEL_NOTICE,  /* something worth knowing happened */
	LOG_LEVEL_DEBUG,   /* the driver's own debug output */
};

/** log_message() - write one line; a newline at the end of the text is optional. */
void log_message(enum log_level level, const char *format, ...) PRINTF_FORMAT(2, 3);

/**
 * log_text() - write @length bytes as they are: the text of DbgPrint, which makes its own lines
 *
 * A line that it leaves open ends where the next message begins.
 */
void log_text(const char *text, size_t length);

#define log_error(...)	 log_message(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_message(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...)	 log_message(LOG_LEVEL_NOTICE, __VA_ARGS__)

#endif /* SUPPORT_LOG_H */
