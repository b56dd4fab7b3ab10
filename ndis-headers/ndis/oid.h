/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_OID_H
#define NDIS_HEADERS_NDIS_OID_H

/*
 * Object identifiers: the subjects of MiniportQueryInformation and MiniportSetInformation.
 *
 * The comment gives the type of the value and, behind it, Q if it can be queried and S if it can be
 * set. Numbers without a unit are counts. A miniport answers an identifier that it does not know
 * with NDIS_STATUS_NOT_SUPPORTED. An Ethernet miniport must know all those marked with an
 * asterisk. Source: the NDIS 5 reference pages; miniport-api.md section 3 item 4.
 */

#include "../ddk/guid.h"
#include "medium.h"
#include "oid_media.h"
#include "types.h"

/*
 * General, operational
 */

/* *NDIS_OID[], Q: all identifiers that the driver knows. */
#define OID_GEN_SUPPORTED_LIST 0x00010101
/* *NDIS_HARDWARE_STATUS, Q: what the adapter is doing. */
#define OID_GEN_HARDWARE_STATUS 0x00010102
/* *NDIS_MEDIUM[], Q: media that the adapter can use. */
#define OID_GEN_MEDIA_SUPPORTED 0x00010103
/* *NDIS_MEDIUM[], Q: media that it uses. */
#define OID_GEN_MEDIA_IN_USE 0x00010104
/* *ULONG bytes, Q: largest lookahead that the driver can give. */
#define OID_GEN_MAXIMUM_LOOKAHEAD 0x00010105
/* *ULONG bytes, Q: largest frame without its header: 1500 for Ethernet. */
#define OID_GEN_MAXIMUM_FRAME_SIZE 0x00010106
/* *ULONG in units of 100 bit/s, Q: speed of the link. */
#define OID_GEN_LINK_SPEED 0x00010107
/* *ULONG bytes, Q: memory for transmits. */
#define OID_GEN_TRANSMIT_BUFFER_SPACE 0x00010108
/* *ULONG bytes, Q: memory for receives. */
#define OID_GEN_RECEIVE_BUFFER_SPACE 0x00010109
/* *ULONG bytes, Q: smallest piece of transmit memory that one frame takes. */
#define OID_GEN_TRANSMIT_BLOCK_SIZE 0x0001010A
/* *ULONG bytes, Q: smallest piece of receive memory that one frame takes. */
#define OID_GEN_RECEIVE_BLOCK_SIZE 0x0001010B
/* *ULONG, Q: the vendor's three-byte IEEE code, and a byte for the model. */
#define OID_GEN_VENDOR_ID 0x0001010C
/* *CHAR[] with terminating zero, Q: name of the adapter. */
#define OID_GEN_VENDOR_DESCRIPTION 0x0001010D
/* *ULONG of NDIS_PACKET_TYPE_* bits, QS: which frames are indicated; 0 stops indications. */
#define OID_GEN_CURRENT_PACKET_FILTER 0x0001010E
/* *ULONG bytes, QS: lookahead that the receivers want. */
#define OID_GEN_CURRENT_LOOKAHEAD 0x0001010F
/* *USHORT, Q: NDIS version of the driver, major number in the high byte. */
#define OID_GEN_DRIVER_VERSION 0x00010110
/* *ULONG bytes, Q: largest frame with its header, without the checksum: 1514 for Ethernet. */
#define OID_GEN_MAXIMUM_TOTAL_SIZE 0x00010111
/* ULONG of NDIS_PROT_OPTION_* bits, S: what the protocols ask. Answered by the library. */
#define OID_GEN_PROTOCOL_OPTIONS 0x00010112
/* *ULONG of NDIS_MAC_OPTION_* bits, Q: what the driver promises. */
#define OID_GEN_MAC_OPTIONS 0x00010113
/* *NDIS_MEDIA_STATE, Q: whether there is a link. */
#define OID_GEN_MEDIA_CONNECT_STATUS 0x00010114
/* *ULONG, Q: most packets that MiniportSendPackets takes at once. */
#define OID_GEN_MAXIMUM_SEND_PACKETS 0x00010115
/* *ULONG, Q: version of the driver, major number in the upper 16 bits. */
#define OID_GEN_VENDOR_DRIVER_VERSION 0x00010116
/* NDIS_GUID[], Q: identifiers of the driver's own under WMI. */
#define OID_GEN_SUPPORTED_GUIDS 0x00010117
/* NETWORK_ADDRESS_LIST, S: addresses that a protocol uses on the adapter. */
#define OID_GEN_NETWORK_LAYER_ADDRESSES 0x00010118
/* TRANSPORT_HEADER_OFFSET, S: where a protocol's header begins in the packets. */
#define OID_GEN_TRANSPORT_HEADER_OFFSET 0x00010119
/* ULONG, Q: directions in which the medium can be used: NDIS_MEDIA_CAP_*. */
#define OID_GEN_MEDIA_CAPABILITIES 0x00010201
#define NDIS_MEDIA_CAP_TRANSMIT 0x00000001
#define NDIS_MEDIA_CAP_RECEIVE 0x00000002
/* NDIS_PHYSICAL_MEDIUM, Q: what carries the frames. */
#define OID_GEN_PHYSICAL_MEDIUM 0x00010202
/* CHAR[], S: name of the machine. */
#define OID_GEN_MACHINE_NAME 0x0001021A
/* RNDIS_CONFIG_PARAMETER_INFO, S: a keyword and its value, for devices behind USB. */
#define OID_GEN_RNDIS_CONFIG_PARAMETER 0x0001021B
/* ULONG, QS: number of the virtual LAN. */
#define OID_GEN_VLAN_ID 0x0001021C

