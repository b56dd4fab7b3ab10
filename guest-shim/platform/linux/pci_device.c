/* SPDX-License-Identifier: MIT */
/*
 * pci_device.c - what the kernel knows about PCI devices
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/linux/pci_device.h"
#include "support/compiler.h"

/* Reads exactly @digits hexadecimal digits and the character @end after them. */
static const char *take_hexadecimal(const char *text, unsigned int digits, char end,
				    unsigned int *value)
{
	static const char digit_set[] = "0123456789abcdef0123456789ABCDEF";
	unsigned int i;

	*value = 0;
	for (i = 0; i < digits; i++) {
		const char *digit = text[i] ? strchr(digit_set, text[i]) : NULL;

		if (!digit)
			return NULL;
		*value = *value * 16 + (unsigned int)((digit - digit_set) % 16);
	}
	return text[digits] == end ? text + digits + (end != '\0') : NULL;
}

SHIM_EXPORT int pci_address_canonical(const char *text, char address[PCI_ADDRESS_SIZE],
				      struct explanation *why)
{
	unsigned int domain = 0;
	unsigned int bus;
	unsigned int device;
	unsigned int function;
	const char *rest = text;

	if (strlen(text) >= 5 && text[4] == ':')
		rest = take_hexadecimal(rest, 4, ':', &domain);
	if (rest)
		rest = take_hexadecimal(rest, 2, ':', &bus);
	if (rest)
		rest = take_hexadecimal(rest, 2, '.', &device);
	if (rest)
		rest = take_hexadecimal(rest, 1, '\0', &function);
	if (!rest)
		return explain(
			why, -EINVAL,
			"'%s' is no PCI address: write domain:bus:device.function in "
			"hexadecimal, like 0000:00:03.0 or 00:03.0 ('ndisrun list' shows them)",
			text);
	if (device > 0x1f || function > 7)
		return explain(why, -EINVAL,
			       "PCI address '%s' cannot exist: a device number is 00 to 1f and a "
			       "function number 0 to 7",
			       text);
	snprintf(address, PCI_ADDRESS_SIZE, "%04x:%02x:%02x.%x", domain & 0xffff, bus & 0xff,
		 device & 0x1f, function & 7);
	return 0;
}

struct interface_search {
	const struct sysfs *sysfs;
	struct pci_device *device;
};

/* The interface of a virtio NIC hangs below a virtio device: its path, not its parent, tells. */
static int append_interface(void *context, const char *name)
{
	const struct interface_search *search = context;
	struct pci_device *device = search->device;
	size_t used = strlen(device->interfaces);

	if (!sysfs_link_passes(search->sysfs, device->address, "class/net/%s", name))
		return 0;
	snprintf(device->interfaces + used, sizeof(device->interfaces) - used, "%s%s",
		 used ? " " : "", name);
	return 0;
}

static int read_identity(const struct sysfs *sysfs, struct pci_device *device)
{
	unsigned long value;
	int result;

	result = sysfs_read_number(sysfs, &value, "bus/pci/devices/%s/vendor", device->address);
	if (result < 0)
		return result;
	device->vendor = (uint16_t)value;
	result = sysfs_read_number(sysfs, &value, "bus/pci/devices/%s/device", device->address);
	if (result < 0)
		return result;
	device->device = (uint16_t)value;
	result = sysfs_read_number(sysfs, &value, "bus/pci/devices/%s/class", device->address);
	if (result < 0)
		return result;
	device->class_code = (uint32_t)value;
	return 0;
}

SHIM_EXPORT int pci_device_read(const struct sysfs *sysfs, const char *address,
				struct pci_device *device, struct explanation *why)
{
	struct interface_search search = {.sysfs = sysfs, .device = device};
	char group[16];
	int result;

	memset(device, 0, sizeof(*device));
	snprintf(device->address, sizeof(device->address), "%s", address);
	if (!sysfs_exists(sysfs, "bus/pci/devices/%s", address))
		return explain(
			why, -ENODEV,
			"there is no PCI device %s: 'ndisrun list' shows the network devices "
			"of this machine",
			address);
	result = read_identity(sysfs, device);
	if (result < 0)
		return explain(why, result, "cannot read the identity of PCI device %s from %s: %s",
			       address, sysfs->root, strerror(-result));
	sysfs_link(sysfs, device->driver, sizeof(device->driver), "bus/pci/devices/%s/driver",
		   address);
	sysfs_link(sysfs, device->iommu, sizeof(device->iommu), "bus/pci/devices/%s/iommu",
		   address);
	device->iommu_group = PCI_NO_IOMMU_GROUP;
	if (sysfs_link(sysfs, group, sizeof(group), "bus/pci/devices/%s/iommu_group", address) == 0)
		device->iommu_group = atoi(group);
	sysfs_visit(sysfs, "class/net", append_interface, &search);
	return 0;
}

struct visit {
	const struct sysfs *sysfs;
	int (*visit)(void *context, const struct pci_device *device);
	void *context;
};

static int visit_address(void *context, const char *name)
{
	struct visit *visit = context;
	struct pci_device device;

	/* A device that was unplugged since the directory was read is no error. */
	if (pci_device_read(visit->sysfs, name, &device, NULL) < 0)
		return 0;
	return visit->visit(visit->context, &device);
}

SHIM_EXPORT int pci_device_visit(const struct sysfs *sysfs,
				 int (*visit)(void *context, const struct pci_device *device),
				 void *context)
{
	struct visit state = {.sysfs = sysfs, .visit = visit, .context = context};

	return sysfs_visit(sysfs, "bus/pci/devices", visit_address, &state);
}
