/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_OID_MEDIA_H
#define NDIS_HEADERS_NDIS_OID_MEDIA_H

/*
 * Object identifiers of other media than Ethernet: token ring, wireless, wide area links, media with
 * connections; those of FDDI and of connections are in the headers included here.
 *
 * No adapter of such a medium comes to exist here, as MiniportInitialize is offered NdisMedium802_3
 * alone, and the library asks for none of these. They are for drivers whose tables name them, among
 * them those of wireless NICs that call themselves Ethernet. ndisrun can ask for each by its number.
 * The comments are as in ndis/oid.h. Source: the NDIS 5 reference pages.
 */

#include "oid_connection.h"
#include "oid_fddi.h"
#include "wireless.h"

/*
 * Token ring
 */

/* UCHAR[6], Q: address in the NIC's non-volatile memory. */
#define OID_802_5_PERMANENT_ADDRESS 0x02010101
/* UCHAR[6], Q: address that the NIC uses. */
#define OID_802_5_CURRENT_ADDRESS 0x02010102
/* ULONG in network order, QS: functional addresses that are received. */
#define OID_802_5_CURRENT_FUNCTIONAL 0x02010103
/* ULONG in network order, QS: group address that is received. */
#define OID_802_5_CURRENT_GROUP 0x02010104
/* ULONG, Q: result of the last attempt to enter the ring. */
#define OID_802_5_LAST_OPEN_STATUS 0x02010105
/* ULONG of NDIS_RING_* bits, Q: last thing that the NIC reported of the ring. */
#define OID_802_5_CURRENT_RING_STATUS 0x02010106
/* ULONG of NDIS_802_5_RING_STATE, Q. */
#define OID_802_5_CURRENT_RING_STATE 0x02010107
/* ULONG, Q: frames with a bad checksum or a bad bit between its ends. */
#define OID_802_5_LINE_ERRORS 0x02020101
/* ULONG, Q: own frames that did not come back round the ring. */
#define OID_802_5_LOST_FRAMES 0x02020102
/* ULONG, Q: gaps in the signal. */
#define OID_802_5_BURST_ERRORS 0x02020201
/* ULONG, Q: neighbours whose bits for recognised and copied frames are wrong. */
#define OID_802_5_AC_ERRORS 0x02020202
/* ULONG, Q: frames broken off by this NIC. The name is Microsoft's. */
#define OID_802_5_ABORT_DELIMETERS 0x02020203
/* ULONG, Q: frames to this address that another NIC has copied. */
#define OID_802_5_FRAME_COPIED_ERRORS 0x02020204
/* ULONG, Q: times that the ring's clock was out of its range. */
#define OID_802_5_FREQUENCY_ERRORS 0x02020205
/* ULONG, Q: times that the monitor made a new token. */
#define OID_802_5_TOKEN_ERRORS 0x02020206
/* ULONG, Q: errors of the NIC that it got over. */
#define OID_802_5_INTERNAL_ERRORS 0x02020207

/* Values of OID_802_5_CURRENT_RING_STATE. */
typedef enum _NDIS_802_5_RING_STATE {
	NdisRingStateOpened = 1,
	NdisRingStateClosed,
	NdisRingStateOpening,
	NdisRingStateClosing,
	NdisRingStateOpenFailure,
	NdisRingStateRingFailure
} NDIS_802_5_RING_STATE, *PNDIS_802_5_RING_STATE;

/* Bits of OID_802_5_CURRENT_RING_STATUS and of the indication NDIS_STATUS_RING_STATUS. */
#define NDIS_RING_SIGNAL_LOSS 0x00008000
#define NDIS_RING_HARD_ERROR 0x00004000
#define NDIS_RING_SOFT_ERROR 0x00002000
#define NDIS_RING_TRANSMIT_BEACON 0x00001000
#define NDIS_RING_LOBE_WIRE_FAULT 0x00000800
#define NDIS_RING_AUTO_REMOVAL_ERROR 0x00000400
#define NDIS_RING_REMOVE_RECEIVED 0x00000200
#define NDIS_RING_COUNTER_OVERFLOW 0x00000100
#define NDIS_RING_SINGLE_STATION 0x00000080
#define NDIS_RING_RING_RECOVERY 0x00000040

/*
 * Wireless
 */

