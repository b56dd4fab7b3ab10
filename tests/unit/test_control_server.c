/* SPDX-License-Identifier: MIT */
/*
 * test_control_server.c - requests to a running ndisrun, and what is none
 *
 * The server runs in a child, in CONTROL_DIRECTORY below the directory of the
 * test; the client is the one of the subcommands, or a bare socket.
 */
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ndisrun/command.h"
#include "ndisrun/control_client.h"
#include "ndisrun/control_server.h"
#include "ndisrun/run_options.h"

#define INTERFACE "nic9"

static char last_complaint[512];

/* What main.c does on stderr is kept here to be looked at. */
void complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(last_complaint, sizeof(last_complaint), format, arguments);
	va_end(arguments);
}

void print_usage(const char *synopsis, const char *text)
{
}

int interface_name_check(const char *option, const char *name)
{
	return strchr(name, '/') ? -EINVAL : 0;
}

struct child_state {
	bool stop;
};

static int handle(void *context, char *request, FILE *reply)
{
	struct child_state *state = context;
	int i;

	if (strcmp(request, "stop") == 0) {
		state->stop = true;
		return CONTROL_DEFERRED;
	}
	if (strcmp(request, "long") == 0) {
		for (i = 0; i < 100000; i++)
			fprintf(reply, "line %d\n", i);
		return EXIT_OK;
	}
	fprintf(reply, "you said '%s'\n", request);
	return strcmp(request, "fail") == 0 ? EXIT_FAILED : EXIT_OK;
}

static _Noreturn void run_server(int ready)
{
	struct event_loop *loop = event_loop_create();
	struct control_server server = {.listener = -1};
	struct child_state state = {.stop = false};
	char byte = 'r';

	if (control_server_open(&server, INTERFACE, loop, handle, &state, NULL) < 0 ||
	    write(ready, &byte, 1) != 1)
		_exit(1);
	while (!state.stop) {
		event_loop_run_once(loop, -1);
		control_server_serve(&server);
	}
	control_server_close(&server);
	usleep(50000);
	control_server_finish(&server, EXIT_OK, "stopped\n");
	event_loop_destroy(loop);
	_exit(0);
}

static void start_server(pid_t *child, gconstpointer unused)
{
	int ends[2];
	char byte;

	g_assert_cmpint(pipe(ends), ==, 0);
	*child = fork();
	if (*child == 0)
		run_server(ends[1]);
	g_assert_cmpint(read(ends[0], &byte, 1), ==, 1);
	close(ends[0]);
	close(ends[1]);
}

static void assert_answer(const char *request, int status, const char *expected)
{
	char *text;

	g_assert_cmpint(control_request(INTERFACE, request, &text), ==, status);
	g_assert_cmpstr(text, ==, expected);
	free(text);
}

static void stop_server(pid_t *child, gconstpointer unused)
{
	int status;

	assert_answer("stop", EXIT_OK, "stopped\n");
	g_assert_cmpint(waitpid(*child, &status, 0), ==, *child);
	g_assert_cmpint(status, ==, 0);
	g_assert_false(g_file_test(CONTROL_DIRECTORY "/" INTERFACE ".sock", G_FILE_TEST_EXISTS));
}

static int connect_raw(void)
{
	struct sockaddr_un address;
	int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);

	control_socket_address(&address, INTERFACE);
	g_assert_cmpint(connect(descriptor, (const void *)&address, sizeof(address)), ==, 0);
	return descriptor;
}

static void send_raw(int descriptor, const char *bytes, size_t length)
{
	g_assert_cmpint(send(descriptor, bytes, length, MSG_NOSIGNAL), ==, (gint64)length);
}

