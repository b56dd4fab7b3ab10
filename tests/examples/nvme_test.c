/* SPDX-License-Identifier: MIT */
/*
 * nvme_test.c - the nvme example on QEMU's nvme behind VT-d
 *
 * The disk is a file of this process.  What the controller is told to write is looked at where it
 * is, at the physical addresses that the command's addresses lead to; then in the file.
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "host.h"
#include "interposer.h"
#include "nvme.h"
#include "nvme_private.h"

#define DISK_BYTES	(4u << 20)
#define BLOCK		512u
#define PAGES		20
#define PLAIN_DEVICE	"nvme,drive=disk,serial=example"
#define DOORBELL	(NVME_DOORBELL + 2 * 4)

struct scene {
	const char *name;
	struct shim_device_options options;
	enum platform_interrupt interrupt;
};

/**
 * struct session - @disk: the file, and @path; @image: what it should hold.
 * @memory: pages of guest RAM, described by @mdl.
 * @queues: logical address of the driver's common buffer.
 * @commands: for blocks, so far.
 * @expected: the bytes of the next write; NULL: not looked at.
 * @spoil: the next command gets an opcode that does not exist.
 */
struct session {
	struct fixture *f;
	struct interposer below;
	struct host host;
	int disk;
	char *path;
	unsigned char *image;
	unsigned char *memory;
	PMDL mdl;
	uint32_t queues;
	unsigned int commands;
	const unsigned char *expected;
	bool spoil;
};

static const struct scene plain = {.options.dma.policy = DMA_POLICY_REMAP};

/* ---- what the controller is told ------------------------------------------------------------ */

static void expect_page(struct session *s, uint32_t logical, unsigned int *left)
{
	unsigned int piece = MIN(*left, PAGE_SIZE - logical % PAGE_SIZE);

	fixture_same_physical(s->f, interposer_memory(&s->below, logical), s->expected, piece);
	s->expected += piece;
	*left -= piece;
}

/* Follows the addresses of a write as section 4.3 has it. */
static void expect_data(struct session *s, const struct nvme_command *command)
{
	unsigned int left = (command->parameters[2] + 1) * BLOCK;
	const uint64_t *list;

	g_assert_cmpuint(command->prp1_high | command->prp2_high, ==, 0);
	expect_page(s, command->prp1_low, &left);
	if (left == 0)
		return;
	if (left <= PAGE_SIZE) {
		expect_page(s, command->prp2_low, &left);
		return;
	}
	for (list = interposer_memory(&s->below, command->prp2_low); left; list++) {
		g_assert_cmphex(*list % PAGE_SIZE, ==, 0);
		expect_page(s, (uint32_t)*list, &left);
	}
}

static void on_write(void *context, uint32_t offset, uint32_t value)
{
	struct session *s = context;
	struct nvme_command *command;

	if (offset == NVME_ASQ)
		s->queues = value;
	if (offset != DOORBELL)
		return;
	command = interposer_memory(&s->below, s->queues + NVME_PAGE_COMMANDS * PAGE_SIZE);
	command += (value + NVME_ENTRIES - 1) % NVME_ENTRIES;
	s->commands++;
	if (s->expected && (command->head & 0xff) == NVME_COMMAND_WRITE)
		expect_data(s, command);
	if (s->spoil)
		command->head |= 0x7f;
	s->spoil = false;
}

/* ---- life ----------------------------------------------------------------------------------- */

static void make_disk(struct session *s)
{
	unsigned int i;

	s->disk = g_file_open_tmp("disk-XXXXXX", &s->path, NULL);
	g_assert_cmpint(s->disk, >=, 0);
	s->image = g_malloc(DISK_BYTES);
	for (i = 0; i < DISK_BYTES; i++)
		s->image[i] = (unsigned char)(i * 13 + i / 509);
	g_assert_cmpint(pwrite(s->disk, s->image, DISK_BYTES, 0), ==, DISK_BYTES);
}

