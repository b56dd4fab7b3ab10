/* SPDX-License-Identifier: MIT */
/*
 * host_driver.c - drivers that several adapters share
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ndisrun/host.h"

int host_driver_get(struct host *host, const char *name, struct host_driver **driver,
		    struct explanation *why)
{
	struct host_driver *created = calloc(1, sizeof(*created));
	struct host_driver *known = host->drivers;
	int result;

	if (!created)
		return explain(why, -ENOMEM, "out of memory");
	result = driver_library_open(name, &created->library, why);
	if (result < 0) {
		free(created);
		return result;
	}
	/* The dynamic linker knows a file by whatever name it is given, and opens it once. */
	while (known && known->library.handle != created->library.handle)
		known = known->next;
	if (known) {
		driver_library_close(&created->library);
		free(created);
	} else {
		known = created;
		known->next = host->drivers;
		host->drivers = known;
	}
	known->users++;
	*driver = known;
	return 0;
}

/* What NdisOpenFile opens lies beside the driver. */
static int name_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int result = folder ? shim_files_from(folder) : -ENOMEM;

	free(folder);
	return result;
}

int host_driver_start(struct host_driver *driver, const char *name)
{
	int result = name_folder(driver->library.path);

	if (result)
		return result;
	if (driver->driver)
		return 0;
	return shim_driver_start(driver->library.entry, name, &driver->driver);
}

void host_driver_put(struct host *host, struct host_driver *driver)
{
	struct host_driver **link = &host->drivers;

	if (!driver || --driver->users)
		return;
	while (*link != driver)
		link = &(*link)->next;
	*link = driver->next;
	if (driver->driver)
		shim_driver_stop(driver->driver);
	driver_library_close(&driver->library);
	free(driver);
}
