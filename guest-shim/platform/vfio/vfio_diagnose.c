/* SPDX-License-Identifier: MIT */
/*
 * vfio_diagnose.c - why a device cannot be opened, and what to do about it
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/vfio/vfio_private.h"

int vfio_check_device(const struct vfio_environment *environment, const char *address, int *group,
		      struct explanation *why)
{
	struct pci_device device;
	int result = pci_device_read(environment->sysfs, address, &device, why);

	if (result < 0)
		return result;
	if (device.iommu_group == PCI_NO_IOMMU_GROUP)
		return explain(
			why, -ENODEV,
			"PCI device %s is in no IOMMU group: this machine has no IOMMU, or the "
			"kernel does not use it. Boot the kernel with intel_iommu=on (Intel) or "
			"amd_iommu=on (AMD); for a virtual machine add an IOMMU as well (QEMU: "
			"'-M q35,kernel-irqchip=split -device intel-iommu,intremap=on' or "
			"'-device amd-iommu,intremap=on')",
			address);
	if (!sysfs_exists(environment->sysfs, "bus/pci/drivers/%s", VFIO_DRIVER))
		return explain(why, -ENOENT,
			       "the kernel has no driver %s: load it with 'modprobe %s'",
			       VFIO_DRIVER, VFIO_DRIVER);
	if (strcmp(device.driver, VFIO_DRIVER) != 0)
		return explain(
			why, -ENXIO,
			"PCI device %s is bound to %s%s, not to %s: 'ndisrun run' binds it, or "
			"write %s to its driver_override in sysfs and its address to "
			"/sys/bus/pci/drivers_probe",
			address, device.driver[0] ? "driver " : "no driver", device.driver,
			VFIO_DRIVER, VFIO_DRIVER);
	*group = device.iommu_group;
	return 0;
}

int vfio_explain_container(const struct vfio_environment *environment, int code,
			   struct explanation *why)
{
	if (code == -ENOENT || code == -ENODEV || code == -ENXIO)
		return explain(
			why, -ENOENT,
			"%s/vfio is missing: the kernel module vfio is not loaded; load it with "
			"'modprobe vfio-pci'",
			environment->dev);
	if (code == -EACCES || code == -EPERM)
		return explain(why, code, "no permission to open %s/vfio: run as root",
			       environment->dev);
	return explain(why, code, "cannot open %s/vfio: %s", environment->dev, strerror(-code));
}

static bool process_has_open(const char *proc, const char *process, const char *node)
{
	char directory[PATH_MAX];
	struct dirent *entry;
	bool found = false;
	DIR *stream;

	snprintf(directory, sizeof(directory), "%s/%s/fd", proc, process);
	stream = opendir(directory);
	if (!stream)
		return false;
	while (!found && (entry = readdir(stream))) {
		char target[PATH_MAX];
		ssize_t length =
			readlinkat(dirfd(stream), entry->d_name, target, sizeof(target) - 1);

		if (length > 0) {
			target[length] = '\0';
			found = strcmp(target, node) == 0;
		}
	}
	closedir(stream);
	return found;
}

/* Writes " (process 123)" for the first process that has @node open, else nothing. */
static void describe_holder(const char *proc, const char *node, char *text, size_t size)
{
	DIR *stream = opendir(proc);
	struct dirent *entry;

	text[0] = '\0';
	if (!stream)
		return;
	while (!text[0] && (entry = readdir(stream))) {
		long process = strtol(entry->d_name, NULL, 10);

		if (process > 0 && process != getpid() &&
		    process_has_open(proc, entry->d_name, node))
			snprintf(text, size, " (process %ld)", process);
	}
	closedir(stream);
}

struct holder_search {
	const struct vfio_environment *environment;
	char text[64];
};

static int look_at_device(void *context, const char *address)
{
	struct holder_search *search = context;
	const struct vfio_environment *environment = search->environment;
	char name[VFIO_NODE_SIZE];
	char node[PATH_MAX];

	if (search->text[0] || vfio_device_node(environment, address, name, NULL) < 0)
		return 0;
	snprintf(node, sizeof(node), "%s/%s", environment->dev, name);
	describe_holder(environment->proc, node, search->text, sizeof(search->text));
	return 0;
}

