/* SPDX-License-Identifier: MIT */
/*
 * call_stack.h - where a thread is
 *
 * May be used in a signal handler: nothing here allocates.
 */
#ifndef CALL_STACK_H
#define CALL_STACK_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * call_stack() - addresses of the calling thread's functions, the innermost first
 *
 * Return: elements of @frames that were filled; the first is in the caller.
 */
unsigned int call_stack(void **frames, unsigned int capacity);

/**
 * call_stack_text() - an address in words: "sgnic.so: sgnic_send+0x42 (offset 0x1a42)"
 * @address: in a function.
 * @returns: it is where a call returns to, and the call, one byte before it, is what is meant.
 *
 * The offset is what addr2line takes.  Names of static functions are taken from the file of the object,
 * unless it is stripped.
 */
void call_stack_text(const void *address, bool returns, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* CALL_STACK_H */
