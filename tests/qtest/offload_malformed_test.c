// SPDX-License-Identifier: MIT
/*
 * offload_malformed_test.c - every rule for an offload descriptor, broken one at a time
 *
 * A broken rule costs the frame, is reported with its values, and the next frame goes out.
 * The order in which rules are checked is that of section 5.
 */
#include <string.h>

#include "ip_packet.h"
#include "sgnic_queue.h"

#define CHECKSUM SGNIC_FEATURE_CHECKSUM
#define LARGE	 (SGNIC_FEATURE_CHECKSUM | SGNIC_FEATURE_SEGMENTATION)
#define INSERT	 SGNIC_FEATURE_VLAN_INSERT

static struct nic *start(struct nic_queue *tx, uint32_t features)
{
	struct nic *nic = nic_start(NULL);

	nic_set(nic, SGNIC_FEATURES_ENABLED, features);
	queue_open(tx, nic, false, 64);
	return nic;
}

static uint32_t first_word(const struct sgnic_offload *offload)
{
	return offload->checksum | (uint32_t)offload->segmentation << 8 |
	       (uint32_t)offload->header_length << 16;
}

/* Sends the frame, which must fail by @rule, and then a good one. */
static void expect_bad(struct nic_queue *tx, const struct sgnic_offload *offload,
		       const struct frame *frame, const char *rule)
{
	uint32_t index = tx->posted & (tx->size - 1);
	uint16_t count = 1;
	char *log;

	g_test_message("%s", rule);
	queue_post_offload(tx, offload);
	count = (uint16_t)(count + queue_post_frame(tx, frame, 6000, 0, 0xbad0));
	queue_kick(tx);
	queue_expect_failure(tx, SGNIC_STATUS_BAD_OFFLOAD, 0xbad0, 0, count);
	log = qtest_log(tx->nic->qemu);
	if (!strstr(log + tx->nic->log_seen, rule))
		qtest_fail(tx->nic->qemu, "the log does not say '%s'", rule);
	g_free(log);
	nic_expect_error(tx->nic, SGNIC_ERROR_OFFLOAD, 0, tx->descriptors + 16 * index,
			 first_word(offload));
	queue_expect_transmits(tx);
	tx->nic->ram_next = 0x200000;
}

/* A good large send; the tests break one thing in it. */
static struct sgnic_offload large(const struct ip_packet *packet)
{
	return (struct sgnic_offload){
		.checksum = SGNIC_NEEDS_CHECKSUM,
		.segmentation = packet->ip6 ? SGNIC_SEGMENTATION_TCP_IPV6
					    : SGNIC_SEGMENTATION_TCP_IPV4,
		.header_length = (uint16_t)packet->payload,
		.segment_size = 1000,
		.checksum_start = (uint16_t)packet->transport,
		.checksum_offset = 16,
	};
}

struct broken {
	const char *rule;
	uint32_t features;
	struct sgnic_offload offload;
};

