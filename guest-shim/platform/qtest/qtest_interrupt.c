/* SPDX-License-Identifier: MIT */
/*
 * qtest_interrupt.c - interrupts as events of the loop
 *
 * Message: MSI-X entry 0, or MSI, is pointed at a word of guest RAM, which VT-d lets the device
 * write.  A write to RAM wakes nobody, so a timer looks at the word (poll_timer.h).
 *
 * INTx: QEMU reports changes of the I/O APIC's inputs on the socket.  A report may be read
 * while a request waits for its answer, in the middle of a driver's function; the handler is
 * called from the event loop, woken by an eventfd.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "platform/qtest/qtest_private.h"

#define MESSAGE_DATA 1
#define CONTROLLER   "ioapic"

/* ---- messages ----------------------------------------------------------------------------- */

static bool look(void *context)
{
	struct qtest_interrupt *state = &((struct qtest_platform *)context)->interrupt;

	if (!__atomic_exchange_n(state->message, 0, __ATOMIC_ACQUIRE))
		return false;
	poll_timer_hurry(&state->timer);
	state->handler(state->context);
	return true;
}

void qtest_interrupt_hurry(struct qtest_platform *q)
{
	poll_timer_hurry(&q->interrupt.timer);
}

static int prepare_message(struct qtest_platform *q)
{
	void *page;
	int result;

	if (q->interrupt.message)
		return 0;
	result = qtest_ram_allocate(&q->ram, PLATFORM_PAGE_SIZE, &page);
	if (result == 0)
		result = qtest_table_map_message(q, page, &q->interrupt.message_address);
	if (result == 0)
		q->interrupt.message = page;
	return result;
}

static void set_msix(struct qtest_platform *q, bool on)
{
	unsigned int flags = q->function.msix + PCI_MSIX_FLAGS;
	uint32_t table = qtest_pci_get(q, q->function.msix + PCI_MSIX_TABLE, 4);
	uint64_t entry = q->function.bars[(table & PCI_MSIX_TABLE_BIR) % QTEST_BARS].bus_address +
			 (table & PCI_MSIX_TABLE_OFFSET);
	uint32_t control = qtest_pci_get(q, flags, 2) & ~(uint32_t)PCI_MSIX_FLAGS_MASKALL;

	if (on) {
		qtest_wire_write(&q->wire, entry + PCI_MSIX_ENTRY_LOWER_ADDR, 4,
				 q->interrupt.message_address);
		qtest_wire_write(&q->wire, entry + PCI_MSIX_ENTRY_UPPER_ADDR, 4, 0);
		qtest_wire_write(&q->wire, entry + PCI_MSIX_ENTRY_DATA, 4, MESSAGE_DATA);
	}
	qtest_wire_write(&q->wire, entry + PCI_MSIX_ENTRY_VECTOR_CTRL, 4,
			 on ? 0 : PCI_MSIX_ENTRY_CTRL_MASKBIT);
	qtest_pci_set(q, flags, 2,
		      on ? control | PCI_MSIX_FLAGS_ENABLE
			 : control & ~(uint32_t)PCI_MSIX_FLAGS_ENABLE);
}

static void set_msi(struct qtest_platform *q, bool on)
{
	unsigned int msi = q->function.msi;
	uint32_t control = qtest_pci_get(q, msi + PCI_MSI_FLAGS, 2) &
			   ~(uint32_t)(PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE);
	bool is_wide = control & PCI_MSI_FLAGS_64BIT;

	if (on) {
		qtest_pci_set(q, msi + PCI_MSI_ADDRESS_LO, 4,
			      q->interrupt.message_address);
		if (is_wide)
			qtest_pci_set(q, msi + PCI_MSI_ADDRESS_HI, 4, 0);
		qtest_pci_set(q, msi + (is_wide ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32), 2,
			      MESSAGE_DATA);
		if (control & PCI_MSI_FLAGS_MASKBIT)
			qtest_pci_set(q, msi + (is_wide ? PCI_MSI_MASK_64 : PCI_MSI_MASK_32), 4, 0);
		control |= PCI_MSI_FLAGS_ENABLE;
	}
	qtest_pci_set(q, msi + PCI_MSI_FLAGS, 2, control);
}

static int enable_message(struct qtest_platform *q, enum platform_interrupt kind)
{
	struct qtest_interrupt *state = &q->interrupt;
	int result = prepare_message(q);

	if (result < 0)
		return result;
	result = poll_timer_start(&state->timer, q->base.loop, look, q);
	if (result < 0)
		return result;
	__atomic_store_n(state->message, 0, __ATOMIC_RELEASE);
	if (kind == PLATFORM_INTERRUPT_MSIX)
		set_msix(q, true);
	else
		set_msi(q, true);
	return q->wire.error ? -EIO : 0;
}

/* ---- INTx and ISA ------------------------------------------------------------------------- */

