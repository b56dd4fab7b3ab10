/* SPDX-License-Identifier: MIT */
/*
 * test_vfio_messages.c - every way not to open a device says what to do
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "fake_sysfs.h"
#include "platform/vfio/iommufd_abi.h"
#include "platform/vfio/vfio_private.h"

#if __has_include(<linux/iommufd.h>)
#include <linux/iommufd.h>
#endif

#define NIC "0000:00:03.0"

struct fixture {
	struct fake_sysfs fake;
	struct vfio_environment environment;
	char *dev;
	char *iommufd;
	char *proc;
	char message[EXPLAIN_SIZE];
	struct explanation why;
};

static void set_up(struct fixture *f, gconstpointer unused)
{
	fake_sysfs_create(&f->fake);
	f->dev = g_build_filename(f->fake.root, "dev", NULL);
	f->iommufd = g_build_filename(f->fake.root, "iommu", NULL);
	f->proc = g_build_filename(f->fake.root, "proc", NULL);
	f->environment = (struct vfio_environment){&f->fake.sysfs, f->dev, f->iommufd, f->proc};
	f->why = (struct explanation){f->message, sizeof(f->message)};
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
	g_free(f->dev);
	g_free(f->iommufd);
	g_free(f->proc);
	fake_sysfs_destroy(&f->fake);
}

static int open_by(struct fixture *f, const char *bdf, enum vfio_way way)
{
	struct platform *p = NULL;
	int result = vfio_platform_open_in(&f->environment, bdf, way, NULL, &p, &f->why);

	g_assert_null(p);
	return result;
}

static int open_device(struct fixture *f, const char *bdf)
{
	return open_by(f, bdf, VFIO_WAY_AUTO);
}

static void assert_message(const struct fixture *f, const char *part)
{
	if (!strstr(f->message, part))
		g_error("'%s' is not in '%s'", part, f->message);
}

static void test_bad_address(struct fixture *f, gconstpointer unused)
{
	g_assert_cmpint(open_device(f, "nic0"), ==, -EINVAL);
	assert_message(f, "'nic0' is no PCI address");
}

static void test_no_device(struct fixture *f, gconstpointer unused)
{
	g_assert_cmpint(open_device(f, "00:03.0"), ==, -ENODEV);
	assert_message(f, "there is no PCI device " NIC);
	assert_message(f, "ndisrun list");
}

static void test_no_iommu(struct fixture *f, gconstpointer unused)
{
	fake_sysfs_add_device(&f->fake, NIC, "0x020000\n", NULL, -1);
	g_assert_cmpint(open_device(f, NIC), ==, -ENODEV);
	assert_message(f, "in no IOMMU group");
	assert_message(f, "intel_iommu=on");
	assert_message(f, "amd_iommu=on");
}

static void test_no_vfio_pci(struct fixture *f, gconstpointer unused)
{
	fake_sysfs_add_device(&f->fake, NIC, "0x020000\n", NULL, 3);
	g_assert_cmpint(open_device(f, NIC), ==, -ENOENT);
	assert_message(f, "modprobe vfio-pci");
}

static void test_bound_elsewhere(struct fixture *f, gconstpointer unused)
{
	fake_sysfs_add_driver(&f->fake, "vfio-pci");
	fake_sysfs_add_device(&f->fake, NIC, "0x020000\n", "e1000", 3);
	g_assert_cmpint(open_device(f, NIC), ==, -ENXIO);
	assert_message(f, "bound to driver e1000, not to vfio-pci");
	fake_sysfs_add_device(&f->fake, NIC, "0x020000\n", NULL, 3);
	g_assert_cmpint(open_device(f, NIC), ==, -ENXIO);
	assert_message(f, "bound to no driver");
}

static void bind_nic(struct fixture *f)
{
	fake_sysfs_add_driver(&f->fake, "vfio-pci");
	fake_sysfs_add_device(&f->fake, NIC, "0x020000\n", "vfio-pci", 3);
}

static void test_no_container(struct fixture *f, gconstpointer unused)
{
	bind_nic(f);
	g_assert_cmpint(open_device(f, NIC), ==, -ENOENT);
	assert_message(f, "modprobe vfio-pci");
	vfio_explain_container(&f->environment, -EACCES, &f->why);
	assert_message(f, "run as root");
	g_assert_cmpint(vfio_explain_container(&f->environment, -EMFILE, &f->why), ==, -EMFILE);
	assert_message(f, strerror(EMFILE));
}

/* A node that is no VFIO at all must end in an error too, with nothing left open. */
static void test_foreign_container(struct fixture *f, gconstpointer unused)
{
	bind_nic(f);
	fake_sysfs_set(&f->fake, "dev/vfio", "");
	g_assert_cmpint(open_device(f, NIC), ==, -ENOTSUP);
	assert_message(f, "interface version");
}

