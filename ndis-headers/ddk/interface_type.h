/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_INTERFACE_TYPE_H
#define NDIS_HEADERS_DDK_INTERFACE_TYPE_H

/*
 * The kinds of bus that NT knows.
 *
 * The value tells the DMA functions what the bus implies: a PCI or EISA device reaches 32 bits
 * of address, an ISA device 24. The adapters of this library sit on a PCI bus; the other values
 * are there because driver sources name them in tables and comparisons. InterfaceTypeUndefined
 * means that the bus is to be taken from the device. Source: ndis-hal-dma.md section 1.2.
 */

#include "../ntdef.h"

typedef enum _INTERFACE_TYPE {
	InterfaceTypeUndefined = -1,
	Internal = 0,
	Isa = 1,
	Eisa = 2,
	MicroChannel = 3,
	TurboChannel = 4,
	PCIBus = 5,
	VMEBus = 6,
	NuBus = 7,
	PCMCIABus = 8,
	CBus = 9,
	MPIBus = 10,
	MPSABus = 11,
	ProcessorInternal = 12,
	InternalPowerBus = 13,
	PNPISABus = 14,
	PNPBus = 15,
	Vmcs = 16,
	ACPIBus = 17,
	MaximumInterfaceType
} INTERFACE_TYPE, *PINTERFACE_TYPE;

#endif
