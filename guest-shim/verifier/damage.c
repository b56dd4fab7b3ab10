/* SPDX-License-Identifier: MIT */
/*
 * damage.c - overwritten guard bytes become violations
 */
#include <inttypes.h>

#include "verifier/record.h"

static const char *const area_text[] = {
	[DMA_GUARD_DATA] = "the data of",
	[DMA_GUARD_TAG_BEFORE] = "the tag before",
	[DMA_GUARD_TAG_AFTER] = "the tag behind",
	[DMA_GUARD_FREE_REGISTER] = "a free map register",
	[DMA_GUARD_FILL_BEFORE] = "the padding before",
	[DMA_GUARD_FILL_AFTER] = "the padding behind",
};

/* Parameter 1 of bug check 0x7C: shared memory was found corrupted. */
#define NDIS_SHARED_MEMORY_CORRUPTED 2

static const char *rule_for(const struct dma_guard_damage *damage)
{
	switch (damage->area) {
	case DMA_GUARD_DATA:
		return "what is mapped for the device to read is changed by nobody before the "
		       "mapping "
		       "ends";
	case DMA_GUARD_FREE_REGISTER:
		return "a device writes to map registers only while they are mapped";
	default:
		return damage->common
			       ? "driver and device stay within the length of shared memory"
			       : "a device stays within the length of what was mapped for it";
	}
}

static void describe(const struct dma_guard_damage *damage, char *text, size_t size)
{
	char what[80] = "";
	char where[40] = "";

	if (damage->region.va)
		snprintf(what, sizeof(what), " %s of %zu bytes at %p",
			 damage->common ? "shared memory" : "the transfer", damage->region.length,
			 damage->region.va);
	if (damage->logical.value)
		snprintf(where, sizeof(where), ", logical 0x%" PRIx64, damage->logical.value);
	snprintf(text, size,
		 "%s%s: %zu bytes were overwritten, the first, 0x%02x, with 0x%02x at offset "
		 "%" PRId64 "%s",
		 area_text[damage->area], what, damage->count, damage->expected, damage->found,
		 damage->offset, where);
}

/* Parameters 3 and 4 as Windows has them for each area. */
static void parameters_for(const struct dma_guard_damage *damage, uintptr_t *parameters)
{
	uintptr_t start = (uintptr_t)damage->region.va;

	parameters[0] = (uintptr_t)damage->area;
	switch (damage->area) {
	case DMA_GUARD_TAG_BEFORE:
	case DMA_GUARD_TAG_AFTER:
		parameters[1] = damage->region.length;
		parameters[2] = start;
		break;
	case DMA_GUARD_FREE_REGISTER:
		parameters[1] = (uintptr_t)damage->logical.value;
		break;
	default:
		parameters[1] = start;
		parameters[2] = start + (uintptr_t)damage->offset;
	}
}

static const struct verifier_record *owner_of(const struct verifier *verifier,
					      const struct dma_guard_damage *damage)
{
	enum record_fit fit;

	return damage->area == DMA_GUARD_FREE_REGISTER
		       ? record_at(verifier, damage->logical.value, &fit)
		       : record_find(verifier, damage->region.va);
}

static void report(struct verifier *verifier, const char *driver, const char *call,
		   const struct dma_guard_damage *damage, enum verifier_code *last)
{
	struct verifier_violation violation = {
		.detail = {.code = damage->area == DMA_GUARD_DATA ? VERIFIER_NONE
								  : VERIFIER_OVERRUN},
		.driver = driver,
		.call = call,
		.rule = rule_for(damage),
	};
	char text[256];

	describe(damage, text, sizeof(text));
	violation.arguments = text;
	if (last)
		*last = violation.detail.code;
	else if (damage->common)
		violation.detail.ndis_rule = NDIS_SHARED_MEMORY_CORRUPTED;
	parameters_for(damage, violation.detail.parameters);
	report_record(verifier, &violation, owner_of(verifier, damage));
}

unsigned int verifier_damage(struct verifier *verifier, const char *driver, const char *call,
			     struct dma_adapter *adapter, enum verifier_code *last)
{
	struct dma_guard_damage damage;
	unsigned int count = 0;

	if (!verifier)
		return 0;
	for (; dma_adapter_next_damage(adapter, &damage); count++)
		report(verifier, driver, call, &damage, last);
	return count;
}

unsigned int verifier_check_zone(struct verifier *verifier, const char *driver, const char *call,
				 const struct dma_guard_zone *zone, enum verifier_code *last)
{
	struct dma_guard_damage damage[DMA_GUARD_ZONE_DAMAGE];
	unsigned int count = dma_guard_zone_check(zone, damage);

	for (unsigned int i = 0; i < count; i++)
		report(verifier, driver, call, &damage[i], last);
	return count;
}
