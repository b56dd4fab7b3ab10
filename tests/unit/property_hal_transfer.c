/* SPDX-License-Identifier: MIT */
/*
 * property_hal_transfer.c - IoMapTransfer, IoFlushAdapterBuffers, and the device in between; see
 * property_hal.h
 */
#include "property_hal.h"

size_t hal_model_mapped(enum dma_policy mechanism, const void *va, size_t length)
{
	return mechanism == DMA_POLICY_REMAP ? ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, length) : 0;
}

/* ---- IoMapTransfer ------------------------------------------------------------------------- */

/* The MDL to go on with, or a new one; NULL when there is no room. */
static struct hal_model_job *choose_job(struct hal_model *m, struct hal_model_base *base)
{
	struct hal_model_job *job;

	for (unsigned int i = 0; i < base->job_count && !property_one_in(4); i++) {
		job = &base->jobs[i];
		if (job->mapped < job->buffer.length && job->piece_count < HAL_PIECES)
			return job;
	}
	if (base->job_count == HAL_JOBS)
		return NULL;
	job = &base->jobs[base->job_count];
	*job = (struct hal_model_job){0};
	if (!property_buffer_take(&m->memory, PROPERTY_MOST, &job->buffer))
		return NULL;
	job->mdl = hal_model_mdl(&job->buffer);
	base->job_count++;
	return job;
}

/* Bytes that one call maps; 0: it breaks a rule. */
static size_t expected_length(const struct hal_model *m, const struct hal_model_base *base,
			      const unsigned char *va, size_t wanted, size_t rest, bool to_device)
{
	const struct hal_model_adapter *a = &m->adapters[base->adapter];
	unsigned int left = base->count - base->registers;
	size_t offset = BYTE_OFFSET(va);
	size_t room = left * PAGE - offset;

	if (!wanted || wanted > rest || (base->live && to_device != base->to_device) || !left)
		return 0;
	if (!a->scatter_gather)
		return ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, wanted) <= left ? wanted : 0;
	if (m->variant.dma.fragment == DMA_FRAGMENT_PAGE && wanted > PAGE - offset)
		return PAGE - offset;
	return wanted > room ? room : wanted;
}

static PHYSICAL_ADDRESS call_map(struct hal_model *m, const struct hal_model_base *base,
				 const struct hal_model_job *job, unsigned char *va, ULONG *length,
				 bool to_device, unsigned int irql)
{
	PHYSICAL_ADDRESS logical;
	KIRQL old = KeGetCurrentIrql();

	if (irql > old)
		KeRaiseIrql((KIRQL)irql, &old);
	logical = IoMapTransfer(m->adapters[base->adapter].handle, job->mdl, base->handle, va,
				length, to_device);
	KeLowerIrql(old);
	return logical;
}

static void note_piece(struct hal_model *m, struct hal_model_base *base, struct hal_model_job *job,
		       PHYSICAL_ADDRESS logical, size_t length, bool to_device,
		       enum dma_policy mechanism)
{
	struct hal_model_piece *piece = &job->pieces[job->piece_count++];
	unsigned char *va = job->buffer.va + job->mapped;

	m->done.transfers++;
	*piece = (struct hal_model_piece){
		.offset = job->mapped,
		.transfer = {
			.variant = &m->variant,
			.to_device = to_device,
			.mechanism = mechanism,
			.pieces = {{property_shadow(&job->buffer, va), length}},
			.piece_count = 1,
			.runs = {{{(uint64_t)logical.QuadPart}, length}},
			.run_count = 1,
		}};
	property_transfer_check(&piece->transfer, !m->adapters[base->adapter].scatter_gather);
	job->mapped += length;
	base->live++;
	base->to_device = to_device;
	base->registers += ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, length);
	base->mapped_pages += hal_model_mapped(mechanism, va, length);
}

