/* SPDX-License-Identifier: MIT */
/*
 * The sgnic miniport when things go wrong: start-up without memory or with wrong settings, reset
 * under traffic, a device that is gone; and the replay of a transmit.
 */
#include "harness.h"

#include <errno.h>

#include <ndis.h>

#define ADAPTER_NOT_READY	((int32_t)0xC0010011)

static const struct setting plain = {.policy = DMA_POLICY_REMAP};
static const struct setting pool = {.policy = DMA_POLICY_POOL};
static const struct setting small_ring = {
	.policy = DMA_POLICY_REMAP, .keywords = {"TransmitDescriptors=16", NULL}};
static const struct setting two_buffers = {DMA_POLICY_REMAP, DMA_FRAGMENT_PAGE, 54, {NULL}};

/* ---- start and stop ------------------------------------------------------------------------ */

static void test_start_stop(void)
{
	struct harness h;

	harness_create(&h);
	for (unsigned int i = 0; i < 3; i++) {
		g_assert_cmpint(harness_start(&h, &plain), ==, 0);
		expect_traffic(&h);
		harness_stop(&h);
		g_assert_cmpuint(model_register(h.model, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_STATE), ==,
				 SGNIC_QUEUE_DISABLED);
		g_assert_cmpuint(model_register(h.model, SGNIC_RECEIVE_FILTER), ==, 0);
	}
	harness_destroy(&h);
}

/* Memory or a mapping is refused at every point of the start in turn; nothing stays behind. */
static void test_start_failures(gconstpointer data)
{
	bool fail_map = GPOINTER_TO_INT(data);
	struct harness h;
	unsigned int failed = 0;
	int result;

	harness_create(&h);
	do {
		if (fail_map)
			fake_fail_map(model_platform(h.model), failed, -ENOSPC);
		else
			fake_fail_memory(model_platform(h.model), failed, -ENOMEM);
		result = harness_start(&h, &two_buffers);
		if (result != 0)
			failed++;
		harness_stop(&h);
	} while (result != 0 && failed < 100);
	g_assert_cmpuint(failed, >=, 4);
	g_assert_cmpuint(failed, <, 100);
	harness_destroy(&h);
}

static void test_bad_keywords(void)
{
	static const char *const bad[] = {
		"TransmitDescriptors=17", "TransmitDescriptors=8", "TransmitDescriptors=8192",
		"ReceiveDescriptors=0", "ReceiveBuffers=33", "ReceiveBuffers=0",
		"MaxReceiveBuffers=32", "MaxReceiveBuffers=512", "MapRegisters=0",
		"MapRegisters=65", "DmaSize=16", "DmaSize=65", "UseScatterGather=2",
		"NetworkAddress=0180c2000000",
	};
	struct setting setting = plain;
	struct harness h;

	harness_create(&h);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		setting.keywords[0] = bad[i];
		g_assert_cmpint(harness_start(&h, &setting), !=, 0);
		harness_stop(&h);
	}
	setting.keywords[0] = "NetworkAddress=020304050607";
	g_assert_cmpint(harness_start(&h, &setting), ==, 0);
	g_assert_cmphex(model_register(h.model, SGNIC_STATION_LOW), ==, 0x05040302);
	g_assert_cmphex(model_register(h.model, SGNIC_STATION_HIGH), ==, 0x0706);
	harness_stop(&h);
	harness_destroy(&h);
}

/* Return: MaxOffLoadSize that the miniport offers on a device with such a LIMIT_SEGMENT; 0: none. */
static ULONG large_sends_of(uint32_t limit)
{
	static const struct setting setting = {
		.policy = DMA_POLICY_REMAP, .keywords = {"TaskOffload=1", "UseScatterGather=1"}};
	NDIS_TASK_OFFLOAD_HEADER header = {
		.Version = NDIS_TASK_OFFLOAD_VERSION, .Size = sizeof(header),
		.EncapsulationFormat = {.Encapsulation = IEEE_802_3_Encapsulation}};
	NDIS_TASK_TCP_LARGE_SEND task;
	unsigned char list[256] = {0};
	struct harness h;
	int length;

	harness_create(&h);
	model_set_register(h.model, SGNIC_FEATURES_OFFERED,
			   SGNIC_FEATURE_CHECKSUM | SGNIC_FEATURE_SEGMENTATION);
	model_set_register(h.model, SGNIC_LIMIT_SEGMENT, limit);
	g_assert_cmpint(harness_start(&h, &setting), ==, 0);
	memcpy(list, &header, sizeof(header));
	length = shim_query(h.adapter, OID_TCP_TASK_OFFLOAD, list, sizeof(list));
	g_assert_cmpint(length, >, 0);
	g_assert_cmpint(shim_task_find(list, (size_t)length, TcpLargeSendNdisTask, &task,
				       sizeof(task), NULL, 0), >=, 0);
	harness_stop(&h);
	harness_destroy(&h);
	return task.MaxOffLoadSize;
}

