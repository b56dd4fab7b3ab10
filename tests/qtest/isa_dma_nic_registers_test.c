/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_nic_registers_test.c - reset values, ranges, accesses, errors, reset
 * (isa-dma-nic specification, sections 3, 8 and 10.1)
 */
#include "isa_dma_nic_harness.h"

#define INDEXED(index) ((uint16_t)(ISA_DMA_NIC_ERROR_SOURCE_INDEXED | (index)))

struct value {
	uint16_t index;
	uint16_t value;
};

/* Everything behind INDEX and DATA after a reset, on channel 3 and interrupt 5. */
static const struct value reset_values[] = {
	{ISA_DMA_NIC_VERSION, 0x0100},	    {ISA_DMA_NIC_CONTROL, 0},
	{ISA_DMA_NIC_RECEIVE_FILTER, 0},    {ISA_DMA_NIC_MULTICAST_COUNT, 0},
	{ISA_DMA_NIC_STATION(0), 0x5452},   {ISA_DMA_NIC_STATION(1), 0xa100},
	{ISA_DMA_NIC_STATION(2), 0xc3b2},   {ISA_DMA_NIC_PERMANENT(0), 0x5452},
	{ISA_DMA_NIC_PERMANENT(1), 0xa100}, {ISA_DMA_NIC_PERMANENT(2), 0xc3b2},
	{ISA_DMA_NIC_RESOURCES, 0x53},	    {ISA_DMA_NIC_LIMIT_FRAME, 1518},
	{ISA_DMA_NIC_LIMIT_FIFO, 16},	    {ISA_DMA_NIC_RX_STATUS, 0},
	{ISA_DMA_NIC_FIFO_FRAMES, 0},	    {ISA_DMA_NIC_RX_CREDIT, 0},
	{ISA_DMA_NIC_TRANSFERRED, 0},	    {ISA_DMA_NIC_INTERRUPT_PENDING, 0},
	{ISA_DMA_NIC_INTERRUPT_RAISE, 0},   {ISA_DMA_NIC_ERROR_CODE, 0},
	{ISA_DMA_NIC_ERROR_SOURCE, 0},	    {ISA_DMA_NIC_ERROR_VALUE, 0},
};

/* What a register must read after a reset. */
static uint16_t expected_value(uint16_t index)
{
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(reset_values); i++) {
		if (reset_values[i].index == index)
			return reset_values[i].value;
	}
	return 0;
}

static void expect_reset_values(struct isa_nic *device)
{
	uint16_t index;

	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_ID), ==, 0x4e44);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_STATUS), ==, ISA_DMA_NIC_STATUS_LINK_UP);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_INTERRUPT_CAUSE), ==, 0);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_INTERRUPT_MASK), ==, 0);
	g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_TX_LENGTH), ==, 0);
	g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_RX_LENGTH), ==, 0);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_INDEX), ==, 0);
	for (index = 0; index <= ISA_DMA_NIC_INDEX_MAX; index++) {
		if (isa_nic_register_exists(index))
			g_assert_cmphex(isa_nic_get(device, index), ==, expected_value(index));
	}
}

static void test_reset_values(void)
{
	struct isa_nic *device = isa_nic_start(NULL);

	isa_nic_out(device, ISA_DMA_NIC_INDEX, 0);
	expect_reset_values(device);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
}

