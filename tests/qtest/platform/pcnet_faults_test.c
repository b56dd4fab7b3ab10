/* SPDX-License-Identifier: MIT */
/*
 * pcnet_faults_test.c - the pcnet miniport where something is missing, wrong or gone
 *
 * Registers that lie come from the interposer. In each case nothing is left behind. What every NIC
 * has to stand is in nics_failures_test.c.
 */
#include <string.h>

#include <ndis/oid.h>

#include "ndis/status.h"
#include "pcnet_session.h"

#define LENGTH 300

static const struct pcnet_scene plain = {.options.dma.policy = DMA_POLICY_REMAP};

static void begin(struct pcnet_session *p)
{
	pcnet_start(p, &plain);
	session_send(&p->s, 1, LENGTH);
	session_receive(&p->s, 2, LENGTH);
}

static void end(struct pcnet_session *p)
{
	session_send(&p->s, 100, LENGTH + 1);
	session_receive(&p->s, 101, LENGTH + 2);
	pcnet_close(p);
}

/* ---- registers that lie --------------------------------------------------------------------- */

/* What a test wants of one CSR: it reads with bits cleared and set. */
struct lie {
	struct pcnet_session *p;
	uint16_t number;
	uint32_t clear;
	uint32_t set;
	unsigned int times;		/* 0: for ever */
	uint32_t lost;			/* writes of CSR0 with one of these bits are lost */
	uint32_t selected;
};

static void lie_on_read(void *context, unsigned int index, uint64_t offset, unsigned int width,
			uint32_t *value)
{
	struct lie *lie = context;

	if (index != 0 || offset != PCNET_RDP || width != 2 || lie->selected != lie->number)
		return;
	*value = (*value & ~lie->clear) | lie->set;
	if (lie->times && --lie->times == 0)
		lie->clear = lie->set = 0;
}

static bool lie_on_write(void *context, unsigned int index, uint64_t offset, unsigned int width,
			 uint32_t value)
{
	struct lie *lie = context;

	if (index == 0 && offset == PCNET_RAP)
		lie->selected = value;
	return !(index == 0 && offset == PCNET_RDP && lie->selected == PCNET_CSR_STATUS &&
		 value & lie->lost);
}

static void tell_lies(struct pcnet_session *p, struct lie *lie)
{
	p->chip.on_read = lie_on_read;
	p->chip.on_write = lie_on_write;
	p->chip.context = lie;
}

static void tell_the_truth(struct pcnet_session *p)
{
	p->chip.on_read = NULL;
	p->chip.on_write = NULL;
}

/* ---- start ---------------------------------------------------------------------------------- */

/* Memory for 32 map registers is refused: 31 will do. */
static void test_fewer_map_registers(void)
{
	struct pcnet_session p;

	pcnet_open(&p);
	p.chip.memory_successes = 0;
	g_assert_cmpint(pcnet_initialize(&p, &plain), ==, 0);
	g_assert_cmpint(p.chip.memory_successes, ==, -1);
	g_assert_cmpuint(pcnet_statistics(&p).map_registers, ==, 31);
	session_set_filter(&p.s, NDIS_PACKET_TYPE_BROADCAST);
	end(&p);
}

static void test_keywords(void)
{
	static const struct {
		struct shim_parameter keyword;
		const char *words;
	} bad[] = {
		{{"TransmitDescriptors", "4"}, "TransmitDescriptors is 4, must be a power of two"},
		{{"TransmitDescriptors", "24"}, "TransmitDescriptors is 24, must be a power"},
		{{"TransmitDescriptors", "1024"}, "1024, must be a power of two from 8 to 512"},
		{{"ReceiveDescriptors", "2"}, "ReceiveDescriptors is 2, must be a power of two"},
		{{"ReceiveDescriptors", "0"}, "must be a power of two from 4 to 512"},
		{{"MapRegisters", "0"}, "MapRegisters is 0, must be a number from 1 to 64"},
		{{"MapRegisters", "65"}, "MapRegisters is 65, must be"},
		{{"Lookahead", "17"}, "Lookahead is 17, must be a number from 18 to 1500"},
		{{"Lookahead", "1501"}, "Lookahead is 1501, must be"},
		{{"NetworkAddress", "0180c2000000"}, "NetworkAddress must have 6 bytes"},
		{{"NetworkAddress", "000000000000"}, "NetworkAddress must have 6 bytes"},
	};
	struct pcnet_scene scene = plain;
	struct pcnet_session p;
	unsigned int i;

	pcnet_open(&p);
	for (i = 0; i < G_N_ELEMENTS(bad); i++) {
		scene.keywords[0] = bad[i].keyword;
		g_assert_cmpint(pcnet_initialize(&p, &scene), !=, 0);
		session_logged(&p.s, bad[i].words);
	}
	g_assert_cmpint(pcnet_initialize(&p, &plain), ==, 0);
	session_set_filter(&p.s, NDIS_PACKET_TYPE_BROADCAST);
	end(&p);
}

