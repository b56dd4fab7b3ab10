/* SPDX-License-Identifier: MIT */
/*
 * pci_bind.h - take a PCI device from its driver and give it back
 *
 *	pci_binding_capture()   remember driver and override; changes nothing
 *	pci_binding_change()    bind the device to another driver
 *	pci_binding_restore()   back to what was captured; may be called at any
 *				point after the capture, and more than once
 *
 * The object holds no descriptor and no pointer: a copy of it, for instance in
 * a forked child, can restore as well as the original.
 */
#ifndef PLATFORM_LINUX_PCI_BIND_H
#define PLATFORM_LINUX_PCI_BIND_H

#include "platform/linux/explain.h"
#include "platform/linux/pci_device.h"
#include "platform/linux/sysfs.h"

/**
 * struct pci_binding - how a device was bound
 * @address: canonical address.
 * @driver: its driver at the time of the capture; empty: none.
 * @override: its driver_override at that time; empty: none.
 */
struct pci_binding {
	char address[PCI_ADDRESS_SIZE];
	char driver[PCI_NAME_SIZE];
	char override[PCI_NAME_SIZE];
};

/**
 * pci_binding_capture() - remember how a device is bound
 *
 * Return: 0; -ENODEV, -errno, explained.
 */
int pci_binding_capture(const struct sysfs *sysfs, const char *address, struct pci_binding *binding,
			struct explanation *why);

/**
 * pci_binding_change() - bind the captured device to @driver
 *
 * A network interface of the device that is up is not taken away: -EBUSY.
 * Nothing is done when @driver has the device already.
 *
 * Return: 0; -ENOENT @driver is not loaded; -EBUSY; -EACCES; -errno; all explained.
 * After a failure pci_binding_restore() puts right what had been done.
 */
int pci_binding_change(const struct sysfs *sysfs, const struct pci_binding *binding,
		       const char *driver, struct explanation *why);

/**
 * pci_binding_restore() - give the device back to the driver it was captured with
 *
 * Waits until the device is no longer open, as unbinding does.  A device that
 * is gone needs nothing.
 *
 * Return: 0; -errno, explained.
 */
int pci_binding_restore(const struct sysfs *sysfs, const struct pci_binding *binding,
			struct explanation *why);

#endif /* PLATFORM_LINUX_PCI_BIND_H */
