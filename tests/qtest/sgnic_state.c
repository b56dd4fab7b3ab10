/* SPDX-License-Identifier: MIT */
/*
 * sgnic_state.c - everything the registers say, at one moment
 */
#include "sgnic_state.h"

static bool in_queue(uint32_t offset, uint32_t base)
{
	return offset >= base && offset <= base + SGNIC_QUEUE_COMPLETED;
}

/* Section 3, table by table. */
bool nic_register_exists(uint32_t offset)
{
	static const uint32_t ranges[][2] = {
		{SGNIC_ID, SGNIC_DMA_WIDTH},
		{SGNIC_STATION_LOW, SGNIC_MULTICAST_COUNT},
		{SGNIC_INTERRUPT_CAUSE, SGNIC_OTHER_VECTOR},
		{SGNIC_ERROR_CODE, SGNIC_ERROR_VALUE},
		{SGNIC_MULTICAST_LOW(0), SGNIC_MULTICAST_HIGH(31)},
		{SGNIC_STATISTIC(0), SGNIC_STATISTIC(SGNIC_STAT_COUNT) - 4},
		{SGNIC_TX_DOORBELL(0), SGNIC_RX_DOORBELL(0)},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(ranges); i++)
		if (offset >= ranges[i][0] && offset <= ranges[i][1])
			return true;
	return in_queue(offset, SGNIC_TX_QUEUE(0)) || in_queue(offset, SGNIC_RX_QUEUE(0));
}

struct nic_state *nic_capture(struct nic *nic)
{
	struct nic_state *state = g_new0(struct nic_state, 1);
	uint32_t offset;

	for (offset = 0; offset < SGNIC_REGISTER_BAR_SIZE; offset += 4)
		if (nic_register_exists(offset) && offset != SGNIC_INTERRUPT_CAUSE)
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

	nic_set(nic, queue + SGNIC_QUEUE_RING_SIZE, 256);
	nic_set(nic, queue + SGNIC_QUEUE_VECTOR, 1);
	for (offset = SGNIC_QUEUE_DESCRIPTORS_LOW; offset <= SGNIC_QUEUE_RECORD_HIGH; offset += 8) {
		nic_set(nic, queue + offset, 0x00abc000 + 0x40 * offset);
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
	nic_set(nic, SGNIC_OTHER_VECTOR, 2);
	nic_set(nic, SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_VECTORS);
	nic_set(nic, SGNIC_INTERRUPT_MASK,
		SGNIC_CAUSE_RX(0) | SGNIC_CAUSE_LINK | SGNIC_CAUSE_ERROR);
	nic_set(nic, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_SOFTWARE | SGNIC_CAUSE_TX(0));
	disturb_queue(nic, SGNIC_TX_QUEUE(0));
	disturb_queue(nic, SGNIC_RX_QUEUE(0));
	nic_set(nic, SGNIC_DMA_WIDTH, 32);
	nic_set(nic, SGNIC_MULTICAST_COUNT, 0x4321);
	nic_ignore_log(nic);
}
