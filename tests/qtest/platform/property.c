/* SPDX-License-Identifier: MIT */
/*
 * property.c - see property.h
 */
#include <stdlib.h>
#include <string.h>

#include "monitor.h"
#include "property.h"

/* The platform names no device, so QEMU has numbered them. */
#define ANONYMOUS_DEVICES 8

static char *get(struct fixture *fixture, const char *path, const char *name)
{
	return monitor_ask(fixture,
			   "{\"execute\": \"qom-get\", \"arguments\": {\"path\": \"%s\", "
			   "\"property\": \"%s\"}}",
			   path, name);
}

const char *property_path(struct fixture *fixture)
{
	int i;

	for (i = 0; !fixture->path && i < ANONYMOUS_DEVICES; i++) {
		char *path = g_strdup_printf("/machine/peripheral-anon/device[%d]", i);
		char *type = get(fixture, path, "type");

		if (strstr(type, "\"sgnic\""))
			fixture->path = path;
		else
			g_free(path);
		g_free(type);
	}
	if (!fixture->path)
		g_error("QEMU has no sgnic");
	return fixture->path;
}

void property_put(struct fixture *fixture, const char *name, const char *value)
{
	monitor_execute(fixture,
			"{\"execute\": \"qom-set\", \"arguments\": {\"path\": \"%s\", "
			"\"property\": \"%s\", \"value\": %s}}",
			property_path(fixture), name, value);
}

uint64_t property_member(struct fixture *fixture, const char *name, const char *member)
{
	char *answer = get(fixture, property_path(fixture), name);
	char *key = g_strdup_printf("\"%s\": ", member);
	const char *value = strstr(answer, key);
	uint64_t number;

	if (!value)
		g_error("there is no %s in %s", member, answer);
	number = strtoull(value + strlen(key), NULL, 10);
	g_free(answer);
	g_free(key);
	return number;
}

uint64_t property_number(struct fixture *fixture, const char *name)
{
	return property_member(fixture, name, "return");
}
