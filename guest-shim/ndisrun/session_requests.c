/* SPDX-License-Identifier: MIT */
/*
 * session_requests.c - what a running session answers on its control socket
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <ndis/oid.h>

#include "ndisrun/command.h"
#include "ndisrun/hexadecimal.h"
#include "ndisrun/oid_names.h"
#include "ndisrun/session.h"

static const char *reason(int result)
{
	switch (result) {
	case -ENOTSUP:
		return "the miniport does not support it";
	case -EMSGSIZE:
		return "the miniport wants a value of another length";
	case -ETIMEDOUT:
		return "the miniport did not answer in time";
	case -EIO:
		return "the miniport refused";
	default:
		return strerror(-result);
	}
}

static int refuse(FILE *reply, const char *action, uint32_t oid, int result)
{
	const char *name = oid_name(oid);

	fprintf(reply, "cannot %s OID 0x%08" PRIx32 "%s%s%s: %s\n", action, oid, name ? " (" : "",
		name ? name : "", name ? ")" : "", reason(result));
	return EXIT_FAILED;
}

static int answer_query(struct session *session, const char *argument, FILE *reply)
{
	uint8_t value[SESSION_OID_SIZE];
	uint32_t oid;
	int result;

	if (!argument || oid_from_text(argument, &oid) < 0) {
		fprintf(reply, "query needs the number of an object identifier\n");
		return EXIT_USAGE;
	}
	result = shim_query(session->adapter, oid, value, sizeof(value));
	if (result < 0)
		return refuse(reply, "query", oid, result);
	hexadecimal_print(reply, value, (size_t)result);
	fputc('\n', reply);
	return EXIT_OK;
}

/* What the bridge relies on is not changed behind its back. */
static bool is_agreed_on(const struct session *session, uint32_t oid)
{
	const struct offload *offload = &session->bridge.offload;

	return oid == OID_TCP_TASK_OFFLOAD &&
	       (offload->transmit || offload->receive || offload->large_sends);
}

static int answer_set(struct session *session, const char *argument, const char *hexadecimal,
		      FILE *reply)
{
	uint8_t value[SESSION_OID_SIZE];
	uint32_t oid;
	int length = hexadecimal ? hexadecimal_parse(hexadecimal, value, sizeof(value)) : -EINVAL;
	int result;

	if (!argument || oid_from_text(argument, &oid) < 0 || length < 0) {
		fprintf(reply, "set needs the number of an object identifier, and bytes\n");
		return EXIT_USAGE;
	}
	if (is_agreed_on(session, oid)) {
		fprintf(reply, "cannot set OID_TCP_TASK_OFFLOAD: ndisrun has agreed on it with the "
			       "miniport; 'ndisrun run --offload none' leaves it alone\n");
		return EXIT_FAILED;
	}
	result = shim_set(session->adapter, oid, value, (size_t)length);
	return result < 0 ? refuse(reply, "set", oid, result) : EXIT_OK;
}

static int answer_reset(struct session *session, FILE *reply)
{
	int result = shim_reset(session->adapter);

	if (result == 0) {
		fprintf(reply, "%s: the miniport has been reset\n", session->tap.name);
		return EXIT_OK;
	}
	fprintf(reply, "cannot reset %s: %s\n", session->tap.name, reason(result));
	return EXIT_FAILED;
}

int session_request(void *context, char *request, FILE *reply)
{
	struct session *session = context;
	char *position;
	const char *verb = strtok_r(request, " ", &position);
	const char *first = strtok_r(NULL, " ", &position);
	const char *second = strtok_r(NULL, " ", &position);

	if (verb && strcmp(verb, "stats") == 0) {
		session_print_statistics(session, reply);
		return EXIT_OK;
	}
	if (verb && strcmp(verb, "faults") == 0) {
		fault_list_poll(&session->faults, session->platform, session->adapter);
		fault_list_print(&session->faults, reply);
		return EXIT_OK;
	}
	if (verb && strcmp(verb, "query") == 0)
		return answer_query(session, first, reply);
	if (verb && strcmp(verb, "set") == 0)
		return answer_set(session, first, second, reply);
	if (verb && strcmp(verb, "reset") == 0)
		return answer_reset(session, reply);
	if (verb && strcmp(verb, "stop") == 0) {
		session->stop = true;
		return CONTROL_DEFERRED;
	}
	fprintf(reply, "there is no request '%s'\n", verb ? verb : "");
	return EXIT_USAGE;
}
