/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * isa-dma-nic: what the files of the device model share
 *
 * The contract with the driver is docs/isa-dma-nic-specification.md;
 * "section" in comments means a section of that document.
 */
#ifndef ISA_DMA_NIC_INTERNAL_H
#define ISA_DMA_NIC_INTERNAL_H

#include "hw/dma/i8257.h"
#include "migration/vmstate.h"
#include "net/eth.h"
#include "qom/object.h"
#include "qemu_compat.h"
#include "isa_dma_nic_regs.h"

#define TYPE_ISA_DMA_NIC "isa-dma-nic"
OBJECT_DECLARE_SIMPLE_TYPE(IsaDmaNicState, ISA_DMA_NIC)

/* The longest frame, padded for a record or a 16-bit channel */
#define ISA_DMA_NIC_FRAME_BUFFER \
    (ISA_DMA_NIC_RECORD_MAX - ISA_DMA_NIC_RECORD_HEADER)

/* In a complete frame "data" holds zeroes behind the last byte. */
typedef struct IsaDmaNicFrame {
    uint16_t length;
    uint16_t status;            /* as RX_STATUS; 0 in the transmit buffer */
    uint8_t data[ISA_DMA_NIC_FRAME_BUFFER];
} IsaDmaNicFrame;

struct IsaDmaNicState {
    ISADevice parent_obj;

    MemoryRegion ports;
    qemu_irq irq;
    IsaDma *dma;
    NICState *nic;
    NICConf conf;
    QEMUBH *bh;
    uint32_t iobase;
    uint32_t irq_number;
    uint32_t channel;

    /* Section 3.1 */
    uint16_t pending;
    uint16_t mask;
    uint16_t tx_length;
    uint16_t index;

    /* Section 3.2 */
    uint16_t control;
    uint16_t filter;
    uint16_t multicast_count;
    uint16_t multicast[ISA_DMA_NIC_MULTICAST_MAX][3];
    uint16_t station[3];
    uint16_t permanent[3];
    uint16_t credit;
    uint16_t transferred;
    uint16_t error_code;
    uint16_t error_source;
    uint16_t error_value;

    /* Section 3.3 */
    uint32_t statistics[ISA_DMA_NIC_STAT_COUNT];
    uint16_t statistics_latch[ISA_DMA_NIC_STAT_COUNT];

    /* The DMA channel */
    uint8_t transfer;           /* enum isa_dma_nic_transfer */
    bool paused;                /* STATUS.SHORT */
    bool request;               /* DREQ, as the controller knows it */

    /* The frame that is fetched, or waits for the wire */
    IsaDmaNicFrame tx;
    bool tx_waiting;            /* STATUS.TX_BUSY */
    bool tx_queued;             /* the backend has a copy, too */
    bool tx_lost;

    IsaDmaNicFrame fifo[ISA_DMA_NIC_FIFO_DEPTH];
    uint32_t fifo_head;
    uint32_t fifo_count;
    bool rx_lost;               /* LOST is due in the next frame */

    bool link_up;
    bool level;                 /* of the interrupt line */
};

static inline IsaDmaNicFrame *isa_dma_nic_fifo_entry(IsaDmaNicState *s,
                                                     uint32_t i)
{
    return &s->fifo[(s->fifo_head + i) % ISA_DMA_NIC_FIFO_DEPTH];
}

static inline eth_pkt_types_e isa_dma_nic_packet_type(const uint8_t *frame)
{
    if (is_broadcast_ether_addr(frame)) {
        return ETH_PKT_BCAST;
    }
    return is_multicast_ether_addr(frame) ? ETH_PKT_MCAST : ETH_PKT_UCAST;
}

static inline void isa_dma_nic_count(IsaDmaNicState *s,
                                     enum isa_dma_nic_statistic which,
                                     uint32_t amount)
{
    s->statistics[which] += amount;
}

/* isa-dma-nic.c */
void isa_dma_nic_reset(IsaDmaNicState *s);

/* isa-dma-nic-migration.c */
extern const VMStateDescription isa_dma_nic_vmstate;

/* isa-dma-nic-registers.c */
extern const MemoryRegionOps isa_dma_nic_port_ops;
void isa_dma_nic_reset_registers(IsaDmaNicState *s);
bool isa_dma_nic_validate_registers(IsaDmaNicState *s);

/* isa-dma-nic-command.c */
void isa_dma_nic_command(IsaDmaNicState *s, uint16_t command);
uint16_t isa_dma_nic_status(IsaDmaNicState *s);

/* isa-dma-nic-transfer.c */
uint32_t isa_dma_nic_transfer_bytes(IsaDmaNicState *s);
void isa_dma_nic_begin(IsaDmaNicState *s, enum isa_dma_nic_transfer transfer);
void isa_dma_nic_stop(IsaDmaNicState *s);
void isa_dma_nic_release(IsaDmaNicState *s);
void isa_dma_nic_update_request(IsaDmaNicState *s);
int isa_dma_nic_serve(void *opaque, int channel, int position, int size);

/* isa-dma-nic-net.c */
bool isa_dma_nic_can_receive(NetClientState *nc);
ssize_t isa_dma_nic_receive(NetClientState *nc, const uint8_t *frame,
                            size_t size);
void isa_dma_nic_fifo_pop(IsaDmaNicState *s);
void isa_dma_nic_transmit(IsaDmaNicState *s);
void isa_dma_nic_tx_cancel(IsaDmaNicState *s);
void isa_dma_nic_bh(void *opaque);

/* isa-dma-nic-event.c */
void isa_dma_nic_raise(IsaDmaNicState *s, uint16_t causes);
uint16_t isa_dma_nic_acknowledge(IsaDmaNicState *s);
void isa_dma_nic_interrupt_update(IsaDmaNicState *s);
void isa_dma_nic_clear_error(IsaDmaNicState *s);
void G_GNUC_PRINTF(5, 6) isa_dma_nic_error(IsaDmaNicState *s,
                                           enum isa_dma_nic_error code,
                                           uint16_t reg, uint16_t value,
                                           const char *format, ...);

#endif /* ISA_DMA_NIC_INTERNAL_H */