static void open_device(struct session *s, const char *device)
{
	const char *arguments[] = {"-drive", NULL, NULL};
	char *drive;

	memset(s, 0, sizeof(*s));
	make_disk(s);
	drive = g_strdup_printf("if=none,id=disk,format=raw,file=%s", s->path);
	arguments[1] = drive;
	s->f = fixture_open_device(
		&(struct qtest_options){.device = device, .arguments = arguments});
	g_free(drive);
	interposer_attach(&s->below, s->f->platform);
}

static void open_scene(struct session *s, const struct scene *scene)
{
	struct shim_device_options options = scene->options;

	s->commands = 0;
	options.verify = SHIM_VERIFY_STOP;
	options.bus_number = 3;
	g_assert_cmpint(host_create(&s->host, s->f->platform, &options), ==, 0);
	s->host.on_write = on_write;
	s->host.context = s;
	s->memory = fixture_pages(s->f, PAGES, 1);
	s->mdl = IoAllocateMdl(s->memory, PAGES * PAGE_SIZE, FALSE, FALSE, NULL);
	g_assert_nonnull(s->mdl);
	MmBuildMdlForNonPagedPool(s->mdl);
}

static void open_session(struct session *s, const struct scene *scene, const char *device)
{
	open_device(s, device);
	open_scene(s, scene);
}

static NTSTATUS start(struct session *s, enum platform_interrupt interrupt)
{
	const struct nvme_bus bus = {&s->host, 3, host_read, host_write, host_pause};
	NTSTATUS status = nvme_start(s->host.object, &bus);

	if (NT_SUCCESS(status))
		g_assert_cmpint(host_connect(&s->host, interrupt, nvme_isr, nvme_dpc), ==, 0);
	return status;
}

static void begin(struct session *s, const struct scene *scene)
{
	open_session(s, scene, PLAIN_DEVICE);
	g_assert_cmphex(start(s, scene->interrupt), ==, STATUS_SUCCESS);
}

static void stop(struct session *s)
{
	host_disconnect(&s->host);
	nvme_stop(s->host.object);
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
	close(s->disk);
	g_unlink(s->path);
	g_free(s->path);
	g_free(s->image);
}

static void close_session(struct session *s)
{
	close_scene(s);
	close_device(s);
}

/* ---- requests ------------------------------------------------------------------------------- */

struct outcome {
	volatile bool is_there;
	NTSTATUS status;
};

static VOID on_done(struct nvme_request *request, NTSTATUS status)
{
	struct outcome *outcome = request->context;

	outcome->status = status;
	outcome->is_there = true;
}

static NTSTATUS perform(struct session *s, enum nvme_operation operation, ULONG offset,
			ULONG length, uint64_t block)
{
	struct outcome outcome = {false, STATUS_TIMEOUT};
	struct nvme_request request = {.operation = operation, .mdl = s->mdl, .offset = offset,
				       .length = length, .block = block, .done = on_done,
				       .context = &outcome};
	NTSTATUS status = nvme_submit(s->host.object, &request);

	if (status != STATUS_PENDING)
		return status;
	g_assert_true(host_wait(&s->host, &outcome.is_there));
	return outcome.status;
}

static void expect_disk(struct session *s)
{
	unsigned char *bytes = g_malloc(DISK_BYTES);

	g_assert_cmpint(pread(s->disk, bytes, DISK_BYTES, 0), ==, DISK_BYTES);
	fixture_same(bytes, s->image, DISK_BYTES);
	g_free(bytes);
}

