/* SPDX-License-Identifier: MIT */
/* The settings of an adapter, as the driver reads them. */
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

static NDIS_HANDLE settings;

static PNDIS_CONFIGURATION_PARAMETER read_setting(const WCHAR *name, NDIS_PARAMETER_TYPE type,
						  NDIS_STATUS expected)
{
	PNDIS_CONFIGURATION_PARAMETER value = (void *)1;
	NDIS_STRING keyword;
	NDIS_STATUS status;

	NdisInitUnicodeString(&keyword, name);
	NdisReadConfiguration(&status, &value, settings, &keyword, type);
	g_assert_cmphex((ULONG)status, ==, (ULONG)expected);
	if (expected != NDIS_STATUS_SUCCESS)
		g_assert_null(value);
	return value;
}

static ULONG read_integer(const WCHAR *name, NDIS_PARAMETER_TYPE type)
{
	PNDIS_CONFIGURATION_PARAMETER value = read_setting(name, type, NDIS_STATUS_SUCCESS);

	g_assert_cmpint(value->ParameterType, ==, type);
	return value->ParameterData.IntegerData;
}

/* What is written is read again, or refused: none of it is lost. */
static void write_long(void)
{
	NDIS_CONFIGURATION_PARAMETER parameter = {.ParameterType = NdisParameterString};
	static WCHAR characters[2000], name[200];
	NDIS_STRING keyword, text;
	NDIS_STATUS status;

	for (size_t i = 0; i < ARRAYSIZE(characters); i++)
		characters[i] = (WCHAR)('a' + i % 26);
	memcpy(name, characters, sizeof(name));
	parameter.ParameterData.StringData =
		(NDIS_STRING){sizeof(characters), sizeof(characters), characters};
	NdisInitUnicodeString(&keyword, L"Long");
	NdisWriteConfiguration(&status, settings, &keyword, &parameter);
	g_assert_cmphex((ULONG)status, ==, NDIS_STATUS_SUCCESS);
	text = read_setting(L"Long", NdisParameterString, NDIS_STATUS_SUCCESS)
		       ->ParameterData.StringData;
	g_assert_cmpmem(text.Buffer, text.Length, characters, sizeof(characters));
	keyword = (NDIS_STRING){sizeof(name), sizeof(name), name};
	NdisWriteConfiguration(&status, settings, &keyword, &parameter);
	g_assert_cmphex((ULONG)status, ==, (ULONG)NDIS_STATUS_FAILURE);
	name[127] = 0;
	read_setting(name, NdisParameterString, NDIS_STATUS_FAILURE);
}

static NDIS_STATUS initialize_settings(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	static const UCHAR expected[6] = {0x02, 0x11, 0x22, 0x33, 0x44, 0xAF};
	NDIS_CONFIGURATION_PARAMETER parameter = {.ParameterType = NdisParameterInteger};
	NDIS_STRING keyword = NDIS_STRING_CONST("Written"), text = NDIS_STRING_CONST("as text");
	NDIS_STATUS status;
	PVOID address;
	UINT length;

	NdisOpenConfiguration(&status, &settings, f->handle);
	g_assert_cmpint(status, ==, NDIS_STATUS_FAILURE);
	g_assert_null(settings);
	fixture_expect_violation(f, "WrapperConfigurationContext");
	NdisOpenConfiguration(&status, &settings, configuration);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);

	g_assert_cmpuint(read_integer(L"Depth", NdisParameterInteger), ==, 64);
	g_assert_cmpuint(read_integer(L"dEPTH", NdisParameterInteger), ==, 64);
	g_assert_cmpuint(read_integer(L"Depth", NdisParameterHexInteger), ==, 0x64);
	g_assert_cmpuint(read_integer(L"Hex", NdisParameterInteger), ==, 0x1F);
	g_assert_cmpuint(read_integer(L"Hex", NdisParameterHexInteger), ==, 0x1F);
	g_assert_cmpuint(read_integer(L"Largest", NdisParameterInteger), ==, 0xFFFFFFFF);
	g_assert_cmphex(read_integer(L"NdisVersion", NdisParameterInteger), ==, 0x00050001);
	g_assert_cmpuint(read_integer(L"Environment", NdisParameterInteger), ==,
			 NdisEnvironmentWindowsNt);
	g_assert_cmpuint(read_integer(L"ProcessorType", NdisParameterInteger), ==,
			 NdisProcessorAmd64);
	read_setting(L"TooLarge", NdisParameterInteger, NDIS_STATUS_FAILURE);
	read_setting(L"Negative", NdisParameterInteger, NDIS_STATUS_FAILURE);
	read_setting(L"Text", NdisParameterInteger, NDIS_STATUS_FAILURE);
	read_setting(L"Empty", NdisParameterInteger, NDIS_STATUS_FAILURE);
	read_setting(L"Absent", NdisParameterInteger, NDIS_STATUS_FAILURE);
	read_setting(L"Depth", NdisParameterBinary, NDIS_STATUS_FAILURE);
	text = read_setting(L"Text", NdisParameterString, NDIS_STATUS_SUCCESS)
		       ->ParameterData.StringData;
	g_assert_cmpuint(text.Length, ==, 10);
	g_assert_cmpint(text.Buffer[4], ==, 'o');
	g_assert_cmpint(text.Buffer[5], ==, 0);

	parameter.ParameterData.IntegerData = 4096;
	NdisWriteConfiguration(&status, settings, &keyword, &parameter);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(read_integer(L"written", NdisParameterInteger), ==, 4096);
	parameter.ParameterType = NdisParameterString;
	parameter.ParameterData.StringData = text;
	NdisWriteConfiguration(&status, settings, &keyword, &parameter);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	read_setting(L"written", NdisParameterString, NDIS_STATUS_SUCCESS);
	parameter.ParameterType = NdisParameterBinary;
	NdisWriteConfiguration(&status, settings, &keyword, &parameter);
	g_assert_cmpint(status, ==, NDIS_STATUS_NOT_SUPPORTED);

	write_long();
	NdisReadNetworkAddress(&status, &address, &length, settings);
	g_assert_cmpint(status, ==, f->status);
	g_assert_cmpuint(length, ==, status == NDIS_STATUS_SUCCESS ? 6 : 0);
	if (status == NDIS_STATUS_SUCCESS)
		g_assert_cmpmem(address, 6, expected, 6);
	else
		g_assert_null(address);
	NdisCloseConfiguration(settings);
	NdisCloseConfiguration(settings);
	fixture_expect_violation(f, "NdisCloseConfiguration");
	read_setting(L"Depth", NdisParameterInteger, NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "NdisReadConfiguration");
	return NDIS_STATUS_SUCCESS;
}

