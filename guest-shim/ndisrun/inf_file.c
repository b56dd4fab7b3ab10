/* SPDX-License-Identifier: MIT */
/*
 * inf_file.c - the text of a Windows INF file: sections, lines, values
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "ndisrun/inf_decode.h"
#include "ndisrun/inf_file.h"

#define FILE_LIMIT  ((size_t)4 << 20)
#define VALUE_LIMIT 256

/**
 * struct parser
 * @next: the rest of the text.
 * @number: of the line that @next begins.
 * @section: that lines belong to, NULL before the first one.
 */
struct parser {
	struct inf_file *file;
	char *next;
	unsigned int number;
	struct inf_section *section;
	struct explanation *why;
};

static int out_of_memory(struct parser *parser)
{
	return explain(parser->why, -ENOMEM, "out of memory while reading %s", parser->file->name);
}

static char *trim(char *text)
{
	size_t length;

	while (isspace((unsigned char)*text))
		text++;
	length = strlen(text);
	while (length && isspace((unsigned char)text[length - 1]))
		length--;
	text[length] = '\0';
	return text;
}

/* Cuts the comment off.  Return: whether a quote is open at the end. */
static bool cut_comment(char *line)
{
	bool quoted = false;

	for (; *line; line++) {
		if (*line == '"')
			quoted = !quoted;
		if (*line == ';' && !quoted) {
			*line = '\0';
			break;
		}
	}
	return quoted;
}

/* The next line of the file, without its end.  NULL: there is none. */
static char *take_line(struct parser *parser)
{
	char *line = parser->next;
	char *end;

	if (!*line)
		return NULL;
	end = strchr(line, '\n');
	parser->next = end ? end + 1 : line + strlen(line);
	if (end)
		*end = '\0';
	parser->number++;
	return line;
}

/*
 * A line with those that continue it, joined in place: what is joined never is longer than what is
 * read, so it never reaches the next line.
 */
static int take_joined(struct parser *parser, char **joined, unsigned int *number)
{
	char *line = take_line(parser);
	size_t length;

	*joined = line;
	*number = parser->number;
	while (line) {
		if (cut_comment(line))
			return explain(parser->why, -EINVAL,
				       "%s:%u: a quote is opened and not closed",
				       parser->file->name, parser->number);
		trim(line);
		length = strlen(*joined);
		while (length && isspace((unsigned char)(*joined)[length - 1]))
			(*joined)[--length] = '\0';
		if (!length || (*joined)[length - 1] != '\\')
			break;
		line = take_line(parser);
		if (!line) {
			(*joined)[length - 1] = '\0';
			break;
		}
		memmove(*joined + length - 1, line, strlen(line) + 1);
		line = *joined + length - 1;
	}
	return 0;
}

static int enter_section(struct parser *parser, char *text, unsigned int number)
{
	char *end = strchr(text, ']');
	struct inf_section **link = &parser->file->sections;

	if (!end || trim(end + 1)[0] || end == text + 1)
		return explain(parser->why, -EINVAL, "%s:%u: '%.80s': a section begins with [name]",
			       parser->file->name, number, text);
	*end = '\0';
	text = trim(text + 1);
	while (*link && strcasecmp((*link)->name, text))
		link = &(*link)->next;
	if (!*link) {
		struct inf_section *created = calloc(1, sizeof(*created));

		if (created)
			created->name = strdup(text);
		if (!created || !created->name) {
			free(created);
			return out_of_memory(parser);
		}
		created->end = &created->lines;
		*link = created;
	}
	parser->section = *link;
	return 0;
}

/* A value up to @separator or the end, unquoted in place.  Return: what follows the separator; NULL
 * at the end. */
static char *take_value(char *text, char separator, char **value)
{
	char *begin, *out, *kept;
	bool quoted = false;

	while (isspace((unsigned char)*text))
		text++;
	begin = out = kept = text;
	for (; *text && (quoted || *text != separator); text++) {
		if (*text == '"' && quoted && text[1] == '"') {
			*out++ = *text++;
			kept = out;
		} else if (*text == '"') {
			quoted = !quoted;
			kept = out;
		} else {
			*out++ = *text;
			if (quoted || !isspace((unsigned char)*text))
				kept = out;
		}
	}
	separator = *text;
	*kept = '\0';
	*value = begin;
	return separator ? text + 1 : NULL;
}

