/* SPDX-License-Identifier: MIT */
/*
 * life_test.c - opening, attaching, closing; configuration space, ports, low memory
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../../qemu-device/isa_dma_nic_regs.h"
#include "fixture.h"
#include "platform/event_loop.h"
#include "platform/linux/explain.h"

#define PAGE	   PLATFORM_PAGE_SIZE
#define LOW_BYTES  ((size_t)15 << 20)
#define RAM_MBYTES 64

static void refuse(const struct qtest_options *options, int code, const char *mentions)
{
	struct event_loop *loop = event_loop_create();
	struct platform *platform = NULL;
	char message[EXPLAIN_SIZE] = "";

	g_assert_cmpint(qtest_platform_open(options, loop, &platform, message, sizeof(message)), ==,
			code);
	g_test_message("%s", message);
	g_assert_null(platform);
	if (!strstr(message, mentions))
		g_error("'%s' does not mention '%s'", message, mentions);
	g_assert_null(strchr(message, '\n'));
	g_assert_cmpint(qtest_platform_open(options, loop, &platform, NULL, 0), ==, code);
	event_loop_destroy(loop);
}

static void refuse_isa(const char *qemu, struct platform_isa isa, const char *words)
{
	refuse(&(struct qtest_options){.qemu = qemu, .device = "x", .isa = &isa}, -EINVAL, words);
}

static void test_bad_options(void)
{
	const char *qemu = getenv("SGNIC_QEMU");
	int log = open("/dev/null", O_WRONLY | O_CLOEXEC);

	refuse(&(struct qtest_options){.device = "sgnic"}, -EINVAL, "must be named");
	refuse(&(struct qtest_options){.qemu = qemu}, -EINVAL, "must be named");
	refuse(&(struct qtest_options){.qemu = "/no/qemu", .device = "sgnic"}, -ENOENT, "/no/qemu");
	refuse(&(struct qtest_options){.qemu = qemu, .device = "sgnic,addr=7"}, -EINVAL, "'addr'");
	refuse(&(struct qtest_options){.qemu = qemu, .device = "sgnic,bus=x"}, -EINVAL, "'bus'");
	refuse(&(struct qtest_options){.qemu = qemu, .device = "sgnic,id=x"}, -EINVAL, "'id'");
	refuse(&(struct qtest_options){.qemu = qemu, .device = "sgnic", .memory_megabytes = 31},
	       -EINVAL, "31 MiB");
	refuse(&(struct qtest_options){.qemu = qemu, .device = "sgnic", .memory_megabytes = 1025},
	       -EINVAL, "1025 MiB");
	refuse_isa(qemu, (struct platform_isa){0xff, 1, 5, 1}, "port 0xff");
	refuse_isa(qemu, (struct platform_isa){0x10000, 1, 5, 1}, "port 0x10000");
	refuse_isa(qemu, (struct platform_isa){0x300, 0, 5, 1}, "0 I/O ports");
	refuse_isa(qemu, (struct platform_isa){0xfff8, 9, 5, 1}, "9 I/O ports from 0xfff8");
	refuse_isa(qemu, (struct platform_isa){0x300, 16, 16, 1}, "interrupt 16");
	refuse_isa(qemu, (struct platform_isa){0x300, 16, 2, 1}, "interrupt 2");
	refuse_isa(qemu, (struct platform_isa){0x300, 16, 13, 1}, "interrupt 13");
	refuse_isa(qemu, (struct platform_isa){0x300, 16, 5, 4}, "channel 4");
	refuse_isa(qemu, (struct platform_isa){0x300, 16, 5, 8}, "channel 8");
	refuse(&(struct qtest_options){.qemu = qemu, .device = "no-such-device", .log = log}, -EIO,
	       "status 1");
	refuse(&(struct qtest_options){.qemu = "false", .device = "sgnic"}, -EIO, "status 1");
	refuse(&(struct qtest_options){.socket = "/no/socket"}, -EINVAL, "file of its RAM");
	refuse(&(struct qtest_options){.socket = "/no/socket", .memory_file = "/no/file"}, -ENOENT,
	       "/no/socket");
	close(log);
}

/* A program that never answers is given up. */
static void test_deadline(void)
{
	const char script[] = "#!/bin/sh\nexec sleep 3600\n";
	char *directory = g_dir_make_tmp("qtest-XXXXXX", NULL);
	char *program = g_build_filename(directory, "mute", NULL);

	g_assert_true(g_file_set_contents(program, script, -1, NULL));
	g_assert_cmpint(g_chmod(program, 0700), ==, 0);
	refuse(&(struct qtest_options){.qemu = program, .device = "sgnic", .deadline = 1}, -EIO,
	       "in time");
	g_unlink(program);
	g_rmdir(directory);
	g_free(program);
	g_free(directory);
}

