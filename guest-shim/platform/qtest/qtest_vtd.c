/* SPDX-License-Identifier: MIT */
/*
 * qtest_vtd.c - VT-d as a driver programs it: enable, invalidate, read faults
 *
 * Names and bits are those of Intel's "Virtualization Technology for Directed I/O",
 * legacy mode: root table -> context table -> second-level tables.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "platform/qtest/qtest_private.h"

/* Where q35 has its IOMMU; a guest learns it from the ACPI table DMAR. */
#define REGISTERS 0xfed90000u

#define VERSION_REGISTER    0x00
#define CAPABILITY_REGISTER 0x08
#define EXTENDED_REGISTER   0x10
#define GLOBAL_COMMAND	    0x18
#define GLOBAL_STATUS	    0x1c
#define ROOT_TABLE	    0x20
#define FAULT_STATUS	    0x34
#define QUEUE_TAIL	    0x88
#define QUEUE_ADDRESS	    0x90

#define CAPABILITY_WRITE_BUFFER	   ((uint64_t)1 << 4)
#define CAPABILITY_39_BITS	   ((uint64_t)1 << 9)
#define CAPABILITY_48_BITS	   ((uint64_t)1 << 10)
#define CAPABILITY_PAGE_SELECTIVE  ((uint64_t)1 << 39)
#define CAPABILITY_DRAIN_WRITES	   ((uint64_t)1 << 54)
#define CAPABILITY_DRAIN_READS	   ((uint64_t)1 << 55)
#define CAPABILITY_FAULT_OFFSET(v) ((v) >> 24 & 0x3ff)
#define CAPABILITY_FAULT_COUNT(v)  (((v) >> 40 & 0xff) + 1)
#define CAPABILITY_MASK_MAXIMUM(v) ((v) >> 48 & 0x3f)
#define EXTENDED_QUEUE		   ((uint64_t)1 << 1)

/* The same bits in the command and in the status register. */
#define GLOBAL_TRANSLATION  ((uint32_t)1 << 31)
#define GLOBAL_ROOT_POINTER ((uint32_t)1 << 30)
#define GLOBAL_WRITE_BUFFER ((uint32_t)1 << 27)
#define GLOBAL_QUEUE	    ((uint32_t)1 << 26)
/* Commands that do something once: they are not repeated with the next command. */
#define GLOBAL_ONE_SHOT ((uint32_t)0x69000000)

#define CONTEXT_PRESENT	 ((uint64_t)1)
#define CONTEXT_WIDTH(l) ((uint64_t)((l)-2))
#define CONTEXT_DOMAIN	 ((uint64_t)1 << 8)
#define ROOT_PRESENT	 ((uint64_t)1)
#define DOMAIN_NUMBER	 ((uint64_t)1)

#define QUEUE_DESCRIPTORS	256
#define INVALIDATE_CONTEXT	((uint64_t)1)
#define INVALIDATE_TLB		((uint64_t)2)
#define INVALIDATE_WAIT		((uint64_t)5)
#define INVALIDATE_ALL		((uint64_t)1 << 4)
#define INVALIDATE_DOMAIN	((uint64_t)2 << 4)
#define INVALIDATE_PAGES	((uint64_t)3 << 4)
#define INVALIDATE_DRAIN_WRITES ((uint64_t)1 << 6)
#define INVALIDATE_DRAIN_READS	((uint64_t)1 << 7)
#define WAIT_STATUS_WRITE	((uint64_t)1 << 5)

#define FAULT_OVERFLOW	  ((uint32_t)1 << 0)
#define FAULT_PENDING	  ((uint32_t)1 << 1)
#define FAULT_QUEUE_ERROR ((uint32_t)1 << 4)
#define FAULT_INDEX(v)	  ((v) >> 8 & 0xff)
#define RECORD_SIZE	  16
#define RECORD_VALID	  ((uint64_t)1 << 63)
#define RECORD_IS_READ	  ((uint64_t)1 << 62)
#define RECORD_REASON(v)  ((unsigned int)((v) >> 32 & 0xff))
#define RECORD_SOURCE(v)  ((uint16_t)(v))
#define RECORD_ADDRESS(v) ((v) & ~(uint64_t)PLATFORM_PAGE_MASK)

