/* SPDX-License-Identifier: MIT */
/*
 * test_isa_platform.c - the platform of ISA devices: what it takes, and what it refuses
 *
 * The kernel's lists are files of the test, physical memory is a file too, and no port of the
 * machine that runs the test is touched.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/isa/isa_private.h"

#define MIB	    (1u << 20)
#define MILLISECOND 1000000
#define PAGE	    PLATFORM_PAGE_SIZE

static const char iomem[] = "00001000-0009fbff : System RAM\n"
			    "000f0000-000fffff : Reserved\n"
			    "  000f0000-000fffff : System ROM\n"
			    "00100000-007fffff : System RAM\n"
			    "00800000-00bfffff : Reserved\n"
			    "00c00000-1ffdffff : System RAM\n"
			    "  01000000-01e00fff : Kernel code\n";
static const char ioports[] = "0000-0cf7 : PCI Bus 0000:00\n"
			      "  0000-001f : dma1\n"
			      "  02f8-02ff : serial\n"
			      "  03c0-03df : vga+\n"
			      "0cf8-0cff : PCI conf1\n"
			      "0d00-ffff : PCI Bus 0000:00\n"
			      "  0d00-0d0f : ACPI\n";
static const char dma[] = " 2: floppy\n 4: cascade\n";

struct fixture {
	char *root;
	char *proc;
	char *memory;
	struct isa_environment environment;
	struct platform_isa resources;
	struct event_loop *loop;
	struct platform *platform;
	char message[EXPLAIN_SIZE];
	struct explanation why;
};

/* Ranges that the permission was asked for, or given back. */
static unsigned int permitted, forbidden;
static int permit_error;
/* Channels that were masked. */
static unsigned int masked;

static int permit(unsigned long first, unsigned long count, int on)
{
	g_assert_cmpuint(count, >, 0);
	g_assert_cmpuint(first + count, <=, 0x10000);
	if (permit_error && on) {
		errno = permit_error;
		return -1;
	}
	if (on)
		permitted++;
	else
		forbidden++;
	return 0;
}

static void write_port(uint16_t port, uint8_t value)
{
	g_assert_true(port == 0x0a || port == 0xd4);
	g_assert_cmphex(value & ~3, ==, 4);
	g_assert_cmpuint(permitted, >=, 4);
	masked |= 1u << (value & 3) << (port == 0xd4 ? 4 : 0);
}

