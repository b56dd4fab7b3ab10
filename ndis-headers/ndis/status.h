/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_STATUS_H
#define NDIS_HEADERS_NDIS_STATUS_H

/*
 * Values of NDIS_STATUS.
 *
 * They serve two purposes: as the result of functions, and, those with severity "information"
 * (0x4001xxxx), as the subject of NdisMIndicateStatus. The severity sits in the two topmost
 * bits as with NTSTATUS, and the values that have a counterpart there are equal to it. Source:
 * ndis-hal-dma.md section 1.1 and the NDIS 5 reference pages.
 */

#include "types.h"

/* Results that are no errors */

/* Done. */
#define NDIS_STATUS_SUCCESS ((NDIS_STATUS)STATUS_SUCCESS)
/* Accepted; a completion function will be called once. Positive. */
#define NDIS_STATUS_PENDING ((NDIS_STATUS)STATUS_PENDING)
/* The frame or status is for somebody else. */
#define NDIS_STATUS_NOT_RECOGNIZED ((NDIS_STATUS)0x00010001)
/* The receiver left the data where it is. */
#define NDIS_STATUS_NOT_COPIED ((NDIS_STATUS)0x00010002)
/* The frame was not taken. */
#define NDIS_STATUS_NOT_ACCEPTED ((NDIS_STATUS)0x00010003)
/* A call is in progress on the line. */
#define NDIS_STATUS_CALL_ACTIVE ((NDIS_STATUS)0x00010007)
/* A miniport asks for an indication once a pended request completes. */
#define NDIS_STATUS_INDICATION_REQUIRED ((NDIS_STATUS)STATUS_NDIS_INDICATION_REQUIRED)

/* Subjects of NdisMIndicateStatus */

/* The adapter came up. */
#define NDIS_STATUS_ONLINE ((NDIS_STATUS)0x40010003)
/* A reset began; sends are held back until NDIS_STATUS_RESET_END. Indicated by the library. */
#define NDIS_STATUS_RESET_START ((NDIS_STATUS)0x40010004)
/* A reset ended. Indicated by the library. */
#define NDIS_STATUS_RESET_END ((NDIS_STATUS)0x40010005)
/* State of a token ring; the buffer holds a ULONG of NDIS_RING_* bits. */
#define NDIS_STATUS_RING_STATUS ((NDIS_STATUS)0x40010006)
/* The adapter was closed. */
#define NDIS_STATUS_CLOSED ((NDIS_STATUS)0x40010007)
/* The link came up (no buffer). */
#define NDIS_STATUS_MEDIA_CONNECT ((NDIS_STATUS)0x4001000B)
/* The link went down (no buffer). */
#define NDIS_STATUS_MEDIA_DISCONNECT ((NDIS_STATUS)0x4001000C)
/* The hardware below a connection came up. */
#define NDIS_STATUS_HARDWARE_LINE_UP ((NDIS_STATUS)0x4001000D)
/* The hardware below a connection went down. */
#define NDIS_STATUS_HARDWARE_LINE_DOWN ((NDIS_STATUS)0x4001000E)
/* The interface came up. */
#define NDIS_STATUS_INTERFACE_UP ((NDIS_STATUS)0x4001000F)
/* The interface went down. */
#define NDIS_STATUS_INTERFACE_DOWN ((NDIS_STATUS)0x40010010)
/* The medium is busy. */
#define NDIS_STATUS_MEDIA_BUSY ((NDIS_STATUS)0x40010011)
/* Meaning given by the kind of medium; the buffer says what. */
#define NDIS_STATUS_MEDIA_SPECIFIC_INDICATION ((NDIS_STATUS)0x40010012)
#define NDIS_STATUS_WW_INDICATION NDIS_STATUS_MEDIA_SPECIFIC_INDICATION
/* The link speed changed; the buffer holds a ULONG in units of 100 bit/s. */
#define NDIS_STATUS_LINK_SPEED_CHANGE ((NDIS_STATUS)0x40010013)
/* Of a wide area link: it is there, gone, has lost part of a frame; its counters (ndis/wan.h). */
#define NDIS_STATUS_WAN_LINE_UP ((NDIS_STATUS)0x40010008)
#define NDIS_STATUS_WAN_LINE_DOWN ((NDIS_STATUS)0x40010009)
#define NDIS_STATUS_WAN_FRAGMENT ((NDIS_STATUS)0x4001000A)
#define NDIS_STATUS_WAN_GET_STATS ((NDIS_STATUS)0x40010014)
/* Of one with connections: part of a frame was lost; its parameters, and those with an MTU. */
#define NDIS_STATUS_WAN_CO_FRAGMENT ((NDIS_STATUS)0x40010015)
#define NDIS_STATUS_WAN_CO_LINKPARAMS ((NDIS_STATUS)0x40010016)
#define NDIS_STATUS_WAN_CO_MTULINKPARAMS ((NDIS_STATUS)0x40010025)