/* Memory to the disk, and another part of the disk to the same memory. */
static void exchange(struct session *s, ULONG offset, ULONG length, uint64_t block)
{
	unsigned char *before = g_memdup2(s->memory, PAGES * PAGE_SIZE);

	s->expected = before + offset;
	g_assert_cmphex(perform(s, NVME_WRITE, offset, length, block), ==, STATUS_SUCCESS);
	s->expected = NULL;
	g_assert_cmphex(perform(s, NVME_FLUSH, 0, 0, 0), ==, STATUS_SUCCESS);
	memcpy(s->image + block * BLOCK, before + offset, length);
	expect_disk(s);
	fixture_same(s->memory, before, PAGES * PAGE_SIZE);

	g_assert_cmphex(perform(s, NVME_READ, offset, length, block + 1000), ==, STATUS_SUCCESS);
	memcpy(before + offset, s->image + (block + 1000) * BLOCK, length);
	fixture_same(s->memory, before, PAGES * PAGE_SIZE);
	fixture_same_physical(s->f, s->memory, before, PAGES * PAGE_SIZE);
	g_free(before);
}

/* ---- tests ---------------------------------------------------------------------------------- */

static const struct scene scenes[] = {
	{.name = "plain"},
	{.name = "intx", .interrupt = PLATFORM_INTERRUPT_INTX},
	{.name = "remap", .options.dma.policy = DMA_POLICY_REMAP},
	{.name = "remap-page", .options.dma = {DMA_POLICY_REMAP, DMA_FRAGMENT_PAGE}},
	{.name = "copy", .options.dma.policy = DMA_POLICY_COPY},
	{.name = "cached", .options.dma.policy = DMA_POLICY_CACHED},
};

static void run_scene(struct session *s, const struct scene *scene)
{
	static const struct {
		ULONG offset, length;
	} pieces[] = {{0, 512}, {4092, 512}, {0, 4096}, {512, 4096}, {4, 8192}, {0, 65536},
		      {4092, 65536}, {5000, 10240}};
	ULONG64 blocks;
	ULONG size;
	unsigned int i;

	g_test_message("%s", scene->name);
	open_scene(s, scene);
	g_assert_cmphex(start(s, scene->interrupt), ==, STATUS_SUCCESS);
	nvme_geometry(s->host.object, &size, &blocks);
	g_assert_cmpuint(size, ==, BLOCK);
	g_assert_cmpuint(blocks, ==, DISK_BYTES / BLOCK);
	for (i = 0; i < G_N_ELEMENTS(pieces); i++)
		exchange(s, pieces[i].offset, pieces[i].length, 300 * i);
	/* The queues have gone round. */
	g_assert_cmpuint(s->commands, >, 2 * NVME_ENTRIES);
	g_assert_cmpuint(s->commands, ==, 3 * G_N_ELEMENTS(pieces));
	g_assert_cmpuint(s->host.interrupts, ==, s->commands);
	stop(s);
	close_scene(s);
}

