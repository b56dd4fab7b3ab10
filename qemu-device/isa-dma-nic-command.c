/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * isa-dma-nic: the registers COMMAND and STATUS (section 3.1)
 */
#include "qemu/osdep.h"
#include "isa-dma-nic-internal.h"
#include "trace.h"

typedef struct IsaDmaNicCommand {
    const char *name;
    /* Why the command cannot be carried out, or NULL */
    const char *(*busy)(const IsaDmaNicState *s);
    const char *(*not_ready)(const IsaDmaNicState *s);
    void (*run)(IsaDmaNicState *s);
} IsaDmaNicCommand;

static const char *isa_dma_nic_transfer_busy(const IsaDmaNicState *s)
{
    return s->transfer != ISA_DMA_NIC_TRANSFER_IDLE ?
           "a transfer is under way" : NULL;
}

static const char *isa_dma_nic_tx_busy(const IsaDmaNicState *s)
{
    return s->tx_waiting ? "a frame waits for the wire" :
                           isa_dma_nic_transfer_busy(s);
}

static const char *isa_dma_nic_fifo_busy(const IsaDmaNicState *s)
{
    return s->transfer == ISA_DMA_NIC_TRANSFER_TX ?
           NULL : isa_dma_nic_transfer_busy(s);
}

static const char *isa_dma_nic_no_length(const IsaDmaNicState *s)
{
    return s->tx_length == 0 ? "TX_LENGTH is 0" : NULL;
}

static const char *isa_dma_nic_no_frame(const IsaDmaNicState *s)
{
    return s->fifo_count == 0 ? "the FIFO is empty" : NULL;
}

static const char *isa_dma_nic_not_paused(const IsaDmaNicState *s)
{
    return s->paused ? NULL : "no transfer waits for it";
}

/* Section 4 */
static void isa_dma_nic_tx_start(IsaDmaNicState *s)
{
    s->tx.length = s->tx_length;
    isa_dma_nic_begin(s, ISA_DMA_NIC_TRANSFER_TX);
}

/* Section 5 */
static void isa_dma_nic_rx_start(IsaDmaNicState *s)
{
    isa_dma_nic_begin(s, ISA_DMA_NIC_TRANSFER_RX);
}

static void isa_dma_nic_rx_discard(IsaDmaNicState *s)
{
    isa_dma_nic_count(s, ISA_DMA_NIC_STAT_RX_DISCARDED, 1);
    isa_dma_nic_fifo_pop(s);
}

/* Section 6 */
static void isa_dma_nic_rx_continuous(IsaDmaNicState *s)
{
    isa_dma_nic_begin(s, ISA_DMA_NIC_TRANSFER_CONTINUOUS);
}

static void isa_dma_nic_continue(IsaDmaNicState *s)
{
    s->paused = false;
    isa_dma_nic_update_request(s);
}

static const IsaDmaNicCommand isa_dma_nic_commands[] = {
    [ISA_DMA_NIC_COMMAND_RESET] = {
        "RESET", NULL, NULL, isa_dma_nic_reset
    },
    [ISA_DMA_NIC_COMMAND_TX_START] = {
        "TX_START", isa_dma_nic_tx_busy, isa_dma_nic_no_length,
        isa_dma_nic_tx_start
    },
    [ISA_DMA_NIC_COMMAND_RX_START] = {
        "RX_START", isa_dma_nic_transfer_busy, isa_dma_nic_no_frame,
        isa_dma_nic_rx_start
    },
    [ISA_DMA_NIC_COMMAND_RX_DISCARD] = {
        "RX_DISCARD", isa_dma_nic_fifo_busy, isa_dma_nic_no_frame,
        isa_dma_nic_rx_discard
    },
    [ISA_DMA_NIC_COMMAND_RX_CONTINUOUS] = {
        "RX_CONTINUOUS", isa_dma_nic_transfer_busy, NULL,
        isa_dma_nic_rx_continuous
    },
    [ISA_DMA_NIC_COMMAND_CONTINUE] = {
        "CONTINUE", NULL, isa_dma_nic_not_paused, isa_dma_nic_continue
    },
    [ISA_DMA_NIC_COMMAND_STOP] = {
        "STOP", NULL, NULL, isa_dma_nic_stop
    },
};

void isa_dma_nic_command(IsaDmaNicState *s, uint16_t command)
{
    const IsaDmaNicCommand *c = &isa_dma_nic_commands[0];
    const char *reason;

    if (command < ARRAY_SIZE(isa_dma_nic_commands)) {
        c = &isa_dma_nic_commands[command];
    }
    if (!c->run) {
        isa_dma_nic_error(s, ISA_DMA_NIC_ERROR_BAD_VALUE, ISA_DMA_NIC_COMMAND,
                          command, "COMMAND cannot be 0x%x", command);
        return;
    }
    trace_isa_dma_nic_command(c->name);
    reason = c->busy ? c->busy(s) : NULL;
    if (reason) {
        isa_dma_nic_error(s, ISA_DMA_NIC_ERROR_BUSY, ISA_DMA_NIC_COMMAND,
                          command, "command %u (%s) while %s", command,
                          c->name, reason);
        return;
    }
    reason = c->not_ready ? c->not_ready(s) : NULL;
    if (reason) {
        isa_dma_nic_error(s, ISA_DMA_NIC_ERROR_NOT_READY, ISA_DMA_NIC_COMMAND,
                          command, "command %u (%s) while %s", command,
                          c->name, reason);
        return;
    }
    c->run(s);
}

uint16_t isa_dma_nic_status(IsaDmaNicState *s)
{
    return (s->link_up ? ISA_DMA_NIC_STATUS_LINK_UP : 0) |
           (s->fifo_count ? ISA_DMA_NIC_STATUS_RX_AVAILABLE : 0) |
           (s->tx_waiting ? ISA_DMA_NIC_STATUS_TX_BUSY : 0) |
           (s->tx_lost ? ISA_DMA_NIC_STATUS_TX_LOST : 0) |
           s->transfer << ISA_DMA_NIC_STATUS_TRANSFER_SHIFT |
           (s->paused ? ISA_DMA_NIC_STATUS_SHORT : 0) |
           (s->request ? ISA_DMA_NIC_STATUS_REQUEST : 0);
}
