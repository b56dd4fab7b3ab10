/* SPDX-License-Identifier: MIT */
/*
 * driver_library.h - find and load a miniport
 */
#ifndef NDISRUN_DRIVER_LIBRARY_H
#define NDISRUN_DRIVER_LIBRARY_H

#include <limits.h>

#include "include/ndis_shim.h"
#include "platform/linux/explain.h"

/**
 * struct driver_library - a loaded shared object
 * @path: its file.
 * @handle: of the dynamic linker, NULL when not loaded.
 * @entry: DriverEntry.
 */
struct driver_library {
	char path[PATH_MAX];
	void *handle;
	shim_driver_entry entry;
};

/**
 * driver_library_open() - load a miniport
 * @name: with a '/' or the ending ".so" a file, else NAME.so in each directory of
 *	the environment variable NDISRUN_PATH (separated by ':') and then in the
 *	library directory.
 *
 * The file's initialisers run; DriverEntry does not.
 * Return: 0; -ENOENT not found; -ENOEXEC not loadable: wrong kind of file,
 * functions this library lacks (all of them are named), no DriverEntry; explained.
 */
int driver_library_open(const char *name, struct driver_library *library, struct explanation *why);

/** driver_library_close() - unload; NULL handle is ignored. */
void driver_library_close(struct driver_library *library);

#endif /* NDISRUN_DRIVER_LIBRARY_H */
