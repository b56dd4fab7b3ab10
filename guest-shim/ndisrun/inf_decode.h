/* SPDX-License-Identifier: MIT */
/*
 * inf_decode.h - the characters of an INF file
 */
#ifndef NDISRUN_INF_DECODE_H
#define NDISRUN_INF_DECODE_H

#include <stddef.h>

#include "platform/linux/explain.h"

/**
 * inf_decode() - the bytes of a file as Latin 1, up to a Ctrl-Z
 * @name: of the file, for messages.
 * @text: out: to be freed; ends with a zero byte.
 *
 * Return: 0; -EINVAL an encoding or a zero byte that no INF file has; -ENOMEM; explained.
 */
int inf_decode(const char *name, const void *bytes, size_t size, char **text,
	       struct explanation *why);

#endif /* NDISRUN_INF_DECODE_H */
