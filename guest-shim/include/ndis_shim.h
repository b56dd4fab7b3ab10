/* SPDX-License-Identifier: MIT */
/*
 * ndis_shim.h - what a host program of the shim calls
 *
 * A host program (ndisrun, a test) plays the operating system: it loads a
 * miniport, gives it a device (a platform), sends frames through it and takes
 * the frames it indicates.  Miniports never see this header.
 *
 *   shim_driver_start()  ->  DriverEntry, NdisMRegisterMiniport
 *   shim_adapter_start() ->  MiniportInitialize
 *   shim_frame_allocate(), shim_send(), shim_query(), shim_set(), shim_reset()
 *   shim_adapter_stop()  ->  MiniportHalt
 *   shim_driver_stop()   ->  unload handler
 *
 * Everything runs on the calling thread, which is the simulated processor; the
 * thread must call shim_run_once() for interrupts, timers and work items to be
 * delivered.  It runs the event loop of the platform, so descriptors that the
 * host program added to that loop are served too.  All functions are called at
 * PASSIVE_LEVEL, that is, not from a callback that says otherwise.
 * 0 or a count on success, -errno on failure.
 */
#ifndef NDIS_SHIM_H
#define NDIS_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dma/dma.h"
#include "include/shim_verify.h"
#include "platform/platform.h"

