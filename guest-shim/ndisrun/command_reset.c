/* SPDX-License-Identifier: MIT */
/*
 * command_reset.c - ndisrun reset
 */
#include "ndisrun/command.h"
#include "ndisrun/control_client.h"

int command_reset(int argc, char **argv)
{
	return control_command(argc, argv, "reset INTERFACE",
			       "Calls MiniportReset of the instance that serves INTERFACE and "
			       "waits for its end.\n",
			       "reset");
}
