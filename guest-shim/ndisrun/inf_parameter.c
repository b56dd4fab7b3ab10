/* SPDX-License-Identifier: MIT */
/*
 * inf_parameter.c - one keyword of an INF file: its value, and what Ndi\params says of it
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ndisrun/inf_parameter.h"

int inf_replace(char **old, const char *text, const struct inf_file *file, unsigned int line,
		struct explanation *why)
{
	char *copy = strdup(text);

	if (!copy)
		return explain(why, -ENOMEM, "%s:%u: out of memory", file->name, line);
	free(*old);
	*old = copy;
	return 0;
}

struct inf_keyword *inf_keyword_get(struct inf_settings *settings, const char *name,
				    unsigned int line, struct explanation *why)
{
	struct inf_keyword **link = &settings->keywords;

	while (*link && strcasecmp((*link)->name, name))
		link = &(*link)->next;
	if (!*link) {
		struct inf_keyword *created = calloc(1, sizeof(*created));

		if (created)
			created->name = strdup(name);
		if (!created || !created->name) {
			free(created);
			explain(why, -ENOMEM, "%s:%u: out of memory", settings->file->name, line);
			return NULL;
		}
		created->base = 10;
		*link = created;
	}
	(*link)->line = line;
	return *link;
}

/* ---- attributes --------------------------------------------------------------------------- */

static int set_type(struct inf_settings *settings, struct inf_keyword *keyword, unsigned int line,
		    const char *text, struct explanation *why)
{
	static const struct {
		const char *name;
		enum inf_type type;
	} types[] = {
		{"int", INF_NUMBER},   {"long", INF_NUMBER}, {"word", INF_NUMBER},
		{"dword", INF_NUMBER}, {"edit", INF_EDIT},   {"enum", INF_ENUM},
	};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcasecmp(text, types[i].name) == 0) {
			keyword->type = types[i].type;
			snprintf(keyword->type_name, sizeof(keyword->type_name), "%s",
				 types[i].name);
			return 0;
		}
	}
	return explain(why, -EINVAL,
		       "%s:%u: Ndi\\params\\%s has type '%.80s': must be int, long, word, dword, "
		       "edit or enum",
		       settings->file->name, line, keyword->name, text);
}

static int set_number(struct inf_settings *settings, const struct inf_keyword *keyword,
		      unsigned int line, const char *attribute, const char *text,
		      unsigned long maximum, unsigned long *number, struct explanation *why)
{
	char *end;

	errno = 0;
	*number = strtoul(text, &end, 10);
	if (!errno && end != text && !*end && *text != '-' && *number <= maximum)
		return 0;
	return explain(why, -EINVAL,
		       "%s:%u: Ndi\\params\\%s has %s '%.80s': give a number up to %lu",
		       settings->file->name, line, keyword->name, attribute, text, maximum);
}

int inf_keyword_attribute(struct inf_settings *settings, struct inf_keyword *keyword,
			  unsigned int line, const char *attribute, const char *text,
			  struct explanation *why)
{
	const struct inf_file *file = settings->file;
	unsigned long number = 0;
	int result;

	if (strcasecmp(attribute, "type") == 0)
		return set_type(settings, keyword, line, text, why);
	if (strcasecmp(attribute, "default") == 0)
		return inf_replace(&keyword->preset, text, file, line, why);
	if (strcasecmp(attribute, "min") == 0)
		return inf_replace(&keyword->minimum_text, text, file, line, why);
	if (strcasecmp(attribute, "max") == 0)
		return inf_replace(&keyword->maximum_text, text, file, line, why);
	if (strcasecmp(attribute, "step") == 0)
		return inf_replace(&keyword->step_text, text, file, line, why);
	if (strcasecmp(attribute, "LimitText") == 0)
		return set_number(settings, keyword, line, attribute, text, 1023, &keyword->limit,
				  why);
	if (strcasecmp(attribute, "base") == 0) {
		result = set_number(settings, keyword, line, attribute, text, 16, &number, why);
		if (result == 0 && number != 10 && number != 16)
			return explain(why, -EINVAL,
				       "%s:%u: Ndi\\params\\%s has base '%s': must be 10 or 16",
				       file->name, line, keyword->name, text);
		keyword->base = (unsigned int)number;
		return result;
	}
	if (strcasecmp(attribute, "optional") == 0 || strcasecmp(attribute, "UpperCase") == 0) {
		result = set_number(settings, keyword, line, attribute, text, 1, &number, why);
		if (tolower((unsigned char)*attribute) == 'o')
			keyword->optional = number;
		else
			keyword->upper = number;
		return result;
	}
	return 0;
}

