/* SPDX-License-Identifier: MIT */
/*
 * e1000.h - structures and functions of the e1000 miniport
 *
 * One struct e1000_adapter per NIC. Three locks, never held together, never held while NDIS is told
 * that a packet is complete or received:
 *
 *   transmit.lock   the transmit ring, the waiting packets, the map registers
 *   receive.lock    the receive ring and its buffers
 *   lock            the receive filter and the counters
 *
 * Registers and descriptors are in e1000_regs.h; "section" means one of the manual named there.
 */
#ifndef E1000_H
#define E1000_H

#include <ndis.h>

#include "e1000_regs.h"

#define E1000_POOL_TAG		0x30316531u	/* "1e10" in memory */

#define E1000_ADDRESS_LENGTH	6
#define E1000_FRAME_HEADER	14		/* destination, source, type */
#define E1000_FRAME_LENGTH	1514
#define E1000_FRAME_RECEIVED	1518		/* with a VLAN tag in it */
#define E1000_BUFFER_SIZE	2048		/* as E1000_RCTL_BUFFER_2048 says */

#define E1000_MULTICAST_MAX	64
#define E1000_FRAME_PIECES	16		/* a frame in more pieces is copied */
#define E1000_COPY_BUFFERS	8
#define E1000_LOW_WATER		8		/* buffers left with the device: protocols must copy */
#define E1000_INDICATE_COUNT	32		/* packets per NdisMIndicateReceivePacket */
#define E1000_RECEIVE_BUDGET	128		/* frames per MiniportHandleInterrupt */

#define E1000_HANG_SECONDS	2		/* period of MiniportCheckForHang */
#define E1000_LOG_LIMIT		16		/* error-log entries per adapter */

#define E1000_CAUSES (E1000_CAUSE_TX_WRITTEN | E1000_CAUSE_LINK | E1000_CAUSE_RX_LOW | \
		      E1000_CAUSE_RX_OVERRUN | E1000_CAUSE_RX_TIMER)

/* First value of each error-log entry: what happened. The second is given behind the dash. */
enum e1000_log {
	E1000_LOG_RESOURCES = 1,	/* no BAR 0 or no interrupt - number of resources */
	E1000_LOG_IDENTITY,		/* not an 82540EM - vendor and device ID */
	E1000_LOG_CONFIGURATION,	/* keyword out of range - value */
	E1000_LOG_EEPROM,		/* it does not answer, or its sum is wrong - word, or sum */
	E1000_LOG_MAP_REGISTERS,	/* none granted - number asked for */
	E1000_LOG_MEMORY,		/* no memory - bytes */
	E1000_LOG_INTERRUPT,		/* not granted - vector */
	E1000_LOG_RESET,		/* the reset does not end - CTRL */
	E1000_LOG_GONE,			/* registers read all ones - the value */
	E1000_LOG_NOT_RETURNED,		/* receive packets not returned at halt - their number */
};

/* The chip's counters that OIDs are made of, see counters.c. */
enum e1000_counter {
	E1000_COUNT_CRC_ERRORS,
	E1000_COUNT_ALIGNMENT_ERRORS,
	E1000_COUNT_DATA_ERRORS,
	E1000_COUNT_LENGTH_ERRORS,
	E1000_COUNT_UNDERSIZE,
	E1000_COUNT_OVERSIZE,
	E1000_COUNT_MISSED,
	E1000_COUNT_ONE_COLLISION,
	E1000_COUNT_MORE_COLLISIONS,
	E1000_COUNT_EXCESS_COLLISIONS,
	E1000_COUNT_LATE_COLLISIONS,
	E1000_COUNT_RECEIVED,
	E1000_COUNT_RECEIVED_BROADCAST,
	E1000_COUNT_RECEIVED_MULTICAST,
	E1000_COUNT_SENT,
	E1000_COUNT_SENT_BROADCAST,
	E1000_COUNT_SENT_MULTICAST,
	E1000_COUNTERS,
};

/* Configuration keywords, see configuration.c. */
struct e1000_settings {
	ULONG transmit_descriptors;
	ULONG receive_descriptors;
	ULONG map_registers;
	BOOLEAN has_address;
	UCHAR address[E1000_ADDRESS_LENGTH];
};

/* A piece of shared memory. Freed with exactly these values. */
struct e1000_memory {
	PVOID va;
	NDIS_PHYSICAL_ADDRESS logical;
	ULONG length;
};

