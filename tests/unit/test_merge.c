/* SPDX-License-Identifier: MIT */
/*
 * test_merge.c - received segments become one packet, and the same segments again
 */
#include <glib.h>
#include <string.h>

#include "ndisrun/merge.h"
#include "ndisrun/segments.h"

#define SIZE	100u
#define HEADER	54u /* Ethernet, IPv4, TCP */
#define LONGEST (HEADER + SIZE)
#define FLAGS	(14 + 20 + 13)

static struct merge merge;

/* Puts checksums right, as a miniport has found them. */
static void sum_up(uint8_t *frame, size_t length)
{
	struct headers headers;

	headers_put16(frame + 16, (unsigned int)(length - 14));
	headers_put16(frame + 24, 0);
	headers_put16(frame + 24, ~headers_sum(frame + 14, 20, 0) & 0xffff);
	g_assert_true(headers_parse(frame, length, &headers));
	headers_put16(frame + 34 + 16, 0);
	headers_put16(frame + 34 + 16,
		      ~headers_sum(frame + 34, length - 34,
				   headers_pseudo_sum(frame, &headers, length - 34)) &
			      0xffff);
}

/* Segment @number of a stream, with @data bytes. */
static size_t make(uint8_t *frame, unsigned int number, size_t data)
{
	memset(frame, 0, LONGEST);
	memcpy(frame, "\x52\x54\0\0\0\1\x52\x54\0\0\0\2\x08\0", 14);
	memcpy(frame + 14, "\x45\0\0\0\0\0\0\0\x40\6\0\0\x0a\0\2\2\x0a\0\2\x0f", 20);
	headers_put16(frame + 18, 0xfffe + number);
	memcpy(frame + 34, "\x14\x51\x9c\x40\xff\xff\xff\0\0\0\0\7\x50\x10\x12\x34\0\0\0\0", 20);
	headers_put32(frame + 38, 0xffffff00u + number * SIZE);
	for (size_t i = 0; i < data; i++)
		frame[HEADER + i] = (uint8_t)(number * 31 + i);
	sum_up(frame, HEADER + data);
	return HEADER + data;
}