/* UCHAR[6], QS: address of the access point. */
#define OID_802_11_BSSID 0x0D010101
/* Name of the network, QS. */
#define OID_802_11_SSID 0x0D010102
/* Whether stations talk by an access point, QS. */
#define OID_802_11_INFRASTRUCTURE_MODE 0x0D010108
/* A key, S: one more; one less. */
#define OID_802_11_ADD_WEP 0x0D010113
#define OID_802_11_REMOVE_WEP 0x0D010114
/* No value, S: leave the network and turn the radio off. */
#define OID_802_11_DISASSOCIATE 0x0D010115
/* How stations prove who they are, QS. */
#define OID_802_11_AUTHENTICATION_MODE 0x0D010118
/* Whether frames in clear are received, QS. */
#define OID_802_11_PRIVACY_FILTER 0x0D010119
/* No value, S: look for networks. */
#define OID_802_11_BSSID_LIST_SCAN 0x0D01011A
/* Encryption in force, QS; it has two names. */
#define OID_802_11_WEP_STATUS 0x0D01011B
#define OID_802_11_ENCRYPTION_STATUS OID_802_11_WEP_STATUS
/* ULONG, S: what to set back to the defaults. */
#define OID_802_11_RELOAD_DEFAULTS 0x0D01011C
/* A key of WPA, S: one more; one less. */
#define OID_802_11_ADD_KEY 0x0D01011D
#define OID_802_11_REMOVE_KEY 0x0D01011E
/* What was said when the station joined, Q. */
#define OID_802_11_ASSOCIATION_INFORMATION 0x0D01011F
/* A made-up event, S. */
#define OID_802_11_TEST 0x0D010120
/* Whether sound and pictures go first, QS. */
#define OID_802_11_MEDIA_STREAM_MODE 0x0D010121
/* Kinds of authentication and encryption, Q. */
#define OID_802_11_CAPABILITY 0x0D010122
/* Keys of access points that were met before, QS. */
#define OID_802_11_PMKID 0x0D010123
/* Names of networks that do not tell them, S. */
#define OID_802_11_NON_BCAST_SSID_LIST 0x0D010124
/* ULONG of NDIS_802_11_RADIO_STATUS, Q. */
#define OID_802_11_RADIO_STATUS 0x0D010125
/* Kinds of radio, Q; the one to use, QS. */
#define OID_802_11_NETWORK_TYPES_SUPPORTED 0x0D010203
#define OID_802_11_NETWORK_TYPE_IN_USE 0x0D010204
/* ULONG in mW, QS. */
#define OID_802_11_TX_POWER_LEVEL 0x0D010205
/* LONG in dBm, Q: signal; QS: signal at which to tell. */
#define OID_802_11_RSSI 0x0D010206
#define OID_802_11_RSSI_TRIGGER 0x0D010207
/* ULONG bytes, QS: longest piece; frame from which on the channel is reserved. */
#define OID_802_11_FRAGMENTATION_THRESHOLD 0x0D010209
#define OID_802_11_RTS_THRESHOLD 0x0D01020A
/* ULONG, Q: antennas; QS: those in use, (ULONG)-1 for any. */
#define OID_802_11_NUMBER_OF_ANTENNAS 0x0D01020B
#define OID_802_11_RX_ANTENNA_SELECTED 0x0D01020C
#define OID_802_11_TX_ANTENNA_SELECTED 0x0D01020D
/* UCHAR[8] in units of 500 kbit/s, Q: speeds; QS: those to use. */
#define OID_802_11_SUPPORTED_RATES 0x0D01020E
#define OID_802_11_DESIRED_RATES 0x0D010210
/* Channel and times of the radio, QS. */
#define OID_802_11_CONFIGURATION 0x0D010211
/* ULONG, QS: how much power is saved. */
#define OID_802_11_POWER_MODE 0x0D010216
/* Networks that were found, Q. */
#define OID_802_11_BSSID_LIST 0x0D010217
/* Counters of the radio, Q. */
#define OID_802_11_STATISTICS 0x0D020212

/*
 * Wide area links
 */

