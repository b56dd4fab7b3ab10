/* SPDX-License-Identifier: MIT */
/*
 * vfio_private.h - what the files of this directory share
 *
 *	vfio_open.c        order of opening and closing, table of operations
 *	vfio_diagnose.c    why a device cannot be opened, in words
 *	vfio_container.c   which way to the IOMMU
 *	container_type1.c  the IOMMU by a VFIO container
 *	container_iommufd.c, iommufd_abi.h
 *	                   the IOMMU by an iommufd
 *	vfio_mappings.c    an index of mappings
 *	vfio_capability.c  capabilities behind information blocks
 *	vfio_ranges.c      logical addresses that can be mapped
 *	vfio_memory.c      mappings
 *	vfio_device.c      registers, configuration space, reset
 *	vfio_interrupt.c   interrupts
 *	vfio_removal.c     the kernel asks the device back
 *	vfio_fault.c       reports of refused accesses
 */
#ifndef PLATFORM_VFIO_VFIO_PRIVATE_H
#define PLATFORM_VFIO_VFIO_PRIVATE_H

#include <linux/vfio.h>

#include "platform/linux/huge_pages.h"
#include "platform/event_loop.h"
#include "platform/linux/explain.h"
#include "platform/linux/pci_device.h"
#include "platform/linux/sysfs.h"
#include "platform/platform.h"
#include "platform/vfio/vfio.h"

#define VFIO_DRIVER    "vfio-pci"
#define VFIO_BARS      6
#define VFIO_RANGES    32
#define VFIO_NODE_SIZE 64

/**
 * struct vfio_environment - where to look; a test has trees of its own
 * @sysfs: device tree.
 * @dev: directory of the VFIO device nodes, "/dev/vfio".
 * @iommufd: node of iommufd, "/dev/iommu".
 * @proc: process directory, "/proc".
 */
struct vfio_environment {
	const struct sysfs *sysfs;
	const char *dev;
	const char *iommufd;
	const char *proc;
};

/**
 * struct vfio_bar - a BAR as this process reaches it
 * @description: for platform_bar().
 * @offset: of the region in the device's descriptor.
 * @readable, @writable: what the kernel allows.
 */
struct vfio_bar {
	struct platform_bar description;
	uint64_t offset;
	bool readable;
	bool writable;
};

/**
 * struct vfio_interrupt_state - the enabled interrupt
 * @kind: AUTO when none is enabled.
 * @event: eventfd the kernel signals, -1 when none.
 */
struct vfio_interrupt_state {
	enum platform_interrupt kind;
	int event;
	struct event_source *source;
	platform_interrupt_handler handler;
	void *context;
};

/**
 * struct vfio_removal_state - who is told that the device is asked back
 * @event: eventfd the kernel signals, -1 when nobody is told.
 */
struct vfio_removal_state {
	int event;
	struct event_source *source;
	platform_removal_handler handler;
	void *context;
};

struct vfio_platform;

/**
 * struct vfio_container_ops - a way to the IOMMU
 * @name: for people, and for the option that chooses it.
 * @open: get the IOMMU and open the device, @vfio->device.  Return: 0 or -errno, explained.
 * @close: after the device; may be called after a partial open.
 * @describe: fill ranges, as the kernel tells them, and map limit.  Return: 0 or -errno,
 *	explained.
 * @map: arguments are checked.  See platform_map().
 * @unmap: the same.  See platform_unmap().
 */
struct vfio_container_ops {
	const char *name;
	int (*open)(struct vfio_platform *vfio, struct explanation *why);
	void (*close)(struct vfio_platform *vfio);
	int (*describe)(struct vfio_platform *vfio, struct explanation *why);
	int (*map)(struct vfio_platform *vfio, logical_t logical, void *va, size_t length,
		   enum platform_access access);
	int64_t (*unmap)(struct vfio_platform *vfio, logical_t logical, size_t length);
};

extern const struct vfio_container_ops vfio_container_type1;
extern const struct vfio_container_ops vfio_container_iommufd;

/**
 * struct vfio_platform - one open device; descriptors are -1 when closed
 * @container_ops: NULL before one is chosen.
 * @container: descriptor of the container, or of the iommufd.
 * @group: type 1 only.
 * @space_id, @mappings: iommufd only.
 * @huge_pages, @physical: with capabilities.physical: memory, and what of it can be mapped.
 * @can_reset: the kernel knows a way to reset the device.
 * @config_offset, @config_size: configuration space in the device's descriptor.
 * @kernel_log: /dev/kmsg, positioned at the time of the open.
 */
