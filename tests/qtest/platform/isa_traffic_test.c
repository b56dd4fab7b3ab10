/* SPDX-License-Identifier: MIT */
/*
 * isa_traffic_test.c - slave DMA for real: frames through the isa-dma-nic miniport, both ways
 *
 * 8-bit and 16-bit channels, demand and single mode, one frame at a time and auto-initialise mode;
 * frames of every kind of length, in one buffer and in pieces.  What is on the wire and what is in
 * the machine's memory is compared.
 */
#include <string.h>
#include <sys/socket.h>

#include "../../../qemu-device/isa_dma_nic_regs.h"
#include "isa_session.h"

#define FRAMES 48

static struct isa_scene scene_of(unsigned int channel, const char *demand, const char *continuous)
{
	struct isa_scene scene = isa_scene(channel);

	isa_scene_set(&scene, "DemandMode", demand);
	isa_scene_set(&scene, "ContinuousReceive", continuous);
	return scene;
}

static void test_traffic(gconstpointer data)
{
	struct isa_nic_driver_statistics statistics;
	struct session s;

	isa_run(&s, data);
	isa_exchange(&s, 0, FRAMES);
	statistics = isa_driver_statistics(&s);
	g_assert_cmpuint(statistics.frames_gathered + statistics.frames_copied, ==, FRAMES);
	g_assert_cmpuint(statistics.frames_received, ==, FRAMES);
	g_assert_cmpuint(statistics.frames_lost, ==, 0);
	g_assert_cmpuint(statistics.faults, ==, 0);
	session_stop(&s);
}

/* A frame in two buffers is two transfers, unless the first would end within a word. */
static void test_gather(gconstpointer data)
{
	unsigned int channel = GPOINTER_TO_UINT(data);
	bool is_wide = channel > 3;
	struct isa_scene scene = scene_of(channel, "1", "0");
	struct isa_nic_driver_statistics statistics;
	unsigned int even = 0;
	struct session s;
	unsigned int i;

	for (i = 0; i < FRAMES; i++)
		even += isa_length(i) % 2 == 0;
	scene.header_bytes = 14;
	isa_run(&s, &scene);
	isa_exchange(&s, 0, FRAMES);
	statistics = isa_driver_statistics(&s);
	g_assert_cmpuint(statistics.frames_gathered, ==, is_wide ? even : FRAMES);
	g_assert_cmpuint(statistics.frames_copied, ==, is_wide ? FRAMES - even : 0);
	g_assert_cmpuint(statistics.short_counts, >, statistics.frames_gathered / 2);
	session_stop(&s);

	scene.header_bytes = 15;
	isa_run(&s, &scene);
	isa_exchange(&s, 0, FRAMES);
	statistics = isa_driver_statistics(&s);
	if (is_wide)
		g_assert_cmpuint(statistics.short_counts, ==, 0);
	else
		g_assert_cmpuint(statistics.frames_gathered, ==, FRAMES);
	session_stop(&s);

	isa_scene_set(&scene, "Gather", "0");
	isa_run(&s, &scene);
	isa_exchange(&s, 0, FRAMES);
	g_assert_cmpuint(isa_driver_statistics(&s).frames_copied, ==, FRAMES);
	session_stop(&s);
}

/* The largest ring fills all that the channel can address: it begins at the channel's boundary. */
static void run_ring(unsigned int channel, const char *bytes, unsigned int frames)
{
	struct isa_scene scene = scene_of(channel, "1", "1");
	struct isa_nic_driver_statistics statistics;
	struct session s;
	unsigned int received = 0;

	isa_scene_set(&scene, "ReceiveRing", bytes);
	isa_run(&s, &scene);
	while (received < frames) {
		unsigned int burst = MIN(10, frames - received);
		unsigned int i;

		for (i = 0; i < burst; i++)
			isa_inject(&s, received + i);
		received += burst;
		session_run_until(&s, &s.received, received);
	}
	statistics = isa_driver_statistics(&s);
	g_assert_cmpuint(statistics.transfers_from_device, ==, 1);
	g_assert_cmpuint(statistics.records_wrapped, >=, 1);
	g_assert_cmpuint(statistics.ring_suspensions, ==, 0);
	/* A frame to send takes the channel away, and the ring goes on. */
	isa_exchange(&s, 0, FRAMES);
	statistics = isa_driver_statistics(&s);
	g_assert_cmpuint(statistics.ring_suspensions, >=, 1);
	session_stop(&s);
}

static void test_small_rings(void)
{
	run_ring(3, "1524", 40);
	run_ring(5, "1524", 40);
}

static void test_large_ring_8(void)
{
	run_ring(1, "65536", 200);
}

static void test_large_ring_16(void)
{
	run_ring(7, "131072", 400);
}

/* Finds @length bytes below 16 MiB, asking the machine. */
static bool is_in_low_memory(struct fixture *f, const unsigned char *bytes, size_t length)
{
	const size_t region = 64 << 10;
	unsigned char *memory = g_malloc(region);
	uint32_t physical;
	bool found;
	void *va;

	g_assert_cmpint(platform_low_memory(f->platform, region, &va, &physical), ==, 0);
	g_assert_cmpuint(physical + region, <=, 16 << 20);
	g_assert_cmpint(qtest_platform_physical(f->platform, physical, memory, region), ==, 0);
	found = memmem(memory, region, bytes, length) != NULL;
	g_free(memory);
	return found;
}

