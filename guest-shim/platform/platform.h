/* SPDX-License-Identifier: MIT */
/*
 * platform.h - the only seam between the shim and the world
 *
 * Everything above this header (dma/, mm/, ke/, ndis/, hal/) reaches memory,
 * device and interrupts through the functions declared here and includes no
 * Linux or QEMU header.  A platform is one device: a PCI device on one IOMMU context,
 * or an ISA device, which reaches memory through the system DMA controller only:
 *
 *   vfio    a device bound to vfio-pci in a Linux guest; the kernel programs
 *           the IOMMU (iommufd or type1v2)
 *   isa     an ISA device in a Linux guest (docs/isa.md)
 *   qtest   a PCI or ISA device of a QEMU that this process starts; the platform
 *           programs VT-d itself (docs/qtest-platform.md)
 *   fake    in-process: records every mapping, checks every access, injects
 *           failures; for unit tests
 *
 * Three kinds of address exist and each has its own type, so that the compiler
 * refuses to mix them:
 *
 *   void *          virtual address of this process
 *   logical_t       what the device puts on the bus: the I/O virtual address
 *   frame_t         number of a page frame of (guest-)physical memory
 *
 * Return convention: 0 or a count on success, -errno on failure, everywhere.
 * Thread model: a platform belongs to the thread that runs its event loop; no
 * function here may be called from two threads at once.
 */
#ifndef PLATFORM_H
#define PLATFORM_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PLATFORM_PAGE_SHIFT	12
#define PLATFORM_PAGE_SIZE	((size_t)1 << PLATFORM_PAGE_SHIFT)
#define PLATFORM_PAGE_MASK	(PLATFORM_PAGE_SIZE - 1)

/** logical_t - a device ("logical", I/O virtual) address in bytes. */
typedef struct logical {
	uint64_t value;
} logical_t;

/** frame_t - a page-frame number of physical memory, in units of pages. */
typedef struct frame {
	uint64_t number;
} frame_t;

/**
 * enum platform_access - what the device may do with a mapping.
 *
 * A transmit buffer (WriteToDevice TRUE) is READ by the device.  The IOMMU
 * enforces it: a device write to a mapping without DEVICE_WRITES faults.
 */
enum platform_access {
	PLATFORM_DEVICE_READS = 1,
	PLATFORM_DEVICE_WRITES = 2,
	PLATFORM_DEVICE_BOTH = 3,
};

/** struct logical_range - usable device addresses, both ends inclusive. */
struct logical_range {
	uint64_t first;
	uint64_t last;
};

/**
 * struct platform_bar - one base address register; of an ISA device, BAR 0 is its ports
 * @size: bytes decoded; 0 when the register is not implemented.
 * @bus_address: address programmed in the register, as the bus sees it.
 * @is_io: true for port I/O, false for memory.
 * @pointer: CPU pointer to the registers, or NULL when every access must go
 *	through platform_bar_read() and platform_bar_write().
 */
struct platform_bar {
	uint64_t size;
	uint64_t bus_address;
	bool is_io;
	volatile void *pointer;
};

#define PLATFORM_ISA_NO_DMA 0xffu

/**
 * struct platform_isa - the resources of an ISA device, which nobody but its owner knows
 * @port, @ports: first I/O port, and how many there are.
 * @irq: interrupt line, 3-7, 9-12, 14 or 15; edge triggered.
 * @dma: channel of the system DMA controller, 0-3 or 5-7; or PLATFORM_ISA_NO_DMA.
 */
struct platform_isa {
	uint32_t port;
	uint32_t ports;
	uint32_t irq;
	uint32_t dma;
};

/** enum platform_interrupt - how the device signals; AUTO takes the first that works, in this order. */
enum platform_interrupt {
	PLATFORM_INTERRUPT_AUTO,
	PLATFORM_INTERRUPT_MSIX,
	PLATFORM_INTERRUPT_MSI,
	PLATFORM_INTERRUPT_INTX,
};

/**
 * struct platform_fault - one DMA access the IOMMU refused
 * @address: logical address of the access.
 * @is_write: the device tried to write.
 * @text: the report in the words of its origin (kernel message, fault record).
 */
struct platform_fault {
	logical_t address;
	bool is_write;
	char text[200];
};

/**
 * struct platform_capabilities - what callers must know to choose a policy
 * @any_memory: platform_map() accepts any memory of the process; if false only
 *	memory of the platform can be mapped: that for which platform_frame_number() succeeds.
 * @direct_registers: memory BARs have a pointer.
 * @reports_faults: platform_next_fault() can return records.
 * @polls_interrupt: the platform does not learn of interrupts: it calls the handler from time to
 *	time, and soon again after platform_interrupt_rearm().
 * @map_limit: mappings that may exist at once; 0 when there is no known limit.
 * @physical: logical addresses are physical ones, see platform_use_physical().
 */
