/* SPDX-License-Identifier: MIT */
/*
 * sgnic.h - structures and functions of the sgnic miniport
 *
 * One struct sgnic_adapter per NIC. Two locks, never held together, never held while NDIS is told
 * that a packet is complete or received:
 *
 *   transmit.lock   the transmit queue, the waiting packets, the map registers
 *   receive.lock    the receive queue, the receive blocks
 *
 * "Section" in comments means a section of docs/device-specification.md.
 */
#ifndef SGNIC_H
#define SGNIC_H

#include <ndis.h>

#include "sgnic_oids.h"
#include "sgnic_regs.h"

/* FORCEINLINE of some compilers' headers has a storage class of its own. */
#ifdef _MSC_VER
#define SGNIC_INLINE static __forceinline
#else
#define SGNIC_INLINE static __inline__ __attribute__((always_inline))
#endif

#define SGNIC_POOL_TAG		0x63696E67u	/* "gnic" in memory */

#define SGNIC_FRAME_HEADER	14		/* destination, source, type */
#define SGNIC_FRAME_LENGTH	(SGNIC_FRAME_HEADER + 1500)
#define SGNIC_FRAME_TAG		4
/* Longest frame of any device, without tag. */
#define SGNIC_FRAME_LIMIT	(SGNIC_MAX_JUMBO_FRAME - SGNIC_FRAME_TAG)
#define SGNIC_ADDRESS_LENGTH	6
/* Ethernet, a tag, the longest IP header, the longest TCP header */
#define SGNIC_HEAD		(SGNIC_FRAME_HEADER + SGNIC_FRAME_TAG + 60 + 60)

/* Pages that a buffer of SGNIC_FRAME_LIMIT bytes touches at most. */
#define SGNIC_BUFFER_PAGES	4
/* A frame in more buffers than this is copied: one map register each would be a waste. */
#define SGNIC_FRAME_BUFFERS	8
#define SGNIC_STAGING_COUNT	16
#define SGNIC_LARGE_STAGING	4		/* their number when they take large sends */

#define SGNIC_BLOCK_BUFFERS	32		/* receive buffers per block */
#define SGNIC_BUFFER_UNIT	2048		/* room for SGNIC_MAX_FRAME in one buffer */
#define SGNIC_LOW_WATER		8		/* buffers left with the device: short */
#define SGNIC_INDICATE_COUNT	32		/* packets per NdisMIndicateReceivePacket */
#define SGNIC_RECEIVE_BUDGET	128		/* frames per MiniportHandleInterrupt */

#define SGNIC_HANG_SECONDS	2		/* period of MiniportCheckForHang */
#define SGNIC_HANG_CHECKS	3		/* checks without progress that mean a hang */
#define SGNIC_IDLE_CHECKS	5		/* quiet checks before memory is given back */
#define SGNIC_LOG_LIMIT		16		/* error-log entries per adapter */

#define SGNIC_CAUSES (SGNIC_CAUSE_TX(0) | SGNIC_CAUSE_RX(0) | SGNIC_CAUSE_LINK | \
		      SGNIC_CAUSE_ERROR | SGNIC_CAUSE_SOFTWARE)

/* First value of each error-log entry: what happened. The second is given behind the dash. */
enum sgnic_log {
	SGNIC_LOG_RESOURCES = 1,	/* no BAR 0 or no interrupt - number of resources */
	SGNIC_LOG_IDENTITY,		/* not an sgnic, or an unknown version - register value */
	SGNIC_LOG_LIMITS,		/* more than the device can - LIMIT_RING, LIMIT_FRAME */
	SGNIC_LOG_CONFIGURATION,	/* keyword out of range - value */
	SGNIC_LOG_MAP_REGISTERS,	/* none granted - number asked for */
	SGNIC_LOG_MEMORY,		/* no memory - bytes */
	SGNIC_LOG_INTERRUPT,		/* not granted - vector */
	SGNIC_LOG_QUEUE,		/* queue does not start - its ERROR_CODE */
	SGNIC_LOG_TX_COMPLETION,	/* completion that fits no frame - tag << 16 | count */
	SGNIC_LOG_RX_COMPLETION,	/* completion that fits no buffer - tag << 16 | count */
	SGNIC_LOG_QUEUE_ERROR,		/* queue in state ERROR - its ERROR_CODE */
	SGNIC_LOG_DEVICE_ERROR,		/* other error the device reported - ERROR_CODE */
	SGNIC_LOG_HANG,			/* no transmit completion - frames the device holds */
	SGNIC_LOG_GONE,			/* registers read all ones - the value */
	SGNIC_LOG_NOT_RETURNED,		/* receive packets not returned at halt - their number */
	SGNIC_LOG_WITHHELD,		/* completion counted, but not written - COMPLETED */
	SGNIC_LOG_LOST_INTERRUPT,	/* causes pending, no interrupt - INTERRUPT_PENDING */
};

