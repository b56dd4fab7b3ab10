/* SPDX-License-Identifier: MIT */
/*
 * qtest_process.c - start, watch and stop the QEMU process
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qtest_process.h"

#define FIRMWARE_SIZE 65536
#define HALT_OPCODE   0xf4

/* Read by the SIGABRT handler, which has no other way to find the process. */
static volatile sig_atomic_t abort_log_fd = -1;

static void dump_log(int fd)
{
	char buffer[4096];
	off_t offset = 0;
	ssize_t got;

	while ((got = pread(fd, buffer, sizeof(buffer), offset)) > 0) {
		if (write(STDERR_FILENO, buffer, (size_t)got) != got)
			return;
		offset += got;
	}
}

static void on_abort(int signal_number)
{
	static const char title[] = "\n# standard error of QEMU:\n";

	(void)signal_number;
	if (abort_log_fd < 0)
		return;
	if (write(STDERR_FILENO, title, sizeof(title) - 1) > 0)
		dump_log(abort_log_fd);
}

bool qtest_program(int *status)
{
	const char *binary = getenv("SGNIC_QEMU");

	if (binary && access(binary, X_OK) == 0) {
		signal(SIGABRT, on_abort);
		return true;
	}
	if (getenv("SGNIC_QEMU_OPTIONAL")) {
		printf("1..0 # SKIP no QEMU built: run ninja -C build qemu\n");
		*status = EXIT_SUCCESS;
	} else {
		printf("Bail out! SGNIC_QEMU %s%s: set it to a qemu-system-x86_64 with sgnic, "
		       "or build one: ninja -C build qemu\n",
		       binary ? "is not an executable file: " : "is not set", binary ? binary : "");
		*status = EXIT_FAILURE;
	}
	return false;
}

bool qtest_qemu_since(unsigned int major, unsigned int minor)
{
	char *line[] = {getenv("SGNIC_QEMU"), "--version", NULL};
	unsigned int found[2] = {0, 0};
	g_autofree char *text = NULL;

	g_assert_true(g_spawn_sync(NULL, line, NULL, 0, NULL, NULL, &text, NULL, NULL, NULL));
	g_assert_cmpint(sscanf(text, "QEMU emulator version %u.%u", &found[0], &found[1]), ==, 2);
	return found[0] > major || (found[0] == major && found[1] >= minor);
}

static int anonymous_file(const char *name, size_t size)
{
	int fd = memfd_create(name, MFD_CLOEXEC);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(ftruncate(fd, (off_t)size), ==, 0);
	return fd;
}

/* With the qtest accelerator nothing executes, but the machine insists on an image. */
static int firmware_file(void)
{
	int fd = anonymous_file("firmware", 0);
	uint8_t *image = g_malloc(FIRMWARE_SIZE);

	memset(image, HALT_OPCODE, FIRMWARE_SIZE);
	g_assert_cmpint(write(fd, image, FIRMWARE_SIZE), ==, FIRMWARE_SIZE);
	g_free(image);
	return fd;
}

int qtest_socket_pair(int type, int *ours)
{
	struct timeval deadline = {.tv_sec = QTEST_DEADLINE_SECONDS};
	int ends[2];

	g_assert_cmpint(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends), ==, 0);
	g_assert_cmpint(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline)),
			==, 0);
	g_assert_cmpint(setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof(deadline)),
			==, 0);
	*ours = ends[0];
	return ends[1];
}

static void keep_open(int fd)
{
	if (fd >= 0)
		fcntl(fd, F_SETFD, 0);
}

/* Options given last win, so what the tests rely on stands behind what the caller asked for. */
static void append_environment(const char *name, const char *options)
{
	const char *given = getenv(name);
	g_autofree char *both = g_strdup_printf("%s%s%s", given ? given : "", given ? ":" : "",
						options);

	setenv(name, both, 1);
}

/*
 * QEMU never frees the interrupt lines that its qtest server intercepts.  To tell this leak from a
 * device's, LeakSanitizer needs the whole stack, through libraries without frame pointers.
 */
static void set_sanitizers(void)
{
	static const char suppressions[] = "leak:qemu_irq_intercept_in\n";
	int fd = anonymous_file("suppressions", 0);
	g_autofree char *options = g_strdup_printf("suppressions=/proc/self/fd/%d:"
						   "print_suppressions=0", fd);

	g_assert_cmpint(write(fd, suppressions, strlen(suppressions)), ==, strlen(suppressions));
	keep_open(fd);
	append_environment("LSAN_OPTIONS", options);
	append_environment("ASAN_OPTIONS", "detect_leaks=1:exitcode=99:fast_unwind_on_malloc=0");
	append_environment("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1:exitcode=99");
}