/* The packet of @count segments is what Linux takes for them, and makes them again. */
static void check_packet(unsigned int count, size_t last)
{
	uint8_t wanted[LONGEST], made[LONGEST];
	struct virtio_net_hdr header;
	struct segments segments;
	size_t length;

	g_assert_cmpuint(merge.count, ==, count);
	merge_end(&merge, &header);
	g_assert_cmpuint(merge.count, ==, 0);
	g_assert_cmpuint(merge.length, ==, HEADER + (count - 1) * SIZE + last);
	g_assert_cmpuint(header.flags, ==, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	g_assert_cmpuint(header.gso_type, ==, VIRTIO_NET_HDR_GSO_TCPV4);
	g_assert_cmpuint(header.gso_size, ==, SIZE);
	g_assert_cmpuint(header.hdr_len, ==, HEADER);
	g_assert_cmpuint(header.csum_start, ==, 34);
	g_assert_cmpuint(header.csum_offset, ==, 16);
	g_assert_cmpuint(headers_sum(merge.frame + 14, 20, 0), ==, 0xffff);
	g_assert_cmpuint(headers_get16(merge.frame + 16), ==, merge.length - 14);
	segments_begin(&segments, merge.frame, merge.length, header.gso_size);
	for (unsigned int i = 0; i < count; i++) {
		size_t size = make(wanted, i, i + 1 < count ? SIZE : last);

		if (i + 1 == count && merge.frame[FLAGS] & 8) {
			wanted[FLAGS] |= 8;
			sum_up(wanted, size);
		}
		g_assert_true(segments_left(&segments));
		length = segments_make(&segments, made);
		g_assert_cmpmem(made, (int)length, wanted, (int)size);
	}
	g_assert_false(segments_left(&segments));
}

static void test_stream(void)
{
	uint8_t frame[LONGEST];

	for (unsigned int i = 0; i < 5; i++)
		g_assert_true(merge_add(&merge, frame, make(frame, i, SIZE)));
	check_packet(5, SIZE);
}

static void test_last(void)
{
	uint8_t frame[LONGEST];
	size_t length;

	g_assert_true(merge_add(&merge, frame, make(frame, 0, SIZE)));
	g_assert_true(merge_add(&merge, frame, make(frame, 1, SIZE - 1)));
	g_assert_false(merge_add(&merge, frame, make(frame, 2, SIZE))); /* after a short one */
	check_packet(2, SIZE - 1);

	g_assert_true(merge_add(&merge, frame, make(frame, 0, SIZE)));
	length = make(frame, 1, SIZE);
	frame[FLAGS] |= 8;
	sum_up(frame, length);
	g_assert_true(merge_add(&merge, frame, length));
	g_assert_false(merge_add(&merge, frame, make(frame, 2, SIZE))); /* after PSH */
	check_packet(2, SIZE);
}

static void test_alone(void)
{
	uint8_t frame[LONGEST];
	size_t length = make(frame, 0, SIZE);
	struct virtio_net_hdr header;

	g_assert_true(merge_add(&merge, frame, length));
	merge_end(&merge, &header);
	g_assert_cmpmem(merge.frame, (int)merge.length, frame, (int)length);
	g_assert_cmpuint(header.flags, ==, VIRTIO_NET_HDR_F_DATA_VALID);
	g_assert_cmpuint(header.gso_type, ==, VIRTIO_NET_HDR_GSO_NONE);
}

static void test_limit(void)
{
	static uint8_t frame[LONGEST];
	struct virtio_net_hdr header;
	unsigned int count = 0;

	while (merge_add(&merge, frame, make(frame, count, SIZE)))
		count++;
	g_assert_cmpuint(count, ==, (MERGE_LIMIT - 40) / SIZE);
	merge_end(&merge, &header);
	g_assert_cmpuint(merge.length, <=, 14 + MERGE_LIMIT);
}

/* Every byte of the headers but the changing ones belongs to the stream; an urgent pointer says nothing. */
static void test_others(void)
{
	static const unsigned char may_differ[] = {24, 25, 50, 51, 52, 53};
	uint8_t frame[LONGEST];
	struct virtio_net_hdr header;

	for (unsigned int at = 0; at < HEADER; at++) {
		size_t length;

		g_assert_true(merge_add(&merge, frame, make(frame, 0, SIZE)));
		length = make(frame, 1, SIZE);
		if (!memchr(may_differ, (int)at, sizeof(may_differ))) {
			frame[at] ^= 1;
			if (at > 14 && at < 34) {
				headers_put16(frame + 24, 0);
				headers_put16(frame + 24,
					      ~headers_sum(frame + 14, 20, 0) & 0xffff);
			}
			if (merge_add(&merge, frame, length))
				g_error("byte %u differs, and the segment was merged", at);
		}
		g_assert_cmpuint(merge.count, ==, 1);
		merge_end(&merge, &header);
	}
}

static void test_no_segment(void)
{
	uint8_t frame[LONGEST];
	size_t length = make(frame, 0, 0);

	g_assert_false(merge_add(&merge, frame, length)); /* no data */
	length = make(frame, 0, SIZE);
	for (size_t cut = 0; cut < length; cut++)
		g_assert_false(merge_add(&merge, frame, cut));
	frame[24] ^= 1; /* header checksum */
	g_assert_false(merge_add(&merge, frame, length));
	for (unsigned int flag = 0; flag < 8; flag++) {
		length = make(frame, 0, SIZE);
		frame[FLAGS] ^= (uint8_t)(1u << flag);
		sum_up(frame, length);
		g_assert_cmpint(merge_add(&merge, frame, length), ==, flag == 3);
		merge.count = 0;
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/merge/stream", test_stream);
	g_test_add_func("/merge/last", test_last);
	g_test_add_func("/merge/alone", test_alone);
	g_test_add_func("/merge/limit", test_limit);
	g_test_add_func("/merge/others", test_others);
	g_test_add_func("/merge/no-segment", test_no_segment);
	return g_test_run();
}