/* Configuration keywords, see configuration.c. */
struct sgnic_settings {
	ULONG frame_length;		/* without tag */
	ULONG transmit_descriptors;
	ULONG receive_descriptors;
	ULONG receive_buffers;
	ULONG max_receive_buffers;
	ULONG map_registers;
	ULONG dma_bits;			/* 0: what the device has */
	ULONG use_scatter_gather;
	ULONG task_offload;
	ULONG vlan_tagging;
	BOOLEAN has_address;
	UCHAR address[SGNIC_ADDRESS_LENGTH];
};

/* A piece of shared memory. Freed with exactly these values. */
struct sgnic_memory {
	PVOID va;
	NDIS_PHYSICAL_ADDRESS logical;
	ULONG length;
};

/*
 * A descriptor ring, its completion ring and the queue record (section 4). Indexes run freely
 * through 32 bits. The device holds descriptors released..producer-1.
 */
struct sgnic_queue {
	ULONG registers;		/* offset of the queue's registers */
	ULONG doorbell;			/* offset of its doorbell */
	ULONG size;			/* entries in each ring */
	ULONG completion_size;		/* bytes of a completion */
	struct sgnic_memory memory;
	volatile struct sgnic_record *record;
	struct sgnic_descriptor *descriptors;
	PUCHAR completions;
	ULONG64 logical;		/* of the record, first in memory */
	ULONG producer;			/* descriptors filled */
	ULONG published;		/* of them, visible to the device */
	ULONG released;			/* descriptors the device has given back */
	ULONG consumer;			/* completions read */
	BOOLEAN running;
};

enum sgnic_next {
	SGNIC_NEXT_NONE,		/* the device has written nothing more */
	SGNIC_NEXT_VALID,
	SGNIC_NEXT_BROKEN,		/* it contradicts what was posted */
};

/* MiniportReserved of a packet to send. */
struct sgnic_packet_link {
	PNDIS_PACKET next;
	NDIS_STATUS status;
};
C_ASSERT(sizeof(struct sgnic_packet_link) <= sizeof(((PNDIS_PACKET)0)->MiniportReserved));
#define SGNIC_LINK(packet) ((struct sgnic_packet_link *)(PVOID)(packet)->MiniportReserved)

struct sgnic_packet_list {
	PNDIS_PACKET head;
	PNDIS_PACKET tail;
	ULONG count;
};

/* A frame that the device may still read. The descriptors carry its number in the tag. */
struct sgnic_frame {
	PNDIS_PACKET packet;		/* NULL: a replay */
	PNDIS_BUFFER buffer;		/* the first of the packet */
	ULONG descriptors;
	ULONG map_registers;		/* consecutive, from first_register on, one per buffer */
	ULONG first_register;
	BOOLEAN is_copied;
	BOOLEAN is_offloaded;		/* begins with an offload descriptor */
	struct sgnic_offload offload;
	ULONG64 logical;		/* an element that can be replayed; length 0: none */
	ULONG length;
};

enum sgnic_replay_state {
	SGNIC_REPLAY_IDLE,
	SGNIC_REPLAY_WANTED,		/* waits until the device holds no frame */
	SGNIC_REPLAY_POSTED,
};

