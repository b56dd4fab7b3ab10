/* SPDX-License-Identifier: MIT */
/*
 * elf_function.c - names of functions, from the symbol table of an object's file
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/linux/elf_function.h"

struct file {
	const unsigned char *bytes;
	uint64_t size;
};

static const void *at(const struct file *file, uint64_t offset, uint64_t length, size_t alignment)
{
	if (offset > file->size || length > file->size - offset || offset % alignment)
		return NULL;
	return file->bytes + offset;
}

/* Looks through one table of symbols.  Return: whether the function is in it. */
static int search_table(const struct file *file, const Elf64_Shdr *table, const Elf64_Shdr *strings,
			uint64_t address, char *name, size_t size, uint64_t *begin)
{
	const Elf64_Sym *symbols = at(file, table->sh_offset, table->sh_size, alignof(Elf64_Sym));
	const char *names = at(file, strings->sh_offset, strings->sh_size, 1);
	uint64_t i;

	if (!symbols || !names)
		return 0;
	for (i = 0; i < table->sh_size / sizeof(*symbols); i++) {
		const Elf64_Sym *symbol = &symbols[i];

		if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || symbol->st_shndx == SHN_UNDEF ||
		    address - symbol->st_value >= (symbol->st_size ? symbol->st_size : 1) ||
		    symbol->st_name >= strings->sh_size)
			continue;
		snprintf(name, size, "%.*s",
			 (int)strnlen(names + symbol->st_name, strings->sh_size - symbol->st_name),
			 names + symbol->st_name);
		*begin = symbol->st_value;
		return 1;
	}
	return 0;
}

static int search(const struct file *file, uint64_t address, char *name, size_t size,
		  uint64_t *begin)
{
	static const unsigned int kinds[] = {SHT_SYMTAB, SHT_DYNSYM};
	const Elf64_Ehdr *header = at(file, 0, sizeof(*header), 1);
	const Elf64_Shdr *sections;
	size_t kind;
	unsigned int i;

	if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
	    header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_shentsize != sizeof(*sections))
		return -ENOENT;
	sections =
		at(file, header->e_shoff, header->e_shnum * sizeof(*sections), alignof(Elf64_Shdr));
	for (kind = 0; sections && kind < sizeof(kinds) / sizeof(kinds[0]); kind++)
		for (i = 0; i < header->e_shnum; i++)
			if (sections[i].sh_type == kinds[kind] &&
			    sections[i].sh_link < header->e_shnum &&
			    search_table(file, &sections[i], &sections[sections[i].sh_link],
					 address, name, size, begin))
				return 0;
	return -ENOENT;
}

int elf_function_find(const char *path, uint64_t address, char *name, size_t size, uint64_t *begin)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	struct file file = {0};
	struct stat status;
	void *bytes = MAP_FAILED;
	int result;

	if (descriptor < 0)
		return -errno;
	if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0)
		bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
	close(descriptor);
	if (bytes == MAP_FAILED)
		return -ENOENT;
	file.bytes = bytes;
	file.size = (uint64_t)status.st_size;
	result = search(&file, address, name, size, begin);
	munmap(bytes, file.size);
	return result;
}