/* The rules that need only the descriptor and the length, 100 bytes. */
static void test_descriptor(void)
{
	static const struct broken cases[] = {
		{"undefined bits in checksum", CHECKSUM, {.checksum = 2}},
		{"undefined bits in checksum", CHECKSUM, {.checksum = 0x81}},
		{"checksum position without", CHECKSUM, {.checksum_start = 1}},
		{"checksum position without", CHECKSUM, {.checksum_offset = 1}},
		{"without the feature CHECKSUM", INSERT, {.checksum = 1, .checksum_start = 40}},
		{"outside the frame", CHECKSUM, {.checksum = 1, .checksum_start = 99}},
		{"outside the frame", CHECKSUM, {.checksum = 1, .checksum_offset = 99}},
		{"outside the frame",
		 CHECKSUM,
		 {.checksum = 1, .checksum_start = 50, .checksum_offset = 49}},
		{"outside the frame",
		 CHECKSUM,
		 {.checksum = 1, .checksum_start = 0xffff, .checksum_offset = 0xffff}},
		{"without segmentation", LARGE, {.header_length = 54}},
		{"without segmentation", LARGE, {.segment_size = 1}},
		{"undefined segmentation", LARGE, {.checksum = 1, .segmentation = 2}},
		{"undefined segmentation", LARGE, {.checksum = 1, .segmentation = 3}},
		{"undefined segmentation", LARGE, {.checksum = 1, .segmentation = 5}},
		{"undefined segmentation", LARGE, {.checksum = 1, .segmentation = 0x80}},
		{"undefined segmentation", LARGE, {.checksum = 1, .segmentation = 0x41}},
		{"without the feature SEGMENTATION", CHECKSUM, {.checksum = 1, .segmentation = 1}},
		{"segmentation without NEEDS_CHECKSUM", LARGE, {.segmentation = 1}},
		{"checksum_offset is not that of TCP",
		 LARGE,
		 {.checksum = 1, .segmentation = 1, .checksum_start = 34, .checksum_offset = 6}},
		{"segment_size is 0",
		 LARGE,
		 {.checksum = 1, .segmentation = 1, .checksum_start = 34, .checksum_offset = 16}},
		{"no data behind the headers",
		 LARGE,
		 {.checksum = 1,
		  .segmentation = 1,
		  .checksum_start = 34,
		  .checksum_offset = 16,
		  .segment_size = 10,
		  .header_length = 100}},
		{"no data behind the headers",
		 LARGE,
		 {.checksum = 1,
		  .segmentation = 4,
		  .checksum_start = 34,
		  .checksum_offset = 16,
		  .segment_size = 10,
		  .header_length = 0xffff}},
		{"vlan_tag without the flag VLAN", CHECKSUM | INSERT, {.vlan_tag = 1}},
		{"vlan_tag without the flag VLAN", CHECKSUM, {.vlan_tag = 0xffff}},
	};
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	struct nic *nic = start(&tx, CHECKSUM);
	size_t i;

	frame_fill(frame, address_other, 100, 1);
	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		queue_disable(&tx);
		nic_set(nic, SGNIC_FEATURES_ENABLED, cases[i].features);
		queue_enable(&tx);
		expect_bad(&tx, &cases[i].offload, frame, cases[i].rule);
	}
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_ERRORS), ==, i);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_TX_FRAMES), ==, i);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS), ==, i);
	nic_stop(nic);
	g_free(frame);
}

/* Segments may be as long as FRAME_SIZE, an inserted tag included. */
static void test_segment_length(void)
{
	static const char rule[] = "longer than FRAME_SIZE";
	struct ip_packet packet = {.data = 3000};
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	struct nic *nic = start(&tx, LARGE | INSERT);
	struct sgnic_offload offload;

	ip_packet_build(&packet, frame, address_other);
	offload = large(&packet);
	offload.segment_size = 1518 - 54 + 1;
	expect_bad(&tx, &offload, frame, rule);
	offload.segment_size = 0xffff;
	expect_bad(&tx, &offload, frame, rule);
	offload.segment_size = 1518 - 54 - 3;
	offload.flags = SGNIC_DESCRIPTOR_VLAN;
	expect_bad(&tx, &offload, frame, rule);
	offload.segment_size--;
	queue_post_offload(&tx, &offload);
	queue_post_frame(&tx, frame, 6000, 0, 1);
	queue_kick(&tx);
	queue_expect(&tx, SGNIC_STATUS_OK, 1, (uint32_t)frame->length, 2);
	g_assert_cmpuint(wire_drain(nic), ==, 3);
	/* a size that no segment reaches is none */
	packet.data = 10;
	ip_packet_build(&packet, frame, address_other);
	offload.segment_size = 0xffff;
	queue_post_offload(&tx, &offload);
	queue_post_frame(&tx, frame, 6000, 0, 1);
	queue_kick(&tx);
	queue_expect(&tx, SGNIC_STATUS_OK, 1, (uint32_t)frame->length, 2);
	g_assert_cmpuint(wire_drain(nic), ==, 1);
	nic_stop(nic);
	g_free(frame);
}

