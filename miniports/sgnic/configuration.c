/* SPDX-License-Identifier: MIT */
/*
 * configuration.c - the keywords that set the driver up
 *
 *   TransmitDescriptors   entries of the transmit rings: a power of two, 16 to 4096
 *   ReceiveDescriptors    entries of the receive rings: a power of two, 32 to 4096
 *   ReceiveBuffers        receive buffers at the start: a multiple of 32
 *   MaxReceiveBuffers     receive buffers at most: a multiple of 32, from ReceiveBuffers to
 *                         ReceiveDescriptors
 *   MapRegisters          base map registers to ask for: 1 to 64
 *   DmaSize               address bits to use: 24, 32 or 64; 0: as many as the device has
 *   MaximumFrameSize      bytes of the longest frame, header included, VLAN tag not: 1514 to what
 *                         the device can, 9230 at most
 *   UseScatterGather      1: have NDIS map whole packets, instead of map registers
 *   TaskOffload           1: leave checksums to the device, as far as the protocol wants it, and
 *                         segments, with UseScatterGather
 *   VlanTagging           1: take 802.1Q tags from and to the per-packet information
 *   NetworkAddress        station address in place of the permanent one
 */
#include "sgnic.h"

#define SGNIC_MAP_REGISTERS_MAX 64

enum sgnic_rule {
	SGNIC_RULE_RANGE,		/* any value between the limits */
	SGNIC_RULE_POWER_OF_TWO,
	SGNIC_RULE_BLOCKS,		/* a multiple of SGNIC_BLOCK_BUFFERS */
	SGNIC_RULE_DMA_SIZE,
};

static const char *const sgnic_rule_text[] = {
	[SGNIC_RULE_RANGE] = "a number",
	[SGNIC_RULE_POWER_OF_TWO] = "a power of two",
	[SGNIC_RULE_BLOCKS] = "a multiple of 32",
	[SGNIC_RULE_DMA_SIZE] = "24, 32 or 64, or 0 for the device's own; that is",
};

struct sgnic_keyword {
	NDIS_STRING name;
	const char *text;		/* the same, for messages */
	size_t offset;			/* of the ULONG in struct sgnic_settings */
	ULONG value;			/* if the keyword is not there */
	ULONG low, high;
	enum sgnic_rule rule;
};

#define SGNIC_KEYWORD(keyword, member, value, low, high, rule) \
	{ NDIS_STRING_CONST(keyword), keyword, FIELD_OFFSET(struct sgnic_settings, member), \
	  value, low, high, rule }

static const struct sgnic_keyword sgnic_keywords[] = {
	SGNIC_KEYWORD("TransmitDescriptors", transmit_descriptors, 256, SGNIC_RING_MIN,
		      SGNIC_RING_MAX, SGNIC_RULE_POWER_OF_TWO),
	SGNIC_KEYWORD("ReceiveDescriptors", receive_descriptors, 256, SGNIC_BLOCK_BUFFERS,
		      SGNIC_RING_MAX, SGNIC_RULE_POWER_OF_TWO),
	SGNIC_KEYWORD("ReceiveBuffers", receive_buffers, 64, SGNIC_BLOCK_BUFFERS, SGNIC_RING_MAX,
		      SGNIC_RULE_BLOCKS),
	SGNIC_KEYWORD("MaxReceiveBuffers", max_receive_buffers, 256, SGNIC_BLOCK_BUFFERS,
		      SGNIC_RING_MAX, SGNIC_RULE_BLOCKS),
	SGNIC_KEYWORD("MapRegisters", map_registers, 32, 1, SGNIC_MAP_REGISTERS_MAX,
		      SGNIC_RULE_RANGE),
	SGNIC_KEYWORD("DmaSize", dma_bits, 0, 0, 64, SGNIC_RULE_DMA_SIZE),
	SGNIC_KEYWORD("MaximumFrameSize", frame_length, SGNIC_FRAME_LENGTH, SGNIC_FRAME_LENGTH,
		      SGNIC_FRAME_LIMIT, SGNIC_RULE_RANGE),
	SGNIC_KEYWORD("UseScatterGather", use_scatter_gather, 0, 0, 1, SGNIC_RULE_RANGE),
	SGNIC_KEYWORD("TaskOffload", task_offload, 0, 0, 1, SGNIC_RULE_RANGE),
	SGNIC_KEYWORD("VlanTagging", vlan_tagging, 0, 0, 1, SGNIC_RULE_RANGE),
};

