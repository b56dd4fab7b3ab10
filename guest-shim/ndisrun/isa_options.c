/* SPDX-License-Identifier: MIT */
/*
 * isa_options.c - the option --isa of ndisrun run
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ndisrun/command.h"
#include "ndisrun/isa_options.h"
#include "platform/linux/isa_resources.h"

#define PORTS_DEFAULT  16
#define ITEM_SIZE      32
#define NUMBER_MAXIMUM 0xffff

static uint32_t *find_member(struct platform_isa *resources, const char *name)
{
	const struct {
		const char *name;
		uint32_t *member;
	} members[] = {
		{"iobase", &resources->port},
		{"irq", &resources->irq},
		{"dma", &resources->dma},
		{"ports", &resources->ports},
	};
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (strcmp(name, members[i].name) == 0)
			return members[i].member;
	return NULL;
}

/* @item: NAME=VALUE, writable. */
static int parse_item(struct platform_isa *resources, char *item)
{
	char *value = strchr(item, '=');
	unsigned long number;
	uint32_t *member;
	char option[ITEM_SIZE + 8];

	if (value)
		*value++ = '\0';
	member = find_member(resources, item);
	if (!member || !value) {
		complain("--isa '%s': write iobase=PORT,irq=LINE[,dma=CHANNEL][,ports=COUNT]",
			 item);
		return -EINVAL;
	}
	snprintf(option, sizeof(option), "--isa %s", item);
	/* What a PC has is checked when all are known. */
	if (parse_number(option, value, 0, NUMBER_MAXIMUM, &number) < 0)
		return -EINVAL;
	*member = (uint32_t)number;
	return 0;
}

int isa_options_parse(struct isa_run_options *options, const char *text)
{
	struct platform_isa resources = {.ports = PORTS_DEFAULT, .dma = PLATFORM_ISA_NO_DMA};
	char message[EXPLAIN_SIZE];
	struct explanation why = {message, sizeof(message)};
	const char *rest = text;

	do {
		size_t length = strcspn(rest, ",");
		char item[ITEM_SIZE];

		snprintf(item, sizeof(item), "%.*s", (int)length, rest);
		if (parse_item(&resources, item) < 0)
			return -EINVAL;
		rest += length;
	} while (*rest++);
	if (!resources.port || !resources.irq) {
		complain("--isa '%s': %s is missing", text, resources.port ? "irq" : "iobase");
		return -EINVAL;
	}
	if (isa_resources_check(&resources, &why) < 0) {
		complain("--isa '%s': %s", text, message);
		return -EINVAL;
	}
	options->enabled = true;
	options->resources = resources;
	return 0;
}
