/* SPDX-License-Identifier: MIT */
/*
 * isa_conflict.c - who else has the ports and the DMA channel
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/isa/isa_private.h"

#define LINE_SIZE 256

/* Locks on the file of physical memory: a byte for each port, and one for the DMA controller. */
#define CONTROLLER_LOCK 0

static FILE *open_list(const struct isa_environment *environment, const char *name,
		       struct explanation *why, int *result)
{
	char path[LINE_SIZE];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", environment->proc, name);
	file = fopen(path, "re");
	*result = 0;
	if (!file)
		*result = explain(why, -errno, "cannot read %s: is proc mounted on %s?", path,
				  environment->proc);
	return file;
}

/* Windows of bridges have ports of all devices; a device in them is listed on a line of its own. */
static int check_ports(const struct isa_platform *isa, struct explanation *why)
{
	const struct platform_isa *r = &isa->resources;
	char line[LINE_SIZE];
	int result;
	FILE *file = open_list(&isa->environment, "ioports", why, &result);

	while (result == 0 && file && fgets(line, sizeof(line), file)) {
		unsigned int first, last;
		char name[64];

		if (sscanf(line, " %x-%x : %63[^\n]", &first, &last, name) != 3 ||
		    strncmp(name, "PCI Bus", 7) == 0)
			continue;
		if (first < r->port + r->ports && last >= r->port)
			result =
				explain(why, -EBUSY,
					"I/O ports 0x%x to 0x%x: the kernel's '%s' has 0x%x to "
					"0x%x; unload its driver, or set the device to other ports",
					r->port, r->port + r->ports - 1, name, first, last);
	}
	if (file)
		fclose(file);
	return result;
}

static int check_channels(const struct isa_platform *isa, unsigned int *kernel_channels,
			  struct explanation *why)
{
	char line[LINE_SIZE];
	int result;
	FILE *file = open_list(&isa->environment, "dma", why, &result);

	while (result == 0 && file && fgets(line, sizeof(line), file)) {
		unsigned int channel;
		char name[64];

		if (sscanf(line, "%u: %63[^\n]", &channel, name) != 2 || channel > 7)
			continue;
		*kernel_channels |= 1u << channel;
		if (channel == isa->resources.dma)
			result = explain(why, -EBUSY,
					 "DMA channel %u: the kernel's '%s' has it; unload its "
					 "driver, or set the device to another channel",
					 channel, name);
	}
	if (file)
		fclose(file);
	return result;
}

int isa_conflict_check(const struct isa_platform *isa, unsigned int *kernel_channels,
		       struct explanation *why)
{
	int result = check_ports(isa, why);

	*kernel_channels = 0;
	if (result == 0 && isa_uses_dma(isa))
		result = check_channels(isa, kernel_channels, why);
	return result;
}

static int lock(const struct isa_platform *isa, uint32_t first, uint32_t count, const char *what,
		struct explanation *why)
{
	struct flock range = {
		.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = first,
		.l_len = count,
	};
	int result;

	if (fcntl(isa->file, F_SETLK, &range) == 0)
		return 0;
	result = -errno;
	if (result != -EACCES && result != -EAGAIN)
		return explain(why, result, "cannot lock %s: %s", isa->environment.memory,
			       strerror(-result));
	if (fcntl(isa->file, F_GETLK, &range) < 0 || range.l_type == F_UNLCK)
		range.l_pid = 0;
	return explain(why, -EBUSY, "%s: process %d has it", what, (int)range.l_pid);
}

int isa_conflict_lock(const struct isa_platform *isa, struct explanation *why)
{
	const struct platform_isa *r = &isa->resources;
	char ports[64];
	int result;

	snprintf(ports, sizeof(ports), "one of the I/O ports 0x%x to 0x%x", r->port,
		 r->port + r->ports - 1);
	result = lock(isa, r->port, r->ports, ports, why);
	if (result == 0 && isa_uses_dma(isa))
		result = lock(isa, CONTROLLER_LOCK, 1, "the system DMA controller", why);
	return result;
}