/* Gives every register a value it does not have after reset, and makes an error. */
static void disturb(struct isa_nic *device)
{
	struct frame *frame = g_new(struct frame, 1);
	uint16_t i;

	isa_nic_out(device, ISA_DMA_NIC_TX_LENGTH, 99);
	isa_nic_set(device, ISA_DMA_NIC_CONTROL, ISA_DMA_NIC_CONTROL_FLOW);
	isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_PROMISCUOUS);
	isa_nic_set(device, ISA_DMA_NIC_MULTICAST_COUNT, 16);
	for (i = 0; i < 3; i++)
		isa_nic_set(device, (uint16_t)ISA_DMA_NIC_STATION(i), (uint16_t)(0x1110 + i * 2));
	for (i = 0; i < 48; i++)
		isa_nic_set(device, (uint16_t)ISA_DMA_NIC_MULTICAST(i / 3, i % 3),
			    (uint16_t)(0xaa00 + i));
	isa_nic_set(device, ISA_DMA_NIC_RX_CREDIT, 3);
	for (i = 0; i < 3; i++) {
		frame_fill(frame, address_nic, 99, i);
		isa_nic_inject(device, frame);
	}
	isa_nic_start_tx(device, 99);
	isa_nic_command(device, 0x5a);
	nic_ignore_log(&device->nic);
	isa_nic_out(device, ISA_DMA_NIC_INTERRUPT_MASK, ISA_DMA_NIC_CAUSE_SOFTWARE);
	isa_nic_set(device, ISA_DMA_NIC_INTERRUPT_RAISE, ISA_DMA_NIC_CAUSE_SOFTWARE);
	g_assert_true(dma_requested(device->nic.qemu, 3));
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES), ==, 3);
	g_assert_cmpuint(isa_nic_transfer(device), ==, ISA_DMA_NIC_TRANSFER_TX);
	g_free(frame);
}

static void test_reset_command(void)
{
	struct isa_nic *device = isa_nic_start(NULL);

	disturb(device);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RESET);
	g_assert_false(dma_requested(device->nic.qemu, 3));
	expect_reset_values(device);
	isa_nic_expect_no_error(device);
	wire_expect_silence(&device->nic);
	isa_nic_stop(device);
}

static void test_reset_machine(void)
{
	struct isa_nic *device = isa_nic_start(NULL);

	disturb(device);
	qtest_qmp_ok(device->nic.qemu, "{\"execute\": \"system_reset\"}");
	qtest_wait_event(device->nic.qemu, "RESET");
	nic_settle(&device->nic);
	g_assert_false(dma_requested(device->nic.qemu, 3));
	expect_reset_values(device);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
}

/* Both ends of each range, and what is stored. */
static void test_ranges(void)
{
	static const struct {
		uint16_t index;
		uint16_t values[8]; /* ended by 0xdead */
	} good[] = {
		{ISA_DMA_NIC_CONTROL, {1, 0, 0xdead}},
		{ISA_DMA_NIC_RECEIVE_FILTER, {0x2f, 0x01, 0x20, 0x0f, 0, 0xdead}},
		{ISA_DMA_NIC_MULTICAST_COUNT, {16, 1, 0, 0xdead}},
		{ISA_DMA_NIC_STATION(0), {0xfffe, 0, 0x1234, 0xdead}},
		{ISA_DMA_NIC_STATION(1), {0xffff, 0, 0x1235, 0xdead}},
		{ISA_DMA_NIC_STATION(2), {0xffff, 0, 0x1237, 0xdead}},
		{ISA_DMA_NIC_MULTICAST(0, 0), {0xffff, 1, 0, 0xdead}},
		{ISA_DMA_NIC_MULTICAST(15, 2), {0xffff, 1, 0, 0xdead}},
	};
	struct isa_nic *device = isa_nic_start(NULL);
	size_t i;
	size_t k;

	for (i = 0; i < G_N_ELEMENTS(good); i++) {
		for (k = 0; good[i].values[k] != 0xdead; k++) {
			isa_nic_set(device, good[i].index, good[i].values[k]);
			g_assert_cmphex(isa_nic_get(device, good[i].index), ==, good[i].values[k]);
		}
	}
	isa_nic_out(device, ISA_DMA_NIC_TX_LENGTH, 14);
	g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_TX_LENGTH), ==, 14);
	isa_nic_out(device, ISA_DMA_NIC_TX_LENGTH, 1518);
	g_assert_cmpuint(isa_nic_in(device, ISA_DMA_NIC_TX_LENGTH), ==, 1518);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
}

