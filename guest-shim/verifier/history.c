/* SPDX-License-Identifier: MIT */
/*
 * history.c - records in words
 */
#include <dlfcn.h>
#include <inttypes.h>
#include <string.h>

#include "platform/event_loop.h"
#include "verifier/record.h"

static void write_kind(FILE *file, const struct verifier_object *object)
{
	switch (object->kind) {
	case VERIFIER_ADAPTER:
		fprintf(file, "adapter object %p", object->handle);
		break;
	case VERIFIER_CHANNEL:
		fprintf(file, "adapter channel %p", object->handle);
		break;
	case VERIFIER_COMMON_BUFFER:
		fputs("shared memory", file);
		break;
	case VERIFIER_LIST:
		fprintf(file, "scatter/gather list %p", object->handle);
		break;
	case VERIFIER_MAPPING:
		fprintf(file, "map register %u", object->number);
		break;
	case VERIFIER_MAP_REGISTERS:
		fprintf(file, "%u map registers", object->number);
		break;
	}
}

void record_write(FILE *file, const struct verifier_record *record)
{
	const struct verifier_object *object = &record->object;

	write_kind(file, object);
	if (object->buffer)
		fprintf(file, ", buffer %p", object->buffer);
	if (object->packet)
		fprintf(file, " of packet %p", object->packet);
	if (object->region.va)
		fprintf(file, ", %zu bytes at %p", object->region.length, object->region.va);
	if (record->run_count)
		fprintf(file, ", logical 0x%" PRIx64 "%s", record->runs[0].logical.value,
			record->run_count > 1 ? " and others" : "");
	if (object->access == PLATFORM_DEVICE_READS)
		fputs(", for the device to read", file);
	if (object->access == PLATFORM_DEVICE_WRITES)
		fputs(", for the device to write", file);
}

/* "sgnic.so: send+0x42 (offset 0x1a42)"; the offset is what addr2line takes. */
static void write_caller(FILE *file, const void *caller)
{
	Dl_info info;
	const char *name;

	if (!dladdr(caller, &info) || !info.dli_fname) {
		fprintf(file, " from %p", caller);
		return;
	}
	name = strrchr(info.dli_fname, '/');
	fprintf(file, " from %s", name ? name + 1 : info.dli_fname);
	if (info.dli_sname)
		fprintf(file, ": %s+0x%zx", info.dli_sname,
			(size_t)((const char *)caller - (const char *)info.dli_saddr));
	fprintf(file, " (offset 0x%zx)", (size_t)((const char *)caller - (const char *)info.dli_fbase));
}

static void write_event(FILE *file, const char *verb, const struct record_event *event)
{
	uint64_t age = event_loop_now() - event->time;

	fprintf(file, "%s by %s", verb, event->call);
	if (event->caller)
		write_caller(file, event->caller);
	fprintf(file, " at IRQL %u, %" PRIu64 ".%03u ms ago", event->irql, age / 1000000u,
		(unsigned int)(age / 1000u % 1000u));
}

void record_write_history(FILE *file, const struct verifier_record *record)
{
	bool mapping = record->object.kind == VERIFIER_MAPPING || record->object.kind == VERIFIER_LIST;

	write_event(file, mapping ? "mapped" : "allocated", &record->created);
	if (!record->ended.call)
		return;
	fputs("; ", file);
	write_event(file, mapping ? "ended" : "freed", &record->ended);
}