static void test_modules_and_safety(struct fixture *f, gconstpointer unused)
{
	g_assert_cmpint(vfio_explain_no_type1(&f->why), ==, -ENOENT);
	assert_message(f, "modprobe vfio_iommu_type1");
	g_assert_cmpint(vfio_explain_set_iommu(-EPERM, NIC, &f->why), ==, -EPERM);
	assert_message(f, "allow_unsafe_interrupts");
	assert_message(f, "intremap=on");
	g_assert_cmpint(vfio_explain_set_iommu(-EBUSY, NIC, &f->why), ==, -EBUSY);
	assert_message(f, NIC);
}

static void test_group_not_viable(struct fixture *f, gconstpointer unused)
{
	bind_nic(f);
	fake_sysfs_add_device(&f->fake, "0000:00:03.1", "0x020000\n", "igb", 3);
	fake_sysfs_add_device(&f->fake, "0000:00:03.2", "0x060400\n", "pcieport", 3);
	fake_sysfs_add_device(&f->fake, "0000:00:03.3", "0x010601\n", NULL, 3);
	fake_sysfs_add_device(&f->fake, "0000:00:03.4", "0x010601\n", "ahci", 3);
	fake_sysfs_add_device(&f->fake, "0000:00:04.0", "0x010601\n", "nvme", 4);
	g_assert_cmpint(vfio_explain_not_viable(&f->environment, NIC, 3, &f->why), ==, -EBUSY);
	assert_message(f, "0000:00:03.1 (1af4:10f0, driver igb), "
			  "0000:00:03.4 (1af4:10f0, driver ahci);");
	g_assert_null(strstr(f->message, "pcieport"));
	g_assert_null(strstr(f->message, "0000:00:03.3"));
	g_assert_null(strstr(f->message, "nvme"));
}

static void test_group_in_use(struct fixture *f, gconstpointer unused)
{
	g_autofree char *directory = g_build_filename(f->proc, "4321", "fd", NULL);
	g_autofree char *link = g_build_filename(directory, "7", NULL);
	g_autofree char *node = g_build_filename(f->dev, "3", NULL);

	vfio_explain_group(&f->environment, -EBUSY, NIC, 3, &f->why);
	assert_message(f, "another program has its IOMMU group 3 open");
	g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
	g_assert_cmpint(symlink(node, link), ==, 0);
	g_assert_cmpint(vfio_explain_group(&f->environment, -EBUSY, NIC, 3, &f->why), ==, -EBUSY);
	assert_message(f, "another program (process 4321) has its IOMMU group 3 open");
	vfio_explain_group(&f->environment, -ENOENT, NIC, 3, &f->why);
	assert_message(f, "devtmpfs");
	vfio_explain_group(&f->environment, -EPERM, NIC, 3, &f->why);
	assert_message(f, "run as root");
}

static void add_node(struct fixture *f)
{
	fake_sysfs_set(&f->fake, "bus/pci/devices/" NIC "/vfio-dev/vfio0/dev", "511:0\n");
}

