/* SPDX-License-Identifier: MIT */
/*
 * driver.c - a driver for sgnic written from docs/device-specification.md alone
 *
 * Section numbers are those of that document.
 */
#include <string.h>

#include "driver_memory.h"

#define FAR_AWAY 0x80000000u /* 7: from the completion that comes next */

uint32_t driver_read(struct driver *driver, uint32_t offset)
{
	uint32_t value;

	platform_bar_read(driver->platform, SGNIC_REGISTER_BAR, offset, &value, 4);
	return value;
}

void driver_write(struct driver *driver, uint32_t offset, uint32_t value)
{
	platform_bar_write(driver->platform, SGNIC_REGISTER_BAR, offset, &value, 4);
}

static void broke(struct driver *driver, const char *what)
{
	if (!driver->broken)
		driver->broken = what;
}

/* ---- queues ------------------------------------------------------------------------------- */

static size_t completion_size(const struct queue *queue)
{
	return queue->receive ? sizeof(struct sgnic_rx_completion)
			      : sizeof(struct sgnic_completion);
}

/* 4.1 */
static bool crosses(uint32_t old, uint32_t new, uint32_t event)
{
	return (uint32_t)(new - event - 1) < (uint32_t)(new - old);
}

/* 4.1, and 5, steps 1 and 2: make the descriptors from @old on known. */
static void publish(struct driver *driver, struct queue *queue, uint32_t old)
{
	uint32_t kick;

	__atomic_store_n(&queue->record->producer, queue->producer, __ATOMIC_RELEASE);
	__builtin_ia32_mfence();
	kick = __atomic_load_n(&queue->record->kick_event, __ATOMIC_RELAXED);
	if (crosses(old, queue->producer, kick)) {
		queue->doorbells++;
		driver_write(driver, queue->doorbell, 1);
	}
}

static void post(struct driver *driver, struct queue *queue,
		 const struct sgnic_descriptor *descriptor)
{
	uint32_t slot = queue->producer++ & (driver->options.ring_size - 1);

	memcpy(queue->descriptors.va + slot * sizeof(*descriptor), descriptor, sizeof(*descriptor));
}

/* 6, step 1: @count buffers, each where its slot says. */
static void post_buffers(struct driver *driver, struct queue *queue, uint32_t count)
{
	uint32_t size = driver->options.buffer_size;
	uint32_t old = queue->producer;

	while (count--) {
		uint32_t slot = queue->producer & (driver->options.ring_size - 1);

		post(driver, queue,
		     &(struct sgnic_descriptor){.address = queue->buffers.logical + slot * size,
						.length = driver->spoil ? 0 : size,
						.tag = (uint16_t)slot});
		driver->spoil -= driver->spoil > 0;
	}
	publish(driver, queue, old);
}

/* 3.7: the rings and the record are there. */
static int start_queue(struct driver *driver, struct queue *queue)
{
	uint32_t base = queue->registers;

	memset(queue->descriptors.va, 0, queue->descriptors.length);
	memset(queue->completions.va, 0, queue->completions.length);
	memset(queue->record_memory.va, 0, queue->record_memory.length);
	queue->producer = 0;
	queue->consumed = 0;
	queue->completed = 0;
	driver_write(driver, base + SGNIC_QUEUE_RING_SIZE, driver->options.ring_size);
	driver_write(driver, base + SGNIC_QUEUE_DESCRIPTORS_LOW,
		     (uint32_t)queue->descriptors.logical);
	driver_write(driver, base + SGNIC_QUEUE_DESCRIPTORS_HIGH, 0);
	driver_write(driver, base + SGNIC_QUEUE_COMPLETIONS_LOW,
		     (uint32_t)queue->completions.logical);
	driver_write(driver, base + SGNIC_QUEUE_COMPLETIONS_HIGH, 0);
	driver_write(driver, base + SGNIC_QUEUE_RECORD_LOW, (uint32_t)queue->record_memory.logical);
	driver_write(driver, base + SGNIC_QUEUE_RECORD_HIGH, 0);
	driver_write(driver, base + SGNIC_QUEUE_CONTROL, SGNIC_QUEUE_ENABLE);
	if (driver_read(driver, base + SGNIC_QUEUE_STATE) != SGNIC_QUEUE_RUNNING)
		return -EPROTO;
	if (driver->options.interrupt == PLATFORM_INTERRUPT_AUTO)
		queue->record->interrupt_event = FAR_AWAY;
	if (queue->receive)
		post_buffers(driver, queue, driver->options.ring_size);
	return 0;
}

