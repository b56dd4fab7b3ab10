/* SPDX-License-Identifier: MIT */
/*
 * What a miniport leaves behind at MiniportHalt: every kind of object is listed and cleaned up, in
 * the checking mode with the place in the driver where it was made.
 */
#include <string.h>

#include "ndis_fixture.h"

/* What a driver left, and what the report has to say of it. */
struct leak {
	const char *name;
	void (*make)(struct ndis_fixture *f);
	unsigned int count; /* of shim_adapter_stop() */
	const char *text;
	const char *made;
	bool unknown_when_off; /* only the checking mode knows */
};

static unsigned int runs;

/* More than are listed one by one. */
#define MANY 40u

static VOID NTAPI timer_function(PVOID a, PVOID context, PVOID b, PVOID c)
{
	runs++;
}

static VOID NTAPI work_function(PNDIS_WORK_ITEM item, PVOID context)
{
	runs++;
}

static unsigned int lines_with(const char *log, const char *words)
{
	unsigned int count = 0;

	while ((log = strstr(log, words))) {
		log += strlen(words);
		count++;
	}
	return count;
}

static VOID shut_down(NDIS_HANDLE context)
{
}

static void leave_memory(struct ndis_fixture *f)
{
	PVOID va;

	NdisAllocateMemoryWithTag(&va, 100, 'kaeL');
}

static void leave_untagged(struct ndis_fixture *f)
{
	NDIS_PHYSICAL_ADDRESS any = {.QuadPart = -1};
	PVOID va;

	NdisAllocateMemory(&va, 200, 0, any);
}

static void leave_many_packets(struct ndis_fixture *f)
{
	NDIS_STATUS status;
	NDIS_HANDLE pool;
	PNDIS_PACKET packet;

	NdisAllocatePacketPool(&status, &pool, MANY, 0);
	for (unsigned int i = 0; i < MANY; i++)
		NdisAllocatePacket(&status, &packet, pool);
}

static void leave_many(struct ndis_fixture *f)
{
	for (unsigned int i = 0; i < MANY; i++)
		leave_memory(f);
}

static void leave_pool_memory(struct ndis_fixture *f)
{
	ExAllocatePoolWithTag(NonPagedPool, 300, 'kaeL');
}

static void leave_buffer(struct ndis_fixture *f)
{
	static unsigned char bytes[10];

	fixture_buffer(bytes, sizeof(bytes));
}

static void leave_buffer_pool(struct ndis_fixture *f)
{
	NDIS_STATUS status;
	NDIS_HANDLE pool;

	NdisAllocateBufferPool(&status, &pool, 4);
}

static void leave_packet_pool(struct ndis_fixture *f)
{
	NDIS_STATUS status;
	NDIS_HANDLE pool;

	NdisAllocatePacketPool(&status, &pool, 4, 0);
}

static void leave_packet(struct ndis_fixture *f)
{
	NDIS_STATUS status;
	NDIS_HANDLE pool;
	PNDIS_PACKET packet;

	NdisAllocatePacketPoolEx(&status, &pool, 4, 0, 0);
	NdisAllocatePacket(&status, &packet, pool);
	NdisFreePacket(packet);
	NdisAllocatePacket(&status, &packet, pool);
}

static void leave_spin_lock(struct ndis_fixture *f)
{
	static NDIS_SPIN_LOCK lock, freed;

	NdisAllocateSpinLock(&freed);
	NdisAllocateSpinLock(&lock);
	NdisAllocateSpinLock(&lock);
	NdisFreeSpinLock(&freed);
}

static void leave_spin_lock_in_memory(struct ndis_fixture *f)
{
	PVOID va;

	NdisAllocateMemoryWithTag(&va, sizeof(NDIS_SPIN_LOCK), 'kcoL');
	NdisAllocateSpinLock(va);
	NdisFreeMemory(va, sizeof(NDIS_SPIN_LOCK), 0);
}

static void leave_timer(struct ndis_fixture *f)
{
	static NDIS_MINIPORT_TIMER timer, idle;

	NdisMInitializeTimer(&idle, f->handle, timer_function, f);
	NdisMInitializeTimer(&timer, f->handle, timer_function, f);
	NdisMSetPeriodicTimer(&timer, 1);
}

static void leave_ndis_timer(struct ndis_fixture *f)
{
	static NDIS_TIMER timer;

	NdisInitializeTimer(&timer, timer_function, f);
	NdisSetTimer(&timer, 1);
}

static void leave_shutdown_handler(struct ndis_fixture *f)
{
	NdisMRegisterAdapterShutdownHandler(f->handle, f, shut_down);
}

