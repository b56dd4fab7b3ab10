/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_nic_properties_test.c - what the device takes and refuses when QEMU starts
 * (isa-dma-nic specification, section 2)
 */
#include <string.h>

#include "isa_dma_nic_harness.h"

struct refusal {
	const char *name;
	const char *machine;
	const char *device;
	const char *first; /* another device, created before */
	const char *text;  /* in QEMU's message, the value included */
};

static const struct refusal refusals[] = {
	{"dma-4", "q35", "dma=4", NULL, "'dma' is 4, which is the cascade"},
	{"dma-8", "q35", "dma=8", NULL, "'dma' is 8; it must be 0 to 3 or 5 to 7"},
	{"dma-huge", "pc", "dma=4294967295", NULL, "'dma' is 4294967295"},
	{"dma-text", "pc", "dma=first", NULL, "first"},
	{"no-controller", "microvm", "dma=3", NULL, "no 8237 DMA controller"},
	{"iobase-low", "q35", "iobase=0xf0", NULL, "'iobase' is 0xf0"},
	{"iobase-high", "q35", "iobase=0x400", NULL, "'iobase' is 0x400"},
	{"iobase-huge", "q35", "iobase=0x10300", NULL, "'iobase' is 0x10300"},
	{"iobase-odd", "q35", "iobase=0x301", NULL, "'iobase' is 0x301"},
	{"iobase-8", "pc", "iobase=0x308", NULL, "'iobase' is 0x308"},
	{"iobase-of-ide", "pc", "iobase=0x1f0", NULL, "port 0x1f0 belongs to 'ide'"},
	{"iobase-of-serial", "q35", "iobase=0x3f0", "isa-serial", "port 0x3f8 belongs to 'serial'"},
	{"irq-0", "q35", "irq=0", NULL, "'irq' is 0;"},
	{"irq-2", "q35", "irq=2", NULL, "'irq' is 2;"},
	{"irq-8", "pc", "irq=8", NULL, "'irq' is 8;"},
	{"irq-13", "isapc", "irq=13", NULL, "'irq' is 13;"},
	{"irq-16", "q35", "irq=16", NULL, "'irq' is 16;"},
	{"irq-32", "q35", "irq=37", NULL, "'irq' is 37;"},
	{"mac-group", "q35", "mac=01:00:00:00:00:01", NULL, "'mac' is 01:00:00:00:00:01"},
	{"same-channel", "q35", "iobase=0x320", "isa-dma-nic", "'dma' is 3, but another device"},
	{"same-ports", "q35", "dma=5", "isa-dma-nic", "port 0x300 belongs to 'isa-dma-nic'"},
};

static void test_refused(gconstpointer data)
{
	const struct refusal *refusal = data;
	char *device = g_strdup_printf("isa-dma-nic,%s", refusal->device);
	const char *arguments[] = {"-device", device, NULL, NULL, NULL};
	char *log;

	if (refusal->first) {
		arguments[1] = refusal->first;
		arguments[2] = "-device";
		arguments[3] = device;
	}
	log = qtest_refused(&(struct qtest_options){
		.machine = refusal->machine, .arguments = arguments, .inherited = -1});
	if (!strstr(log, refusal->text)) {
		g_test_message("QEMU wrote: %s", log);
		g_assert_cmpstr(strstr(log, refusal->text), !=, NULL);
	}
	g_free(log);
	g_free(device);
}

static void check_identity(struct isa_nic *device, unsigned int irq)
{
	uint16_t resources = isa_nic_get(device, ISA_DMA_NIC_RESOURCES);

	g_assert_cmpuint(ISA_DMA_NIC_RESOURCES_CHANNEL(resources), ==, device->channel);
	g_assert_cmpuint(ISA_DMA_NIC_RESOURCES_IRQ(resources), ==, irq);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_PERMANENT(0)), ==, 0x5452);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_PERMANENT(1)), ==, 0xa100);
	g_assert_cmphex(isa_nic_get(device, ISA_DMA_NIC_PERMANENT(2)), ==, 0xc3b2);
	isa_nic_expect_no_error(device);
}

static void test_machine(gconstpointer data)
{
	struct isa_nic *device = isa_nic_start(&(struct isa_nic_options){.machine = data});

	g_assert_cmphex(device->iobase, ==, 0x300);
	g_assert_cmpuint(device->channel, ==, 3);
	check_identity(device, 5);
	isa_nic_stop(device);
}

