/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_nic_interrupt_test.c - causes, mask and the interrupt line, as the I/O APIC and
 * the 8259 pair see it (isa-dma-nic specification, section 7)
 */
#include "isa_dma_nic_harness.h"

#define SOFTWARE ISA_DMA_NIC_CAUSE_SOFTWARE
#define ALL	 ISA_DMA_NIC_CAUSES

#define PIC_FIRST	     0x20
#define PIC_SECOND	     0xa0
#define PIC_READ_REQUESTS    0x0a
#define PIC_INITIALISE	     0x11
#define PIC_VECTOR	     0x20
#define PIC_8086	     0x01
#define PIC_CASCADE_LINE     0x04
#define PIC_CASCADE_IDENTITY 0x02

struct setup {
	struct isa_nic *device;
	unsigned int irq;
	uint32_t raised;
};

static void setup_start(struct setup *setup, const char *machine, unsigned int irq)
{
	char *properties = g_strdup_printf("irq=%u", irq);

	setup->device = isa_nic_start(
		&(struct isa_nic_options){.machine = machine, .properties = properties});
	setup->irq = irq;
	setup->raised = 0;
	qtest_intercept(setup->device->nic.qemu, "ioapic");
	g_free(properties);
}

static void setup_stop(struct setup *setup)
{
	isa_nic_expect_statistic(setup->device, ISA_DMA_NIC_STAT_INTERRUPTS, setup->raised);
	isa_nic_expect_no_error(setup->device);
	isa_nic_stop(setup->device);
}

static void expect_line(struct setup *setup, bool high)
{
	nic_settle(&setup->device->nic);
	g_assert_cmpint(qtest_line(setup->device->nic.qemu, setup->irq), ==, high);
}

static uint16_t pending(struct setup *setup)
{
	return isa_nic_get(setup->device, ISA_DMA_NIC_INTERRUPT_PENDING);
}

static void raise_cause(struct setup *setup, uint16_t causes)
{
	isa_nic_set(setup->device, ISA_DMA_NIC_INTERRUPT_RAISE, causes);
}

static void set_mask(struct setup *setup, uint16_t mask)
{
	isa_nic_out(setup->device, ISA_DMA_NIC_INTERRUPT_MASK, mask);
}

static uint16_t take(struct setup *setup)
{
	return isa_nic_in(setup->device, ISA_DMA_NIC_INTERRUPT_CAUSE);
}

struct line {
	const char *name;
	const char *machine;
	unsigned int irq;
};

static const struct line lines[] = {
	{"q35-5", "q35", 5}, {"q35-3", "q35", 3}, {"q35-15", "q35", 15},
	{"pc-5", "pc", 5},   {"pc-12", "pc", 12},
};

/* Raise, mask, read and clear; the line follows (pending AND mask). */
static void test_line(gconstpointer data)
{
	const struct line *line = data;
	struct setup setup;

	setup_start(&setup, line->machine, line->irq);
	raise_cause(&setup, SOFTWARE);
	g_assert_cmphex(pending(&setup), ==, SOFTWARE);
	expect_line(&setup, false);
	/* nothing is unmasked: "not ours", and nothing changes */
	g_assert_cmphex(take(&setup), ==, 0);
	g_assert_cmphex(pending(&setup), ==, SOFTWARE);

	set_mask(&setup, ALL & ~SOFTWARE);
	expect_line(&setup, false);
	set_mask(&setup, SOFTWARE);
	setup.raised++;
	expect_line(&setup, true);
	set_mask(&setup, 0);
	expect_line(&setup, false);
	set_mask(&setup, ALL);
	setup.raised++;
	expect_line(&setup, true);
	/* a second cause does not make a second edge */
	raise_cause(&setup, ISA_DMA_NIC_CAUSE_LINK);
	expect_line(&setup, true);
	g_assert_cmphex(take(&setup), ==, SOFTWARE | ISA_DMA_NIC_CAUSE_LINK);
	g_assert_cmphex(isa_nic_in(setup.device, ISA_DMA_NIC_INTERRUPT_MASK), ==, 0);
	g_assert_cmphex(pending(&setup), ==, 0);
	expect_line(&setup, false);
	g_assert_cmphex(take(&setup), ==, 0);

	/* what comes while masked gives an edge with the write of the mask */
	raise_cause(&setup, SOFTWARE);
	expect_line(&setup, false);
	set_mask(&setup, ALL);
	setup.raised++;
	expect_line(&setup, true);
	/* only unmasked causes are taken */
	set_mask(&setup, ISA_DMA_NIC_CAUSE_LINK);
	raise_cause(&setup, ISA_DMA_NIC_CAUSE_LINK);
	setup.raised++;
	g_assert_cmphex(take(&setup), ==, ISA_DMA_NIC_CAUSE_LINK);
	g_assert_cmphex(pending(&setup), ==, SOFTWARE);
	expect_line(&setup, false);
	setup_stop(&setup);
}

/* Each bit by itself. */
static void test_every_cause(void)
{
	struct setup setup;
	uint16_t cause;

	setup_start(&setup, "q35", 5);
	for (cause = 1; cause <= ALL; cause = (uint16_t)(cause << 1)) {
		set_mask(&setup, cause);
		raise_cause(&setup, ALL & ~cause);
		expect_line(&setup, false);
		raise_cause(&setup, cause);
		setup.raised++;
		expect_line(&setup, true);
		g_assert_cmphex(take(&setup), ==, cause);
		expect_line(&setup, false);
		isa_nic_take_causes(setup.device);
		setup.raised++;
	}
	setup_stop(&setup);
}