/* The device only reads descriptors, and only writes completions and buffers: it gets no more. */
static int open_queue(struct driver *driver, struct queue *queue)
{
	size_t size = driver->options.ring_size;
	int ret;

	ret = driver_memory(driver, size * sizeof(struct sgnic_descriptor), PLATFORM_DEVICE_READS,
			    &queue->descriptors);
	if (!ret)
		ret = driver_memory(driver, size * completion_size(queue), PLATFORM_DEVICE_WRITES,
				    &queue->completions);
	if (!ret)
		ret = driver_memory(driver, sizeof(struct sgnic_record), PLATFORM_DEVICE_BOTH,
				    &queue->record_memory);
	if (!ret && queue->receive)
		ret = driver_memory(driver, size * driver->options.buffer_size,
				    PLATFORM_DEVICE_WRITES, &queue->buffers);
	if (ret)
		return ret;
	queue->record = (void *)queue->record_memory.va;
	return start_queue(driver, queue);
}

static int open_queues(struct driver *driver)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < driver->options.pairs && !ret; i++) {
		driver->tx[i] = (struct queue){.registers = SGNIC_TX_QUEUE(i),
					       .doorbell = SGNIC_TX_DOORBELL(i)};
		driver->rx[i] = (struct queue){.receive = true,
					       .registers = SGNIC_RX_QUEUE(i),
					       .doorbell = SGNIC_RX_DOORBELL(i)};
		ret = open_queue(driver, &driver->tx[i]);
		if (!ret)
			ret = open_queue(driver, &driver->rx[i]);
	}
	return ret;
}

/* ---- transmit and receive ----------------------------------------------------------------- */

int driver_send(struct driver *driver, unsigned int index, const struct sgnic_offload *offload,
		const struct part *parts, unsigned int count, uint16_t tag)
{
	struct queue *queue = &driver->tx[index];
	uint32_t old = queue->producer;
	unsigned int i;

	if (count + (offload != NULL) >
	    driver->options.ring_size - (queue->producer - queue->consumed))
		return -EAGAIN;
	if (offload) {
		struct sgnic_offload first = *offload;
		struct sgnic_descriptor descriptor;

		first.flags |= SGNIC_DESCRIPTOR_OFFLOAD;
		memcpy(&descriptor, &first, sizeof(descriptor));
		post(driver, queue, &descriptor);
	}
	for (i = 0; i < count; i++)
		post(driver, queue,
		     &(struct sgnic_descriptor){.address = parts[i].logical,
						.length = parts[i].length,
						.flags = i + 1 == count ? SGNIC_DESCRIPTOR_END : 0,
						.tag = tag});
	publish(driver, queue, old);
	return 0;
}

/* 6, step 2: the frame is in @c's buffers, in order. */
static void receive(struct driver *driver, unsigned int index, struct queue *queue,
		    const struct sgnic_rx_completion *completion)
{
	const struct sgnic_completion *c = &completion->c;
	uint32_t size = driver->options.buffer_size;
	uint32_t mask = driver->options.ring_size - 1;
	uint32_t done = 0;
	uint32_t i;

	if (c->tag != (queue->consumed & mask))
		broke(driver, "4.2: the tag is not that of the first buffer");
	if (c->status == SGNIC_STATUS_OK &&
	    (c->length > sizeof(driver->frame) || (c->length + size - 1) / size != c->count)) {
		broke(driver, "6: length and count do not agree");
		return;
	}
	for (i = 0; done < c->length; i++) {
		uint32_t slot = (queue->consumed + i) & mask;
		uint32_t piece = c->length - done < size ? c->length - done : size;

		memcpy(driver->frame + done, queue->buffers.va + slot * size, piece);
		done += piece;
	}
	driver->options.received(driver->options.context, index, completion,
				 c->status == SGNIC_STATUS_OK ? driver->frame : NULL);
}

/* 4.3: the next completion, if there is one. */
static bool next_completion(struct driver *driver, struct queue *queue,
			    struct sgnic_rx_completion *completion)
{
	uint32_t slot = queue->completed & (driver->options.ring_size - 1);
	const unsigned char *entry = queue->completions.va + slot * completion_size(queue);
	const struct sgnic_completion *c = (const void *)entry;
	uint16_t phase = !(queue->completed / driver->options.ring_size & 1);

