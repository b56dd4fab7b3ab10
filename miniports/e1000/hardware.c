/* SPDX-License-Identifier: MIT */
/*
 * hardware.c - the chip as a whole: identity, EEPROM, reset, start, stop, link
 */
#include "e1000.h"

/* The chip needs microseconds for either; what takes longer does not end. */
#define E1000_WAIT_STEPS	1000
#define E1000_WAIT_STEP		10	/* microseconds */

ULONG e1000_read(struct e1000_adapter *adapter, ULONG offset)
{
	ULONG value;

	NdisReadRegisterUlong((PULONG)(PVOID)(adapter->registers + offset), &value);
	return value;
}

VOID e1000_write(struct e1000_adapter *adapter, ULONG offset, ULONG value)
{
	NdisWriteRegisterUlong((PULONG)(PVOID)(adapter->registers + offset), value);
}

/* A pair of registers; the high half follows the low one. */
VOID e1000_write_address(struct e1000_adapter *adapter, ULONG offset, ULONG64 address)
{
	e1000_write(adapter, offset, (ULONG)address);
	e1000_write(adapter, offset + 4, (ULONG)(address >> 32));
}

BOOLEAN e1000_is_gone(struct e1000_adapter *adapter)
{
	return e1000_read(adapter, E1000_STATUS) == E1000_ALL_ONES;
}

/* Waits until the bits of `mask` in a register are `wanted`. */
static BOOLEAN e1000_wait(struct e1000_adapter *adapter, ULONG offset, ULONG mask, ULONG wanted,
			  ULONG *value)
{
	ULONG i;

	for (i = 0; i < E1000_WAIT_STEPS; i++) {
		*value = e1000_read(adapter, offset);
		if (*value == E1000_ALL_ONES)
			return FALSE;
		if ((*value & mask) == wanted)
			return TRUE;
		NdisStallExecution(E1000_WAIT_STEP);
	}
	return FALSE;
}

static NDIS_STATUS e1000_check_presence(struct e1000_adapter *adapter)
{
	if (!e1000_is_gone(adapter))
		return NDIS_STATUS_SUCCESS;
	e1000_log(adapter, NDIS_ERROR_CODE_HARDWARE_FAILURE, E1000_LOG_GONE, E1000_ALL_ONES);
	return NDIS_STATUS_ADAPTER_REMOVED;
}

