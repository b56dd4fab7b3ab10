/* SPDX-License-Identifier: MIT */
/*
 * pcnet_receive_test.c - the receive ring of the pcnet miniport: full, cut off, skipped, wrong
 *
 * Descriptors that say what QEMU's chip never does are written by the test, while nobody else looks
 * at them.
 */
#include <ndis/oid.h>

#include "pcnet_session.h"

#define LENGTH 300
#define RING   4

static const struct pcnet_scene plain = {.options.dma.policy = DMA_POLICY_REMAP};
static const struct pcnet_scene small = {.keywords = {{"ReceiveDescriptors", "4"}}};

static void end(struct pcnet_session *p)
{
	session_send(&p->s, 100, LENGTH + 1);
	session_receive(&p->s, 101, LENGTH + 2);
	pcnet_close(p);
}

static unsigned int any_length(unsigned int number)
{
	(void)number;
	return LENGTH;
}

/* No descriptor is left: the chip counts what it drops, and all it took arrives, in order. */
static void test_overrun(void)
{
	struct pcnet_session p;
	unsigned int i;

	pcnet_start(&p, &small);
	for (i = 0; i < RING + 3; i++)
		pcnet_inject(&p, 10 + i, LENGTH);
	while (pcnet_chip_register(&p, PCNET_CSR_MISSED) < 3)
		g_usleep(1000);
	p.s.length_of = any_length;
	p.s.expected_number = 10;
	session_run_until(&p.s, &p.s.received, RING);
	session_run(&p.s);
	g_assert_cmpuint(p.s.received, ==, RING);
	g_assert_cmpuint(pcnet_statistics(&p).frames_missed, ==, 3);
	pcnet_inject(&p, 10 + RING, LENGTH);
	session_run_until(&p.s, &p.s.received, RING + 1);
	g_assert_cmpuint(pcnet_statistics(&p).frames_missed, ==, 3);
	p.s.length_of = NULL;
	end(&p);
}

/*
 * The chip finds a descriptor in the midst of a full ring, as if the driver were just giving the
 * ring back. It goes on from there, and the driver must follow.
 */
static void test_skipped(void)
{
	static const unsigned int numbers[] = {10, 99, 12, 13};
	volatile struct pcnet_descriptor *ring;
	struct pcnet_session p;
	unsigned int i;

	pcnet_start(&p, &small);
	for (i = 0; i < RING; i++)
		pcnet_inject(&p, numbers[i], LENGTH);
	pcnet_wait_back(&p, RING - 1);
	ring = pcnet_receive_ring(&p);
	ring[1].result = 0;
	ring[1].flags = PCNET_OWN;
	pcnet_inject(&p, 11, LENGTH);
	pcnet_wait_back(&p, 1);
	p.s.length_of = any_length;
	p.s.expected_number = 10;
	session_run_until(&p.s, &p.s.received, RING);
	g_assert_cmpuint(pcnet_statistics(&p).descriptors_skipped, ==, 0);
	pcnet_inject(&p, 14, LENGTH);
	session_run_until(&p.s, &p.s.received, RING + 1);
	g_assert_cmpuint(pcnet_statistics(&p).descriptors_skipped, ==, 2);
	for (i = 0; i < 3 * RING; i++) {
		pcnet_inject(&p, 15 + i, LENGTH);
		session_run_until(&p.s, &p.s.received, RING + 2 + i);
	}
	g_assert_cmpuint(pcnet_statistics(&p).descriptors_skipped, ==, 2);
	p.s.length_of = NULL;
	end(&p);
}

/* Frames that are longer than Ethernet's are in several buffers, and not indicated. */
static void test_overlong(void)
{
	static const unsigned int lengths[] = {1533, 1536, 2000, 3068, 3069, 4092, 6000};
	struct pcnet_session p;
	uint64_t errors;
	unsigned int i;

	pcnet_start(&p, &small);
	for (i = 0; i < G_N_ELEMENTS(lengths); i++) {
		pcnet_inject(&p, 10 + i, lengths[i]);
		session_receive(&p.s, 50 + i, LENGTH + i);
	}
	g_assert_cmpuint(p.s.received, ==, G_N_ELEMENTS(lengths));
	g_assert_cmpuint(pcnet_statistics(&p).frames_oversize, ==, G_N_ELEMENTS(lengths));
	g_assert_cmpint(shim_query(p.s.adapter, OID_GEN_RCV_ERROR, &errors, 8), ==, 8);
	g_assert_cmpuint(errors, ==, G_N_ELEMENTS(lengths));
	end(&p);
}

