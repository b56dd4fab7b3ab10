/* SPDX-License-Identifier: MIT */
#include "platform/fake/fake_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define BAR0_ADDRESS	0xfe000000u

/* ---- mappings ----------------------------------------------------------------------------- */

static bool in_ranges(struct fake_platform *f, uint64_t first, uint64_t length)
{
	for (unsigned int i = 0; i < f->range_count; i++) {
		if (first >= f->ranges[i].first && first <= f->ranges[i].last &&
		    f->ranges[i].last - first >= length - 1)
			return true;
	}
	return false;
}

static int fake_map(struct platform *p, logical_t logical, void *va, size_t length,
		    enum platform_access access)
{
	struct fake_platform *f = fake(p);
	struct fake_mapping *mapping;
	int result;

	if (!length || (logical.value | (uintptr_t)va | length) & PLATFORM_PAGE_MASK ||
	    !in_ranges(f, logical.value, length) || !access)
		return -EINVAL;
	for (mapping = f->mappings; mapping; mapping = mapping->next) {
		if (logical.value < mapping->first + mapping->length &&
		    mapping->first < logical.value + length)
			return -EEXIST;
	}
	if (!fake_may_map(f, va, length))
		return -EINVAL;
	result = fake_fails(&f->map_failure);
	if (!result && p->capabilities.map_limit && f->counts.mappings == p->capabilities.map_limit)
		result = -ENOSPC;
	if (result)
		return result;
	mapping = malloc(sizeof(*mapping));
	if (!mapping)
		return -ENOMEM;
	*mapping = (struct fake_mapping){f->mappings, logical.value, length, va, access};
	f->mappings = mapping;
	f->counts.maps++;
	f->counts.mappings++;
	f->counts.mapped_pages += length >> PLATFORM_PAGE_SHIFT;
	return 0;
}

static int64_t fake_unmap(struct platform *p, logical_t logical, size_t length)
{
	struct fake_platform *f = fake(p);
	uint64_t last = logical.value + length - 1;
	struct fake_mapping **link = &f->mappings;
	int64_t unmapped = 0;

	for (struct fake_mapping *m = f->mappings; m; m = m->next) {
		uint64_t m_last = m->first + m->length - 1;

		if (m_last < logical.value || m->first > last)
			continue;
		if (m->first < logical.value || m_last > last)
			return -EINVAL;
	}
	while (*link) {
		struct fake_mapping *m = *link;

		if (m->first < logical.value || m->first > last) {
			link = &m->next;
			continue;
		}
		*link = m->next;
		unmapped += (int64_t)m->length;
		f->counts.mappings--;
		f->counts.mapped_pages -= m->length >> PLATFORM_PAGE_SHIFT;
		free(m);
	}
	f->counts.unmaps++;
	unmapped -= (int64_t)f->short_unmap;
	f->short_unmap = 0;
	return unmapped;
}

static unsigned int fake_logical_ranges(struct platform *p, struct logical_range *ranges,
					unsigned int capacity)
{
	struct fake_platform *f = fake(p);

	for (unsigned int i = 0; i < f->range_count && i < capacity; i++)
		ranges[i] = f->ranges[i];
	return f->range_count;
}

/* ---- the device's side --------------------------------------------------------------------- */

static struct fake_mapping *find(struct fake_platform *f, uint64_t logical)
{
	struct fake_mapping *m = f->mappings;

	while (m && (logical < m->first || logical - m->first >= m->length))
		m = m->next;
	return m;
}

static int refuse(struct fake_platform *f, uint64_t logical, bool is_write)
{
	struct platform_fault fault = {.address = {logical}, .is_write = is_write};

	snprintf(fault.text, sizeof(fault.text), "fake: device %s at 0x%llx refused",
		 is_write ? "write" : "read", (unsigned long long)logical);
	if (f->fault_count < MAX_FAULTS)
		f->faults[f->fault_count++] = fault;
	return -EFAULT;
}

static int device_access(struct platform *p, uint64_t logical, unsigned char *buffer,
			 size_t length, bool is_write)
{
	struct fake_platform *f = fake(p);
	int needed = is_write ? PLATFORM_DEVICE_WRITES : PLATFORM_DEVICE_READS;

	while (length) {
		struct fake_mapping *m = find(f, logical);
		size_t piece = PLATFORM_PAGE_SIZE - (logical & PLATFORM_PAGE_MASK);
		unsigned char *memory;

		if (!m || !((int)m->access & needed))
			return refuse(f, logical, is_write);
		if (piece > length)
			piece = length;
		memory = m->va + (logical - m->first);
		if (is_write)
			memcpy(memory, buffer, piece);
		else
			memcpy(buffer, memory, piece);
		logical += piece;
		buffer += piece;
		length -= piece;
	}
	return 0;
}

