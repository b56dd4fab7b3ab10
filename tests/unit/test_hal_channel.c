/* SPDX-License-Identifier: MIT */
/* IoAllocateAdapterChannel, IoFreeAdapterChannel, IoFreeMapRegisters: who gets what, and when. */
#include <errno.h>

#include "hal_fixture.h"

#define DEVICES	  6u
#define REGISTERS 8u

struct user {
	struct channel_test *test;
	struct shim_device *device;
	PDEVICE_OBJECT object;
	unsigned int number;
	int action;
	PVOID base;
	unsigned int calls;
	void (*inside)(struct user *user);
};

/* One adapter object with 8 registers and several devices that want it. */
struct channel_test {
	struct hal_fixture *f;
	PDMA_ADAPTER adapter;
	ULONG granted;
	struct user user[DEVICES];
	GString *order; /* numbers of the users whose routine ran */
	KIRQL old;
};

static IO_ALLOCATION_ACTION control(PDEVICE_OBJECT object, PIRP irp, PVOID base, PVOID context)
{
	struct user *user = context;

	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	g_assert_true(object == user->object);
	g_assert_true(irp == (PIRP)(uintptr_t)(1000 + user->number));
	user->base = base;
	user->calls++;
	g_string_append_printf(user->test->order, "%u", user->number);
	if (user->inside)
		user->inside(user);
	return (IO_ALLOCATION_ACTION)user->action;
}

static void start(struct channel_test *t, struct hal_fixture *f, bool scatter_gather)
{
	DEVICE_DESCRIPTION description;

	memset(t, 0, sizeof(*t));
	t->f = f;
	hal_restart(f, REGISTERS);
	description = hal_master(f, scatter_gather, 64 * PAGE);
	t->adapter = hal_get(f, &description, &t->granted);
	g_assert_cmpuint(t->granted, ==, REGISTERS);
	t->order = g_string_new("");
	for (unsigned int i = 0; i < DEVICES; i++) {
		struct user *user = &t->user[i];

		user->test = t;
		user->number = i;
		user->action = DeallocateObjectKeepRegisters;
		user->device = f->device;
		if (i)
			g_assert_cmpint(shim_device_create(f->platform, NULL, &user->device), ==,
					0);
		user->object = shim_device_object(user->device);
		user->object->CurrentIrp = (PIRP)(uintptr_t)(1000 + i);
	}
	KeRaiseIrql(DISPATCH_LEVEL, &t->old);
}

static void finish(struct channel_test *t)
{
	KeLowerIrql(t->old);
	t->adapter->DmaOperations->PutDmaAdapter(t->adapter);
	for (unsigned int i = 1; i < DEVICES; i++)
		g_assert_cmpuint(shim_device_destroy(t->user[i].device), ==, 0);
	g_string_free(t->order, TRUE);
}

static NTSTATUS ask(struct channel_test *t, unsigned int number, ULONG registers)
{
	struct user *user = &t->user[number];

	return IoAllocateAdapterChannel(t->adapter, user->object, registers, control, user);
}

#define SUCCEEDS(expression) g_assert_cmphex((ULONG)(expression), ==, (ULONG)STATUS_SUCCESS)

static void ran(struct channel_test *t, const char *order)
{
	g_assert_cmpstr(t->order->str, ==, order);
}

static void test_keep_object(struct hal_fixture *f, gconstpointer data)
{
	struct channel_test t;

	start(&t, f, true);
	for (unsigned int i = 0; i < 3; i++) {
		t.user[i].action = KeepObject;
		SUCCEEDS(ask(&t, i, 2));
	}
	/* Registers are free, but the adapter is not. */
	ran(&t, "0");
	g_assert_cmpuint(hal_statistics(f).waiting, ==, 2);
	/* The value at the time of the request counts. */
	t.user[2].object->CurrentIrp = NULL;
	IoFreeAdapterChannel(t.adapter);
	ran(&t, "01");
	IoFreeAdapterChannel(t.adapter);
	ran(&t, "012");
	IoFreeAdapterChannel(t.adapter);
	IoFreeAdapterChannel(t.adapter);
	hal_expect(f, 0x04, "nobody keeps the adapter");
	finish(&t);
}

