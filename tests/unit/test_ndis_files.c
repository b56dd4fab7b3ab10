/* SPDX-License-Identifier: MIT */
/* Files that drivers open, and the registry as the kernel's functions read it. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "ndis_fixture.h"

static const NDIS_PHYSICAL_ADDRESS anywhere = NDIS_PHYSICAL_ADDRESS_CONST(-1, -1);

static NDIS_STATUS open_file(const char *name, NDIS_HANDLE *handle, UINT *length)
{
	NDIS_STATUS status = NDIS_STATUS_PENDING;
	NDIS_STRING string;

	NdisInitializeString(&string, (PUCHAR)(uintptr_t)name);
	NdisOpenFile(&status, handle, length, &string, anywhere);
	NdisFreeString(string);
	return status;
}

static void read_file(void)
{
	NDIS_HANDLE handle;
	NDIS_STATUS status;
	PVOID bytes, again;
	UINT length;

	g_assert_cmphex(open_file("FIRMWARE.bin", &handle, &length), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(length, ==, 9);
	NdisMapFile(&status, &bytes, handle);
	g_assert_cmphex(status, ==, NDIS_STATUS_SUCCESS);
	g_assert_true(!memcmp(bytes, "microcode", 9));
	NdisMapFile(&status, &again, handle);
	g_assert_cmphex(status, ==, NDIS_STATUS_ALREADY_MAPPED);
	NdisUnmapFile(handle);
	NdisMapFile(&status, &again, handle);
	g_assert_true(status == NDIS_STATUS_SUCCESS && again == bytes);
	NdisUnmapFile(handle);
	NdisCloseFile(handle);
}

static void refuse_files(struct ndis_fixture *f)
{
	static const char *const names[] = {"absent.bin", "../firmware.bin", "..",
					    "",		  "a\\firmware.bin", "C:firmware.bin"};
	NDIS_HANDLE handle;
	NDIS_STATUS status;
	PVOID bytes;
	UINT length;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *message = g_strdup_printf("NdisOpenFile: \"%s\"%s", names[i],
						i ? ": the name of a file" : " in the folder");

		g_assert_cmphex(open_file(names[i], &handle, &length), ==,
				NDIS_STATUS_FILE_NOT_FOUND);
		g_assert_true(!handle && !length);
		fixture_expect_log(f, message);
		g_free(message);
	}
	NdisMapFile(&status, &bytes, NULL);
	g_assert_cmphex(status, ==, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "NdisMapFile");
	NdisCloseFile(f);
	fixture_expect_violation(f, "is no open file");
}

static NDIS_STATUS use_files(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	read_file();
	refuse_files(f);
	return NDIS_STATUS_SUCCESS;
}

static void test_files(void)
{
	struct ndis_fixture f = {0};
	char *folder = g_dir_make_tmp(NULL, NULL);
	char *path = g_build_filename(folder, "Firmware.BIN", NULL);

	g_assert_true(g_file_set_contents(path, "microcode", -1, NULL));
	g_assert_cmpint(shim_files_from(folder), ==, 0);
	fixture_set_up(&f);
	f.hooks.initialize = use_files;
	g_assert_cmpint(fixture_start_driver(&f), ==, 0);
	/* For drivers that are started later; this one keeps its folder. */
	g_assert_cmpint(shim_files_from(NULL), ==, 0);
	g_assert_cmpint(fixture_start(&f), ==, 0);
	fixture_tear_down(&f);
	g_unlink(path);
	g_rmdir(folder);
	g_free(path);
	g_free(folder);
}

static const char *const no_files[] = {"Pipe", "Folder"};