	if ((__atomic_load_n(&c->flags, __ATOMIC_ACQUIRE) & SGNIC_COMPLETION_PHASE) != phase)
		return false;
	memset(completion, 0, sizeof(*completion));
	memcpy(completion, entry, completion_size(queue));
	c = &completion->c;
	if (!c->count || c->next != queue->consumed + c->count ||
	    c->next - queue->consumed > queue->producer - queue->consumed) {
		broke(driver, "4.3: next and count do not go on from the last completion");
		return false;
	}
	return true;
}

static unsigned int consume(struct driver *driver, unsigned int index, struct queue *queue)
{
	struct sgnic_rx_completion completion;
	uint32_t first = queue->completed;

	while (next_completion(driver, queue, &completion)) {
		if (queue->receive)
			receive(driver, index, queue, &completion);
		queue->consumed += completion.c.count;
		queue->completed++;
		if (queue->receive)
			post_buffers(driver, queue, completion.c.count);
		else
			driver->options.sent(driver->options.context, index, &completion.c);
	}
	return queue->completed - first;
}

/* 7: until nothing comes after the request for the next interrupt. */
static void consume_all(struct driver *driver, unsigned int index, struct queue *queue)
{
	do {
		__atomic_store_n(&queue->record->interrupt_event, queue->completed,
				 __ATOMIC_RELEASE);
		__builtin_ia32_mfence();
	} while (consume(driver, index, queue));
}

/* ---- errors and interrupts ---------------------------------------------------------------- */

static void restart_if_stopped(struct driver *driver, struct queue *queue)
{
	if (driver_read(driver, queue->registers + SGNIC_QUEUE_STATE) != SGNIC_QUEUE_ERROR)
		return;
	queue->restarts++;
	driver_write(driver, queue->registers + SGNIC_QUEUE_CONTROL, 0);
	if (start_queue(driver, queue))
		broke(driver, "8: a queue in ERROR could not be started again");
}

/* 3.5 and 8 */
static void handle_error(struct driver *driver)
{
	unsigned int i;

	driver->errors++;
	driver->error_code = driver_read(driver, SGNIC_ERROR_CODE);
	driver->error_queue = driver_read(driver, SGNIC_ERROR_QUEUE);
	driver->error_value = driver_read(driver, SGNIC_ERROR_VALUE);
	driver->error_address = driver_read(driver, SGNIC_ERROR_ADDRESS_LOW) |
				(uint64_t)driver_read(driver, SGNIC_ERROR_ADDRESS_HIGH) << 32;
	driver_write(driver, SGNIC_ERROR_CODE, 0);
	driver_write(driver, SGNIC_ERROR_CLASSES, driver_read(driver, SGNIC_ERROR_CLASSES));
	if (!(driver_read(driver, SGNIC_STATUS) & SGNIC_STATUS_QUEUE_ERROR))
		return;
	for (i = 0; i < driver->options.pairs; i++) {
		restart_if_stopped(driver, &driver->tx[i]);
		restart_if_stopped(driver, &driver->rx[i]);
	}
}

static void handle_interrupt(void *context)
{
	struct driver *driver = context;
	uint32_t cause = driver_read(driver, SGNIC_INTERRUPT_CAUSE);
	unsigned int i;

	platform_interrupt_rearm(driver->platform);
	if (!cause)
		return;
	driver->interrupts++;
	for (i = 0; i < driver->options.pairs; i++) {
		if (cause & SGNIC_CAUSE_TX(i))
			consume_all(driver, i, &driver->tx[i]);
		if (cause & SGNIC_CAUSE_RX(i))
			consume_all(driver, i, &driver->rx[i]);
	}
	if (cause & SGNIC_CAUSE_ERROR)
		handle_error(driver);
	driver_write(driver, SGNIC_INTERRUPT_MASK, driver->mask);
}

int driver_poll(struct driver *driver)
{
	unsigned int i;

	for (i = 0; i < driver->options.pairs; i++) {
		consume(driver, i, &driver->tx[i]);
		driver->tx[i].record->interrupt_event = driver->tx[i].completed + FAR_AWAY;
		consume(driver, i, &driver->rx[i]);
		driver->rx[i].record->interrupt_event = driver->rx[i].completed + FAR_AWAY;
	}
	return driver->broken ? -EPROTO : 0;
}

/* ---- start and stop ----------------------------------------------------------------------- */

