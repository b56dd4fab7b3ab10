/* SPDX-License-Identifier: MIT */
/*
 * interrupt_test.c - interrupts of each kind as events of the loop
 */
#include <errno.h>
#include <string.h>

#include "fixture.h"
#include "platform/event_loop.h"

#define SECOND		       1000000000
#define MILLISECOND	       1000000
#define PCI_COMMAND	       0x04
#define PCI_INTX_OFF	       0x0400
#define PCI_STATUS	       0x06
#define PCI_INTX_ASSERTED      0x0008
#define E1000_CAUSE	       0xc0
#define E1000_CAUSE_SET	       0xc8
#define E1000_MASK_SET	       0xd0
#define E1000_LINK	       0x04
#define ISA_PORT	       0x3f8
#define ISA_IRQ		       4
#define UART_INTERRUPTS	       1
#define UART_TRANSMITTER_EMPTY 2
#define UART_IDENTITY	       2
#define UART_MODEM	       4
#define UART_ENABLE_INTERRUPT  8

static void count(void *context)
{
	++*(unsigned int *)context;
}

/* Runs the loop until @calls is @wanted; then a little longer, in which nothing may come. */
static void expect(struct fixture *f, unsigned int *calls, unsigned int wanted)
{
	gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;

	while (*calls < wanted && g_get_monotonic_time() < until)
		event_loop_run_once(f->loop, SECOND);
	until = g_get_monotonic_time() + 5000;
	while (g_get_monotonic_time() < until)
		event_loop_run_once(f->loop, MILLISECOND);
	g_assert_cmpuint(*calls, ==, wanted);
	*calls = 0;
}

static void enable(struct fixture *f, enum platform_interrupt kind, unsigned int *calls)
{
	g_assert_cmpint(platform_interrupt_enable(f->platform, kind, count, calls), ==, 0);
	fixture_set(f, SGNIC_INTERRUPT_MODE, SGNIC_INTERRUPT_MODE_SHARED);
	fixture_set(f, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_SOFTWARE);
}

static void raise_interrupt(struct fixture *f)
{
	fixture_set(f, SGNIC_INTERRUPT_RAISE, SGNIC_CAUSE_SOFTWARE);
}

/* As an ISR does: reading the cause masks, the deferred part unmasks. */
static void acknowledge(struct fixture *f)
{
	g_assert_cmphex(fixture_get(f, SGNIC_INTERRUPT_CAUSE) & SGNIC_CAUSE_SOFTWARE, ==,
			SGNIC_CAUSE_SOFTWARE);
	platform_interrupt_rearm(f->platform);
	fixture_set(f, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_SOFTWARE);
}

static void test_message(gconstpointer data)
{
	enum platform_interrupt kind = GPOINTER_TO_INT(data);
	struct fixture *f = fixture_open(NULL);
	unsigned int calls = 0;
	unsigned int i;

	enable(f, kind, &calls);
	g_assert_cmpint(platform_interrupt_kind(f->platform), ==, kind);
	expect(f, &calls, 0);
	for (i = 0; i < 20; i++) {
		raise_interrupt(f);
		expect(f, &calls, 1);
		acknowledge(f);
	}
	g_assert_cmpint(platform_interrupt_enable(f->platform, kind, count, &calls), ==, -EBUSY);
	platform_interrupt_disable(f->platform);
	platform_interrupt_disable(f->platform);
	g_assert_cmpint(platform_interrupt_kind(f->platform), ==, PLATFORM_INTERRUPT_AUTO);
	raise_interrupt(f);
	expect(f, &calls, 0);
	fixture_expect_no_fault(f);
	fixture_close(f);
}

/* Raised in the middle of something else, delivered by the loop only. */
static void test_waits_for_loop(gconstpointer data)
{
	struct fixture *f = fixture_open(NULL);
	unsigned int calls = 0;
	unsigned int i;

	enable(f, GPOINTER_TO_INT(data), &calls);
	raise_interrupt(f);
	for (i = 0; i < 50; i++)
		fixture_get(f, SGNIC_ID);
	g_assert_cmpuint(calls, ==, 0);
	expect(f, &calls, 1);
	fixture_close(f);
}

static void test_intx(void)
{
	struct fixture *f = fixture_open(NULL);
	unsigned int calls = 0;
	unsigned int i;

	enable(f, PLATFORM_INTERRUPT_INTX, &calls);
	expect(f, &calls, 0);
	for (i = 0; i < 20; i++) {
		raise_interrupt(f);
		expect(f, &calls, 1);
		acknowledge(f);
		expect(f, &calls, 0);
	}
	/* Nobody quietens the device: each rearm delivers again, and nothing else does. */
	raise_interrupt(f);
	expect(f, &calls, 1);
	raise_interrupt(f);
	expect(f, &calls, 0);
	for (i = 0; i < 3; i++) {
		platform_interrupt_rearm(f->platform);
		expect(f, &calls, 1);
	}
	platform_interrupt_disable(f->platform);
	expect(f, &calls, 0);
	/* It is asserted when it is enabled again. */
	g_assert_cmpint(
		platform_interrupt_enable(f->platform, PLATFORM_INTERRUPT_INTX, count, &calls), ==,
		0);
	expect(f, &calls, 1);
	acknowledge(f);
	expect(f, &calls, 0);
	fixture_close(f);
}

