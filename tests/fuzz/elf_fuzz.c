/* SPDX-License-Identifier: MIT */
/*
 * elf_fuzz.c - the file of a miniport
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "ndisrun/elf_symbols.h"

static void visit(void *context, const char *name)
{
	size_t *total = context;

	*total += strlen(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int file = memfd_create("miniport", MFD_CLOEXEC);
	char text[EXPLAIN_SIZE] = "";
	struct explanation why = {text, sizeof(text)};
	char path[32];
	size_t total = 0;
	int result;

	FUZZ_CHECK(file >= 0 && write(file, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	result = elf_undefined_symbols(path, visit, &total, &why);
	FUZZ_CHECK(result <= 0 && (result < 0) == (text[0] != '\0'));
	close(file);
	return 0;
}
