/* SPDX-License-Identifier: MIT */
/*
 * adapter.h - one adapter: everything the library knows about it
 *
 * The MiniportAdapterHandle of a driver is a pointer to this structure, which the
 * library never follows before it has found it among the adapters of the thread.
 */
#ifndef NDIS_ADAPTER_H
#define NDIS_ADAPTER_H

#include <stdbool.h>

#include <ndis.h>

#include "dma/dma.h"
#include "include/ndis_shim.h"
#include "include/shim_device.h"
#include "ke/processor.h"
#include "ndis/driver.h"
#include "platform/platform.h"
#include "support/compiler.h"
#include "verifier/verifier.h"

struct ndis_dma_channel;
struct ndis_interrupt;
struct ndis_log;
struct system_dma;

enum adapter_state {
	ADAPTER_INITIALIZING, /* MiniportInitialize runs */
	ADAPTER_RUNNING,
	ADAPTER_STOPPING, /* no new work; pending work ends */
	ADAPTER_HALTING,  /* MiniportHalt runs */
	ADAPTER_HALTED,
};

/**
 * struct map_register - one base map register: FREE when @buffer is NULL
 * @frame: the frame that the buffer belongs to, or NULL.
 */
struct map_register {
	struct dma_slot *slot;
	PNDIS_BUFFER buffer;
	struct shim_frame *frame;
};

/**
 * struct adapter_dma - bus-master DMA of an adapter
 * @adapter: NULL before map registers or scatter/gather were set up.
 * @slots, @registers, @register_count: map registers; NULL, 0 when there are none.
 * @simple_count: registers that may take the short way of dma/simple.h: all, or none.
 * @maximum_buffer: bytes that one register maps.
 * @runs, @run_capacity: where dma_slot_map() leaves its result.
 * @isa_channel: by which an ISA bus master gets the bus, or NULL.
 * @scatter_gather: NdisMInitializeScatterGatherDma succeeded; @wide: for addresses of 64 bits.
 * @maximum_packet: bytes that it was told.
 * @simple_lists: lists may be made the short way of dma/simple.h.
 * @memory: shared memory that exists.
 * @requests: NdisMAllocateSharedMemoryAsync calls that are not complete.
 */
struct adapter_dma {
	struct dma_adapter *adapter;
	struct dma_slots *slots;
	struct map_register *registers;
	unsigned int register_count;
	unsigned int simple_count;
	uint32_t maximum_buffer;
	struct dma_run *runs;
	unsigned int run_capacity;
	struct system_dma *isa_channel;
	bool scatter_gather;
	bool wide;
	uint32_t maximum_packet;
	bool simple_lists;
	struct shared_memory *memory;
	struct shared_memory_request *requests;
};

/**
 * struct frame_set - frames of one size
 * @frames: all @count frames; @free: those not in use.
 * @stride: bytes of each.
 * @buffers_each: buffer descriptors of each, @descriptor bytes long.
 * @descriptors, @descriptors_length: those of all frames; of each 2^@descriptors_shift bytes.
 * @runs: elements of each scatter/gather list at most; all lists are at @lists.
 * @arena, @arena_length: their memory; @arena_is_pooled: it belongs to the DMA adapter.
 * @slots: one slot per frame, scatter/gather only.
 */
struct frame_set {
	struct shim_frame *frames;
	unsigned int count;
	size_t stride;
	struct shim_frame *free;
	unsigned int buffers_each;
	size_t descriptor;
	char *descriptors;
	size_t descriptors_length;
	unsigned int descriptors_shift;
	unsigned int runs;
	char *lists;
	void *arena;
	size_t arena_length;
	bool arena_is_pooled;
	struct dma_slots *slots;
};

/**
 * struct adapter_send - frames on their way out
 * @ordinary: frames as long as the medium allows.
 * @large: for large sends; without frames until the miniport was told to take large sends.
 * @large_send: what the miniport was told; zero: it gets no large sends.
 * @queue, @queue_tail: frames the miniport has not got yet.
 * @pending: frames the miniport has.
 * @batch: packets the miniport takes in one call.
 * @blocked: the miniport was out of resources.
 * @active: ndis_send_start() runs.
 */
struct adapter_send {
	struct frame_set ordinary;
	struct frame_set large;
	NDIS_TASK_TCP_LARGE_SEND large_send;
	struct shim_frame *queue;
	struct shim_frame **queue_tail;
	unsigned int queued;
	unsigned int pending;
	unsigned int batch;
	bool blocked;
	bool active;
};

/** struct adapter_request - the one OID request that may be outstanding */
struct adapter_request {
	bool active; /* the miniport has it */
	bool is_set;
	bool done;
	NDIS_OID oid;
	NDIS_STATUS status;
	ULONG transferred; /* BytesWritten or BytesRead */
	ULONG needed;
	void *buffer; /* the miniport's until completion */
};

