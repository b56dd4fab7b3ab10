/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: interrupt causes and their delivery (section 7)
 */
#include "qemu/osdep.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "sgnic_internal.h"
#include "trace.h"

enum {
    SGNIC_DELIVERY_INTX,
    SGNIC_DELIVERY_MSI,
    SGNIC_DELIVERY_MSIX,
    SGNIC_DELIVERY_VECTORS,
};

static const char *const sgnic_delivery_name[] = {
    [SGNIC_DELIVERY_INTX]    = "intx",
    [SGNIC_DELIVERY_MSI]     = "msi",
    [SGNIC_DELIVERY_MSIX]    = "msix",
    [SGNIC_DELIVERY_VECTORS] = "vectors",
};

static uint32_t sgnic_delivery(SgnicState *s)
{
    PCIDevice *pci = PCI_DEVICE(s);

    if (msix_enabled(pci)) {
        return s->mode == SGNIC_INTERRUPT_MODE_VECTORS ?
               SGNIC_DELIVERY_VECTORS : SGNIC_DELIVERY_MSIX;
    }
    return msi_enabled(pci) ? SGNIC_DELIVERY_MSI : SGNIC_DELIVERY_INTX;
}

/* Section 2: a message is DMA, and waits for Bus Master Enable. */
static uint32_t sgnic_active_causes(SgnicState *s)
{
    if (s->delivery != SGNIC_DELIVERY_INTX && !sgnic_bus_master(s)) {
        return 0;
    }
    return s->pending & s->mask;
}

static uint32_t sgnic_cause_vector(SgnicState *s, uint32_t cause)
{
    if (cause < SGNIC_CAUSE_RX(0)) {
        return sgnic_tx_queue(s, ctz32(cause))->vector;
    }
    if (cause < SGNIC_CAUSE_LINK) {
        return sgnic_rx_queue(s, ctz32(cause / SGNIC_CAUSE_RX(0)))->vector;
    }
    return s->other_vector;
}

const char *sgnic_interrupt_type(SgnicState *s)
{
    return sgnic_delivery_name[s->delivery];
}

bool sgnic_uses_messages(SgnicState *s)
{
    return s->delivery != SGNIC_DELIVERY_INTX;
}

/* The vector of the causes that are no queue's */
uint32_t sgnic_other_vector(SgnicState *s)
{
    return s->delivery == SGNIC_DELIVERY_VECTORS ? s->other_vector : 0;
}

void sgnic_notify(SgnicState *s, uint32_t vector)
{
    MemReentrancyGuard *guard = &DEVICE(s)->mem_reentrancy_guard;
    bool engaged = guard->engaged_in_io;
    PCIDevice *pci = PCI_DEVICE(s);

    /* The guest may have aimed the message at a register of the device. */
    guard->engaged_in_io = true;
    if (s->delivery == SGNIC_DELIVERY_MSI) {
        msi_notify(pci, 0);
    } else {
        msix_notify(pci, vector);
    }
    guard->engaged_in_io = engaged;
}

static void sgnic_send_message(SgnicState *s, uint32_t vector)
{
    sgnic_count(s, SGNIC_STAT_INTERRUPTS, 1);
    trace_sgnic_interrupt(sgnic_delivery_name[s->delivery], vector);
    if (sgnic_fault_armed(s, SGNIC_FAULT_MESSAGES) &&
        sgnic_fault_message(s, vector)) {
        return;
    }
    sgnic_notify(s, vector);
}

/* Mode VECTORS: what is sent is no longer pending. */
static void sgnic_send_vectors(SgnicState *s)
{
    uint32_t active = sgnic_active_causes(s);
    uint32_t vectors = 0;

    s->pending &= ~active;
    while (active) {
        uint32_t cause = active & -active;

        vectors |= 1u << sgnic_cause_vector(s, cause);
        active &= ~cause;
    }
    while (vectors) {
        uint32_t vector = ctz32(vectors);

        vectors &= vectors - 1;
        sgnic_send_message(s, vector);
    }
}

static void sgnic_set_intx(SgnicState *s, bool level)
{
    bool pin = level;

    if (sgnic_fault_armed(s, SGNIC_FAULT_PINS)) {
        pin = sgnic_fault_pin(s, level);
    }
    if (level && !s->intx) {
        sgnic_count(s, SGNIC_STAT_INTERRUPTS, 1);
        trace_sgnic_interrupt(sgnic_delivery_name[SGNIC_DELIVERY_INTX], 0);
    }
    s->intx = level;
    pci_set_irq(PCI_DEVICE(s), pin);
}

/*
 * Delivers what the registers ask for.  To be called after every change of
 * the pending causes, the mask, the mode, the interrupt type or the PCI command
 * register.
 */
void sgnic_interrupt_update(SgnicState *s)
{
    uint32_t delivery = sgnic_delivery(s);
    bool before = s->level;

    if (delivery != s->delivery) {
        /* A cause that is still active is signalled in the new way. */
        s->delivery = delivery;
        before = false;
    }
    if (delivery == SGNIC_DELIVERY_VECTORS) {
        s->level = false;
        sgnic_set_intx(s, false);
        sgnic_send_vectors(s);
        return;
    }
    s->level = sgnic_active_causes(s);
    sgnic_set_intx(s, s->level && delivery == SGNIC_DELIVERY_INTX);
    if (s->level && !before && delivery != SGNIC_DELIVERY_INTX) {
        sgnic_send_message(s, 0);
    }
}

void sgnic_raise(SgnicState *s, uint32_t causes)
{
    s->pending |= causes;
    sgnic_interrupt_update(s);
}

/* Write of INTERRUPT_MASK */
void sgnic_interrupt_unmask(SgnicState *s)
{
    sgnic_interrupt_update(s);
    if (sgnic_fault_armed(s, SGNIC_FAULT_SET(INTERRUPT_SPURIOUS))) {
        sgnic_fault_spurious(s);
    }
}

/* Read of INTERRUPT_CAUSE */
uint32_t sgnic_interrupt_acknowledge(SgnicState *s)
{
    uint32_t causes = s->pending & s->mask;

    if (sgnic_fault_armed(s, SGNIC_FAULT_SET(PIN))) {
        sgnic_fault_acknowledge(s);
    }
    if (causes) {
        s->pending &= ~causes;
        s->mask = 0;
        sgnic_interrupt_update(s);
    }
    return causes;
}

void sgnic_interrupt_reset(SgnicState *s)
{
    s->pending = 0;
    s->mask = 0;
    s->mode = SGNIC_INTERRUPT_MODE_SHARED;
    s->other_vector = 0;
    sgnic_fault_reset(s);
    sgnic_interrupt_update(s);
}

/* After migration: what was signalled on the source is not signalled again. */
void sgnic_interrupt_restore(SgnicState *s)
{
    s->delivery = sgnic_delivery(s);
    s->level = s->delivery != SGNIC_DELIVERY_VECTORS && sgnic_active_causes(s);
    s->intx = s->level && s->delivery == SGNIC_DELIVERY_INTX;
}
