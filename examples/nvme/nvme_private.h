/* SPDX-License-Identifier: MIT */
/*
 * nvme_private.h - registers, commands, and what is between the files of the driver
 */
#ifndef NVME_PRIVATE_H
#define NVME_PRIVATE_H

#include "nvme.h"

#define NVME_POOL_TAG		0x656D766Eu	/* "nvme" in memory */

/* Section 3.1. */
#define NVME_CAP_LOW		0x00u
#define NVME_CAP_ENTRIES(low)	(((low) & 0xFFFFu) + 1)
#define NVME_CAP_TIMEOUT(low)	((low) >> 24)		/* units of half a second */
#define NVME_CAP_HIGH		0x04u
#define NVME_CAP_STRIDE(high)	((high) & 0xFu)
#define NVME_CAP_NVM(high)	((high) >> 5 & 1u)	/* the command set for blocks */
#define NVME_CAP_PAGE_MIN(high)	((high) >> 16 & 0xFu)	/* 0: 4 KiB */
#define NVME_CC			0x14u
#define NVME_CC_ENABLE		0x00000001u
#define NVME_CC_SHUTDOWN	0x00004000u
#define NVME_CC_ENTRIES		0x00460000u		/* 64 and 16 bytes, as powers of two */
#define NVME_CSTS		0x1Cu
#define NVME_CSTS_READY		0x1u
#define NVME_CSTS_FATAL		0x2u
#define NVME_CSTS_SHUTDOWN	0xCu
#define NVME_CSTS_SHUT_DOWN	0x8u
#define NVME_AQA		0x24u
#define NVME_ASQ		0x28u
#define NVME_ACQ		0x30u
#define NVME_DOORBELL		0x1000u

/* Admin commands of section 5, and commands for blocks. */
#define NVME_CREATE_SUBMISSION	0x01u
#define NVME_CREATE_COMPLETION	0x05u
#define NVME_IDENTIFY		0x06u
#define NVME_IDENTIFY_NAMESPACE	0u
#define NVME_COMMAND_FLUSH	0x00u
#define NVME_COMMAND_WRITE	0x01u
#define NVME_COMMAND_READ	0x02u
#define NVME_NAMESPACE		1u

#define NVME_ENTRIES		8u			/* of each queue */
#define NVME_PAGE		4096u

/* Section 4.2. */
struct nvme_command {
	ULONG head;			/* opcode; identifier in the high half */
	ULONG namespace_id;
	ULONG reserved[4];
	ULONG prp1_low, prp1_high;
	ULONG prp2_low, prp2_high;
	ULONG parameters[6];		/* CDW10 to CDW15 */
};

/* Section 4.6. */
struct nvme_completion {
	ULONG result;
	ULONG reserved;
	USHORT head;
	USHORT queue;
	USHORT identifier;
	USHORT status;			/* bit 0: phase; 0 above it: success */
};

/* What lies in the pages of the common buffer. */
enum nvme_page {
	NVME_PAGE_ADMIN_COMMANDS,
	NVME_PAGE_ADMIN_COMPLETIONS,
	NVME_PAGE_COMMANDS,
	NVME_PAGE_COMPLETIONS,
	NVME_PAGE_LIST,			/* addresses of data pages */
	NVME_PAGE_ANSWER,		/* of Identify */
	NVME_PAGES,
};

/* A pair of queues. @tail: next command; @head, @phase: next completion. */
struct nvme_queue {
	ULONG number;
	struct nvme_command *commands;
	volatile struct nvme_completion *completions;
	ULONG tail;
	ULONG head;
	ULONG phase;
	USHORT identifier;		/* of the last command */
};

/*
 * struct nvme - DeviceExtension
 * @is_over, @status: set by nvme_isr(): the command is, and how.
 * @first, @last: requests; with @is_busy the first one is being done.
 * @base, @registers: what the channel gave.
 */
struct nvme {
	PDEVICE_OBJECT device;
	struct nvme_bus bus;
	PADAPTER_OBJECT adapter;
	PUCHAR common;
	PHYSICAL_ADDRESS logical;
	ULONG timeout;			/* milliseconds */
	ULONG stride;			/* bytes between doorbells */
	ULONG block_size;
	ULONG64 blocks;
	struct nvme_queue admin;
	struct nvme_queue io;
	KSPIN_LOCK lock;

	volatile BOOLEAN is_over;
	volatile USHORT status;

	BOOLEAN is_stopping;
	BOOLEAN is_busy;
	struct nvme_request *first;
	struct nvme_request *last;
	PVOID base;
	ULONG registers;
};

static inline ULONG nvme_read(struct nvme *nvme, ULONG offset)
{
	return nvme->bus.read(nvme->bus.context, offset);
}

static inline VOID nvme_write(struct nvme *nvme, ULONG offset, ULONG value)
{
	nvme->bus.write(nvme->bus.context, offset, value);
}

static inline PUCHAR nvme_page(const struct nvme *nvme, enum nvme_page page)
{
	return nvme->common + page * NVME_PAGE;
}

/* 32 bits, as the adapter object was asked for. */
static inline ULONG nvme_logical(const struct nvme *nvme, enum nvme_page page)
{
	return nvme->logical.LowPart + (ULONG)page * NVME_PAGE;
}

/* controller.c */

/* Is it a controller that this driver can serve? Section 3.1.1. */
NTSTATUS nvme_check(struct nvme *nvme);

/* Section 7.6.1: from a reset to queues for blocks. */
NTSTATUS nvme_enable(struct nvme *nvme);

/* Section 7.6.2: afterwards the controller makes no access. */
VOID nvme_disable(struct nvme *nvme);

/* The controller gets a command. */
VOID nvme_issue(struct nvme *nvme, struct nvme_queue *queue, struct nvme_command *command);

/* FALSE: there is no completion. */
BOOLEAN nvme_take(struct nvme *nvme, struct nvme_queue *queue, USHORT *status);

/* transfer.c; all at DISPATCH_LEVEL */

/* Begins the first request, if none is being done. */
VOID nvme_serve(struct nvme *nvme);

/* Ends the first request: gives back what it has, tells its owner. */
VOID nvme_finish(struct nvme *nvme, NTSTATUS status);

#endif /* NVME_PRIVATE_H */
