/* SPDX-License-Identifier: MIT */
/*
 * edu_test.c - the edu example on QEMU's edu behind VT-d
 *
 * What the device is told to read or to fill is looked at where it is: at the physical addresses
 * that its logical ones lead to.
 */
#include <string.h>

#include "edu_host.h"
#include "fixture.h"
#include "interposer.h"

#define PAGES	    4
#define DMA_SOURCE  0x80
#define DMA_TARGET  0x88
#define DMA_COUNT   0x90
#define DMA_COMMAND 0x98
#define DMA_TO_MEMORY 2
#define OWN_BUFFER  0x40000u
#define ENGINE_MILLISECONDS 150

struct scene {
	const char *name;
	struct shim_device_options options;
	enum edu_reach reach;
	enum platform_interrupt interrupt;
};

/**
 * struct session - @memory: pages of guest RAM, described by @mdl.
 * @expected: what a DMA to the device begins with, in order; NULL: not looked at.
 * @runs: DMAs, and @source and so on: of the last one.
 */
struct session {
	struct fixture *f;
	struct interposer below;
	struct host host;
	const struct scene *scene;
	unsigned char *memory;
	PMDL mdl;
	const unsigned char *expected;
	unsigned int runs;
	uint32_t source;
	uint32_t target;
	uint32_t count;
};

static const struct scene plain = {.options.dma.policy = DMA_POLICY_REMAP};

/* The engine starts: where it goes is within its reach, mapped, and holds what it should. */
static void on_start(struct session *s, bool to_memory)
{
	uint64_t limit = s->scene->reach == EDU_REACH_28 ? 1 << 24 : UINT64_C(1) << 32;
	uint32_t logical = to_memory ? s->target : s->source;
	unsigned int done = 0;

	s->runs++;
	g_assert_cmphex((uint64_t)logical + s->count, <=, limit);
	while (s->expected && !to_memory && done < s->count) {
		unsigned int piece = MIN(s->count - done, 4096 - ((logical + done) & 4095));

		fixture_same_physical(s->f, interposer_memory(&s->below, logical + done),
				      s->expected, piece);
		s->expected += piece;
		done += piece;
	}
}

static void on_write(void *context, uint32_t offset, uint32_t value)
{
	struct session *s = context;

	switch (offset) {
	case DMA_SOURCE:
		s->source = value;
		break;
	case DMA_TARGET:
		s->target = value;
		break;
	case DMA_COUNT:
		s->count = value;
		break;
	case DMA_COMMAND:
		on_start(s, value & DMA_TO_MEMORY);
		break;
	}
}

/* The engine takes a tenth of a second, which nobody wants to wait. */
static void on_wait(void *context)
{
	struct session *s = context;

	fixture_advance(s->f, ENGINE_MILLISECONDS);
}

static void open_device(struct session *s, enum edu_reach reach)
{
	struct qtest_options device = {
		.device = reach == EDU_REACH_28 ? "edu" : "edu,dma_mask=0xffffffff"};

	memset(s, 0, sizeof(*s));
	s->f = fixture_open_device(&device);
	interposer_attach(&s->below, s->f->platform);
}

static void open_scene(struct session *s, const struct scene *scene)
{
	struct shim_device_options options = scene->options;

	s->scene = scene;
	s->runs = 0;
	options.verify = SHIM_VERIFY_STOP;
	g_assert_cmpint(host_create(&s->host, s->f->platform, &options), ==, 0);
	s->host.on_write = on_write;
	s->host.on_wait = on_wait;
	s->host.context = s;
	s->memory = fixture_pages(s->f, PAGES, 1);
	s->mdl = IoAllocateMdl(s->memory, PAGES * PAGE_SIZE, FALSE, FALSE, NULL);
	g_assert_nonnull(s->mdl);
	MmBuildMdlForNonPagedPool(s->mdl);
}

static void open_session(struct session *s, const struct scene *scene)
{
	open_device(s, scene->reach);
	open_scene(s, scene);
}

