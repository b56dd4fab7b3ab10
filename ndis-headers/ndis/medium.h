/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_MEDIUM_H
#define NDIS_HEADERS_NDIS_MEDIUM_H

/*
 * Enumerations that OID requests and MiniportInitialize exchange. Source: ntddndis.h as documented
 * in the NDIS 5 reference pages.
 */

#include "types.h"

/*
 * The kind of frames that a miniport moves. MiniportInitialize chooses one of those it is offered;
 * OID_GEN_MEDIA_SUPPORTED and OID_GEN_MEDIA_IN_USE answer with arrays of them. The library offers
 * NdisMedium802_3.
 */
typedef enum _NDIS_MEDIUM {
	NdisMedium802_3 = 0,
	NdisMedium802_5 = 1,
	NdisMediumFddi = 2,
	NdisMediumWan = 3,
	NdisMediumLocalTalk = 4,
	NdisMediumDix = 5,
	NdisMediumArcnetRaw = 6,
	NdisMediumArcnet878_2 = 7,
	NdisMediumAtm = 8,
	NdisMediumWirelessWan = 9,
	NdisMediumIrda = 10,
	NdisMediumBpc = 11,
	NdisMediumCoWan = 12,
	NdisMedium1394 = 13,
	NdisMediumInfiniBand = 14,
	NdisMediumMax
} NDIS_MEDIUM, *PNDIS_MEDIUM;

/*
 * What carries the frames, where that differs from what the medium suggests. Answer to
 * OID_GEN_PHYSICAL_MEDIUM. Windows XP knew those up to NdisPhysicalMediumWirelessWan; the headers of
 * its driver kits name the others in every version, and drivers of NDIS 5.1 answer with them.
 */
typedef enum _NDIS_PHYSICAL_MEDIUM {
	NdisPhysicalMediumUnspecified = 0,
	NdisPhysicalMediumWirelessLan = 1,
	NdisPhysicalMediumCableModem = 2,
	NdisPhysicalMediumPhoneLine = 3,
	NdisPhysicalMediumPowerLine = 4,
	NdisPhysicalMediumDSL = 5,
	NdisPhysicalMediumFibreChannel = 6,
	NdisPhysicalMedium1394 = 7,
	NdisPhysicalMediumWirelessWan = 8,
	NdisPhysicalMediumNative802_11 = 9,
	NdisPhysicalMediumBluetooth = 10,
	NdisPhysicalMediumInfiniband = 11,
	NdisPhysicalMediumWiMax = 12,
	NdisPhysicalMediumUWB = 13,
	NdisPhysicalMedium802_3 = 14,
	NdisPhysicalMedium802_5 = 15,
	NdisPhysicalMediumIrda = 16,
	NdisPhysicalMediumWiredWAN = 17,
	NdisPhysicalMediumWiredCoWan = 18,
	NdisPhysicalMediumOther = 19,
	NdisPhysicalMediumMax
} NDIS_PHYSICAL_MEDIUM, *PNDIS_PHYSICAL_MEDIUM;

/*
 * Whether a link is present. Answer to OID_GEN_MEDIA_CONNECT_STATUS; a driver reports changes with
 * NdisMIndicateStatus(NDIS_STATUS_MEDIA_CONNECT or NDIS_STATUS_MEDIA_DISCONNECT).
 */
typedef enum _NDIS_MEDIA_STATE {
	NdisMediaStateConnected = 0,
	NdisMediaStateDisconnected = 1
} NDIS_MEDIA_STATE, *PNDIS_MEDIA_STATE;

/*
 * What the adapter is doing: works, comes up, is being reset, goes down, or cannot work. Answer to
 * OID_GEN_HARDWARE_STATUS.
 */
typedef enum _NDIS_HARDWARE_STATUS {
	NdisHardwareStatusReady = 0,
	NdisHardwareStatusInitializing = 1,
	NdisHardwareStatusReset = 2,
	NdisHardwareStatusClosing = 3,
	NdisHardwareStatusNotReady = 4
} NDIS_HARDWARE_STATUS, *PNDIS_HARDWARE_STATUS;

/*
 * Power states of a device, D0 being full operation and D3 off. Value of OID_PNP_SET_POWER and
 * OID_PNP_QUERY_POWER. The number of a state in this enumeration is one more than in its name.
 */
typedef enum _NDIS_DEVICE_POWER_STATE {
	NdisDeviceStateUnspecified = 0,
	NdisDeviceStateD0 = 1,
	NdisDeviceStateD1 = 2,
	NdisDeviceStateD2 = 3,
	NdisDeviceStateD3 = 4,
	NdisDeviceStateMaximum
} NDIS_DEVICE_POWER_STATE, *PNDIS_DEVICE_POWER_STATE;

