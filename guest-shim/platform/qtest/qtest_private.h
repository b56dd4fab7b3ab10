/* SPDX-License-Identifier: MIT */
/*
 * qtest_private.h - what the files of this directory share
 *
 *	qtest_open.c       order of opening and closing, table of operations, memory and ports
 *	qtest_wire.c       the qtest protocol
 *	qtest_qemu.c       the QEMU process
 *	qtest_ram.c        guest RAM
 *	qtest_pci.c        the device's configuration space, BARs and registers
 *	qtest_vtd.c        VT-d: registers, queued invalidation, fault records
 *	qtest_table.c      VT-d: second-level tables, mappings
 *	qtest_physical.c   logical addresses that are physical ones
 *	qtest_interrupt.c  interrupts
 *	qtest_clock.c      the virtual clock
 *	qtest_removal.c    the device is gone
 */
#ifndef PLATFORM_QTEST_QTEST_PRIVATE_H
#define PLATFORM_QTEST_QTEST_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "platform/event_loop.h"
#include "platform/linux/explain.h"
#include "platform/linux/poll_timer.h"
#include "platform/platform.h"
#include "platform/qtest/qtest.h"
#include "platform/qtest/qtest_qemu.h"
#include "platform/qtest/qtest_ram.h"
#include "platform/qtest/qtest_wire.h"

#define QTEST_BARS   6
#define QTEST_RANGES 2

/**
 * QTEST_MESSAGE_ADDRESS - logical address that interrupt messages are written to
 *
 * The page below the x86 message window, which VT-d does not translate: there a message would
 * go to a processor that does not run.  platform_logical_ranges() leaves the page out.
 */
#define QTEST_MESSAGE_ADDRESS 0xfedff000u

/**
 * struct qtest_function - the device under test
 * @is_isa: it is no PCI function; @isa: its resources.
 * @slot, @function: on the root bus.
 * @bars: as assigned.
 * @express, @msi, @msix: offsets of capabilities, 0: it does not have it.
 * @line: input of the I/O APIC that its INTx, or its ISA interrupt, leads to; 0: none.
 */
struct qtest_function {
	bool is_isa;
	struct platform_isa isa;
	uint8_t slot;
	uint8_t function;
	struct platform_bar bars[QTEST_BARS];
	unsigned int express;
	unsigned int msi;
	unsigned int msix;
	unsigned int line;
};

/**
 * struct qtest_vtd - the IOMMU
 * @capability, @extended: its capability registers.
 * @levels: of the second-level tables, 3 or 4.
 * @root, @context, @top, @queue: pages of guest RAM; top is the first second-level table.
 * @tail: next free descriptor of the queue.
 * @status: word of guest RAM that wait descriptors write; @sequence: last value asked for.
 * @source: requester ID of the device.
 * @is_on: translation is enabled.
 */
struct qtest_vtd {
	uint64_t capability;
	uint64_t extended;
	unsigned int levels;
	void *root;
	void *context;
	uint64_t *top;
	uint64_t *queue;
	unsigned int tail;
	uint32_t *status;
	uint32_t sequence;
	uint16_t source;
	bool is_on;
};

/**
 * struct qtest_interrupt - the enabled interrupt
 * @kind: AUTO when none is enabled.
 * @message: word of guest RAM that messages are written to; NULL until the first one is enabled.
 * @timer: looks at the message.
 * @event: carries INTx from where it was reported to the event loop; -1 when closed.
 * @level: the line is asserted now; @latched: it was since the last delivery (ISA).
 * @masked: from delivery until rearm.
 */
struct qtest_interrupt {
	enum platform_interrupt kind;
	platform_interrupt_handler handler;
	void *context;
	uint32_t *message;
	uint32_t message_address;
	struct poll_timer timer;
	int event;
	struct event_source *source;
	bool level;
	bool latched;
	bool masked;
};

/**
 * struct qtest_clock - the virtual clock
 * @timer: moves it.
 * @last: time of this machine up to which it was moved, in nanoseconds.
 */
struct qtest_clock {
	struct poll_timer timer;
	uint64_t last;
};

/**
 * struct qtest_removal - who wants to know when the device is gone
 * @timer: looks; stopped when nobody wants to, or has been told.
 * @looks: their number.
 */
struct qtest_removal {
	platform_removal_handler handler;
	void *context;
	struct poll_timer timer;
	unsigned int looks;
};

/**
 * struct qtest_platform - one open device
 * @answers: QEMU has answered at least once.
 * @physical: with capabilities.physical, the memory that is set aside.
 * @reports: source of the socket in the event loop.
 */
struct qtest_platform {
	struct platform base;
	struct qtest_wire wire;
	struct qtest_qemu qemu;
	struct qtest_ram ram;
	struct qtest_function function;
	struct qtest_vtd vtd;
	struct qtest_interrupt interrupt;
	struct qtest_clock clock;
	struct qtest_removal removal;
	struct logical_range physical[QTEST_RANGES];
	struct event_source *reports;
	bool answers;
};

