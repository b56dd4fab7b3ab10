/* SPDX-License-Identifier: MIT */
/*
 * qtest_qemu.c - the QEMU at the other end: start it and end it, or attach to one
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "platform/qtest/qtest_qemu.h"
#include "support/log.h"

#define FIRMWARE_SIZE	 65536
#define HALT_OPCODE	 0xf4
#define MEMORY_DEFAULT	 256
#define MEMORY_MINIMUM	 32
#define MEMORY_MAXIMUM	 1024
#define ARGUMENT_MAXIMUM 128
#define INHERITED_MAX	 16

/* Bridge 0:1f.0 of the q35 chipset: where its power management block is, and its enable bits. */
#define CONFIG_ADDRESS	   0xcf8
#define CONFIG_DATA	   0xcfc
#define CONFIG_PM_BASE	   0x8000f840u
#define CONFIG_PM_CONTROL  0x8000f844u
#define PM_BASE		   0x600u
#define PM_ENABLE	   0x80u
#define PM1_CONTROL	   (PM_BASE + 4)
#define PM1_SLEEP_SOFT_OFF 0x2000u

void qtest_qemu_init(struct qtest_qemu *qemu)
{
	memset(qemu, 0, sizeof(*qemu));
	qemu->socket = -1;
	qemu->memory = -1;
}

/* ---- command line ------------------------------------------------------------------------- */

/**
 * struct command - arguments of QEMU
 * @full: one did not fit or could not be allocated.
 */
struct command {
	char *arguments[ARGUMENT_MAXIMUM + 1];
	unsigned int count;
	bool full;
};

static void add(struct command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct command *command, const char *format, ...)
{
	va_list values;
	char *text;

	va_start(values, format);
	if (command->count < ARGUMENT_MAXIMUM && vasprintf(&text, format, values) >= 0)
		command->arguments[command->count++] = text;
	else
		command->full = true;
	va_end(values);
}

static void command_free(struct command *command)
{
	while (command->count)
		free(command->arguments[--command->count]);
}

static void add_machine(struct command *command, const struct qtest_qemu *qemu, int firmware)
{
	add(command, "-accel");
	add(command, "qtest");
	add(command, "-machine");
	add(command, "q35,memory-backend=ram");
	add(command, "-m");
	add(command, "%zuM", qemu->memory_size >> 20);
	add(command, "-object");
	add(command, "memory-backend-file,id=ram,share=on,size=%zuM,mem-path=/proc/self/fd/%d",
	    qemu->memory_size >> 20, qemu->memory);
	add(command, "-bios");
	add(command, "/proc/self/fd/%d", firmware);
	add(command, "-nodefaults");
	add(command, "-no-user-config");
	add(command, "-display");
	add(command, "none");
	/* Or it looks for a ROM that only firmware would run. */
	add(command, "-global");
	add(command, "apic.vapic=off");
	add(command, "-d");
	add(command, "guest_errors");
	add(command, "-device");
	add(command, "intel-iommu,intremap=off");
}

static void add_channel(struct command *command, int channel)
{
	add(command, "-chardev");
	add(command, "socket,id=qtest,fd=%d", channel);
	add(command, "-qtest");
	add(command, "chardev:qtest");
	/* Without a file QEMU logs the protocol to its standard error. */
	add(command, "-qtest-log");
	add(command, "/dev/null");
}

static void add_device(struct command *command, const struct qtest_options *options)
{
	const char *const *argument;

	for (argument = options->arguments; argument && *argument; argument++)
		add(command, "%s", *argument);
	add(command, "-device");
	if (options->isa)
		add(command, "%s", options->device);
	else
		add(command, "%s,bus=pcie.0,addr=%x.0", options->device, QTEST_SLOT);
}

/* ---- files and processes ------------------------------------------------------------------ */

static int anonymous_file(const char *name, size_t size)
{
	int file = memfd_create(name, MFD_CLOEXEC);

	if (file >= 0 && ftruncate(file, (off_t)size) < 0) {
		close(file);
		return -errno;
	}
	return file < 0 ? -errno : file;
}

static int firmware_file(void)
{
	int file = anonymous_file("firmware", FIRMWARE_SIZE);
	unsigned char page[4096];
	size_t written;

	memset(page, HALT_OPCODE, sizeof(page));
	for (written = 0; file >= 0 && written < FIRMWARE_SIZE; written += sizeof(page)) {
		if (pwrite(file, page, sizeof(page), (off_t)written) != sizeof(page)) {
			close(file);
			return -ENOSPC;
		}
	}
	return file;
}

static void keep_open(int descriptor)
{
	if (descriptor >= 0)
		fcntl(descriptor, F_SETFD, 0);
}

