/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_OID_CONNECTION_H
#define NDIS_HEADERS_NDIS_OID_CONNECTION_H

/*
 * Object identifiers of media with connections (ATM, IEEE 1394, call managers, telephony) and of
 * old local ones (LocalTalk, ARCnet, infrared).
 *
 * No adapter of such a medium comes to exist here, see ndis/oid_media.h, where those of wide area
 * links without connections are. The comments are as in ndis/oid.h. Source: the NDIS 5 reference
 * pages and mingw-w64's ntddndis.h for the numbers.
 */

/*
 * Telephony. Each request begins with a ULONG request ID; its structure is that of the TAPI
 * function of the same name.
 */

/* S: answers to a call that comes in, and its end. */
#define OID_TAPI_ACCEPT 0x07030101
#define OID_TAPI_ANSWER 0x07030102
#define OID_TAPI_CLOSE 0x07030103
#define OID_TAPI_CLOSE_CALL 0x07030104

/* S: what is to be detected; the page of settings; data for the NIC alone. */
#define OID_TAPI_CONDITIONAL_MEDIA_DETECTION 0x07030105
#define OID_TAPI_CONFIG_DIALOG 0x07030106
#define OID_TAPI_DEV_SPECIFIC 0x07030107

/* S: dials in a call that exists; ends a call. */
#define OID_TAPI_DIAL 0x07030108
#define OID_TAPI_DROP 0x07030109

/* Q: addresses, calls, the device: what they can do and how they are. */
#define OID_TAPI_GET_ADDRESS_CAPS 0x0703010A
#define OID_TAPI_GET_ADDRESS_ID 0x0703010B
#define OID_TAPI_GET_ADDRESS_STATUS 0x0703010C
#define OID_TAPI_GET_CALL_ADDRESS_ID 0x0703010D
#define OID_TAPI_GET_CALL_INFO 0x0703010E
#define OID_TAPI_GET_CALL_STATUS 0x0703010F
#define OID_TAPI_GET_DEV_CAPS 0x07030110
#define OID_TAPI_GET_DEV_CONFIG 0x07030111
#define OID_TAPI_GET_EXTENSION_ID 0x07030112
#define OID_TAPI_GET_ID 0x07030113
#define OID_TAPI_GET_LINE_DEV_STATUS 0x07030114

/* Q: makes a call; agrees on the version of the extensions; opens a line. */
#define OID_TAPI_MAKE_CALL 0x07030115
#define OID_TAPI_NEGOTIATE_EXT_VERSION 0x07030116
#define OID_TAPI_OPEN 0x07030117

/* Q: the first request, with the ID base of the lines; S: the last. */
#define OID_TAPI_PROVIDER_INITIALIZE 0x07030118
#define OID_TAPI_PROVIDER_SHUTDOWN 0x07030119

/* S: protects a call from interruptions; takes the version agreed on; sends user data. */
#define OID_TAPI_SECURE_CALL 0x0703011A
#define OID_TAPI_SELECT_EXT_VERSION 0x0703011B
#define OID_TAPI_SEND_USER_USER_INFO 0x0703011C

/* S: parameters of calls and of the line. */
#define OID_TAPI_SET_APP_SPECIFIC 0x0703011D
#define OID_TAPI_SET_CALL_PARAMS 0x0703011E
#define OID_TAPI_SET_DEFAULT_MEDIA_DETECTION 0x0703011F
#define OID_TAPI_SET_DEV_CONFIG 0x07030120
#define OID_TAPI_SET_MEDIA_MODE 0x07030121
#define OID_TAPI_SET_STATUS_MESSAGES 0x07030122

/* S: collects digits that are dialled; reports each. */
#define OID_TAPI_GATHER_DIGITS 0x07030123
#define OID_TAPI_MONITOR_DIGITS 0x07030124

/*
 * ATM
 */

