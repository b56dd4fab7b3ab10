/* SPDX-License-Identifier: MIT */
/*
 * command_stop.c - ndisrun stop
 */
#include "ndisrun/command.h"
#include "ndisrun/control_client.h"

int command_stop(int argc, char **argv)
{
	return control_command(argc, argv, "stop INTERFACE",
			       "Ends the instance that serves INTERFACE and waits until its device "
			       "is back with its\n"
			       "old driver.\n",
			       "stop");
}