/* Where the '=' of "key = value" is, or NULL. */
static char *find_equals(char *text)
{
	bool quoted = false;

	for (; *text; text++) {
		if (*text == '"')
			quoted = !quoted;
		else if (!quoted && *text == ',')
			return NULL;
		else if (!quoted && *text == '=')
			return text;
	}
	return NULL;
}

static void free_line(struct inf_line *line)
{
	unsigned int i;

	for (i = 0; i < line->count; i++)
		free(line->values[i]);
	free(line->values);
	free(line->key);
	free(line);
}

static int add_values(struct parser *parser, struct inf_line *line, char *text)
{
	size_t capacity = 1;
	const char *comma;

	for (comma = text; (comma = strchr(comma, ',')) && capacity < VALUE_LIMIT; comma++)
		capacity++;
	line->values = calloc(capacity, sizeof(*line->values));
	if (!line->values)
		return out_of_memory(parser);
	while (text) {
		char *value;

		if (line->count == VALUE_LIMIT)
			return explain(parser->why, -EINVAL, "%s:%u: a line has at most %d values",
				       parser->file->name, line->number, VALUE_LIMIT);
		text = take_value(text, ',', &value);
		line->values[line->count] = strdup(value);
		if (!line->values[line->count])
			return out_of_memory(parser);
		line->count++;
	}
	return 0;
}

static int add_line(struct parser *parser, char *text, unsigned int number)
{
	struct inf_line *line = calloc(1, sizeof(*line));
	char *equals = find_equals(text);
	char *key;

	if (!line)
		return out_of_memory(parser);
	line->number = number;
	if (equals) {
		take_value(text, '=', &key);
		line->key = strdup(key);
	}
	if ((equals && !line->key) || add_values(parser, line, equals ? equals + 1 : text) < 0) {
		free_line(line);
		return -EINVAL;
	}
	*parser->section->end = line;
	parser->section->end = &line->next;
	return 0;
}

static int parse_lines(struct parser *parser)
{
	unsigned int number;
	char *text;

	for (;;) {
		int result = take_joined(parser, &text, &number);

		if (result == 0 && !text)
			return 0;
		if (result < 0)
			return result;
		text = trim(text);
		if (!*text)
			continue;
		if (*text == '[')
			result = enter_section(parser, text, number);
		else if (parser->section)
			result = add_line(parser, text, number);
		else
			result = explain(parser->why, -EINVAL,
					 "%s:%u: '%.80s' is before the first section: an INF file "
					 "begins with [Version]",
					 parser->file->name, number, text);
		if (result < 0)
			return result;
	}
}

/* Windows takes no other file for an INF file. */
static int check_signature(const struct inf_file *file, struct explanation *why)
{
	static const char *const signatures[] = {"$Windows NT$", "$Chicago$", "$Windows 95$"};
	const struct inf_line *line = inf_line_find(inf_section_find(file, "Version"), "Signature");
	char text[INF_TEXT_SIZE];
	size_t i;

	if (!line)
		return explain(why, -EINVAL,
			       "%s has no Signature in a section [Version]: it is no INF file",
			       file->name);
	if (inf_value(file, line, 0, text, why) < 0)
		return -EINVAL;
	for (i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++)
		if (strcasecmp(text, signatures[i]) == 0)
			return 0;
	return explain(why, -EINVAL,
		       "%s:%u: Signature '%.80s': must be $Windows NT$, $Chicago$ or $Windows 95$",
		       file->name, line->number, text);
}

int inf_file_parse(const char *name, const void *bytes, size_t size, struct inf_file **file,
		   struct explanation *why)
{
	struct parser parser = {.why = why};
	char *text;
	int result = inf_decode(name, bytes, size, &text, why);