static void test_bad_values(void)
{
	static const struct value bad[] = {
		{ISA_DMA_NIC_CONTROL, 2},
		{ISA_DMA_NIC_CONTROL, 0x8001},
		{ISA_DMA_NIC_RECEIVE_FILTER, 0x10},
		{ISA_DMA_NIC_RECEIVE_FILTER, 0x40},
		{ISA_DMA_NIC_RECEIVE_FILTER, 0x802f},
		{ISA_DMA_NIC_MULTICAST_COUNT, 17},
		{ISA_DMA_NIC_MULTICAST_COUNT, 0xffff},
		{ISA_DMA_NIC_STATION(0), 0x0001},
		{ISA_DMA_NIC_STATION(0), 0xffff},
		{ISA_DMA_NIC_RX_CREDIT, 0x8001},
		{ISA_DMA_NIC_RX_CREDIT, 0xffff},
		{ISA_DMA_NIC_INTERRUPT_RAISE, 0x100},
		{ISA_DMA_NIC_INTERRUPT_RAISE, 0x8080},
		{ISA_DMA_NIC_ERROR_CODE, 1},
	};
	static const struct value bad_ports[] = {
		{ISA_DMA_NIC_COMMAND, 0},
		{ISA_DMA_NIC_COMMAND, 8},
		{ISA_DMA_NIC_COMMAND, 0xffff},
		{ISA_DMA_NIC_INTERRUPT_MASK, 0x100},
		{ISA_DMA_NIC_INTERRUPT_MASK, 0x8000},
		{ISA_DMA_NIC_TX_LENGTH, 0},
		{ISA_DMA_NIC_TX_LENGTH, 13},
		{ISA_DMA_NIC_TX_LENGTH, 1519},
		{ISA_DMA_NIC_TX_LENGTH, 0xffff},
		{ISA_DMA_NIC_INDEX, 0x100},
		{ISA_DMA_NIC_INDEX, 0xffff},
	};
	struct isa_nic *device = isa_nic_start(NULL);
	uint32_t errors = 0;
	uint16_t before;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(bad); i++) {
		before = isa_nic_get(device, bad[i].index);
		isa_nic_out(device, ISA_DMA_NIC_DATA, bad[i].value);
		isa_nic_expect_error(device, ISA_DMA_NIC_ERROR_BAD_VALUE, INDEXED(bad[i].index),
				     bad[i].value);
		g_assert_cmphex(isa_nic_get(device, bad[i].index), ==, before);
		isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_GUEST_ERRORS, ++errors);
	}
	for (i = 0; i < G_N_ELEMENTS(bad_ports); i++) {
		before = isa_nic_in(device, bad_ports[i].index);
		isa_nic_out(device, bad_ports[i].index, bad_ports[i].value);
		g_assert_cmphex(isa_nic_in(device, bad_ports[i].index), ==, before);
		isa_nic_expect_error(device, ISA_DMA_NIC_ERROR_BAD_VALUE, bad_ports[i].index,
				     bad_ports[i].value);
		isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_GUEST_ERRORS, ++errors);
	}
	/* the credit adds up */
	isa_nic_set(device, ISA_DMA_NIC_RX_CREDIT, 0x7fff);
	isa_nic_set(device, ISA_DMA_NIC_RX_CREDIT, 1);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_RX_CREDIT), ==, 0x8000);
	isa_nic_set(device, ISA_DMA_NIC_RX_CREDIT, 1);
	isa_nic_expect_error(device, ISA_DMA_NIC_ERROR_BAD_VALUE, INDEXED(ISA_DMA_NIC_RX_CREDIT),
			     1);
	isa_nic_stop(device);
}

