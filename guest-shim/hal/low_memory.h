/* SPDX-License-Identifier: MIT */
/*
 * low_memory.h - who has which part of the memory reserved below 16 MiB
 */
#ifndef HAL_LOW_MEMORY_H
#define HAL_LOW_MEMORY_H

#include "platform/platform.h"

/**
 * low_memory_take() - PASSIVE: whole pages
 * @boundary: a power of two whose multiples the memory does not cross.
 *
 * Return: 0; -ENOSPC; -ENOTSUP the platform has none; -ENOMEM.
 */
int low_memory_take(struct platform *platform, uint32_t length, uint32_t boundary, void **va,
		    uint32_t *physical);

/** low_memory_give() - @va as taken. */
void low_memory_give(struct platform *platform, void *va);

/** low_memory_physical() - address on the bus of memory inside one taken part; 0 when it is not. */
uint32_t low_memory_physical(struct platform *platform, const void *va, uint32_t length);

#endif /* HAL_LOW_MEMORY_H */
