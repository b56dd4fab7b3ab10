/* SPDX-License-Identifier: MIT */
/*
 * edu.h - a driver without NDIS for QEMU's "edu" device
 *
 * The driver does its DMA with what IoGetDmaAdapter gives, in the three ways that there are: a common
 * buffer, a scatter/gather list, and an adapter channel with map registers. The device has registers
 * in memory, 4 KiB that its DMA engine reads and fills, a unit that computes factorials, and one
 * interrupt (QEMU: docs/specs/edu.rst).
 *
 * The library gives drivers without NDIS their DMA. Registers and interrupts come from the host
 * program, which plays the bus driver: struct edu_bus, edu_isr() and edu_dpc().
 */
#ifndef EDU_H
#define EDU_H

#include <wdm.h>

#define EDU_BAR_SIZE	0x100000u

/* Bytes of the device's own memory. */
#define EDU_MEMORY_SIZE	4096u

/*
 * struct edu_bus - how the driver reaches the registers
 * @context: for both functions.
 * @read, @write: one 32-bit register of BAR 0, any IRQL; all ones when the device is gone.
 */
struct edu_bus {
	PVOID context;
	ULONG (*read)(PVOID context, ULONG offset);
	VOID (*write)(PVOID context, ULONG offset, ULONG value);
};

/*
 * enum edu_reach - what the device can address (QEMU: its property dma_mask)
 *
 * EDU_REACH_28   28 bits, as the device is. NT knows 24, 32 and 64, so the driver asks for 24, and
 *                for one contiguous range per transfer.
 * EDU_REACH_32   32 bits, and a transfer may be in pieces.
 */
enum edu_reach {
	EDU_REACH_28,
	EDU_REACH_32,
};

enum edu_way {
	EDU_COMMON_BUFFER,		/* AllocateCommonBuffer, and a copy */
	EDU_LIST,			/* GetScatterGatherList */
	EDU_CHANNEL,			/* AllocateAdapterChannel, MapTransfer */
};

/*
 * struct edu_request - bytes from memory to the device's memory, or back
 * @next: the driver's.
 * @mdl: memory, locked; the request's as long as it is with the driver.
 * @offset, @length: of the bytes in @mdl; @length is 1 to EDU_MEMORY_SIZE.
 * @device_offset: of the bytes in the device's memory.
 * @to_device: direction.
 * @way: how.
 * @done: called once, at DISPATCH_LEVEL, with how it ended; the request is the caller's again.
 * @context: the caller's.
 */
struct edu_request {
	struct edu_request *next;
	PMDL mdl;
	ULONG offset;
	ULONG length;
	ULONG device_offset;
	BOOLEAN to_device;
	enum edu_way way;
	VOID (*done)(struct edu_request *request, NTSTATUS status);
	PVOID context;
};

/*
 * edu_start() - what a driver does when its device is started
 * @device: its DeviceExtension becomes the driver's.
 * @bus: copied.
 *
 * PASSIVE_LEVEL. STATUS_SUCCESS; STATUS_NO_SUCH_DEVICE it is no edu; STATUS_DEVICE_NOT_READY it does
 * not answer, or its engine still runs; STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS edu_start(PDEVICE_OBJECT device, const struct edu_bus *bus, enum edu_reach reach);

/*
 * edu_stop() - undoes edu_start(). PASSIVE_LEVEL.
 *
 * Requests end with STATUS_CANCELLED; what they submit from `done` is refused. Of a factorial nothing
 * is heard any more.
 */
VOID edu_stop(PDEVICE_OBJECT device);

/*
 * edu_submit() - does a request, or puts it in line. <= DISPATCH_LEVEL.
 *
 * STATUS_PENDING: `done` is called, possibly before the return. STATUS_INVALID_PARAMETER: the bytes
 * are not in the MDL, or not in the device's memory, or there is no such way. STATUS_DEVICE_NOT_READY: during edu_stop().
 */
NTSTATUS edu_submit(PDEVICE_OBJECT device, struct edu_request *request);

/*
 * edu_compute() - computes the factorial of a number, modulo 2^32. <= DISPATCH_LEVEL.
 * @done: called once, at DISPATCH_LEVEL.
 *
 * STATUS_PENDING; STATUS_DEVICE_NOT_READY the device computes another one.
 */
NTSTATUS edu_compute(PDEVICE_OBJECT device, ULONG number, VOID (*done)(PVOID context, ULONG result),
		     PVOID context);

/* edu_isr() - the interrupt, at its IRQL. TRUE: it was the device's; call edu_dpc(). */
BOOLEAN edu_isr(PDEVICE_OBJECT device);

/* edu_dpc() - the rest of it. DISPATCH_LEVEL. */
VOID edu_dpc(PDEVICE_OBJECT device);

#endif /* EDU_H */