static inline struct qtest_platform *qtest_platform_from(struct platform *p)
{
	return (struct qtest_platform *)p;
}

/* ---- qtest_pci.c ------------------------------------------------------------------------- */

/**
 * qtest_pci_open() - find the function, assign its BARs, enable it
 * @address: on the root bus, "04.0"; NULL: where qtest_qemu.c puts it.
 *
 * Return: 0; -ENODEV no q35 machine, no function; -ENOSPC a BAR is too large; -EIO; explained.
 */
int qtest_pci_open(struct qtest_platform *q, const char *address, struct explanation *why);

/** qtest_pci_quiesce() - bus mastering off; may be called after a partial open. */
void qtest_pci_quiesce(struct qtest_platform *q);

/** qtest_pci_get(), qtest_pci_set() - an aligned register of the function, 1, 2 or 4 bytes. */
uint32_t qtest_pci_get(struct qtest_platform *q, unsigned int offset, unsigned int width);
void qtest_pci_set(struct qtest_platform *q, unsigned int offset, unsigned int width,
		   uint32_t value);

int qtest_pci_bar(struct platform *p, unsigned int index, struct platform_bar *bar);
int qtest_pci_bar_read(struct platform *p, unsigned int index, uint64_t offset, void *value,
		       unsigned int width);
int qtest_pci_bar_write(struct platform *p, unsigned int index, uint64_t offset, const void *value,
			unsigned int width);
int qtest_pci_config_read(struct platform *p, unsigned int offset, void *value,
			  unsigned int length);
int qtest_pci_config_write(struct platform *p, unsigned int offset, const void *value,
			   unsigned int length);

/* ---- qtest_vtd.c ------------------------------------------------------------------------- */

/** qtest_vtd_open() - set up tables and queue and enable translation.  Return: 0; -ENODEV;
 * -EBUSY; -ENOTSUP; -ENOMEM; -EIO; explained. */
int qtest_vtd_open(struct qtest_platform *q, struct explanation *why);

/** qtest_vtd_close() - disable; may be called after a partial open. */
void qtest_vtd_close(struct qtest_platform *q);

/**
 * qtest_vtd_invalidate() - forget what is cached for @pages pages from @logical on, and wait
 *
 * Return: 0; -EIO.
 */
int qtest_vtd_invalidate(struct qtest_platform *q, uint64_t logical, uint64_t pages);

/** qtest_vtd_next_fault() - platform_next_fault(). */
int qtest_vtd_next_fault(struct platform *p, struct platform_fault *fault);

/* ---- qtest_table.c ----------------------------------------------------------------------- */

unsigned int qtest_table_ranges(struct platform *p, struct logical_range *ranges,
				unsigned int capacity);
int qtest_table_map(struct platform *p, logical_t logical, void *va, size_t length,
		    enum platform_access access);
int64_t qtest_table_unmap(struct platform *p, logical_t logical, size_t length);

/**
 * qtest_table_map_message() - map @page, of guest RAM, where messages go
 * @address: out: QTEST_MESSAGE_ADDRESS, or with capabilities.physical that of the page.
 *
 * Return: 0 or -errno.
 */
int qtest_table_map_message(struct qtest_platform *q, void *page, uint32_t *address);

/* ---- qtest_physical.c -------------------------------------------------------------------- */

int qtest_physical_use(struct platform *p, char *error, size_t error_size);
void *qtest_physical_memory(struct platform *p, logical_t logical);

/* ---- qtest_interrupt.c ------------------------------------------------------------------- */

/** qtest_interrupt_line() - on_line of the connection. */
void qtest_interrupt_line(void *context, unsigned int line, bool level);

/** qtest_interrupt_hurry() - the device was just told something: look for messages soon. */
void qtest_interrupt_hurry(struct qtest_platform *q);

int qtest_interrupt_enable(struct platform *p, enum platform_interrupt kind,
			   platform_interrupt_handler handler, void *context);
void qtest_interrupt_rearm(struct platform *p);
void qtest_interrupt_disable(struct platform *p);
enum platform_interrupt qtest_interrupt_kind(struct platform *p);

/* ---- qtest_removal.c --------------------------------------------------------------------- */

int qtest_removal_watch(struct platform *p, platform_removal_handler handler, void *context);

/* ---- qtest_clock.c ----------------------------------------------------------------------- */

/** qtest_clock_start() - let the clock go.  Return: 0 or -errno; explained. */
int qtest_clock_start(struct qtest_platform *q, struct explanation *why);

/** qtest_clock_stop() - it stands from now on; harmless when it does. */
void qtest_clock_stop(struct qtest_platform *q);

#endif /* PLATFORM_QTEST_QTEST_PRIVATE_H */
