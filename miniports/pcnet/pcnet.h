/* SPDX-License-Identifier: MIT */
/*
 * pcnet.h - structures and functions of the pcnet miniport
 *
 * One struct pcnet_adapter per NIC. The driver is serialised: NDIS calls one of its functions at a
 * time, MiniportISR excepted, so there are no locks. What the ISR shares with the rest is `cause`,
 * `is_enabled`, and the chip's register pair RAP and RDP; the rest touches them inside of
 * NdisMSynchronizeWithInterrupt or while the chip's interrupts are off.
 */
#ifndef PCNET_H
#define PCNET_H

#include <ndis.h>

#include "pcnet_oids.h"
#include "pcnet_regs.h"

#define PCNET_POOL_TAG		0x74656E70u	/* "pnet" in memory */

#define PCNET_FRAME_HEADER	14		/* destination, source, type */
#define PCNET_FRAME_DATA	1500
#define PCNET_FRAME_LENGTH	(PCNET_FRAME_HEADER + PCNET_FRAME_DATA)
#define PCNET_ADDRESS_LENGTH	6
#define PCNET_MULTICAST_MAX	32

/* Room for the longest frame with a VLAN tag and its checksum, a multiple of 16. */
#define PCNET_BUFFER_SIZE	1536

/* A buffer of 1514 bytes lies in two pages at most. */
#define PCNET_BUFFER_UNITS	2
/* A frame in more buffers than this is copied. */
#define PCNET_FRAME_BUFFERS	4
/* Buffers to copy frames into. */
#define PCNET_COPIES		4

#define PCNET_HANG_SECONDS	2		/* period of MiniportCheckForHang */
#define PCNET_LOG_LIMIT		16		/* error-log entries per adapter */
#define PCNET_WAIT_STEPS	1000		/* of 10 microseconds each */

/* First value of each error-log entry: what happened. The second is given behind the dash. */
enum pcnet_log {
	PCNET_LOG_CONFIGURATION = 1,	/* keyword out of range - value */
	PCNET_LOG_RESOURCES,		/* no port range, no interrupt - resources assigned */
	PCNET_LOG_PORTS,		/* not granted - first port */
	PCNET_LOG_IDENTITY,		/* not an Am79C970A - identity */
	PCNET_LOG_ADDRESS,		/* the address PROM holds no station address - its begin */
	PCNET_LOG_MAP_REGISTERS,	/* none granted - number asked for */
	PCNET_LOG_MEMORY,		/* no memory - bytes */
	PCNET_LOG_INTERRUPT,		/* not granted - vector */
	PCNET_LOG_INITIALIZATION,	/* does not end - CSR0 */
	PCNET_LOG_SUSPENSION,		/* does not begin - CSR5 */
	PCNET_LOG_BUS,			/* the chip did not get the bus - CSR0 */
	PCNET_LOG_STOPPED,		/* transmitter or receiver is off - CSR0 */
	PCNET_LOG_TRANSMITTER,		/* a frame ended so that the transmitter stops - TMD2 */
	PCNET_LOG_GONE,			/* registers read all ones - the value */
};

/* Configuration keywords, see configuration.c. */
struct pcnet_settings {
	ULONG transmit_descriptors;
	ULONG receive_descriptors;
	ULONG map_registers;
	ULONG lookahead;
	BOOLEAN has_address;
	UCHAR address[PCNET_ADDRESS_LENGTH];
};

/* A piece of shared memory. Freed with exactly these values. */
struct pcnet_memory {
	PUCHAR va;
	NDIS_PHYSICAL_ADDRESS logical;
	ULONG length;
};

/* A frame that the chip may still read. */
struct pcnet_frame {
	PNDIS_PACKET packet;
	ULONG descriptors;
	ULONG map_registers;		/* consecutive, from first_register on, one per buffer */
	ULONG first_register;
	BOOLEAN is_copied;
};

/*
 * Counters run freely through 32 bits; entry n of a ring is at n & (size - 1). The chip has the
 * descriptors released..producer-1 and the frames completed..posted-1.
 */
