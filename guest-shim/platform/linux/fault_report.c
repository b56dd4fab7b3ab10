/* SPDX-License-Identifier: MIT */
/*
 * fault_report.c - the kernel's reports of DMA an IOMMU refused
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/linux/fault_report.h"

/* Bit of the flags of an AMD event: the access was a write. */
#define AMD_FLAG_WRITE 0x20

/* Reads the hexadecimal number after @label. */
static bool number_after(const char *text, const char *label, uint64_t *value)
{
	const char *start = strstr(text, label);
	char *end;

	if (!start)
		return false;
	start += strlen(label);
	*value = strtoull(start, &end, 16);
	return end != start;
}

static bool parse_intel(const char *text, const char *address, struct platform_fault *fault)
{
	char device[32];

	/* These reports leave out the domain of the address. */
	snprintf(device, sizeof(device), "device [%s]", strchr(address, ':') + 1);
	if (!strstr(text, "DMAR:") || !strstr(text, device) || !strstr(text, "[DMA "))
		return false;
	fault->is_write = strstr(text, "[DMA Write") != NULL;
	return number_after(text, "fault addr ", &fault->address.value);
}

static bool parse_amd(const char *text, const char *address, struct platform_fault *fault)
{
	const char *event = strstr(text, "AMD-Vi: Event logged [IO_PAGE_FAULT");
	char device[32];
	const char *named;
	uint64_t flags = 0;

	if (!event)
		return false;
	named = strstr(event, "device=");
	if (named) {
		const char *without_domain = strchr(address, ':') + 1;

		named += strlen("device=");
		if (strncmp(named, address, strlen(address)) != 0 &&
		    strncmp(named, without_domain, strlen(without_domain)) != 0)
			return false;
	} else {
		snprintf(device, sizeof(device), "%s: AMD-Vi:", address);
		if (!strstr(text, device))
			return false;
	}
	number_after(event, "flags=", &flags);
	fault->is_write = flags & AMD_FLAG_WRITE;
	return number_after(event, "address=", &fault->address.value);
}

bool fault_report_parse(const char *record, const char *address, struct platform_fault *fault)
{
	const char *text = strchr(record, ';');
	struct platform_fault found;

	if (!text)
		return false;
	text++;
	memset(&found, 0, sizeof(found));
	snprintf(found.text, sizeof(found.text), "%.*s", (int)strcspn(text, "\n"), text);
	if (!parse_intel(found.text, address, &found) && !parse_amd(found.text, address, &found))
		return false;
	*fault = found;
	return true;
}