static void test_intx_first_asserted(void)
{
	struct fixture *f = fixture_open(NULL);
	unsigned int calls = 0;

	fixture_set(f, SGNIC_INTERRUPT_MASK, SGNIC_CAUSE_SOFTWARE);
	raise_interrupt(f);
	fixture_get(f, SGNIC_ID);
	enable(f, PLATFORM_INTERRUPT_INTX, &calls);
	expect(f, &calls, 1);
	fixture_close(f);
}

static void test_changes(void)
{
	static const enum platform_interrupt kinds[] = {
		PLATFORM_INTERRUPT_MSIX, PLATFORM_INTERRUPT_INTX, PLATFORM_INTERRUPT_MSI,
		PLATFORM_INTERRUPT_INTX, PLATFORM_INTERRUPT_MSIX,
	};
	struct fixture *f = fixture_open(NULL);
	unsigned int calls = 0;
	uint16_t command;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(kinds); i++) {
		enable(f, kinds[i], &calls);
		raise_interrupt(f);
		expect(f, &calls, 1);
		acknowledge(f);
		platform_interrupt_disable(f->platform);
	}
	g_assert_cmpint(platform_config_read(f->platform, PCI_COMMAND, &command, 2), ==, 2);
	g_assert_cmphex(command & PCI_INTX_OFF, ==, PCI_INTX_OFF);
	g_assert_cmpint(
		platform_interrupt_enable(f->platform, PLATFORM_INTERRUPT_AUTO, count, &calls), ==,
		0);
	g_assert_cmpint(platform_interrupt_kind(f->platform), ==, PLATFORM_INTERRUPT_MSIX);
	fixture_close(f);
}

/* Without bus mastering a message is lost; the page of messages is the device's to write only. */
static void test_message_is_dma(void)
{
	struct fixture *f = fixture_open(NULL);
	struct logical_range ranges[2];
	unsigned int calls = 0;

	fixture_open_rings(f);
	enable(f, PLATFORM_INTERRUPT_MSIX, &calls);
	platform_logical_ranges(f->platform, ranges, 2);
	g_assert_cmpuint(fixture_transmit(f, ranges[0].last + 1, 60), ==, SGNIC_STATUS_DMA_ERROR);
	fixture_expect_fault(f, ranges[0].last + 1, false);
	fixture_close_rings(f);
	fixture_close(f);
}

/* A device that leaves a time between two interrupts: its clock goes while the loop runs, and only
 * then. */
static void test_virtual_clock(void)
{
	struct fixture *f = fixture_open_device(&(struct qtest_options){.device = "e1000,romfile="});
	unsigned int calls = 0;
	unsigned int i;

	g_assert_cmpint(
		platform_interrupt_enable(f->platform, PLATFORM_INTERRUPT_INTX, count, &calls), ==,
		0);
	fixture_set(f, E1000_MASK_SET, E1000_LINK);
	for (i = 0; i < 10; i++) {
		fixture_set(f, E1000_CAUSE_SET, E1000_LINK);
		expect(f, &calls, 1);
		fixture_get(f, E1000_CAUSE);
		platform_interrupt_rearm(f->platform);
	}
	fixture_close(f);
}

static bool pin_is_asserted(struct fixture *f)
{
	uint16_t status = 0;

	g_assert_cmpint(platform_config_read(f->platform, PCI_STATUS, &status, 2), ==, 2);
	return status & PCI_INTX_ASSERTED;
}

static void test_advance(void)
{
	struct fixture *f = fixture_open_device(&(struct qtest_options){.device = "e1000,romfile="});
	unsigned int i;

	fixture_set(f, E1000_MASK_SET, E1000_LINK);
	for (i = 0; i < 3; i++) {
		fixture_set(f, E1000_CAUSE_SET, E1000_LINK);
		g_assert_true(pin_is_asserted(f));
		fixture_get(f, E1000_CAUSE);
		fixture_set(f, E1000_CAUSE_SET, E1000_LINK);
		g_assert_false(pin_is_asserted(f));
		fixture_advance(f, 1);
		g_assert_true(pin_is_asserted(f));
		fixture_get(f, E1000_CAUSE);
	}
	g_assert_cmpint(qtest_platform_advance(f->platform, (uint64_t)INT64_MAX + 1), ==, -EINVAL);
	fixture_close(f);
}

