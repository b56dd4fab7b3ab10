/* SPDX-License-Identifier: MIT */
/*
 * description.c - what a DEVICE_DESCRIPTION asks for, and whether it may
 *
 * Source: ndis-hal-dma.md sections 2, 8.1 and 9.1.
 */
#include "hal/description.h"

#include "support/log.h"

/* MaximumLength of (ULONG)-1 means "no limit known". */
#define MAXIMUM_LENGTH_MASK 0x7FFFFFFFu

#define LEAST_REGISTERS	      64u
#define MOST_REGISTERS	      1024u
#define MOST_REGISTERS_24_BIT 128u
#define TRANSFERS_AT_ONCE     4u

/* Section 2: Dma64BitAddresses overrides; scatter/gather on PCI implies 32 bits. */
unsigned int hal_description_bits(const DEVICE_DESCRIPTION *description)
{
	if (description->Dma64BitAddresses)
		return 64;
	if (description->Dma32BitAddresses ||
	    (description->ScatterGather && description->InterfaceType == PCIBus))
		return 32;
	return 24;
}

uint32_t hal_description_registers(const DEVICE_DESCRIPTION *description)
{
	return BYTES_TO_PAGES(description->MaximumLength & MAXIMUM_LENGTH_MASK) + 1;
}

unsigned int hal_registers_in_all(const struct hal_bus *bus, unsigned int bits, uint32_t needed)
{
	uint64_t wanted = (uint64_t)needed * TRANSFERS_AT_ONCE;
	unsigned int most = bits == 24 ? MOST_REGISTERS_24_BIT : MOST_REGISTERS;

	if (bus->options.map_registers)
		return bus->options.map_registers;
	if (wanted < LEAST_REGISTERS)
		return LEAST_REGISTERS;
	return wanted < most ? (unsigned int)wanted : most;
}

bool hal_is_isa(INTERFACE_TYPE type)
{
	return type == Isa || type == PNPISABus;
}

void hal_description_channel(const DEVICE_DESCRIPTION *description, struct system_dma_setup *setup)
{
	uint32_t maximum = description->MaximumLength & MAXIMUM_LENGTH_MASK;

	*setup = (struct system_dma_setup){
		.channel = description->DmaChannel,
		.cascade = description->Master,
		.exclusive = description->Master,
		.maximum = maximum,
	};
	if (description->Master)
		return;
	setup->words = description->DmaWidth == Width16Bits;
	setup->demand = description->DemandMode;
	setup->auto_initialize = description->AutoInitialize;
	setup->ignore_count =
		description->Version >= DEVICE_DESCRIPTION_VERSION1 && description->IgnoreCount;
}

static bool bus_allows(const DEVICE_DESCRIPTION *d, const char *call)
{
	INTERFACE_TYPE type = d->InterfaceType;

	if (type < Internal || type >= MaximumInterfaceType) {
		hal_violation(NULL, VERIFIER_NONE, call, "InterfaceType is a kind of bus",
			      "InterfaceType is %d", type);
		return false;
	}
	if (d->Master)
		return true;
	if (!hal_is_isa(type) && type != Eisa && type != Internal) {
		hal_violation(NULL, VERIFIER_NONE, call,
			      "only ISA devices use the channels of the system DMA controller",
			      "Master is FALSE with InterfaceType %d", type);
		return false;
	}
	if (d->DmaWidth != Width8Bits && d->DmaWidth != Width16Bits) {
		hal_violation(NULL, VERIFIER_NONE, call,
			      "DmaWidth of a slave channel is Width8Bits (0) or Width16Bits (1)",
			      "DmaWidth is %d", d->DmaWidth);
		return false;
	}
	if ((unsigned int)d->DmaSpeed >= MaximumDmaSpeed ||
	    (type == Eisa && d->DmaSpeed == TypeF)) {
		hal_violation(NULL, VERIFIER_NONE, call,
			      "DmaSpeed is Compatible (0) to TypeF (4), on EISA to TypeC (3)",
			      "DmaSpeed is %d", d->DmaSpeed);
		return false;
	}
	return true;
}

bool hal_description_is_valid(const DEVICE_DESCRIPTION *d, const char *call)
{
	if (d->Version == DEVICE_DESCRIPTION_VERSION3) {
		log_warning("%s: version 3 of DEVICE_DESCRIPTION is not supported", call);
		return false;
	}
	if (d->Version > DEVICE_DESCRIPTION_VERSION3) {
		hal_violation(NULL, VERIFIER_DESCRIPTION_VERSION, call,
			      "DEVICE_DESCRIPTION.Version is 0, 1 or 2", "Version is %u",
			      d->Version);
		return false;
	}
	if (d->Reserved1) {
		hal_violation(NULL, VERIFIER_NONE, call,
			      "a DEVICE_DESCRIPTION is zeroed before it is filled in",
			      "Reserved1 is %u", d->Reserved1);
		return false;
	}
	if (!d->MaximumLength) {
		hal_violation(NULL, VERIFIER_NONE, call, "MaximumLength is at least 1 byte",
			      "MaximumLength is 0");
		return false;
	}
	return bus_allows(d, call);
}
