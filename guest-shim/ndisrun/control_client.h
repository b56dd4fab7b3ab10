/* SPDX-License-Identifier: MIT */
/*
 * control_client.h - ask a running instance
 */
#ifndef NDISRUN_CONTROL_CLIENT_H
#define NDISRUN_CONTROL_CLIENT_H

/**
 * control_request() - send one request and read the answer
 * @interface: of the instance.
 * @request: line without newline; control_server.h lists them.
 * @text: out: text of the answer, zero-terminated, to be freed; NULL when there is no answer.
 *
 * Return: exit status of the instance; EXIT_USAGE, EXIT_INTERFACE, EXIT_FAILED complained about.
 */
int control_request(const char *interface, const char *request, char **text);

/**
 * control_command() - a subcommand that takes an interface and prints the answer
 * @synopsis, @help: for --help.
 * @request: the line to send.
 *
 * Return: an exit status.
 */
int control_command(int argc, char **argv, const char *synopsis, const char *help,
		    const char *request);

#endif /* NDISRUN_CONTROL_CLIENT_H */
