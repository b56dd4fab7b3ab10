/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_DMA_TYPES_H
#define NDIS_HEADERS_NDIS_DMA_TYPES_H

/*
 * NDIS's own DMA constants. Source: ndis-hal-dma.md section 1.2.
 */

#include "../ddk/dma_types.h"
#include "types.h"

/*
 * How many address lines the adapter drives, for NdisMAllocateMapRegisters. Every logical
 * address that the library hands out afterwards fits:
 *
 * NDIS_DMA_24BITS   below 16 MiB (highest address 0x00FFFFFF). For ISA bus masters.
 * NDIS_DMA_32BITS   below 4 GiB.
 * NDIS_DMA_64BITS   anywhere: the driver must program the high half of addresses too.
 *
 * NDIS 3 and 4 have a BOOLEAN Dma32BitAddresses in the same place; FALSE and TRUE have the values
 * of 24 and 32 bits. Section 3.7.
 */
typedef UCHAR NDIS_DMA_SIZE;

#define NDIS_DMA_24BITS ((NDIS_DMA_SIZE)0)
#define NDIS_DMA_32BITS ((NDIS_DMA_SIZE)1)
#define NDIS_DMA_64BITS ((NDIS_DMA_SIZE)2)

/*
 * Parameters of a slave DMA channel. 20 bytes; to be zeroed before it is filled in.
 *
 * DemandMode, AutoInitialize   as in DEVICE_DESCRIPTION.
 * DmaChannelSpecified          TRUE if the driver itself supplies DmaChannel.
 * DmaWidth, DmaSpeed           width and timing.
 * DmaPort                      Micro Channel only, otherwise 0.
 * DmaChannel                   the channel.
 */
typedef struct _NDIS_DMA_DESCRIPTION {
	BOOLEAN DemandMode;
	BOOLEAN AutoInitialize;
	BOOLEAN DmaChannelSpecified;
	DMA_WIDTH DmaWidth;
	DMA_SPEED DmaSpeed;
	ULONG DmaPort;
	ULONG DmaChannel;
} NDIS_DMA_DESCRIPTION, *PNDIS_DMA_DESCRIPTION;

C_ASSERT(sizeof(NDIS_DMA_DESCRIPTION) == 20);

#endif
