/* SPDX-License-Identifier: MIT */
/*
 * options_fuzz.c - the command line of ndisrun: words, each ended by a zero byte
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "ndisrun/command.h"
#include "ndisrun/run_command.h"

#define WORDS 100

/* main() of ndisrun, under the name that it has in this program */
int ndisrun_main(int argc, char **argv);

const char *dma_policy_name(enum dma_policy policy)
{
	static const char *const names[] = {"auto", "remap", "copy", "pool", "cached"};

	return (size_t)policy < sizeof(names) / sizeof(names[0]) ? names[policy] : "?";
}

int command_run(int argc, char **argv)
{
	struct run_command command;
	bool help = false;
	int result = run_command_parse(&command, argc, argv, &help);
	unsigned int i;

	FUZZ_CHECK(result == 0 || result == -EINVAL);
	FUZZ_CHECK(command.count >= 1 && command.count <= RUN_ADAPTERS);
	for (i = 0; i < command.count && result == 0 && !help; i++) {
		const struct run_options *options = command.adapters[i];

		FUZZ_CHECK(options->miniport && strlen(options->tap) < sizeof(options->tap));
		FUZZ_CHECK(memchr(options->device, '\0', sizeof(options->device)));
	}
	run_command_free(&command);
	return result == 0 ? EXIT_OK : EXIT_USAGE;
}

int command_list(int argc, char **argv)
{
	return EXIT_OK;
}

int command_stats(int argc, char **argv)
{
	return EXIT_OK;
}

int command_oid(int argc, char **argv)
{
	return EXIT_OK;
}

int command_inf(int argc, char **argv)
{
	return EXIT_OK;
}

int command_reset(int argc, char **argv)
{
	return EXIT_OK;
}

int command_stop(int argc, char **argv)
{
	return EXIT_OK;
}

int command_faults(int argc, char **argv)
{
	return EXIT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char program[] = "ndisrun";
	static bool is_quiet;
	char *words = malloc(size + 1);
	char *argv[WORDS + 1] = {program};
	int argc = 1;
	size_t i;

	if (!is_quiet)
		is_quiet = freopen("/dev/null", "w", stdout) && setvbuf(stderr, NULL, _IOFBF, 4096) == 0;
	FUZZ_CHECK(words);
	memcpy(words, data, size);
	words[size] = '\0';
	for (i = 0; i < size && argc < WORDS; i += strlen(words + i) + 1)
		argv[argc++] = words + i;
	optind = 0;
	ndisrun_main(argc, argv);
	free(words);
	return 0;
}
