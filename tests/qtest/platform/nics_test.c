/* SPDX-License-Identifier: MIT */
/*
 * nics_test.c - stock NICs of QEMU and their miniports, the very files that are installed
 *
 * For each NIC: frames out to the wire and in from it by every policy and fragment setting, by each
 * way a miniport has to map a packet; the driver stopped and started again on the same device.
 */
#include <ndis/oid.h>

#include "nics.h"

#define FRAMES 24
#define ROUNDS 3

struct scene {
	const struct session_nic *nic;
	struct shim_adapter_options options;
};

static void test_traffic(gconstpointer data)
{
	const struct scene *scene = data;
	struct session s;

	session_start_nic(&s, scene->nic, &scene->options);
	session_exchange(&s, FRAMES);
	session_stop(&s);
}

static void test_again(gconstpointer data)
{
	const struct scene *scene = data;
	struct session s;
	unsigned int round;

	session_start_nic(&s, scene->nic, &scene->options);
	for (round = 1; round < ROUNDS; round++) {
		session_send(&s, round, 100);
		session_receive(&s, 10 + round, 100);
		g_assert_cmpuint(session_halt(&s), ==, 0);
		g_assert_cmpint(session_initialize(&s, &scene->options), ==, 0);
		session_set_filter(&s, NDIS_PACKET_TYPE_BROADCAST);
		session_settle(&s);
	}
	session_send(&s, round, 1514);
	session_receive(&s, 10 + round, 1514);
	session_stop(&s);
}

static void add(const struct scene *scene, const char *what, const char *how, GTestDataFunc function)
{
	char *path = g_strdup_printf("/qtest-platform/nics/%s/%s/%s", scene->nic->name, what, how);

	g_test_add_data_func_full(path, g_memdup2(scene, sizeof(*scene)), function, g_free);
	g_free(path);
}

/* By lists and by map registers, in one buffer and in two. */
static void add_ways(struct scene scene, const char *what)
{
	add(&scene, what, "lists", test_traffic);
	scene.options.header_bytes = 14;
	if (scene.options.dma.fragment == DMA_FRAGMENT_NONE) {
		scene.options.single_element = true;
		add(&scene, what, "single-element", test_traffic);
		scene.options.single_element = false;
	}
	add(&scene, what, "lists-split", test_traffic);
	scene.options.refuse_scatter_gather = true;
	add(&scene, what, "map-registers-split", test_traffic);
	scene.options.header_bytes = 0;
	add(&scene, what, "map-registers", test_traffic);
}

static void add_nic(const struct session_nic *nic)
{
	static const char *const fragments[] = {
		[DMA_FRAGMENT_NONE] = "none",
		[DMA_FRAGMENT_PAGE] = "page",
	};
	struct scene scene = {.nic = nic, .options = session_options()};
	unsigned int policy;
	size_t fragment;

	for (policy = 0; policy < DMA_POLICY_COUNT; policy++) {
		for (fragment = 0; fragment < G_N_ELEMENTS(fragments); fragment++) {
			char *what = g_strdup_printf("%s-%s", dma_policy_name(policy),
						     fragments[fragment]);

			scene.options.dma.policy = policy;
			scene.options.dma.fragment = fragment;
			add_ways(scene, what);
			g_free(what);
		}
	}
	scene.options = session_options();
	scene.options.verify = SHIM_VERIFY_STOP;
	add_ways(scene, "verified");
	scene.options = session_options();
	add(&scene, "life", "again", test_again);
}

int main(int argc, char **argv)
{
	const struct session_nic *nic;
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (nic = stock_nics; nic->name; nic++)
		add_nic(nic);
	return g_test_run();
}
