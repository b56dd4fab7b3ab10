/* SPDX-License-Identifier: MIT */
/*
 * command.h - what the subcommands of ndisrun share
 */
#ifndef NDISRUN_COMMAND_H
#define NDISRUN_COMMAND_H

#include <stdbool.h>

/** enum exit_status - documented in ndisrun(8) */
enum exit_status {
	EXIT_OK = 0,	    /* carried out */
	EXIT_FAILED = 1,    /* the request was understood and could not be carried out */
	EXIT_USAGE = 2,	    /* the command line is wrong; nothing was done */
	EXIT_DEVICE = 3,    /* the device or the IOMMU cannot be used */
	EXIT_DRIVER = 4,    /* the miniport cannot be loaded or does not start */
	EXIT_INTERFACE = 5, /* the interface or its control socket cannot be made */
	EXIT_LEAK = 6,	    /* checked, the miniport left something behind when it stopped */
	EXIT_GIVE_BACK = 7, /* the device could not be given back to its old driver */
	EXIT_BROKEN = 8,    /* a driver crashed, ended in a bug check, or did not return */
	EXIT_UNPLUGGED = 9, /* the machine has asked the device back, or lost it */
};

/** complain() - one line on stderr: "ndisrun: error: ...". */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** warn() - one line on stderr: "ndisrun: warning: ...". */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * parse_number() - an unsigned number on the command line, decimal or 0x...
 * @option: name of the option, for the message.
 *
 * Return: 0; -EINVAL not a number or outside [@minimum, @maximum], complained about.
 */
int parse_number(const char *option, const char *text, unsigned long minimum, unsigned long maximum,
		 unsigned long *value);

/** print_usage() - what "--help" prints for a subcommand: the synopsis and the text after it. */
void print_usage(const char *synopsis, const char *text);

/**
 * parse_only_help() - the options of a subcommand that has none but "--help"
 * @status: out: the exit status, if there is nothing more to do.
 *
 * Return: whether the subcommand is done; if not, its arguments begin at @argv[optind].
 */
bool parse_only_help(int argc, char **argv, const char *synopsis, const char *help, int *status);

/*
 * The subcommands.  @argv[0] is the name of the subcommand.  Return: an exit status.
 */
int command_list(int argc, char **argv);
int command_run(int argc, char **argv);
int command_stats(int argc, char **argv);
int command_oid(int argc, char **argv);
int command_inf(int argc, char **argv);
int command_reset(int argc, char **argv);
int command_stop(int argc, char **argv);
int command_faults(int argc, char **argv);

#endif /* NDISRUN_COMMAND_H */
