/* SPDX-License-Identifier: MIT */
/*
 * watch.c - what happens when a driver crashes, bug checks, or does not return
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "include/ndis_shim.h"
#include "ndisrun/command.h"
#include "ndisrun/watch.h"
#include "platform/call_stack.h"

#define CALLS_SHOWN	  24
#define FRAMES		  48
#define LOOK_MILLISECONDS 100
/* What a driver may take once the process was asked to end. */
#define PATIENCE 5
/* What the report itself may take, before the process ends without it. */
#define REPORT_PATIENCE 20

#define SIGNAL_STUCK SIGUSR2

/**
 * struct watch - of the process, as signal handlers are
 * @thread: that runs the drivers.
 * @looker: looks at it; only if @is_on.
 * @stop: a pipe; a byte in it ends @looker.
 * @turns: its counter.
 * @running: watch_drivers().
 * @end: watch_end().
 */
static struct watch {
	pthread_t thread;
	pthread_t looker;
	int stop[2];
	bool is_on;
	const uint64_t *turns;
	unsigned int seconds;
	int signals;
	bool go_on;
	bool running;
	unsigned int end;
	bool reporting;
	_Alignas(64) char stack[65536]; /* AddressSanitizer wants it aligned */
} watch;

/* One line; neither allocates nor locks. */
static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
	char line[1024];
	va_list arguments;
	size_t length;
	ssize_t written;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line) - 1, format, arguments);
	va_end(arguments);
	length = strlen(line);
	line[length++] = '\n';
	written = write(STDERR_FILENO, line, length);
	(void)written;
}

static void say_calls(void)
{
	unsigned int back = CALLS_SHOWN;
	char line[512];

	say("ndisrun: the last calls between driver and library; with --verify or --trace also "
	    "NdisM*BufferPhysicalMapping:");
	while (back--)
		if (shim_history_line(back, line, sizeof(line)))
			say("    %s", line);
}

/* The frames below the signal's are those of the driver. */
static void say_functions(const void *interrupted)
{
	void *frames[FRAMES];
	unsigned int count = call_stack(frames, FRAMES);
	unsigned int first = 0;
	char text[256];
	unsigned int i;

	while (interrupted && first < count && frames[first] != interrupted)
		first++;
	if (first == count)
		first = 0;
	say("ndisrun: the functions it was in, the innermost first:");
	for (i = first; i < count; i++) {
		call_stack_text(frames[i], i > first || !interrupted, text, sizeof(text));
		say("    %s", text);
	}
}

static _Noreturn void end(void)
{
	shim_trace_flush();
	say("ndisrun: ends with status %d; its devices are given back", EXIT_BROKEN);
	_exit(EXIT_BROKEN);
}

static const void *interrupted_at(const void *context)
{
	const ucontext_t *user = context;

	return (const void *)(uintptr_t)user->uc_mcontext.gregs[REG_RIP];
}

/* A second signal during the report: end at once. */
static void begin_report(void)
{
	if (__atomic_exchange_n(&watch.reporting, true, __ATOMIC_SEQ_CST))
		_exit(EXIT_BROKEN);
	signal(SIGALRM, SIG_DFL);
	alarm(REPORT_PATIENCE);
}

/* As a debugger's user lets the driver go on. */
static void end_report(void)
{
	say("ndisrun: goes on behind the break point");
	alarm(0);
	__atomic_store_n(&watch.reporting, false, __ATOMIC_SEQ_CST);
}

static void on_crash(int number, siginfo_t *info, void *context)
{
	const void *address = interrupted_at(context);
	char place[256];

	begin_report();
	call_stack_text(address, false, place, sizeof(place));
	if (number == SIGSEGV || number == SIGBUS)
		say("ndisrun: error: crash: %s at address %p, by %s",
		    number == SIGSEGV ? "bad memory access" : "bus error", info->si_addr, place);
	else if (number == SIGTRAP)
		say("ndisrun: error: a break point was reached (DbgBreakPoint, or an assertion "
		    "that failed)");
	else if (number == SIGABRT)
		say("ndisrun: error: the process was aborted");
	else
		say("ndisrun: error: crash: %s, by %s",
		    number == SIGFPE ? "division by zero or overflow" : "illegal instruction",
		    place);
	say_calls();
	say_functions(address);
	if (number == SIGTRAP && watch.go_on)
		end_report();
	else
		end();
}

