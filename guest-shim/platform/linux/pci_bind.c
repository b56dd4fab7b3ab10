/* SPDX-License-Identifier: MIT */
/*
 * pci_bind.c - take a PCI device from its driver and give it back
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/linux/pci_bind.h"
#include "support/compiler.h"

static int read_override(const struct sysfs *sysfs, const char *address, char *override,
			 size_t size)
{
	int result =
		sysfs_read(sysfs, override, size, "bus/pci/devices/%s/driver_override", address);

	/* The kernel prints the absence of an override in words. */
	if (strcmp(override, "(null)") == 0)
		override[0] = '\0';
	return result;
}

static int current_driver(const struct sysfs *sysfs, const char *address, char *driver, size_t size)
{
	int result = sysfs_link(sysfs, driver, size, "bus/pci/devices/%s/driver", address);

	return result == -ENOENT ? 0 : result;
}

SHIM_EXPORT int pci_binding_capture(const struct sysfs *sysfs, const char *address,
				    struct pci_binding *binding, struct explanation *why)
{
	struct pci_device device;
	int result = pci_device_read(sysfs, address, &device, why);

	if (result < 0)
		return result;
	memset(binding, 0, sizeof(*binding));
	snprintf(binding->address, sizeof(binding->address), "%s", address);
	snprintf(binding->driver, sizeof(binding->driver), "%s", device.driver);
	result = read_override(sysfs, address, binding->override, sizeof(binding->override));
	if (result < 0)
		return explain(why, result, "cannot read driver_override of PCI device %s: %s",
			       address, strerror(-result));
	return 0;
}

/* Returns the length of the first name in the list of interfaces that is up, 0 if none is. */
static size_t find_interface_up(const struct sysfs *sysfs, const struct pci_device *device,
				const char **name)
{
	const char *next = device->interfaces;

	while (*next) {
		size_t length = strcspn(next, " ");
		unsigned long flags;

		if (sysfs_read_number(sysfs, &flags, "class/net/%.*s/flags", (int)length, next) ==
			    0 &&
		    flags & IFF_UP) {
			*name = next;
			return length;
		}
		next += length;
		next += strspn(next, " ");
	}
	return 0;
}

static int write_override(const struct sysfs *sysfs, const char *address, const char *driver)
{
	char line[PCI_NAME_SIZE + 1];

	/* An empty write never reaches the attribute; a lone newline clears it. */
	snprintf(line, sizeof(line), "%s\n", driver);
	return sysfs_write(sysfs, line, "bus/pci/devices/%s/driver_override", address);
}

static int unbind(const struct sysfs *sysfs, const char *address)
{
	int result = sysfs_write(sysfs, address, "bus/pci/devices/%s/driver/unbind", address);

	/* The driver may have let go between our look and the write. */
	return result == -ENOENT || result == -ENODEV ? 0 : result;
}

static int explain_denied(struct explanation *why, int result, const char *address,
			  const char *action)
{
	if (result == -EACCES || result == -EPERM)
		return explain(why, result, "no permission to %s PCI device %s: run as root",
			       action, address);
	if (result == -EROFS)
		return explain(
			why, result,
			"cannot %s PCI device %s: sysfs is mounted read-only (a container?); "
			"run on the machine itself",
			action, address);
	return explain(why, result, "cannot %s PCI device %s: %s; 'dmesg' may tell more", action,
		       address, strerror(-result));
}

static int check_not_in_use(const struct sysfs *sysfs, const struct pci_binding *binding,
			    struct explanation *why)
{
	struct pci_device device;
	const char *name;
	size_t length;
	int result = pci_device_read(sysfs, binding->address, &device, why);

	if (result < 0)
		return result;
	length = find_interface_up(sysfs, &device, &name);
	if (length == 0)
		return 0;
	return explain(
		why, -EBUSY,
		"PCI device %s is in use: its network interface %.*s (driver %s) is up; take it "
		"down first with 'ip link set %.*s down'",
		binding->address, (int)length, name, device.driver, (int)length, name);
}

