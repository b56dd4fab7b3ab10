/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_nic_harness.c - an isa-dma-nic device with a wire and guest memory
 */
#include <string.h>
#include <unistd.h>

#include "isa_dma_nic_harness.h"

#define RAM_FIRST 0x100000u

const struct isa_nic_channel isa_nic_channels[ISA_NIC_CHANNELS] = {
	{"q35", 0}, {"q35", 1}, {"q35", 3}, {"q35", 5}, {"q35", 6},   {"q35", 7},
	{"pc", 1},  {"pc", 3},	{"pc", 5},  {"pc", 7},	{"isapc", 3}, {"isapc", 5},
};

const uint8_t isa_nic_modes[ISA_NIC_MODES] = {
	DMA_MODE_DEMAND,
	DMA_MODE_SINGLE,
	DMA_MODE_BLOCK,
	DMA_MODE_DEMAND | DMA_MODE_AUTO_INITIALISE,
	DMA_MODE_SINGLE | DMA_MODE_AUTO_INITIALISE,
};

static gint64 deadline(void)
{
	return g_get_monotonic_time() + QTEST_DEADLINE_SECONDS * G_USEC_PER_SEC;
}

static void probe(struct isa_nic *device)
{
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_ID), ==, ISA_DMA_NIC_ID_VALUE);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_VERSION) >> 8, ==,
			ISA_DMA_NIC_VERSION_VALUE >> 8);
	g_assert_cmpuint(ISA_DMA_NIC_RESOURCES_CHANNEL(isa_nic_get(device, ISA_DMA_NIC_RESOURCES)),
			 ==, device->channel);
}

struct isa_nic *isa_nic_start(const struct isa_nic_options *options)
{
	struct isa_nic *device = g_new0(struct isa_nic, 1);
	const struct isa_nic_options *use = &device->options;
	const char *arguments[] = {"-netdev", NULL, "-device", NULL, NULL, "defer", NULL};
	char *netdev;
	char *properties;
	int peer;

	if (options)
		device->options = *options;
	device->iobase = use->iobase ? use->iobase : ISA_DMA_NIC_IOBASE_DEFAULT;
	device->channel =
		use->channel || use->channel_0 ? use->channel : ISA_DMA_NIC_CHANNEL_DEFAULT;
	peer = wire_open(&device->nic, device->options.wire_buffer);
	netdev = g_strdup_printf("dgram,id=wire,local.type=fd,local.str=%d", peer);
	properties =
		g_strdup_printf("isa-dma-nic,id=nic,netdev=wire,mac=" NIC_MAC "%s%s",
				use->properties ? "," : "", use->properties ? use->properties : "");
	arguments[1] = netdev;
	arguments[3] = properties;
	arguments[4] = use->incoming ? "-incoming" : NULL;
	device->nic.qemu =
		qtest_start(&(struct qtest_options){.machine = use->machine ? use->machine : "q35",
						    .arguments = arguments,
						    .inherited = peer});
	close(peer);
	g_free(netdev);
	g_free(properties);
	device->nic.ram = qtest_ram(device->nic.qemu);
	device->nic.ram_next = RAM_FIRST;
	nic_ignore_log(&device->nic);
	if (!use->incoming)
		probe(device);
	return device;
}

struct isa_nic *isa_nic_start_channel(const char *machine, unsigned int channel)
{
	char *properties = g_strdup_printf("dma=%u", channel);
	struct isa_nic *device = isa_nic_start(&(struct isa_nic_options){
		.machine = machine,
		.properties = properties,
		.channel = channel,
		.channel_0 = channel == 0,
	});

	device->options.properties = NULL;
	g_free(properties);
	return device;
}

void isa_nic_stop(struct isa_nic *device)
{
	nic_stop(&device->nic);
}

uint16_t isa_nic_in(struct isa_nic *device, uint16_t port)
{
	return (uint16_t)qtest_in(device->nic.qemu, (uint16_t)(device->iobase + port), 2);
}

void isa_nic_out(struct isa_nic *device, uint16_t port, uint16_t value)
{
	qtest_out(device->nic.qemu, (uint16_t)(device->iobase + port), 2, value);
}

uint16_t isa_nic_get(struct isa_nic *device, uint16_t index)
{
	isa_nic_out(device, ISA_DMA_NIC_INDEX, index);
	return isa_nic_in(device, ISA_DMA_NIC_DATA);
}

void isa_nic_set(struct isa_nic *device, uint16_t index, uint16_t value)
{
	isa_nic_out(device, ISA_DMA_NIC_INDEX, index);
	isa_nic_out(device, ISA_DMA_NIC_DATA, value);
}

bool isa_nic_register_exists(uint16_t index)
{
	static const uint8_t holes[] = {0x07, 0x0b, 0x0f};

	if (index >= ISA_DMA_NIC_MULTICAST(0, 0))
		return index <= ISA_DMA_NIC_MULTICAST(15, 2) && index % 4 != 3;
	if (index >= ISA_DMA_NIC_STATISTIC_LOW(0))
		return index <= ISA_DMA_NIC_STATISTIC_HIGH(ISA_DMA_NIC_STAT_COUNT - 1);
	if (index >= ISA_DMA_NIC_ERROR_CODE)
		return index <= ISA_DMA_NIC_ERROR_VALUE;
	if (index > ISA_DMA_NIC_TRANSFERRED)
		return index == ISA_DMA_NIC_INTERRUPT_PENDING ||
		       index == ISA_DMA_NIC_INTERRUPT_RAISE;
	return !memchr(holes, index, sizeof(holes));
}

void isa_nic_command(struct isa_nic *device, uint16_t command)
{
	isa_nic_out(device, ISA_DMA_NIC_COMMAND, command);
}