struct platform_capabilities {
	bool any_memory;
	bool direct_registers;
	bool reports_faults;
	bool polls_interrupt;
	uint32_t map_limit;
	bool physical;
};

struct platform;

/** platform_interrupt_handler - called from the event loop, once per wake-up, with the context given at enable time. */
typedef void (*platform_interrupt_handler)(void *context);

/**
 * platform_removal_handler - called from the event loop when the device is asked back
 * @gone: it is no longer there: its registers and configuration space read as ones.
 */
typedef void (*platform_removal_handler)(void *context, bool gone);

/**
 * struct platform_ops - what an implementation provides
 *
 * Each member is documented at the wrapper of the same name below.  All
 * members are mandatory but those of the last three groups: a platform that does not learn that its
 * device is asked back or gone leaves the first of them NULL, one without ISA devices the second,
 * one that does not know physical addresses the third.
 */
struct platform_ops {
	const char *name;
	int (*memory_allocate)(struct platform *p, size_t length, void **va);
	void (*memory_free)(struct platform *p, void *va, size_t length);
	int (*map)(struct platform *p, logical_t logical, void *va, size_t length,
		   enum platform_access access);
	int64_t (*unmap)(struct platform *p, logical_t logical, size_t length);
	unsigned int (*logical_ranges)(struct platform *p, struct logical_range *ranges,
				       unsigned int capacity);
	int (*frame_number)(struct platform *p, const void *va, frame_t *frame);
	int (*bar)(struct platform *p, unsigned int index, struct platform_bar *bar);
	int (*bar_read)(struct platform *p, unsigned int index, uint64_t offset, void *value,
			unsigned int width);
	int (*bar_write)(struct platform *p, unsigned int index, uint64_t offset,
			 const void *value, unsigned int width);
	int (*config_read)(struct platform *p, unsigned int offset, void *value,
			   unsigned int length);
	int (*config_write)(struct platform *p, unsigned int offset, const void *value,
			    unsigned int length);
	int (*interrupt_enable)(struct platform *p, enum platform_interrupt kind,
				platform_interrupt_handler handler, void *context);
	void (*interrupt_rearm)(struct platform *p);
	void (*interrupt_disable)(struct platform *p);
	enum platform_interrupt (*interrupt_kind)(struct platform *p);
	int (*next_fault)(struct platform *p, struct platform_fault *fault);
	void (*close)(struct platform *p);

	int (*watch_removal)(struct platform *p, platform_removal_handler handler, void *context);

	int (*port_read)(struct platform *p, uint16_t port, void *value, unsigned int width);
	int (*port_write)(struct platform *p, uint16_t port, const void *value,
			  unsigned int width);
	int (*low_memory)(struct platform *p, size_t length, void **va, uint32_t *physical);
	const struct platform_isa *(*isa)(struct platform *p);

	int (*use_physical)(struct platform *p, char *error, size_t error_size);
	void *(*memory_at)(struct platform *p, logical_t logical);
};

/**
 * struct platform - head of every implementation's object
 * @ops: never NULL.
 * @capabilities: constant after creation, but for platform_use_physical().
 * @loop: event loop that delivers this device's interrupts.
 */
struct platform {
	const struct platform_ops *ops;
	struct platform_capabilities capabilities;
	struct event_loop *loop;
};

/**
 * platform_memory_allocate() - memory that platform_map() accepts
 * @length: bytes, a multiple of PLATFORM_PAGE_SIZE, not 0.
 * @va: out: page-aligned, zeroed, resident until freed.
 *
 * Return: 0, -EINVAL for a bad length, -ENOMEM.
 */
static inline int platform_memory_allocate(struct platform *p, size_t length, void **va)
{
	return p->ops->memory_allocate(p, length, va);
}

/** platform_memory_free() - give memory back; it must not be mapped any more.  Same length as allocated. */
static inline void platform_memory_free(struct platform *p, void *va, size_t length)
{
	p->ops->memory_free(p, va, length);
}

/**
 * platform_map() - let the device reach [va, va + length) at [logical, logical + length)
 * @logical: page aligned, in one of platform_logical_ranges().
 * @va: page aligned; must stay allocated until unmapped.
 * @length: bytes, a multiple of the page size.
 * @access: enforced by the IOMMU.
 *
 * The same memory may be mapped at several logical addresses.
 *
 * Return: 0; -EINVAL misaligned or outside the ranges; -EEXIST part of the
 * logical range is mapped already (nothing changes); -ENOSPC mapping limit;
 * -ENOMEM.
 */