struct sgnic_transmit {
	NDIS_SPIN_LOCK lock;
	struct sgnic_queue queue;
	struct sgnic_frame *frames;	/* frame n is at n & (queue.size - 1) */
	ULONG posted;			/* frames ever; queue.consumer of them completed */
	ULONG max_elements;

	/* Frames complete in order: map registers and staging buffers are used as rings. */
	ULONG map_registers;
	ULONG next_register;
	ULONG used_registers;
	struct sgnic_memory staging;
	ULONG staging_size;		/* bytes of each buffer */
	ULONG staging_count;
	ULONG next_staging;
	ULONG used_staging;

	struct sgnic_packet_list waiting;

	ULONG last_checked;		/* queue.consumer at the last MiniportCheckForHang */
	ULONG stuck_checks;

	ULONG64 last_logical;		/* last mapped element that completed; length 0: none */
	ULONG last_length;
	enum sgnic_replay_state replay;
	ULONG64 replay_logical;		/* of the last replay */
	ULONG replay_length;
	ULONG replay_status;
};

enum sgnic_buffer_state {
	SGNIC_BUFFER_IDLE,		/* the driver's */
	SGNIC_BUFFER_POSTED,		/* the device's */
	SGNIC_BUFFER_INDICATED,		/* the protocols' */
};

struct sgnic_buffer {
	struct sgnic_block *block;
	PNDIS_PACKET packet;
	PNDIS_BUFFER buffer;
	ULONG64 logical;
	enum sgnic_buffer_state state;
};

/* The unit by which the receive area grows. */
struct sgnic_block {
	ULONG index;			/* in sgnic_receive.blocks; also in the buffers' tags */
	ULONG busy;			/* buffers that are not IDLE */
	struct sgnic_memory memory;
	struct sgnic_buffer buffers[SGNIC_BLOCK_BUFFERS];
};

struct sgnic_receive {
	NDIS_SPIN_LOCK lock;
	struct sgnic_queue queue;
	struct sgnic_buffer **posted;	/* buffer of descriptor n is at n & (queue.size - 1) */
	struct sgnic_block **blocks;
	ULONG block_limit;		/* entries in blocks */
	ULONG block_count;		/* of them in use */
	ULONG initial_blocks;
	ULONG indicated;		/* buffers with the protocols */
	NDIS_HANDLE packet_pool;
	NDIS_HANDLE buffer_pool;
	struct sgnic_block *growing;	/* waits for its memory; NULL: none does */
	struct sgnic_block *retiring;	/* its buffers are not posted again; freed when idle */
	BOOLEAN is_indicating;		/* buffers that come back are published afterwards */
	BOOLEAN was_short;		/* since the last check */
	BOOLEAN was_refused;		/* no memory since the last check */
	ULONG idle_checks;
};

struct sgnic_adapter {
	NDIS_HANDLE handle;
	struct sgnic_settings settings;

	PUCHAR registers;
	NDIS_PHYSICAL_ADDRESS bus_address;
	ULONG interrupt_vector;
	ULONG interrupt_level;
	NDIS_MINIPORT_INTERRUPT interrupt;

	/* What MiniportInitialize has done and sgnic_release() must undo. */
	BOOLEAN has_registers;
	BOOLEAN has_map_registers;
	BOOLEAN has_scatter_gather;
	BOOLEAN has_interrupt;
	BOOLEAN has_shutdown_handler;

	ULONG max_elements;		/* of a transmit frame, LIMIT_RING */
	ULONG buffer_size;		/* of receive buffers: a frame with its tag */
	ULONG dma_width;
	ULONG features;			/* of the device that are enabled */
	ULONG segment_limit;		/* longest frame to make segments of; 0: none */
	NDIS_TASK_TCP_IP_CHECKSUM tasks;	/* set by OID_TCP_TASK_OFFLOAD */
	NDIS_TASK_TCP_LARGE_SEND large_send;	/* likewise; transmit.lock */
	UCHAR permanent_address[SGNIC_ADDRESS_LENGTH];
	UCHAR station_address[SGNIC_ADDRESS_LENGTH];
	ULONG packet_filter;		/* NDIS_PACKET_TYPE_* */
	ULONG multicast_count;
	UCHAR multicast[SGNIC_MULTICAST_MAX][SGNIC_ADDRESS_LENGTH];

