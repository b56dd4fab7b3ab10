/* SPDX-License-Identifier: MIT */
/*
 * command_inf.c - ndisrun inf
 */
#include <getopt.h>
#include <stdio.h>

#include "ndisrun/command.h"
#include "ndisrun/inf_settings.h"

static const char synopsis[] = "inf FILE [DEVICE]";
static const char help[] =
	"Lists the devices that the INF file of a driver is for; with DEVICE, one of them,\n"
	"like PCI\\VEN_8086&DEV_100E, the keywords that 'run --inf FILE' sets for it, with\n"
	"their types and limits.\n";

static int show(const struct inf_file *file, const char *name, struct explanation *why)
{
	struct inf_device device = {.count = 1};
	struct inf_settings settings;
	int result;

	if (!name)
		return inf_models_print(file, stdout, why);
	snprintf(device.ids[0], sizeof(device.ids[0]), "%s", name);
	result = inf_settings_read(file, &device, &settings, why);
	if (result == 0)
		inf_settings_print(&settings, stdout);
	inf_settings_free(&settings);
	return result;
}

int command_inf(int argc, char **argv)
{
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};
	struct inf_file *file = NULL;
	int result;
	int status;

	if (parse_only_help(argc, argv, synopsis, help, &status))
		return status;
	if (argc - optind != 1 && argc - optind != 2) {
		complain("'inf' takes a file, and perhaps a device; %d arguments are given",
			 argc - optind);
		return EXIT_USAGE;
	}
	result = inf_file_read(argv[optind], &file, &why);
	if (result == 0)
		result = show(file, argc - optind == 2 ? argv[optind + 1] : NULL, &why);
	inf_file_free(file);
	if (result < 0)
		complain("%s", message);
	return result < 0 ? EXIT_FAILED : EXIT_OK;
}
