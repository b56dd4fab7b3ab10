/* SPDX-License-Identifier: MIT */
/*
 * isa_life_test.c - the isa-dma-nic miniport: requests, filters, link, reset, errors, halt
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <ndis/oid.h>
#include <ndis/status.h>

#include "../../../qemu-device/isa_dma_nic_regs.h"
#include "isa_session.h"

#define FRAMES 24
/* What the miniport has of it lies in here. */
#define LOW_SEARCH ((size_t)256 << 10)

static uint16_t port_get(struct session *s, uint16_t port)
{
	uint16_t value;

	g_assert_cmpint(platform_port_read(s->f->platform, ISA_PORT + port, &value, 2), ==, 0);
	return value;
}

static void port_set(struct session *s, uint16_t port, uint16_t value)
{
	g_assert_cmpint(platform_port_write(s->f->platform, ISA_PORT + port, &value, 2), ==, 0);
}

static uint16_t index_get(struct session *s, uint16_t index)
{
	port_set(s, ISA_DMA_NIC_INDEX, index);
	return port_get(s, ISA_DMA_NIC_DATA);
}

/* ---- requests ----------------------------------------------------------------------------- */

static void test_all_oids(void)
{
	struct isa_scene scene = isa_scene(5);
	unsigned char answer[4096];
	uint32_t oids[128];
	struct session s;
	int bytes;
	int i;

	isa_run(&s, &scene);
	bytes = shim_query(s.adapter, OID_GEN_SUPPORTED_LIST, oids, sizeof(oids));
	g_assert_cmpint(bytes, >, 30 * 4);
	for (i = 0; i < bytes / 4; i++) {
		g_assert_cmpint(shim_query(s.adapter, oids[i], answer, sizeof(answer)), >=, 0);
		if (oids[i] != OID_802_3_MULTICAST_LIST)
			g_assert_cmpint(shim_query(s.adapter, oids[i], answer, 1), ==, -EMSGSIZE);
	}
	g_assert_cmpint(shim_query(s.adapter, 0xff444eff, answer, sizeof(answer)), ==, -ENOTSUP);
	g_assert_cmpint(shim_set(s.adapter, OID_GEN_CURRENT_PACKET_FILTER, answer, 3), <, 0);
	g_assert_cmpint(shim_set(s.adapter, OID_802_3_MULTICAST_LIST, answer, 7), <, 0);
	g_assert_cmpint(shim_set(s.adapter, OID_802_3_MULTICAST_LIST, answer, 17 * 6), <, 0);
	session_stop(&s);
}

static uint64_t counter(struct session *s, uint32_t oid)
{
	uint64_t value;

	g_assert_cmpint(shim_query(s->adapter, oid, &value, sizeof(value)), ==, sizeof(value));
	return value;
}

static void test_counters(void)
{
	struct isa_scene scene = isa_scene(3);
	struct session s;

	isa_run(&s, &scene);
	isa_exchange(&s, 0, FRAMES);
	g_assert_cmpint(shim_reset(s.adapter), ==, 0);
	isa_exchange(&s, 0, FRAMES);
	/* They go on across a reset. */
	g_assert_cmpuint(counter(&s, OID_GEN_XMIT_OK), ==, 2 * FRAMES);
	g_assert_cmpuint(counter(&s, OID_GEN_RCV_OK), ==, 2 * FRAMES);
	g_assert_cmpuint(counter(&s, OID_GEN_BROADCAST_FRAMES_XMIT), ==, 2 * FRAMES);
	g_assert_cmpuint(counter(&s, OID_GEN_BROADCAST_FRAMES_RCV), ==, 2 * FRAMES);
	g_assert_cmpuint(counter(&s, OID_GEN_DIRECTED_FRAMES_RCV), ==, 0);
	g_assert_cmpuint(counter(&s, OID_GEN_XMIT_ERROR), ==, 0);
	session_stop(&s);
}

/* A frame to @address comes in, and another one that is always accepted. */
static void inject_to(struct session *s, const unsigned char *address, bool accepted)
{
	unsigned int number = s->expected_number;
	unsigned char frame[ISA_DMA_NIC_MAX_FRAME];
	unsigned int length = isa_length(number);

	fixture_frame(frame, length, number);
	memcpy(frame, address, 6);
	g_assert_cmpint(send(s->f->wire, frame, length, 0), ==, (gssize)length);
	if (accepted) {
		session_run_until(s, &s->received, s->received + 1);
		fixture_same(s->destination, address, 6);
	}
	number = s->expected_number;
	isa_inject(s, number);
	session_run_until(s, &s->received, s->received + 1);
	g_assert_cmphex(s->destination[0], ==, 0xff);
}

