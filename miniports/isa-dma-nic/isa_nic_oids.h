/* SPDX-License-Identifier: MIT */
/*
 * isa_nic_oids.h - the miniport's own object identifiers
 *
 * Values are little endian and laid out as below; all counters start at 0 with MiniportInitialize.
 */
#ifndef ISA_NIC_OIDS_H
#define ISA_NIC_OIDS_H

#include <stdint.h>

/* Query: struct isa_nic_driver_statistics. */
#define OID_ISA_NIC_DRIVER_STATISTICS	0xFF444E01u
/* Query: struct isa_nic_errors. */
#define OID_ISA_NIC_ERRORS		0xFF444E02u

/*
 * What the driver did.
 *
 * transfers_to_device, transfers_from_device   NdisMSetupDmaTransfer calls that succeeded.
 * frames_gathered    frames sent from the buffers of their packet.
 * frames_copied      frames that were copied into one buffer first.
 * short_counts       times that a frame went on with its next buffer.
 * frames_received    frames indicated.
 * records_wrapped    of them, those that lay across the end of the ring.
 * ring_suspensions   times that continuous reception made way for a frame to send.
 * frames_lost        times that the device told of lost frames.
 * resets             MiniportReset calls.
 * faults             contradictions and errors that led to a reset.
 */
struct isa_nic_driver_statistics {
	uint32_t transfers_to_device;
	uint32_t transfers_from_device;
	uint32_t frames_gathered;
	uint32_t frames_copied;
	uint32_t short_counts;
	uint32_t frames_received;
	uint32_t records_wrapped;
	uint32_t ring_suspensions;
	uint32_t frames_lost;
	uint32_t resets;
	uint32_t faults;
};

/* The device's last error (section 8 of its specification), and how many there were. */
struct isa_nic_errors {
	uint32_t count;
	uint32_t code;
	uint32_t source;
	uint32_t value;
};

#endif /* ISA_NIC_OIDS_H */