/*
 * General, statistics. All Q. NDIS 5 asks with buffers of 4 or 8 bytes: a driver that counts in 64
 * bits answers with as many as fit, and sets BytesNeeded to 8.
 */

/* *ULONG or ULONGLONG: frames sent without error. */
#define OID_GEN_XMIT_OK 0x00020101
/* *Frames received without error. */
#define OID_GEN_RCV_OK 0x00020102
/* *Frames that could not be sent. */
#define OID_GEN_XMIT_ERROR 0x00020103
/* *Frames received with an error and not indicated. */
#define OID_GEN_RCV_ERROR 0x00020104
/* *Frames lost for want of receive buffers. */
#define OID_GEN_RCV_NO_BUFFER 0x00020105
/* Bytes and frames by kind of address and direction, without errors; bytes with header. */
#define OID_GEN_DIRECTED_BYTES_XMIT 0x00020201
#define OID_GEN_DIRECTED_FRAMES_XMIT 0x00020202
#define OID_GEN_MULTICAST_BYTES_XMIT 0x00020203
#define OID_GEN_MULTICAST_FRAMES_XMIT 0x00020204
#define OID_GEN_BROADCAST_BYTES_XMIT 0x00020205
#define OID_GEN_BROADCAST_FRAMES_XMIT 0x00020206
#define OID_GEN_DIRECTED_BYTES_RCV 0x00020207
#define OID_GEN_DIRECTED_FRAMES_RCV 0x00020208
#define OID_GEN_MULTICAST_BYTES_RCV 0x00020209
#define OID_GEN_MULTICAST_FRAMES_RCV 0x0002020A
#define OID_GEN_BROADCAST_BYTES_RCV 0x0002020B
#define OID_GEN_BROADCAST_FRAMES_RCV 0x0002020C
/* Frames received with a wrong checksum. */
#define OID_GEN_RCV_CRC_ERROR 0x0002020D
/* Frames waiting to be sent. */
#define OID_GEN_TRANSMIT_QUEUE_LENGTH 0x0002020E
/* GEN_GET_TIME_CAPS: clock of the NIC. */
#define OID_GEN_GET_TIME_CAPS 0x0002020F
/* GEN_GET_NETCARD_TIME: the clock's time. */
#define OID_GEN_GET_NETCARD_TIME 0x00020210
/* Load of the NIC. */
#define OID_GEN_NETCARD_LOAD 0x00020211
/* Profile of the device. */
#define OID_GEN_DEVICE_PROFILE 0x00020212
/* ULONG, milliseconds that initialisation took. Answered by the library. */
#define OID_GEN_INIT_TIME_MS 0x00020213
/* ULONG, resets so far. Answered by the library. */
#define OID_GEN_RESET_COUNTS 0x00020214
/* ULONG, link changes so far. Answered by the library. */
#define OID_GEN_MEDIA_SENSE_COUNTS 0x00020215
/* WCHAR[], name that the user sees. Answered by the library. */
#define OID_GEN_FRIENDLY_NAME 0x00020216
/* ULONG of NDIS_MINIPORT_* bits, Q: what the miniport asked for. Answered by the library. */
#define OID_GEN_MINIPORT_INFO 0x00020217
/* Q: of the system's own test tools. */
#define OID_GEN_RESET_VERIFY_PARAMETERS 0x00020218

