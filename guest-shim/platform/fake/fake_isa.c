/* SPDX-License-Identifier: MIT */
/* fake_isa.c - what the fake platform has for ISA devices: I/O ports and memory below 16 MiB */
#include "platform/fake/fake_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int check(struct platform *p, unsigned int width)
{
	if (!fake(p)->ports.read)
		return -ENOTSUP;
	return width == 1 || width == 2 || width == 4 ? 0 : -EINVAL;
}

int fake_port_read(struct platform *p, uint16_t port, void *value, unsigned int width)
{
	struct fake_ports *ports = &fake(p)->ports;
	uint32_t read = UINT32_MAX;
	int result = check(p, width);

	if (!result)
		result = ports->read(ports->context, port, &read, width);
	if (width <= sizeof(read))
		memcpy(value, &read, width);
	return result;
}

int fake_port_write(struct platform *p, uint16_t port, const void *value, unsigned int width)
{
	struct fake_ports *ports = &fake(p)->ports;
	uint32_t written = 0;
	int result = check(p, width);

	if (result)
		return result;
	memcpy(&written, value, width);
	return ports->write(ports->context, port, written, width);
}

int fake_low_memory(struct platform *p, size_t length, void **va, uint32_t *physical)
{
	struct fake_platform *f = fake(p);

	if (!f->low_memory)
		return -ENOTSUP;
	if (!length || length & PLATFORM_PAGE_MASK)
		return -EINVAL;
	if (length > f->low_length)
		return -ENOSPC;
	*va = f->low_memory;
	*physical = f->low_physical;
	return 0;
}

void fake_set_ports(struct platform *p, const struct fake_ports *ports)
{
	fake(p)->ports = *ports;
}

unsigned char *fake_set_low_memory(struct platform *p, uint32_t physical, size_t length)
{
	struct fake_platform *f = fake(p);

	free(f->low_memory);
	f->low_memory = aligned_alloc(PLATFORM_PAGE_SIZE, length);
	if (!f->low_memory)
		return NULL;
	memset(f->low_memory, 0xee, length);
	f->low_physical = physical;
	f->low_length = length;
	return f->low_memory;
}
