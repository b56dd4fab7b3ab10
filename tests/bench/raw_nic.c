/* SPDX-License-Identifier: MIT */
/*
 * raw_nic.c - see raw_nic.h
 *
 * Little endian, as all that the shim runs on.
 */
#include "raw_nic.h"

#include <string.h>

#define FIRST_LOGICAL	0x100000u
#define EVENT_NEVER	0x80000000u	/* section 7: a driver that polls */
#define PCI_COMMAND	4u
#define PCI_COMMAND_MASTER 4u

static uint32_t read_register(struct raw_nic *nic, uint32_t offset)
{
	return nic->registers[offset / 4];
}

static void write_register(struct raw_nic *nic, uint32_t offset, uint32_t value)
{
	nic->registers[offset / 4] = value;
}

uint64_t raw_nic_statistic(struct raw_nic *nic, unsigned int number)
{
	uint64_t low = read_register(nic, SGNIC_STATISTIC(number));

	return (uint64_t)read_register(nic, SGNIC_STATISTIC(number) + 4) << 32 | low;
}

static void write_address(struct raw_nic *nic, uint32_t offset, uint64_t address)
{
	write_register(nic, offset, (uint32_t)address);
	write_register(nic, offset + 4, (uint32_t)(address >> 32));
}

static size_t whole_pages(size_t length)
{
	return (length + PLATFORM_PAGE_MASK) & ~PLATFORM_PAGE_MASK;
}

/* One block: record, descriptors, completions, then the buffers on a page of their own. */
static int allocate_queue(struct raw_nic *nic, struct raw_queue *queue)
{
	size_t descriptors = nic->ring * sizeof(struct sgnic_descriptor);
	size_t rings = whole_pages(sizeof(struct sgnic_record) + descriptors +
				   nic->ring * queue->completion_size);
	unsigned char *memory;
	int result;

	queue->memory_length = whole_pages(rings + (size_t)nic->ring * RAW_STRIDE);
	result = platform_memory_allocate(nic->platform, queue->memory_length, &queue->memory);
	if (result)
		return result;
	result = platform_map(nic->platform, (logical_t){nic->next_logical}, queue->memory,
			      queue->memory_length, PLATFORM_DEVICE_BOTH);
	if (result) {
		platform_memory_free(nic->platform, queue->memory, queue->memory_length);
		queue->memory = NULL;
		return result;
	}
	memory = queue->memory;
	queue->record = queue->memory;
	queue->descriptors = (void *)(memory + sizeof(struct sgnic_record));
	queue->completions = memory + sizeof(struct sgnic_record) + descriptors;
	queue->buffers = memory + rings;
	queue->logical = nic->next_logical + rings;
	queue->ring = nic->ring;
	nic->next_logical += queue->memory_length;
	return 0;
}

static void start_queue(struct raw_nic *nic, struct raw_queue *queue, uint32_t registers)
{
	uint64_t record = queue->logical -
			  (uint64_t)(queue->buffers - (unsigned char *)queue->memory);
	uint64_t descriptors = record + sizeof(struct sgnic_record);

	write_register(nic, registers + SGNIC_QUEUE_RING_SIZE, nic->ring);
	write_address(nic, registers + SGNIC_QUEUE_RECORD_LOW, record);
	write_address(nic, registers + SGNIC_QUEUE_DESCRIPTORS_LOW, descriptors);
	write_address(nic, registers + SGNIC_QUEUE_COMPLETIONS_LOW,
		      descriptors + nic->ring * sizeof(struct sgnic_descriptor));
	queue->record->interrupt_event = EVENT_NEVER;
	write_register(nic, registers + SGNIC_QUEUE_CONTROL, SGNIC_QUEUE_ENABLE);
}

/* Section 5, steps 1 and 2 */
static void publish(struct raw_nic *nic, struct raw_queue *queue, uint32_t producer)
{
	uint32_t old = queue->producer;

	__atomic_thread_fence(__ATOMIC_RELEASE);
	queue->record->producer = producer;
	queue->producer = producer;
	queue->record->interrupt_event = queue->consumer + EVENT_NEVER;
	__builtin_ia32_mfence();
	if (producer - queue->record->kick_event - 1 < producer - old) {
		write_register(nic, queue->doorbell, 0);
		queue->doorbells++;
	}
}

static volatile struct sgnic_completion *completion(struct raw_queue *queue, uint32_t number)
{
	return (volatile void *)(queue->completions +
				 (number & (queue->ring - 1)) * queue->completion_size);
}

/* Section 4.3 */
static bool is_written(struct raw_queue *queue, uint32_t number)
{
	uint32_t phase = number & queue->ring ? 0 : SGNIC_COMPLETION_PHASE;

	return (completion(queue, number)->flags & SGNIC_COMPLETION_PHASE) == phase;
}