/* A frame out, a frame in, a link change: the interrupt a driver waits for. */
static void test_traffic(void)
{
	struct frame *frame = g_new(struct frame, 1);
	struct isa_nic *device;
	struct setup setup;

	setup_start(&setup, "q35", 5);
	device = setup.device;
	isa_nic_set(device, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_DIRECTED);
	set_mask(&setup, ALL);
	frame_fill(frame, address_other, 100, 1);
	isa_nic_arm(device, nic_place(&device->nic, frame->bytes, 100, 0), 100,
		    DMA_MODE_READ_MEMORY);
	isa_nic_start_tx(device, 100);
	wire_expect(&device->nic, frame);
	expect_line(&setup, true);
	setup.raised++;
	g_assert_cmphex(take(&setup), ==, ISA_DMA_NIC_CAUSE_TX_DONE);

	set_mask(&setup, ALL);
	frame_fill(frame, address_nic, 100, 1);
	isa_nic_inject(device, frame);
	expect_line(&setup, true);
	setup.raised++;
	g_assert_cmphex(take(&setup), ==, ISA_DMA_NIC_CAUSE_RX_AVAILABLE);
	set_mask(&setup, ALL);
	isa_nic_arm(device, 0x200000, 100, DMA_MODE_WRITE_MEMORY);
	isa_nic_command(device, ISA_DMA_NIC_COMMAND_RX_START);
	expect_line(&setup, true);
	setup.raised++;
	g_assert_cmphex(take(&setup), ==, ISA_DMA_NIC_CAUSE_RX_DONE);

	set_mask(&setup, ALL);
	isa_nic_set_link(device, false);
	expect_line(&setup, true);
	setup.raised++;
	g_assert_cmphex(take(&setup), ==, ISA_DMA_NIC_CAUSE_LINK);
	set_mask(&setup, ALL);
	/* the same again is no change */
	isa_nic_set_link(device, false);
	expect_line(&setup, false);
	setup_stop(&setup);
	g_free(frame);
}

/* A mistake interrupts, too. */
static void test_error(void)
{
	struct setup setup;

	setup_start(&setup, "q35", 5);
	set_mask(&setup, ISA_DMA_NIC_CAUSE_ERROR);
	isa_nic_command(setup.device, 0x1234);
	setup.raised++;
	expect_line(&setup, true);
	isa_nic_expect_error(setup.device, ISA_DMA_NIC_ERROR_BAD_VALUE, ISA_DMA_NIC_COMMAND,
			     0x1234);
	expect_line(&setup, false);
	setup_stop(&setup);
}

static void test_reset(void)
{
	struct setup setup;

	setup_start(&setup, "q35", 5);
	set_mask(&setup, ALL);
	raise_cause(&setup, SOFTWARE);
	expect_line(&setup, true);
	isa_nic_command(setup.device, ISA_DMA_NIC_COMMAND_RESET);
	expect_line(&setup, false);
	g_assert_cmphex(pending(&setup), ==, 0);
	setup_stop(&setup);
}

static void initialise_pic(struct qtest *qemu, uint16_t base, uint8_t cascade)
{
	qtest_out(qemu, base, 1, PIC_INITIALISE);
	qtest_out(qemu, (uint16_t)(base + 1), 1, PIC_VECTOR);
	qtest_out(qemu, (uint16_t)(base + 1), 1, cascade);
	qtest_out(qemu, (uint16_t)(base + 1), 1, PIC_8086);
	qtest_out(qemu, base, 1, PIC_READ_REQUESTS);
}

/* The edge arrives at the 8259 as a request, of either controller; isapc has nothing else. */
static void test_pic(gconstpointer data)
{
	unsigned int irq = GPOINTER_TO_UINT(data);
	uint16_t base = irq < 8 ? PIC_FIRST : PIC_SECOND;
	char *properties = g_strdup_printf("irq=%u", irq);
	struct isa_nic *device = isa_nic_start(
		&(struct isa_nic_options){.machine = "isapc", .properties = properties});
	struct qtest *qemu = device->nic.qemu;
	uint32_t bit = 1u << (irq & 7);

	initialise_pic(qemu, PIC_FIRST, PIC_CASCADE_LINE);
	initialise_pic(qemu, PIC_SECOND, PIC_CASCADE_IDENTITY);
	g_assert_cmphex(qtest_in(qemu, base, 1) & bit, ==, 0);
	isa_nic_out(device, ISA_DMA_NIC_INTERRUPT_MASK, ALL);
	isa_nic_set(device, ISA_DMA_NIC_INTERRUPT_RAISE, SOFTWARE);
	g_assert_cmphex(qtest_in(qemu, base, 1) & bit, ==, bit);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_INTERRUPT_CAUSE), ==, SOFTWARE);
	g_assert_cmphex(isa_nic_in(device, ISA_DMA_NIC_INTERRUPT_CAUSE), ==, 0);
	isa_nic_stop(device);
	g_free(properties);
}

int main(int argc, char **argv)
{
	int status;
	size_t i;

	if (!qtest_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(lines); i++)
		qtest_add(test_line, &lines[i], "/isa-dma-nic/interrupt/line/%s", lines[i].name);
	g_test_add_func("/isa-dma-nic/interrupt/every-cause", test_every_cause);
	g_test_add_func("/isa-dma-nic/interrupt/traffic", test_traffic);
	g_test_add_func("/isa-dma-nic/interrupt/error", test_error);
	g_test_add_func("/isa-dma-nic/interrupt/reset", test_reset);
	g_test_add_data_func("/isa-dma-nic/interrupt/pic/5", GUINT_TO_POINTER(5), test_pic);
	g_test_add_data_func("/isa-dma-nic/interrupt/pic/10", GUINT_TO_POINTER(10), test_pic);
	return g_test_run();
}
