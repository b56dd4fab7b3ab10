/* SPDX-License-Identifier: MIT */
/* Registration of miniports: versions, lengths, required functions, handles, unloading. */
#include <errno.h>
#include <string.h>

#include "ndis_fixture.h"

static void set_up(struct ndis_fixture *f, gconstpointer data)
{
	fixture_set_up(f);
}

static void tear_down(struct ndis_fixture *f, gconstpointer data)
{
	fixture_tear_down(f);
}

static void test_versions(struct ndis_fixture *f, gconstpointer data)
{
	static const struct {
		UCHAR major, minor;
		int result;
	} versions[] = {
		{3, 0, 0},    {3, 10, 0},   {4, 0, 0},	  {5, 0, 0},
		{5, 1, 0},    {2, 0, -EIO}, {3, 1, -EIO}, {4, 1, -EIO},
		{5, 2, -EIO}, {6, 0, -EIO}, {0, 0, -EIO}, {255, 255, -EIO},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
		f->major = versions[i].major;
		f->minor = versions[i].minor;
		g_assert_cmpint(fixture_start_driver(f), ==, versions[i].result);
		if (versions[i].result) {
			g_autofree char *text =
				g_strdup_printf("the version is %u.%u", f->major, f->minor);

			fixture_expect_violation(f, text);
			f->driver = NULL;
			continue;
		}
		shim_driver_stop(f->driver);
		f->driver = NULL;
	}
	g_assert_cmpuint(f->unloads, ==, 5);
}

static NDIS51_MINIPORT_CHARACTERISTICS functions;
static UINT length;
static NDIS_STATUS status;
static NDIS_HANDLE wrapper;

static void take_functions(NDIS51_MINIPORT_CHARACTERISTICS *given)
{
	functions = *given;
}

/* Registers `functions` with `length` bytes and leaves the status. */
static int32_t entry(void *object, void *path)
{
	const UNICODE_STRING *name = path;

	g_assert_cmpuint(name->Length, >, 2);
	g_assert_cmpint(name->Buffer[0], ==, '\\');
	NdisMInitializeWrapper(&wrapper, object, path, NULL);
	g_assert_nonnull(wrapper);
	status = NdisMRegisterMiniport(wrapper, (PNDIS_MINIPORT_CHARACTERISTICS)&functions, length);
	if (status != NDIS_STATUS_SUCCESS)
		NdisTerminateWrapper(wrapper, NULL);
	return status;
}

static NDIS_STATUS register_as(struct ndis_fixture *f, UCHAR major, UCHAR minor, UINT bytes)
{
	int result;

	functions.MajorNdisVersion = major;
	functions.MinorNdisVersion = minor;
	length = bytes;
	result = shim_driver_start(entry, "lengths", &f->driver);
	g_assert_cmpint(result, ==, status == NDIS_STATUS_SUCCESS ? 0 : -EIO);
	if (!result)
		shim_driver_stop(f->driver);
	f->driver = NULL;
	return status;
}

static void get_functions(struct ndis_fixture *f)
{
	f->edit = take_functions;
	g_assert_cmpint(fixture_start_driver(f), ==, 0);
	shim_driver_stop(f->driver);
	f->driver = NULL;
}

static void test_lengths(struct ndis_fixture *f, gconstpointer data)
{
	static const struct {
		UCHAR major, minor;
		UINT bytes;
	} sizes[] = {{3, 0, 112}, {4, 0, 136}, {5, 0, 184}, {5, 1, 240}};

	get_functions(f);
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_assert_cmpint(register_as(f, sizes[i].major, sizes[i].minor, sizes[i].bytes), ==,
				NDIS_STATUS_SUCCESS);
		g_assert_cmpint(
			register_as(f, sizes[i].major, sizes[i].minor, sizes[i].bytes + 100), ==,
			NDIS_STATUS_SUCCESS);
		g_assert_cmpint(register_as(f, sizes[i].major, sizes[i].minor, sizes[i].bytes - 1),
				==, NDIS_STATUS_BAD_CHARACTERISTICS);
		fixture_expect_violation(f, "CharacteristicsLength");
	}
	g_assert_cmpint(register_as(f, 5, 1, 1), ==, NDIS_STATUS_BAD_CHARACTERISTICS);
	fixture_expect_violation(f, "1 bytes");
}