static void take(struct raw_queue *queue)
{
	volatile struct sgnic_completion *c = completion(queue, queue->consumer);

	if (c->status == SGNIC_STATUS_OK) {
		queue->frames++;
		queue->bytes += c->length;
	} else {
		queue->errors++;
	}
	queue->released = c->next;
	queue->consumer++;
}

/* Earlier completions are valid if a later one is. */
static void reclaim(struct raw_queue *queue)
{
	while (queue->producer - queue->released >= RAW_BATCH &&
	       is_written(queue, queue->consumer + RAW_BATCH - 1)) {
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		for (unsigned int i = 0; i < RAW_BATCH; i++)
			take(queue);
	}
}

uint32_t raw_transmit_drain(struct raw_queue *queue)
{
	while (queue->producer != queue->released && is_written(queue, queue->consumer)) {
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		take(queue);
	}
	return queue->producer - queue->released;
}

void raw_transmit_fill(struct raw_queue *queue, const void *frame, size_t length)
{
	for (uint32_t i = 0; i < queue->ring; i++)
		memcpy(queue->buffers + (size_t)i * RAW_STRIDE, frame, length);
}

/* Frame in @elements parts of the buffer of its first descriptor. */
static void post_frame(struct raw_queue *queue, uint32_t index, uint32_t length,
		       unsigned int elements)
{
	uint64_t address = queue->logical + (uint64_t)(index & (queue->ring - 1)) * RAW_STRIDE;
	uint32_t part = length / elements;

	for (unsigned int i = 0; i < elements; i++) {
		bool last = i + 1 == elements;

		queue->descriptors[(index + i) & (queue->ring - 1)] = (struct sgnic_descriptor){
			.address = address + i * part,
			.length = last ? length - i * part : part,
			.flags = last ? SGNIC_DESCRIPTOR_END : 0,
			.tag = (uint16_t)index,
		};
	}
}

unsigned int raw_transmit(struct raw_nic *nic, struct raw_queue *queue, uint32_t length,
			  unsigned int elements, unsigned int limit)
{
	uint32_t producer = queue->producer;
	unsigned int posted = 0;

	reclaim(queue);
	/* Queues that serve fewer frames than a batch are read one by one. */
	if (queue->ring - (producer - queue->released) < RAW_BATCH * elements)
		raw_transmit_drain(queue);
	while (posted < limit && queue->ring - (producer - queue->released) >= elements) {
		post_frame(queue, producer, length, elements);
		producer += elements;
		posted++;
	}
	if (posted)
		publish(nic, queue, producer);
	return posted;
}

static void post_buffer(struct raw_queue *queue, uint32_t index)
{
	uint32_t slot = index & (queue->ring - 1);

	queue->descriptors[slot] = (struct sgnic_descriptor){
		.address = queue->logical + (uint64_t)slot * RAW_STRIDE,
		.length = RAW_STRIDE,
		.tag = (uint16_t)slot,
	};
}

/* A buffer takes any frame, so a completion is for one descriptor. A device that has run dry asks
 * for a doorbell with the next publication, so it is better not a small one. */
static void refill(struct raw_nic *nic, struct raw_queue *queue, bool idle)
{
	uint32_t empty = queue->released + queue->ring - queue->producer;

	if (empty < queue->ring / RAW_REFILL && !(empty && idle))
		return;
	for (uint32_t i = 0; i < empty; i++)
		post_buffer(queue, queue->producer + i);
	publish(nic, queue, queue->producer + empty);
}

unsigned int raw_receive(struct raw_nic *nic, struct raw_queue *queue)
{
	uint32_t first = queue->consumer;

	while (queue->consumer - first < RAW_BATCH && is_written(queue, queue->consumer)) {
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		take(queue);
	}
	refill(nic, queue, queue->consumer == first);
	return queue->consumer - first;
}

/* The frame that is complete, with its addresses exchanged, into the next buffer of @transmit. */
static uint32_t turn_round(struct raw_queue *receive, struct raw_queue *transmit, uint32_t index)
{
	uint32_t length = completion(receive, receive->consumer)->length;
	const unsigned char *from = receive->buffers +
				    (size_t)(receive->consumer & (receive->ring - 1)) * RAW_STRIDE;
	unsigned char *to = transmit->buffers +
			    (size_t)(index & (transmit->ring - 1)) * RAW_STRIDE;

	memcpy(to, from + RAW_ADDRESS, RAW_ADDRESS);
	memcpy(to + RAW_ADDRESS, from, RAW_ADDRESS);
	memcpy(to + 2 * RAW_ADDRESS, from + 2 * RAW_ADDRESS, length - 2 * RAW_ADDRESS);
	return length;
}

