/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_DMA_TYPES_H
#define NDIS_HEADERS_DDK_DMA_TYPES_H

/*
 * Types of direct memory access that NDIS shares with the rest of NT.
 *
 * A bus master reads and writes memory by itself, at logical addresses that a DMA function
 * handed to the driver. How the address relates to the CPU's view of the same byte is not the
 * driver's business: it may be equal, offset, or translated page by page by an IOMMU.
 * Source: ndis-hal-dma.md sections 1.3 and 2.
 */

#include "../ntdef.h"
#include "interface_type.h"

/* Width of one transfer of a slave DMA channel. */
typedef enum _DMA_WIDTH {
	Width8Bits = 0,
	Width16Bits = 1,
	Width32Bits = 2,
	Width64Bits = 3,
	WidthNoWrap = 4,
	MaximumDmaWidth = 5
} DMA_WIDTH, *PDMA_WIDTH;

/* Bus timing of a slave DMA channel. */
typedef enum _DMA_SPEED {
	Compatible = 0,
	TypeA = 1,
	TypeB = 2,
	TypeC = 3,
	TypeF = 4,
	MaximumDmaSpeed = 5
} DMA_SPEED, *PDMA_SPEED;

/*
 * What an adapter-control routine answers about the channel and the map registers it was given:
 * keep both, give both back, or give back the channel alone.
 */
typedef enum _IO_ALLOCATION_ACTION {
	KeepObject = 1,
	DeallocateObject = 2,
	DeallocateObjectKeepRegisters = 3
} IO_ALLOCATION_ACTION, *PIO_ALLOCATION_ACTION;

/* Values of DEVICE_DESCRIPTION.Version. */
#define DEVICE_DESCRIPTION_VERSION 0
#define DEVICE_DESCRIPTION_VERSION1 1
#define DEVICE_DESCRIPTION_VERSION2 2
#define DEVICE_DESCRIPTION_VERSION3 3

/*
 * What a device can do. 40 bytes; to be zeroed before it is filled in.
 *
 * Version             DEVICE_DESCRIPTION_VERSION*; selects which of the fields count.
 * Master              TRUE for a bus master, FALSE for a device on a slave DMA channel.
 * ScatterGather       a bus master that takes a list of runs.
 * DemandMode          slave: the channel runs while the device holds its request.
 * AutoInitialize      slave: the channel starts over at the end of the buffer.
 * Dma32BitAddresses   the device reaches 4 GiB.
 * IgnoreCount         the counter of the channel cannot be trusted (VERSION1 and later).
 * Reserved1           FALSE.
 * Dma64BitAddresses   the device reaches everything; overrides Dma32BitAddresses. With both
 *                     FALSE, on a bus that implies nothing else, it reaches 16 MiB.
 * BusNumber           which bus of its kind.
 * DmaChannel          slave: the channel.
 * InterfaceType       kind of bus.
 * DmaWidth, DmaSpeed  slave: width and timing.
 * MaximumLength       bytes of the largest single transfer.
 * DmaPort             Micro Channel only, otherwise 0.
 */
typedef struct _DEVICE_DESCRIPTION {
	ULONG Version;
	BOOLEAN Master;
	BOOLEAN ScatterGather;
	BOOLEAN DemandMode;
	BOOLEAN AutoInitialize;
	BOOLEAN Dma32BitAddresses;
	BOOLEAN IgnoreCount;
	BOOLEAN Reserved1;
	BOOLEAN Dma64BitAddresses;
	ULONG BusNumber;
	ULONG DmaChannel;
	INTERFACE_TYPE InterfaceType;
	DMA_WIDTH DmaWidth;
	DMA_SPEED DmaSpeed;
	ULONG MaximumLength;
	ULONG DmaPort;
} DEVICE_DESCRIPTION, *PDEVICE_DESCRIPTION;

C_ASSERT(sizeof(DEVICE_DESCRIPTION) == 40);

/*
 * One run of logically contiguous bytes of a scatter/gather list. Address is the logical address
 * of the first byte, Length the bytes in the run; Reserved belongs to the library. 24 bytes.
 */
typedef struct _SCATTER_GATHER_ELEMENT {
	PHYSICAL_ADDRESS Address;
	ULONG Length;
	ULONG_PTR Reserved;
} SCATTER_GATHER_ELEMENT, *PSCATTER_GATHER_ELEMENT;

/*
 * A scatter/gather list: the runs of one transfer in order. The library makes it, the driver
 * reads it; Reserved belongs to the library. Elements starts at offset 16 and has as many as
 * NumberOfElements says. One is declared: drivers keep a list of one element, for a frame that they
 * have copied, as a member between others.
 */
typedef struct _SCATTER_GATHER_LIST {
	ULONG NumberOfElements;
	ULONG_PTR Reserved;
	SCATTER_GATHER_ELEMENT Elements[1];
} SCATTER_GATHER_LIST, *PSCATTER_GATHER_LIST;

/* The object that stands for a device's access to memory; its head is in ddk/dma_adapter.h. */
typedef struct _DMA_ADAPTER DMA_ADAPTER, *PDMA_ADAPTER;
typedef struct _DMA_ADAPTER ADAPTER_OBJECT, *PADAPTER_OBJECT;

#endif
