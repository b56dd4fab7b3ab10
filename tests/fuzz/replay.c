/* SPDX-License-Identifier: MIT */
/*
 * replay.c - run a fuzzer's function on the files that are named
 */
#include <stdio.h>

#include "fuzz.h"

int main(int argc, char **argv)
{
	static uint8_t data[1 << 20];
	int i;

	for (i = 1; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		size_t size;

		if (!file) {
			fprintf(stderr, "cannot open %s\n", argv[i]);
			return 1;
		}
		size = fread(data, 1, sizeof(data), file);
		fclose(file);
		LLVMFuzzerTestOneInput(data, size);
	}
	return 0;
}
