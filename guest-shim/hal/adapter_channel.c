/* SPDX-License-Identifier: MIT */
/*
 * adapter_channel.c - who may use an adapter and its map registers, and the line of those who wait
 *
 * Source: ndis-hal-dma.md sections 8.2, 8.8 and 8.9.
 */
#include <stdlib.h>

#include "hal/hal.h"
#include "hal/verify.h"
#include "support/trace.h"

struct hal_base *hal_base_create(const struct hal_adapter *adapter, unsigned int count)
{
	/* Every mapping begins a register; a slave channel has one transfer at a time. */
	unsigned int capacity = hal_is_slave(adapter) ? 1 : count;
	struct hal_base *base = calloc(1, sizeof(*base) + capacity * sizeof(base->mapping[0]));

	if (!base)
		return NULL;
	base->count = count;
	base->capacity = capacity;
	return base;
}

struct hal_base *hal_base_find(const struct hal_adapter *adapter, const void *handle)
{
	struct hal_base *base = adapter->bases;

	while (base && base != handle)
		base = base->next;
	return base;
}

/* Into the hands of a driver.  Return: false when there are not enough registers now. */
static bool base_acquire(struct hal_adapter *adapter, struct hal_base *base)
{
	if (base->count && adapter->file) {
		base->slot = dma_register_file_take(adapter->file, base->count);
		if (!base->slot)
			return false;
	}
	base->next = adapter->bases;
	adapter->bases = base;
	return true;
}

/* The first mapping that is not flushed. */
static const struct hal_mapping *first_live(const struct hal_base *base)
{
	const struct hal_mapping *mapping = base->mapping;

	while (mapping->flushed)
		mapping++;
	return mapping;
}

void hal_base_release(struct hal_adapter *adapter, struct hal_base *base, enum verifier_code code,
		      const char *call, const void *caller)
{
	struct hal_base **link = &adapter->bases;

	if (base->live) {
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(code, .object = first_live(base),
					.parameters = {base->live, base->count}),
			call,
			"IoFlushAdapterBuffers comes before map registers and adapter are given "
			"back",
			"%u mappings of base %p are not flushed", base->live, (void *)base);
		hal_unmap(adapter, base);
	}
	if (adapter->bus->verifier)
		hal_verify_base_end(adapter, base, call, caller);
	while (*link != base)
		link = &(*link)->next;
	*link = base->next;
	if (base->slot)
		dma_register_file_give(adapter->file, base->slot);
	free(base);
}

void hal_channel_end(struct hal_adapter *adapter, const char *call, const void *caller)
{
	struct hal_base *held = adapter->held;

	if (adapter->bus->verifier)
		hal_verify_channel_end(adapter, call, caller);
	adapter->holder->channels--;
	adapter->holder = NULL;
	adapter->held = NULL;
	hal_base_release(adapter, held, VERIFIER_NOT_FLUSHED, call, caller);
}

/* ---- the line -----------------------------------------------------------------------------------
 */

static void serve_later(void *context)
{
	hal_serve_queue(context);
}

static void serve(struct hal_adapter *adapter)
{
	while (adapter->queue && !adapter->holder) {
		struct hal_request *request = adapter->queue;

		if (!base_acquire(adapter, request->base))
			break;
		adapter->queue = request->next;
		if (!adapter->queue)
			adapter->queue_tail = &adapter->queue;
		request->state = HAL_REQUEST_RUNNING;
		request->run(adapter, request);
	}
}

void hal_serve_queue(struct hal_adapter *adapter)
{
	unsigned int irql = ke_current_irql();

	/* A routine that gives something back is served after it has returned. */
	if (adapter->serving || !adapter->queue)
		return;
	if (irql > KE_DISPATCH_LEVEL) {
		ke_dpc_queue(&adapter->dpc, serve_later, adapter);
		return;
	}
	ke_raise_irql(KE_DISPATCH_LEVEL);
	adapter->serving = true;
	serve(adapter);
	adapter->serving = false;
	ke_lower_irql(irql);
}

void hal_enqueue(struct hal_adapter *adapter, struct hal_request *request)
{
	request->next = NULL;
	request->adapter = adapter;
	request->state = HAL_REQUEST_WAITING;
	*adapter->queue_tail = request;
	adapter->queue_tail = &request->next;
	hal_serve_queue(adapter);
}

unsigned int hal_drop_requests(struct hal_adapter *adapter, const struct shim_device *device)
{
	struct hal_request **link = &adapter->queue;
	unsigned int count = 0;

	while (*link) {
		struct hal_request *request = *link;

		if (device && request->device != device) {
			link = &request->next;
			continue;
		}
		*link = request->next;
		request->drop(adapter, request);
		count++;
	}
	adapter->queue_tail = link;
	return count;
}

