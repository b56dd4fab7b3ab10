/* SPDX-License-Identifier: MIT */
/*
 * inf_models.c - the devices that an INF file is for
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ndisrun/inf_models.h"

typedef int (*visitor)(void *context, const struct inf_line *line, const char *id,
		       const char *section);

/* Whether @name is @base, @suffix and perhaps a version: ".5.1". */
static bool is_decorated(const char *name, const char *base, const char *suffix)
{
	size_t length = strlen(base);

	if (strncasecmp(name, base, length) || strncasecmp(name + length, suffix, strlen(suffix)))
		return false;
	name += length + strlen(suffix);
	return *name == '\0' || (*suffix && *name == '.');
}

const struct inf_section *inf_section_decorated(const struct inf_file *file, const char *name)
{
	static const char *const suffixes[] = {".NTamd64", ".NTx86", ".NT", ""};
	const struct inf_section *section;
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		for (section = file->sections; section; section = section->next)
			if (is_decorated(section->name, name, suffixes[i]))
				return section;
	return NULL;
}

static int visit_model(const struct inf_file *file, const struct inf_line *line, visitor visit,
		       void *context, struct explanation *why)
{
	char section[INF_TEXT_SIZE];
	char id[INF_TEXT_SIZE];
	unsigned int i;
	int result = inf_value(file, line, 0, section, why);

	if (result < 0)
		return result;
	if (!line->key || !section[0])
		return explain(why, -EINVAL,
			       "%s:%u: a model is 'description = install-section, device, ...'",
			       file->name, line->number);
	for (i = 1; i < line->count && result == 0; i++) {
		result = inf_value(file, line, i, id, why);
		if (result == 0 && id[0])
			result = visit(context, line, id, section);
	}
	return result;
}

/* "manufacturer = models[, system, ...]", or the name of the models alone. */
static int visit_manufacturer(const struct inf_file *file, const struct inf_line *line,
			      visitor visit, void *context, struct explanation *why)
{
	const struct inf_section *section;
	const struct inf_line *model;
	char name[INF_TEXT_SIZE];
	int result = inf_value(file, line, 0, name, why);

	if (result < 0)
		return result;
	section = inf_section_decorated(file, name);
	if (!section)
		return explain(why, -EINVAL, "%s:%u: '%.80s': there is no such section of models",
			       file->name, line->number, name);
	for (model = section->lines; model && result == 0; model = model->next)
		result = visit_model(file, model, visit, context, why);
	return result;
}

int inf_models_visit(const struct inf_file *file, visitor visit, void *context,
		     struct explanation *why)
{
	const struct inf_section *section = inf_section_find(file, "Manufacturer");
	const struct inf_line *line = section ? section->lines : NULL;
	int result = 0;

	if (!line)
		return explain(why, -EINVAL,
			       "%s has no line in a section [Manufacturer]: it is for no device",
			       file->name);
	for (; line && result == 0; line = line->next)
		result = visit_manufacturer(file, line, visit, context, why);
	return result;
}
