/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_C_LIBRARY_H
#define NDIS_HEADERS_DDK_C_LIBRARY_H

/*
 * Functions of the C library that the kernel exports and the DDK's headers declare, so that drivers
 * call them without a header of their own: those of the C standard's string.h and ctype.h.
 *
 * In C exactly the standard's functions are declared, and not what else the host's headers have:
 * drivers give their own functions such names. IRQL: any. Source: ISO C 7.4 and 7.24.
 */

#ifdef __cplusplus
#include <ctype.h>
#include <string.h>
#else
#include <stddef.h>

/* Memory of Count bytes. Only memmove takes areas that overlap. */
void *memcpy(void *__restrict To, const void *__restrict From, size_t Count);
void *memmove(void *To, const void *From, size_t Count);
void *memset(void *To, int Value, size_t Count);
int memcmp(const void *First, const void *Second, size_t Count);
void *memchr(const void *Where, int Value, size_t Count);

/* Strings that end in a zero byte. The n of a name: at most so many bytes are looked at. */
size_t strlen(const char *String);
char *strcpy(char *__restrict To, const char *__restrict From);
char *strncpy(char *__restrict To, const char *__restrict From, size_t Count);
char *strcat(char *__restrict To, const char *__restrict From);
char *strncat(char *__restrict To, const char *__restrict From, size_t Count);
int strcmp(const char *First, const char *Second);
int strncmp(const char *First, const char *Second, size_t Count);
char *strchr(const char *String, int Character);
char *strrchr(const char *String, int Character);
char *strstr(const char *String, const char *Part);
char *strpbrk(const char *String, const char *Set);
size_t strspn(const char *String, const char *Set);
size_t strcspn(const char *String, const char *Set);

/* Characters of ASCII; the argument is one, or -1. In parentheses, as they may be macros. */
int (isalnum)(int Character);
int (isalpha)(int Character);
int (iscntrl)(int Character);
int (isdigit)(int Character);
int (isgraph)(int Character);
int (islower)(int Character);
int (isprint)(int Character);
int (ispunct)(int Character);
int (isspace)(int Character);
int (isupper)(int Character);
int (isxdigit)(int Character);
int (tolower)(int Character);
int (toupper)(int Character);
#endif

#endif