static void test_filters(gconstpointer continuous)
{
	static const unsigned char other[] = {0x52, 0x54, 0, 0, 0, 9};
	static const unsigned char groups[][6] = {{1, 0, 0x5e, 0, 0, 1}, {1, 0, 0x5e, 0, 0, 2}};
	const uint32_t broadcast = NDIS_PACKET_TYPE_BROADCAST;
	struct isa_scene scene = isa_scene(5);
	unsigned char station[6];
	struct session s;

	isa_scene_set(&scene, "ContinuousReceive", continuous);
	isa_scene_set(&scene, "NetworkAddress", "525400aabbcc");
	isa_run(&s, &scene);
	g_assert_cmpint(shim_query(s.adapter, OID_802_3_CURRENT_ADDRESS, station, 6), ==, 6);
	g_assert_cmphex(station[5], ==, 0xcc);
	inject_to(&s, station, false);
	session_set_filter(&s, broadcast | NDIS_PACKET_TYPE_DIRECTED);
	inject_to(&s, station, true);
	inject_to(&s, other, false);
	session_set_filter(&s, broadcast | NDIS_PACKET_TYPE_MULTICAST);
	inject_to(&s, groups[0], false);
	g_assert_cmpint(shim_set(s.adapter, OID_802_3_MULTICAST_LIST, groups[1], 6), ==, 6);
	inject_to(&s, groups[0], false);
	inject_to(&s, groups[1], true);
	session_set_filter(&s, broadcast | NDIS_PACKET_TYPE_ALL_MULTICAST);
	inject_to(&s, groups[0], true);
	session_set_filter(&s, broadcast | NDIS_PACKET_TYPE_PROMISCUOUS);
	inject_to(&s, other, true);
	/* A reset keeps address, list and filter. */
	session_set_filter(&s, broadcast | NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_MULTICAST);
	g_assert_cmpint(shim_reset(s.adapter), ==, 0);
	inject_to(&s, station, true);
	inject_to(&s, groups[1], true);
	inject_to(&s, groups[0], false);
	session_stop(&s);
}

/* ---- reset, errors, halt ------------------------------------------------------------------ */

/* Shorter or longer than a frame can be: refused at once, and the next one is sent. */
static void test_impossible_lengths(void)
{
	static const unsigned int lengths[] = {14 - 1, 1518 + 1, 1536};
	static const unsigned char frame[1536];
	struct isa_scene scene = isa_scene(5);
	struct session s;
	size_t i;

	isa_run(&s, &scene);
	for (i = 0; i < G_N_ELEMENTS(lengths); i++) {
		session_submit_bytes(&s, frame, lengths[i], NULL);
		session_run_until(&s, &s.failed, (unsigned int)i + 1);
		g_assert_cmphex(s.status, ==, NDIS_STATUS_INVALID_PACKET);
	}
	s.failed = 0;
	isa_exchange(&s, 0, FRAMES);
	session_stop(&s);
}

static void test_link(gconstpointer continuous)
{
	struct isa_scene scene = isa_scene(3);
	struct session s;
	uint32_t state;

	isa_scene_set(&scene, "ContinuousReceive", continuous);
	isa_run(&s, &scene);
	isa_exchange(&s, 0, FRAMES);
	fixture_set_link(s.f, false);
	session_run_until(&s, &s.link_changes, 1);
	g_assert_false(s.link_up);
	g_assert_cmpint(shim_query(s.adapter, OID_GEN_MEDIA_CONNECT_STATUS, &state, sizeof(state)),
			==, sizeof(state));
	g_assert_cmpuint(state, ==, NdisMediaStateDisconnected);
	isa_send(&s, 0);
	session_run_until(&s, &s.failed, 1);
	g_assert_cmphex(s.status, ==, NDIS_STATUS_NO_CABLE);
	fixture_set_link(s.f, true);
	session_run_until(&s, &s.link_changes, 2);
	g_assert_true(s.link_up);
	s.failed = 0;
	isa_exchange(&s, 0, FRAMES);
	session_stop(&s);
}

