/* SPDX-License-Identifier: MIT */
/*
 * property_ndis.c - from MiniportInitialize to MiniportHalt; see property_ndis.h
 */
#include "property_ndis.h"

#include <string.h>

/* ---- MiniportInitialize -------------------------------------------------------------------- */

static NDIS_DMA_SIZE size_of_bits(unsigned int bits)
{
	return bits == 24 ? NDIS_DMA_24BITS : bits == 32 ? NDIS_DMA_32BITS : NDIS_DMA_64BITS;
}

/* Map registers of a buffer of @length bytes at the worst offset, as a plain count. */
static unsigned int worst_pages(ULONG length)
{
	return (unsigned int)ADDRESS_AND_SIZE_TO_SPAN_PAGES(PAGE_SIZE - 1, length);
}

static bool has_bounce_pages(const struct ndis_model *m)
{
	return m->variant.restricted || (m->variant.dma.policy != DMA_POLICY_REMAP &&
					 m->variant.dma.policy != DMA_POLICY_CACHED);
}

/* One try; drivers count down until one succeeds. */
static NDIS_STATUS try_registers(struct ndis_model *m, ULONG count, ULONG maximum)
{
	unsigned int pages = worst_pages(maximum);
	NDIS_DMA_SIZE size = size_of_bits(m->variant.bits);
	bool fails = property_one_in(8);
	NDIS_STATUS status;
	UINT channel = 0;

	if (property_one_in(16)) {
		ndis_model_violation(m);
		if (property_below(2))
			size = 3;
		else
			channel = 1;
		fails = true;
	}
	property_allocation_fails(m->f.platform, fails);
	status = NdisMAllocateMapRegisters(m->f.handle, channel, size, count, maximum);
	property_allocation_fails(m->f.platform, false);
	/* Only slots with bounce pages are mapped when they are made. */
	if (count * pages > 64 || channel || size > NDIS_DMA_64BITS ||
	    (fails && has_bounce_pages(m))) {
		g_assert_cmphex(status, ==, NDIS_STATUS_RESOURCES);
		return status;
	}
	g_assert_cmphex(status, ==, NDIS_STATUS_SUCCESS);
	m->kind = NDIS_MODEL_REGISTERS;
	m->register_count = count;
	m->maximum = maximum;
	m->pages = pages;
	return status;
}

static void set_up_registers(struct ndis_model *m)
{
	ULONG maximum = property_below(2) ? 1514 : 1 + property_below(PROPERTY_MOST);
	ULONG count = 1 + property_below(40);

	while (count && try_registers(m, count, maximum) != NDIS_STATUS_SUCCESS)
		count -= 1 + property_below(count);
	if (!count || !property_one_in(4))
		return;
	ndis_model_violation(m);
	g_assert_cmphex(NdisMAllocateMapRegisters(m->f.handle, 0, NDIS_DMA_32BITS, 1, 1), ==,
			NDIS_STATUS_RESOURCES);
}

static void set_up_lists(struct ndis_model *m)
{
	g_assert_cmphex(
		NdisMInitializeScatterGatherDma(m->f.handle, m->variant.bits == 64, PROPERTY_MOST),
		==, NDIS_STATUS_SUCCESS);
	m->kind = NDIS_MODEL_LISTS;
}

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	struct ndis_model *m = container_of(f, struct ndis_model, f);
	bool is_slave = m->done.lives % 6 == 5;
	UINT count = 0;

	NdisMSetAttributesEx(f->handle, f, 0, is_slave ? 0 : NDIS_ATTRIBUTE_BUS_MASTER,
			     is_slave ? NdisInterfaceIsa : NdisInterfacePci);
	m->kind = NDIS_MODEL_NOTHING;
	m->register_count = 0;
	m->maximum = 100;
	if (property_one_in(4))
		ndis_model_allocate(m, false);
	g_assert_cmphex(NdisQueryMapRegisterCount(NdisInterfacePci, &count), ==,
			NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(count, ==, 64);
	if (property_one_in(4)) {
		/* Nothing has made an adapter object yet. */
		ndis_model_violation(m);
		g_assert_cmpuint(NdisMGetDmaAlignment(f->handle), ==, 64);
	}
	if (is_slave)
		ndis_model_set_up_channel(m);
	else if (property_one_in(4))
		set_up_lists(m);
	else if (!property_one_in(8))
		set_up_registers(m);
	if (m->kind)
		g_assert_cmpuint(NdisMGetDmaAlignment(f->handle), ==, 64);
	for (unsigned int i = property_below(4); i && m->kind; i--)
		ndis_model_allocate(m, true);
	return NDIS_STATUS_SUCCESS;
}

/* ---- MiniportHalt -------------------------------------------------------------------------- */

static void halt(struct ndis_fixture *f)
{
	struct ndis_model *m = container_of(f, struct ndis_model, f);

	for (unsigned int i = 0; i < m->register_count; i++) {
		if (m->registers[i].buffer)
			ndis_model_complete(m, i);
	}
	ndis_model_free_all(m);
	if (m->register_count)
		NdisMFreeMapRegisters(f->handle);
	m->register_count = 0;
	if (m->kind == NDIS_MODEL_CHANNEL)
		ndis_model_end_channel(m);
}

