/* SPDX-License-Identifier: MIT */
/*
 * configuration.c - the keywords that set the driver up
 *
 *   IoBaseAddress       first of the NIC's 16 I/O ports
 *   InterruptNumber     its interrupt line
 *   DmaChannel          its DMA channel, 0 to 3 (bytes) or 5 to 7 (words)
 *   DemandMode          1: demand mode, 0: single mode
 *   ContinuousReceive   1: frames are received into a ring, in auto-initialise mode; 0: one by one
 *   ReceiveRing         bytes of the ring: a multiple of 4, up to what the channel can address
 *   Gather              1: a frame is sent from the buffers it lies in; 0: copied into one first
 *   FlowControl         1: while the NIC has no room it has its link partner pause; 0: it drops
 *   NetworkAddress      station address in place of the permanent one
 */
#include "isa_nic.h"

#define ISA_NIC_RING_SIZE	16384u
#define ISA_NIC_RING_MAX	131072u

struct isa_nic_keyword {
	NDIS_STRING name;
	const char *text;		/* the same, for messages */
	size_t offset;			/* of the ULONG in struct isa_nic_settings */
	ULONG value;			/* if the keyword is not there */
	ULONG low, high;
	ULONG multiple;
};

#define ISA_NIC_KEYWORD(keyword, member, value, low, high, multiple) \
	{ NDIS_STRING_CONST(keyword), keyword, FIELD_OFFSET(struct isa_nic_settings, member), \
	  value, low, high, multiple }

static const struct isa_nic_keyword isa_nic_keywords[] = {
	ISA_NIC_KEYWORD("IoBaseAddress", io_base, ISA_DMA_NIC_IOBASE_DEFAULT,
			ISA_DMA_NIC_IOBASE_MIN, ISA_DMA_NIC_IOBASE_MAX, ISA_DMA_NIC_PORTS),
	ISA_NIC_KEYWORD("InterruptNumber", interrupt, ISA_DMA_NIC_IRQ_DEFAULT, 3, 15, 1),
	ISA_NIC_KEYWORD("DmaChannel", channel, ISA_DMA_NIC_CHANNEL_DEFAULT, 0,
			ISA_DMA_NIC_CHANNEL_MAX, 1),
	ISA_NIC_KEYWORD("DemandMode", demand_mode, 1, 0, 1, 1),
	ISA_NIC_KEYWORD("ContinuousReceive", continuous, 1, 0, 1, 1),
	ISA_NIC_KEYWORD("ReceiveRing", ring_size, ISA_NIC_RING_SIZE, ISA_DMA_NIC_RECORD_MAX,
			ISA_NIC_RING_MAX, ISA_DMA_NIC_RECORD_ALIGNMENT),
	ISA_NIC_KEYWORD("Gather", gather, 1, 0, 1, 1),
	ISA_NIC_KEYWORD("FlowControl", flow_control, 1, 0, 1, 1),
};

static NDIS_STATUS isa_nic_refuse(struct isa_nic_adapter *adapter, ULONG value)
{
	isa_nic_log(adapter, NDIS_ERROR_CODE_UNSUPPORTED_CONFIGURATION,
		    ISA_NIC_LOG_CONFIGURATION, value);
	return NDIS_STATUS_FAILURE;
}

static NDIS_STATUS isa_nic_read_keyword(struct isa_nic_adapter *adapter, NDIS_HANDLE handle,
					const struct isa_nic_keyword *keyword)
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
	if (value < keyword->low || value > keyword->high || value % keyword->multiple) {
		DbgPrint("isa-dma-nic: %s is %u, must be a multiple of %u from %u to %u\n",
			 keyword->text, value, keyword->multiple, keyword->low, keyword->high);
		return isa_nic_refuse(adapter, value);
	}
	*setting = value;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS isa_nic_read_address(struct isa_nic_adapter *adapter, NDIS_HANDLE handle)
{
	struct isa_nic_settings *settings = &adapter->settings;
	NDIS_STATUS status;
	PVOID address;
	UINT length;

	NdisReadNetworkAddress(&status, &address, &length, handle);
	if (status != NDIS_STATUS_SUCCESS)
		return NDIS_STATUS_SUCCESS;
	if (length != ISA_NIC_ADDRESS_LENGTH || ETH_IS_MULTICAST((PUCHAR)address)) {
		DbgPrint("isa-dma-nic: NetworkAddress must have 6 bytes and not be a group "
			 "address\n");
		return isa_nic_refuse(adapter, length);
	}
	NdisMoveMemory(settings->address, address, ISA_NIC_ADDRESS_LENGTH);
	settings->has_address = TRUE;
	return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS isa_nic_check_settings(struct isa_nic_adapter *adapter)
{
	const struct isa_nic_settings *settings = &adapter->settings;
	ULONG limit = 65536 * ISA_DMA_NIC_CHANNEL_UNIT(settings->channel);

	if (settings->channel == ISA_DMA_NIC_CHANNEL_CASCADE) {
		DbgPrint("isa-dma-nic: DmaChannel is 4, must be 0 to 3 or 5 to 7: 4 connects the "
			 "two DMA controllers\n");
		return isa_nic_refuse(adapter, settings->channel);
	}
	if (!(ISA_DMA_NIC_IRQS >> settings->interrupt & 1)) {
		DbgPrint("isa-dma-nic: InterruptNumber is %u, must be 3 to 7, 9 to 12, 14 or 15\n",
			 settings->interrupt);
		return isa_nic_refuse(adapter, settings->interrupt);
	}
	if (settings->continuous && settings->ring_size > limit) {
		DbgPrint("isa-dma-nic: ReceiveRing is %u, must be %u or less on DMA channel %u\n",
			 settings->ring_size, limit, settings->channel);
		return isa_nic_refuse(adapter, settings->ring_size);
	}
	adapter->unit = ISA_DMA_NIC_CHANNEL_UNIT(settings->channel);
	return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS isa_nic_read_configuration(struct isa_nic_adapter *adapter, NDIS_HANDLE configuration)
{
	NDIS_STATUS status;
	NDIS_HANDLE handle;
	size_t i;

	NdisOpenConfiguration(&status, &handle, configuration);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	for (i = 0; i < ARRAYSIZE(isa_nic_keywords) && status == NDIS_STATUS_SUCCESS; i++)
		status = isa_nic_read_keyword(adapter, handle, &isa_nic_keywords[i]);
	if (status == NDIS_STATUS_SUCCESS)
		status = isa_nic_read_address(adapter, handle);
	if (status == NDIS_STATUS_SUCCESS)
		status = isa_nic_check_settings(adapter);
	NdisCloseConfiguration(handle);
	return status;
}