struct vfio_platform {
	struct platform base;
	struct vfio_environment environment;
	char address[PCI_ADDRESS_SIZE];
	int group_number;
	const struct vfio_container_ops *container_ops;
	int container;
	int group;
	uint32_t space_id;
	void *mappings;
	int device;
	bool can_reset;
	struct logical_range ranges[VFIO_RANGES];
	unsigned int range_count;
	struct huge_pages huge_pages;
	struct logical_range physical[HUGE_PAGES_MOST];
	unsigned int physical_count;
	struct vfio_bar bars[VFIO_BARS];
	uint64_t config_offset;
	uint64_t config_size;
	struct vfio_interrupt_state interrupt;
	struct vfio_removal_state removal;
	int kernel_log;
};

static inline struct vfio_platform *vfio_platform_from(struct platform *p)
{
	return (struct vfio_platform *)p;
}

/* ---- vfio_open.c ------------------------------------------------------------------------- */

/** vfio_platform_open_in() - vfio_platform_open() in a given environment. */
int vfio_platform_open_in(const struct vfio_environment *environment, const char *bdf,
			  enum vfio_way way, struct event_loop *loop, struct platform **out,
			  struct explanation *why);

/* ---- vfio_diagnose.c --------------------------------------------------------------------- */

/**
 * vfio_check_device() - all that can be known before anything is opened
 * @group: out: number of the IOMMU group.
 *
 * Return: 0; -ENODEV, -ENXIO, -ENOENT; explained.
 */
int vfio_check_device(const struct vfio_environment *environment, const char *address, int *group,
		      struct explanation *why);

/**
 * vfio_device_node() - the node a device can be opened by without its group
 * @name: out: below the directory of the nodes, "devices/vfio0".
 *
 * Return: 0; -ENOTSUP this kernel has none, explained.
 */
int vfio_device_node(const struct vfio_environment *environment, const char *address,
		     char name[VFIO_NODE_SIZE], struct explanation *why);

/** vfio_explain_container() - opening the container failed with @code.  Return: @code. */
int vfio_explain_container(const struct vfio_environment *environment, int code,
			   struct explanation *why);

/** vfio_explain_group() - opening the group failed with @code.  Return: @code. */
int vfio_explain_group(const struct vfio_environment *environment, int code, const char *address,
		       int group, struct explanation *why);

/** vfio_explain_not_viable() - other devices of the group belong to the kernel.  Return: -EBUSY. */
int vfio_explain_not_viable(const struct vfio_environment *environment, const char *address,
			    int group, struct explanation *why);

/** vfio_explain_no_type1() - the container offers no IOMMU driver.  Return: -ENOENT. */
int vfio_explain_no_type1(struct explanation *why);

/** vfio_explain_set_iommu() - choosing the IOMMU failed with @code.  Return: @code. */
int vfio_explain_set_iommu(int code, const char *address, struct explanation *why);

/** vfio_explain_iommufd() - opening the iommufd failed with @code.  Return: @code. */
int vfio_explain_iommufd(const struct vfio_environment *environment, int code,
			 struct explanation *why);

/** vfio_explain_node() - opening the device's node failed with @code.  Return: @code. */
int vfio_explain_node(const struct vfio_environment *environment, int code, const char *address,
		      const char *name, struct explanation *why);

/** vfio_explain_bind() - iommufd did not take the device.  Return: -EBUSY or @code. */
int vfio_explain_bind(const struct vfio_environment *environment, int code, const char *address,
		      int group, struct explanation *why);

/** vfio_explain_no_small_pages() - the IOMMU wants larger mappings.  Return: -ENOTSUP. */
int vfio_explain_no_small_pages(const char *address, struct explanation *why);

/* ---- vfio_container.c -------------------------------------------------------------------- */

/** vfio_open_node() - open @directory/@name, or @directory itself if @name is NULL.  Return:
 * descriptor or -errno. */
int vfio_open_node(const char *directory, const char *name);

/** vfio_container_open() - IOMMU and device of @vfio->address.  Return: 0 or -errno, explained. */
int vfio_container_open(struct vfio_platform *vfio, enum vfio_way way, struct explanation *why);

/** vfio_container_close() - after the device; may be called after a partial open. */
void vfio_container_close(struct vfio_platform *vfio);

/* ---- vfio_mappings.c --------------------------------------------------------------------- */

/**
 * vfio_mappings_add() - note a mapping
 * @root: the index; NULL when empty.
 *
 * Return: 0; -EEXIST it touches another; -ENOMEM.
 */
int vfio_mappings_add(void **root, uint64_t first, uint64_t last);

/** vfio_mappings_cut() - whether [first, last] holds a part of a mapping only. */
bool vfio_mappings_cut(void *const *root, uint64_t first, uint64_t last);

/** vfio_mappings_remove() - forget every mapping that touches [first, last]. */
void vfio_mappings_remove(void **root, uint64_t first, uint64_t last);

/** vfio_mappings_clear() - forget all. */
void vfio_mappings_clear(void **root);