static inline int platform_map(struct platform *p, logical_t logical, void *va, size_t length,
			       enum platform_access access)
{
	return p->ops->map(p, logical, va, length, access);
}

/**
 * platform_unmap() - end every mapping inside [logical, logical + length)
 *
 * The range must cover whole earlier mappings.  On return the device can no
 * longer reach the memory.
 *
 * Return: bytes that really were unmapped - a caller that expected another
 * number has found a bug and must not carry on - or -errno.
 */
static inline int64_t platform_unmap(struct platform *p, logical_t logical, size_t length)
{
	return p->ops->unmap(p, logical, length);
}

/**
 * platform_logical_ranges() - device addresses that can be mapped
 * @ranges: out, ascending, the x86 message window 0xfee00000-0xfeefffff excluded.
 * @capacity: elements in @ranges.
 *
 * Return: ranges that exist (may be more than @capacity).
 */
static inline unsigned int platform_logical_ranges(struct platform *p,
						   struct logical_range *ranges,
						   unsigned int capacity)
{
	return p->ops->logical_ranges(p, ranges, capacity);
}

/**
 * platform_frame_number() - the physical page behind a virtual address
 * @va: any address inside a resident page.
 *
 * Return: 0; -EFAULT not resident; -EPERM the platform may not tell.
 */
static inline int platform_frame_number(struct platform *p, const void *va, frame_t *frame)
{
	return p->ops->frame_number(p, va, frame);
}

/** platform_bar() - describe base address register @index (0-5).  Return: 0 or -EINVAL. */
static inline int platform_bar(struct platform *p, unsigned int index, struct platform_bar *bar)
{
	return p->ops->bar(p, index, bar);
}

/**
 * platform_bar_read() - one register read through the platform
 * @offset: bytes from the start of the BAR, naturally aligned.
 * @value: out, @width bytes in CPU byte order.
 * @width: 1, 2, 4 or 8 bytes.
 *
 * Return: 0; -EINVAL outside the BAR or bad width; -EIO.  On failure @value
 * is filled with ones, as a bus would.
 */
static inline int platform_bar_read(struct platform *p, unsigned int index, uint64_t offset,
				    void *value, unsigned int width)
{
	return p->ops->bar_read(p, index, offset, value, width);
}

/** platform_bar_write() - one register write; see platform_bar_read(). */
static inline int platform_bar_write(struct platform *p, unsigned int index, uint64_t offset,
				     const void *value, unsigned int width)
{
	return p->ops->bar_write(p, index, offset, value, width);
}

/** platform_config_read() - bytes of PCI configuration space.  Return: bytes read (may be short) or -errno. */
static inline int platform_config_read(struct platform *p, unsigned int offset, void *value,
				       unsigned int length)
{
	return p->ops->config_read(p, offset, value, length);
}

/** platform_config_write() - see platform_config_read(). */
static inline int platform_config_write(struct platform *p, unsigned int offset,
					const void *value, unsigned int length)
{
	return p->ops->config_write(p, offset, value, length);
}

/**
 * platform_interrupt_enable() - deliver the device's interrupt to @handler
 * @kind: which mechanism; AUTO tries MSI-X, MSI, INTx.  Vector 0 is used.
 *
 * Return: 0; -ENODEV the device lacks @kind; -EBUSY already enabled; -errno.
 */
static inline int platform_interrupt_enable(struct platform *p, enum platform_interrupt kind,
					    platform_interrupt_handler handler, void *context)
{
	return p->ops->interrupt_enable(p, kind, handler, context);
}

/**
 * platform_interrupt_rearm() - the handler has quietened the device
 *
 * INTx is level triggered and stays masked by the platform from the moment it
 * is delivered until this call.  No effect for messages.  With polls_interrupt: the device
 * did want something, so it is worth while to look at it soon.
 */
static inline void platform_interrupt_rearm(struct platform *p)
{
	p->ops->interrupt_rearm(p);
}

/** platform_interrupt_disable() - no handler call after return.  Harmless when not enabled. */
static inline void platform_interrupt_disable(struct platform *p)
{
	p->ops->interrupt_disable(p);
}

/** platform_interrupt_kind() - the mechanism in use; AUTO when none is enabled. */
static inline enum platform_interrupt platform_interrupt_kind(struct platform *p)
{
	return p->ops->interrupt_kind(p);
}