/* What OID_GEN_MINIPORT_INFO tells: NDIS_ATTRIBUTE_* of NdisMSetAttributesEx, and what follows
 * from the handlers and functions that the driver uses. */
#define NDIS_MINIPORT_BUS_MASTER 0x00000001
#define NDIS_MINIPORT_WDM_DRIVER 0x00000002
/* NdisMInitializeScatterGatherDma succeeded. */
#define NDIS_MINIPORT_SG_LIST 0x00000004
#define NDIS_MINIPORT_SUPPORTS_MEDIA_QUERY 0x00000008
#define NDIS_MINIPORT_INDICATES_PACKETS 0x00000010
#define NDIS_MINIPORT_IGNORE_PACKET_QUEUE 0x00000020
#define NDIS_MINIPORT_IGNORE_REQUEST_QUEUE 0x00000040
#define NDIS_MINIPORT_IGNORE_TOKEN_RING_ERRORS 0x00000080
#define NDIS_MINIPORT_INTERMEDIATE_DRIVER 0x00000100
#define NDIS_MINIPORT_IS_NDIS_5 0x00000200
#define NDIS_MINIPORT_IS_CO 0x00000400
#define NDIS_MINIPORT_DESERIALIZE 0x00000800
#define NDIS_MINIPORT_REQUIRES_MEDIA_POLLING 0x00001000
#define NDIS_MINIPORT_SUPPORTS_MEDIA_SENSE 0x00002000
#define NDIS_MINIPORT_NETBOOT_CARD 0x00004000
#define NDIS_MINIPORT_PM_SUPPORTED 0x00008000
#define NDIS_MINIPORT_SUPPORTS_MAC_ADDRESS_OVERWRITE 0x00010000
#define NDIS_MINIPORT_USES_SAFE_BUFFER_APIS 0x00020000
#define NDIS_MINIPORT_HIDDEN 0x00040000
#define NDIS_MINIPORT_SWENUM 0x00080000
#define NDIS_MINIPORT_SURPRISE_REMOVE_OK 0x00100000
#define NDIS_MINIPORT_NO_HALT_ON_SUSPEND 0x00200000
#define NDIS_MINIPORT_HARDWARE_DEVICE 0x00400000
#define NDIS_MINIPORT_SUPPORTS_CANCEL_SEND_PACKETS 0x00800000
#define NDIS_MINIPORT_64BITS_DMA 0x01000000

/*
 * Ethernet
 */

/* *UCHAR[6], Q: address in the NIC's non-volatile memory. */
#define OID_802_3_PERMANENT_ADDRESS 0x01010101
/* *UCHAR[6], Q: address that the NIC uses. */
#define OID_802_3_CURRENT_ADDRESS 0x01010102
/* *UCHAR[6][], QS: multicast addresses that are received; a set replaces the whole list. */
#define OID_802_3_MULTICAST_LIST 0x01010103
/* *ULONG, Q: most addresses that the list can hold. */
#define OID_802_3_MAXIMUM_LIST_SIZE 0x01010104
/* ULONG of NDIS_802_3_MAC_OPTION_* bits, Q. */
#define OID_802_3_MAC_OPTIONS 0x01010105
/*
 * UCHAR[6], S: one address into the list, or out of it. NDIS keeps the list and sets
 * OID_802_3_MULTICAST_LIST; a miniport need not have these.
 */
