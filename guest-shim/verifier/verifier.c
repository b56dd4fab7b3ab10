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

static enum log_level level_of(const struct verifier_violation *violation)
{
	return violation->detail.advice ? LOG_LEVEL_WARNING : LOG_LEVEL_ERROR;
}

static void log_violation(const struct verifier_violation *violation)
{
	const struct verifier_detail *detail = &violation->detail;
	const char *driver = violation->driver;
	char number[64] = "";
	char ndis[32] = "";

	if (detail->ndis_rule)
		snprintf(ndis, sizeof(ndis), "bug check 0x7C, 0x%X", detail->ndis_rule);
	if (detail->code != VERIFIER_NONE)
		snprintf(number, sizeof(number), " (DMA verification 0x%02X%s%s)",
			 (unsigned int)detail->code, *ndis ? "; " : "", ndis);
	else if (*ndis)
		snprintf(number, sizeof(number), " (%s)", ndis);
	log_message(level_of(violation), "%s%s%s: %s; rule: %s%s", driver ? driver : "",
		    driver ? ": " : "", violation->call, violation->arguments, violation->rule,
		    number);
}

/* What @write writes of @what is one line. */
static void log_about(const struct verifier_violation *violation, const void *what,
		      void (*write)(FILE *file, const void *what))
{
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	if (!file)
		return;
	write(file, what);
	fclose(file);
	if (text)
		log_message(level_of(violation), "    %s", text);
	free(text);
}

static void write_object(FILE *file, const void *record)
{
	record_write(file, record);
}

static void write_history(FILE *file, const void *record)
{
	record_write_history(file, record);
}

static void write_made(FILE *file, const void *made)
{
	record_write_made(file, made);
}

_Noreturn static void stop(const struct verifier_detail *detail)
{
	uint32_t bug_check = DRIVER_VERIFIER_DMA_VIOLATION;
	uintptr_t first = (uintptr_t)detail->code;

	if (detail->ndis_rule) {
		bug_check = BUGCODE_NDIS_DRIVER;
		first = detail->ndis_rule;
	} else if (detail->code == VERIFIER_NONE) {
		bug_check = DRIVER_VERIFIER_DETECTED_VIOLATION;
		first = 0;
	}
	ke_bug_check(bug_check, first, detail->parameters[0], detail->parameters[1],
		     detail->parameters[2]);
}

static void stop_or_postpone(struct verifier *verifier, const struct verifier_detail *detail)
{
	if (!verifier->holds)
		stop(detail);
	if (!verifier->held)
		verifier->first = *detail;
	verifier->held = true;
}

void report_record(struct verifier *verifier, const struct verifier_violation *violation,
		   const struct verifier_record *record)
{
	const struct verifier_detail *detail = &violation->detail;

	log_violation(violation);
	if (!verifier)
		return;
	if (detail->code == VERIFIER_NONE)
		verifier->statistics.uncoded++;
	else
		verifier->statistics.codes[detail->code]++;
	if (record) {
		log_about(violation, record, write_object);
		log_about(violation, record, write_history);
	} else if (detail->made && detail->made->call) {
		log_about(violation, detail->made, write_made);
	}
	if (verifier->mode == SHIM_VERIFY_STOP && !detail->advice)
		stop_or_postpone(verifier, detail);
}

void verifier_report(struct verifier *verifier, const struct verifier_violation *violation)
{
	const struct verifier_record *record = NULL;

	if (verifier && violation->detail.object)
		record = record_find(verifier, violation->detail.object);
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
