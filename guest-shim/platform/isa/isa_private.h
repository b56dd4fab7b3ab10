/* SPDX-License-Identifier: MIT */
/*
 * isa_private.h - what the files of this directory share
 *
 *	isa_open.c      order of opening and closing, table of operations
 *	isa_ports.c     permission for ports, access to them; forgotten channels
 *	isa_conflict.c  who else has the resources
 *	isa_reserved.c  memory below 16 MiB
 */
#ifndef PLATFORM_ISA_ISA_PRIVATE_H
#define PLATFORM_ISA_ISA_PRIVATE_H

#include "platform/isa/isa.h"
#include "platform/linux/explain.h"
#include "platform/linux/poll_timer.h"

/**
 * struct isa_environment - the machine, which a test replaces
 * @proc: "/proc".
 * @memory: "/dev/mem".
 * @permit: ioperm(2).
 * @put: write a byte to a port that was permitted.
 */
struct isa_environment {
	const char *proc;
	const char *memory;
	int (*permit)(unsigned long first, unsigned long count, int on);
	void (*put)(uint16_t port, uint8_t value);
};

/**
 * struct isa_region - memory that the kernel does not use
 * @start: physical address, page aligned.
 * @length: bytes, whole pages; 0: there is none.
 */
struct isa_region {
	uint64_t start;
	uint64_t length;
};

/**
 * struct isa_platform - one open device
 * @file: @environment.memory, -1 when closed; it carries the locks, too.
 * @region, @region_va: low memory; NULL: none.
 * @timer: polls while the interrupt is enabled.
 * @looking: the handler runs; @claimed: it has rearmed the interrupt.
 */
struct isa_platform {
	struct platform base;
	struct isa_environment environment;
	struct platform_isa resources;
	int file;
	struct isa_region region;
	void *region_va;
	struct poll_timer timer;
	platform_interrupt_handler handler;
	void *context;
	bool enabled;
	bool looking;
	bool claimed;
};

static inline struct isa_platform *isa_platform_from(struct platform *p)
{
	return (struct isa_platform *)p;
}

/** isa_uses_dma() - the device has a channel of the system DMA controller. */
static inline bool isa_uses_dma(const struct isa_platform *isa)
{
	return isa->resources.dma != PLATFORM_ISA_NO_DMA;
}

/** isa_platform_open_in() - isa_platform_open() on another machine than this one. */
int isa_platform_open_in(const struct isa_environment *environment,
			 const struct platform_isa *resources, struct event_loop *loop,
			 struct platform **out, struct explanation *why);

/* ---- isa_ports.c ------------------------------------------------------------------------- */

/** isa_ports_permit() - have this thread use the device's ports, and the DMA controller's with a
 * channel.  Return: 0; -errno, explained. */
int isa_ports_permit(struct isa_platform *isa, struct explanation *why);

/** isa_ports_mask() - end transfers that a killed process has left on channels that the kernel has
 * not in @kernel_channels, a bit for each: they would go to memory that is somebody else's now. */
void isa_ports_mask(struct isa_platform *isa, unsigned int kernel_channels);

/** isa_ports_forbid() - give the permission back; may be called after a partial permit. */
void isa_ports_forbid(struct isa_platform *isa);

int isa_port_read(struct platform *p, uint16_t port, void *value, unsigned int width);
int isa_port_write(struct platform *p, uint16_t port, const void *value, unsigned int width);
int isa_bar(struct platform *p, unsigned int index, struct platform_bar *bar);
int isa_bar_read(struct platform *p, unsigned int index, uint64_t offset, void *value,
		 unsigned int width);
int isa_bar_write(struct platform *p, unsigned int index, uint64_t offset, const void *value,
		  unsigned int width);

/* ---- isa_conflict.c ---------------------------------------------------------------------- */

/**
 * isa_conflict_check() - whether a driver of the kernel has a port or the channel
 * @kernel_channels: out: DMA channels that drivers of the kernel have, a bit for each.
 *
 * Return: 0; -EBUSY; -errno; explained.
 */
int isa_conflict_check(const struct isa_platform *isa, unsigned int *kernel_channels,
		       struct explanation *why);

/** isa_conflict_lock() - keep other processes that use this library away, until @file is closed.
 * Return: 0; -EBUSY; -errno; explained. */
int isa_conflict_lock(const struct isa_platform *isa, struct explanation *why);

/* ---- isa_reserved.c ---------------------------------------------------------------------- */

/**
 * isa_reserved_find() - the largest part of memory from 1 MiB to 16 MiB that the command line
 * reserves
 *
 * Return: 0; -ENOSPC none, or the kernel uses it all the same; -errno; explained.
 */
int isa_reserved_find(const struct isa_environment *environment, struct isa_region *region,
		      struct explanation *why);

#endif /* PLATFORM_ISA_ISA_PRIVATE_H */