int fake_device_read(struct platform *p, logical_t logical, void *buffer, size_t length)
{
	return device_access(p, logical.value, buffer, length, false);
}

int fake_device_write(struct platform *p, logical_t logical, const void *buffer, size_t length)
{
	return device_access(p, logical.value, (unsigned char *)buffer, length, true);
}

bool fake_is_mapped(struct platform *p, logical_t logical)
{
	return find(fake(p), logical.value) != NULL;
}

static int fake_next_fault(struct platform *p, struct platform_fault *fault)
{
	struct fake_platform *f = fake(p);

	if (!f->fault_count)
		return 0;
	*fault = f->faults[0];
	f->fault_count--;
	memmove(f->faults, f->faults + 1, f->fault_count * sizeof(f->faults[0]));
	return 1;
}

/* ---- registers and configuration space ----------------------------------------------------- */

static int fake_bar(struct platform *p, unsigned int index, struct platform_bar *bar)
{
	if (index > 5)
		return -EINVAL;
	*bar = (struct platform_bar){0};
	if (index == 0) {
		bar->size = FAKE_BAR_SIZE;
		bar->bus_address = BAR0_ADDRESS;
		bar->pointer = p->capabilities.direct_registers ? fake(p)->registers : NULL;
	}
	return 0;
}

static bool bad_access(unsigned int index, uint64_t offset, unsigned int width)
{
	return index != 0 || (width != 1 && width != 2 && width != 4 && width != 8) ||
	       offset >= FAKE_BAR_SIZE || offset % width;
}

static int fake_bar_read(struct platform *p, unsigned int index, uint64_t offset, void *value,
			 unsigned int width)
{
	struct fake_platform *f = fake(p);
	uint64_t read;

	if (bad_access(index, offset, width)) {
		memset(value, 0xff, width <= 8 ? width : 8);
		return -EINVAL;
	}
	if (!f->device.read) {
		memcpy(value, f->registers + offset, width);
		return 0;
	}
	read = f->device.read(f->device.context, index, offset, width);
	memcpy(value, &read, width);
	return 0;
}

static int fake_bar_write(struct platform *p, unsigned int index, uint64_t offset,
			  const void *value, unsigned int width)
{
	struct fake_platform *f = fake(p);
	uint64_t written = 0;

	if (bad_access(index, offset, width))
		return -EINVAL;
	memcpy(&written, value, width);
	if (f->device.write)
		f->device.write(f->device.context, index, offset, written, width);
	else
		memcpy(f->registers + offset, value, width);
	return 0;
}

static int fake_config_read(struct platform *p, unsigned int offset, void *value,
			    unsigned int length)
{
	if (offset >= CONFIG_SIZE)
		return 0;
	if (length > CONFIG_SIZE - offset)
		length = CONFIG_SIZE - offset;
	memcpy(value, fake(p)->config + offset, length);
	return (int)length;
}

static int fake_config_write(struct platform *p, unsigned int offset, const void *value,
			     unsigned int length)
{
	if (offset >= CONFIG_SIZE)
		return 0;
	if (length > CONFIG_SIZE - offset)
		length = CONFIG_SIZE - offset;
	memcpy(fake(p)->config + offset, value, length);
	return (int)length;
}

/* ---- interrupts ---------------------------------------------------------------------------- */

static void deliver(void *context)
{
	struct fake_platform *f = context;
	uint64_t count;

	if (read(f->interrupt, &count, sizeof(count)) != sizeof(count) || !f->handler)
		return;
	if (f->kind == PLATFORM_INTERRUPT_INTX)
		f->masked = true;
	f->counts.interrupts_delivered++;
	f->handler(f->handler_context);
}

static int fake_interrupt_enable(struct platform *p, enum platform_interrupt kind,
				 platform_interrupt_handler handler, void *context)
{
	struct fake_platform *f = fake(p);

	if (f->handler)
		return -EBUSY;
	f->source = event_loop_add(p->loop, f->interrupt, deliver, f);
	if (!f->source)
		return -errno;
	f->kind = kind == PLATFORM_INTERRUPT_AUTO ? PLATFORM_INTERRUPT_MSIX : kind;
	f->handler = handler;
	f->handler_context = context;
	f->masked = false;
	return 0;
}

static void signal_interrupt(struct fake_platform *f)
{
	uint64_t one = 1;

	if (write(f->interrupt, &one, sizeof(one)) != sizeof(one))
		abort();
}