int inf_keyword_choice(struct inf_settings *settings, struct inf_keyword *keyword,
		       const char *value, struct explanation *why)
{
	struct inf_choice **end = &keyword->choices;
	struct inf_choice *choice = calloc(1, sizeof(*choice));

	if (choice)
		choice->value = strdup(value);
	if (!choice || !choice->value) {
		free(choice);
		return explain(why, -ENOMEM, "%s:%u: out of memory", settings->file->name,
			       keyword->line);
	}
	while (*end)
		end = &(*end)->next;
	*end = choice;
	return 0;
}

/* ---- checks ------------------------------------------------------------------------------- */

/* What goes before every complaint about a value. */
static int refuse(const struct inf_settings *settings, const struct inf_keyword *keyword,
		  const char *value, const char *rule, struct explanation *why)
{
	return explain(why, -EINVAL, "%s:%u: %s '%.80s': %s", settings->file->name, keyword->line,
		       keyword->name, value, rule);
}

static bool parse_value(const struct inf_keyword *keyword, const char *text, long long *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, (int)keyword->base);
	return !errno && end != text && !*end && !isspace((unsigned char)*text);
}

static void natural_limits(const struct inf_keyword *keyword, long long *minimum,
			   long long *maximum)
{
	static const struct {
		const char *type;
		long long minimum;
		long long maximum;
	} limits[] = {
		{"int", INT16_MIN, INT16_MAX},
		{"long", INT32_MIN, INT32_MAX},
		{"word", 0, UINT16_MAX},
		{"dword", 0, UINT32_MAX},
	};
	size_t i = 0;

	while (strcmp(limits[i].type, keyword->type_name))
		i++;
	*minimum = keyword->base == 16 ? 0 : limits[i].minimum;
	*maximum = limits[i].maximum;
}

static int check_number(const struct inf_settings *settings, const struct inf_keyword *keyword,
			const char *value, struct explanation *why)
{
	char rule[128];
	long long number;

	if (parse_value(keyword, value, &number) && number >= keyword->minimum &&
	    number <= keyword->maximum &&
	    (!keyword->step || (number - keyword->minimum) % keyword->step == 0))
		return 0;
	if (keyword->base == 16)
		snprintf(rule, sizeof(rule), "give a hexadecimal number from %llx to %llx",
			 (unsigned long long)keyword->minimum,
			 (unsigned long long)keyword->maximum);
	else
		snprintf(rule, sizeof(rule), "give a number from %lld to %lld", keyword->minimum,
			 keyword->maximum);
	if (keyword->step > 1)
		snprintf(rule + strlen(rule), sizeof(rule) - strlen(rule), " in steps of %lld",
			 keyword->step);
	return refuse(settings, keyword, value, rule, why);
}

static int check_edit(const struct inf_settings *settings, const struct inf_keyword *keyword,
		      const char *value, struct explanation *why)
{
	char rule[64];

	if (!keyword->limit || strlen(value) <= keyword->limit)
		return 0;
	snprintf(rule, sizeof(rule), "give at most %lu characters", keyword->limit);
	return refuse(settings, keyword, value, rule, why);
}

static int check_choice(const struct inf_settings *settings, const struct inf_keyword *keyword,
			const char *value, struct explanation *why)
{
	const struct inf_choice *choice = keyword->choices;
	char rule[512] = "must be one of";

	for (; choice; choice = choice->next) {
		size_t used = strlen(rule);

		if (strcasecmp(choice->value, value) == 0)
			return 0;
		snprintf(rule + used, sizeof(rule) - used, "%s%s",
			 choice == keyword->choices ? " " : ", ", choice->value);
	}
	return refuse(settings, keyword, value, rule, why);
}

static int check(const struct inf_settings *settings, const struct inf_keyword *keyword,
		 const char *value, struct explanation *why)
{
	if (keyword->optional && !*value)
		return 0;
	switch (keyword->type) {
	case INF_NUMBER:
		return check_number(settings, keyword, value, why);
	case INF_EDIT:
		return check_edit(settings, keyword, value, why);
	case INF_ENUM:
		return check_choice(settings, keyword, value, why);
	default:
		return 0;
	}
}

int inf_settings_check(const struct inf_settings *settings, const char *keyword, const char *value,
		       struct explanation *why)
{
	const struct inf_keyword *known = settings->keywords;

	while (known && strcasecmp(known->name, keyword))
		known = known->next;
	return known ? check(settings, known, value, why) : 0;
}

/* ---- the end of the file ------------------------------------------------------------------ */

static int set_limit(const struct inf_settings *settings, const struct inf_keyword *keyword,
		     const char *text, const char *rule, long long *limit, struct explanation *why)
{
	if (!text || parse_value(keyword, text, limit))
		return 0;
	return refuse(settings, keyword, text, rule, why);
}

