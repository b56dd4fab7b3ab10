/* SPDX-License-Identifier: MIT */
/*
 * property_hal.c - adapters, devices, the line in front of an adapter; see property_hal.h
 */
#include "property_hal.h"

#include <string.h>

/* ---- map registers and the line ------------------------------------------------------------ */

/* First fit, as the library documents it for register files. */
bool hal_model_fits(const struct hal_model_adapter *a, unsigned int count, unsigned int *first)
{
	unsigned int run = 0;

	*first = 0;
	for (unsigned int i = 0; count && i < HAL_REGISTERS; i++) {
		run = a->taken[i] ? 0 : run + 1;
		if (run == count) {
			*first = i + 1 - count;
			return true;
		}
	}
	return !count;
}

void hal_model_wait(struct hal_model *m, struct hal_model_base *base)
{
	base->waiting = true;
	m->done.requests++;
	g_queue_push_tail(&m->adapters[base->adapter].queue, base);
}

void hal_model_turn(struct hal_model *m, struct hal_model_base *base)
{
	struct hal_model_adapter *a = &m->adapters[base->adapter];

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	g_assert_null(a->holder);
	g_assert_true(g_queue_pop_head(&a->queue) == base);
	g_assert_true(hal_model_fits(a, base->count, &base->first));
	memset(&a->taken[base->first], 1, base->count);
	base->waiting = false;
}

/* Nobody waits who need not. */
static void check_line(const struct hal_model *m)
{
	for (unsigned int i = 0; i < HAL_ADAPTERS; i++) {
		const struct hal_model_adapter *a = &m->adapters[i];
		const struct hal_model_base *next = g_queue_peek_head((GQueue *)&a->queue);
		unsigned int first;

		if (next && !a->holder)
			g_assert_false(hal_model_fits(a, next->count, &first));
	}
}

struct hal_model_base *hal_model_random_base(struct hal_model *m, enum hal_model_kind kind)
{
	unsigned int start = property_below(G_N_ELEMENTS(m->bases));

	for (unsigned int i = 0; i < G_N_ELEMENTS(m->bases); i++) {
		struct hal_model_base *base = &m->bases[(start + i) % G_N_ELEMENTS(m->bases)];

		if (base->used && !base->waiting && base->kind == kind)
			return base;
	}
	return NULL;
}

struct hal_model_base *hal_model_new_base(struct hal_model *m, enum hal_model_kind kind)
{
	unsigned int first = kind == HAL_MODEL_LIST ? HAL_BASES : 0;
	unsigned int end = kind == HAL_MODEL_LIST ? HAL_BASES + HAL_LISTS : HAL_BASES;

	for (unsigned int i = first; i < end; i++) {
		struct hal_model_base *base = &m->bases[i];

		if (base->used)
			continue;
		memset(base, 0, sizeof(*base));
		base->used = true;
		base->kind = kind;
		base->model = m;
		return base;
	}
	return NULL;
}

static void give_registers(struct hal_model *m, struct hal_model_base *base)
{
	memset(&m->adapters[base->adapter].taken[base->first], 0, base->count);
	base->count = 0;
	base->kept = false;
	base->handle = NULL;
}

PMDL hal_model_mdl(struct property_buffer *buffer)
{
	size_t cut = property_one_in(3) ? property_below((unsigned int)buffer->length) : 0;
	PMDL whole = hal_mdl(buffer->va, buffer->length);
	PMDL part;

	if (!cut)
		return whole;
	buffer->va += cut;
	buffer->length -= cut;
	part = IoAllocateMdl(buffer->va, (ULONG)buffer->length, FALSE, FALSE, NULL);
	g_assert_nonnull(part);
	IoBuildPartialMdl(whole, part, buffer->va,
			  property_below(2) ? (ULONG)buffer->length : 0);
	g_assert_true(MmGetMdlVirtualAddress(part) == buffer->va);
	g_assert_cmpuint(MmGetMdlByteCount(part), ==, buffer->length);
	IoFreeMdl(whole);
	return part;
}

void hal_model_forget_base(struct hal_model *m, struct hal_model_base *base)
{
	g_free(base->list_buffer);
	while (base->job_count) {
		struct hal_model_job *job = &base->jobs[--base->job_count];

		IoFreeMdl(job->mdl);
		property_buffer_give(&job->buffer);
	}
	base->used = false;
}

/* ---- adapter channels ---------------------------------------------------------------------- */

/* The library ends mappings that are left, and says so. */
static void release(struct hal_model *m, struct hal_model_base *base)
{
	if (base->live)
		hal_model_violation(m);
	hal_model_end(m, base);
	give_registers(m, base);
}

static IO_ALLOCATION_ACTION choose_action(struct hal_model *m, struct hal_model_base *base)
{
	static const IO_ALLOCATION_ACTION actions[] = {KeepObject, DeallocateObjectKeepRegisters,
						       DeallocateObjectKeepRegisters,
						       DeallocateObject};
	IO_ALLOCATION_ACTION action = actions[property_below(G_N_ELEMENTS(actions))];

	if (property_one_in(40)) {
		hal_model_violation(m);
		action = (IO_ALLOCATION_ACTION)99;
	}
	switch (action) {
	case KeepObject:
		m->adapters[base->adapter].holder = base;
		m->channels[base->device]++;
		break;
	case DeallocateObjectKeepRegisters:
		base->kept = base->count != 0;
		break;
	default:
		release(m, base);
	}
	return action;
}

