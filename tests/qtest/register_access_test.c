/* SPDX-License-Identifier: MIT */
/*
 * register_access_test.c - what the device does with accesses no driver should make
 * (device specification, sections 3, 3.5, 3.7 and 3.8)
 */
#include <string.h>

#include "sgnic_queue.h"
#include "sgnic_state.h"

#define NONE SGNIC_ERROR_QUEUE_NONE

/* Section 3.5: a register of a queue involves the queue. */
static uint32_t queue_of(uint32_t offset)
{
	if (offset >= SGNIC_TX_QUEUE(0) && offset < SGNIC_TX_QUEUE(1))
		return 0;
	if (offset >= SGNIC_RX_QUEUE(0) && offset < SGNIC_RX_QUEUE(1))
		return SGNIC_ERROR_QUEUE_RX;
	return NONE;
}

static bool read_only(uint32_t offset)
{
	static const uint32_t list[] = {
		SGNIC_ID,
		SGNIC_VERSION,
		SGNIC_FEATURES_OFFERED,
		SGNIC_LIMIT_QUEUES,
		SGNIC_LIMIT_RING,
		SGNIC_LIMIT_FRAME,
		SGNIC_LIMIT_SEGMENT,
		SGNIC_STATUS,
		SGNIC_PERMANENT_LOW,
		SGNIC_PERMANENT_HIGH,
		SGNIC_INTERRUPT_CAUSE,
		SGNIC_INTERRUPT_PENDING,
		SGNIC_ERROR_QUEUE,
		SGNIC_ERROR_ADDRESS_LOW,
		SGNIC_ERROR_ADDRESS_HIGH,
		SGNIC_ERROR_VALUE,
	};
	static const uint32_t queue_list[] = {
		SGNIC_QUEUE_STATE,	 SGNIC_QUEUE_CONSUMED,	  SGNIC_QUEUE_COMPLETED,
		SGNIC_QUEUE_FRAMES_LOW,	 SGNIC_QUEUE_FRAMES_HIGH, SGNIC_QUEUE_BYTES_LOW,
		SGNIC_QUEUE_BYTES_HIGH,	 SGNIC_QUEUE_ERRORS,
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(list); i++)
		if (offset == list[i])
			return true;
	for (i = 0; i < G_N_ELEMENTS(queue_list); i++)
		if (offset == SGNIC_TX_QUEUE(0) + queue_list[i] ||
		    offset == SGNIC_RX_QUEUE(0) + queue_list[i])
			return true;
	if (offset >= SGNIC_ERROR_COUNT(1) && offset <= SGNIC_ERROR_COUNT(SGNIC_ERROR_LAST))
		return true;
	return offset >= SGNIC_STATISTIC(0) && offset < SGNIC_STATISTIC(SGNIC_STAT_COUNT);
}

/* Every word of the BAR is read: exactly the unknown ones are errors and read 0. */
static void test_read_everywhere(void)
{
	struct nic *nic = nic_start(NULL);
	uint64_t errors = 0;
	uint32_t offset;

	for (offset = 0; offset < SGNIC_REGISTER_BAR_SIZE; offset += 4) {
		uint32_t value = nic_get(nic, offset);

		if (nic_register_exists(nic, offset))
			continue;
		g_assert_cmphex(value, ==, 0);
		errors++;
	}
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS), ==, errors);
	nic_ignore_log(nic);
	nic_stop(nic);
}