static void map(struct hal_model *m, struct hal_model_base *base, struct hal_model_job *job,
		size_t wanted, bool to_device, unsigned int irql)
{
	unsigned char *va = job->buffer.va + job->mapped;
	size_t length =
		expected_length(m, base, va, wanted, job->buffer.length - job->mapped, to_device);
	enum dma_policy mechanism =
		property_mechanism(&m->variant, job->buffer.own, false, to_device, length, false);
	struct dma_statistics before = hal_statistics(&m->f).dma, after;
	ULONG mapped = (ULONG)wanted;
	bool fails = property_one_in(16);
	PHYSICAL_ADDRESS logical;

	if (irql > DISPATCH_LEVEL)
		length = 0;
	if (!length)
		hal_model_violation(m);
	property_map_fails(m->f.platform, fails);
	logical = call_map(m, base, job, va, &mapped, to_device, irql);
	property_map_fails(m->f.platform, false);
	if (length && fails && mechanism == DMA_POLICY_REMAP)
		length = 0;
	/* The cache may have had the pages, or made room. */
	if (length && fails && mechanism == DMA_POLICY_CACHED && !logical.QuadPart)
		length = 0;
	if (!length) {
		g_assert_cmpint(logical.QuadPart, ==, 0);
		g_assert_cmpuint(mapped, ==, wanted);
		return;
	}
	g_assert_cmpuint(mapped, ==, length);
	after = hal_statistics(&m->f).dma;
	mechanism = property_mechanism_used(&before, &after, mechanism);
	note_piece(m, base, job, logical, length, to_device, mechanism);
}

/* What is mapped already, once more. */
static bool map_again(struct hal_model *m, struct hal_model_base *base, struct hal_model_job *job)
{
	const struct hal_model_piece *piece = &job->pieces[property_below(job->piece_count)];
	ULONG length = (ULONG)piece->transfer.pieces[0].length;

	if (piece->flushed)
		return false;
	hal_model_violation(m);
	g_assert_cmpint(call_map(m, base, job, job->buffer.va + piece->offset, &length,
				 base->to_device, PASSIVE_LEVEL)
				.QuadPart,
			==, 0);
	return true;
}

bool hal_model_step_map(struct hal_model *m, struct hal_model_base *base)
{
	struct hal_model_job *job = choose_job(m, base);
	bool to_device = base->live ? base->to_device : property_below(2);
	unsigned int irql = property_below(2) ? DISPATCH_LEVEL : PASSIVE_LEVEL;
	size_t rest, wanted;

	if (!job || job->piece_count == HAL_PIECES)
		return false;
	if (!base->count) {
		/* There are no registers, and no base to name. */
		ULONG length = 1;

		hal_model_violation(m);
		call_map(m, base, job, job->buffer.va, &length, to_device, irql);
		return true;
	}
	if (job->piece_count && property_one_in(20)) {
		return map_again(m, base, job);
	}
	rest = job->buffer.length - job->mapped;
	if (!rest)
		return false;
	wanted = property_one_in(2) ? rest : 1 + property_below((unsigned int)rest);
	if (property_one_in(25))
		wanted = property_below(2) ? 0 : rest + 1 + property_below(100);
	if (property_one_in(25))
		to_device = !to_device;
	if (property_one_in(40))
		irql = DISPATCH_LEVEL + 3;
	map(m, base, job, wanted, to_device, irql);
	return true;
}

/* ---- IoFlushAdapterBuffers ----------------------------------------------------------------- */

void hal_model_end(struct hal_model *m, struct hal_model_base *base)
{
	for (unsigned int i = 0; i < base->job_count; i++)
		base->jobs[i].piece_count = 0;
	base->live = 0;
	base->registers = 0;
	base->mapped_pages = 0;
}

void hal_model_check_over(struct hal_model *m, const struct hal_model_base *base)
{
	for (unsigned int i = 0; i < base->job_count; i++) {
		for (unsigned int k = 0; k < base->jobs[i].piece_count; k++)
			property_transfer_over(m->f.platform, &base->jobs[i].pieces[k].transfer);
	}
}

/* MDLs that are mapped to their end and flushed are done with. */
static void drop_finished_jobs(struct hal_model_base *base)
{
	for (unsigned int i = base->job_count; i-- > 0;) {
		struct hal_model_job *job = &base->jobs[i];

		if (job->mapped < job->buffer.length)
			continue;
		IoFreeMdl(job->mdl);
		property_buffer_give(&job->buffer);
		*job = base->jobs[--base->job_count];
	}
}

