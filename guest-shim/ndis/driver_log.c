/* SPDX-License-Identifier: MIT */
/*
 * driver_log.c - the log of an adapter, which its driver writes and a program reads
 */
#include <string.h>

#include "mm/pool.h"
#include "ndis/memory.h"
#include "ndis/violation.h"
#include "support/trace.h"

#define LOG_LIMIT (64u << 20)

/** struct ndis_log - a ring of @size bytes; @used of them, from @first on, are not read yet */
struct ndis_log {
	struct shim_adapter *adapter;
	UINT size;
	UINT first;
	UINT used;
	UCHAR bytes[];
};

static const char log_kind[] = "log";

NDIS_STATUS NTAPI NdisMCreateLog(NDIS_HANDLE MiniportAdapterHandle, UINT Size,
				 PNDIS_HANDLE LogHandle)
{
	static const char call[] = "NdisMCreateLog";
	TRACE_SCOPE(call);
	struct shim_adapter *adapter = ndis_adapter(MiniportAdapterHandle, call);
	NDIS_STATUS status = NDIS_STATUS_RESOURCES;
	struct ndis_log *log = NULL;
	const void *owner;

	if (!ndis_is_given(call, "LogHandle", LogHandle))
		return NDIS_STATUS_FAILURE;
	*LogHandle = NULL;
	if (!adapter || !ndis_irql_at_most(adapter, call, KE_PASSIVE_LEVEL))
		return NDIS_STATUS_FAILURE;
	if (!Size || adapter->log) {
		ndis_violation(adapter, call, "an adapter has one log, of at least one byte",
			       "Size is %u, and the adapter has %s log", Size,
			       adapter->log ? "a" : "no");
		return NDIS_STATUS_FAILURE;
	}
	owner = ndis_set_current_owner(adapter);
	if (Size <= LOG_LIMIT)
		log = ndis_allocate_object(sizeof(*log) + Size, log_kind, NULL, call,
					   __builtin_return_address(0));
	ndis_set_current_owner(owner);
	if (log) {
		log->adapter = adapter;
		log->size = Size;
		adapter->log = log;
		*LogHandle = log;
		status = NDIS_STATUS_SUCCESS;
	}
	TRACE(call, "adapter %p, %u bytes) -> %s, %p", (void *)adapter, Size,
	      ndis_status_text(status), (void *)log);
	return status;
}

static struct ndis_log *find_log(const char *call, NDIS_HANDLE handle)
{
	struct mm_block *block = mm_pool_find(handle);

	if (block && block->kind == log_kind)
		return handle;
	ndis_violation(NULL, call, "LogHandle is what NdisMCreateLog stored", "%p is no log",
		       handle);
	return NULL;
}

VOID NTAPI NdisMCloseLog(NDIS_HANDLE LogHandle)
{
	static const char call[] = "NdisMCloseLog";
	TRACE_SCOPE(call);
	struct ndis_log *log = find_log(call, LogHandle);

	TRACE(call, "%p)", LogHandle);
	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (!log)
		return;
	log->adapter->log = NULL;
	mm_pool_free(mm_pool_find(log));
}

NDIS_STATUS NTAPI NdisMWriteLogData(NDIS_HANDLE LogHandle, PVOID LogBuffer, UINT LogBufferSize)
{
	static const char call[] = "NdisMWriteLogData";
	TRACE_SCOPE(call);
	struct ndis_log *log = find_log(call, LogHandle);
	UINT end, part;

	TRACE(call, "%p, %u bytes at %p)", LogHandle, LogBufferSize, LogBuffer);
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!log || !ndis_is_given(call, "LogBuffer", LogBuffer))
		return NDIS_STATUS_FAILURE;
	if (LogBufferSize > log->size)
		return NDIS_STATUS_BUFFER_OVERFLOW;
	/* The oldest bytes give way. */
	if (log->used > log->size - LogBufferSize) {
		part = log->used - (log->size - LogBufferSize);
		log->first = (log->first + part) % log->size;
		log->used -= part;
	}
	end = (log->first + log->used) % log->size;
	part = min(LogBufferSize, log->size - end);
	memcpy(log->bytes + end, LogBuffer, part);
	memcpy(log->bytes, (const char *)LogBuffer + part, LogBufferSize - part);
	log->used += LogBufferSize;
	return NDIS_STATUS_SUCCESS;
}

VOID NTAPI NdisMFlushLog(NDIS_HANDLE LogHandle)
{
	static const char call[] = "NdisMFlushLog";
	TRACE_SCOPE(call);
	struct ndis_log *log = find_log(call, LogHandle);

	TRACE(call, "%p)", LogHandle);
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (log)
		log->first = log->used = 0;
}

SHIM_EXPORT size_t shim_adapter_read_log(struct shim_adapter *adapter, void *buffer, size_t length)
{
	struct ndis_log *log = adapter->log;
	UINT count, part;

	if (!log)
		return 0;
	count = (UINT)min(length, log->used);
	part = min(count, log->size - log->first);
	if (part)
		memcpy(buffer, log->bytes + log->first, part);
	if (count > part)
		memcpy((char *)buffer + part, log->bytes, count - part);
	log->first = (log->first + count) % log->size;
	log->used -= count;
	return count;
}
