/* SPDX-License-Identifier: MIT */
/*
 * command_oid.c - ndisrun oid
 */
#include <ctype.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ndisrun/command.h"
#include "ndisrun/control_client.h"
#include "ndisrun/hexadecimal.h"
#include "ndisrun/oid_names.h"
#include "ndisrun/oid_value.h"
#include "ndisrun/session.h"
#include "platform/linux/explain.h"

static const char synopsis[] = "oid INTERFACE OID [VALUE]";
static const char help[] =
	"Queries an object identifier of the miniport that serves INTERFACE, or sets it to\n"
	"VALUE: a ULONG (0x20 or number:32), an address (52:54:00:12:34:56; several with\n"
	"commas), a text (text:NAME), or bytes (two hexadecimal digits each, in the order of\n"
	"memory: 20000000 is the ULONG 32).\n"
	"OID is a name like OID_GEN_LINK_SPEED or a number like 0x00010107.\n";

static bool is_text(const uint8_t *bytes, size_t length)
{
	size_t i;

	if (length < 2 || bytes[length - 1] != '\0')
		return false;
	for (i = 0; i < length - 1; i++)
		if (!isprint(bytes[i]))
			return false;
	return true;
}

/* The type of a value follows from its identifier; its length and bytes tell enough to read it. */
static void print_value(const uint8_t *bytes, size_t length)
{
	uint32_t word;
	uint64_t number;

	hexadecimal_print(stdout, bytes, length);
	if (is_text(bytes, length)) {
		printf(" (text \"%s\")", (const char *)bytes);
	} else if (length == sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		printf(" (number %" PRIu32 ", 0x%08" PRIx32 ")", word, word);
	} else if (length == sizeof(number)) {
		memcpy(&number, bytes, sizeof(number));
		printf(" (number %" PRIu64 ")", number);
	} else if (length == 6) {
		printf(" (address %02x:%02x:%02x:%02x:%02x:%02x)", bytes[0], bytes[1], bytes[2],
		       bytes[3], bytes[4], bytes[5]);
	}
	printf("\n");
}

static int show_answer(int status, char *text)
{
	uint8_t value[SESSION_OID_SIZE];
	int length;

	text[strcspn(text, "\n")] = '\0';
	length = status == EXIT_OK ? hexadecimal_parse(text, value, sizeof(value)) : -1;
	if (length > 0) {
		print_value(value, (size_t)length);
		return EXIT_OK;
	}
	if (status != EXIT_OK)
		complain("%s", text);
	return status;
}

static int make_request(char *request, size_t size, char **arguments, int count)
{
	uint8_t value[SESSION_OID_SIZE];
	char error[EXPLAIN_SIZE];
	size_t used;
	uint32_t oid;
	int length;
	int i;

	if (oid_from_text(arguments[1], &oid) < 0) {
		complain(
			"OID '%s': give the name of an object identifier of NDIS 5, or a number of "
			"32 bits like 0x00010107",
			arguments[1]);
		return EXIT_USAGE;
	}
	if (count == 2) {
		snprintf(request, size, "query 0x%08" PRIx32, oid);
		return EXIT_OK;
	}
	length = oid_value_parse(arguments[2], value, sizeof(value), error, sizeof(error));
	if (length < 0) {
		complain("value '%.40s': %s", arguments[2], error);
		return EXIT_USAGE;
	}
	used = (size_t)snprintf(request, size, "set 0x%08" PRIx32 " ", oid);
	for (i = 0; i < length; i++)
		used += (size_t)snprintf(request + used, size - used, "%02x", value[i]);
	return EXIT_OK;
}

int command_oid(int argc, char **argv)
{
	char request[2 * SESSION_OID_SIZE + 32];
	char *text;
	int status;

	if (parse_only_help(argc, argv, synopsis, help, &status))
		return status;
	if (argc - optind != 2 && argc - optind != 3) {
		complain(
			"'oid' takes an interface, an OID, and to set it a value; %d arguments are "
			"given",
			argc - optind);
		return EXIT_USAGE;
	}
	status = make_request(request, sizeof(request), argv + optind, argc - optind);
	if (status != EXIT_OK)
		return status;
	status = control_request(argv[optind], request, &text);
	if (text)
		status = show_answer(status, text);
	free(text);
	return status;
}
