/* SPDX-License-Identifier: MIT */
/*
 * file.c - files that a driver brings with it
 *
 * A file is read whole when it is opened: drivers copy it to the NIC and close it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "include/ndis_shim.h"
#include "mm/pool.h"
#include "ndis/driver.h"
#include "ndis/file.h"
#include "ndis/memory.h"
#include "ndis/violation.h"
#include "support/log.h"
#include "support/trace.h"

#define NAME_LIMIT 256u
#define FILE_LIMIT (64u << 20)

static const char file_kind[] = "file";

/** struct driver_file - an open file with its contents */
struct driver_file {
	bool mapped;
	size_t length;
	unsigned char contents[];
};

/* Process wide, of the drivers that are started from now on. */
static char *next_folder;

SHIM_EXPORT int shim_files_from(const char *directory)
{
	char *copy = directory ? strdup(directory) : NULL;

	if (directory && !copy)
		return -ENOMEM;
	free(next_folder);
	next_folder = copy;
	return 0;
}

int ndis_files_folder(char **folder)
{
	*folder = next_folder ? strdup(next_folder) : NULL;
	return next_folder && !*folder ? -ENOMEM : 0;
}

/* Return: false for a name that cannot be that of a file in a folder; @name then is its beginning,
 * with '?' for what cannot be shown. */
static bool narrow_name(const NDIS_STRING *string, char *name)
{
	size_t length = string->Buffer ? string->Length / sizeof(WCHAR) : 0;
	bool valid = length && length < NAME_LIMIT;
	size_t i;

	for (i = 0; i < length && i < NAME_LIMIT - 1; i++) {
		WCHAR character = string->Buffer[i];
		bool shown = character >= ' ' && character <= 0x7E;

		valid = valid && shown && !strchr("/\\:", character);
		name[i] = (char)(shown ? character : '?');
	}
	name[i] = '\0';
	return valid && strcmp(name, ".") && strcmp(name, "..");
}

/*
 * Opens a file without waiting for anybody, as it may be a pipe.
 *
 * Return: NULL after setting @status, or when it cannot be opened.
 */
static FILE *open_regular(int folder, const char *name, NDIS_STATUS *status)
{
	int descriptor = openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat properties;
	FILE *file = NULL;

	if (descriptor < 0)
		return NULL;
	if (fstat(descriptor, &properties) < 0 || !S_ISREG(properties.st_mode))
		*status = NDIS_STATUS_ERROR_READING_FILE;
	else
		file = fdopen(descriptor, "r");
	if (!file)
		close(descriptor);
	return file;
}

/* Opens the file of that name in whatever case; sets @status when there is one that is no file. */
static FILE *open_any_case(const char *folder, const char *name, NDIS_STATUS *status)
{
	DIR *directory = folder ? opendir(folder) : NULL;
	const struct dirent *entry;
	FILE *file = NULL;

	while (directory && !file && (entry = readdir(directory))) {
		if (!strcasecmp(entry->d_name, name))
			file = open_regular(dirfd(directory), entry->d_name, status);
	}
	if (directory)
		closedir(directory);
	return file;
}

static NDIS_STATUS read_whole(FILE *stream, const void *caller, struct driver_file **file)
{
	struct driver_file *made;
	long length;

	if (fseek(stream, 0, SEEK_END) || (length = ftell(stream)) < 0 ||
	    fseek(stream, 0, SEEK_SET))
		return NDIS_STATUS_ERROR_READING_FILE;
	if ((size_t)length > FILE_LIMIT)
		return NDIS_STATUS_RESOURCES;
	made = ndis_allocate_object(sizeof(*made) + (size_t)length, file_kind, NULL, "NdisOpenFile",
				    caller);
	if (!made)
		return NDIS_STATUS_RESOURCES;
	made->length = (size_t)length;
	if (fread(made->contents, 1, made->length, stream) != made->length) {
		mm_pool_free(mm_pool_find(made));
		return NDIS_STATUS_ERROR_READING_FILE;
	}
	*file = made;
	return NDIS_STATUS_SUCCESS;
}

