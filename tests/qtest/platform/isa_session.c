/* SPDX-License-Identifier: MIT */
/*
 * isa_session.c - sessions of the isa-dma-nic miniport
 */
#include <string.h>
#include <sys/socket.h>

#include <ndis/oid.h>

#include "../../../qemu-device/isa_dma_nic_regs.h"
#include "isa_session.h"

#define LONGEST 1514
/* Coprime to the range, so that every length comes up. */
#define STEP 37

unsigned int isa_length(unsigned int number)
{
	if (number == 0)
		return LONGEST;
	return ISA_DMA_NIC_MIN_FRAME + number * STEP % (LONGEST - ISA_DMA_NIC_MIN_FRAME + 1);
}

struct isa_scene isa_scene(unsigned int channel)
{
	return (struct isa_scene){
		.device = {ISA_PORT, ISA_DMA_NIC_PORTS, ISA_IRQ, channel},
	};
}

void isa_scene_set(struct isa_scene *scene, const char *keyword, const char *value)
{
	unsigned int i = 0;

	while (scene->keywords[i].keyword)
		i++;
	g_assert_cmpuint(i, <, ISA_KEYWORDS);
	scene->keywords[i] = (struct shim_parameter){keyword, value};
}

/* ---- frames ------------------------------------------------------------------------------- */

void isa_send(struct session *s, unsigned int number)
{
	session_submit(s, number, isa_length(number));
}

void isa_expect_on_wire(struct session *s, unsigned int number)
{
	unsigned char frame[ISA_DMA_NIC_MAX_FRAME] = {0};
	unsigned int length = isa_length(number);

	fixture_frame(frame, length, number);
	fixture_sent(s->f, frame, MAX(length, ISA_DMA_NIC_WIRE_MIN_FRAME));
}

void isa_inject(struct session *s, unsigned int number)
{
	unsigned char frame[ISA_DMA_NIC_MAX_FRAME];
	unsigned int length = isa_length(number);

	fixture_frame(frame, length, number);
	g_assert_cmpint(send(s->f->wire, frame, length, 0), ==, (gssize)length);
}

void isa_run_for(struct session *s, unsigned int milliseconds)
{
	gint64 until = g_get_monotonic_time() + milliseconds * 1000;

	while (g_get_monotonic_time() < until)
		g_assert_cmpint(shim_run_once(1000000), >=, 0);
	g_assert_cmpint(qtest_platform_check(s->f->platform), ==, 0);
}

void isa_exchange(struct session *s, unsigned int first, unsigned int count)
{
	unsigned int completed = s->completed;
	unsigned int received = s->received;
	unsigned int done;
	unsigned int i;

	s->expected_number = first + count;
	for (done = 0; done < count; done += i) {
		/* The device holds 16 frames; a socket takes some more. */
		unsigned int burst = MIN(12, count - done);

		for (i = 0; i < burst; i++) {
			isa_send(s, first + done + i);
			isa_inject(s, first + count + done + i);
		}
		session_run_until(s, &s->completed, completed + done + burst);
		session_run_until(s, &s->received, received + done + burst);
		for (i = 0; i < burst; i++)
			isa_expect_on_wire(s, first + done + i);
	}
	g_assert_cmpuint(s->failed, ==, 0);
}

/* ---- life --------------------------------------------------------------------------------- */

void isa_open(struct session *s, const struct isa_scene *scene)
{
	session_load(s,
		     fixture_open_isa(&scene->device,
				      scene->resources ? scene->resources : &scene->device),
		     "ISA_DMA_NIC_MINIPORT", "isa-dma-nic");
	s->length_of = isa_length;
}

int isa_start(struct session *s, const struct isa_scene *scene)
{
	struct shim_adapter_options options = {
		.parameters = scene->keywords,
		.header_bytes = scene->header_bytes,
		.verify = scene->verify,
	};

	while (scene->keywords[options.parameter_count].keyword)
		options.parameter_count++;
	return session_initialize(s, &options);
}

void isa_run(struct session *s, const struct isa_scene *scene)
{
	isa_open(s, scene);
	if (isa_start(s, scene)) {
		fflush(s->log);
		g_error("the adapter does not start; the library logged:\n%s", s->log_text);
	}
	session_set_filter(s, NDIS_PACKET_TYPE_BROADCAST);
}

struct isa_nic_driver_statistics isa_driver_statistics(struct session *s)
{
	struct isa_nic_driver_statistics statistics;

	g_assert_cmpint(shim_query(s->adapter, OID_ISA_NIC_DRIVER_STATISTICS, &statistics,
				   sizeof(statistics)),
			==, sizeof(statistics));
	return statistics;
}
