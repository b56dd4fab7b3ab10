/* SPDX-License-Identifier: MIT */
/*
 * interposer.c - see interposer.h
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "interposer.h"

static struct interposer *of(struct platform *p)
{
	return (struct interposer *)(void *)((char *)(uintptr_t)p->ops -
					     offsetof(struct interposer, ops));
}

/* Counts down to the one call that fails. */
static bool fails(int *successes)
{
	if (*successes < 0)
		return false;
	return (*successes)-- == 0;
}

static int memory_allocate(struct platform *p, size_t length, void **va)
{
	struct interposer *i = of(p);
	int result;

	if (fails(&i->memory_successes))
		return -ENOMEM;
	result = i->real->memory_allocate(p, length, va);
	i->allocations += result == 0;
	return result;
}

static void memory_free(struct platform *p, void *va, size_t length)
{
	of(p)->allocations--;
	of(p)->real->memory_free(p, va, length);
}

static int map(struct platform *p, logical_t logical, void *va, size_t length,
	       enum platform_access access)
{
	struct interposer *i = of(p);
	size_t done;
	int result;

	if (fails(&i->map_successes))
		return -ENOSPC;
	result = i->real->map(p, logical, va, length, access);
	if (result)
		return result;
	for (done = 0; done < length; done += PLATFORM_PAGE_SIZE)
		g_hash_table_insert(i->memory,
				    GSIZE_TO_POINTER((logical.value + done) >> PLATFORM_PAGE_SHIFT),
				    (char *)va + done);
	i->mappings = g_hash_table_size(i->memory);
	return 0;
}

static int64_t unmap(struct platform *p, logical_t logical, size_t length)
{
	struct interposer *i = of(p);
	int64_t result = i->real->unmap(p, logical, length);
	size_t done;

	for (done = 0; result > 0 && done < length; done += PLATFORM_PAGE_SIZE)
		g_hash_table_remove(i->memory, GSIZE_TO_POINTER((logical.value + done) >>
								PLATFORM_PAGE_SHIFT));
	i->mappings = g_hash_table_size(i->memory);
	return result;
}

static int bar(struct platform *p, unsigned int index, struct platform_bar *description)
{
	int result = of(p)->real->bar(p, index, description);

	if (of(p)->no_bars)
		memset(description, 0, sizeof(*description));
	return result;
}

static int bar_read(struct platform *p, unsigned int index, uint64_t offset, void *value,
		    unsigned int width)
{
	struct interposer *i = of(p);
	uint32_t number = 0;
	int result;

	if (i->is_gone) {
		memset(value, 0xff, width);
		return 0;
	}
	result = i->real->bar_read(p, index, offset, value, width);
	if (result || !i->on_read || width > sizeof(number))
		return result;
	memcpy(&number, value, width);
	i->on_read(i->context, index, offset, width, &number);
	memcpy(value, &number, width);
	return 0;
}

static int bar_write(struct platform *p, unsigned int index, uint64_t offset, const void *value,
		     unsigned int width)
{
	struct interposer *i = of(p);
	uint32_t number = 0;

	if (i->is_gone)
		return 0;
	if (i->on_write && width <= sizeof(number)) {
		memcpy(&number, value, width);
		if (!i->on_write(i->context, index, offset, width, number))
			return 0;
	}
	return i->real->bar_write(p, index, offset, value, width);
}

static int config_read(struct platform *p, unsigned int offset, void *value, unsigned int length)
{
	if (!of(p)->is_gone)
		return of(p)->real->config_read(p, offset, value, length);
	memset(value, 0xff, length);
	return (int)length;
}

static int config_write(struct platform *p, unsigned int offset, const void *value,
			unsigned int length)
{
	if (of(p)->is_gone)
		return (int)length;
	return of(p)->real->config_write(p, offset, value, length);
}

static void on_interrupt(void *context)
{
	struct interposer *i = context;

	if (!i->is_gone)
		i->handler(i->handler_context);
}

static int interrupt_enable(struct platform *p, enum platform_interrupt kind,
			    platform_interrupt_handler handler, void *context)
{
	struct interposer *i = of(p);

	if (fails(&i->interrupt_successes))
		return -ENODEV;
	i->handler = handler;
	i->handler_context = context;
	return i->real->interrupt_enable(p, kind, on_interrupt, i);
}

void interposer_remove(struct interposer *interposer, bool is_gone)
{
	interposer->is_gone = is_gone;
	/* Nobody rearms an interrupt that was not delivered. */
	if (!is_gone)
		interposer->real->interrupt_rearm(interposer->platform);
}

void interposer_attach(struct interposer *interposer, struct platform *platform)
{
	memset(interposer, 0, sizeof(*interposer));
	interposer->platform = platform;
	interposer->real = platform->ops;
	interposer->ops = *platform->ops;
	interposer->ops.memory_allocate = memory_allocate;
	interposer->ops.memory_free = memory_free;
	interposer->ops.map = map;
	interposer->ops.unmap = unmap;
	interposer->ops.bar = bar;
	interposer->ops.bar_read = bar_read;
	interposer->ops.bar_write = bar_write;
	interposer->ops.config_read = config_read;
	interposer->ops.config_write = config_write;
	interposer->ops.interrupt_enable = interrupt_enable;
	interposer->memory_successes = -1;
	interposer->map_successes = -1;
	interposer->interrupt_successes = -1;
	interposer->memory = g_hash_table_new(NULL, NULL);
	platform->ops = &interposer->ops;
}

void interposer_detach(struct interposer *interposer)
{
	g_assert_cmpuint(interposer->allocations, ==, 0);
	g_assert_cmpuint(interposer->mappings, ==, 0);
	g_hash_table_destroy(interposer->memory);
	interposer->platform->ops = interposer->real;
}

void *interposer_memory(const struct interposer *interposer, uint64_t logical)
{
	char *page = g_hash_table_lookup(interposer->memory,
					 GSIZE_TO_POINTER(logical >> PLATFORM_PAGE_SHIFT));

	g_assert_nonnull(page);
	return page + (logical & PLATFORM_PAGE_MASK);
}