void driver_set_scaling(struct driver *driver, uint32_t types, const unsigned char key[40],
			const unsigned char *table, uint32_t log2)
{
	uint32_t i;

	for (i = 0; i < SGNIC_RSS_KEY_WORDS; i++)
		driver_write(driver, SGNIC_RSS_KEY(i),
			     key[4 * i] | (uint32_t)key[4 * i + 1] << 8 |
				     (uint32_t)key[4 * i + 2] << 16 |
				     (uint32_t)key[4 * i + 3] << 24);
	for (i = 0; i < 1u << log2; i += 4) {
		uint32_t entries = 0;
		uint32_t j;

		for (j = 0; j < 4 && i + j < 1u << log2; j++)
			entries |= (uint32_t)table[i + j] << 8 * j;
		driver_write(driver, SGNIC_RSS_TABLE(i / 4), entries);
	}
	driver_write(driver, SGNIC_RSS_TABLE_LOG2, log2);
	driver_write(driver, SGNIC_RSS_TYPES, types);
}

static int identify(struct driver *driver)
{
	const struct driver_options *options = &driver->options;
	uint32_t queues;

	if (driver_read(driver, SGNIC_ID) != SGNIC_ID_VALUE ||
	    driver_read(driver, SGNIC_VERSION) >> 16 != SGNIC_VERSION_VALUE >> 16)
		return -ENODEV;
	driver_write(driver, SGNIC_RESET, SGNIC_RESET_NOW);
	queues = driver_read(driver, SGNIC_LIMIT_QUEUES);
	if (options->features & ~driver_read(driver, SGNIC_FEATURES_OFFERED) ||
	    options->pairs > SGNIC_LIMIT_TX_QUEUES(queues) ||
	    options->pairs > SGNIC_LIMIT_RX_QUEUES(queues) || options->pairs > DRIVER_PAIRS ||
	    options->frame_size > driver_read(driver, SGNIC_LIMIT_FRAME))
		return -ENOTSUP;
	return 0;
}

static void read_station(struct driver *driver)
{
	uint32_t low = driver_read(driver, SGNIC_PERMANENT_LOW);
	uint32_t high = driver_read(driver, SGNIC_PERMANENT_HIGH);
	unsigned int i;

	for (i = 0; i < 4; i++)
		driver->station[i] = (unsigned char)(low >> 8 * i);
	driver->station[4] = (unsigned char)high;
	driver->station[5] = (unsigned char)(high >> 8);
}

static int start_interrupts(struct driver *driver)
{
	unsigned int i;
	int ret;

	if (driver->options.interrupt == PLATFORM_INTERRUPT_AUTO)
		return 0;
	ret = platform_interrupt_enable(driver->platform, driver->options.interrupt,
					handle_interrupt, driver);
	if (ret)
		return ret;
	driver->mask = SGNIC_CAUSE_ERROR | SGNIC_CAUSE_LINK;
	for (i = 0; i < driver->options.pairs; i++)
		driver->mask |= SGNIC_CAUSE_TX(i) | SGNIC_CAUSE_RX(i);
	driver_write(driver, SGNIC_INTERRUPT_MASK, driver->mask);
	return 0;
}

int driver_start(struct driver *driver, struct platform *platform,
		 const struct driver_options *options)
{
	int ret;

	memset(driver, 0, sizeof(*driver));
	driver->platform = platform;
	driver->options = *options;
	ret = identify(driver);
	if (!ret)
		ret = driver_choose_addresses(driver);
	if (ret)
		return ret;
	driver_write(driver, SGNIC_FEATURES_ENABLED, options->features);
	driver_write(driver, SGNIC_FRAME_SIZE, options->frame_size);
	read_station(driver);
	ret = open_queues(driver);
	if (!ret) {
		driver_write(driver, SGNIC_RECEIVE_FILTER, options->filter);
		ret = start_interrupts(driver);
	}
	if (!ret && driver_read(driver, SGNIC_ERROR_CODE) != SGNIC_ERROR_NONE)
		ret = -EPROTO;
	if (ret)
		driver_stop(driver);
	return ret;
}

int driver_stop(struct driver *driver)
{
	unsigned int i;
	int ret;

	driver_write(driver, SGNIC_INTERRUPT_MASK, 0);
	driver_write(driver, SGNIC_RECEIVE_FILTER, 0);
	for (i = 0; i < driver->options.pairs; i++) {
		driver_write(driver, SGNIC_TX_QUEUE(i) + SGNIC_QUEUE_CONTROL, 0);
		driver_write(driver, SGNIC_RX_QUEUE(i) + SGNIC_QUEUE_CONTROL, 0);
	}
	platform_interrupt_disable(driver->platform);
	ret = driver_free_memory(driver);
	return driver->broken ? -EPROTO : ret;
}
