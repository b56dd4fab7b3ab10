/* SPDX-License-Identifier: MIT */
/*
 * pci_device.h - configuration space, BARs and interrupt capabilities of one PCI function
 *
 * Configuration space is reached through the ports 0xCF8 and 0xCFC that both PC machines
 * have.  Offsets are those of the PCI and PCI Express specifications.
 */
#ifndef PCI_DEVICE_H
#define PCI_DEVICE_H

#include "qtest_client.h"

#define PCI_VENDOR_ID		 0x00
#define PCI_DEVICE_ID		 0x02
#define PCI_COMMAND		 0x04
#define PCI_COMMAND_MEMORY	 0x0002
#define PCI_COMMAND_MASTER	 0x0004
#define PCI_COMMAND_INTX_DISABLE 0x0400
#define PCI_STATUS		 0x06
#define PCI_STATUS_INTERRUPT	 0x0008
#define PCI_REVISION		 0x08
#define PCI_CLASS		 0x0a
#define PCI_BAR(n)		 (0x10 + 4 * (n))
#define PCI_PRIMARY_BUS		 0x18
#define PCI_SECONDARY_BUS	 0x19
#define PCI_SUBORDINATE_BUS	 0x1a
#define PCI_MEMORY_WINDOW	 0x20
#define PCI_SUBSYSTEM_VENDOR	 0x2c
#define PCI_SUBSYSTEM_DEVICE	 0x2e
#define PCI_INTERRUPT_PIN	 0x3d

#define PCI_CAPABILITY_MSI     0x05
#define PCI_CAPABILITY_EXPRESS 0x10
#define PCI_CAPABILITY_MSIX    0x11

/* Device Control, from the beginning of the Express capability on */
#define EXPRESS_CONTROL	       0x08
#define EXPRESS_FUNCTION_RESET 0x8000u

/** struct pci_device - the address of a function. */
struct pci_device {
	struct qtest *qemu;
	uint8_t bus;
	uint8_t slot;
};

/** pci_read(), pci_write() - access configuration space; @size is 1, 2 or 4. */
uint32_t pci_read(const struct pci_device *device, unsigned int offset, unsigned int size);
void pci_write(const struct pci_device *device, unsigned int offset, unsigned int size,
	       uint32_t value);

/** pci_command() - set and clear bits of the command register. */
void pci_command(const struct pci_device *device, uint16_t set, uint16_t clear);

/** pci_capability() - offset of capability @id, 0 if the function does not have it. */
unsigned int pci_capability(const struct pci_device *device, uint8_t id);

/** pci_bar_size() - size of a 32-bit memory BAR, by writing ones; the BAR is restored. */
uint32_t pci_bar_size(const struct pci_device *device, unsigned int number);

/** pci_intx() - whether the function asserts its interrupt pin (status register). */
bool pci_intx(const struct pci_device *device);

/** pci_function_reset() - function-level reset through the Express capability. */
void pci_function_reset(const struct pci_device *device);

/**
 * pci_msi_enable() - send messages as a 32-bit write of @data to @address.
 * pci_msi_disable() - back to the interrupt pin.
 */
void pci_msi_enable(const struct pci_device *device, uint64_t address, uint16_t data);
void pci_msi_disable(const struct pci_device *device);

/**
 * pci_msix_vector() - fill entry @vector of the MSI-X table and unmask it.
 * @table: bus address of the table.
 */
void pci_msix_vector(const struct pci_device *device, uint64_t table, unsigned int vector,
		     uint64_t address, uint32_t data);

/** pci_msix_enable() - switch MSI-X on or off. */
void pci_msix_enable(const struct pci_device *device, bool enable);

#endif /* PCI_DEVICE_H */
