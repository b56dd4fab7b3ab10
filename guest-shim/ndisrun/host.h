/* SPDX-License-Identifier: MIT */
/*
 * host.h - the process of ndisrun run: one thread, one event loop, the sessions of its adapters
 *
 * A session that cannot be opened, or ends, leaves the others alone.  The process ends when a signal
 * says so and when no session is left.
 */
#ifndef NDISRUN_HOST_H
#define NDISRUN_HOST_H

#include <stdbool.h>
#include <stdio.h>

#include "ndisrun/driver_library.h"
#include "ndisrun/run_command.h"
#include "platform/event_loop.h"

struct session;

/**
 * struct host_driver - a driver, which all adapters with the same file share
 * @users: sessions that have it.
 * @driver: NULL before the first of them starts it.
 */
struct host_driver {
	struct host_driver *next;
	unsigned int users;
	struct driver_library library;
	struct shim_driver *driver;
};

/**
 * struct host
 * @signals, @timer: descriptors of the loop, -1 when closed.
 * @sessions: NULL: ended.
 * @stop: a signal has come.
 * @is_ending: a session is being ended; @ended: how many were.
 * @status: exit status so far: of the first session that failed.
 */
struct host {
	const struct run_command *command;
	struct event_loop *loop;
	struct host_driver *drivers;
	struct session *sessions[RUN_ADAPTERS];
	FILE *trace;
	int signals;
	int timer;
	bool stop;
	bool is_ending;
	unsigned int ended;
	int status;
};

/** host_run() - all of it.  Return: an exit status; failures are complained about. */
int host_run(const struct run_command *command);

/**
 * host_driver_get() - load a driver, or share it
 * @driver: out.
 *
 * Return: 0; as driver_library_open(), explained.
 */
int host_driver_get(struct host *host, const char *name, struct host_driver **driver,
		    struct explanation *why);

/** host_driver_start() - run DriverEntry, once.  Return: 0; as shim_driver_start(). */
int host_driver_start(struct host_driver *driver, const char *name);

/** host_driver_put() - stop and unload it after its last user.  NULL is ignored. */
void host_driver_put(struct host *host, struct host_driver *driver);

#endif /* NDISRUN_HOST_H */