/* A group is held by its own node, or by the node of a device in it. */
static void find_holder(struct holder_search *search, int group)
{
	const struct vfio_environment *environment = search->environment;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%d", environment->dev, group);
	describe_holder(environment->proc, path, search->text, sizeof(search->text));
	snprintf(path, sizeof(path), "kernel/iommu_groups/%d/devices", group);
	sysfs_visit(environment->sysfs, path, look_at_device, search);
}

static int explain_in_use(const char *address, int group, const struct holder_search *search,
			  struct explanation *why)
{
	return explain(why, -EBUSY,
		       "PCI device %s is in use: another program%s has its IOMMU group %d open; "
		       "end that program first (an ndisrun: 'ndisrun stop')",
		       address, search->text, group);
}

int vfio_explain_group(const struct vfio_environment *environment, int code, const char *address,
		       int group, struct explanation *why)
{
	struct holder_search search = {.environment = environment};
	char node[PATH_MAX];

	if (code == -EBUSY) {
		find_holder(&search, group);
		return explain_in_use(address, group, &search, why);
	}
	snprintf(node, sizeof(node), "%s/%d", environment->dev, group);
	if (code == -ENOENT)
		return explain(
			why, code,
			"%s is missing although PCI device %s is bound to %s: mount devtmpfs on "
			"/dev, or wait for udev",
			node, address, VFIO_DRIVER);
	if (code == -EACCES || code == -EPERM)
		return explain(why, code, "no permission to open %s: run as root", node);
	return explain(why, code, "cannot open %s, the IOMMU group of PCI device %s: %s", node,
		       address, strerror(-code));
}

struct group_listing {
	const struct sysfs *sysfs;
	const char *address;
	char *text;
	size_t size;
};

/* A bridge does no DMA of its own and may keep its driver. */
static bool may_stay(const struct pci_device *device)
{
	return !device->driver[0] || strcmp(device->driver, VFIO_DRIVER) == 0 ||
	       strcmp(device->driver, "pci-stub") == 0 || device->class_code >> 8 == 0x0604;
}

static int list_obstacle(void *context, const char *name)
{
	struct group_listing *listing = context;
	size_t used = strlen(listing->text);
	struct pci_device device;

	if (strcmp(name, listing->address) == 0 ||
	    pci_device_read(listing->sysfs, name, &device, NULL) < 0 || may_stay(&device))
		return 0;
	snprintf(listing->text + used, listing->size - used, "%s%s (%04x:%04x, driver %s)",
		 used ? ", " : "", name, device.vendor, device.device, device.driver);
	return 0;
}

/* The devices of the group that keep @address from being used alone, separated by commas. */
static void list_obstacles(const struct sysfs *sysfs, const char *address, int group, char *text,
			   size_t size)
{
	struct group_listing listing = {
		.sysfs = sysfs,
		.address = address,
		.text = text,
		.size = size,
	};
	char directory[64];

	text[0] = '\0';
	snprintf(directory, sizeof(directory), "kernel/iommu_groups/%d/devices", group);
	sysfs_visit(sysfs, directory, list_obstacle, &listing);
}

int vfio_explain_not_viable(const struct vfio_environment *environment, const char *address,
			    int group, struct explanation *why)
{
	char others[EXPLAIN_SIZE / 2];

	list_obstacles(environment->sysfs, address, group, others, sizeof(others));
	return explain(
		why, -EBUSY,
		"PCI device %s cannot be used alone: its IOMMU group %d is shared with %s; the "
		"IOMMU cannot tell them apart. Unbind these drivers, or put the device into a "
		"slot with a group of its own (QEMU: directly on pcie.0 or behind its own "
		"pcie-root-port)",
		address, group, others[0] ? others : "a device that the kernel uses");
}

int vfio_explain_no_type1(struct explanation *why)
{
	return explain(why, -ENOENT,
		       "VFIO has no IOMMU driver of type 1 version 2: load it with 'modprobe "
		       "vfio_iommu_type1'");
}

static int explain_unsafe_interrupts(const char *address, const char *module,
				     struct explanation *why)
{
	return explain(why, -EPERM,
		       "VFIO refuses PCI device %s: the IOMMU does not remap interrupts, so that "
		       "the device could forge them. Turn interrupt remapping on (QEMU: "
		       "intremap=on for the IOMMU and '-M q35,kernel-irqchip=split'), or accept "
		       "the risk: 'modprobe %s allow_unsafe_interrupts=1', or write "
		       "Y to /sys/module/%s/parameters/allow_unsafe_interrupts",
		       address, module, module);
}

