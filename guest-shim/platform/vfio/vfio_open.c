/* SPDX-License-Identifier: MIT */
/*
 * vfio_open.c - open a device, and close it in exactly the reverse order
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "platform/linux/memory.h"
#include "platform/vfio/vfio.h"
#include "platform/vfio/vfio_private.h"
#include "support/compiler.h"

static unsigned int logical_ranges(struct platform *p, struct logical_range *ranges,
				   unsigned int capacity)
{
	const struct vfio_platform *vfio = vfio_platform_from(p);
	bool physical = p->capabilities.physical;
	unsigned int count = physical ? vfio->physical_count : vfio->range_count;
	unsigned int i;

	for (i = 0; i < count && i < capacity; i++)
		ranges[i] = physical ? vfio->physical[i] : vfio->ranges[i];
	return count;
}

static void close_platform(struct platform *p)
{
	struct vfio_platform *vfio = vfio_platform_from(p);

	vfio_interrupt_disable(p);
	vfio_removal_watch(p, NULL, NULL);
	vfio_device_quiesce(vfio);
	vfio_fault_close(vfio);
	vfio_device_close(vfio);
	vfio_container_close(vfio);
	huge_pages_close(&vfio->huge_pages);
	free(vfio);
}

static const struct platform_ops operations = {
	.name = "vfio",
	.memory_allocate = linux_memory_allocate,
	.memory_free = linux_memory_free,
	.map = vfio_memory_map,
	.unmap = vfio_memory_unmap,
	.logical_ranges = logical_ranges,
	.frame_number = linux_memory_frame,
	.bar = vfio_device_bar,
	.bar_read = vfio_device_bar_read,
	.bar_write = vfio_device_bar_write,
	.config_read = vfio_device_config_read,
	.config_write = vfio_device_config_write,
	.interrupt_enable = vfio_interrupt_enable,
	.interrupt_rearm = vfio_interrupt_rearm,
	.interrupt_disable = vfio_interrupt_disable,
	.interrupt_kind = vfio_interrupt_kind,
	.next_fault = vfio_fault_next,
	.close = close_platform,
	.watch_removal = vfio_removal_watch,
	.use_physical = vfio_physical_use,
	.memory_at = vfio_physical_memory,
};

static void set_capabilities(struct vfio_platform *vfio)
{
	unsigned int i;

	vfio->base.capabilities.any_memory = true;
	vfio->base.capabilities.direct_registers = true;
	vfio->base.capabilities.reports_faults = vfio->kernel_log >= 0;
	for (i = 0; i < VFIO_BARS; i++) {
		const struct platform_bar *bar = &vfio->bars[i].description;

		if (bar->size && !bar->is_io && !bar->pointer)
			vfio->base.capabilities.direct_registers = false;
	}
}

static int open_steps(struct vfio_platform *vfio, const char *bdf, enum vfio_way way,
		      struct explanation *why)
{
	int result = pci_address_canonical(bdf, vfio->address, why);

	if (result == 0)
		result = vfio_check_device(&vfio->environment, vfio->address, &vfio->group_number,
					   why);
	if (result == 0)
		result = vfio_container_open(vfio, way, why);
	if (result == 0)
		result = vfio_ranges_read(vfio, why);
	if (result == 0)
		result = vfio_device_open(vfio, why);
	if (result == 0)
		vfio_fault_open(vfio);
	return result;
}

int vfio_platform_open_in(const struct vfio_environment *environment, const char *bdf,
			  enum vfio_way way, struct event_loop *loop, struct platform **out,
			  struct explanation *why)
{
	struct vfio_platform *vfio = calloc(1, sizeof(*vfio));
	int result;

	if (!vfio)
		return explain(why, -ENOMEM, "out of memory while opening PCI device %s", bdf);
	vfio->base.ops = &operations;
	vfio->base.loop = loop;
	vfio->environment = *environment;
	vfio->container = -1;
	vfio->group = -1;
	vfio->device = -1;
	vfio->kernel_log = -1;
	vfio->interrupt.event = -1;
	vfio->removal.event = -1;
	result = open_steps(vfio, bdf, way, why);
	if (result < 0) {
		close_platform(&vfio->base);
		return result;
	}
	set_capabilities(vfio);
	*out = &vfio->base;
	return 0;
}

SHIM_EXPORT int vfio_platform_open(const char *bdf, enum vfio_way way, struct event_loop *loop,
				   struct platform **out, char *error, size_t error_size)
{
	const struct vfio_environment environment = {
		.sysfs = sysfs_of_this_machine(),
		.dev = "/dev/vfio",
		.iommufd = "/dev/iommu",
		.proc = "/proc",
	};
	struct explanation why = {.text = error, .size = error_size};

	return vfio_platform_open_in(&environment, bdf, way, loop, out, &why);
}

SHIM_EXPORT const char *vfio_platform_way(struct platform *p)
{
	return vfio_platform_from(p)->container_ops->name;
}