static void put(struct fixture *f, const char *name, const char *text)
{
	char *path = g_build_filename(f->proc, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_free(path);
}

static void drop(struct fixture *f, const char *name)
{
	char *path = g_build_filename(f->proc, name, NULL);

	g_assert_cmpint(g_unlink(path), ==, 0);
	g_free(path);
}

static void set_up(struct fixture *f, gconstpointer unused)
{
	int memory;

	f->root = g_dir_make_tmp("isa-XXXXXX", NULL);
	f->proc = g_build_filename(f->root, "proc", NULL);
	f->memory = g_build_filename(f->root, "mem", NULL);
	g_assert_cmpint(g_mkdir(f->proc, 0700), ==, 0);
	put(f, "cmdline", "quiet memmap=4M$8M panic=-1\n");
	put(f, "iomem", iomem);
	put(f, "ioports", ioports);
	put(f, "dma", dma);
	memory = open(f->memory, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	g_assert_cmpint(ftruncate(memory, 16 * MIB), ==, 0);
	close(memory);
	f->environment = (struct isa_environment){f->proc, f->memory, permit, write_port};
	f->resources = (struct platform_isa){0x300, 16, 5, 3};
	f->loop = event_loop_create();
	f->why = (struct explanation){f->message, sizeof(f->message)};
	permitted = 0;
	forbidden = 0;
	permit_error = 0;
	masked = 0;
}

static void tear_down(struct fixture *f, gconstpointer unused)
{
	static const char *const names[] = {"cmdline", "iomem", "ioports", "dma"};
	size_t i;

	if (f->platform)
		platform_close(f->platform);
	event_loop_destroy(f->loop);
	for (i = 0; i < G_N_ELEMENTS(names); i++) {
		char *path = g_build_filename(f->proc, names[i], NULL);

		g_unlink(path);
		g_free(path);
	}
	g_assert_cmpint(g_rmdir(f->proc), ==, 0);
	g_unlink(f->memory);
	g_assert_cmpint(g_rmdir(f->root), ==, 0);
	g_free(f->proc);
	g_free(f->memory);
	g_free(f->root);
}

static int open_device(struct fixture *f)
{
	return isa_platform_open_in(&f->environment, &f->resources, f->loop, &f->platform, &f->why);
}

static void refused(struct fixture *f, int result, const char *words)
{
	f->message[0] = '\0';
	g_assert_cmpint(open_device(f), ==, result);
	g_assert_null(f->platform);
	if (!strstr(f->message, words))
		g_error("'%s' is missing in: %s", words, f->message);
}

static void accepted(struct fixture *f)
{
	if (open_device(f) < 0)
		g_error("%s", f->message);
}

static void close_device(struct fixture *f)
{
	platform_close(f->platform);
	f->platform = NULL;
}

/* ---- memory ------------------------------------------------------------------------------- */

static void test_low_memory(struct fixture *f, gconstpointer unused)
{
	uint32_t physical = 0;
	unsigned char byte;
	frame_t frame;
	void *again;
	void *va;
	int file;

	accepted(f);
	g_assert_cmpint(platform_low_memory(f->platform, PAGE, &va, &physical), ==, 0);
	g_assert_cmphex(physical, ==, 8 * MIB);
	g_assert_cmpint(platform_low_memory(f->platform, 4 * MIB, &again, &physical), ==, 0);
	g_assert_true(va == again);
	g_assert_cmphex(physical, ==, 8 * MIB);
	g_assert_cmpint(platform_low_memory(f->platform, 4 * MIB + PAGE, &va, &physical), ==,
			-ENOSPC);
	g_assert_cmpint(platform_low_memory(f->platform, 0, &va, &physical), ==, -EINVAL);
	g_assert_cmpint(platform_low_memory(f->platform, 100, &va, &physical), ==, -EINVAL);
	/* It is the memory at that address. */
	((unsigned char *)again)[5 * PAGE + 7] = 0xa5;
	g_assert_cmpint(platform_frame_number(f->platform, (char *)again + 5 * PAGE, &frame), ==,
			0);
	file = open(f->memory, O_RDONLY | O_CLOEXEC);
	g_assert_cmpint(pread(file, &byte, 1, (off_t)(frame.number * PAGE + 7)), ==, 1);
	close(file);
	g_assert_cmphex(byte, ==, 0xa5);
}

static void expect_region(struct fixture *f, const char *command, const char *map, uint64_t start,
			  uint64_t length)
{
	struct isa_region region;

	put(f, "cmdline", command);
	put(f, "iomem", map);
	if (isa_reserved_find(&f->environment, &region, &f->why) < 0)
		g_error("%s: %s", command, f->message);
	g_assert_cmphex(region.start, ==, start);
	g_assert_cmphex(region.length, ==, length);
}

static void test_regions(struct fixture *f, gconstpointer unused)
{
	expect_region(f, "memmap=0x400000$0x800000", iomem, 8 * MIB, 4 * MIB);
	expect_region(f, "memmap=4096k$8192K", iomem, 8 * MIB, 4 * MIB);
	/* The largest; commas separate several. */
	expect_region(f, "memmap=64K$8M,1M$9M memmap=2M$10M", iomem, 10 * MIB, 2 * MIB);
	/* Whole pages, and what the controller reaches of it. */
	expect_region(f, "memmap=0x2800$0x800800", iomem, 8 * MIB + PAGE, 2 * PAGE);
	expect_region(f, "memmap=512M$12M", "00c00000-20bfffff : Reserved\n", 12 * MIB, 4 * MIB);
	expect_region(f, "memmap=8M$0", "00000000-007fffff : reserved\n", MIB, 7 * MIB);
}

static void refuse_command(struct fixture *f, const char *command, const char *words)
{
	put(f, "cmdline", command);
	refused(f, -ENOSPC, words);
}

static void test_no_region(struct fixture *f, gconstpointer unused)
{
	refuse_command(f, "quiet", "boot with memmap=1M$8M");
	refuse_command(f, "quiet", "memmap=1M\\\\\\$8M, then update-grub");
	/* A boot loader has taken the dollar sign for itself. */
	refuse_command(f, "quiet memmap=1M", "'memmap=1M' on the kernel's command line");
	refuse_command(f, "memmap=1M@8M quiet", "'memmap=1M@8M'");
	refuse_command(f, "memmap=1M$32M", "reserves nothing");
	refuse_command(f, "memmap=640K$0", "reserves nothing");
	refuse_command(f, "memmap=$", "reserves nothing");
	refuse_command(f, "memmap=99999999999999999999$8M", "has it as");
	refuse_command(f, "crash_memmap=1M$8M", "boot with memmap=");
	refuse_command(f, "memmap=1M$3M", "has it as 'System RAM': choose another place");
	refuse_command(f, "memmap=8M$8M", "has it as 'System RAM'");
	put(f, "iomem", "");
	refuse_command(f, "memmap=1M$8M", "has it as 'nothing'");
	/* Without a channel nobody needs it. */
	f->resources.dma = PLATFORM_ISA_NO_DMA;
	accepted(f);
	g_assert_cmpint(platform_low_memory(f->platform, PAGE, &(void *){NULL}, &(uint32_t){0}), ==,
			-ENOTSUP);
}

/* ---- who may have what -------------------------------------------------------------------- */

static void test_resources(struct fixture *f, gconstpointer unused)
{
	f->resources.dma = 4;
	refused(f, -EINVAL, "channel 4 connects");
	f->resources.dma = 2;
	refused(f, -EBUSY, "DMA channel 2: the kernel's 'floppy' has it");
	f->resources = (struct platform_isa){0x2f0, 16, 5, 3};
	refused(f, -EBUSY, "the kernel's 'serial' has 0x2f8 to 0x2ff");
	f->resources = (struct platform_isa){0x3d0, 16, 5, 3};
	refused(f, -EBUSY, "I/O ports 0x3d0 to 0x3df: the kernel's 'vga+'");
	f->resources = (struct platform_isa){0x3b0, 17, 5, 3};
	refused(f, -EBUSY, "vga+");
	f->resources.ports = 16;
	accepted(f);
	close_device(f);
	f->resources = (struct platform_isa){0x300, 16, 2, 3};
	refused(f, -EINVAL, "interrupt 2");
}

static void test_missing_files(struct fixture *f, gconstpointer unused)
{
	drop(f, "ioports");
	refused(f, -ENOENT, "ioports: is proc mounted on");
	put(f, "ioports", ioports);
	drop(f, "dma");
	refused(f, -ENOENT, "dma: is proc mounted on");
	put(f, "dma", dma);
	drop(f, "iomem");
	refused(f, -ENOENT, "iomem: is proc mounted on");
	put(f, "iomem", iomem);
	drop(f, "cmdline");
	refused(f, -ENOENT, "cmdline: is proc mounted on");
	put(f, "cmdline", "memmap=1M$8M");
	g_unlink(f->memory);
	refused(f, -ENOENT, "cannot open");
}

static void test_permission(struct fixture *f, gconstpointer unused)
{
	permit_error = EPERM;
	refused(f, -EPERM, "ioperm: Operation not permitted");
	permit_error = 0;
	forbidden = 0;
	accepted(f);
	/* The device, two controllers, page registers; all are given back. */
	g_assert_cmpuint(permitted, ==, 4);
	close_device(f);
	g_assert_cmpuint(forbidden, ==, 4);
	/* All but the kernel's channels: what a killed process has left running. */
	g_assert_cmphex(masked, ==, 0xeb);
	permitted = 0;
	masked = 0;
	f->resources.dma = PLATFORM_ISA_NO_DMA;
	accepted(f);
	g_assert_cmpuint(permitted, ==, 1);
	g_assert_cmphex(masked, ==, 0);
}

/* Locks belong to processes, so another one is needed. */
static void test_two_processes(struct fixture *f, gconstpointer unused)
{
	char expected[64];
	int ready[2];
	pid_t child;
	char byte;

	g_assert_cmpint(pipe(ready), ==, 0);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		accepted(f);
		if (write(ready[1], "x", 1) == 1)
			pause();
		_exit(0);
	}
	g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
	snprintf(expected, sizeof(expected), "0x30f: process %d has it", (int)child);
	refused(f, -EBUSY, expected);
	f->resources.port = 0x30f;
	refused(f, -EBUSY, "ports 0x30f to 0x31e");
	f->resources = (struct platform_isa){0x340, 16, 7, 1};
	snprintf(expected, sizeof(expected), "the system DMA controller: process %d", (int)child);
	refused(f, -EBUSY, expected);
	f->resources.dma = PLATFORM_ISA_NO_DMA;
	accepted(f);
	close_device(f);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ready[0]);
	close(ready[1]);
	f->resources = (struct platform_isa){0x300, 16, 5, 3};
	accepted(f);
}

