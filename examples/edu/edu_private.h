/* SPDX-License-Identifier: MIT */
/*
 * edu_private.h - between the files of the driver
 */
#ifndef EDU_PRIVATE_H
#define EDU_PRIVATE_H

#include "edu.h"

#define EDU_POOL_TAG		0x20756465u	/* "edu " in memory */

/* Registers, QEMU: docs/specs/edu.rst. */
#define EDU_ID			0x00u
#define EDU_ID_MASK		0xFF00FFFFu	/* major version, and "ed" */
#define EDU_ID_VALUE		0x010000EDu
#define EDU_LIVENESS		0x04u		/* reads as what was written, inverted */
#define EDU_FACTORIAL		0x08u
#define EDU_STATUS		0x20u
#define EDU_STATUS_COMPUTING	0x01u
#define EDU_STATUS_INTERRUPT	0x80u		/* interrupt when the factorial is there */
#define EDU_CAUSE		0x24u
#define EDU_CAUSE_FACTORIAL	0x001u
#define EDU_CAUSE_DMA		0x100u
#define EDU_ACKNOWLEDGE		0x64u
#define EDU_DMA_SOURCE		0x80u
#define EDU_DMA_DESTINATION	0x88u
#define EDU_DMA_COUNT		0x90u
#define EDU_DMA_COMMAND		0x98u
#define EDU_DMA_RUN		0x1u
#define EDU_DMA_TO_MEMORY	0x2u
#define EDU_DMA_INTERRUPT	0x4u

/* Where the DMA engine sees the device's own buffer. */
#define EDU_MEMORY		0x40000u

/*
 * struct edu - DeviceExtension
 * @cause: set by edu_isr(), taken by edu_dpc().
 * @first, @last: requests; with @is_busy the first one is being done.
 * @moved: its bytes that are done. @run: bytes of the DMA that runs; 0: none does.
 * @base, @registers: what the channel gave. @list, @element: the list, and where the DMA is in it.
 */
struct edu {
	PDEVICE_OBJECT device;
	struct edu_bus bus;
	PDMA_ADAPTER adapter;
	PVOID common;
	PHYSICAL_ADDRESS common_logical;
	KSPIN_LOCK lock;
	volatile LONG cause;

	BOOLEAN is_stopping;
	BOOLEAN is_busy;
	struct edu_request *first;
	struct edu_request *last;
	ULONG moved;
	ULONG run;
	PVOID base;
	ULONG registers;
	PSCATTER_GATHER_LIST list;
	ULONG element;

	VOID (*computed)(PVOID context, ULONG result);
	PVOID computed_context;
};

static inline ULONG edu_read(struct edu *edu, ULONG offset)
{
	return edu->bus.read(edu->bus.context, offset);
}

static inline VOID edu_write(struct edu *edu, ULONG offset, ULONG value)
{
	edu->bus.write(edu->bus.context, offset, value);
}

/* transfer.c; all at DISPATCH_LEVEL */

/* Begins the first request, if none is being done. */
VOID edu_serve(struct edu *edu);

/* The DMA that was running is over. */
VOID edu_run_done(struct edu *edu);

/* Ends the first request: gives back what it has, tells its owner. */
VOID edu_finish(struct edu *edu, NTSTATUS status);

#endif /* EDU_PRIVATE_H */
