/* SPDX-License-Identifier: MIT */
/*
 * driver.c - registration: what NDIS calls, and where it is
 */
#include "e1000.h"

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
	characteristics.InitializeHandler = e1000_initialize;
	characteristics.HaltHandler = e1000_halt;
	characteristics.ISRHandler = e1000_isr;
	characteristics.HandleInterruptHandler = e1000_handle_interrupt;
	characteristics.SendPacketsHandler = e1000_send_packets;
	characteristics.ReturnPacketHandler = e1000_return_packet;
	characteristics.QueryInformationHandler = e1000_query;
	characteristics.SetInformationHandler = e1000_set;
	characteristics.CheckForHangHandler = e1000_check_for_hang;
	characteristics.ResetHandler = e1000_reset;
	characteristics.CancelSendPacketsHandler = e1000_cancel_send_packets;
	characteristics.PnPEventNotifyHandler = e1000_pnp_event_notify;

	status = NdisMRegisterMiniport(wrapper, &characteristics, sizeof(characteristics));
	if (status != NDIS_STATUS_SUCCESS)
		NdisTerminateWrapper(wrapper, NULL);
	return status;
}