static void test_no_iommufd(struct fixture *f, gconstpointer unused)
{
	bind_nic(f);
	g_assert_cmpint(open_by(f, NIC, VFIO_WAY_IOMMUFD), ==, -ENOTSUP);
	assert_message(f, "CONFIG_VFIO_DEVICE_CDEV");
	assert_message(f, "--vfio type1");
	/* Linux 6.1: the device of class vfio-dev has no node. */
	fake_sysfs_set(&f->fake, "bus/pci/devices/" NIC "/vfio-dev/vfio0/uevent", "");
	g_assert_cmpint(open_by(f, NIC, VFIO_WAY_IOMMUFD), ==, -ENOTSUP);
	add_node(f);
	g_assert_cmpint(open_by(f, NIC, VFIO_WAY_IOMMUFD), ==, -ENOENT);
	assert_message(f, "devices/vfio0 is missing although PCI device " NIC);
	fake_sysfs_set(&f->fake, "dev/devices/vfio0", "");
	g_assert_cmpint(open_by(f, NIC, VFIO_WAY_IOMMUFD), ==, -ENOENT);
	assert_message(f, "modprobe iommufd");
	vfio_explain_iommufd(&f->environment, -EACCES, &f->why);
	assert_message(f, "run as root");
	g_assert_cmpint(vfio_explain_node(&f->environment, -EPERM, NIC, "devices/vfio0", &f->why),
			==, -EPERM);
	assert_message(f, "devices/vfio0: run as root");
}

/* Nodes that are no iommufd must end in an error too; type 1 is not tried instead of it. */
static void test_foreign_iommufd(struct fixture *f, gconstpointer unused)
{
	bind_nic(f);
	add_node(f);
	fake_sysfs_set(&f->fake, "dev/devices/vfio0", "");
	fake_sysfs_set(&f->fake, "iommu", "");
	g_assert_cmpint(open_by(f, NIC, VFIO_WAY_IOMMUFD), ==, -ENOTTY);
	assert_message(f, "iommufd does not take PCI device " NIC);
}

static void test_automatic_way(struct fixture *f, gconstpointer unused)
{
	bind_nic(f);
	fake_sysfs_set(&f->fake, "dev/vfio", "");
	g_assert_cmpint(open_device(f, NIC), ==, -ENOTSUP);
	assert_message(f, "interface version");
	add_node(f);
	fake_sysfs_set(&f->fake, "dev/devices/vfio0", "");
	open_device(f, NIC);
	assert_message(f, "interface version");
	fake_sysfs_set(&f->fake, "iommu", "");
	open_device(f, NIC);
	assert_message(f, "iommufd does not take");
	open_by(f, NIC, VFIO_WAY_TYPE1);
	assert_message(f, "interface version");
}

static void test_bind(struct fixture *f, gconstpointer unused)
{
	g_autofree char *directory = g_build_filename(f->proc, "4321", "fd", NULL);
	g_autofree char *link = g_build_filename(directory, "7", NULL);
	g_autofree char *node = g_build_filename(f->dev, "devices/vfio0", NULL);

	bind_nic(f);
	add_node(f);
	g_assert_cmpint(vfio_explain_bind(&f->environment, -EPERM, NIC, 3, &f->why), ==, -EPERM);
	assert_message(f, "/sys/module/iommufd/parameters/allow_unsafe_interrupts");
	g_assert_cmpint(vfio_explain_bind(&f->environment, -EINVAL, NIC, 3, &f->why), ==, -EINVAL);
	assert_message(f, "iommufd does not take PCI device " NIC);
	g_assert_cmpint(vfio_explain_bind(&f->environment, -EBUSY, NIC, 3, &f->why), ==, -EBUSY);
	assert_message(f, "another program has its IOMMU group 3 open");
	fake_sysfs_add_device(&f->fake, "0000:00:03.1", "0x020000\n", "igb", 3);
	g_assert_cmpint(vfio_explain_bind(&f->environment, -EPERM, NIC, 3, &f->why), ==, -EBUSY);
	assert_message(f, "is shared with 0000:00:03.1 (1af4:10f0, driver igb)");
	g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
	g_assert_cmpint(symlink(node, link), ==, 0);
	g_assert_cmpint(vfio_explain_bind(&f->environment, -EINVAL, NIC, 3, &f->why), ==, -EBUSY);
	assert_message(f, "another program (process 4321) has its IOMMU group 3 open");
	vfio_explain_group(&f->environment, -EBUSY, NIC, 3, &f->why);
	assert_message(f, "another program (process 4321) has its IOMMU group 3 open");
}

