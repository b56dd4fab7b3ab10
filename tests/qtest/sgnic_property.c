/* SPDX-License-Identifier: MIT */
/*
 * sgnic_property.c - the device's QOM properties, over QMP
 */
#include <stdlib.h>
#include <string.h>

#include "sgnic_property.h"

#define PATH "/machine/peripheral/nic"

char *nic_property(struct nic *nic, const char *name)
{
	char *answer = qtest_qmp(nic->qemu,
				 "{\"execute\": \"qom-get\", \"arguments\": "
				 "{\"path\": \"" PATH "\", \"property\": \"%s\"}}",
				 name);

	if (!strstr(answer, "\"return\""))
		qtest_fail(nic->qemu, "property %s: %s", name, answer);
	return answer;
}

static uint64_t parse(struct nic *nic, const char *text, const char *member)
{
	char *key = g_strdup_printf("\"%s\": ", member);
	const char *value = strstr(text, key);
	char *end;
	uint64_t number;

	if (!value)
		qtest_fail(nic->qemu, "there is no %s in %s", member, text);
	value += strlen(key);
	g_free(key);
	if (g_str_has_prefix(value, "true"))
		return 1;
	if (g_str_has_prefix(value, "false"))
		return 0;
	number = strtoull(value, &end, 10);
	if (end == value)
		qtest_fail(nic->qemu, "%s is no number in %s", member, text);
	return number;
}

uint64_t nic_number(struct nic *nic, const char *name)
{
	return nic_member(nic, name, "return");
}

uint64_t nic_member(struct nic *nic, const char *name, const char *member)
{
	char *answer = nic_property(nic, name);
	uint64_t number = parse(nic, answer, member);

	g_free(answer);
	return number;
}

char *nic_text(struct nic *nic, const char *name, const char *member)
{
	char *answer = nic_property(nic, name);
	char *key = g_strdup_printf("\"%s\": \"", member);
	const char *value = strstr(answer, key);
	char *text;

	if (!value)
		qtest_fail(nic->qemu, "there is no text %s in %s", member, answer);
	value += strlen(key);
	text = g_strndup(value, strcspn(value, "\""));
	g_free(key);
	g_free(answer);
	return text;
}

void nic_put(struct nic *nic, const char *name, const char *value)
{
	qtest_qmp_ok(nic->qemu,
		     "{\"execute\": \"qom-set\", \"arguments\": {\"path\": \"" PATH "\", "
		     "\"property\": \"%s\", \"value\": %s}}",
		     name, value);
}

void nic_put_refused(struct nic *nic, const char *name, const char *value,
		     const char *const *words)
{
	char *before = nic_property(nic, name);
	char *answer = qtest_qmp(nic->qemu,
				 "{\"execute\": \"qom-set\", \"arguments\": "
				 "{\"path\": \"" PATH "\", \"property\": \"%s\", \"value\": %s}}",
				 name, value);
	char *after = nic_property(nic, name);

	if (!strstr(answer, "\"error\""))
		qtest_fail(nic->qemu, "%s = %s was accepted", name, value);
	for (; *words; words++)
		if (!strstr(answer, *words))
			qtest_fail(nic->qemu, "'%s' is not in %s", *words, answer);
	g_assert_cmpstr(before, ==, after);
	g_free(before);
	g_free(answer);
	g_free(after);
}