static NTSTATUS start(struct session *s)
{
	return edu_host_start(&s->host, s->scene->reach, s->scene->interrupt);
}

static void close_scene(struct session *s)
{
	IoFreeMdl(s->mdl);
	g_assert_cmpuint(host_destroy(&s->host), ==, 0);
	platform_memory_free(s->f->platform, s->memory, PAGES * PAGE_SIZE);
}

static void close_device(struct session *s)
{
	interposer_detach(&s->below);
	fixture_expect_no_fault(s->f);
	fixture_close(s->f);
}

static void close_session(struct session *s)
{
	close_scene(s);
	close_device(s);
}

static struct edu_request request(struct session *s, enum edu_way way, ULONG offset, ULONG length,
				  bool to_device)
{
	return (struct edu_request){.mdl = s->mdl, .offset = offset, .length = length,
				    .device_offset = EDU_MEMORY_SIZE - length,
				    .to_device = to_device, .way = way};
}

/* Bytes to the device and, elsewhere in memory, back; nothing beside them changes. */
static void round_trip(struct session *s, enum edu_way way, ULONG offset, ULONG length)
{
	struct edu_request out = request(s, way, offset, length, true);
	struct edu_request in = request(s, way, 2 * PAGE_SIZE + 7, length, false);
	unsigned char *image = g_malloc(PAGES * PAGE_SIZE);
	unsigned char *sent;

	memcpy(image, s->memory, PAGES * PAGE_SIZE);
	sent = g_memdup2(image + offset, length);
	s->expected = sent;
	g_assert_cmphex(edu_host_transfer(&s->host, &out), ==, STATUS_SUCCESS);
	s->expected = NULL;
	/* What goes out is what was there when it was asked for. */
	memset(s->memory + offset, 0xa5, length);
	memset(image + offset, 0xa5, length);
	g_assert_cmphex(edu_host_transfer(&s->host, &in), ==, STATUS_SUCCESS);
	memcpy(image + in.offset, sent, length);
	fixture_same(s->memory, image, PAGES * PAGE_SIZE);
	fixture_same_physical(s->f, s->memory, image, PAGES * PAGE_SIZE);
	g_free(sent);
	g_free(image);
}

static const struct scene scenes[] = {
	{.name = "plain"},
	{.name = "intx", .interrupt = PLATFORM_INTERRUPT_INTX},
	{.name = "remap-page", .options.dma = {DMA_POLICY_REMAP, DMA_FRAGMENT_PAGE}},
	{.name = "copy", .options.dma.policy = DMA_POLICY_COPY},
	{.name = "wide-remap", .options.dma.policy = DMA_POLICY_REMAP, .reach = EDU_REACH_32},
	{.name = "wide-remap-page", .options.dma = {DMA_POLICY_REMAP, DMA_FRAGMENT_PAGE},
	 .reach = EDU_REACH_32},
	{.name = "wide-cached", .options.dma.policy = DMA_POLICY_CACHED, .reach = EDU_REACH_32},
};

static void run_scene(struct session *s, const struct scene *scene)
{
	static const struct {
		ULONG offset, length;
	} pieces[] = {{0, 1}, {4095, 2}, {1, 4096}, {4000, 700}};
	unsigned int way, i;

	g_test_message("%s", scene->name);
	open_scene(s, scene);
	g_assert_cmphex(start(s), ==, STATUS_SUCCESS);
	for (way = EDU_COMMON_BUFFER; way <= EDU_CHANNEL; way++)
		for (i = 0; i < G_N_ELEMENTS(pieces); i++)
			round_trip(s, way, pieces[i].offset, pieces[i].length);
	/* One DMA each; more only where pages are pieces, and then by list and channel. */
	if (scene->options.dma.fragment == DMA_FRAGMENT_PAGE && scene->reach == EDU_REACH_32)
		g_assert_cmpuint(s->runs, >, 2 * 3 * G_N_ELEMENTS(pieces));
	else
		g_assert_cmpuint(s->runs, ==, 2 * 3 * G_N_ELEMENTS(pieces));
	g_assert_cmpuint(s->host.interrupts, ==, s->runs);
	edu_host_stop(&s->host);
	close_scene(s);
}

