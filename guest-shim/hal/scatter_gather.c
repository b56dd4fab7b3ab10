/* SPDX-License-Identifier: MIT */
/*
 * scatter_gather.c - a whole transfer in one step: GetScatterGatherList to PutScatterGatherList
 *
 * Source: ndis-hal-dma.md section 9.3.
 */
#include <errno.h>
#include <stdlib.h>

#include "hal/hal.h"
#include "hal/scatter_gather.h"
#include "hal/verify.h"
#include "ke/bug_check.h"
#include "support/log.h"
#include "support/trace.h"

/**
 * struct hal_list - a scatter/gather list, from the request to Put
 * @next: lists of the adapter that a driver has got.
 * @list: what the driver sees: of the library (@owned) or in the driver's buffer.
 * @mdls: that of each region.  The driver may unchain them meanwhile: they are not followed.
 * @runs, @capacity: elements at the worst; @count: those that there are.
 */
struct hal_list {
	struct hal_list *next;
	struct hal_request request;
	PDRIVER_LIST_CONTROL routine;
	bool to_device;
	bool owned;
	PSCATTER_GATHER_LIST list;
	const MDL **mdls;
	struct dma_run *runs;
	unsigned int capacity;
	unsigned int count;
	unsigned int region_count;
	struct dma_region regions[];
};

/** struct list_request - arguments of Get and Build */
struct list_request {
	const char *call;
	PDEVICE_OBJECT object;
	PMDL mdl;
	PVOID va;
	ULONG length;
	PDRIVER_LIST_CONTROL routine;
	PVOID context;
	bool to_device;
	PVOID buffer;
	ULONG buffer_length;
	const void *caller;
};

struct hal_list *hal_list_find(const struct hal_adapter *adapter, const void *handle)
{
	struct hal_list *list = adapter->lists;

	while (list && list->list != handle)
		list = list->next;
	return list;
}

unsigned int hal_list_count(const struct hal_list *list)
{
	return list->count;
}

const void *hal_list_of_mdl(const struct hal_adapter *adapter, const MDL *mdl)
{
	for (const struct hal_list *list = adapter->lists; list; list = list->next) {
		for (unsigned int i = 0; i < list->region_count; i++) {
			if (list->mdls[i] == mdl)
				return list->list;
		}
	}
	return NULL;
}

const void *hal_list_of_memory(const struct hal_adapter *adapter, const void *va, size_t length)
{
	for (const struct hal_list *list = adapter->lists; list; list = list->next) {
		for (unsigned int i = 0; i < list->region_count; i++) {
			const struct dma_region *region = &list->regions[i];

			if (region->length &&
			    hal_ranges_overlap(region->va, region->length, va, length))
				return list->list;
		}
	}
	return NULL;
}

static void destroy(struct hal_list *list)
{
	if (list->owned)
		free(list->list);
	free(list->request.base);
	free(list->runs);
	free(list->mdls);
	free(list);
}

/* ---- a request whose turn it is -----------------------------------------------------------------
 */

static unsigned int map(struct hal_adapter *adapter, struct hal_list *list)
{
	unsigned int count;
	int result =
		dma_slot_extend(list->request.base->slot, list->regions, list->region_count,
				list->to_device ? PLATFORM_DEVICE_READS : PLATFORM_DEVICE_WRITES,
				!adapter->scatter_gather, list->runs, list->capacity, &count);

	if (result)
		log_error("scatter/gather list of adapter %p: %s", (void *)adapter,
			  dma_error_text(adapter->dma, result));
	if (unlikely(result == -EIO))
		ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter, (uintptr_t)list, 0,
			     (uintptr_t)(intptr_t)result);
	return result ? 0 : count;
}

static void fill(struct hal_list *list, unsigned int count)
{
	list->count = count;
	list->list->NumberOfElements = count;
	list->list->Reserved = (ULONG_PTR)list;
	for (unsigned int i = 0; i < count; i++) {
		list->list->Elements[i] = (SCATTER_GATHER_ELEMENT){
			.Address.QuadPart = (LONGLONG)list->runs[i].logical.value,
			.Length = (ULONG)list->runs[i].length,
		};
	}
}

static void note(struct hal_adapter *adapter, const struct hal_list *list, unsigned int count)
{
	const struct verifier_object object = {
		.kind = VERIFIER_LIST,
		.handle = list->list,
		.buffer = list->mdls[0],
		.region = list->regions[0],
		.regions = list->regions,
		.region_count = list->region_count,
		.access = list->to_device ? PLATFORM_DEVICE_READS : PLATFORM_DEVICE_WRITES,
	};

	hal_verify_list(adapter, &object, list->runs, count, list->request.call,
			list->request.caller);
}

