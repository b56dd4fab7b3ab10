/* SPDX-License-Identifier: MIT */
/*
 * isa_nic.h - structures and functions of the isa-dma-nic miniport
 *
 * One struct isa_nic_adapter per NIC. The driver is serialised: NDIS calls one of its functions at a
 * time, MiniportISR excepted, so there are no locks. The ISR writes `cause` only, while the device
 * is masked.
 *
 * "Section" in comments means a section of docs/isa-dma-nic-specification.md.
 */
#ifndef ISA_NIC_H
#define ISA_NIC_H

#include <ndis.h>

#include "isa_dma_nic_regs.h"
#include "isa_nic_oids.h"

#define ISA_NIC_POOL_TAG	0x6E617369u	/* "isan" in memory */

#define ISA_NIC_FRAME_HEADER	14		/* destination, source, type */
#define ISA_NIC_FRAME_DATA	1500
#define ISA_NIC_FRAME_LENGTH	(ISA_NIC_FRAME_HEADER + ISA_NIC_FRAME_DATA)
#define ISA_NIC_ADDRESS_LENGTH	6

/* Room for the longest frame, rounded up to a word. */
#define ISA_NIC_BUFFER_SIZE	1520
/* A frame in more buffers than this is copied: each takes an interrupt. */
#define ISA_NIC_GATHER_BUFFERS	4

#define ISA_NIC_HANG_SECONDS	2		/* period of MiniportCheckForHang */
#define ISA_NIC_HANG_CHECKS	3		/* checks without progress that mean a hang */
#define ISA_NIC_RECEIVE_BUDGET	32		/* frames per MiniportHandleInterrupt */
#define ISA_NIC_LOG_LIMIT	16		/* error-log entries per adapter */

/* First value of each error-log entry: what happened. The second is given behind the dash. */
enum isa_nic_log {
	ISA_NIC_LOG_CONFIGURATION = 1,	/* keyword out of range - value */
	ISA_NIC_LOG_PORTS,		/* not granted - first port */
	ISA_NIC_LOG_IDENTITY,		/* not an isa-dma-nic, or an unknown version - register */
	ISA_NIC_LOG_RESOURCES,		/* the NIC is set to others - register RESOURCES */
	ISA_NIC_LOG_CHANNEL,		/* not granted - channel */
	ISA_NIC_LOG_MEMORY,		/* no memory below 16 MiB - bytes */
	ISA_NIC_LOG_INTERRUPT,		/* not granted - line */
	ISA_NIC_LOG_TRANSFER,		/* NdisMSetup- or CompleteDmaTransfer failed - status */
	ISA_NIC_LOG_DEVICE_ERROR,	/* the device reported an error - ERROR_CODE */
	ISA_NIC_LOG_RX_LENGTH,		/* a received frame of impossible length - length */
	ISA_NIC_LOG_UNEXPECTED,		/* a cause that nothing was asked for - causes */
	ISA_NIC_LOG_HANG,		/* no progress - STATUS */
	ISA_NIC_LOG_GONE,		/* registers read all ones - the value */
};

/* Configuration keywords, see configuration.c. */
struct isa_nic_settings {
	ULONG io_base;
	ULONG interrupt;
	ULONG channel;
	ULONG demand_mode;
	ULONG continuous;
	ULONG ring_size;
	ULONG gather;
	ULONG flow_control;
	BOOLEAN has_address;
	UCHAR address[ISA_NIC_ADDRESS_LENGTH];
};

/* Memory below 16 MiB that the controller uses in place, and the buffer that describes it. */
struct isa_nic_memory {
	PUCHAR va;
	NDIS_PHYSICAL_ADDRESS physical;
	ULONG length;
	PNDIS_BUFFER buffer;
};

/* What the DMA channel is used for. There is one for both directions. */
enum isa_nic_use {
	ISA_NIC_USE_NONE,
	ISA_NIC_USE_TRANSMIT,
	ISA_NIC_USE_RECEIVE,		/* one frame, RX_START */
	ISA_NIC_USE_RING,		/* RX_CONTINUOUS */
};

/* The transfer that is set up: what NdisMCompleteDmaTransfer wants to hear again. */
struct isa_nic_transfer {
	PNDIS_BUFFER buffer;		/* NULL: none is */
	ULONG length;
	BOOLEAN to_device;
};

/* The one packet that the driver has. */
struct isa_nic_transmit {
	PNDIS_PACKET packet;		/* NULL: none */
	BOOLEAN started;		/* TX_START was written */
	ULONG length;
	PNDIS_BUFFER next;		/* buffer for the next part of the frame; NULL: no more */
	ULONG frames;			/* completed, ever */
	struct isa_nic_memory copy;
};

struct isa_nic_receive {
	struct isa_nic_memory frame;	/* a frame that is in one piece, for indication */
	struct isa_nic_memory ring;	/* with ContinuousReceive */
	ULONG length;			/* of the frame that is being received */
	ULONG position;			/* read position in the ring */
	BOOLEAN owes_frame;		/* after a transmission a frame goes first */
};

struct isa_nic_adapter {
	NDIS_HANDLE handle;
	struct isa_nic_settings settings;

	PUCHAR ports;
	NDIS_HANDLE channel;
	NDIS_HANDLE buffer_pool;
	NDIS_MINIPORT_INTERRUPT interrupt;
	ULONG unit;			/* bytes that the channel moves at once */

	/* What MiniportInitialize has done and isa_nic_release() must undo. */
	BOOLEAN has_ports;
	BOOLEAN has_channel;
	BOOLEAN has_buffer_pool;
	BOOLEAN has_interrupt;
	BOOLEAN has_shutdown_handler;

