/* SPDX-License-Identifier: MIT */
/*
 * fake_sysfs.h - a device tree in a temporary directory, with a kernel that plays along
 *
 * The files are real, so that the code under test reads them as it reads /sys.
 * Writes go through fake_sysfs.sysfs.write, which does what the kernel does:
 * driver_override, unbind, drivers_probe and bind change the driver link.
 */
#ifndef TESTS_FAKE_SYSFS_H
#define TESTS_FAKE_SYSFS_H

#include <glib.h>

#include "platform/linux/sysfs.h"

/**
 * struct fake_sysfs
 * @root: the directory.
 * @sysfs: hand this to the code under test.
 * @writes: every write, "path=value" relative to @root, newlines shown as \n.
 * @fail_path: a write whose path ends so fails with @fail_code; NULL: none.
 * @refuses: name of a driver that accepts no device; NULL: none.
 * @leaving: a driver that the links do not show any more has not let go yet: "drivers_probe" does
 *           nothing, "bind" waits until it has.
 */
struct fake_sysfs {
	char *root;
	struct sysfs sysfs;
	GPtrArray *writes;
	const char *fail_path;
	int fail_code;
	const char *refuses;
	bool leaving;
};

void fake_sysfs_create(struct fake_sysfs *fake);
void fake_sysfs_destroy(struct fake_sysfs *fake);

/** fake_sysfs_add_driver() - a driver that is loaded. */
void fake_sysfs_add_driver(struct fake_sysfs *fake, const char *driver);

/**
 * fake_sysfs_add_device() - a PCI function
 * @class_code: "0x020000".
 * @driver: bound to it, or NULL.
 * @group: IOMMU group, or -1.
 */
void fake_sysfs_add_device(struct fake_sysfs *fake, const char *address, const char *class_code,
			   const char *driver, int group);

/** fake_sysfs_add_interface() - a network interface of a device; @flags as "0x1003". */
void fake_sysfs_add_interface(struct fake_sysfs *fake, const char *address, const char *name,
			      const char *flags);

/** fake_sysfs_set() - contents of any file of the tree. */
void fake_sysfs_set(struct fake_sysfs *fake, const char *path, const char *value);

/** fake_sysfs_driver() - name of the driver of a device, "" for none; to be freed. */
char *fake_sysfs_driver(struct fake_sysfs *fake, const char *address);

/** fake_sysfs_wrote() - whether a write "path=value" happened. */
bool fake_sysfs_wrote(const struct fake_sysfs *fake, const char *write);

#endif /* TESTS_FAKE_SYSFS_H */
