/* SPDX-License-Identifier: MIT */
/*
 * The sgnic miniport on a device that contradicts itself: completions with a wrong field, a queue with
 * an error.
 */
#include "harness.h"

static const struct setting plain = {.policy = DMA_POLICY_REMAP};

static void break_tag(struct sgnic_completion *completion)
{
	completion->tag++;
}

static void break_count(struct sgnic_completion *completion)
{
	completion->count++;
}

static void break_zero_count(struct sgnic_completion *completion)
{
	completion->count = 0;
}

static void break_huge_count(struct sgnic_completion *completion)
{
	completion->count = 0xffff;
	completion->next += 0xfffe;
}

static void break_next(struct sgnic_completion *completion)
{
	completion->next ^= 0x80000000;
}

static void break_status(struct sgnic_completion *completion)
{
	completion->status = 0xff;
}

static void break_length(struct sgnic_completion *completion)
{
	completion->length = 4000000000u;
}

static void break_short_length(struct sgnic_completion *completion)
{
	completion->length = 1;
}

struct lie {
	const char *name;
	bool is_receive;
	model_hook hook;
	bool wait;
};

static const struct lie lies[] = {
	{"transmit-tag", false, break_tag, true},
	{"transmit-count", false, break_count, false},
	{"transmit-zero-count", false, break_zero_count, false},
	{"transmit-huge-count", false, break_huge_count, false},
	{"transmit-next", false, break_next, false},
	{"transmit-status", false, break_status, false},
	{"receive-tag", true, break_tag, true},
	{"receive-count", true, break_count, false},
	{"receive-zero-count", true, break_zero_count, false},
	{"receive-huge-count", true, break_huge_count, false},
	{"receive-next", true, break_next, false},
	{"receive-status", true, break_status, false},
	{"receive-length", true, break_length, false},
	{"receive-short-length", true, break_short_length, false},
};

/*
 * One wrong field in a completion: nothing is believed, the hang check resets, traffic goes on. The
 * check comes every two seconds; where it is not waited for, the test resets.
 */
static void test_lie(gconstpointer data)
{
	const struct lie *lie = data;
	struct sgnic_driver_statistics statistics;
	struct harness h;
	uint8_t frame[64];

	set_up(&h, &plain);
	model_corrupt(h.model, lie->is_receive, lie->hook);
	make_frame(frame, sizeof(frame), 0);
	if (lie->is_receive)
		model_receive(h.model, frame, sizeof(frame));
	else
		send_frames(&h, 0, 1, 500);
	settle(&h);
	query_driver(&h, &statistics);
	g_assert_cmpuint(statistics.faults, ==, 1);
	g_assert_cmpuint(g_queue_get_length(&h.received), ==, 0);
	expect_statuses(&h, 0, SUCCESS);

	if (lie->wait)
		run_for(&h, 2600);
	else
		g_assert_cmpint(shim_reset(h.adapter), ==, 0);
	query_driver(&h, &statistics);
	g_assert_cmpuint(statistics.resets, ==, 1);
	expect_statuses(&h, lie->is_receive ? 0 : 1, REQUEST_ABORTED);
	g_queue_clear_full(model_sent(h.model), (GDestroyNotify)g_bytes_unref);
	expect_traffic(&h);
	tear_down(&h, NULL);
}

static void test_queue_error(struct harness *h, gconstpointer data)
{
	struct sgnic_errors errors;

	model_break_queue(h->model, false);
	send_frames(h, 0, 1, 500);
	settle(h);
	g_assert_cmpint(shim_query(h->adapter, OID_SGNIC_ERRORS, &errors, sizeof(errors)), ==,
			sizeof(errors));
	g_assert_cmpuint(errors.code, ==, SGNIC_ERROR_DMA_READ);
	g_assert_cmpuint(errors.count, ==, 1);
	run_for(h, 2600);
	expect_statuses(h, 1, REQUEST_ABORTED);
	expect_traffic(h);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
		char *path = g_strdup_printf("/sgnic/lies/%s", lies[i].name);

		g_test_add_data_func(path, &lies[i], test_lie);
		g_free(path);
	}
	g_test_add("/sgnic/lies/queue-error", struct harness, &plain, set_up, test_queue_error,
		   tear_down);
	return g_test_run();
}
