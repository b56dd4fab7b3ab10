/* SPDX-License-Identifier: MIT */
/*
 * control_fuzz.c - what a client writes to the control socket of a running ndisrun
 *
 * The socket is in the current directory.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "ndisrun/command.h"
#include "ndisrun/session.h"

static struct session session;

int shim_query(struct shim_adapter *adapter, uint32_t oid, void *buffer, size_t length)
{
	FUZZ_CHECK(length == SESSION_OID_SIZE);
	memset(buffer, (int)oid, length);
	return (oid & 1) ? -ENOTSUP : (int)(oid % (length + 1));
}

int shim_set(struct shim_adapter *adapter, uint32_t oid, const void *buffer, size_t length)
{
	const uint8_t *bytes = buffer;
	uint32_t sum = 0;

	FUZZ_CHECK(length <= SESSION_OID_SIZE);
	for (size_t i = 0; i < length; i++)
		sum += bytes[i];
	return sum & 1 ? -EMSGSIZE : 0;
}

int shim_reset(struct shim_adapter *adapter)
{
	return -ETIMEDOUT;
}

void session_print_statistics(struct session *asked, FILE *file)
{
	fputs("counter: 1\n", file);
}

void fault_list_poll(struct fault_list *list, struct platform *platform,
		     struct shim_adapter *adapter)
{
}

void fault_list_print(const struct fault_list *list, FILE *file)
{
}

static void start(void)
{
	session.loop = event_loop_create();
	session.control.listener = -1;
	FUZZ_CHECK(control_server_open(&session.control, "nic", session.loop, session_request,
				       &session, NULL) == 0);
}

/* Serves until the connection at @client has been answered and closed. */
static void serve(int client)
{
	char answer[4096];
	size_t used = 0;
	ssize_t got;

	while (true) {
		event_loop_run_once(session.loop, 0);
		control_server_serve(&session.control);
		if (session.stop) {
			session.stop = false;
			control_server_finish(&session.control, EXIT_OK, "stopped\n");
		}
		got = recv(client, answer + used, sizeof(answer) - 1 - used, MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno != EAGAIN))
			break;
		if (got > 0)
			used += (size_t)got;
		if (used > sizeof(answer) / 2)
			used = sizeof(answer) / 2;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!session.loop)
		start();
	FUZZ_CHECK(connect(client, (struct sockaddr *)&session.control.address,
			   sizeof(session.control.address)) == 0);
	send(client, data, size < 65536 ? size : 65536, MSG_DONTWAIT | MSG_NOSIGNAL);
	shutdown(client, SHUT_WR);
	serve(client);
	close(client);
	return 0;
}
