/* SPDX-License-Identifier: MIT */
/*
 * host.c - the process of ndisrun run: one thread, one event loop, the sessions of its adapters
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "ndisrun/command.h"
#include "ndisrun/host.h"
#include "ndisrun/session.h"
#include "ndisrun/watch.h"

#define TICK_MILLISECONDS 500

/* Also while a driver waits, in the events that are served then. */
static void look_for_end(const struct host *host)
{
	bool ends = host->stop || host->is_ending;
	unsigned int i;

	for (i = 0; i < host->command->count; i++)
		ends = ends || (host->sessions[i] && session_is_over(host->sessions[i]));
	watch_end(ends ? host->ended + 1 : 0);
}

static void on_signal(void *context)
{
	struct host *host = context;
	struct signalfd_siginfo info;

	if (read(host->signals, &info, sizeof(info)) == sizeof(info))
		host->stop = true;
	look_for_end(host);
}

static void on_timer(void *context)
{
	struct host *host = context;
	uint64_t expirations;
	unsigned int i;

	if (read(host->timer, &expirations, sizeof(expirations)) != sizeof(expirations))
		return;
	for (i = 0; i < host->command->count; i++)
		if (host->sessions[i])
			session_tick(host->sessions[i]);
	look_for_end(host);
}

static int open_loop(struct host *host)
{
	const struct itimerspec period = {
		.it_interval.tv_nsec = TICK_MILLISECONDS * 1000000,
		.it_value.tv_nsec = TICK_MILLISECONDS * 1000000,
	};
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	host->loop = event_loop_create();
	host->signals = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
	host->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (!host->loop || host->signals < 0 || host->timer < 0 ||
	    timerfd_settime(host->timer, 0, &period, NULL) < 0 ||
	    !event_loop_add(host->loop, host->signals, on_signal, host) ||
	    !event_loop_add(host->loop, host->timer, on_timer, host)) {
		complain("cannot make the event loop: %s", strerror(errno));
		return EXIT_FAILED;
	}
	event_loop_set_polling(host->loop, host->command->poll * 1000ull);
	return EXIT_OK;
}

static bool is_events(const char *trace)
{
	size_t length = strlen(trace);

	return length > 5 && strcmp(trace + length - 5, ".json") == 0;
}

static int open_trace(struct host *host)
{
	const char *trace = host->command->trace;

	if (!trace)
		return EXIT_OK;
	host->trace = fopen(trace, "we");
	if (!host->trace) {
		complain("--trace '%s': cannot be written: %s", trace, strerror(errno));
		return EXIT_USAGE;
	}
	setvbuf(host->trace, NULL, is_events(trace) ? _IONBF : _IOFBF, BUFSIZ);
	if (is_events(trace))
		shim_trace_events_to(host->trace);
	else
		shim_trace_to(host->trace);
	return EXIT_OK;
}

static void note_status(struct host *host, int status)
{
	if (host->status == EXIT_OK)
		host->status = status;
}

static void end_session(struct host *host, unsigned int index)
{
	struct session *session = host->sessions[index];

	host->sessions[index] = NULL;
	host->is_ending = true;
	look_for_end(host);
	note_status(host, session_end(session));
	host->is_ending = false;
	host->ended++;
	look_for_end(host);
}

static void open_sessions(struct host *host)
{
	unsigned int i;

	for (i = 0; i < host->command->count && !host->stop; i++) {
		int status = session_begin(host, i, &host->sessions[i]);

		note_status(host, status);
	}
}

/* Ends what is over.  Return: whether a session is left. */
static bool look_at_sessions(struct host *host)
{
	bool left = false;
	unsigned int i;

	for (i = 0; i < host->command->count; i++) {
		if (!host->sessions[i])
			continue;
		session_serve(host->sessions[i]);
		if (session_is_over(host->sessions[i]))
			end_session(host, i);
		else
			left = true;
	}
	return left;
}

static void serve(struct host *host)
{
	while (look_at_sessions(host) && !host->stop) {
		int result;

		watch_drivers(true);
		result = shim_run_once(-1);
		watch_drivers(false);

		if (result < 0 && result != -EINTR) {
			complain("the event loop failed: %s", strerror(-result));
			note_status(host, EXIT_FAILED);
			return;
		}
	}
}

static void close_trace(struct host *host)
{
	bool failed;

	shim_trace_to(NULL);
	shim_trace_events_to(NULL);
	if (!host->trace)
		return;
	failed = ferror(host->trace);
	if (fclose(host->trace) == 0 && !failed)
		return;
	complain("--trace '%s': not all of the trace could be written", host->command->trace);
	note_status(host, EXIT_FAILED);
}

static void close_host(struct host *host)
{
	close_trace(host);
	event_loop_destroy(host->loop);
	if (host->signals >= 0)
		close(host->signals);
	if (host->timer >= 0)
		close(host->timer);
}

int host_run(const struct run_command *command)
{
	struct host host = {.command = command, .signals = -1, .timer = -1};
	unsigned int i;

	host.status = open_loop(&host);
	if (host.status == EXIT_OK)
		host.status = open_trace(&host);
	if (host.status == EXIT_OK &&
	    watch_start(host.loop, command->watchdog, command->go_on, host.signals) < 0) {
		complain("cannot start the thread that watches the drivers");
		host.status = EXIT_FAILED;
	}
	if (host.status == EXIT_OK) {
		open_sessions(&host);
		serve(&host);
	}
	for (i = 0; i < command->count; i++)
		if (host.sessions[i])
			end_session(&host, i);
	watch_stop();
	close_host(&host);
	return host.status;
}
