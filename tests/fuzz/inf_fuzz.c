/* SPDX-License-Identifier: MIT */
/*
 * inf_fuzz.c - an INF file
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "ndisrun/inf_settings.h"

static void settings(const struct inf_file *file, FILE *nowhere)
{
	char text[EXPLAIN_SIZE] = "";
	struct explanation why = {text, sizeof(text)};
	uint8_t header[64] = {0xf4, 0x1a, 0xf0, 0x10};
	const struct inf_keyword *keyword;
	struct inf_device device;
	struct inf_settings found;
	int result;

	inf_device_of_pci(header, &device);
	result = inf_settings_read(file, &device, &found, &why);
	FUZZ_CHECK(result <= 0 && (result < 0) == (text[0] != '\0'));
	for (keyword = found.keywords; keyword && result == 0; keyword = keyword->next) {
		FUZZ_CHECK(keyword->name[0]);
		inf_settings_check(&found, keyword->name, keyword->value ? keyword->value : "1",
				   &why);
	}
	if (result == 0)
		inf_settings_print(&found, nowhere);
	inf_settings_free(&found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *nowhere;
	char text[EXPLAIN_SIZE] = "";
	struct explanation why = {text, sizeof(text)};
	struct inf_file *file = NULL;
	int result = inf_file_parse("file", data, size, &file, &why);
	FILE *kept = stderr;

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	FUZZ_CHECK(nowhere);
	FUZZ_CHECK(result <= 0 && (result < 0) == (text[0] != '\0'));
	if (result == 0) {
		/* libFuzzer, which writes to the descriptor, is to be heard. */
		stderr = nowhere;
		inf_models_print(file, nowhere, &why);
		settings(file, nowhere);
		stderr = kept;
	}
	inf_file_free(file);
	return 0;
}
