/* SPDX-License-Identifier: MIT */
/*
 * run_command.c - the command line of ndisrun run: adapters, and what is for all of them
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ndisrun/command.h"
#include "ndisrun/run_command.h"
#include "ndisrun/watch.h"

/* A processor that is kept busy for longer might as well be kept busy for good. */
#define POLL_MAXIMUM 1000000

static const char synopsis[] = "run --device ADDRESS --miniport NAME|FILE.so [OPTION...]";
static const char help_text[] =
	"Binds the device to vfio-pci, starts the miniport on it, and bridges it to a TAP\n"
	"interface until SIGINT, SIGTERM or 'ndisrun stop'.  The device then goes back to\n"
	"its old driver.\n"
	"\n"
	"  --device ADDRESS       PCI address, 0000:00:03.0 or 00:03.0\n"
	"  --miniport NAME|FILE   NAME.so from NDISRUN_PATH or the library directory, or a file\n"
	"  --tap NAME             interface to make (default: nic0)\n"
	"  --policy POLICY        auto, remap, copy, pool or cached (default: auto)\n"
	"  --fragment HOW         none, or page: no piece of a frame crosses a page\n"
	"  --copybreak BYTES      what policy auto copies rather than maps (default: 131072)\n"
	"  --dma-size BITS        24, 32 or 64: ceiling of the device's addresses (default: 64)\n"
	"  --addresses KIND       iova, or physical: the device gets physical addresses, for one\n"
	"                         that bypasses the IOMMU (default: iova)\n"
	"  --irq KIND             auto, msix, msi or intx (default: auto)\n"
	"  --vfio WAY             to the IOMMU: auto, iommufd or type1 (default: auto)\n"
	"  --isa RESOURCES        instead of --device: an ISA device, with\n"
	"                         iobase=PORT,irq=LINE[,dma=CHANNEL][,ports=COUNT]\n"
	"  --set KEYWORD=VALUE    configuration of the miniport; may be repeated\n"
	"  --inf FILE             configuration from the driver's INF file; --set goes before it\n"
	"  --mac ADDRESS          station address (keyword NetworkAddress)\n"
	"  --mtu BYTES            frame size without header, if less than the miniport tells\n"
	"  --split BYTES[,REST]   send each frame as a first buffer of so many bytes and a rest,\n"
	"                         or buffers of so many bytes\n"
	"  --offload HOW          auto, or none: no checksums for the miniport (default: auto)\n"
	"  --no-sg                refuse NdisMInitializeScatterGatherDma\n"
	"  --single-element       one element in each scatter/gather list\n"
	"  --verify[=HOW]         check the use of DMA more closely: report (default) or stop\n"
	"  --trace FILE           write every NDIS call to FILE; to FILE.json for Perfetto\n"
	"  --watchdog SECONDS     how long a driver may take before it is taken for stuck;\n"
	"                         0: without limit (default: 60)\n"
	"  --poll MICROSECONDS    look for interrupts and frames for so long before sleeping: shorter\n"
	"                         round trips, more processor time (default: 0)\n"
	"  --break HOW            at a break point of a driver: stop or go (default: stop)\n"
	"  --stats                print the counters at the end\n"
	"\n"
	"A second --device, --isa or --miniport begins the next adapter of the same process;\n"
	"the options behind it are for that adapter. Without a --miniport of its own it has\n"
	"the driver of the one before, without --tap the next free name: nic1, nic2...\n";

/* What one adapter has, another one cannot have. */
static int check_pair(const struct run_options *one, const struct run_options *other)
{
	bool here = !one->qtest.enabled && !other->qtest.enabled;

	if (one->tap[0] && strcmp(one->tap, other->tap) == 0) {
		complain("--tap '%s': two adapters cannot have one interface", one->tap);
		return -EINVAL;
	}
	if (here && strcmp(one->device, other->device) == 0) {
		complain("'%s' is given twice: a device has one adapter", one->device);
		return -EINVAL;
	}
	return 0;
}

static bool is_taken(const struct run_command *command, const char *name)
{
	unsigned int i;

	for (i = 0; i < command->count; i++)
		if (strcmp(command->adapters[i]->tap, name) == 0)
			return true;
	return false;
}

/* The next name after that of the adapter before that no other one has. */
static void name_interface(const struct run_command *command, unsigned int number, char *name)
{
	do
		snprintf(name, IFNAMSIZ, "nic%u", number++);
	while (is_taken(command, name));
}

static int check_complete(struct run_command *command, int argc, char **argv)
{
	unsigned int i, j;

	if (optind < argc) {
		complain("'run' takes options only, '%s' is given: 'ndisrun run --help' lists them",
			 argv[optind]);
		return -EINVAL;
	}
	for (i = 0; i < command->count; i++) {
		struct run_options *options = command->adapters[i];
		char name[IFNAMSIZ];

		if (i && !options->miniport)
			options->miniport = command->adapters[i - 1]->miniport;
		if (run_options_check(options) < 0)
			return -EINVAL;
		if (!options->tap[0] && !options->qtest.enabled) {
			name_interface(command, i, name);
			strcpy(options->tap, name);
		}
		for (j = 0; j < i; j++)
			if (check_pair(command->adapters[j], options) < 0)
				return -EINVAL;
	}
	return 0;
}