static int complete_number(const struct inf_settings *settings, struct inf_keyword *keyword,
			   struct explanation *why)
{
	natural_limits(keyword, &keyword->minimum, &keyword->maximum);
	if (set_limit(settings, keyword, keyword->minimum_text, "min must be a number",
		      &keyword->minimum, why) < 0 ||
	    set_limit(settings, keyword, keyword->maximum_text, "max must be a number",
		      &keyword->maximum, why) < 0 ||
	    set_limit(settings, keyword, keyword->step_text, "step must be a number",
		      &keyword->step, why) < 0)
		return -EINVAL;
	if (keyword->minimum > keyword->maximum)
		return refuse(settings, keyword,
			      keyword->minimum_text ? keyword->minimum_text : keyword->maximum_text,
			      "min must not be above max", why);
	if (keyword->step < 0 || keyword->minimum < INT32_MIN || keyword->maximum > UINT32_MAX)
		return refuse(settings, keyword,
			      keyword->step < 0		     ? keyword->step_text
			      : keyword->minimum < INT32_MIN ? keyword->minimum_text
							     : keyword->maximum_text,
			      "limits have 32 bits, and step is not negative", why);
	return 0;
}

static int complete(const struct inf_settings *settings, struct inf_keyword *keyword,
		    struct explanation *why)
{
	int result = 0;

	if (keyword->type == INF_ANY && (keyword->minimum_text || keyword->maximum_text ||
					 keyword->step_text || keyword->choices))
		return explain(why, -EINVAL, "%s:%u: Ndi\\params\\%s has limits, but no type",
			       settings->file->name, keyword->line, keyword->name);
	if (keyword->type == INF_ENUM && !keyword->choices)
		return explain(why, -EINVAL,
			       "%s:%u: Ndi\\params\\%s has type enum, but no values: "
			       "Ndi\\params\\%s\\enum lists them",
			       settings->file->name, keyword->line, keyword->name, keyword->name);
	if (keyword->type == INF_NUMBER)
		result = complete_number(settings, keyword, why);
	if (result == 0 && keyword->preset)
		result = check(settings, keyword, keyword->preset, why);
	if (result == 0 && !keyword->value && keyword->preset && !keyword->optional)
		result = inf_replace(&keyword->value, keyword->preset, settings->file,
				     keyword->line, why);
	return result;
}

int inf_keywords_complete(struct inf_settings *settings, struct explanation *why)
{
	struct inf_keyword *keyword;
	int result = 0;

	for (keyword = settings->keywords; keyword && result == 0; keyword = keyword->next)
		result = complete(settings, keyword, why);
	return result;
}

static void print_limits(const struct inf_keyword *keyword, FILE *file)
{
	const struct inf_choice *choice;

	if (keyword->type == INF_ANY)
		return;
	fprintf(file, " (%s", keyword->type_name);
	if (keyword->type == INF_NUMBER && keyword->base == 16)
		fprintf(file, ", 0x%llx to 0x%llx, hexadecimal",
			(unsigned long long)keyword->minimum, (unsigned long long)keyword->maximum);
	else if (keyword->type == INF_NUMBER)
		fprintf(file, ", %lld to %lld", keyword->minimum, keyword->maximum);
	if (keyword->step > 1)
		fprintf(file, " in steps of %lld", keyword->step);
	if (keyword->limit)
		fprintf(file, ", at most %lu characters", keyword->limit);
	for (choice = keyword->choices; choice; choice = choice->next)
		fprintf(file, ", %s", choice->value);
	fprintf(file, ")");
}

void inf_settings_print(const struct inf_settings *settings, FILE *file)
{
	const struct inf_keyword *keyword;

	fprintf(file, "%s: [%s]\n", settings->id, settings->section);
	for (keyword = settings->keywords; keyword; keyword = keyword->next) {
		if (keyword->value)
			fprintf(file, "%s = %s", keyword->name, keyword->value);
		else
			fprintf(file, "%s is not set", keyword->name);
		print_limits(keyword, file);
		fprintf(file, "\n");
	}
}

void inf_settings_free(struct inf_settings *settings)
{
	while (settings->keywords) {
		struct inf_keyword *keyword = settings->keywords;

		settings->keywords = keyword->next;
		while (keyword->choices) {
			struct inf_choice *choice = keyword->choices;

			keyword->choices = choice->next;
			free(choice->value);
			free(choice);
		}
		free(keyword->name);
		free(keyword->value);
		free(keyword->minimum_text);
		free(keyword->maximum_text);
		free(keyword->step_text);
		free(keyword->preset);
		free(keyword);
	}
}