/** struct adapter_reset - reset and supervision */
struct adapter_reset {
	bool active;
	bool done;
	bool addressing;
	NDIS_STATUS status;
	uint64_t count;
	struct ke_timer hang_timer;
	struct ke_work_item work;
	uint32_t tick;	       /* supervision periods since start */
	uint32_t request_tick; /* when the outstanding request began */
};

/** struct adapter_addressing - what has to be set again after a reset */
struct adapter_addressing {
	bool filter_set;
	uint32_t filter;
	bool lookahead_set;
	uint32_t lookahead;
	void *multicast;
	size_t multicast_length;
};

/** struct adapter_configuration - identity of WrapperConfigurationContext, and the keywords */
struct adapter_configuration {
	struct shim_adapter *adapter;
	struct ndis_keyword *keywords;
	struct ndis_configuration *handles; /* open configuration handles */
};

#define ADAPTER_BARS 6

/** struct adapter_io - register ranges the driver has claimed */
struct adapter_io {
	struct platform_bar bars[ADAPTER_BARS];
	unsigned int mapped[ADAPTER_BARS]; /* NdisMMapIoSpace calls not undone */
	unsigned int port_ranges;	   /* NdisMRegisterIoPortRange calls not undone */
	void *resources;		   /* list of NdisMPciAssignResources */
};

/**
 * struct adapter_receive - frames on their way in
 * @packet: that is being delivered; NULL: none, or a frame that came without.
 */
struct adapter_receive {
	struct transfer *transfers;
	PNDIS_PACKET packet;
};

/**
 * struct shim_adapter
 * @next: adapters of this thread.
 * @number: no other adapter of the thread has it.
 * @context: MiniportAdapterContext.
 * @device: its device object, which has the DMA addresses and the checking mode.
 * @verifier: that of @device; NULL: the checking mode is off.
 * @calls: functions of the miniport in progress, MiniportISR excepted.
 * @dma_channels: what NdisMRegisterDmaChannel claimed.
 * @interrupts: what NdisMRegisterInterrupt registered.
 * @primary: the adapter that this one steps in for, see ndis/bundle.c; NULL: it is in use itself.
 * @shutdown, @shutdown_context: what NdisMRegisterAdapterShutdownHandler registered.
 * @shutting_down: MiniportShutdown is being called.
 * @asked_back: the machine has asked the device back; @gone: it is no longer there;
 *	@told_gone: the miniport knows.
 * @removed: the miniport is asked for nothing more: it has given its device up, or the device is gone.
 * @log: what NdisMCreateLog made, see ndis/driver_log.c; NULL: nothing.
 */
struct shim_adapter {
	struct shim_adapter *next;
	unsigned int number;
	struct shim_driver *driver;
	struct platform *platform;
	struct shim_client client;
	struct shim_adapter_options options;
	struct shim_device *device;
	struct verifier *verifier;
	enum adapter_state state;

	NDIS_HANDLE context;
	bool attributes_set;
	ULONG attributes;
	NDIS_INTERFACE_TYPE bus;
	unsigned int hang_seconds;
	unsigned int calls;

	struct adapter_dma dma;
	struct ndis_dma_channel *dma_channels;
	struct shim_adapter *primary;
	struct adapter_send send;
	struct adapter_receive receive;
	struct adapter_request request;
	struct adapter_reset reset;
	struct adapter_addressing addressing;
	struct adapter_configuration configuration;
	struct adapter_io io;
	PNDIS_MINIPORT_INTERRUPT interrupt;
	ADAPTER_SHUTDOWN_HANDLER shutdown;
	PVOID shutdown_context;
	bool shutting_down;
	uint64_t link_changes;
	uint32_t start_milliseconds;
	bool asked_back;
	bool gone;
	bool told_gone;
	bool removed;
	struct ndis_log *log;
	struct shim_statistics statistics;
};

/* Adapters of the calling thread; normally one. */
extern _Thread_local struct shim_adapter *ndis_adapters FAST_THREAD_LOCAL;

/**
 * ndis_current_adapter() - the adapter whose miniport function runs now
 *
 * Return: outside of such functions any adapter of the thread; NULL: there is none.
 */
struct shim_adapter *ndis_current_adapter(void);

/** ndis_find_adapter() - slow part of ndis_adapter(). */
struct shim_adapter *ndis_find_adapter(NDIS_HANDLE handle, const char *call);

/**
 * ndis_adapter() - the adapter a handle stands for
 * @call: name of the function that was called, for the report.
 *
 * Return: the adapter; NULL for anything else, which is reported.
 */
static inline struct shim_adapter *ndis_adapter(NDIS_HANDLE handle, const char *call)
{
	if (likely(handle && handle == ndis_adapters))
		return ndis_adapters;
	return ndis_find_adapter(handle, call);
}

static inline bool ndis_is_serialised(const struct shim_adapter *adapter)
{
	return !(adapter->attributes & NDIS_ATTRIBUTE_DESERIALIZE);
}

/** ndis_bundle_leave() - the adapter goes: its secondary is no secondary any more. */
void ndis_bundle_leave(struct shim_adapter *adapter);

#endif /* NDIS_ADAPTER_H */
