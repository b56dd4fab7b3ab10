/* SPDX-License-Identifier: MIT */
/*
 * property_ndis_memory.c - shared memory; see property_ndis.h
 */
#include "property_ndis.h"

#include <string.h>

static struct ndis_model *model_of(struct ndis_fixture *f)
{
	return container_of(f, struct ndis_model, f);
}

static struct ndis_model_memory *find_free(struct ndis_model *m)
{
	unsigned int i = 0;

	while (i < NDIS_MEMORY && m->shared[i].va)
		i++;
	return i < NDIS_MEMORY ? &m->shared[i] : NULL;
}

static void check_new(const struct ndis_model *m, const struct ndis_model_memory *memory)
{
	uint64_t last = (uint64_t)memory->logical.QuadPart + memory->length - 1;

	g_assert_cmphex((uint64_t)memory->logical.QuadPart, >=, PAGE);
	if (m->variant.bits < 64)
		g_assert_cmphex(last >> m->variant.bits, ==, 0);
	/* A slave's lies where the system DMA controller reaches it, without an IOMMU. */
	if (m->kind == NDIS_MODEL_CHANNEL) {
		g_assert_cmphex((uint64_t)memory->logical.QuadPart, >=, MODEL_LOW_ADDRESS);
		g_assert_true(memory->va == m->controller.memory +
						    (memory->logical.QuadPart - MODEL_LOW_ADDRESS));
		return;
	}
	for (ULONG i = 0; i < memory->length; i += 1 + property_below(1000))
		g_assert_cmpuint(memory->va[i], ==, 0);
}

bool ndis_model_allocate(struct ndis_model *m, bool allowed)
{
	struct ndis_model_memory *memory = find_free(m);
	NDIS_PHYSICAL_ADDRESS logical = {.QuadPart = 99};
	ULONG length = property_one_in(20) ? 0 : 1 + property_below(3 * PAGE);
	bool fails = property_one_in(10) && m->kind != NDIS_MODEL_CHANNEL;
	BOOLEAN cached = property_one_in(2);
	PVOID va = m;

	if (!memory)
		return false;
	if (!allowed || !length)
		ndis_model_violation(m);
	property_allocation_fails(m->f.platform, fails);
	NdisMAllocateSharedMemory(m->f.handle, length, cached, &va, &logical);
	property_allocation_fails(m->f.platform, false);
	g_assert_cmpint(va != NULL, ==, allowed && length && !fails);
	if (!va) {
		g_assert_cmpint(logical.QuadPart, ==, 0);
		return true;
	}
	*memory = (struct ndis_model_memory){va, logical, length, cached};
	m->done.shared_memories++;
	check_new(m, memory);
	return true;
}

bool ndis_model_allocate_later(struct ndis_model *m)
{
	struct ndis_model_request *request = &m->pending[property_below(NDIS_PENDING)];
	ULONG length = 1 + property_below(3 * PAGE);
	BOOLEAN cached = property_one_in(2);
	bool allowed = m->kind != NDIS_MODEL_NOTHING;

	if (request->length)
		return false;
	if (!allowed)
		ndis_model_violation(m);
	g_assert_cmphex(NdisMAllocateSharedMemoryAsync(m->f.handle, length, cached, request), ==,
			allowed ? NDIS_STATUS_PENDING : NDIS_STATUS_FAILURE);
	if (allowed)
		*request = (struct ndis_model_request){length, cached, m->asked++};
	return true;
}