/* MiniportReserved of a packet to send. */
struct e1000_packet_link {
	PNDIS_PACKET next;
	NDIS_STATUS status;
};
C_ASSERT(sizeof(struct e1000_packet_link) <= sizeof(((PNDIS_PACKET)0)->MiniportReserved));
#define E1000_LINK(packet) ((struct e1000_packet_link *)(PVOID)(packet)->MiniportReserved)

struct e1000_packet_list {
	PNDIS_PACKET head;
	PNDIS_PACKET tail;
};

/* A part of a frame as the device sees it. */
struct e1000_piece {
	ULONG64 logical;
	ULONG length;
};

/* A frame that the device may still read. */
struct e1000_frame {
	PNDIS_PACKET packet;
	ULONG descriptors;
	ULONG last;			/* number of its last descriptor */
	ULONG map_registers;		/* consecutive, from first_register on, one per buffer */
	ULONG first_register;
	BOOLEAN is_copied;
};

/*
 * Numbers of descriptors and frames run freely through 32 bits; number n is at n & (size - 1). The
 * device holds descriptors released..produced-1, at most size - 1 of them: head and tail of a full
 * ring would be those of an empty one.
 */
struct e1000_transmit {
	NDIS_SPIN_LOCK lock;
	struct e1000_memory memory;
	volatile struct e1000_transmit_descriptor *ring;
	ULONG size;
	ULONG produced;
	ULONG released;
	BOOLEAN running;

	struct e1000_frame *frames;	/* frame n is at n & (size - 1) */
	ULONG posted;			/* frames given to the device */
	ULONG completed;		/* of them, given back */
	struct e1000_packet_list waiting;

	/* Frames complete in order: map registers and copy buffers are used as rings. */
	ULONG map_registers;
	ULONG next_register;
	ULONG used_registers;
	struct e1000_memory copies;
	ULONG next_copy;
	ULONG used_copies;
};

enum e1000_buffer_state {
	E1000_BUFFER_IDLE,		/* the driver's */
	E1000_BUFFER_POSTED,		/* the device's */
	E1000_BUFFER_LENT,		/* the protocols' */
};

/* A receive buffer has a packet of its own for life, so that an indication allocates nothing. */
struct e1000_buffer {
	PNDIS_PACKET packet;
	PNDIS_BUFFER buffer;
	ULONG64 logical;
	enum e1000_buffer_state state;
};

struct e1000_receive {
	NDIS_SPIN_LOCK lock;
	struct e1000_memory memory;
	volatile struct e1000_receive_descriptor *ring;
	ULONG size;
	ULONG produced;
	ULONG released;
	BOOLEAN running;
	BOOLEAN is_skipping;		/* in the middle of a frame that takes more than a buffer */

	struct e1000_memory area;	/* of all buffers */
	struct e1000_buffer *buffers;	/* size - 1 */
	struct e1000_buffer **posted;	/* buffer of descriptor n is at n & (size - 1) */
	NDIS_HANDLE packet_pool;
	NDIS_HANDLE buffer_pool;
	ULONG lent;
	ULONG bad_frames;		/* that the device should not have let through */
};

struct e1000_adapter {
	NDIS_HANDLE handle;
	struct e1000_settings settings;

	PUCHAR registers;
	NDIS_PHYSICAL_ADDRESS bus_address;
	ULONG interrupt_vector;
	ULONG interrupt_level;
	NDIS_MINIPORT_INTERRUPT interrupt;

	/* What MiniportInitialize has done and e1000_release() must undo. */
	BOOLEAN has_registers;
	BOOLEAN has_map_registers;
	BOOLEAN has_scatter_gather;
	BOOLEAN has_interrupt;
	BOOLEAN has_shutdown_handler;

	NDIS_SPIN_LOCK lock;
	ULONG receive_control;		/* as it was last written */
	ULONG packet_filter;		/* NDIS_PACKET_TYPE_* */
	ULONG multicast_count;
	UCHAR multicast[E1000_MULTICAST_MAX][E1000_ADDRESS_LENGTH];
	ULONG64 counters[E1000_COUNTERS];

	UCHAR permanent_address[E1000_ADDRESS_LENGTH];
	UCHAR station_address[E1000_ADDRESS_LENGTH];
	BOOLEAN link_up;
	volatile BOOLEAN link_changed;	/* set by the ISR */
	volatile BOOLEAN has_failed;	/* MiniportCheckForHang asks for a reset */
	volatile BOOLEAN is_halting;
	volatile BOOLEAN is_removed;	/* there is no device any more */
	volatile BOOLEAN is_down;	/* a reset failed; sends fail until one succeeds */
	ULONG log_count;