static void test_deallocate_object(struct hal_fixture *f, gconstpointer data)
{
	struct channel_test t;

	start(&t, f, true);
	for (unsigned int round = 0; round < 3; round++) {
		for (unsigned int i = 0; i < 3; i++) {
			t.user[i].action = DeallocateObject;
			SUCCEEDS(ask(&t, i, REGISTERS));
			IoFreeMapRegisters(t.adapter, t.user[i].base, REGISTERS);
			hal_expect(f, 0x05, "none of the adapter");
		}
	}
	ran(&t, "012012012");
	IoFreeAdapterChannel(t.adapter);
	hal_expect(f, 0x04, "nobody keeps");
	finish(&t);
}

static void test_keep_registers(struct hal_fixture *f, gconstpointer data)
{
	struct channel_test t;

	start(&t, f, true);
	/* The channel goes on at once; the registers run out with the fourth. */
	SUCCEEDS(ask(&t, 0, 3));
	SUCCEEDS(ask(&t, 1, 3));
	SUCCEEDS(ask(&t, 2, 2));
	ran(&t, "012");
	SUCCEEDS(ask(&t, 3, 4));
	/* First in, first out: one register would be free for it after the next call, but 3 is
	 * first. */
	SUCCEEDS(ask(&t, 4, 1));
	ran(&t, "012");
	IoFreeMapRegisters(t.adapter, t.user[2].base, 2);
	ran(&t, "012");
	IoFreeMapRegisters(t.adapter, t.user[1].base, 3);
	ran(&t, "01234");
	IoFreeMapRegisters(t.adapter, t.user[0].base, 3);
	IoFreeMapRegisters(t.adapter, t.user[3].base, 4);
	IoFreeMapRegisters(t.adapter, t.user[4].base, 1);
	IoFreeMapRegisters(t.adapter, t.user[4].base, 1);
	hal_expect(f, 0x05, "none of the adapter");
	IoFreeMapRegisters(t.adapter, NULL, 1);
	finish(&t);
}

static void test_no_registers(struct hal_fixture *f, gconstpointer data)
{
	struct channel_test t;

	start(&t, f, true);
	SUCCEEDS(ask(&t, 0, 0));
	ran(&t, "0");
	g_assert_null(t.user[0].base);
	g_assert_true(IoFlushAdapterBuffers(t.adapter, NULL, NULL, NULL, 1, TRUE));
	t.user[0].action = KeepObject;
	SUCCEEDS(ask(&t, 0, 0));
	IoFreeAdapterChannel(t.adapter);
	finish(&t);
}

static void test_other_answer(struct hal_fixture *f, gconstpointer data)
{
	static const int answers[] = {0, 4, -1, 0x7FFFFFFF};
	struct channel_test t;

	start(&t, f, true);
	for (unsigned int i = 0; i < G_N_ELEMENTS(answers); i++) {
		t.user[0].action = answers[i];
		SUCCEEDS(ask(&t, 0, REGISTERS));
		hal_expect(f, -1, "taken for DeallocateObject");
	}
	finish(&t);
}

static void test_limits(struct hal_fixture *f, gconstpointer data)
{
	struct channel_test t;

	start(&t, f, true);
	g_assert_cmphex((ULONG)ask(&t, 0, REGISTERS + 1), ==, (ULONG)STATUS_INSUFFICIENT_RESOURCES);
	hal_expect(f, 0x15, "NumberOfMapRegisters is 9");
	g_assert_cmphex((ULONG)ask(&t, 0, 0xFFFFFFFF), ==, (ULONG)STATUS_INSUFFICIENT_RESOURCES);
	hal_expect(f, 0x15, "granted are 8");
	SUCCEEDS(ask(&t, 0, REGISTERS));
	IoFreeMapRegisters(t.adapter, t.user[0].base, REGISTERS);
	ran(&t, "0");
	finish(&t);
}