static void call_routine(struct hal_adapter *adapter, struct hal_list *list)
{
	static const char name[] = "AdapterListControl";
	struct hal_request *request = &list->request;
	PDRIVER_LIST_CONTROL routine = list->routine;
	PSCATTER_GATHER_LIST handle = list->list;
	unsigned int irql = ke_current_irql();

	TRACE_ENTER(name, "device %p, irp %p, list %p of %u elements, context %p)",
		    (void *)&request->device->object, (void *)request->irp, (void *)handle,
		    handle->NumberOfElements, request->context);
	routine(&request->device->object, request->irp, handle, request->context);
	TRACE_LEAVE(name, ")");
	hal_call_end(adapter, name, irql);
}

static void run_list(struct hal_adapter *adapter, struct hal_request *request)
{
	struct hal_list *list = container_of(request, struct hal_list, request);
	unsigned int count = map(adapter, list);

	if (request->status) {
		*request->status = count ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
		request->status = NULL;
		if (!count) {
			hal_base_release(adapter, request->base, VERIFIER_NONE, "", NULL);
			request->base = NULL;
			destroy(list);
			return;
		}
	}
	/* Who has waited is told in any case: with no elements when the mapping failed. */
	fill(list, count);
	list->next = adapter->lists;
	adapter->lists = list;
	if (unlikely(adapter->bus->verifier))
		note(adapter, list, count);
	call_routine(adapter, list);
}

static void drop_list(struct hal_adapter *adapter, struct hal_request *request)
{
	destroy(container_of(request, struct hal_list, request));
}

/* ---- Get and Build ------------------------------------------------------------------------------
 */

static struct hal_list *create(struct hal_adapter *adapter, const struct list_request *r,
			       const struct hal_extent *extent)
{
	struct hal_list *list = calloc(1, sizeof(*list) + extent->mdls * sizeof(list->regions[0]));

	if (!list)
		return NULL;
	list->mdls = calloc(extent->mdls, sizeof(*list->mdls));
	list->routine = r->routine;
	list->to_device = r->to_device;
	list->owned = !r->buffer;
	list->list = r->buffer ? r->buffer : malloc(hal_list_bytes(extent->elements));
	list->capacity = (unsigned int)extent->elements;
	list->runs = calloc(list->capacity, sizeof(*list->runs));
	list->request.base = hal_base_create(adapter, (unsigned int)extent->registers);
	if (!list->list || !list->runs || !list->mdls || !list->request.base) {
		destroy(list);
		return NULL;
	}
	return list;
}

/* The memory of every MDL; false after a report. */
static bool collect(struct hal_adapter *adapter, const struct list_request *r,
		    struct hal_list *list, unsigned int count)
{
	PMDL mdl = r->mdl;
	PVOID va = r->va;
	ULONG left = r->length;

	for (; list->region_count < count; mdl = mdl->Next) {
		struct dma_region *region = &list->regions[list->region_count];
		ULONG rest;

		list->mdls[list->region_count++] = mdl;
		if (mdl->ByteCount == 0)
			continue;
		if (mdl != r->mdl)
			va = MmGetMdlVirtualAddress(mdl);
		region->va = hal_buffer_memory(adapter, r->call, mdl, va, VERIFIER_INVALID_BUFFER);
		if (!region->va)
			return false;
		rest = (ULONG)(mdl->ByteCount -
			       ((uintptr_t)va - (uintptr_t)MmGetMdlVirtualAddress(mdl)));
		region->length = rest < left ? rest : left;
		left -= (ULONG)region->length;
	}
	return true;
}

static NTSTATUS check_extent(struct hal_adapter *adapter, const struct list_request *r,
			     struct hal_extent *extent)
{
	ULONG missing = hal_measure(adapter, r->mdl, r->va, r->length, extent);

	if (extent->circular)
		return hal_report_circle(adapter, r->call, r->mdl);
	if (missing) {
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(VERIFIER_BUFFER_TOO_SMALL, .object = adapter,
					.parameters = {missing}),
			r->call, "the MDL chain describes at least Length bytes from CurrentVa on",
			"%u of %u bytes are missing", missing, r->length);
		return STATUS_BUFFER_TOO_SMALL;
	}
	if (extent->registers > adapter->granted) {
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(
				VERIFIER_ALLOCATION_TOO_LARGE, .object = adapter,
				.parameters = {(uintptr_t)extent->registers, adapter->granted}),
			r->call, "a request is for no more map registers than the adapter grants",
			"%u bytes need %llu, granted are %u", r->length,
			(unsigned long long)extent->registers, adapter->granted);
		return STATUS_INSUFFICIENT_RESOURCES;
	}
	if (r->buffer && r->buffer_length < hal_list_bytes(extent->elements)) {
		log_warning("%s: ScatterGatherLength is %u, the list takes %u bytes", r->call,
			    r->buffer_length, hal_list_bytes(extent->elements));
		return STATUS_BUFFER_TOO_SMALL;
	}
	return STATUS_SUCCESS;
}

