/* SPDX-License-Identifier: MIT */
/*
 * main.c - ndisrun: attach an NDIS miniport to a PCI or ISA device
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/ndis_shim.h"
#include "ndisrun/command.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
	{"list", command_list, "show the PCI network devices, their drivers and IOMMU groups"},
	{"run", command_run, "attach a miniport to a device and bridge it to a TAP interface"},
	{"stats", command_stats, "show the counters of a running instance"},
	{"oid", command_oid, "query or set an object identifier of a running miniport"},
	{"inf", command_inf, "show what the INF file of a driver sets for a device"},
	{"reset", command_reset, "reset a running miniport"},
	{"faults", command_faults, "show the accesses the IOMMU has refused"},
	{"stop", command_stop, "end a running instance and wait until its device is given back"},
};

static void print_message(const char *kind, const char *format, va_list arguments)
{
	char text[4096];

	vsnprintf(text, sizeof(text), format, arguments);
	shim_log_end_line();
	fprintf(stderr, "ndisrun: %s: %s\n", kind, text);
}

void complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_message("error", format, arguments);
	va_end(arguments);
}

void warn(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_message("warning", format, arguments);
	va_end(arguments);
}

int parse_number(const char *option, const char *text, unsigned long minimum, unsigned long maximum,
		 unsigned long *value)
{
	char *end;

	errno = 0;
	*value = strtoul(text, &end, 0);
	if (errno || end == text || *end || *text == '-' || *value < minimum || *value > maximum) {
		complain("%s '%s': give a number from %lu to %lu", option, text, minimum, maximum);
		return -EINVAL;
	}
	return 0;
}

void print_usage(const char *synopsis, const char *text)
{
	printf("usage: ndisrun %s\n\n%s", synopsis, text);
}

static void print_help(void)
{
	size_t i;

	printf("usage: ndisrun COMMAND [ARGUMENT...]\n\n"
	       "Attaches an NDIS 5 miniport driver to a PCI device behind an IOMMU, or to an ISA\n"
	       "device.\n\n");
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		printf("  %-8s %s\n", commands[i].name, commands[i].summary);
	printf("\n'ndisrun COMMAND --help' describes a command, ndisrun(8) everything.\n");
}

static int run_command(int argc, char **argv)
{
	size_t i;

	if (argc < 2) {
		complain("no command is given: 'ndisrun --help' lists them");
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_help();
		return EXIT_OK;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		printf("ndisrun %s\n", NDISRUN_VERSION);
		return EXIT_OK;
	}
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	complain("there is no command '%s': 'ndisrun --help' lists them", argv[1]);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	int status = run_command(argc, argv);

	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	complain("not all could be written to the standard output");
	return status == EXIT_OK ? EXIT_FAILED : status;
}