static void test_one_request_per_device(struct hal_fixture *f, gconstpointer data)
{
	struct channel_test t;

	start(&t, f, true);
	t.user[0].action = KeepObject;
	SUCCEEDS(ask(&t, 0, 1));
	SUCCEEDS(ask(&t, 1, 1));
	g_assert_cmphex((ULONG)ask(&t, 1, 1), ==, (ULONG)STATUS_INVALID_PARAMETER);
	hal_expect(f, -1, "has one that waits");
	/* Who keeps the adapter may stand in line for it again. */
	SUCCEEDS(ask(&t, 0, 1));
	IoFreeAdapterChannel(t.adapter);
	ran(&t, "010");
	IoFreeAdapterChannel(t.adapter);
	IoFreeMapRegisters(t.adapter, t.user[1].base, 1);
	finish(&t);
}

static void ask_again(struct user *user)
{
	g_assert_cmphex((ULONG)ask(user->test, user->number, 1), ==,
			(ULONG)STATUS_INVALID_PARAMETER);
	hal_expect(user->test->f, -1, "has one that runs");
	/* Another device may stand in line meanwhile. */
	SUCCEEDS(ask(user->test, 1, 1));
	g_assert_cmpuint(user->test->user[1].calls, ==, 0);
	user->test->adapter->DmaOperations->PutDmaAdapter(user->test->adapter);
	hal_expect(user->test->f, 0x08, "has just got it");
	IoFreeAdapterChannel(user->test->adapter);
	hal_expect(user->test->f, 0x04, "nobody keeps");
	IoFreeMapRegisters(user->test->adapter, user->base, 1);
	hal_expect(user->test->f, 0x05, "belongs to whoever has the adapter");
}

static void test_calls_from_the_routine(struct hal_fixture *f, gconstpointer data)
{
	struct channel_test t;

	start(&t, f, true);
	t.user[0].inside = ask_again;
	SUCCEEDS(ask(&t, 0, 1));
	ran(&t, "01");
	IoFreeMapRegisters(t.adapter, t.user[0].base, 1);
	IoFreeMapRegisters(t.adapter, t.user[1].base, 1);
	finish(&t);
}

static void raise_level(struct user *user)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
}

static void lower_level(struct user *user)
{
	KeLowerIrql(PASSIVE_LEVEL);
}

static void test_irql(struct hal_fixture *f, gconstpointer data)
{
	struct channel_test t;
	KIRQL old;

	start(&t, f, true);
	KeLowerIrql(PASSIVE_LEVEL);
	g_assert_cmphex((ULONG)ask(&t, 0, 1), ==, (ULONG)STATUS_INVALID_PARAMETER);
	hal_expect(f, 0x13, "must be called at DISPATCH_LEVEL (2)");
	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
	g_assert_cmphex((ULONG)ask(&t, 0, 1), ==, (ULONG)STATUS_INVALID_PARAMETER);
	hal_expect(f, 0x13, "called at IRQL 3");
	KeLowerIrql(DISPATCH_LEVEL);
	ran(&t, "");
	t.user[0].inside = raise_level;
	SUCCEEDS(ask(&t, 0, 1));
	hal_expect(f, 0x14, "AdapterControl: called at IRQL 2, returned at 3");
	t.user[1].inside = lower_level;
	t.user[1].action = KeepObject;
	SUCCEEDS(ask(&t, 1, 1));
	hal_expect(f, 0x14, "AdapterControl: called at IRQL 2, returned at 0");
	g_assert_cmpuint(KeGetCurrentIrql(), ==, DISPATCH_LEVEL);
	/* What is given back at the wrong level is given back, and who waits is served at the right
	 * one. */
	SUCCEEDS(ask(&t, 2, 1));
	KeLowerIrql(PASSIVE_LEVEL);
	IoFreeAdapterChannel(t.adapter);
	hal_expect(f, 0x13, "IoFreeAdapterChannel");
	ran(&t, "012");
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	SUCCEEDS(ask(&t, 3, 6));
	SUCCEEDS(ask(&t, 4, 1));
	ran(&t, "0123");
	KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
	IoFreeMapRegisters(t.adapter, t.user[0].base, 1);
	hal_expect(f, 0x13, "IoFreeMapRegisters");
	ran(&t, "0123");
	KeLowerIrql(PASSIVE_LEVEL);
	ran(&t, "01234");
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	IoFreeMapRegisters(t.adapter, t.user[2].base, 1);
	IoFreeMapRegisters(t.adapter, t.user[3].base, 6);
	IoFreeMapRegisters(t.adapter, t.user[4].base, 1);
	finish(&t);
}

