/* SPDX-License-Identifier: MIT */
/*
 * sgnic_state.c - everything the registers say, at one moment
 */
#include "sgnic_state.h"

static bool in_queue(const struct nic *nic, uint32_t offset, uint32_t base)
{
	return offset >= base && offset < base + nic->queues * SGNIC_QUEUE_SPAN &&
	       offset % SGNIC_QUEUE_SPAN <= SGNIC_QUEUE_ERRORS;
}

/* Section 3, table by table. */
bool nic_register_exists(const struct nic *nic, uint32_t offset)
{
	const uint32_t ranges[][2] = {
		{SGNIC_ID, SGNIC_LIMIT_SEGMENT},
		{SGNIC_STATION_LOW, SGNIC_MULTICAST_COUNT},
		{SGNIC_INTERRUPT_CAUSE, SGNIC_OTHER_VECTOR},
		{SGNIC_ERROR_CODE, SGNIC_ERROR_CLASSES},
		{SGNIC_RSS_TYPES, SGNIC_RSS_TABLE_LOG2},
		{SGNIC_RSS_KEY(0), SGNIC_RSS_KEY(SGNIC_RSS_KEY_WORDS - 1)},
		{SGNIC_MULTICAST_LOW(0), SGNIC_MULTICAST_HIGH(31)},
		{SGNIC_VLAN_TABLE(0), SGNIC_VLAN_TABLE(SGNIC_VLAN_TABLE_WORDS - 1)},
		{SGNIC_STATISTIC(0), SGNIC_STATISTIC(SGNIC_STAT_COUNT) - 4},
		{SGNIC_ERROR_COUNT(1), SGNIC_ERROR_COUNT(SGNIC_ERROR_LAST)},
		{SGNIC_RSS_TABLE(0), SGNIC_RSS_TABLE(SGNIC_RSS_TABLE_WORDS - 1)},
		{SGNIC_TX_DOORBELL(0), SGNIC_RX_DOORBELL(nic->queues - 1)},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(ranges); i++)
		if (offset >= ranges[i][0] && offset <= ranges[i][1])
			return true;
	return in_queue(nic, offset, SGNIC_TX_QUEUE(0)) ||
	       in_queue(nic, offset, SGNIC_RX_QUEUE(0));
}

struct nic_state *nic_capture(struct nic *nic)
{
	struct nic_state *state = g_new0(struct nic_state, 1);
	uint32_t offset;

	for (offset = 0; offset < SGNIC_REGISTER_BAR_SIZE; offset += 4)
		if (nic_register_exists(nic, offset) && offset != SGNIC_INTERRUPT_CAUSE)
			state->words[offset / 4] = nic_get(nic, offset);
	return state;
}

void nic_same_state(const struct nic_state *actual, const struct nic_state *expected)
{
	uint32_t i;

	for (i = 0; i < G_N_ELEMENTS(actual->words); i++) {
		if (actual->words[i] == expected->words[i])
			continue;
		g_test_message("register 0x%x differs", i * 4);
		g_assert_cmphex(actual->words[i], ==, expected->words[i]);
	}
}

static void disturb_queue(struct nic *nic, uint32_t queue)
{
	uint32_t offset;

	nic_set(nic, queue + SGNIC_QUEUE_MODERATION_TIME, 12345 + queue);
	nic_set(nic, queue + SGNIC_QUEUE_MODERATION_COUNT, queue >> 4 | 3);
	nic_set(nic, queue + SGNIC_QUEUE_RING_SIZE, 256);
	nic_set(nic, queue + SGNIC_QUEUE_VECTOR, 1);
	for (offset = SGNIC_QUEUE_DESCRIPTORS_LOW; offset <= SGNIC_QUEUE_RECORD_HIGH; offset += 8) {
		nic_set(nic, queue + offset, ((queue << 12) + 0xabc000) + 0x40 * offset);
		nic_set(nic, queue + offset + 4, 0x13 + offset);
	}
}

void nic_disturb(struct nic *nic)
{
	uint32_t i;

	nic_set(nic, SGNIC_STATION_LOW, 0xcafef00c);
	nic_set(nic, SGNIC_STATION_HIGH, 0x5eed);
	nic_set(nic, SGNIC_RECEIVE_FILTER, SGNIC_FILTER_MULTICAST | SGNIC_FILTER_DIRECTED);
	nic_set(nic, SGNIC_MULTICAST_COUNT, 29);
	for (i = 0; i < SGNIC_MULTICAST_MAX; i++) {
		nic_set(nic, SGNIC_MULTICAST_LOW(i), 0xfaceee01 + (i << 8));
		nic_set(nic, SGNIC_MULTICAST_HIGH(i), 0xbe00 + i);
	}
	for (i = 0; i < SGNIC_VLAN_TABLE_WORDS; i++)
		nic_set(nic, SGNIC_VLAN_TABLE(i), 0x10203040 + i);
	nic_set(nic, SGNIC_FEATURES_ENABLED, 0x1dd);
	nic_set(nic, SGNIC_FRAME_SIZE, 4000);
	nic_set(nic, SGNIC_OTHER_VECTOR, 2);
	nic_set(nic, SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_VECTORS);
	nic_set(nic, SGNIC_INTERRUPT_MASK,
		SGNIC_CAUSE_RX(0) | SGNIC_CAUSE_LINK | SGNIC_CAUSE_ERROR);
	nic_set(nic, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_SOFTWARE | SGNIC_CAUSE_TX(0));
	for (i = 0; i < nic->queues; i++) {
		disturb_queue(nic, SGNIC_TX_QUEUE(i));
		disturb_queue(nic, SGNIC_RX_QUEUE(i));
	}
	nic_set(nic, SGNIC_RSS_TYPES, SGNIC_RSS_TYPES_MASK & ~SGNIC_RSS_IPV6);
	nic_set(nic, SGNIC_RSS_TABLE_LOG2, 5);
	for (i = 0; i < SGNIC_RSS_KEY_WORDS; i++)
		nic_set(nic, SGNIC_RSS_KEY(i), 0x6d5a0000 + i);
	for (i = 0; i < SGNIC_RSS_TABLE_WORDS; i++)
		nic_set(nic, SGNIC_RSS_TABLE(i), (nic->queues - 1) * 0x01000101);
	nic_set(nic, SGNIC_DMA_WIDTH, 32);
	nic_set(nic, SGNIC_MULTICAST_COUNT, 0x4321);
	nic_ignore_log(nic);
}