/* Warnings */

/* The adapter cannot be reset now. */
#define NDIS_STATUS_NOT_RESETTABLE ((NDIS_STATUS)0x80010001)
/* A reset or open ended with errors that do not stop operation. */
#define NDIS_STATUS_SOFT_ERRORS ((NDIS_STATUS)0x80010003)
/* A reset or open ended with errors that stop operation. */
#define NDIS_STATUS_HARD_ERRORS ((NDIS_STATUS)0x80010004)
/* There is more data than the buffer took. */
#define NDIS_STATUS_BUFFER_OVERFLOW ((NDIS_STATUS)STATUS_BUFFER_OVERFLOW)

/* Errors */

/* No better reason is known. */
#define NDIS_STATUS_FAILURE ((NDIS_STATUS)STATUS_UNSUCCESSFUL)
/*
 * Memory, descriptors or map registers ran out. As the result of MiniportSend of a serialised
 * miniport it means "later": the library keeps the packet and offers it again.
 */
#define NDIS_STATUS_RESOURCES ((NDIS_STATUS)STATUS_INSUFFICIENT_RESOURCES)
/* The driver is being closed. */
#define NDIS_STATUS_CLOSING ((NDIS_STATUS)0xC0010002)
/* A version number that the library does not support. */
#define NDIS_STATUS_BAD_VERSION ((NDIS_STATUS)0xC0010004)
/* A characteristics structure that is too short or lacks a required function. */
#define NDIS_STATUS_BAD_CHARACTERISTICS ((NDIS_STATUS)0xC0010005)
/* The adapter that the configuration describes is not there. */
#define NDIS_STATUS_ADAPTER_NOT_FOUND ((NDIS_STATUS)0xC0010006)
/* The adapter could not be opened. */
#define NDIS_STATUS_OPEN_FAILED ((NDIS_STATUS)0xC0010007)
/* The hardware does not work. */
#define NDIS_STATUS_DEVICE_FAILED ((NDIS_STATUS)0xC0010008)
/* The multicast list has no room left. */
#define NDIS_STATUS_MULTICAST_FULL ((NDIS_STATUS)0xC0010009)
/* The multicast address is in the list already. */
#define NDIS_STATUS_MULTICAST_EXISTS ((NDIS_STATUS)0xC001000A)
/* The multicast address is not in the list. */
#define NDIS_STATUS_MULTICAST_NOT_FOUND ((NDIS_STATUS)0xC001000B)
/* The request or packet was dropped because of a reset, a halt or a cancellation. */
#define NDIS_STATUS_REQUEST_ABORTED ((NDIS_STATUS)0xC001000C)
/* A reset is going on; nothing else is accepted until it ends. */
#define NDIS_STATUS_RESET_IN_PROGRESS ((NDIS_STATUS)0xC001000D)
/* The driver is being closed while it indicates. */
#define NDIS_STATUS_CLOSING_INDICATING ((NDIS_STATUS)0xC001000E)
/* The function does not exist here; for an OID: this adapter does not know it. */
#define NDIS_STATUS_NOT_SUPPORTED ((NDIS_STATUS)STATUS_NOT_SUPPORTED)
/* The packet cannot be sent: length, buffers or contents are wrong. */
#define NDIS_STATUS_INVALID_PACKET ((NDIS_STATUS)0xC001000F)
/* No further opens are possible. */
#define NDIS_STATUS_OPEN_LIST_FULL ((NDIS_STATUS)0xC0010010)
/* The adapter is not ready. */
#define NDIS_STATUS_ADAPTER_NOT_READY ((NDIS_STATUS)0xC0010011)
/* The adapter is not open. */
#define NDIS_STATUS_ADAPTER_NOT_OPEN ((NDIS_STATUS)0xC0010012)
/* There is no indication in progress. */
#define NDIS_STATUS_NOT_INDICATING ((NDIS_STATUS)0xC0010013)
/* InformationBufferLength does not fit the OID; BytesNeeded says what does. */
#define NDIS_STATUS_INVALID_LENGTH ((NDIS_STATUS)0xC0010014)
/* The contents of the buffer are not acceptable for the OID. */
#define NDIS_STATUS_INVALID_DATA ((NDIS_STATUS)0xC0010015)
/* The buffer is too short for the answer; BytesNeeded says how much is needed. */
#define NDIS_STATUS_BUFFER_TOO_SHORT ((NDIS_STATUS)0xC0010016)
/* The OID is malformed or cannot be set. */
#define NDIS_STATUS_INVALID_OID ((NDIS_STATUS)0xC0010017)
/* The adapter was taken out. */
#define NDIS_STATUS_ADAPTER_REMOVED ((NDIS_STATUS)0xC0010018)
/* None of the offered media is the adapter's. */
#define NDIS_STATUS_UNSUPPORTED_MEDIA ((NDIS_STATUS)0xC0010019)
/* Another adapter on the ring uses the group address. */
#define NDIS_STATUS_GROUP_ADDRESS_IN_USE ((NDIS_STATUS)0xC001001A)
/* A file was not found. */
#define NDIS_STATUS_FILE_NOT_FOUND ((NDIS_STATUS)0xC001001B)
/* A file could not be read. */
#define NDIS_STATUS_ERROR_READING_FILE ((NDIS_STATUS)0xC001001C)
/* The file or range is mapped already. */
#define NDIS_STATUS_ALREADY_MAPPED ((NDIS_STATUS)0xC001001D)
/* An I/O range, interrupt or DMA channel belongs to somebody else. */
#define NDIS_STATUS_RESOURCE_CONFLICT ((NDIS_STATUS)0xC001001E)
/* No cable is plugged in. */
#define NDIS_STATUS_NO_CABLE ((NDIS_STATUS)0xC001001F)
/* The service access point is malformed. */
#define NDIS_STATUS_INVALID_SAP ((NDIS_STATUS)0xC0010020)
/* The service access point belongs to somebody else. */
#define NDIS_STATUS_SAP_IN_USE ((NDIS_STATUS)0xC0010021)
/* An address is malformed, or not one that the adapter may have. */
#define NDIS_STATUS_INVALID_ADDRESS ((NDIS_STATUS)0xC0010022)
/* The virtual connection is not active. */
#define NDIS_STATUS_VC_NOT_ACTIVATED ((NDIS_STATUS)0xC0010023)
/* The other end is not where it was expected. */
#define NDIS_STATUS_DEST_OUT_OF_ORDER ((NDIS_STATUS)0xC0010024)
/* No virtual connection is left. */
#define NDIS_STATUS_VC_NOT_AVAILABLE ((NDIS_STATUS)0xC0010025)
/* The rate of cells cannot be had. */
#define NDIS_STATUS_CELLRATE_NOT_AVAILABLE ((NDIS_STATUS)0xC0010026)
/* The quality of service cannot be had together with the rest. */
#define NDIS_STATUS_INCOMPATABLE_QOS ((NDIS_STATUS)0xC0010027)
/* The parameters of the adaptation layer are not supported. */
#define NDIS_STATUS_AAL_PARAMS_UNSUPPORTED ((NDIS_STATUS)0xC0010028)
/* There is no route to the destination. */
#define NDIS_STATUS_NO_ROUTE_TO_DESTINATION ((NDIS_STATUS)0xC0010029)
/* The adapter could not enter the token ring. */
#define NDIS_STATUS_TOKEN_RING_OPEN_ERROR ((NDIS_STATUS)0xC0011000)
/* Of media with connections: access point unknown, in use; address unknown. */
#define NDIS_STATUS_INVALID_SAP ((NDIS_STATUS)0xC0010020)
#define NDIS_STATUS_SAP_IN_USE ((NDIS_STATUS)0xC0010021)
#define NDIS_STATUS_INVALID_ADDRESS ((NDIS_STATUS)0xC0010022)
/* The connection is not active; the other end does not answer; there are no more connections. */
#define NDIS_STATUS_VC_NOT_ACTIVATED ((NDIS_STATUS)0xC0010023)
#define NDIS_STATUS_DEST_OUT_OF_ORDER ((NDIS_STATUS)0xC0010024)
#define NDIS_STATUS_VC_NOT_AVAILABLE ((NDIS_STATUS)0xC0010025)
/* The cell rate cannot be had; the quality or the adaptation layer is none that fits. */
#define NDIS_STATUS_CELLRATE_NOT_AVAILABLE ((NDIS_STATUS)0xC0010026)
#define NDIS_STATUS_INCOMPATABLE_QOS ((NDIS_STATUS)0xC0010027)
#define NDIS_STATUS_AAL_PARAMS_UNSUPPORTED ((NDIS_STATUS)0xC0010028)
/* No way leads there. */
#define NDIS_STATUS_NO_ROUTE_TO_DESTINATION ((NDIS_STATUS)0xC0010029)
#define NDIS_STATUS_NETWORK_UNREACHABLE ((NDIS_STATUS)0xC000023C)
/* The device does not take this request. */
#define NDIS_STATUS_INVALID_DEVICE_REQUEST ((NDIS_STATUS)STATUS_INVALID_DEVICE_REQUEST)

#endif
