/* SPDX-License-Identifier: MIT */
/*
 * inf_settings.c - what the INF file of a driver sets for a device
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ndisrun/inf_models.h"
#include "ndisrun/inf_parameter.h"

#define NEEDS_DEPTH 8

/* Flags of an AddReg line. */
#define FLAG_NO_CLOBBER 0x00000002u
#define FLAG_DELETE	0x00000004u
#define FLAG_APPEND	0x00000008u
#define FLAG_KEY_ONLY	0x00000010u
#define FLAG_OVERWRITE	0x00000020u
#define FLAG_TYPE_MASK	0xffff0001u
#define TYPE_SZ		0x00000000u
#define TYPE_EXPAND_SZ	0x00020000u
#define TYPE_DWORD	0x00010001u

/** struct reader - @device: what is looked for. */
struct reader {
	const struct inf_file *file;
	const struct inf_device *device;
	struct inf_settings *settings;
	unsigned int best;
	struct explanation *why;
};

void inf_device_of_pci(const uint8_t header[64], struct inf_device *device)
{
	unsigned int vendor = header[0] | (unsigned int)header[1] << 8;
	unsigned int id = header[2] | (unsigned int)header[3] << 8;
	unsigned int subsystem = header[0x2c] | (unsigned int)header[0x2d] << 8 |
				 (unsigned int)header[0x2e] << 16 |
				 (unsigned int)header[0x2f] << 24;
	unsigned int class = (unsigned int)header[0xb] << 8 | header[0xa];
	unsigned int interface = header[9];
	unsigned int revision = header[8];
	unsigned int n = 0;

#define ADD(...) snprintf(device->ids[n++], INF_HARDWARE_SIZE, __VA_ARGS__)
	ADD("PCI\\VEN_%04X&DEV_%04X&SUBSYS_%08X&REV_%02X", vendor, id, subsystem, revision);
	ADD("PCI\\VEN_%04X&DEV_%04X&SUBSYS_%08X", vendor, id, subsystem);
	ADD("PCI\\VEN_%04X&DEV_%04X&REV_%02X", vendor, id, revision);
	ADD("PCI\\VEN_%04X&DEV_%04X", vendor, id);
	ADD("PCI\\VEN_%04X&DEV_%04X&CC_%04X%02X", vendor, id, class, interface);
	ADD("PCI\\VEN_%04X&DEV_%04X&CC_%04X", vendor, id, class);
	ADD("PCI\\VEN_%04X&CC_%04X%02X", vendor, class, interface);
	ADD("PCI\\VEN_%04X&CC_%04X", vendor, class);
	ADD("PCI\\VEN_%04X", vendor);
	ADD("PCI\\CC_%04X%02X", class, interface);
	ADD("PCI\\CC_%04X", class);
#undef ADD
	device->count = n;
}

/* ---- the model ---------------------------------------------------------------------------- */

static int match_model(void *context, const struct inf_line *line, const char *id,
		       const char *section)
{
	struct reader *reader = context;
	unsigned int i;

	for (i = 0; i < reader->best; i++) {
		if (strcasecmp(id, reader->device->ids[i]) == 0) {
			reader->best = i;
			snprintf(reader->settings->id, INF_HARDWARE_SIZE, "%s",
				 reader->device->ids[i]);
			snprintf(reader->settings->section, INF_TEXT_SIZE, "%s", section);
		}
	}
	return 0;
}

static int find_model(struct reader *reader)
{
	int result;

	reader->best = reader->device->count;
	result = inf_models_visit(reader->file, match_model, reader, reader->why);
	if (result == 0 && reader->best == reader->device->count)
		return explain(reader->why, -ENODEV,
			       "%s: no model is the device %s: 'ndisrun inf' lists those of the "
			       "file",
			       reader->file->name, reader->device->ids[0]);
	return result;
}

static int print_model(void *context, const struct inf_line *line, const char *id,
		       const char *section)
{
	fprintf(context, "%s: [%s]\n", id, section);
	return 0;
}

int inf_models_print(const struct inf_file *file, FILE *stream, struct explanation *why)
{
	return inf_models_visit(file, print_model, stream, why);
}

/* ---- AddReg ------------------------------------------------------------------------------- */

static int parse_flags(struct reader *reader, const struct inf_line *line, const char *text,
		       unsigned long *flags)
{
	char *end;

	errno = 0;
	*flags = *text ? strtoul(text, &end, 0) : 0;
	if (!*text || (!errno && !*end && *text != '-' && *flags <= UINT32_MAX))
		return 0;
	return explain(reader->why, -EINVAL, "%s:%u: flags '%.80s': give a number of 32 bits",
		       reader->file->name, line->number, text);
}

