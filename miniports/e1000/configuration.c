/* SPDX-License-Identifier: MIT */
/*
 * configuration.c - the keywords that set the driver up
 *
 *   TransmitDescriptors   entries of the transmit ring: a power of two, 32 to 4096
 *   ReceiveDescriptors    entries of the receive ring: a power of two, 16 to 1024; there is one
 *                         buffer less
 *   MapRegisters          base map registers to ask for where there is no scatter/gather: 1 to 64
 *   NetworkAddress        station address in place of the permanent one
 */
#include "e1000.h"

struct e1000_keyword {
	NDIS_STRING name;
	const char *text;		/* the same, for messages */
	size_t offset;			/* of the ULONG in struct e1000_settings */
	ULONG value;			/* if the keyword is not there */
	ULONG low, high;
	BOOLEAN is_power_of_two;
};

#define E1000_KEYWORD(keyword, member, value, low, high, is_power_of_two) \
	{ NDIS_STRING_CONST(keyword), keyword, FIELD_OFFSET(struct e1000_settings, member), \
	  value, low, high, is_power_of_two }

static const struct e1000_keyword e1000_keywords[] = {
	E1000_KEYWORD("TransmitDescriptors", transmit_descriptors, 256, 32, 4096, TRUE),
	E1000_KEYWORD("ReceiveDescriptors", receive_descriptors, 128, 16, 1024, TRUE),
	E1000_KEYWORD("MapRegisters", map_registers, 32, 1, 64, FALSE),
};

static NDIS_STATUS e1000_refuse(struct e1000_adapter *adapter, ULONG value)
{
	e1000_log(adapter, NDIS_ERROR_CODE_UNSUPPORTED_CONFIGURATION, E1000_LOG_CONFIGURATION,
		  value);
	return NDIS_STATUS_FAILURE;
}

static NDIS_STATUS e1000_read_keyword(struct e1000_adapter *adapter, NDIS_HANDLE handle,
				      const struct e1000_keyword *keyword)
{
	ULONG *setting = (ULONG *)(PVOID)((PUCHAR)&adapter->settings + keyword->offset);
	PNDIS_CONFIGURATION_PARAMETER parameter;
	NDIS_STRING name = keyword->name;
	NDIS_STATUS status;
	ULONG value;

	*setting = keyword->value;
	NdisReadConfiguration(&status, &parameter, handle, &name, NdisParameterInteger);
	if (status != NDIS_STATUS_SUCCESS)
		return NDIS_STATUS_SUCCESS;
	value = parameter->ParameterData.IntegerData;
	if (value < keyword->low || value > keyword->high ||
	    (keyword->is_power_of_two && (value & (value - 1)))) {
		DbgPrint("e1000: %s is %u, must be a %s from %u to %u\n", keyword->text, value,
			 keyword->is_power_of_two ? "power of two" : "number", keyword->low,
			 keyword->high);
		return e1000_refuse(adapter, value);
	}
	*setting = value;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS e1000_read_address(struct e1000_adapter *adapter, NDIS_HANDLE handle)
{
	struct e1000_settings *settings = &adapter->settings;
	NDIS_STATUS status;
	PVOID address;
	UINT length;

	NdisReadNetworkAddress(&status, &address, &length, handle);
	if (status != NDIS_STATUS_SUCCESS)
		return NDIS_STATUS_SUCCESS;
	if (length != E1000_ADDRESS_LENGTH || ETH_IS_MULTICAST((PUCHAR)address)) {
		DbgPrint("e1000: NetworkAddress must have 6 bytes and not be a group address\n");
		return e1000_refuse(adapter, length);
	}
	NdisMoveMemory(settings->address, address, E1000_ADDRESS_LENGTH);
	settings->has_address = TRUE;
	return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS e1000_read_configuration(struct e1000_adapter *adapter, NDIS_HANDLE configuration)
{
	NDIS_STATUS status;
	NDIS_HANDLE handle;
	size_t i;

	NdisOpenConfiguration(&status, &handle, configuration);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	for (i = 0; i < ARRAYSIZE(e1000_keywords) && status == NDIS_STATUS_SUCCESS; i++)
		status = e1000_read_keyword(adapter, handle, &e1000_keywords[i]);
	if (status == NDIS_STATUS_SUCCESS)
		status = e1000_read_address(adapter, handle);
	NdisCloseConfiguration(handle);
	return status;
}
