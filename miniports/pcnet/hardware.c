/* SPDX-License-Identifier: MIT */
/*
 * hardware.c - identity, start and stop of the chip, link, frames missed
 */
#include "pcnet.h"

#define PCNET_ALL_ONES 0xFFFFu	/* what the bus answers for a chip that is gone */

C_ASSERT(sizeof(struct pcnet_block) == 28);
C_ASSERT(sizeof(struct pcnet_descriptor) == 16);

/* No state of the chip has STOP together with STRT and INIT, so CSR0 is never all ones. */
BOOLEAN pcnet_is_gone(struct pcnet_adapter *adapter)
{
	return pcnet_get(adapter, PCNET_CSR_STATUS) == PCNET_ALL_ONES;
}

/* Resets the chip: the identity can be read while it is stopped. */
static NDIS_STATUS pcnet_check_identity(struct pcnet_adapter *adapter)
{
	ULONG id;

	pcnet_reset_chip(adapter);
	id = pcnet_get(adapter, PCNET_CSR_CHIP_LOW) |
	     (ULONG)pcnet_get(adapter, PCNET_CSR_CHIP_HIGH) << 16;
	if (PCNET_CHIP_PART(id) == PCNET_PART_AM79C970A && PCNET_CHIP_MAKER(id) == PCNET_MAKER_AMD)
		return NDIS_STATUS_SUCCESS;
	pcnet_log(adapter, NDIS_ERROR_CODE_ADAPTER_NOT_FOUND,
		  pcnet_is_gone(adapter) ? PCNET_LOG_GONE : PCNET_LOG_IDENTITY, id);
	return NDIS_STATUS_ADAPTER_NOT_FOUND;
}