static uint64_t get(struct qtest_platform *q, unsigned int offset, unsigned int width)
{
	uint64_t value;

	qtest_wire_read(&q->wire, REGISTERS + offset, width, &value);
	return value;
}

static void set(struct qtest_platform *q, unsigned int offset, unsigned int width, uint64_t value)
{
	qtest_wire_write(&q->wire, REGISTERS + offset, width, value);
}

/* ---- commands ----------------------------------------------------------------------------- */

static bool has_passed(struct timespec start, int milliseconds)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 >
	       milliseconds;
}

/* Gives one command, and waits until the status register shows @bit as @on. */
static int command(struct qtest_platform *q, uint32_t bit, bool on)
{
	uint32_t status = (uint32_t)get(q, GLOBAL_STATUS, 4) & ~GLOBAL_ONE_SHOT;
	bool wanted = on && bit != GLOBAL_WRITE_BUFFER;
	struct timespec start;

	set(q, GLOBAL_COMMAND, 4, on ? status | bit : status & ~bit);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		bool is_set = (uint32_t)get(q, GLOBAL_STATUS, 4) & bit;

		if (q->wire.error)
			return -EIO;
		if (is_set == wanted)
			return 0;
		if (has_passed(start, q->wire.deadline))
			return -ETIMEDOUT;
	}
}

static int flush_write_buffer(struct qtest_platform *q)
{
	return q->vtd.capability & CAPABILITY_WRITE_BUFFER ? command(q, GLOBAL_WRITE_BUFFER, true)
							   : 0;
}

/* ---- queued invalidation ------------------------------------------------------------------ */

static void enqueue(struct qtest_platform *q, uint64_t low, uint64_t high)
{
	struct qtest_vtd *vtd = &q->vtd;

	__atomic_store_n(&vtd->queue[(size_t)vtd->tail * 2 + 1], high, __ATOMIC_RELAXED);
	__atomic_store_n(&vtd->queue[(size_t)vtd->tail * 2], low, __ATOMIC_RELEASE);
	vtd->tail = (vtd->tail + 1) % QUEUE_DESCRIPTORS;
}

static uint64_t physical_of(struct qtest_platform *q, const void *va)
{
	uint64_t physical = 0;

	qtest_ram_physical(&q->ram, va, 1, &physical);
	return physical;
}

/* Runs what is queued; each call waits for its end, so the queue never fills. */
static int run_queue(struct qtest_platform *q)
{
	struct qtest_vtd *vtd = &q->vtd;
	struct timespec start;

	vtd->sequence++;
	enqueue(q, INVALIDATE_WAIT | WAIT_STATUS_WRITE | (uint64_t)vtd->sequence << 32,
		physical_of(q, vtd->status));
	set(q, QUEUE_TAIL, 8, (uint64_t)vtd->tail << 4);
	clock_gettime(CLOCK_MONOTONIC, &start);
	while (__atomic_load_n(vtd->status, __ATOMIC_ACQUIRE) != vtd->sequence) {
		if (q->wire.error || get(q, FAULT_STATUS, 4) & FAULT_QUEUE_ERROR)
			return -EIO;
		if (has_passed(start, q->wire.deadline))
			return -EIO;
	}
	return 0;
}

static uint64_t drain(const struct qtest_vtd *vtd)
{
	uint64_t bits = 0;

	if (vtd->capability & CAPABILITY_DRAIN_WRITES)
		bits |= INVALIDATE_DRAIN_WRITES;
	if (vtd->capability & CAPABILITY_DRAIN_READS)
		bits |= INVALIDATE_DRAIN_READS;
	return bits;
}

/* The mask of the smallest naturally aligned block that holds the pages. */
static unsigned int block_mask(uint64_t first, uint64_t pages)
{
	uint64_t last = first + pages - 1;
	unsigned int mask = 0;

	while (first >> mask != last >> mask)
		mask++;
	return mask;
}

