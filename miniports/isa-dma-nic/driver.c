/* SPDX-License-Identifier: MIT */
/*
 * driver.c - registration: what NDIS calls, and where it is
 */
#include "isa_nic.h"

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
	characteristics.InitializeHandler = isa_nic_initialize;
	characteristics.HaltHandler = isa_nic_halt;
	characteristics.ISRHandler = isa_nic_isr;
	characteristics.HandleInterruptHandler = isa_nic_handle_interrupt;
	characteristics.SendHandler = isa_nic_send;
	characteristics.TransferDataHandler = isa_nic_transfer_data;
	characteristics.QueryInformationHandler = isa_nic_query;
	characteristics.SetInformationHandler = isa_nic_set_information;
	characteristics.CheckForHangHandler = isa_nic_check_for_hang;
	characteristics.ResetHandler = isa_nic_reset;

	status = NdisMRegisterMiniport(wrapper, &characteristics, sizeof(characteristics));
	if (status != NDIS_STATUS_SUCCESS)
		NdisTerminateWrapper(wrapper, NULL);
	return status;
}
