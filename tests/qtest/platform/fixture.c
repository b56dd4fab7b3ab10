/* SPDX-License-Identifier: MIT */
/*
 * fixture.c - see fixture.h
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "fixture.h"
#include "monitor.h"
#include "platform/linux/explain.h"

#define RING	     FIXTURE_RING_SIZE
#define PAGE	     PLATFORM_PAGE_SIZE
#define WAIT_SECONDS 120

bool fixture_program(int *status)
{
	const char *binary = getenv("SGNIC_QEMU");

	if (binary && access(binary, X_OK) == 0)
		return true;
	if (getenv("SGNIC_QEMU_OPTIONAL")) {
		printf("1..0 # SKIP no QEMU built: run ninja -C build qemu\n");
		*status = EXIT_SUCCESS;
	} else {
		printf("Bail out! SGNIC_QEMU must name a qemu-system-x86_64 with sgnic\n");
		*status = EXIT_FAILURE;
	}
	return false;
}

void fixture_add_tests(const char *group, const struct fixture_test *tests, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		char *path = g_strdup_printf("/qtest-platform/%s/%s", group, tests[i].name);

		g_test_add_func(path, tests[i].function);
		g_free(path);
	}
}

static void start(struct fixture *fixture, const struct qtest_options *options)
{
	struct qtest_options all = *options;
	char message[EXPLAIN_SIZE];

	fixture->loop = event_loop_create();
	fixture->log = memfd_create("log", MFD_CLOEXEC);
	g_assert_nonnull(fixture->loop);
	g_assert_cmpint(fixture->log, >=, 0);
	all.qemu = getenv("SGNIC_QEMU");
	all.log = fixture->log;
	if (qtest_platform_open(&all, fixture->loop, &fixture->platform, message, sizeof(message)) <
	    0)
		g_error("%s", message);
}

struct fixture *fixture_open_device(const struct qtest_options *options)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->wire = -1;
	fixture->monitor = -1;
	start(fixture, options);
	return fixture;
}

/* @device: with "netdev=wire".  @global: as for -global, or NULL. */
static struct fixture *open_with_wire(const char *device, const struct platform_isa *isa,
				      const char *global)
{
	struct timeval deadline = {.tv_sec = WAIT_SECONDS};
	struct fixture *fixture = g_new0(struct fixture, 1);
	const char *arguments[] = {"-netdev",
				   NULL,
				   "-chardev",
				   NULL,
				   "-mon",
				   "chardev=qmp,mode=control",
				   global ? "-global" : NULL,
				   global,
				   NULL};
	char *monitor;
	char *netdev;
	int qmp[2];
	int ends[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), ==, 0);
	g_assert_cmpint(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline)),
			==, 0);
	netdev = g_strdup_printf("dgram,id=wire,local.type=fd,local.str=%d", ends[1]);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qmp), ==, 0);
	g_assert_cmpint(setsockopt(qmp[0], SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline)),
			==, 0);
	monitor = g_strdup_printf("socket,id=qmp,fd=%d", qmp[1]);
	arguments[1] = netdev;
	arguments[3] = monitor;
	fixture->wire = ends[0];
	fixture->monitor = qmp[0];
	start(fixture, &(struct qtest_options){.device = device,
					       .arguments = arguments,
					       .inherited = (const int[]){ends[1], qmp[1]},
					       .inherited_count = 2,
					       .deadline = WAIT_SECONDS,
					       .isa = isa});
	close(ends[1]);
	close(qmp[1]);
	g_free(netdev);
	g_free(monitor);
	return fixture;
}

struct fixture *fixture_open_nic(const char *device)
{
	char *text = g_strdup_printf("%s,netdev=wire", device);
	struct fixture *fixture = open_with_wire(text, NULL, NULL);

	g_free(text);
	return fixture;
}

struct fixture *fixture_open_global(const char *global)
{
	return open_with_wire("sgnic,netdev=wire", NULL, global);
}

struct fixture *fixture_open(const char *properties)
{
	char *device = properties ? g_strdup_printf("sgnic,%s", properties) : g_strdup("sgnic");
	struct fixture *fixture = fixture_open_nic(device);

	g_free(device);
	return fixture;
}

struct fixture *fixture_open_isa(const struct platform_isa *device,
				 const struct platform_isa *resources)
{
	char *text = g_strdup_printf("isa-dma-nic,netdev=wire,iobase=0x%x,irq=%u,dma=%u",
				     device->port, device->irq, device->dma);
	struct fixture *fixture = open_with_wire(text, resources, NULL);

	g_free(text);
	return fixture;
}

/*
 * QEMU tells once for each reason that VT-d refused something (7.2 adds that nothing was in that
 * place, a region without name); all else is unasked for.
 */
