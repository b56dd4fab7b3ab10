/* SPDX-License-Identifier: MIT */
/*
 * test_pci_bind.c - finding PCI devices, taking and giving back drivers
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake_sysfs.h"
#include "platform/linux/pci_bind.h"

#define NIC "0000:00:03.0"

struct fixture {
	struct fake_sysfs fake;
	struct pci_binding binding;
	char message[EXPLAIN_SIZE];
	struct explanation why;
	int (*write)(void *context, const char *path, const char *value);
	void *write_context;
};

static void set_up(struct fixture *f, gconstpointer driver)
{
	fake_sysfs_create(&f->fake);
	fake_sysfs_add_driver(&f->fake, "vfio-pci");
	fake_sysfs_add_driver(&f->fake, "e1000");
	fake_sysfs_add_device(&f->fake, NIC, "0x020000\n", driver, 3);
	f->why = (struct explanation){f->message, sizeof(f->message)};
}

static void tear_down(struct fixture *f, gconstpointer driver)
{
	fake_sysfs_destroy(&f->fake);
}

static void capture(struct fixture *f)
{
	g_assert_cmpint(pci_binding_capture(&f->fake.sysfs, NIC, &f->binding, &f->why), ==, 0);
}

static int change(struct fixture *f)
{
	return pci_binding_change(&f->fake.sysfs, &f->binding, "vfio-pci", &f->why);
}

static int restore(struct fixture *f)
{
	return pci_binding_restore(&f->fake.sysfs, &f->binding, &f->why);
}

static void assert_driver(struct fixture *f, const char *driver)
{
	g_autofree char *now = fake_sysfs_driver(&f->fake, NIC);

	g_assert_cmpstr(now, ==, driver);
}

static void assert_message(const struct fixture *f, const char *part)
{
	if (!strstr(f->message, part))
		g_error("'%s' is not in '%s'", part, f->message);
}

static void test_there_and_back(struct fixture *f, gconstpointer driver)
{
	const char *before = driver ? driver : "";

	capture(f);
	g_assert_cmpstr(f->binding.driver, ==, before);
	g_assert_cmpstr(f->binding.override, ==, "");
	g_assert_cmpuint(f->fake.writes->len, ==, 0);
	g_assert_cmpint(change(f), ==, 0);
	assert_driver(f, "vfio-pci");
	g_assert_true(
		fake_sysfs_wrote(&f->fake, "bus/pci/devices/" NIC "/driver_override=vfio-pci\\n"));
	g_assert_cmpint(restore(f), ==, 0);
	assert_driver(f, before);
	g_assert_true(fake_sysfs_wrote(&f->fake, "bus/pci/devices/" NIC "/driver_override=\\n"));
	/* A second time changes nothing. */
	g_ptr_array_set_size(f->fake.writes, 0);
	g_assert_cmpint(restore(f), ==, 0);
	g_assert_cmpuint(f->fake.writes->len, ==, 0);
}

/* The guardian of an instance that was killed gives the device back at this moment. */
static void test_driver_leaves_meanwhile(struct fixture *f, gconstpointer driver)
{
	f->fake.leaving = true;
	capture(f);
	g_assert_cmpint(change(f), ==, 0);
	assert_driver(f, "vfio-pci");
}

static void test_bound_already(struct fixture *f, gconstpointer driver)
{
	capture(f);
	g_assert_cmpint(change(f), ==, 0);
	g_assert_cmpint(restore(f), ==, 0);
	g_assert_cmpuint(f->fake.writes->len, ==, 0);
	assert_driver(f, "vfio-pci");
}

/* The kernel removes the device, and only then lets it be unbound. */
static int write_and_remove(void *context, const char *path, const char *value)
{
	struct fixture *f = context;
	g_autofree char *device = g_build_filename(f->fake.root, "bus/pci/devices/" NIC, NULL);
	g_autofree char *away = g_build_filename(f->fake.root, "removed", NULL);

	if (g_str_has_suffix(path, "/unbind"))
		g_assert_cmpint(rename(device, away), ==, 0);
	return g_file_test(device, G_FILE_TEST_EXISTS) ? f->write(f->write_context, path, value)
						       : -ENODEV;
}

