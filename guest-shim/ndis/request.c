/* SPDX-License-Identifier: MIT */
/*
 * request.c - OID queries and sets
 *
 * One request is outstanding at a time.  The miniport works on a copy of the buffer
 * that belongs to the request, so that an answer after the time limit hurts nobody.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ndis/large_send.h"
#include "ndis/miniport_call.h"
#include "ndis/request.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

#define REQUEST_TIMEOUT_NS 5000000000ll

static bool is_done(void *context)
{
	const struct adapter_request *request = context;

	return !request->active;
}

static void finish(struct adapter_request *request, NDIS_STATUS status)
{
	request->status = status;
	request->active = false;
}

/* Calls the miniport.  Return: whether the request is complete in the end. */
static bool call_miniport(struct shim_adapter *adapter, NDIS_OID oid, bool is_set, ULONG length)
{
	const NDIS51_MINIPORT_CHARACTERISTICS *functions = &adapter->driver->functions;
	const char *name = is_set ? "MiniportSetInformation" : "MiniportQueryInformation";
	struct adapter_request *request = &adapter->request;
	struct miniport_call call;
	NDIS_STATUS status;

	request->active = true;
	request->is_set = is_set;
	request->oid = oid;
	request->transferred = 0;
	request->needed = 0;
	adapter->reset.request_tick = adapter->reset.tick;
	ndis_enter_miniport(adapter, name, KE_DISPATCH_LEVEL, &call);
	TRACE_ENTER(name, "context %p, oid 0x%08x, %u bytes)", adapter->context, oid, length);
	status = (is_set ? functions->SetInformationHandler : functions->QueryInformationHandler)(
		adapter->context, oid, request->buffer, length, &request->transferred,
		&request->needed);
	TRACE_LEAVE(name, "oid 0x%08x) -> %s, %u bytes, %u needed", oid, ndis_status_text(status),
		    request->transferred, request->needed);
	if (status != NDIS_STATUS_PENDING)
		finish(request, status);
	ndis_leave_miniport(adapter, &call);
	return ke_wait(is_done, request, REQUEST_TIMEOUT_NS);
}

static int result_of(const struct shim_adapter *adapter, size_t length)
{
	const struct adapter_request *request = &adapter->request;

	switch (request->status) {
	case NDIS_STATUS_SUCCESS:
		break;
	case NDIS_STATUS_NOT_SUPPORTED:
	case NDIS_STATUS_INVALID_OID:
	case NDIS_STATUS_NOT_RECOGNIZED:
		return -ENOTSUP;
	case NDIS_STATUS_BUFFER_TOO_SHORT:
	case NDIS_STATUS_INVALID_LENGTH:
	case NDIS_STATUS_BUFFER_OVERFLOW:
		return -EMSGSIZE;
	default:
		log_warning("%s: oid 0x%08x: %s", adapter->driver->name, request->oid,
			    ndis_status_text(request->status));
		return -EIO;
	}
	return (int)(request->transferred < length ? request->transferred : length);
}

static int run(struct shim_adapter *adapter, NDIS_OID oid, bool is_set, const void *input,
	       size_t length)
{
	struct adapter_request *request = &adapter->request;
	void *buffer;

	if (ke_current_irql() != KE_PASSIVE_LEVEL)
		return -EDEADLK;
	if (length > UINT32_MAX)
		return -EINVAL;
	if (adapter->removed || adapter->state > ADAPTER_STOPPING)
		return -ENODEV;
	if (!ke_wait(is_done, request, REQUEST_TIMEOUT_NS)) {
		log_error("%s: oid 0x%08x: the request for oid 0x%08x is still pending",
			  adapter->driver->name, oid, request->oid);
		return -ETIMEDOUT;
	}
	buffer = calloc(1, length ? length : 1);
	if (!buffer)
		return -ENOMEM;
	if (input && length)
		memcpy(buffer, input, length);
	free(request->buffer);
	request->buffer = buffer;
	if (!call_miniport(adapter, oid, is_set, (ULONG)length)) {
		log_error("%s: oid 0x%08x: no answer within 5 seconds", adapter->driver->name, oid);
		return -ETIMEDOUT;
	}
	if (request->status == NDIS_STATUS_SUCCESS && request->transferred > length)
		ndis_violation(adapter,
			       is_set ? "MiniportSetInformation" : "MiniportQueryInformation",
			       "no more bytes are used than InformationBufferLength says",
			       "%u bytes reported for oid 0x%08x in a buffer of %zu",
			       request->transferred, oid, length);
	return result_of(adapter, length);
}

