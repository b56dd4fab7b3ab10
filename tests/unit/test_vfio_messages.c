/* SPDX-License-Identifier: MIT */
/*
 * test_vfio_messages.c - every way not to open a device says what to do
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "fake_sysfs.h"
#include "platform/vfio/vfio_private.h"

#define NIC "0000:00:03.0"

struct fixture {
	struct fake_sysfs fake;
	struct vfio_environment environment;
	char *dev;
	char *proc;
	char message[EXPLAIN_SIZE];
	struct explanation why;
};

static void set_up(struct fixture *f, gconstpointer unused)
{
	fake_sysfs_create(&f->fake);
	f->dev = g_build_filename(f->fake.root, "dev", NULL);
	f->proc = g_build_filename(f->fake.root, "proc", NULL);
	f->environment = (struct vfio_environment){&f->fake.sysfs, f->dev, f->proc};
	f->why = (struct explanation){f->message, sizeof(f->message)};
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
	g_free(f->dev);
	g_free(f->proc);
	fake_sysfs_destroy(&f->fake);
}

static int open_device(struct fixture *f, const char *bdf)
{
	struct platform *p = NULL;
	int result = vfio_platform_open_in(&f->environment, bdf, NULL, &p, &f->why);

	g_assert_null(p);
	return result;
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
	g_test_add_func("/vfio/exclude", test_exclude);
	g_test_add_func("/vfio/exclude_without_room", test_exclude_without_room);
	g_test_add_func("/vfio/capability_chain", test_capability_chain);
	return g_test_run();
}