static void test_unknown(void)
{
	static const uint32_t offsets[] = {
		0x048,
		0x04c,
		0x068,
		0x06c,
		0x088,
		0x098,
		0x0c8,
		0x0fc,
		0x2c0,
		SGNIC_ERROR_COUNT(0),
		SGNIC_ERROR_COUNT(SGNIC_ERROR_LAST + 1),
		SGNIC_RSS_TABLE(SGNIC_RSS_TABLE_WORDS),
		0xffc,
		SGNIC_TX_QUEUE(0) + 0x4c,
		SGNIC_TX_QUEUE(0) + 0x7c,
		SGNIC_TX_QUEUE(1),
		SGNIC_TX_QUEUE(7),
		SGNIC_TX_QUEUE(1) + SGNIC_QUEUE_CONTROL,
		SGNIC_RX_QUEUE(0) + 0x4c,
		SGNIC_RX_QUEUE(1),
		0x3000,
		SGNIC_TX_DOORBELL(1),
		SGNIC_RX_DOORBELL(1),
		SGNIC_RX_DOORBELL(7),
		0x4040,
		0xfffc,
	};
	struct nic *nic = nic_start(NULL);
	uint64_t errors = 0;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(offsets); i++) {
		g_test_message("offset 0x%x", offsets[i]);
		g_assert_cmphex(nic_get(nic, offsets[i]), ==, 0);
		nic_expect_error(nic, SGNIC_ERROR_REGISTER, queue_of(offsets[i]), offsets[i],
				 NIC_ANY);
		nic_set(nic, offsets[i], 0xfeedf00d);
		nic_expect_logged(nic, offsets[i]);
		nic_expect_error(nic, SGNIC_ERROR_REGISTER, queue_of(offsets[i]), offsets[i],
				 0xfeedf00d);
		errors += 2;
		g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS), ==, errors);
	}
	nic_stop(nic);
}

static void test_read_only(void)
{
	struct nic *nic = nic_start(NULL);
	uint64_t errors = 0;
	uint32_t offset;
	uint32_t before;
	bool volatile_value;

	for (offset = 0; offset < SGNIC_REGISTER_BAR_SIZE; offset += 4) {
		if (!read_only(offset))
			continue;
		g_test_message("register 0x%x", offset);
		volatile_value =
			(offset >= SGNIC_INTERRUPT_CAUSE && offset <= SGNIC_INTERRUPT_PENDING) ||
			offset == SGNIC_STATISTIC(SGNIC_STAT_GUEST_ERRORS) ||
			offset == SGNIC_ERROR_COUNT(SGNIC_ERROR_REGISTER) ||
			offset == SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_ERRORS ||
			offset == SGNIC_RX_QUEUE(0) + SGNIC_QUEUE_ERRORS;
		before = nic_get(nic, offset);
		nic_set(nic, offset, 0xfeedf00d);
		nic_expect_error(nic, SGNIC_ERROR_REGISTER, queue_of(offset), offset, 0xfeedf00d);
		if (!volatile_value)
			g_assert_cmphex(nic_get(nic, offset), ==, before);
		errors++;
	}
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS), ==, errors);
	nic_stop(nic);
}

/* One access of a wrong size may reach the device in several parts. */
static void expect_size_error(struct nic *nic, uint64_t *errors)
{
	uint64_t now;

	nic_expect_error(nic, SGNIC_ERROR_ACCESS_SIZE, NONE, NIC_ANY, NIC_ANY);
	now = nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS);
	g_assert_cmpuint(now, >, *errors);
	g_assert_cmpuint(now, <=, *errors + 4);
	*errors = now;
}

static void test_wrong_sizes(void)
{
	static const struct {
		unsigned int offset;
		unsigned int size;
	} accesses[] = {{0, 1}, {1, 1}, {2, 1}, {3, 1}, {0, 2},
			{2, 2}, {1, 2}, {1, 4}, {2, 4}, {3, 4}};
	struct nic *nic = nic_start(NULL);
	uint64_t errors = 0;
	uint32_t before[2];
	size_t i;

	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_BROADCAST);
	nic_set(nic, SGNIC_MULTICAST_COUNT, 7);
	for (i = 0; i < G_N_ELEMENTS(accesses); i++) {
		uint64_t ones = (1ull << 8 * accesses[i].size) - 1;

		g_test_message("offset +%u, size %u", accesses[i].offset, accesses[i].size);
		g_assert_cmphex(qtest_read(nic->qemu, NIC_REGISTERS + SGNIC_ID + accesses[i].offset,
					   accesses[i].size),
				==, ones);
		expect_size_error(nic, &errors);
		before[0] = nic_get(nic, SGNIC_RECEIVE_FILTER);
		before[1] = nic_get(nic, SGNIC_MULTICAST_COUNT);
		qtest_write(nic->qemu, NIC_REGISTERS + SGNIC_RECEIVE_FILTER + accesses[i].offset,
			    accesses[i].size, 0);
		expect_size_error(nic, &errors);
		g_assert_cmphex(nic_get(nic, SGNIC_RECEIVE_FILTER), ==, before[0]);
		g_assert_cmphex(nic_get(nic, SGNIC_MULTICAST_COUNT), ==, before[1]);
	}
	nic_stop(nic);
}

