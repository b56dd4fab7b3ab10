/* SPDX-License-Identifier: MIT */
/*
 * command_faults.c - ndisrun faults
 */
#include "ndisrun/command.h"
#include "ndisrun/control_client.h"

int command_faults(int argc, char **argv)
{
	return control_command(
		argc, argv, "faults INTERFACE",
		"Shows the accesses of the device that the IOMMU has refused since the start of "
		"the\n"
		"instance that serves INTERFACE: direction, address, and the kernel's own words.\n",
		"faults");
}
