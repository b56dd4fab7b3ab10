/* SPDX-License-Identifier: MIT */
/*
 * isa_open.c - open an ISA device, and close it in exactly the reverse order
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <unistd.h>

#include "platform/isa/isa_private.h"
#include "platform/linux/isa_resources.h"
#include "platform/linux/memory.h"
#include "support/compiler.h"

/* ---- memory ------------------------------------------------------------------------------- */

static int map_region(struct isa_platform *isa, struct explanation *why)
{
	int result = isa_reserved_find(&isa->environment, &isa->region, why);
	void *va;

	if (result < 0)
		return result;
	/* Without O_SYNC: cached, as all of a PC's memory, which its DMA keeps coherent. */
	va = mmap(NULL, isa->region.length, PROT_READ | PROT_WRITE, MAP_SHARED, isa->file,
		  (off_t)isa->region.start);
	if (va == MAP_FAILED)
		return explain(why, -errno,
			       "%s does not give the reserved memory at 0x%llx: %s; is the kernel "
			       "locked down, as it is with secure boot?",
			       isa->environment.memory, (unsigned long long)isa->region.start,
			       strerror(errno));
	isa->region_va = va;
	return 0;
}

static int low_memory(struct platform *p, size_t length, void **va, uint32_t *physical)
{
	const struct isa_platform *isa = isa_platform_from(p);

	if (!length || length & PLATFORM_PAGE_MASK)
		return -EINVAL;
	if (!isa->region_va)
		return -ENOTSUP;
	if (length > isa->region.length)
		return -ENOSPC;
	*va = isa->region_va;
	*physical = (uint32_t)isa->region.start;
	return 0;
}

static int frame_number(struct platform *p, const void *va, frame_t *frame)
{
	const struct isa_platform *isa = isa_platform_from(p);
	uintptr_t offset = (uintptr_t)va - (uintptr_t)isa->region_va;

	if (!isa->region_va || offset >= isa->region.length)
		return linux_memory_frame(p, va, frame);
	frame->number = (isa->region.start + offset) >> PLATFORM_PAGE_SHIFT;
	return 0;
}

/* ---- there is no IOMMU and no configuration space ----------------------------------------- */

static int map(struct platform *p, logical_t logical, void *va, size_t length,
	       enum platform_access access)
{
	return -ENOTSUP;
}

static int64_t unmap(struct platform *p, logical_t logical, size_t length)
{
	return -ENOTSUP;
}

static unsigned int logical_ranges(struct platform *p, struct logical_range *ranges,
				   unsigned int capacity)
{
	return 0;
}

static int next_fault(struct platform *p, struct platform_fault *fault)
{
	return -ENOTSUP;
}

static int config_read(struct platform *p, unsigned int offset, void *value, unsigned int length)
{
	return 0;
}

static int config_write(struct platform *p, unsigned int offset, const void *value,
			unsigned int length)
{
	return 0;
}

/* ---- interrupt ---------------------------------------------------------------------------- */

static bool look(void *context)
{
	struct isa_platform *isa = context;

	isa->looking = true;
	isa->claimed = false;
	isa->handler(isa->context);
	isa->looking = false;
	return isa->claimed;
}

static int interrupt_enable(struct platform *p, enum platform_interrupt kind,
			    platform_interrupt_handler handler, void *context)
{
	struct isa_platform *isa = isa_platform_from(p);
	int result;

	if (isa->enabled)
		return -EBUSY;
	if (kind != PLATFORM_INTERRUPT_AUTO && kind != PLATFORM_INTERRUPT_INTX)
		return -ENODEV;
	isa->handler = handler;
	isa->context = context;
	result = poll_timer_start(&isa->timer, p->loop, look, isa);
	isa->enabled = result == 0;
	return result;
}

static void interrupt_rearm(struct platform *p)
{
	isa_platform_from(p)->claimed = true;
}

static void interrupt_disable(struct platform *p)
{
	poll_timer_stop(&isa_platform_from(p)->timer);
	isa_platform_from(p)->enabled = false;
}

