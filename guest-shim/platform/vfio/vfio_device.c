/* SPDX-License-Identifier: MIT */
/*
 * vfio_device.c - registers, configuration space, reset
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "platform/vfio/vfio_private.h"

/* Return: the region's description with its capabilities, to be freed, or NULL. */
static struct vfio_region_info *get_region(int device, unsigned int index)
{
	struct vfio_region_info *info = NULL;
	uint32_t size = sizeof(*info);
	int attempt;

	for (attempt = 0; attempt < 2; attempt++) {
		free(info);
		info = calloc(1, size);
		if (!info)
			return NULL;
		info->argsz = size;
		info->index = index;
		if (ioctl(device, VFIO_DEVICE_GET_REGION_INFO, info) < 0)
			break;
		if (info->argsz <= size) {
			info->argsz = size;
			return info;
		}
		size = info->argsz;
	}
	free(info);
	return NULL;
}

/*
 * Whether one pointer can serve the whole region: a list of areas means that
 * the kernel wants to see accesses to the rest, which holds the MSI-X table.
 */
static bool is_mappable_whole(const struct vfio_region_info *info)
{
	struct {
		struct vfio_info_cap_header header;
		uint32_t areas;
		uint32_t reserved;
		struct vfio_region_sparse_mmap_area first;
	} sparse;

	if (!(info->flags & VFIO_REGION_INFO_FLAG_MMAP))
		return false;
	if (!(info->flags & VFIO_REGION_INFO_FLAG_CAPS))
		return true;
	if (!vfio_capability_find(info, info->argsz, info->cap_offset,
				  VFIO_REGION_INFO_CAP_SPARSE_MMAP))
		return true;
	return vfio_capability_copy(info, info->argsz, info->cap_offset,
				    VFIO_REGION_INFO_CAP_SPARSE_MMAP, &sparse, sizeof(sparse)) &&
	       sparse.areas == 1 && sparse.first.offset == 0 && sparse.first.size == info->size;
}