/* Takes all that has come out.  Return: how many frames. */
static unsigned int drain_wire(struct session *s)
{
	unsigned char frame[ISA_DMA_NIC_MAX_FRAME];
	unsigned int count = 0;

	while (recv(s->f->wire, frame, sizeof(frame), MSG_DONTWAIT) > 0)
		count++;
	return count;
}

/* With frames waiting in both directions; what was not sent fails, and nothing comes twice. */
static void test_reset(gconstpointer continuous)
{
	struct isa_scene scene = isa_scene(3);
	struct session s;
	unsigned int i;

	isa_scene_set(&scene, "ContinuousReceive", continuous);
	isa_run(&s, &scene);
	isa_exchange(&s, 0, FRAMES);
	for (i = 0; i < 8; i++)
		isa_send(&s, 100 + i);
	g_assert_cmpint(shim_reset(s.adapter), ==, 0);
	for (i = 0; i < 8 && s.completed + s.failed < FRAMES + 8; i++)
		isa_run_for(&s, 20);
	g_assert_cmpuint(s.completed + s.failed, ==, FRAMES + 8);
	g_assert_cmpuint(s.failed, <=, 1);
	/* The frame that failed may be out all the same. */
	g_assert_cmpuint(drain_wire(&s), >=, 8 - s.failed);
	s.failed = 0;
	isa_exchange(&s, 0, FRAMES);
	g_assert_cmpuint(isa_driver_statistics(&s).resets, ==, 1);
	session_stop(&s);
}

/* Somebody breaks the device's rules behind the driver's back: it resets the device. */
static void test_device_error(gconstpointer continuous)
{
	struct isa_scene scene = isa_scene(3);
	struct isa_nic_errors errors;
	struct session s;
	unsigned int i;

	isa_scene_set(&scene, "ContinuousReceive", continuous);
	isa_run(&s, &scene);
	s.f->expects_guest_errors = true;
	isa_exchange(&s, 0, FRAMES);
	port_set(&s, ISA_DMA_NIC_COMMAND, 99);
	for (i = 0; i < 600 && isa_driver_statistics(&s).resets == 0; i++)
		isa_run_for(&s, 100);
	g_assert_cmpuint(isa_driver_statistics(&s).resets, ==, 1);
	g_assert_cmpuint(isa_driver_statistics(&s).faults, ==, 1);
	g_assert_cmpint(shim_query(s.adapter, OID_ISA_NIC_ERRORS, &errors, sizeof(errors)), ==,
			sizeof(errors));
	g_assert_cmpuint(errors.count, ==, 1);
	g_assert_cmpuint(errors.code, ==, ISA_DMA_NIC_ERROR_BAD_VALUE);
	g_assert_cmpuint(errors.source, ==, ISA_DMA_NIC_COMMAND);
	g_assert_cmpuint(errors.value, ==, 99);
	isa_exchange(&s, 0, FRAMES);
	session_stop(&s);
}

/* Where the record of frame @number lies in low memory. */
static unsigned char *find_record(struct session *s, unsigned int number)
{
	gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;
	unsigned char frame[ISA_DMA_NIC_MAX_FRAME];
	unsigned int length = isa_length(number);
	unsigned char *found = NULL;
	uint32_t physical;
	void *low;

	fixture_frame(frame, length, number);
	g_assert_cmpint(platform_low_memory(s->f->platform, LOW_SEARCH, &low, &physical), ==, 0);
	while (!found) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		/* Lets QEMU work, which moves the frame. */
		port_get(s, ISA_DMA_NIC_ID);
		found = memmem(low, LOW_SEARCH, frame, length);
	}
	return found - ISA_DMA_NIC_RECORD_HEADER;
}

/* A record in the ring says what cannot be: the driver does not follow it. */
static void test_impossible_record(gconstpointer data)
{
	uint16_t length = (uint16_t)GPOINTER_TO_UINT(data);
	struct isa_scene scene = isa_scene(5);
	unsigned char *record;
	struct session s;
	unsigned int i;
	uint16_t mask;

	isa_run(&s, &scene);
	isa_exchange(&s, 0, FRAMES);
	/* The driver hears of the frame when its record is damaged. */
	mask = port_get(&s, ISA_DMA_NIC_INTERRUPT_MASK);
	port_set(&s, ISA_DMA_NIC_INTERRUPT_MASK, 0);
	isa_inject(&s, 5000);
	record = find_record(&s, 5000);
	memcpy(record, &length, sizeof(length));
	port_set(&s, ISA_DMA_NIC_INTERRUPT_MASK, mask);
	for (i = 0; i < 600 && isa_driver_statistics(&s).resets == 0; i++)
		isa_run_for(&s, 100);
	g_assert_cmpuint(isa_driver_statistics(&s).faults, ==, 1);
	g_assert_cmpuint(s.received, ==, FRAMES);
	isa_exchange(&s, 0, FRAMES);
	session_stop(&s);
}

