/* SPDX-License-Identifier: MIT */
/*
 * sgnic_queue.c - the driver's side of one transmit or receive queue
 */
#include <string.h>

#include "sgnic_queue.h"

#define PAGE	  4096u
#define GUARD	  64u
#define UNTOUCHED 0xcd

/* Flags that a receive completion has only with a feature, RSS apart */
#define FEATURE_FLAGS                                                                              \
	(SGNIC_COMPLETION_VLAN | SGNIC_COMPLETION_IP_GOOD | SGNIC_COMPLETION_IP_BAD |              \
	 SGNIC_COMPLETION_TRANSPORT_GOOD | SGNIC_COMPLETION_TRANSPORT_BAD |                        \
	 SGNIC_COMPLETION_PARTIAL | SGNIC_COMPLETION_LARGE)

static uint32_t load(const uint32_t *field)
{
	return GUINT32_FROM_LE(__atomic_load_n(field, __ATOMIC_SEQ_CST));
}

static void store(uint32_t *field, uint32_t value)
{
	__atomic_store_n(field, GUINT32_TO_LE(value), __ATOMIC_SEQ_CST);
}

static size_t completion_size(const struct nic_queue *queue)
{
	return queue->receive ? sizeof(struct sgnic_rx_completion)
			      : sizeof(struct sgnic_completion);
}

uint32_t queue_register(const struct nic_queue *queue, uint32_t offset)
{
	return (queue->receive ? SGNIC_RX_QUEUE(queue->index) : SGNIC_TX_QUEUE(queue->index)) +
	       offset;
}

uint32_t queue_number(const struct nic_queue *queue)
{
	return queue->index | (queue->receive ? SGNIC_ERROR_QUEUE_RX : 0);
}

void queue_program(struct nic_queue *queue)
{
	const struct {
		uint32_t offset;
		uint32_t value;
	} registers[] = {
		{SGNIC_QUEUE_RING_SIZE, queue->size},
		{SGNIC_QUEUE_DESCRIPTORS_LOW, (uint32_t)queue->descriptors},
		{SGNIC_QUEUE_DESCRIPTORS_HIGH, (uint32_t)(queue->descriptors >> 32)},
		{SGNIC_QUEUE_COMPLETIONS_LOW, (uint32_t)queue->completions},
		{SGNIC_QUEUE_COMPLETIONS_HIGH, (uint32_t)(queue->completions >> 32)},
		{SGNIC_QUEUE_RECORD_LOW, (uint32_t)queue->record},
		{SGNIC_QUEUE_RECORD_HIGH, (uint32_t)(queue->record >> 32)},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(registers); i++)
		nic_set(queue->nic, queue_register(queue, registers[i].offset), registers[i].value);
}

void queue_prepare_at(struct nic_queue *queue, struct nic *nic, bool receive, uint32_t index,
		      uint32_t size)
{
	*queue = (struct nic_queue){
		.nic = nic, .receive = receive, .index = index, .size = size};
	queue->descriptors =
		nic_allocate(nic, size * sizeof(struct sgnic_descriptor), SGNIC_RING_ALIGNMENT);
	queue->completions = nic_allocate(nic, size * completion_size(queue), SGNIC_RING_ALIGNMENT);
	queue->record = nic_allocate(nic, sizeof(struct sgnic_record), SGNIC_RING_ALIGNMENT);
	queue_program(queue);
}

void queue_prepare(struct nic_queue *queue, struct nic *nic, bool receive, uint32_t size)
{
	queue_prepare_at(queue, nic, receive, 0, size);
}

void queue_open_at(struct nic_queue *queue, struct nic *nic, bool receive, uint32_t index,
		   uint32_t size)
{
	queue_prepare_at(queue, nic, receive, index, size);
	queue_enable(queue);
	g_assert_cmpuint(queue_state(queue), ==, SGNIC_QUEUE_RUNNING);
}

void queue_open(struct nic_queue *queue, struct nic *nic, bool receive, uint32_t size)
{
	queue_open_at(queue, nic, receive, 0, size);
}