static BOOLEAN sgnic_rule_holds(const struct sgnic_keyword *keyword, ULONG value)
{
	if (value < keyword->low || value > keyword->high)
		return FALSE;
	switch (keyword->rule) {
	case SGNIC_RULE_POWER_OF_TWO:
		return (value & (value - 1)) == 0;
	case SGNIC_RULE_BLOCKS:
		return value % SGNIC_BLOCK_BUFFERS == 0;
	case SGNIC_RULE_DMA_SIZE:
		return value == 0 || value == 24 || value == 32 || value == 64;
	default:
		return TRUE;
	}
}

static NDIS_STATUS sgnic_refuse(struct sgnic_adapter *adapter, ULONG value)
{
	sgnic_log(adapter, NDIS_ERROR_CODE_UNSUPPORTED_CONFIGURATION, SGNIC_LOG_CONFIGURATION,
		  value);
	return NDIS_STATUS_FAILURE;
}

static NDIS_STATUS sgnic_read_keyword(struct sgnic_adapter *adapter, NDIS_HANDLE handle,
				      const struct sgnic_keyword *keyword)
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
	if (!sgnic_rule_holds(keyword, value)) {
		DbgPrint("sgnic: %s is %u, must be %s from %u to %u\n", keyword->text, value,
			 sgnic_rule_text[keyword->rule], keyword->low, keyword->high);
		return sgnic_refuse(adapter, value);
	}
	*setting = value;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS sgnic_read_address(struct sgnic_adapter *adapter, NDIS_HANDLE handle)
{
	struct sgnic_settings *settings = &adapter->settings;
	NDIS_STATUS status;
	PVOID address;
	UINT length;

	NdisReadNetworkAddress(&status, &address, &length, handle);
	if (status != NDIS_STATUS_SUCCESS)
		return NDIS_STATUS_SUCCESS;
	if (length != SGNIC_ADDRESS_LENGTH || ETH_IS_MULTICAST((PUCHAR)address)) {
		DbgPrint("sgnic: NetworkAddress must have 6 bytes and not be a group address\n");
		return sgnic_refuse(adapter, length);
	}
	NdisMoveMemory(settings->address, address, SGNIC_ADDRESS_LENGTH);
	settings->has_address = TRUE;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS sgnic_check_settings(struct sgnic_adapter *adapter)
{
	const struct sgnic_settings *settings = &adapter->settings;

	if (settings->max_receive_buffers < settings->receive_buffers ||
	    settings->max_receive_buffers > settings->receive_descriptors) {
		DbgPrint("sgnic: MaxReceiveBuffers is %u, must be from ReceiveBuffers (%u) to "
			 "ReceiveDescriptors (%u)\n", settings->max_receive_buffers,
			 settings->receive_buffers, settings->receive_descriptors);
		return sgnic_refuse(adapter, settings->max_receive_buffers);
	}
	if (settings->use_scatter_gather && settings->dma_bits == 24) {
		DbgPrint("sgnic: DmaSize is 24, must be 32 or 64 with UseScatterGather\n");
		return sgnic_refuse(adapter, settings->dma_bits);
	}
	return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS sgnic_read_configuration(struct sgnic_adapter *adapter, NDIS_HANDLE configuration)
{
	NDIS_STATUS status;
	NDIS_HANDLE handle;
	size_t i;

	NdisOpenConfiguration(&status, &handle, configuration);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	for (i = 0; i < ARRAYSIZE(sgnic_keywords) && status == NDIS_STATUS_SUCCESS; i++)
		status = sgnic_read_keyword(adapter, handle, &sgnic_keywords[i]);
	if (status == NDIS_STATUS_SUCCESS)
		status = sgnic_read_address(adapter, handle);
	if (status == NDIS_STATUS_SUCCESS)
		status = sgnic_check_settings(adapter);
	NdisCloseConfiguration(handle);
	return status;
}