int vfio_explain_set_iommu(int code, const char *address, struct explanation *why)
{
	if (code == -EPERM)
		return explain_unsafe_interrupts(address, "vfio_iommu_type1", why);
	if (code == -ENODEV)
		return vfio_explain_no_type1(why);
	return explain(why, code,
		       "VFIO cannot use the IOMMU for PCI device %s: %s; 'dmesg' may tell "
		       "more",
		       address, strerror(-code));
}

static int take_name(void *context, const char *name)
{
	snprintf(context, VFIO_NODE_SIZE, "%s", name);
	return 0;
}

/* Linux 6.1 has the directory, but what is in it is no device node before CONFIG_VFIO_DEVICE_CDEV.
 */
int vfio_device_node(const struct vfio_environment *environment, const char *address,
		     char name[VFIO_NODE_SIZE], struct explanation *why)
{
	char directory[64];
	char entry[VFIO_NODE_SIZE] = "";

	snprintf(directory, sizeof(directory), "bus/pci/devices/%s/vfio-dev", address);
	sysfs_visit(environment->sysfs, directory, take_name, entry);
	if (!entry[0] || !sysfs_exists(environment->sysfs, "%s/%s/dev", directory, entry) ||
	    snprintf(name, VFIO_NODE_SIZE, "devices/%s", entry) >= VFIO_NODE_SIZE)
		return explain(why, -ENOTSUP,
			       "this kernel does not open PCI device %s by iommufd: it is older "
			       "than Linux 6.6, or built without CONFIG_IOMMUFD or "
			       "CONFIG_VFIO_DEVICE_CDEV; use the type 1 container ('ndisrun run "
			       "--vfio type1')",
			       address);
	return 0;
}

int vfio_explain_iommufd(const struct vfio_environment *environment, int code,
			 struct explanation *why)
{
	const char *node = environment->iommufd;

	if (code == -ENOENT || code == -ENODEV || code == -ENXIO)
		return explain(why, -ENOENT,
			       "%s is missing: the kernel module iommufd is not loaded; load it "
			       "with 'modprobe iommufd'",
			       node);
	if (code == -EACCES || code == -EPERM)
		return explain(why, code, "no permission to open %s: run as root", node);
	return explain(why, code, "cannot open %s: %s", node, strerror(-code));
}

int vfio_explain_node(const struct vfio_environment *environment, int code, const char *address,
		      const char *name, struct explanation *why)
{
	if (code == -ENOENT)
		return explain(
			why, code,
			"%s/%s is missing although PCI device %s is bound to %s: mount devtmpfs on "
			"/dev, or wait for udev",
			environment->dev, name, address, VFIO_DRIVER);
	if (code == -EACCES || code == -EPERM)
		return explain(why, code, "no permission to open %s/%s: run as root",
			       environment->dev, name);
	return explain(why, code, "cannot open %s/%s of PCI device %s: %s", environment->dev, name,
		       address, strerror(-code));
}

/*
 * The kernel has few codes here: EPERM is a group with other drivers, another
 * iommufd's group, or unsafe interrupts; EINVAL is a device that is bound already.
 */
int vfio_explain_bind(const struct vfio_environment *environment, int code, const char *address,
		      int group, struct explanation *why)
{
	struct holder_search search = {.environment = environment};
	char others[EXPLAIN_SIZE / 2];

	find_holder(&search, group);
	if (code == -EBUSY || search.text[0])
		return explain_in_use(address, group, &search, why);
	list_obstacles(environment->sysfs, address, group, others, sizeof(others));
	if (others[0])
		return vfio_explain_not_viable(environment, address, group, why);
	if (code == -EPERM)
		return explain_unsafe_interrupts(address, "iommufd", why);
	return explain(why, code, "iommufd does not take PCI device %s: %s; 'dmesg' may tell more",
		       address, strerror(-code));
}

int vfio_explain_no_small_pages(const char *address, struct explanation *why)
{
	return explain(why, -ENOTSUP,
		       "the IOMMU of PCI device %s cannot map single pages of %zu bytes", address,
		       PLATFORM_PAGE_SIZE);
}
