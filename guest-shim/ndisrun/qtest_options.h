/* SPDX-License-Identifier: MIT */
/*
 * qtest_options.h - the part of the command line of ndisrun run that is about QEMU
 */
#ifndef NDISRUN_QTEST_OPTIONS_H
#define NDISRUN_QTEST_OPTIONS_H

#include <stdbool.h>

#define QTEST_ARGUMENTS 64

/**
 * struct qtest_run_options - a device of a QEMU that ndisrun drives, instead of one of this machine
 * @enabled: --qtest or --qtest-socket is given.
 * @qemu: program.
 * @device: what --device says: type and properties, or an address when attaching.
 * @arguments, @argument_count: --qtest-arg.
 * @socket, @memory: --qtest-socket, --qtest-memory; NULL: QEMU is started.
 * @netdev: --netdev; NULL: the wire ends in ndisrun.
 * @loop: --loop is given; @frames: its number.
 */
struct qtest_run_options {
	bool enabled;
	const char *qemu;
	const char *device;
	const char *arguments[QTEST_ARGUMENTS];
	unsigned int argument_count;
	const char *socket;
	const char *memory;
	const char *netdev;
	bool loop;
	unsigned long frames;
};

/** enum qtest_option - values for getopt; none is a character. */
enum qtest_option {
	QTEST_OPTION_QEMU = 256,
	QTEST_OPTION_ARGUMENT,
	QTEST_OPTION_SOCKET,
	QTEST_OPTION_MEMORY,
	QTEST_OPTION_NETDEV,
	QTEST_OPTION_LOOP,
};

/** qtest_options_help - lines for "--help". */
extern const char qtest_options_help[];

/** qtest_options_parse() - one option.  Return: 0; -EINVAL, complained about. */
int qtest_options_parse(struct qtest_run_options *options, int option, const char *text);

/**
 * qtest_options_check() - whether they fit together
 * @tap: --tap is given.
 *
 * Return: 0; -EINVAL, complained about.
 */
int qtest_options_check(const struct qtest_run_options *options, bool tap);

#endif /* NDISRUN_QTEST_OPTIONS_H */
