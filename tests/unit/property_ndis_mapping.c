/* SPDX-License-Identifier: MIT */
/*
 * property_ndis_mapping.c - map registers, packets, and the device behind them; see property_ndis.h
 */
#include "property_ndis.h"

#include <string.h>

/* ---- NdisMStartBufferPhysicalMapping ------------------------------------------------------- */

static struct dma_statistics counters(struct ndis_model *m)
{
	return fixture_statistics(&m->f).dma;
}

static void call_start(struct ndis_model *m, PNDIS_BUFFER buffer, unsigned int index,
		       bool to_device, unsigned int irql, struct property_transfer *transfer)
{
	NDIS_PHYSICAL_ADDRESS_UNIT units[PROPERTY_RUNS];
	UINT count = 99, most;
	KIRQL old = KeGetCurrentIrql();

	NdisGetBufferPhysicalArraySize(buffer, &most);
	g_assert_cmpuint(most, <=, PROPERTY_RUNS);
	memset(units, 0xaa, sizeof(units));
	if (irql > old)
		KeRaiseIrql((KIRQL)irql, &old);
	NdisMStartBufferPhysicalMapping(m->f.handle, buffer, index, to_device, units, &count);
	KeLowerIrql(old);
	NdisFlushBuffer(buffer, to_device);
	g_assert_cmpuint(count, <=, most);
	/* What lies behind the runs is not touched. */
	g_assert_cmphex(units[count].Length, ==, 0xaaaaaaaa);
	transfer->run_count = count;
	for (UINT i = 0; i < count; i++)
		transfer->runs[i] = (struct dma_run){{(uint64_t)units[i].PhysicalAddress.QuadPart},
						     units[i].Length};
}

/*
 * One call for a buffer that breaks no rule itself.  Return: the register maps it.
 */
static bool start(struct ndis_model *m, unsigned int index, PNDIS_BUFFER buffer, bool own,
		  bool pooled, unsigned char *shadow, bool to_device, unsigned int irql)
{
	size_t length = MmGetMdlByteCount(buffer);
	enum dma_policy mechanism =
		property_mechanism(&m->variant, own, pooled, to_device, length, false);
	struct ndis_model_register *r = index < m->register_count ? &m->registers[index] : NULL;
	bool allowed = r && !r->buffer && length <= m->maximum && irql <= DISPATCH_LEVEL;
	bool fails = property_one_in(16);
	struct property_transfer transfer = {
		.variant = &m->variant,
		.to_device = to_device,
		.mechanism = mechanism,
		.pieces = {{shadow, length}},
		.piece_count = 1,
	};
	struct dma_statistics before = counters(m), after;

	if (!allowed)
		ndis_model_violation(m);
	property_map_fails(m->f.platform, fails);
	call_start(m, buffer, index, to_device, irql, &transfer);
	property_map_fails(m->f.platform, false);
	if (!allowed || (fails && (mechanism == DMA_POLICY_REMAP ||
				   (mechanism == DMA_POLICY_CACHED && !transfer.run_count)))) {
		g_assert_cmpuint(transfer.run_count, ==, 0);
		return false;
	}
	after = counters(m);
	transfer.mechanism = property_mechanism_used(&before, &after, mechanism);
	property_transfer_check(&transfer, false);
	if (m->variant.dma.fragment == DMA_FRAGMENT_NONE)
		g_assert_cmpuint(transfer.run_count, ==, 1);
	/* A register is no longer than its buffer for the device. */
	if (transfer.mechanism == DMA_POLICY_REMAP)
		property_refused(m->f.platform,
				 (transfer.runs[transfer.run_count - 1].logical.value +
				  transfer.runs[transfer.run_count - 1].length + PAGE - 1) &
					 ~(uint64_t)(PAGE - 1));
	r->buffer = buffer;
	r->transfer = transfer;
	r->mapped_pages =
		transfer.mechanism == DMA_POLICY_REMAP ? NDIS_BUFFER_TO_SPAN_PAGES(buffer) : 0;
	m->done.transfers++;
	return true;
}