struct pcnet_transmit {
	ULONG size;			/* descriptors */
	struct pcnet_memory ring;
	struct pcnet_memory copies;
	struct pcnet_frame *frames;	/* as many as descriptors */
	ULONG producer;
	ULONG released;
	ULONG posted;
	ULONG completed;

	/* Frames complete in order: map registers and copies are used as rings. */
	ULONG map_registers;
	ULONG next_register;
	ULONG used_registers;
	ULONG next_copy;
	ULONG used_copies;
};

struct pcnet_receive {
	ULONG size;			/* descriptors */
	struct pcnet_memory ring;
	struct pcnet_memory buffers;	/* one for each descriptor */
	ULONG next;			/* the first descriptor that the driver has not seen back */
	ULONG length;			/* of the frame that is being indicated; 0: none is */
};

/* What NDIS counts, since the chip does not. */
struct pcnet_counters {
	ULONG64 sent[3];		/* directed, multicast, broadcast */
	ULONG64 received[3];
	ULONG64 send_errors;
	ULONG64 receive_errors;
	ULONG64 missed;
	ULONG64 misaligned;
	ULONG64 late_collisions;
	ULONG64 many_collisions;
	ULONG64 underruns;
	ULONG64 overruns;
	ULONG64 no_carrier;
	ULONG64 one_collision;
	ULONG64 more_collisions;
	ULONG64 deferred;
};

struct pcnet_adapter {
	NDIS_HANDLE handle;
	struct pcnet_settings settings;

	ULONG port;			/* the first, a bus address */
	ULONG interrupt_vector;
	ULONG interrupt_level;
	PUCHAR ports;
	NDIS_MINIPORT_INTERRUPT interrupt;

	/* What MiniportInitialize has done and pcnet_release() must undo. */
	BOOLEAN has_ports;
	BOOLEAN has_map_registers;
	BOOLEAN has_interrupt;
	BOOLEAN has_shutdown_handler;

	UCHAR permanent_address[PCNET_ADDRESS_LENGTH];
	UCHAR station_address[PCNET_ADDRESS_LENGTH];
	ULONG lookahead;
	ULONG packet_filter;		/* NDIS_PACKET_TYPE_* */
	ULONG multicast_count;
	UCHAR multicast[PCNET_MULTICAST_MAX][PCNET_ADDRESS_LENGTH];

	volatile ULONG cause;		/* set by the ISR */
	volatile BOOLEAN is_enabled;	/* the chip may interrupt */
	volatile BOOLEAN has_failed;	/* MiniportCheckForHang asks for a reset */
	BOOLEAN is_down;		/* a reset failed; sends fail until one succeeds */
	BOOLEAN link_up;
	ULONG log_count;
	ULONG last_missed;		/* CSR112 when it was last read */

	struct pcnet_memory block;
	struct pcnet_transmit transmit;
	struct pcnet_receive receive;

	struct pcnet_counters counters;
	struct pcnet_driver_statistics statistics;
};

/* An address of zeros is nobody's. */
static inline BOOLEAN pcnet_is_zero(const UCHAR *address)
{
	static const UCHAR zero[PCNET_ADDRESS_LENGTH];

	return NdisEqualMemory(address, zero, sizeof(zero)) != 0;
}

/* Which of three counters a frame with this destination belongs to. */
static inline ULONG pcnet_kind(const UCHAR *destination)
{
	return ETH_IS_BROADCAST(destination) ? 2 : ETH_IS_MULTICAST(destination) ? 1 : 0;
}

/* configuration.c */
NDIS_STATUS pcnet_read_configuration(struct pcnet_adapter *adapter, NDIS_HANDLE configuration);

/* initialize.c */
NDIS_STATUS pcnet_initialize(PNDIS_STATUS open_error_status, PUINT selected_medium_index,
			     PNDIS_MEDIUM media, UINT media_count, NDIS_HANDLE handle,
			     NDIS_HANDLE configuration);
VOID pcnet_halt(NDIS_HANDLE context);
VOID pcnet_shutdown(PVOID context);

