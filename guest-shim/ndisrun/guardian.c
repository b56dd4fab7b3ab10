/* SPDX-License-Identifier: MIT */
/*
 * guardian.c - the process that gives the device back, however ndisrun ends
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ndisrun/command.h"
#include "ndisrun/guardian.h"

/*
 * The child may not allocate, and may not wait for a lock that another thread held at the time of the
 * fork: what it says does not go through stdio.
 */
static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
	char text[EXPLAIN_SIZE + 100];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (length >= (int)sizeof(text))
		length = (int)sizeof(text) - 1;
	if (length > 0 && write(STDERR_FILENO, text, (size_t)length) < 0)
		return; /* nobody is there to be told */
}

/* Signals to the terminal's process group, or to all of a session, must not reach the guardian. */
static void detach(int pipe)
{
	static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2};
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	setsid();
	prctl(PR_SET_NAME, "ndisrun-guard");
	if (chdir("/") < 0)
		say("ndisrun: error: guardian: cannot leave the working directory: %s\n",
		    strerror(errno));
	/* Anything else that is open now, the trace file for example, is not ours to keep open. */
	if (pipe > 3)
		close_range(3, (unsigned int)pipe - 1, 0);
	close_range((unsigned int)pipe + 1, ~0U, 0);
}

static void wait_for_end(int pipe)
{
	char byte;

	while (read(pipe, &byte, 1) < 0 && errno == EINTR)
		;
}

static _Noreturn void guard(int pipe, const struct pci_binding *binding)
{
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};

	detach(pipe);
	wait_for_end(pipe);
	if (pci_binding_restore(sysfs_of_this_machine(), binding, &why) < 0) {
		say("ndisrun: error: %s\n", message);
		_exit(EXIT_GIVE_BACK);
	}
	if (sysfs_exists(sysfs_of_this_machine(), "bus/pci/devices/%s", binding->address))
		say("ndisrun: %s given back to %s%s\n", binding->address,
		    binding->driver[0] ? "driver " : "no driver", binding->driver);
	else
		say("ndisrun: %s has left the machine\n", binding->address);
	_exit(EXIT_OK);
}

int guardian_start(struct guardian *guardian, const struct pci_binding *binding,
		   struct explanation *why)
{
	int ends[2];
	pid_t process;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return explain(why, -errno, "cannot make a pipe: %s", strerror(errno));
	fflush(NULL);
	process = fork();
	if (process < 0) {
		int result = -errno;

		close(ends[0]);
		close(ends[1]);
		return explain(why, result, "cannot start the guardian process: %s",
			       strerror(-result));
	}
	if (process == 0) {
		close(ends[1]);
		guard(ends[0], binding);
	}
	close(ends[0]);
	guardian->process = process;
	guardian->pipe = ends[1];
	return 0;
}

int guardian_finish(struct guardian *guardian)
{
	int status = 0;

	if (!guardian->process)
		return 0;
	close(guardian->pipe);
	while (waitpid(guardian->process, &status, 0) < 0 && errno == EINTR)
		;
	guardian->process = 0;
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_OK ? 0 : -EIO;
}