/* No more is offered than the device says that it takes, with the longest headers. */
static void test_segment_limit(void)
{
	g_assert_cmpuint(large_sends_of(SGNIC_MAX_SEGMENT), ==, 65495);
	g_assert_cmpuint(large_sends_of(0xFFFFFFFF), ==, 65495);
	g_assert_cmpuint(large_sends_of(20000), ==, 20000 - 138);
	g_assert_cmpuint(large_sends_of(1514 + 138), ==, 1514);
	g_assert_cmpuint(large_sends_of(1514 + 137), ==, 0);
	g_assert_cmpuint(large_sends_of(0), ==, 0);
}

static void test_bad_device(void)
{
	struct harness h;

	harness_create(&h);
	model_set_register(h.model, SGNIC_ID, 0x12345678);
	g_assert_cmpint(harness_start(&h, &plain), !=, 0);
	harness_stop(&h);
	model_set_register(h.model, SGNIC_ID, SGNIC_ID_VALUE);
	model_set_register(h.model, SGNIC_VERSION, 0x00020000);
	g_assert_cmpint(harness_start(&h, &plain), !=, 0);
	harness_stop(&h);
	model_set_register(h.model, SGNIC_VERSION, SGNIC_VERSION_VALUE);
	model_set_register(h.model, SGNIC_LIMIT_RING, 0x00400704);
	g_assert_cmpint(harness_start(&h, &plain), !=, 0);
	harness_stop(&h);
	model_set_register(h.model, SGNIC_LIMIT_RING, 0x00400c04);
	model_set_register(h.model, SGNIC_LIMIT_FRAME, SGNIC_MAX_FRAME - 1);
	g_assert_cmpint(harness_start(&h, &plain), !=, 0);
	harness_stop(&h);
	model_set_register(h.model, SGNIC_LIMIT_FRAME, SGNIC_MAX_FRAME);
	model_remove(h.model, true);
	g_assert_cmpint(harness_start(&h, &plain), !=, 0);
	harness_stop(&h);
	model_remove(h.model, false);
	g_assert_cmpint(harness_start(&h, &plain), ==, 0);
	expect_traffic(&h);
	harness_stop(&h);
	harness_destroy(&h);
}

/* Frames that the device still holds are given back when the driver halts. */
static void test_halt_under_traffic(void)
{
	struct harness h;

	harness_create(&h);
	g_assert_cmpint(harness_start(&h, &two_buffers), ==, 0);
	model_hold(h.model, true);
	send_frames(&h, 0, 100, 1514);
	harness_stop(&h);
	expect_statuses(&h, 100, REQUEST_ABORTED);
	harness_destroy(&h);
}

/* ---- reset --------------------------------------------------------------------------------- */

static void test_reset_under_traffic(struct harness *h, gconstpointer data)
{
	struct sgnic_device_statistics before, after;
	struct sgnic_driver_statistics driver;

	expect_traffic(h);
	g_assert_cmpint(shim_query(h->adapter, OID_SGNIC_DEVICE_STATISTICS, &before,
				   sizeof(before)), ==, sizeof(before));
	model_hold(h->model, true);
	send_frames(h, 0, 100, 1514);
	g_assert_cmpint(shim_reset(h->adapter), ==, 0);
	settle(h);
	expect_statuses(h, 100, REQUEST_ABORTED);
	query_driver(h, &driver);
	g_assert_cmpuint(driver.map_registers_used, ==, 0);
	g_assert_cmpuint(driver.resets, ==, 1);
	model_hold(h->model, false);
	g_assert_cmpuint(g_queue_get_length(model_sent(h->model)), ==, 0);

	g_assert_cmphex(model_register(h->model, SGNIC_RECEIVE_FILTER), ==, 0xb);
	g_assert_cmpint(shim_query(h->adapter, OID_SGNIC_DEVICE_STATISTICS, &after,
				   sizeof(after)), ==, sizeof(after));
	g_assert_cmpuint(after.counter[SGNIC_STAT_TX_FRAMES], ==,
			 before.counter[SGNIC_STAT_TX_FRAMES]);
	g_assert_cmpuint(after.counter[SGNIC_STAT_RX_FRAMES], ==, 40);
	expect_traffic(h);
}

