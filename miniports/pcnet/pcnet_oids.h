/* SPDX-License-Identifier: MIT */
/*
 * pcnet_oids.h - the miniport's own object identifier
 *
 * The value is little endian and laid out as below; all counters start at 0 with
 * MiniportInitialize.
 */
#ifndef PCNET_OIDS_H
#define PCNET_OIDS_H

#include <stdint.h>

/* Query: struct pcnet_driver_statistics. */
#define OID_PCNET_DRIVER_STATISTICS	0xFF504E01u

/*
 * What the driver did.
 *
 * map_registers      base registers that NDIS granted.
 * map_registers_used of them, those in use now.
 * map_registers_peak most that were in use at once.
 * frames_mapped      frames sent from the buffers of their packet.
 * frames_copied      frames that were copied into one buffer first.
 * map_failures       of those, frames copied because a buffer could not be mapped.
 * sends_refused      times that MiniportSend returned NDIS_STATUS_RESOURCES.
 * frames_received    frames indicated.
 * frames_transferred MiniportTransferData calls that yielded data.
 * frames_filtered    frames that passed the chip's filter, but not the driver's.
 * frames_oversize    frames that took more than one receive buffer.
 * frames_bad         other frames received with an error, or of an impossible length.
 * frames_missed      frames for which the chip had no receive descriptor.
 * descriptors_skipped receive descriptors that the chip passed over.
 * resets             MiniportReset calls.
 * faults             contradictions and errors that led to a reset.
 */
struct pcnet_driver_statistics {
	uint32_t map_registers;
	uint32_t map_registers_used;
	uint32_t map_registers_peak;
	uint32_t frames_mapped;
	uint32_t frames_copied;
	uint32_t map_failures;
	uint32_t sends_refused;
	uint32_t frames_received;
	uint32_t frames_transferred;
	uint32_t frames_filtered;
	uint32_t frames_oversize;
	uint32_t frames_bad;
	uint32_t frames_missed;
	uint32_t descriptors_skipped;
	uint32_t resets;
	uint32_t faults;
};

#endif /* PCNET_OIDS_H */