static void fake_interrupt_rearm(struct platform *p)
{
	struct fake_platform *f = fake(p);

	f->counts.rearms++;
	f->masked = false;
	if (f->raised_while_masked) {
		f->raised_while_masked = false;
		signal_interrupt(f);
	}
}

void fake_raise_interrupt(struct platform *p)
{
	struct fake_platform *f = fake(p);

	if (f->masked)
		f->raised_while_masked = true;
	else
		signal_interrupt(f);
}

static void fake_interrupt_disable(struct platform *p)
{
	struct fake_platform *f = fake(p);

	if (f->source)
		event_loop_remove(p->loop, f->source);
	f->source = NULL;
	f->handler = NULL;
	f->kind = PLATFORM_INTERRUPT_AUTO;
}

static enum platform_interrupt fake_interrupt_kind(struct platform *p)
{
	return fake(p)->kind;
}

static int fake_watch_removal(struct platform *p, platform_removal_handler handler, void *context)
{
	struct fake_platform *f = fake(p);

	f->removal_handler = handler;
	f->removal_context = context;
	return 0;
}

void fake_ask_back(struct platform *p, bool gone)
{
	struct fake_platform *f = fake(p);

	if (f->removal_handler)
		f->removal_handler(f->removal_context, gone);
}

/* ---- life ----------------------------------------------------------------------------------- */

static void fake_close(struct platform *p)
{
	struct fake_platform *f = fake(p);

	fake_interrupt_disable(p);
	while (f->mappings) {
		struct fake_mapping *next = f->mappings->next;

		free(f->mappings);
		f->mappings = next;
	}
	close(f->interrupt);
	fake_memory_close(f);
	free(f->low_memory);
	free(f);
}

static const struct platform_ops fake_ops = {
	.name = "fake",
	.memory_allocate = fake_memory_allocate,
	.memory_free = fake_memory_free,
	.map = fake_map,
	.unmap = fake_unmap,
	.logical_ranges = fake_logical_ranges,
	.frame_number = fake_frame_number,
	.bar = fake_bar,
	.bar_read = fake_bar_read,
	.bar_write = fake_bar_write,
	.config_read = fake_config_read,
	.config_write = fake_config_write,
	.interrupt_enable = fake_interrupt_enable,
	.interrupt_rearm = fake_interrupt_rearm,
	.interrupt_disable = fake_interrupt_disable,
	.interrupt_kind = fake_interrupt_kind,
	.next_fault = fake_next_fault,
	.close = fake_close,
	.watch_removal = fake_watch_removal,
	.port_read = fake_port_read,
	.port_write = fake_port_write,
	.low_memory = fake_low_memory,
	.use_physical = fake_use_physical,
	.memory_at = fake_memory_at,
};

struct platform *fake_platform_create(struct event_loop *loop, const struct fake_device *device,
				      bool direct_registers)
{
	static const struct logical_range ranges[] = {
		{0, 0xfedfffff},
		{0xfef00000, ((uint64_t)1 << 39) - 1},
	};
	static const unsigned char header[] = {
		0xf4, 0x1a, 0xf0, 0x10, 0x06, 0x00, 0x10, 0x00, 0x01, 0x00, 0x00, 0x02,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xfe,
	};
	struct fake_platform *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->interrupt = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (f->interrupt < 0) {
		free(f);
		return NULL;
	}
	f->platform.ops = &fake_ops;
	f->platform.loop = loop;
	f->platform.capabilities = (struct platform_capabilities){
		.any_memory = true,
		.direct_registers = direct_registers,
		.reports_faults = true,
	};
	if (device)
		f->device = *device;
	memcpy(f->config, header, sizeof(header));
	f->config[0x2c] = 0xf4;
	f->config[0x2d] = 0x1a;
	f->config[0x3c] = 11;
	f->config[0x3d] = 1;
	fake_set_ranges(&f->platform, ranges, 2);
	return &f->platform;
}

void fake_set_ranges(struct platform *p, const struct logical_range *ranges, unsigned int count)
{
	struct fake_platform *f = fake(p);

	f->range_count = count < MAX_RANGES ? count : MAX_RANGES;
	memcpy(f->ranges, ranges, f->range_count * sizeof(*ranges));
}

void fake_fail_map(struct platform *p, unsigned int successes, int error)
{
	fake(p)->map_failure = (struct injected_failure){true, successes, error};
}

void fake_limit_mappings(struct platform *p, uint32_t limit)
{
	p->capabilities.map_limit = limit;
}

void fake_short_unmap(struct platform *p, size_t missing)
{
	fake(p)->short_unmap = missing;
}

unsigned char *fake_config(struct platform *p)
{
	return fake(p)->config;
}

const struct fake_counts *fake_counts(struct platform *p)
{
	return &fake(p)->counts;
}