static void on_stuck(int number, siginfo_t *info, void *context)
{
	begin_report();
	say("ndisrun: error: a driver does not return");
	say_calls();
	say_functions(interrupted_at(context));
	end();
}

/* The bug check itself has been reported, with its parameters and functions. */
static void on_bug_check(void *context)
{
	begin_report();
	say_calls();
	end();
}

static bool is_asked_to_end(void)
{
	struct pollfd entry = {.fd = watch.signals, .events = POLLIN};

	return poll(&entry, 1, 0) == 1;
}

static unsigned int limit(void)
{
	unsigned int seconds = watch.seconds;

	if (is_asked_to_end() && (!seconds || seconds > PATIENCE))
		seconds = PATIENCE;
	return seconds;
}

/* A driver that waits may wait for ever, but not when its adapter ends.  Called with every look. */
static bool is_end_too_long(void)
{
	static unsigned int seen;
	static uint64_t looks;
	unsigned int number = __atomic_load_n(&watch.end, __ATOMIC_RELAXED);

	if (number != seen) {
		seen = number;
		looks = 0;
	}
	return number && watch.seconds && ++looks > watch.seconds * (1000ull / LOOK_MILLISECONDS);
}

static void *look(void *context)
{
	struct pollfd stop = {.fd = watch.stop[0], .events = POLLIN};
	uint64_t seen = 1;
	uint64_t looks = 0;

	/* Looks are counted, not time: a debugger stops this thread, too. */
	for (;;) {
		uint64_t turns = __atomic_load_n(watch.turns, __ATOMIC_RELAXED);
		unsigned int seconds;

		if (poll(&stop, 1, LOOK_MILLISECONDS) > 0)
			return NULL;
		looks++;
		if (turns != seen || turns % 2 ||
		    !__atomic_load_n(&watch.running, __ATOMIC_RELAXED)) {
			seen = turns;
			looks = 0;
		}
		seconds = limit();
		if ((seconds && looks > seconds * (1000ull / LOOK_MILLISECONDS)) ||
		    is_end_too_long())
			break;
	}
	pthread_kill(watch.thread, SIGNAL_STUCK);
	/* In a system call that no signal interrupts the thread cannot tell where it is. */
	sleep(REPORT_PATIENCE);
	say("ndisrun: error: a driver does not return, and its thread cannot be interrupted");
	say_calls();
	end();
	return NULL;
}

static void catch (int number, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};

	sigaction(number, &action, NULL);
}

static int start_thread(void)
{
	sigset_t all, former;
	int result;

	if (pipe2(watch.stop, O_CLOEXEC) < 0)
		return -errno;
	/* Signals are for the thread that runs the drivers. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &former);
	result = pthread_create(&watch.looker, NULL, look, NULL);
	pthread_sigmask(SIG_SETMASK, &former, NULL);
	watch.is_on = !result;
	return -result;
}

int watch_start(const struct event_loop *loop, unsigned int seconds, bool go_on, int signals)
{
	static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
	const stack_t stack = {.ss_sp = watch.stack, .ss_size = sizeof(watch.stack)};
	size_t i;

	watch.thread = pthread_self();
	watch.turns = event_loop_turns(loop);
	watch.seconds = seconds;
	watch.go_on = go_on;
	watch.signals = signals;
	sigaltstack(&stack, NULL);
	for (i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		catch (crashes[i], on_crash);
	catch (SIGNAL_STUCK, on_stuck);
	shim_on_bug_check(on_bug_check, NULL);
	shim_history(true);
	return start_thread();
}

void watch_stop(void)
{
	if (!watch.is_on || write(watch.stop[1], "", 1) != 1)
		return;
	watch.is_on = false;
	pthread_join(watch.looker, NULL);
	close(watch.stop[0]);
	close(watch.stop[1]);
}

void watch_drivers(bool run)
{
	__atomic_store_n(&watch.running, run, __ATOMIC_RELAXED);
}

void watch_end(unsigned int number)
{
	__atomic_store_n(&watch.end, number, __ATOMIC_RELAXED);
}