static enum platform_interrupt interrupt_kind(struct platform *p)
{
	return isa_platform_from(p)->enabled ? PLATFORM_INTERRUPT_INTX : PLATFORM_INTERRUPT_AUTO;
}

/* ---- life --------------------------------------------------------------------------------- */

static const struct platform_isa *resources_of(struct platform *p)
{
	return &isa_platform_from(p)->resources;
}

static void close_platform(struct platform *p)
{
	struct isa_platform *isa = isa_platform_from(p);

	interrupt_disable(p);
	if (isa->region_va)
		munmap(isa->region_va, isa->region.length);
	isa_ports_forbid(isa);
	if (isa->file >= 0)
		close(isa->file);
	free(isa);
}

static const struct platform_ops operations = {
	.name = "isa",
	.memory_allocate = linux_memory_allocate,
	.memory_free = linux_memory_free,
	.map = map,
	.unmap = unmap,
	.logical_ranges = logical_ranges,
	.frame_number = frame_number,
	.bar = isa_bar,
	.bar_read = isa_bar_read,
	.bar_write = isa_bar_write,
	.config_read = config_read,
	.config_write = config_write,
	.interrupt_enable = interrupt_enable,
	.interrupt_rearm = interrupt_rearm,
	.interrupt_disable = interrupt_disable,
	.interrupt_kind = interrupt_kind,
	.next_fault = next_fault,
	.close = close_platform,
	.port_read = isa_port_read,
	.port_write = isa_port_write,
	.low_memory = low_memory,
	.isa = resources_of,
};

static int open_memory(struct isa_platform *isa, struct explanation *why)
{
	isa->file = open(isa->environment.memory, O_RDWR | O_CLOEXEC);
	if (isa->file >= 0)
		return 0;
	return explain(why, -errno,
		       "cannot open %s: %s; it takes root, and a kernel that is not "
		       "locked down, as it is with secure boot",
		       isa->environment.memory, strerror(errno));
}

static int open_steps(struct isa_platform *isa, struct explanation *why)
{
	unsigned int kernel_channels;
	int result = isa_resources_check(&isa->resources, why);

	if (result == 0)
		result = open_memory(isa, why);
	if (result == 0)
		result = isa_conflict_check(isa, &kernel_channels, why);
	if (result == 0)
		result = isa_conflict_lock(isa, why);
	if (result == 0 && isa_uses_dma(isa))
		result = map_region(isa, why);
	if (result == 0)
		result = isa_ports_permit(isa, why);
	if (result == 0)
		isa_ports_mask(isa, kernel_channels);
	return result;
}

int isa_platform_open_in(const struct isa_environment *environment,
			 const struct platform_isa *resources, struct event_loop *loop,
			 struct platform **out, struct explanation *why)
{
	struct isa_platform *isa = calloc(1, sizeof(*isa));
	int result;

	if (!isa)
		return explain(why, -ENOMEM, "out of memory while opening the ISA device at 0x%x",
			       resources->port);
	isa->base.ops = &operations;
	isa->base.loop = loop;
	isa->base.capabilities.polls_interrupt = true;
	isa->environment = *environment;
	isa->resources = *resources;
	isa->file = -1;
	poll_timer_init(&isa->timer);
	result = open_steps(isa, why);
	if (result < 0) {
		close_platform(&isa->base);
		return result;
	}
	*out = &isa->base;
	return 0;
}

static void put(uint16_t port, uint8_t value)
{
	outb(value, port);
}

SHIM_EXPORT int isa_platform_open(const struct platform_isa *resources, struct event_loop *loop,
				  struct platform **out, char *error, size_t error_size)
{
	const struct isa_environment environment = {
		.proc = "/proc",
		.memory = "/dev/mem",
		.permit = ioperm,
		.put = put,
	};
	struct explanation why = {.text = error, .size = error_size};

	return isa_platform_open_in(&environment, resources, loop, out, &why);
}