void queue_enable(struct nic_queue *queue)
{
	struct nic *nic = queue->nic;
	size_t ring = queue->size * sizeof(struct sgnic_descriptor);

	memset(nic_pointer(nic, queue->descriptors, ring), 0, ring);
	memset(nic_pointer(nic, queue->completions, queue->size * completion_size(queue)), 0,
	       queue->size * completion_size(queue));
	memset(queue_memory(queue), 0, sizeof(struct sgnic_record));
	queue->posted = queue->published = queue->consumed = queue->reaped = 0;
	nic_set(nic, queue_register(queue, SGNIC_QUEUE_CONTROL), SGNIC_QUEUE_ENABLE);
}

void queue_disable(struct nic_queue *queue)
{
	nic_set(queue->nic, queue_register(queue, SGNIC_QUEUE_CONTROL), 0);
	g_assert_cmpuint(queue_state(queue), ==, SGNIC_QUEUE_DISABLED);
}

uint32_t queue_state(struct nic_queue *queue)
{
	return nic_get(queue->nic, queue_register(queue, SGNIC_QUEUE_STATE));
}

struct sgnic_record *queue_memory(struct nic_queue *queue)
{
	return nic_pointer(queue->nic, queue->record, sizeof(struct sgnic_record));
}

struct sgnic_descriptor *queue_descriptor(struct nic_queue *queue, uint32_t index)
{
	uint32_t slot = index & (queue->size - 1);

	return nic_pointer(queue->nic, queue->descriptors + slot * sizeof(struct sgnic_descriptor),
			   sizeof(struct sgnic_descriptor));
}

void queue_post(struct nic_queue *queue, uint64_t address, uint32_t length, uint16_t flags,
		uint16_t tag)
{
	g_assert_cmpuint(queue->posted - queue->consumed, <, queue->size);
	*queue_descriptor(queue, queue->posted++) =
		(struct sgnic_descriptor){.address = GUINT64_TO_LE(address),
					  .length = GUINT32_TO_LE(length),
					  .flags = GUINT16_TO_LE(flags),
					  .tag = GUINT16_TO_LE(tag)};
}

void queue_post_offload(struct nic_queue *queue, const struct sgnic_offload *offload)
{
	struct sgnic_offload *slot = (void *)queue_descriptor(queue, queue->posted);

	g_assert_cmpuint(queue->posted - queue->consumed, <, queue->size);
	*slot = (struct sgnic_offload){
		.checksum = offload->checksum,
		.segmentation = offload->segmentation,
		.header_length = GUINT16_TO_LE(offload->header_length),
		.segment_size = GUINT16_TO_LE(offload->segment_size),
		.checksum_start = GUINT16_TO_LE(offload->checksum_start),
		.checksum_offset = GUINT16_TO_LE(offload->checksum_offset),
		.vlan_tag = GUINT16_TO_LE(offload->vlan_tag),
		.flags = GUINT16_TO_LE(offload->flags | SGNIC_DESCRIPTOR_OFFLOAD),
		.tag = GUINT16_TO_LE(offload->tag)};
	queue->posted++;
}

uint32_t queue_post_frame(struct nic_queue *queue, const struct frame *frame, uint32_t cut,
			  size_t offset, uint16_t tag)
{
	uint32_t elements = 0;
	uint32_t length;
	size_t done;
	bool last;

	for (done = 0; done < frame->length; done += length, elements++) {
		length = (uint32_t)MIN((size_t)cut, frame->length - done);
		last = done + length == frame->length;
		queue_post(queue, nic_place(queue->nic, frame->bytes + done, length, offset),
			   length, last ? SGNIC_DESCRIPTOR_END : 0, last ? tag : (uint16_t)~tag);
	}
	return elements;
}

void queue_publish(struct nic_queue *queue)
{
	queue->published = queue->posted;
	store(&queue_memory(queue)->producer, queue->posted);
}

bool queue_kick(struct nic_queue *queue)
{
	uint32_t old = queue->published;
	uint32_t event;

	queue_publish(queue);
	event = load(&queue_memory(queue)->kick_event);
	if (queue->published - event - 1 >= queue->published - old)
		return false;
	queue_ring(queue);
	return true;
}

