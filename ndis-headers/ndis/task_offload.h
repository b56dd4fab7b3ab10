/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_TASK_OFFLOAD_H
#define NDIS_HEADERS_NDIS_TASK_OFFLOAD_H

/*
 * Work that the protocol leaves to the NIC: value of OID_TCP_TASK_OFFLOAD.
 *
 * A query asks what the NIC can do, a set says what it shall do. The buffer holds a header and a
 * list of tasks; each task is followed by a structure of its kind. What is to be done for one
 * packet is in its per-packet information (ndis/packet_info.h). Source: the NDIS 5 reference
 * pages.
 */

#include "types.h"

#define NDIS_TASK_OFFLOAD_VERSION 1

/*
 * Kinds of task, with the structure in TaskBuffer. A driver skips kinds that it does not know.
 */
typedef enum _NDIS_TASK {
	TcpIpChecksumNdisTask = 0,	/* NDIS_TASK_TCP_IP_CHECKSUM */
	IpSecNdisTask = 1,		/* NDIS_TASK_IPSEC; this library sets no such task */
	TcpLargeSendNdisTask = 2,	/* NDIS_TASK_TCP_LARGE_SEND */
	MaxNdisTask = 3
} NDIS_TASK, *PNDIS_TASK;

/* How frames are encapsulated; Ethernet uses IEEE_802_3_Encapsulation. */
typedef enum _NDIS_ENCAPSULATION {
	UNSPECIFIED_Encapsulation = 0,
	NULL_Encapsulation = 1,
	IEEE_802_3_Encapsulation = 2,
	IEEE_802_5_Encapsulation = 3,
	LLC_SNAP_ROUTED_Encapsulation = 4,
	LLC_SNAP_BRIDGED_Encapsulation = 5
} NDIS_ENCAPSULATION;

/*
 * Encapsulation and the bytes of its header; FixedHeaderSize tells whether all frames have
 * headers of that size.
 */
typedef struct _NDIS_ENCAPSULATION_FORMAT {
	NDIS_ENCAPSULATION Encapsulation;
	struct {
		ULONG FixedHeaderSize : 1;
		ULONG Reserved : 31;
	} Flags;
	ULONG EncapsulationHeaderSize;
} NDIS_ENCAPSULATION_FORMAT, *PNDIS_ENCAPSULATION_FORMAT;

/*
 * Head of the buffer.
 *
 * Version               NDIS_TASK_OFFLOAD_VERSION.
 * Size                  sizeof(NDIS_TASK_OFFLOAD_HEADER).
 * OffsetFirstTask       bytes from here to the first task, 0 for none (a set: stop all tasks).
 * EncapsulationFormat   frames for which the tasks are meant.
 */
typedef struct _NDIS_TASK_OFFLOAD_HEADER {
	ULONG Version;
	ULONG Size;
	ULONG Reserved;
	ULONG OffsetFirstTask;
	NDIS_ENCAPSULATION_FORMAT EncapsulationFormat;
} NDIS_TASK_OFFLOAD_HEADER, *PNDIS_TASK_OFFLOAD_HEADER;

/*
 * One task.
 *
 * Version            NDIS_TASK_OFFLOAD_VERSION.
 * Size               sizeof(NDIS_TASK_OFFLOAD).
 * Task               which one.
 * OffsetNextTask     bytes from here to the next task, 0 for the last.
 * TaskBufferLength   bytes of TaskBuffer.
 */
typedef struct _NDIS_TASK_OFFLOAD {
	ULONG Version;
	ULONG Size;
	NDIS_TASK Task;
	ULONG OffsetNextTask;
	ULONG TaskBufferLength;
	UCHAR TaskBuffer[1];
} NDIS_TASK_OFFLOAD, *PNDIS_TASK_OFFLOAD;

/*
 * Checksums that the NIC inserts (Transmit) and checks (Receive), per IP version. The two Options
 * bits say that headers with options are handled.
 */
typedef struct _NDIS_TASK_TCP_IP_CHECKSUM {
	struct {
		ULONG IpOptionsSupported : 1;
		ULONG TcpOptionsSupported : 1;
		ULONG TcpChecksum : 1;
		ULONG UdpChecksum : 1;
		ULONG IpChecksum : 1;
	} V4Transmit, V4Receive;
	struct {
		ULONG IpOptionsSupported : 1;
		ULONG TcpOptionsSupported : 1;
		ULONG TcpChecksum : 1;
		ULONG UdpChecksum : 1;
	} V6Transmit, V6Receive;
} NDIS_TASK_TCP_IP_CHECKSUM, *PNDIS_TASK_TCP_IP_CHECKSUM;

#define NDIS_TASK_TCP_LARGE_SEND_V0 0

/*
 * Segmentation of large TCP sends, over IPv4 only. A query says what the NIC can do, a set what the
 * protocol will ask for, which is not more.
 *
 * Version           NDIS_TASK_TCP_LARGE_SEND_V0.
 * MaxOffLoadSize    bytes of the most TCP data, without any headers, that one packet may have.
 * MinSegmentCount   the protocol gives no packet that would make fewer segments.
 * TcpOptions        packets may have TCP options.
 * IpOptions         packets may have IP options.
 *
 * The packet: its total length is in its IP header; the TCP checksum field holds the sum of the
 * pseudo header without the TCP length; TcpLargeSendPacketInfo holds the TCP data of a segment, in
 * bytes. The segments are the NIC's: IP length, identification and checksum, TCP sequence number,
 * flags (FIN and PSH in the last alone) and checksum. Before the driver completes the packet with
 * success, it puts the bytes of TCP data that were sent into TcpLargeSendPacketInfo.
 */
typedef struct _NDIS_TASK_TCP_LARGE_SEND {
	ULONG Version;
	ULONG MaxOffLoadSize;
	ULONG MinSegmentCount;
	BOOLEAN TcpOptions;
	BOOLEAN IpOptions;
} NDIS_TASK_TCP_LARGE_SEND, *PNDIS_TASK_TCP_LARGE_SEND;

/*
 * Task of IP security. Supported says what can be combined: authentication header with encapsulated
 * payload, transport with tunnel mode, packets with IP options. The others say for the
 * authentication header and for the encapsulated payload which algorithms, modes and directions.
 */
typedef struct _NDIS_TASK_IPSEC {
	struct {
		ULONG AH_ESP_COMBINED;
		ULONG TRANSPORT_TUNNEL_COMBINED;
		ULONG V4_OPTIONS;
		ULONG RESERVED;
	} Supported;
	struct {
		ULONG MD5 : 1;
		ULONG SHA_1 : 1;
		ULONG Transport : 1;
		ULONG Tunnel : 1;
		ULONG Send : 1;
		ULONG Receive : 1;
	} V4AH;
	struct {
		ULONG DES : 1;
		ULONG RESERVED : 1;
		ULONG TRIPLE_DES : 1;
		ULONG NULL_ESP : 1;
		ULONG Transport : 1;
		ULONG Tunnel : 1;
		ULONG Send : 1;
		ULONG Receive : 1;
	} V4ESP;
} NDIS_TASK_IPSEC, *PNDIS_TASK_IPSEC;

C_ASSERT(sizeof(NDIS_TASK_IPSEC) == 24);

#endif
