/* SPDX-License-Identifier: MIT */
/*
 * command_run.c - ndisrun run
 */
#include <unistd.h>

#include "ndisrun/command.h"
#include "ndisrun/run_options.h"
#include "ndisrun/session.h"

int command_run(int argc, char **argv)
{
	struct run_options options;
	int status = EXIT_USAGE;
	bool help;

	if (run_options_parse(&options, argc, argv, &help) == 0) {
		if (help) {
			status = EXIT_OK;
		} else if (geteuid() != 0) {
			complain("'run' changes drivers and programs an IOMMU: run it as root");
			status = EXIT_DEVICE;
		} else {
			status = session_run(&options);
		}
	}
	run_options_free(&options);
	return status;
}
