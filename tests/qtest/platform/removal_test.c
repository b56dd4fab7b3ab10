/* SPDX-License-Identifier: MIT */
/*
 * removal_test.c - the device, or all of QEMU, is gone: who is told, and what miniports make of it
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor.h"
#include "nics.h"
#include "platform/event_loop.h"
#include "property.h"
#include "session.h"

#define PAGE PLATFORM_PAGE_SIZE

/* Counts in *@context. */
static void on_removal(void *context, bool gone)
{
	unsigned int *told = context;

	g_assert_true(gone);
	(*told)++;
}

static void run_until_told(struct fixture *f, const unsigned int *told)
{
	gint64 end = g_get_monotonic_time() + 60 * G_TIME_SPAN_SECOND;

	while (*told == 0 && g_get_monotonic_time() < end)
		event_loop_run_once(f->loop, 100000000);
	g_assert_cmpuint(*told, ==, 1);
	/* Once is enough. */
	event_loop_run_once(f->loop, 10000000);
	g_assert_cmpuint(*told, ==, 1);
}

static void run_for(struct fixture *f, unsigned int milliseconds)
{
	gint64 end = g_get_monotonic_time() + milliseconds * G_TIME_SPAN_MILLISECOND;

	while (g_get_monotonic_time() < end)
		event_loop_run_once(f->loop, 10000000);
}

static void set_removed(struct fixture *f, bool removed)
{
	property_put(f, "fault-removed", removed ? "true" : "false");
}

/* Return: QEMU's process; 0: this kernel does not tell. */
static pid_t find_qemu(void)
{
	char *children = g_strdup_printf("/proc/self/task/%d/children", (int)getpid());
	char *text = NULL;
	pid_t qemu = 0;

	if (g_file_get_contents(children, &text, NULL, NULL))
		qemu = (pid_t)strtol(text, NULL, 10);
	g_free(text);
	g_free(children);
	return qemu > 0 ? qemu : 0;
}

/* Whether this kernel tells the children of a process. */
static bool can_find_qemu(void)
{
	char *children = g_strdup_printf("/proc/self/task/%d/children", (int)getpid());
	bool can = access(children, R_OK) == 0;

	g_free(children);
	return can;
}

/* Nobody unplugs a device on the root bus; it can stop to answer. */
static void test_device(void)
{
	struct fixture *f = fixture_open(NULL);
	unsigned int told = 0;
	char *answer;

	g_assert_cmpint(platform_watch_removal(f->platform, on_removal, &told), ==, 0);
	answer = monitor_ask(f,
			     "{\"execute\": \"device_del\", \"arguments\": {\"id\": \"%s\"}}",
			     property_path(f));
	if (!strstr(answer, "does not support hotplugging"))
		g_error("%s", answer);
	g_free(answer);
	run_for(f, 200);
	g_assert_cmpuint(told, ==, 0);
	set_removed(f, true);
	run_until_told(f, &told);

	set_removed(f, false);
	told = 0;
	g_assert_cmpint(platform_watch_removal(f->platform, on_removal, &told), ==, 0);
	g_assert_cmpint(platform_watch_removal(f->platform, NULL, NULL), ==, 0);
	set_removed(f, true);
	run_for(f, 200);
	g_assert_cmpuint(told, ==, 0);
	set_removed(f, false);
	fixture_close(f);
}

static void nothing(void *context)
{
	(void)context;
}

