/* SPDX-License-Identifier: MIT */
/*
 * isa_reserved.c - memory below 16 MiB that the kernel's command line reserves
 *
 * The kernel marks what memmap=SIZE$START names as reserved in its map of physical memory, and
 * uses it for nothing.  /dev/mem gives access to it, also in kernels with CONFIG_STRICT_DEVMEM and
 * CONFIG_IO_STRICT_DEVMEM.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/isa/isa_private.h"

#define LOW_FIRST    ((uint64_t)1 << 20)
#define LOW_END	     ((uint64_t)16 << 20)
#define LINE_SIZE    256
#define COMMAND_SIZE 4096
#define PARAMETER    "memmap="
#define HOW_TO_RESERVE                                                                             \
	"boot with memmap=1M$8M on the kernel's command line (in /etc/default/grub: "              \
	"memmap=1M\\\\\\$8M, then update-grub)"

/* A number with one of the kernel's suffixes. */
static uint64_t parse_size(const char **text)
{
	char *end;
	uint64_t value = strtoull(*text, &end, 0);

	switch (toupper((unsigned char)*end)) {
	case 'G':
		value <<= 10;
		/* fall through */
	case 'M':
		value <<= 10;
		/* fall through */
	case 'K':
		value <<= 10;
		end++;
		break;
	default:
		break;
	}
	*text = end;
	return value;
}

/* What the controller reaches of [start, start + length), in whole pages. */
static struct isa_region clip(uint64_t start, uint64_t length)
{
	uint64_t end = length > LOW_END || start > LOW_END - length ? LOW_END : start + length;
	struct isa_region region = {0, 0};

	start = start < LOW_FIRST ? LOW_FIRST : start;
	start = (start + PLATFORM_PAGE_MASK) & ~(uint64_t)PLATFORM_PAGE_MASK;
	end &= ~(uint64_t)PLATFORM_PAGE_MASK;
	if (start < end)
		region = (struct isa_region){start, end - start};
	return region;
}

/* One memmap= parameter: SIZE$START, and others, separated by commas. */
static void take_parameter(const char *text, struct isa_region *largest)
{
	for (;;) {
		uint64_t length = parse_size(&text);
		struct isa_region region = {0, 0};

		if (*text == '$') {
			text++;
			region = clip(parse_size(&text), length);
		}
		if (region.length > largest->length)
			*largest = region;
		text += strcspn(text, ", \t\n");
		if (*text != ',')
			return;
		text++;
	}
}

static int read_command_line(const struct isa_environment *environment, char *line,
			     struct explanation *why)
{
	char path[LINE_SIZE];
	FILE *file;

	snprintf(path, sizeof(path), "%s/cmdline", environment->proc);
	file = fopen(path, "re");
	if (!file || !fgets(line, COMMAND_SIZE, file)) {
		int result = file ? -EIO : -errno;

		if (file)
			fclose(file);
		return explain(why, result, "cannot read %s: is proc mounted on %s?", path,
			       environment->proc);
	}
	fclose(file);
	return 0;
}

/* Return: true when @line of iomem is about memory that holds all of @region, or part of it. */
static bool touches(const char *line, const struct isa_region *region, bool *holds, char *name)
{
	uint64_t first, last;

	if (sscanf(line, " %" SCNx64 "-%" SCNx64 " : %63[^\n]", &first, &last, name) != 3)
		return false;
	*holds = first <= region->start && last >= region->start + region->length - 1;
	return first < region->start + region->length && last >= region->start;
}

/* The kernel's own map must agree, or it uses the memory itself. */
static int check_map(const struct isa_environment *environment, const struct isa_region *region,
		     struct explanation *why)
{
	char path[LINE_SIZE];
	char line[LINE_SIZE];
	char name[64] = "nothing";
	bool reserved = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/iomem", environment->proc);
	file = fopen(path, "re");
	if (!file)
		return explain(why, -errno, "cannot read %s: is proc mounted on %s?", path,
			       environment->proc);
	while (fgets(line, sizeof(line), file) && !reserved) {
		char found[64];
		bool holds;

		if (line[0] == ' ' || !touches(line, region, &holds, found))
			continue;
		reserved = holds && strcasecmp(found, "reserved") == 0;
		snprintf(name, sizeof(name), "%s", found);
	}
	fclose(file);
	if (reserved)
		return 0;
	return explain(why, -ENOSPC,
		       "memory from 0x%" PRIx64 " to 0x%" PRIx64
		       " is reserved on the kernel's command line, but %s has it as '%s': choose "
		       "another place for it",
		       region->start, region->start + region->length - 1, path, name);
}

int isa_reserved_find(const struct isa_environment *environment, struct isa_region *region,
		      struct explanation *why)
{
	char command[COMMAND_SIZE] = "";
	const char *parameter = command;
	const char *seen = NULL;
	int result = read_command_line(environment, command, why);

	if (result < 0)
		return result;
	*region = (struct isa_region){0, 0};
	while ((parameter = strstr(parameter, PARAMETER))) {
		bool is_start = parameter == command || isspace((unsigned char)parameter[-1]);

		if (is_start) {
			seen = parameter;
			take_parameter(parameter + strlen(PARAMETER), region);
		}
		parameter += strlen(PARAMETER);
	}
	if (region->length)
		return check_map(environment, region, why);
	if (seen)
		return explain(
			why, -ENOSPC,
			"'%.*s' on the kernel's command line reserves nothing from 1 MiB to "
			"16 MiB, where the system DMA controller needs memory: " HOW_TO_RESERVE,
			(int)strcspn(seen, " \t\n"), seen);
	return explain(why, -ENOSPC,
		       "the system DMA controller needs memory below 16 MiB that the kernel leaves "
		       "alone: " HOW_TO_RESERVE);
}
