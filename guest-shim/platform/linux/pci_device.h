/* SPDX-License-Identifier: MIT */
/*
 * pci_device.h - what the kernel knows about PCI devices
 */
#ifndef PLATFORM_LINUX_PCI_DEVICE_H
#define PLATFORM_LINUX_PCI_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#include "platform/linux/explain.h"
#include "platform/linux/sysfs.h"

/** PCI_ADDRESS_SIZE - bytes of a canonical address, "0000:00:03.0", with its end. */
#define PCI_ADDRESS_SIZE 13

/** PCI_NO_IOMMU_GROUP - pci_device.iommu_group of a device behind no IOMMU. */
#define PCI_NO_IOMMU_GROUP (-1)

#define PCI_NAME_SIZE	  64
#define PCI_CLASS_NETWORK 0x02

/**
 * struct pci_device - one function
 * @address: canonical.
 * @class_code: base class, subclass and programming interface: 0x020000 is Ethernet.
 * @driver: name of the kernel's driver, empty when there is none.
 * @interfaces: names of its network interfaces, separated by spaces; empty when there are none.
 * @iommu: the kernel's name of the IOMMU in front of it, "dmar0" (Intel) or "ivhd0" (AMD); empty:
 * none.
 * @iommu_group: number, or PCI_NO_IOMMU_GROUP.
 */
struct pci_device {
	char address[PCI_ADDRESS_SIZE];
	uint16_t vendor;
	uint16_t device;
	uint32_t class_code;
	char driver[PCI_NAME_SIZE];
	char interfaces[PCI_NAME_SIZE];
	char iommu[PCI_NAME_SIZE];
	int iommu_group;
};

/**
 * pci_address_canonical() - check and complete an address
 * @text: DDDD:BB:DD.F or BB:DD.F (domain 0000), hexadecimal, device up to 1f, function 0-7.
 * @address: out: in the kernel's notation.
 *
 * Return: 0; -EINVAL, explained.
 */
int pci_address_canonical(const char *text, char address[PCI_ADDRESS_SIZE],
			  struct explanation *why);

/**
 * pci_device_read() - describe the function at a canonical address
 *
 * Return: 0; -ENODEV no such device, explained; -errno, explained.
 */
int pci_device_read(const struct sysfs *sysfs, const char *address, struct pci_device *device,
		    struct explanation *why);

/**
 * pci_device_visit() - call @visit for each PCI function of the machine, by address
 *
 * A result other than 0 ends the visit.
 * Return: 0, the result of @visit, or -errno.
 */
int pci_device_visit(const struct sysfs *sysfs,
		     int (*visit)(void *context, const struct pci_device *device), void *context);

#endif /* PLATFORM_LINUX_PCI_DEVICE_H */