static bool arguments_are_valid(struct hal_adapter *adapter, const struct list_request *r)
{
	if (!hal_irql_is(adapter, r->call, KE_DISPATCH_LEVEL))
		return false;
	if (!r->mdl || !r->routine) {
		hal_violation(adapter, VERIFIER_NONE, r->call, "no argument may be NULL",
			      "Mdl %p, ExecutionRoutine %s", (void *)r->mdl,
			      r->routine ? "given" : "NULL");
		return false;
	}
	if (!r->length) {
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_ZERO_LENGTH, .object = adapter),
				    r->call, "at least one byte is mapped", "Length is 0");
		return false;
	}
	if (r->buffer && hal_list_find(adapter, r->buffer)) {
		hal_violation_about(adapter, VERIFIER_DETAIL(VERIFIER_NONE, .object = r->buffer),
				    r->call, "a list is put before its memory is used again",
				    "the memory at %p holds a list", r->buffer);
		return false;
	}
	return hal_buffer_memory(adapter, r->call, r->mdl, r->va, VERIFIER_INVALID_BUFFER) != NULL;
}

static NTSTATUS request_list(struct hal_adapter *adapter, const struct list_request *r)
{
	NTSTATUS status = STATUS_SUCCESS;
	struct hal_extent extent;
	struct shim_device *device;
	struct hal_list *list;

	if (hal_is_slave(adapter)) {
		hal_violation(adapter, VERIFIER_NONE, r->call,
			      "scatter/gather lists are for bus masters",
			      "the adapter is DMA channel %u", adapter->description.DmaChannel);
		return STATUS_NOT_SUPPORTED;
	}
	device = hal_find_device(adapter, r->object, r->call);
	if (!device || !arguments_are_valid(adapter, r))
		return STATUS_INVALID_PARAMETER;
	status = check_extent(adapter, r, &extent);
	if (status != STATUS_SUCCESS)
		return status;
	list = create(adapter, r, &extent);
	if (!list)
		return STATUS_INSUFFICIENT_RESOURCES;
	if (!collect(adapter, r, list, extent.mdls)) {
		destroy(list);
		return STATUS_INVALID_PARAMETER;
	}
	list->request.device = device;
	list->request.irp = r->object->CurrentIrp;
	list->request.context = r->context;
	list->request.run = run_list;
	list->request.drop = drop_list;
	list->request.call = r->call;
	list->request.caller = r->caller;
	list->request.status = &status;
	hal_enqueue(adapter, &list->request);
	/* Whether it was served shows in its status; if it waits, the pointer must not stay. */
	for (struct hal_request *waiting = adapter->queue; waiting; waiting = waiting->next) {
		if (waiting->status == &status)
			waiting->status = NULL;
	}
	return status;
}

static NTSTATUS get_list(PDMA_ADAPTER handle, const struct list_request *r)
{
	struct hal_adapter *adapter = hal_find_adapter(handle, r->call);
	NTSTATUS status = adapter ? request_list(adapter, r) : STATUS_INVALID_PARAMETER;

	TRACE(r->call, "adapter %p, device %p, mdl %p, %p, %u bytes, %s) -> 0x%08x", (void *)handle,
	      (void *)r->object, (void *)r->mdl, r->va, r->length,
	      r->to_device ? "to device" : "from device", (unsigned int)status);
	return status;
}

NTSTATUS NTAPI hal_get_scatter_gather_list(PDMA_ADAPTER DmaAdapter, PDEVICE_OBJECT DeviceObject,
					   PMDL Mdl, PVOID CurrentVa, ULONG Length,
					   PDRIVER_LIST_CONTROL ExecutionRoutine, PVOID Context,
					   BOOLEAN WriteToDevice)
{
	return get_list(DmaAdapter, &(struct list_request){
					    .call = "GetScatterGatherList",
					    .object = DeviceObject,
					    .mdl = Mdl,
					    .va = CurrentVa,
					    .length = Length,
					    .routine = ExecutionRoutine,
					    .context = Context,
					    .to_device = WriteToDevice,
					    .caller = __builtin_return_address(0),
				    });
}

