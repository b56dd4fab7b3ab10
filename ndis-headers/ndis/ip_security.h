/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_IP_SECURITY_H
#define NDIS_HEADERS_NDIS_IP_SECURITY_H

/*
 * Task offload of IP security: what a NIC needs to encrypt and to authenticate packets by itself.
 *
 * The protocol tells it the security associations with OID_TCP_TASK_IPSEC_ADD_SA, gets a handle for
 * each, and refers to them in the packets (IpSecPacketInfo). Addresses and ports are in the byte order
 * of the network. This library offers NDIS_TASK_IPSEC (ndis/task_offload.h) to no protocol, so that
 * no such request comes; the structures are there for drivers that serve them. Source: the NDIS 5
 * reference pages.
 */

#include "types.h"

typedef ULONG IPAddr, IPMask;

/* Security parameters index: which association a packet belongs to. */
typedef ULONG SPI_TYPE;

/* What an association does, and by which algorithm. */
typedef enum _OFFLOAD_OPERATION_E {
	AUTHENTICATE = 1,
	ENCRYPT = 2
} OFFLOAD_OPERATION_E;

typedef enum _OFFLOAD_CONF_ALGO {
	OFFLOAD_IPSEC_CONF_NONE = 0,
	OFFLOAD_IPSEC_CONF_DES = 1,
	OFFLOAD_IPSEC_CONF_RESERVED = 2,
	OFFLOAD_IPSEC_CONF_3_DES = 3,
	OFFLOAD_IPSEC_CONF_MAX = 4
} OFFLOAD_CONF_ALGO;

typedef enum _OFFLOAD_INTEGRITY_ALGO {
	OFFLOAD_IPSEC_INTEGRITY_NONE = 0,
	OFFLOAD_IPSEC_INTEGRITY_MD5 = 1,
	OFFLOAD_IPSEC_INTEGRITY_SHA = 2,
	OFFLOAD_IPSEC_INTEGRITY_MAX = 3
} OFFLOAD_INTEGRITY_ALGO;

/* One of the above, with the bytes of its key in KeyMat and its rounds. */
typedef struct _OFFLOAD_ALGO_INFO {
	ULONG algoIdentifier;
	ULONG algoKeylen;
	ULONG algoRounds;
} OFFLOAD_ALGO_INFO, *POFFLOAD_ALGO_INFO;

typedef struct _OFFLOAD_SECURITY_ASSOCIATION {
	OFFLOAD_OPERATION_E Operation;
	SPI_TYPE SPI;
	OFFLOAD_ALGO_INFO IntegrityAlgo;
	OFFLOAD_ALGO_INFO ConfAlgo;
	OFFLOAD_ALGO_INFO Reserved;
} OFFLOAD_SECURITY_ASSOCIATION, *POFFLOAD_SECURITY_ASSOCIATION;

/* Associations that one request can have, and which way its packets go. */
#define OFFLOAD_MAX_SAS 3
#define OFFLOAD_INBOUND_SA 0x0001
#define OFFLOAD_OUTBOUND_SA 0x0002

/*
 * Value of OID_TCP_TASK_IPSEC_ADD_SA: for which packets, of which protocol and ports, with 0 for
 * any; the ends of the tunnel, 0 for none; NumSAs associations; KeyLen bytes of keys, one behind the
 * other, in KeyMat. OffloadHandle is the miniport's answer.
 */
typedef struct _OFFLOAD_IPSEC_ADD_SA {
	IPAddr SrcAddr;
	IPMask SrcMask;
	IPAddr DestAddr;
	IPMask DestMask;
	ULONG Protocol;
	USHORT SrcPort;
	USHORT DestPort;
	IPAddr SrcTunnelAddr;
	IPAddr DestTunnelAddr;
	USHORT Flags;
	SHORT NumSAs;
	OFFLOAD_SECURITY_ASSOCIATION SecAssoc[OFFLOAD_MAX_SAS];
	HANDLE OffloadHandle;
	ULONG KeyLen;
	UCHAR KeyMat[1];
} OFFLOAD_IPSEC_ADD_SA, *POFFLOAD_IPSEC_ADD_SA;

/* Value of OID_TCP_TASK_IPSEC_DELETE_SA. */
typedef struct _OFFLOAD_IPSEC_DELETE_SA {
	HANDLE OffloadHandle;
} OFFLOAD_IPSEC_DELETE_SA, *POFFLOAD_IPSEC_DELETE_SA;

