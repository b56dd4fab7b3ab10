/* SPDX-License-Identifier: MIT */
/*
 * record.c - what exists, who made it, and what existed lately
 */
#include <stdlib.h>
#include <string.h>

#include "ke/processor.h"
#include "platform/event_loop.h"
#include "verifier/record.h"

static void free_list(struct verifier_record *record)
{
	while (record) {
		struct verifier_record *next = record->next;

		free(record);
		record = next;
	}
}

void record_free_all(struct verifier *verifier)
{
	free_list(verifier->alive);
	free_list(verifier->spare);
	for (unsigned int i = 0; i < verifier->ended_count; i++)
		free(verifier->ended[i]);
}

static struct verifier_record *take_spare(struct verifier *verifier)
{
	struct verifier_record *record = verifier->spare;

	if (!record)
		return calloc(1, sizeof(*record));
	verifier->spare = record->next;
	return memset(record, 0, sizeof(*record));
}

static void keep_runs(struct verifier_record *record, const struct dma_run *runs,
		      unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		struct dma_run *last =
			record->run_count ? &record->runs[record->run_count - 1] : NULL;
		uint64_t first = runs[i].logical.value;

		if (last && first == last->logical.value + last->length) {
			last->length += runs[i].length;
		} else if (record->run_count < RECORD_RUNS) {
			record->runs[record->run_count++] = runs[i];
		} else if (first > last->logical.value) {
			last->length = first + runs[i].length - last->logical.value;
		} else {
			last->length += last->logical.value - first;
			last->logical = runs[i].logical;
		}
	}
}

struct verifier_event verifier_event_now(const char *call, const void *caller)
{
	return (struct verifier_event){call, caller, event_loop_now(), ke_current_irql()};
}

void verifier_created(struct verifier *verifier, const struct verifier_object *object,
		      const struct dma_run *runs, unsigned int run_count, const char *call,
		      const void *caller)
{
	struct verifier_record *record = verifier ? take_spare(verifier) : NULL;

	if (!record)
		return;
	record->object = *object;
	keep_runs(record, runs, run_count);
	record->created = verifier_event_now(call, caller);
	record->next = verifier->alive;
	verifier->alive = record;
	verifier->statistics.records++;
}

static void keep_ended(struct verifier *verifier, struct verifier_record *record)
{
	struct verifier_record **place = &verifier->ended[verifier->ended_next];

	if (verifier->ended_count == ENDED_RECORDS) {
		(*place)->next = verifier->spare;
		verifier->spare = *place;
	} else {
		verifier->ended_count++;
	}
	*place = record;
	verifier->ended_next = (verifier->ended_next + 1) % ENDED_RECORDS;
}

void verifier_ended(struct verifier *verifier, enum verifier_kind kind, const void *handle,
		    const char *call, const void *caller)
{
	struct verifier_record **link;
	struct verifier_record *record;

	if (!verifier)
		return;
	link = &verifier->alive;
	while (*link && ((*link)->object.kind != kind || (*link)->object.handle != handle))
		link = &(*link)->next;
	record = *link;
	if (!record)
		return;
	*link = record->next;
	record->ended = verifier_event_now(call, caller);
	/* They were the object's. */
	record->object.regions = NULL;
	record->object.region_count = 0;
	verifier->statistics.records--;
	keep_ended(verifier, record);
}

const struct verifier_record *record_ended(const struct verifier *verifier, unsigned int age)
{
	return age < verifier->ended_count
		       ? verifier->ended[(verifier->ended_next + ENDED_RECORDS - 1 - age) %
					 ENDED_RECORDS]
		       : NULL;
}

static bool is_about(const struct verifier_record *record, const void *handle)
{
	return record->object.handle == handle || record->object.region.va == handle;
}

const struct verifier_record *record_find(const struct verifier *verifier, const void *handle)
{
	const struct verifier_record *record = verifier->alive;

	while (record && !is_about(record, handle))
		record = record->next;
	for (unsigned int i = 0; !record && i < verifier->ended_count; i++) {
		if (is_about(record_ended(verifier, i), handle))
			record = record_ended(verifier, i);
	}
	return record;
}

bool verifier_has_seen(const struct verifier *verifier, const void *handle)
{
	return verifier && record_find(verifier, handle);
}

static bool region_overlaps(const struct dma_region *region, uintptr_t first, size_t length)
{
	uintptr_t other = (uintptr_t)region->va;

	return other < first + length && first < other + region->length;
}

static bool reaches(const struct verifier_object *object, uintptr_t first, size_t length)
{
	if (object->kind != VERIFIER_MAPPING && object->kind != VERIFIER_LIST &&
	    object->kind != VERIFIER_TRANSFER)
		return false;
	for (unsigned int i = 0; i < object->region_count; i++) {
		if (region_overlaps(&object->regions[i], first, length))
			return true;
	}
	return !object->region_count && region_overlaps(&object->region, first, length);
}

bool verifier_overlap(const struct verifier *verifier, struct dma_region region,
		      struct verifier_detail *detail, char *text, size_t size)
{
	uintptr_t first = (uintptr_t)region.va;
	const struct verifier_record *record = verifier && region.length ? verifier->alive : NULL;
	char other[80];

	while (record && !reaches(&record->object, first, region.length))
		record = record->next;
	if (!record)
		return false;
	*detail = (struct verifier_detail){
		.code = VERIFIER_MAPPED_TWICE,
		.object = record->object.handle,
		.parameters = {first, first + region.length, (uintptr_t)record->object.region.va},
	};
	snprintf(text, size, "part of %zu bytes at %p is mapped by %s already", region.length,
		 region.va, verifier_describe(&record->object, other, sizeof(other)));
	return true;
}

const void *verifier_find_other(const struct verifier *verifier, const char *name, const void *va,
				size_t length)
{
	for (const struct verifier_record *r = verifier ? verifier->alive : NULL; r; r = r->next) {
		if (r->object.kind == VERIFIER_OTHER && (!name || !strcmp(name, r->object.name)) &&
		    (uintptr_t)r->object.handle - (uintptr_t)va < length)
			return r->object.handle;
	}
	return NULL;
}
