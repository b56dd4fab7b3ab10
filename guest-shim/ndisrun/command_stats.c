/* SPDX-License-Identifier: MIT */
/*
 * command_stats.c - ndisrun stats
 */
#include "ndisrun/command.h"
#include "ndisrun/control_client.h"

int command_stats(int argc, char **argv)
{
	return control_command(argc, argv, "stats INTERFACE",
			       "Shows frames, bytes, interrupts, map registers, mappings by "
			       "policy, errors and IOMMU\n"
			       "faults of the instance that serves INTERFACE.\n",
			       "stats");
}