static void test_access_64(void)
{
	struct nic *nic = nic_start(NULL);

	g_assert_cmphex(qtest_read(nic->qemu, NIC_REGISTERS + SGNIC_ID, 8), ==,
			(uint64_t)SGNIC_VERSION_VALUE << 32 | SGNIC_ID_VALUE);
	qtest_write(nic->qemu, NIC_REGISTERS + SGNIC_STATION_LOW, 8, 0x0000beefcafef00cull);
	g_assert_cmphex(nic_get(nic, SGNIC_STATION_LOW), ==, 0xcafef00c);
	g_assert_cmphex(nic_get(nic, SGNIC_STATION_HIGH), ==, 0xbeef);
	qtest_write(nic->qemu, NIC_REGISTERS + SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_DESCRIPTORS_LOW, 8,
		    0x1234567890abcdc0ull);
	g_assert_cmphex(nic_get(nic, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_DESCRIPTORS_LOW), ==,
			0x90abcdc0);
	g_assert_cmphex(nic_get(nic, SGNIC_TX_QUEUE(0) + SGNIC_QUEUE_DESCRIPTORS_HIGH), ==,
			0x12345678);
	nic_expect_no_error(nic);

	/* low half first: both halves are wrong, the second error is the one kept */
	qtest_write(nic->qemu, NIC_REGISTERS + SGNIC_STATION_LOW, 8, 0x0007000000000001ull);
	nic_expect_logged(nic, 1);
	nic_expect_error(nic, SGNIC_ERROR_BAD_VALUE, NONE, SGNIC_STATION_HIGH, 0x70000);
	g_assert_cmphex(
		qtest_read(nic->qemu, NIC_REGISTERS + SGNIC_STATISTIC(SGNIC_STAT_GUEST_ERRORS), 8),
		==, 2);
	nic_stop(nic);
}

static void expect_busy(struct nic *nic, uint32_t offset, uint32_t value)
{
	uint32_t before = nic_get(nic, offset);

	g_test_message("register 0x%x", offset);
	nic_set(nic, offset, value);
	nic_expect_error(nic, SGNIC_ERROR_BUSY, queue_of(offset), offset, value);
	g_assert_cmphex(nic_get(nic, offset), ==, before);
}

static void test_busy(void)
{
	struct nic *nic = nic_start(NULL);
	struct nic_queue queue;
	uint32_t offset;
	int receive;

	for (receive = 0; receive < 2; receive++) {
		queue_open(&queue, nic, receive, 32);
		expect_busy(nic, queue_register(&queue, SGNIC_QUEUE_RING_SIZE), 64);
		for (offset = SGNIC_QUEUE_DESCRIPTORS_LOW; offset <= SGNIC_QUEUE_RECORD_HIGH;
		     offset += 4)
			expect_busy(nic, queue_register(&queue, offset), 0x40000);
		expect_busy(nic, SGNIC_DMA_WIDTH, 32);
		expect_busy(nic, SGNIC_FEATURES_ENABLED, SGNIC_FEATURE_RSS);
		nic_set(nic, queue_register(&queue, SGNIC_QUEUE_VECTOR), 2);
		g_assert_cmpuint(nic_get(nic, queue_register(&queue, SGNIC_QUEUE_VECTOR)), ==, 2);
		nic_set(nic, queue_register(&queue, SGNIC_QUEUE_CONTROL), SGNIC_QUEUE_ENABLE);
		g_assert_cmpuint(queue_state(&queue), ==, SGNIC_QUEUE_RUNNING);
		queue_disable(&queue);
		nic_set(nic, queue_register(&queue, SGNIC_QUEUE_RING_SIZE), 64);
		nic_set(nic, SGNIC_DMA_WIDTH, 32);
		g_assert_cmpuint(nic_get(nic, queue_register(&queue, SGNIC_QUEUE_RING_SIZE)), ==,
				 64);
		nic_expect_no_error(nic);
	}
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS), ==, 2 * 9);
	nic_stop(nic);
}