static void test_mappings(void)
{
	void *root = NULL;

	g_assert_false(vfio_mappings_cut(&root, 0, UINT64_MAX));
	g_assert_cmpint(vfio_mappings_add(&root, 0x1000, 0x1fff), ==, 0);
	g_assert_cmpint(vfio_mappings_add(&root, 0x4000, 0x7fff), ==, 0);
	g_assert_cmpint(vfio_mappings_add(&root, 0x2000, 0x2fff), ==, 0);
	g_assert_cmpint(vfio_mappings_add(&root, 0x5000, 0x5fff), ==, -EEXIST);
	g_assert_cmpint(vfio_mappings_add(&root, 0x3000, 0x4fff), ==, -EEXIST);
	g_assert_cmpint(vfio_mappings_add(&root, 0, UINT64_MAX), ==, -EEXIST);
	g_assert_true(vfio_mappings_cut(&root, 0x4000, 0x4fff));
	g_assert_true(vfio_mappings_cut(&root, 0x7000, 0x8fff));
	g_assert_true(vfio_mappings_cut(&root, 0x5000, 0x5fff));
	g_assert_true(vfio_mappings_cut(&root, 0x1000, 0x6fff));
	g_assert_false(vfio_mappings_cut(&root, 0x0, 0x8fff));
	g_assert_false(vfio_mappings_cut(&root, 0x1000, 0x2fff));
	g_assert_false(vfio_mappings_cut(&root, 0x4000, 0x7fff));
	g_assert_false(vfio_mappings_cut(&root, 0x3000, 0x3fff));
	vfio_mappings_remove(&root, 0x1000, 0x3fff);
	g_assert_cmpint(vfio_mappings_add(&root, 0x1000, 0x3fff), ==, 0);
	vfio_mappings_remove(&root, 0, UINT64_MAX);
	g_assert_null(root);
	g_assert_cmpint(vfio_mappings_add(&root, 0, UINT64_MAX), ==, 0);
	vfio_mappings_clear(&root);
	g_assert_null(root);
	vfio_mappings_clear(&root);
}

