/* SPDX-License-Identifier: MIT */
/*
 * frame_rate - frames per second of an sgnic in the guest, over VFIO
 *
 * raw: a poll-mode loop on the platform layer, raw_nic.h. ndis: a miniport through the whole
 * library, with NDIS packets, map registers, interrupts and DPCs.
 *
 * usage: frame_rate raw|ndis transmit|receive|reflect BDF [NAME=VALUE...]
 *
 *   length=64      bytes of a frame, 60 to 1514
 *   time=2000      milliseconds
 *   to=ADDRESS     where frames are sent to (default: 02:00:00:00:00:01)
 *   elements=1     descriptors of a frame (raw)
 *   queues=1       pairs of queues (raw)
 *   ring=512       descriptors of a ring (raw)
 *   miniport=FILE  default: the sgnic miniport of the guest (ndis)
 *   policy=auto    pool, copy, remap, cached or auto (ndis)
 *   registers=32   map registers of the miniport (ndis)
 *   poll=0         microseconds for which it looks for an interrupt before it sleeps (ndis)
 */
#include "frame_rate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/event_loop.h"
#include "platform/linux/pci_bind.h"
#include "platform/vfio/vfio.h"
#include "raw_nic.h"

#define MINIPORT	"/usr/lib/ndis-shim/sgnic.so"
#define ETHERTYPE_LOCAL	0x88b5
#define SHORTEST	60u
#define LONGEST		1514u
#define MAP_REGISTERS_MOST 64u

void rate_die(const char *what, const char *why)
{
	fprintf(stderr, "frame_rate: %s: %s\n", what, why);
	exit(1);
}

void rate_make_frame(unsigned char *frame, const struct rate_options *options,
		     const uint8_t station[6])
{
	memset(frame, 0x5a, options->length);
	memcpy(frame, options->to, 6);
	memcpy(frame + 6, station, 6);
	frame[12] = ETHERTYPE_LOCAL >> 8;
	frame[13] = ETHERTYPE_LOCAL & 0xff;
}

static bool is_over(uint64_t start, const struct rate_options *options)
{
	return event_loop_now() - start >= options->nanoseconds;
}

static void raw_transmit_all(struct raw_nic *nic, const struct rate_options *options)
{
	uint64_t start = event_loop_now();

	do {
		for (unsigned int q = 0; q < nic->queues; q++)
			raw_transmit(nic, &nic->transmit[q], options->length, options->elements,
				     options->ring);
	} while (!is_over(start, options));
	for (unsigned int q = 0; q < nic->queues; q++) {
		while (raw_transmit_drain(&nic->transmit[q])) {
			if (event_loop_now() - start > 2 * options->nanoseconds + 5000000000u)
				rate_die("transmit", "frames stay with the device");
		}
	}
}

static uint64_t raw_received(const struct raw_nic *nic)
{
	uint64_t frames = 0;

	for (unsigned int q = 0; q < nic->queues; q++)
		frames += nic->receive[q].frames;
	return frames;
}

void rate_mark(struct rate_span *span, uint64_t frames)
{
	if (frames == span->frames)
		return;
	span->frames = frames;
	span->last = event_loop_now();
	if (!span->first)
		span->first = span->last;
}

static uint64_t raw_receive_all(struct raw_nic *nic, const struct rate_options *options)
{
	uint64_t start = event_loop_now();
	struct rate_span span = {0};

	do {
		for (unsigned int q = 0; q < nic->queues; q++) {
			if (options->mode == RATE_REFLECT)
				raw_reflect(nic, &nic->receive[q], &nic->transmit[q]);
			else
				raw_receive(nic, &nic->receive[q]);
		}
		rate_mark(&span, raw_received(nic));
	} while (!is_over(start, options));
	return span.last - span.first;
}

static void raw_sum(struct raw_nic *nic, const struct rate_options *options,
		    struct rate_result *result)
{
	for (unsigned int q = 0; q < nic->queues; q++) {
		struct raw_queue *queue = options->mode == RATE_TRANSMIT ? &nic->transmit[q] :
									   &nic->receive[q];

		result->frames += queue->frames;
		result->errors += nic->transmit[q].errors + nic->receive[q].errors;
		result->doorbells += nic->transmit[q].doorbells + nic->receive[q].doorbells;
	}
}

void rate_raw(struct platform *platform, const struct rate_options *options,
	      struct rate_result *result)
{
	struct raw_nic nic;
	unsigned char frame[LONGEST];
	int status = raw_nic_open(&nic, platform, options->queues, options->ring);
	uint64_t start;

	if (status)
		rate_die("the device", strerror(-status));
	rate_make_frame(frame, options, nic.station);
	for (unsigned int q = 0; q < nic.queues; q++)
		raw_transmit_fill(&nic.transmit[q], frame, options->length);
	start = event_loop_now();
	if (options->mode == RATE_TRANSMIT) {
		raw_transmit_all(&nic, options);
		result->nanoseconds = event_loop_now() - start;
	} else {
		result->nanoseconds = raw_receive_all(&nic, options);
	}
	raw_sum(&nic, options, result);
	result->interrupts = raw_nic_statistic(&nic, SGNIC_STAT_INTERRUPTS);
	raw_nic_close(&nic);
}