static void test_removed_meanwhile(struct fixture *f, gconstpointer driver)
{
	capture(f);
	g_assert_cmpint(change(f), ==, 0);
	f->write = f->fake.sysfs.write;
	f->write_context = f->fake.sysfs.context;
	f->fake.sysfs.write = write_and_remove;
	f->fake.sysfs.context = f;
	/* Neither now nor when it is not there at all is it an error that it cannot be bound. */
	g_assert_cmpint(restore(f), ==, 0);
	g_assert_cmpint(restore(f), ==, 0);
	f->fake.sysfs.write = f->write;
	f->fake.sysfs.context = f->write_context;
}

static void test_override_comes_back(struct fixture *f, gconstpointer driver)
{
	fake_sysfs_set(&f->fake, "bus/pci/devices/" NIC "/driver_override", "e1000\n");
	capture(f);
	g_assert_cmpstr(f->binding.override, ==, "e1000");
	g_assert_cmpint(change(f), ==, 0);
	g_assert_cmpint(restore(f), ==, 0);
	assert_driver(f, "e1000");
	g_assert_true(
		fake_sysfs_wrote(&f->fake, "bus/pci/devices/" NIC "/driver_override=e1000\\n"));
}

static void test_interface_up(struct fixture *f, gconstpointer driver)
{
	fake_sysfs_add_interface(&f->fake, NIC, "eth0", "0x1002\n");
	fake_sysfs_add_interface(&f->fake, NIC, "eth1", "0x1003\n");
	fake_sysfs_add_interface(&f->fake, "0000:00:04.0", "eth2", "0x1003\n");
	capture(f);
	g_assert_cmpint(change(f), ==, -EBUSY);
	assert_message(f, "ip link set eth1 down");
	g_assert_cmpuint(f->fake.writes->len, ==, 0);
	fake_sysfs_set(&f->fake, "class/net/eth1/flags", "0x1002\n");
	g_assert_cmpint(change(f), ==, 0);
}

static void test_driver_not_loaded(struct fixture *f, gconstpointer driver)
{
	capture(f);
	g_assert_cmpint(pci_binding_change(&f->fake.sysfs, &f->binding, "absent-driver", &f->why),
			==, -ENOENT);
	assert_message(f, "modprobe absent-driver");
	g_assert_cmpuint(f->fake.writes->len, ==, 0);
}

static void test_not_root(struct fixture *f, gconstpointer driver)
{
	capture(f);
	f->fake.fail_path = "driver_override";
	f->fake.fail_code = -EACCES;
	g_assert_cmpint(change(f), ==, -EACCES);
	assert_message(f, "run as root");
	assert_driver(f, "e1000");
}

static void test_read_only_sysfs(struct fixture *f, gconstpointer driver)
{
	capture(f);
	f->fake.fail_path = "unbind";
	f->fake.fail_code = -EROFS;
	g_assert_cmpint(change(f), ==, -EROFS);
	assert_message(f, "read-only");
	f->fake.fail_path = NULL;
	g_assert_cmpint(restore(f), ==, 0);
	assert_driver(f, "e1000");
	g_assert_true(fake_sysfs_wrote(&f->fake, "bus/pci/devices/" NIC "/driver_override=\\n"));
}

static void test_driver_refuses(struct fixture *f, gconstpointer driver)
{
	capture(f);
	f->fake.refuses = "vfio-pci";
	g_assert_cmpint(change(f), ==, -EIO);
	assert_message(f, "did not accept");
	assert_driver(f, "");
	g_assert_cmpint(restore(f), ==, 0);
	assert_driver(f, "e1000");
}

static void test_old_driver_refuses(struct fixture *f, gconstpointer driver)
{
	capture(f);
	g_assert_cmpint(change(f), ==, 0);
	f->fake.refuses = "e1000";
	g_assert_cmpint(restore(f), ==, -ENODEV);
	assert_message(f, "bus/pci/drivers/e1000/bind");
}

static void test_device_vanishes(struct fixture *f, gconstpointer driver)
{
	g_autofree char *from = g_build_filename(f->fake.root, "bus/pci/devices", NIC, NULL);
	g_autofree char *to = g_build_filename(f->fake.root, "elsewhere", NULL);

	capture(f);
	g_assert_cmpint(rename(from, to), ==, 0);
	g_assert_cmpint(restore(f), ==, 0);
	g_assert_cmpint(change(f), ==, -ENODEV);
	g_assert_cmpint(pci_binding_capture(&f->fake.sysfs, NIC, &f->binding, &f->why), ==,
			-ENODEV);
	assert_message(f, "there is no PCI device " NIC);
}