/* The bytes really pass through memory that the controller reaches. */
static void test_low_memory(gconstpointer data)
{
	struct isa_scene scene = scene_of(GPOINTER_TO_UINT(data), "1", "0");
	unsigned char frame[ISA_DMA_NIC_MAX_FRAME];
	unsigned int length = isa_length(0);
	struct session s;

	isa_run(&s, &scene);
	fixture_frame(frame, length, 0);
	g_assert_false(is_in_low_memory(s.f, frame, length));
	isa_send(&s, 0);
	session_run_until(&s, &s.completed, 1);
	isa_expect_on_wire(&s, 0);
	g_assert_true(is_in_low_memory(s.f, frame, length));
	length = isa_length(7);
	fixture_frame(frame, length, 7);
	g_assert_false(is_in_low_memory(s.f, frame, length));
	s.expected_number = 7;
	isa_inject(&s, 7);
	session_run_until(&s, &s.received, 1);
	g_assert_true(is_in_low_memory(s.f, frame, length));
	session_stop(&s);
}

/* What has come out so far, in order. */
static unsigned int read_wire(struct session *s, unsigned int number)
{
	unsigned char frame[1];

	while (recv(s->f->wire, frame, sizeof(frame), MSG_DONTWAIT | MSG_PEEK) > 0)
		isa_expect_on_wire(s, number++);
	return number;
}

/* As many as the wire takes. */
static unsigned int fill_wire(struct session *s, unsigned int number, unsigned int end)
{
	unsigned char frame[ISA_DMA_NIC_MAX_FRAME];

	for (; number < end; number++) {
		unsigned int length = isa_length(number);

		fixture_frame(frame, length, number);
		if (send(s->f->wire, frame, length, MSG_DONTWAIT) < 0)
			break;
	}
	return number;
}

/* More frames than the device holds arrive while frames are sent: none is lost, nothing starves. */
static void test_flood(gconstpointer data)
{
	const unsigned int count = 150;
	gint64 until = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
	struct isa_scene scene = scene_of(3, "1", data);
	unsigned int injected = 0;
	unsigned int out = 0;
	struct session s;
	unsigned int i;

	isa_run(&s, &scene);
	for (i = 0; i < count; i++)
		isa_send(&s, i);
	while (s.received < count || s.completed < count || out < count) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		injected = fill_wire(&s, injected, count);
		g_assert_cmpint(shim_run_once(1000000), >=, 0);
		out = read_wire(&s, out);
	}
	g_assert_cmpuint(s.failed, ==, 0);
	g_assert_cmpuint(isa_driver_statistics(&s).frames_lost, ==, 0);
	session_stop(&s);
}

static void add(struct isa_scene scene, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void add(struct isa_scene scene, const char *format, ...)
{
	va_list values;
	char *name;
	char *path;

	va_start(values, format);
	name = g_strdup_vprintf(format, values);
	va_end(values);
	path = g_strdup_printf("/qtest-platform/isa-traffic/%s", name);
	g_test_add_data_func_full(path, g_memdup2(&scene, sizeof(scene)), test_traffic, g_free);
	g_free(path);
	g_free(name);
}

static void add_channels(void)
{
	static const unsigned int channels[] = {1, 3, 5, 7};
	static const char *const flag[] = {"0", "1"};
	struct isa_scene scene;
	unsigned int i;

	for (i = 0; i < 4 * G_N_ELEMENTS(channels); i++) {
		unsigned int channel = channels[i / 4];
		bool demand = i & 2;
		bool continuous = i & 1;

		scene = scene_of(channel, flag[demand], flag[continuous]);
		add(scene, "channel-%u/%s/%s", channel, demand ? "demand" : "single",
		    continuous ? "ring" : "frames");
		if (!demand)
			continue;
		scene.verify = SHIM_VERIFY_STOP;
		add(scene, "verified/channel-%u/%s", channel, continuous ? "ring" : "frames");
	}
	scene = scene_of(0, "1", "1");
	add(scene, "channel-0");
	scene = scene_of(6, "1", "1");
	scene.device.port = 0x3e0;
	scene.device.irq = 15;
	add(scene, "other-resources");
}

int main(int argc, char **argv)
{
	static const unsigned int channels[] = {3, 5};
	int status;
	size_t i;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	add_channels();
	for (i = 0; i < G_N_ELEMENTS(channels); i++) {
		gpointer channel = GUINT_TO_POINTER(channels[i]);
		char *path = g_strdup_printf("/qtest-platform/isa-traffic/gather/%u", channels[i]);

		g_test_add_data_func(path, channel, test_gather);
		g_free(path);
		path = g_strdup_printf("/qtest-platform/isa-traffic/low-memory/%u", channels[i]);
		g_test_add_data_func(path, channel, test_low_memory);
		g_free(path);
	}
	g_test_add_func("/qtest-platform/isa-traffic/ring/smallest", test_small_rings);
	g_test_add_func("/qtest-platform/isa-traffic/ring/64-KiB", test_large_ring_8);
	g_test_add_func("/qtest-platform/isa-traffic/ring/128-KiB", test_large_ring_16);
	g_test_add_data_func("/qtest-platform/isa-traffic/flood/frames", "0", test_flood);
	g_test_add_data_func("/qtest-platform/isa-traffic/flood/ring", "1", test_flood);
	return g_test_run();
}
