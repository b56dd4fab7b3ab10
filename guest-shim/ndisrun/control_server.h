/* SPDX-License-Identifier: MIT */
/*
 * control_server.h - requests to a running instance
 *
 * A stream socket /run/ndisrun/INTERFACE.sock, for root only.  One connection
 * is one request:
 *
 *	client: one line: "stats", "faults", "reset", "stop", "query 0x01010102",
 *		"set 0x0001010e 0b000000"
 *	server: one line with an exit status of ndisrun, then text; closes
 *
 * The answer to "stop" comes when the device has been given back.
 *
 * Requests are collected by the event loop and carried out by
 * control_server_serve(), outside of it: a request may have to wait for
 * interrupts, and must not be carried out inside another one.
 */
#ifndef NDISRUN_CONTROL_SERVER_H
#define NDISRUN_CONTROL_SERVER_H

#include <stdio.h>
#include <sys/un.h>

#include "platform/event_loop.h"
#include "platform/linux/explain.h"

/* A test has a directory of its own. */
#ifndef CONTROL_DIRECTORY
#define CONTROL_DIRECTORY "/run/ndisrun"
#endif

/** CONTROL_LINE_SIZE - longest request, with its newline; holds the largest value of "set". */
#define CONTROL_LINE_SIZE 16384

/** CONTROL_DEFERRED - result of a control_handler whose answer comes with control_server_finish().
 */
#define CONTROL_DEFERRED (-1)

/**
 * control_handler - carries out one request
 * @request: the line without its newline; may be changed.
 * @reply: for text, results or the reason of a failure.
 *
 * Return: an exit status, or CONTROL_DEFERRED.
 */
typedef int (*control_handler)(void *context, char *request, FILE *reply);

struct control_connection;

/**
 * struct control_server
 * @listener: -1 when closed.
 * @connections: open ones.
 */
struct control_server {
	struct event_loop *loop;
	int listener;
	struct event_source *source;
	struct control_connection *connections;
	control_handler handler;
	void *context;
	struct sockaddr_un address;
};

/** control_socket_address() - address of the socket of an interface. */
void control_socket_address(struct sockaddr_un *address, const char *interface);

/**
 * control_server_open() - make the socket
 *
 * A socket that nobody listens to any more is replaced.
 * Return: 0; -EBUSY an instance answers there; -errno; explained.
 */
int control_server_open(struct control_server *server, const char *interface,
			struct event_loop *loop, control_handler handler, void *context,
			struct explanation *why);

/** control_server_serve() - carry out the requests that have arrived completely. */
void control_server_serve(struct control_server *server);

/** control_server_close() - no new requests; deferred ones stay.  Harmless when not open. */
void control_server_close(struct control_server *server);

/** control_server_finish() - answer the deferred requests with @status and @text; after
 * control_server_close(). */
void control_server_finish(struct control_server *server, int status, const char *text);

#endif /* NDISRUN_CONTROL_SERVER_H */
