/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_LEGACY_BUS_H
#define NDIS_HEADERS_DDK_LEGACY_BUS_H

/*
 * What the configuration memories of EISA and Micro Channel slots hold. No platform of this library
 * has such a bus; the structures are for drivers that serve several.
 */

#include "../ntdef.h"

#pragma pack(push, 1)

/* Contents of the option registers of a Micro Channel slot. 6 bytes. */
typedef struct _CM_MCA_POS_DATA {
	USHORT AdapterId;
	UCHAR PosData1;
	UCHAR PosData2;
	UCHAR PosData3;
	UCHAR PosData4;
} CM_MCA_POS_DATA, *PCM_MCA_POS_DATA;

/* Memory that a function of an EISA board uses: kind, width, address and size in units of 256 and
 * 1024 bytes. */
typedef struct _EISA_MEMORY_TYPE {
	UCHAR ReadWrite : 1;
	UCHAR Cached : 1;
	UCHAR Reserved0 : 1;
	UCHAR Type : 2;
	UCHAR Shared : 1;
	UCHAR Reserved1 : 1;
	UCHAR MoreEntries : 1;
} EISA_MEMORY_TYPE, *PEISA_MEMORY_TYPE;

typedef struct _EISA_MEMORY_CONFIGURATION {
	EISA_MEMORY_TYPE ConfigurationByte;
	UCHAR DataSize;
	USHORT AddressLowWord;
	UCHAR AddressHighByte;
	USHORT MemorySize;
} EISA_MEMORY_CONFIGURATION, *PEISA_MEMORY_CONFIGURATION;

/* An interrupt of it. */
typedef struct _EISA_IRQ_DESCRIPTOR {
	UCHAR Interrupt : 4;
	UCHAR Reserved : 1;
	UCHAR LevelTriggered : 1;
	UCHAR Shared : 1;
	UCHAR MoreEntries : 1;
} EISA_IRQ_DESCRIPTOR, *PEISA_IRQ_DESCRIPTOR;

typedef struct _EISA_IRQ_CONFIGURATION {
	EISA_IRQ_DESCRIPTOR ConfigurationByte;
	UCHAR Reserved;
} EISA_IRQ_CONFIGURATION, *PEISA_IRQ_CONFIGURATION;

/* A DMA channel of it, with width and timing. */
typedef struct _DMA_CONFIGURATION_BYTE0 {
	UCHAR Channel : 3;
	UCHAR Reserved : 3;
	UCHAR Shared : 1;
	UCHAR MoreEntries : 1;
} DMA_CONFIGURATION_BYTE0;

typedef struct _DMA_CONFIGURATION_BYTE1 {
	UCHAR Reserved0 : 2;
	UCHAR TransferSize : 2;
	UCHAR Timing : 2;
	UCHAR Reserved1 : 2;
} DMA_CONFIGURATION_BYTE1;

typedef struct _EISA_DMA_CONFIGURATION {
	DMA_CONFIGURATION_BYTE0 ConfigurationByte0;
	DMA_CONFIGURATION_BYTE1 ConfigurationByte1;
} EISA_DMA_CONFIGURATION, *PEISA_DMA_CONFIGURATION;

/* A range of I/O ports of it. */
typedef struct _EISA_PORT_DESCRIPTOR {
	UCHAR NumberPorts : 5;
	UCHAR Reserved : 1;
	UCHAR Shared : 1;
	UCHAR MoreEntries : 1;
} EISA_PORT_DESCRIPTOR, *PEISA_PORT_DESCRIPTOR;

typedef struct _EISA_PORT_CONFIGURATION {
	EISA_PORT_DESCRIPTOR Configuration;
	USHORT PortAddress;
} EISA_PORT_CONFIGURATION, *PEISA_PORT_CONFIGURATION;

/* What a slot holds in all; FunctionInformation says which of the parts below are there. */
typedef struct _CM_EISA_SLOT_INFORMATION {
	UCHAR ReturnCode;
	UCHAR ReturnFlags;
	UCHAR MajorRevision;
	UCHAR MinorRevision;
	USHORT Checksum;
	UCHAR NumberFunctions;
	UCHAR FunctionInformation;
	ULONG CompressedId;
} CM_EISA_SLOT_INFORMATION, *PCM_EISA_SLOT_INFORMATION;

/* One function of a board; FunctionFlags are EISA_HAS_* bits. */
typedef struct _CM_EISA_FUNCTION_INFORMATION {
	ULONG CompressedId;
	UCHAR IdSlotFlags1;
	UCHAR IdSlotFlags2;
	UCHAR MinorRevision;
	UCHAR MajorRevision;
	UCHAR Selections[26];
	UCHAR FunctionFlags;
	UCHAR TypeString[80];
	EISA_MEMORY_CONFIGURATION EisaMemory[9];
	EISA_IRQ_CONFIGURATION EisaIrq[7];
	EISA_DMA_CONFIGURATION EisaDma[4];
	EISA_PORT_CONFIGURATION EisaPort[20];
	UCHAR InitializationData[60];
} CM_EISA_FUNCTION_INFORMATION, *PCM_EISA_FUNCTION_INFORMATION;

#pragma pack(pop)

#define EISA_FUNCTION_ENABLED 0x80
#define EISA_FREE_FORM_DATA 0x40
#define EISA_HAS_PORT_INIT_ENTRY 0x20
#define EISA_HAS_PORT_RANGE 0x10
#define EISA_HAS_DMA_ENTRY 0x08
#define EISA_HAS_IRQ_ENTRY 0x04
#define EISA_HAS_MEMORY_ENTRY 0x02
#define EISA_HAS_TYPE_ENTRY 0x01
#define EISA_MORE_ENTRIES 0x80

#endif
