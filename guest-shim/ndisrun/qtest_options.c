/* SPDX-License-Identifier: MIT */
/*
 * qtest_options.c - the part of the command line of ndisrun run that is about QEMU
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ndisrun/command.h"
#include "ndisrun/qtest_options.h"

#define QEMU_DEFAULT   "qemu-system-x86_64"
#define FRAMES_MAXIMUM 100000000

const char qtest_options_help[] =
	"\n"
	"With a device of QEMU instead of one of this machine; nothing boots, root is not\n"
	"needed:\n"
	"\n"
	"  --qtest[=QEMU]         start QEMU, a build with the qtest accelerator (default:\n"
	"                         NDISRUN_QEMU, else qemu-system-x86_64)\n"
	"  --device TYPE[,...]    device and properties, as for QEMU's -device\n"
	"  --loop N               send N frames of all sizes out to the wire and back in,\n"
	"                         compare every byte, stop\n"
	"  --netdev SPEC          what the wire leads to, as for QEMU's -netdev, without id;\n"
	"                         default: ndisrun itself\n"
	"  --qtest-arg ARG        one more argument for QEMU; may be repeated\n"
	"  --isa RESOURCES        the device is an ISA one, with these resources\n"
	"  --qtest-socket PATH    attach to a running QEMU; --device is then 00:SLOT.FUNCTION\n"
	"  --qtest-memory FILE    its RAM, with --qtest-socket\n";

static int add_argument(struct qtest_run_options *options, const char *text)
{
	/* The last element stays NULL: it ends the list. */
	if (options->argument_count == QTEST_ARGUMENTS - 1) {
		complain("--qtest-arg '%s': at most %d arguments can be given", text,
			 QTEST_ARGUMENTS - 1);
		return -EINVAL;
	}
	options->arguments[options->argument_count++] = text;
	return 0;
}

static int parse_netdev(struct qtest_run_options *options, const char *text)
{
	if (strstr(text, ",id=")) {
		complain("--netdev '%s': leave 'id' out, ndisrun connects it to the device", text);
		return -EINVAL;
	}
	options->netdev = text;
	return 0;
}

int qtest_options_parse(struct qtest_run_options *options, int option, const char *text)
{
	const char *preset = getenv("NDISRUN_QEMU");

	switch (option) {
	case QTEST_OPTION_QEMU:
		options->enabled = true;
		options->qemu = text ? text : preset ? preset : QEMU_DEFAULT;
		return 0;
	case QTEST_OPTION_ARGUMENT:
		return add_argument(options, text);
	case QTEST_OPTION_SOCKET:
		options->enabled = true;
		options->socket = text;
		return 0;
	case QTEST_OPTION_MEMORY:
		options->memory = text;
		return 0;
	case QTEST_OPTION_NETDEV:
		return parse_netdev(options, text);
	default:
		options->loop = true;
		return parse_number("--loop", text, 0, FRAMES_MAXIMUM, &options->frames);
	}
}

static int refuse(const char *message)
{
	complain("%s", message);
	return -EINVAL;
}

static int check_attached(const struct qtest_run_options *options)
{
	if (!options->memory)
		return refuse("--qtest-memory is missing: name the file that is the RAM of the "
			      "QEMU at --qtest-socket");
	if (options->qemu)
		return refuse("--qtest starts a QEMU and --qtest-socket attaches to one: give one "
			      "of them");
	if (options->loop || options->netdev || options->argument_count)
		return refuse("--loop, --netdev and --qtest-arg are for a QEMU that ndisrun "
			      "starts, not for one at --qtest-socket");
	return 0;
}

int qtest_options_check(const struct qtest_run_options *options, bool tap)
{
	if (!options->enabled) {
		if (options->argument_count || options->netdev || options->loop || options->memory)
			return refuse("--qtest-arg, --qtest-memory, --netdev and --loop are for a "
				      "device of QEMU: give --qtest, too");
		return 0;
	}
	if (options->socket && check_attached(options) < 0)
		return -EINVAL;
	if (!options->socket && options->memory)
		return refuse("--qtest-memory goes with --qtest-socket");
	if (options->loop && (options->netdev || tap))
		return refuse("--loop has the wire end in ndisrun: it does not go with --netdev "
			      "and --tap");
	if (tap && !options->netdev && !options->socket)
		return refuse("--tap with --qtest needs a --netdev that the frames can go to");
	return 0;
}
