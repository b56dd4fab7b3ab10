/* SPDX-License-Identifier: MIT */
/*
 * nvme_test.c - the nvme example: transfers, and what goes wrong
 */
#include <string.h>

#include "nvme_private.h"
#include "nvme_session.h"

static const struct nvme_scene plain = {.options.dma.policy = DMA_POLICY_REMAP};

static const struct nvme_scene scenes[] = {
	{.name = "plain"},
	{.name = "intx", .interrupt = PLATFORM_INTERRUPT_INTX},
	{.name = "remap", .options.dma.policy = DMA_POLICY_REMAP},
	{.name = "remap-page", .options.dma = {DMA_POLICY_REMAP, DMA_FRAGMENT_PAGE}},
	{.name = "copy", .options.dma.policy = DMA_POLICY_COPY},
	{.name = "cached", .options.dma.policy = DMA_POLICY_CACHED},
};

static void run_scene(struct nvme_session *s, const struct nvme_scene *scene)
{
	static const struct {
		ULONG offset, length;
	} pieces[] = {{0, 512}, {4092, 512}, {0, 4096}, {512, 4096}, {4, 8192}, {0, 65536},
		      {4092, 65536}, {5000, 10240}};
	ULONG64 blocks;
	ULONG size;
	unsigned int i;

	g_test_message("%s", scene->name);
	nvme_open_scene(s, scene);
	g_assert_cmphex(nvme_session_start(s, scene->interrupt), ==, STATUS_SUCCESS);
	nvme_geometry(s->host.object, &size, &blocks);
	g_assert_cmpuint(size, ==, BLOCK);
	g_assert_cmpuint(blocks, ==, DISK_BYTES / BLOCK);
	for (i = 0; i < G_N_ELEMENTS(pieces); i++)
		nvme_exchange(s, pieces[i].offset, pieces[i].length, 300 * i);
	/* The queues have gone round. */
	g_assert_cmpuint(s->commands, >, 2 * NVME_ENTRIES);
	g_assert_cmpuint(s->commands, ==, 3 * G_N_ELEMENTS(pieces));
	g_assert_cmpuint(s->host.interrupts, ==, s->commands);
	nvme_session_stop(s);
	nvme_close_scene(s);
}

/* All scenes in one QEMU. */
static void test_transfer(void)
{
	struct nvme_session s;
	size_t i;

	nvme_open_device(&s, PLAIN_DEVICE);
	for (i = 0; i < G_N_ELEMENTS(scenes); i++)
		run_scene(&s, &scenes[i]);
	nvme_close_device(&s);
}