static void complete(NDIS_HANDLE handle, const char *call, bool is_set, NDIS_STATUS status)
{
	struct shim_adapter *adapter = ndis_adapter(handle, call);

	TRACE(call, "adapter %p, %s)", (void *)adapter, ndis_status_text(status));
	if (!adapter || !ndis_irql_at_most(adapter, call, KE_DISPATCH_LEVEL))
		return;
	if (!adapter->request.active || adapter->request.is_set != is_set) {
		ndis_violation(adapter, call,
			       "a request that the miniport left pending is completed once",
			       "no such request is pending");
		return;
	}
	if (status == NDIS_STATUS_PENDING) {
		ndis_violation(adapter, call, "Status is a final result",
			       "Status is "
			       "NDIS_STATUS_PENDING");
		status = NDIS_STATUS_FAILURE;
	}
	finish(&adapter->request, status);
}

VOID NTAPI NdisMQueryInformationComplete(NDIS_HANDLE MiniportAdapterHandle, NDIS_STATUS Status)
{
	complete(MiniportAdapterHandle, "NdisMQueryInformationComplete", false, Status);
}

VOID NTAPI NdisMSetInformationComplete(NDIS_HANDLE MiniportAdapterHandle, NDIS_STATUS Status)
{
	complete(MiniportAdapterHandle, "NdisMSetInformationComplete", true, Status);
}

/* What a driver's reset may lose is remembered, to be set again. */
static void remember(struct adapter_addressing *addressing, NDIS_OID oid, const void *buffer,
		     size_t length)
{
	void *copy;

	if (oid == OID_GEN_CURRENT_PACKET_FILTER && length == sizeof(addressing->filter)) {
		memcpy(&addressing->filter, buffer, length);
		addressing->filter_set = true;
	} else if (oid == OID_GEN_CURRENT_LOOKAHEAD && length == sizeof(addressing->lookahead)) {
		memcpy(&addressing->lookahead, buffer, length);
		addressing->lookahead_set = true;
	} else if (oid == OID_802_3_MULTICAST_LIST) {
		copy = malloc(length ? length : 1);
		if (!copy)
			return;
		if (length)
			memcpy(copy, buffer, length);
		free(addressing->multicast);
		addressing->multicast = copy;
		addressing->multicast_length = length;
	}
}

static int answer(void *buffer, size_t length, const void *value, size_t size)
{
	if (length < size)
		return -EMSGSIZE;
	memcpy(buffer, value, size);
	return (int)size;
}

static int answer_name(const struct shim_adapter *adapter, void *buffer, size_t length)
{
	const char *name = adapter->driver->name;
	size_t size = (strlen(name) + 1) * sizeof(WCHAR);

	if (length < size)
		return -EMSGSIZE;
	for (size_t i = 0; i * sizeof(WCHAR) < size; i++)
		((WCHAR *)buffer)[i] = (WCHAR)(unsigned char)name[i];
	return (int)size;
}

