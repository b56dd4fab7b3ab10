/* SPDX-License-Identifier: MIT */
/*
 * history.c - records in words
 */
#include <inttypes.h>
#include <string.h>

#include "platform/event_loop.h"
#include "platform/call_stack.h"
#include "verifier/record.h"

const char *verifier_describe(const struct verifier_object *object, char *text, size_t size)
{
	int length = 0;

	switch (object->kind) {
	case VERIFIER_ADAPTER:
		length = snprintf(text, size, "adapter object %p", object->handle);
		break;
	case VERIFIER_CHANNEL:
		length = snprintf(text, size, "adapter channel of adapter %p", object->handle);
		break;
	case VERIFIER_COMMON_BUFFER:
		length = snprintf(text, size, "shared memory");
		break;
	case VERIFIER_LIST:
		length = snprintf(text, size, "scatter/gather list %p", object->handle);
		break;
	case VERIFIER_MAPPING:
		length = snprintf(text, size, "map register %u", object->number);
		break;
	case VERIFIER_MAP_REGISTERS:
		length = snprintf(text, size, "%u map registers", object->number);
		break;
	case VERIFIER_DMA_CHANNEL:
		length = snprintf(text, size, "DMA channel %u", object->number);
		break;
	case VERIFIER_TRANSFER:
		length = snprintf(text, size, "transfer on DMA channel %u", object->number);
		break;
	case VERIFIER_OTHER:
		length = snprintf(text, size, "%s %p", object->name, object->handle);
		break;
	}
	if (object->base && length > 0 && (size_t)length < size)
		snprintf(text + length, size - (size_t)length, " of base %p", object->base);
	return text;
}

void record_write(FILE *file, const struct verifier_record *record)
{
	const struct verifier_object *object = &record->object;
	char text[80];

	fputs(verifier_describe(object, text, sizeof(text)), file);
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
	char text[256];

	call_stack_text(caller, true, text, sizeof(text));
	fprintf(file, " from %s", text);
}

static void write_event(FILE *file, const char *verb, const struct verifier_event *event,
			uint64_t now)
{
	uint64_t age = now - event->time;

	fprintf(file, "%s by %s", verb, event->call);
	if (event->caller)
		write_caller(file, event->caller);
	fprintf(file, " at IRQL %u, %" PRIu64 ".%03u ms ago", event->irql, age / 1000000u,
		(unsigned int)(age / 1000u % 1000u));
}

void record_write_made(FILE *file, const struct verifier_event *made)
{
	write_event(file, "allocated", made, event_loop_now());
}

void record_write_history(FILE *file, const struct verifier_record *record)
{
	enum verifier_kind kind = record->object.kind;
	bool mapping =
		kind == VERIFIER_MAPPING || kind == VERIFIER_LIST || kind == VERIFIER_TRANSFER;
	/* One moment for both: finding a caller's name takes long. */
	uint64_t now = event_loop_now();

	write_event(file, mapping ? "mapped" : "allocated", &record->created, now);
	if (!record->ended.call)
		return;
	fputs("; ", file);
	write_event(file, mapping ? "ended" : "freed", &record->ended, now);
}
