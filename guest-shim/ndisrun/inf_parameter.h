/* SPDX-License-Identifier: MIT */
/*
 * inf_parameter.h - one keyword of an INF file: its value, and what Ndi\params says of it
 */
#ifndef NDISRUN_INF_PARAMETER_H
#define NDISRUN_INF_PARAMETER_H

#include "ndisrun/inf_settings.h"

/** inf_keyword_get() - the keyword of that name, made if necessary; NULL: out of memory, explained. */
struct inf_keyword *inf_keyword_get(struct inf_settings *settings, const char *name,
				    unsigned int line, struct explanation *why);

/** inf_replace() - a copy of @text in place of *@old.  Return: 0; -ENOMEM, explained. */
int inf_replace(char **old, const char *text, const struct inf_file *file, unsigned int line,
		struct explanation *why);

/** inf_keyword_attribute() - HKR, Ndi\params\KEYWORD, @attribute, 0, @text.  Return: 0; -EINVAL,
 * explained. */
int inf_keyword_attribute(struct inf_settings *settings, struct inf_keyword *keyword,
			  unsigned int line, const char *attribute, const char *text,
			  struct explanation *why);

/** inf_keyword_choice() - HKR, Ndi\params\KEYWORD\enum, @value.  Return: 0; -ENOMEM, explained. */
int inf_keyword_choice(struct inf_settings *settings, struct inf_keyword *keyword,
		       const char *value, struct explanation *why);

/**
 * inf_keywords_complete() - all lines are read: check limits and defaults, and give keywords without
 * a value their default
 *
 * Return: 0; -EINVAL, explained.
 */
int inf_keywords_complete(struct inf_settings *settings, struct explanation *why);

#endif /* NDISRUN_INF_PARAMETER_H */