/** platform_isa() - resources of the ISA device, valid as long as the platform; NULL: a PCI device. */
static inline const struct platform_isa *platform_isa(struct platform *p)
{
	return p->ops->isa ? p->ops->isa(p) : NULL;
}

/** platform_next_fault() - take the oldest unread IOMMU fault.  Return: 1 taken, 0 none, -ENOTSUP. */
static inline int platform_next_fault(struct platform *p, struct platform_fault *fault)
{
	return p->ops->next_fault(p, fault);
}

/**
 * platform_watch_removal() - call @handler when the machine asks the device back, or has lost it
 * @handler: NULL: not any more; no call after return.  Replaces an earlier one.
 *
 * Somebody unplugs the device, or takes it from its driver.  Whoever asks waits until
 * platform_close(), and may ask again meanwhile.  A device that was not asked back may be gone.
 *
 * Return: 0; -ENOTSUP the platform does not learn of it; -errno.
 */
static inline int platform_watch_removal(struct platform *p, platform_removal_handler handler,
					 void *context)
{
	return p->ops->watch_removal ? p->ops->watch_removal(p, handler, context) : -ENOTSUP;
}

/**
 * platform_port_read() - read an I/O port of the machine, outside any BAR
 * @value: out, @width bytes in CPU byte order.
 * @width: 1, 2 or 4 bytes.
 *
 * For ISA devices and the system DMA controller.  Return: 0; -ENOTSUP the platform
 * has no ports; -EACCES the port is not the platform's; -EINVAL bad width; -EIO.
 */
static inline int platform_port_read(struct platform *p, uint16_t port, void *value,
				     unsigned int width)
{
	return p->ops->port_read ? p->ops->port_read(p, port, value, width) : -ENOTSUP;
}

/** platform_port_write() - see platform_port_read(). */
static inline int platform_port_write(struct platform *p, uint16_t port, const void *value,
				      unsigned int width)
{
	return p->ops->port_write ? p->ops->port_write(p, port, value, width) : -ENOTSUP;
}

/**
 * platform_low_memory() - memory that the system DMA controller can reach
 * @length: bytes, a multiple of PLATFORM_PAGE_SIZE.
 * @va: out: page aligned; belongs to the platform and lives as long as it.
 * @physical: out: physical address, below 16 MiB; the memory is contiguous from there on.
 *
 * The 8237 does not go through the IOMMU: this address is what it puts on the bus.
 * Every call tells the same memory, the first @length bytes of all that there are; hal/ divides it up.
 * Return: 0; -ENOTSUP; -ENOSPC less is reserved below 16 MiB; -EINVAL.
 */
static inline int platform_low_memory(struct platform *p, size_t length, void **va,
				      uint32_t *physical)
{
	return p->ops->low_memory ? p->ops->low_memory(p, length, va, physical) : -ENOTSUP;
}

/**
 * platform_use_physical() - from now on every logical address is the physical one
 * @error: out, on failure: one complete message that says what to do, without newline.  May be NULL.
 * @error_size: bytes of @error.
 *
 * For a device that bypasses the IOMMU: it puts on the bus what memory has as its address.
 * To be called once, before anything is mapped and interrupts are enabled.  The platform sets
 * memory aside, until it is closed: platform_logical_ranges() are from then on the physical
 * addresses of that memory, each range contiguous in virtual space too, and platform_memory_at()
 * gives the memory.  platform_map() still has to be called, for the device may be behind the
 * IOMMU; only that memory may be mapped, and only at its own address.
 *
 * Return: 0; -ENOTSUP no platform of this kind can, @error is left as it was; -EPERM it may not see
 * physical addresses; -ENOMEM; -ENOSPC the IOMMU does not translate these addresses; -errno.
 */
static inline int platform_use_physical(struct platform *p, char *error, size_t error_size)
{
	return p->ops->use_physical ? p->ops->use_physical(p, error, error_size) : -ENOTSUP;
}

/**
 * platform_memory_at() - the memory at a physical address, with capabilities.physical
 * @logical: in one of platform_logical_ranges().
 *
 * Not zeroed.  Return: the memory; NULL outside the ranges.
 */
static inline void *platform_memory_at(struct platform *p, logical_t logical)
{
	return p->ops->memory_at(p, logical);
}

/**
 * platform_close() - stop DMA and interrupts, end all mappings, free @p
 *
 * The device is given back to where it came from.
 */
static inline void platform_close(struct platform *p)
{
	p->ops->close(p);
}

#ifdef __cplusplus
}
#endif

#endif /* PLATFORM_H */