static IO_ALLOCATION_ACTION NTAPI control(PDEVICE_OBJECT object, PIRP irp, PVOID handle,
					  PVOID context)
{
	struct hal_model_base *base = context;
	struct hal_model *m = base->model;

	hal_model_turn(m, base);
	g_assert_true(object == m->devices[base->device]);
	g_assert_cmpint(!handle, ==, !base->count);
	g_assert_null(irp);
	base->handle = handle;
	m->asked[base->device] = NULL;
	if (m->channels[base->device])
		hal_model_violation(m);
	if (property_one_in(3))
		hal_model_step_map(m, base);
	return choose_action(m, base);
}

/* Bases of a channel that own nothing any more; not while the library may still use their MDLs. */
static void bury(struct hal_model *m)
{
	for (unsigned int i = 0; i < HAL_BASES; i++) {
		struct hal_model_base *base = &m->bases[i];

		if (base->used && !base->waiting && !base->kept &&
		    m->adapters[base->adapter].holder != base)
			hal_model_forget_base(m, base);
	}
}

static bool step_allocate(struct hal_model *m)
{
	unsigned int adapter = property_below(HAL_ADAPTERS);
	unsigned int device = property_below(HAL_DEVICES);
	struct hal_model_adapter *a = &m->adapters[adapter];
	struct hal_model_base *base = hal_model_new_base(m, HAL_MODEL_CHANNEL);
	unsigned int most = property_one_in(4) ? a->granted + 2 : 4;
	ULONG count = property_below(most + 1);
	NTSTATUS expected = STATUS_SUCCESS;
	KIRQL old;

	if (!base)
		return false;
	base->adapter = adapter;
	base->device = device;
	base->count = count;
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	if (count > a->granted)
		expected = STATUS_INSUFFICIENT_RESOURCES;
	else if (m->asked[device])
		expected = STATUS_INVALID_PARAMETER;
	if (expected == STATUS_SUCCESS) {
		m->asked[device] = base;
		hal_model_wait(m, base);
	} else {
		base->used = false;
		hal_model_violation(m);
	}
	g_assert_cmphex(
		IoAllocateAdapterChannel(a->handle, m->devices[device], count, control, base), ==,
		expected);
	KeLowerIrql(old);
	return true;
}

static void free_registers(struct hal_model *m, struct hal_model_base *base)
{
	PVOID handle = base->handle;
	ULONG count = base->count;
	KIRQL old;

	if (!base->kept) {
		/* Not kept: it belongs to whoever has the adapter. */
		hal_model_violation(m);
	} else {
		if (property_one_in(10)) {
			count++;
			hal_model_violation(m);
		}
		release(m, base);
	}
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeMapRegisters(m->adapters[base->adapter].handle, handle, count);
	KeLowerIrql(old);
}

static void free_channel(struct hal_model *m, unsigned int adapter)
{
	struct hal_model_adapter *a = &m->adapters[adapter];
	struct hal_model_base *base = a->holder;
	KIRQL old;

	if (base) {
		m->channels[base->device]--;
		a->holder = NULL;
		release(m, base);
	} else {
		hal_model_violation(m);
	}
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeAdapterChannel(a->handle);
	KeLowerIrql(old);
}

static bool step_free(struct hal_model *m)
{
	struct hal_model_base *base = hal_model_random_base(m, HAL_MODEL_CHANNEL);
	unsigned int adapter = property_below(HAL_ADAPTERS);

	/* Mostly as it should be: flushed first. */
	if (base && !property_one_in(8))
		hal_model_flush_all(m, base);
	if (base && base->count && property_one_in(2))
		free_registers(m, base);
	else if (m->adapters[adapter].holder || property_one_in(10))
		free_channel(m, adapter);
	else
		return false;
	return true;
}

/* ---- life ---------------------------------------------------------------------------------- */

static void open_adapter(struct hal_model *m, unsigned int i)
{
	struct hal_model_adapter *a = &m->adapters[i];
	ULONG maximum = 1 + property_below(30 * PAGE);
	DEVICE_DESCRIPTION description = hal_master(&m->f, i != 1, maximum);
	ULONG expected = BYTES_TO_PAGES(maximum) + 1;

	a->scatter_gather = i != 1;
	if (i == 2)
		a->handle = HalGetAdapter(&description, &a->granted);
	else
		a->handle = hal_get(&m->f, &description, &a->granted);
	g_assert_nonnull(a->handle);
	g_assert_cmpuint(a->granted, ==, MIN(expected, HAL_REGISTERS));
	g_queue_init(&a->queue);
}

