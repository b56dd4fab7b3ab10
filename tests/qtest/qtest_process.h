/* SPDX-License-Identifier: MIT */
/*
 * qtest_process.h - the part of struct qtest that qtest_process.c and qtest_client.c share
 */
#ifndef QTEST_PROCESS_H
#define QTEST_PROCESS_H

#include <sys/types.h>

#include "platform/qtest/qtest_wire.h"
#include "qtest_client.h"

/** struct qtest_channel - a line-oriented stream to QEMU. */
struct qtest_channel {
	int fd;		/* our end */
	GString *input; /* received, not yet consumed */
};

struct qtest {
	pid_t pid;
	int log_fd; /* anonymous file: QEMU's standard error */
	int ram_fd; /* anonymous file: guest memory */
	uint8_t *ram;
	struct qtest_wire protocol;
	struct qtest_channel monitor;
	GPtrArray *events; /* QMP events nobody waited for yet */
	bool lines[256];   /* levels of the intercepted lines */
};

/**
 * qtest_channel_send() - send @text whole.
 * qtest_channel_line() - next line without its end; the caller frees it.
 *
 * Both fail the test when QEMU closes the stream or the deadline passes.
 */
void qtest_channel_send(struct qtest *qemu, struct qtest_channel *channel, const char *text);
char *qtest_channel_line(struct qtest *qemu, struct qtest_channel *channel);

/** qtest_protocol_open() - speak qtest over a connected socket. */
void qtest_protocol_open(struct qtest *qemu, int socket);

/** qtest_monitor_greet() - read QMP's greeting and leave negotiation mode. */
void qtest_monitor_greet(struct qtest *qemu);

#endif /* QTEST_PROCESS_H */