/* Section 3.7: ENABLE refused, nothing happens but the error. */
static void test_enable_refused(void)
{
	struct nic *nic = nic_start(NULL);
	struct nic_queue queue = {.nic = nic};
	struct nic_queue wide;
	uint32_t control;
	uint32_t length;
	uint32_t piece;
	uint64_t base;
	int receive;

	for (receive = 0; receive < 2; receive++) {
		queue.receive = receive;
		control = queue_register(&queue, SGNIC_QUEUE_CONTROL);
		nic_set(nic, control, SGNIC_QUEUE_ENABLE);
		nic_check_error(nic, SGNIC_ERROR_BAD_VALUE, queue_number(&queue), control,
				SGNIC_QUEUE_ENABLE);
		nic_clear_error(nic);
		g_assert_cmpuint(nic_get(nic, control), ==, 0);
		g_assert_cmpuint(queue_state(&queue), ==, SGNIC_QUEUE_DISABLED);

		nic_set(nic, SGNIC_DMA_WIDTH, 32);
		for (piece = 0; piece < 3; piece++) {
			queue_prepare(&wide, nic, receive, 16);
			base = (uint64_t[]){wide.descriptors, wide.completions, wide.record}[piece];
			length = (uint32_t[]){16 * 16, (receive ? 32 : 16) * 16, 64}[piece];
			nic_set(nic,
				queue_register(&wide, SGNIC_QUEUE_DESCRIPTORS_HIGH + 8 * piece), 1);
			memset(queue_memory(&wide), 0xff, sizeof(struct sgnic_record));
			nic_set(nic, control, SGNIC_QUEUE_ENABLE);
			nic_expect_error(nic, SGNIC_ERROR_DMA_WIDTH, queue_number(&wide),
					 base | 1ull << 32, length);
			g_assert_cmpuint(nic_get(nic, control), ==, 0);
			g_assert_cmpuint(queue_state(&wide), ==, SGNIC_QUEUE_DISABLED);
			g_assert_cmphex(queue_memory(&wide)->kick_event, ==, 0xffffffff);
		}
		nic_set(nic, SGNIC_DMA_WIDTH, 64);
	}
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS), ==, 2);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_DMA_WIDTH_ERRORS), ==, 6);
	nic_stop(nic);
}

static void test_doorbell_of_disabled_queue(void)
{
	struct nic *nic = nic_start(NULL);
	struct nic_queue queue = {.nic = nic};

	queue_ring(&queue);
	nic_expect_error(nic, SGNIC_ERROR_DOORBELL, 0, NIC_ANY, NIC_ANY);
	queue.receive = true;
	queue_ring(&queue);
	nic_expect_error(nic, SGNIC_ERROR_DOORBELL, SGNIC_ERROR_QUEUE_RX, NIC_ANY, NIC_ANY);
	g_assert_cmpuint(nic_statistic(nic, SGNIC_STAT_GUEST_ERRORS), ==, 2);
	nic_stop(nic);
}

/* Section 3.5: the last error wins; writing 0 clears the whole block. */
static void test_last_error(void)
{
	struct nic *nic = nic_start(NULL);
	uint32_t offset;

	nic_set(nic, SGNIC_MULTICAST_COUNT, 99);
	nic_set(nic, SGNIC_INTERRUPT_MODE, 77);
	nic_expect_logged(nic, 99);
	nic_expect_error(nic, SGNIC_ERROR_BAD_VALUE, NONE, SGNIC_INTERRUPT_MODE, 77);
	g_assert_cmphex(nic_get(nic, SGNIC_ERROR_QUEUE), ==, NONE);
	for (offset = SGNIC_ERROR_ADDRESS_LOW; offset <= SGNIC_ERROR_VALUE; offset += 4)
		g_assert_cmphex(nic_get(nic, offset), ==, 0);
	nic_stop(nic);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/register-access/read-everywhere", test_read_everywhere);
	g_test_add_func("/register-access/unknown", test_unknown);
	g_test_add_func("/register-access/read-only", test_read_only);
	g_test_add_func("/register-access/wrong-sizes", test_wrong_sizes);
	g_test_add_func("/register-access/64-bit", test_access_64);
	g_test_add_func("/register-access/busy", test_busy);
	g_test_add_func("/register-access/enable-refused", test_enable_refused);
	g_test_add_func("/register-access/doorbell-disabled", test_doorbell_of_disabled_queue);
	g_test_add_func("/register-access/last-error", test_last_error);
	return g_test_run();
}
