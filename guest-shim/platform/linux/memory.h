/* SPDX-License-Identifier: MIT */
/*
 * memory.h - memory of this process that stays where it is
 */
#ifndef PLATFORM_LINUX_MEMORY_H
#define PLATFORM_LINUX_MEMORY_H

#include "platform/platform.h"

/** linux_memory_allocate() - platform_memory_allocate(): locked, not shared with children. */
int linux_memory_allocate(struct platform *p, size_t length, void **va);

/** linux_memory_free() - platform_memory_free(). */
void linux_memory_free(struct platform *p, void *va, size_t length);

/** linux_memory_frame() - platform_frame_number(), for any memory of the process. */
int linux_memory_frame(struct platform *p, const void *va, frame_t *frame);

#endif /* PLATFORM_LINUX_MEMORY_H */