/* QEMU dies while the device is in use. */
static void test_qemu(void)
{
	struct fixture *f = fixture_open(NULL);
	unsigned char *memory = fixture_pages(f, 1, 1);
	struct platform_fault fault;
	unsigned int told = 0;
	uint8_t byte = 0;
	uint32_t value = 0;
	pid_t qemu = find_qemu();

	g_assert_cmpint(
		platform_map(f->platform, (logical_t){PAGE}, memory, PAGE, PLATFORM_DEVICE_READS),
		==, 0);
	g_assert_cmpint(
		platform_interrupt_enable(f->platform, PLATFORM_INTERRUPT_AUTO, nothing, NULL), ==,
		0);
	g_assert_cmpint(platform_watch_removal(f->platform, on_removal, &told), ==, 0);
	g_assert_cmpint(qtest_platform_check(f->platform), ==, 0);
	if (!qemu) {
		g_test_skip("this kernel does not tell the children of a process");
		fixture_close(f);
		return;
	}
	g_assert_cmpint(kill(qemu, SIGKILL), ==, 0);
	run_until_told(f, &told);
	g_assert_cmpint(qtest_platform_check(f->platform), ==, -EIO);
	g_assert_cmpint(platform_bar_read(f->platform, 0, 0, &value, 4), ==, -EIO);
	g_assert_cmphex(value, ==, 0xffffffff);
	g_assert_cmpint(platform_bar_write(f->platform, 0, 0, &value, 4), ==, -EIO);
	g_assert_cmpint(platform_config_read(f->platform, 0, &value, 4), ==, -EIO);
	g_assert_cmpint(platform_port_read(f->platform, 0x80, &byte, 1), ==, -EIO);
	g_assert_cmphex(byte, ==, 0xff);
	g_assert_cmpint(platform_next_fault(f->platform, &fault), ==, -EIO);
	g_assert_cmpint(qtest_platform_physical(f->platform, 0, &value, 4), ==, -EIO);
	g_assert_cmpint(platform_unmap(f->platform, (logical_t){PAGE}, PAGE), ==, (gint64)PAGE);
	/* Who asks afterwards is told, too. */
	told = 0;
	g_assert_cmpint(platform_watch_removal(f->platform, on_removal, &told), ==, 0);
	run_until_told(f, &told);
	g_assert_cmpint(event_loop_run_once(f->loop, 5000000), >=, 0);
	fixture_close(f);
}

/* ---- miniports ----------------------------------------------------------------------------- */

static void lose_device(struct session *s)
{
	set_removed(s->f, true);
}

static void lose_qemu(struct session *s)
{
	g_assert_cmpint(kill(find_qemu(), SIGKILL), ==, 0);
}

/* Frames are on their way when the device goes; all come back, nothing is left, all is told. */
static void expect_end(const struct session_nic *nic, void (*lose)(struct session *s),
		       const char *told)
{
	const struct shim_adapter_options options = session_options();
	struct session s;
	char *trace = NULL;
	size_t size = 0;
	FILE *calls = open_memstream(&trace, &size);
	unsigned int i;

	session_start_nic(&s, nic, &options);
	session_exchange(&s, 20);
	shim_trace_to(calls);
	for (i = 0; i < 20; i++)
		session_submit(&s, i, 500);
	lose(&s);
	session_run_until(&s, &s.asked_back, 1);
	session_submit(&s, 20, 500);
	g_assert_cmphex((uint32_t)s.status, ==, 0xc0010011); /* NDIS_STATUS_ADAPTER_NOT_READY */
	g_assert_cmpuint(session_halt(&s), ==, 0);
	g_assert_cmpuint(s.completed + s.failed, ==, 41);
	shim_trace_to(NULL);
	fclose(calls);
	if (told && !strstr(trace, told))
		g_error("'%s' is not among the calls: %s", told, trace);
	if (!told && strstr(trace, "MiniportPnPEventNotify"))
		g_error("a miniport of NDIS 5.0 has no such function: %s", trace);
	free(trace);
	session_stop(&s);
}

static void test_miniports(void)
{
	static const struct session_nic sgnic = {"sgnic", "sgnic", "SGNIC_MINIPORT"};
	static const char told[] = ", event 2)";

	expect_end(&sgnic, lose_device, told);
	if (!can_find_qemu()) {
		g_test_skip("this kernel does not tell the children of a process");
		return;
	}
	expect_end(&sgnic, lose_qemu, told);
	expect_end(&stock_nics[0], lose_qemu, told);
	expect_end(&stock_nics[1], lose_qemu, NULL);
}

int main(int argc, char **argv)
{
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/qtest-platform/removal/device", test_device);
	g_test_add_func("/qtest-platform/removal/qemu", test_qemu);
	g_test_add_func("/qtest-platform/removal/miniports", test_miniports);
	return g_test_run();
}
