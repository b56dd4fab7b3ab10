/* SPDX-License-Identifier: MIT */
/*
 * fault.c - to which object an address belongs that the IOMMU refused
 */
#include <inttypes.h>
#include <stdlib.h>

#include "verifier/record.h"

static const char *const fit_text[] = {
	[RECORD_FIT_INSIDE] = "in",
	[RECORD_FIT_SAME_PAGE] = "in a page of",
	[RECORD_FIT_PAGE_BEHIND] = "behind the end of",
};

static enum record_fit fit_run(const struct dma_run *run, uint64_t address)
{
	uint64_t last = run->logical.value + run->length - 1;
	uint64_t page = address >> PLATFORM_PAGE_SHIFT;

	if (!run->length)
		return RECORD_FIT_NONE;
	if (address >= run->logical.value && address <= last)
		return RECORD_FIT_INSIDE;
	if (page >= run->logical.value >> PLATFORM_PAGE_SHIFT &&
	    page <= last >> PLATFORM_PAGE_SHIFT)
		return RECORD_FIT_SAME_PAGE;
	return page == (last >> PLATFORM_PAGE_SHIFT) + 1 ? RECORD_FIT_PAGE_BEHIND : RECORD_FIT_NONE;
}

/* Return: @record fits better than *@best, which is its fit then. */
static bool fits_better(const struct verifier_record *record, uint64_t address,
			enum record_fit *best)
{
	bool better = false;

	for (unsigned int i = 0; i < record->run_count; i++) {
		enum record_fit fit = fit_run(&record->runs[i], address);

		if (fit >= *best)
			continue;
		*best = fit;
		better = true;
	}
	return better;
}

const struct verifier_record *record_at(const struct verifier *verifier, uint64_t address,
					enum record_fit *fit)
{
	const struct verifier_record *owner = NULL;
	const struct verifier_record *record;

	*fit = RECORD_FIT_NONE;
	for (record = verifier->alive; record; record = record->next) {
		if (fits_better(record, address, fit))
			owner = record;
	}
	for (unsigned int age = 0; (record = record_ended(verifier, age)); age++) {
		if (fits_better(record, address, fit))
			owner = record;
	}
	return owner;
}

static const char *rule_for(const struct verifier_record *owner, enum record_fit fit, bool is_write)
{
	if (!owner)
		return "a device uses the addresses that mapping or allocating gave, and no others";
	if (fit == RECORD_FIT_PAGE_BEHIND)
		return "a device stays within the length of what was mapped for it";
	if (owner->ended.call)
		return "a device is done with an address before its mapping ends or its memory is "
		       "freed";
	if (is_write && owner->object.access == PLATFORM_DEVICE_READS)
		return "a device does not write to what was mapped with WriteToDevice TRUE";
	return "a device uses an address while it is mapped, in the direction it is mapped for";
}

static void write_arguments(FILE *file, const struct platform_fault *fault,
			    const struct verifier_record *owner, enum record_fit fit)
{
	fprintf(file,
		"%s of the device at 0x%" PRIx64 " refused: ", fault->is_write ? "write" : "read",
		fault->address.value);
	if (!owner) {
		fputs("nothing that the adapter has, or had lately, is there", file);
		return;
	}
	fprintf(file, "%s %s", fit_text[fit], owner->ended.call ? "the former " : "");
	record_write(file, owner);
}

void verifier_fault(struct verifier *verifier, const char *driver,
		    const struct platform_fault *fault)
{
	struct verifier_violation violation = {
		.detail = {.code = VERIFIER_IOMMU_FAULT,
			   .parameters = {0, (uintptr_t)fault->address.value, fault->is_write}},
		.driver = driver,
		.call = "IOMMU fault",
	};
	const struct verifier_record *owner;
	enum record_fit fit;
	char *text = NULL;
	size_t length;
	FILE *file;

	if (!verifier)
		return;
	file = open_memstream(&text, &length);
	if (!file)
		return;
	owner = record_at(verifier, fault->address.value, &fit);
	write_arguments(file, fault, owner, fit);
	fclose(file);
	violation.rule = rule_for(owner, fit, fault->is_write);
	violation.arguments = text ? text : "";
	report_record(verifier, &violation, owner);
	free(text);
}
