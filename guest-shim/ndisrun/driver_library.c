/* SPDX-License-Identifier: MIT */
/*
 * driver_library.c - find and load a miniport
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ndisrun/driver_library.h"
#include "ndisrun/elf_symbols.h"

static bool is_file_name(const char *name)
{
	size_t length = strlen(name);

	return strchr(name, '/') || (length > 3 && strcmp(name + length - 3, ".so") == 0);
}

static bool try_directory(const char *directory, size_t length, const char *name, char *path)
{
	int written = snprintf(path, PATH_MAX, "%.*s/%s.so", (int)length, directory, name);

	return written > 0 && written < PATH_MAX && access(path, F_OK) == 0;
}

static int find(const char *name, char *path, struct explanation *why)
{
	const char *list = getenv("NDISRUN_PATH");
	const char *next = list ? list : "";

	if (is_file_name(name)) {
		/* A bare file name would send the dynamic linker on a search of its own. */
		snprintf(path, PATH_MAX, "%s%s", strchr(name, '/') ? "" : "./", name);
		if (access(path, F_OK) == 0)
			return 0;
		return explain(why, -ENOENT, "there is no miniport %s: %s", path, strerror(errno));
	}
	while (*next) {
		size_t length = strcspn(next, ":");

		if (length && try_directory(next, length, name, path))
			return 0;
		next += length + (next[length] == ':');
	}
	if (try_directory(NDISRUN_LIBRARY_DIRECTORY, strlen(NDISRUN_LIBRARY_DIRECTORY), name, path))
		return 0;
	return explain(
		why, -ENOENT,
		"there is no miniport '%s': neither in NDISRUN_PATH (%s) nor in %s is a file "
		"%s.so; install it there, or give --miniport the path of a .so file",
		name, list && *list ? list : "not set", NDISRUN_LIBRARY_DIRECTORY, name);
}

struct missing_symbols {
	void *handle;
	char text[EXPLAIN_SIZE / 2];
	unsigned int count;
};

static void collect_missing(void *context, const char *name)
{
	struct missing_symbols *missing = context;
	size_t used = strlen(missing->text);

	if (dlsym(RTLD_DEFAULT, name) || (missing->handle && dlsym(missing->handle, name)))
		return;
	snprintf(missing->text + used, sizeof(missing->text) - used, "%s%s", used ? " " : "", name);
	missing->count++;
}

/* The dynamic linker names the first missing function only; a porter wants the whole list. */
static int explain_load_failure(const char *path, const char *reason, struct explanation *why)
{
	struct missing_symbols missing = {.text = ""};
	char first[512];

	snprintf(first, sizeof(first), "%s", reason ? reason : "unknown reason");
	missing.handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
	elf_undefined_symbols(path, collect_missing, &missing, NULL);
	if (missing.handle)
		dlclose(missing.handle);
	if (missing.count == 0)
		return explain(why, -ENOEXEC, "cannot load miniport %s: %s", path, first);
	return explain(why, -ENOEXEC,
		       "cannot load miniport %s: it uses %u function%s that this library does not "
		       "have: %s. Only NDIS 5 is supported; leave the calls out by conditional "
		       "compilation, or link the miniport with the library that has them",
		       path, missing.count, missing.count == 1 ? "" : "s", missing.text);
}

int driver_library_open(const char *name, struct driver_library *library, struct explanation *why)
{
	void *entry;
	int result = find(name, library->path, why);

	if (result == 0)
		result = elf_undefined_symbols(library->path, NULL, NULL, why);
	if (result < 0)
		return result;
	library->handle = dlopen(library->path, RTLD_NOW | RTLD_LOCAL);
	if (!library->handle)
		return explain_load_failure(library->path, dlerror(), why);
	entry = dlsym(library->handle, "DriverEntry");
	if (!entry) {
		driver_library_close(library);
		return explain(
			why, -ENOEXEC,
			"miniport %s has no function DriverEntry: define it, and do not hide it "
			"(-fvisibility=hidden)",
			library->path);
	}
	memcpy(&library->entry, &entry, sizeof(entry));
	return 0;
}

void driver_library_close(struct driver_library *library)
{
	if (library->handle)
		dlclose(library->handle);
	library->handle = NULL;
}
