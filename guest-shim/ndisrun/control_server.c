/* SPDX-License-Identifier: MIT */
/*
 * control_server.c - requests to a running instance
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "ndisrun/command.h"
#include "ndisrun/control_server.h"

#define BACKLOG 8

/* A request that is being read, waits to be carried out, or is deferred. */
struct control_connection {
	struct control_connection *next;
	struct control_server *server;
	struct event_source *source;
	int descriptor;
	size_t used;
	bool complete;
	bool deferred;
	char line[CONTROL_LINE_SIZE];
};

void control_socket_address(struct sockaddr_un *address, const char *interface)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	snprintf(address->sun_path, sizeof(address->sun_path), "%s/%s.sock", CONTROL_DIRECTORY,
		 interface);
}

static void end_connection(struct control_connection *connection)
{
	struct control_connection **link = &connection->server->connections;

	while (*link != connection)
		link = &(*link)->next;
	*link = connection->next;
	event_loop_remove(connection->server->loop, connection->source);
	close(connection->descriptor);
	free(connection);
}

/* The peer is a process of root; a send time-out still keeps it from blocking the NIC for ever. */
static void send_all(int descriptor, const char *bytes, size_t length)
{
	while (length) {
		ssize_t sent = send(descriptor, bytes, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		bytes += sent;
		length -= (size_t)sent;
	}
}

static void answer(struct control_connection *connection, int status, const char *text,
		   size_t length)
{
	char line[16];
	int written = snprintf(line, sizeof(line), "%d\n", status);

	send_all(connection->descriptor, line, (size_t)written);
	send_all(connection->descriptor, text, length);
	end_connection(connection);
}

static void read_request(void *context)
{
	struct control_connection *connection = context;
	size_t room = sizeof(connection->line) - connection->used;
	ssize_t length = recv(connection->descriptor, connection->line + connection->used, room,
			      MSG_DONTWAIT);
	static const char too_long[] = "the request is too long\n";
	char *end;

	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (length <= 0) {
		end_connection(connection);
		return;
	}
	end = memchr(connection->line + connection->used, '\n', (size_t)length);
	connection->used += (size_t)length;
	if (!end) {
		if (connection->used == sizeof(connection->line))
			answer(connection, EXIT_USAGE, too_long, sizeof(too_long) - 1);
		return;
	}
	*end = '\0';
	connection->complete = true;
	event_loop_remove(connection->server->loop, connection->source);
	connection->source = NULL;
}

static void accept_connection(void *context)
{
	static const struct timeval limit = {.tv_sec = 1};
	struct control_server *server = context;
	struct control_connection *connection;
	int descriptor = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);

	if (descriptor < 0)
		return;
	connection = calloc(1, sizeof(*connection));
	if (!connection) {
		close(descriptor);
		return;
	}
	setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	connection->server = server;
	connection->descriptor = descriptor;
	connection->next = server->connections;
	server->connections = connection;
	connection->source = event_loop_add(server->loop, descriptor, read_request, connection);
	if (!connection->source)
		end_connection(connection);
}

static bool somebody_answers(const struct sockaddr_un *address)
{
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool answers = descriptor >= 0 &&
		       connect(descriptor, (const void *)address, sizeof(*address)) == 0;

	if (descriptor >= 0)
		close(descriptor);
	return answers;
}

static int bind_socket(struct control_server *server, struct explanation *why)
{
	const char *path = server->address.sun_path;

	if (mkdir(CONTROL_DIRECTORY, 0700) < 0 && errno != EEXIST)
		return explain(why, -errno, "cannot make %s: %s", CONTROL_DIRECTORY,
			       strerror(errno));
	if (somebody_answers(&server->address))
		return explain(why, -EBUSY,
			       "another ndisrun serves %s: choose another name with --tap, "
			       "or end it with 'ndisrun stop'",
			       path);
	unlink(path);
	server->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (server->listener < 0 ||
	    bind(server->listener, (const void *)&server->address, sizeof(server->address)) < 0 ||
	    chmod(path, 0600) < 0 || listen(server->listener, BACKLOG) < 0)
		return explain(why, -errno, "cannot make control socket %s: %s", path,
			       strerror(errno));
	return 0;
}

int control_server_open(struct control_server *server, const char *interface,
			struct event_loop *loop, control_handler handler, void *context,
			struct explanation *why)
{
	int result;

	server->loop = loop;
	server->handler = handler;
	server->context = context;
	control_socket_address(&server->address, interface);
	result = bind_socket(server, why);
	if (result == 0) {
		server->source = event_loop_add(loop, server->listener, accept_connection, server);
		if (!server->source)
			result = explain(why, -errno, "cannot watch the control socket: %s",
					 strerror(errno));
	}
	if (result < 0 && server->listener >= 0) {
		close(server->listener);
		server->listener = -1;
	}
	return result;
}

static struct control_connection *find_request(struct control_server *server)
{
	struct control_connection *connection;

	for (connection = server->connections; connection; connection = connection->next)
		if (connection->complete && !connection->deferred)
			return connection;
	return NULL;
}

static void carry_out(struct control_server *server, struct control_connection *connection)
{
	char *text = NULL;
	size_t length = 0;
	FILE *reply = open_memstream(&text, &length);
	int status;

	if (!reply) {
		answer(connection, EXIT_FAILED, "out of memory\n", strlen("out of memory\n"));
		return;
	}
	status = server->handler(server->context, connection->line, reply);
	fclose(reply);
	if (status == CONTROL_DEFERRED)
		connection->deferred = true;
	else
		answer(connection, status, text, length);
	free(text);
}

void control_server_serve(struct control_server *server)
{
	struct control_connection *connection;

	while ((connection = find_request(server)))
		carry_out(server, connection);
}

void control_server_close(struct control_server *server)
{
	struct control_connection *connection = server->connections;

	if (server->listener < 0)
		return;
	unlink(server->address.sun_path);
	event_loop_remove(server->loop, server->source);
	close(server->listener);
	server->source = NULL;
	server->listener = -1;
	while (connection) {
		struct control_connection *next = connection->next;

		if (!connection->deferred)
			end_connection(connection);
		connection = next;
	}
}

void control_server_finish(struct control_server *server, int status, const char *text)
{
	while (server->connections)
		answer(server->connections, status, text, strlen(text));
}