/* All scenes in one QEMU. */
static void test_transfer(void)
{
	struct session s;
	size_t i;

	open_device(&s, PLAIN_DEVICE);
	for (i = 0; i < G_N_ELEMENTS(scenes); i++)
		run_scene(&s, &scenes[i]);
	close_device(&s);
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
	struct session s;
	unsigned int i;

	begin(&s, &plain);
	for (i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_cmphex(perform(&s, (enum nvme_operation)bad[i].operation, bad[i].offset,
					bad[i].length, bad[i].block),
				==, STATUS_INVALID_PARAMETER);
	g_assert_cmpuint(s.commands, ==, 0);
	expect_disk(&s);
	stop(&s);
	close_session(&s);
}

/* Memory is refused at each point of the start; then mappings of a request, in its midst, too. */
static void test_failures(void)
{
	const struct scene pages = {.options.dma = {DMA_POLICY_REMAP, DMA_FRAGMENT_PAGE}};
	struct session s;
	int i = 0;

	open_session(&s, &pages, PLAIN_DEVICE);
	while (s.below.memory_successes = i,
	       start(&s, PLATFORM_INTERRUPT_AUTO) == STATUS_INSUFFICIENT_RESOURCES) {
		g_assert_cmpint(s.below.memory_successes, ==, -1);
		g_assert_cmpint(++i, <, 20);
	}
	g_assert_cmpint(i, >, 0);
	s.below.memory_successes = -1;
	for (i = 0; i < 3; i++) {
		s.below.map_successes = i;
		g_assert_cmphex(perform(&s, NVME_WRITE, 512, 65536, 7), ==,
				STATUS_INSUFFICIENT_RESOURCES);
		g_assert_cmpint(s.below.map_successes, ==, -1);
		exchange(&s, 512, 65536, 1);
	}
	stop(&s);
	close_session(&s);
}

/* What the controller refuses is the request's status, and the next one goes on. */
static void test_refused_by_the_controller(void)
{
	struct session s;

	begin(&s, &plain);
	s.spoil = true;
	g_assert_cmphex(perform(&s, NVME_WRITE, 0, 512, 0), ==, STATUS_IO_DEVICE_ERROR);
	expect_disk(&s);
	exchange(&s, 0, 512, 0);
	stop(&s);
	close_session(&s);
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
static void begin_without_leak_check(struct session *s)
{
	char *former = g_strdup(g_getenv("ASAN_OPTIONS"));
	char *options = g_strconcat(former ? former : "", ":detect_leaks=0:exitcode=99", NULL);

	g_setenv("ASAN_OPTIONS", options, TRUE);
	begin(s, &plain);
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
	struct session s;
	unsigned int i;

	begin_without_leak_check(&s);
	for (i = 0; i < 3; i++) {
		requests[i] = (struct nvme_request){.operation = NVME_READ, .mdl = s.mdl,
						    .length = 65536, .block = i, .done = note,
						    .context = &three};
		g_assert_cmphex(nvme_submit(s.host.object, &requests[i]), ==, STATUS_PENDING);
	}
	stop(&s);
	g_assert_cmpuint(three.ended, ==, 3);
	for (i = 0; i < 3; i++)
		g_assert_cmphex(three.statuses[i], ==, STATUS_CANCELLED);
	g_assert_cmphex(start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_SUCCESS);
	exchange(&s, 0, 512, 0);
	stop(&s);
	close_session(&s);
}

static void test_large_blocks(void)
{
	struct session s;
	ULONG64 blocks;
	ULONG size;

	open_session(&s, &plain,
		     PLAIN_DEVICE ",logical_block_size=4096,physical_block_size=4096");
	g_assert_cmphex(start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_SUCCESS);
	nvme_geometry(s.host.object, &size, &blocks);
	g_assert_cmpuint(size, ==, 4096);
	g_assert_cmpuint(blocks, ==, DISK_BYTES / 4096);
	g_assert_cmphex(perform(&s, NVME_READ, 0, 512, 0), ==, STATUS_INVALID_PARAMETER);
	g_assert_cmphex(perform(&s, NVME_READ, 0, 8192, 10), ==, STATUS_SUCCESS);
	fixture_same(s.memory, s.image + 40960, 8192);
	stop(&s);
	close_session(&s);
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

static void test_bad_device(void)
{
	struct session s;

	open_session(&s, &plain, PLAIN_DEVICE);
	s.below.on_read = other_commands;
	g_assert_cmphex(start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_NO_SUCH_DEVICE);
	s.below.on_read = large_pages;
	g_assert_cmphex(start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_NO_SUCH_DEVICE);
	s.below.on_read = fatal;
	g_assert_cmphex(start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_DEVICE_NOT_READY);
	s.below.on_read = NULL;
	interposer_remove(&s.below, true);
	g_assert_cmphex(start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_NO_SUCH_DEVICE);
	interposer_remove(&s.below, false);
	g_assert_cmphex(start(&s, PLATFORM_INTERRUPT_AUTO), ==, STATUS_SUCCESS);
	exchange(&s, 0, 512, 0);
	/* Gone, and its driver is stopped. */
	interposer_remove(&s.below, true);
	stop(&s);
	interposer_remove(&s.below, false);
	close_session(&s);
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
	g_test_add_func("/examples/nvme/bad-device", test_bad_device);
	return g_test_run();
}