/* All scenes of a device in one QEMU. */
static void test_transfer(gconstpointer data)
{
	enum edu_reach reach = (enum edu_reach)GPOINTER_TO_INT(data);
	struct session s;
	size_t i;

	open_device(&s, reach);
	for (i = 0; i < G_N_ELEMENTS(scenes); i++)
		if (scenes[i].reach == reach)
			run_scene(&s, &scenes[i]);
	close_device(&s);
}

static void test_factorial(void)
{
	static const uint32_t results[][2] = {{0, 1}, {1, 1}, {5, 120}, {12, 479001600},
					      {13, 1932053504}, {34, 0}};
	struct session s;
	uint32_t result;
	unsigned int i;

	open_session(&s, &plain);
	g_assert_cmphex(start(&s), ==, STATUS_SUCCESS);
	for (i = 0; i < G_N_ELEMENTS(results); i++) {
		g_assert_cmphex(edu_host_factorial(&s.host, results[i][0], &result), ==,
				STATUS_SUCCESS);
		g_assert_cmpuint(result, ==, results[i][1]);
	}
	edu_host_stop(&s.host);
	close_session(&s);
}

static void test_refused(void)
{
	static const struct {
		ULONG offset, length, device_offset;
	} bad[] = {
		{0, 0, 0}, {0, 4097, 0}, {0, 4096, 1}, {0, 1, 4096}, {0, 2, 0xffffffff},
		{PAGES * 4096, 1, 0}, {PAGES * 4096 - 1, 2, 0}, {0xffffffff, 2, 0},
	};
	struct session s;
	unsigned int i;

	open_session(&s, &plain);
	g_assert_cmphex(start(&s), ==, STATUS_SUCCESS);
	for (i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct edu_request wrong = {.mdl = s.mdl, .offset = bad[i].offset,
					    .length = bad[i].length,
					    .device_offset = bad[i].device_offset};

		g_assert_cmphex(edu_host_transfer(&s.host, &wrong), ==, STATUS_INVALID_PARAMETER);
	}
	for (i = 0; i < 2; i++) {
		struct edu_request wrong = request(&s, EDU_LIST, 0, 1, true);

		wrong.way = i ? EDU_CHANNEL + 1 : wrong.way;
		wrong.mdl = i ? wrong.mdl : NULL;
		g_assert_cmphex(edu_host_transfer(&s.host, &wrong), ==, STATUS_INVALID_PARAMETER);
	}
	g_assert_cmpuint(s.runs, ==, 0);
	edu_host_stop(&s.host);
	close_session(&s);
}

/* Memory is refused at each point of the start; then each mapping of a request. */
static void test_failures(void)
{
	struct session s;
	int i = 0;

	open_session(&s, &plain);
	while (s.below.memory_successes = i, start(&s) == STATUS_INSUFFICIENT_RESOURCES) {
		g_assert_cmpint(s.below.memory_successes, ==, -1);
		g_assert_cmpint(++i, <, 20);
	}
	g_assert_cmpint(i, >, 0);
	s.below.memory_successes = -1;
	for (i = EDU_LIST; i <= EDU_CHANNEL; i++) {
		struct edu_request out = request(&s, (enum edu_way)i, 5, 100, true);

		s.below.map_successes = 0;
		g_assert_cmphex(edu_host_transfer(&s.host, &out), ==,
				STATUS_INSUFFICIENT_RESOURCES);
		g_assert_cmpint(s.below.map_successes, ==, -1);
		round_trip(&s, (enum edu_way)i, 5, 100);
	}
	edu_host_stop(&s.host);
	close_session(&s);
}

struct order {
	unsigned int count;
	unsigned int numbers[3];
	NTSTATUS status;
	struct edu_request requests[3];
	bool is_over;
};

static VOID note(struct edu_request *done, NTSTATUS status)
{
	struct order *order = done->context;

	order->status = status;
	order->numbers[order->count++] = (unsigned int)(done - order->requests);
	order->is_over = order->count == 3;
}

