/* SPDX-License-Identifier: MIT */
/*
 * inf_file.h - the text of a Windows INF file: sections, lines, values
 *
 * What the lines mean is the business of inf_settings.h.  The file may be ANSI (read as Latin 1),
 * UTF-8 with a byte order mark or UTF-16LE with one; lines end with LF or CR LF; a Ctrl-Z ends the
 * text.  A value may be quoted ("" within it is one quote), ';' begins a comment outside of quotes,
 * '\' at the end of a line continues it.  Names are compared without case, and sections of one name
 * are one section.  Texts are Latin 1; other characters become '?'.
 */
#ifndef NDISRUN_INF_FILE_H
#define NDISRUN_INF_FILE_H

#include <stddef.h>

#include "platform/linux/explain.h"

/** INF_TEXT_SIZE - bytes of the longest value, after replacement, with its end. */
#define INF_TEXT_SIZE 1024

/**
 * struct inf_line - "key = value, value, ..." or "value, value, ..."
 * @number: of the line in the file, from 1.
 * @key: NULL: there is no '='.
 * @values, @count: without their quotes; %names% are not replaced yet.
 */
struct inf_line {
	struct inf_line *next;
	unsigned int number;
	char *key;
	char **values;
	unsigned int count;
};

/** struct inf_section - all lines of the sections of one name, in order */
struct inf_section {
	struct inf_section *next;
	char *name;
	struct inf_line *lines;
	struct inf_line **end;
};

/** struct inf_file - @name: as messages call it. */
struct inf_file {
	char *name;
	struct inf_section *sections;
};

/**
 * inf_file_read() - read a file as a whole
 * @file: out: to be freed with inf_file_free().
 *
 * Return: 0; -EINVAL it is no INF file; -EFBIG more than 4 MiB; -errno; all explained, with the line.
 */
int inf_file_read(const char *path, struct inf_file **file, struct explanation *why);

/** inf_file_parse() - the same for a text in memory; @name is for messages. */
int inf_file_parse(const char *name, const void *bytes, size_t size, struct inf_file **file,
		   struct explanation *why);

/** inf_file_free() - NULL is ignored. */
void inf_file_free(struct inf_file *file);

/** inf_section_find() - Return: the section, or NULL. */
const struct inf_section *inf_section_find(const struct inf_file *file, const char *name);

/** inf_line_find() - the first line with this key, or NULL.  @section may be NULL. */
const struct inf_line *inf_line_find(const struct inf_section *section, const char *key);

/**
 * inf_text() - a text with its %names% replaced from the section Strings
 * @line: where it stands, for the message.
 * @text: a key or value of the line.
 *
 * "%%" is a percent sign; a number between percent signs stands for a directory and stays.
 * Return: 0; -EINVAL there is no such string; -EMSGSIZE longer than INF_TEXT_SIZE; explained.
 */
int inf_text(const struct inf_file *file, const struct inf_line *line, const char *text,
	     char replaced[INF_TEXT_SIZE], struct explanation *why);

/** inf_value() - inf_text() of value @index; an empty text when the line has fewer. */
int inf_value(const struct inf_file *file, const struct inf_line *line, unsigned int index,
	      char replaced[INF_TEXT_SIZE], struct explanation *why);

#endif /* NDISRUN_INF_FILE_H */
