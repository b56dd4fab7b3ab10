/* SPDX-License-Identifier: MIT */
/*
 * nics_failures_test.c - stock NICs of QEMU whose miniports do not get what they ask for, or whose
 * registers read as ones
 *
 * In the checking mode: a rule that is broken, or a thing that is left behind, ends the program.
 */
#include <string.h>
#include <sys/socket.h>

#include <ndis/oid.h>

#include "ndis/status.h"
#include "nics.h"
#include "obstacle.h"

#define LENGTH 200

static const struct shim_parameter small[] = {
	{"ReceiveDescriptors", "16"},
};

static struct shim_adapter_options options_of_test(void)
{
	struct shim_adapter_options options = session_options();

	options.verify = SHIM_VERIFY_STOP;
	options.parameters = small;
	options.parameter_count = G_N_ELEMENTS(small);
	options.frames = 16;
	return options;
}

static void load(struct session *s, const struct session_nic *nic)
{
	session_load(s, fixture_open_nic(nic->device), nic->variable, nic->name);
	obstacle_install(s->f->platform);
}

static void expect_traffic(struct session *s)
{
	session_set_filter(s, NDIS_PACKET_TYPE_BROADCAST);
	session_settle(s);
	session_send(s, 1, LENGTH);
	session_receive(s, 2, LENGTH);
}

/* What a test of starts is about. */
struct start {
	const struct session_nic *nic;
	enum obstacle kind;
	bool by_map_registers;
};

/* Each call of one kind fails in turn.  A start that does without works. */
static void test_start(gconstpointer data)
{
	const struct start *start = data;
	struct shim_adapter_options options = options_of_test();
	struct session s;
	unsigned int failed = 0;
	unsigned int n = 0;
	int result;
	bool hit;

	options.refuse_scatter_gather = start->by_map_registers;
	load(&s, start->nic);
	do {
		obstacle_refuse(start->kind, n++);
		result = session_initialize(&s, &options);
		hit = obstacle_end();
		if (result) {
			g_assert_true(hit);
			failed++;
			continue;
		}
		expect_traffic(&s);
		g_assert_cmpuint(session_halt(&s), ==, 0);
	} while (hit);
	g_test_message("%u of %u starts failed", failed, n);
	g_assert_cmpuint(failed, >, 0);
	session_stop(&s);
}

static void test_gone_before_start(gconstpointer nic)
{
	struct shim_adapter_options options = options_of_test();
	struct session s;

	load(&s, nic);
	obstacle_set_gone(true);
	g_assert_cmpint(session_initialize(&s, &options), !=, 0);
	obstacle_set_gone(false);
	g_assert_cmpint(session_initialize(&s, &options), ==, 0);
	expect_traffic(&s);
	session_stop(&s);
}

static void begin(struct session *s, const struct session_nic *nic)
{
	struct shim_adapter_options options = options_of_test();

	load(s, nic);
	g_assert_cmpint(session_initialize(s, &options), ==, 0);
	expect_traffic(s);
}

/* One check finds it, the others wait for its return; sends fail meanwhile. */
static void test_gone(gconstpointer nic)
{
	unsigned char frame[LENGTH];
	struct session s;
	unsigned int i;
	char *log;

	begin(&s, nic);
	obstacle_set_gone(true);
	session_submit(&s, 10, LENGTH);
	session_check(&s);
	session_logged(&s, "the device is gone");
	g_assert_cmpuint(s.completed + s.failed, ==, 2);
	g_assert_cmphex(s.status, ==, NDIS_STATUS_REQUEST_ABORTED);
	session_submit(&s, 11, LENGTH);
	g_assert_cmpuint(s.failed, ==, 2);
	fflush(s.log);
	log = g_strdup(s.log_text);
	for (i = 0; i < 3; i++)
		session_check(&s);
	fflush(s.log);
	g_assert_cmpstr(s.log_text, ==, log);
	obstacle_set_gone(false);
	session_check(&s);
	session_settle(&s);
	while (recv(s.f->wire, frame, sizeof(frame), MSG_DONTWAIT) > 0)
		continue;
	session_send(&s, 12, LENGTH);
	session_receive(&s, 13, LENGTH);
	session_stop(&s);
	g_free(log);
}

static void test_gone_for_good(gconstpointer nic)
{
	struct session s;

	begin(&s, nic);
	obstacle_set_gone(true);
	session_submit(&s, 10, LENGTH);
	g_assert_cmpuint(session_halt(&s), ==, 0);
	g_assert_cmpuint(s.failed, ==, 1);
	obstacle_set_gone(false);
	session_stop(&s);
}

static void test_gone_and_reset(gconstpointer nic)
{
	struct session s;

	begin(&s, nic);
	obstacle_set_gone(true);
	g_assert_cmpint(shim_reset(s.adapter), <, 0);
	obstacle_set_gone(false);
	g_assert_cmpint(shim_reset(s.adapter), ==, 0);
	session_settle(&s);
	session_send(&s, 12, LENGTH);
	session_receive(&s, 13, LENGTH);
	session_stop(&s);
}

static void add_starts(const struct session_nic *nic)
{
	struct start start = {.nic = nic};
	unsigned int way;

	for (start.kind = 0; start.kind < OBSTACLES; start.kind++)
		for (way = 0; way < 2; way++) {
			char *path = g_strdup_printf("/qtest-platform/nics-failures/%s/start/%s/%s",
						     nic->name, obstacle_name(start.kind),
						     way ? "map-registers" : "lists");

			start.by_map_registers = way;
			g_test_add_data_func_full(path, g_memdup2(&start, sizeof(start)), test_start,
						  g_free);
			g_free(path);
		}
}

static void add(const struct session_nic *nic, const char *name, GTestDataFunc function)
{
	char *path = g_strdup_printf("/qtest-platform/nics-failures/%s/%s", nic->name, name);

	g_test_add_data_func(path, nic, function);
	g_free(path);
}

int main(int argc, char **argv)
{
	const struct session_nic *nic;
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (nic = stock_nics; nic->name; nic++) {
		add_starts(nic);
		add(nic, "gone-before-start", test_gone_before_start);
		add(nic, "gone", test_gone);
		add(nic, "gone-for-good", test_gone_for_good);
		add(nic, "gone-and-reset", test_gone_and_reset);
	}
	return g_test_run();
}