static void test_wrong_count(struct hal_fixture *f, gconstpointer data)
{
	struct channel_test t;

	start(&t, f, true);
	SUCCEEDS(ask(&t, 0, 6));
	SUCCEEDS(ask(&t, 1, 6));
	ran(&t, "0");
	IoFreeMapRegisters(t.adapter, t.user[0].base, 5);
	hal_expect(f, 0x05, "NumberOfMapRegisters is 5");
	ran(&t, "01");
	IoFreeMapRegisters(t.adapter, t.user[1].base, 6);
	finish(&t);
}

static void map_one(struct user *user)
{
	static PMDL mdl;
	ULONG length = 100;

	if (!mdl || user->calls == 1)
		mdl = hal_mdl(user->test->f->heap + user->number * PAGE, 100);
	g_assert_cmpint(IoMapTransfer(user->test->adapter, mdl, user->base,
				      MmGetMdlVirtualAddress(mdl), &length, TRUE)
				.QuadPart,
			!=, 0);
	IoFreeMdl(mdl);
	hal_expect(user->test->f, 0x10, "is not freed");
	user->object->DeviceExtension = mdl;
}

static void test_not_flushed(struct hal_fixture *f, gconstpointer data)
{
	static const struct {
		int action;
		int code;
	} cases[] = {
		{KeepObject, 0x0D},
		{DeallocateObject, 0x0D},
		{DeallocateObjectKeepRegisters, 0x10},
	};
	struct channel_test t;

	start(&t, f, true);
	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		uint64_t mapped = fake_counts(f->platform)->mapped_pages;

		t.user[i].action = cases[i].action;
		t.user[i].inside = map_one;
		SUCCEEDS(ask(&t, i, 1));
		if (cases[i].action == KeepObject)
			IoFreeAdapterChannel(t.adapter);
		if (cases[i].action == DeallocateObjectKeepRegisters)
			IoFreeMapRegisters(t.adapter, t.user[i].base, 1);
		hal_expect(f, cases[i].code, "1 mappings");
		g_assert_cmpuint(fake_counts(f->platform)->mapped_pages, ==, mapped);
		IoFreeMdl(t.user[i].object->DeviceExtension);
	}
	finish(&t);
}

static void test_second_channel(struct hal_fixture *f, gconstpointer data)
{
	struct channel_test t;
	DEVICE_DESCRIPTION description = hal_master(f, true, PAGE);
	PDMA_ADAPTER first, other;

	start(&t, f, true);
	KeLowerIrql(PASSIVE_LEVEL);
	other = hal_get(f, &description, NULL);
	KeRaiseIrql(DISPATCH_LEVEL, &t.old);
	t.user[0].action = KeepObject;
	SUCCEEDS(ask(&t, 0, 1));
	first = t.adapter;
	t.adapter = other;
	SUCCEEDS(ask(&t, 0, 1));
	hal_expect(f, 0x0B, "still keeps 1");
	IoFreeAdapterChannel(other);
	t.adapter = first;
	IoFreeAdapterChannel(first);
	other->DmaOperations->PutDmaAdapter(other);
	finish(&t);
}