/* A REG_DWORD: a number, or four bytes in hexadecimal, the lowest first. */
static int dword_text(struct reader *reader, const struct inf_line *line, char text[INF_TEXT_SIZE])
{
	unsigned long long number = 0;
	char *end = text;
	unsigned int i;
	int result;

	if (line->count <= 5) {
		result = inf_value(reader->file, line, 4, text, reader->why);
		if (result < 0)
			return result;
		errno = 0;
		number = strtoull(text, &end, 0);
		if (!errno && end != text && !*end && number <= UINT32_MAX && *text != '-') {
			snprintf(text, INF_TEXT_SIZE, "0x%llx", number);
			return 0;
		}
		return explain(reader->why, -EINVAL,
			       "%s:%u: REG_DWORD '%.80s': give a number of 32 bits",
			       reader->file->name, line->number, text);
	}
	for (i = 8; i-- > 4;) {
		unsigned long byte;

		result = inf_value(reader->file, line, i, text, reader->why);
		if (result < 0)
			return result;
		byte = strtoul(text, &end, 16);
		if (line->count != 8 || !*text || *end || byte > 255)
			return explain(reader->why, -EINVAL,
				       "%s:%u: REG_DWORD '%.80s': give one number, or four bytes "
				       "in hexadecimal",
				       reader->file->name, line->number, text);
		number = number << 8 | byte;
	}
	snprintf(text, INF_TEXT_SIZE, "0x%llx", number);
	return 0;
}

/* Return: 1 there is a value, 0 the line has none for the driver; -errno. */
static int read_value(struct reader *reader, const struct inf_line *line, unsigned long flags,
		      char text[INF_TEXT_SIZE])
{
	int result;

	switch (flags & FLAG_TYPE_MASK) {
	case TYPE_SZ:
	case TYPE_EXPAND_SZ:
		result = inf_value(reader->file, line, 4, text, reader->why);
		return result < 0 ? result : 1;
	case TYPE_DWORD:
		result = dword_text(reader, line, text);
		return result < 0 ? result : 1;
	default:
		fprintf(stderr,
			"ndisrun: %s:%u: a value with flags 0x%lx, which is neither text nor a "
			"number, is passed over\n",
			reader->file->name, line->number, flags);
		return 0;
	}
}

/* One keyword of the driver. */
static int set_keyword(struct reader *reader, const struct inf_line *line, const char *name,
		       unsigned long flags)
{
	struct inf_keyword *keyword;
	char text[INF_TEXT_SIZE];
	int result = 0;

	if (flags & (FLAG_KEY_ONLY | FLAG_APPEND))
		return 0;
	keyword = inf_keyword_get(reader->settings, name, line->number, reader->why);
	if (!keyword)
		return -ENOMEM;
	if (flags & FLAG_DELETE) {
		free(keyword->value);
		keyword->value = NULL;
		return 0;
	}
	if ((flags & FLAG_NO_CLOBBER && keyword->value) ||
	    (flags & FLAG_OVERWRITE && !keyword->value))
		return 0;
	result = read_value(reader, line, flags, text);
	if (result <= 0)
		return result;
	return inf_replace(&keyword->value, text, reader->file, line->number, reader->why);
}

static const char *skip_prefix(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncasecmp(text, prefix, length) == 0 ? text + length : NULL;
}

/* Ndi\params\NAME, or Ndi\params\NAME\enum. */
static int describe_keyword(struct reader *reader, const struct inf_line *line, const char *path,
			    const char *attribute, unsigned long flags)
{
	size_t length = strcspn(path, "\\");
	char name[INF_TEXT_SIZE];
	char text[INF_TEXT_SIZE];
	struct inf_keyword *keyword;
	int result;

	snprintf(name, sizeof(name), "%.*s", (int)length, path);
	if (!name[0] || !attribute[0] || flags & (FLAG_KEY_ONLY | FLAG_DELETE))
		return 0;
	result = read_value(reader, line, flags, text);
	if (result <= 0)
		return result;
	keyword = inf_keyword_get(reader->settings, name, line->number, reader->why);
	if (!keyword)
		return -ENOMEM;
	if (!path[length])
		return inf_keyword_attribute(reader->settings, keyword, line->number, attribute,
					     text, reader->why);
	if (strcasecmp(path + length, "\\enum") == 0)
		return inf_keyword_choice(reader->settings, keyword, attribute, reader->why);
	return 0;
}

/* A value of a key below that of the adapter.  Those of Ndi are for the network setup. */
static int set_below(struct reader *reader, const struct inf_line *line, const char *subkey,
		     const char *name, unsigned long flags)
{
	const char *rest = skip_prefix(subkey, "Ndi");
	char keyword[2 * INF_TEXT_SIZE];

	if (!name[0] || (rest && (!rest[0] || rest[0] == '\\')))
		return 0;
	snprintf(keyword, sizeof(keyword), "%s\\%s", subkey, name);
	return set_keyword(reader, line, keyword, flags);
}