/* A device that takes frames and never completes them is found after a few checks. */
static void test_hang(struct harness *h, gconstpointer data)
{
	struct sgnic_driver_statistics statistics;

	model_hold(h->model, true);
	send_frames(h, 0, 3, 500);
	run_for(h, 12000);
	query_driver(h, &statistics);
	g_assert_cmpuint(statistics.resets, ==, 1);
	expect_statuses(h, 3, REQUEST_ABORTED);
	model_hold(h->model, false);
	expect_traffic(h);
}

/* Pulled out: sends fail at once, nothing hangs; back again: it works after the next check. */
static void test_removal(struct harness *h, gconstpointer data)
{
	model_remove(h->model, true);
	g_assert_cmpint(shim_reset(h->adapter), !=, 0);
	send_frames(h, 0, 20, 500);
	settle(h);
	expect_statuses(h, 20, ADAPTER_NOT_READY);
	model_remove(h->model, false);
	run_for(h, 2600);
	expect_traffic(h);
}

/* MiniportCancelSendPackets: what the device has is sent, what waits for it is not. */
static void test_cancel(struct harness *h, gconstpointer data)
{
	struct sgnic_driver_statistics statistics;
	unsigned int waiting;

	model_hold(h->model, true);
	send_frames(h, 0, 50, 500);
	settle(h);
	query_driver(h, &statistics);
	waiting = statistics.frames_waiting;
	g_assert_cmpuint(waiting, >, 0);
	g_assert_cmpuint(waiting, <, 50);
	g_assert_cmpint(shim_cancel_sends(h->adapter, &waiting), ==, 0);
	expect_statuses(h, 0, REQUEST_ABORTED);
	g_assert_cmpint(shim_cancel_sends(h->adapter, h), ==, 0);
	expect_statuses(h, waiting, REQUEST_ABORTED);
	query_driver(h, &statistics);
	g_assert_cmpuint(statistics.frames_waiting, ==, 0);
	model_hold(h->model, false);
	settle(h);
	expect_statuses(h, 50 - waiting, SUCCESS);
	expect_frames(model_sent(h->model), 0, 50 - waiting, 500);
	expect_traffic(h);
}

/* Pulled out for good, with frames on their way: the miniport is told, and ends by itself. */
static void test_surprise(struct harness *h, gconstpointer data)
{
	model_hold(h->model, true);
	send_frames(h, 0, 50, 500);
	model_remove(h->model, true);
	fake_ask_back(model_platform(h->model), true);
	harness_stop(h);
	expect_statuses(h, 50, REQUEST_ABORTED);
}

static void test_reset_fails(struct harness *h, gconstpointer data)
{
	model_hold(h->model, true);
	send_frames(h, 0, 50, 500);
	model_remove(h->model, true);
	g_assert_cmpint(shim_reset(h->adapter), !=, 0);
	settle(h);
	expect_statuses(h, 50, REQUEST_ABORTED);
	model_remove(h->model, false);
}

/* ---- requests ------------------------------------------------------------------------------ */

static void test_requests(struct harness *h, gconstpointer data)
{
	uint32_t oids[128];
	uint8_t list[33 * 6];
	uint8_t answer[512];
	uint32_t value = 0x40;
	int length = shim_query(h->adapter, 0x00010101, oids, sizeof(oids));

	g_assert_cmpint(length, >, 40 * 4);
	for (int i = 0; i < length / 4; i++) {
		int size = shim_query(h->adapter, oids[i], answer, sizeof(answer));

		g_assert_cmpint(size, >=, oids[i] == 0x01010103 ? 0 : 1);
		if (size > 8)
			g_assert_cmpint(shim_query(h->adapter, oids[i], answer,
						   (size_t)size - 1), ==, -EMSGSIZE);
	}
	g_assert_cmpint(shim_query(h->adapter, 0x00020101, answer, 4), ==, 4);
	g_assert_cmpint(shim_query(h->adapter, 0x00020101, answer, 8), ==, 8);
	g_assert_cmpint(shim_query(h->adapter, 0xFF999999, answer, 8), ==, -ENOTSUP);
	g_assert_cmpint(shim_set(h->adapter, 0xFF999999, answer, 8), ==, -ENOTSUP);

	g_assert_cmpint(shim_set(h->adapter, 0x0001010E, &value, 4), <, 0);
	g_assert_cmpint(shim_set(h->adapter, 0x0001010E, &value, 2), <, 0);
	g_assert_cmphex(model_register(h->model, SGNIC_RECEIVE_FILTER), ==, 0xb);

	for (size_t i = 0; i < sizeof(list); i++)
		list[i] = (uint8_t)(i % 6 ? i : 1);
	g_assert_cmpint(shim_set(h->adapter, 0x01010103, list, sizeof(list)), <, 0);
	g_assert_cmpint(shim_set(h->adapter, 0x01010103, list, 7), <, 0);
	g_assert_cmpint(shim_set(h->adapter, 0x01010103, list, 32 * 6), ==, 32 * 6);
	g_assert_cmpint(shim_query(h->adapter, 0x01010103, answer, sizeof(answer)), ==, 32 * 6);
	g_assert_cmpmem(answer, 32 * 6, list, 32 * 6);
	g_assert_cmpuint(model_register(h->model, SGNIC_MULTICAST_COUNT), ==, 32);
	g_assert_cmphex(model_register(h->model, SGNIC_MULTICAST_LOW(1)), ==, 0x09080701);
	g_assert_cmphex(model_register(h->model, SGNIC_MULTICAST_HIGH(1)), ==, 0x0b0a);
}