/* The ring ends within such a frame. */
static void test_cut_off(void)
{
	struct pcnet_session p;
	unsigned int i;

	pcnet_start(&p, &small);
	for (i = 0; i < RING - 1; i++)
		pcnet_inject(&p, 10 + i, LENGTH);
	pcnet_inject(&p, 50, 4000);
	pcnet_wait_back(&p, RING - 1);
	g_assert_cmphex(pcnet_receive_ring(&p)[RING - 1].flags & (PCNET_ERR | PCNET_ENP), ==,
			PCNET_ERR);
	p.s.length_of = any_length;
	p.s.expected_number = 10;
	session_run_until(&p.s, &p.s.received, RING - 1);
	g_assert_cmpuint(pcnet_statistics(&p).frames_oversize, ==, 1);
	p.s.length_of = NULL;
	end(&p);
}

/* The first buffers of a frame that is still coming in are back: it is left alone until its end. */
static void test_half_a_frame(void)
{
	volatile struct pcnet_descriptor *ring;
	struct pcnet_session p;
	uint16_t flags;

	pcnet_start(&p, &small);
	pcnet_inject(&p, 10, LENGTH);
	pcnet_wait_back(&p, 0);
	ring = pcnet_receive_ring(&p);
	flags = ring[0].flags;
	ring[0].flags = PCNET_STP;
	session_run(&p.s);
	g_assert_cmpuint(p.s.received, ==, 0);
	ring[0].flags = flags;
	p.s.length_of = any_length;
	p.s.expected_number = 10;
	pcnet_inject(&p, 11, LENGTH);
	session_run_until(&p.s, &p.s.received, 2);
	p.s.length_of = NULL;
	end(&p);
}

/* A frame of which a descriptor says what QEMU's chip never does. */
static void test_bad_frame(void)
{
	static const struct {
		uint16_t set, clear;
		uint32_t result;
	} bad[] = {
		{PCNET_ERR | PCNET_RX_CRC, 0, LENGTH + PCNET_FCS},
		{PCNET_ERR | PCNET_RX_CRC | PCNET_RX_FRAM, 0, LENGTH + PCNET_FCS},
		{PCNET_ERR | PCNET_RX_OFLO, PCNET_ENP, 0},
		{0, PCNET_STP, LENGTH + PCNET_FCS},
		{0, 0, 17},
		{0, 0, 0},
		{0, 0, 1537},
		{0, 0, 4095},
	};
	struct pcnet_session p;
	unsigned int i;

	pcnet_start(&p, &plain);
	for (i = 0; i < G_N_ELEMENTS(bad); i++) {
		volatile struct pcnet_descriptor *ring = pcnet_receive_ring(&p);

		pcnet_inject(&p, 10, LENGTH);
		pcnet_wait_back(&p, 2 * i);
		ring[2 * i].flags = (ring[2 * i].flags & (uint16_t)~bad[i].clear) | bad[i].set;
		ring[2 * i].result = bad[i].result;
		session_receive(&p.s, 11, LENGTH);
		g_assert_cmpuint(pcnet_statistics(&p).frames_bad, ==, i + 1);
	}
	g_assert_cmpuint(p.s.received, ==, G_N_ELEMENTS(bad));
	g_assert_cmpuint(pcnet_statistics(&p).faults, ==, 0);
	end(&p);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/qtest-platform/pcnet-receive/overrun", test_overrun);
	g_test_add_func("/qtest-platform/pcnet-receive/skipped", test_skipped);
	g_test_add_func("/qtest-platform/pcnet-receive/overlong", test_overlong);
	g_test_add_func("/qtest-platform/pcnet-receive/cut-off", test_cut_off);
	g_test_add_func("/qtest-platform/pcnet-receive/half-a-frame", test_half_a_frame);
	g_test_add_func("/qtest-platform/pcnet-receive/bad-frame", test_bad_frame);
	return g_test_run();
}