static void no_address(void *context, unsigned int index, uint64_t offset, unsigned int width,
		       uint32_t *value)
{
	if (index == 0 && offset < 6 && width == 1)
		*value = 0xff;
}

static void expect_refusal(struct pcnet_session *p, const char *words)
{
	g_assert_cmpint(pcnet_initialize(p, &plain), !=, 0);
	session_logged(&p->s, words);
	tell_the_truth(p);
}

static void test_bad_chip(void)
{
	struct lie part = {.number = PCNET_CSR_CHIP_HIGH, .set = 0x0004};
	struct lie maker = {.number = PCNET_CSR_CHIP_LOW, .set = 0x0010};
	struct lie never = {.number = PCNET_CSR_STATUS, .clear = PCNET_CSR0_IDON};
	struct pcnet_session p;

	pcnet_open(&p);
	tell_lies(&p, &part);
	expect_refusal(&p, "not an Am79C970A (0x2661003)");
	tell_lies(&p, &maker);
	expect_refusal(&p, "not an Am79C970A (0x2621013)");
	p.chip.on_read = no_address;
	expect_refusal(&p, "the address PROM holds no station address (0xffffff)");
	tell_lies(&p, &never);
	expect_refusal(&p, "initialization does not end (0x1)");
	p.chip.no_bars = true;
	expect_refusal(&p, "no range of 32 ports or no interrupt among the resources (0x1)");
	p.chip.no_bars = false;
	interposer_remove(&p.chip, true);
	expect_refusal(&p, "not an Am79C970A (0xffffffff)");
	interposer_remove(&p.chip, false);
	g_assert_cmpint(pcnet_initialize(&p, &plain), ==, 0);
	session_set_filter(&p.s, NDIS_PACKET_TYPE_BROADCAST);
	end(&p);
}

/* Firmware may have left the chip in double-word mode. */
static void test_double_word_mode(void)
{
	uint32_t any = 0;
	uint16_t word;
	struct pcnet_session p;

	pcnet_open(&p);
	g_assert_cmpint(platform_bar_write(p.s.f->platform, 0, PCNET_RDP, &any, 4), ==, 0);
	g_assert_cmpint(platform_bar_read(p.s.f->platform, 0, PCNET_RDP, &word, 2), ==, 0);
	g_assert_cmphex(word, ==, 0xffff);
	g_assert_cmpint(pcnet_initialize(&p, &plain), ==, 0);
	session_set_filter(&p.s, NDIS_PACKET_TYPE_BROADCAST);
	end(&p);
}

/* ---- transmission --------------------------------------------------------------------------- */

/* Frames lie with the chip, which is never told: the library has it reset. */
static void test_hang(void)
{
	struct lie deaf = {.number = PCNET_CSR_STATUS, .lost = PCNET_CSR0_TDMD};
	struct pcnet_session p;
	unsigned int i;

	begin(&p);
	tell_lies(&p, &deaf);
	for (i = 0; i < 5; i++)
		session_submit(&p.s, 10 + i, LENGTH);
	for (i = 0; i < 3; i++) {
		g_assert_cmpuint(pcnet_statistics(&p).resets, ==, 0);
		session_check(&p.s);
	}
	session_logged(&p.s, "a packet was not completed within 4 seconds: reset");
	g_assert_cmpuint(p.s.failed, ==, 5);
	g_assert_cmphex(p.s.status, ==, NDIS_STATUS_REQUEST_ABORTED);
	g_assert_cmpuint(pcnet_statistics(&p).resets, ==, 1);
	g_assert_cmpuint(pcnet_statistics(&p).map_registers_used, ==, 0);
	tell_the_truth(&p);
	end(&p);
}