/* The rules that need the frame: its headers are not what the descriptor says. */
static void test_headers(void)
{
	static const struct {
		const char *rule;
		struct ip_packet packet;
		int header_length, checksum_start; /* added to the right ones */
		int at;				   /* of the transport header, or from the front */
		int value;			   /* byte stored there; -1 for none */
		uint8_t segmentation;		   /* other than the right one */
	} cases[] = {
		{"no room", {.data = 99}, -1, 0, 0, -1, 0},
		{"no room", {.data = 99}, 90, 0, 0, -1, 0},
		{"no room", {.data = 99}, 0, 1, 0, -1, 0},
		{"no room", {.data = 99}, 0, -1, 0, -1, 0},
		{"no room", {.data = 99}, 0, -34, 0, -1, 0},
		{"no room", {.ip6 = true, .data = 99}, 0, -1, 0, -1, 0},
		{"no room", {.tags = 1, .data = 99}, 0, -4, 0, -1, 0},
		{"Ethernet type", {.ip6 = true, .data = 99}, 0, 0, 0, -1, 1},
		{"no room", {.data = 99}, 0, 0, 0, -1, 4},
		{"Ethernet type", {.ip_options = 20, .data = 99}, 0, 0, 0, -1, 4},
		{"Ethernet type", {.data = 99}, 0, 0, 13, 6, 0},
		{"Ethernet type", {.tags = 1, .data = 99}, 0, 0, 12, 0x88, 0},
		{"does not end at checksum_start", {.data = 99}, 0, 0, 14, 0x55, 0},
		{"does not end at checksum_start", {.data = 99}, 0, 0, 14, 0x46, 0},
		{"does not end at checksum_start", {.data = 99}, 0, 0, 14, 0x44, 0},
		{"does not end at checksum_start", {.tcp_options = 8, .data = 99}, 0, 4, 0, -1, 0},
		{"fragment or not TCP", {.data = 99}, 0, 0, 23, 17, 0},
		{"fragment or not TCP", {.data = 99}, 0, 0, 20, 0x20, 0},
		{"fragment or not TCP", {.data = 99}, 0, 0, 21, 1, 0},
		{"IPv6 header is not followed", {.ip6 = true, .data = 99}, 0, 0, 14, 0x50, 0},
		{"IPv6 header is not followed", {.ip6 = true, .data = 99}, 0, 0, 20, 17, 0},
		{"IPv6 header is not followed",
		 {.ip6 = true, .ip_options = 8, .data = 99},
		 0,
		 0,
		 0,
		 -1,
		 0},
		{"end at header_length", {.data = 99}, 0, 0, 46, 0x40, 0},
		{"end at header_length", {.data = 99}, 0, 0, 46, 0x60, 0},
		{"end at header_length", {.data = 99}, 0, 0, 46, 0xf0, 0},
		{"end at header_length", {.data = 99}, 1, 0, 0, -1, 0},
		{"longer than 65535 bytes", {.data = 65536 - 40}, 0, 0, 0, -1, 0},
		{"longer than 65535 bytes", {.ip6 = true, .data = 65536 - 60}, 0, 0, 0, -1, 0},
	};
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	struct nic *nic = start(&tx, LARGE);
	struct sgnic_offload offload;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct ip_packet packet = cases[i].packet;

		ip_packet_build(&packet, frame, address_other);
		offload = large(&packet);
		offload.header_length = (uint16_t)(offload.header_length + cases[i].header_length);
		offload.checksum_start =
			(uint16_t)(offload.checksum_start + cases[i].checksum_start);
		if (cases[i].segmentation)
			offload.segmentation = cases[i].segmentation;
		if (cases[i].value >= 0)
			frame->bytes[cases[i].at] = (uint8_t)cases[i].value;
		expect_bad(&tx, &offload, frame, cases[i].rule);
	}
	wire_expect_silence(nic);
	nic_stop(nic);
	g_free(frame);
}

