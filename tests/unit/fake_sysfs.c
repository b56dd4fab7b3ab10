/* SPDX-License-Identifier: MIT */
/*
 * fake_sysfs.c - a device tree in a temporary directory, with a kernel that plays along
 */
#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "fake_sysfs.h"

static char *absolute(const struct fake_sysfs *fake, const char *path)
{
	return g_build_filename(fake->root, path, NULL);
}

void fake_sysfs_set(struct fake_sysfs *fake, const char *path, const char *value)
{
	g_autofree char *file = absolute(fake, path);
	g_autofree char *directory = g_path_get_dirname(file);

	g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
	g_assert_true(g_file_set_contents(file, value, -1, NULL));
}

static void make_link(struct fake_sysfs *fake, const char *path, const char *target)
{
	g_autofree char *file = absolute(fake, path);
	g_autofree char *directory = g_path_get_dirname(file);

	g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
	unlink(file);
	g_assert_cmpint(symlink(target, file), ==, 0);
}

static void set_driver(struct fake_sysfs *fake, const char *address, const char *driver)
{
	g_autofree char *link = g_strdup_printf("bus/pci/devices/%s/driver", address);
	g_autofree char *file = absolute(fake, link);
	g_autofree char *target = g_strdup_printf("../../drivers/%s", driver);

	unlink(file);
	if (driver[0])
		make_link(fake, link, target);
}

static char *override_of(struct fake_sysfs *fake, const char *address)
{
	g_autofree char *path = g_strdup_printf("bus/pci/devices/%s/driver_override", address);
	g_autofree char *file = absolute(fake, path);
	char *value = NULL;

	g_assert_true(g_file_get_contents(file, &value, NULL, NULL));
	g_strchomp(value);
	if (strcmp(value, "(null)") == 0)
		value[0] = '\0';
	return value;
}

/* What the kernel does with "bind": the driver must match, by override if there is one. */
static int bind_to(struct fake_sysfs *fake, const char *address, const char *driver)
{
	g_autofree char *now = fake_sysfs_driver(fake, address);
	g_autofree char *override = override_of(fake, address);

	if (now[0])
		return -EBUSY;
	if ((override[0] && strcmp(override, driver) != 0) ||
	    (fake->refuses && strcmp(fake->refuses, driver) == 0))
		return -ENODEV;
	set_driver(fake, address, driver);
	return 0;
}

static int play_kernel(struct fake_sysfs *fake, const char *path, const char *value)
{
	g_autofree char *directory = g_path_get_dirname(path);
	g_autofree char *attribute = g_path_get_basename(path);

	if (strcmp(attribute, "driver_override") == 0) {
		fake_sysfs_set(fake, path, value[0] == '\n' ? "(null)\n" : value);
		return 0;
	}
	if (strcmp(attribute, "unbind") == 0) {
		set_driver(fake, value, "");
		return 0;
	}
	if (strcmp(attribute, "drivers_probe") == 0) {
		g_autofree char *override = override_of(fake, value);

		if (override[0] && !fake->leaving)
			bind_to(fake, value, override);
		return 0;
	}
	if (strcmp(attribute, "bind") == 0) {
		g_autofree char *driver = g_path_get_basename(directory);

		fake->leaving = false;
		return bind_to(fake, value, driver);
	}
	return -EACCES;
}

static int on_write(void *context, const char *path, const char *value)
{
	struct fake_sysfs *fake = context;
	const char *relative = path + strlen(fake->root) + 1;
	g_autofree char *shown = g_strescape(value, NULL);

	if (access(path, F_OK) != 0 && !strstr(relative, "drivers_probe"))
		return -errno;
	g_ptr_array_add(fake->writes, g_strdup_printf("%s=%s", relative, shown));
	if (fake->fail_path && g_str_has_suffix(relative, fake->fail_path))
		return fake->fail_code;
	return play_kernel(fake, relative, value);
}

void fake_sysfs_create(struct fake_sysfs *fake)
{
	memset(fake, 0, sizeof(*fake));
	fake->root = g_dir_make_tmp("fake-sysfs-XXXXXX", NULL);
	g_assert_nonnull(fake->root);
	fake->sysfs = (struct sysfs){.root = fake->root, .write = on_write, .context = fake};
	fake->writes = g_ptr_array_new_with_free_func(g_free);
	fake_sysfs_set(fake, "bus/pci/drivers_probe", "");
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	return remove(path);
}

void fake_sysfs_destroy(struct fake_sysfs *fake)
{
	g_assert_cmpint(nftw(fake->root, remove_entry, 16, FTW_DEPTH | FTW_PHYS), ==, 0);
	g_ptr_array_free(fake->writes, TRUE);
	g_free(fake->root);
}

void fake_sysfs_add_driver(struct fake_sysfs *fake, const char *driver)
{
	g_autofree char *bind = g_strdup_printf("bus/pci/drivers/%s/bind", driver);
	g_autofree char *unbind = g_strdup_printf("bus/pci/drivers/%s/unbind", driver);

	fake_sysfs_set(fake, bind, "");
	fake_sysfs_set(fake, unbind, "");
}

static void set_attribute(struct fake_sysfs *fake, const char *address, const char *attribute,
			  const char *value)
{
	g_autofree char *path = g_strdup_printf("bus/pci/devices/%s/%s", address, attribute);

	fake_sysfs_set(fake, path, value);
}

void fake_sysfs_add_device(struct fake_sysfs *fake, const char *address, const char *class_code,
			   const char *driver, int group)
{
	set_attribute(fake, address, "vendor", "0x1af4\n");
	set_attribute(fake, address, "device", "0x10f0\n");
	set_attribute(fake, address, "class", class_code);
	set_attribute(fake, address, "driver_override", "(null)\n");
	set_driver(fake, address, driver ? driver : "");
	if (group >= 0) {
		g_autofree char *link = g_strdup_printf("bus/pci/devices/%s/iommu_group", address);
		g_autofree char *target = g_strdup_printf("../../kernel/iommu_groups/%d", group);
		g_autofree char *member =
			g_strdup_printf("kernel/iommu_groups/%d/devices/%s", group, address);
		g_autofree char *iommu = g_strdup_printf("bus/pci/devices/%s/iommu", address);

		make_link(fake, link, target);
		make_link(fake, iommu, "../../virtual/iommu/dmar0");
		fake_sysfs_set(fake, member, "");
	}
}

void fake_sysfs_add_interface(struct fake_sysfs *fake, const char *address, const char *name,
			      const char *flags)
{
	g_autofree char *link = g_strdup_printf("class/net/%s", name);
	g_autofree char *target =
		g_strdup_printf("../../devices/pci0000:00/%s/virtio0/net/%s", address, name);
	g_autofree char *path =
		g_strdup_printf("devices/pci0000:00/%s/virtio0/net/%s/flags", address, name);

	make_link(fake, link, target);
	fake_sysfs_set(fake, path, flags);
}

char *fake_sysfs_driver(struct fake_sysfs *fake, const char *address)
{
	g_autofree char *link = g_strdup_printf("bus/pci/devices/%s/driver", address);
	g_autofree char *file = absolute(fake, link);
	g_autofree char *target = g_file_read_link(file, NULL);

	return target ? g_path_get_basename(target) : g_strdup("");
}

bool fake_sysfs_wrote(const struct fake_sysfs *fake, const char *write)
{
	guint i;

	for (i = 0; i < fake->writes->len; i++)
		if (strcmp(g_ptr_array_index(fake->writes, i), write) == 0)
			return true;
	return false;
}
