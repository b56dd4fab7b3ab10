/* SPDX-License-Identifier: MIT */
/*
 * driver_missing_functions.c - a driver that wants what no NDIS 5 library has
 *
 * For test_ndisrun_cli.py: ndisrun must refuse it and name every function.
 */
extern void NdisFirstMissing(void);
extern void NdisSecondMissing(void);
extern int NdisMissingData;
extern void NdisOptionalMissing(void) __attribute__((weak));

int DriverEntry(void *driver_object, void *registry_path);

int DriverEntry(void *driver_object, void *registry_path)
{
	NdisFirstMissing();
	NdisSecondMissing();
	if (NdisOptionalMissing)
		NdisOptionalMissing();
	return NdisMissingData;
}
