/* SPDX-License-Identifier: MIT */
/*
 * keyword.c - the settings of an adapter: names and their texts
 *
 * A name with a backslash in it is that of a setting below the adapter's own key.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ndis/configuration.h"
#include "support/log.h"

/** struct ndis_keyword - one setting, as text */
struct ndis_keyword {
	struct ndis_keyword *next;
	char name[NDIS_KEYWORD_LIMIT];
	char text[];
};

static struct ndis_keyword *find_keyword(const struct shim_adapter *adapter, const char *name)
{
	struct ndis_keyword *keyword = adapter->configuration.keywords;

	while (keyword && strcasecmp(keyword->name, name))
		keyword = keyword->next;
	return keyword;
}

struct shim_adapter *ndis_configuration_of_driver(const struct shim_driver *driver)
{
	struct shim_adapter *adapter = ndis_adapters;

	while (adapter && adapter->driver != driver)
		adapter = adapter->next;
	return adapter;
}

const char *ndis_configuration_text(const struct shim_adapter *adapter, const char *name)
{
	const struct ndis_keyword *keyword = find_keyword(adapter, name);

	return keyword ? keyword->text : NULL;
}

void ndis_configuration_visit(const struct shim_adapter *adapter,
			      bool (*visit)(void *context, const char *name, const char *text),
			      void *context)
{
	const struct ndis_keyword *keyword = adapter->configuration.keywords;

	while (keyword && visit(context, keyword->name, keyword->text))
		keyword = keyword->next;
}

static void remove_keyword(struct shim_adapter *adapter, struct ndis_keyword *keyword)
{
	struct ndis_keyword **link = &adapter->configuration.keywords;

	while (*link != keyword)
		link = &(*link)->next;
	*link = keyword->next;
	free(keyword);
}

int ndis_configuration_set(struct shim_adapter *adapter, const char *name, const char *text)
{
	size_t length = strlen(text);
	struct ndis_keyword *former;
	struct ndis_keyword *keyword;

	if (strlen(name) >= NDIS_KEYWORD_LIMIT) {
		log_error("keyword %s: a keyword has at most %u characters", name,
			  NDIS_KEYWORD_LIMIT - 1);
		return -ENAMETOOLONG;
	}
	former = find_keyword(adapter, name);
	keyword = malloc(sizeof(*keyword) + length + 1);
	if (!keyword)
		return -ENOMEM;
	strcpy(keyword->name, name);
	memcpy(keyword->text, text, length + 1);
	if (former)
		remove_keyword(adapter, former);
	keyword->next = adapter->configuration.keywords;
	adapter->configuration.keywords = keyword;
	return 0;
}

/* The keywords that NT's network setup wrote for ISA adapters; drivers read them in either base. */
static int add_isa_keywords(struct shim_adapter *adapter, const struct platform_isa *isa)
{
	const struct {
		const char *name;
		uint32_t value;
	} keywords[] = {
		{"BusType", NdisInterfaceIsa},
		{"IoBaseAddress", isa->port},
		{"InterruptNumber", isa->irq},
		{"DmaChannel", isa->dma},
	};
	unsigned int count = isa->dma == PLATFORM_ISA_NO_DMA ? 3 : 4;
	int result = 0;

	for (unsigned int i = 0; i < count && !result; i++) {
		char text[16];

		snprintf(text, sizeof(text), "0x%x", keywords[i].value);
		result = ndis_configuration_set(adapter, keywords[i].name, text);
	}
	return result;
}

int ndis_configuration_create(struct shim_adapter *adapter)
{
	const struct platform_isa *isa = platform_isa(adapter->platform);
	int result = 0;

	adapter->configuration.adapter = adapter;
	if (isa)
		result = add_isa_keywords(adapter, isa);
	for (unsigned int i = 0; i < adapter->options.parameter_count && !result; i++)
		result = ndis_configuration_set(adapter, adapter->options.parameters[i].keyword,
						adapter->options.parameters[i].value);
	/* The strings are valid until shim_adapter_start() returns; the copies stay. */
	adapter->options.parameters = NULL;
	adapter->options.parameter_count = 0;
	return result;
}

bool ndis_configuration_number(const char *text, int base, ULONG *value)
{
	unsigned long long number;
	char *end;

	if (base == 10 && !strncasecmp(text, "0x", 2))
		base = 16;
	errno = 0;
	number = strtoull(text, &end, base);
	if (end == text || *end || errno || number > UINT32_MAX || text[0] == '-')
		return false;
	*value = (ULONG)number;
	return true;
}

void ndis_configuration_forget(struct shim_adapter *adapter)
{
	while (adapter->configuration.keywords)
		remove_keyword(adapter, adapter->configuration.keywords);
}