static void test_foreign_objects(struct hal_fixture *f, gconstpointer data)
{
	struct channel_test t;

	start(&t, f, true);
	g_assert_cmphex((ULONG)IoAllocateAdapterChannel(t.adapter, NULL, 1, control, &t.user[0]),
			==, (ULONG)STATUS_INVALID_PARAMETER);
	hal_expect(f, -1, "DeviceObject is a device");
	g_assert_cmphex((ULONG)IoAllocateAdapterChannel(t.adapter, (PDEVICE_OBJECT)&t, 1, control,
							&t.user[0]),
			==, (ULONG)STATUS_INVALID_PARAMETER);
	hal_expect(f, -1, "DeviceObject is a device");
	g_assert_cmphex((ULONG)IoAllocateAdapterChannel(t.adapter, t.user[0].object, 1, NULL, NULL),
			==, (ULONG)STATUS_INVALID_PARAMETER);
	hal_expect(f, -1, "ExecutionRoutine is NULL");
	g_assert_cmphex((ULONG)IoAllocateAdapterChannel(NULL, t.user[0].object, 1, control, NULL),
			==, (ULONG)STATUS_INVALID_PARAMETER);
	hal_expect(f, 0x19, "NULL");
	IoFreeMapRegisters(t.adapter, &t, 1);
	hal_expect(f, 0x05, "none of the adapter");
	ran(&t, "");
	finish(&t);
}

static void test_put_with_everything_out(struct hal_fixture *f, gconstpointer data)
{
	struct channel_test t;

	start(&t, f, true);
	SUCCEEDS(ask(&t, 0, 1));
	t.user[1].action = KeepObject;
	SUCCEEDS(ask(&t, 1, 1));
	SUCCEEDS(ask(&t, 2, 1));
	ran(&t, "01");
	KeLowerIrql(PASSIVE_LEVEL);
	t.adapter->DmaOperations->PutDmaAdapter(t.adapter);
	/* The request in line, the adapter kept, the registers kept. */
	f->violations += 2;
	hal_expect(f, 0x09, "1 map registers of base");
	ran(&t, "01");
	for (unsigned int i = 1; i < DEVICES; i++)
		g_assert_cmpuint(shim_device_destroy(t.user[i].device), ==, 0);
	g_string_free(t.order, TRUE);
}

static void test_device_goes(struct hal_fixture *f, gconstpointer data)
{
	struct channel_test t;

	start(&t, f, true);
	t.user[1].action = KeepObject;
	SUCCEEDS(ask(&t, 1, 8));
	SUCCEEDS(ask(&t, 2, 1));
	SUCCEEDS(ask(&t, 3, 1));
	KeLowerIrql(PASSIVE_LEVEL);
	g_assert_cmpuint(shim_device_destroy(t.user[2].device), ==, 1);
	hal_expect(f, -1, "1 requests wait");
	ran(&t, "1");
	/* With who keeps the adapter gone, the next is served. */
	g_assert_cmpuint(shim_device_destroy(t.user[1].device), ==, 1);
	hal_expect(f, 0x08, "keeps the adapter");
	ran(&t, "13");
	g_assert_cmpint(shim_device_create(f->platform, NULL, &t.user[1].device), ==, 0);
	g_assert_cmpint(shim_device_create(f->platform, NULL, &t.user[2].device), ==, 0);
	KeRaiseIrql(DISPATCH_LEVEL, &t.old);
	IoFreeMapRegisters(t.adapter, t.user[3].base, 1);
	finish(&t);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	HAL_TEST("hal-channel/keep-object", test_keep_object);
	HAL_TEST("hal-channel/deallocate-object", test_deallocate_object);
	HAL_TEST("hal-channel/keep-registers", test_keep_registers);
	HAL_TEST("hal-channel/no-registers", test_no_registers);
	HAL_TEST("hal-channel/other-answer", test_other_answer);
	HAL_TEST("hal-channel/limits", test_limits);
	HAL_TEST("hal-channel/one-request", test_one_request_per_device);
	HAL_TEST("hal-channel/from-the-routine", test_calls_from_the_routine);
	HAL_TEST("hal-channel/irql", test_irql);
	HAL_TEST("hal-channel/wrong-count", test_wrong_count);
	HAL_TEST("hal-channel/not-flushed", test_not_flushed);
	HAL_TEST("hal-channel/second-channel", test_second_channel);
	HAL_TEST("hal-channel/foreign-objects", test_foreign_objects);
	HAL_TEST("hal-channel/put", test_put_with_everything_out);
	HAL_TEST("hal-channel/device-goes", test_device_goes);
	return g_test_run();
}
