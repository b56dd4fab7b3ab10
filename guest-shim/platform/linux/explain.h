/* SPDX-License-Identifier: MIT */
/*
 * explain.h - one message per failure
 *
 * Functions that talk to the kernel on behalf of a user return -errno for the
 * program and write one complete message for the person: what was tried, what
 * is wrong with it, what to do.  No newline at the end; long messages are cut.
 */
#ifndef PLATFORM_LINUX_EXPLAIN_H
#define PLATFORM_LINUX_EXPLAIN_H

#include <stddef.h>

/** EXPLAIN_SIZE - bytes that hold every message of this directory and of vfio/. */
#define EXPLAIN_SIZE 2048

/**
 * struct explanation - where the message goes
 * @text: may be NULL when nobody wants to know.
 * @size: bytes of @text.
 */
struct explanation {
	char *text;
	size_t size;
};

/**
 * explain() - write the message
 * @code: -errno to return.
 *
 * Return: @code, so that a failing function can end with it.
 */
int explain(struct explanation *explanation, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* PLATFORM_LINUX_EXPLAIN_H */
