/* SPDX-License-Identifier: MIT */
/*
 * command_help.c - the options of subcommands that have none but "--help"
 */
#include <getopt.h>
#include <stddef.h>

#include "ndisrun/command.h"

bool parse_only_help(int argc, char **argv, const char *synopsis, const char *help, int *status)
{
	static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};

	switch (getopt_long(argc, argv, "h", options, NULL)) {
	case -1:
		return false;
	case 'h':
		print_usage(synopsis, help);
		*status = EXIT_OK;
		return true;
	default:
		*status = EXIT_USAGE;
		return true;
	}
}
