/* SPDX-License-Identifier: MIT */
/*
 * nvme.h - a driver without NDIS for an NVM Express controller, in the style of NT 4
 *
 * The driver does its DMA with HalGetAdapter and the functions that go with it: queues and answers
 * lie in one common buffer, and data go through an adapter channel. One command at a time, one pair
 * of queues, the first namespace. Section numbers in the sources are those of the NVM Express Base
 * Specification 1.4.
 *
 * The library gives drivers without NDIS their DMA. Registers, interrupts and time come from the
 * host program, which plays the bus driver: struct nvme_bus, nvme_isr() and nvme_dpc().
 */
#ifndef NVME_H
#define NVME_H

#include <wdm.h>

/* Bytes of a transfer at most. */
#define NVME_TRANSFER_MAX	65536u

/*
 * struct nvme_bus - how the driver reaches the device
 * @context: for all functions.
 * @number: DEVICE_DESCRIPTION.BusNumber.
 * @read, @write: one 32-bit register of BAR 0, any IRQL; all ones when the device is gone.
 * @wait: a millisecond passes. PASSIVE_LEVEL.
 */
struct nvme_bus {
	PVOID context;
	ULONG number;
	ULONG (*read)(PVOID context, ULONG offset);
	VOID (*write)(PVOID context, ULONG offset, ULONG value);
	VOID (*wait)(PVOID context);
};

enum nvme_operation {
	NVME_READ,
	NVME_WRITE,
	NVME_FLUSH,			/* what was written is on the medium; without memory */
};

/*
 * struct nvme_request - what to do with a range of blocks
 * @next: the driver's.
 * @mdl: memory, locked; the request's as long as it is with the driver.
 * @offset, @length: of the bytes in @mdl: @offset a multiple of 4, @length of blocks, up to
 *	NVME_TRANSFER_MAX.
 * @block: the first one.
 * @done: called once, at DISPATCH_LEVEL, with how it ended; the request is the caller's again.
 * @context: the caller's.
 */
struct nvme_request {
	struct nvme_request *next;
	enum nvme_operation operation;
	PMDL mdl;
	ULONG offset;
	ULONG length;
	ULONG64 block;
	VOID (*done)(struct nvme_request *request, NTSTATUS status);
	PVOID context;
};

/*
 * nvme_start() - what a driver does when its device is started
 * @device: its DeviceExtension becomes the driver's.
 * @bus: copied.
 *
 * PASSIVE_LEVEL. STATUS_SUCCESS; STATUS_NO_SUCH_DEVICE it is no controller that works with pages of
 * 4 KiB; STATUS_DEVICE_NOT_READY it does not become ready, or answer; STATUS_IO_DEVICE_ERROR it
 * refuses a command; STATUS_NOT_SUPPORTED its blocks are of no use; STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS nvme_start(PDEVICE_OBJECT device, const struct nvme_bus *bus);

/* nvme_stop() - undoes nvme_start(). Requests end with STATUS_CANCELLED. PASSIVE_LEVEL. */
VOID nvme_stop(PDEVICE_OBJECT device);

/* nvme_geometry() - bytes of a block, and how many blocks there are. */
VOID nvme_geometry(PDEVICE_OBJECT device, PULONG block_size, ULONG64 *blocks);

/*
 * nvme_submit() - does a request, or puts it in line. <= DISPATCH_LEVEL.
 *
 * STATUS_PENDING: `done` is called, possibly before the return. STATUS_INVALID_PARAMETER: bytes or
 * blocks are not there. STATUS_DEVICE_NOT_READY: during nvme_stop().
 */
NTSTATUS nvme_submit(PDEVICE_OBJECT device, struct nvme_request *request);

/* nvme_isr() - the interrupt, at its IRQL. TRUE: it was the device's; call nvme_dpc(). */
BOOLEAN nvme_isr(PDEVICE_OBJECT device);

/* nvme_dpc() - the rest of it. DISPATCH_LEVEL. */
VOID nvme_dpc(PDEVICE_OBJECT device);

#endif /* NVME_H */
