/* SPDX-License-Identifier: MIT */
/*
 * file_driver.c - a driver that shows what is in its file firmware.bin, and then refuses to start
 */
#include <ndis.h>

DECLSPEC_EXPORT NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path);

DECLSPEC_EXPORT NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
	const PHYSICAL_ADDRESS any = {.QuadPart = -1};
	NDIS_STRING name = NDIS_STRING_CONST("firmware.bin");
	NDIS_STATUS status;
	NDIS_HANDLE file;
	UINT length;
	PVOID bytes;

	(void)driver;
	(void)registry_path;
	NdisOpenFile(&status, &file, &length, &name, any);
	if (status != NDIS_STATUS_SUCCESS) {
		DbgPrint("file_driver: no firmware: 0x%08x\n", status);
		return STATUS_UNSUCCESSFUL;
	}
	NdisMapFile(&status, &bytes, file);
	if (status == NDIS_STATUS_SUCCESS)
		DbgPrint("file_driver: %u bytes: %.*s\n", length, length, bytes);
	NdisUnmapFile(file);
	NdisCloseFile(file);
	return STATUS_UNSUCCESSFUL;
}