/* Finds and reads the file.  What is wrong is logged. */
static NDIS_STATUS open_named(const NDIS_STRING *string, char *name, const void *caller,
			      struct driver_file **file)
{
	const struct shim_driver *driver = ndis_current_driver();
	const char *folder = driver ? driver->files : next_folder;
	NDIS_STATUS status = NDIS_STATUS_FILE_NOT_FOUND;
	FILE *stream;

	if (!narrow_name(string, name)) {
		log_warning("NdisOpenFile: \"%s\": the name of a file has 1 to %u printable "
			    "characters, and no path",
			    name, NAME_LIMIT - 1);
		return status;
	}
	stream = open_any_case(folder, name, &status);
	if (stream) {
		status = read_whole(stream, caller, file);
		fclose(stream);
	}
	if (!*file)
		log_warning("NdisOpenFile: \"%s\" in the folder %s: %s", name,
			    folder ? folder : "that no one has named", ndis_status_text(status));
	return status;
}

VOID NTAPI NdisOpenFile(PNDIS_STATUS Status, PNDIS_HANDLE FileHandle, PUINT FileLength,
			PNDIS_STRING FileName, NDIS_PHYSICAL_ADDRESS HighestAcceptableAddress)
{
	static const char call[] = "NdisOpenFile";
	TRACE_SCOPE(call);
	struct driver_file *file = NULL;
	char name[NAME_LIMIT];

	if (!ndis_is_given(call, "Status", Status))
		return;
	*Status = NDIS_STATUS_FAILURE;
	if (!ndis_is_given(call, "FileHandle", FileHandle) ||
	    !ndis_is_given(call, "FileLength", FileLength) ||
	    !ndis_is_given(call, "FileName", FileName))
		return;
	*FileHandle = NULL;
	*FileLength = 0;
	if (!ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL))
		return;
	*Status = open_named(FileName, name, __builtin_return_address(0), &file);
	*FileHandle = file;
	if (file)
		*FileLength = (UINT)file->length;
	TRACE(call, "\"%s\") -> %s, %p, %u bytes", name, ndis_status_text(*Status), *FileHandle,
	      *FileLength);
}

static struct driver_file *find_file(const char *call, NDIS_HANDLE handle)
{
	struct mm_block *block = mm_pool_find(handle);

	if (block && block->kind == file_kind)
		return handle;
	ndis_violation(NULL, call, "FileHandle is what NdisOpenFile stored", "%p is no open file",
		       handle);
	return NULL;
}

VOID NTAPI NdisMapFile(PNDIS_STATUS Status, PVOID *MappedBuffer, NDIS_HANDLE FileHandle)
{
	static const char call[] = "NdisMapFile";
	TRACE_SCOPE(call);
	struct driver_file *file;

	if (!ndis_is_given(call, "Status", Status))
		return;
	*Status = NDIS_STATUS_FAILURE;
	if (!ndis_is_given(call, "MappedBuffer", MappedBuffer))
		return;
	*MappedBuffer = NULL;
	file = find_file(call, FileHandle);
	if (!file || !ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL))
		return;
	*Status = file->mapped ? NDIS_STATUS_ALREADY_MAPPED : NDIS_STATUS_SUCCESS;
	if (!file->mapped)
		*MappedBuffer = file->contents;
	file->mapped = true;
	TRACE(call, "%p) -> %s, %p", FileHandle, ndis_status_text(*Status), *MappedBuffer);
}

VOID NTAPI NdisUnmapFile(NDIS_HANDLE FileHandle)
{
	static const char call[] = "NdisUnmapFile";
	TRACE_SCOPE(call);
	struct driver_file *file = find_file(call, FileHandle);

	TRACE(call, "%p)", FileHandle);
	ndis_irql_at_most(NULL, call, KE_DISPATCH_LEVEL);
	if (!file)
		return;
	if (!file->mapped)
		ndis_violation(NULL, call, "NdisMapFile comes before NdisUnmapFile",
			       "file %p is not mapped", FileHandle);
	file->mapped = false;
}

VOID NTAPI NdisCloseFile(NDIS_HANDLE FileHandle)
{
	static const char call[] = "NdisCloseFile";
	TRACE_SCOPE(call);

	TRACE(call, "%p)", FileHandle);
	ndis_irql_at_most(NULL, call, KE_PASSIVE_LEVEL);
	if (find_file(call, FileHandle))
		mm_pool_free(mm_pool_find(FileHandle));
}
