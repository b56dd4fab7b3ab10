/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <stdlib.h>

int32_t DriverEntry(void *driver_object, void *registry_path);

static void on_receive(void *context, const struct dma_region *pieces, unsigned int count)
{
	struct harness *h = context;
	GByteArray *frame = g_byte_array_new();

	for (unsigned int i = 0; i < count; i++)
		g_byte_array_append(frame, pieces[i].va, (guint)pieces[i].length);
	g_queue_push_tail(&h->received, g_byte_array_free_to_bytes(frame));
}

static void on_link(void *context, bool up)
{
	struct harness *h = context;

	h->link_changes++;
	h->link_up = up;
}

static void on_sent(void *context, int32_t status)
{
	struct harness *h = context;

	g_array_append_val(h->statuses, status);
}

void harness_create(struct harness *h)
{
	memset(h, 0, sizeof(*h));
	h->loop = event_loop_create();
	h->model = model_create(h->loop);
	g_queue_init(&h->received);
	h->statuses = g_array_new(FALSE, FALSE, sizeof(int32_t));
	g_assert_cmpint(shim_driver_start(DriverEntry, "sgnic", &h->driver), ==, 0);
}

int harness_start(struct harness *h, const struct setting *setting)
{
	struct shim_parameter parameters[10];
	char names[10][32];
	struct shim_adapter_options options = {
		.dma = {setting->policy, setting->fragment, DMA_DEFAULT_COPYBREAK, false},
		.frames = 512,
		.header_bytes = setting->header_bytes,
		.parameters = parameters,
		.verify = g_getenv("SGNIC_TEST_VERIFY") ? SHIM_VERIFY_STOP : SHIM_VERIFY_OFF,
	};
	struct shim_client client = {.receive = on_receive, .link = on_link, .context = h};
	int result;

	for (unsigned int i = 0; setting->keywords[i]; i++) {
		const char *equals = strchr(setting->keywords[i], '=');

		g_strlcpy(names[i], setting->keywords[i],
			  (gsize)(equals - setting->keywords[i]) + 1);
		parameters[i] = (struct shim_parameter){names[i], equals + 1};
		options.parameter_count++;
	}
	result = shim_adapter_start(h->driver, model_platform(h->model), &options, &client,
				    &h->adapter);
	if (result != 0)
		h->adapter = NULL;
	return result;
}

void harness_stop(struct harness *h)
{
	const struct fake_counts *counts = fake_counts(model_platform(h->model));
	struct shim_statistics statistics;

	if (h->adapter) {
		shim_adapter_statistics(h->adapter, &statistics);
		g_assert_cmpuint(statistics.violations, ==, 0);
		g_assert_cmpint(statistics.verify.mode, ==,
				g_getenv("SGNIC_TEST_VERIFY") ? SHIM_VERIFY_STOP : SHIM_VERIFY_OFF);
		g_assert_cmpuint(shim_adapter_stop(h->adapter), ==, 0);
		h->adapter = NULL;
	}
	g_assert_cmpuint(counts->mapped_pages, ==, 0);
	g_assert_cmpuint(counts->memory_allocations, ==, 0);
	g_assert_cmpuint(model_guest_errors(h->model), ==, 0);
}

void harness_destroy(struct harness *h)
{
	GBytes *frame;

	shim_driver_stop(h->driver);
	model_free(h->model);
	event_loop_destroy(h->loop);
	while ((frame = g_queue_pop_head(&h->received)) != NULL)
		g_bytes_unref(frame);
	g_array_free(h->statuses, TRUE);
}

void set_up(struct harness *h, gconstpointer data)
{
	uint32_t filter = 0x1 | 0x2 | 0x8;	/* directed, multicast, broadcast */

	harness_create(h);
	g_assert_cmpint(harness_start(h, data), ==, 0);
	g_assert_cmpint(shim_set(h->adapter, 0x0001010E, &filter, sizeof(filter)), ==,
			sizeof(filter));
	settle(h);
}

void tear_down(struct harness *h, gconstpointer data)
{
	(void)data;
	settle(h);
	harness_stop(h);
	harness_destroy(h);
}

void settle(struct harness *h)
{
	while (shim_run_once(0) > 0)
		;
}

void run_for(struct harness *h, unsigned int milliseconds)
{
	uint64_t end = event_loop_now() + milliseconds * 1000000ull;
	uint64_t now;

	while ((now = event_loop_now()) < end)
		shim_run_once((int64_t)(end - now));
	/* On a busy machine the end comes before what was due. */
	settle(h);
}

void make_frame(uint8_t *frame, size_t length, unsigned int number)
{
	for (size_t i = 0; i < length; i++)
		frame[i] = i < 6 ? 0xff : (uint8_t)(number * 31 + i + (i >> 8));
}

void send_frames(struct harness *h, unsigned int first, unsigned int count, size_t length)
{
	const struct shim_packet_information information = {.cancel_id = h};
	struct shim_frame *frames[16];
	size_t lengths[16];

	for (unsigned int done = 0; done < count;) {
		unsigned int now = MIN(count - done, 16);

		for (unsigned int i = 0; i < now; i++) {
			size_t capacity;
			void *data;

			frames[i] = shim_frame_allocate(h->adapter, &data, &capacity);
			g_assert_nonnull(frames[i]);
			g_assert_cmpuint(capacity, >=, length);
			make_frame(data, length, first + done + i);
			lengths[i] = length;
			shim_frame_describe(h->adapter, frames[i], &information);
		}
		g_assert_cmpint(shim_send(h->adapter, frames, lengths, now, on_sent, h), ==, 0);
		done += now;
	}
}

void expect_frames(GQueue *queue, unsigned int first, unsigned int count, size_t length)
{
	uint8_t expected[FRAME_BUFFER];

	g_assert_cmpuint(g_queue_get_length(queue), ==, count);
	for (unsigned int i = 0; i < count; i++) {
		GBytes *frame = g_queue_pop_head(queue);

		make_frame(expected, length, first + i);
		g_assert_cmpmem(g_bytes_get_data(frame, NULL), (int)g_bytes_get_size(frame),
				expected, (int)length);
		g_bytes_unref(frame);
	}
}

void expect_statuses(struct harness *h, unsigned int count, int32_t status)
{
	g_assert_cmpuint(h->statuses->len, ==, count);
	for (unsigned int i = 0; i < count; i++)
		g_assert_cmphex((uint32_t)g_array_index(h->statuses, int32_t, i), ==,
				(uint32_t)status);
	g_array_set_size(h->statuses, 0);
}

void query_driver(struct harness *h, struct sgnic_driver_statistics *statistics)
{
	g_assert_cmpint(shim_query(h->adapter, OID_SGNIC_DRIVER_STATISTICS, statistics,
				   sizeof(*statistics)), ==, sizeof(*statistics));
}

void expect_traffic(struct harness *h)
{
	uint8_t frame[200];

	send_frames(h, 7, 40, 1000);
	make_frame(frame, sizeof(frame), 9);
	for (unsigned int i = 0; i < 40; i++) {
		g_assert_true(model_receive(h->model, frame, sizeof(frame)));
		settle(h);
	}
	expect_statuses(h, 40, SUCCESS);
	expect_frames(model_sent(h->model), 7, 40, 1000);
	g_assert_cmpuint(g_queue_get_length(&h->received), ==, 40);
	g_queue_clear_full(&h->received, (GDestroyNotify)g_bytes_unref);
}