/* MiniportAllocateComplete: once for each request, in their order. */
void ndis_model_allocated(struct ndis_fixture *f, PVOID va, PNDIS_PHYSICAL_ADDRESS logical,
			  ULONG length, PVOID context)
{
	struct ndis_model *m = model_of(f);
	struct ndis_model_memory *memory = find_free(m);
	struct ndis_model_request *request = context;
	struct ndis_model_request answered = *request;
	bool fails = m->answer_fails;

	g_assert_cmpuint(answered.length, >, 0);
	g_assert_cmpuint(answered.number, ==, m->answered++);
	request->length = 0;
	m->answer_fails = false;
	g_assert_cmpint(va == NULL, ==, fails);
	g_assert_cmpint(logical == NULL, ==, fails);
	g_assert_cmpuint(length, ==, fails ? 0 : answered.length);
	if (fails)
		return;
	if (!memory) {
		NdisMFreeSharedMemory(f->handle, length, answered.cached, va, *logical);
		return;
	}
	*memory = (struct ndis_model_memory){va, *logical, length, answered.cached};
	m->done.shared_memories++;
	check_new(m, memory);
}

void ndis_model_settle(struct ndis_model *m)
{
	m->answer_fails =
		m->asked != m->answered && m->kind != NDIS_MODEL_CHANNEL && property_one_in(4);
	property_allocation_fails(m->f.platform, m->answer_fails);
	fixture_settle(&m->f);
	property_allocation_fails(m->f.platform, false);
	g_assert_cmpuint(m->asked, ==, m->answered);
}

static void use(struct ndis_model *m, const struct ndis_model_memory *memory)
{
	uint64_t logical = (uint64_t)memory->logical.QuadPart;
	ULONG offset = property_below(memory->length);
	unsigned char byte = (unsigned char)property_below(256), seen;
	NDIS_PHYSICAL_ADDRESS part = {.QuadPart = (LONGLONG)(logical + offset)};

	g_assert_cmpint(fake_device_write(m->f.platform, (logical_t){logical + offset}, &byte, 1),
			==, 0);
	if (property_one_in(10)) {
		part.QuadPart++;
		ndis_model_violation(m);
	}
	NdisMUpdateSharedMemory(m->f.handle, 1, memory->va + offset, part);
	g_assert_cmpuint(memory->va[offset], ==, byte);
	memory->va[offset] ^= 0x55;
	g_assert_cmpint(fake_device_read(m->f.platform, (logical_t){logical + offset}, &seen, 1),
			==, 0);
	g_assert_cmpuint(seen, ==, byte ^ 0x55);
	property_refused(m->f.platform, logical + BYTES_TO_PAGES(memory->length) * PAGE);
}

static void free_one(struct ndis_model *m, struct ndis_model_memory *memory)
{
	NDIS_PHYSICAL_ADDRESS wrong = {.QuadPart = memory->logical.QuadPart + PAGE};
	struct ndis_model_memory freed = *memory;

	if (property_one_in(6)) {
		ndis_model_violation(m);
		NdisMFreeSharedMemory(m->f.handle, memory->length, memory->cached, memory->va,
				      wrong);
		return;
	}
	memory->va = NULL;
	NdisMFreeSharedMemory(m->f.handle, freed.length, freed.cached, freed.va, freed.logical);
	property_refused(m->f.platform, (uint64_t)freed.logical.QuadPart);
	if (!property_one_in(6))
		return;
	ndis_model_violation(m);
	NdisMFreeSharedMemory(m->f.handle, freed.length, freed.cached, freed.va, freed.logical);
}

bool ndis_model_step_memory(struct ndis_model *m)
{
	struct ndis_model_memory *memory = &m->shared[property_below(NDIS_MEMORY)];

	if (!memory->va)
		return property_one_in(6) ? ndis_model_allocate(m, false)
					  : ndis_model_allocate_later(m);
	if (m->kind != NDIS_MODEL_CHANNEL)
		use(m, memory);
	if (property_one_in(3))
		free_one(m, memory);
	return true;
}

void ndis_model_free_all(struct ndis_model *m)
{
	for (unsigned int i = 0; i < NDIS_MEMORY; i++) {
		struct ndis_model_memory *memory = &m->shared[i];

		if (memory->va)
			NdisMFreeSharedMemory(m->f.handle, memory->length, memory->cached,
					      memory->va, memory->logical);
		memory->va = NULL;
	}
}
