/* SPDX-License-Identifier: MIT */
/*
 * task_offload.c - lists of tasks, values of OID_TCP_TASK_OFFLOAD
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ndis/adapter.h"

#define TASK_HEAD offsetof(NDIS_TASK_OFFLOAD, TaskBuffer)

__attribute__((format(printf, 3, 4))) static int broken(char *text, size_t size, const char *format,
							...)
{
	va_list arguments;

	va_start(arguments, format);
	if (size)
		vsnprintf(text, size, format, arguments);
	va_end(arguments);
	return -EPROTO;
}

SHIM_EXPORT int shim_task_find(const void *list, size_t length, unsigned int wanted,
			       void *structure, size_t size, char *text, size_t text_size)
{
	const uint8_t *bytes = list;
	NDIS_TASK_OFFLOAD_HEADER header;
	NDIS_TASK_OFFLOAD task;
	size_t offset, step;
	int found = 0;

	memset(structure, 0, size);
	if (length < sizeof(header))
		return broken(text, text_size, "it has %zu bytes, its header %zu", length,
			      sizeof(header));
	memcpy(&header, bytes, sizeof(header));
	for (offset = step = header.OffsetFirstTask; step; offset += step) {
		if (offset > length || length - offset < TASK_HEAD)
			return broken(text, text_size, "a task at offset %zu is not within %zu bytes",
				      offset, length);
		memcpy(&task, bytes + offset, TASK_HEAD);
		if (task.TaskBufferLength > length - offset - TASK_HEAD)
			return broken(text, text_size,
				      "a task at offset %zu with a structure of %u bytes is not "
				      "within %zu bytes",
				      offset, task.TaskBufferLength, length);
		if (task.Task == (NDIS_TASK)wanted) {
			if (task.TaskBufferLength < size)
				return broken(text, text_size,
					      "the structure of task %u has %u bytes, not %zu",
					      wanted, task.TaskBufferLength, size);
			memcpy(structure, bytes + offset + TASK_HEAD, size);
			found = 1;
		}
		step = task.OffsetNextTask;
	}
	return found;
}