/* Each channel, other ports, each interrupt. */
static void test_resources(void)
{
	static const struct {
		uint16_t iobase;
		unsigned int channel;
		unsigned int irq;
	} cases[] = {
		{0x100, 0, 3},	{0x3e0, 1, 4},	{0x200, 5, 6},	{0x210, 6, 7},	{0x220, 7, 9},
		{0x230, 1, 10}, {0x240, 1, 11}, {0x250, 1, 12}, {0x260, 1, 14}, {0x270, 1, 15},
	};
	struct isa_nic *device;
	char *properties;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		properties = g_strdup_printf("iobase=0x%x,dma=%u,irq=%u", cases[i].iobase,
					     cases[i].channel, cases[i].irq);
		device = isa_nic_start(&(struct isa_nic_options){
			.properties = properties,
			.iobase = cases[i].iobase,
			.channel = cases[i].channel,
			.channel_0 = cases[i].channel == 0,
		});
		check_identity(device, cases[i].irq);
		/* nothing answers at the default ports */
		g_assert_cmphex(qtest_in(device->nic.qemu, 0x300, 2), ==, 0xffff);
		isa_nic_stop(device);
		g_free(properties);
	}
}

/* Two devices beside each other do not share anything. */
static void test_two(void)
{
	const char *arguments[] = {"-device", "isa-dma-nic,mac=52:54:00:00:00:01", "-device",
				   "isa-dma-nic,iobase=0x320,irq=7,dma=5,mac=52:54:00:00:00:02",
				   NULL};
	struct qtest *qemu = qtest_start(
		&(struct qtest_options){.machine = "q35", .arguments = arguments, .inherited = -1});
	unsigned int i;

	for (i = 0; i < 2; i++) {
		uint16_t iobase = (uint16_t)(0x300 + 0x20 * i);

		g_assert_cmphex(qtest_in(qemu, iobase, 2), ==, ISA_DMA_NIC_ID_VALUE);
		qtest_out(qemu, (uint16_t)(iobase + ISA_DMA_NIC_INDEX), 2,
			  ISA_DMA_NIC_PERMANENT(2));
		g_assert_cmphex(qtest_in(qemu, (uint16_t)(iobase + ISA_DMA_NIC_DATA), 2), ==,
				0x0100 * (i + 1));
		qtest_out(qemu, (uint16_t)(iobase + ISA_DMA_NIC_TX_LENGTH), 2, 100 + i);
	}
	g_assert_cmpuint(qtest_in(qemu, 0x300 + ISA_DMA_NIC_TX_LENGTH, 2), ==, 100);
	qtest_end(qemu);
}

/* The ISA bus has no hot plug. */
static void test_hotplug(void)
{
	struct isa_nic *device = isa_nic_start(NULL);
	char *answer;

	answer = qtest_qmp(device->nic.qemu,
			   "{\"execute\": \"device_add\", \"arguments\": {\"driver\": "
			   "\"isa-dma-nic\", \"iobase\": 800, \"dma\": 5}}");
	g_assert_nonnull(strstr(answer, "\"error\""));
	g_assert_nonnull(strstr(answer, "plug"));
	g_free(answer);
	answer = qtest_qmp(device->nic.qemu,
			   "{\"execute\": \"device_del\", \"arguments\": {\"id\": \"nic\"}}");
	g_assert_nonnull(strstr(answer, "\"error\""));
	g_assert_nonnull(strstr(answer, "plug"));
	g_free(answer);
	isa_nic_stop(device);
}

int main(int argc, char **argv)
{
	int status;
	size_t i;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/isa-dma-nic/properties/q35", "q35", test_machine);
	g_test_add_data_func("/isa-dma-nic/properties/pc", "pc", test_machine);
	g_test_add_data_func("/isa-dma-nic/properties/isapc", "isapc", test_machine);
	g_test_add_func("/isa-dma-nic/properties/resources", test_resources);
	g_test_add_func("/isa-dma-nic/properties/two-devices", test_two);
	g_test_add_func("/isa-dma-nic/properties/hotplug", test_hotplug);
	for (i = 0; i < G_N_ELEMENTS(refusals); i++)
		qtest_add(test_refused, &refusals[i], "/isa-dma-nic/properties/refused/%s",
			  refusals[i].name);
	return g_test_run();
}