static void test_isa(void)
{
	static const char *const arguments[] = {"-chardev", "null,id=c", NULL};
	struct fixture *f = fixture_open_device(&(struct qtest_options){
		.device = "isa-serial,chardev=c",
		.arguments = arguments,
		.isa = &(struct platform_isa){ISA_PORT, 8, ISA_IRQ, PLATFORM_ISA_NO_DMA}});
	unsigned int calls = 0;
	uint8_t value = UART_ENABLE_INTERRUPT;
	struct platform_bar bar;
	unsigned int i;

	g_assert_cmpint(
		platform_interrupt_enable(f->platform, PLATFORM_INTERRUPT_MSIX, count, &calls), ==,
		-ENODEV);
	g_assert_cmpint(
		platform_interrupt_enable(f->platform, PLATFORM_INTERRUPT_AUTO, count, &calls), ==,
		0);
	g_assert_cmpint(platform_interrupt_kind(f->platform), ==, PLATFORM_INTERRUPT_INTX);
	g_assert_cmpint(platform_bar(f->platform, 0, &bar), ==, 0);
	g_assert_true(bar.is_io);
	g_assert_cmphex(bar.bus_address, ==, ISA_PORT);
	g_assert_cmpuint(bar.size, ==, 8);
	g_assert_cmpuint(platform_isa(f->platform)->irq, ==, ISA_IRQ);
	g_assert_cmpint(platform_config_read(f->platform, 0, &value, 1), ==, 0);
	platform_port_write(f->platform, ISA_PORT + UART_MODEM, &value, 1);
	for (i = 0; i < 3; i++) {
		value = UART_TRANSMITTER_EMPTY;
		platform_port_write(f->platform, ISA_PORT + UART_INTERRUPTS, &value, 1);
		expect(f, &calls, 1);
		g_assert_cmpint(
			platform_port_read(f->platform, ISA_PORT + UART_IDENTITY, &value, 1), ==,
			0);
		g_assert_cmphex(value & 0xf, ==, 2);
		platform_interrupt_rearm(f->platform);
		expect(f, &calls, 0);
		value = 0;
		platform_port_write(f->platform, ISA_PORT + UART_INTERRUPTS, &value, 1);
	}
	/* An edge while it is masked is delivered after the rearm. */
	value = UART_TRANSMITTER_EMPTY;
	platform_port_write(f->platform, ISA_PORT + UART_INTERRUPTS, &value, 1);
	expect(f, &calls, 1);
	platform_port_read(f->platform, ISA_PORT + UART_IDENTITY, &value, 1);
	value = 0;
	platform_port_write(f->platform, ISA_PORT + UART_INTERRUPTS, &value, 1);
	value = UART_TRANSMITTER_EMPTY;
	platform_port_write(f->platform, ISA_PORT + UART_INTERRUPTS, &value, 1);
	platform_port_read(f->platform, ISA_PORT + UART_IDENTITY, &value, 1);
	expect(f, &calls, 0);
	platform_interrupt_rearm(f->platform);
	expect(f, &calls, 1);
	fixture_close(f);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		enum platform_interrupt kind;
	} kinds[] = {
		{"msix", PLATFORM_INTERRUPT_MSIX},
		{"msi", PLATFORM_INTERRUPT_MSI},
		{"intx", PLATFORM_INTERRUPT_INTX},
	};
	int status;
	size_t i;

	if (!fixture_program(&status))
		return status;
	g_test_init(&argc, &argv, NULL);
	for (i = 0; i < G_N_ELEMENTS(kinds); i++) {
		char *path = g_strconcat("/qtest-platform/interrupt/waits-for-loop/", kinds[i].name,
					 NULL);

		g_test_add_data_func(path, GINT_TO_POINTER(kinds[i].kind), test_waits_for_loop);
		g_free(path);
	}
	g_test_add_data_func("/qtest-platform/interrupt/msix",
			     GINT_TO_POINTER(PLATFORM_INTERRUPT_MSIX), test_message);
	g_test_add_data_func("/qtest-platform/interrupt/msi",
			     GINT_TO_POINTER(PLATFORM_INTERRUPT_MSI), test_message);
	g_test_add_func("/qtest-platform/interrupt/intx", test_intx);
	g_test_add_func("/qtest-platform/interrupt/intx-first-asserted", test_intx_first_asserted);
	g_test_add_func("/qtest-platform/interrupt/changes", test_changes);
	g_test_add_func("/qtest-platform/interrupt/message-is-dma", test_message_is_dma);
	g_test_add_func("/qtest-platform/interrupt/virtual-clock", test_virtual_clock);
	g_test_add_func("/qtest-platform/interrupt/advance", test_advance);
	g_test_add_func("/qtest-platform/interrupt/isa", test_isa);
	return g_test_run();
}