/* ---- ports -------------------------------------------------------------------------------- */

static void test_ports(struct fixture *f, gconstpointer unused)
{
	static const uint16_t foreign[] = {0x10, 0x2f, 0x70,  0x7f,  0x90,
					   0xbf, 0xe0, 0x2ff, 0x310, 0xffff};
	struct platform_bar bar;
	uint32_t value = 0;
	size_t i;

	accepted(f);
	g_assert_cmpint(platform_bar(f->platform, 0, &bar), ==, 0);
	g_assert_true(bar.is_io);
	g_assert_cmphex(bar.bus_address, ==, 0x300);
	g_assert_cmpuint(bar.size, ==, 16);
	g_assert_cmpint(platform_bar(f->platform, 1, &bar), ==, 0);
	g_assert_cmpuint(bar.size, ==, 0);
	g_assert_cmpint(platform_bar(f->platform, 6, &bar), ==, -EINVAL);
	for (i = 0; i < G_N_ELEMENTS(foreign); i++) {
		value = 0;
		g_assert_cmpint(platform_port_read(f->platform, foreign[i], &value, 1), ==,
				-EACCES);
		g_assert_cmphex(value, ==, 0xff);
		g_assert_cmpint(platform_port_write(f->platform, foreign[i], &value, 1), ==,
				-EACCES);
	}
	g_assert_cmpint(platform_port_read(f->platform, 0x30f, &value, 2), ==, -EACCES);
	g_assert_cmpint(platform_port_read(f->platform, 0x30d, &value, 4), ==, -EACCES);
	g_assert_cmpint(platform_port_read(f->platform, 0x300, &value, 3), ==, -EINVAL);
	g_assert_cmpint(platform_port_write(f->platform, 0x300, &value, 8), ==, -EINVAL);
	g_assert_cmpint(platform_bar_read(f->platform, 0, 16, &value, 1), ==, -EINVAL);
	g_assert_cmpint(platform_bar_read(f->platform, 0, 1, &value, 2), ==, -EINVAL);
	g_assert_cmpint(platform_bar_read(f->platform, 1, 0, &value, 1), ==, -EINVAL);
	g_assert_cmpint(platform_bar_write(f->platform, 0, UINT64_MAX, &value, 1), ==, -EINVAL);
	g_assert_cmpint(platform_bar_write(f->platform, 0, 0, &value, 0), ==, -EINVAL);
}

