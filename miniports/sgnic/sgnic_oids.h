/* SPDX-License-Identifier: MIT */
/*
 * sgnic_oids.h - the vendor's OIDs of the sgnic miniport
 *
 * Queried and set like any other OID; 0xFF marks an OID that is neither general nor of a medium,
 * "SG" follows. The structures have no holes, are the same for 32- and 64-bit callers, and
 * counters start at MiniportInitialize and survive a reset. Includes nothing but stdint.h, so
 * that management programs can use it.
 */
#ifndef SGNIC_OIDS_H
#define SGNIC_OIDS_H

#include <stdint.h>

/*
 * Set (no data): the device is told to read the last transmit buffer that was completed once more,
 * at the logical address it had. The mapping is gone, so behind an IOMMU the device must be
 * refused, and the request proves it. Frames of other senders wait meanwhile. The request ends
 * when the device has answered: NDIS_STATUS_SUCCESS, whatever the answer;
 * NDIS_STATUS_ADAPTER_NOT_READY if no mapped buffer of a frame's length was ever sent;
 * NDIS_STATUS_REQUEST_ABORTED if a reset came first. If the memory can still be read, the device
 * sends what it finds there: the address range is that of the former frame, the data need not be.
 *
 * Query: struct sgnic_replay, what became of the last replay.
 */
#define OID_SGNIC_REPLAY_TRANSMIT 0xFF534701u

/* Query: struct sgnic_device_statistics. */
#define OID_SGNIC_DEVICE_STATISTICS 0xFF534702u

/* Query: struct sgnic_errors. */
#define OID_SGNIC_ERRORS 0xFF534703u

/* Query: struct sgnic_driver_statistics. */
#define OID_SGNIC_DRIVER_STATISTICS 0xFF534704u

/* sgnic_replay.status before the first replay ended. */
#define SGNIC_REPLAY_NONE 0xFFFFFFFFu

/*
 * logical_address      where the device was told to read.
 * length               how many bytes; 0 before the first replay.
 * status               of the completion: enum sgnic_status, SGNIC_STATUS_DMA_ERROR if the IOMMU
 *                      refused; or SGNIC_REPLAY_NONE.
 * dma_errors           the device's counters now.
 * dma_width_errors
 * guest_errors
 */
struct sgnic_replay {
	uint64_t logical_address;
	uint32_t length;
	uint32_t status;
	uint64_t dma_errors;
	uint64_t dma_width_errors;
	uint64_t guest_errors;
};

/* counter[n] is the device's counter n, enum sgnic_statistic in sgnic_regs.h. */
#define SGNIC_OID_STATISTIC_COUNT 24
struct sgnic_device_statistics {
	uint64_t counter[SGNIC_OID_STATISTIC_COUNT];
};

/*
 * The last error that the device reported (device specification, section 8).
 *
 * code       enum sgnic_error; 0 if there was none.
 * queue      queue number, bit 8 set for a receive queue; 0xFFFF for no queue.
 * address    bus address or register offset.
 * value      value, length, index or flags.
 * count      errors that the driver read; several at once count as one.
 */
struct sgnic_errors {
	uint32_t code;
	uint32_t queue;
	uint64_t address;
	uint32_t value;
	uint32_t count;
};

/*
 * What the driver itself counts.
 *
 * map_registers          base map registers granted; 0 with scatter/gather.
 * map_registers_used     in use now.
 * map_registers_peak     in use at most.
 * frames_waiting         packets waiting for descriptors or map registers now.
 * frames_waiting_peak    at most.
 * receive_buffers        buffers that exist now.
 * receive_buffers_peak   at most.
 * receive_posted         of them, with the device now.
 * frames_mapped          sent through map registers or a scatter/gather list.
 * frames_copied          sent through a staging buffer, being too fragmented to be mapped.
 * map_failures           buffers that could not be mapped; their frames failed.
 * frames_received        indicated.
 * frames_received_short  of them with NDIS_STATUS_RESOURCES, because buffers were short.
 * blocks_added           times the receive area grew.
 * blocks_freed           times it shrank.
 * blocks_refused         times it could not grow for lack of memory.
 * budgets_exhausted      times the interrupt handler stopped early to let others run.
 * resets                 MiniportReset calls.
 * faults                 times the device was found to be broken.
 * interrupts_lost        times causes were pending, but no interrupt came.
 * large_sends            of the frames sent without error, those the device made segments of.
 * large_bytes            TCP data in them.
 */
struct sgnic_driver_statistics {
	uint32_t map_registers;
	uint32_t map_registers_used;
	uint32_t map_registers_peak;
	uint32_t frames_waiting;
	uint32_t frames_waiting_peak;
	uint32_t receive_buffers;
	uint32_t receive_buffers_peak;
	uint32_t receive_posted;
	uint64_t frames_mapped;
	uint64_t frames_copied;
	uint64_t map_failures;
	uint64_t frames_received;
	uint64_t frames_received_short;
	uint64_t blocks_added;
	uint64_t blocks_freed;
	uint64_t blocks_refused;
	uint64_t budgets_exhausted;
	uint64_t resets;
	uint64_t faults;
	uint64_t interrupts_lost;
	uint64_t large_sends;
	uint64_t large_bytes;
};

#endif /* SGNIC_OIDS_H */
