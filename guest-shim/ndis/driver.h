/* SPDX-License-Identifier: MIT */
/*
 * driver.h - a loaded miniport driver
 */
#ifndef NDIS_DRIVER_H
#define NDIS_DRIVER_H

#include <stdbool.h>

#include <ndis.h>

#include "include/ndis_shim.h"
#include "support/compiler.h"

/** struct _DRIVER_OBJECT - what the driver sees of itself: opaque to it */
struct _DRIVER_OBJECT {
	struct shim_driver *driver;
};

/**
 * struct shim_driver
 * @next: drivers of this thread.
 * @object: given to DriverEntry.
 * @functions: what the driver registered, members of later versions NULL.
 * @version: major number in the high byte, 0 before registration.
 * @wrapper: NdisMInitializeWrapper was called and not undone.
 * @adapters: adapters that exist.
 * @files: folder in which NdisOpenFile finds what the driver brings with it, or NULL.
 */
struct shim_driver {
	struct shim_driver *next;
	char name[64];
	struct _DRIVER_OBJECT object;
	NDIS51_MINIPORT_CHARACTERISTICS functions;
	unsigned int version;
	bool wrapper;
	MINIPORT_UNLOAD_HANDLER unload;
	unsigned int adapters;
	char *files;
};

#define NDIS_VERSION(major, minor) ((unsigned int)(major) << 8 | (unsigned int)(minor))

/* The driver that runs now on the thread.  Read through ndis_current_driver(). */
extern _Thread_local struct shim_driver *ndis_driver FAST_THREAD_LOCAL;

/**
 * ndis_current_driver() - the driver that runs now, for the accounting of memory; NULL outside
 * drivers.
 */
static inline struct shim_driver *ndis_current_driver(void)
{
	return ndis_driver;
}

/** ndis_find_driver() - that a wrapper handle stands for.  Return: NULL after a report. */
struct shim_driver *ndis_find_driver(NDIS_HANDLE handle, const char *call);

/** ndis_driver_of() - the driver that @owner, of memory, is or belongs to.  Return: NULL for none. */
struct shim_driver *ndis_driver_of(const void *owner);

/** ndis_set_current_driver() - Return: the former one. */
static inline struct shim_driver *ndis_set_current_driver(struct shim_driver *driver)
{
	struct shim_driver *former = ndis_driver;

	ndis_driver = driver;
	return former;
}

#endif /* NDIS_DRIVER_H */