/* Where the build machine's headers are new enough, they judge the numbers and layouts. */
static void test_iommufd_numbers(void)
{
	g_assert_cmpuint(sizeof(struct iommufd_bind), ==, 16);
	g_assert_cmpuint(sizeof(struct iommufd_attach), ==, 12);
	g_assert_cmpuint(sizeof(struct iommufd_allocate), ==, 12);
	g_assert_cmpuint(sizeof(struct iommufd_ranges), ==, 32);
	g_assert_cmpuint(sizeof(struct iommufd_map), ==, 40);
	g_assert_cmpuint(sizeof(struct iommufd_unmap), ==, 24);
#ifdef VFIO_DEVICE_BIND_IOMMUFD
	g_assert_cmpuint(IOMMUFD_BIND, ==, VFIO_DEVICE_BIND_IOMMUFD);
	g_assert_cmpuint(IOMMUFD_ATTACH, ==, VFIO_DEVICE_ATTACH_IOMMUFD_PT);
	g_assert_cmpuint(sizeof(struct iommufd_bind), ==, sizeof(struct vfio_device_bind_iommufd));
#endif
#if __has_include(<linux/iommufd.h>)
	g_assert_cmpuint(IOMMUFD_ALLOCATE, ==, IOMMU_IOAS_ALLOC);
	g_assert_cmpuint(IOMMUFD_RANGES, ==, IOMMU_IOAS_IOVA_RANGES);
	g_assert_cmpuint(IOMMUFD_MAP, ==, IOMMU_IOAS_MAP);
	g_assert_cmpuint(IOMMUFD_UNMAP, ==, IOMMU_IOAS_UNMAP);
	g_assert_cmpuint(IOMMUFD_MAP_FIXED, ==, IOMMU_IOAS_MAP_FIXED_IOVA);
	g_assert_cmpuint(IOMMUFD_MAP_READ, ==, IOMMU_IOAS_MAP_READABLE);
	g_assert_cmpuint(IOMMUFD_MAP_WRITE, ==, IOMMU_IOAS_MAP_WRITEABLE);
	g_assert_cmpuint(sizeof(struct iommufd_ranges), ==, sizeof(struct iommu_ioas_iova_ranges));
	g_assert_cmpuint(sizeof(struct iommufd_map), ==, sizeof(struct iommu_ioas_map));
	g_assert_cmpuint(sizeof(struct iommufd_unmap), ==, sizeof(struct iommu_ioas_unmap));
	g_assert_cmpuint(offsetof(struct iommufd_map, logical), ==,
			 offsetof(struct iommu_ioas_map, iova));
#endif
}

/* Nobody may have asked for words, and a short room must not overflow. */
static void test_no_room(struct fixture *f, gconstpointer unused)
{
	char small[8];
	struct explanation short_room = {small, sizeof(small)};
	struct explanation nowhere = {NULL, 0};

	g_assert_cmpint(vfio_explain_no_type1(NULL), ==, -ENOENT);
	g_assert_cmpint(vfio_explain_no_type1(&nowhere), ==, -ENOENT);
	g_assert_cmpint(vfio_explain_no_type1(&short_room), ==, -ENOENT);
	g_assert_cmpstr(small, ==, "VFIO ha");
}

static void assert_ranges(struct logical_range hole, const struct logical_range *expected,
			  unsigned int count)
{
	struct logical_range ranges[8] = {{0x1000, 0xffff}, {0x20000, 0x2ffff}};
	unsigned int result = vfio_ranges_exclude(ranges, 2, G_N_ELEMENTS(ranges), hole);

	g_assert_cmpuint(result, ==, count);
	g_assert_true(count == 0 || memcmp(ranges, expected, count * sizeof(ranges[0])) == 0);
}

static void test_exclude(void)
{
	const struct logical_range before[] = {{0x1000, 0xffff}, {0x20000, 0x2ffff}};
	const struct logical_range middle[] = {
		{0x1000, 0x3fff}, {0x5000, 0xffff}, {0x20000, 0x2ffff}};
	const struct logical_range start[] = {{0x2000, 0xffff}, {0x20000, 0x2ffff}};
	const struct logical_range end[] = {{0x1000, 0xefff}, {0x20000, 0x2ffff}};
	const struct logical_range across[] = {{0x1000, 0x7fff}, {0x21000, 0x2ffff}};
	const struct logical_range one[] = {{0x20000, 0x2ffff}};
	struct logical_range all = {0, UINT64_MAX};

	assert_ranges((struct logical_range){0x10000, 0x1ffff}, before, 2);
	assert_ranges((struct logical_range){0, 0xfff}, before, 2);
	assert_ranges((struct logical_range){0x4000, 0x4fff}, middle, 3);
	assert_ranges((struct logical_range){0, 0x1fff}, start, 2);
	assert_ranges((struct logical_range){0xf000, 0xffff}, end, 2);
	assert_ranges((struct logical_range){0x8000, 0x20fff}, across, 2);
	assert_ranges((struct logical_range){0x1000, 0xffff}, one, 1);
	assert_ranges((struct logical_range){0, UINT64_MAX}, NULL, 0);
	g_assert_true(vfio_ranges_contain(before, 2, 0x1000, 0xffff));
	g_assert_true(vfio_ranges_contain(before, 2, 0x20000, 0x20000));
	g_assert_false(vfio_ranges_contain(before, 2, 0x1000, 0x20000));
	g_assert_false(vfio_ranges_contain(before, 2, 0xfff, 0x2000));
	g_assert_true(vfio_ranges_contain(&all, 1, UINT64_MAX, UINT64_MAX));
}