void hal_model_open(struct hal_model *m, const struct property_variant *variant)
{
	const struct hal_variant common = {variant->dma.policy, variant->dma.fragment,
					   variant->bits};
	DEVICE_DESCRIPTION description;

	memset(m, 0, sizeof(*m));
	m->variant = *variant;
	hal_set_up(&m->f, &common);
	m->variant.dma.copybreak = m->f.options.dma.copybreak;
	if (variant->restricted)
		fake_restrict_memory(m->f.platform);
	hal_restart(&m->f, HAL_REGISTERS);
	property_memory_open(&m->memory, m->f.platform);
	m->devices[0] = m->f.object;
	for (unsigned int i = 1; i < HAL_DEVICES; i++) {
		g_assert_cmpint(shim_device_create(m->f.platform, NULL, &m->more_devices[i - 1]),
				==, 0);
		m->devices[i] = shim_device_object(m->more_devices[i - 1]);
	}
	description = hal_master(&m->f, true, PAGE);
	m->released = hal_get(&m->f, &description, NULL);
	m->released->DmaOperations->PutDmaAdapter(m->released);
	for (unsigned int i = 0; i < HAL_ADAPTERS; i++)
		open_adapter(m, i);
	m->fixed_pages = fake_counts(m->f.platform)->mapped_pages;
	g_assert_cmpuint(m->fixed_pages, ==, HAL_ADAPTERS * HAL_REGISTERS);
}

static void check_counts(struct hal_model *m)
{
	struct shim_device_statistics statistics = hal_statistics(&m->f);
	size_t pages = m->fixed_pages, common = 0;
	unsigned int waiting = 0, registers = 0;

	for (unsigned int i = 0; i < HAL_ADAPTERS; i++)
		waiting += m->adapters[i].queue.length;
	for (unsigned int i = 0; i < G_N_ELEMENTS(m->bases); i++) {
		const struct hal_model_base *base = &m->bases[i];

		if (base->used && !base->waiting && base->live)
			registers += base->count;
		pages += base->used ? base->mapped_pages : 0;
	}
	for (unsigned int i = 0; i < HAL_COMMON; i++)
		common += m->common[i].va ? BYTES_TO_PAGES(m->common[i].length) : 0;
	g_assert_cmpuint(statistics.waiting, ==, waiting);
	m->done.waits += waiting;
	g_assert_cmpuint(statistics.dma.map_registers_allocated, ==, HAL_ADAPTERS * HAL_REGISTERS);
	g_assert_cmpuint(statistics.dma.map_registers_mapped, ==, registers);
	g_assert_cmpuint(statistics.dma.common_bytes, ==, common * PAGE);
	if (m->variant.dma.policy != DMA_POLICY_CACHED)
		g_assert_cmpuint(fake_counts(m->f.platform)->mapped_pages, ==, pages + common);
}

static bool try_step(struct hal_model *m)
{
	unsigned int which = property_below(32);
	struct hal_model_base *base = hal_model_random_base(m, HAL_MODEL_CHANNEL);

	if (which < 10)
		return hal_model_step_device(m);
	if (which < 15)
		return base && hal_model_step_map(m, base);
	if (which < 19)
		return base && hal_model_step_flush(m, base);
	if (which < 22)
		return step_allocate(m);
	if (which < 24)
		return step_free(m);
	if (which < 26)
		return hal_model_step_list(m);
	if (which < 28)
		return hal_model_step_put(m);
	if (which < 29)
		return hal_model_step_size(m);
	if (which < 31)
		return hal_model_step_common(m);
	if (property_one_in(2))
		return hal_model_step_misuse(m);
	return property_one_in(3) ? hal_model_step_adapter(m) : hal_model_step_cache(m);
}

void hal_model_step(struct hal_model *m)
{
	while (!try_step(m))
		continue;
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	bury(m);
	check_line(m);
	check_counts(m);
}

/* Whoever waits gets a turn while there is something to give back. */
static bool drain(struct hal_model *m)
{
	struct hal_model_base *base = hal_model_random_base(m, HAL_MODEL_LIST);

	if (base) {
		hal_model_put(m, base);
		return true;
	}
	for (unsigned int i = 0; i < HAL_ADAPTERS; i++) {
		if (!m->adapters[i].holder)
			continue;
		hal_model_flush_all(m, m->adapters[i].holder);
		free_channel(m, i);
		return true;
	}
	base = hal_model_random_base(m, HAL_MODEL_CHANNEL);
	if (!base)
		return false;
	hal_model_flush_all(m, base);
	free_registers(m, base);
	return true;
}

void hal_model_close(struct hal_model *m)
{
	while (drain(m)) {
		bury(m);
		check_line(m);
		check_counts(m);
	}
	hal_model_free_common(m);
	check_counts(m);
	for (unsigned int i = 0; i < 2; i++)
		m->adapters[i].handle->DmaOperations->PutDmaAdapter(m->adapters[i].handle);
	for (unsigned int i = 1; i < HAL_DEVICES; i++)
		g_assert_cmpuint(shim_device_destroy(m->more_devices[i - 1]), ==, 0);
	g_assert_cmpuint(hal_statistics(&m->f).violations, ==, m->f.violations);
	g_assert_cmpuint(shim_device_destroy(m->f.device), ==, 0);
	m->f.device = NULL;
	property_memory_close(&m->memory);
	hal_tear_down(&m->f, NULL);
}
