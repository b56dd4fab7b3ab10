/* SPDX-License-Identifier: MIT */
/*
 * pcnet_session.c - see pcnet_session.h
 */
#include <string.h>
#include <sys/socket.h>

#include <ndis/oid.h>

#include "pcnet_session.h"

#define WAIT_SECONDS 30

void pcnet_open(struct pcnet_session *p)
{
	session_load(&p->s, fixture_open_nic("pcnet,romfile="), "PCNET_MINIPORT", "pcnet");
	interposer_attach(&p->chip, p->s.f->platform);
}

int pcnet_initialize(struct pcnet_session *p, const struct pcnet_scene *scene)
{
	struct shim_adapter_options options = scene->options;

	options.verify = SHIM_VERIFY_STOP;
	options.parameters = scene->keywords;
	while (scene->keywords[options.parameter_count].keyword)
		options.parameter_count++;
	return session_initialize(&p->s, &options);
}

void pcnet_begin(struct pcnet_session *p, const struct pcnet_scene *scene)
{
	if (pcnet_initialize(p, scene)) {
		fflush(p->s.log);
		g_error("the adapter does not start: %s", p->s.log_text);
	}
	session_set_filter(&p->s, NDIS_PACKET_TYPE_BROADCAST);
}

void pcnet_start(struct pcnet_session *p, const struct pcnet_scene *scene)
{
	pcnet_open(p);
	pcnet_begin(p, scene);
}

void pcnet_close(struct pcnet_session *p)
{
	if (p->s.adapter && session_halt(&p->s)) {
		fflush(p->s.log);
		g_error("something was left behind: %s", p->s.log_text);
	}
	interposer_detach(&p->chip);
	if (!p->chip.is_gone)
		g_assert_cmphex(pcnet_chip_register(p, PCNET_CSR_STATUS) & 0x7f, ==,
				PCNET_CSR0_STOP);
	session_stop(&p->s);
}

uint16_t pcnet_chip_register(struct pcnet_session *p, unsigned int number)
{
	struct platform *platform = p->s.f->platform;
	uint16_t value = (uint16_t)number;

	g_assert_cmpint(platform_bar_write(platform, 0, PCNET_RAP, &value, 2), ==, 0);
	g_assert_cmpint(platform_bar_read(platform, 0, PCNET_RDP, &value, 2), ==, 0);
	return value;
}

struct pcnet_driver_statistics pcnet_statistics(struct pcnet_session *p)
{
	struct pcnet_driver_statistics statistics;

	g_assert_cmpint(shim_query(p->s.adapter, OID_PCNET_DRIVER_STATISTICS, &statistics,
				   sizeof(statistics)),
			==, sizeof(statistics));
	return statistics;
}

const struct pcnet_block *pcnet_block(struct pcnet_session *p)
{
	return interposer_memory(&p->chip, pcnet_chip_register(p, PCNET_CSR_BLOCK_LOW) |
						   (uint32_t)pcnet_chip_register(
							   p, PCNET_CSR_BLOCK_HIGH)
							   << 16);
}

volatile struct pcnet_descriptor *pcnet_receive_ring(struct pcnet_session *p)
{
	return interposer_memory(&p->chip, pcnet_block(p)->receive_ring);
}

volatile struct pcnet_descriptor *pcnet_transmit_ring(struct pcnet_session *p)
{
	return interposer_memory(&p->chip, pcnet_block(p)->transmit_ring);
}

void pcnet_inject(struct pcnet_session *p, unsigned int number, unsigned int length)
{
	unsigned char frame[SGNIC_MAX_JUMBO_FRAME];

	g_assert_cmpuint(length, <=, sizeof(frame));
	fixture_frame(frame, length, number);
	g_assert_cmpint(send(p->s.f->wire, frame, length, 0), ==, (gssize)length);
}

void pcnet_wait_back(struct pcnet_session *p, unsigned int slot)
{
	volatile struct pcnet_descriptor *ring = pcnet_receive_ring(p);
	gint64 until = g_get_monotonic_time() + WAIT_SECONDS * G_USEC_PER_SEC;

	while (ring[slot].flags & PCNET_OWN) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		g_usleep(100);
	}
	/* What the device still does with the frame is done before it answers. */
	pcnet_chip_register(p, PCNET_CSR_STATUS);
}