/* ---- vfio_capability.c ------------------------------------------------------------------- */

/**
 * vfio_capability_find() - walk a chain of capabilities
 * @info: information block as the kernel filled it.
 * @size: bytes of @info.
 * @first: offset of the first capability, 0: none.
 *
 * Return: the capability, at least a header inside the block, or NULL.
 */
const struct vfio_info_cap_header *vfio_capability_find(const void *info, size_t size,
							uint32_t first, uint16_t id);

/**
 * vfio_capability_copy() - copy a capability out of its block
 * @copy: out: @length bytes of the capability, its header first.
 *
 * The kernel aligns capabilities to 4 bytes, their structures want 8: only a copy can be
 * used as a structure.
 *
 * Return: bytes from the start of the capability to the end of the block; 0 when there is no
 * such capability of @length bytes.
 */
size_t vfio_capability_copy(const void *info, size_t size, uint32_t first, uint16_t id, void *copy,
			    size_t length);

/* ---- vfio_ranges.c ----------------------------------------------------------------------- */

/**
 * vfio_ranges_exclude() - take a hole out of a list of ranges
 * @ranges: in and out, ascending.
 * @count: elements.
 * @capacity: elements that fit.
 *
 * Return: elements afterwards; a piece that no longer fits is dropped.
 */
unsigned int vfio_ranges_exclude(struct logical_range *ranges, unsigned int count,
				 unsigned int capacity, struct logical_range hole);

/** vfio_ranges_contain() - whether one range holds [first, last]. */
bool vfio_ranges_contain(const struct logical_range *ranges, unsigned int count, uint64_t first,
			 uint64_t last);

/** vfio_ranges_read() - ask the container; fills ranges, without the message window, and map limit.
 * Return: 0 or -errno, explained. */
int vfio_ranges_read(struct vfio_platform *vfio, struct explanation *why);

/* ---- vfio_memory.c ----------------------------------------------------------------------- */

int vfio_memory_map(struct platform *p, logical_t logical, void *va, size_t length,
		    enum platform_access access);
int64_t vfio_memory_unmap(struct platform *p, logical_t logical, size_t length);

/* ---- vfio_physical.c --------------------------------------------------------------------- */

int vfio_physical_use(struct platform *p, char *error, size_t error_size);
void *vfio_physical_memory(struct platform *p, logical_t logical);

/* ---- vfio_device.c ----------------------------------------------------------------------- */

/** vfio_device_open() - registers, bus mastering of the open device.  Return: 0 or -errno,
 * explained. */
int vfio_device_open(struct vfio_platform *vfio, struct explanation *why);

/** vfio_device_quiesce() - bus mastering off, reset; may be called after a partial open. */
void vfio_device_quiesce(struct vfio_platform *vfio);

/** vfio_device_close() - may be called after a partial open. */
void vfio_device_close(struct vfio_platform *vfio);

int vfio_device_bar(struct platform *p, unsigned int index, struct platform_bar *bar);
int vfio_device_bar_read(struct platform *p, unsigned int index, uint64_t offset, void *value,
			 unsigned int width);
int vfio_device_bar_write(struct platform *p, unsigned int index, uint64_t offset,
			  const void *value, unsigned int width);
int vfio_device_config_read(struct platform *p, unsigned int offset, void *value,
			    unsigned int length);
int vfio_device_config_write(struct platform *p, unsigned int offset, const void *value,
			     unsigned int length);

/* ---- vfio_interrupt.c -------------------------------------------------------------------- */

/**
 * vfio_interrupt_set_trigger() - what the kernel signals for an interrupt, or for an event like one
 * @index: VFIO_PCI_*_IRQ_INDEX.
 * @event: eventfd; -1: nothing any more.
 *
 * Return: 0 or -errno.
 */
int vfio_interrupt_set_trigger(const struct vfio_platform *vfio, uint32_t index, int event);

int vfio_interrupt_enable(struct platform *p, enum platform_interrupt kind,
			  platform_interrupt_handler handler, void *context);
void vfio_interrupt_rearm(struct platform *p);
void vfio_interrupt_disable(struct platform *p);
enum platform_interrupt vfio_interrupt_kind(struct platform *p);

/* ---- vfio_removal.c ---------------------------------------------------------------------- */

int vfio_removal_watch(struct platform *p, platform_removal_handler handler, void *context);

/* ---- vfio_fault.c ------------------------------------------------------------------------ */

/** vfio_fault_open() - start to listen; without permission the platform reports no faults. */
void vfio_fault_open(struct vfio_platform *vfio);
void vfio_fault_close(struct vfio_platform *vfio);
int vfio_fault_next(struct platform *p, struct platform_fault *fault);

#endif /* PLATFORM_VFIO_VFIO_PRIVATE_H */
