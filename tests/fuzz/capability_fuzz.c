/* SPDX-License-Identifier: MIT */
/*
 * capability_fuzz.c - chains of capabilities in what VFIO tells
 */
#include <string.h>

#include "fuzz.h"
#include "platform/vfio/vfio_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct vfio_info_cap_header *found;
	uint8_t copy[64];
	uint32_t first;
	uint16_t id;
	uint8_t *block;
	size_t length;

	if (size < 8)
		return 0;
	memcpy(&first, data, sizeof(first));
	memcpy(&id, data + 4, sizeof(id));
	length = data[6] % sizeof(copy) + 1;
	size -= 8;
	/* In a block of its own, so that a byte too far is seen. */
	block = malloc(size + 1);
	FUZZ_CHECK(block);
	memcpy(block, data + 8, size);
	found = vfio_capability_find(block, size, first, id);
	if (found)
		FUZZ_CHECK((const uint8_t *)(found + 1) <= block + size && found->id == id);
	FUZZ_CHECK(vfio_capability_copy(block, size, first, id, copy, length) <= size);
	free(block);
	return 0;
}
