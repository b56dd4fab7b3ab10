/* SPDX-License-Identifier: MIT */
/* Interrupts: ISR, DPC, masking, sharing, synchronisation. */
#include <errno.h>
#include <string.h>

#include "ndis_fixture.h"

static NDIS_MINIPORT_INTERRUPT interrupt;
static UINT vector, level;
static BOOLEAN request_isr, shared;
static GString *events;
static BOOLEAN recognise, queue;

static void find_interrupt(NDIS_HANDLE configuration)
{
	unsigned char room[512];
	PNDIS_RESOURCE_LIST list = (PNDIS_RESOURCE_LIST)(void *)room;
	UINT size = sizeof(room);
	NDIS_STATUS status;

	NdisMQueryAdapterResources(&status, configuration, list, &size);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	for (ULONG i = 0; i < list->Count; i++) {
		if (list->PartialDescriptors[i].Type != CmResourceTypeInterrupt)
			continue;
		vector = list->PartialDescriptors[i].u.Interrupt.Vector;
		level = list->PartialDescriptors[i].u.Interrupt.Level;
	}
	/* Some drivers give the one for both. */
	g_assert_cmpuint(vector, ==, level);
	g_assert_cmpuint(vector, >, 0);
}

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	find_interrupt(configuration);
	return NdisMRegisterInterrupt(&interrupt, f->handle, vector, level, request_isr, shared,
				      NdisInterruptLevelSensitive);
}

static void halt(struct ndis_fixture *f)
{
	NdisMDeregisterInterrupt(&interrupt);
}

static void on_isr(struct ndis_fixture *f, PBOOLEAN recognized, PBOOLEAN queue_dpc)
{
	g_string_append(events, "isr ");
	*recognized = recognise;
	*queue_dpc = queue;
}

static void on_dpc(struct ndis_fixture *f)
{
	g_string_append(events, "dpc ");
}

static void on_enable(struct ndis_fixture *f)
{
	g_string_append(events, "enable ");
}

static void on_disable(struct ndis_fixture *f)
{
	g_string_append(events, "disable ");
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	events = g_string_new(NULL);
	recognise = queue = shared = TRUE;
	request_isr = FALSE;
	f->hooks.initialize = initialize;
	f->hooks.halt = halt;
	f->hooks.isr = on_isr;
	f->hooks.handle_interrupt = on_dpc;
	f->hooks.enable_interrupt = on_enable;
	f->hooks.disable_interrupt = on_disable;
	f->options.interrupt = PLATFORM_INTERRUPT_INTX;
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
	g_string_free(events, TRUE);
}

static void expect(const char *text)
{
	g_assert_cmpstr(events->str, ==, text);
	g_string_truncate(events, 0);
}

static void raise_interrupt(struct ndis_fixture *f)
{
	fake_raise_interrupt(f->platform);
	fixture_settle(f);
}

static void test_shared(struct ndis_fixture *f, gconstpointer data)
{
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpint(platform_interrupt_kind(f->platform), ==, PLATFORM_INTERRUPT_INTX);
	raise_interrupt(f);
	expect("isr dpc enable ");
	g_assert_cmpuint(fake_counts(f->platform)->rearms, ==, 1);
	recognise = FALSE;
	raise_interrupt(f);
	expect("isr ");
	g_assert_cmpuint(fake_counts(f->platform)->rearms, ==, 2);
	recognise = TRUE;
	queue = FALSE;
	raise_interrupt(f);
	expect("isr ");
	g_assert_cmpuint(fake_counts(f->platform)->rearms, ==, 3);
	g_assert_cmpuint(fixture_statistics(f).interrupts, ==, 2);
	g_assert_cmpuint(fixture_statistics(f).interrupts_foreign, ==, 1);
	g_assert_cmpuint(fixture_statistics(f).dpcs, ==, 1);
	g_assert_cmpuint(interrupt.DpcCount, ==, 1);
}