static void test_config_space(void)
{
	struct fixture *f = fixture_open(NULL);
	struct platform_bar bar;
	unsigned char bytes[4200];
	uint32_t identity;
	uint16_t word;

	g_assert_cmpint(platform_config_read(f->platform, 0, &identity, 4), ==, 4);
	g_assert_cmphex(identity, ==, SGNIC_PCI_DEVICE_ID << 16 | SGNIC_PCI_VENDOR_ID);
	g_assert_cmpint(platform_config_read(f->platform, 1, bytes, 3), ==, 3);
	fixture_same(bytes, (const char *)&identity + 1, 3);
	g_assert_cmpint(platform_config_read(f->platform, 0, bytes, sizeof(bytes)), ==, 4096);
	g_assert_cmpint(platform_config_read(f->platform, 4094, bytes, 8), ==, 2);
	g_assert_cmpint(platform_config_read(f->platform, 4096, bytes, 1), ==, 0);
	word = 0x5aa5;
	g_assert_cmpint(platform_config_write(f->platform, 0x3c, &word, 1), ==, 1);
	g_assert_cmpint(platform_config_read(f->platform, 0x3c, &word, 1), ==, 1);
	g_assert_cmphex(word & 0xff, ==, 0xa5);

	g_assert_cmpint(platform_bar(f->platform, 0, &bar), ==, 0);
	g_assert_cmphex(bar.size, ==, SGNIC_REGISTER_BAR_SIZE);
	g_assert_null(bar.pointer);
	g_assert_cmphex(bar.bus_address & (bar.size - 1), ==, 0);
	g_assert_cmpint(platform_config_read(f->platform, 0x10, &identity, 4), ==, 4);
	g_assert_cmphex(identity, ==, bar.bus_address);
	g_assert_cmpint(platform_bar(f->platform, 2, &bar), ==, 0);
	g_assert_cmpuint(bar.size, ==, 0);
	g_assert_cmpint(platform_bar(f->platform, 6, &bar), ==, -EINVAL);
	fixture_close(f);
}

static void test_registers(void)
{
	struct fixture *f = fixture_open(NULL);
	uint64_t value = 0;

	g_assert_cmphex(fixture_get(f, SGNIC_ID), ==, SGNIC_ID_VALUE);
	g_assert_cmpint(platform_bar_read(f->platform, 0, 2, &value, 4), ==, -EINVAL);
	g_assert_cmphex(value, ==, 0xffffffff);
	g_assert_cmpint(platform_bar_read(f->platform, 0, 0, &value, 3), ==, -EINVAL);
	g_assert_cmpint(platform_bar_read(f->platform, 0, SGNIC_REGISTER_BAR_SIZE, &value, 4), ==,
			-EINVAL);
	g_assert_cmpint(platform_bar_read(f->platform, 0, UINT64_MAX - 3, &value, 4), ==, -EINVAL);
	g_assert_cmpint(platform_bar_read(f->platform, 2, 0, &value, 4), ==, -EINVAL);
	g_assert_cmpint(platform_bar_read(f->platform, 9, 0, &value, 4), ==, -EINVAL);
	g_assert_cmpint(platform_bar_write(f->platform, 9, 0, &value, 4), ==, -EINVAL);
	g_assert_cmpint(platform_bar_write(f->platform, 0, 1, &value, 2), ==, -EINVAL);
	fixture_close(f);
}

/* 64-bit, prefetchable and I/O BARs: devices of QEMU that have them. */
static void test_bars(void)
{
	static const struct {
		const char *device;
		unsigned int index;
		uint64_t size;
		bool is_io;
	} cases[] = {
		{"edu", 0, 1 << 20, false},
		{"ne2k_pci,romfile=", 0, 256, true},
		{"pcnet,romfile=", 0, 32, true},
		{"pcnet,romfile=", 1, 32, false},
		{"ivshmem-plain,memdev=shared", 2, 1 << 20, false},
	};
	static const char *const arguments[] = {
		"-object", "memory-backend-ram,id=shared,size=1M,share=on", NULL};
	struct platform_bar bar;
	uint32_t value;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct fixture *f = fixture_open_device(
			&(struct qtest_options){.device = cases[i].device, .arguments = arguments});

		g_assert_cmpint(platform_bar(f->platform, cases[i].index, &bar), ==, 0);
		g_assert_cmphex(bar.size, ==, cases[i].size);
		g_assert_cmpint(bar.is_io, ==, cases[i].is_io);
		g_assert_cmphex(bar.bus_address, !=, 0);
		g_assert_cmpint(platform_bar_read(f->platform, cases[i].index, 0, &value, 4), ==,
				0);
		fixture_close(f);
	}
}