NTSTATUS NTAPI hal_build_scatter_gather_list(PDMA_ADAPTER DmaAdapter, PDEVICE_OBJECT DeviceObject,
					     PMDL Mdl, PVOID CurrentVa, ULONG Length,
					     PDRIVER_LIST_CONTROL ExecutionRoutine, PVOID Context,
					     BOOLEAN WriteToDevice, PVOID ScatterGatherBuffer,
					     ULONG ScatterGatherLength)
{
	static const char call[] = "BuildScatterGatherList";

	if (!ScatterGatherBuffer) {
		hal_violation(hal_find_adapter(DmaAdapter, call), VERIFIER_NONE, call,
			      "no argument may be NULL", "ScatterGatherBuffer is NULL");
		return STATUS_INVALID_PARAMETER;
	}
	return get_list(DmaAdapter, &(struct list_request){
					    .call = call,
					    .object = DeviceObject,
					    .mdl = Mdl,
					    .va = CurrentVa,
					    .length = Length,
					    .routine = ExecutionRoutine,
					    .context = Context,
					    .to_device = WriteToDevice,
					    .caller = __builtin_return_address(0),
					    .buffer = ScatterGatherBuffer,
					    .buffer_length = ScatterGatherLength,
				    });
}

/* ---- Put ----------------------------------------------------------------------------------------
 */

static void put(struct hal_adapter *adapter, struct hal_list *list, const char *call,
		const void *caller)
{
	struct hal_list **link = &adapter->lists;
	struct dma_slot *slot = list->request.base->slot;
	int result = 0;

	while (*link != list)
		link = &(*link)->next;
	*link = list->next;
	if (dma_slot_is_mapped(slot))
		result = dma_slot_unmap(slot);
	if (unlikely(result))
		ke_bug_check(BUG_CHECK_IOMMU_STATE_UNKNOWN, (uintptr_t)adapter, (uintptr_t)list, 0,
			     (uintptr_t)(intptr_t)result);
	if (unlikely(adapter->bus->verifier))
		hal_verify_list_end(adapter, list->list, call, caller);
	hal_base_release(adapter, list->request.base, VERIFIER_NONE, call, caller);
	list->request.base = NULL;
	destroy(list);
}

VOID NTAPI hal_put_scatter_gather_list(PDMA_ADAPTER DmaAdapter, PSCATTER_GATHER_LIST ScatterGather,
				       BOOLEAN WriteToDevice)
{
	static const char call[] = "PutScatterGatherList";
	TRACE_SCOPE(call);
	struct hal_adapter *adapter = hal_find_adapter(DmaAdapter, call);
	struct hal_list *list;

	TRACE(call, "adapter %p, list %p, %s)", (void *)DmaAdapter, (void *)ScatterGather,
	      WriteToDevice ? "to device" : "from device");
	if (!adapter)
		return;
	hal_irql_is(adapter, call, KE_DISPATCH_LEVEL);
	list = hal_list_find(adapter, ScatterGather);
	if (!list) {
		hal_violation_about(
			adapter,
			VERIFIER_DETAIL(VERIFIER_LIST_FREED_TWICE, .object = ScatterGather,
					.parameters = {0, 1}),
			call,
			"a list of GetScatterGatherList or BuildScatterGatherList is put once",
			"%p is no list of the adapter", (void *)ScatterGather);
		return;
	}
	if (list->to_device != (WriteToDevice != FALSE))
		hal_violation_about(
			adapter, VERIFIER_DETAIL(VERIFIER_FLUSH_UNMAPPED, .object = ScatterGather),
			call, "WriteToDevice is that of GetScatterGatherList",
			"WriteToDevice is %u: the direction of the list counts", WriteToDevice);
	put(adapter, list, call, __builtin_return_address(0));
	hal_serve_queue(adapter);
}

unsigned int hal_lists_discard(struct hal_adapter *adapter, const char *call)
{
	unsigned int count = 0;

	while (adapter->lists) {
		hal_violation_about(adapter,
				    VERIFIER_DETAIL(VERIFIER_LIST_LEFT,
						    .object = adapter->lists->list,
						    .parameters = {(uintptr_t)adapter, 1}),
				    call, "PutScatterGatherList comes before PutDmaAdapter",
				    "the list %p is not put", (void *)adapter->lists->list);
		put(adapter, adapter->lists, call, NULL);
		count++;
	}
	return count;
}