/* Flags an offload descriptor cannot have, and those that need a feature. */
static void test_flags(void)
{
	static const struct {
		uint32_t features;
		uint16_t flags;
		bool good;
	} cases[] = {
		{0, 0, false},
		{SGNIC_FEATURE_RX_CHECKSUM | SGNIC_FEATURE_VLAN_STRIP, 0, false},
		{CHECKSUM, 0, true},
		{CHECKSUM, SGNIC_DESCRIPTOR_VLAN, false},
		{INSERT, 0, true},
		{INSERT, SGNIC_DESCRIPTOR_VLAN, true},
		{CHECKSUM | INSERT, SGNIC_DESCRIPTOR_VLAN, true},
		{CHECKSUM | INSERT, 8, false},
		{CHECKSUM | INSERT, 0x8000, false},
	};
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	struct nic *nic = start(&tx, 0);
	size_t i;

	frame_fill(frame, address_other, 100, 1);
	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		queue_disable(&tx);
		nic_set(nic, SGNIC_FEATURES_ENABLED, cases[i].features);
		queue_enable(&tx);
		queue_post_offload(&tx, &(struct sgnic_offload){.flags = cases[i].flags});
		queue_post_frame(&tx, frame, 50, 0, 2);
		queue_kick(&tx);
		if (cases[i].good) {
			queue_expect(&tx, SGNIC_STATUS_OK, 2, 100, 3);
			g_assert_cmpuint(wire_drain(nic), ==, 1);
			continue;
		}
		queue_expect_failure(&tx, SGNIC_STATUS_RESERVED_FLAGS, 2, 0, 3);
		nic_expect_error(nic, SGNIC_ERROR_DESCRIPTOR, 0, tx.descriptors,
				 cases[i].flags | SGNIC_DESCRIPTOR_OFFLOAD);
	}
	nic_stop(nic);
	g_free(frame);
}

/* END in the offload descriptor; OFFLOAD and VLAN in another; an element that is missing. */
static void test_placement(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct nic_queue tx;
	struct nic *nic = start(&tx, LARGE | INSERT);
	uint64_t buffer = nic_allocate(nic, 100, 4096);
	int i;

	queue_post_offload(&tx,
			   &(struct sgnic_offload){.flags = SGNIC_DESCRIPTOR_END, .tag = 0x7a6});
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_RESERVED_FLAGS, 0x7a6, 0, 1);
	nic_expect_error(nic, SGNIC_ERROR_DESCRIPTOR, 0, NIC_ANY, 3);

	queue_post(&tx, buffer, 50, 0, 0);
	queue_post_offload(&tx, &(struct sgnic_offload){.tag = 1});
	queue_post(&tx, buffer, 50, SGNIC_DESCRIPTOR_END, 3);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_RESERVED_FLAGS, 3, 1, 3);
	nic_expect_error(nic, SGNIC_ERROR_DESCRIPTOR, 0, NIC_ANY, 2);

	queue_post_offload(&tx, &(struct sgnic_offload){.tag = 1});
	queue_post_offload(&tx, &(struct sgnic_offload){.tag = 1});
	queue_post(&tx, buffer, 50, SGNIC_DESCRIPTOR_END, 4);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_RESERVED_FLAGS, 4, 1, 3);
	nic_expect_error(nic, SGNIC_ERROR_DESCRIPTOR, 0, NIC_ANY, 2);

	queue_post(&tx, buffer, 50, SGNIC_DESCRIPTOR_VLAN | SGNIC_DESCRIPTOR_END, 5);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_RESERVED_FLAGS, 5, 0, 1);
	nic_expect_error(nic, SGNIC_ERROR_DESCRIPTOR, 0, NIC_ANY, 5);

	queue_post_offload(&tx, &(struct sgnic_offload){.tag = 1});
	for (i = 0; i < 63; i++)
		queue_post(&tx, buffer, 1, 0, (uint16_t)i);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_TOO_MANY_ELEMENTS, 62, 64, 64);
	nic_expect_error(nic, SGNIC_ERROR_DESCRIPTOR, 0, NIC_ANY, NIC_ANY);
	queue_post(&tx, buffer, 1, SGNIC_DESCRIPTOR_END, 9);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_TOO_MANY_ELEMENTS, 9, 64, 1);
	wire_expect_silence(nic);
	queue_expect_transmits(&tx);
	nic_stop(nic);
	g_free(frame);
}