/* Q: cell rates, categories of service (ATM_SERVICE_CATEGORY_* bits) and adaptation layers. */
#define OID_ATM_SUPPORTED_VC_RATES 0x08010101
#define OID_ATM_SUPPORTED_SERVICE_CATEGORY 0x08010102
#define OID_ATM_SUPPORTED_AAL_TYPES 0x08010103

/*
 * UCHAR[6], Q: address of the NIC; ULONG, Q: limits on connections, bits of their numbers, bytes
 * in a packet.
 */
#define OID_ATM_HW_CURRENT_ADDRESS 0x08010104
#define OID_ATM_MAX_ACTIVE_VCS 0x08010105
#define OID_ATM_MAX_ACTIVE_VCI_BITS 0x08010106
#define OID_ATM_MAX_ACTIVE_VPI_BITS 0x08010107
#define OID_ATM_MAX_AAL0_PACKET_SIZE 0x08010108
#define OID_ATM_MAX_AAL1_PACKET_SIZE 0x08010109
#define OID_ATM_MAX_AAL34_PACKET_SIZE 0x0801010A
#define OID_ATM_MAX_AAL5_PACKET_SIZE 0x0801010B

/* ATM_VPIVCI, S: the connection for signals; ULONG, Q: the path assigned. */
#define OID_ATM_SIGNALING_VPIVCI 0x08010201
#define OID_ATM_ASSIGNED_VPI 0x08010202

/* S: bandwidth is taken and given back. */
#define OID_ATM_ACQUIRE_ACCESS_NET_RESOURCES 0x08010203
#define OID_ATM_RELEASE_ACCESS_NET_RESOURCES 0x08010204

/* ATM_VPIVCI, Q: connections with fixed numbers. */
#define OID_ATM_ILMI_VPIVCI 0x08010205
#define OID_ATM_DIGITAL_BROADCAST_VPIVCI 0x08010206

/* Q: the nearest rate that there is; ULONG, Q: multiple at which receive buffers begin. */
#define OID_ATM_GET_NEAREST_FLOW 0x08010207
#define OID_ATM_ALIGNMENT_REQUIRED 0x08010208

/* ATM_ADDRESS, Q: of the LAN emulation server and of a service. */
#define OID_ATM_LECS_ADDRESS 0x08010209
#define OID_ATM_SERVICE_ADDRESS 0x0801020A

/* What a call manager reports of a call. */
#define OID_ATM_CALL_PROCEEDING 0x0801020B
#define OID_ATM_CALL_ALERTING 0x0801020C
#define OID_ATM_PARTY_ALERTING 0x0801020D
#define OID_ATM_CALL_NOTIFY 0x0801020E

/* Q: address for management over IP. */
#define OID_ATM_MY_IP_NM_ADDRESS 0x0801020F

/*
 * ULONG, Q: cells received, sent and dropped; with a number or a header that is wrong; packets
 * that lack some.
 */
#define OID_ATM_RCV_CELLS_OK 0x08020101
#define OID_ATM_XMIT_CELLS_OK 0x08020102
#define OID_ATM_RCV_CELLS_DROPPED 0x08020103
#define OID_ATM_RCV_INVALID_VPI_VCI 0x08020201
#define OID_ATM_CELLS_HEC_ERROR 0x08020202
#define OID_ATM_RCV_REASSEMBLY_ERROR 0x08020203

/*
 * IEEE 1394
 */

/* Q: the local node; the other end of a connection. */
#define OID_1394_LOCAL_NODE_INFO 0x0C010101
#define OID_1394_VC_INFO 0x0C010102

/*
 * Call managers and connections
 */

/* S: permanent connections. */
#define OID_CO_ADD_PVC 0xFE000001
#define OID_CO_DELETE_PVC 0xFE000002

/* Q: parameters of a call. */
#define OID_CO_GET_CALL_INFORMATION 0xFE000003

