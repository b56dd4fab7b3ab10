/* SPDX-License-Identifier: MIT */
/*
 * command_run.c - ndisrun run
 */
#include "ndisrun/command.h"
#include "ndisrun/host.h"
#include "ndisrun/run_command.h"

int command_run(int argc, char **argv)
{
	struct run_command command;
	int status = EXIT_USAGE;
	bool help;

	if (run_command_parse(&command, argc, argv, &help) == 0)
		status = help ? EXIT_OK : host_run(&command);
	run_command_free(&command);
	return status;
}