/* UCHAR[6], Q: as for Ethernet. */
#define OID_WAN_PERMANENT_ADDRESS 0x04010101
#define OID_WAN_CURRENT_ADDRESS 0x04010102
/* ULONG, Q: what the link promises. */
#define OID_WAN_QUALITY_OF_SERVICE 0x04010103
/* UCHAR[6], S: protocol of a link, by its type in Ethernet frames. */
#define OID_WAN_PROTOCOL_TYPE 0x04010104
/* ULONG, Q: kind of link. */
#define OID_WAN_MEDIUM_SUBTYPE 0x04010105
/* ULONG, Q: header in front of frames: native or Ethernet. */
#define OID_WAN_HEADER_FORMAT 0x04010106
/* What the NIC can do, Q. */
#define OID_WAN_GET_INFO 0x04010107
/* Framing of a link, S and Q. */
#define OID_WAN_SET_LINK_INFO 0x04010108
#define OID_WAN_GET_LINK_INFO 0x04010109
/* ULONG, Q: links that can exist at once. */
#define OID_WAN_LINE_COUNT 0x0401010A
/* What the NIC can do for a protocol, Q. */
#define OID_WAN_PROTOCOL_CAPS 0x0401010B
/* Bridging by PPP, Q and S. */
#define OID_WAN_GET_BRIDGE_INFO 0x0401020A
#define OID_WAN_SET_BRIDGE_INFO 0x0401020B
/* Compression of a link, Q and S. */
#define OID_WAN_GET_COMP_INFO 0x0401020C
#define OID_WAN_SET_COMP_INFO 0x0401020D
/* Counters of a link, Q. */
#define OID_WAN_GET_STATS_INFO 0x0401020E
/* The same of links with connections. */
#define OID_WAN_CO_GET_INFO 0x04010180
#define OID_WAN_CO_SET_LINK_INFO 0x04010181
#define OID_WAN_CO_GET_LINK_INFO 0x04010182
#define OID_WAN_CO_GET_COMP_INFO 0x04010280
#define OID_WAN_CO_SET_COMP_INFO 0x04010281
#define OID_WAN_CO_GET_STATS_INFO 0x04010282

/*
 * Media with connections: most are identifiers of ndis/oid.h by another name
 */

#define OID_GEN_CO_SUPPORTED_LIST OID_GEN_SUPPORTED_LIST
#define OID_GEN_CO_HARDWARE_STATUS OID_GEN_HARDWARE_STATUS
#define OID_GEN_CO_MEDIA_SUPPORTED OID_GEN_MEDIA_SUPPORTED
#define OID_GEN_CO_MEDIA_IN_USE OID_GEN_MEDIA_IN_USE
#define OID_GEN_CO_LINK_SPEED OID_GEN_LINK_SPEED
#define OID_GEN_CO_VENDOR_ID OID_GEN_VENDOR_ID
#define OID_GEN_CO_VENDOR_DESCRIPTION OID_GEN_VENDOR_DESCRIPTION
#define OID_GEN_CO_DRIVER_VERSION OID_GEN_DRIVER_VERSION
#define OID_GEN_CO_PROTOCOL_OPTIONS OID_GEN_PROTOCOL_OPTIONS
#define OID_GEN_CO_MAC_OPTIONS OID_GEN_MAC_OPTIONS
#define OID_GEN_CO_MEDIA_CONNECT_STATUS OID_GEN_MEDIA_CONNECT_STATUS
#define OID_GEN_CO_VENDOR_DRIVER_VERSION OID_GEN_VENDOR_DRIVER_VERSION
#define OID_GEN_CO_SUPPORTED_GUIDS OID_GEN_SUPPORTED_GUIDS
#define OID_GEN_CO_GET_TIME_CAPS OID_GEN_GET_TIME_CAPS
#define OID_GEN_CO_GET_NETCARD_TIME OID_GEN_GET_NETCARD_TIME
#define OID_GEN_CO_XMIT_PDUS_OK OID_GEN_XMIT_OK
#define OID_GEN_CO_RCV_PDUS_OK OID_GEN_RCV_OK
#define OID_GEN_CO_XMIT_PDUS_ERROR OID_GEN_XMIT_ERROR
#define OID_GEN_CO_RCV_PDUS_ERROR OID_GEN_RCV_ERROR
#define OID_GEN_CO_RCV_PDUS_NO_BUFFER OID_GEN_RCV_NO_BUFFER
#define OID_GEN_CO_RCV_CRC_ERROR OID_GEN_RCV_CRC_ERROR
#define OID_GEN_CO_TRANSMIT_QUEUE_LENGTH OID_GEN_TRANSMIT_QUEUE_LENGTH
#define OID_GEN_CO_BYTES_XMIT OID_GEN_DIRECTED_BYTES_XMIT
#define OID_GEN_CO_BYTES_RCV OID_GEN_DIRECTED_BYTES_RCV
#define OID_GEN_CO_NETCARD_LOAD OID_GEN_NETCARD_LOAD
#define OID_GEN_CO_DEVICE_PROFILE OID_GEN_DEVICE_PROFILE
/* Slowest speed of both directions, Q. */
#define OID_GEN_CO_MINIMUM_LINK_SPEED 0x00020120
/* ULONG, Q: bytes that wait to be sent. */
#define OID_GEN_CO_BYTES_XMIT_OUTSTANDING 0x00020221

/* Bit of OID_GEN_CO_MAC_OPTIONS: the speed changes while the link is up. */
#define NDIS_CO_MAC_OPTION_DYNAMIC_LINK_SPEED 0x00000001

#endif