int qtest_vtd_invalidate(struct qtest_platform *q, uint64_t logical, uint64_t pages)
{
	struct qtest_vtd *vtd = &q->vtd;
	uint64_t descriptor = INVALIDATE_TLB | drain(vtd) | DOMAIN_NUMBER << 16;
	unsigned int mask = block_mask(logical >> PLATFORM_PAGE_SHIFT, pages);
	uint64_t block = logical & ~(((uint64_t)PLATFORM_PAGE_SIZE << mask) - 1);
	int result;

	if (!vtd->is_on)
		return 0;
	result = flush_write_buffer(q);
	if (result < 0)
		return result;
	if (vtd->capability & CAPABILITY_PAGE_SELECTIVE &&
	    mask <= CAPABILITY_MASK_MAXIMUM(vtd->capability))
		enqueue(q, descriptor | INVALIDATE_PAGES, block | mask);
	else
		enqueue(q, descriptor | INVALIDATE_DOMAIN, 0);
	return run_queue(q);
}

/* ---- opening and closing ------------------------------------------------------------------ */

static int probe(struct qtest_platform *q, struct explanation *why)
{
	uint32_t version = (uint32_t)get(q, VERSION_REGISTER, 4);
	struct qtest_vtd *vtd = &q->vtd;

	vtd->capability = get(q, CAPABILITY_REGISTER, 8);
	vtd->extended = get(q, EXTENDED_REGISTER, 8);
	if (q->wire.error)
		return -EIO;
	if (version == 0 || version == UINT32_MAX || !vtd->capability)
		return explain(why, -ENODEV,
			       "there is no VT-d at 0x%x: start QEMU with -device intel-iommu",
			       REGISTERS);
	vtd->levels = vtd->capability & CAPABILITY_39_BITS   ? 3
		      : vtd->capability & CAPABILITY_48_BITS ? 4
							     : 0;
	if (!vtd->levels || !(vtd->extended & EXTENDED_QUEUE))
		return explain(why, -ENOTSUP,
			       "VT-d has capabilities 0x%" PRIx64 " and 0x%" PRIx64
			       ": 39 or 48 bits wide second-level tables and queued invalidation "
			       "are needed",
			       vtd->capability, vtd->extended);
	if (get(q, GLOBAL_STATUS, 4) & (GLOBAL_TRANSLATION | GLOBAL_QUEUE))
		return explain(why, -EBUSY,
			       "VT-d is enabled already: a guest or another program uses this "
			       "QEMU's IOMMU");
	return 0;
}

static int make_tables(struct qtest_platform *q)
{
	struct qtest_vtd *vtd = &q->vtd;
	uint64_t *root;
	uint64_t *context;
	void *pages[5];
	size_t i;

	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (qtest_ram_allocate(&q->ram, PLATFORM_PAGE_SIZE, &pages[i]) < 0)
			return -ENOMEM;
	vtd->root = pages[0];
	vtd->context = pages[1];
	vtd->top = pages[2];
	vtd->queue = pages[3];
	vtd->status = pages[4];
	root = vtd->root;
	root[0] = physical_of(q, vtd->context) | ROOT_PRESENT;
	if (q->function.is_isa)
		return 0;
	/* The only function that reaches anything: every other is refused for lack of an entry. */
	vtd->source = (uint16_t)(q->function.slot << 3 | q->function.function);
	context = (uint64_t *)vtd->context + 2 * (size_t)vtd->source;
	context[1] = CONTEXT_WIDTH(vtd->levels) | CONTEXT_DOMAIN;
	context[0] = physical_of(q, vtd->top) | CONTEXT_PRESENT;
	return 0;
}

static int enable(struct qtest_platform *q)
{
	struct qtest_vtd *vtd = &q->vtd;
	int result = flush_write_buffer(q);

	set(q, ROOT_TABLE, 8, physical_of(q, vtd->root));
	if (result == 0)
		result = command(q, GLOBAL_ROOT_POINTER, true);
	set(q, QUEUE_TAIL, 8, 0);
	set(q, QUEUE_ADDRESS, 8, physical_of(q, vtd->queue));
	if (result == 0)
		result = command(q, GLOBAL_QUEUE, true);
	if (result < 0)
		return result;
	enqueue(q, INVALIDATE_CONTEXT | INVALIDATE_ALL, 0);
	enqueue(q, INVALIDATE_TLB | INVALIDATE_ALL | drain(vtd), 0);
	result = run_queue(q);
	if (result == 0)
		result = command(q, GLOBAL_TRANSLATION, true);
	vtd->is_on = result == 0;
	return result;
}