void hal_call_end(struct hal_adapter *adapter, const char *name, unsigned int irql)
{
	unsigned int now = ke_current_irql();

	if (likely(now == irql))
		return;
	hal_violation_about(
		adapter, VERIFIER_DETAIL(VERIFIER_IRQL_AT_RETURN, .parameters = {1, irql, now}),
		name, "a routine of a driver returns at the IRQL at which it was called",
		"called at IRQL %u, returned at %u", irql, now);
	if (now < irql)
		ke_raise_irql(irql);
	else
		ke_lower_irql(irql);
}

/* ---- AdapterControl -----------------------------------------------------------------------------
 */

static const char *action_name(IO_ALLOCATION_ACTION action)
{
	static const char *const names[] = {
		[KeepObject] = "KeepObject",
		[DeallocateObject] = "DeallocateObject",
		[DeallocateObjectKeepRegisters] = "DeallocateObjectKeepRegisters",
	};

	return action >= KeepObject && action <= DeallocateObjectKeepRegisters ? names[action]
									       : "?";
}

static IO_ALLOCATION_ACTION call_control(struct hal_adapter *adapter, struct shim_device *device,
					 struct hal_base *base)
{
	static const char name[] = "AdapterControl";
	struct hal_request *request = &device->request;
	/* Slave channels need the base for their transfer, whatever the number. */
	PVOID handle = base->count || hal_is_slave(adapter) ? base : NULL;
	unsigned int irql = ke_current_irql();
	IO_ALLOCATION_ACTION action;

	TRACE_ENTER(name, "device %p, irp %p, base %p, context %p)", (void *)&device->object,
		    (void *)request->irp, handle, request->context);
	action = request->control(&device->object, request->irp, handle, request->context);
	TRACE_LEAVE(name, ") -> %d %s", action, action_name(action));
	hal_call_end(adapter, name, irql);
	return action;
}

/* The record of the channel that a device keeps. */
static const void *other_channel(const struct hal_adapter *adapter,
				 const struct shim_device *device)
{
	const struct hal_adapter *other = adapter->bus->adapters;

	while (other && other->holder != device)
		other = other->next;
	return other ? &other->holder : NULL;
}

static void run_control(struct hal_adapter *adapter, struct hal_request *request)
{
	static const char call[] = "AdapterControl";
	struct shim_device *device = request->device;
	struct hal_base *base = request->base;
	IO_ALLOCATION_ACTION action;

	if (device->channels)
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_SECOND_CHANNEL,
						    .object = other_channel(adapter, device),
						    .parameters = {device->channels}),
				    request->call, "a device holds one adapter channel at a time",
				    "device %p still keeps %u", (void *)&device->object,
				    device->channels);
	if (adapter->bus->verifier && base->count)
		hal_verify_base(adapter, base, request->call, request->caller);
	action = call_control(adapter, device, base);
	request->state = HAL_REQUEST_IDLE;
	request->base = NULL;
	switch (action) {
	case KeepObject:
		adapter->holder = device;
		adapter->held = base;
		device->channels++;
		if (adapter->bus->verifier)
			hal_verify_channel(adapter, request->call, request->caller);
		return;
	case DeallocateObjectKeepRegisters:
		if (!hal_is_slave(adapter)) {
			base->kept = true;
			/* There is nothing to keep, and no address for it. */
			if (!base->count)
				hal_base_release(adapter, base, VERIFIER_NOT_FLUSHED, call, NULL);
			return;
		}
		hal_violation(adapter, VERIFIER_NONE, call,
			      "DeallocateObjectKeepRegisters is for bus masters; slave DMA returns "
			      "KeepObject",
			      "returned for a slave channel");
		break;
	case DeallocateObject:
		break;
	default:
		hal_violation(adapter, VERIFIER_NONE, call,
			      "the routine returns KeepObject (1), DeallocateObject (2) or "
			      "DeallocateObjectKeepRegisters (3)",
			      "returned %d, taken for DeallocateObject", action);
		break;
	}
	hal_base_release(adapter, base, VERIFIER_NOT_FLUSHED, call, NULL);
}

static void drop_control(struct hal_adapter *adapter, struct hal_request *request)
{
	request->state = HAL_REQUEST_IDLE;
	free(request->base);
	request->base = NULL;
}

