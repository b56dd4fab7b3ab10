/* SPDX-License-Identifier: MIT */
/*
 * sysfs.h - read and write attributes of the kernel's device tree
 *
 * The root of the tree and the way attributes are written belong to an object,
 * so that a test can lay out a tree of its own and play the kernel.
 * All paths are formats relative to the root, without a leading slash.
 */
#ifndef PLATFORM_LINUX_SYSFS_H
#define PLATFORM_LINUX_SYSFS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct sysfs - one tree
 * @root: "/sys" on a real machine.
 * @write: writes @value to the attribute at the absolute @path; 0 or -errno.
 * @context: for @write.
 */
struct sysfs {
	const char *root;
	int (*write)(void *context, const char *path, const char *value);
	void *context;
};

/** sysfs_of_this_machine() - the tree of the running kernel. */
const struct sysfs *sysfs_of_this_machine(void);

/** sysfs_path() - absolute path of an attribute.  Return: 0 or -ENAMETOOLONG. */
int sysfs_path(const struct sysfs *sysfs, char *path, size_t size, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/** sysfs_exists() - true if the path exists, as whatever. */
bool sysfs_exists(const struct sysfs *sysfs, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * sysfs_read() - value of an attribute as text, without the newline at its end
 *
 * Return: 0; -errno, and @value is empty.
 */
int sysfs_read(const struct sysfs *sysfs, char *value, size_t size, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/** sysfs_read_number() - value of an attribute as a number, in C notation.  Return: 0 or -errno. */
int sysfs_read_number(const struct sysfs *sysfs, unsigned long *value, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * sysfs_link() - last component of what a symbolic link points to
 *
 * That is how the kernel shows a device's driver and its IOMMU group.
 * Return: 0; -errno (-ENOENT: no driver, no group), and @name is empty.
 */
int sysfs_link(const struct sysfs *sysfs, char *name, size_t size, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/**
 * sysfs_link_passes() - whether the target of a symbolic link has @component in its path
 *
 * That is how a network interface shows the device it belongs to.
 */
bool sysfs_link_passes(const struct sysfs *sysfs, const char *component, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** sysfs_write() - write an attribute.  Return: 0 or -errno, as the kernel's handler returned it.
 */
int sysfs_write(const struct sysfs *sysfs, const char *value, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * sysfs_visit() - call @visit for each entry of a directory, in alphabetical order
 *
 * A result other than 0 ends the visit.
 * Return: 0, the result of @visit, or -errno.
 */
int sysfs_visit(const struct sysfs *sysfs, const char *directory,
		int (*visit)(void *context, const char *name), void *context);

#endif /* PLATFORM_LINUX_SYSFS_H */
