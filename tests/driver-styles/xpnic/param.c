/* SPDX-License-Identifier: MIT */
/* param.c - the configuration, by a table. */
#include "precomp.h"
#pragma hdrstop

typedef struct _NIC_PARAMETER {
	NDIS_STRING Name;
	BOOLEAN Required;
	ULONG Offset;
	ULONG Default;
	ULONG Min;
	ULONG Max;
} NIC_PARAMETER, *PNIC_PARAMETER;

static NIC_PARAMETER Parameters[] = {
	{NDIS_STRING_CONST("*SpeedDuplex"), FALSE, FIELD_OFFSET(NIC, Speed), 0, 0, 6},
	{NDIS_STRING_CONST("QueueDepth"), FALSE, FIELD_OFFSET(NIC, Depth), 16, 1, 64},
};

NDIS_STATUS NicReadParameters(IN PNIC Nic, IN NDIS_HANDLE WrapperConfigurationContext)
{
	PNDIS_CONFIGURATION_PARAMETER Found;
	NDIS_HANDLE Configuration;
	NDIS_STATUS Status;
	PNIC_PARAMETER p;
	UINT i;

	PAGED_CODE();
	NdisOpenConfiguration(&Status, &Configuration, WrapperConfigurationContext);
	if (Status != NDIS_STATUS_SUCCESS)
		return Status;
	for (i = 0, p = Parameters; i < ARRAYSIZE(Parameters); i++, p++) {
		PULONG Value = (PULONG)((PUCHAR)Nic + p->Offset);

		NdisReadConfiguration(&Status, &Found, Configuration, &p->Name,
				      NdisParameterInteger);
		if (Status == NDIS_STATUS_SUCCESS &&
		    Found->ParameterData.IntegerData >= p->Min &&
		    Found->ParameterData.IntegerData <= p->Max)
			*Value = Found->ParameterData.IntegerData;
		else if (p->Required)
			break;
		else
			*Value = p->Default;
	}
	NdisCloseConfiguration(Configuration);
	return NDIS_STATUS_SUCCESS;
}
