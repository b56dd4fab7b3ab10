/* SPDX-License-Identifier: MIT */
/*
 * format.h - text by the rules of NT's formats, see ndis-headers/ddk/debug.h
 */
#ifndef KE_FORMAT_H
#define KE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/**
 * ke_format() - any level: as vsnprintf(), with NT's conversions
 * @size: bytes at @text, at least 1.
 *
 * Return: bytes of the whole text without the zero at its end; @size or more when it was cut.
 */
size_t ke_format(char *text, size_t size, const char *format, va_list arguments);

/** ke_format_bytes() - any level: the same without a zero at the end; @size may be 0. */
size_t ke_format_bytes(char *text, size_t size, const char *format, va_list arguments);

#endif /* KE_FORMAT_H */