	volatile ULONG cause;		/* set by the ISR, while the device is masked */
	volatile ULONG interrupts;	/* that were the device's */
	ULONG checked_interrupts;	/* at the last MiniportCheckForHang */
	ULONG checked_pending;		/* causes then */
	volatile BOOLEAN has_failed;	/* MiniportCheckForHang asks for a reset */
	volatile BOOLEAN is_halting;
	volatile BOOLEAN is_removed;	/* there is no device any more */
	volatile BOOLEAN is_down;	/* a reset failed; sends fail until one succeeds */
	BOOLEAN link_up;
	ULONG log_count;

	struct sgnic_transmit transmit;
	struct sgnic_receive receive;

	struct sgnic_errors errors;
	struct sgnic_driver_statistics statistics;
	ULONG64 past_statistics[SGNIC_STAT_COUNT];	/* a reset clears the device's counters */
};

/* configuration.c */
NDIS_STATUS sgnic_read_configuration(struct sgnic_adapter *adapter, NDIS_HANDLE configuration);

/* initialize.c */
NDIS_STATUS NTAPI sgnic_initialize(PNDIS_STATUS open_error_status, PUINT selected_medium_index,
			     PNDIS_MEDIUM media, UINT media_count, NDIS_HANDLE handle,
			     NDIS_HANDLE configuration);
VOID NTAPI sgnic_halt(NDIS_HANDLE context);
VOID NTAPI sgnic_pnp_event_notify(NDIS_HANDLE context, NDIS_DEVICE_PNP_EVENT event, PVOID buffer,
					ULONG length);
VOID NTAPI sgnic_shutdown(PVOID context);

/* memory.c */
NDIS_STATUS sgnic_allocate_dma(struct sgnic_adapter *adapter);
NDIS_STATUS sgnic_shared_allocate(struct sgnic_adapter *adapter, ULONG length,
				  struct sgnic_memory *memory);
VOID sgnic_shared_free(struct sgnic_adapter *adapter, struct sgnic_memory *memory);
PVOID sgnic_allocate(ULONG length);
VOID sgnic_free(PVOID memory);
VOID sgnic_log(struct sgnic_adapter *adapter, NDIS_ERROR_CODE code, enum sgnic_log what,
	       ULONG value);

/* hardware.c */
ULONG sgnic_read(struct sgnic_adapter *adapter, ULONG offset);
BOOLEAN sgnic_is_gone(struct sgnic_adapter *adapter);
VOID sgnic_write(struct sgnic_adapter *adapter, ULONG offset, ULONG value);
NDIS_STATUS sgnic_identify(struct sgnic_adapter *adapter);
NDIS_STATUS sgnic_start_device(struct sgnic_adapter *adapter);
VOID sgnic_stop_device(struct sgnic_adapter *adapter);
VOID sgnic_write_filter(struct sgnic_adapter *adapter);
VOID sgnic_read_error(struct sgnic_adapter *adapter);
ULONG64 sgnic_statistic(struct sgnic_adapter *adapter, ULONG number);
VOID sgnic_fault(struct sgnic_adapter *adapter, enum sgnic_log what, ULONG value);

/* queue.c; the caller holds the queue's lock. What is done for every frame is in queue.h. */
NDIS_STATUS sgnic_queue_allocate(struct sgnic_adapter *adapter, struct sgnic_queue *queue);
NDIS_STATUS sgnic_queue_start(struct sgnic_adapter *adapter, struct sgnic_queue *queue);
VOID sgnic_queue_stop(struct sgnic_adapter *adapter, struct sgnic_queue *queue);

/* tasks.c */
VOID sgnic_choose_features(struct sgnic_adapter *adapter);
VOID sgnic_write_features(struct sgnic_adapter *adapter);
NDIS_STATUS sgnic_query_tasks(struct sgnic_adapter *adapter, PVOID buffer, ULONG length,
			      PULONG written, PULONG needed);