/* The pieces that a flush of @length bytes from piece @first on ends.  Return: their bytes. */
static size_t flush_pieces(struct hal_model_base *base, struct hal_model_job *job,
			   unsigned int first, size_t length)
{
	size_t flushed = 0;

	for (unsigned int i = first; i < job->piece_count && !job->pieces[i].flushed; i++) {
		job->pieces[i].flushed = true;
		base->live--;
		flushed += job->pieces[i].transfer.pieces[0].length;
		if (flushed >= length)
			break;
	}
	return flushed;
}

static void flush(struct hal_model *m, struct hal_model_base *base, struct hal_model_job *job,
		  unsigned int first, size_t length, bool to_device)
{
	PDMA_ADAPTER adapter = m->adapters[base->adapter].handle;
	size_t offset = job->pieces[first].offset;
	bool was_to_device = base->to_device;
	size_t flushed;

	if (job->pieces[first].flushed) {
		hal_model_violation(m);
		g_assert_false(IoFlushAdapterBuffers(adapter, job->mdl, base->handle,
						     job->buffer.va + offset, (ULONG)length,
						     to_device));
		return;
	}
	flushed = flush_pieces(base, job, first, length);
	if (flushed != length)
		hal_model_violation(m);
	if (to_device != was_to_device)
		hal_model_violation(m);
	g_assert_true(IoFlushAdapterBuffers(adapter, job->mdl, base->handle,
					    job->buffer.va + offset, (ULONG)length, to_device));
	property_buffer_check(&job->buffer, offset, flushed);
	if (base->live)
		return;
	hal_model_check_over(m, base);
	hal_model_end(m, base);
	drop_finished_jobs(base);
}

bool hal_model_step_flush(struct hal_model *m, struct hal_model_base *base)
{
	struct hal_model_job *job;
	unsigned int first = 0, count;
	bool to_device = base->to_device;
	size_t length = 0;

	if (!base->job_count)
		return false;
	job = &base->jobs[property_below(base->job_count)];
	if (!job->piece_count)
		return false;
	if (property_one_in(4))
		first = property_below(job->piece_count);
	while (first + 1 < job->piece_count && job->pieces[first].flushed)
		first++;
	count = 1 + property_below(job->piece_count - first);
	for (unsigned int i = first; i < first + count; i++)
		length += job->pieces[i].transfer.pieces[0].length;
	if (property_one_in(16))
		length = 1 + property_below((unsigned int)length + 100);
	if (property_one_in(16))
		to_device = !to_device;
	flush(m, base, job, first, length, to_device);
	return true;
}

void hal_model_flush_all(struct hal_model *m, struct hal_model_base *base)
{
	while (base->live) {
		struct hal_model_job *job = base->jobs;
		unsigned int i = 0;

		while (i == job->piece_count || job->pieces[i].flushed) {
			if (i == job->piece_count) {
				job++;
				i = 0;
			} else {
				i++;
			}
		}
		flush(m, base, job, i, job->pieces[i].transfer.pieces[0].length, base->to_device);
	}
}

/* ---- the device ---------------------------------------------------------------------------- */

bool hal_model_step_device(struct hal_model *m)
{
	struct hal_model_base *base =
		hal_model_random_base(m, property_below(2) ? HAL_MODEL_CHANNEL : HAL_MODEL_LIST);
	struct hal_model_job *job;
	struct hal_model_piece *piece;

	if (!base || !base->live)
		return false;
	if (base->kind == HAL_MODEL_LIST) {
		property_transfer_device(m->f.platform, &base->transfer);
		return true;
	}
	job = &base->jobs[property_below(base->job_count)];
	if (!job->piece_count)
		return false;
	piece = &job->pieces[property_below(job->piece_count)];
	if (piece->flushed)
		return false;
	property_transfer_device(m->f.platform, &piece->transfer);
	return true;
}