void queue_ring(struct nic_queue *queue)
{
	nic_set(queue->nic,
		queue->receive ? SGNIC_RX_DOORBELL(queue->index) : SGNIC_TX_DOORBELL(queue->index),
		0x5a5a5a5a);
}

static struct sgnic_completion *slot(struct nic_queue *queue)
{
	uint32_t index = queue->reaped & (queue->size - 1);

	return nic_pointer(queue->nic, queue->completions + index * completion_size(queue),
			   completion_size(queue));
}

static uint16_t expected_phase(const struct nic_queue *queue)
{
	return !((queue->reaped / queue->size) & 1);
}

bool queue_ready(struct nic_queue *queue)
{
	uint16_t flags = GUINT16_FROM_LE(__atomic_load_n(&slot(queue)->flags, __ATOMIC_ACQUIRE));

	return (flags & SGNIC_COMPLETION_PHASE) == expected_phase(queue);
}

/* A field that no flag declares valid is 0. */
static void check_details(struct nic_queue *queue)
{
	struct sgnic_rx_completion rest = *(struct sgnic_rx_completion *)slot(queue);
	uint16_t flags = GUINT16_FROM_LE(rest.c.flags);
	static const uint8_t zeroes[16];

	rest.hash = GUINT32_FROM_LE(rest.hash);
	rest.vlan_tag = GUINT16_FROM_LE(rest.vlan_tag);
	rest.segment_size = GUINT16_FROM_LE(rest.segment_size);
	rest.header_length = GUINT16_FROM_LE(rest.header_length);
	rest.checksum_start = GUINT16_FROM_LE(rest.checksum_start);
	rest.checksum_offset = GUINT16_FROM_LE(rest.checksum_offset);
	rest.c.flags = flags;
	queue->details = rest;
	if (flags & SGNIC_COMPLETION_HASH)
		rest.hash = rest.hash_type = 0;
	if (flags & SGNIC_COMPLETION_VLAN)
		rest.vlan_tag = 0;
	if (flags & SGNIC_COMPLETION_LARGE) {
		rest.segmentation = 0;
		rest.segment_size = rest.header_length = 0;
	}
	if (flags & SGNIC_COMPLETION_PARTIAL)
		rest.checksum_start = rest.checksum_offset = 0;
	g_assert_cmphex(flags & ~(SGNIC_COMPLETION_PHASE | SGNIC_COMPLETION_HASH |
				  (queue->features ? FEATURE_FLAGS : 0)),
			==, 0);
	nic_same_bytes((const uint8_t *)(&rest.c + 1), zeroes, sizeof(zeroes));
}

static void check(struct nic_queue *queue, const struct sgnic_completion *entry)
{
	g_assert_cmphex(entry->flags & SGNIC_COMPLETION_PHASE, ==, expected_phase(queue));
	g_assert_cmpuint(entry->next, ==, queue->consumed + entry->count);
	g_assert_cmpuint(entry->next - queue->consumed, <=, queue->published - queue->consumed);
	g_assert_cmpuint(entry->count, >, 0);
	if (entry->status == SGNIC_STATUS_OK)
		g_assert_cmpuint(entry->element, ==, 0);
	else
		g_assert_cmpuint(entry->length, ==, 0);
	if (queue->receive)
		check_details(queue);
	else
		g_assert_cmphex(entry->flags & ~SGNIC_COMPLETION_PHASE, ==, 0);
}

struct sgnic_completion queue_reap(struct nic_queue *queue)
{
	gint64 deadline = g_get_monotonic_time() + QTEST_DEADLINE_SECONDS * G_USEC_PER_SEC;
	struct sgnic_completion entry;