/* The same for encapsulation in UDP, whose kind is told with a destination port. */
typedef enum _UDP_ENCAP_TYPE {
	OFFLOAD_IPSEC_UDPESP_ENCAPTYPE_IKE = 0,
	OFFLOAD_IPSEC_UDPESP_ENCAPTYPE_OTHER = 1
} UDP_ENCAP_TYPE, *PUDP_ENCAP_TYPE;

typedef struct _OFFLOAD_IPSEC_UDPESP_ENCAPTYPE_ENTRY {
	UDP_ENCAP_TYPE UdpEncapType;
	USHORT DstEncapPort;
} OFFLOAD_IPSEC_UDPESP_ENCAPTYPE_ENTRY, *POFFLOAD_IPSEC_UDPESP_ENCAPTYPE_ENTRY;

/* Value of OID_TCP_TASK_IPSEC_ADD_UDPESP_SA. */
typedef struct _OFFLOAD_IPSEC_ADD_UDPESP_SA {
	IPAddr SrcAddr;
	IPMask SrcMask;
	IPAddr DstAddr;
	IPMask DstMask;
	ULONG Protocol;
	USHORT SrcPort;
	USHORT DstPort;
	IPAddr SrcTunnelAddr;
	IPAddr DstTunnelAddr;
	USHORT Flags;
	SHORT NumSAs;
	OFFLOAD_SECURITY_ASSOCIATION SecAssoc[OFFLOAD_MAX_SAS];
	HANDLE OffloadHandle;
	OFFLOAD_IPSEC_UDPESP_ENCAPTYPE_ENTRY EncapTypeEntry;
	HANDLE EncapTypeEntryOffldHandle;
	ULONG KeyLen;
	UCHAR KeyMat[1];
} OFFLOAD_IPSEC_ADD_UDPESP_SA, *POFFLOAD_IPSEC_ADD_UDPESP_SA;

/* Value of OID_TCP_TASK_IPSEC_DELETE_UDPESP_SA. */
typedef struct _OFFLOAD_IPSEC_DELETE_UDPESP_SA {
	HANDLE OffloadHandle;
	HANDLE EncapTypeEntryOffldHandle;
} OFFLOAD_IPSEC_DELETE_UDPESP_SA, *POFFLOAD_IPSEC_DELETE_UDPESP_SA;

/* Ways of encapsulation in UDP that a NIC can do, bits. */
#define IPSEC_TPT_UDPESP_ENCAPTYPE_IKE 0x00000001
#define IPSEC_TUN_UDPESP_ENCAPTYPE_IKE 0x00000002
#define IPSEC_TPTOVERTUN_UDPESP_ENCAPTYPE_IKE 0x00000004
#define IPSEC_TPT_UDPESP_OVER_PURE_TUN_ENCAPTYPE_IKE 0x00000008
#define IPSEC_TPT_UDPESP_ENCAPTYPE_OTHER 0x00000010
#define IPSEC_TUN_UDPESP_ENCAPTYPE_OTHER 0x00000020
#define IPSEC_TPTOVERTUN_UDPESP_ENCAPTYPE_OTHER 0x00000040
#define IPSEC_TPT_UDPESP_OVER_PURE_TUN_ENCAPTYPE_OTHER 0x00000080

/*
 * What IpSecPacketInfo points to. Transmit: the associations of the packet, inner and outer. Receive:
 * what the NIC did, and CRYPTO_*.
 */
typedef struct _NDIS_IPSEC_PACKET_INFO {
	NT_UNNAMED union {
		struct {
			NDIS_HANDLE OffloadHandle;
			NDIS_HANDLE NextOffloadHandle;
		} Transmit;
		struct {
			ULONG SA_DELETE_REQ : 1;
			ULONG CRYPTO_DONE : 1;
			ULONG NEXT_CRYPTO_DONE : 1;
			ULONG CryptoStatus;
		} Receive;
	};
} NDIS_IPSEC_PACKET_INFO, *PNDIS_IPSEC_PACKET_INFO;

#define CRYPTO_SUCCESS 0
#define CRYPTO_GENERIC_ERROR 1
#define CRYPTO_TRANSPORT_AH_AUTH_FAILED 2
#define CRYPTO_TRANSPORT_ESP_AUTH_FAILED 3
#define CRYPTO_TUNNEL_AH_AUTH_FAILED 4
#define CRYPTO_TUNNEL_ESP_AUTH_FAILED 5
#define CRYPTO_INVALID_PACKET_SYNTAX 6
#define CRYPTO_INVALID_PROTOCOL 7

#endif