static int count_network_device(void *context, const struct pci_device *device)
{
	unsigned int *count = context;

	if (device->class_code >> 16 == PCI_CLASS_NETWORK)
		++*count;
	return *count == 2 ? 77 : 0;
}

static void test_visit(struct fixture *f, gconstpointer driver)
{
	struct pci_device device;
	unsigned int count = 0;

	fake_sysfs_add_device(&f->fake, "0000:00:1f.2", "0x010601\n", NULL, -1);
	fake_sysfs_add_interface(&f->fake, NIC, "eth0", "0x1002\n");
	fake_sysfs_add_interface(&f->fake, NIC, "eth1", "0x1002\n");
	g_assert_cmpint(pci_device_visit(&f->fake.sysfs, count_network_device, &count), ==, 0);
	g_assert_cmpuint(count, ==, 1);
	fake_sysfs_add_device(&f->fake, "0000:01:00.0", "0x028000\n", NULL, -1);
	count = 0;
	g_assert_cmpint(pci_device_visit(&f->fake.sysfs, count_network_device, &count), ==, 77);
	g_assert_cmpint(pci_device_read(&f->fake.sysfs, NIC, &device, NULL), ==, 0);
	g_assert_cmphex(device.vendor, ==, 0x1af4);
	g_assert_cmphex(device.device, ==, 0x10f0);
	g_assert_cmpint(device.iommu_group, ==, 3);
	g_assert_cmpstr(device.iommu, ==, "dmar0");
	g_assert_cmpstr(device.driver, ==, "e1000");
	g_assert_cmpstr(device.interfaces, ==, "eth0 eth1");
	g_assert_cmpint(pci_device_read(&f->fake.sysfs, "0000:00:1f.2", &device, NULL), ==, 0);
	g_assert_cmpint(device.iommu_group, ==, PCI_NO_IOMMU_GROUP);
}

static void test_addresses(void)
{
	static const struct {
		const char *text;
		const char *canonical;
	} vectors[] = {
		{"0000:00:03.0", "0000:00:03.0"},
		{"00:03.0", "0000:00:03.0"},
		{"ABCD:Ef:1F.7", "abcd:ef:1f.7"},
		{"", NULL},
		{"0", NULL},
		{"0000", NULL},
		{"0000:", NULL},
		{"00:03", NULL},
		{"00:03.", NULL},
		{"00:03.00", NULL},
		{"00:03.8", NULL},
		{"00:20.0", NULL},
		{"0000:00:03.0 ", NULL},
		{" 00:03.0", NULL},
		{"0x00:03.0", NULL},
		{"00000:00:03.0", NULL},
		{"0000:00:03.0/../..", NULL},
		{"00:0g.0", NULL},
		{"eth0", NULL},
	};
	char address[PCI_ADDRESS_SIZE];
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(vectors); i++) {
		int result = pci_address_canonical(vectors[i].text, address, &why);

		g_assert_cmpint(result, ==, vectors[i].canonical ? 0 : -EINVAL);
		if (vectors[i].canonical)
			g_assert_cmpstr(address, ==, vectors[i].canonical);
		else
			g_assert_nonnull(strstr(message, vectors[i].text));
	}
}

#define ADD(name, driver, function)                                                                \
	g_test_add("/pci_bind/" name, struct fixture, driver, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("there_and_back", "e1000", test_there_and_back);
	ADD("no_driver_and_back", NULL, test_there_and_back);
	ADD("driver_leaves_meanwhile", NULL, test_driver_leaves_meanwhile);
	ADD("bound_already", "vfio-pci", test_bound_already);
	ADD("override_comes_back", "e1000", test_override_comes_back);
	ADD("interface_up", "e1000", test_interface_up);
	ADD("driver_not_loaded", "e1000", test_driver_not_loaded);
	ADD("not_root", "e1000", test_not_root);
	ADD("read_only_sysfs", "e1000", test_read_only_sysfs);
	ADD("driver_refuses", "e1000", test_driver_refuses);
	ADD("old_driver_refuses", "e1000", test_old_driver_refuses);
	ADD("device_vanishes", "e1000", test_device_vanishes);
	ADD("removed_meanwhile", "e1000", test_removed_meanwhile);
	ADD("visit", "e1000", test_visit);
	g_test_add_func("/pci_bind/addresses", test_addresses);
	return g_test_run();
}