/* The chip gives a frame back with an error; an interrupt has the driver look. */
static void give_back(struct pcnet_session *p, unsigned int slot, uint32_t result)
{
	volatile struct pcnet_descriptor *entry = &pcnet_transmit_ring(p)[slot];

	entry->result = result;
	entry->flags = (entry->flags & (uint16_t)~PCNET_OWN) | PCNET_ERR;
	p->s.expected_number = 20;
	p->s.expected_length = LENGTH;
	pcnet_inject(p, 20, LENGTH);
}

static void test_transmit_errors(void)
{
	static const struct {
		uint32_t result, oid;
		int32_t status;
	} errors[] = {
		{PCNET_TX_LCAR, OID_802_3_XMIT_TIMES_CRS_LOST, NDIS_STATUS_NO_CABLE},
		{PCNET_TX_LCOL, OID_802_3_XMIT_LATE_COLLISIONS, NDIS_STATUS_FAILURE},
		{PCNET_TX_RTRY, OID_802_3_XMIT_MAX_COLLISIONS, NDIS_STATUS_FAILURE},
	};
	struct lie deaf = {.number = PCNET_CSR_STATUS, .lost = PCNET_CSR0_TDMD};
	struct pcnet_session p;
	uint64_t value;
	unsigned int i;

	begin(&p);
	tell_lies(&p, &deaf);
	for (i = 0; i < G_N_ELEMENTS(errors); i++) {
		session_submit(&p.s, 10, LENGTH);
		give_back(&p, 1 + i, errors[i].result);
		session_run_until(&p.s, &p.s.received, 2 + i);
		g_assert_cmpuint(p.s.failed, ==, i + 1);
		g_assert_cmphex(p.s.status, ==, errors[i].status);
		g_assert_cmpint(shim_query(p.s.adapter, errors[i].oid, &value, 8), ==, 8);
		g_assert_cmpuint(value, ==, 1);
	}
	g_assert_cmpuint(pcnet_statistics(&p).faults, ==, 0);
	session_submit(&p.s, 10, LENGTH);
	give_back(&p, 1 + i, PCNET_TX_UFLO);
	session_run_until(&p.s, &p.s.failed, i + 1);
	session_logged(&p.s, "a frame was not sent as a whole (0x40000000)");
	tell_the_truth(&p);
	session_check(&p.s);
	g_assert_cmpuint(pcnet_statistics(&p).resets, ==, 1);
	end(&p);
}

/* The interrupt tells of it, or the check finds it: both end in a reset. */
static void test_stopped(void)
{
	struct lie off = {.number = PCNET_CSR_STATUS, .clear = PCNET_CSR0_TXON};
	struct lie bus = {.number = PCNET_CSR_STATUS, .set = PCNET_CSR0_MERR, .times = 1};
	struct pcnet_session p;

	begin(&p);
	tell_lies(&p, &off);
	session_check(&p.s);
	session_logged(&p.s, "transmitter or receiver is off (0x");
	tell_the_truth(&p);
	g_assert_cmpuint(pcnet_statistics(&p).resets, ==, 1);
	session_receive(&p.s, 10, LENGTH);

	session_submit(&p.s, 11, LENGTH);
	session_expect_on_wire(&p.s, 11, LENGTH);
	tell_lies(&p, &bus);
	while (pcnet_statistics(&p).faults < 2)
		g_assert_cmpint(shim_run_once(1000000000), >=, 0);
	session_logged(&p.s, "the chip did not get the bus (0xa00)");
	tell_the_truth(&p);
	session_check(&p.s);
	g_assert_cmpuint(pcnet_statistics(&p).resets, ==, 2);
	end(&p);
}

/* Not suspended for a new filter, the chip gets it with its reset. */
static void test_not_suspended(void)
{
	struct lie awake = {.number = PCNET_CSR_EXTENDED, .clear = PCNET_CSR5_SPND};
	unsigned char frame[LENGTH];
	struct pcnet_session p;

	begin(&p);
	tell_lies(&p, &awake);
	session_set_filter(&p.s, NDIS_PACKET_TYPE_PROMISCUOUS);
	session_logged(&p.s, "the chip cannot be suspended (0x0)");
	tell_the_truth(&p);
	session_check(&p.s);
	g_assert_cmpuint(pcnet_statistics(&p).resets, ==, 1);
	fixture_frame(frame, sizeof(frame), 5);
	memset(frame, 0x42, 6);
	session_receive_bytes(&p.s, frame, sizeof(frame), frame, sizeof(frame));
	end(&p);
}