static const struct leak leaks[] = {
	{"memory", leave_memory, 1, "memory of 100 bytes at", "NdisAllocateMemoryWithTag", false},
	{"untagged-memory", leave_untagged, 1, "memory of 200 bytes at", "NdisAllocateMemory",
	 false},
	{"pool-memory", leave_pool_memory, 1, "with tag Leak is not freed", "ExAllocatePoolWithTag",
	 false},
	{"buffer", leave_buffer, 1, "buffer descriptor of", "NdisAllocateBuffer", false},
	{"buffer-pool", leave_buffer_pool, 1, "buffer pool of", "NdisAllocateBufferPool", false},
	{"packet-pool", leave_packet_pool, 1, "packet pool of", "NdisAllocatePacketPool(Ex)",
	 false},
	{"packet", leave_packet, 2, "NdisFreePacket frees every packet", "NdisAllocatePacket",
	 false},
	{"spin-lock", leave_spin_lock, 0, "is not freed; rule: NdisFreeSpinLock",
	 "NdisAllocateSpinLock", true},
	{"spin-lock-in-memory", leave_spin_lock_in_memory, 0, "NdisFreeMemory: spin lock",
	 "NdisAllocateSpinLock", true},
	{"timer", leave_timer, 1, "is running; rule: NdisMCancelTimer", "NdisMInitializeTimer",
	 false},
	{"ndis-timer", leave_ndis_timer, 1, "is running; rule: NdisMCancelTimer",
	 "NdisInitializeTimer", false},
	{"shutdown-handler", leave_shutdown_handler, 1, "a shutdown handler is still registered",
	 "NdisMRegisterAdapterShutdownHandler", false},
};

/* For these "made" is what follows the first of them, without the checking mode. */
static const struct leak many[] = {
	{"many", leave_many, MANY, "with tag Leak is not freed",
	 "24 more are not freed, which the checking mode lists", false},
	{"many-packets", leave_many_packets, MANY + 1, " of pool 0x",
	 "24 more packets are not freed, which the checking mode lists", false},
};

static const struct leak *current;

static NDIS_STATUS initialize(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	current->make(f);
	return NDIS_STATUS_SUCCESS;
}

static void stop(struct ndis_fixture *f, enum shim_verify mode)
{
	runs = 0;
	f->options.verify = mode;
	f->hooks.initialize = initialize;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, current->count);
	/* Nothing of the driver runs afterwards. */
	runs = 0;
	fixture_run(f, 20);
	g_assert_cmpuint(runs, ==, 0);
}

static void test_leak(struct ndis_fixture *f, gconstpointer data)
{
	g_autofree char *made = NULL;

	fixture_set_up(f);
	current = data;
	made = g_strdup_printf("allocated by %s from test_ndis_leaks", current->made);
	if (!current->unknown_when_off) {
		stop(f, SHIM_VERIFY_OFF);
		g_assert_null(strstr(fixture_log(f), "allocated by"));
		fixture_expect_log(f, current->text);
	}
	stop(f, SHIM_VERIFY_REPORT);
	if (!strstr(fixture_log(f), made))
		g_error("\"%s\" is not in the log: %s", made, fixture_log(f));
	fixture_expect_log(f, current->text);
	fixture_tear_down(f);
}

/* Without the checking mode a ring that is left fills no screen, and all is counted. */
static void test_many(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	current = data;
	stop(f, SHIM_VERIFY_OFF);
	g_assert_cmpuint(lines_with(fixture_log(f), current->text), ==, 16);
	fixture_expect_log(f, current->made);
	stop(f, SHIM_VERIFY_REPORT);
	g_assert_cmpuint(lines_with(fixture_log(f), current->text), ==, MANY);
	g_assert_null(strstr(fixture_log(f), "the checking mode lists"));
	fixture_expect_log(f, current->text);
	fixture_tear_down(f);
}

static void nothing(struct ndis_fixture *f, gconstpointer data)
{
}

static NDIS_WORK_ITEM late;

static void schedule(struct ndis_fixture *f)
{
	NdisInitializeWorkItem(&late, work_function, f);
	NdisScheduleWorkItem(&late);
}

/* Work that MiniportHalt itself schedules would run on an adapter that is gone. */
static void test_work_item(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	f->hooks.halt = schedule;
	g_assert_cmpint(fixture_start(f), ==, 0);
	runs = 0;
	g_assert_cmpuint(fixture_stop(f), ==, 1);
	fixture_run(f, 5);
	g_assert_cmpuint(runs, ==, 0);
	fixture_expect_log(f, "MiniportHalt: work item");
	fixture_tear_down(f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(leaks); i++) {
		g_autofree char *path = g_strdup_printf("/ndis-leaks/%s", leaks[i].name);

		g_test_add(path, struct ndis_fixture, &leaks[i], nothing, test_leak, nothing);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(many); i++) {
		g_autofree char *path = g_strdup_printf("/ndis-leaks/%s", many[i].name);

		g_test_add(path, struct ndis_fixture, &many[i], nothing, test_many, nothing);
	}
	g_test_add("/ndis-leaks/work-item", struct ndis_fixture, NULL, nothing, test_work_item,
		   nothing);
	return g_test_run();
}
