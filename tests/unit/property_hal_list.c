/* SPDX-License-Identifier: MIT */
/*
 * property_hal_list.c - scatter/gather lists; see property_hal.h
 */
#include "property_hal.h"

#include <string.h>

/* ---- Get and Build ------------------------------------------------------------------------- */

/* A chain of MDLs.  Return: bytes, 0 without room. */
static size_t make_chain(struct hal_model *m, struct hal_model_base *base)
{
	unsigned int count = 1 + property_below(HAL_JOBS);
	size_t length = 0;

	while (base->job_count < count) {
		struct hal_model_job *job = &base->jobs[base->job_count];

		if (!property_buffer_take(&m->memory, 9000, &job->buffer))
			break;
		job->mdl = hal_model_mdl(&job->buffer);
		if (base->job_count)
			base->jobs[base->job_count - 1].mdl->Next = job->mdl;
		base->job_count++;
		length += job->buffer.length;
	}
	return length;
}

/* What @length bytes from @offset on take.  Return: registers. */
static unsigned int describe(struct hal_model *m, struct hal_model_base *base, size_t offset,
			     size_t length)
{
	struct property_transfer *t = &base->transfer;
	bool one_run = !m->adapters[base->adapter].scatter_gather;
	size_t left = length, pages = 0;
	bool own = true;

	*t = (struct property_transfer){.variant = &m->variant, .to_device = base->to_device};
	for (unsigned int i = 0; i < base->job_count && left; i++) {
		const struct property_buffer *buffer = &base->jobs[i].buffer;
		unsigned char *va = buffer->va + (i ? 0 : offset);
		size_t piece = MIN(left, buffer->length - (i ? 0 : offset));

		t->pieces[t->piece_count++] =
			(struct property_piece){property_shadow(buffer, va), piece};
		pages += ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, piece);
		own = own && buffer->own;
		left -= piece;
	}
	t->mechanism = property_mechanism(&m->variant, own, false, base->to_device, length,
					  one_run && t->piece_count > 1);
	return (unsigned int)pages;
}

static VOID NTAPI got_list(PDEVICE_OBJECT object, PIRP irp, PSCATTER_GATHER_LIST list,
			   PVOID context)
{
	struct hal_model_base *base = context;
	struct hal_model *m = base->model;

	hal_model_turn(m, base);
	g_assert_true(object == m->devices[base->device]);
	g_assert_cmpuint(list->NumberOfElements, >, 0);
	g_assert_cmpuint(list->NumberOfElements, <=, PROPERTY_RUNS);
	if (base->list_buffer)
		g_assert_true((void *)list == base->list_buffer);
	m->done.lists++;
	base->list = list;
	base->live = 1;
	base->mapped_pages = base->transfer.mechanism == DMA_POLICY_REMAP ? base->count : 0;
	base->transfer.run_count = list->NumberOfElements;
	for (unsigned int i = 0; i < list->NumberOfElements; i++) {
		g_assert_cmphex((uint64_t)list->Elements[i].Address.QuadPart, !=, 0);
		base->transfer.runs[i] = (struct dma_run){
			{(uint64_t)list->Elements[i].Address.QuadPart}, list->Elements[i].Length};
	}
	property_transfer_check(&base->transfer, !m->adapters[base->adapter].scatter_gather);
}

static NTSTATUS call(struct hal_model *m, struct hal_model_base *base, PVOID va, size_t length,
		     ULONG buffer_length)
{
	PDMA_ADAPTER adapter = m->adapters[base->adapter].handle;
	const DMA_OPERATIONS *operations = adapter->DmaOperations;
	NTSTATUS status;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	if (base->list_buffer)
		status = operations->BuildScatterGatherList(
			adapter, m->devices[base->device], base->jobs[0].mdl, va, (ULONG)length,
			got_list, base, base->to_device, base->list_buffer, buffer_length);
	else
		status = operations->GetScatterGatherList(adapter, m->devices[base->device],
							  base->jobs[0].mdl, va, (ULONG)length,
							  got_list, base, base->to_device);
	KeLowerIrql(old);
	return status;
}

static ULONG list_bytes(size_t elements)
{
	return (ULONG)(offsetof(SCATTER_GATHER_LIST, Elements) +
		       elements * sizeof(SCATTER_GATHER_ELEMENT));
}

/* It is served before the call returns, unless somebody else is in front. */
static bool is_served(const struct hal_model_adapter *a, unsigned int registers)
{
	unsigned int first;

	return !a->holder && !a->queue.length && hal_model_fits(a, registers, &first);
}

