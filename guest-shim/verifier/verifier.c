/* SPDX-License-Identifier: MIT */
/*
 * verifier.c - see verifier.h
 */
#include <errno.h>
#include <stdlib.h>

#include "ke/bug_check.h"
#include "support/compiler.h"
#include "support/log.h"
#include "verifier/record.h"

int verifier_create(enum shim_verify mode, struct verifier **verifier)
{
	*verifier = NULL;
	if (mode == SHIM_VERIFY_OFF)
		return 0;
	*verifier = calloc(1, sizeof(**verifier));
	if (!*verifier)
		return -ENOMEM;
	(*verifier)->mode = mode;
	(*verifier)->statistics.mode = mode;
	return 0;
}

void verifier_destroy(struct verifier *verifier)
{
	if (!verifier)
		return;
	record_free_all(verifier);
	free(verifier);
}

void verifier_statistics(const struct verifier *verifier, struct shim_verify_statistics *statistics)
{
	*statistics = verifier ? verifier->statistics
			       : (struct shim_verify_statistics){.mode = SHIM_VERIFY_OFF};
}

static void log_violation(const struct verifier_violation *violation)
{
	const char *driver = violation->driver;
	char number[64] = "";
	char ndis[32] = "";

	if (violation->ndis_rule)
		snprintf(ndis, sizeof(ndis), "bug check 0x7C, 0x%X", violation->ndis_rule);
	if (violation->code != VERIFIER_NONE)
		snprintf(number, sizeof(number), " (DMA verification 0x%02X%s%s)",
			 (unsigned int)violation->code, *ndis ? "; " : "", ndis);
	else if (*ndis)
		snprintf(number, sizeof(number), " (%s)", ndis);
	log_error("%s%s%s: %s; rule: %s%s", driver ? driver : "", driver ? ": " : "",
		  violation->call, violation->arguments, violation->rule, number);
}

static void log_record(const struct verifier_record *record,
		       void (*write)(FILE *file, const struct verifier_record *record))
{
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	if (!file)
		return;
	write(file, record);
	fclose(file);
	if (text)
		log_error("    %s", text);
	free(text);
}

_Noreturn static void stop(const struct verifier_violation *violation)
{
	uint32_t bug_check = DRIVER_VERIFIER_DMA_VIOLATION;
	uintptr_t first = (uintptr_t)violation->code;

	if (violation->ndis_rule) {
		bug_check = BUGCODE_NDIS_DRIVER;
		first = violation->ndis_rule;
	} else if (violation->code == VERIFIER_NONE) {
		bug_check = DRIVER_VERIFIER_DETECTED_VIOLATION;
		first = 0;
	}
	ke_bug_check(bug_check, first, violation->parameters[0], violation->parameters[1],
		     violation->parameters[2]);
}

void report_record(struct verifier *verifier, const struct verifier_violation *violation,
		   const struct verifier_record *record)
{
	log_violation(violation);
	if (!verifier)
		return;
	if (violation->code == VERIFIER_NONE)
		verifier->statistics.uncoded++;
	else
		verifier->statistics.codes[violation->code]++;
	if (record) {
		log_record(record, record_write);
		log_record(record, record_write_history);
	}
	if (verifier->mode != SHIM_VERIFY_STOP)
		return;
	if (!verifier->holds)
		stop(violation);
	if (!verifier->held)
		verifier->first = *violation;
	verifier->held = true;
}

void verifier_report(struct verifier *verifier, const struct verifier_violation *violation)
{
	const struct verifier_record *record = NULL;

	if (verifier && violation->object)
		record = record_find(verifier, violation->object);
	report_record(verifier, violation, record);
}

void verifier_hold(struct verifier *verifier)
{
	if (verifier)
		verifier->holds++;
}

void verifier_let_go(struct verifier *verifier)
{
	if (verifier && --verifier->holds == 0 && verifier->held)
		stop(&verifier->first);
}