static struct sgnic_replay replay(struct harness *h)
{
	struct sgnic_replay result;

	g_assert_cmpint(shim_set(h->adapter, OID_SGNIC_REPLAY_TRANSMIT, NULL, 0), ==, 0);
	g_assert_cmpint(shim_query(h->adapter, OID_SGNIC_REPLAY_TRANSMIT, &result,
				   sizeof(result)), ==, sizeof(result));
	return result;
}

/* Policy remap: the address is dead once the mapping was completed. */
static void test_replay(struct harness *h, gconstpointer data)
{
	struct platform_fault fault;
	struct sgnic_replay result;
	uint64_t address;
	uint32_t length;

	g_assert_cmpint(shim_set(h->adapter, OID_SGNIC_REPLAY_TRANSMIT, NULL, 0), <, 0);
	send_frames(h, 0, 1, 500);
	settle(h);
	model_last_transmit(h->model, &address, &length);
	result = replay(h);
	g_assert_cmphex(result.logical_address, ==, address);
	g_assert_cmpuint(result.length, ==, length);
	g_assert_cmpuint(result.status, ==, SGNIC_STATUS_DMA_ERROR);
	g_assert_cmpuint(result.dma_errors, ==, 1);
	g_assert_cmpint(platform_next_fault(model_platform(h->model), &fault), ==, 1);
	g_assert_cmphex(fault.address.value & ~0xfffull, ==, address & ~0xfffull);
	expect_statuses(h, 1, SUCCESS);
	expect_frames(model_sent(h->model), 0, 1, 500);
	expect_traffic(h);
}

/* Policy pool: the arena stays mapped, so the frame goes out twice. */
static void test_replay_pool(struct harness *h, gconstpointer data)
{
	struct sgnic_replay result;

	send_frames(h, 0, 1, 500);
	settle(h);
	result = replay(h);
	g_assert_cmpuint(result.status, ==, SGNIC_STATUS_OK);
	g_assert_cmpuint(g_queue_get_length(model_sent(h->model)), ==, 2);
	g_queue_clear_full(model_sent(h->model), (GDestroyNotify)g_bytes_unref);
	expect_statuses(h, 1, SUCCESS);
}

#define ADD(name, setting, function) \
	g_test_add("/sgnic/failures/" name, struct harness, &setting, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sgnic/failures/start-stop", test_start_stop);
	g_test_add_data_func("/sgnic/failures/start-memory", GINT_TO_POINTER(false),
			     test_start_failures);
	g_test_add_data_func("/sgnic/failures/start-map", GINT_TO_POINTER(true),
			     test_start_failures);
	g_test_add_func("/sgnic/failures/keywords", test_bad_keywords);
	g_test_add_func("/sgnic/failures/device", test_bad_device);
	g_test_add_func("/sgnic/failures/segment-limit", test_segment_limit);
	g_test_add_func("/sgnic/failures/halt-under-traffic", test_halt_under_traffic);
	ADD("reset-under-traffic", two_buffers, test_reset_under_traffic);
	ADD("hang", plain, test_hang);
	ADD("removal", plain, test_removal);
	ADD("reset-fails", plain, test_reset_fails);
	ADD("cancel", small_ring, test_cancel);
	ADD("surprise", small_ring, test_surprise);
	ADD("requests", plain, test_requests);
	ADD("replay/remap", plain, test_replay);
	ADD("replay/pool", pool, test_replay_pool);
	return g_test_run();
}
