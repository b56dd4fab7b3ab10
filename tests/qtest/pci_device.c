/* SPDX-License-Identifier: MIT */
/*
 * pci_device.c - configuration space, BARs and interrupt capabilities of one PCI function
 */
#include "pci_device.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA    0xcfc
#define CONFIG_ENABLE  0x80000000u

#define STATUS_CAPABILITY_LIST 0x0010
#define CAPABILITY_LIST	       0x34


#define MSI_CONTROL	 0x02
#define MSI_ENABLE	 0x0001
#define MSI_ADDRESS_LOW	 0x04
#define MSI_ADDRESS_HIGH 0x08
#define MSI_DATA	 0x0c

#define MSIX_CONTROL	0x02
#define MSIX_ENABLE	0x8000
#define MSIX_MASK_ALL	0x4000
#define MSIX_ENTRY_SIZE 16

static void select_register(const struct pci_device *device, unsigned int offset)
{
	qtest_out(device->qemu, CONFIG_ADDRESS, 4,
		  CONFIG_ENABLE | (uint32_t)device->bus << 16 | (uint32_t)device->slot << 11 |
			  (offset & 0xfc));
}

uint32_t pci_read(const struct pci_device *device, unsigned int offset, unsigned int size)
{
	select_register(device, offset);
	return qtest_in(device->qemu, (uint16_t)(CONFIG_DATA + (offset & 3)), size);
}

void pci_write(const struct pci_device *device, unsigned int offset, unsigned int size,
	       uint32_t value)
{
	select_register(device, offset);
	qtest_out(device->qemu, (uint16_t)(CONFIG_DATA + (offset & 3)), size, value);
}

void pci_command(const struct pci_device *device, uint16_t set, uint16_t clear)
{
	uint32_t command = pci_read(device, PCI_COMMAND, 2);

	pci_write(device, PCI_COMMAND, 2, (command | set) & ~(uint32_t)clear);
}

unsigned int pci_capability(const struct pci_device *device, uint8_t id)
{
	unsigned int left = 48;
	unsigned int offset;

	if (!(pci_read(device, PCI_STATUS, 2) & STATUS_CAPABILITY_LIST))
		return 0;
	offset = pci_read(device, CAPABILITY_LIST, 1);
	while (offset && left--) {
		if (pci_read(device, offset, 1) == id)
			return offset;
		offset = pci_read(device, offset + 1, 1);
	}
	return 0;
}

static unsigned int need_capability(const struct pci_device *device, uint8_t id)
{
	unsigned int offset = pci_capability(device, id);

	if (!offset)
		qtest_fail(device->qemu, "the device has no PCI capability 0x%02x", id);
	return offset;
}

uint32_t pci_bar_size(const struct pci_device *device, unsigned int number)
{
	uint32_t address = pci_read(device, PCI_BAR(number), 4);
	uint32_t ones;

	pci_write(device, PCI_BAR(number), 4, 0xffffffff);
	ones = pci_read(device, PCI_BAR(number), 4);
	pci_write(device, PCI_BAR(number), 4, address);
	return ~(ones & 0xfffffff0) + 1;
}

bool pci_intx(const struct pci_device *device)
{
	return pci_read(device, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT;
}

void pci_function_reset(const struct pci_device *device)
{
	unsigned int control = need_capability(device, PCI_CAPABILITY_EXPRESS) + EXPRESS_CONTROL;

	pci_write(device, control, 2, pci_read(device, control, 2) | EXPRESS_FUNCTION_RESET);
}

void pci_msi_enable(const struct pci_device *device, uint64_t address, uint16_t data)
{
	unsigned int msi = need_capability(device, PCI_CAPABILITY_MSI);

	pci_write(device, msi + MSI_ADDRESS_LOW, 4, (uint32_t)address);
	pci_write(device, msi + MSI_ADDRESS_HIGH, 4, (uint32_t)(address >> 32));
	pci_write(device, msi + MSI_DATA, 2, data);
	pci_write(device, msi + MSI_CONTROL, 2,
		  pci_read(device, msi + MSI_CONTROL, 2) | MSI_ENABLE);
}

void pci_msi_disable(const struct pci_device *device)
{
	unsigned int control = need_capability(device, PCI_CAPABILITY_MSI) + MSI_CONTROL;

	pci_write(device, control, 2, pci_read(device, control, 2) & ~(uint32_t)MSI_ENABLE);
}

void pci_msix_vector(const struct pci_device *device, uint64_t table, unsigned int vector,
		     uint64_t address, uint32_t data)
{
	uint64_t entry = table + MSIX_ENTRY_SIZE * vector;

	qtest_write(device->qemu, entry, 4, (uint32_t)address);
	qtest_write(device->qemu, entry + 4, 4, address >> 32);
	qtest_write(device->qemu, entry + 8, 4, data);
	qtest_write(device->qemu, entry + 12, 4, 0);
}

void pci_msix_enable(const struct pci_device *device, bool enable)
{
	unsigned int control = need_capability(device, PCI_CAPABILITY_MSIX) + MSIX_CONTROL;
	uint32_t value = pci_read(device, control, 2) & ~(uint32_t)(MSIX_ENABLE | MSIX_MASK_ALL);

	pci_write(device, control, 2, enable ? value | MSIX_ENABLE : value);
}