bool ndis_model_step_start(struct ndis_model *m)
{
	unsigned int index = property_below(m->register_count + 1);
	unsigned int irql = property_below(2) ? DISPATCH_LEVEL : PASSIVE_LEVEL;
	struct property_buffer memory;
	PNDIS_BUFFER buffer;

	if (property_one_in(40))
		irql = DISPATCH_LEVEL + 5;
	if (!property_buffer_take(&m->memory, m->maximum + property_one_in(10), &memory))
		return false;
	buffer = fixture_buffer(memory.va, memory.length);
	if (start(m, index, buffer, memory.own, false, property_shadow(&memory, memory.va),
		  property_below(2), irql)) {
		m->registers[index].memory = memory;
		return true;
	}
	NdisFreeBuffer(buffer);
	property_buffer_give(&memory);
	return true;
}

/* ---- NdisMCompleteBufferPhysicalMapping ---------------------------------------------------- */

void ndis_model_complete(struct ndis_model *m, unsigned int index)
{
	struct ndis_model_register *r = &m->registers[index];

	NdisMCompleteBufferPhysicalMapping(m->f.handle, r->buffer, index);
	property_transfer_over(m->f.platform, &r->transfer);
	if (!r->frame) {
		property_buffer_check(&r->memory, 0, r->memory.length);
		NdisFreeBuffer(r->buffer);
		property_buffer_give(&r->memory);
	}
	*r = (struct ndis_model_register){0};
}

bool ndis_model_step_complete(struct ndis_model *m)
{
	unsigned int index = property_below(m->register_count + 1);
	struct ndis_model_register *r = &m->registers[index];
	KIRQL old;

	if (index == m->register_count || !r->buffer) {
		if (!property_one_in(4))
			return false;
		ndis_model_violation(m);
		NdisMCompleteBufferPhysicalMapping(m->f.handle, (PNDIS_BUFFER)(void *)m, index);
		return true;
	}
	if (property_one_in(10)) {
		/* Another buffer, or memory that goes while it is mapped. */
		ndis_model_violation(m);
		if (property_below(2) || r->frame)
			NdisMCompleteBufferPhysicalMapping(m->f.handle, r->buffer + 1, index);
		else
			NdisFreeBuffer(r->buffer);
		return true;
	}
	if (r->frame)
		return false;
	KeRaiseIrql(property_below(2) ? DISPATCH_LEVEL : PASSIVE_LEVEL, &old);
	ndis_model_complete(m, index);
	KeLowerIrql(old);
	return true;
}

/* ---- packets ------------------------------------------------------------------------------- */

static void check_list(struct ndis_model *m, struct ndis_model_frame *frame)
{
	PSCATTER_GATHER_LIST list =
		NDIS_PER_PACKET_INFO_FROM_PACKET(frame->packet, ScatterGatherListPacketInfo);

	if (m->kind != NDIS_MODEL_LISTS) {
		g_assert_null(list);
		return;
	}
	g_assert_nonnull(list);
	g_assert_cmpuint(list->NumberOfElements, <=, PROPERTY_RUNS);
	frame->list = (struct property_transfer){
		.variant = &m->variant,
		.to_device = true,
		.mechanism =
			property_mechanism(&m->variant, true, true, true, frame->length, false),
		.pieces = {{frame->bytes, frame->length}},
		.piece_count = 1,
		.run_count = list->NumberOfElements,
	};
	for (ULONG i = 0; i < list->NumberOfElements; i++)
		frame->list.runs[i] = (struct dma_run){
			{(uint64_t)list->Elements[i].Address.QuadPart}, list->Elements[i].Length};
	property_transfer_check(&frame->list, false);
	if (frame->list.mechanism == DMA_POLICY_REMAP) {
		for (PNDIS_BUFFER b = frame->packet->Private.Head; b; b = b->Next)
			frame->mapped_pages += NDIS_BUFFER_TO_SPAN_PAGES(b);
	}
	m->done.lists++;
}