static void check_log(struct fixture *fixture)
{
	off_t size = lseek(fixture->log, 0, SEEK_END);
	char *text = g_malloc0((size_t)size + 1);
	char **lines;
	char **line;

	g_assert_cmpint(pread(fixture->log, text, (size_t)size, 0), ==, size);
	lines = g_strsplit(text, "\n", -1);
	for (line = lines; *line; line++) {
		if (!**line || strstr(*line, "ASan doesn't fully support") ||
		    strstr(*line, "vtd_") || strstr(*line, "Interrupt Mask set") ||
		    strstr(*line, "fault") || strstr(*line, "region '(null)'") ||
		    strstr(*line, "sgnic") ||
		    (fixture->expects_guest_errors && strstr(*line, "isa-dma-nic")))
			continue;
		g_error("QEMU logged: %s\nAll that it logged:\n%s", *line, text);
	}
	g_strfreev(lines);
	g_free(text);
}

void fixture_close(struct fixture *fixture)
{
	platform_close(fixture->platform);
	check_log(fixture);
	event_loop_destroy(fixture->loop);
	if (fixture->wire >= 0)
		close(fixture->wire);
	if (fixture->monitor >= 0)
		close(fixture->monitor);
	close(fixture->log);
	g_free(fixture->path);
	g_free(fixture);
}

void fixture_set_link(struct fixture *fixture, bool up)
{
	monitor_execute(fixture,
			"{\"execute\": \"set_link\", \"arguments\": {\"name\": \"wire\", "
			"\"up\": %s}}",
			up ? "true" : "false");
}

void fixture_advance(struct fixture *fixture, unsigned int milliseconds)
{
	g_assert_cmpint(qtest_platform_advance(fixture->platform, (uint64_t)milliseconds * 1000000),
			==, 0);
}

uint32_t fixture_get(struct fixture *fixture, uint32_t offset)
{
	uint32_t value;

	g_assert_cmpint(platform_bar_read(fixture->platform, SGNIC_REGISTER_BAR, offset, &value, 4),
			==, 0);
	return value;
}

void fixture_set(struct fixture *fixture, uint32_t offset, uint32_t value)
{
	g_assert_cmpint(
		platform_bar_write(fixture->platform, SGNIC_REGISTER_BAR, offset, &value, 4), ==,
		0);
}

/* ---- rings -------------------------------------------------------------------------------- */

static void *ring_page(struct fixture *fixture, enum ring_page page)
{
	return fixture->rings + page * PAGE;
}

static void open_queue(struct fixture *fixture, uint32_t base, enum ring_page first)
{
	uint32_t logical = FIXTURE_RINGS + (uint32_t)(first * PAGE);

	fixture_set(fixture, base + SGNIC_QUEUE_RING_SIZE, RING);
	fixture_set(fixture, base + SGNIC_QUEUE_DESCRIPTORS_LOW, logical);
	fixture_set(fixture, base + SGNIC_QUEUE_COMPLETIONS_LOW, logical + (uint32_t)PAGE);
	fixture_set(fixture, base + SGNIC_QUEUE_RECORD_LOW, logical + 2 * (uint32_t)PAGE);
	fixture_set(fixture, base + SGNIC_QUEUE_CONTROL, SGNIC_QUEUE_ENABLE);
	g_assert_cmpuint(fixture_get(fixture, base + SGNIC_QUEUE_STATE), ==, SGNIC_QUEUE_RUNNING);
}

void fixture_open_rings(struct fixture *fixture)
{
	void *memory;

	g_assert_cmpint(platform_memory_allocate(fixture->platform, RING_PAGES * PAGE, &memory), ==,
			0);
	g_assert_cmpint(platform_map(fixture->platform, (logical_t){FIXTURE_RINGS}, memory,
				     RING_PAGES * PAGE, PLATFORM_DEVICE_BOTH),
			==, 0);
	fixture->rings = memory;
	fixture->sent = 0;
	fixture->received = 0;
	open_queue(fixture, SGNIC_TX_QUEUE(0), TX_DESCRIPTORS);
	open_queue(fixture, SGNIC_RX_QUEUE(0), RX_DESCRIPTORS);
	fixture_set(fixture, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_BROADCAST);
}

void fixture_close_rings(struct fixture *fixture)
{
	fixture_set(fixture, SGNIC_RECEIVE_FILTER, 0);
	fixture_set(fixture, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_CONTROL, 0);
	fixture_set(fixture, SGNIC_RX_QUEUE(0) + SGNIC_QUEUE_CONTROL, 0);
	g_assert_cmpint(
		platform_unmap(fixture->platform, (logical_t){FIXTURE_RINGS}, RING_PAGES * PAGE),
		==, RING_PAGES * PAGE);
	platform_memory_free(fixture->platform, fixture->rings, RING_PAGES * PAGE);
	fixture->rings = NULL;
}

static void post(struct fixture *fixture, enum ring_page first, uint32_t index, uint64_t logical,
		 uint32_t length, uint16_t flags)
{
	struct sgnic_descriptor *descriptors = ring_page(fixture, first);
	struct sgnic_record *record = ring_page(fixture, first + 2);

	descriptors[index % RING] = (struct sgnic_descriptor){
		.address = logical, .length = length, .flags = flags, .tag = (uint16_t)index};
	__atomic_store_n(&record->producer, index + 1, __ATOMIC_SEQ_CST);
}