static NTSTATUS allocate_channel(struct hal_adapter *adapter, PDEVICE_OBJECT object, ULONG count,
				 PDRIVER_CONTROL control, PVOID context, const char *call,
				 const void *caller)
{
	struct shim_device *device;
	struct hal_request *request;

	if (!hal_irql_is(adapter, call, KE_DISPATCH_LEVEL))
		return STATUS_INVALID_PARAMETER;
	device = hal_find_device(adapter, object, call);
	if (!device)
		return STATUS_INVALID_PARAMETER;
	if (!control) {
		hal_violation(adapter, VERIFIER_NONE, call, "no argument may be NULL",
			      "ExecutionRoutine is NULL");
		return STATUS_INVALID_PARAMETER;
	}
	if (count > adapter->granted) {
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(VERIFIER_ALLOCATION_TOO_LARGE, .object = adapter,
					.parameters = {count, adapter->granted}),
			call, "a request is for no more map registers than the adapter grants",
			"NumberOfMapRegisters is %u, granted are %u", count, adapter->granted);
		return STATUS_INSUFFICIENT_RESOURCES;
	}
	request = &device->request;
	if (request->state != HAL_REQUEST_IDLE) {
		hal_violation(
			adapter, VERIFIER_NONE, call,
			"a device has one request outstanding until its AdapterControl routine has "
			"returned",
			"device %p has one that %s", (void *)object,
			request->state == HAL_REQUEST_WAITING ? "waits" : "runs");
		return STATUS_INVALID_PARAMETER;
	}
	*request = (struct hal_request){
		.device = device,
		.irp = object->CurrentIrp,
		.context = context,
		.base = hal_base_create(adapter, count),
		.control = control,
		.run = run_control,
		.drop = drop_control,
		.call = call,
		.caller = caller,
	};
	if (!request->base)
		return STATUS_INSUFFICIENT_RESOURCES;
	hal_enqueue(adapter, request);
	return STATUS_SUCCESS;
}

NTSTATUS NTAPI IoAllocateAdapterChannel(PADAPTER_OBJECT AdapterObject, PDEVICE_OBJECT DeviceObject,
					ULONG NumberOfMapRegisters,
					PDRIVER_CONTROL ExecutionRoutine, PVOID Context)
{
	static const char call[] = "IoAllocateAdapterChannel";
	TRACE_SCOPE(call);
	struct hal_adapter *adapter = hal_find_adapter(AdapterObject, call);
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (adapter)
		status = allocate_channel(adapter, DeviceObject, NumberOfMapRegisters,
					  ExecutionRoutine, Context, call,
					  __builtin_return_address(0));
	TRACE(call, "adapter %p, device %p, %u registers, context %p) -> 0x%08x",
	      (void *)AdapterObject, (void *)DeviceObject, NumberOfMapRegisters, Context,
	      (unsigned int)status);
	return status;
}

VOID NTAPI IoFreeAdapterChannel(PADAPTER_OBJECT AdapterObject)
{
	static const char call[] = "IoFreeAdapterChannel";
	TRACE_SCOPE(call);
	struct hal_adapter *adapter = hal_find_adapter(AdapterObject, call);

	TRACE(call, "adapter %p)", (void *)AdapterObject);
	if (!adapter)
		return;
	hal_irql_is(adapter, call, KE_DISPATCH_LEVEL);
	if (!adapter->holder) {
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_CHANNEL_FREED_TWICE,
						    .object = &adapter->holder, .parameters = {1}),
				    call, "IoFreeAdapterChannel undoes one KeepObject",
				    "nobody keeps the adapter");
		return;
	}
	hal_channel_end(adapter, call, __builtin_return_address(0));
	hal_serve_queue(adapter);
}

VOID NTAPI IoFreeMapRegisters(PADAPTER_OBJECT AdapterObject, PVOID MapRegisterBase,
			      ULONG NumberOfMapRegisters)
{
	static const char call[] = "IoFreeMapRegisters";
	TRACE_SCOPE(call);
	struct hal_adapter *adapter = hal_find_adapter(AdapterObject, call);
	struct hal_base *base;

	TRACE(call, "adapter %p, base %p, %u registers)", (void *)AdapterObject, MapRegisterBase,
	      NumberOfMapRegisters);
	if (!adapter)
		return;
	hal_irql_is(adapter, call, KE_DISPATCH_LEVEL);
	if (!MapRegisterBase)
		return;
	base = hal_base_find(adapter, MapRegisterBase);
	if (!base || !base->kept) {
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(VERIFIER_REGISTERS_FREED_TWICE, .object = MapRegisterBase,
					.parameters = {NumberOfMapRegisters}),
			call,
			"IoFreeMapRegisters gives back, once, what "
			"DeallocateObjectKeepRegisters kept",
			"base %p %s", MapRegisterBase,
			base ? "belongs to whoever has the adapter" : "is none of the adapter");
		return;
	}
	if (NumberOfMapRegisters != base->count)
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(VERIFIER_REGISTERS_FREED_TWICE, .object = base,
					.parameters = {NumberOfMapRegisters}),
			call, "all registers of a request are given back at once",
			"NumberOfMapRegisters is %u, base %p has %u: all are given back",
			NumberOfMapRegisters, MapRegisterBase, base->count);
	hal_base_release(adapter, base, VERIFIER_FREED_WHILE_MAPPED, call,
			 __builtin_return_address(0));
	hal_serve_queue(adapter);
}