static void test_settings(struct ndis_fixture *f, gconstpointer data)
{
	static const char *const addresses[] = {"0211223344AF", "02-11-22-33-44-af",
						"02:11:22:33:44:AF"};
	static const char *const no_addresses[] = {"",
						   "0211223344A",
						   "0211223344AFF",
						   "02--11223344AF",
						   "0x11223344AF",
						   "02:11:22:33:44"};
	struct shim_parameter parameters[] = {
		{"Depth", "64"},	{"Hex", "0x1F"},   {"Largest", "4294967295"},
		{"Negative", "-1"},	{"Text", "hello"}, {"TooLarge", "4294967296"},
		{"Empty", ""},		{"depth", "1"},	   {"Depth", "64"},
		{"NetworkAddress", ""},
	};
	char *long_name = g_strnfill(128, 'x');

	f->options.parameters = parameters;
	f->options.parameter_count = G_N_ELEMENTS(parameters);
	f->hooks.initialize = initialize_settings;
	parameters[0].keyword = long_name;
	g_assert_cmpint(fixture_start(f), ==, -ENAMETOOLONG);
	fixture_expect_log(f, "at most 127 characters");
	parameters[0].keyword = "Depth";
	for (size_t i = 0; i < G_N_ELEMENTS(addresses) + G_N_ELEMENTS(no_addresses); i++) {
		bool valid = i < G_N_ELEMENTS(addresses);

		parameters[9].value =
			valid ? addresses[i] : no_addresses[i - G_N_ELEMENTS(addresses)];
		f->status = valid ? NDIS_STATUS_SUCCESS : NDIS_STATUS_FAILURE;
		g_assert_cmpint(fixture_start(f), ==, 0);
		g_assert_cmpuint(fixture_stop(f), ==, 0);
	}
	g_free(long_name);
}

static NDIS_HANDLE open_key(NDIS_HANDLE parent, const WCHAR *name, NDIS_STATUS expected)
{
	NDIS_HANDLE key = (void *)1;
	NDIS_STRING string;
	NDIS_STATUS status;

	NdisInitUnicodeString(&string, name);
	NdisOpenConfigurationKeyByName(&status, parent, &string, &key);
	g_assert_cmphex((ULONG)status, ==, (ULONG)expected);
	g_assert_true((key != NULL) == (expected == NDIS_STATUS_SUCCESS));
	return key;
}

/* The keys below @parent, in order, with the value of the setting N in each. */
static void expect_keys(NDIS_HANDLE parent, const char *expected)
{
	g_autoptr(GString) found = g_string_new(NULL);
	NDIS_HANDLE key;
	NDIS_STRING name;
	NDIS_STATUS status;

	for (ULONG index = 0;; index++) {
		char *text;

		memset(&name, 0xEE, sizeof(name));
		NdisOpenConfigurationKeyByIndex(&status, parent, index, &name, &key);
		if (status != NDIS_STATUS_SUCCESS)
			break;
		text = g_utf16_to_utf8(name.Buffer, name.Length / 2, NULL, NULL, NULL);
		settings = key;
		g_string_append_printf(found, "%s=%u ", text,
				       read_integer(L"N", NdisParameterInteger));
		g_free(text);
		NdisCloseConfiguration(key);
	}
	g_assert_cmphex((ULONG)status, ==, (ULONG)NDIS_STATUS_FAILURE);
	g_assert_null(key);
	g_assert_null(name.Buffer);
	g_assert_cmpstr(found->str, ==, expected);
}

