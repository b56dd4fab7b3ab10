/* SPDX-License-Identifier: MIT */
/*
 * driver_refusing.c - the smallest driver that loads; its DriverEntry fails
 *
 * For test_ndisrun_cli.py, which never lets it get so far.
 */
#define STATUS_UNSUCCESSFUL ((int)0xC0000001)

int DriverEntry(void *driver_object, void *registry_path);

int DriverEntry(void *driver_object, void *registry_path)
{
	return STATUS_UNSUCCESSFUL;
}