static uint32_t miniport_info(const struct shim_adapter *adapter)
{
	static const struct {
		ULONG attribute;
		uint32_t info;
	} follows[] = {
		{NDIS_ATTRIBUTE_BUS_MASTER, NDIS_MINIPORT_BUS_MASTER},
		{NDIS_ATTRIBUTE_IGNORE_PACKET_TIMEOUT, NDIS_MINIPORT_IGNORE_PACKET_QUEUE},
		{NDIS_ATTRIBUTE_IGNORE_REQUEST_TIMEOUT, NDIS_MINIPORT_IGNORE_REQUEST_QUEUE},
		{NDIS_ATTRIBUTE_IGNORE_TOKEN_RING_ERRORS, NDIS_MINIPORT_IGNORE_TOKEN_RING_ERRORS},
		{NDIS_ATTRIBUTE_INTERMEDIATE_DRIVER, NDIS_MINIPORT_INTERMEDIATE_DRIVER},
		{NDIS_ATTRIBUTE_DESERIALIZE, NDIS_MINIPORT_DESERIALIZE},
		{NDIS_ATTRIBUTE_USES_SAFE_BUFFER_APIS, NDIS_MINIPORT_USES_SAFE_BUFFER_APIS},
		{NDIS_ATTRIBUTE_SURPRISE_REMOVE_OK, NDIS_MINIPORT_SURPRISE_REMOVE_OK},
		{NDIS_ATTRIBUTE_NO_HALT_ON_SUSPEND, NDIS_MINIPORT_NO_HALT_ON_SUSPEND},
	};
	uint32_t info = NDIS_MINIPORT_HARDWARE_DEVICE;
	size_t i;

	for (i = 0; i < sizeof(follows) / sizeof(follows[0]); i++)
		if (adapter->attributes & follows[i].attribute)
			info |= follows[i].info;
	if (adapter->dma.scatter_gather)
		info |= NDIS_MINIPORT_SG_LIST;
	if (adapter->dma.wide)
		info |= NDIS_MINIPORT_64BITS_DMA;
	if (adapter->driver->version >= NDIS_VERSION(5, 0))
		info |= NDIS_MINIPORT_IS_NDIS_5;
	if (adapter->driver->functions.ReturnPacketHandler)
		info |= NDIS_MINIPORT_INDICATES_PACKETS;
	if (adapter->driver->functions.CancelSendPacketsHandler)
		info |= NDIS_MINIPORT_SUPPORTS_CANCEL_SEND_PACKETS;
	return info;
}

int ndis_query(struct shim_adapter *adapter, NDIS_OID oid, void *buffer, size_t length)
{
	uint32_t value;
	int result;

	/* These concern the library, and it answers them. */
	switch (oid) {
	case OID_GEN_INIT_TIME_MS:
		return answer(buffer, length, &adapter->start_milliseconds, sizeof(uint32_t));
	case OID_GEN_RESET_COUNTS:
		value = (uint32_t)adapter->reset.count;
		return answer(buffer, length, &value, sizeof(value));
	case OID_GEN_MEDIA_SENSE_COUNTS:
		value = (uint32_t)adapter->link_changes;
		return answer(buffer, length, &value, sizeof(value));
	case OID_GEN_FRIENDLY_NAME:
		return answer_name(adapter, buffer, length);
	case OID_GEN_MINIPORT_INFO:
		value = miniport_info(adapter);
		return answer(buffer, length, &value, sizeof(value));
	default:
		break;
	}
	/* The protocol says first for which frames the tasks are meant. */
	result = run(adapter, oid, false, oid == OID_TCP_TASK_OFFLOAD ? buffer : NULL, length);
	if (result > 0)
		memcpy(buffer, adapter->request.buffer, (size_t)result);
	return result;
}

int ndis_set(struct shim_adapter *adapter, NDIS_OID oid, const void *buffer, size_t length)
{
	int result;

	if (oid == OID_GEN_PROTOCOL_OPTIONS)
		return length < sizeof(uint32_t) ? -EMSGSIZE : (int)sizeof(uint32_t);
	result = run(adapter, oid, true, buffer, length);
	if (result < 0)
		return result;
	remember(&adapter->addressing, oid, buffer, length);
	return oid == OID_TCP_TASK_OFFLOAD ? ndis_large_send_follow(adapter, buffer, length, result)
					   : result;
}

void ndis_request_release(struct shim_adapter *adapter)
{
	free(adapter->request.buffer);
	free(adapter->addressing.multicast);
	memset(&adapter->request, 0, sizeof(adapter->request));
	memset(&adapter->addressing, 0, sizeof(adapter->addressing));
}

SHIM_EXPORT int shim_query(struct shim_adapter *adapter, uint32_t oid, void *buffer, size_t length)
{
	return ndis_query(adapter, oid, buffer, length);
}

SHIM_EXPORT int shim_set(struct shim_adapter *adapter, uint32_t oid, const void *buffer,
			 size_t length)
{
	return ndis_set(adapter, oid, buffer, length);
}