static const struct sgnic_completion *
wait_completion(struct fixture *fixture, enum ring_page completions, size_t size, uint32_t index)
{
	const void *page = ring_page(fixture, completions);
	const struct sgnic_completion *completion =
		(const void *)((const char *)page + index % RING * size);
	gint64 until = g_get_monotonic_time() + WAIT_SECONDS * G_USEC_PER_SEC;
	uint16_t phase = !(index / RING & 1);

	while ((__atomic_load_n(&completion->flags, __ATOMIC_ACQUIRE) & SGNIC_COMPLETION_PHASE) !=
	       phase) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		g_usleep(20);
	}
	g_assert_cmpuint(completion->tag, ==, (uint16_t)index);
	return completion;
}

uint8_t fixture_transmit(struct fixture *fixture, uint64_t logical, uint32_t length)
{
	uint32_t index = fixture->sent++;

	post(fixture, TX_DESCRIPTORS, index, logical, length, SGNIC_DESCRIPTOR_END);
	fixture_set(fixture, SGNIC_TX_DOORBELL(0), 1);
	return wait_completion(fixture, TX_COMPLETIONS, sizeof(struct sgnic_completion), index)
		->status;
}

void fixture_sent(struct fixture *fixture, const void *expected, size_t length)
{
	unsigned char frame[SGNIC_MAX_JUMBO_FRAME + 1];
	ssize_t got = recv(fixture->wire, frame, sizeof(frame), 0);

	g_assert_cmpint(got, ==, (gssize)length);
	fixture_same(frame, expected, length);
}

uint8_t fixture_receive(struct fixture *fixture, uint64_t logical, const void *frame,
			uint32_t length)
{
	uint32_t index = fixture->received++;

	post(fixture, RX_DESCRIPTORS, index, logical, length, 0);
	fixture_set(fixture, SGNIC_RX_DOORBELL(0), 1);
	g_assert_cmpint(send(fixture->wire, frame, length, 0), ==, (gssize)length);
	return wait_completion(fixture, RX_COMPLETIONS, sizeof(struct sgnic_rx_completion), index)
		->status;
}

/* ---- checks ------------------------------------------------------------------------------- */

void fixture_expect_fault(struct fixture *fixture, uint64_t logical, bool is_write)
{
	struct platform_fault fault;

	g_assert_cmpint(platform_next_fault(fixture->platform, &fault), ==, 1);
	g_test_message("%s", fault.text);
	g_assert_cmphex(fault.address.value, ==, logical & ~(uint64_t)PLATFORM_PAGE_MASK);
	g_assert_cmpint(fault.is_write, ==, is_write);
	g_assert_nonnull(strstr(fault.text, is_write ? "write" : "read"));
	fixture_expect_no_fault(fixture);
}

void fixture_expect_no_fault(struct fixture *fixture)
{
	struct platform_fault fault;

	if (platform_next_fault(fixture->platform, &fault) != 0)
		g_error("%s", fault.text);
}

void fixture_same(const void *actual, const void *expected, size_t length)
{
	const unsigned char *a = actual;
	const unsigned char *e = expected;
	size_t i;

	for (i = 0; i < length; i++)
		if (a[i] != e[i])
			g_error("byte %zu of %zu is 0x%02x, not 0x%02x", i, length, a[i], e[i]);
}

void fixture_same_physical(struct fixture *fixture, const void *va, const void *expected,
			   size_t length)
{
	unsigned char bytes[PLATFORM_PAGE_SIZE];
	size_t done = 0;

	while (done < length) {
		const char *at = (const char *)va + done;
		size_t offset = (uintptr_t)at & PLATFORM_PAGE_MASK;
		size_t piece = MIN(length - done, PAGE - offset);
		frame_t frame;

		g_assert_cmpint(platform_frame_number(fixture->platform, at, &frame), ==, 0);
		g_assert_cmpint(
			qtest_platform_physical(fixture->platform,
						(frame.number << PLATFORM_PAGE_SHIFT) + offset,
						bytes, piece),
			==, 0);
		fixture_same(bytes, (const char *)expected + done, piece);
		done += piece;
	}
}

static void fill(unsigned char *bytes, size_t length, unsigned int seed)
{
	uint32_t state = seed * 2654435761u + 1;
	size_t i;

	for (i = 0; i < length; i++) {
		state = state * 1664525 + 1013904223;
		bytes[i] = (unsigned char)(state >> 24);
	}
}

unsigned char *fixture_pages(struct fixture *fixture, size_t count, unsigned int seed)
{
	void *memory;

	g_assert_cmpint(platform_memory_allocate(fixture->platform, count * PAGE, &memory), ==, 0);
	fill(memory, count * PAGE, seed);
	return memory;
}

void fixture_frame(unsigned char *frame, size_t length, unsigned int seed)
{
	fill(frame, length, seed);
	memset(frame, 0xff, 6);
	frame[12] = 0x88;
	frame[13] = 0xb5;
}
