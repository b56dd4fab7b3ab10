/* SPDX-License-Identifier: MIT */
/*
 * driver.c - registration: what NDIS calls, and where it is
 */
#include "sgnic.h"

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
	characteristics.InitializeHandler = sgnic_initialize;
	characteristics.HaltHandler = sgnic_halt;
	characteristics.ISRHandler = sgnic_isr;
	characteristics.HandleInterruptHandler = sgnic_handle_interrupt;
	characteristics.SendPacketsHandler = sgnic_send_packets;
	characteristics.ReturnPacketHandler = sgnic_return_packet;
	characteristics.AllocateCompleteHandler = sgnic_allocate_complete;
	characteristics.QueryInformationHandler = sgnic_query;
	characteristics.SetInformationHandler = sgnic_set;
	characteristics.CheckForHangHandler = sgnic_check_for_hang;
	characteristics.ResetHandler = sgnic_reset;
	characteristics.CancelSendPacketsHandler = sgnic_cancel_send_packets;
	characteristics.PnPEventNotifyHandler = sgnic_pnp_event_notify;

	status = NdisMRegisterMiniport(wrapper, &characteristics, sizeof(characteristics));
	if (status != NDIS_STATUS_SUCCESS)
		NdisTerminateWrapper(wrapper, NULL);
	return status;
}