/* This process's; a QEMU built with sanitizers ends with a status that shows what they found. */
static char **environment_of_qemu(void)
{
	static char asan[] = "ASAN_OPTIONS=detect_leaks=1:exitcode=99";
	static char ubsan[] = "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:exitcode=99";
	char **environment;
	size_t count = 0;

	while (environ[count])
		count++;
	environment = calloc(count + 3, sizeof(*environment));
	if (!environment)
		return NULL;
	memcpy(environment, environ, count * sizeof(*environment));
	if (!getenv("ASAN_OPTIONS"))
		environment[count++] = asan;
	if (!getenv("UBSAN_OPTIONS"))
		environment[count++] = ubsan;
	return environment;
}

/*
 * In the child.  What cannot be done is told through @report.  Nothing here may allocate: another
 * thread may have held the allocator's lock at the time of the fork.
 */
static _Noreturn void become_qemu(struct command *command, char **environment,
				  const struct qtest_options *options, const int *channels,
				  pid_t parent, int report)
{
	sigset_t none;
	unsigned int i;
	int error;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(126);
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	for (i = 0; channels[i] >= 0; i++)
		keep_open(channels[i]);
	for (i = 0; i < options->inherited_count; i++)
		keep_open(options->inherited[i]);
	if (options->log)
		dup2(options->log, STDERR_FILENO);
	execvpe(command->arguments[0], command->arguments, environment);
	error = errno;
	if (write(report, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

static int spawn(struct qtest_qemu *qemu, struct command *command,
		 const struct qtest_options *options, const int *channels, struct explanation *why)
{
	char **environment = environment_of_qemu();
	pid_t parent = getpid();
	int error = 0;
	int report[2];
	ssize_t got;

	if (!environment)
		return explain(why, -ENOMEM, "no memory for QEMU's environment");
	if (pipe2(report, O_CLOEXEC) < 0) {
		error = errno;
		free(environment);
		return explain(why, -error, "cannot make a pipe: %s", strerror(error));
	}
	fflush(NULL);
	qemu->process = fork();
	if (qemu->process < 0) {
		error = errno;
		qemu->process = 0;
	} else if (qemu->process == 0) {
		become_qemu(command, environment, options, channels, parent, report[1]);
	}
	free(environment);
	close(report[1]);
	do
		got = qemu->process ? read(report[0], &error, sizeof(error)) : 0;
	while (got < 0 && errno == EINTR);
	close(report[0]);
	if (!error)
		return 0;
	return explain(why, -error, "cannot run QEMU '%s': %s", options->qemu, strerror(error));
}

static int check_options(const struct qtest_options *options, struct explanation *why)
{
	static const char *const ours[] = {",id=", ",bus=", ",addr="};
	unsigned int megabytes = options->memory_megabytes;
	size_t i;

	if (!options->qemu || !options->qemu[0] || !options->device || !options->device[0])
		return explain(why, -EINVAL, "QEMU's program and the device must be named");
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (!options->isa && strstr(options->device, ours[i]))
			return explain(why, -EINVAL,
				       "device '%s': '%.*s' cannot be given, the platform puts the "
				       "device at 00:%02x.0",
				       options->device, (int)strlen(ours[i]) - 2, ours[i] + 1,
				       QTEST_SLOT);
	if (megabytes && (megabytes < MEMORY_MINIMUM || megabytes > MEMORY_MAXIMUM))
		return explain(why, -EINVAL, "guest RAM of %u MiB: it must be %d to %d MiB",
			       megabytes, MEMORY_MINIMUM, MEMORY_MAXIMUM);
	if (options->inherited_count > INHERITED_MAX)
		return explain(why, -EINVAL, "%u descriptors for QEMU: at most %d can be given",
			       options->inherited_count, INHERITED_MAX);
	return 0;
}

int qtest_qemu_start(struct qtest_qemu *qemu, const struct qtest_options *options,
		     struct explanation *why)
{
	unsigned int megabytes =
		options->memory_megabytes ? options->memory_megabytes : MEMORY_DEFAULT;
	struct command command = {.count = 0};
	int result = check_options(options, why);
	int firmware;
	int ends[2];

	if (result < 0)
		return result;
	qemu->memory_size = (size_t)megabytes << 20;
	qemu->memory = anonymous_file("guest-ram", qemu->memory_size);
	firmware = firmware_file();
	if (qemu->memory < 0 || firmware < 0)
		result = explain(why, -ENOMEM, "cannot make a file of %u MiB for the guest's RAM",
				 megabytes);
	else if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		result = explain(why, -errno, "cannot make a socket pair: %s", strerror(errno));
	if (result == 0) {
		const int channels[] = {ends[1], firmware, qemu->memory, -1};

		qemu->socket = ends[0];
		add(&command, "%s", options->qemu);
		add_machine(&command, qemu, firmware);
		add_channel(&command, ends[1]);
		add_device(&command, options);
		result = command.full ? explain(why, -E2BIG, "QEMU is given too many arguments")
				      : spawn(qemu, &command, options, channels, why);
		close(ends[1]);
	}
	command_free(&command);
	if (firmware >= 0)
		close(firmware);
	return result;
}

/* ---- attaching ---------------------------------------------------------------------------- */

static int open_memory(struct qtest_qemu *qemu, const char *path, struct explanation *why)
{
	struct stat status;

	qemu->memory = open(path, O_RDWR | O_CLOEXEC);
	if (qemu->memory < 0)
		return explain(why, -errno, "cannot open the file of the guest's RAM '%s': %s",
			       path, strerror(errno));
	if (fstat(qemu->memory, &status) < 0 || !S_ISREG(status.st_mode) ||
	    status.st_size < (off_t)MEMORY_MINIMUM << 20 ||
	    status.st_size > (off_t)MEMORY_MAXIMUM << 20)
		return explain(why, -EINVAL,
			       "'%s' cannot be all of a guest's RAM: it must be a file of %d to %d "
			       "MiB",
			       path, MEMORY_MINIMUM, MEMORY_MAXIMUM);
	qemu->memory_size = (size_t)status.st_size;
	return 0;
}

int qtest_qemu_attach(struct qtest_qemu *qemu, const struct qtest_options *options,
		      struct explanation *why)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (!options->memory_file || !options->memory_file[0])
		return explain(why, -EINVAL,
			       "to attach to a running QEMU, name the file of its RAM, too");
	if (strlen(options->socket) >= sizeof(address.sun_path))
		return explain(why, -ENAMETOOLONG, "socket '%s': the path has more than %zu bytes",
			       options->socket, sizeof(address.sun_path) - 1);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", options->socket);
	qemu->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (qemu->socket < 0 ||
	    connect(qemu->socket, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return explain(why, -errno, "cannot connect to QEMU's qtest socket '%s': %s",
			       options->socket, strerror(errno));
	return open_memory(qemu, options->memory_file, why);
}

/* ---- ending ------------------------------------------------------------------------------- */

/* Return: true when the child has ended within @milliseconds, with @status. */
static bool wait_for_end(struct qtest_qemu *qemu, int milliseconds, int *status)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	for (;;) {
		pid_t ended = waitpid(qemu->process, status, WNOHANG);

		if (ended == qemu->process || (ended < 0 && errno == ECHILD)) {
			qemu->process = 0;
			return true;
		}
		if (milliseconds-- <= 0)
			return false;
		nanosleep(&pause, NULL);
	}
}

int qtest_qemu_explain_end(struct qtest_qemu *qemu, const struct qtest_options *options, int code,
			   struct explanation *why)
{
	const char *program = options->qemu ? options->qemu : options->socket;
	int status;

	if (qemu->process && code != -ETIMEDOUT && wait_for_end(qemu, 1000, &status)) {
		if (WIFSIGNALED(status))
			return explain(why, -EIO, "QEMU '%s' was ended by signal %d", program,
				       WTERMSIG(status));
		return explain(why, -EIO,
			       "QEMU '%s' ended with status %d before it answered; its own message "
			       "tells why.  It must have the qtest accelerator, the machine q35, "
			       "the device and intel-iommu",
			       program, WEXITSTATUS(status));
	}
	if (code == -ETIMEDOUT)
		return explain(why, -EIO, "QEMU '%s' did not answer in time", program);
	return explain(why, -EIO, "the connection to QEMU '%s' failed: %s", program,
		       strerror(-code));
}

/* ACPI's "soft off": a machine that is switched off ends QEMU with status 0. */
static int switch_off(struct qtest_wire *wire)
{
	int result = qtest_wire_out(wire, CONFIG_ADDRESS, 4, CONFIG_PM_BASE);

	if (result == 0)
		result = qtest_wire_out(wire, CONFIG_DATA, 4, PM_BASE | 1);
	if (result == 0)
		result = qtest_wire_out(wire, CONFIG_ADDRESS, 4, CONFIG_PM_CONTROL);
	if (result == 0)
		result = qtest_wire_out(wire, CONFIG_DATA, 1, PM_ENABLE);
	if (result == 0)
		result = qtest_wire_out(wire, PM1_CONTROL, 2, PM1_SLEEP_SOFT_OFF);
	return result;
}

static void end_child(struct qtest_qemu *qemu, struct qtest_wire *wire)
{
	int status = 0;

	if (wire && switch_off(wire) == 0 && wait_for_end(qemu, wire->deadline, &status)) {
		if (status)
			log_error("QEMU ended with wait status 0x%x when it was switched off",
				  (unsigned int)status);
		return;
	}
	if (wait_for_end(qemu, 0, &status)) {
		log_error("QEMU had ended with wait status 0x%x", (unsigned int)status);
		return;
	}
	kill(qemu->process, SIGKILL);
	while (waitpid(qemu->process, &status, 0) < 0 && errno == EINTR)
		;
	qemu->process = 0;
	if (wire)
		log_error("QEMU did not switch off and was killed");
}

void qtest_qemu_close(struct qtest_qemu *qemu, struct qtest_wire *wire)
{
	if (qemu->process)
		end_child(qemu, wire);
	if (qemu->socket >= 0)
		close(qemu->socket);
	if (qemu->memory >= 0)
		close(qemu->memory);
	qtest_qemu_init(qemu);
}