/* "root, subkey, name, flags, value". */
static int add_registry_line(struct reader *reader, const struct inf_line *line)
{
	char root[INF_TEXT_SIZE], subkey[INF_TEXT_SIZE], name[INF_TEXT_SIZE], text[INF_TEXT_SIZE];
	const char *parameter;
	unsigned long flags;

	if (inf_value(reader->file, line, 0, root, reader->why) < 0 ||
	    inf_value(reader->file, line, 1, subkey, reader->why) < 0 ||
	    inf_value(reader->file, line, 2, name, reader->why) < 0 ||
	    inf_value(reader->file, line, 3, text, reader->why) < 0 ||
	    parse_flags(reader, line, text, &flags) < 0)
		return -EINVAL;
	if (line->key || !(strcasecmp(root, "HKR") == 0 || strcasecmp(root, "HKLM") == 0 ||
			   strcasecmp(root, "HKCR") == 0 || strcasecmp(root, "HKCU") == 0 ||
			   strcasecmp(root, "HKU") == 0))
		return explain(reader->why, -EINVAL,
			       "%s:%u: '%.80s': a line of an AddReg section begins with HKR, HKLM, "
			       "HKCR, HKCU or HKU",
			       reader->file->name, line->number, line->key ? line->key : root);
	if (strcasecmp(root, "HKR") != 0)
		return 0;
	if (!subkey[0])
		return name[0] ? set_keyword(reader, line, name, flags) : 0;
	parameter = skip_prefix(subkey, "Ndi\\params\\");
	return parameter ? describe_keyword(reader, line, parameter, name, flags)
			 : set_below(reader, line, subkey, name, flags);
}

static int add_registry(struct reader *reader, const struct inf_line *line)
{
	unsigned int i;

	for (i = 0; i < line->count; i++) {
		const struct inf_section *section;
		const struct inf_line *entry;
		char name[INF_TEXT_SIZE];

		if (inf_value(reader->file, line, i, name, reader->why) < 0)
			return -EINVAL;
		section = inf_section_find(reader->file, name);
		if (!section)
			return explain(reader->why, -EINVAL,
				       "%s:%u: AddReg: there is no section [%.80s]",
				       reader->file->name, line->number, name);
		for (entry = section->lines; entry; entry = entry->next)
			if (add_registry_line(reader, entry) < 0)
				return -EINVAL;
	}
	return 0;
}

/* ---- install sections --------------------------------------------------------------------- */

static int install(struct reader *reader, const struct inf_section *section, unsigned int depth);

/* Sections of other files, which Include names, are Windows' own. */
static int install_needs(struct reader *reader, const struct inf_line *line, unsigned int depth)
{
	unsigned int i;
	int result = 0;

	if (depth == NEEDS_DEPTH)
		return explain(reader->why, -EINVAL,
			       "%s:%u: Needs: sections need each other more than %d deep",
			       reader->file->name, line->number, NEEDS_DEPTH);
	for (i = 0; i < line->count && result == 0; i++) {
		const struct inf_section *section;
		char name[INF_TEXT_SIZE];

		result = inf_value(reader->file, line, i, name, reader->why);
		section = result == 0 ? inf_section_find(reader->file, name) : NULL;
		if (section)
			result = install(reader, section, depth + 1);
	}
	return result;
}

/* The class installer writes BusType of the install section to the driver's key. */
static int set_bus(struct reader *reader, const struct inf_line *line)
{
	struct inf_keyword *keyword;
	char text[INF_TEXT_SIZE];

	if (inf_value(reader->file, line, 0, text, reader->why) < 0)
		return -EINVAL;
	if (!text[0] || strspn(text, "0123456789") != strlen(text) || strlen(text) > 3)
		return explain(reader->why, -EINVAL,
			       "%s:%u: BusType '%.80s': give a number, 5 for PCI",
			       reader->file->name, line->number, text);
	keyword = inf_keyword_get(reader->settings, "BusType", line->number, reader->why);
	if (!keyword)
		return -ENOMEM;
	return inf_replace(&keyword->value, text, reader->file, line->number, reader->why);
}

static int install(struct reader *reader, const struct inf_section *section, unsigned int depth)
{
	const struct inf_line *line;
	int result = 0;

	for (line = section->lines; line && result == 0; line = line->next) {
		if (!line->key)
			continue;
		if (strcasecmp(line->key, "AddReg") == 0)
			result = add_registry(reader, line);
		else if (strcasecmp(line->key, "BusType") == 0)
			result = set_bus(reader, line);
		else if (strcasecmp(line->key, "Needs") == 0)
			result = install_needs(reader, line, depth);
	}
	return result;
}

int inf_settings_read(const struct inf_file *file, const struct inf_device *device,
		      struct inf_settings *settings, struct explanation *why)
{
	struct reader reader = {.file = file, .device = device, .settings = settings, .why = why};
	const struct inf_section *section;
	int result;

	memset(settings, 0, sizeof(*settings));
	settings->file = file;
	result = find_model(&reader);
	if (result < 0)
		return result;
	section = inf_section_decorated(file, settings->section);
	if (!section)
		return explain(why, -EINVAL,
			       "%s: there is no install section [%.80s], which the model %s names",
			       file->name, settings->section, settings->id);
	result = install(&reader, section, 0);
	return result < 0 ? result : inf_keywords_complete(settings, why);
}