static void test_exclude_without_room(void)
{
	struct logical_range ranges[1] = {{0x1000, 0xffff}};
	const struct logical_range hole = {0x4000, 0x4fff};

	g_assert_cmpuint(vfio_ranges_exclude(ranges, 1, 1, hole), ==, 1);
	g_assert_cmphex(ranges[0].first, ==, 0x1000);
	g_assert_cmphex(ranges[0].last, ==, 0x3fff);
}

static void test_capability_chain(void)
{
	struct {
		uint32_t words[4];
		struct vfio_info_cap_header headers[3];
	} block = {
		.headers = {{1, 1, 24}, {2, 1, 32}, {3, 1, 0}},
	};
	uint32_t first = offsetof(__typeof__(block), headers);
	struct vfio_info_cap_header copy;

	g_assert_true(vfio_capability_find(&block, sizeof(block), first, 1) == &block.headers[0]);
	g_assert_true(vfio_capability_find(&block, sizeof(block), first, 3) == &block.headers[2]);
	g_assert_null(vfio_capability_find(&block, sizeof(block), first, 4));
	g_assert_null(vfio_capability_find(&block, sizeof(block), 0, 1));
	g_assert_null(vfio_capability_find(&block, sizeof(block), sizeof(block) - 4, 1));
	g_assert_null(vfio_capability_find(&block, sizeof(block), 0xfffffff8, 1));
	g_assert_cmpuint(vfio_capability_copy(&block, sizeof(block), first, 3, &copy, sizeof(copy)),
			 ==, sizeof(copy));
	g_assert_cmpuint(copy.id, ==, 3);
	g_assert_cmpuint(
		vfio_capability_copy(&block, sizeof(block), first, 3, &copy, sizeof(copy) + 1), ==,
		0);
	g_assert_cmpuint(vfio_capability_copy(&block, sizeof(block), first, 4, &copy, sizeof(copy)),
			 ==, 0);
	block.headers[2].next = first;
	g_assert_null(vfio_capability_find(&block, sizeof(block), first, 4));
	block.headers[1].next = 27;
	g_assert_null(vfio_capability_find(&block, sizeof(block), first, 3));
}

#define ADD(name, function)                                                                        \
	g_test_add("/vfio/" name, struct fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("bad_address", test_bad_address);
	ADD("no_device", test_no_device);
	ADD("no_iommu", test_no_iommu);
	ADD("no_vfio_pci", test_no_vfio_pci);
	ADD("bound_elsewhere", test_bound_elsewhere);
	ADD("no_container", test_no_container);
	ADD("foreign_container", test_foreign_container);
	ADD("modules_and_safety", test_modules_and_safety);
	ADD("group_not_viable", test_group_not_viable);
	ADD("group_in_use", test_group_in_use);
	ADD("no_room", test_no_room);
	ADD("no_iommufd", test_no_iommufd);
	ADD("foreign_iommufd", test_foreign_iommufd);
	ADD("automatic_way", test_automatic_way);
	ADD("bind", test_bind);
	g_test_add_func("/vfio/mappings", test_mappings);
	g_test_add_func("/vfio/iommufd_numbers", test_iommufd_numbers);
	g_test_add_func("/vfio/exclude", test_exclude);
	g_test_add_func("/vfio/exclude_without_room", test_exclude_without_room);
	g_test_add_func("/vfio/capability_chain", test_capability_chain);
	return g_test_run();
}
