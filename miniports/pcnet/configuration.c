/* SPDX-License-Identifier: MIT */
/*
 * configuration.c - the keywords that set the driver up
 *
 *   TransmitDescriptors   size of the transmit ring, a power of two
 *   ReceiveDescriptors    size of the receive ring, a power of two; each has a buffer
 *   MapRegisters          base map registers to ask NDIS for; one is used per buffer of a packet
 *   Lookahead             bytes behind the header that an indication shows, until a protocol sets
 *                         OID_GEN_CURRENT_LOOKAHEAD
 *   NetworkAddress        station address in place of the permanent one
 */
#include "pcnet.h"

enum pcnet_rule {
	PCNET_RULE_POWER_OF_TWO,
	PCNET_RULE_RANGE,
};

static const char *const pcnet_rule_text[] = {
	[PCNET_RULE_POWER_OF_TWO] = "a power of two",
	[PCNET_RULE_RANGE] = "a number",
};

struct pcnet_keyword {
	NDIS_STRING name;
	const char *text;		/* the same, for messages */
	size_t offset;			/* of the ULONG in struct pcnet_settings */
	ULONG value;			/* if the keyword is not there */
	ULONG low, high;
	enum pcnet_rule rule;
};

#define PCNET_KEYWORD(keyword, member, value, low, high, rule) \
	{ NDIS_STRING_CONST(keyword), keyword, FIELD_OFFSET(struct pcnet_settings, member), \
	  value, low, high, rule }

static const struct pcnet_keyword pcnet_keywords[] = {
	PCNET_KEYWORD("TransmitDescriptors", transmit_descriptors, 64,
		      PCNET_FRAME_BUFFERS * PCNET_BUFFER_UNITS, 1u << PCNET_RING_LOG_MAX,
		      PCNET_RULE_POWER_OF_TWO),
	PCNET_KEYWORD("ReceiveDescriptors", receive_descriptors, 64, 4, 1u << PCNET_RING_LOG_MAX,
		      PCNET_RULE_POWER_OF_TWO),
	PCNET_KEYWORD("MapRegisters", map_registers, 32, 1, 64, PCNET_RULE_RANGE),
	PCNET_KEYWORD("Lookahead", lookahead, 256, 18, PCNET_FRAME_DATA, PCNET_RULE_RANGE),
};

static NDIS_STATUS pcnet_refuse(struct pcnet_adapter *adapter, ULONG value)
{
	pcnet_log(adapter, NDIS_ERROR_CODE_UNSUPPORTED_CONFIGURATION, PCNET_LOG_CONFIGURATION,
		  value);
	return NDIS_STATUS_FAILURE;
}

static NDIS_STATUS pcnet_read_keyword(struct pcnet_adapter *adapter, NDIS_HANDLE handle,
				      const struct pcnet_keyword *keyword)
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
	    (keyword->rule == PCNET_RULE_POWER_OF_TWO && (value & (value - 1)))) {
		DbgPrint("pcnet: %s is %u, must be %s from %u to %u\n", keyword->text, value,
			 pcnet_rule_text[keyword->rule], keyword->low, keyword->high);
		return pcnet_refuse(adapter, value);
	}
	*setting = value;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS pcnet_read_address(struct pcnet_adapter *adapter, NDIS_HANDLE handle)
{
	struct pcnet_settings *settings = &adapter->settings;
	NDIS_STATUS status;
	PVOID address;
	UINT length;

	NdisReadNetworkAddress(&status, &address, &length, handle);
	if (status != NDIS_STATUS_SUCCESS)
		return NDIS_STATUS_SUCCESS;
	if (length != PCNET_ADDRESS_LENGTH || ETH_IS_MULTICAST((PUCHAR)address) ||
	    pcnet_is_zero((PUCHAR)address)) {
		DbgPrint("pcnet: NetworkAddress must have 6 bytes, and be neither a group address "
			 "nor zero\n");
		return pcnet_refuse(adapter, length);
	}
	NdisMoveMemory(settings->address, address, PCNET_ADDRESS_LENGTH);
	settings->has_address = TRUE;
	return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS pcnet_read_configuration(struct pcnet_adapter *adapter, NDIS_HANDLE configuration)
{
	NDIS_STATUS status;
	NDIS_HANDLE handle;
	size_t i;

	NdisOpenConfiguration(&status, &handle, configuration);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	for (i = 0; i < ARRAYSIZE(pcnet_keywords) && status == NDIS_STATUS_SUCCESS; i++)
		status = pcnet_read_keyword(adapter, handle, &pcnet_keywords[i]);
	if (status == NDIS_STATUS_SUCCESS)
		status = pcnet_read_address(adapter, handle);
	NdisCloseConfiguration(handle);
	adapter->transmit.size = adapter->settings.transmit_descriptors;
	adapter->receive.size = adapter->settings.receive_descriptors;
	adapter->lookahead = adapter->settings.lookahead;
	return status;
}
