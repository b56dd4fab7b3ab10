/* SPDX-License-Identifier: MIT */
/*
 * property_hal_common.c - common buffers, and calls that are wrong in any state; see property_hal.h
 */
#include "property_hal.h"

static void allocate_common(struct hal_model *m, struct hal_model_common *common)
{
	unsigned int adapter = property_below(HAL_ADAPTERS);
	struct hal_model_adapter *a = &m->adapters[adapter];
	ULONG length = 1 + property_below(property_one_in(6) ? 30 * PAGE : 3 * PAGE);
	BOOLEAN cached = property_one_in(2);
	PHYSICAL_ADDRESS logical = {.QuadPart = 77};
	bool too_long = BYTES_TO_PAGES(length) > a->granted;
	bool fails = property_one_in(10);
	unsigned char *va;

	if (too_long)
		hal_model_violation(m);
	property_allocation_fails(m->f.platform, fails);
	va = HalAllocateCommonBuffer(a->handle, length, &logical, cached);
	property_allocation_fails(m->f.platform, false);
	g_assert_cmpint(va != NULL, ==, !too_long && !fails);
	if (!va) {
		g_assert_cmpint(logical.QuadPart, ==, 77);
		return;
	}
	for (ULONG i = 0; i < length; i += 1 + property_below(2000))
		g_assert_cmpuint(va[i], ==, 0);
	m->done.common_buffers++;
	*common = (struct hal_model_common){adapter, va, logical, length, cached};
}

static void use_common(struct hal_model *m, const struct hal_model_common *common)
{
	uint64_t logical = (uint64_t)common->logical.QuadPart;
	ULONG offset = property_below(common->length);
	unsigned char byte = (unsigned char)property_below(256), seen;
	logical_t at = {logical + offset};

	if (m->variant.bits < 64)
		g_assert_cmphex((logical + common->length - 1) >> m->variant.bits, ==, 0);
	g_assert_cmpint(fake_device_write(m->f.platform, at, &byte, 1), ==, 0);
	g_assert_cmpuint(common->va[offset], ==, byte);
	common->va[offset] ^= 0x55;
	g_assert_cmpint(fake_device_read(m->f.platform, at, &seen, 1), ==, 0);
	g_assert_cmpuint(seen, ==, byte ^ 0x55);
	property_refused(m->f.platform, logical + BYTES_TO_PAGES(common->length) * PAGE);
}

static void free_common(struct hal_model *m, struct hal_model_common *common)
{
	PDMA_ADAPTER adapter = m->adapters[common->adapter].handle;

	if (property_one_in(4)) {
		hal_model_violation(m);
		HalFreeCommonBuffer(adapter, common->length + 1, common->logical, common->va,
				    common->cached);
		return;
	}
	HalFreeCommonBuffer(adapter, common->length, common->logical, common->va, common->cached);
	property_refused(m->f.platform, (uint64_t)common->logical.QuadPart);
	if (property_one_in(4)) {
		hal_model_violation(m);
		HalFreeCommonBuffer(adapter, common->length, common->logical, common->va,
				    common->cached);
	}
	common->va = NULL;
}

bool hal_model_step_common(struct hal_model *m)
{
	struct hal_model_common *common = &m->common[property_below(HAL_COMMON)];

	if (!common->va) {
		allocate_common(m, common);
		return true;
	}
	use_common(m, common);
	if (property_one_in(3))
		free_common(m, common);
	return true;
}

void hal_model_free_common(struct hal_model *m)
{
	for (unsigned int i = 0; i < HAL_COMMON; i++) {
		while (m->common[i].va)
			free_common(m, &m->common[i]);
	}
}

/* ---- caches, and adapter objects that come and go ------------------------------------------- */

bool hal_model_step_cache(struct hal_model *m)
{
	struct hal_model_base *base = hal_model_random_base(m, property_below(2));
	PDMA_ADAPTER adapter = m->adapters[property_below(HAL_ADAPTERS)].handle;
	KIRQL irql = (KIRQL)property_below(DISPATCH_LEVEL + 2), old;

	g_assert_cmpuint(adapter->DmaOperations->GetDmaAlignment(adapter), ==, 1);
	g_assert_cmpuint(KeGetDcacheFillSize(), ==, 1);
	if (!base || !base->job_count)
		return true;
	KeRaiseIrql(irql, &old);
	if (irql > DISPATCH_LEVEL)
		hal_model_violation(m);
	KeFlushIoBuffers(base->jobs[0].mdl, !base->to_device, TRUE);
	KeLowerIrql(old);
	return true;
}

bool hal_model_step_adapter(struct hal_model *m)
{
	DEVICE_DESCRIPTION description = hal_master(&m->f, property_below(2), PAGE);
	PDEVICE_OBJECT object = m->devices[property_below(HAL_DEVICES)];
	bool wrong = property_one_in(3);
	PDMA_ADAPTER adapter;
	ULONG granted = 77;

	if (wrong) {
		hal_model_violation(m);
		description.MaximumLength = 0;
	}
	adapter = IoGetDmaAdapter(object, &description, &granted);
	g_assert_cmpint(adapter != NULL, ==, !wrong);
	g_assert_cmpuint(granted, ==, wrong ? 77 : 2);
	if (adapter)
		adapter->DmaOperations->PutDmaAdapter(adapter);
	return true;
}

/* ---- misuse that no other step has --------------------------------------------------------- */

/* The first MDL of a base, or of a list. */
static bool is_reached(const struct hal_model_base *base)
{
	const struct hal_model_job *job = base->jobs;
	unsigned int live = 0;

	if (base->kind == HAL_MODEL_LIST || !base->job_count)
		return base->kind == HAL_MODEL_LIST;
	for (unsigned int i = 0; i < job->piece_count; i++)
		live += !job->pieces[i].flushed;
	return live;
}

static IO_ALLOCATION_ACTION NTAPI never(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	g_assert_not_reached();
}

bool hal_model_step_misuse(struct hal_model *m)
{
	struct hal_model_base *base = hal_model_random_base(m, property_below(2));
	PDMA_ADAPTER adapter = m->adapters[property_below(HAL_ADAPTERS)].handle;
	PDMA_ADAPTER wrong = property_below(2) ? m->released : NULL;
	ULONG length = 1;
	KIRQL old;

	switch (property_below(6)) {
	case 0:
		hal_model_violation(m);
		g_assert_cmpint(IoMapTransfer(wrong, NULL, NULL, NULL, &length, TRUE).QuadPart, ==,
				0);
		break;
	case 1:
		hal_model_violation(m);
		KeRaiseIrql(DISPATCH_LEVEL, &old);
		g_assert_cmphex(IoAllocateAdapterChannel(wrong, m->devices[0], 1, never, NULL), ==,
				STATUS_INVALID_PARAMETER);
		KeLowerIrql(old);
		break;
	case 2:
		hal_model_violation(m);
		g_assert_cmphex(IoAllocateAdapterChannel(adapter, m->devices[0], 1, never, NULL),
				==, STATUS_INVALID_PARAMETER);
		break;
	case 3:
		hal_model_violation(m);
		g_assert_cmpuint(HalReadDmaCounter(adapter), ==, 0);
		break;
	case 4:
		/* The description of memory that a device still reaches is not freed. */
		if (!base || !is_reached(base))
			return false;
		hal_model_violation(m);
		IoFreeMdl(base->jobs[0].mdl);
		break;
	default:
		hal_model_violation(m);
		g_assert_false(IoFlushAdapterBuffers(adapter, NULL, m, NULL, 1, TRUE));
		break;
	}
	return true;
}