/* What the bus does not have. */
static void test_absent(struct fixture *f, gconstpointer unused)
{
	struct platform_fault fault;
	struct logical_range range;
	unsigned char byte = 0;
	void *va;

	accepted(f);
	g_assert_cmpuint(platform_isa(f->platform)->dma, ==, 3);
	g_assert_cmpint(platform_config_read(f->platform, 0, &byte, 1), ==, 0);
	g_assert_cmpint(platform_config_write(f->platform, 0, &byte, 1), ==, 0);
	g_assert_cmpuint(platform_logical_ranges(f->platform, &range, 1), ==, 0);
	g_assert_cmpint(platform_next_fault(f->platform, &fault), ==, -ENOTSUP);
	g_assert_cmpint(platform_memory_allocate(f->platform, 100, &va), ==, -EINVAL);
	g_assert_cmpint(platform_memory_allocate(f->platform, PAGE, &va), ==, 0);
	g_assert_cmpint(
		platform_map(f->platform, (logical_t){0x1000}, va, PAGE, PLATFORM_DEVICE_BOTH), ==,
		-ENOTSUP);
	g_assert_cmpint(platform_unmap(f->platform, (logical_t){0x1000}, PAGE), ==, -ENOTSUP);
	platform_memory_free(f->platform, va, PAGE);
}