/* Chapter 5: the permanent address, from an EEPROM whose sum is right. */
static NDIS_STATUS e1000_read_eeprom(struct e1000_adapter *adapter)
{
	USHORT sum = 0;
	ULONG value;
	ULONG i;

	for (i = 0; i < E1000_EEPROM_WORDS; i++) {
		e1000_write(adapter, E1000_EERD, E1000_EERD_ADDRESS(i) | E1000_EERD_START);
		if (!e1000_wait(adapter, E1000_EERD, E1000_EERD_DONE, E1000_EERD_DONE, &value)) {
			e1000_log(adapter, NDIS_ERROR_CODE_HARDWARE_FAILURE, E1000_LOG_EEPROM, i);
			return NDIS_STATUS_DEVICE_FAILED;
		}
		sum = (USHORT)(sum + E1000_EERD_DATA(value));
		if (2 * i < E1000_ADDRESS_LENGTH) {
			adapter->permanent_address[2 * i] = (UCHAR)E1000_EERD_DATA(value);
			adapter->permanent_address[2 * i + 1] = (UCHAR)(E1000_EERD_DATA(value) >> 8);
		}
	}
	if (sum != E1000_EEPROM_SUM) {
		e1000_log(adapter, NDIS_ERROR_CODE_INVALID_VALUE_FROM_ADAPTER, E1000_LOG_EEPROM,
			  sum);
		return NDIS_STATUS_DEVICE_FAILED;
	}
	return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS e1000_identify(struct e1000_adapter *adapter)
{
	const struct e1000_settings *settings = &adapter->settings;
	NDIS_STATUS status;

	status = e1000_check_presence(adapter);
	if (status == NDIS_STATUS_SUCCESS)
		status = e1000_read_eeprom(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	NdisMoveMemory(adapter->station_address, settings->has_address ? settings->address :
		       adapter->permanent_address, E1000_ADDRESS_LENGTH);
	return NDIS_STATUS_SUCCESS;
}

/* No interrupts, no DMA of frames. Any IRQL. */
static VOID e1000_quiesce(struct e1000_adapter *adapter)
{
	e1000_write(adapter, E1000_IMC, E1000_ALL_ONES);
	e1000_write(adapter, E1000_RCTL, 0);
	e1000_write(adapter, E1000_TCTL, 0);
	(VOID)e1000_read(adapter, E1000_STATUS);	/* they have arrived */
}

static NDIS_STATUS e1000_reset_device(struct e1000_adapter *adapter)
{
	ULONG control;

	e1000_quiesce(adapter);
	e1000_write(adapter, E1000_CTRL, e1000_read(adapter, E1000_CTRL) | E1000_CTRL_RESET);
	NdisStallExecution(E1000_WAIT_STEP);
	if (!e1000_wait(adapter, E1000_CTRL, E1000_CTRL_RESET, 0, &control)) {
		e1000_log(adapter, NDIS_ERROR_CODE_HARDWARE_FAILURE, E1000_LOG_RESET, control);
		return NDIS_STATUS_DEVICE_FAILED;
	}
	e1000_quiesce(adapter);
	(VOID)e1000_read(adapter, E1000_ICR);
	return NDIS_STATUS_SUCCESS;
}

/* 14.3: the PHY decides about speed and duplex; no flow control, no VLANs. */
static VOID e1000_start_link(struct e1000_adapter *adapter)
{
	ULONG control = e1000_read(adapter, E1000_CTRL);

	control &= ~(E1000_CTRL_LINK_RESET | E1000_CTRL_INVERT_LOSS | E1000_CTRL_FORCE_SPEED |
		     E1000_CTRL_FORCE_DUPLEX | E1000_CTRL_RECEIVE_PAUSE |
		     E1000_CTRL_TRANSMIT_PAUSE | E1000_CTRL_VLAN | E1000_CTRL_PHY_RESET);
	control |= E1000_CTRL_SET_LINK_UP | E1000_CTRL_AUTO_SPEED;
	e1000_write(adapter, E1000_CTRL, control);
	e1000_write(adapter, E1000_FCAL, 0);
	e1000_write(adapter, E1000_FCAH, 0);
	e1000_write(adapter, E1000_FCT, 0);
	e1000_write(adapter, E1000_FCTTV, 0);
}

/* Chapter 14. The memory of the rings exists; packets and buffers are the driver's. */
NDIS_STATUS e1000_start_device(struct e1000_adapter *adapter)
{
	NDIS_STATUS status;

	status = e1000_check_presence(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	e1000_collect_counters(adapter);	/* the reset clears them */
	status = e1000_reset_device(adapter);
	if (status != NDIS_STATUS_SUCCESS)
		return status;
	e1000_start_link(adapter);
	e1000_transmit_start(adapter);
	e1000_receive_start(adapter);
	adapter->receive_control = 0;
	e1000_write_filter(adapter);
	e1000_write(adapter, E1000_IMS, E1000_CAUSES);
	return NDIS_STATUS_SUCCESS;
}

/* When it returns the device has let go of all memory. */
VOID e1000_stop_device(struct e1000_adapter *adapter)
{
	e1000_transmit_stop(adapter);
	e1000_receive_stop(adapter);
	if (!e1000_is_gone(adapter))
		(VOID)e1000_reset_device(adapter);
}

/* From MiniportHandleInterrupt and MiniportCheckForHang. */
VOID e1000_check_link(struct e1000_adapter *adapter)
{
	ULONG status = e1000_read(adapter, E1000_STATUS);
	BOOLEAN link_up = (status & E1000_STATUS_LINK_UP) != 0;

	if (status == E1000_ALL_ONES || link_up == adapter->link_up)
		return;
	adapter->link_up = link_up;
	NdisMIndicateStatus(adapter->handle, link_up ? NDIS_STATUS_MEDIA_CONNECT :
			    NDIS_STATUS_MEDIA_DISCONNECT, NULL, 0);
	NdisMIndicateStatusComplete(adapter->handle);
}

/* In units of 100 bit/s. */
ULONG e1000_link_speed(struct e1000_adapter *adapter)
{
	switch (E1000_STATUS_SPEED(e1000_read(adapter, E1000_STATUS))) {
	case 0:
		return 100000;
	case 1:
		return 1000000;
	default:
		return 10000000;
	}
}