#ifdef __cplusplus
extern "C" {
#endif

struct shim_driver;
struct shim_adapter;
struct shim_frame;

/** shim_driver_entry - the miniport's DriverEntry(DriverObject, RegistryPath), status 0 on success.
 */
typedef int32_t (*shim_driver_entry)(void *driver_object, void *registry_path);

/**
 * struct shim_parameter - one configuration keyword of the driver
 * @keyword: as given to NdisReadConfiguration, compared without case.
 * @value: text; integers in decimal, or hexadecimal with 0x.
 */
struct shim_parameter {
	const char *keyword;
	const char *value;
};

/**
 * struct shim_client - what the host program does with the adapter's events
 *
 * All members but @receive may be NULL.  Called at DISPATCH_LEVEL: no call
 * back into the shim but shim_frame_allocate() and shim_send().
 *
 * @receive: one frame, in @count pieces, valid during the call only.
 * @receive_done: the miniport has no more frames for now.
 * @link: link state changed.
 * @removed: the miniport has given its device up (NdisMRemoveMiniport); the host program
 *	stops the adapter once it is back at PASSIVE_LEVEL.
 * @asked_back: the machine asks the device back (hot unplug), or, with @gone, has lost it already; the
 *	host program stops the adapter once it is back at PASSIVE_LEVEL, and closes the platform.
 */
struct shim_client {
	void (*receive)(void *context, const struct dma_region *pieces, unsigned int count);
	void (*receive_done)(void *context);
	void (*link)(void *context, bool up);
	void (*removed)(void *context);
	void (*asked_back)(void *context, bool gone);
	void *context;
};

/**
 * struct shim_adapter_options
 * @dma: policy, fragment, copybreak.
 * @max_address_bits: 0, or a ceiling below what the driver asks for: 24 or 32.
 * @interrupt: mechanism.
 * @refuse_scatter_gather: NdisMInitializeScatterGatherDma fails, so that the
 *	driver's map-register path is exercised.
 * @single_element: each scatter/gather list has one element: the pieces of a frame, which are one
 *	behind the other in memory, are mapped as one. Not with dma.fragment DMA_FRAGMENT_PAGE.
 * @frames: transmit frames that shim_frame_allocate() may hand out at once; 0: 256.
 * @header_bytes: cut each frame to send into a first buffer of so many bytes and
 *	others with the rest, as protocol stacks do; 0: the rest is all.
 * @buffer_bytes: cut the rest into buffers of so many bytes, 16 buffers in all at most, of
 *	which the last takes what is left; 0: one buffer.
 * @parameters, @parameter_count: configuration.
 * @verify: the checking mode; anything but SHIM_VERIFY_OFF sets dma.guard, too.
 */
struct shim_adapter_options {
	struct dma_options dma;
	unsigned int max_address_bits;
	enum platform_interrupt interrupt;
	bool refuse_scatter_gather;
	bool single_element;
	unsigned int frames;
	unsigned int header_bytes;
	unsigned int buffer_bytes;
	const struct shim_parameter *parameters;
	unsigned int parameter_count;
	enum shim_verify verify;
};

/** struct shim_statistics - counters of one adapter since shim_adapter_start() */
struct shim_statistics {
	uint64_t frames_sent; /* completed with success */
	uint64_t bytes_sent;
	uint64_t large_sends; /* of frames_sent: the miniport made segments of them */
	uint64_t send_failures;
	uint64_t frames_received;
	uint64_t bytes_received;
	uint64_t interrupts;	     /* ISR calls that claimed the interrupt */
	uint64_t interrupts_foreign; /* ISR calls that did not */
	uint64_t dpcs;
	uint64_t violations;	/* calls that broke a documented rule; each is logged */
	uint64_t sends_pending; /* given to the miniport, not complete yet */
	struct dma_statistics dma;
	struct shim_verify_statistics verify;
};

/**
 * shim_trace_to() - write every NDIS call with arguments and IRQL
 * @file: stream to write to, or NULL to stop.  Not closed.
 *
 * Process wide: a traced call need not know its adapter.
 */
void shim_trace_to(FILE *file);

/**
 * shim_trace_events_to() - write calls, IRQL and mappings in the Trace Event format
 * @file: stream to write JSON to, at its beginning, or NULL to end the trace.  Unbuffered is best: each
 *	write then ends with an event.  Not closed.
 *
 * Process wide.  docs/tracing.md describes the events.  What is in the file can be opened at any
 * time: readers of the format do without its end.
 */
void shim_trace_events_to(FILE *file);

/** shim_trace_flush() - write what is collected of a trace; for a process that is about to end. */
void shim_trace_flush(void);

/**
 * shim_history() - remember the last calls between library and drivers
 *
 * Process wide.  Costs some tens of nanoseconds per call.  NdisMStartBufferPhysicalMapping and
 * NdisMCompleteBufferPhysicalMapping are among them when they break a rule or their mapping is cut, and all of them
 * with a checking mode or a trace: as a rule they take fewer instructions than remembering them.
 */
void shim_history(bool on);

/**
 * shim_history_line() - a remembered call in words, without newline
 * @back: how many calls before the last one, 0 is the last; a call that repeats itself counts once.
 *
 * May be called by any thread and in a signal handler.  Return: false when that call is not remembered: 127
 * are.
 */
bool shim_history_line(unsigned int back, char *line, size_t size);

/**
 * shim_log_to() - where errors and DbgPrint go; stderr until told otherwise.
 */
void shim_log_to(FILE *file);

/**
 * shim_log_end_line() - end the line that a DbgPrint left open, if one did
 *
 * For a host program that is about to write to the same file.  Any thread.
 */
void shim_log_end_line(void);

/**
 * shim_files_from() - where NdisOpenFile finds the files of drivers that are started from now on
 * @directory: a folder; copied.  NULL, and in the beginning: no file is found.
 *
 * Process wide; a driver keeps the folder that was named when shim_driver_start() was called.
 * Return: 0 or -ENOMEM.
 */
int shim_files_from(const char *directory);

/**
 * shim_on_bug_check() - a last call before a bug check aborts the process
 * @hook: gives the device back, for instance; must not call into the shim.  Called
 *	once, at any IRQL; NULL for none.
 *
 * Process wide: nothing can be undone selectively at that point.
 */
void shim_on_bug_check(void (*hook)(void *context), void *context);

/**
 * shim_run_once() - deliver what is due, waiting for it if necessary
 * @timeout: nanoseconds to wait at most; 0 polls, negative waits without limit.
 *
 * One turn of the simulated processor: interrupts and other events of the
 * platform's loop, timers, DPCs and work items.
 *
 * Return: calls made; 0 at the time limit; -EINTR after a signal; -EDEADLK when called
 * above PASSIVE_LEVEL.
 */
int shim_run_once(int64_t timeout);

/**
 * shim_driver_start() - run DriverEntry
 * @entry: found by the host program in the driver's object file.
 * @name: for messages; copied.
 * @driver: out.
 *
 * Return: 0; -EINVAL DriverEntry did not register a miniport; -EIO DriverEntry
 * failed (its status is logged).
 */
int shim_driver_start(shim_driver_entry entry, const char *name, struct shim_driver **driver);

/** shim_driver_stop() - unload handler; all adapters must be stopped. */
void shim_driver_stop(struct shim_driver *driver);

/**
 * shim_adapter_start() - MiniportInitialize on a device
 * @platform: the device; stays the caller's and must outlive the adapter.
 * @options: copied; strings must stay valid until return.
 * @client: copied.
 * @adapter: out.
 *
 * On success the packet filter is still 0: use shim_set(OID_GEN_CURRENT_PACKET_FILTER).
 * Return: 0; -EIO MiniportInitialize failed (status logged); -EBUSY the platform has an adapter or
 * device objects already; -EINVAL; -ENOMEM.
 */
int shim_adapter_start(struct shim_driver *driver, struct platform *platform,
		       const struct shim_adapter_options *options, const struct shim_client *client,
		       struct shim_adapter **adapter);

/**
 * shim_adapter_stop() - wait for pending sends (1 s at most), MiniportHalt, free
 *
 * After shim_client.asked_back() the miniport is told why (MiniportPnPEventNotify, NDIS 5.1):
 * NdisDevicePnPEventQueryRemoved first and NdisDevicePnPEventRemoved right before MiniportHalt, or, of a
 * device that is gone, NdisDevicePnPEventSurpriseRemoved.
 *
 * Return: 0, or the number of things the miniport leaked or left mapped; each is logged
 * and cleaned up.
 */
unsigned int shim_adapter_stop(struct shim_adapter *adapter);

/**
 * shim_frame_allocate() - memory for a frame to send, in the adapter's pool arena
 * @data: out: @capacity bytes to fill: 1536 or more, and what the miniport answers to
 *	OID_GEN_MAXIMUM_TOTAL_SIZE with a VLAN tag, up to 9600.
 *
 * Return: a frame, or NULL when all are in use.  Any IRQL up to DISPATCH.
 */
struct shim_frame *shim_frame_allocate(struct shim_adapter *adapter, void **data, size_t *capacity);

/**
 * shim_frame_allocate_large() - the same, for a large send: a TCP packet over IPv4 of which the
 * miniport makes segments
 * @data: out: @capacity bytes to fill, an IPv4 packet of 65535 bytes and its header of 18 at least.
 *
 * There are such frames, 32 of them, from when shim_set(OID_TCP_TASK_OFFLOAD) told the miniport to
 * take large sends (TcpLargeSendNdisTask) until it is told otherwise.  What does not turn out to be
 * a large send may be sent in one, too, if shim_frame_allocate() would have had room for it.
 *
 * Return: a frame, or NULL when all are in use, or there are none.  Any IRQL up to DISPATCH.
 */
struct shim_frame *shim_frame_allocate_large(struct shim_adapter *adapter, void **data,
					     size_t *capacity);

/**
 * struct shim_packet_information - what NDIS 5 tells beside a frame; 0: nothing
 * @checksum: Value of NDIS_TCP_IP_CHECKSUM_PACKET_INFO: to send, which checksums the NIC shall
 *	insert; received, what it found out.
 * @tag: TagHeader of NDIS_PACKET_8021Q_INFO: the VLAN tag that the frame gets, or had.
 * @segment_size: TcpLargeSendPacketInfo of a frame to send: bytes of TCP data in each segment but
 *	the last; 0: no large send.  The IPv4 total length is that of the whole packet, and the TCP
 *	checksum field holds the sum of the pseudo header without the TCP length.
 * @header_length: of a large send, bytes before the TCP data: what lies behind them is what the
 *	miniport has to report as sent.
 * @cancel_id: PacketCancelId of a frame to send, by which shim_cancel_sends() finds it.
 */
struct shim_packet_information {
	uint32_t checksum;
	uint32_t tag;
	uint32_t segment_size;
	uint32_t header_length;
	void *cancel_id;
};

/**
 * shim_task_find() - the structure of one kind of task in a value of OID_TCP_TASK_OFFLOAD
 * @list, @length: the value, in bytes; not trusted.
 * @task: NDIS_TASK.
 * @structure, @size: out: what the task's buffer begins with, in bytes; zero when there is no such
 *	task.
 * @text, @text_size: out, bytes: what is wrong with the list; may be NULL, 0.
 *
 * Return: 1, 0 no such task, -EPROTO the list breaks a rule.
 */
int shim_task_find(const void *list, size_t length, unsigned int task, void *structure, size_t size,
		   char *text, size_t text_size);

/**
 * shim_frame_describe() - set the per-packet information of a frame, before it is sent
 *
 * A frame that is not described has none.  Whether the miniport can do what is asked for, the
 * host program learns by OID_TCP_TASK_OFFLOAD and OID_GEN_MAC_OPTIONS.
 */
void shim_frame_describe(struct shim_adapter *adapter, struct shim_frame *frame,
			 const struct shim_packet_information *information);

/**
 * shim_received_information() - the per-packet information of the frame that
 * shim_client.receive() has been called for; call it from there.
 */
void shim_received_information(const struct shim_adapter *adapter,
			       struct shim_packet_information *information);

/** shim_frame_free() - give back a frame that was not sent. */
void shim_frame_free(struct shim_adapter *adapter, struct shim_frame *frame);

/**
 * shim_send_done - the miniport completed the frame with an NDIS status (0 success); the frame
 * is free already.
 */
typedef void (*shim_send_done)(void *context, int32_t status);

/**
 * shim_send() - hand frames to the miniport
 * @frames: array of frames, given up by the caller.
 * @lengths: bytes in each.
 * @done: called once per frame; may be NULL.
 *
 * Frames the miniport has no resources for are queued and retried, in order.
 * Return: 0, -EINVAL for a length of 0 or above the capacity, and for a large send that the miniport
 * was not told to take: more data, or fewer segments, than it said.
 */
int shim_send(struct shim_adapter *adapter, struct shim_frame *const *frames, const size_t *lengths,
	      unsigned int count, shim_send_done done, void *context);

/**
 * shim_cancel_sends() - NdisCancelSendPackets: nobody wants these frames sent any more
 * @cancel_id: shim_packet_information.cancel_id of the frames; not NULL.
 *
 * Frames that the miniport has not got complete with NDIS_STATUS_REQUEST_ABORTED before the
 * return.  If it has some, its MiniportCancelSendPackets (NDIS 5.1, optional) is called, and it
 * completes in the same way those that its device has not got; others complete as if nothing had
 * happened.  Any IRQL up to DISPATCH, but not from shim_send_done or a function of shim_client.
 *
 * Return: 0; -EINVAL @cancel_id is NULL.
 */
int shim_cancel_sends(struct shim_adapter *adapter, void *cancel_id);

/**
 * shim_query() - MiniportQueryInformation
 * @oid: OID_*.
 * @buffer, @length: out, bytes.  Of OID_TCP_TASK_OFFLOAD, in too: the miniport sees what @buffer
 *	holds.
 *
 * Pending requests are waited for (5 s).  Return: bytes written, -ENOTSUP unknown
 * OID, -EMSGSIZE buffer too short, -ETIMEDOUT, -EIO any other status.
 */
int shim_query(struct shim_adapter *adapter, uint32_t oid, void *buffer, size_t length);

/** shim_set() - MiniportSetInformation.  Return: bytes read, or as shim_query(). */
int shim_set(struct shim_adapter *adapter, uint32_t oid, const void *buffer, size_t length);

/** shim_reset() - MiniportReset, waited for (5 s).  Return: 0, -ENOTSUP, -ETIMEDOUT, -EIO. */
int shim_reset(struct shim_adapter *adapter);

/**
 * shim_device_control() - a control code for a device that a driver made with NdisMRegisterDevice
 * @name: the last part of its symbolic name, in any case.
 * @code: with METHOD_BUFFERED.
 * @in, @in_length: what the driver gets; @out, @out_length: room for what it answers.
 *
 * Opens the device, sends the code, waits for the answer (5 s) and closes the device.  Return:
 * bytes of answer; -ENOENT no such device; -ENOTSUP the driver does not know the code; -EMSGSIZE too
 * little room for the answer; -EINVAL another method; -ETIMEDOUT; -EIO any other status of the
 * driver.
 */
int shim_device_control(const char *name, uint32_t code, const void *in, size_t in_length,
			void *out, size_t out_length);

/**
 * shim_adapter_fault() - tell the checking mode of an access that the IOMMU refused
 * @fault: of platform_next_fault().
 *
 * The host program polls for faults; the checking mode says whose address it was.  Nothing happens
 * when it is off.
 */
void shim_adapter_fault(struct shim_adapter *adapter, const struct platform_fault *fault);

/**
 * shim_adapter_read_log() - take what the driver wrote to its log, the oldest bytes first
 * @length: bytes that @buffer has room for.
 *
 * What was read is no longer in the log.  Return: bytes; 0 when there are none, or no log.
 */
size_t shim_adapter_read_log(struct shim_adapter *adapter, void *buffer, size_t length);

/** shim_adapter_statistics() - a consistent copy of the counters. */
void shim_adapter_statistics(struct shim_adapter *adapter, struct shim_statistics *statistics);

#ifdef __cplusplus
}
#endif

#endif /* NDIS_SHIM_H */
