/* SPDX-License-Identifier: MIT */
/*
 * command_run.c - ndisrun run
 */
#include "ndisrun/command.h"
#include "ndisrun/run_options.h"
#include "ndisrun/session.h"

int command_run(int argc, char **argv)
{
	struct run_options options;
	int status = EXIT_USAGE;
	bool help;

	if (run_options_parse(&options, argc, argv, &help) == 0)
		status = help ? EXIT_OK : session_run(&options);
	run_options_free(&options);
	return status;
}
