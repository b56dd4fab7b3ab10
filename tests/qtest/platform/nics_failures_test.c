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

#include "heap.h"
#include "interposer.h"
#include "nics.h"

#define LENGTH 200

static const struct shim_parameter small[] = {
	{"ReceiveDescriptors", "16"},
};

enum refused { HEAP, MEMORY, MAP, INTERRUPT, REFUSED };

static const char *const refused_names[] = {"heap", "memory", "map", "interrupt"};

/* A session with an interposer below it. */
struct scene {
	struct session s;
	struct interposer below;
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

static void load(struct scene *scene, const struct session_nic *nic)
{
	session_load(&scene->s, fixture_open_nic(nic->device), nic->variable, nic->name);
	interposer_attach(&scene->below, scene->s.f->platform);
}

static void end(struct scene *scene)
{
	if (scene->s.adapter)
		g_assert_cmpuint(session_halt(&scene->s), ==, 0);
	interposer_detach(&scene->below);
	session_stop(&scene->s);
}

static void expect_traffic(struct session *s)
{
	session_set_filter(s, NDIS_PACKET_TYPE_BROADCAST);
	session_settle(s);
	session_send(s, 1, LENGTH);
	session_receive(s, 2, LENGTH);
}

static int *successes_of(struct scene *scene, enum refused kind)
{
	switch (kind) {
	case MEMORY:
		return &scene->below.memory_successes;
	case MAP:
		return &scene->below.map_successes;
	case INTERRUPT:
		return &scene->below.interrupt_successes;
	default:
		return &heap_successes;
	}
}

/* What a test of starts is about. */
struct start {
	const struct session_nic *nic;
	enum refused kind;
	bool by_map_registers;
};

/* Each call of one kind fails in turn.  A start that does without works. */
static void test_start(gconstpointer data)
{
	const struct start *start = data;
	struct shim_adapter_options options = options_of_test();
	unsigned int failed = 0;
	struct scene scene;
	int *successes;
	int n = 0;
	int result;
	bool hit;

	options.refuse_scatter_gather = start->by_map_registers;
	load(&scene, start->nic);
	successes = successes_of(&scene, start->kind);
	do {
		*successes = n++;
		result = session_initialize(&scene.s, &options);
		hit = *successes == -1;
		*successes = -1;
		if (result) {
			g_assert_true(hit);
			g_assert_cmpuint(scene.below.allocations + scene.below.mappings, ==, 0);
			failed++;
			continue;
		}
		expect_traffic(&scene.s);
		g_assert_cmpuint(session_halt(&scene.s), ==, 0);
	} while (hit);
	g_test_message("%u of %d starts failed", failed, n);
	g_assert_cmpuint(failed, >, 0);
	end(&scene);
}

static void test_gone_before_start(gconstpointer nic)
{
	struct shim_adapter_options options = options_of_test();
	struct scene scene;

	load(&scene, nic);
	interposer_remove(&scene.below, true);
	g_assert_cmpint(session_initialize(&scene.s, &options), !=, 0);
	interposer_remove(&scene.below, false);
	g_assert_cmpint(session_initialize(&scene.s, &options), ==, 0);
	expect_traffic(&scene.s);
	end(&scene);
}

static void begin(struct scene *scene, const struct session_nic *nic)
{
	struct shim_adapter_options options = options_of_test();

	load(scene, nic);
	g_assert_cmpint(session_initialize(&scene->s, &options), ==, 0);
	expect_traffic(&scene->s);
}

static void expect_traffic_again(struct scene *scene)
{
	unsigned char frame[LENGTH];

	session_settle(&scene->s);
	while (recv(scene->s.f->wire, frame, sizeof(frame), MSG_DONTWAIT) > 0)
		continue;
	session_send(&scene->s, 12, LENGTH);
	session_receive(&scene->s, 13, LENGTH);
	end(scene);
}

/* Checks find it, and then wait for its return; sends fail meanwhile. */
static void test_gone(gconstpointer nic)
{
	struct scene scene;
	struct session *s = &scene.s;
	unsigned int i;
	char *log;

	begin(&scene, nic);
	interposer_remove(&scene.below, true);
	session_submit(s, 10, LENGTH);
	session_check(s);
	session_check(s);
	session_logged(s, "gone");
	g_assert_cmpuint(s->completed + s->failed, ==, 2);
	session_submit(s, 11, LENGTH);
	g_assert_cmpuint(s->completed + s->failed, ==, 3);
	fflush(s->log);
	log = g_strdup(s->log_text);
	for (i = 0; i < 3; i++)
		session_check(s);
	fflush(s->log);
	g_assert_cmpstr(s->log_text, ==, log);
	g_free(log);
	interposer_remove(&scene.below, false);
	session_check(s);
	session_check(s);
	expect_traffic_again(&scene);
}

static void test_gone_for_good(gconstpointer nic)
{
	struct scene scene;

	begin(&scene, nic);
	interposer_remove(&scene.below, true);
	session_submit(&scene.s, 10, LENGTH);
	g_assert_cmpuint(session_halt(&scene.s), ==, 0);
	g_assert_cmpuint(scene.s.failed, ==, 1);
	interposer_remove(&scene.below, false);
	end(&scene);
}

static void test_gone_and_reset(gconstpointer nic)
{
	struct scene scene;

	begin(&scene, nic);
	interposer_remove(&scene.below, true);
	g_assert_cmpint(shim_reset(scene.s.adapter), <, 0);
	interposer_remove(&scene.below, false);
	g_assert_cmpint(shim_reset(scene.s.adapter), ==, 0);
	expect_traffic_again(&scene);
}

static void add_starts(const struct session_nic *nic)
{
	struct start start = {.nic = nic};
	unsigned int way;

	for (start.kind = 0; start.kind < REFUSED; start.kind++)
		for (way = 0; way < 2; way++) {
			char *path = g_strdup_printf("/qtest-platform/nics-failures/%s/start/%s/%s",
						     nic->name, refused_names[start.kind],
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