static void signal_line(struct qtest_platform *q)
{
	struct qtest_interrupt *state = &q->interrupt;
	const uint64_t one = 1;

	if (state->kind != PLATFORM_INTERRUPT_INTX || state->masked ||
	    !(state->level || state->latched))
		return;
	state->masked = true;
	state->latched = false;
	/* An eventfd that cannot take one more is readable all the same. */
	if (write(state->event, &one, sizeof(one)) < 0)
		return;
}

void qtest_interrupt_line(void *context, unsigned int line, bool level)
{
	struct qtest_platform *q = context;

	if (line != q->function.line)
		return;
	q->interrupt.level = level;
	/* An ISA interrupt is the rising edge, however short. */
	if (level && q->function.is_isa)
		q->interrupt.latched = true;
	signal_line(q);
}

static void deliver(void *context)
{
	struct qtest_platform *q = context;
	uint64_t count;

	if (read(q->interrupt.event, &count, sizeof(count)) == sizeof(count))
		q->interrupt.handler(q->interrupt.context);
}

static void set_intx(struct qtest_platform *q, bool on)
{
	uint32_t command = qtest_pci_get(q, PCI_COMMAND, 2);

	qtest_pci_set(q, PCI_COMMAND, 2,
		      on ? command & ~(uint32_t)PCI_COMMAND_INTX_DISABLE
			 : command | PCI_COMMAND_INTX_DISABLE);
}

static int enable_line(struct qtest_platform *q)
{
	struct qtest_interrupt *state = &q->interrupt;
	int result;

	state->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (state->event < 0)
		return -errno;
	state->source = event_loop_add(q->base.loop, state->event, deliver, q);
	if (!state->source)
		return -errno;
	state->masked = false;
	state->latched = false;
	result = qtest_wire_intercept(&q->wire, CONTROLLER);
	if (result < 0)
		return result;
	if (!q->function.is_isa) {
		set_intx(q, true);
		/* It may have been asserted before changes were reported. */
		state->level = qtest_pci_get(q, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT;
	}
	return q->wire.error ? -EIO : 0;
}

/* ---- all kinds ---------------------------------------------------------------------------- */

static bool has_kind(const struct qtest_platform *q, enum platform_interrupt kind)
{
	if (kind == PLATFORM_INTERRUPT_MSIX)
		return q->function.msix != 0;
	if (kind == PLATFORM_INTERRUPT_MSI)
		return q->function.msi != 0;
	return q->function.line != 0;
}

static void release(struct qtest_platform *q)
{
	struct qtest_interrupt *state = &q->interrupt;

	poll_timer_stop(&state->timer);
	event_loop_remove(q->base.loop, state->source);
	if (state->event >= 0)
		close(state->event);
	state->source = NULL;
	state->event = -1;
	state->kind = PLATFORM_INTERRUPT_AUTO;
}

static int enable_kind(struct qtest_platform *q, enum platform_interrupt kind)
{
	int result;

	if (!has_kind(q, kind))
		return -ENODEV;
	if (kind == PLATFORM_INTERRUPT_INTX)
		result = enable_line(q);
	else
		result = enable_message(q, kind);
	if (result < 0) {
		release(q);
		return result;
	}
	q->interrupt.kind = kind;
	signal_line(q);
	return 0;
}

int qtest_interrupt_enable(struct platform *p, enum platform_interrupt kind,
			   platform_interrupt_handler handler, void *context)
{
	static const enum platform_interrupt order[] = {
		PLATFORM_INTERRUPT_MSIX,
		PLATFORM_INTERRUPT_MSI,
		PLATFORM_INTERRUPT_INTX,
	};
	struct qtest_platform *q = qtest_platform_from(p);
	int result = -ENODEV;
	unsigned int i;

	if (q->interrupt.kind != PLATFORM_INTERRUPT_AUTO)
		return -EBUSY;
	q->interrupt.handler = handler;
	q->interrupt.context = context;
	if (kind != PLATFORM_INTERRUPT_AUTO)
		return enable_kind(q, kind);
	for (i = 0; i < sizeof(order) / sizeof(order[0]) && result < 0; i++)
		result = enable_kind(q, order[i]);
	return result;
}

void qtest_interrupt_rearm(struct platform *p)
{
	struct qtest_platform *q = qtest_platform_from(p);

	q->interrupt.masked = false;
	signal_line(q);
}

void qtest_interrupt_disable(struct platform *p)
{
	struct qtest_platform *q = qtest_platform_from(p);
	enum platform_interrupt kind = q->interrupt.kind;

	if (kind == PLATFORM_INTERRUPT_AUTO)
		return;
	if (kind == PLATFORM_INTERRUPT_MSIX)
		set_msix(q, false);
	else if (kind == PLATFORM_INTERRUPT_MSI)
		set_msi(q, false);
	else if (!q->function.is_isa)
		set_intx(q, false);
	release(q);
}

enum platform_interrupt qtest_interrupt_kind(struct platform *p)
{
	return qtest_platform_from(p)->interrupt.kind;
}
