/* SPDX-License-Identifier: MIT */
/*
 * run_command.h - the command line of ndisrun run: adapters, and what is for all of them
 */
#ifndef NDISRUN_RUN_COMMAND_H
#define NDISRUN_RUN_COMMAND_H

#include "ndisrun/run_options.h"

#define RUN_ADAPTERS 16

/**
 * struct run_command - the command line
 * @adapters, @count: in their order.
 * @trace: file for the trace, NULL: none.
 * @watchdog: seconds that a driver may take, 0: without limit.
 * @poll: microseconds for which the process looks for events before it sleeps.
 * @go_on: behind a break point.
 */
struct run_command {
	struct run_options *adapters[RUN_ADAPTERS];
	unsigned int count;
	const char *trace;
	unsigned int watchdog;
	unsigned int poll;
	bool go_on;
};

/**
 * run_command_parse() - read and check the command line
 * @argv: argv[0] is "run".
 * @help: out: help was asked for, and printed.
 *
 * Return: 0; -EINVAL, complained about: option, value and rule.
 */
int run_command_parse(struct run_command *command, int argc, char **argv, bool *help);

/** run_command_free() - may be called after a failed parse. */
void run_command_free(struct run_command *command);

#endif /* NDISRUN_RUN_COMMAND_H */
