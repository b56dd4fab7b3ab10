/* SPDX-License-Identifier: MIT */
/*
 * miniport_test.c - the sgnic miniport, the very file that is installed, on the qtest platform
 *
 * For every policy, fragment setting and DMA width, and for every kind of interrupt, frames go out
 * to the wire and come in from it, and the miniport is asked to let its device read a completed
 * buffer once more.
 */
#include <string.h>

#include "../../../miniports/sgnic/sgnic_oids.h"
#include "session.h"

#define FRAMES 40

struct scene {
	struct shim_adapter_options options;
	unsigned int bits;
};

static unsigned int length_of(unsigned int number)
{
	return session_exchange_length(number, FRAMES);
}

/* The frame's own memory is guest RAM, where the machine finds it. */
static void check_memory(struct session *s, unsigned int length)
{
	unsigned char bytes[SGNIC_MAX_FRAME];
	struct shim_frame *frame;
	size_t capacity;
	void *data;

	frame = shim_frame_allocate(s->adapter, &data, &capacity);
	g_assert_nonnull(frame);
	fixture_frame(data, length, 7);
	memcpy(bytes, data, length);
	fixture_same_physical(s->f, data, bytes, length);
	shim_frame_free(s->adapter, frame);
}

/* The device reads a buffer after its Complete: where that protects, VT-d says so. */
static void replay(struct session *s, const struct scene *scene)
{
	unsigned int length = length_of(FRAMES - 1);
	unsigned char frame[SGNIC_MAX_FRAME];
	struct sgnic_replay answer;

	g_assert_cmpint(shim_set(s->adapter, OID_SGNIC_REPLAY_TRANSMIT, NULL, 0), >=, 0);
	g_assert_cmpint(shim_query(s->adapter, OID_SGNIC_REPLAY_TRANSMIT, &answer, sizeof(answer)),
			==, sizeof(answer));
	if (scene->options.dma.policy == DMA_POLICY_REMAP) {
		g_assert_cmpuint(answer.status, ==, SGNIC_STATUS_DMA_ERROR);
		fixture_expect_fault(s->f, answer.logical_address, false);
		return;
	}
	g_assert_cmpuint(answer.status, ==, SGNIC_STATUS_OK);
	/* A buffer that is split at pages is replayed in its first piece. */
	g_assert_cmpuint(answer.length, <=, length);
	fixture_frame(frame, length, FRAMES - 1);
	fixture_sent(s->f, frame, answer.length);
}

static void test_traffic(gconstpointer data)
{
	const struct scene *scene = data;
	char *properties = g_strdup_printf("dma-width=%u", scene->bits);
	struct session s;

	session_start(&s, properties, &scene->options);
	g_free(properties);
	check_memory(&s, length_of(7));
	session_exchange(&s, FRAMES);
	replay(&s, scene);
	session_stop(&s);
}

static void add(const struct scene *scene, const char *what, const char *name, unsigned int number)
{
	char *path = g_strdup_printf("/qtest-platform/miniport/%s/%s/%u", what, name, number);

	g_test_add_data_func_full(path, g_memdup2(scene, sizeof(*scene)), test_traffic, g_free);
	g_free(path);
}

static struct scene default_scene(void)
{
	return (struct scene){.options = session_options(), .bits = 64};
}

static void add_policies(enum dma_fragment fragment)
{
	static const unsigned int widths[] = {24, 32, 64};
	struct scene scene = default_scene();
	unsigned int policy;
	size_t i;

	scene.options.dma.fragment = fragment;
	for (policy = 0; policy < DMA_POLICY_COUNT; policy++) {
		scene.options.dma.policy = policy;
		for (i = 0; i < G_N_ELEMENTS(widths); i++) {
			scene.bits = widths[i];
			scene.options.max_address_bits = widths[i] == 64 ? 0 : widths[i];
			add(&scene, fragment == DMA_FRAGMENT_PAGE ? "page" : "none",
			    dma_policy_name(policy), widths[i]);
		}
	}
}

int main(int argc, char **argv)
{
	static const char *const kinds[] = {
		[PLATFORM_INTERRUPT_MSIX] = "msix",
		[PLATFORM_INTERRUPT_MSI] = "msi",
		[PLATFORM_INTERRUPT_INTX] = "intx",
	};
	struct scene scene;
	unsigned int kind;
	int status;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	add_policies(DMA_FRAGMENT_NONE);
	add_policies(DMA_FRAGMENT_PAGE);
	for (kind = PLATFORM_INTERRUPT_MSIX; kind <= PLATFORM_INTERRUPT_INTX; kind++) {
		scene = default_scene();
		scene.options.interrupt = kind;
		scene.options.header_bytes = 14;
		add(&scene, "interrupt", kinds[kind], 64);
		scene.options.refuse_scatter_gather = true;
		scene.options.header_bytes = 0;
		add(&scene, "map-registers", kinds[kind], 64);
	}
	return g_test_run();
}
