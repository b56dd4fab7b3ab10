/* SPDX-License-Identifier: MIT */
/*
 * e1000_session.c - sessions of the e1000 miniport on QEMU's e1000
 */
#include <string.h>
#include <sys/socket.h>

#include <ndis/oid.h>

#include "e1000_session.h"

#define PARAMETERS 2

static const struct session_nic nic = {"e1000", "e1000,romfile=,mac=52:54:00:12:34:99",
				       "E1000_MINIPORT"};

int e1000_initialize(struct session *s, const char *keywords, struct shim_adapter_options options)
{
	struct shim_parameter parameters[PARAMETERS];
	char **words = g_strsplit(keywords, " ", -1);
	unsigned int i;
	int result;

	options.verify = SHIM_VERIFY_STOP;
	options.parameters = parameters;
	options.parameter_count = 0;
	for (i = 0; words[i] && *words[i]; i++) {
		char *value = strchr(words[i], '=');

		*value = '\0';
		g_assert_cmpuint(i, <, PARAMETERS);
		parameters[i] = (struct shim_parameter){words[i], value + 1};
		options.parameter_count++;
	}
	result = session_initialize(s, &options);
	g_strfreev(words);
	return result;
}

void e1000_load(struct session *s)
{
	session_load(s, fixture_open_nic(nic.device), nic.variable, nic.name);
}

void e1000_start(struct session *s, const char *keywords, uint32_t filter)
{
	e1000_load(s);
	g_assert_cmpint(e1000_initialize(s, keywords, session_options()), ==, 0);
	e1000_set_filter(s, filter);
}

uint64_t e1000_counter(struct session *s, uint32_t oid)
{
	uint64_t value;

	g_assert_cmpint(shim_query(s->adapter, oid, &value, sizeof(value)), ==, sizeof(value));
	return value;
}

bool e1000_shows_counters(struct session *s)
{
	return e1000_counter(s, OID_GEN_BROADCAST_FRAMES_XMIT) != 0;
}

uint32_t e1000_number(struct session *s, uint32_t oid)
{
	uint32_t value;

	g_assert_cmpint(shim_query(s->adapter, oid, &value, sizeof(value)), ==, sizeof(value));
	return value;
}

void e1000_put(struct session *s, const void *frame, unsigned int length)
{
	g_assert_cmpint(send(s->f->wire, frame, length, 0), ==, (gssize)length);
}

void e1000_set_filter(struct session *s, uint32_t filter)
{
	session_set_filter(s, filter);
	session_settle(s);
}