	struct e1000_transmit transmit;
	struct e1000_receive receive;
};

/* configuration.c */
NDIS_STATUS e1000_read_configuration(struct e1000_adapter *adapter, NDIS_HANDLE configuration);

/* initialize.c */
NDIS_STATUS e1000_initialize(PNDIS_STATUS open_error_status, PUINT selected_medium_index,
			     PNDIS_MEDIUM media, UINT media_count, NDIS_HANDLE handle,
			     NDIS_HANDLE configuration);
VOID e1000_halt(NDIS_HANDLE context);
VOID e1000_pnp_event_notify(NDIS_HANDLE context, NDIS_DEVICE_PNP_EVENT event, PVOID buffer,
				ULONG length);
VOID e1000_shutdown(PVOID context);

/* memory.c */
NDIS_STATUS e1000_allocate_dma(struct e1000_adapter *adapter);
NDIS_STATUS e1000_shared_allocate(struct e1000_adapter *adapter, ULONG length,
				  struct e1000_memory *memory);
VOID e1000_shared_free(struct e1000_adapter *adapter, struct e1000_memory *memory);
PVOID e1000_allocate(ULONG length);
VOID e1000_free(PVOID memory);
VOID e1000_log(struct e1000_adapter *adapter, NDIS_ERROR_CODE code, enum e1000_log what,
	       ULONG value);

/* hardware.c */
ULONG e1000_read(struct e1000_adapter *adapter, ULONG offset);
VOID e1000_write(struct e1000_adapter *adapter, ULONG offset, ULONG value);
VOID e1000_write_address(struct e1000_adapter *adapter, ULONG offset, ULONG64 address);
BOOLEAN e1000_is_gone(struct e1000_adapter *adapter);
NDIS_STATUS e1000_identify(struct e1000_adapter *adapter);
NDIS_STATUS e1000_start_device(struct e1000_adapter *adapter);
VOID e1000_stop_device(struct e1000_adapter *adapter);
VOID e1000_check_link(struct e1000_adapter *adapter);
ULONG e1000_link_speed(struct e1000_adapter *adapter);

/* filter.c */
VOID e1000_write_filter(struct e1000_adapter *adapter);

/* counters.c */
VOID e1000_collect_counters(struct e1000_adapter *adapter);
BOOLEAN e1000_query_counter(struct e1000_adapter *adapter, NDIS_OID oid, ULONG64 *value);

/* transmit.c */
NDIS_STATUS e1000_transmit_allocate(struct e1000_adapter *adapter);
VOID e1000_transmit_free(struct e1000_adapter *adapter);
VOID e1000_transmit_start(struct e1000_adapter *adapter);
VOID e1000_transmit_stop(struct e1000_adapter *adapter);
VOID e1000_send_packets(NDIS_HANDLE context, PPNDIS_PACKET packets, UINT count);
VOID e1000_cancel_send_packets(NDIS_HANDLE context, PVOID cancel_id);
VOID e1000_transmit_poll(struct e1000_adapter *adapter);
VOID e1000_transmit_abort(struct e1000_adapter *adapter);

/* map.c; the caller holds transmit.lock */
NDIS_STATUS e1000_map_packet(struct e1000_adapter *adapter, PNDIS_PACKET packet,
			     struct e1000_frame *frame, struct e1000_piece *pieces, ULONG *count);
VOID e1000_unmap_frame(struct e1000_adapter *adapter, const struct e1000_frame *frame);

/* receive.c */
NDIS_STATUS e1000_receive_allocate(struct e1000_adapter *adapter);
VOID e1000_receive_free(struct e1000_adapter *adapter);
VOID e1000_receive_start(struct e1000_adapter *adapter);
VOID e1000_receive_stop(struct e1000_adapter *adapter);
ULONG e1000_receive_poll(struct e1000_adapter *adapter, ULONG budget);
VOID e1000_return_packet(NDIS_HANDLE context, PNDIS_PACKET packet);

/* interrupt.c */
VOID e1000_isr(PBOOLEAN is_ours, PBOOLEAN queue_handler, NDIS_HANDLE context);
VOID e1000_handle_interrupt(NDIS_HANDLE context);

/* request.c */
NDIS_STATUS e1000_query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			PULONG written, PULONG needed);
NDIS_STATUS e1000_set(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length, PULONG read,
		      PULONG needed);

/* reset.c */
BOOLEAN e1000_check_for_hang(NDIS_HANDLE context);
NDIS_STATUS e1000_reset(PBOOLEAN addressing_reset, NDIS_HANDLE context);

#endif /* E1000_H */
