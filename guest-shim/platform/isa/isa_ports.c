/* SPDX-License-Identifier: MIT */
/*
 * isa_ports.c - I/O ports of the device and of the system DMA controller
 */
#include <errno.h>
#include <string.h>
#include <sys/io.h>

#include "platform/isa/isa_private.h"

/* The two controllers of a PC, and their page registers. */
static const struct port_range {
	uint16_t first;
	uint16_t count;
} controller[] = {
	{0x00, 0x10},
	{0x80, 0x10},
	{0xc0, 0x20},
};

#define CHANNELS    8
#define CASCADE	    4
#define FIRST_MASK  0x0a
#define SECOND_MASK 0xd4
#define MASK_SET    4

#define CONTROLLER_RANGES (sizeof(controller) / sizeof(controller[0]))

int isa_ports_permit(struct isa_platform *isa, struct explanation *why)
{
	const struct platform_isa *r = &isa->resources;
	int (*permit)(unsigned long, unsigned long, int) = isa->environment.permit;
	int result = permit(r->port, r->ports, 1);
	size_t i;

	for (i = 0; i < CONTROLLER_RANGES && result == 0 && isa_uses_dma(isa); i++)
		result = permit(controller[i].first, controller[i].count, 1);
	if (result == 0)
		return 0;
	result = -errno;
	return explain(
		why, result,
		"the kernel does not let this process use I/O ports (ioperm: %s): it takes "
		"root with CAP_SYS_RAWIO, and a kernel that is not locked down, as it is with "
		"secure boot",
		strerror(-result));
}

void isa_ports_mask(struct isa_platform *isa, unsigned int kernel_channels)
{
	unsigned int channel;

	for (channel = 0; channel < CHANNELS && isa_uses_dma(isa); channel++)
		if (channel != CASCADE && !(kernel_channels >> channel & 1))
			isa->environment.put(channel < CASCADE ? FIRST_MASK : SECOND_MASK,
					     (uint8_t)(MASK_SET | (channel & 3)));
}

void isa_ports_forbid(struct isa_platform *isa)
{
	size_t i;

	isa->environment.permit(isa->resources.port, isa->resources.ports, 0);
	for (i = 0; i < CONTROLLER_RANGES && isa_uses_dma(isa); i++)
		isa->environment.permit(controller[i].first, controller[i].count, 0);
}

static bool is_inside(uint32_t port, unsigned int width, uint32_t first, uint32_t count)
{
	return port >= first && port - first < count && width <= count - (port - first);
}

static int check(const struct isa_platform *isa, uint16_t port, unsigned int width)
{
	size_t i;

	if (width != 1 && width != 2 && width != 4)
		return -EINVAL;
	if (is_inside(port, width, isa->resources.port, isa->resources.ports))
		return 0;
	for (i = 0; i < CONTROLLER_RANGES && isa_uses_dma(isa); i++)
		if (is_inside(port, width, controller[i].first, controller[i].count))
			return 0;
	return -EACCES;
}

int isa_port_read(struct platform *p, uint16_t port, void *value, unsigned int width)
{
	int result = check(isa_platform_from(p), port, width);
	uint32_t got = UINT32_MAX;

	if (result == -EINVAL)
		return result;
	if (result == 0 && width == 1)
		got = inb(port);
	else if (result == 0 && width == 2)
		got = inw(port);
	else if (result == 0)
		got = inl(port);
	memcpy(value, &got, width);
	return result;
}

int isa_port_write(struct platform *p, uint16_t port, const void *value, unsigned int width)
{
	struct isa_platform *isa = isa_platform_from(p);
	int result = check(isa, port, width);
	uint32_t data = 0;

	if (result < 0)
		return result;
	memcpy(&data, value, width);
	if (width == 1)
		outb((uint8_t)data, port);
	else if (width == 2)
		outw((uint16_t)data, port);
	else
		outl(data, port);
	/* What an ISR writes on every call is no sign of activity. */
	if (!isa->looking)
		poll_timer_hurry(&isa->timer);
	return 0;
}

int isa_bar(struct platform *p, unsigned int index, struct platform_bar *bar)
{
	const struct platform_isa *r = &isa_platform_from(p)->resources;

	if (index > 5)
		return -EINVAL;
	*bar = (struct platform_bar){.size = 0};
	if (index == 0)
		*bar = (struct platform_bar){
			.size = r->ports, .bus_address = r->port, .is_io = true};
	return 0;
}

/* Offset of the access in the machine's ports, or what is wrong with it. */
static int bar_port(const struct isa_platform *isa, unsigned int index, uint64_t offset,
		    unsigned int width)
{
	if (index != 0 || offset >= isa->resources.ports || !width || width > 4 || offset % width ||
	    width > isa->resources.ports - offset)
		return -EINVAL;
	return (int)(isa->resources.port + offset);
}

int isa_bar_read(struct platform *p, unsigned int index, uint64_t offset, void *value,
		 unsigned int width)
{
	int port = bar_port(isa_platform_from(p), index, offset, width);

	memset(value, 0xff, width <= sizeof(uint64_t) ? width : 0);
	return port < 0 ? port : isa_port_read(p, (uint16_t)port, value, width);
}

int isa_bar_write(struct platform *p, unsigned int index, uint64_t offset, const void *value,
		  unsigned int width)
{
	int port = bar_port(isa_platform_from(p), index, offset, width);

	return port < 0 ? port : isa_port_write(p, (uint16_t)port, value, width);
}