/* memory.c */
NDIS_STATUS pcnet_allocate_dma(struct pcnet_adapter *adapter);
VOID pcnet_free_dma(struct pcnet_adapter *adapter);
PVOID pcnet_allocate(ULONG length);
VOID pcnet_free(PVOID memory);
VOID pcnet_log(struct pcnet_adapter *adapter, NDIS_ERROR_CODE code, enum pcnet_log what,
	       ULONG value);
VOID pcnet_fault(struct pcnet_adapter *adapter, enum pcnet_log what, ULONG value);

/* registers.c */
USHORT pcnet_raw_get(struct pcnet_adapter *adapter, ULONG port, ULONG number);
VOID pcnet_raw_set(struct pcnet_adapter *adapter, ULONG port, ULONG number, ULONG value);
USHORT pcnet_get(struct pcnet_adapter *adapter, ULONG number);
VOID pcnet_set(struct pcnet_adapter *adapter, ULONG number, ULONG value);
USHORT pcnet_get_bus(struct pcnet_adapter *adapter, ULONG number);
VOID pcnet_demand_transmit(struct pcnet_adapter *adapter);
VOID pcnet_reset_chip(struct pcnet_adapter *adapter);

/* hardware.c */
BOOLEAN pcnet_is_gone(struct pcnet_adapter *adapter);
NDIS_STATUS pcnet_identify(struct pcnet_adapter *adapter);
NDIS_STATUS pcnet_start_chip(struct pcnet_adapter *adapter);
VOID pcnet_stop_chip(struct pcnet_adapter *adapter);
VOID pcnet_count_missed(struct pcnet_adapter *adapter);
BOOLEAN pcnet_read_link(struct pcnet_adapter *adapter);
VOID pcnet_check_link(struct pcnet_adapter *adapter);

/* filter.c */
VOID pcnet_describe_filter(const struct pcnet_adapter *adapter, uint16_t *mode, uint16_t *hash);
VOID pcnet_write_filter(struct pcnet_adapter *adapter);
BOOLEAN pcnet_is_wanted(const struct pcnet_adapter *adapter, const UCHAR *destination);

/* transmit.c */
VOID pcnet_transmit_start(struct pcnet_adapter *adapter);
NDIS_STATUS pcnet_send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags);
VOID pcnet_transmit_poll(struct pcnet_adapter *adapter);
VOID pcnet_transmit_unmap(struct pcnet_adapter *adapter);
VOID pcnet_transmit_forget(struct pcnet_adapter *adapter, BOOLEAN tell);

/* map.c */
NDIS_STATUS pcnet_post_packet(struct pcnet_adapter *adapter, PNDIS_PACKET packet, ULONG length);
VOID pcnet_unmap_frame(struct pcnet_adapter *adapter, struct pcnet_frame *frame);

/* receive.c */
VOID pcnet_receive_start(struct pcnet_adapter *adapter);
VOID pcnet_receive_poll(struct pcnet_adapter *adapter);
NDIS_STATUS pcnet_transfer_data(PNDIS_PACKET packet, PUINT transferred, NDIS_HANDLE context,
				NDIS_HANDLE receive_context, UINT offset, UINT count);

/* interrupt.c */
VOID pcnet_isr(PBOOLEAN is_ours, PBOOLEAN queue_handler, NDIS_HANDLE context);
VOID pcnet_handle_interrupt(NDIS_HANDLE context);
VOID pcnet_enable_interrupt(NDIS_HANDLE context);
VOID pcnet_disable_interrupt(NDIS_HANDLE context);

/* request.c */
NDIS_STATUS pcnet_query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			PULONG written, PULONG needed);
NDIS_STATUS pcnet_set_information(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
				  PULONG read, PULONG needed);

/* reset.c */
BOOLEAN pcnet_check_for_hang(NDIS_HANDLE context);
NDIS_STATUS pcnet_reset(PBOOLEAN addressing_reset, NDIS_HANDLE context);

#endif /* PCNET_H */
