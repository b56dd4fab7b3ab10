/* SPDX-License-Identifier: MIT */
/*
 * isa-dma-nic: registers and records
 *
 * The contract between the device model, the miniport and the tests, in
 * numbers.  The prose is docs/isa-dma-nic-specification.md; the section
 * numbers below are sections of that document.  Registers are 16 bits wide,
 * and everything in guest memory is little endian.
 */
#ifndef ISA_DMA_NIC_REGS_H
#define ISA_DMA_NIC_REGS_H

#include <stdint.h>

/* 2: resources */
#define ISA_DMA_NIC_PORTS                       16
#define ISA_DMA_NIC_IOBASE_DEFAULT              0x300
#define ISA_DMA_NIC_IOBASE_MIN                  0x100
#define ISA_DMA_NIC_IOBASE_MAX                  0x3f0
#define ISA_DMA_NIC_IRQ_DEFAULT                 5
#define ISA_DMA_NIC_IRQS                        0xdef8u /* 3-7, 9-12, 14, 15 */
#define ISA_DMA_NIC_CHANNEL_DEFAULT             3
#define ISA_DMA_NIC_CHANNEL_CASCADE             4
#define ISA_DMA_NIC_CHANNEL_MAX                 7
/* bytes that one unit of the channel moves */
#define ISA_DMA_NIC_CHANNEL_UNIT(channel)       ((channel) > 3 ? 2u : 1u)

/* 3.1: ports, relative to iobase */
#define ISA_DMA_NIC_ID                          0x0
#define   ISA_DMA_NIC_ID_VALUE                  0x4e44u /* "DN" */
#define ISA_DMA_NIC_COMMAND                     0x2     /* write */
#define   ISA_DMA_NIC_COMMAND_RESET             1u
#define   ISA_DMA_NIC_COMMAND_TX_START          2u
#define   ISA_DMA_NIC_COMMAND_RX_START          3u
#define   ISA_DMA_NIC_COMMAND_RX_DISCARD        4u
#define   ISA_DMA_NIC_COMMAND_RX_CONTINUOUS     5u
#define   ISA_DMA_NIC_COMMAND_CONTINUE          6u
#define   ISA_DMA_NIC_COMMAND_STOP              7u
#define ISA_DMA_NIC_STATUS                      0x2     /* read */
#define   ISA_DMA_NIC_STATUS_LINK_UP            0x0001u
#define   ISA_DMA_NIC_STATUS_RX_AVAILABLE       0x0002u
#define   ISA_DMA_NIC_STATUS_TX_BUSY            0x0004u
#define   ISA_DMA_NIC_STATUS_TX_LOST            0x0008u
#define   ISA_DMA_NIC_STATUS_TRANSFER_SHIFT     4
#define   ISA_DMA_NIC_STATUS_TRANSFER(v)        (((v) >> 4) & 3)
#define   ISA_DMA_NIC_STATUS_SHORT              0x0040u
#define   ISA_DMA_NIC_STATUS_REQUEST            0x0080u
#define ISA_DMA_NIC_INTERRUPT_CAUSE             0x4     /* read clears */
#define ISA_DMA_NIC_INTERRUPT_MASK              0x6     /* set bit = enabled */
#define   ISA_DMA_NIC_CAUSE_TX_DONE             0x0001u
#define   ISA_DMA_NIC_CAUSE_RX_AVAILABLE        0x0002u
#define   ISA_DMA_NIC_CAUSE_RX_DONE             0x0004u
#define   ISA_DMA_NIC_CAUSE_SHORT               0x0008u
#define   ISA_DMA_NIC_CAUSE_RX_OVERFLOW         0x0010u
#define   ISA_DMA_NIC_CAUSE_LINK                0x0020u
#define   ISA_DMA_NIC_CAUSE_ERROR               0x0040u
#define   ISA_DMA_NIC_CAUSE_SOFTWARE            0x0080u
#define   ISA_DMA_NIC_CAUSES                    0x00ffu
#define ISA_DMA_NIC_TX_LENGTH                   0x8
#define ISA_DMA_NIC_RX_LENGTH                   0xa
#define ISA_DMA_NIC_INDEX                       0xc
#define   ISA_DMA_NIC_INDEX_MAX                 0xffu
#define ISA_DMA_NIC_DATA                        0xe