static void submit_three(struct session *s, struct order *order)
{
	unsigned int i;

	memset(order, 0, sizeof(*order));
	for (i = 0; i < 3; i++) {
		order->requests[i] = request(s, (enum edu_way)((i + 1) % 3), i * 1000, 500, true);
		order->requests[i].done = note;
		order->requests[i].context = order;
		g_assert_cmphex(edu_submit(s->host.object, &order->requests[i]), ==,
				STATUS_PENDING);
	}
}

static void test_queue(void)
{
	struct order order;
	struct session s;
	unsigned int i;

	open_session(&s, &plain);
	g_assert_cmphex(start(&s), ==, STATUS_SUCCESS);
	submit_three(&s, &order);
	g_assert_cmpuint(s.runs, ==, 1);
	g_assert_true(host_wait(&s.host, &order.is_over));
	for (i = 0; i < 3; i++)
		g_assert_cmpuint(order.numbers[i], ==, i);
	g_assert_cmphex(order.status, ==, STATUS_SUCCESS);
	edu_host_stop(&s.host);
	close_session(&s);
}

/* Stopped while the engine runs: what it then does, VT-d refuses. */
static void test_cancelled(void)
{
	struct order order;
	struct session s;
	uint32_t logical;

	open_session(&s, &plain);
	g_assert_cmphex(start(&s), ==, STATUS_SUCCESS);
	submit_three(&s, &order);
	logical = s.source;
	edu_host_stop(&s.host);
	g_assert_true(order.is_over);
	g_assert_cmphex(order.status, ==, STATUS_CANCELLED);
	g_assert_cmphex(start(&s), ==, STATUS_DEVICE_NOT_READY);
	fixture_advance(s.f, ENGINE_MILLISECONDS);
	fixture_expect_fault(s.f, logical, false);
	g_assert_cmphex(start(&s), ==, STATUS_SUCCESS);
	round_trip(&s, EDU_CHANNEL, 0, 4096);
	edu_host_stop(&s.host);
	close_session(&s);
}

static void wrong_identity(void *context, unsigned int index, uint64_t offset, unsigned int width,
			   uint32_t *value)
{
	if (offset == 0)
		*value += 0x01000000;
}

static void wrong_liveness(void *context, unsigned int index, uint64_t offset, unsigned int width,
			   uint32_t *value)
{
	if (offset == 4)
		*value = ~*value;
}

static void test_bad_device(void)
{
	struct session s;

	open_session(&s, &plain);
	s.below.on_read = wrong_identity;
	g_assert_cmphex(start(&s), ==, STATUS_NO_SUCH_DEVICE);
	s.below.on_read = wrong_liveness;
	g_assert_cmphex(start(&s), ==, STATUS_DEVICE_NOT_READY);
	s.below.on_read = NULL;
	interposer_remove(&s.below, true);
	g_assert_cmphex(start(&s), ==, STATUS_NO_SUCH_DEVICE);
	interposer_remove(&s.below, false);
	g_assert_cmphex(start(&s), ==, STATUS_SUCCESS);
	/* Gone, and its driver is stopped. */
	interposer_remove(&s.below, true);
	edu_host_stop(&s.host);
	interposer_remove(&s.below, false);
	close_session(&s);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/examples/edu/transfer/28-bits", GINT_TO_POINTER(EDU_REACH_28),
			     test_transfer);
	g_test_add_data_func("/examples/edu/transfer/32-bits", GINT_TO_POINTER(EDU_REACH_32),
			     test_transfer);
	g_test_add_func("/examples/edu/factorial", test_factorial);
	g_test_add_func("/examples/edu/refused", test_refused);
	g_test_add_func("/examples/edu/failures", test_failures);
	g_test_add_func("/examples/edu/queue", test_queue);
	g_test_add_func("/examples/edu/cancelled", test_cancelled);
	g_test_add_func("/examples/edu/bad-device", test_bad_device);
	return g_test_run();
}
