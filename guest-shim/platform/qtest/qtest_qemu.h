/* SPDX-License-Identifier: MIT */
/*
 * qtest_qemu.h - the QEMU at the other end: start it and end it, or attach to one
 *
 * A QEMU that is started is a child whose every channel is inherited: the qtest socket is
 * one of a pair, the RAM and the firmware are anonymous files.  Nothing is created in the
 * file system, so nothing is left behind.  The firmware is a page of HLT instructions: the
 * machine insists on one, and with the qtest accelerator nobody executes it.
 */
#ifndef PLATFORM_QTEST_QTEST_QEMU_H
#define PLATFORM_QTEST_QTEST_QEMU_H

#include <stddef.h>
#include <sys/types.h>

#include "platform/linux/explain.h"
#include "platform/qtest/qtest.h"
#include "platform/qtest/qtest_wire.h"

/** QTEST_SLOT - where on the root bus a device is put that is started with QEMU. */
#define QTEST_SLOT 4

/**
 * struct qtest_qemu - descriptors are -1 when closed
 * @process: the child; 0 when there is none, in particular when attached.
 * @socket: qtest connection.
 * @memory: file that is the RAM; @memory_size: its bytes.
 */
struct qtest_qemu {
	pid_t process;
	int socket;
	int memory;
	size_t memory_size;
};

/** qtest_qemu_init() - nothing is open. */
void qtest_qemu_init(struct qtest_qemu *qemu);

/**
 * qtest_qemu_start() - run QEMU with the device
 *
 * The child's signal mask is empty and its process group its own: what the terminal sends to
 * this program does not reach it.  It is killed when the calling thread ends.
 *
 * Return: 0; -EINVAL; -ENOENT; -errno; explained.  Bad arguments of QEMU itself show up
 * later, as the end of the connection: see qtest_qemu_explain_end().
 */
int qtest_qemu_start(struct qtest_qemu *qemu, const struct qtest_options *options,
		     struct explanation *why);

/** qtest_qemu_attach() - connect to a running QEMU.  Return: 0; -ENOENT; -errno; explained. */
int qtest_qemu_attach(struct qtest_qemu *qemu, const struct qtest_options *options,
		      struct explanation *why);

/** qtest_qemu_explain_end() - why there was no answer, after @code.  Return: -EIO. */
int qtest_qemu_explain_end(struct qtest_qemu *qemu, const struct qtest_options *options, int code,
			   struct explanation *why);

/**
 * qtest_qemu_close() - end the child and close everything; may be called after a partial start
 * @wire: connection that the machine is switched off through, as a guest would: QEMU then
 *	tears its devices down and its sanitizers report.  NULL or broken: QEMU is killed.
 *
 * A child that does not end within @wire's deadline is killed.  An end with a status, or by a
 * signal, that was not asked for is logged.
 */
void qtest_qemu_close(struct qtest_qemu *qemu, struct qtest_wire *wire);

#endif /* PLATFORM_QTEST_QTEST_QEMU_H */
