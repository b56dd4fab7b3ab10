/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_RESOURCES_H
#define NDIS_HEADERS_DDK_RESOURCES_H

/*
 * Hardware resources as the configuration manager describes them: memory, ports, interrupts.
 *
 * The structures are packed to four bytes as on NT: a descriptor has 20 bytes. Copy members out
 * of it rather than taking their address.
 */

#include "../ntdef.h"
#include "interface_type.h"

/* Kinds of resource: CM_PARTIAL_RESOURCE_DESCRIPTOR.Type, and which member of the union counts. */
#define CmResourceTypeNull 0
#define CmResourceTypePort 1		/* u.Port */
#define CmResourceTypeInterrupt 2	/* u.Interrupt */
#define CmResourceTypeMemory 3		/* u.Memory */
#define CmResourceTypeDma 4		/* u.Dma */
#define CmResourceTypeDeviceSpecific 5	/* u.DeviceSpecificData */
#define CmResourceTypeBusNumber 6	/* u.BusNumber */
#define CmResourceTypeDevicePrivate 129	/* u.DevicePrivate */

/* Who may use the resource besides the device: CM_PARTIAL_RESOURCE_DESCRIPTOR.ShareDisposition. */
typedef enum _CM_SHARE_DISPOSITION {
	CmResourceShareUndetermined = 0,
	CmResourceShareDeviceExclusive = 1,
	CmResourceShareDriverExclusive = 2,
	CmResourceShareShared = 3
} CM_SHARE_DISPOSITION;

/*
 * Bits of Flags, by kind of resource.
 *
 * Ports: whether the range is in I/O space (on a PC always), how many address bits the device
 * decodes, and whether the range is that of a base address register. Interrupts: asserted by a
 * level, which must be cleared in the device, or by an edge. Memory: what may be done with it,
 * whether reads have side effects (not PREFETCHABLE), whether it is that of a base address
 * register. DMA channels: the width of a transfer.
 */
#define CM_RESOURCE_PORT_MEMORY 0x0000
#define CM_RESOURCE_PORT_IO 0x0001
#define CM_RESOURCE_PORT_16_BIT_DECODE 0x0010
#define CM_RESOURCE_PORT_BAR 0x0100

#define CM_RESOURCE_INTERRUPT_LEVEL_SENSITIVE 0x0000
#define CM_RESOURCE_INTERRUPT_LATCHED 0x0001
#define CM_RESOURCE_INTERRUPT_MESSAGE 0x0002
#define CM_RESOURCE_INTERRUPT_POLICY_INCLUDED 0x0004

#define CM_RESOURCE_MEMORY_READ_WRITE 0x0000
#define CM_RESOURCE_MEMORY_READ_ONLY 0x0001
#define CM_RESOURCE_MEMORY_WRITE_ONLY 0x0002
#define CM_RESOURCE_MEMORY_PREFETCHABLE 0x0004
#define CM_RESOURCE_MEMORY_BAR 0x0080

#define CM_RESOURCE_DMA_8 0x0000
#define CM_RESOURCE_DMA_16 0x0001

#pragma pack(push, 4)

/*
 * One resource.
 *
 * Type               CmResourceType*.
 * ShareDisposition   CM_SHARE_DISPOSITION.
 * Flags              CM_RESOURCE_* bits of that kind.
 * u.Generic          Start and Length of any range.
 * u.Port             Start is the first port, Length their number.
 * u.Interrupt        Level and Vector are what NdisMRegisterInterrupt wants, both the number of the
 *                    line; Affinity has one bit for each processor that may get the interrupt.
 * u.Memory           Start is the physical address that NdisMMapIoSpace wants, Length bytes.
 * u.Dma              a slave DMA channel.
 * u.DevicePrivate    meaning given by the bus.
 * u.BusNumber        a range of bus numbers.
 * u.DeviceSpecificData  DataSize bytes follow the list.
 */
typedef struct _CM_PARTIAL_RESOURCE_DESCRIPTOR {
	UCHAR Type;
	UCHAR ShareDisposition;
	USHORT Flags;
	union {
		struct {
			PHYSICAL_ADDRESS Start;
			ULONG Length;
		} Generic;
		struct {
			PHYSICAL_ADDRESS Start;
			ULONG Length;
		} Port;
		struct {
			ULONG Level;
			ULONG Vector;
			KAFFINITY Affinity;
		} Interrupt;
		struct {
			PHYSICAL_ADDRESS Start;
			ULONG Length;
		} Memory;
		struct {
			ULONG Channel;
			ULONG Port;
			ULONG Reserved1;
		} Dma;
		struct {
			ULONG Data[3];
		} DevicePrivate;
		struct {
			ULONG Start;
			ULONG Length;
			ULONG Reserved;
		} BusNumber;
		struct {
			ULONG DataSize;
			ULONG Reserved1;
			ULONG Reserved2;
		} DeviceSpecificData;
	} u;
} CM_PARTIAL_RESOURCE_DESCRIPTOR, *PCM_PARTIAL_RESOURCE_DESCRIPTOR;

/* Count resources, one behind the other. Version and Revision are 1. */
typedef struct _CM_PARTIAL_RESOURCE_LIST {
	USHORT Version;
	USHORT Revision;
	ULONG Count;
	CM_PARTIAL_RESOURCE_DESCRIPTOR PartialDescriptors[1];
} CM_PARTIAL_RESOURCE_LIST, *PCM_PARTIAL_RESOURCE_LIST;

/*
 * Resources on one bus.
 *
 * InterfaceType, BusNumber   which.
 */
typedef struct _CM_FULL_RESOURCE_DESCRIPTOR {
	INTERFACE_TYPE InterfaceType;
	ULONG BusNumber;
	CM_PARTIAL_RESOURCE_LIST PartialResourceList;
} CM_FULL_RESOURCE_DESCRIPTOR, *PCM_FULL_RESOURCE_DESCRIPTOR;

/* Resources of a device on Count buses. */
typedef struct _CM_RESOURCE_LIST {
	ULONG Count;
	CM_FULL_RESOURCE_DESCRIPTOR List[1];
} CM_RESOURCE_LIST, *PCM_RESOURCE_LIST;

#pragma pack(pop)

C_ASSERT(sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR) == 20);
C_ASSERT(sizeof(CM_RESOURCE_LIST) == 40);

#endif