/* STATUS bits 5:4: what the DMA channel is used for */
enum isa_dma_nic_transfer {
    ISA_DMA_NIC_TRANSFER_IDLE       = 0,
    ISA_DMA_NIC_TRANSFER_TX         = 1,
    ISA_DMA_NIC_TRANSFER_RX         = 2,
    ISA_DMA_NIC_TRANSFER_CONTINUOUS = 3,
};

/* 3.2: registers behind INDEX and DATA */
#define ISA_DMA_NIC_VERSION                     0x00
#define   ISA_DMA_NIC_VERSION_VALUE             0x0100u /* major 1, minor 0 */
#define ISA_DMA_NIC_CONTROL                     0x01
#define   ISA_DMA_NIC_CONTROL_FLOW              0x0001u
#define ISA_DMA_NIC_RECEIVE_FILTER              0x02
#define   ISA_DMA_NIC_FILTER_DIRECTED           0x0001u
#define   ISA_DMA_NIC_FILTER_MULTICAST          0x0002u
#define   ISA_DMA_NIC_FILTER_ALL_MULTICAST      0x0004u
#define   ISA_DMA_NIC_FILTER_BROADCAST          0x0008u
#define   ISA_DMA_NIC_FILTER_PROMISCUOUS        0x0020u
#define   ISA_DMA_NIC_FILTER_BITS               0x002fu
#define ISA_DMA_NIC_MULTICAST_COUNT             0x03
#define ISA_DMA_NIC_STATION(w)                  (0x04 + (w))    /* w = 0..2 */
#define ISA_DMA_NIC_PERMANENT(w)                (0x08 + (w))    /* w = 0..2 */
#define ISA_DMA_NIC_RESOURCES                   0x0c
#define   ISA_DMA_NIC_RESOURCES_CHANNEL(v)      ((v) & 0xf)
#define   ISA_DMA_NIC_RESOURCES_IRQ(v)          (((v) >> 4) & 0xf)
#define ISA_DMA_NIC_LIMIT_FRAME                 0x0d
#define ISA_DMA_NIC_LIMIT_FIFO                  0x0e
#define ISA_DMA_NIC_RX_STATUS                   0x10
#define   ISA_DMA_NIC_RX_DIRECTED               0x0001u
#define   ISA_DMA_NIC_RX_MULTICAST              0x0002u
#define   ISA_DMA_NIC_RX_BROADCAST              0x0004u
#define   ISA_DMA_NIC_RX_OTHER                  0x0008u
#define   ISA_DMA_NIC_RX_LOST                   0x0100u
#define ISA_DMA_NIC_FIFO_FRAMES                 0x11
#define ISA_DMA_NIC_RX_CREDIT                   0x12
#define   ISA_DMA_NIC_CREDIT_UNIT               4       /* bytes */
#define   ISA_DMA_NIC_CREDIT_MAX                0x8000u
#define ISA_DMA_NIC_TRANSFERRED                 0x13
#define ISA_DMA_NIC_INTERRUPT_PENDING           0x18    /* no side effect */
#define ISA_DMA_NIC_INTERRUPT_RAISE             0x19
#define ISA_DMA_NIC_ERROR_CODE                  0x20    /* write 0 to clear */
#define ISA_DMA_NIC_ERROR_SOURCE                0x21
#define   ISA_DMA_NIC_ERROR_SOURCE_INDEXED      0x100u  /* plus the index */
#define   ISA_DMA_NIC_ERROR_SOURCE_CHANNEL      0x200u  /* plus the channel */
#define ISA_DMA_NIC_ERROR_VALUE                 0x22
#define ISA_DMA_NIC_STATISTIC_LOW(n)            (0x40 + 2 * (n))
#define ISA_DMA_NIC_STATISTIC_HIGH(n)           (0x41 + 2 * (n))
#define ISA_DMA_NIC_MULTICAST(i, w)             (0x80 + 4 * (i) + (w))
#define   ISA_DMA_NIC_MULTICAST_MAX             16