static NDIS_STATUS open_no_files(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_HANDLE handle;
	UINT length;

	for (size_t i = 0; i < G_N_ELEMENTS(no_files); i++) {
		g_assert_cmphex(open_file(no_files[i], &handle, &length), ==,
				NDIS_STATUS_ERROR_READING_FILE);
		g_assert_true(!handle && !length);
		fixture_expect_log(f, "NDIS_STATUS_ERROR_READING_FILE");
	}
	g_assert_cmphex(open_file("Link", &handle, &length), ==, NDIS_STATUS_FILE_NOT_FOUND);
	/* Of two that differ in case only, one is enough. */
	g_assert_cmphex(open_file("both", &handle, &length), ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(length, ==, 3);
	NdisCloseFile(handle);
	return NDIS_STATUS_SUCCESS;
}

/* Nobody writes to the pipe: whoever waited for that would wait for ever. */
static void test_no_files(void)
{
	static const char *const names[] = {"Pipe", "Folder", "Link", "BOTH", "Both"};
	struct ndis_fixture f = {0};
	char *folder = g_dir_make_tmp(NULL, NULL);
	char *paths[G_N_ELEMENTS(names)];

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		paths[i] = g_build_filename(folder, names[i], NULL);
	g_assert_cmpint(mkfifo(paths[0], 0600), ==, 0);
	g_assert_cmpint(g_mkdir(paths[1], 0700), ==, 0);
	g_assert_cmpint(symlink("nowhere", paths[2]), ==, 0);
	g_assert_cmpint(mkfifo(paths[3], 0600), ==, 0);
	g_assert_true(g_file_set_contents(paths[4], "yes", -1, NULL));
	g_assert_cmpint(shim_files_from(folder), ==, 0);
	fixture_set_up(&f);
	f.hooks.initialize = open_no_files;
	g_assert_cmpint(fixture_start(&f), ==, 0);
	fixture_tear_down(&f);
	g_assert_cmpint(shim_files_from(NULL), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_remove(paths[i]);
		g_free(paths[i]);
	}
	g_rmdir(folder);
	g_free(folder);
}

static unsigned int values_seen;

static NTSTATUS NTAPI see(PWSTR ValueName, ULONG ValueType, PVOID ValueData, ULONG ValueLength,
			  PVOID Context, PVOID EntryContext)
{
	g_assert_true(Context == &values_seen);
	if (EntryContext) {
		g_assert_cmpuint(ValueType, ==, REG_DWORD);
		g_assert_cmpuint(*(ULONG *)ValueData, ==, 0x300);
	}
	values_seen++;
	return STATUS_SUCCESS;
}

static NTSTATUS query(const WCHAR *path, RTL_QUERY_REGISTRY_TABLE *table)
{
	return RtlQueryRegistryValues(RTL_REGISTRY_SERVICES, path, table, &values_seen, NULL);
}

static void query_values(const WCHAR *path)
{
	ULONG port = 0, speed = 0, fallback = 9;
	UNICODE_STRING text = {0, 0, NULL};
	RTL_QUERY_REGISTRY_TABLE table[] = {
		{.Flags = RTL_QUERY_REGISTRY_SUBKEY, .Name = L"Parameters"},
		{.QueryRoutine = see, .Name = L"IoBase", .EntryContext = &port},
		{.Flags = RTL_QUERY_REGISTRY_DIRECT, .Name = L"IoBase", .EntryContext = &port},
		{.Flags = RTL_QUERY_REGISTRY_DIRECT, .Name = L"Mode", .EntryContext = &text},
		{.Flags = RTL_QUERY_REGISTRY_DIRECT,
		 .Name = L"Speed",
		 .EntryContext = &speed,
		 .DefaultType = REG_DWORD,
		 .DefaultData = &fallback},
		{0}};
	RTL_QUERY_REGISTRY_TABLE every[] = {{.QueryRoutine = see}, {0}};
	RTL_QUERY_REGISTRY_TABLE required[] = {
		{.Flags = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_REQUIRED,
		 .Name = L"Speed",
		 .EntryContext = &speed},
		{0}};

	g_assert_cmphex(query(path, table), ==, STATUS_SUCCESS);
	g_assert_cmpuint(port, ==, 0x300);
	g_assert_cmpuint(speed, ==, 9);
	g_assert_cmpuint(values_seen, ==, 1);
	g_assert_cmpuint(text.Length, ==, 8);
	g_assert_true(!memcmp(text.Buffer, L"fast", 10));
	RtlFreeUnicodeString(&text);
	g_assert_cmphex(query(path, every), ==, STATUS_SUCCESS);
	g_assert_cmpuint(values_seen, >=, 3);
	g_assert_cmphex(query(path, required), ==, STATUS_OBJECT_NAME_NOT_FOUND);
}

/* Nothing is stored where the driver has room for something else. */
static void refuse_types(const WCHAR *path)
{
	ULONG numbers[4] = {1, 2, 3, 4};
	UNICODE_STRING text = {0, 0, NULL};
	RTL_QUERY_REGISTRY_TABLE table[] = {{.Flags = RTL_QUERY_REGISTRY_DIRECT,
					     .Name = L"Mode",
					     .EntryContext = numbers,
					     .DefaultType = REG_DWORD},
					    {0}};

	g_assert_cmphex(query(path, table), ==, STATUS_OBJECT_TYPE_MISMATCH);
	for (ULONG i = 0; i < 4; i++)
		g_assert_cmpuint(numbers[i], ==, i + 1);
	table[0].DefaultType = REG_SZ;
	table[0].Name = L"IoBase";
	table[0].EntryContext = &text;
	g_assert_cmphex(query(path, table), ==, STATUS_SUCCESS);
	g_assert_true(!memcmp(text.Buffer, L"0x300", 12));
	RtlFreeUnicodeString(&text);
	table[0].DefaultType = REG_DWORD;
	table[0].Name = L"Octal";
	table[0].EntryContext = numbers;
	g_assert_cmphex(query(path, table), ==, STATUS_SUCCESS);
	g_assert_cmpuint(numbers[0], ==, 10);
	table[0].Name = L"Long";
	table[0].DefaultType = REG_SZ;
	table[0].EntryContext = &text;
	g_assert_cmphex(query(path, table), ==, STATUS_SUCCESS);
	g_assert_cmpuint(text.Length, ==, 1100 * sizeof(WCHAR));
	RtlFreeUnicodeString(&text);
	table[0].Name = L"Longest";
	g_assert_cmphex(query(path, table), ==, STATUS_BUFFER_TOO_SMALL);
	g_assert_null(text.Buffer);
}

/* A default string has at least its zero, and a length that a counted string can have. */
static void refuse_defaults(struct ndis_fixture *f, const WCHAR *path)
{
	static const ULONG lengths[] = {1, 5, 0x10000};
	WCHAR room[64];
	UNICODE_STRING text = {0, sizeof(room), room};
	RTL_QUERY_REGISTRY_TABLE table[] = {{.Flags = RTL_QUERY_REGISTRY_DIRECT,
					     .Name = L"Absent",
					     .EntryContext = &text,
					     .DefaultType = REG_SZ,
					     .DefaultData = (PVOID)(ULONG_PTR)L"x"},
					    {0}};

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		table[0].DefaultLength = lengths[i];
		g_assert_cmphex(query(path, table), ==, STATUS_INVALID_PARAMETER);
		fixture_expect_violation(f, "DefaultLength");
		g_assert_cmpuint(text.Length, ==, 0);
	}
	table[0].DefaultLength = 0;
	g_assert_cmphex(query(path, table), ==, STATUS_SUCCESS);
	g_assert_cmpuint(text.Length, ==, 2);
}