/* ---- interrupt ---------------------------------------------------------------------------- */

struct listener {
	struct platform *platform;
	unsigned int calls;
	bool claims;
	bool stops;
};

static void listen_to(void *context)
{
	struct listener *listener = context;

	listener->calls++;
	if (listener->claims)
		platform_interrupt_rearm(listener->platform);
	if (listener->stops)
		platform_interrupt_disable(listener->platform);
}

static void run_until(struct fixture *f, const struct listener *listener, unsigned int calls)
{
	gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;

	while (listener->calls < calls) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		g_assert_cmpint(event_loop_run_once(f->loop, 1000 * MILLISECOND), >=, 0);
	}
}

static void test_interrupt(struct fixture *f, gconstpointer unused)
{
	struct listener listener = {.calls = 0};
	unsigned int calls;

	accepted(f);
	listener.platform = f->platform;
	g_assert_true(f->platform->capabilities.polls_interrupt);
	g_assert_cmpint(platform_interrupt_enable(f->platform, PLATFORM_INTERRUPT_MSIX, listen_to,
						  &listener),
			==, -ENODEV);
	g_assert_cmpint(platform_interrupt_kind(f->platform), ==, PLATFORM_INTERRUPT_AUTO);
	g_assert_cmpint(platform_interrupt_enable(f->platform, PLATFORM_INTERRUPT_AUTO, listen_to,
						  &listener),
			==, 0);
	g_assert_cmpint(platform_interrupt_kind(f->platform), ==, PLATFORM_INTERRUPT_INTX);
	g_assert_cmpint(platform_interrupt_enable(f->platform, PLATFORM_INTERRUPT_AUTO, listen_to,
						  &listener),
			==, -EBUSY);
	/* The device is looked at whether it wants something or not. */
	run_until(f, &listener, 20);
	listener.claims = true;
	run_until(f, &listener, 40);
	/* A handler may disable it. */
	listener.stops = true;
	calls = listener.calls;
	run_until(f, &listener, calls + 1);
	g_assert_cmpint(event_loop_run_once(f->loop, 10 * MILLISECOND), ==, 0);
	g_assert_cmpuint(listener.calls, ==, calls + 1);
	platform_interrupt_disable(f->platform);
	g_assert_cmpint(platform_interrupt_kind(f->platform), ==, PLATFORM_INTERRUPT_AUTO);
	/* And it can be enabled again. */
	listener.stops = false;
	g_assert_cmpint(platform_interrupt_enable(f->platform, PLATFORM_INTERRUPT_INTX, listen_to,
						  &listener),
			==, 0);
	run_until(f, &listener, calls + 5);
}

#define ADD(name, function)                                                                        \
	g_test_add("/isa-platform/" name, struct fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("low-memory", test_low_memory);
	ADD("regions", test_regions);
	ADD("no-region", test_no_region);
	ADD("resources", test_resources);
	ADD("missing-files", test_missing_files);
	ADD("permission", test_permission);
	ADD("two-processes", test_two_processes);
	ADD("ports", test_ports);
	ADD("absent", test_absent);
	ADD("interrupt", test_interrupt);
	return g_test_run();
}