unsigned int raw_reflect(struct raw_nic *nic, struct raw_queue *receive,
			 struct raw_queue *transmit)
{
	uint32_t first = receive->consumer;
	uint32_t producer = transmit->producer;

	raw_transmit_drain(transmit);
	while (receive->consumer - first < RAW_BATCH && is_written(receive, receive->consumer) &&
	       producer - transmit->released < transmit->ring) {
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (completion(receive, receive->consumer)->status == SGNIC_STATUS_OK) {
			post_frame(transmit, producer, turn_round(receive, transmit, producer), 1);
			producer++;
		}
		take(receive);
	}
	refill(nic, receive, receive->consumer == first);
	if (producer != transmit->producer)
		publish(nic, transmit, producer);
	return receive->consumer - first;
}

static int start_pair(struct raw_nic *nic, unsigned int index)
{
	struct raw_queue *transmit = &nic->transmit[index];
	struct raw_queue *receive = &nic->receive[index];
	int result;

	transmit->completion_size = sizeof(struct sgnic_completion);
	transmit->doorbell = SGNIC_TX_DOORBELL(index);
	receive->completion_size = sizeof(struct sgnic_rx_completion);
	receive->doorbell = SGNIC_RX_DOORBELL(index);
	result = allocate_queue(nic, transmit);
	if (!result)
		result = allocate_queue(nic, receive);
	if (result)
		return result;
	start_queue(nic, transmit, SGNIC_TX_QUEUE(index));
	start_queue(nic, receive, SGNIC_RX_QUEUE(index));
	for (uint32_t i = 0; i < nic->ring; i++)
		post_buffer(receive, i);
	publish(nic, receive, nic->ring);
	return 0;
}

static int set_bus_master(struct raw_nic *nic)
{
	uint16_t command;
	int result = platform_config_read(nic->platform, PCI_COMMAND, &command, sizeof(command));

	if (result != sizeof(command))
		return result < 0 ? result : -EIO;
	command |= PCI_COMMAND_MASTER;
	result = platform_config_write(nic->platform, PCI_COMMAND, &command, sizeof(command));
	return result < 0 ? result : 0;
}

int raw_nic_open(struct raw_nic *nic, struct platform *platform, unsigned int queues,
		 uint32_t ring)
{
	struct platform_bar bar;
	int result = platform_bar(platform, SGNIC_REGISTER_BAR, &bar);

	if (result)
		return result;
	memset(nic, 0, sizeof(*nic));
	nic->platform = platform;
	nic->registers = bar.pointer;
	nic->queues = queues;
	nic->ring = ring;
	nic->next_logical = FIRST_LOGICAL;
	if (!bar.pointer || bar.size < SGNIC_REGISTER_BAR_SIZE ||
	    read_register(nic, SGNIC_ID) != SGNIC_ID_VALUE)
		return -ENODEV;
	if (queues < 1 || queues > SGNIC_LIMIT_TX_QUEUES(read_register(nic, SGNIC_LIMIT_QUEUES)) ||
	    ring < SGNIC_RING_MIN || ring > SGNIC_RING_MAX || (ring & (ring - 1)))
		return -ERANGE;
	write_register(nic, SGNIC_RESET, SGNIC_RESET_NOW);
	result = set_bus_master(nic);
	for (unsigned int i = 0; i < 6; i++)
		nic->station[i] = (uint8_t)(read_register(nic, i < 4 ? SGNIC_STATION_LOW :
							  SGNIC_STATION_HIGH) >> i % 4 * 8);
	for (unsigned int i = 0; i < queues && !result; i++)
		result = start_pair(nic, i);
	if (result)
		raw_nic_close(nic);
	else
		write_register(nic, SGNIC_RECEIVE_FILTER,
			       SGNIC_FILTER_DIRECTED | SGNIC_FILTER_BROADCAST);
	return result;
}

static void free_queue(struct raw_nic *nic, struct raw_queue *queue)
{
	uint64_t logical;

	if (!queue->memory)
		return;
	logical = queue->logical - (uint64_t)(queue->buffers - (unsigned char *)queue->memory);
	platform_unmap(nic->platform, (logical_t){logical}, queue->memory_length);
	platform_memory_free(nic->platform, queue->memory, queue->memory_length);
	queue->memory = NULL;
}

void raw_nic_close(struct raw_nic *nic)
{
	write_register(nic, SGNIC_RESET, SGNIC_RESET_NOW);
	for (unsigned int i = 0; i < nic->queues; i++) {
		free_queue(nic, &nic->transmit[i]);
		free_queue(nic, &nic->receive[i]);
	}
}