static NDIS_STATUS initialize_with_line(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	UCHAR line;

	g_assert_cmpuint(NdisReadPciSlotInformation(f->handle, 0, 0x3C, &line, 1), ==, 1);
	g_assert_cmpuint(line, ==, 11);
	g_assert_cmpint(NdisMRegisterInterrupt(&interrupt, f->handle, line, line + 1u, TRUE, TRUE,
					       NdisInterruptLevelSensitive),
			==, NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_violation(f, "vector 11 and level 12 given");
	g_assert_null(interrupt.InterruptObject);
	g_assert_cmpint(NdisMRegisterInterrupt(&interrupt, f->handle, line + 1u, line + 1u, TRUE,
					       TRUE, NdisInterruptLevelSensitive),
			==, NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_violation(f, "Interrupt Line register");
	find_interrupt(configuration);
	g_assert_cmpuint(vector, ==, line);
	g_assert_cmpuint(level, ==, line);
	return NdisMRegisterInterrupt(&interrupt, f->handle, line, line, TRUE, TRUE,
				      NdisInterruptLevelSensitive);
}

/* Drivers that ask the configuration space instead of the resources, and InterruptObject. */
static void test_interrupt_line(struct ndis_fixture *f, gconstpointer data)
{
	fake_config(f->platform)[0x3C] = 11;
	f->hooks.initialize = initialize_with_line;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_nonnull(interrupt.InterruptObject);
	raise_interrupt(f);
	expect("isr dpc enable ");
	g_assert_cmpuint(fixture_statistics(f).violations, ==, f->violations);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	g_assert_null(interrupt.InterruptObject);
}

/* Neither shared nor requested: the library silences the device itself. */
static void test_exclusive(struct ndis_fixture *f, gconstpointer data)
{
	shared = FALSE;
	g_assert_cmpint(fixture_start(f), ==, 0);
	raise_interrupt(f);
	expect("disable dpc enable ");
	g_assert_cmpuint(fake_counts(f->platform)->rearms, ==, 1);
}

static void test_requested(struct ndis_fixture *f, gconstpointer data)
{
	shared = FALSE;
	request_isr = TRUE;
	f->options.interrupt = PLATFORM_INTERRUPT_MSIX;
	g_assert_cmpint(fixture_start(f), ==, 0);
	raise_interrupt(f);
	raise_interrupt(f);
	expect("isr dpc enable isr dpc enable ");
}

static GArray *tried;
static enum platform_interrupt only;
static const struct platform_ops *original;

static int enable_only(struct platform *p, enum platform_interrupt kind,
		       platform_interrupt_handler handler, void *context)
{
	g_array_append_val(tried, kind);
	return kind == only ? original->interrupt_enable(p, kind, handler, context) : -ENODEV;
}

/* A device that has one kind of interrupt, and how many kinds are tried until it is found. */
static void test_kinds(struct ndis_fixture *f, gconstpointer data)
{
	static const enum platform_interrupt order[] = {
		PLATFORM_INTERRUPT_MSI, PLATFORM_INTERRUPT_INTX, PLATFORM_INTERRUPT_MSIX};
	struct platform_ops ops = *f->platform->ops;

	original = f->platform->ops;
	ops.interrupt_enable = enable_only;
	f->platform->ops = &ops;
	f->options.interrupt = PLATFORM_INTERRUPT_AUTO;
	for (unsigned int i = 0; i < G_N_ELEMENTS(order); i++) {
		only = order[i];
		tried = g_array_new(FALSE, FALSE, sizeof(enum platform_interrupt));
		g_assert_cmpint(fixture_start(f), ==, 0);
		g_assert_cmpint(platform_interrupt_kind(f->platform), ==, only);
		g_assert_cmpuint(tried->len, ==, i + 1);
		g_assert_true(!memcmp(tried->data, order, tried->len * sizeof(order[0])));
		g_assert_cmpuint(fixture_stop(f), ==, 0);
		g_array_free(tried, TRUE);
	}
	f->platform->ops = original;
}

static unsigned int again;

static void raise_in_dpc(struct ndis_fixture *f)
{
	g_string_append(events, "dpc ");
	/* The line is masked: the device asserts it again, and it is delivered when rearmed. */
	if (again++ == 0)
		fake_raise_interrupt(f->platform);
}

static void test_not_lost(struct ndis_fixture *f, gconstpointer data)
{
	again = 0;
	f->hooks.handle_interrupt = raise_in_dpc;
	g_assert_cmpint(fixture_start(f), ==, 0);
	raise_interrupt(f);
	expect("isr dpc enable isr dpc enable ");
}

static void test_unclaimed(struct ndis_fixture *f, gconstpointer data)
{
	recognise = FALSE;
	f->hooks.isr = NULL;
	g_assert_cmpint(fixture_start(f), ==, 0);
	f->hooks.isr = on_isr;
	for (unsigned int i = 0; i < 9999; i++)
		raise_interrupt(f);
	g_assert_cmpuint(fake_counts(f->platform)->rearms, ==, 9999);
	raise_interrupt(f);
	fixture_expect_violation(f, "10000 interrupts in a row were not claimed");
	g_assert_cmpuint(fake_counts(f->platform)->rearms, ==, 9999);
	g_assert_cmpuint(fixture_statistics(f).interrupts_foreign, ==, 10000);
	/* The line stays masked: nothing more arrives. */
	raise_interrupt(f);
	g_assert_cmpuint(fixture_statistics(f).interrupts_foreign, ==, 10000);
	g_string_truncate(events, 0);
}

static NDIS_STATUS initialize_waiting(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_STATUS status = initialize(f, configuration);

	/* A self test that waits for its interrupt. */
	fake_raise_interrupt(f->platform);
	NdisMSleep(5000);
	expect("isr dpc enable ");
	return status;
}

static void test_during_initialize(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_waiting;
	g_assert_cmpint(fixture_start(f), ==, 0);
}

static BOOLEAN synchronised(PVOID context)
{
	g_assert_cmpuint(KeGetCurrentIrql(), >, DISPATCH_LEVEL);
	return context == (PVOID)5;
}

static void test_synchronise(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_MINIPORT_INTERRUPT other;
	KIRQL irql;

	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_true(NdisMSynchronizeWithInterrupt(&interrupt, (PVOID)synchronised, (PVOID)5));
	g_assert_false(NdisMSynchronizeWithInterrupt(&interrupt, (PVOID)synchronised, (PVOID)6));
	g_assert_cmpuint(KeGetCurrentIrql(), ==, PASSIVE_LEVEL);
	g_assert_false(NdisMSynchronizeWithInterrupt(&other, (PVOID)synchronised, (PVOID)5));
	fixture_expect_violation(f, "NdisMSynchronizeWithInterrupt");
	KeRaiseIrql(HIGH_LEVEL, &irql);
	g_assert_false(NdisMSynchronizeWithInterrupt(&interrupt, (PVOID)synchronised, (PVOID)5));
	KeLowerIrql(irql);
	fixture_expect_violation(f, "called at IRQL 15");
}

static NDIS_STATUS initialize_misuse(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_MINIPORT_INTERRUPT second;

	find_interrupt(configuration);
	g_assert_cmpint(NdisMRegisterInterrupt(&interrupt, f->handle, vector + 1, level, FALSE,
					       TRUE, NdisInterruptLevelSensitive),
			==, NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_violation(f, "the resources have");
	g_assert_cmpint(initialize(f, configuration), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpint(NdisMRegisterInterrupt(&second, f->handle, vector, level, FALSE, TRUE,
					       NdisInterruptLevelSensitive),
			==, NDIS_STATUS_RESOURCE_CONFLICT);
	fixture_expect_violation(f, "registered already");
	NdisMDeregisterInterrupt(&second);
	fixture_expect_violation(f, "NdisMDeregisterInterrupt");
	NdisMDeregisterInterrupt(&interrupt);
	NdisMDeregisterInterrupt(&interrupt);
	fixture_expect_violation(f, "NdisMDeregisterInterrupt");
	return initialize(f, configuration);
}

static void test_misuse(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_misuse;
	g_assert_cmpint(fixture_start(f), ==, 0);
	raise_interrupt(f);
	expect("isr dpc enable ");
}

static NDIS_STATUS initialize_without_isr(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	g_assert_cmpint(initialize(f, configuration), ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "ISRHandler is NULL");
	shared = FALSE;
	return initialize(f, configuration);
}

static void test_without_isr(struct ndis_fixture *f, gconstpointer data)
{
	f->without_isr = true;
	f->hooks.initialize = initialize_without_isr;
	g_assert_cmpint(fixture_start(f), ==, 0);
	raise_interrupt(f);
	expect("disable dpc enable ");
}

static void test_leak(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.halt = NULL;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 1);
	fixture_expect_violation(f, "the interrupt is still registered");
	fake_raise_interrupt(f->platform);
	fixture_settle(f);
	expect("");
}

static PNDIS_MINIPORT_INTERRUPT in_memory;

static NDIS_STATUS initialize_in_memory(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NdisAllocateMemoryWithTag((PVOID *)&in_memory, sizeof(*in_memory), 'tset');
	find_interrupt(configuration);
	return NdisMRegisterInterrupt(in_memory, f->handle, vector, level, request_isr, shared,
				      NdisInterruptLevelSensitive);
}

static void halt_in_memory(struct ndis_fixture *f)
{
	NdisFreeMemory(in_memory, sizeof(*in_memory), 0);
}

static void test_freed(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.initialize = initialize_in_memory;
	f->hooks.halt = halt_in_memory;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
	fixture_expect_violation(f, "NdisFreeMemory: the interrupt at");
}

static void lower_in_isr(struct ndis_fixture *f, PBOOLEAN recognized, PBOOLEAN queue_dpc)
{
	KeLowerIrql(DISPATCH_LEVEL);
}

static void test_isr_level(struct ndis_fixture *f, gconstpointer data)
{
	f->hooks.isr = lower_in_isr;
	g_assert_cmpint(fixture_start(f), ==, 0);
	raise_interrupt(f);
	fixture_expect_violation(f, "MiniportISR: called at IRQL 5, returned at 2");
	expect("dpc enable ");
}

#define ADD(name, function)                                                                        \
	g_test_add("/ndis/interrupt/" name, struct ndis_fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("shared", test_shared);
	ADD("interrupt-line", test_interrupt_line);
	ADD("exclusive", test_exclusive);
	ADD("requested", test_requested);
	ADD("kinds", test_kinds);
	ADD("not-lost", test_not_lost);
	ADD("unclaimed", test_unclaimed);
	ADD("during-initialize", test_during_initialize);
	ADD("synchronise", test_synchronise);
	ADD("misuse", test_misuse);
	ADD("without-isr", test_without_isr);
	ADD("leak", test_leak);
	ADD("freed", test_freed);
	ADD("isr-level", test_isr_level);
	return g_test_run();
}