/* Every index without a register, and every register that cannot be written. */
static void test_register_errors(void)
{
	static const uint16_t read_only[] = {
		ISA_DMA_NIC_VERSION,	      ISA_DMA_NIC_PERMANENT(0),
		ISA_DMA_NIC_PERMANENT(2),     ISA_DMA_NIC_RESOURCES,
		ISA_DMA_NIC_LIMIT_FRAME,      ISA_DMA_NIC_LIMIT_FIFO,
		ISA_DMA_NIC_RX_STATUS,	      ISA_DMA_NIC_FIFO_FRAMES,
		ISA_DMA_NIC_TRANSFERRED,      ISA_DMA_NIC_INTERRUPT_PENDING,
		ISA_DMA_NIC_ERROR_SOURCE,     ISA_DMA_NIC_ERROR_VALUE,
		ISA_DMA_NIC_STATISTIC_LOW(0), ISA_DMA_NIC_STATISTIC_HIGH(17),
	};
	static const uint16_t ports[] = {ISA_DMA_NIC_ID, ISA_DMA_NIC_INTERRUPT_CAUSE,
					 ISA_DMA_NIC_RX_LENGTH};
	struct isa_nic *device = isa_nic_start(NULL);
	uint16_t index;
	size_t i;

	for (index = 0; index <= ISA_DMA_NIC_INDEX_MAX; index++) {
		if (isa_nic_register_exists(index))
			continue;
		g_assert_cmphex(isa_nic_get(device, index), ==, 0);
		isa_nic_expect_error(device, ISA_DMA_NIC_ERROR_REGISTER, INDEXED(index), 0);
		isa_nic_set(device, index, 0x1234);
		isa_nic_expect_error(device, ISA_DMA_NIC_ERROR_REGISTER, INDEXED(index), 0x1234);
	}
	for (i = 0; i < G_N_ELEMENTS(read_only); i++) {
		isa_nic_set(device, read_only[i], 0x4321);
		isa_nic_expect_error(device, ISA_DMA_NIC_ERROR_REGISTER, INDEXED(read_only[i]),
				     0x4321);
	}
	for (i = 0; i < G_N_ELEMENTS(ports); i++) {
		isa_nic_out(device, ports[i], 0x4321);
		isa_nic_expect_error(device, ISA_DMA_NIC_ERROR_REGISTER, ports[i], 0x4321);
	}
	isa_nic_stop(device);
}

/* Bytes and odd ports are refused without effect; 32 bits are two registers. */
static void test_access_sizes(void)
{
	struct isa_nic *device = isa_nic_start(NULL);
	struct qtest *qemu = device->nic.qemu;
	uint16_t port;

	isa_nic_out(device, ISA_DMA_NIC_INTERRUPT_MASK, ISA_DMA_NIC_CAUSE_SOFTWARE);
	isa_nic_set(device, ISA_DMA_NIC_INTERRUPT_RAISE, ISA_DMA_NIC_CAUSE_SOFTWARE);
	for (port = 0; port < ISA_DMA_NIC_PORTS; port++) {
		g_assert_cmphex(qtest_in(qemu, (uint16_t)(device->iobase + port), 1), ==, 0xff);
		g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_ERROR_CODE), ==,
				 ISA_DMA_NIC_ERROR_ACCESS_SIZE);
		g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_ERROR_SOURCE), ==, port);
		qtest_out(qemu, (uint16_t)(device->iobase + port), 1, 0x77);
		g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_ERROR_VALUE), ==, 0x77);
		nic_expect_logged(&device->nic, 0x77);
		nic_ignore_log(&device->nic);
	}
	/* an access across two registers */
	g_assert_cmphex(qtest_in(qemu, (uint16_t)(device->iobase + 1), 2), ==, 0xffff);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_ERROR_SOURCE), ==, 1);
	nic_ignore_log(&device->nic);
	/* reading the cause by bytes did not clear it */
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_INTERRUPT_CAUSE), ==,
			ISA_DMA_NIC_CAUSE_SOFTWARE);
	isa_nic_set(device, ISA_DMA_NIC_ERROR_CODE, 0);

	qtest_out(qemu, (uint16_t)(device->iobase + ISA_DMA_NIC_INDEX), 4,
		  0x000b0000 | ISA_DMA_NIC_RECEIVE_FILTER);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_RECEIVE_FILTER), ==, 0x0b);
	g_assert_cmphex(qtest_in(qemu, (uint16_t)(device->iobase + ISA_DMA_NIC_INDEX), 4), ==,
			0x000b0000 | ISA_DMA_NIC_RECEIVE_FILTER);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
}