	UCHAR permanent_address[ISA_NIC_ADDRESS_LENGTH];
	UCHAR station_address[ISA_NIC_ADDRESS_LENGTH];
	ULONG packet_filter;		/* NDIS_PACKET_TYPE_* */
	ULONG multicast_count;
	UCHAR multicast[ISA_DMA_NIC_MULTICAST_MAX][ISA_NIC_ADDRESS_LENGTH];

	volatile ULONG cause;		/* set by the ISR */
	volatile BOOLEAN has_failed;	/* MiniportCheckForHang asks for a reset */
	BOOLEAN link_up;
	ULONG log_count;
	ULONG last_progress;		/* at the last MiniportCheckForHang */
	ULONG stuck_checks;

	enum isa_nic_use use;
	struct isa_nic_transfer transfer;
	struct isa_nic_transmit transmit;
	struct isa_nic_receive receive;

	struct isa_nic_errors errors;
	struct isa_nic_driver_statistics statistics;
	ULONG64 past_statistics[ISA_DMA_NIC_STAT_COUNT];	/* a reset clears the device's */
};

/* configuration.c */
NDIS_STATUS isa_nic_read_configuration(struct isa_nic_adapter *adapter, NDIS_HANDLE configuration);

/* initialize.c */
NDIS_STATUS isa_nic_initialize(PNDIS_STATUS open_error_status, PUINT selected_medium_index,
			       PNDIS_MEDIUM media, UINT media_count, NDIS_HANDLE handle,
			       NDIS_HANDLE configuration);
VOID isa_nic_halt(NDIS_HANDLE context);
VOID isa_nic_shutdown(PVOID context);

/* hardware.c */
USHORT isa_nic_in(struct isa_nic_adapter *adapter, ULONG port);
VOID isa_nic_out(struct isa_nic_adapter *adapter, ULONG port, ULONG value);
USHORT isa_nic_get(struct isa_nic_adapter *adapter, ULONG index);
VOID isa_nic_set(struct isa_nic_adapter *adapter, ULONG index, ULONG value);
NDIS_STATUS isa_nic_identify(struct isa_nic_adapter *adapter);
VOID isa_nic_start_device(struct isa_nic_adapter *adapter);
VOID isa_nic_stop_device(struct isa_nic_adapter *adapter);
VOID isa_nic_write_filter(struct isa_nic_adapter *adapter);
VOID isa_nic_read_error(struct isa_nic_adapter *adapter);
ULONG64 isa_nic_statistic(struct isa_nic_adapter *adapter, ULONG number);
VOID isa_nic_fault(struct isa_nic_adapter *adapter, enum isa_nic_log what, ULONG value);
VOID isa_nic_log(struct isa_nic_adapter *adapter, NDIS_ERROR_CODE code, enum isa_nic_log what,
		 ULONG value);

/* memory.c */
NDIS_STATUS isa_nic_memory_allocate(struct isa_nic_adapter *adapter, ULONG length,
				    struct isa_nic_memory *memory);
VOID isa_nic_memory_free(struct isa_nic_adapter *adapter, struct isa_nic_memory *memory);

/* channel.c */
NDIS_STATUS isa_nic_channel_register(struct isa_nic_adapter *adapter);
BOOLEAN isa_nic_channel_set_up(struct isa_nic_adapter *adapter, PNDIS_BUFFER buffer, ULONG length,
			       BOOLEAN to_device);
BOOLEAN isa_nic_channel_complete(struct isa_nic_adapter *adapter);
VOID isa_nic_channel_next(struct isa_nic_adapter *adapter);

/* transmit.c */
NDIS_STATUS isa_nic_send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags);
VOID isa_nic_transmit_start(struct isa_nic_adapter *adapter);
VOID isa_nic_transmit_continue(struct isa_nic_adapter *adapter);
VOID isa_nic_transmit_check(struct isa_nic_adapter *adapter);
VOID isa_nic_transmit_done(struct isa_nic_adapter *adapter, NDIS_STATUS status);

/* receive.c */
VOID isa_nic_receive_start(struct isa_nic_adapter *adapter);
VOID isa_nic_receive_done(struct isa_nic_adapter *adapter);
VOID isa_nic_indicate(struct isa_nic_adapter *adapter, PUCHAR frame, ULONG length);
NDIS_STATUS isa_nic_transfer_data(PNDIS_PACKET packet, PUINT transferred, NDIS_HANDLE context,
				  NDIS_HANDLE receive_context, UINT offset, UINT count);

/* ring.c */
VOID isa_nic_ring_start(struct isa_nic_adapter *adapter);
BOOLEAN isa_nic_ring_poll(struct isa_nic_adapter *adapter, ULONG budget);
VOID isa_nic_ring_suspend(struct isa_nic_adapter *adapter);

/* interrupt.c */
ULONG isa_nic_mask(const struct isa_nic_adapter *adapter);
VOID isa_nic_isr(PBOOLEAN is_ours, PBOOLEAN queue_handler, NDIS_HANDLE context);
VOID isa_nic_handle_interrupt(NDIS_HANDLE context);

/* request.c */
NDIS_STATUS isa_nic_query(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
			  PULONG written, PULONG needed);
NDIS_STATUS isa_nic_set_information(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG length,
				    PULONG read, PULONG needed);

/* reset.c */
BOOLEAN isa_nic_check_for_hang(NDIS_HANDLE context);
NDIS_STATUS isa_nic_reset(PBOOLEAN addressing_reset, NDIS_HANDLE context);

#endif /* ISA_NIC_H */