static void test_ports(void)
{
	struct fixture *f = fixture_open(NULL);
	uint32_t value = 0x8000f800;
	uint32_t got = 0;

	g_assert_cmpint(platform_port_write(f->platform, 0xcf8, &value, 4), ==, 0);
	g_assert_cmpint(platform_port_read(f->platform, 0xcf8, &got, 4), ==, 0);
	g_assert_cmphex(got, ==, value);
	g_assert_cmpint(platform_port_read(f->platform, 0xcfc, &got, 2), ==, 0);
	g_assert_cmphex(got & 0xffff, ==, 0x8086);
	g_assert_cmpint(platform_port_read(f->platform, 0xcf8, &got, 3), ==, -EINVAL);
	g_assert_cmpint(platform_port_read(f->platform, 0xcf8, &got, 8), ==, -EINVAL);
	g_assert_cmpint(platform_port_write(f->platform, 0xcf8, &got, 8), ==, -EINVAL);
	fixture_close(f);
}

static void test_low_memory(void)
{
	struct fixture *f = fixture_open(NULL);
	unsigned char bytes[64];
	uint32_t physical;
	uint32_t next;
	frame_t frame;
	void *again;
	void *va;

	g_assert_cmpint(platform_low_memory(f->platform, 0, &va, &physical), ==, -EINVAL);
	g_assert_cmpint(platform_low_memory(f->platform, 100, &va, &physical), ==, -EINVAL);
	g_assert_cmpint(platform_low_memory(f->platform, 16 * PAGE, &va, &physical), ==, 0);
	g_assert_cmpuint(physical + 16 * PAGE, <=, 16 << 20);
	g_assert_cmpint(platform_frame_number(f->platform, (char *)va + 5 * PAGE, &frame), ==, 0);
	g_assert_cmphex(frame.number, ==, physical / PAGE + 5);
	memcpy((char *)va + 5 * PAGE, "below the line", 15);
	g_assert_cmpint(
		qtest_platform_physical(f->platform, physical + 5 * PAGE, bytes, sizeof(bytes)), ==,
		0);
	g_assert_cmpstr((const char *)bytes, ==, "below the line");
	/* Every call tells the same memory. */
	g_assert_cmpint(platform_low_memory(f->platform, PAGE, &again, &next), ==, 0);
	g_assert_true(again == va);
	g_assert_cmpuint(next, ==, physical);
	g_assert_cmpint(platform_low_memory(f->platform, LOW_BYTES, &again, &next), ==, 0);
	g_assert_true(again == va);
	g_assert_cmpint(platform_low_memory(f->platform, LOW_BYTES + PAGE, &again, &next), ==,
			-ENOSPC);
	g_assert_cmpint(
		qtest_platform_physical(f->platform, physical + 5 * PAGE, bytes, sizeof(bytes)), ==,
		0);
	g_assert_cmpstr((const char *)bytes, ==, "below the line");
	fixture_close(f);
}

/* However this process ends, QEMU ends too: it holds the other end of a pipe. */
static void test_parent_dies(void)
{
	struct pollfd entry;
	int ends[2];
	pid_t child;
	int status;
	char byte;

	g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		struct platform *platform;
		const struct qtest_options options = {
			.qemu = getenv("SGNIC_QEMU"),
			.device = "sgnic",
			.inherited = &ends[1],
			.inherited_count = 1,
		};

		if (qtest_platform_open(&options, event_loop_create(), &platform, NULL, 0) < 0)
			_exit(1);
		if (write(ends[1], "x", 1) != 1)
			_exit(2);
		kill(getpid(), SIGKILL);
	}
	close(ends[1]);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status));
	entry = (struct pollfd){.fd = ends[0], .events = POLLIN};
	g_assert_cmpint(read(ends[0], &byte, 1), ==, 1);
	g_assert_cmpint(poll(&entry, 1, 30000), ==, 1);
	g_assert_cmpint(read(ends[0], &byte, 1), ==, 0);
	close(ends[0]);
}

/* ---- attaching ---------------------------------------------------------------------------- */

