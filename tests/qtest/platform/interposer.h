/* SPDX-License-Identifier: MIT */
/*
 * interposer.h - a platform whose calls a test looks at, changes or refuses
 *
 * It sits on a real platform: the device is QEMU's, and what is not changed here is done by it.
 * With it any driver can meet a device that is gone, registers that lie, and a lack of memory.
 */
#ifndef TESTS_QTEST_PLATFORM_INTERPOSER_H
#define TESTS_QTEST_PLATFORM_INTERPOSER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "platform/platform.h"

/**
 * struct interposer - set by the test, but for the counters
 * @is_gone: by interposer_remove().
 * @on_read: may change what was read.  NULL: nothing.
 * @on_write: false: the write is lost.  NULL: none is.
 * @context: for both.
 * @memory_successes, @map_successes, @interrupt_successes: so many allocations, mappings or
 *	enabled interrupts more succeed, the next fails, once; -1: none fails.
 * @no_bars: base address registers have no size.
 * @allocations, @mappings: alive.
 */
struct interposer {
	struct platform_ops ops;
	const struct platform_ops *real;
	struct platform *platform;
	bool is_gone;
	bool no_bars;
	void (*on_read)(void *context, unsigned int index, uint64_t offset, unsigned int width,
			uint32_t *value);
	bool (*on_write)(void *context, unsigned int index, uint64_t offset, unsigned int width,
			 uint32_t value);
	void *context;
	int memory_successes;
	int map_successes;
	int interrupt_successes;
	unsigned int allocations;
	unsigned int mappings;
	GHashTable *memory;
	platform_interrupt_handler handler;
	void *handler_context;
};

/** interposer_attach() - from now on, until interposer_detach(). */
void interposer_attach(struct interposer *interposer, struct platform *platform);

/** interposer_detach() - the platform is as before; nothing is allocated or mapped any more. */
void interposer_detach(struct interposer *interposer);

/** interposer_remove() - the device is gone: registers and configuration space read as ones, writes
 * are lost, and there are no interrupts; or it is back. */
void interposer_remove(struct interposer *interposer, bool is_gone);

/** interposer_memory() - what is mapped at @logical, as this process sees it; fails when nothing is. */
void *interposer_memory(const struct interposer *interposer, uint64_t logical);

#endif /* TESTS_QTEST_PLATFORM_INTERPOSER_H */
