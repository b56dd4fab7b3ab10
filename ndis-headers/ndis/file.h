/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_FILE_H
#define NDIS_HEADERS_NDIS_FILE_H

/*
 * Files that a driver brings with it: firmware, for the most part.
 *
 * They lie in the folder that the host program names, for ndisrun the one of the driver.
 */

#include "unicode_string.h"

EXTERN_C_START

/*
 * Opens a file and reads it.
 *
 * Status                     OUT. NDIS_STATUS_SUCCESS; NDIS_STATUS_FILE_NOT_FOUND if there is none of
 *                            that name; NDIS_STATUS_ERROR_READING_FILE, also for a folder, a pipe
 *                            or a device of that name; NDIS_STATUS_RESOURCES; NDIS_STATUS_FAILURE.
 * FileHandle                 OUT. For the functions below; NULL on failure.
 * FileLength                 OUT. Bytes in the file.
 * FileName                   its name, in any case and without a path: one with a separator in it is
 *                            not found.
 * HighestAcceptableAddress   upper bound of the memory's physical address; without meaning here.
 *
 * IRQL: =PASSIVE. Undone with NdisCloseFile.
 */
NDISAPI VOID NTAPI NdisOpenFile(OUT PNDIS_STATUS Status, OUT PNDIS_HANDLE FileHandle,
				OUT PUINT FileLength, IN PNDIS_STRING FileName,
				IN NDIS_PHYSICAL_ADDRESS HighestAcceptableAddress);

/*
 * Yields the contents of a file.
 *
 * Status         OUT. NDIS_STATUS_SUCCESS; NDIS_STATUS_ALREADY_MAPPED if it is mapped.
 * MappedBuffer   OUT. Its bytes, which may be read until NdisUnmapFile; NULL on failure.
 * FileHandle     from NdisOpenFile.
 *
 * IRQL: <=DISPATCH.
 */
NDISAPI VOID NTAPI NdisMapFile(OUT PNDIS_STATUS Status, OUT PVOID *MappedBuffer,
			       IN NDIS_HANDLE FileHandle);

/* Ends the use of what NdisMapFile yielded. IRQL: <=DISPATCH. */
NDISAPI VOID NTAPI NdisUnmapFile(IN NDIS_HANDLE FileHandle);

/* Closes a file, unmapping it if it is mapped. IRQL: =PASSIVE. */
NDISAPI VOID NTAPI NdisCloseFile(IN NDIS_HANDLE FileHandle);

EXTERN_C_END

#endif
