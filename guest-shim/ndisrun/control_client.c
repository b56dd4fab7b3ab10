/* SPDX-License-Identifier: MIT */
/*
 * control_client.c - ask a running instance
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ndisrun/command.h"
#include "ndisrun/control_client.h"
#include "ndisrun/control_server.h"
#include "ndisrun/run_options.h"

static int connect_instance(const char *interface)
{
	struct sockaddr_un address;
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	control_socket_address(&address, interface);
	if (descriptor >= 0 && connect(descriptor, (const void *)&address, sizeof(address)) == 0)
		return descriptor;
	if (errno == ENOENT || errno == ECONNREFUSED)
		complain("no ndisrun serves interface %s: 'ndisrun run' starts one", interface);
	else if (errno == EACCES || errno == EPERM)
		complain("no permission to open %s: run as root", address.sun_path);
	else
		complain("cannot reach %s: %s", address.sun_path, strerror(errno));
	if (descriptor >= 0)
		close(descriptor);
	return -1;
}

/* The socket ends the answer by closing. */
static char *read_answer(int descriptor)
{
	char *text = NULL;
	size_t length = 0;
	FILE *all = open_memstream(&text, &length);
	char bytes[4096];
	ssize_t count;

	if (!all)
		return NULL;
	while ((count = read(descriptor, bytes, sizeof(bytes))) > 0 ||
	       (count < 0 && errno == EINTR))
		if (count > 0)
			fwrite(bytes, 1, (size_t)count, all);
	fclose(all);
	return text;
}

int control_request(const char *interface, const char *request, char **text)
{
	int descriptor;
	char *answer;
	char *end;
	int status;

	*text = NULL;
	if (interface_name_check("INTERFACE", interface) < 0)
		return EXIT_USAGE;
	descriptor = connect_instance(interface);
	if (descriptor < 0)
		return EXIT_INTERFACE;
	if (dprintf(descriptor, "%s\n", request) < 0)
		complain("cannot send the request: %s", strerror(errno));
	answer = read_answer(descriptor);
	close(descriptor);
	end = answer ? strchr(answer, '\n') : NULL;
	if (!end) {
		complain("the ndisrun that serves %s ended before it answered", interface);
		free(answer);
		return EXIT_FAILED;
	}
	status = atoi(answer);
	memmove(answer, end + 1, strlen(end + 1) + 1);
	*text = answer;
	return status;
}

/* Results go to stdout, reasons of failures to stderr. */
static void print_answer(int status, const char *text)
{
	if (status == EXIT_OK)
		fputs(text, stdout);
	else
		fprintf(stderr, "ndisrun: error: %s", text);
}

int control_command(int argc, char **argv, const char *synopsis, const char *help,
		    const char *request)
{
	char *text;
	int status;

	if (parse_only_help(argc, argv, synopsis, help, &status))
		return status;
	if (optind + 1 != argc) {
		complain("'%s' takes one argument, the interface; %d are given", argv[0],
			 argc - optind);
		return EXIT_USAGE;
	}
	status = control_request(argv[optind], request, &text);
	if (text)
		print_answer(status, text);
	free(text);
	return status;
}
