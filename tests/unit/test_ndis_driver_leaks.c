/* SPDX-License-Identifier: MIT */
/*
 * What a driver leaves behind that is no adapter's: when it is unloaded, and when its DriverEntry
 * fails.
 */
#include <string.h>

#include "ke/processor.h"
#include "ndis_fixture.h"

#include <wdm.h>

/* More than are listed one by one. */
#define MANY   40u
#define LISTED 16u

static unsigned int runs;
static void (*leave)(void);
static NTSTATUS outcome;

static NDIS_STATUS NTAPI no_adapter(PNDIS_STATUS open_error, PUINT medium, PNDIS_MEDIUM media,
				    UINT count, NDIS_HANDLE handle, NDIS_HANDLE configuration)
{
	return NDIS_STATUS_FAILURE;
}

static VOID NTAPI halt(NDIS_HANDLE context)
{
}

static NDIS_STATUS NTAPI request(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
				 PULONG done, PULONG needed)
{
	return NDIS_STATUS_NOT_SUPPORTED;
}

static NDIS_STATUS NTAPI reset(PBOOLEAN addressing, NDIS_HANDLE context)
{
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags)
{
	return NDIS_STATUS_FAILURE;
}

static int32_t entry(void *object, void *path)
{
	NDIS40_MINIPORT_CHARACTERISTICS functions = {
		.MajorNdisVersion = 4,
		.HaltHandler = halt,
		.InitializeHandler = no_adapter,
		.QueryInformationHandler = request,
		.ResetHandler = reset,
		.SendHandler = send,
		.SetInformationHandler = request,
	};
	NDIS_HANDLE wrapper;

	NdisMInitializeWrapper(&wrapper, object, path, NULL);
	g_assert_cmpint(NdisMRegisterMiniport(wrapper, (PVOID)&functions, sizeof(functions)), ==,
			NDIS_STATUS_SUCCESS);
	leave();
	if (outcome != STATUS_SUCCESS)
		NdisTerminateWrapper(wrapper, NULL);
	return outcome;
}

/* Loads the driver, and unloads it if it has come up. */
static void run(struct ndis_fixture *f, void (*what)(void), NTSTATUS status)
{
	struct shim_driver *driver;

	leave = what;
	outcome = status;
	runs = 0;
	if (status == STATUS_SUCCESS) {
		g_assert_cmpint(shim_driver_start(entry, "leaky", &driver), ==, 0);
		shim_driver_stop(driver);
	} else {
		g_assert_cmpint(shim_driver_start(entry, "leaky", &driver), <, 0);
	}
	/* Nothing of the driver runs afterwards: its code may be gone. */
	fixture_run(f, 10);
	g_assert_cmpuint(runs, ==, 0);
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

static void leave_memory(void)
{
	PVOID va;

	for (unsigned int i = 0; i < MANY; i++)
		NdisAllocateMemoryWithTag(&va, 100, 'kaeL');
}

static void leave_packets(void)
{
	PNDIS_PACKET packet;
	NDIS_STATUS status;
	NDIS_HANDLE pool;

	NdisAllocatePacketPool(&status, &pool, MANY, 0);
	for (unsigned int i = 0; i < MANY; i++)
		NdisAllocatePacket(&status, &packet, pool);
}

/* A ring that is left fills no screen, whoever left it. */
static void test_many(struct ndis_fixture *f, gconstpointer data)
{
	run(f, leave_memory, STATUS_SUCCESS);
	g_assert_cmpuint(lines_with(fixture_log(f), "with tag Leak is not freed"), ==, LISTED);
	fixture_expect_log(f, "24 more are not freed");
	run(f, leave_memory, STATUS_UNSUCCESSFUL);
	g_assert_cmpuint(lines_with(fixture_log(f), "with tag Leak is not freed"), ==, LISTED);
	fixture_expect_log(f, "24 more are not freed");
	run(f, leave_packets, STATUS_SUCCESS);
	g_assert_cmpuint(lines_with(fixture_log(f), " of pool 0x"), ==, LISTED);
	fixture_expect_log(f, "24 more packets are not freed");
}

static VOID NTAPI on_ndis_timer(PVOID a, PVOID context, PVOID b, PVOID c)
{
	runs++;
}

static void leave_ndis_timer(void)
{
	static NDIS_TIMER timer;

	NdisInitializeTimer(&timer, on_ndis_timer, NULL);
	NdisSetTimer(&timer, 1);
}

static VOID NTAPI on_timer(PKDPC dpc, PVOID context, PVOID a, PVOID b)
{
	runs++;
}

static void leave_timer(void)
{
	LARGE_INTEGER due = {.QuadPart = -10000};
	static KTIMER timer;
	static KDPC dpc;

	KeInitializeDpc(&dpc, on_timer, NULL);
	KeInitializeTimer(&timer);
	KeSetTimer(&timer, due, &dpc);
}

static VOID NTAPI on_work(PVOID context)
{
	runs++;
}

static void leave_work(void)
{
	static WORK_QUEUE_ITEM item;

	ExInitializeWorkItem(&item, on_work, NULL);
	ExQueueWorkItem(&item, DelayedWorkQueue);
}

static void leave_mutex(void)
{
	static FAST_MUTEX mutex;

	ExInitializeFastMutex(&mutex);
	ExAcquireFastMutex(&mutex);
}

static VOID NTAPI on_bug_check(PVOID buffer, ULONG length)
{
	runs++;
}

static void leave_callback(void)
{
	static KBUGCHECK_CALLBACK_RECORD record;

	KeInitializeCallbackRecord(&record);
	g_assert_true(KeRegisterBugCheckCallback(&record, on_bug_check, NULL, 0, NULL));
}

static void test_objects(struct ndis_fixture *f, gconstpointer data)
{
	static const struct {
		void (*leave)(void);
		const char *text;
	} objects[] = {
		{leave_ndis_timer, "NdisMCancelTimer stops every timer"},
		{leave_timer, "KeCancelTimer stops every timer"},
		{leave_work, "the functions of all work items have run"},
		{leave_mutex, "1 mutexes are held"},
		{leave_callback, "1 bug check callbacks are registered"},
	};
	WORK_QUEUE_ITEM item;

	for (gsize i = 0; i < G_N_ELEMENTS(objects); i++) {
		run(f, objects[i].leave, STATUS_SUCCESS);
		fixture_expect_log(f, objects[i].text);
		run(f, objects[i].leave, STATUS_UNSUCCESSFUL);
		fixture_expect_log(f, objects[i].text);
	}
	/* and what was left keeps no others waiting */
	ExInitializeWorkItem(&item, on_work, NULL);
	ExQueueWorkItem(&item, DelayedWorkQueue);
	ke_run_work_items();
	g_assert_cmpuint(runs, ==, 1);
}

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
	g_assert_cmpint(ke_attach_event_loop(f->loop), ==, 0);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	ke_detach_event_loop();
	fixture_tear_down(f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/ndis-driver-leaks/many", struct ndis_fixture, NULL, set_up, test_many,
		   tear_down);
	g_test_add("/ndis-driver-leaks/objects", struct ndis_fixture, NULL, set_up, test_objects,
		   tear_down);
	return g_test_run();
}