static void request(struct hal_model *m, struct hal_model_base *base, size_t offset, size_t length,
		    bool missing)
{
	struct hal_model_adapter *a = &m->adapters[base->adapter];
	unsigned int registers = describe(m, base, offset, length);
	unsigned int elements = a->scatter_gather ? registers : 1;
	bool is_short = base->list_buffer && property_one_in(8);
	bool fails = property_one_in(10) && is_served(a, registers) &&
		     base->transfer.mechanism == DMA_POLICY_REMAP;
	NTSTATUS expected = STATUS_SUCCESS;

	if (missing || registers > a->granted)
		hal_model_violation(m);
	if (missing || (is_short && registers <= a->granted))
		expected = STATUS_BUFFER_TOO_SMALL;
	else if (registers > a->granted || fails)
		expected = STATUS_INSUFFICIENT_RESOURCES;
	base->count = registers;
	if (expected == STATUS_SUCCESS)
		hal_model_wait(m, base);
	property_map_fails(m->f.platform, fails);
	g_assert_cmphex(call(m, base, base->jobs[0].buffer.va + offset, length + (missing ? 1 : 0),
			     list_bytes(elements - is_short)),
			==, expected);
	property_map_fails(m->f.platform, false);
	if (expected != STATUS_SUCCESS)
		hal_model_forget_base(m, base);
}

bool hal_model_step_list(struct hal_model *m)
{
	struct hal_model_base *base = hal_model_new_base(m, HAL_MODEL_LIST);
	size_t all, offset, length;
	bool missing;

	if (!base)
		return false;
	base->adapter = property_below(HAL_ADAPTERS);
	base->device = property_below(HAL_DEVICES);
	base->to_device = property_below(2);
	all = make_chain(m, base);
	if (!all) {
		base->used = false;
		return false;
	}
	offset = property_below((unsigned int)base->jobs[0].buffer.length);
	all -= offset;
	missing = property_one_in(20);
	length = missing || property_below(2) ? all : 1 + property_below((unsigned int)all);
	if (property_one_in(3))
		base->list_buffer = g_malloc0(list_bytes(PROPERTY_RUNS));
	request(m, base, offset, length, missing);
	return true;
}

/* ---- Put ----------------------------------------------------------------------------------- */

void hal_model_put(struct hal_model *m, struct hal_model_base *base)
{
	struct hal_model_adapter *a = &m->adapters[base->adapter];
	bool alone = !a->queue.length;
	bool wrong = property_one_in(16);
	KIRQL old;

	if (wrong)
		hal_model_violation(m);
	memset(&a->taken[base->first], 0, base->count);
	base->live = 0;
	base->mapped_pages = 0;
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	a->handle->DmaOperations->PutScatterGatherList(a->handle, base->list,
						       base->to_device != wrong);
	KeLowerIrql(old);
	/* Who has waited may have got the same place. */
	if (alone)
		property_transfer_over(m->f.platform, &base->transfer);
	hal_model_forget_base(m, base);
}

bool hal_model_step_put(struct hal_model *m)
{
	struct hal_model_base *base = hal_model_random_base(m, HAL_MODEL_LIST);
	PDMA_ADAPTER adapter = m->adapters[property_below(HAL_ADAPTERS)].handle;
	SCATTER_GATHER_LIST foreign = {0};
	KIRQL old;

	if (!property_one_in(16)) {
		if (!base)
			return false;
		hal_model_put(m, base);
		return true;
	}
	hal_model_violation(m);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	adapter->DmaOperations->PutScatterGatherList(adapter, &foreign, TRUE);
	KeLowerIrql(old);
	return true;
}

/* ---- version 2 of the table ---------------------------------------------------------------- */

static void check_mdls(struct hal_model *m, struct hal_model_base *base)
{
	PDMA_ADAPTER adapter = m->adapters[base->adapter].handle;
	PMDL mdl = NULL;

	g_assert_cmphex(adapter->DmaOperations->BuildMdlFromScatterGatherList(
				adapter, base->list, base->jobs[0].mdl, &mdl),
			==, STATUS_SUCCESS);
	for (unsigned int i = 0; i < base->transfer.run_count; i++) {
		const struct dma_run *run = &base->transfer.runs[i];
		PMDL next = mdl->Next;

		g_assert_cmphex((ULONG_PTR)MmGetMdlVirtualAddress(mdl), ==, run->logical.value);
		g_assert_cmpuint(MmGetMdlByteCount(mdl), ==, run->length);
		g_assert_cmphex(MmGetMdlPfnArray(mdl)[0], ==, run->logical.value >> PAGE_SHIFT);
		IoFreeMdl(mdl);
		mdl = next;
	}
	g_assert_null(mdl);
}

bool hal_model_step_size(struct hal_model *m)
{
	struct hal_model_base *base = hal_model_random_base(m, HAL_MODEL_LIST);
	struct hal_model_adapter *a = &m->adapters[property_below(HAL_ADAPTERS)];
	unsigned char *va = m->memory.area[0].bytes + property_below(PAGE);
	ULONG length = 1 + property_below(20 * PAGE), size = 7, registers = 7;
	ULONG pages = ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, length);

	if (base && property_below(2)) {
		check_mdls(m, base);
		return true;
	}
	g_assert_cmphex(a->handle->DmaOperations->CalculateScatterGatherList(
				a->handle, NULL, va, length, &size, &registers),
			==, STATUS_SUCCESS);
	g_assert_cmpuint(registers, ==, pages);
	g_assert_cmpuint(size, ==, list_bytes(a->scatter_gather ? pages : 1));
	return true;
}