	while (!queue_ready(queue)) {
		if (g_get_monotonic_time() > deadline)
			qtest_fail(queue->nic->qemu, "no completion %u on queue 0x%x",
				   queue->reaped, queue_number(queue));
		g_usleep(50);
	}
	entry = *slot(queue);
	entry.next = GUINT32_FROM_LE(entry.next);
	entry.length = GUINT32_FROM_LE(entry.length);
	entry.tag = GUINT16_FROM_LE(entry.tag);
	entry.flags = GUINT16_FROM_LE(entry.flags);
	entry.count = GUINT16_FROM_LE(entry.count);
	check(queue, &entry);
	queue->consumed = entry.next;
	queue->reaped++;
	return entry;
}

void queue_expect(struct nic_queue *queue, uint8_t status, uint16_t tag, uint32_t length,
		  uint16_t count)
{
	struct sgnic_completion entry = queue_reap(queue);

	g_assert_cmpuint(entry.status, ==, status);
	g_assert_cmphex(entry.tag, ==, tag);
	g_assert_cmpuint(entry.length, ==, length);
	g_assert_cmpuint(entry.count, ==, count);
}

void queue_expect_received(struct nic_queue *queue, uint32_t length, uint16_t flags)
{
	struct sgnic_completion entry = queue_reap(queue);

	g_assert_cmpuint(entry.status, ==, SGNIC_STATUS_OK);
	g_assert_cmpuint(entry.length, ==, length);
	g_assert_cmpuint(entry.count, ==, 1);
	g_assert_cmphex(queue->details.c.flags & ~SGNIC_COMPLETION_PHASE, ==, flags);
}

void queue_expect_failure(struct nic_queue *queue, uint8_t status, uint16_t tag, uint8_t element,
			  uint16_t count)
{
	struct sgnic_completion entry = queue_reap(queue);

	g_assert_cmpuint(entry.status, ==, status);
	g_assert_cmphex(entry.tag, ==, tag);
	g_assert_cmpuint(entry.element, ==, element);
	g_assert_cmpuint(entry.count, ==, count);
}

void queue_expect_idle(struct nic_queue *queue)
{
	nic_settle(queue->nic);
	g_assert_false(queue_ready(queue));
}

void queue_set_event(struct nic_queue *queue, uint32_t event)
{
	store(&queue_memory(queue)->interrupt_event, event);
}

uint64_t queue_buffer(struct nic *nic, uint32_t length, size_t offset)
{
	size_t whole = GUARD + offset + length + GUARD;
	uint64_t start = nic_allocate(nic, whole, PAGE);

	memset(nic_pointer(nic, start, whole), UNTOUCHED, whole);
	return start + GUARD + offset;
}

void queue_check_buffer(struct nic *nic, uint64_t buffer, uint32_t length, const uint8_t *data,
			uint32_t used)
{
	const uint8_t *memory = nic_pointer(nic, buffer - GUARD, length + 2 * GUARD);
	uint32_t i;

	g_assert_cmpuint(used, <=, length);
	nic_same_bytes(memory + GUARD, data, used);
	for (i = 0; i < length + 2 * GUARD; i++)
		if (i < GUARD || i >= GUARD + used)
			g_assert_cmphex(memory[i], ==, UNTOUCHED);
}

void queue_expect_transmits(struct nic_queue *tx)
{
	struct frame *frame = g_new(struct frame, 1);
	uint16_t elements;

	frame_fill(frame, address_other, 333, tx->posted);
	elements = (uint16_t)queue_post_frame(tx, frame, 90, 7, 0x600d);
	queue_kick(tx);
	wire_expect(tx->nic, frame);
	queue_expect(tx, SGNIC_STATUS_OK, 0x600d, 333, elements);
	g_free(frame);
}

void queue_expect_receives(struct nic_queue *rx)
{
	struct frame *frame = g_new(struct frame, 1);
	uint64_t buffer = queue_buffer(rx->nic, 512, 0);

	frame_fill(frame, address_nic, 333, rx->posted);
	queue_post(rx, buffer, 512, 0, 0x600d);
	queue_kick(rx);
	wire_send(rx->nic, frame);
	queue_expect(rx, SGNIC_STATUS_OK, 0x600d, 333, 1);
	queue_check_buffer(rx->nic, buffer, 512, frame->bytes, 333);
	g_free(frame);
}