#define OID_802_3_ADD_MULTICAST_ADDRESS 0x01010208
#define OID_802_3_DELETE_MULTICAST_ADDRESS 0x01010209
/* *ULONG, Q: frames received with a length that is no number of whole bytes. */
#define OID_802_3_RCV_ERROR_ALIGNMENT 0x01020101
/* *ULONG, Q: frames sent after exactly one collision. */
#define OID_802_3_XMIT_ONE_COLLISION 0x01020102
/* *ULONG, Q: frames sent after several collisions. */
#define OID_802_3_XMIT_MORE_COLLISIONS 0x01020103
/* ULONG, Q: frames that had to wait before the first attempt. */
#define OID_802_3_XMIT_DEFERRED 0x01020201
/* ULONG, Q: frames given up for too many collisions. */
#define OID_802_3_XMIT_MAX_COLLISIONS 0x01020202
/* ULONG, Q: frames lost because the NIC's buffer overran. */
#define OID_802_3_RCV_OVERRUN 0x01020203
/* ULONG, Q: frames lost because the NIC's buffer underran. */
#define OID_802_3_XMIT_UNDERRUN 0x01020204
/* ULONG, Q: frames sent without the transceiver's heartbeat. */
#define OID_802_3_XMIT_HEARTBEAT_FAILURE 0x01020205
/* ULONG, Q: times that the carrier was lost while sending. */
#define OID_802_3_XMIT_TIMES_CRS_LOST 0x01020206
/* ULONG, Q: collisions after the first 64 bytes. */
#define OID_802_3_XMIT_LATE_COLLISIONS 0x01020207

/* The driver reports the priority field of 802.1p headers. */
#define NDIS_802_3_MAC_OPTION_PRIORITY 0x00000001

/*
 * Task offload
 */

/* NDIS_TASK_OFFLOAD_HEADER, QS: work that the NIC can do, and that it shall do. */
#define OID_TCP_TASK_OFFLOAD 0xFC010201
#define OID_TCP_TASK_IPSEC_ADD_SA 0xFC010202
#define OID_TCP_TASK_IPSEC_DELETE_SA 0xFC010203
#define OID_TCP_SAN_SUPPORT 0xFC010204
#define OID_TCP_TASK_IPSEC_ADD_UDPESP_SA 0xFC010205
#define OID_TCP_TASK_IPSEC_DELETE_UDPESP_SA 0xFC010206
/* Counters of connections and of packets that the NIC handled alone, Q. */
#define OID_TCP4_OFFLOAD_STATS 0xFC010207
#define OID_TCP6_OFFLOAD_STATS 0xFC010208
#define OID_IP4_OFFLOAD_STATS 0xFC010209
#define OID_IP6_OFFLOAD_STATS 0xFC01020A
/* Offload as NDIS 6 has it: for tables of drivers that are built for both. The library asks for none. */
#define OID_TCP_OFFLOAD_CURRENT_CONFIG 0xFC01020B
#define OID_TCP_OFFLOAD_PARAMETERS 0xFC01020C
#define OID_TCP_OFFLOAD_HARDWARE_CAPABILITIES 0xFC01020D
#define OID_TCP_CONNECTION_OFFLOAD_CURRENT_CONFIG 0xFC01020E
#define OID_TCP_CONNECTION_OFFLOAD_HARDWARE_CAPABILITIES 0xFC01020F
#define OID_TCP_CONNECTION_OFFLOAD_PARAMETERS 0xFC030201
#define OID_OFFLOAD_ENCAPSULATION 0x0101010A
/* Fast forwarding: whether the NIC forwards packets to other NICs, Q; its table, S; counters, Q. */
#define OID_FFP_SUPPORT 0xFC010210
#define OID_FFP_FLUSH 0xFC010211
#define OID_FFP_CONTROL 0xFC010212
#define OID_FFP_PARAMS 0xFC010213
#define OID_FFP_DATA 0xFC010214
#define OID_FFP_DRIVER_STATS 0xFC020210
#define OID_FFP_ADAPTER_STATS 0xFC020211

/*
 * Power and wake-up
 */