/* 3.3: statistics, 32 bits each; reading the low half latches the high half */
enum isa_dma_nic_statistic {
    ISA_DMA_NIC_STAT_TX_FRAMES      = 0,
    ISA_DMA_NIC_STAT_TX_BYTES       = 1,
    ISA_DMA_NIC_STAT_TX_ERRORS      = 2,
    ISA_DMA_NIC_STAT_TX_MULTICAST   = 3,
    ISA_DMA_NIC_STAT_TX_BROADCAST   = 4,
    ISA_DMA_NIC_STAT_RX_FRAMES      = 5,
    ISA_DMA_NIC_STAT_RX_BYTES       = 6,
    ISA_DMA_NIC_STAT_RX_ERRORS      = 7,
    ISA_DMA_NIC_STAT_RX_MULTICAST   = 8,
    ISA_DMA_NIC_STAT_RX_BROADCAST   = 9,
    ISA_DMA_NIC_STAT_RX_OVERFLOW    = 10,
    ISA_DMA_NIC_STAT_RX_FILTERED    = 11,
    ISA_DMA_NIC_STAT_RX_OVERSIZE    = 12,
    ISA_DMA_NIC_STAT_RX_DISCARDED   = 13,
    ISA_DMA_NIC_STAT_SHORT_COUNTS   = 14,
    ISA_DMA_NIC_STAT_DMA_ERRORS     = 15,
    ISA_DMA_NIC_STAT_GUEST_ERRORS   = 16,
    ISA_DMA_NIC_STAT_INTERRUPTS     = 17,
    ISA_DMA_NIC_STAT_COUNT          = 18,
};

/* 4, 5: frames */
#define ISA_DMA_NIC_MIN_FRAME                   14
#define ISA_DMA_NIC_MAX_FRAME                   1518
#define ISA_DMA_NIC_WIRE_MIN_FRAME              60
#define ISA_DMA_NIC_FIFO_DEPTH                  16

/* 6: the record that precedes a frame in the buffer of continuous reception */
struct isa_dma_nic_record {
    uint16_t length;            /* bytes of the frame, without padding */
    uint16_t status;            /* as RX_STATUS; never 0 */
};
#define ISA_DMA_NIC_RECORD_HEADER               4
#define ISA_DMA_NIC_RECORD_ALIGNMENT            4
/* bytes a frame of this length takes in the buffer */
#define ISA_DMA_NIC_RECORD_BYTES(length) \
    (ISA_DMA_NIC_RECORD_HEADER + (((length) + 3u) & ~3u))
#define ISA_DMA_NIC_RECORD_MAX \
    ISA_DMA_NIC_RECORD_BYTES(ISA_DMA_NIC_MAX_FRAME)

/* 8: errors */
enum isa_dma_nic_error {
    ISA_DMA_NIC_ERROR_NONE          = 0,
    ISA_DMA_NIC_ERROR_REGISTER      = 1,  /* no such register, or read only */
    ISA_DMA_NIC_ERROR_BAD_VALUE     = 2,  /* outside the register's range */
    ISA_DMA_NIC_ERROR_BUSY          = 3,  /* something is under way */
    ISA_DMA_NIC_ERROR_ACCESS_SIZE   = 4,  /* not a 16-bit access */
    ISA_DMA_NIC_ERROR_NOT_READY     = 5,  /* nothing to act on */
    ISA_DMA_NIC_ERROR_DMA_MODE      = 6,  /* channel has the wrong mode */
    ISA_DMA_NIC_ERROR_DMA_BOUNDARY  = 7,  /* channel would cross its boundary */
    ISA_DMA_NIC_ERROR_DMA_COUNT     = 8,  /* buffer unfit for continuous mode */
};

#endif /* ISA_DMA_NIC_REGS_H */