NDIS_STATUS sgnic_set_tasks(struct sgnic_adapter *adapter, const VOID *buffer, ULONG length,
			    PULONG read, PULONG needed);

/* offload.c */
NDIS_STATUS sgnic_offload_of(struct sgnic_adapter *adapter, PNDIS_PACKET packet,
			     struct sgnic_offload *offload, BOOLEAN *wanted);
VOID sgnic_describe_packet(struct sgnic_adapter *adapter, PNDIS_PACKET packet,
			   const struct sgnic_rx_completion *completion, const UCHAR *frame);

/* transmit.c */
NDIS_STATUS sgnic_transmit_allocate(struct sgnic_adapter *adapter);
VOID sgnic_transmit_free(struct sgnic_adapter *adapter);
VOID NTAPI sgnic_send_packets(NDIS_HANDLE context, PPNDIS_PACKET packets, UINT count);
VOID NTAPI sgnic_cancel_send_packets(NDIS_HANDLE context, PVOID cancel_id);
VOID sgnic_transmit_poll(struct sgnic_adapter *adapter);
VOID sgnic_transmit_abort(struct sgnic_adapter *adapter);
BOOLEAN sgnic_transmit_is_stuck(struct sgnic_adapter *adapter);
NDIS_STATUS sgnic_replay(struct sgnic_adapter *adapter);

/* map.c; the caller holds transmit.lock */
NDIS_STATUS sgnic_post_packet(struct sgnic_adapter *adapter, PNDIS_PACKET packet);
VOID sgnic_post_replay(struct sgnic_adapter *adapter);
VOID sgnic_release_frame(struct sgnic_adapter *adapter, struct sgnic_frame *frame);

/* receive.c */
NDIS_STATUS sgnic_receive_allocate(struct sgnic_adapter *adapter);
VOID sgnic_receive_free(struct sgnic_adapter *adapter);
VOID sgnic_receive_post_all(struct sgnic_adapter *adapter);
VOID sgnic_receive_reclaim(struct sgnic_adapter *adapter);
ULONG sgnic_receive_poll(struct sgnic_adapter *adapter, ULONG budget);
BOOLEAN sgnic_receive_arm(struct sgnic_adapter *adapter);
VOID NTAPI sgnic_return_packet(NDIS_HANDLE context, PNDIS_PACKET packet);
VOID sgnic_buffer_post(struct sgnic_adapter *adapter, struct sgnic_buffer *buffer);

/* Has the last buffer of the retiring block come back? Lock held. */
SGNIC_INLINE BOOLEAN sgnic_block_is_retired(const struct sgnic_receive *receive)
{
	return receive->retiring && receive->retiring->busy == 0;
}

/* grow.c */
NDIS_STATUS sgnic_block_create(struct sgnic_adapter *adapter);
VOID sgnic_block_free(struct sgnic_adapter *adapter, struct sgnic_block *block);
VOID sgnic_block_free_retired(struct sgnic_adapter *adapter);
VOID sgnic_grow(struct sgnic_adapter *adapter);
VOID sgnic_shrink(struct sgnic_adapter *adapter);
VOID NTAPI sgnic_allocate_complete(NDIS_HANDLE context, PVOID va, PNDIS_PHYSICAL_ADDRESS logical,
			     ULONG length, PVOID block);

/* interrupt.c */
VOID NTAPI sgnic_isr(PBOOLEAN is_ours, PBOOLEAN queue_handler, NDIS_HANDLE context);
VOID NTAPI sgnic_handle_interrupt(NDIS_HANDLE context);

/* request.c */
NDIS_STATUS NTAPI sgnic_query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			PULONG written, PULONG needed);
NDIS_STATUS NTAPI sgnic_set(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length, PULONG read,
		      PULONG needed);

/* reset.c */
BOOLEAN NTAPI sgnic_check_for_hang(NDIS_HANDLE context);
NDIS_STATUS NTAPI sgnic_reset(PBOOLEAN addressing_reset, NDIS_HANDLE context);

#endif /* SGNIC_H */