/* NDIS_PNP_CAPABILITIES, Q: wake-up abilities. A driver that knows it knows the next two too. */
#define OID_PNP_CAPABILITIES 0xFD010100
/* NDIS_DEVICE_POWER_STATE, S: go to that state now. */
#define OID_PNP_SET_POWER 0xFD010101
/* NDIS_DEVICE_POWER_STATE, Q: whether the NIC could go to the state in the buffer. */
#define OID_PNP_QUERY_POWER 0xFD010102
/* NDIS_PM_PACKET_PATTERN, S: one more frame pattern that wakes the system. */
#define OID_PNP_ADD_WAKE_UP_PATTERN 0xFD010103
/* NDIS_PM_PACKET_PATTERN, S: the pattern no longer wakes it. */
#define OID_PNP_REMOVE_WAKE_UP_PATTERN 0xFD010104
/* NDIS_PM_PACKET_PATTERN[], Q: patterns in force. */
#define OID_PNP_WAKE_UP_PATTERN_LIST 0xFD010105
/* ULONG of NDIS_PNP_WAKE_UP_* bits, QS: which events wake the system. */
#define OID_PNP_ENABLE_WAKE_UP 0xFD010106
/* ULONG, Q: times that the NIC woke the system, and that it did so for nothing. */
#define OID_PNP_WAKE_UP_OK 0xFD020200
#define OID_PNP_WAKE_UP_ERROR 0xFD020201

#define NDIS_PNP_WAKE_UP_MAGIC_PACKET 0x00000001
#define NDIS_PNP_WAKE_UP_PATTERN_MATCH 0x00000002
#define NDIS_PNP_WAKE_UP_LINK_CHANGE 0x00000004

/*
 * Bits of OID_GEN_CURRENT_PACKET_FILTER
 */

/* Frames to the station address. */
#define NDIS_PACKET_TYPE_DIRECTED 0x00000001
/* Frames to addresses in the multicast list. */
#define NDIS_PACKET_TYPE_MULTICAST 0x00000002
/* Frames to any multicast address. */
#define NDIS_PACKET_TYPE_ALL_MULTICAST 0x00000004
/* Frames to FF-FF-FF-FF-FF-FF. */
#define NDIS_PACKET_TYPE_BROADCAST 0x00000008
/* Token-ring frames with a source route. */
#define NDIS_PACKET_TYPE_SOURCE_ROUTING 0x00000010
/* All frames on the wire. */
#define NDIS_PACKET_TYPE_PROMISCUOUS 0x00000020
/* FDDI station management. */
#define NDIS_PACKET_TYPE_SMT 0x00000040
/* All frames that protocols of this machine send. */
#define NDIS_PACKET_TYPE_ALL_LOCAL 0x00000080
/* Token-ring group, functional and MAC frames. */
#define NDIS_PACKET_TYPE_GROUP 0x00001000
#define NDIS_PACKET_TYPE_ALL_FUNCTIONAL 0x00002000
#define NDIS_PACKET_TYPE_FUNCTIONAL 0x00004000
#define NDIS_PACKET_TYPE_MAC_FRAME 0x00008000
#define NDIS_PACKET_TYPE_NO_LOCAL 0x00010000

/*
 * Bits of OID_GEN_MAC_OPTIONS
 */

/* Receivers may copy lookahead data with any instruction: it lies in ordinary memory. */
#define NDIS_MAC_OPTION_COPY_LOOKAHEAD_DATA 0x00000001
/* One indication ends before the next begins. */
#define NDIS_MAC_OPTION_RECEIVE_SERIALIZED 0x00000002
/* MiniportTransferData never returns NDIS_STATUS_PENDING. */
#define NDIS_MAC_OPTION_TRANSFERS_NOT_PEND 0x00000004
/* The NIC does not loop frames back; the library does. */
#define NDIS_MAC_OPTION_NO_LOOPBACK 0x00000008
/* Sends and receives may overlap. */
#define NDIS_MAC_OPTION_FULL_DUPLEX 0x00000010
/* The driver wants to know when the last send is done. */
#define NDIS_MAC_OPTION_EOTX_INDICATION 0x00000020
/* The driver handles 802.1p priorities. */
#define NDIS_MAC_OPTION_8021P_PRIORITY 0x00000040
/* The address can be overridden by configuration. */
#define NDIS_MAC_OPTION_SUPPORTS_MAC_ADDRESS_OVERWRITE 0x00000080
/* Receives are indicated at DISPATCH_LEVEL. */
#define NDIS_MAC_OPTION_RECEIVE_AT_DPC 0x00000100
/* The driver handles 802.1Q tags. */
#define NDIS_MAC_OPTION_8021Q_VLAN 0x00000200
/* NDIS's own; a driver never sets it. */
#define NDIS_MAC_OPTION_RESERVED 0x80000000

