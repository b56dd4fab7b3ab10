/* SPDX-License-Identifier: MIT */
/*
 * styles_test.c - drivers in the manner of their time, made by ndis-cc, on the fake platform
 *
 * usage: styles_test NT4NIC.so XPNIC.so [GLIB-TEST-OPTIONS]
 */
#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include <glib.h>

#include "include/ndis_shim.h"
#include "platform/fake/fake.h"

#define FIRST_PORT 0xC000u
#define PORTS	   32u
#define FRAMES	   8u

enum { TX_ADDRESS, TX_LENGTH, RING_ADDRESS, STATUS };

static const char *paths[2];

/* A device and the driver that drives it. Both drivers use the registers of 32 bits in one order.
 */
struct machine {
	struct event_loop *loop;
	struct platform *platform;
	struct platform_ops ops;
	void *library;
	struct shim_driver *driver;
	struct shim_adapter *adapter;
	unsigned int sent;
	char *log;
	size_t log_length;
	FILE *log_stream;
};

static struct machine machine;
static uint32_t ports[PORTS / 4];

static int port_bar(struct platform *p, unsigned int index, struct platform_bar *bar)
{
	*bar = (struct platform_bar){0};
	if (index == 0)
		*bar = (struct platform_bar){
			.size = PORTS, .bus_address = FIRST_PORT, .is_io = true};
	return index > 5 ? -EINVAL : 0;
}

static int port_read(struct platform *p, unsigned int index, uint64_t offset, void *value,
		     unsigned int width)
{
	g_assert_cmpuint(offset + width, <=, PORTS);
	memcpy(value, (unsigned char *)ports + offset, width);
	return 0;
}

static int port_write(struct platform *p, unsigned int index, uint64_t offset, const void *value,
		      unsigned int width)
{
	g_assert_cmpuint(offset + width, <=, PORTS);
	memcpy((unsigned char *)ports + offset, value, width);
	/* What happened is forgotten when it is written back. */
	if (offset == 4 * STATUS)
		ports[STATUS] = 0;
	return 0;
}

static void on_sent(void *context, int32_t status)
{
	g_assert_cmpint(status, ==, 0);
	machine.sent++;
}

static void on_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
	g_error("a frame of %u pieces came out of nowhere", count);
}

static void on_link(void *context, bool up)
{
}

static void on_event(void *context)
{
}

static void settle(void)
{
	while (shim_run_once(0) > 0)
		;
}

static void set_up(const char *path, bool with_ports)
{
	shim_driver_entry entry;

	memset(&machine, 0, sizeof(machine));
	memset(ports, 0, sizeof(ports));
	machine.log_stream = open_memstream(&machine.log, &machine.log_length);
	shim_log_to(machine.log_stream);
	machine.loop = event_loop_create();
	machine.platform = fake_platform_create(machine.loop, NULL, true);
	if (with_ports) {
		machine.ops = *machine.platform->ops;
		machine.ops.bar = port_bar;
		machine.ops.bar_read = port_read;
		machine.ops.bar_write = port_write;
		machine.platform->ops = &machine.ops;
	}
	machine.library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!machine.library)
		g_error("%s", dlerror());
	*(void **)&entry = dlsym(machine.library, "DriverEntry");
	g_assert_nonnull((void *)entry);
	g_assert_cmpint(shim_driver_start(entry, "style", &machine.driver), ==, 0);
}

static void start(void)
{
	const struct shim_adapter_options options = {
		.dma = {.policy = DMA_POLICY_REMAP},
		.frames = FRAMES,
		.interrupt = PLATFORM_INTERRUPT_INTX,
	};
	const struct shim_client client = {
		.receive = on_receive,
		.receive_done = on_event,
		.link = on_link,
		.removed = on_event,
	};

	g_assert_cmpint(shim_adapter_start(machine.driver, machine.platform, &options, &client,
					   &machine.adapter),
			==, 0);
}

static void tear_down(void)
{
	struct shim_statistics statistics;

	shim_adapter_statistics(machine.adapter, &statistics);
	g_assert_cmpuint(statistics.violations, ==, 0);
	g_assert_cmpuint(statistics.frames_sent, ==, FRAMES);
	g_assert_cmpuint(shim_adapter_stop(machine.adapter), ==, 0);
	shim_driver_stop(machine.driver);
	g_assert_cmpuint(fake_counts(machine.platform)->mapped_pages, ==, 0);
	g_assert_cmpuint(fake_counts(machine.platform)->memory_allocations, ==, 0);
	dlclose(machine.library);
	platform_close(machine.platform);
	event_loop_destroy(machine.loop);
	shim_log_to(NULL);
	fclose(machine.log_stream);
	g_assert_cmpstr(machine.log, ==, "");
	free(machine.log);
}

static void send_all(void)
{
	for (unsigned int i = 0; i < FRAMES; i++) {
		struct shim_frame *frame;
		size_t length = 1000 + i;
		void *data;

		frame = shim_frame_allocate(machine.adapter, &data, &(size_t){0});
		g_assert_nonnull(frame);
		memset(data, (int)(i + 1), length);
		g_assert_cmpint(shim_send(machine.adapter, &frame, &length, 1, on_sent, NULL), ==,
				0);
	}
}

/* The device finds each frame where its registers say, one after the other. */
static void expect_frames(volatile uint32_t *registers)
{
	for (unsigned int i = 0; i < FRAMES; i++) {
		unsigned char found[1100];

		g_assert_cmpuint(machine.sent, ==, i);
		g_assert_cmpuint(registers[TX_LENGTH], ==, 1000 + i);
		g_assert_cmpint(fake_device_read(machine.platform,
						 (logical_t){registers[TX_ADDRESS]}, found,
						 registers[TX_LENGTH]),
				==, 0);
		for (unsigned int at = 0; at < 1000 + i; at++)
			g_assert_cmpuint(found[at], ==, i + 1);
		registers[STATUS] = 1;
		fake_raise_interrupt(machine.platform);
		settle();
	}
	g_assert_cmpuint(machine.sent, ==, FRAMES);
}

static void test_nt4(void)
{
	struct shim_statistics statistics;

	set_up(paths[0], true);
	start();
	shim_adapter_statistics(machine.adapter, &statistics);
	/* 12 of 15 KiB, 5 pages each. */
	g_assert_cmpuint(statistics.dma.map_registers_allocated, ==, 60);
	send_all();
	expect_frames(ports);
	tear_down();
}

static void test_xp(void)
{
	volatile uint32_t *registers;
	struct platform_bar bar;

	set_up(paths[1], false);
	start();
	g_assert_cmpint(platform_bar(machine.platform, 0, &bar), ==, 0);
	registers = bar.pointer;
	g_assert_nonnull((void *)(uintptr_t)registers);
	g_assert_cmpuint(registers[RING_ADDRESS], >, 0);
	g_assert_true(fake_is_mapped(machine.platform, (logical_t){registers[RING_ADDRESS]}));
	send_all();
	expect_frames(registers);
	tear_down();
}

int main(int argc, char **argv)
{
	g_assert_cmpint(argc, >=, 3);
	paths[0] = argv[1];
	paths[1] = argv[2];
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/driver-styles/nt4", test_nt4);
	g_test_add_func("/driver-styles/xp", test_xp);
	return g_test_run();
}
