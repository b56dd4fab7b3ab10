/* SPDX-License-Identifier: MIT */
/*
 * elf_symbols.h - what a driver file is, and which symbols it wants from others
 */
#ifndef NDISRUN_ELF_SYMBOLS_H
#define NDISRUN_ELF_SYMBOLS_H

#include "platform/linux/explain.h"

/**
 * elf_undefined_symbols() - check a shared object and visit its undefined symbols
 * @path: file.
 * @visit: called with each symbol that must be found elsewhere (weak ones need not); the name is
 *valid during the call only.  May be NULL: check only.
 *
 * Nothing in the file is trusted.
 * Return: 0; -ENOENT, -errno cannot be read; -ENOEXEC not a shared object for this
 * machine, or damaged; all explained.
 */
int elf_undefined_symbols(const char *path, void (*visit)(void *context, const char *name),
			  void *context, struct explanation *why);

#endif /* NDISRUN_ELF_SYMBOLS_H */