static void test_answers(pid_t *child, gconstpointer unused)
{
	struct stat status;
	char *text;

	assert_answer("hello", EXIT_OK, "you said 'hello'\n");
	assert_answer("", EXIT_OK, "you said ''\n");
	assert_answer("fail", EXIT_FAILED, "you said 'fail'\n");
	g_assert_cmpint(control_request(INTERFACE, "long", &text), ==, EXIT_OK);
	g_assert_true(g_str_has_prefix(text, "line 0\n"));
	g_assert_true(g_str_has_suffix(text, "line 99999\n"));
	free(text);
	g_assert_cmpint(stat(CONTROL_DIRECTORY "/" INTERFACE ".sock", &status), ==, 0);
	g_assert_cmphex(status.st_mode & 0777, ==, 0600);
}

/* Clients that say nothing, half of something, or too much do not disturb the others. */
static void test_rude_clients(pid_t *child, gconstpointer unused)
{
	g_autofree char *flood = g_strnfill(CONTROL_LINE_SIZE, 'x');
	char answer[64] = "";
	int silent = connect_raw();
	int half = connect_raw();
	int flooding = connect_raw();
	int gone = connect_raw();
	int pieces = connect_raw();

	send_raw(half, "sta", 3);
	send_raw(flooding, flood, CONTROL_LINE_SIZE);
	send_raw(gone, "long\n", 5);
	close(gone);
	send_raw(pieces, "hel", 3);
	assert_answer("hello", EXIT_OK, "you said 'hello'\n");
	send_raw(pieces, "lo\nand more", 11);
	g_assert_cmpint(recv(flooding, answer, sizeof(answer) - 1, MSG_WAITALL), >, 0);
	g_assert_cmpstr(answer, ==, "2\nthe request is too long\n");
	memset(answer, 0, sizeof(answer));
	g_assert_cmpint(recv(pieces, answer, sizeof(answer) - 1, MSG_WAITALL), >, 0);
	g_assert_cmpstr(answer, ==, "0\nyou said 'hello'\n");
	assert_answer("hello", EXIT_OK, "you said 'hello'\n");
	close(silent);
	close(half);
	close(flooding);
	close(pieces);
}

/* Somebody who does not read a long answer holds the server up for a limited time only. */
static void test_reader_that_sleeps(pid_t *child, gconstpointer unused)
{
	gint64 begin = g_get_monotonic_time();
	int sleeping = connect_raw();

	send_raw(sleeping, "long\n", 5);
	assert_answer("hello", EXIT_OK, "you said 'hello'\n");
	g_assert_cmpint(g_get_monotonic_time() - begin, <, 10 * G_USEC_PER_SEC);
	close(sleeping);
}

static void test_second_server(pid_t *child, gconstpointer unused)
{
	struct event_loop *loop = event_loop_create();
	struct control_server server = {.listener = -1};
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};

	g_assert_cmpint(control_server_open(&server, INTERFACE, loop, handle, NULL, &why), ==,
			-EBUSY);
	g_assert_nonnull(strstr(message, "ndisrun stop"));
	control_server_close(&server);
	control_server_finish(&server, EXIT_OK, "");
	event_loop_destroy(loop);
	assert_answer("hello", EXIT_OK, "you said 'hello'\n");
}

static void test_dead_server(void)
{
	pid_t child;
	char *text;

	start_server(&child, NULL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	g_assert_cmpint(control_request(INTERFACE, "hello", &text), ==, EXIT_INTERFACE);
	g_assert_nonnull(strstr(last_complaint, "no ndisrun serves"));
	/* The socket it left is replaced. */
	start_server(&child, NULL);
	assert_answer("hello", EXIT_OK, "you said 'hello'\n");
	stop_server(&child, NULL);
}

#define ADD(name, function)                                                                        \
	g_test_add("/control/" name, pid_t, NULL, start_server, function, stop_server)

int main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	signal(SIGPIPE, SIG_IGN);
	ADD("answers", test_answers);
	ADD("rude_clients", test_rude_clients);
	ADD("reader_that_sleeps", test_reader_that_sleeps);
	ADD("second_server", test_second_server);
	g_test_add_func("/control/dead_server", test_dead_server);
	result = g_test_run();
	g_rmdir(CONTROL_DIRECTORY);
	return result;
}