/* Section 5: with several mistakes in a frame the first rule in the order decides. */
static void test_order(void)
{
	struct sgnic_offload bad = {.checksum = 2, .flags = 0};
	struct frame *frame = g_new(struct frame, 1);
	struct ip_packet packet = {.data = 500};
	struct nic_queue tx;
	struct nic *nic = start(&tx, LARGE | INSERT);
	uint64_t buffer = nic_allocate(nic, 0x20000, 4096);
	struct sgnic_offload offload;

	/* an element's rules and the length come before the offload's */
	queue_post_offload(&tx, &bad);
	queue_post(&tx, buffer, 0, SGNIC_DESCRIPTOR_END, 1);
	queue_post_offload(&tx, &bad);
	queue_post(&tx, buffer, 1519, SGNIC_DESCRIPTOR_END, 2);
	queue_post_offload(&tx, &bad);
	queue_post(&tx, buffer, 13, SGNIC_DESCRIPTOR_END, 3);
	bad.flags = SGNIC_DESCRIPTOR_VLAN;
	queue_post_offload(&tx, &bad);
	queue_post(&tx, buffer, 1515, SGNIC_DESCRIPTOR_END, 4);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_BAD_LENGTH, 1, 1, 2);
	queue_expect_failure(&tx, SGNIC_STATUS_FRAME_TOO_LONG, 2, 1, 2);
	queue_expect_failure(&tx, SGNIC_STATUS_FRAME_TOO_SHORT, 3, 0, 2);
	queue_expect_failure(&tx, SGNIC_STATUS_FRAME_TOO_LONG, 4, 1, 2);
	nic_ignore_log(nic);

	/* with segmentation the limit is another one, a tag included */
	ip_packet_build(&packet, frame, address_other);
	offload = large(&packet);
	queue_post_offload(&tx, &offload);
	queue_post(&tx, buffer, 65535, 0, 1);
	queue_post(&tx, buffer, 65553 - 65535 + 1, SGNIC_DESCRIPTOR_END, 1);
	offload.flags = SGNIC_DESCRIPTOR_VLAN;
	queue_post_offload(&tx, &offload);
	queue_post(&tx, buffer, 65535, 0, 2);
	queue_post(&tx, buffer, 65553 - 65535 - 3, SGNIC_DESCRIPTOR_END, 2);
	queue_post_offload(&tx, &offload);
	queue_post(&tx, buffer, 65535, 0, 3);
	queue_post(&tx, buffer, 65553 - 65535 - 4, SGNIC_DESCRIPTOR_END, 3);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_FRAME_TOO_LONG, 1, 2, 3);
	queue_expect_failure(&tx, SGNIC_STATUS_FRAME_TOO_LONG, 2, 2, 3);
	queue_expect_failure(&tx, SGNIC_STATUS_BAD_OFFLOAD, 3, 0, 3);
	nic_ignore_log(nic);

	/* the descriptor's rules, then the link, the memory, the headers */
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				"{\"name\": \"wire\", \"up\": false}}");
	bad.flags = 0;
	queue_post_offload(&tx, &bad);
	queue_post(&tx, 0xf00000000, 100, SGNIC_DESCRIPTOR_END, 1);
	offload.flags = 0;
	queue_post_offload(&tx, &offload);
	queue_post(&tx, 0xf00000000, 100, SGNIC_DESCRIPTOR_END, 2);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_BAD_OFFLOAD, 1, 0, 2);
	queue_expect_failure(&tx, SGNIC_STATUS_LINK_DOWN, 2, 0, 2);
	qtest_qmp_ok(nic->qemu, "{\"execute\": \"set_link\", \"arguments\": "
				"{\"name\": \"wire\", \"up\": true}}");
	queue_post_offload(&tx, &offload);
	queue_post(&tx, 0xf00000000, 100, SGNIC_DESCRIPTOR_END, 3);
	queue_kick(&tx);
	queue_expect_failure(&tx, SGNIC_STATUS_DMA_ERROR, 3, 1, 2);
	nic_ignore_log(nic);
	wire_expect_silence(nic);
	nic_stop(nic);
	g_free(frame);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/offload-malformed/descriptor", test_descriptor);
	g_test_add_func("/offload-malformed/segment-length", test_segment_length);
	g_test_add_func("/offload-malformed/headers", test_headers);
	g_test_add_func("/offload-malformed/flags", test_flags);
	g_test_add_func("/offload-malformed/placement", test_placement);
	g_test_add_func("/offload-malformed/order", test_order);
	return g_test_run();
}