static void open_bar(struct vfio_platform *vfio, unsigned int index)
{
	struct vfio_region_info *info = get_region(vfio->device, index);
	struct vfio_bar *bar = &vfio->bars[index];
	uint32_t low = 0;
	uint32_t high = 0;
	void *pointer;

	if (!info || !info->size) {
		free(info);
		return;
	}
	bar->offset = info->offset;
	bar->readable = info->flags & VFIO_REGION_INFO_FLAG_READ;
	bar->writable = info->flags & VFIO_REGION_INFO_FLAG_WRITE;
	bar->description.size = info->size;
	vfio_device_config_read(&vfio->base, PCI_BASE_ADDRESS_0 + 4 * index, &low, sizeof(low));
	bar->description.is_io = low & PCI_BASE_ADDRESS_SPACE_IO;
	if (bar->description.is_io) {
		bar->description.bus_address = low & ~(uint32_t)3;
	} else {
		if ((low & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64)
			vfio_device_config_read(&vfio->base, PCI_BASE_ADDRESS_0 + 4 * index + 4,
						&high, sizeof(high));
		bar->description.bus_address = (uint64_t)high << 32 | (low & ~(uint32_t)0xf);
	}
	if (is_mappable_whole(info)) {
		pointer = mmap(NULL, info->size, PROT_READ | PROT_WRITE, MAP_SHARED, vfio->device,
			       (off_t)info->offset);
		/* In a child process the registers would keep the device open. */
		if (pointer != MAP_FAILED && madvise(pointer, info->size, MADV_DONTFORK) == 0)
			bar->description.pointer = pointer;
		else if (pointer != MAP_FAILED)
			munmap(pointer, info->size);
	}
	free(info);
}

static int open_config(struct vfio_platform *vfio, struct explanation *why)
{
	struct vfio_region_info *info = get_region(vfio->device, VFIO_PCI_CONFIG_REGION_INDEX);

	if (!info || !info->size) {
		free(info);
		return explain(why, -EIO, "VFIO shows no configuration space of PCI device %s",
			       vfio->address);
	}
	vfio->config_offset = info->offset;
	vfio->config_size = info->size;
	free(info);
	return 0;
}

static int change_command(struct vfio_platform *vfio, uint16_t clear, uint16_t set)
{
	uint16_t command = 0;
	int result = vfio_device_config_read(&vfio->base, PCI_COMMAND, &command, sizeof(command));

	if (result < 0)
		return result;
	command = (uint16_t)((command & ~clear) | set);
	return vfio_device_config_write(&vfio->base, PCI_COMMAND, &command, sizeof(command));
}

int vfio_device_open(struct vfio_platform *vfio, struct explanation *why)
{
	struct vfio_device_info info = {.argsz = sizeof(info)};
	unsigned int i;
	int result;

	if (ioctl(vfio->device, VFIO_DEVICE_GET_INFO, &info) < 0)
		return explain(why, -errno, "VFIO does not describe PCI device %s: %s",
			       vfio->address, strerror(errno));
	vfio->can_reset = info.flags & VFIO_DEVICE_FLAGS_RESET;
	result = open_config(vfio, why);
	if (result < 0)
		return result;
	if (vfio->can_reset && ioctl(vfio->device, VFIO_DEVICE_RESET) < 0)
		return explain(why, -errno, "cannot reset PCI device %s: %s", vfio->address,
			       strerror(errno));
	for (i = 0; i < VFIO_BARS; i++)
		open_bar(vfio, i);
	result = change_command(vfio, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	if (result < 0)
		return explain(why, result, "cannot enable bus mastering of PCI device %s: %s",
			       vfio->address, strerror(-result));
	return 0;
}

void vfio_device_quiesce(struct vfio_platform *vfio)
{
	if (vfio->device < 0 || !vfio->config_size)
		return;
	change_command(vfio, PCI_COMMAND_MASTER, 0);
	if (vfio->can_reset)
		ioctl(vfio->device, VFIO_DEVICE_RESET);
}

void vfio_device_close(struct vfio_platform *vfio)
{
	unsigned int i;

	for (i = 0; i < VFIO_BARS; i++) {
		struct platform_bar *bar = &vfio->bars[i].description;

		if (bar->pointer)
			munmap((void *)(uintptr_t)bar->pointer, bar->size);
		bar->pointer = NULL;
	}
	if (vfio->device >= 0)
		close(vfio->device);
	vfio->device = -1;
}

int vfio_device_bar(struct platform *p, unsigned int index, struct platform_bar *bar)
{
	if (index >= VFIO_BARS)
		return -EINVAL;
	*bar = vfio_platform_from(p)->bars[index].description;
	return 0;
}

static bool is_valid_access(const struct vfio_bar *bar, uint64_t offset, unsigned int width)
{
	return (width == 1 || width == 2 || width == 4 || width == 8) && offset % width == 0 &&
	       bar->description.size >= width && offset <= bar->description.size - width;
}

static void load(volatile void *registers, uint64_t offset, void *value, unsigned int width)
{
	volatile char *address = (volatile char *)registers + offset;

	if (width == 1)
		*(uint8_t *)value = *(volatile uint8_t *)address;
	else if (width == 2)
		*(uint16_t *)value = *(volatile uint16_t *)address;
	else if (width == 4)
		*(uint32_t *)value = *(volatile uint32_t *)address;
	else
		*(uint64_t *)value = *(volatile uint64_t *)address;
}

static void store(volatile void *registers, uint64_t offset, const void *value, unsigned int width)
{
	volatile char *address = (volatile char *)registers + offset;

	if (width == 1)
		*(volatile uint8_t *)address = *(const uint8_t *)value;
	else if (width == 2)
		*(volatile uint16_t *)address = *(const uint16_t *)value;
	else if (width == 4)
		*(volatile uint32_t *)address = *(const uint32_t *)value;
	else
		*(volatile uint64_t *)address = *(const uint64_t *)value;
}

int vfio_device_bar_read(struct platform *p, unsigned int index, uint64_t offset, void *value,
			 unsigned int width)
{
	struct vfio_platform *vfio = vfio_platform_from(p);
	const struct vfio_bar *bar;

	memset(value, 0xff, width <= sizeof(uint64_t) ? width : 0);
	if (index >= VFIO_BARS || !is_valid_access(&vfio->bars[index], offset, width))
		return -EINVAL;
	bar = &vfio->bars[index];
	if (bar->description.pointer) {
		load(bar->description.pointer, offset, value, width);
		return 0;
	}
	if (!bar->readable ||
	    pread(vfio->device, value, width, (off_t)(bar->offset + offset)) != (ssize_t)width) {
		memset(value, 0xff, width);
		return -EIO;
	}
	return 0;
}

int vfio_device_bar_write(struct platform *p, unsigned int index, uint64_t offset,
			  const void *value, unsigned int width)
{
	struct vfio_platform *vfio = vfio_platform_from(p);
	const struct vfio_bar *bar;

	if (index >= VFIO_BARS || !is_valid_access(&vfio->bars[index], offset, width))
		return -EINVAL;
	bar = &vfio->bars[index];
	if (bar->description.pointer) {
		store(bar->description.pointer, offset, value, width);
		return 0;
	}
	if (!bar->writable ||
	    pwrite(vfio->device, value, width, (off_t)(bar->offset + offset)) != (ssize_t)width)
		return -EIO;
	return 0;
}

static unsigned int clip(const struct vfio_platform *vfio, unsigned int offset, unsigned int length)
{
	if (offset >= vfio->config_size)
		return 0;
	return length < vfio->config_size - offset ? length
						   : (unsigned int)(vfio->config_size - offset);
}

int vfio_device_config_read(struct platform *p, unsigned int offset, void *value,
			    unsigned int length)
{
	struct vfio_platform *vfio = vfio_platform_from(p);
	ssize_t done = pread(vfio->device, value, clip(vfio, offset, length),
			     (off_t)(vfio->config_offset + offset));

	return done < 0 ? -errno : (int)done;
}

int vfio_device_config_write(struct platform *p, unsigned int offset, const void *value,
			     unsigned int length)
{
	struct vfio_platform *vfio = vfio_platform_from(p);
	ssize_t done = pwrite(vfio->device, value, clip(vfio, offset, length),
			      (off_t)(vfio->config_offset + offset));

	return done < 0 ? -errno : (int)done;
}