unsigned int isa_nic_transfer(struct isa_nic *device)
{
	return ISA_DMA_NIC_STATUS_TRANSFER(isa_nic_in(device, ISA_DMA_NIC_STATUS));
}

uint32_t isa_nic_statistic(struct isa_nic *device, enum isa_dma_nic_statistic counter)
{
	uint32_t low = isa_nic_get(device, (uint16_t)ISA_DMA_NIC_STATISTIC_LOW(counter));

	return low | (uint32_t)isa_nic_get(device, (uint16_t)ISA_DMA_NIC_STATISTIC_HIGH(counter))
			     << 16;
}

void isa_nic_expect_statistic(struct isa_nic *device, enum isa_dma_nic_statistic counter,
			      uint32_t value)
{
	gint64 end = deadline();
	uint32_t now;

	while ((now = isa_nic_statistic(device, counter)) < value && g_get_monotonic_time() < end)
		g_usleep(200);
	if (now != value)
		qtest_fail(device->nic.qemu, "counter %d is %u, not %u", counter, now, value);
}

void isa_nic_wait_pending(struct isa_nic *device, uint16_t causes)
{
	gint64 end = deadline();
	uint16_t now;

	while (((now = isa_nic_get(device, ISA_DMA_NIC_INTERRUPT_PENDING)) & causes) != causes) {
		if (g_get_monotonic_time() > end)
			qtest_fail(device->nic.qemu, "pending causes stay 0x%x, without 0x%x", now,
				   causes);
		g_usleep(200);
	}
}

uint16_t isa_nic_take_causes(struct isa_nic *device)
{
	uint16_t causes;

	isa_nic_out(device, ISA_DMA_NIC_INTERRUPT_MASK, ISA_DMA_NIC_CAUSES);
	causes = isa_nic_in(device, ISA_DMA_NIC_INTERRUPT_CAUSE);
	isa_nic_out(device, ISA_DMA_NIC_INTERRUPT_MASK, 0);
	return causes;
}

void isa_nic_expect_causes(struct isa_nic *device, uint16_t causes)
{
	isa_nic_wait_pending(device, causes);
	nic_settle(&device->nic);
	g_assert_cmphex(isa_nic_take_causes(device), ==, causes);
}

void isa_nic_set_link(struct isa_nic *device, bool up)
{
	qtest_qmp_ok(device->nic.qemu,
		     "{\"execute\": \"set_link\", \"arguments\": {\"name\": \"wire\", \"up\": %s}}",
		     up ? "true" : "false");
}

void isa_nic_expect_error(struct isa_nic *device, enum isa_dma_nic_error code, uint16_t source,
			  uint16_t value)
{
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_ERROR_CODE), ==, code);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_ERROR_SOURCE), ==, source);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_ERROR_VALUE), ==, value);
	nic_expect_logged(&device->nic, value);
	nic_ignore_log(&device->nic);
	g_assert_true(isa_nic_get(device, ISA_DMA_NIC_INTERRUPT_PENDING) & ISA_DMA_NIC_CAUSE_ERROR);
	isa_nic_out(device, ISA_DMA_NIC_INTERRUPT_MASK, ISA_DMA_NIC_CAUSE_ERROR);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_INTERRUPT_CAUSE), ==,
			ISA_DMA_NIC_CAUSE_ERROR);
	isa_nic_set(device, ISA_DMA_NIC_ERROR_CODE, 0);
	isa_nic_expect_no_error(device);
}

void isa_nic_expect_mistake(struct isa_nic *device, const struct isa_nic_mistake *mistake)
{
	uint16_t source = (uint16_t)(ISA_DMA_NIC_ERROR_SOURCE_CHANNEL | mistake->channel);
	uint16_t value = mistake->value;

	if (mistake->code == ISA_DMA_NIC_ERROR_DMA_MODE)
		value |= mistake->channel & 3;
	g_assert_false(dma_requested(device->nic.qemu, device->channel));
	isa_nic_expect_error(device, mistake->code, source, value);
	g_assert_cmpuint(isa_nic_transfer(device), ==, ISA_DMA_NIC_TRANSFER_IDLE);
	isa_nic_expect_statistic(device, ISA_DMA_NIC_STAT_DMA_ERRORS, 1);
}

void isa_nic_expect_no_error(struct isa_nic *device)
{
	char *log = qtest_log(device->nic.qemu);

	g_assert_cmpstr(log + device->nic.log_seen, ==, "");
	g_free(log);
	g_assert_cmpuint(isa_nic_get(device, ISA_DMA_NIC_ERROR_CODE), ==, 0);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_ERROR_SOURCE), ==, 0);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_ERROR_VALUE), ==, 0);
}

void isa_nic_arm(struct isa_nic *device, uint64_t address, size_t bytes, uint8_t mode)
{
	dma_start(device->nic.qemu, device->channel, (uint32_t)address, (uint32_t)bytes, mode);
}

size_t isa_nic_padded(struct isa_nic *device, size_t length)
{
	size_t unit = dma_unit(device->channel);

	return (length + unit - 1) / unit * unit;
}

void isa_nic_start_tx(struct isa_nic *device, size_t length)
{
	isa_nic_out(device, ISA_DMA_NIC_TX_LENGTH, (uint16_t)length);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_TX_START);
}

void isa_nic_inject(struct isa_nic *device, const struct frame *frame)
{
	uint16_t frames = isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES);
	gint64 end = deadline();

	wire_send(&device->nic, frame);
	while (isa_nic_get(device, ISA_DMA_NIC_FIFO_FRAMES) == frames) {
		if (g_get_monotonic_time() > end)
			qtest_fail(device->nic.qemu, "the frame does not reach the FIFO");
		g_usleep(200);
	}
}