static NDIS_STATUS query_registry(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	RTL_QUERY_REGISTRY_TABLE wrong[] = {{.Flags = RTL_QUERY_REGISTRY_DIRECT, .Name = L"Mode"},
					    {0}};
	static const WCHAR path[] = L"mini\\Parameters";

	query_values(path);
	g_assert_cmphex(query(L"Another", wrong), ==, STATUS_OBJECT_NAME_NOT_FOUND);
	g_assert_cmphex(query(path, wrong), ==, STATUS_INVALID_PARAMETER);
	fixture_expect_violation(f, "entry 0 has flags 0x20");
	refuse_types(path);
	refuse_defaults(f, path);
	return NDIS_STATUS_SUCCESS;
}

static void test_registry(void)
{
	char *text = g_strnfill(1100, 'x'), *longest = g_strnfill(40000, 'x');
	const struct shim_parameter parameters[] = {{"IoBase", "0x300"},
						    {"Mode", "fast"},
						    {"Octal", "010"},
						    {"Long", text},
						    {"Longest", longest}};
	struct ndis_fixture f = {0};

	fixture_set_up(&f);
	f.options.parameters = parameters;
	f.options.parameter_count = G_N_ELEMENTS(parameters);
	f.hooks.initialize = query_registry;
	g_assert_cmpint(fixture_start(&f), ==, 0);
	fixture_tear_down(&f);
	g_free(text);
	g_free(longest);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ndis-files/files", test_files);
	g_test_add_func("/ndis-files/no-files", test_no_files);
	g_test_add_func("/ndis-files/registry", test_registry);
	return g_test_run();
}