/* ---- life ----------------------------------------------------------------------------------- */

static void test_reset_under_traffic(void)
{
	struct pcnet_session p;
	unsigned int i;

	begin(&p);
	for (i = 0; i < 8; i++)
		session_submit(&p.s, 10 + i, LENGTH);
	g_assert_cmpint(shim_reset(p.s.adapter), ==, 0);
	session_run(&p.s);
	g_assert_cmpuint(p.s.failed, ==, 8);
	g_assert_cmpuint(pcnet_statistics(&p).map_registers_used, ==, 0);
	for (i = 0; i < 8; i++)
		session_expect_on_wire(&p.s, 10 + i, LENGTH);
	end(&p);
}

static void test_halt_under_traffic(void)
{
	struct lie deaf = {.number = PCNET_CSR_STATUS, .lost = PCNET_CSR0_TDMD};
	struct pcnet_session p;
	unsigned int i;

	begin(&p);
	tell_lies(&p, &deaf);
	for (i = 0; i < 8; i++)
		session_submit(&p.s, 10 + i, LENGTH);
	pcnet_close(&p);
	g_assert_cmpuint(p.s.failed, ==, 8);
	g_assert_cmphex(p.s.status, ==, NDIS_STATUS_REQUEST_ABORTED);
}

/* Nothing tells of the link: it is looked at with every hang check. */
static void test_link(void)
{
	struct pcnet_session p;
	uint32_t state;

	begin(&p);
	fixture_set_link(p.s.f, false);
	session_check(&p.s);
	g_assert_cmpuint(p.s.link_changes, ==, 1);
	g_assert_false(p.s.link_up);
	g_assert_cmpint(shim_query(p.s.adapter, OID_GEN_MEDIA_CONNECT_STATUS, &state, 4), ==, 4);
	g_assert_cmpuint(state, ==, NdisMediaStateDisconnected);
	session_submit(&p.s, 10, LENGTH);
	session_run_until(&p.s, &p.s.failed, 1);
	g_assert_cmphex(p.s.status, ==, NDIS_STATUS_NO_CABLE);
	fixture_set_link(p.s.f, true);
	session_check(&p.s);
	session_check(&p.s);
	g_assert_cmpuint(p.s.link_changes, ==, 2);
	g_assert_true(p.s.link_up);
	g_assert_cmpuint(pcnet_statistics(&p).faults, ==, 0);
	end(&p);
}

/* The first check finds it, the others wait for its return; sends fail meanwhile. */
static void test_removed(void)
{
	struct pcnet_session p;
	char *log;
	unsigned int i;

	begin(&p);
	session_submit(&p.s, 10, LENGTH);
	interposer_remove(&p.chip, true);
	session_run(&p.s);
	session_check(&p.s);
	session_logged(&p.s, "the chip is gone (0xffffffff)");
	g_assert_cmpuint(p.s.completed + p.s.failed, ==, 2);
	session_submit(&p.s, 11, LENGTH);
	g_assert_cmphex(p.s.status, ==, NDIS_STATUS_ADAPTER_NOT_READY);
	fflush(p.s.log);
	log = g_strdup(p.s.log_text);
	for (i = 0; i < 3; i++)
		session_check(&p.s);
	fflush(p.s.log);
	g_assert_cmpstr(p.s.log_text, ==, log);
	session_expect_on_wire(&p.s, 10, LENGTH);
	interposer_remove(&p.chip, false);
	session_check(&p.s);
	g_assert_cmpuint(pcnet_statistics(&p).resets, ==, 2);
	end(&p);
	g_free(log);
}

int main(int argc, char **argv)
{
	static const struct fixture_test tests[] = {
		{"fewer-map-registers", test_fewer_map_registers},
		{"keywords", test_keywords},
		{"bad-chip", test_bad_chip},
		{"double-word-mode", test_double_word_mode},
		{"hang", test_hang},
		{"transmit-errors", test_transmit_errors},
		{"stopped", test_stopped},
		{"not-suspended", test_not_suspended},
		{"reset-under-traffic", test_reset_under_traffic},
		{"halt-under-traffic", test_halt_under_traffic},
		{"link", test_link},
		{"removed", test_removed},
	};
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	fixture_add_tests("pcnet-faults", tests, G_N_ELEMENTS(tests));
	return g_test_run();
}
