/* SPDX-License-Identifier: MIT */
/*
 * sysfs.c - read and write attributes of the kernel's device tree
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/linux/sysfs.h"
#include "support/compiler.h"

static int write_attribute(void *context, const char *path, const char *value)
{
	size_t length = strlen(value);
	int descriptor = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;
	int result = 0;

	if (descriptor < 0)
		return -errno;
	written = write(descriptor, value, length);
	if (written < 0)
		result = -errno;
	else if ((size_t)written != length)
		result = -EIO;
	close(descriptor);
	return result;
}

SHIM_EXPORT const struct sysfs *sysfs_of_this_machine(void)
{
	static const struct sysfs sysfs = {.root = "/sys", .write = write_attribute};

	return &sysfs;
}

static int path_from_list(const struct sysfs *sysfs, char *path, size_t size, const char *format,
			  va_list arguments)
{
	int prefix = snprintf(path, size, "%s/", sysfs->root);
	int rest;

	if (prefix < 0 || (size_t)prefix >= size)
		return -ENAMETOOLONG;
	rest = vsnprintf(path + prefix, size - (size_t)prefix, format, arguments);
	if (rest < 0 || (size_t)rest >= size - (size_t)prefix)
		return -ENAMETOOLONG;
	return 0;
}

SHIM_EXPORT int sysfs_path(const struct sysfs *sysfs, char *path, size_t size, const char *format,
			   ...)
{
	va_list arguments;
	int result;

	va_start(arguments, format);
	result = path_from_list(sysfs, path, size, format, arguments);
	va_end(arguments);
	return result;
}

SHIM_EXPORT bool sysfs_exists(const struct sysfs *sysfs, const char *format, ...)
{
	char path[PATH_MAX];
	va_list arguments;
	int result;

	va_start(arguments, format);
	result = path_from_list(sysfs, path, sizeof(path), format, arguments);
	va_end(arguments);
	return result == 0 && access(path, F_OK) == 0;
}

static int read_text(const char *path, char *value, size_t size)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (descriptor < 0)
		return -errno;
	length = read(descriptor, value, size - 1);
	if (length < 0) {
		int result = -errno;

		close(descriptor);
		return result;
	}
	close(descriptor);
	value[length] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return 0;
}

SHIM_EXPORT int sysfs_read(const struct sysfs *sysfs, char *value, size_t size, const char *format,
			   ...)
{
	char path[PATH_MAX];
	va_list arguments;
	int result;

	value[0] = '\0';
	va_start(arguments, format);
	result = path_from_list(sysfs, path, sizeof(path), format, arguments);
	va_end(arguments);
	return result < 0 ? result : read_text(path, value, size);
}

SHIM_EXPORT int sysfs_read_number(const struct sysfs *sysfs, unsigned long *value,
				  const char *format, ...)
{
	char path[PATH_MAX];
	char text[32];
	char *end;
	va_list arguments;
	int result;

	va_start(arguments, format);
	result = path_from_list(sysfs, path, sizeof(path), format, arguments);
	va_end(arguments);
	if (result == 0)
		result = read_text(path, text, sizeof(text));
	if (result < 0)
		return result;
	errno = 0;
	*value = strtoul(text, &end, 0);
	return errno || end == text || *end ? -EINVAL : 0;
}

static int read_link(const char *path, char target[PATH_MAX])
{
	ssize_t length = readlink(path, target, PATH_MAX - 1);

	if (length < 0)
		return -errno;
	target[length] = '\0';
	return 0;
}

SHIM_EXPORT int sysfs_link(const struct sysfs *sysfs, char *name, size_t size, const char *format,
			   ...)
{
	char path[PATH_MAX];
	char target[PATH_MAX];
	const char *last;
	va_list arguments;
	int result;

	name[0] = '\0';
	va_start(arguments, format);
	result = path_from_list(sysfs, path, sizeof(path), format, arguments);
	va_end(arguments);
	if (result == 0)
		result = read_link(path, target);
	if (result < 0)
		return result;
	last = strrchr(target, '/');
	last = last ? last + 1 : target;
	if (strlen(last) >= size)
		return -ENAMETOOLONG;
	strcpy(name, last);
	return 0;
}

SHIM_EXPORT bool sysfs_link_passes(const struct sysfs *sysfs, const char *component,
				   const char *format, ...)
{
	char path[PATH_MAX];
	char target[PATH_MAX];
	va_list arguments;
	char *rest = target;
	char *part;
	int result;

	va_start(arguments, format);
	result = path_from_list(sysfs, path, sizeof(path), format, arguments);
	va_end(arguments);
	if (result < 0 || read_link(path, target) < 0)
		return false;
	while ((part = strsep(&rest, "/")))
		if (strcmp(part, component) == 0)
			return true;
	return false;
}

SHIM_EXPORT int sysfs_write(const struct sysfs *sysfs, const char *value, const char *format, ...)
{
	char path[PATH_MAX];
	va_list arguments;
	int result;

	va_start(arguments, format);
	result = path_from_list(sysfs, path, sizeof(path), format, arguments);
	va_end(arguments);
	return result < 0 ? result : sysfs->write(sysfs->context, path, value);
}

static int not_dot(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

SHIM_EXPORT int sysfs_visit(const struct sysfs *sysfs, const char *directory,
			    int (*visit)(void *context, const char *name), void *context)
{
	char path[PATH_MAX];
	struct dirent **entries;
	int result = 0;
	int count;
	int i;

	if (sysfs_path(sysfs, path, sizeof(path), "%s", directory) < 0)
		return -ENAMETOOLONG;
	count = scandir(path, &entries, not_dot, alphasort);
	if (count < 0)
		return -errno;
	for (i = 0; i < count; i++) {
		if (result == 0)
			result = visit(context, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return result;
}