NDIS_STATUS pcnet_identify(struct pcnet_adapter *adapter)
{
	const struct pcnet_settings *settings = &adapter->settings;
	PUCHAR address = adapter->permanent_address;
	NDIS_STATUS status;
	ULONG i;

	status = pcnet_check_identity(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	for (i = 0; i < PCNET_ADDRESS_LENGTH; i++)
		NdisRawReadPortUchar(adapter->ports + PCNET_APROM + i, &address[i]);
	if (ETH_IS_MULTICAST(address) || pcnet_is_zero(address)) {
		pcnet_log(adapter, NDIS_ERROR_CODE_ADAPTER_NOT_FOUND, PCNET_LOG_ADDRESS,
			  (ULONG)address[0] << 16 | (ULONG)address[1] << 8 | address[2]);
		return NDIS_STATUS_ADAPTER_NOT_FOUND;
	}
	NdisMoveMemory(adapter->station_address, settings->has_address ? settings->address :
		       address, PCNET_ADDRESS_LENGTH);
	return NDIS_STATUS_SUCCESS;
}

static UCHAR pcnet_logarithm(ULONG size)
{
	UCHAR log = 0;

	while (1u << log < size)
		log++;
	return (UCHAR)(log << 4);
}

static VOID pcnet_fill_block(struct pcnet_adapter *adapter)
{
	struct pcnet_block *block = (struct pcnet_block *)(PVOID)adapter->block.va;

	NdisZeroMemory(block, sizeof(*block));
	pcnet_describe_filter(adapter, &block->mode, block->hash);
	block->receive_log = pcnet_logarithm(adapter->receive.size);
	block->transmit_log = pcnet_logarithm(adapter->transmit.size);
	NdisMoveMemory(block->address, adapter->station_address, PCNET_ADDRESS_LENGTH);
	block->receive_ring = adapter->receive.ring.logical.LowPart;
	block->transmit_ring = adapter->transmit.ring.logical.LowPart;
}

static NDIS_STATUS pcnet_load_block(struct pcnet_adapter *adapter)
{
	ULONG i;

	pcnet_set(adapter, PCNET_CSR_BLOCK_LOW, adapter->block.logical.LowPart & 0xFFFF);
	pcnet_set(adapter, PCNET_CSR_BLOCK_HIGH, adapter->block.logical.LowPart >> 16);
	pcnet_set(adapter, PCNET_CSR_STATUS, PCNET_CSR0_INIT);
	for (i = 0; i < PCNET_WAIT_STEPS; i++) {
		USHORT status = pcnet_get(adapter, PCNET_CSR_STATUS);

		if (status == PCNET_ALL_ONES)
			break;
		if (status & PCNET_CSR0_IDON)
			return NDIS_STATUS_SUCCESS;
		NdisStallExecution(10);
	}
	pcnet_log(adapter, NDIS_ERROR_CODE_HARDWARE_FAILURE, PCNET_LOG_INITIALIZATION,
		  pcnet_get(adapter, PCNET_CSR_STATUS));
	return NDIS_STATUS_HARD_ERRORS;
}

/* From a reset on. No frame is with the chip. */
NDIS_STATUS pcnet_start_chip(struct pcnet_adapter *adapter)
{
	NDIS_STATUS status;

	status = pcnet_check_identity(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	pcnet_transmit_start(adapter);
	pcnet_receive_start(adapter);
	pcnet_fill_block(adapter);

	pcnet_raw_set(adapter, PCNET_BDP, PCNET_BCR_STYLE, PCNET_STYLE_PCI);
	pcnet_set(adapter, PCNET_CSR_MASKS, PCNET_CSR0_IDON);
	pcnet_set(adapter, PCNET_CSR_FEATURES, PCNET_CSR4_DPOLL | PCNET_CSR4_APAD_XMT |
		  PCNET_CSR4_MFCOM | PCNET_CSR4_RCVCCOM | PCNET_CSR4_TXSTRTM | PCNET_CSR4_JABM);
	pcnet_set(adapter, PCNET_CSR_EXTENDED, 0);
	status = pcnet_load_block(adapter);
	if (status != NDIS_STATUS_SUCCESS) {
		pcnet_reset_chip(adapter);
		return status;
	}
	adapter->last_missed = pcnet_get(adapter, PCNET_CSR_MISSED);
	adapter->cause = 0;
	adapter->is_enabled = TRUE;
	pcnet_set(adapter, PCNET_CSR_STATUS, PCNET_CSR0_IDON | PCNET_CSR0_STRT | PCNET_CSR0_INEA);
	adapter->link_up = pcnet_read_link(adapter);
	return NDIS_STATUS_SUCCESS;
}

/* Afterwards the chip makes no access and no interrupt. */
VOID pcnet_stop_chip(struct pcnet_adapter *adapter)
{
	pcnet_count_missed(adapter);
	pcnet_set(adapter, PCNET_CSR_STATUS, PCNET_CSR0_STOP);
	pcnet_reset_chip(adapter);
	adapter->cause = 0;
}

/* The counter has 16 bits and does not stop at its end. */
VOID pcnet_count_missed(struct pcnet_adapter *adapter)
{
	USHORT missed = pcnet_get(adapter, PCNET_CSR_MISSED);
	USHORT more = (USHORT)(missed - adapter->last_missed);

	if (missed == PCNET_ALL_ONES && pcnet_is_gone(adapter))
		return;
	adapter->last_missed = missed;
	adapter->statistics.frames_missed += more;
	adapter->counters.missed += more;
}

BOOLEAN pcnet_read_link(struct pcnet_adapter *adapter)
{
	return (pcnet_get_bus(adapter, PCNET_BCR_LINK) & PCNET_BCR4_LEDOUT) != 0;
}

/* The chip does not tell when the link changes. */
VOID pcnet_check_link(struct pcnet_adapter *adapter)
{
	BOOLEAN link_up = pcnet_read_link(adapter);

	if (link_up == adapter->link_up)
		return;
	adapter->link_up = link_up;
	NdisMIndicateStatus(adapter->handle, link_up ? NDIS_STATUS_MEDIA_CONNECT :
			    NDIS_STATUS_MEDIA_DISCONNECT, NULL, 0);
	NdisMIndicateStatusComplete(adapter->handle);
}
