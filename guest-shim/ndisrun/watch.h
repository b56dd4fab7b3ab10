/* SPDX-License-Identifier: MIT */
/*
 * watch.h - what happens when a driver crashes, bug checks, or does not return
 *
 * All of these end the process: the driver has its memory, and nothing in it can be relied on.  Before,
 * the calls that were made last and the functions that the thread is in are written to stderr.  The
 * devices are given back as after any other end: by the guardians (guardian.h), by QEMU's end.
 *
 * A thread of its own looks at the one that runs the drivers.  If that has not come back to
 * wait for events for so many seconds, or for some after a signal asked it to end, it is sent SIGUSR2,
 * whose handler reports where it is.  So it is if an adapter that shall end has not after the seconds,
 * whatever its driver waits for.
 */
#ifndef NDISRUN_WATCH_H
#define NDISRUN_WATCH_H

#include <stdbool.h>

#include "platform/event_loop.h"

/** WATCH_DEFAULT, WATCH_MAXIMUM - seconds that a driver may take. */
#define WATCH_DEFAULT 60
#define WATCH_MAXIMUM 86400

/**
 * watch_start() - call it on the thread that will run the drivers, once
 * @loop: of that thread.
 * @seconds: that a driver may take; 0: without limit.
 * @go_on: a break point is reported, and the driver goes on behind it.
 * @signals: a descriptor that is readable when a signal asks the process to end, and until the thread
 *	has seen it.
 *
 * Return: 0; -errno.
 */
int watch_start(const struct event_loop *loop, unsigned int seconds, bool go_on, int signals);

/** watch_stop() - ends the thread that looks; before the loop is destroyed.  Harmless without a start. */
void watch_stop(void);

/** watch_drivers() - from now on drivers run, or not any more: only then time counts. */
void watch_drivers(bool run);

/** watch_end() - an adapter is to end now, the @number-th; 0: none is. */
void watch_end(unsigned int number);

#endif /* NDISRUN_WATCH_H */