/* Every buffer of the packet in a register of its own, as long as there are any. */
static void map_packet(struct ndis_model *m, struct ndis_model_frame *frame)
{
	unsigned int index = 0;
	size_t done = 0;

	for (PNDIS_BUFFER b = frame->packet->Private.Head; b; b = b->Next) {
		while (index < m->register_count && m->registers[index].buffer)
			index++;
		if (index == m->register_count)
			return;
		if (MmGetMdlByteCount(b) <= m->maximum &&
		    start(m, index, b, true, true, frame->bytes + done, true, PASSIVE_LEVEL))
			m->registers[index].frame = frame;
		done += MmGetMdlByteCount(b);
	}
}

void ndis_model_send_packets(struct ndis_fixture *f, PPNDIS_PACKET packets, UINT count)
{
	struct ndis_model *m = container_of(f, struct ndis_model, f);
	struct ndis_model_frame *frame = m->sending;

	g_assert_cmpuint(count, ==, 1);
	g_assert_nonnull(frame);
	m->sending = NULL;
	frame->packet = packets[0];
	check_list(m, frame);
	if (m->kind == NDIS_MODEL_REGISTERS)
		map_packet(m, frame);
	m->done.frames++;
}

bool ndis_model_step_send(struct ndis_model *m)
{
	struct ndis_model_frame *model = &m->frames[property_below(NDIS_FRAMES)];
	struct shim_frame *frame;
	size_t capacity, length = 60 + property_below(1455);
	void *data;

	if (model->packet)
		return false;
	frame = shim_frame_allocate(m->f.adapter, &data, &capacity);
	g_assert_nonnull(frame);
	*model = (struct ndis_model_frame){.length = length};
	fill(model->bytes, length, property_below(256));
	memcpy(data, model->bytes, length);
	m->sending = model;
	g_assert_cmpint(shim_send(m->f.adapter, &frame, &length, 1, NULL, NULL), ==, 0);
	g_assert_null(m->sending);
	return true;
}

void ndis_model_complete_frame(struct ndis_model *m, struct ndis_model_frame *frame)
{
	bool forgotten = property_one_in(16);
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	for (unsigned int i = 0; i < m->register_count; i++) {
		struct ndis_model_register *r = &m->registers[i];

		if (r->frame != frame)
			continue;
		if (!forgotten) {
			ndis_model_complete(m, i);
			continue;
		}
		/* The library does it, and says so. */
		ndis_model_violation(m);
		*r = (struct ndis_model_register){0};
	}
	NdisMSendComplete(m->f.handle, frame->packet, NDIS_STATUS_SUCCESS);
	KeLowerIrql(old);
	if (frame->list.run_count)
		property_transfer_over(m->f.platform, &frame->list);
	frame->packet = NULL;
	frame->list.run_count = 0;
	frame->mapped_pages = 0;
}

bool ndis_model_step_send_complete(struct ndis_model *m)
{
	struct ndis_model_frame *frame = &m->frames[property_below(NDIS_FRAMES)];

	if (!frame->packet)
		return false;
	ndis_model_complete_frame(m, frame);
	return true;
}

/* ---- the device ---------------------------------------------------------------------------- */

bool ndis_model_step_device(struct ndis_model *m)
{
	struct ndis_model_frame *frame = &m->frames[property_below(NDIS_FRAMES)];
	struct ndis_model_register *r =
		&m->registers[m->register_count ? property_below(m->register_count) : 0];

	const struct property_transfer *transfer = property_below(2) ? &r->transfer : &frame->list;

	if (!transfer->run_count)
		return false;
	property_transfer_device(m->f.platform, transfer);
	return true;
}
