/* SPDX-License-Identifier: MIT */
/*
 * ndis_nic.c - frames through a miniport, by a protocol that keeps it busy
 */
#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "frame_rate.h"
#include "include/ndis_shim.h"
#include "platform/event_loop.h"

#define BATCH			32u
#define FRAMES			512u
#define WAIT			10000000	/* nanoseconds */
#define PROMPT			200000000	/* for what is under way at the end */
#define OID_CURRENT_FILTER	0x0001010eu
#define OID_CURRENT_ADDRESS	0x01010102u
#define FILTER_DIRECTED		0x00000001u
#define FILTER_BROADCAST	0x00000008u

struct protocol {
	const struct rate_options *options;
	struct shim_adapter *adapter;
	unsigned char frame[1514];
	bool is_running;
	uint64_t received;
	uint64_t sent;
	uint64_t failed;
	uint64_t given;
};

static void on_sent(void *context, int32_t status)
{
	struct protocol *protocol = context;

	if (status == 0)
		protocol->sent++;
	else
		protocol->failed++;
}

/* Gives the miniport up to @limit frames; the bytes are in the frames' memory already but for the
 * header, which a protocol writes. */
static unsigned int send_frames(struct protocol *protocol, unsigned int limit)
{
	struct shim_frame *frames[BATCH];
	size_t lengths[BATCH];
	unsigned int count = 0;
	size_t capacity;
	void *data;

	while (count < limit && count < BATCH) {
		frames[count] = shim_frame_allocate(protocol->adapter, &data, &capacity);
		if (!frames[count])
			break;
		memcpy(data, protocol->frame, 14);
		lengths[count++] = protocol->options->length;
	}
	if (count && shim_send(protocol->adapter, frames, lengths, count, on_sent, protocol))
		rate_die("shim_send", "refused");
	protocol->given += count;
	return count;
}

/* As a protocol does that answers: from its receive function. */
static void on_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
	struct protocol *protocol = context;

	protocol->received++;
	if (protocol->options->mode == RATE_REFLECT && protocol->is_running)
		send_frames(protocol, 1);
}

static bool is_over(uint64_t start, uint64_t nanoseconds)
{
	return event_loop_now() - start >= nanoseconds;
}

static void transmit(struct protocol *protocol)
{
	uint64_t start = event_loop_now();
	uint64_t end;

	while (!is_over(start, protocol->options->nanoseconds)) {
		if (!send_frames(protocol, BATCH))
			shim_run_once(WAIT);
	}
	end = event_loop_now();
	while (protocol->sent + protocol->failed < protocol->given && !is_over(end, 25u * PROMPT))
		shim_run_once(WAIT);
	if (protocol->sent + protocol->failed < protocol->given)
		rate_die("transmit", "frames stay with the miniport");
}

static uint64_t receive(struct protocol *protocol)
{
	uint64_t start = event_loop_now();
	struct rate_span span = {0};

	protocol->is_running = true;
	while (!is_over(start, protocol->options->nanoseconds)) {
		shim_run_once(WAIT);
		rate_mark(&span, protocol->received);
	}
	protocol->is_running = false;
	return span.last - span.first;
}

/* The bytes behind the header never change, so they are written once. */
static void prepare_frames(struct protocol *protocol)
{
	struct shim_frame *frames[FRAMES];
	unsigned int count = 0;
	size_t capacity;
	uint8_t station[6];
	void *data;

	if (shim_query(protocol->adapter, OID_CURRENT_ADDRESS, station, sizeof(station)) !=
	    sizeof(station))
		rate_die("the miniport", "does not tell its address");
	rate_make_frame(protocol->frame, protocol->options, station);
	while (count < FRAMES &&
	       (frames[count] = shim_frame_allocate(protocol->adapter, &data, &capacity))) {
		memcpy(data, protocol->frame, protocol->options->length);
		count++;
	}
	while (count)
		shim_frame_free(protocol->adapter, frames[--count]);
}

static void measure(struct protocol *protocol, struct rate_result *result)
{
	struct shim_statistics before, after;
	uint32_t filter = FILTER_DIRECTED | FILTER_BROADCAST;
	uint64_t start;

	prepare_frames(protocol);
	if (shim_set(protocol->adapter, OID_CURRENT_FILTER, &filter, sizeof(filter)) < 0)
		rate_die("the miniport", "refuses the packet filter");
	shim_adapter_statistics(protocol->adapter, &before);
	protocol->received = 0;
	start = event_loop_now();
	if (protocol->options->mode == RATE_TRANSMIT) {
		transmit(protocol);
		result->nanoseconds = event_loop_now() - start;
	} else {
		result->nanoseconds = receive(protocol);
	}
	result->frames = protocol->options->mode == RATE_TRANSMIT ? protocol->sent :
								    protocol->received;
	shim_adapter_statistics(protocol->adapter, &after);
	result->errors = protocol->failed;
	result->interrupts = after.interrupts - before.interrupts;
}

static shim_driver_entry load(const char *path)
{
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	void *entry = handle ? dlsym(handle, "DriverEntry") : NULL;

	if (!entry)
		rate_die(path, dlerror());
	return (shim_driver_entry)entry;
}

void rate_ndis(struct platform *platform, const struct rate_options *options,
	       struct rate_result *result)
{
	struct protocol protocol = {.options = options};
	const struct shim_client client = {.receive = on_receive, .context = &protocol};
	const struct shim_parameter parameters[] = {{"MapRegisters", options->registers}};
	struct shim_adapter_options adapter = {.dma = options->dma,
					       .frames = FRAMES,
					       .parameters = parameters,
					       .parameter_count = options->registers ? 1 : 0};
	struct shim_driver *driver;
	int status = shim_driver_start(load(options->miniport), "miniport", &driver);

	if (!status)
		status = shim_adapter_start(driver, platform, &adapter, &client, &protocol.adapter);
	if (status)
		rate_die(options->miniport, strerror(-status));
	measure(&protocol, result);
	if (shim_adapter_stop(protocol.adapter))
		rate_die(options->miniport, "leaks");
	shim_driver_stop(driver);
}
