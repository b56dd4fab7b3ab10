/* SPDX-License-Identifier: MIT */
/*
 * elf_function.h - names of functions, from the symbol table of an object's file
 */
#ifndef PLATFORM_LINUX_ELF_FUNCTION_H
#define PLATFORM_LINUX_ELF_FUNCTION_H

#include <stddef.h>
#include <stdint.h>

/**
 * elf_function_find() - the function that holds an address
 * @path: file of an object for x86-64.
 * @address: as the file numbers it: relative to where the object is loaded.
 * @name, @size: out.
 * @begin: out: address of the function.
 *
 * Static functions are found unless the file is stripped.  Allocates nothing.
 * Return: 0; -ENOENT no function is known there; -errno.
 */
int elf_function_find(const char *path, uint64_t address, char *name, size_t size, uint64_t *begin);

#endif /* PLATFORM_LINUX_ELF_FUNCTION_H */
