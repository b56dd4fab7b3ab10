/* SPDX-License-Identifier: MIT */
/*
 * command_list.c - ndisrun list
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ndisrun/command.h"
#include "platform/linux/pci_device.h"

static const char synopsis[] = "list";
static const char help[] =
	"Shows the PCI network devices of this machine: address, vendor and device id,\n"
	"driver, IOMMU and IOMMU group, and network interfaces.  '-' stands for none.\n";

static const char *or_dash(const char *text)
{
	return text[0] ? text : "-";
}

static int print_device(void *context, const struct pci_device *device)
{
	unsigned int *count = context;
	char group[16] = "-";

	if (device->class_code >> 16 != PCI_CLASS_NETWORK)
		return 0;
	if (device->iommu_group != PCI_NO_IOMMU_GROUP)
		snprintf(group, sizeof(group), "%d", device->iommu_group);
	if (++*count == 1)
		printf("%-13s %-10s %-12s %-8s %-6s %s\n", "ADDRESS", "ID", "DRIVER", "IOMMU",
		       "GROUP", "INTERFACES");
	printf("%-13s %04x:%04x  %-12s %-8s %-6s %s\n", device->address, device->vendor,
	       device->device, or_dash(device->driver), or_dash(device->iommu), group,
	       or_dash(device->interfaces));
	return 0;
}

int command_list(int argc, char **argv)
{
	unsigned int count = 0;
	int result;

	if (parse_only_help(argc, argv, synopsis, help, &result))
		return result;
	if (optind < argc) {
		complain("'list' takes no argument, '%s' is given", argv[optind]);
		return EXIT_USAGE;
	}
	result = pci_device_visit(sysfs_of_this_machine(), print_device, &count);
	if (result < 0) {
		complain("cannot read /sys/bus/pci/devices: %s; is sysfs mounted on /sys?",
			 strerror(-result));
		return EXIT_FAILED;
	}
	if (count == 0)
		printf("this machine has no PCI network device\n");
	return EXIT_OK;
}