static void test_required_functions(struct ndis_fixture *f, gconstpointer data)
{
	NDIS51_MINIPORT_CHARACTERISTICS complete;

	get_functions(f);
	complete = functions;
#define EXPECT_MISSING(member)                                                                     \
	do {                                                                                       \
		functions = complete;                                                              \
		functions.member = NULL;                                                           \
		g_assert_cmpint(register_as(f, 5, 1, 240), ==, NDIS_STATUS_BAD_CHARACTERISTICS);   \
		fixture_expect_violation(f, #member " is NULL");                                   \
	} while (0)
	EXPECT_MISSING(InitializeHandler);
	EXPECT_MISSING(HaltHandler);
	EXPECT_MISSING(ResetHandler);
	EXPECT_MISSING(QueryInformationHandler);
	EXPECT_MISSING(SetInformationHandler);
	functions = complete;
	functions.SendHandler = NULL;
	g_assert_cmpint(register_as(f, 5, 1, 240), ==, NDIS_STATUS_SUCCESS);
	functions.SendPacketsHandler = NULL;
	g_assert_cmpint(register_as(f, 5, 1, 240), ==, NDIS_STATUS_BAD_CHARACTERISTICS);
	fixture_expect_violation(f, "SendHandler or SendPacketsHandler is NULL");
	functions = complete;
	functions.CoCreateVcHandler = (W_CO_CREATE_VC_HANDLER)(void *)functions.HaltHandler;
	g_assert_cmpint(register_as(f, 5, 1, 240), ==, NDIS_STATUS_BAD_CHARACTERISTICS);
	fixture_expect_violation(f, "a Co function is set");
	/* An NDIS 3 miniport has no SendPacketsHandler, whatever lies behind its structure. */
	functions = complete;
	functions.SendHandler = NULL;
	g_assert_cmpint(register_as(f, 3, 0, 240), ==, NDIS_STATUS_BAD_CHARACTERISTICS);
	fixture_expect_violation(f, "SendHandler");
}

static int32_t do_nothing(void *object, void *path)
{
	return 0;
}

static int32_t refuse(void *object, void *path)
{
	PVOID memory;

	NdisAllocateMemoryWithTag(&memory, 10, 'abcd');
	return (int32_t)NDIS_STATUS_RESOURCES;
}

static int32_t misuse_handles(void *object, void *path)
{
	NDIS_HANDLE handle;

	NdisMInitializeWrapper(&handle, (void *)0x1234, path, NULL);
	g_assert_null(handle);
	g_assert_cmpint(NdisMRegisterMiniport((NDIS_HANDLE)0x1234, NULL, 0), ==,
			NDIS_STATUS_FAILURE);
	NdisTerminateWrapper((NDIS_HANDLE)0x1234, NULL);
	NdisMRegisterUnloadHandler((NDIS_HANDLE)0x1234, NULL);
	NdisMInitializeWrapper(&handle, object, path, NULL);
	NdisMRegisterUnloadHandler(handle, NULL);
	NdisTerminateWrapper(handle, NULL);
	g_assert_cmpint(NdisMRegisterMiniport(handle, NULL, 0), ==, NDIS_STATUS_FAILURE);
	return 0;
}

static void test_entries(struct ndis_fixture *f, gconstpointer data)
{
	g_assert_cmpint(shim_driver_start(do_nothing, "idle", &f->driver), ==, -EINVAL);
	fixture_expect_log(f, "idle: DriverEntry succeeded without having registered");
	g_assert_cmpint(shim_driver_start(refuse, "refusing", &f->driver), ==, -EIO);
	g_assert_nonnull(strstr(fixture_log(f), "refusing: DriverEntry failed with status "
						"NDIS_STATUS_RESOURCES"));
	fixture_expect_violation(f, "memory of 10 bytes");
	g_assert_cmpint(shim_driver_start(misuse_handles, "misused", &f->driver), ==, -EINVAL);
	fixture_expect_violations(f, 6, "is no driver object");
	f->driver = NULL;
}

static void test_leaks_of_driver(struct ndis_fixture *f, gconstpointer data)
{
	NDIS_HANDLE pool;
	NDIS_STATUS result;

	g_assert_cmpint(fixture_start_driver(f), ==, 0);
	shim_driver_stop(f->driver);
	f->driver = NULL;
	g_assert_cmpuint(f->unloads, ==, 1);
	/* Nobody's memory is nobody's leak. */
	NdisAllocatePacketPool(&result, &pool, 1, 0);
	g_assert_cmpint(result, ==, NDIS_STATUS_SUCCESS);
	NdisFreePacketPool(pool);
}

static void test_forgotten_adapter(struct ndis_fixture *f, gconstpointer data)
{
	g_assert_cmpint(fixture_start(f), ==, 0);
	shim_driver_stop(f->driver);
	f->driver = NULL;
	f->adapter = NULL;
	g_assert_cmpuint(f->halts, ==, 1);
	g_assert_cmpuint(f->unloads, ==, 1);
	fixture_expect_log(f, "mini still has 1 adapters");
}

#define ADD(name, function)                                                                        \
	g_test_add("/ndis/driver/" name, struct ndis_fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("versions", test_versions);
	ADD("lengths", test_lengths);
	ADD("required-functions", test_required_functions);
	ADD("entries", test_entries);
	ADD("leaks-of-driver", test_leaks_of_driver);
	ADD("forgotten-adapter", test_forgotten_adapter);
	return g_test_run();
}