/* Somebody masks the interrupt: the driver never hears of the frame, and the device is reset. */
static void test_hang(void)
{
	struct isa_scene scene = isa_scene(3);
	struct session s;
	unsigned int i;

	isa_run(&s, &scene);
	isa_send(&s, 0);
	port_set(&s, ISA_DMA_NIC_INTERRUPT_MASK, 0);
	for (i = 0; i < 600 && s.completed + s.failed == 0; i++)
		isa_run_for(&s, 100);
	g_assert_cmpuint(s.failed, ==, 1);
	g_assert_cmpuint(isa_driver_statistics(&s).resets, ==, 1);
	drain_wire(&s);
	s.failed = 0;
	isa_exchange(&s, 0, FRAMES);
	session_stop(&s);
}

static void test_halt(gconstpointer continuous)
{
	struct isa_scene scene = isa_scene(7);
	struct session s;
	unsigned int i;

	isa_scene_set(&scene, "ContinuousReceive", continuous);
	isa_run(&s, &scene);
	isa_exchange(&s, 0, FRAMES);
	for (i = 0; i < 4; i++) {
		isa_send(&s, i);
		isa_inject(&s, i);
	}
	s.expected_number = 0;
	g_assert_cmpuint(session_halt(&s), ==, 0);
	g_assert_cmpuint(s.completed + s.failed, ==, FRAMES + 4);
	/* The device is quiet: no transfer, no frames wanted, no interrupt. */
	g_assert_cmpuint(ISA_DMA_NIC_STATUS_TRANSFER(port_get(&s, ISA_DMA_NIC_STATUS)), ==,
			 ISA_DMA_NIC_TRANSFER_IDLE);
	g_assert_cmphex(port_get(&s, ISA_DMA_NIC_STATUS) & ISA_DMA_NIC_STATUS_REQUEST, ==, 0);
	g_assert_cmphex(port_get(&s, ISA_DMA_NIC_INTERRUPT_MASK), ==, 0);
	g_assert_cmphex(index_get(&s, ISA_DMA_NIC_RECEIVE_FILTER), ==, 0);
	g_assert_cmpuint(index_get(&s, ISA_DMA_NIC_ERROR_CODE), ==, ISA_DMA_NIC_ERROR_NONE);
	g_assert_cmpuint(drain_wire(&s), >=, s.completed - FRAMES);
	/* And the next driver starts on it. */
	g_assert_cmpint(isa_start(&s, &scene), ==, 0);
	session_set_filter(&s, NDIS_PACKET_TYPE_BROADCAST);
	s.completed = 0;
	s.failed = 0;
	isa_exchange(&s, 0, FRAMES);
	session_stop(&s);
}

static void add(const char *name, void (*test)(gconstpointer))
{
	char *path = g_strdup_printf("/qtest-platform/isa-life/%s/frames", name);

	g_test_add_data_func(path, "0", test);
	g_free(path);
	path = g_strdup_printf("/qtest-platform/isa-life/%s/ring", name);
	g_test_add_data_func(path, "1", test);
	g_free(path);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/qtest-platform/isa-life/all-oids", test_all_oids);
	g_test_add_func("/qtest-platform/isa-life/counters", test_counters);
	g_test_add_func("/qtest-platform/isa-life/impossible-lengths", test_impossible_lengths);
	add("filters", test_filters);
	add("link", test_link);
	g_test_add_data_func("/qtest-platform/isa-life/impossible-record/0", GUINT_TO_POINTER(0),
			     test_impossible_record);
	g_test_add_data_func("/qtest-platform/isa-life/impossible-record/65535",
			     GUINT_TO_POINTER(65535), test_impossible_record);
	add("reset", test_reset);
	add("device-error", test_device_error);
	g_test_add_func("/qtest-platform/isa-life/hang", test_hang);
	add("halt", test_halt);
	return g_test_run();
}