/* S, S, Q: addresses of the NIC; a report that one has changed. */
#define OID_CO_ADD_ADDRESS 0xFE000004
#define OID_CO_DELETE_ADDRESS 0xFE000005
#define OID_CO_GET_ADDRESSES 0xFE000006
#define OID_CO_ADDRESS_CHANGE 0xFE000007

/* Reports: signals can pass, or cannot; an address family is to be closed. */
#define OID_CO_SIGNALING_ENABLED 0xFE000008
#define OID_CO_SIGNALING_DISABLED 0xFE000009
#define OID_CO_AF_CLOSE 0xFE00000A

/* Q: what the call manager, its lines and addresses can do. */
#define OID_CO_TAPI_CM_CAPS 0xFE001001
#define OID_CO_TAPI_LINE_CAPS 0xFE001002
#define OID_CO_TAPI_ADDRESS_CAPS 0xFE001003

/* Q: parameters of telephony as those of NDIS, and the other way; an access point. */
#define OID_CO_TAPI_TRANSLATE_TAPI_CALLPARAMS 0xFE001004
#define OID_CO_TAPI_TRANSLATE_NDIS_CALLPARAMS 0xFE001005
#define OID_CO_TAPI_TRANSLATE_TAPI_SAP 0xFE001006

/* Q: why a call ended; S: digits are reported, or not. */
#define OID_CO_TAPI_GET_CALL_DIAGNOSTICS 0xFE001007
#define OID_CO_TAPI_REPORT_DIGITS 0xFE001008
#define OID_CO_TAPI_DONT_REPORT_DIGITS 0xFE001009

/*
 * LocalTalk
 */

/* UCHAR, Q: number of the node; ULONG, Q: counters. */
#define OID_LTALK_CURRENT_NODE_ID 0x05010102
#define OID_LTALK_IN_BROADCASTS 0x05020101
#define OID_LTALK_IN_LENGTH_ERRORS 0x05020102
#define OID_LTALK_OUT_NO_HANDLERS 0x05020201
#define OID_LTALK_COLLISIONS 0x05020202
#define OID_LTALK_DEFERS 0x05020203
#define OID_LTALK_NO_DATA_ERRORS 0x05020204
#define OID_LTALK_RANDOM_CTS_ERRORS 0x05020205
#define OID_LTALK_FCS_ERRORS 0x05020206

/*
 * ARCnet
 */

/* UCHAR, Q: address in the hardware, and in use; ULONG, Q: times that the ring was built anew. */
#define OID_ARCNET_PERMANENT_ADDRESS 0x06010101
#define OID_ARCNET_CURRENT_ADDRESS 0x06010102
#define OID_ARCNET_RECONFIGURATIONS 0x06020201

/*
 * Infrared
 */

/*
 * BOOLEAN, Q: a frame is coming in; ULONG, Q: microseconds to turn round; ULONG[], Q: speeds in
 * bit/s.
 */
#define OID_IRDA_RECEIVING 0x0A010100
#define OID_IRDA_TURNAROUND_TIME 0x0A010101
#define OID_IRDA_SUPPORTED_SPEEDS 0x0A010102

/*
 * ULONG, QS: speed in bit/s; BOOLEAN, QS: something was heard; ULONG, S: opening flags more than
 * usual.
 */
#define OID_IRDA_LINK_SPEED 0x0A010103
#define OID_IRDA_MEDIA_BUSY 0x0A010104
#define OID_IRDA_EXTRA_RCV_BOFS 0x0A010200

/* Addresses and windows; reserved. */
#define OID_IRDA_RATE_SNIFF 0x0A010201
#define OID_IRDA_UNICAST_LIST 0x0A010202
#define OID_IRDA_MAX_UNICAST_LIST_SIZE 0x0A010203
#define OID_IRDA_MAX_RECEIVE_WINDOW_SIZE 0x0A010204
#define OID_IRDA_MAX_SEND_WINDOW_SIZE 0x0A010205
#define OID_IRDA_RESERVED1 0x0A01020A
#define OID_IRDA_RESERVED2 0x0A01020F

#endif
