/* SPDX-License-Identifier: MIT */
/*
 * memory.h - what whoever frees memory of drivers asks of hal/
 */
#ifndef HAL_MEMORY_H
#define HAL_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/**
 * hal_forget_memory() - <= DISPATCH: [@va, @va + @length) is about to be freed
 * @call: the function that frees it, for the report.
 *
 * Ends mappings that policy cached keeps.  Return: false, and a violation, when a transfer
 * still uses part of it: the memory must not be freed.
 */
bool hal_forget_memory(const char *call, const void *va, size_t length);

#endif /* HAL_MEMORY_H */