static void test_refused(void)
{
	static const struct {
		int operation;
		ULONG offset, length;
		uint64_t block;
	} bad[] = {
		{3, 0, 512, 0}, {NVME_READ, 0, 0, 0}, {NVME_READ, 0, 511, 0},
		{NVME_READ, 2, 512, 0}, {NVME_WRITE, 0, 65536 + 512, 0},
		{NVME_WRITE, 0, 512, DISK_BYTES / BLOCK},
		{NVME_WRITE, 0, 1024, DISK_BYTES / BLOCK - 1}, {NVME_READ, 0, 512, UINT64_MAX},
		{NVME_READ, PAGES * 4096, 512, 0}, {NVME_READ, PAGES * 4096 - 508, 512, 0},
	};
	struct nvme_session s;
	unsigned int i;

	nvme_begin(&s, &plain);
	for (i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_cmphex(nvme_perform(&s, (enum nvme_operation)bad[i].operation, bad[i].offset,
					bad[i].length, bad[i].block),
				==, STATUS_INVALID_PARAMETER);
	g_assert_cmpuint(s.commands, ==, 0);
	nvme_expect_disk(&s);
	nvme_session_stop(&s);
	nvme_close_session(&s);
}

/* Memory is refused at each point of the start; then mappings of a request, in its midst, too. */
static void test_failures(void)
{
	const struct nvme_scene pages = {.options.dma = {DMA_POLICY_REMAP, DMA_FRAGMENT_PAGE}};
	struct nvme_session s;
	int i = 0;

	nvme_open_session(&s, &pages, PLAIN_DEVICE);
	while (s.below.memory_successes = i,
	       nvme_session_start(&s, PLATFORM_INTERRUPT_AUTO) == STATUS_INSUFFICIENT_RESOURCES) {
		g_assert_cmpint(s.below.memory_successes, ==, -1);
		g_assert_cmpint(++i, <, 20);
	}
	g_assert_cmpint(i, >, 0);
	s.below.memory_successes = -1;
	for (i = 0; i < 3; i++) {
		s.below.map_successes = i;
		g_assert_cmphex(nvme_perform(&s, NVME_WRITE, 512, 65536, 7), ==,
				STATUS_INSUFFICIENT_RESOURCES);
		g_assert_cmpint(s.below.map_successes, ==, -1);
		nvme_exchange(&s, 512, 65536, 1);
	}
	nvme_session_stop(&s);
	nvme_close_session(&s);
}

/* What the controller refuses is the request's status, and the next one goes on. */
static void test_refused_by_the_controller(void)
{
	struct nvme_session s;

	nvme_begin(&s, &plain);
	s.spoil = true;
	g_assert_cmphex(nvme_perform(&s, NVME_WRITE, 0, 512, 0), ==, STATUS_IO_DEVICE_ERROR);
	nvme_expect_disk(&s);
	nvme_exchange(&s, 0, 512, 0);
	nvme_session_stop(&s);
	nvme_close_session(&s);
}

struct three {
	unsigned int ended;
	NTSTATUS statuses[3];
};

static VOID note(struct nvme_request *request, NTSTATUS status)
{
	struct three *three = request->context;

	three->statuses[three->ended++] = status;
}

/* QEMU's nvme loses the list of pages of a command that a reset finds at work. */
static void begin_without_leak_check(struct nvme_session *s)
{
	char *former = g_strdup(g_getenv("ASAN_OPTIONS"));
	char *options = g_strconcat(former ? former : "", ":detect_leaks=0:exitcode=99", NULL);

	g_setenv("ASAN_OPTIONS", options, TRUE);
	nvme_begin(s, &plain);
	if (former)
		g_setenv("ASAN_OPTIONS", former, TRUE);
	else
		g_unsetenv("ASAN_OPTIONS");
	g_free(options);
	g_free(former);
}

static void test_cancelled(void)
{
	struct nvme_request requests[3];
	struct three three = {0};
	struct nvme_session s;
	unsigned int i;

	begin_without_leak_check(&s);
	for (i = 0; i < 3; i++) {
		requests[i] = (struct nvme_request){.operation = NVME_READ, .mdl = s.mdl,
						    .length = 65536, .block = i, .done = note,
						    .context = &three};
		g_assert_cmphex(nvme_submit(s.host.object, &requests[i]), ==, STATUS_PENDING);
	}
	nvme_session_stop(&s);
	g_assert_cmpuint(three.ended, ==, 3);
	for (i = 0; i < 3; i++)
		g_assert_cmphex(three.statuses[i], ==, STATUS_CANCELLED);
	g_assert_cmphex(nvme_session_start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_SUCCESS);
	nvme_exchange(&s, 0, 512, 0);
	nvme_session_stop(&s);
	nvme_close_session(&s);
}

static void test_large_blocks(void)
{
	struct nvme_session s;
	ULONG64 blocks;
	ULONG size;

	nvme_open_session(&s, &plain,
		     PLAIN_DEVICE ",logical_block_size=4096,physical_block_size=4096");
	g_assert_cmphex(nvme_session_start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_SUCCESS);
	nvme_geometry(s.host.object, &size, &blocks);
	g_assert_cmpuint(size, ==, 4096);
	g_assert_cmpuint(blocks, ==, DISK_BYTES / 4096);
	g_assert_cmphex(nvme_perform(&s, NVME_READ, 0, 512, 0), ==, STATUS_INVALID_PARAMETER);
	g_assert_cmphex(nvme_perform(&s, NVME_READ, 0, 8192, 10), ==, STATUS_SUCCESS);
	fixture_same(s.memory, s.image + 40960, 8192);
	nvme_session_stop(&s);
	nvme_close_session(&s);
}

static void other_commands(void *context, unsigned int index, uint64_t offset, unsigned int width,
			   uint32_t *value)
{
	if (offset == NVME_CAP_HIGH)
		*value &= ~0x20u;
}

static void large_pages(void *context, unsigned int index, uint64_t offset, unsigned int width,
			uint32_t *value)
{
	if (offset == NVME_CAP_HIGH)
		*value |= 1u << 16;
}

static void fatal(void *context, unsigned int index, uint64_t offset, unsigned int width,
		  uint32_t *value)
{
	if (offset == NVME_CSTS)
		*value = (*value & ~NVME_CSTS_READY) | NVME_CSTS_FATAL;
}

/* A controller that stays enabled, and gives half a second to wait for that. */
static void stuck_read(void *context, unsigned int index, uint64_t offset, unsigned int width,
		       uint32_t *value)
{
	if (offset == NVME_CAP_LOW)
		*value &= 0x00ffffffu;
	if (offset == NVME_CSTS)
		*value |= NVME_CSTS_READY;
}

static void note_enable(void *context, uint32_t offset, uint32_t value)
{
	unsigned int *enabled = context;

	*enabled += offset == NVME_CC && value & NVME_CC_ENABLE;
}

/* One that cannot be reset is not enabled on the way back: the addresses of its queues are no one's. */
static void test_stuck(void)
{
	unsigned int enabled = 0;
	struct nvme_session s;

	nvme_open_session(&s, &plain, PLAIN_DEVICE);
	s.below.on_read = stuck_read;
	s.host.on_write = note_enable;
	s.host.context = &enabled;
	g_assert_cmphex(nvme_session_start(&s, PLATFORM_INTERRUPT_AUTO), ==,
			STATUS_DEVICE_NOT_READY);
	g_assert_cmpuint(enabled, ==, 0);
	s.below.on_read = NULL;
	g_assert_cmphex(nvme_session_start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_SUCCESS);
	g_assert_cmpuint(enabled, ==, 1);
	nvme_session_stop(&s);
	nvme_close_session(&s);
}

static void test_bad_device(void)
{
	struct nvme_session s;

	nvme_open_session(&s, &plain, PLAIN_DEVICE);
	s.below.on_read = other_commands;
	g_assert_cmphex(nvme_session_start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_NO_SUCH_DEVICE);
	s.below.on_read = large_pages;
	g_assert_cmphex(nvme_session_start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_NO_SUCH_DEVICE);
	s.below.on_read = fatal;
	g_assert_cmphex(nvme_session_start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_DEVICE_NOT_READY);
	s.below.on_read = NULL;
	interposer_remove(&s.below, true);
	g_assert_cmphex(nvme_session_start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_NO_SUCH_DEVICE);
	interposer_remove(&s.below, false);
	g_assert_cmphex(nvme_session_start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_SUCCESS);
	nvme_exchange(&s, 0, 512, 0);
	/* Gone, and its driver is stopped. */
	interposer_remove(&s.below, true);
	nvme_session_stop(&s);
	interposer_remove(&s.below, false);
	nvme_close_session(&s);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/examples/nvme/transfer", test_transfer);
	g_test_add_func("/examples/nvme/refused", test_refused);
	g_test_add_func("/examples/nvme/failures", test_failures);
	g_test_add_func("/examples/nvme/refused-by-the-controller", test_refused_by_the_controller);
	g_test_add_func("/examples/nvme/cancelled", test_cancelled);
	g_test_add_func("/examples/nvme/large-blocks", test_large_blocks);
	g_test_add_func("/examples/nvme/stuck", test_stuck);
	g_test_add_func("/examples/nvme/bad-device", test_bad_device);
	return g_test_run();
}