static NDIS_STATUS initialize_keys(struct ndis_fixture *f, NDIS_HANDLE configuration)
{
	NDIS_CONFIGURATION_PARAMETER parameter = {.ParameterType = NdisParameterInteger};
	NDIS_STRING keyword = NDIS_STRING_CONST("Made"), name = NDIS_STRING_CONST("Parameters");
	NDIS_HANDLE root, key, below;
	NDIS_STATUS status;

	NdisOpenConfiguration(&status, &root, configuration);
	expect_keys(root, "Alpha=2 parameters=1 zeta=3 ");
	key = open_key(root, L"PARAMETERS", NDIS_STATUS_SUCCESS);
	below = open_key(key, L"Deep", NDIS_STATUS_SUCCESS);
	/* Open keys do not need the one that they were opened from. */
	NdisCloseConfiguration(root);
	expect_keys(key, "Deep=4 Deeper=5 ");
	expect_keys(below, "");
	settings = below;
	g_assert_cmpuint(read_integer(L"n", NdisParameterInteger), ==, 4);
	read_setting(L"Other", NdisParameterInteger, NDIS_STATUS_FAILURE);
	/* The library's own are no settings of a key below. */
	read_setting(L"NdisVersion", NdisParameterInteger, NDIS_STATUS_FAILURE);
	parameter.ParameterData.IntegerData = 77;
	NdisWriteConfiguration(&status, below, &keyword, &parameter);
	g_assert_cmpint(status, ==, NDIS_STATUS_SUCCESS);
	g_assert_cmpuint(read_integer(L"Made", NdisParameterInteger), ==, 77);
	settings = key;
	read_setting(L"Made", NdisParameterInteger, NDIS_STATUS_FAILURE);
	g_assert_cmpuint(read_integer(L"N", NdisParameterInteger), ==, 1);
	open_key(key, L"", NDIS_STATUS_FAILURE);
	open_key(key, L"N", NDIS_STATUS_FAILURE);
	open_key(key, L"Dee", NDIS_STATUS_FAILURE);
	NdisOpenConfigurationKeyByName(&status, f->handle, &name, &root);
	g_assert_cmphex((ULONG)status, ==, (ULONG)NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "NdisOpenConfigurationKeyByName: ");
	NdisOpenConfigurationKeyByIndex(&status, f->handle, 0, &name, &root);
	g_assert_cmphex((ULONG)status, ==, (ULONG)NDIS_STATUS_FAILURE);
	fixture_expect_violation(f, "NdisOpenConfigurationKeyByIndex: ");
	NdisOpenConfigurationKeyByName(&status, key, NULL, &root);
	fixture_expect_violation(f, "SubKeyName is NULL");
	NdisOpenConfigurationKeyByName(&status, key, &keyword, NULL);
	fixture_expect_violation(f, "SubKeyHandle is NULL");
	NdisOpenConfigurationKeyByIndex(&status, key, 0, NULL, &root);
	fixture_expect_violation(f, "KeyName is NULL");
	NdisOpenConfigurationKeyByIndex(&status, key, 0, &name, NULL);
	fixture_expect_violation(f, "KeyHandle is NULL");
	NdisCloseConfiguration(below);
	NdisCloseConfiguration(key);
	return NDIS_STATUS_SUCCESS;
}

static void test_keys(struct ndis_fixture *f, gconstpointer data)
{
	static const struct shim_parameter parameters[] = {
		{"zeta\\N", "3"},
		{"Parameters\\N", "1"},
		{"Parameters\\Deeper\\N", "5"},
		{"N", "0"},
		{"Alpha\\N", "2"},
		{"parameters\\deep\\N", "4"},
		{"\\Nameless", "1"},
		{"parameters\\Deep\\n", "4"},
	};

	f->options.parameters = parameters;
	f->options.parameter_count = G_N_ELEMENTS(parameters);
	f->hooks.initialize = initialize_keys;
	g_assert_cmpint(fixture_start(f), ==, 0);
	g_assert_cmpuint(fixture_stop(f), ==, 0);
}

#define ADD(name, function, data)                                                                  \
	g_test_add("/ndis/configuration/" name, struct ndis_fixture, data, set_up, function,       \
		   tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("settings", test_settings, NULL);
	ADD("keys", test_keys, NULL);
	return g_test_run();
}
