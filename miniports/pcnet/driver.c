/* SPDX-License-Identifier: MIT */
/*
 * driver.c - registration: what NDIS calls, and where it is
 */
#include "pcnet.h"

DECLSPEC_EXPORT NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path);

DECLSPEC_EXPORT NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
	NDIS_MINIPORT_CHARACTERISTICS characteristics;
	NDIS_HANDLE wrapper;
	NDIS_STATUS status;

	NdisMInitializeWrapper(&wrapper, driver, registry_path, NULL);

	NdisZeroMemory(&characteristics, sizeof(characteristics));
	characteristics.MajorNdisVersion = NDIS_MINIPORT_MAJOR_VERSION;
	characteristics.MinorNdisVersion = NDIS_MINIPORT_MINOR_VERSION;
	characteristics.InitializeHandler = pcnet_initialize;
	characteristics.HaltHandler = pcnet_halt;
	characteristics.ISRHandler = pcnet_isr;
	characteristics.HandleInterruptHandler = pcnet_handle_interrupt;
	characteristics.EnableInterruptHandler = pcnet_enable_interrupt;
	characteristics.DisableInterruptHandler = pcnet_disable_interrupt;
	characteristics.SendHandler = pcnet_send;
	characteristics.TransferDataHandler = pcnet_transfer_data;
	characteristics.QueryInformationHandler = pcnet_query;
	characteristics.SetInformationHandler = pcnet_set_information;
	characteristics.CheckForHangHandler = pcnet_check_for_hang;
	characteristics.ResetHandler = pcnet_reset;

	status = NdisMRegisterMiniport(wrapper, &characteristics, sizeof(characteristics));
	if (status != NDIS_STATUS_SUCCESS)
		NdisTerminateWrapper(wrapper, NULL);
	return status;
}
