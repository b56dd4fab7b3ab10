/* SPDX-License-Identifier: MIT */
/*
 * obstacle.c - what can go wrong below the library, made to happen
 */
#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "obstacle.h"

/* The wrapped functions cannot be told of an object, so there is one obstacle in a program. */
static const struct platform_ops *below;
static enum obstacle refused = OBSTACLES;
static unsigned int left;
static bool was_refused;
static bool is_gone;
static uint64_t changed_register;
static uint32_t changed_zeros;
static uint32_t changed_ones;

const char *obstacle_name(enum obstacle kind)
{
	static const char *const names[] = {"heap", "memory", "map", "interrupt"};

	return names[kind];
}

static bool refuse(enum obstacle kind)
{
	if (kind != refused || left--)
		return false;
	refused = OBSTACLES;
	was_refused = true;
	errno = ENOMEM;
	return true;
}

void obstacle_refuse(enum obstacle kind, unsigned int successes)
{
	left = successes;
	was_refused = false;
	refused = kind;
}

bool obstacle_end(void)
{
	refused = OBSTACLES;
	return was_refused;
}

void obstacle_set_gone(bool gone)
{
	is_gone = gone;
}

void obstacle_set_bits(uint64_t offset, uint32_t zeros, uint32_t ones)
{
	changed_register = offset;
	changed_zeros = zeros;
	changed_ones = ones;
}

/* ---- the heap ----------------------------------------------------------------------------- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
	return refuse(OBSTACLE_HEAP) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return refuse(OBSTACLE_HEAP) ? NULL : __real_calloc(count, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return refuse(OBSTACLE_HEAP) ? NULL : __real_aligned_alloc(alignment, size);
}

/* ---- the platform ------------------------------------------------------------------------- */

static int memory_allocate(struct platform *p, size_t length, void **va)
{
	return refuse(OBSTACLE_MEMORY) ? -ENOMEM : below->memory_allocate(p, length, va);
}

static int map(struct platform *p, logical_t logical, void *va, size_t length,
	       enum platform_access access)
{
	return refuse(OBSTACLE_MAP) ? -ENOSPC : below->map(p, logical, va, length, access);
}

static int interrupt_enable(struct platform *p, enum platform_interrupt kind,
			    platform_interrupt_handler handler, void *context)
{
	return refuse(OBSTACLE_INTERRUPT) ? -ENODEV
					  : below->interrupt_enable(p, kind, handler, context);
}

static int bar_read(struct platform *p, unsigned int index, uint64_t offset, void *value,
		    unsigned int width)
{
	uint32_t changed;
	int result;

	if (is_gone) {
		memset(value, 0xff, width);
		return 0;
	}
	result = below->bar_read(p, index, offset, value, width);
	if (offset == changed_register && width == sizeof(changed)) {
		memcpy(&changed, value, sizeof(changed));
		changed = (changed & ~changed_zeros) | changed_ones;
		memcpy(value, &changed, sizeof(changed));
	}
	return result;
}

static int bar_write(struct platform *p, unsigned int index, uint64_t offset, const void *value,
		     unsigned int width)
{
	return is_gone ? 0 : below->bar_write(p, index, offset, value, width);
}

static int config_read(struct platform *p, unsigned int offset, void *value, unsigned int length)
{
	if (!is_gone)
		return below->config_read(p, offset, value, length);
	memset(value, 0xff, length);
	return (int)length;
}

static int config_write(struct platform *p, unsigned int offset, const void *value,
			unsigned int length)
{
	return is_gone ? (int)length : below->config_write(p, offset, value, length);
}

static int port_read(struct platform *p, uint16_t port, void *value, unsigned int width)
{
	if (!is_gone)
		return below->port_read(p, port, value, width);
	memset(value, 0xff, width);
	return 0;
}

static int port_write(struct platform *p, uint16_t port, const void *value, unsigned int width)
{
	return is_gone ? 0 : below->port_write(p, port, value, width);
}

void obstacle_install(struct platform *platform)
{
	static struct platform_ops between;

	below = platform->ops;
	between = *below;
	between.memory_allocate = memory_allocate;
	between.map = map;
	between.interrupt_enable = interrupt_enable;
	between.bar_read = bar_read;
	between.bar_write = bar_write;
	between.config_read = config_read;
	between.config_write = config_write;
	between.port_read = port_read;
	between.port_write = port_write;
	platform->ops = &between;
	obstacle_end();
	obstacle_set_gone(false);
	obstacle_set_bits(0, 0, 0);
}
