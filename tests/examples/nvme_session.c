/* SPDX-License-Identifier: MIT */
/*
 * nvme_session.c - see nvme_session.h
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "nvme_private.h"
#include "nvme_session.h"

#define DOORBELL	(NVME_DOORBELL + 2 * 4)

/* ---- what the controller is told ------------------------------------------------------------ */

static void expect_page(struct nvme_session *s, uint32_t logical, unsigned int *left)
{
	unsigned int piece = MIN(*left, PAGE_SIZE - logical % PAGE_SIZE);

	fixture_same_physical(s->f, interposer_memory(&s->below, logical), s->expected, piece);
	s->expected += piece;
	*left -= piece;
}

/* Follows the addresses of a write as section 4.3 has it. */
static void expect_data(struct nvme_session *s, const struct nvme_command *command)
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
	struct nvme_session *s = context;
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

static void make_disk(struct nvme_session *s)
{
	unsigned int i;

	s->disk = g_file_open_tmp("disk-XXXXXX", &s->path, NULL);
	g_assert_cmpint(s->disk, >=, 0);
	s->image = g_malloc(DISK_BYTES);
	for (i = 0; i < DISK_BYTES; i++)
		s->image[i] = (unsigned char)(i * 13 + i / 509);
	g_assert_cmpint(pwrite(s->disk, s->image, DISK_BYTES, 0), ==, DISK_BYTES);
}

void nvme_open_device(struct nvme_session *s, const char *device)
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

void nvme_open_scene(struct nvme_session *s, const struct nvme_scene *scene)
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

void nvme_open_session(struct nvme_session *s, const struct nvme_scene *scene, const char *device)
{
	nvme_open_device(s, device);
	nvme_open_scene(s, scene);
}

NTSTATUS nvme_session_start(struct nvme_session *s, enum platform_interrupt interrupt)
{
	const struct nvme_bus bus = {&s->host, 3, host_read, host_write, host_pause};
	NTSTATUS status = nvme_start(s->host.object, &bus);

	if (NT_SUCCESS(status))
		g_assert_cmpint(host_connect(&s->host, interrupt, nvme_isr, nvme_dpc), ==, 0);
	return status;
}

void nvme_begin(struct nvme_session *s, const struct nvme_scene *scene)
{
	nvme_open_session(s, scene, PLAIN_DEVICE);
	g_assert_cmphex(nvme_session_start(s, scene->interrupt), ==, STATUS_SUCCESS);
}

void nvme_session_stop(struct nvme_session *s)
{
	host_disconnect(&s->host);
	nvme_stop(s->host.object);
}

void nvme_close_scene(struct nvme_session *s)
{
	IoFreeMdl(s->mdl);
	g_assert_cmpuint(host_destroy(&s->host), ==, 0);
	platform_memory_free(s->f->platform, s->memory, PAGES * PAGE_SIZE);
}

void nvme_close_device(struct nvme_session *s)
{
	interposer_detach(&s->below);
	fixture_expect_no_fault(s->f);
	fixture_close(s->f);
	close(s->disk);
	g_unlink(s->path);
	g_free(s->path);
	g_free(s->image);
}

void nvme_close_session(struct nvme_session *s)
{
	nvme_close_scene(s);
	nvme_close_device(s);
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

NTSTATUS nvme_perform(struct nvme_session *s, enum nvme_operation operation, ULONG offset,
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

void nvme_expect_disk(struct nvme_session *s)
{
	unsigned char *bytes = g_malloc(DISK_BYTES);

	g_assert_cmpint(pread(s->disk, bytes, DISK_BYTES, 0), ==, DISK_BYTES);
	fixture_same(bytes, s->image, DISK_BYTES);
	g_free(bytes);
}

void nvme_exchange(struct nvme_session *s, ULONG offset, ULONG length, uint64_t block)
{
	unsigned char *before = g_memdup2(s->memory, PAGES * PAGE_SIZE);

	s->expected = before + offset;
	g_assert_cmphex(nvme_perform(s, NVME_WRITE, offset, length, block), ==, STATUS_SUCCESS);
	s->expected = NULL;
	g_assert_cmphex(nvme_perform(s, NVME_FLUSH, 0, 0, 0), ==, STATUS_SUCCESS);
	memcpy(s->image + block * BLOCK, before + offset, length);
	nvme_expect_disk(s);
	fixture_same(s->memory, before, PAGES * PAGE_SIZE);

	g_assert_cmphex(nvme_perform(s, NVME_READ, offset, length, block + 1000), ==, STATUS_SUCCESS);
	memcpy(before + offset, s->image + (block + 1000) * BLOCK, length);
	fixture_same(s->memory, before, PAGES * PAGE_SIZE);
	fixture_same_physical(s->f, s->memory, before, PAGES * PAGE_SIZE);
	g_free(before);
}
