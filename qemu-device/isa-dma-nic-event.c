/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * isa-dma-nic: interrupt causes (section 7) and the last error (section 8)
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "isa-dma-nic-internal.h"
#include "trace.h"

/* To be called after every change of the pending causes or the mask. */
void isa_dma_nic_interrupt_update(IsaDmaNicState *s)
{
    bool level = s->pending & s->mask;

    if (level == s->level) {
        return;
    }
    s->level = level;
    trace_isa_dma_nic_interrupt(level, s->pending, s->mask);
    if (level) {
        isa_dma_nic_count(s, ISA_DMA_NIC_STAT_INTERRUPTS, 1);
    }
    qemu_set_irq(s->irq, level);
}

void isa_dma_nic_raise(IsaDmaNicState *s, uint16_t causes)
{
    s->pending |= causes;
    isa_dma_nic_interrupt_update(s);
}

/* Read of INTERRUPT_CAUSE */
uint16_t isa_dma_nic_acknowledge(IsaDmaNicState *s)
{
    uint16_t causes = s->pending & s->mask;

    if (causes) {
        s->pending &= ~causes;
        s->mask = 0;
        isa_dma_nic_interrupt_update(s);
    }
    return causes;
}

static const struct {
    const char *name;
    enum isa_dma_nic_statistic counter;
} isa_dma_nic_errors[] = {
    [ISA_DMA_NIC_ERROR_REGISTER] = {
        "REGISTER", ISA_DMA_NIC_STAT_GUEST_ERRORS
    },
    [ISA_DMA_NIC_ERROR_BAD_VALUE] = {
        "BAD_VALUE", ISA_DMA_NIC_STAT_GUEST_ERRORS
    },
    [ISA_DMA_NIC_ERROR_BUSY] = {
        "BUSY", ISA_DMA_NIC_STAT_GUEST_ERRORS
    },
    [ISA_DMA_NIC_ERROR_ACCESS_SIZE] = {
        "ACCESS_SIZE", ISA_DMA_NIC_STAT_GUEST_ERRORS
    },
    [ISA_DMA_NIC_ERROR_NOT_READY] = {
        "NOT_READY", ISA_DMA_NIC_STAT_GUEST_ERRORS
    },
    [ISA_DMA_NIC_ERROR_DMA_MODE] = {
        "DMA_MODE", ISA_DMA_NIC_STAT_DMA_ERRORS
    },
    [ISA_DMA_NIC_ERROR_DMA_BOUNDARY] = {
        "DMA_BOUNDARY", ISA_DMA_NIC_STAT_DMA_ERRORS
    },
    [ISA_DMA_NIC_ERROR_DMA_COUNT] = {
        "DMA_COUNT", ISA_DMA_NIC_STAT_DMA_ERRORS
    },
};

void isa_dma_nic_clear_error(IsaDmaNicState *s)
{
    s->error_code = ISA_DMA_NIC_ERROR_NONE;
    s->error_source = 0;
    s->error_value = 0;
}

/* Records one error; the text goes to the guest error log only. */
void isa_dma_nic_error(IsaDmaNicState *s, enum isa_dma_nic_error code,
                       uint16_t reg, uint16_t value, const char *format, ...)
{
    s->error_code = code;
    s->error_source = reg;
    s->error_value = value;
    isa_dma_nic_count(s, isa_dma_nic_errors[code].counter, 1);
    trace_isa_dma_nic_error(isa_dma_nic_errors[code].name, reg, value);

    if (qemu_loglevel_mask(LOG_GUEST_ERROR)) {
        g_autofree char *text = NULL;
        va_list arguments;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        qemu_log_mask(LOG_GUEST_ERROR, "isa-dma-nic: %s: %s\n",
                      isa_dma_nic_errors[code].name, text);
    }

    isa_dma_nic_raise(s, ISA_DMA_NIC_CAUSE_ERROR);
}