static pid_t spawn(char **arguments, const int *inherited, int log_fd)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	g_assert_cmpint(pid, >=, 0);
	if (pid > 0)
		return pid;

	/* QEMU must not outlive a test program that aborts. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(126);
	for (; *inherited != -2; inherited++)
		keep_open(*inherited);
	set_sanitizers();
	dup2(log_fd, STDERR_FILENO);
	execv(arguments[0], arguments);
	_exit(127);
}

static void add(GPtrArray *line, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void add(GPtrArray *line, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	g_ptr_array_add(line, g_strdup_vprintf(format, values));
	va_end(values);
}

static struct qtest *launch(const struct qtest_options *options)
{
	struct qtest *qemu = g_new0(struct qtest, 1);
	GPtrArray *line = g_ptr_array_new_with_free_func(g_free);
	int ours;
	int protocol = qtest_socket_pair(SOCK_STREAM, &ours);
	int monitor = qtest_socket_pair(SOCK_STREAM, &qemu->monitor.fd);
	int firmware = firmware_file();
	const char *const *argument;

	qtest_protocol_open(qemu, ours);
	qemu->monitor.input = g_string_new(NULL);
	qemu->events = g_ptr_array_new_with_free_func(g_free);
	qemu->log_fd = anonymous_file("log", 0);
	qemu->ram_fd = anonymous_file("ram", QTEST_RAM_SIZE);
	qemu->ram = mmap(NULL, QTEST_RAM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, qemu->ram_fd, 0);
	g_assert_true(qemu->ram != MAP_FAILED);
	abort_log_fd = qemu->log_fd;

	add(line, "%s", getenv("SGNIC_QEMU"));
	add(line, "-accel");
	add(line, "qtest");
	add(line, "-machine");
	add(line, "%s,memory-backend=ram", options->machine);
	add(line, "-m");
	add(line, "%zuM", QTEST_RAM_SIZE >> 20);
	add(line, "-object");
	add(line, "memory-backend-file,id=ram,share=on,size=%zuM,mem-path=/proc/self/fd/%d",
	    QTEST_RAM_SIZE >> 20, qemu->ram_fd);
	add(line, "-bios");
	add(line, "/proc/self/fd/%d", firmware);
	add(line, "-display");
	add(line, "none");
	add(line, "-nodefaults");
	add(line, "-d");
	add(line, "guest_errors");
	add(line, "-chardev");
	add(line, "socket,id=qtest,fd=%d", protocol);
	add(line, "-qtest");
	add(line, "chardev:qtest");
	add(line, "-qtest-log");
	add(line, "/dev/null");
	add(line, "-chardev");
	add(line, "socket,id=qmp,fd=%d", monitor);
	add(line, "-mon");
	add(line, "chardev=qmp,mode=control");
	for (argument = options->arguments; argument && *argument; argument++)
		add(line, "%s", *argument);
	g_ptr_array_add(line, NULL);

	qemu->pid = spawn(
		(char **)line->pdata,
		(const int[]){protocol, monitor, firmware, qemu->ram_fd, options->inherited, -2},
		qemu->log_fd);
	close(protocol);
	close(monitor);
	close(firmware);
	g_ptr_array_unref(line);
	return qemu;
}

/* Status as of waitpid(), or -1 when the deadline passed and the process was killed. */
static int reap(struct qtest *qemu)
{
	gint64 deadline = g_get_monotonic_time() + QTEST_DEADLINE_SECONDS * G_USEC_PER_SEC;
	int status;

	while (g_get_monotonic_time() < deadline) {
		if (waitpid(qemu->pid, &status, WNOHANG) == qemu->pid)
			return status;
		g_usleep(2000);
	}
	kill(qemu->pid, SIGKILL);
	waitpid(qemu->pid, &status, 0);
	return -1;
}

static void discard(struct qtest *qemu)
{
	abort_log_fd = -1;
	close(qemu->protocol.socket);
	close(qemu->monitor.fd);
	g_string_free(qemu->monitor.input, TRUE);
	munmap(qemu->ram, QTEST_RAM_SIZE);
	close(qemu->ram_fd);
	close(qemu->log_fd);
	g_ptr_array_unref(qemu->events);
	g_free(qemu);
}

struct qtest *qtest_start(const struct qtest_options *options)
{
	struct qtest *qemu = launch(options);

	qtest_monitor_greet(qemu);
	qtest_clock_step(qemu, 1);
	return qemu;
}

char *qtest_refused(const struct qtest_options *options)
{
	struct qtest *qemu = launch(options);
	int status = reap(qemu);
	char *log = qtest_log(qemu);

	if (status == -1 || !WIFEXITED(status) || WEXITSTATUS(status) != 1)
		qtest_fail(qemu,
			   "QEMU must refuse these arguments with status 1, "
			   "but ended with wait status 0x%x",
			   (unsigned int)status);
	discard(qemu);
	return log;
}

void qtest_end(struct qtest *qemu)
{
	int status;

	kill(qemu->pid, SIGTERM);
	status = reap(qemu);
	if (status != 0)
		qtest_fail(qemu,
			   status == -1 ? "QEMU did not end within %d seconds of SIGTERM"
					: "QEMU ended with wait status 0x%x",
			   status == -1 ? QTEST_DEADLINE_SECONDS : status);
	discard(qemu);
}

pid_t qtest_pid(const struct qtest *qemu)
{
	return qemu->pid;
}

uint8_t *qtest_ram(struct qtest *qemu)
{
	return qemu->ram;
}

char *qtest_log(struct qtest *qemu)
{
	off_t size = lseek(qemu->log_fd, 0, SEEK_END);
	char *text = g_malloc0((size_t)size + 1);

	g_assert_cmpint(pread(qemu->log_fd, text, (size_t)size, 0), ==, size);
	return text;
}

void qtest_fail(struct qtest *qemu, const char *format, ...)
{
	va_list values;
	char *message;

	va_start(values, format);
	message = g_strdup_vprintf(format, values);
	va_end(values);
	abort_log_fd = qemu->log_fd;
	g_assertion_message(NULL, __FILE__, __LINE__, G_STRFUNC, message);
	abort();
}