static int add_adapter(struct run_command *command)
{
	struct run_options *options;

	if (command->count == RUN_ADAPTERS) {
		complain("at most %d adapters can be given", RUN_ADAPTERS);
		return -EINVAL;
	}
	options = calloc(1, sizeof(*options));
	if (!options) {
		complain("out of memory");
		return -ENOMEM;
	}
	options->adapter.dma.copybreak = DMA_DEFAULT_COPYBREAK;
	options->adapter.parameters = options->parameters;
	command->adapters[command->count++] = options;
	return 0;
}

/* Whether the option says again what the adapter has already been told. */
static bool begins_adapter(const struct run_options *options, int option)
{
	return (option == 'd' && options->qtest.device) ||
	       (option == 'o' && options->isa.enabled) || (option == 'm' && options->miniport);
}

static int parse_for_adapter(struct run_command *command, int option, const char *text)
{
	if (begins_adapter(command->adapters[command->count - 1], option) &&
	    add_adapter(command) < 0)
		return -EINVAL;
	return run_options_parse(command->adapters[command->count - 1], option, text);
}

static int parse_watchdog(struct run_command *command, const char *text)
{
	unsigned long seconds;

	if (parse_number("--watchdog", text, 0, WATCH_MAXIMUM, &seconds) < 0)
		return -EINVAL;
	command->watchdog = (unsigned int)seconds;
	return 0;
}

static int parse_poll(struct run_command *command, const char *text)
{
	unsigned long microseconds;

	if (parse_number("--poll", text, 0, POLL_MAXIMUM, &microseconds) < 0)
		return -EINVAL;
	command->poll = (unsigned int)microseconds;
	return 0;
}

static int parse_break(struct run_command *command, const char *text)
{
	command->go_on = strcmp(text, "go") == 0;
	if (command->go_on || strcmp(text, "stop") == 0)
		return 0;
	complain("--break '%s': must be one of: stop go", text);
	return -EINVAL;
}

/* What is for all adapters.  Return: 1 if the option is for one of them. */
static int parse_for_all(struct run_command *command, int option, const char *text)
{
	switch (option) {
	case 'r':
		command->trace = text;
		return 0;
	case 'w':
		return parse_watchdog(command, text);
	case 'P':
		return parse_poll(command, text);
	case 'q':
		return parse_break(command, text);
	default:
		return 1;
	}
}

int run_command_parse(struct run_command *command, int argc, char **argv, bool *help)
{
	static const struct option names[] = {
		{"device", required_argument, NULL, 'd'},
		{"miniport", required_argument, NULL, 'm'},
		{"tap", required_argument, NULL, 't'},
		{"policy", required_argument, NULL, 'p'},
		{"fragment", required_argument, NULL, 'f'},
		{"copybreak", required_argument, NULL, 'b'},
		{"dma-size", required_argument, NULL, 'z'},
		{"addresses", required_argument, NULL, 'y'},
		{"irq", required_argument, NULL, 'i'},
		{"vfio", required_argument, NULL, 'v'},
		{"isa", required_argument, NULL, 'o'},
		{"set", required_argument, NULL, 's'},
		{"inf", required_argument, NULL, 'x'},
		{"mac", required_argument, NULL, 'a'},
		{"mtu", required_argument, NULL, 'u'},
		{"split", required_argument, NULL, 'l'},
		{"offload", required_argument, NULL, 'e'},
		{"no-sg", no_argument, NULL, 'n'},
		{"single-element", no_argument, NULL, 'g'},
		{"verify", optional_argument, NULL, 'k'},
		{"trace", required_argument, NULL, 'r'},
		{"watchdog", required_argument, NULL, 'w'},
		{"poll", required_argument, NULL, 'P'},
		{"break", required_argument, NULL, 'q'},
		{"stats", no_argument, NULL, 'c'},
		{"help", no_argument, NULL, 'h'},
		{"qtest", optional_argument, NULL, QTEST_OPTION_QEMU},
		{"qtest-arg", required_argument, NULL, QTEST_OPTION_ARGUMENT},
		{"qtest-socket", required_argument, NULL, QTEST_OPTION_SOCKET},
		{"qtest-memory", required_argument, NULL, QTEST_OPTION_MEMORY},
		{"netdev", required_argument, NULL, QTEST_OPTION_NETDEV},
		{"loop", required_argument, NULL, QTEST_OPTION_LOOP},
		{0},
	};
	int option, result;

	memset(command, 0, sizeof(*command));
	command->watchdog = WATCH_DEFAULT;
	*help = false;
	if (add_adapter(command) < 0)
		return -EINVAL;
	while ((option = getopt_long(argc, argv, "h", names, NULL)) != -1) {
		if (option == 'h') {
			print_usage(synopsis, help_text);
			printf("%s", qtest_options_help);
			*help = true;
			return 0;
		}
		result = parse_for_all(command, option, optarg);
		if (result > 0)
			result = parse_for_adapter(command, option, optarg);
		if (result < 0)
			return -EINVAL;
	}
	return check_complete(command, argc, argv);
}

void run_command_free(struct run_command *command)
{
	unsigned int i, j;

	for (i = 0; i < command->count; i++) {
		for (j = 0; j < command->adapters[i]->adapter.parameter_count; j++)
			free(command->adapters[i]->keywords[j]);
		free(command->adapters[i]);
	}
}
