/* SPDX-License-Identifier: MIT */
/*
 * nics_test.c - stock NICs of QEMU and their miniports, the very files that are installed
 *
 * For each NIC: frames out to the wire and in from it by every policy and fragment setting, and by
 * each way a miniport has to map a packet.
 */
#include <ndis/oid.h>

#include "nics.h"

#define FRAMES 24

struct scene {
	const struct session_nic *nic;
	struct shim_adapter_options options;
};

/* How a miniport can be made to map a packet. */
static const struct {
	const char *name;
	unsigned int header_bytes;
	bool refuse_scatter_gather;
	bool single_element;
} ways[] = {
	{"lists", 0, false, false},
	{"lists, two buffers", 14, false, false},
	{"lists of one element, two buffers", 14, false, true},
	{"map registers", 0, true, false},
	{"map registers, two buffers", 14, true, false},
};

/* Each way with the driver started once more on the same device. */
static void test_traffic(gconstpointer data)
{
	const struct scene *scene = data;
	struct shim_adapter_options options = scene->options;
	struct session s;
	size_t i;

	session_start_nic(&s, scene->nic, &options);
	for (i = 0; i < G_N_ELEMENTS(ways); i++) {
		/* Pieces that never cross a page cannot be one element. */
		if (ways[i].single_element && options.dma.fragment == DMA_FRAGMENT_PAGE)
			continue;
		g_test_message("%s", ways[i].name);
		g_assert_cmpuint(session_halt(&s), ==, 0);
		options.header_bytes = ways[i].header_bytes;
		options.refuse_scatter_gather = ways[i].refuse_scatter_gather;
		options.single_element = ways[i].single_element;
		g_assert_cmpint(session_initialize(&s, &options), ==, 0);
		session_set_filter(&s, NDIS_PACKET_TYPE_BROADCAST);
		session_settle(&s);
		s.completed = 0;
		session_exchange(&s, FRAMES);
	}
	session_stop(&s);
}

static void add(const struct scene *scene, const char *what, const char *how)
{
	char *path = g_strdup_printf("/qtest-platform/nics/%s/%s/%s", scene->nic->name, what, how);

	g_test_add_data_func_full(path, g_memdup2(scene, sizeof(*scene)), test_traffic, g_free);
	g_free(path);
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

	for (policy = 0; policy < DMA_POLICY_COUNT; policy++)
		for (fragment = 0; fragment < G_N_ELEMENTS(fragments); fragment++) {
			scene.options.dma.policy = policy;
			scene.options.dma.fragment = fragment;
			add(&scene, dma_policy_name(policy), fragments[fragment]);
		}
	scene.options = session_options();
	scene.options.verify = SHIM_VERIFY_STOP;
	add(&scene, "checking-mode", "none");
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