/* The same states, by the names that protocols use for them; some miniports mix the two. */
typedef enum _NET_DEVICE_POWER_STATE {
	NetDeviceStateUnspecified = 0,
	NetDeviceStateD0 = 1,
	NetDeviceStateD1 = 2,
	NetDeviceStateD2 = 3,
	NetDeviceStateD3 = 4,
	NetDeviceStateMaximum
} NET_DEVICE_POWER_STATE, *PNET_DEVICE_POWER_STATE;

/*
 * Lowest power states from which the NIC can wake the system by a magic packet, by a pattern, and
 * by a link change; NdisDeviceStateUnspecified where it cannot.
 */
typedef struct _NDIS_PM_WAKE_UP_CAPABILITIES {
	NDIS_DEVICE_POWER_STATE MinMagicPacketWakeUp;
	NDIS_DEVICE_POWER_STATE MinPatternWakeUp;
	NDIS_DEVICE_POWER_STATE MinLinkChangeWakeUp;
} NDIS_PM_WAKE_UP_CAPABILITIES, *PNDIS_PM_WAKE_UP_CAPABILITIES;

/* Answer to OID_PNP_CAPABILITIES. Flags holds NDIS_DEVICE_WAKE_* bits. */
typedef struct _NDIS_PNP_CAPABILITIES {
	ULONG Flags;
	NDIS_PM_WAKE_UP_CAPABILITIES WakeUpCapabilities;
} NDIS_PNP_CAPABILITIES, *PNDIS_PNP_CAPABILITIES;

#define NDIS_DEVICE_WAKE_UP_ENABLE 0x00000001
#define NDIS_DEVICE_WAKE_ON_PATTERN_MATCH_ENABLE 0x00000002
#define NDIS_DEVICE_WAKE_ON_MAGIC_PACKET_ENABLE 0x00000004

/*
 * Bits of PnPCapabilities, an integer of the adapter's configuration: what the system leaves alone.
 * Here nothing reads it but the driver.
 */

/* The NIC is not stopped to move its resources; not removed by the user; not put to sleep. */
#define NDIS_DEVICE_NOT_STOPPABLE 0x00000001
#define NDIS_DEVICE_NOT_REMOVEABLE 0x00000002
#define NDIS_DEVICE_NOT_SUSPENDABLE 0x00000004
/* Its power is not managed at all. */
#define NDIS_DEVICE_DISABLE_PM 0x00000008
/* It does not wake the system: by nothing, by the link, by a magic packet, by a pattern. */
#define NDIS_DEVICE_DISABLE_WAKE_UP 0x00000010
#define NDIS_DEVICE_DISABLE_WAKE_ON_RECONNECT 0x00000020
#define NDIS_DEVICE_DISABLE_WAKE_ON_MAGIC_PACKET 0x00000080
#define NDIS_DEVICE_DISABLE_WAKE_ON_PATTERN_MATCH 0x00000100
#define NDIS_DEVICE_RESERVED 0x00000040

/*
 * Value of OID_PNP_ADD_WAKE_UP_PATTERN. Behind the structure follow MaskSize bytes of mask, one
 * bit per byte of frame, and, PatternOffset bytes from the start of the structure, PatternSize
 * bytes of pattern.
 */
typedef struct _NDIS_PM_PACKET_PATTERN {
	ULONG Priority;
	ULONG Reserved;
	ULONG MaskSize;
	ULONG PatternOffset;
	ULONG PatternSize;
	ULONG PatternFlags;
} NDIS_PM_PACKET_PATTERN, *PNDIS_PM_PACKET_PATTERN;

/* One network address that a protocol uses; AddressLength bytes of Address follow. */
typedef struct _NETWORK_ADDRESS {
	USHORT AddressLength;
	USHORT AddressType;
	UCHAR Address[1];
} NETWORK_ADDRESS, *PNETWORK_ADDRESS;

/* Address of an NDIS_PROTOCOL_ID_TCP_IP, in the order of the network, and of an NDIS_PROTOCOL_ID_IPX. */
typedef struct _NETWORK_ADDRESS_IP {
	USHORT sin_port;
	ULONG in_addr;
	UCHAR sin_zero[8];
} NETWORK_ADDRESS_IP, *PNETWORK_ADDRESS_IP;

typedef struct _NETWORK_ADDRESS_IPX {
	ULONG NetworkAddress;
	UCHAR NodeAddress[6];
	USHORT Socket;
} NETWORK_ADDRESS_IPX, *PNETWORK_ADDRESS_IPX;

#define NETWORK_ADDRESS_LENGTH_IP sizeof(NETWORK_ADDRESS_IP)
#define NETWORK_ADDRESS_LENGTH_IPX sizeof(NETWORK_ADDRESS_IPX)

/*
 * Value of OID_GEN_NETWORK_LAYER_ADDRESSES: AddressCount addresses, each behind the other.
 * AddressType is an NDIS_PROTOCOL_ID_*.
 */
typedef struct _NETWORK_ADDRESS_LIST {
	LONG AddressCount;
	USHORT AddressType;
	NETWORK_ADDRESS Address[1];
} NETWORK_ADDRESS_LIST, *PNETWORK_ADDRESS_LIST;

#endif