int qtest_vtd_open(struct qtest_platform *q, struct explanation *why)
{
	int result = probe(q, why);

	if (result < 0)
		return result;
	if (make_tables(q) < 0)
		return explain(why, -ENOMEM, "the guest's RAM is too small for VT-d's tables");
	result = enable(q);
	if (result < 0 && !q->wire.error)
		return explain(why, -EIO,
			       "VT-d does not do what it is told: global status 0x%08x, fault "
			       "status 0x%08x",
			       (unsigned int)get(q, GLOBAL_STATUS, 4),
			       (unsigned int)get(q, FAULT_STATUS, 4));
	return result;
}

void qtest_vtd_close(struct qtest_platform *q)
{
	if (q->wire.error || !q->vtd.queue)
		return;
	if (q->vtd.is_on)
		command(q, GLOBAL_TRANSLATION, false);
	q->vtd.is_on = false;
	command(q, GLOBAL_QUEUE, false);
}

/* ---- faults ------------------------------------------------------------------------------- */

static const char *reason_text(unsigned int reason)
{
	static const char *const texts[] = {
		[1] = "no root entry",
		[2] = "no context entry",
		[3] = "bad context entry",
		[4] = "address beyond the table's width",
		[5] = "no write permission",
		[6] = "no read permission",
		[7] = "bad paging entry",
		[10] = "reserved bit in a root entry",
		[11] = "reserved bit in a context entry",
		[12] = "reserved bit in a paging entry",
	};

	if (reason < sizeof(texts) / sizeof(texts[0]) && texts[reason])
		return texts[reason];
	return "see the VT-d specification";
}

static void describe(struct platform_fault *fault, uint64_t high, uint64_t low, bool overflow)
{
	uint16_t source = RECORD_SOURCE(high);

	memset(fault, 0, sizeof(*fault));
	fault->address.value = RECORD_ADDRESS(low);
	fault->is_write = !(high & RECORD_IS_READ);
	snprintf(fault->text, sizeof(fault->text),
		 "VT-d fault record: device %02x:%02x.%x, %s, page 0x%" PRIx64 ", reason %u (%s)%s",
		 source >> 8, source >> 3 & 0x1f, source & 7, fault->is_write ? "write" : "read",
		 fault->address.value, RECORD_REASON(high), reason_text(RECORD_REASON(high)),
		 overflow ? "; later faults were not recorded" : "");
}

/* Reads and clears record @index.  Return: true when it was one of the device. */
static bool take_record(struct qtest_platform *q, unsigned int index, bool overflow,
			struct platform_fault *fault)
{
	unsigned int offset =
		(unsigned int)CAPABILITY_FAULT_OFFSET(q->vtd.capability) * 16 + index * RECORD_SIZE;
	uint64_t high = get(q, offset + 8, 8);
	uint64_t low = get(q, offset, 8);

	if (q->wire.error || !(high & RECORD_VALID))
		return false;
	describe(fault, high, low, overflow);
	set(q, offset + 12, 4, RECORD_VALID >> 32);
	return RECORD_SOURCE(high) == q->vtd.source;
}

int qtest_vtd_next_fault(struct platform *p, struct platform_fault *fault)
{
	struct qtest_platform *q = qtest_platform_from(p);
	unsigned int left = (unsigned int)CAPABILITY_FAULT_COUNT(q->vtd.capability);

	while (left--) {
		uint32_t status = (uint32_t)get(q, FAULT_STATUS, 4);
		bool overflow = status & FAULT_OVERFLOW;

		if (q->wire.error)
			return -EIO;
		if (!(status & FAULT_PENDING))
			return 0;
		if (take_record(q, FAULT_INDEX(status), overflow, fault)) {
			if (overflow)
				set(q, FAULT_STATUS, 4, FAULT_OVERFLOW);
			return 1;
		}
	}
	return 0;
}
