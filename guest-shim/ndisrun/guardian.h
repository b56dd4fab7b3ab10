/* SPDX-License-Identifier: MIT */
/*
 * guardian.h - the process that gives the device back, however ndisrun ends
 *
 * A forked child waits on a pipe that only ndisrun holds open.  The pipe closes
 * when ndisrun asks for it or when ndisrun is no more: a signal it does not
 * catch, a crash in a miniport, a bug check, SIGKILL.  Then the child restores
 * the device's driver, which waits until the kernel has closed the device.
 * There is no other code that gives the device back, so that the way that
 * matters in a crash is the way that is used every day.
 */
#ifndef NDISRUN_GUARDIAN_H
#define NDISRUN_GUARDIAN_H

#include <sys/types.h>

#include "platform/linux/explain.h"
#include "platform/linux/pci_bind.h"

/**
 * struct guardian
 * @process: of the child, 0 when there is none.
 * @pipe: our end.
 */
struct guardian {
	pid_t process;
	int pipe;
};

/**
 * guardian_start() - fork the child; call it before the device is taken
 * @binding: what to restore; copied.
 *
 * Return: 0; -errno, explained.
 */
int guardian_start(struct guardian *guardian, const struct pci_binding *binding,
		   struct explanation *why);

/**
 * guardian_finish() - have the device given back and wait for it
 *
 * The device must be closed.  The child tells on stderr what it did.
 * Return: 0; -EIO the device could not be given back.
 */
int guardian_finish(struct guardian *guardian);

#endif /* NDISRUN_GUARDIAN_H */