/*
 * Bits of OID_GEN_PROTOCOL_OPTIONS
 */
#define NDIS_PROT_OPTION_ESTIMATED_LENGTH 0x00000001
#define NDIS_PROT_OPTION_NO_LOOPBACK 0x00000002
#define NDIS_PROT_OPTION_NO_RSVD_ON_RCVPKT 0x00000004
#define NDIS_PROT_OPTION_SEND_RESTRICTED 0x00000008

/*
 * Element of OID_GEN_SUPPORTED_GUIDS: a driver's own identifier or status indication, by the name
 * under which programs outside the kernel find it.
 *
 * Guid     the name.
 * Oid      identifier, with fNDIS_GUID_TO_OID.
 * Status   status, with fNDIS_GUID_TO_STATUS.
 * Size     bytes of the value, or of one element with fNDIS_GUID_ARRAY; (ULONG)-1: it varies.
 * Flags    bits below.
 */
typedef struct _NDIS_GUID {
	GUID Guid;
	union {
		NDIS_OID Oid;
		NDIS_STATUS Status;
	};
	ULONG Size;
	ULONG Flags;
} NDIS_GUID, *PNDIS_GUID;

#define fNDIS_GUID_TO_OID 0x00000001
#define fNDIS_GUID_TO_STATUS 0x00000002
#define fNDIS_GUID_ANSI_STRING 0x00000004
#define fNDIS_GUID_UNICODE_STRING 0x00000008
#define fNDIS_GUID_ARRAY 0x00000010
/* Who is no administrator may query it; may set it. */
#define fNDIS_GUID_ALLOW_READ 0x00000020
#define fNDIS_GUID_ALLOW_WRITE 0x00000040
/* It is a method: called with an argument. */
#define fNDIS_GUID_METHOD 0x00000080
/* NDIS's own. */
#define fNDIS_GUID_NDIS_RESERVED 0x00000100

/* The first five by the names that some sources give them. */
#define NDIS_GUID_TO_OID fNDIS_GUID_TO_OID
#define NDIS_GUID_TO_STATUS fNDIS_GUID_TO_STATUS
#define NDIS_GUID_ANSI_STRING fNDIS_GUID_ANSI_STRING
#define NDIS_GUID_UNICODE_STRING fNDIS_GUID_UNICODE_STRING
#define NDIS_GUID_ARRAY fNDIS_GUID_ARRAY

/* Value of OID_GEN_TRANSPORT_HEADER_OFFSET: protocol (NDIS_PROTOCOL_ID_*) and offset in bytes. */
typedef struct _TRANSPORT_HEADER_OFFSET {
	USHORT ProtocolType;
	USHORT HeaderOffset;
} TRANSPORT_HEADER_OFFSET, *PTRANSPORT_HEADER_OFFSET;

/* Value of OID_GEN_GET_TIME_CAPS. Flags: what the clock of the NIC can do. */
#define READABLE_LOCAL_CLOCK 0x00000001
#define CLOCK_NETWORK_DERIVED 0x00000002
#define CLOCK_PRECISION 0x00000004
#define RECEIVE_TIME_INDICATION_CAPABLE 0x00000008
#define TIMED_SEND_CAPABLE 0x00000010
#define TIME_STAMP_CAPABLE 0x00000020

typedef struct _GEN_GET_TIME_CAPS {
	ULONG Flags;
	ULONG ClockPrecision;
} GEN_GET_TIME_CAPS, *PGEN_GET_TIME_CAPS;

/* Value of OID_GEN_GET_NETCARD_TIME. */
typedef struct _GEN_GET_NETCARD_TIME {
	ULONGLONG ReadTime;
} GEN_GET_NETCARD_TIME, *PGEN_GET_NETCARD_TIME;

#endif