	if (result < 0)
		return result;
	parser.file = calloc(1, sizeof(*parser.file));
	if (parser.file)
		parser.file->name = strdup(name);
	if (!parser.file || !parser.file->name) {
		free(parser.file);
		free(text);
		return explain(why, -ENOMEM, "out of memory while reading %s", name);
	}
	parser.next = text;
	result = parse_lines(&parser);
	free(text);
	if (result == 0)
		result = check_signature(parser.file, why);
	if (result < 0) {
		inf_file_free(parser.file);
		return result;
	}
	*file = parser.file;
	return 0;
}

int inf_file_read(const char *path, struct inf_file **file, struct explanation *why)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	char *bytes = descriptor < 0 ? NULL : malloc(FILE_LIMIT + 1);
	size_t size = 0;
	ssize_t count = 1;
	int result;

	while (bytes && count > 0 && size <= FILE_LIMIT) {
		count = read(descriptor, bytes + size, FILE_LIMIT + 1 - size);
		size += count > 0 ? (size_t)count : 0;
	}
	if (descriptor < 0 || !bytes || count < 0)
		result = explain(why, -errno, "cannot read %s: %s", path, strerror(errno));
	else if (size > FILE_LIMIT)
		result = explain(why, -EFBIG, "%s has more than %zu bytes: it is no INF file", path,
				 FILE_LIMIT);
	else
		result = inf_file_parse(path, bytes, size, file, why);
	if (descriptor >= 0)
		close(descriptor);
	free(bytes);
	return result;
}

void inf_file_free(struct inf_file *file)
{
	while (file && file->sections) {
		struct inf_section *section = file->sections;

		file->sections = section->next;
		while (section->lines) {
			struct inf_line *line = section->lines;

			section->lines = line->next;
			free_line(line);
		}
		free(section->name);
		free(section);
	}
	if (file)
		free(file->name);
	free(file);
}

const struct inf_section *inf_section_find(const struct inf_file *file, const char *name)
{
	const struct inf_section *section = file->sections;

	while (section && strcasecmp(section->name, name))
		section = section->next;
	return section;
}

const struct inf_line *inf_line_find(const struct inf_section *section, const char *key)
{
	const struct inf_line *line = section ? section->lines : NULL;

	while (line && !(line->key && strcasecmp(line->key, key) == 0))
		line = line->next;
	return line;
}

static const char *find_string(const struct inf_file *file, const char *name)
{
	const struct inf_section *section = inf_section_find(file, "Strings");
	const struct inf_line *line = inf_line_find(section, name);

	/* Without strings for all languages, those of the first language. */
	for (section = file->sections; !line && section; section = section->next)
		if (strncasecmp(section->name, "Strings.", 8) == 0)
			line = inf_line_find(section, name);
	return line && line->count ? line->values[0] : NULL;
}

static bool is_directory(const char *name)
{
	return *name && strspn(name, "0123456789") == strlen(name);
}

int inf_text(const struct inf_file *file, const struct inf_line *line, const char *text,
	     char replaced[INF_TEXT_SIZE], struct explanation *why)
{
	size_t length = 0;

	while (*text) {
		const char *end = *text == '%' ? strchr(text + 1, '%') : NULL;
		const char *part = text;
		size_t count = 1;

		if (end && end == text + 1) {
			text = end + 1;
		} else if (end) {
			char name[INF_TEXT_SIZE];

			snprintf(name, sizeof(name), "%.*s", (int)(end - text - 1), text + 1);
			part = find_string(file, name);
			if (!part && !is_directory(name))
				return explain(
					why, -EINVAL,
					"%s:%u: %%%.80s%%: there is no such string in [Strings]",
					file->name, line->number, name);
			count = part ? strlen(part) : (size_t)(end - text) + 1;
			part = part ? part : text;
			text = end + 1;
		} else {
			text++;
		}
		if (length + count >= INF_TEXT_SIZE)
			return explain(why, -EMSGSIZE, "%s:%u: a value has at most %d characters",
				       file->name, line->number, INF_TEXT_SIZE - 1);
		memcpy(replaced + length, part, count);
		length += count;
	}
	replaced[length] = '\0';
	return 0;
}

int inf_value(const struct inf_file *file, const struct inf_line *line, unsigned int index,
	      char replaced[INF_TEXT_SIZE], struct explanation *why)
{
	return inf_text(file, line, index < line->count ? line->values[index] : "", replaced, why);
}