/* Commands that have nothing to act on, and what may not run beside a transfer. */
static void test_commands(void)
{
	static const uint16_t not_ready[] = {
		ISA_DMA_NIC_COMMAND_TX_START, ISA_DMA_NIC_COMMAND_RX_START,
		ISA_DMA_NIC_COMMAND_RX_DISCARD, ISA_DMA_NIC_COMMAND_CONTINUE};
	static const uint16_t busy[] = {ISA_DMA_NIC_COMMAND_TX_START, ISA_DMA_NIC_COMMAND_RX_START,
					ISA_DMA_NIC_COMMAND_RX_CONTINUOUS,
					ISA_DMA_NIC_COMMAND_RX_DISCARD};
	struct isa_nic *device = isa_nic_start(NULL);
	struct frame *frame = g_new(struct frame, 1);
	uint16_t transfer;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(not_ready); i++) {
		isa_nic_command(device, not_ready[i]);
		isa_nic_expect_error(device, ISA_DMA_NIC_ERROR_NOT_READY, ISA_DMA_NIC_COMMAND,
				     not_ready[i]);
	}
	/* STOP without a transfer is no mistake */
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_STOP);
	isa_nic_expect_no_error(device);

	isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_PROMISCUOUS);
	frame_fill(frame, address_nic, 100, 1);
	isa_nic_inject(device, frame);
	isa_nic_inject(device, frame);
	isa_nic_out(device, ISA_DMA_NIC_TX_LENGTH, 60);
	for (transfer = ISA_DMA_NIC_COMMAND_TX_START; transfer <= ISA_DMA_NIC_COMMAND_RX_CONTINUOUS;
	     transfer++) {
		if (transfer == ISA_DMA_NIC_COMMAND_RX_DISCARD)
			continue;
		isa_nic_command(device, transfer);
		for (i = 0; i < G_N_ELEMENTS(busy); i++) {
			if (transfer == ISA_DMA_NIC_COMMAND_TX_START &&
			    busy[i] == ISA_DMA_NIC_COMMAND_RX_DISCARD)
				continue;
			isa_nic_command(device, busy[i]);
			isa_nic_expect_error(device, ISA_DMA_NIC_ERROR_BUSY, ISA_DMA_NIC_COMMAND,
					     busy[i]);
		}
		isa_nic_command(device, ISA_DMA_NIC_COMMAND_CONTINUE);
		isa_nic_expect_error(device, ISA_DMA_NIC_ERROR_NOT_READY, ISA_DMA_NIC_COMMAND,
				     ISA_DMA_NIC_COMMAND_CONTINUE);
		isa_nic_command(device, ISA_DMA_NIC_COMMAND_STOP);
		g_assert_cmpuint(isa_nic_transfer(device), ==, ISA_DMA_NIC_TRANSFER_IDLE);
	}
	/* beside TX a frame may be dropped */
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_TX_START);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_DISCARD);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES), ==, 1);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_RX_DISCARDED, 1);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_STOP);
	isa_nic_expect_no_error(device);
	isa_nic_stop(device);
	g_free(frame);
}

/* The last of several errors is kept; each is counted. */
static void test_last_error(void)
{
	struct isa_nic *device = isa_nic_start(NULL);

	isa_nic_command(device, 0x4242);
	isa_nic_out(device, ISA_DMA_NIC_TX_LENGTH, 5000);
	isa_nic_out(device, ISA_DMA_NIC_ID, 0x3333);
	nic_expect_logged(&device->nic, 0x4242);
	nic_expect_logged(&device->nic, 5000);
	isa_nic_expect_error(device, ISA_DMA_NIC_ERROR_REGISTER, ISA_DMA_NIC_ID, 0x3333);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_GUEST_ERRORS, 3);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_DMA_ERRORS, 0);
	isa_nic_stop(device);
}

int main(int argc, char **argv)
{
	int status;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/isa-dma-nic/registers/reset-values", test_reset_values);
	g_test_add_func("/isa-dma-nic/registers/reset-command", test_reset_command);
	g_test_add_func("/isa-dma-nic/registers/reset-machine", test_reset_machine);
	g_test_add_func("/isa-dma-nic/registers/ranges", test_ranges);
	g_test_add_func("/isa-dma-nic/registers/bad-values", test_bad_values);
	g_test_add_func("/isa-dma-nic/registers/register-errors", test_register_errors);
	g_test_add_func("/isa-dma-nic/registers/access-sizes", test_access_sizes);
	g_test_add_func("/isa-dma-nic/registers/commands", test_commands);
	g_test_add_func("/isa-dma-nic/registers/last-error", test_last_error);
	return g_test_run();
}