static void end_with_parent(gpointer data)
{
	(void)data;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* QEMU makes the socket and the memory file in an order of its own. */
static bool is_ready(const char *socket, const char *memory)
{
	struct stat status;

	return access(socket, F_OK) == 0 && stat(memory, &status) == 0 &&
	       status.st_size == (off_t)RAM_MBYTES << 20;
}

static GPid start_qemu(const char *directory, const char *socket, const char *memory)
{
	char *object = g_strdup_printf("memory-backend-file,id=ram,share=on,size=%dM,mem-path=%s",
				       RAM_MBYTES, memory);
	char *server = g_strdup_printf("unix:%s,server=on,wait=off", socket);
	char *bios = g_build_filename(directory, "bios", NULL);
	char *megabytes = g_strdup_printf("%dM", RAM_MBYTES);
	char *arguments[] = {getenv("SGNIC_QEMU"),
			     "-accel",
			     "qtest",
			     "-machine",
			     "q35,memory-backend=ram",
			     "-m",
			     megabytes,
			     "-object",
			     object,
			     "-bios",
			     bios,
			     "-nodefaults",
			     "-display",
			     "none",
			     "-device",
			     "intel-iommu,intremap=off",
			     "-device",
			     "sgnic,addr=6.0",
			     "-device",
			     "isa-dma-nic,iobase=0x340,irq=10,dma=6",
			     "-qtest",
			     server,
			     "-qtest-log",
			     "/dev/null",
			     NULL};
	char *image = g_malloc(65536);
	GPid process;
	unsigned int tries;

	memset(image, 0xf4, 65536);
	g_assert_true(g_file_set_contents(bios, image, 65536, NULL));
	g_assert_true(g_spawn_async(NULL, arguments, NULL,
				    G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL,
				    end_with_parent, NULL, &process, NULL));
	for (tries = 0; tries < 30000 && !is_ready(socket, memory); tries++)
		g_usleep(1000);
	g_free(image);
	g_free(object);
	g_free(server);
	g_free(bios);
	g_free(megabytes);
	return process;
}

static struct platform *attach(struct event_loop *loop, const char *socket, const char *memory,
			       const char *address, int code)
{
	const struct qtest_options options = {
		.socket = socket, .memory_file = memory, .address = address};
	struct platform *platform = NULL;
	char message[EXPLAIN_SIZE] = "";

	g_assert_cmpint(qtest_platform_open(&options, loop, &platform, message, sizeof(message)),
			==, code);
	g_test_message("%s", message);
	return platform;
}

static void attach_isa(struct event_loop *loop, const char *socket, const char *memory)
{
	const struct platform_isa isa = {0x340, ISA_DMA_NIC_PORTS, 10, 6};
	const struct qtest_options options = {.socket = socket, .memory_file = memory, .isa = &isa};
	char message[EXPLAIN_SIZE];
	struct platform *platform;
	uint16_t value;

	if (qtest_platform_open(&options, loop, &platform, message, sizeof(message)) < 0)
		g_error("%s", message);
	g_assert_cmpint(platform_bar_read(platform, 0, ISA_DMA_NIC_ID, &value, 2), ==, 0);
	g_assert_cmphex(value, ==, ISA_DMA_NIC_ID_VALUE);
	platform_close(platform);
}

static void test_attach(void)
{
	char *directory = g_dir_make_tmp("qtest-XXXXXX", NULL);
	char *socket = g_build_filename(directory, "socket", NULL);
	char *memory = g_build_filename(directory, "memory", NULL);
	char *bios = g_build_filename(directory, "bios", NULL);
	struct event_loop *loop = event_loop_create();
	GPid process = start_qemu(directory, socket, memory);
	struct platform *platform;
	uint32_t value;
	unsigned int round;

	attach(loop, socket, memory, "5.0", -ENODEV);
	attach(loop, socket, memory, "00:1e.7", -ENODEV);
	attach(loop, socket, memory, "01:06.0", -EINVAL);
	attach(loop, socket, memory, "20.0", -EINVAL);
	attach(loop, socket, bios, "06.0", -EINVAL);
	for (round = 0; round < 3; round++) {
		platform = attach(loop, socket, memory, round ? "00:06.0" : "06.0", 0);
		g_assert_cmpint(platform_bar_read(platform, 0, SGNIC_ID, &value, 4), ==, 0);
		g_assert_cmphex(value, ==, SGNIC_ID_VALUE);
		platform_close(platform);
		attach_isa(loop, socket, memory);
	}
	g_assert_cmpint(kill(process, 0), ==, 0);
	kill(process, SIGKILL);
	waitpid(process, NULL, 0);
	event_loop_destroy(loop);
	g_unlink(socket);
	g_unlink(memory);
	g_unlink(bios);
	g_rmdir(directory);
	g_free(directory);
	g_free(socket);
	g_free(memory);
	g_free(bios);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/qtest-platform/life/bad-options", test_bad_options);
	g_test_add_func("/qtest-platform/life/deadline", test_deadline);
	g_test_add_func("/qtest-platform/life/config-space", test_config_space);
	g_test_add_func("/qtest-platform/life/registers", test_registers);
	g_test_add_func("/qtest-platform/life/bars", test_bars);
	g_test_add_func("/qtest-platform/life/ports", test_ports);
	g_test_add_func("/qtest-platform/life/low-memory", test_low_memory);
	g_test_add_func("/qtest-platform/life/parent-dies", test_parent_dies);
	g_test_add_func("/qtest-platform/life/attach", test_attach);
	return g_test_run();
}