SHIM_EXPORT int pci_binding_change(const struct sysfs *sysfs, const struct pci_binding *binding,
				   const char *driver, struct explanation *why)
{
	const char *address = binding->address;
	char now[PCI_NAME_SIZE];
	int result = current_driver(sysfs, address, now, sizeof(now));

	if (result == 0 && strcmp(now, driver) == 0)
		return 0;
	if (!sysfs_exists(sysfs, "bus/pci/drivers/%s", driver))
		return explain(why, -ENOENT,
			       "the kernel has no driver %s: load it with 'modprobe %s'", driver,
			       driver);
	result = check_not_in_use(sysfs, binding, why);
	if (result < 0)
		return result;
	result = write_override(sysfs, address, driver);
	if (result < 0)
		return explain_denied(why, result, address, "set the driver_override of");
	result = now[0] ? unbind(sysfs, address) : 0;
	if (result < 0)
		return explain_denied(why, result, address, "take the driver away from");
	/* While another process takes a driver away, "drivers_probe" does nothing; this waits. */
	result = sysfs_write(sysfs, address, "bus/pci/drivers/%s/bind", driver);
	if (result == -EACCES || result == -EPERM || result == -EROFS)
		return explain_denied(why, result, address, "start a driver for");
	result = current_driver(sysfs, address, now, sizeof(now));
	if (result < 0 || strcmp(now, driver) != 0)
		return explain(
			why, -EIO,
			"driver %s did not accept PCI device %s (its driver is now %s): 'dmesg' "
			"tells why",
			driver, address, now[0] ? now : "none");
	return 0;
}

static int bind_again(const struct sysfs *sysfs, const struct pci_binding *binding,
		      struct explanation *why)
{
	char now[PCI_NAME_SIZE];
	int result;

	/* A write to "bind" fails when the driver has taken the device by itself meanwhile. */
	result = sysfs_write(sysfs, binding->address, "bus/pci/drivers/%s/bind", binding->driver);
	current_driver(sysfs, binding->address, now, sizeof(now));
	if (strcmp(now, binding->driver) == 0)
		return 0;
	if (result == 0)
		result = -EIO;
	return explain(why, result,
		       "cannot give PCI device %s back to driver %s: %s; try 'echo %s > "
		       "/sys/bus/pci/drivers/%s/bind'",
		       binding->address, binding->driver, strerror(-result), binding->address,
		       binding->driver);
}

static bool is_there(const struct sysfs *sysfs, const struct pci_binding *binding)
{
	return sysfs_exists(sysfs, "bus/pci/devices/%s", binding->address);
}

static int restore(const struct sysfs *sysfs, const struct pci_binding *binding,
		   struct explanation *why)
{
	const char *address = binding->address;
	char override[PCI_NAME_SIZE];
	char now[PCI_NAME_SIZE];
	int result;

	result = read_override(sysfs, address, override, sizeof(override));
	if (result == 0 && strcmp(override, binding->override) != 0)
		result = write_override(sysfs, address, binding->override);
	if (result < 0)
		return explain_denied(why, result, address, "restore the driver_override of");
	result = current_driver(sysfs, address, now, sizeof(now));
	if (result == 0 && strcmp(now, binding->driver) == 0)
		return 0;
	if (result == 0 && now[0])
		result = unbind(sysfs, address);
	if (result < 0)
		return explain_denied(why, result, address, "take the driver away from");
	return binding->driver[0] ? bind_again(sysfs, binding, why) : 0;
}

SHIM_EXPORT int pci_binding_restore(const struct sysfs *sysfs, const struct pci_binding *binding,
				    struct explanation *why)
{
	int result = is_there(sysfs, binding) ? restore(sysfs, binding, why) : 0;

	/* It may go at any moment: the kernel removes it as soon as it is no longer open. */
	return is_there(sysfs, binding) ? result : 0;
}
