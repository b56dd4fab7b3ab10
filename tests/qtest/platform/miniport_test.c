/* SPDX-License-Identifier: MIT */
/*
 * miniport_test.c - the sgnic miniport, the very file that is installed, on the qtest platform
 *
 * For every policy, fragment setting and DMA width, and for every kind of interrupt, frames go out
 * to the wire and come in from it, and the miniport is asked to let its device read a completed
 * buffer once more.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <ndis/oid.h>

#include "../../../miniports/sgnic/sgnic_oids.h"
#include "fixture.h"
#include "include/ndis_shim.h"
#include "ndis/status.h"

#define FRAMES 40

struct scene {
	struct shim_adapter_options options;
	unsigned int bits;
};

struct session {
	struct fixture *f;
	void *library;
	struct shim_driver *driver;
	struct shim_adapter *adapter;
	unsigned int completed;
	unsigned int received;
};

static unsigned int length_of(unsigned int number)
{
	return 60 + number * (1514 - 60) / (FRAMES - 1);
}

static void on_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
	struct session *s = context;
	unsigned char expected[SGNIC_MAX_FRAME];
	unsigned int length = length_of(s->received);
	size_t done = 0;
	unsigned int i;

	fixture_frame(expected, length, 1000 + s->received++);
	for (i = 0; i < count; i++) {
		g_assert_cmpuint(done + pieces[i].length, <=, length);
		fixture_same(pieces[i].va, expected + done, pieces[i].length);
		done += pieces[i].length;
	}
	g_assert_cmpuint(done, ==, length);
}

static void on_sent(void *context, int32_t status)
{
	g_assert_cmphex(status, ==, NDIS_STATUS_SUCCESS);
	((struct session *)context)->completed++;
}

static void run_until(const unsigned int *counter, unsigned int wanted)
{
	gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;

	while (*counter < wanted) {
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		g_assert_cmpint(shim_run_once(1000000000), >=, 0);
	}
	g_assert_cmpuint(*counter, ==, wanted);
}

static void start(struct session *s, const struct scene *scene)
{
	const struct shim_client client = {.receive = on_receive, .context = s};
	uint32_t filter = NDIS_PACKET_TYPE_BROADCAST;
	char *properties = g_strdup_printf("dma-width=%u", scene->bits);
	shim_driver_entry entry;

	s->f = fixture_open(properties);
	g_free(properties);
	s->library = dlopen(getenv("SGNIC_MINIPORT"), RTLD_NOW);
	if (!s->library)
		g_error("%s", dlerror());
	entry = (shim_driver_entry)dlsym(s->library, "DriverEntry");
	g_assert_nonnull(entry);
	g_assert_cmpint(shim_driver_start(entry, "sgnic", &s->driver), ==, 0);
	g_assert_cmpint(shim_adapter_start(s->driver, s->f->platform, &scene->options, &client,
					   &s->adapter),
			==, 0);
	g_assert_cmpint(
		shim_set(s->adapter, OID_GEN_CURRENT_PACKET_FILTER, &filter, sizeof(filter)), ==,
		sizeof(filter));
}

static void stop(struct session *s)
{
	struct shim_statistics statistics;

	shim_adapter_statistics(s->adapter, &statistics);
	g_assert_cmpuint(statistics.violations, ==, 0);
	g_assert_cmpuint(shim_adapter_stop(s->adapter), ==, 0);
	shim_driver_stop(s->driver);
	fixture_expect_no_fault(s->f);
	fixture_close(s->f);
	dlclose(s->library);
}

static void send_frames(struct session *s)
{
	unsigned char expected[SGNIC_MAX_FRAME];
	unsigned int i;

	for (i = 0; i < FRAMES; i++) {
		size_t length = length_of(i);
		struct shim_frame *frame;
		size_t capacity;
		void *data;

		frame = shim_frame_allocate(s->adapter, &data, &capacity);
		g_assert_nonnull(frame);
		fixture_frame(data, length, i);
		memcpy(expected, data, length);
		/* The frame's own memory is guest RAM, where the machine finds it. */
		if (i == 7)
			fixture_same_physical(s->f, data, expected, length);
		g_assert_cmpint(shim_send(s->adapter, &frame, &length, 1, on_sent, s), ==, 0);
		fixture_sent(s->f, expected, length);
		/* The miniport has map registers for so many at once. */
		if (i % 8 == 7)
			run_until(&s->completed, i + 1);
	}
	run_until(&s->completed, FRAMES);
}

static void receive_frames(struct session *s)
{
	unsigned char frame[SGNIC_MAX_FRAME];
	unsigned int i;

	for (i = 0; i < FRAMES; i++) {
		unsigned int length = length_of(i);

		fixture_frame(frame, length, 1000 + i);
		g_assert_cmpint(send(s->f->wire, frame, length, 0), ==, (gssize)length);
		run_until(&s->received, i + 1);
	}
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
	struct session s = {.f = NULL};

	start(&s, scene);
	send_frames(&s);
	receive_frames(&s);
	replay(&s, scene);
	stop(&s);
}

static void add(const struct scene *scene, const char *what, const char *name, unsigned int number)
{
	char *path = g_strdup_printf("/qtest-platform/miniport/%s/%s/%u", what, name, number);

	g_test_add_data_func_full(path, g_memdup2(scene, sizeof(*scene)), test_traffic, g_free);
	g_free(path);
}

static struct scene default_scene(void)
{
	struct scene scene = {.bits = 64};

	scene.options.dma.policy = DMA_POLICY_REMAP;
	scene.options.dma.copybreak = DMA_DEFAULT_COPYBREAK;
	return scene;
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
