/* SPDX-License-Identifier: MIT */
/*
 * elf_symbols.c - what a driver file is, and which symbols it wants from others
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ndisrun/elf_symbols.h"

/* A mapped file; every access goes through image_at(). */
struct image {
	const unsigned char *bytes;
	uint64_t size;
};

/* Tables whose place does not suit their members come from no linker. */
static const void *image_at(const struct image *image, uint64_t offset, uint64_t length)
{
	if (offset > image->size || length > image->size - offset ||
	    offset % alignof(Elf64_Phdr))
		return NULL;
	return image->bytes + offset;
}

static int open_image(const char *path, struct image *image, struct explanation *why)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *bytes;

	if (descriptor < 0)
		return explain(why, -errno, "cannot open miniport %s: %s", path, strerror(errno));
	if (fstat(descriptor, &status) < 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
		close(descriptor);
		return explain(why, -ENOEXEC, "miniport %s is no file, or an empty one", path);
	}
	bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
	close(descriptor);
	if (bytes == MAP_FAILED)
		return explain(why, -errno, "cannot read miniport %s: %s", path, strerror(errno));
	image->bytes = bytes;
	image->size = (uint64_t)status.st_size;
	return 0;
}

static int check_header(const struct image *image, const char *path, struct explanation *why)
{
	const Elf64_Ehdr *header = image_at(image, 0, sizeof(*header));

	if (image->size >= 2 && image->bytes[0] == 'M' && image->bytes[1] == 'Z')
		return explain(
			why, -ENOEXEC,
			"miniport %s is a Windows program file: build the driver's source with "
			"the headers of this library into a shared object",
			path);
	if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return explain(
			why, -ENOEXEC,
			"miniport %s is no shared object (ELF): build it with 'cc -shared -fPIC'",
			path);
	if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
	    header->e_machine != EM_X86_64)
		return explain(why, -ENOEXEC,
			       "miniport %s is built for another machine: build it for x86-64",
			       path);
	if (header->e_type != ET_DYN)
		return explain(why, -ENOEXEC,
			       "miniport %s is %s, not a shared object: link it with 'cc -shared'",
			       path,
			       header->e_type == ET_REL ? "an unlinked object file" : "a program");
	return 0;
}

/* The dynamic linker maps segments without looking at the size of the file. */
static int check_segments(const struct image *image, const char *path, struct explanation *why)
{
	const Elf64_Ehdr *header = image_at(image, 0, sizeof(*header));
	const Elf64_Phdr *segments;
	unsigned int i;

	segments = image_at(image, header->e_phoff, header->e_phnum * sizeof(*segments));
	if (header->e_phentsize != sizeof(*segments))
		segments = NULL;
	for (i = 0; segments && i < header->e_phnum; i++)
		if (segments[i].p_offset > image->size ||
		    segments[i].p_filesz > image->size - segments[i].p_offset)
			segments = NULL;
	if (!segments)
		return explain(why, -ENOEXEC, "miniport %s is damaged or cut off: build it again",
			       path);
	return 0;
}

static void visit_table(const struct image *image, const Elf64_Shdr *table,
			const Elf64_Shdr *strings, void (*visit)(void *context, const char *name),
			void *context)
{
	const Elf64_Sym *symbols = image_at(image, table->sh_offset, table->sh_size);
	const char *names = NULL;
	uint64_t i;

	if (strings->sh_offset <= image->size &&
	    strings->sh_size <= image->size - strings->sh_offset)
		names = (const char *)image->bytes + strings->sh_offset;
	if (!symbols || !names)
		return;
	for (i = 1; i < table->sh_size / sizeof(*symbols); i++) {
		const char *name = names + symbols[i].st_name;

		if (symbols[i].st_shndx != SHN_UNDEF || symbols[i].st_name >= strings->sh_size ||
		    ELF64_ST_BIND(symbols[i].st_info) != STB_GLOBAL)
			continue;
		if (memchr(name, '\0', strings->sh_size - symbols[i].st_name))
			visit(context, name);
	}
}

static void visit_sections(const struct image *image,
			   void (*visit)(void *context, const char *name), void *context)
{
	const Elf64_Ehdr *header = image_at(image, 0, sizeof(*header));
	const Elf64_Shdr *sections;
	unsigned int i;

	if (header->e_shentsize != sizeof(*sections))
		return;
	sections = image_at(image, header->e_shoff, header->e_shnum * sizeof(*sections));
	for (i = 0; sections && i < header->e_shnum; i++)
		if (sections[i].sh_type == SHT_DYNSYM && sections[i].sh_link < header->e_shnum)
			visit_table(image, &sections[i], &sections[sections[i].sh_link], visit,
				    context);
}

int elf_undefined_symbols(const char *path, void (*visit)(void *context, const char *name),
			  void *context, struct explanation *why)
{
	struct image image = {0};
	int result = open_image(path, &image, why);

	if (result < 0)
		return result;
	result = check_header(&image, path, why);
	if (result == 0)
		result = check_segments(&image, path, why);
	if (result == 0 && visit)
		visit_sections(&image, visit, context);
	munmap((void *)(uintptr_t)image.bytes, image.size);
	return result;
}