static unsigned int number(const char *option, const char *value, unsigned long lowest,
			   unsigned long highest)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (!*value || *end || n < lowest || n > highest) {
		fprintf(stderr, "frame_rate: %s=%s: give a number from %lu to %lu\n", option, value,
			lowest, highest);
		exit(1);
	}
	return (unsigned int)n;
}

static void parse_address(const char *value, uint8_t address[6])
{
	char end;

	if (sscanf(value, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx%c", &address[0], &address[1], &address[2],
		   &address[3], &address[4], &address[5], &end) != 6)
		rate_die(value, "give an address as 02:00:00:00:00:01");
}

static void parse_option(char *argument, struct rate_options *options)
{
	char *value = strchr(argument, '=');

	if (!value)
		rate_die(argument, "give NAME=VALUE");
	*value++ = '\0';
	if (strcmp(argument, "length") == 0)
		options->length = number(argument, value, SHORTEST, LONGEST);
	else if (strcmp(argument, "time") == 0)
		options->nanoseconds = (uint64_t)number(argument, value, 1, 3600000) * 1000000;
	else if (strcmp(argument, "elements") == 0)
		options->elements = number(argument, value, 1, SGNIC_MAX_ELEMENTS);
	else if (strcmp(argument, "queues") == 0)
		options->queues = number(argument, value, 1, SGNIC_QUEUE_MAX);
	else if (strcmp(argument, "ring") == 0)
		options->ring = number(argument, value, SGNIC_RING_MIN, SGNIC_RING_MAX);
	else if (strcmp(argument, "registers") == 0 &&
		 number(argument, value, 1, MAP_REGISTERS_MOST))
		options->registers = value;
	else if (strcmp(argument, "poll") == 0)
		options->polling = (uint64_t)number(argument, value, 0, 1000000) * 1000;
	else if (strcmp(argument, "to") == 0)
		parse_address(value, options->to);
	else if (strcmp(argument, "miniport") == 0)
		options->miniport = value;
	else if (strcmp(argument, "policy") == 0 && !dma_policy_from_name(value, &options->dma.policy))
		return;
	else if (strcmp(argument, "policy") == 0)
		rate_die(value, "there is no such policy");
	else
		rate_die(argument, "there is no such option");
}

static enum rate_mode parse_mode(const char *text)
{
	static const char *const names[] = {"transmit", "receive", "reflect"};

	for (unsigned int i = 0; i < 3; i++) {
		if (strcmp(text, names[i]) == 0)
			return (enum rate_mode)i;
	}
	rate_die(text, "give transmit, receive or reflect");
}

int main(int argc, char **argv)
{
	struct rate_options options = {
		.length = 64, .to = {0x02, 0, 0, 0, 0, 0x01}, .elements = 1, .queues = 1, .ring = 512,
		.nanoseconds = 2000000000, .miniport = MINIPORT,
		.dma = {.policy = DMA_POLICY_AUTO, .copybreak = DMA_DEFAULT_COPYBREAK},
	};
	struct rate_result result = {0};
	struct event_loop *loop = event_loop_create();
	struct platform *platform;
	struct pci_binding binding;
	char error[EXPLAIN_SIZE];
	struct explanation why = {error, sizeof(error)};

	if (argc < 4 || !loop)
		rate_die("usage", "frame_rate raw|ndis transmit|receive|reflect BDF [NAME=VALUE...]");
	options.mode = parse_mode(argv[2]);
	for (int i = 4; i < argc; i++)
		parse_option(argv[i], &options);
	if (pci_binding_capture(sysfs_of_this_machine(), argv[3], &binding, &why) ||
	    pci_binding_change(sysfs_of_this_machine(), &binding, "vfio-pci", &why) ||
	    vfio_platform_open(argv[3], VFIO_WAY_AUTO, loop, &platform, error, sizeof(error)))
		rate_die(argv[3], error);
	event_loop_set_polling(loop, options.polling);
	if (strcmp(argv[1], "raw") == 0)
		rate_raw(platform, &options, &result);
	else if (strcmp(argv[1], "ndis") == 0)
		rate_ndis(platform, &options, &result);
	else
		rate_die(argv[1], "give raw or ndis");
	platform_close(platform);
	event_loop_destroy(loop);
	pci_binding_restore(sysfs_of_this_machine(), &binding, &why);
	printf("frames %" PRIu64 " errors %" PRIu64 " nanoseconds %" PRIu64 " doorbells %" PRIu64
	       " interrupts %" PRIu64 "\n",
	       result.frames, result.errors, result.nanoseconds, result.doorbells,
	       result.interrupts);
	return 0;
}