/* ---- one life after the other -------------------------------------------------------------- */

static size_t dynamic_pages(const struct ndis_model *m)
{
	size_t pages = 0;

	for (unsigned int i = 0; i < m->register_count; i++)
		pages += m->registers[i].mapped_pages;
	for (unsigned int i = 0; i < NDIS_FRAMES; i++)
		pages += m->frames[i].mapped_pages;
	for (unsigned int i = 0; i < NDIS_MEMORY && m->kind != NDIS_MODEL_CHANNEL; i++)
		pages += m->shared[i].va ? BYTES_TO_PAGES(m->shared[i].length) : 0;
	return pages;
}

static void start_life(struct ndis_model *m)
{
	m->f.options.header_bytes = property_below(2) ? 0 : 14 + property_below(40);
	/* There is no way to ask for lists below 16 MiB but the option of the host program. */
	m->f.options.max_address_bits = m->variant.bits == 24 ? 24 : 0;
	m->f.violations = 0;
	g_assert_cmpint(fixture_start(&m->f), ==, 0);
	m->fixed_pages = fake_counts(m->f.platform)->mapped_pages - dynamic_pages(m);
	m->done.lives++;
}

static void end_life(struct ndis_model *m)
{
	ndis_model_settle(m);
	for (unsigned int i = 0; i < NDIS_FRAMES; i++) {
		if (m->frames[i].packet)
			ndis_model_complete_frame(m, &m->frames[i]);
	}
	g_assert_cmpuint(fixture_statistics(&m->f).violations, ==, m->f.violations);
	property_log_begin();
	g_assert_cmpuint(fixture_stop(&m->f), ==, 0);
	g_assert_cmpuint(fake_counts(m->f.platform)->mapped_pages, ==, 0);
	/* The areas of the model. */
	g_assert_cmpuint(fake_counts(m->f.platform)->memory_allocations, ==, 1);
	if (strstr(property_log(), "rule:"))
		g_error("unexpected violation: %s", property_log());
}

void ndis_model_open(struct ndis_model *m, const struct property_variant *variant)
{
	memset(m, 0, sizeof(*m));
	m->variant = *variant;
	fixture_set_up(&m->f);
	if (variant->restricted)
		fake_restrict_memory(m->f.platform);
	m->variant.dma.copybreak = 2 * PAGE;
	m->f.options.dma = m->variant.dma;
	m->f.options.frames = NDIS_FRAMES;
	m->f.hooks = (struct miniport_hooks){
		.initialize = initialize,
		.halt = halt,
		.send_packets = ndis_model_send_packets,
		.allocate_complete = ndis_model_allocated,
	};
	m->f.without_attributes = true;
	model_attach(&m->controller, m->f.platform);
	property_memory_open(&m->memory, m->f.platform);
	start_life(m);
}

static void check_counts(struct ndis_model *m)
{
	struct shim_statistics statistics = fixture_statistics(&m->f);
	unsigned int pending = 0, registers = 0;

	for (unsigned int i = 0; i < m->register_count; i++)
		registers += m->registers[i].buffer ? m->pages : 0;
	for (unsigned int i = 0; i < NDIS_FRAMES; i++)
		pending += m->frames[i].packet != NULL;
	g_assert_cmpuint(statistics.sends_pending, ==, pending);
	if (m->kind == NDIS_MODEL_REGISTERS) {
		g_assert_cmpuint(statistics.dma.map_registers_allocated, ==,
				 m->register_count * m->pages);
		g_assert_cmpuint(statistics.dma.map_registers_mapped, ==, registers);
	}
	if (m->variant.dma.policy != DMA_POLICY_CACHED)
		g_assert_cmpuint(fake_counts(m->f.platform)->mapped_pages, ==,
				 m->fixed_pages + dynamic_pages(m));
}

static bool try_step(struct ndis_model *m)
{
	unsigned int which = property_below(32);

	if (m->kind == NDIS_MODEL_CHANNEL && property_one_in(2))
		return ndis_model_step_channel(m);
	if (which < 12)
		return ndis_model_step_device(m);
	if (which < 15)
		return (m->kind == NDIS_MODEL_REGISTERS || property_one_in(40)) &&
		       ndis_model_step_start(m);
	if (which < 20)
		return ndis_model_step_complete(m);
	if (which < 23)
		return ndis_model_step_send(m);
	if (which < 26)
		return ndis_model_step_send_complete(m);
	if (which < 29)
		return ndis_model_step_memory(m);
	if (property_one_in(2)) {
		ndis_model_settle(m);
		return true;
	}
	if (!property_one_in(16))
		return false;
	end_life(m);
	start_life(m);
	return true;
}

void ndis_model_step(struct ndis_model *m)
{
	while (!try_step(m))
		continue;
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	check_counts(m);
}

void ndis_model_close(struct ndis_model *m)
{
	property_log_begin();
	end_life(m);
	property_memory_close(&m->memory);
	/* What the fixture logged during the first MiniportInitialize. */
	fixture_expect_log(&m->f, "");
	fixture_tear_down(&m->f);
}
