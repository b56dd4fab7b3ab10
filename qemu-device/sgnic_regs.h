/* SPDX-License-Identifier: MIT */
/*
 * sgnic: registers, descriptors and completions
 *
 * The contract between the device model, the miniport and the tests, in
 * numbers.  The prose is docs/device-specification.md; the section numbers
 * below are sections of that document.  Everything in guest memory and in the
 * register file is little endian.
 */
#ifndef SGNIC_REGS_H
#define SGNIC_REGS_H

#include <stdint.h>

/* 2: PCI identity and resources */
#define SGNIC_PCI_VENDOR_ID             0x1af4
#define SGNIC_PCI_DEVICE_ID             0x10f0
#define SGNIC_PCI_REVISION              0x01
#define SGNIC_PCI_SUBSYSTEM_ID          0x0001
#define SGNIC_REGISTER_BAR              0
#define SGNIC_REGISTER_BAR_SIZE         0x10000
#define SGNIC_MSIX_BAR                  1
#define SGNIC_MSIX_BAR_SIZE             0x1000
#define SGNIC_MSIX_PBA_OFFSET           0x800

/* 3.1: identity and limits */
#define SGNIC_ID                        0x000
#define   SGNIC_ID_VALUE                0x494e4753u     /* "SGNI" */
#define SGNIC_VERSION                   0x004
#define   SGNIC_VERSION_VALUE           0x00010001u     /* major 1, minor 1 */
#define SGNIC_FEATURES_OFFERED          0x008
#define SGNIC_FEATURES_ENABLED          0x00c
#define   SGNIC_FEATURE_CHECKSUM        0x001u
#define   SGNIC_FEATURE_SEGMENTATION    0x002u
#define   SGNIC_FEATURE_RX_CHECKSUM     0x004u
#define   SGNIC_FEATURE_PARTIAL         0x008u
#define   SGNIC_FEATURE_LARGE_RECEIVE   0x010u
#define   SGNIC_FEATURE_VLAN_INSERT     0x020u
#define   SGNIC_FEATURE_VLAN_STRIP      0x040u
#define   SGNIC_FEATURE_VLAN_FILTER     0x080u
#define   SGNIC_FEATURE_RSS             0x100u
#define SGNIC_LIMIT_QUEUES              0x010
#define   SGNIC_LIMIT_TX_QUEUES(v)      ((v) & 0xff)
#define   SGNIC_LIMIT_RX_QUEUES(v)      (((v) >> 8) & 0xff)
#define   SGNIC_LIMIT_VECTORS(v)        (((v) >> 16) & 0xff)
#define SGNIC_LIMIT_RING                0x014
#define   SGNIC_LIMIT_RING_MIN_LOG2(v)  ((v) & 0xff)
#define   SGNIC_LIMIT_RING_MAX_LOG2(v)  (((v) >> 8) & 0xff)
#define   SGNIC_LIMIT_ELEMENTS(v)       (((v) >> 16) & 0xff)
#define SGNIC_LIMIT_FRAME               0x018
#define SGNIC_FRAME_SIZE                0x028
#define SGNIC_LIMIT_SEGMENT             0x02c

/* 3.2: reset, status, DMA width */
#define SGNIC_RESET                     0x01c
#define   SGNIC_RESET_NOW               0x1u
#define SGNIC_STATUS                    0x020
#define   SGNIC_STATUS_LINK_UP          0x1u
#define   SGNIC_STATUS_QUEUE_ERROR      0x2u
#define SGNIC_DMA_WIDTH                 0x024           /* 24, 32 or 64 */

/* 3.3: addresses and receive filter */
#define SGNIC_STATION_LOW               0x030
#define SGNIC_STATION_HIGH              0x034
#define SGNIC_PERMANENT_LOW             0x038
#define SGNIC_PERMANENT_HIGH            0x03c
#define SGNIC_RECEIVE_FILTER            0x040
#define   SGNIC_FILTER_DIRECTED         0x01u
#define   SGNIC_FILTER_MULTICAST        0x02u
#define   SGNIC_FILTER_ALL_MULTICAST    0x04u
#define   SGNIC_FILTER_BROADCAST        0x08u
#define   SGNIC_FILTER_PROMISCUOUS      0x20u
#define   SGNIC_FILTER_MASK             0x2fu
#define SGNIC_MULTICAST_COUNT           0x044
#define SGNIC_MULTICAST_LOW(i)          (0x100 + 8 * (i))
#define SGNIC_MULTICAST_HIGH(i)         (0x104 + 8 * (i))
#define SGNIC_MULTICAST_MAX             32
#define SGNIC_VLAN_TABLE(i)             (0x600 + 4 * (i))
#define SGNIC_VLAN_TABLE_WORDS          128

/* 3.4: interrupts */
#define SGNIC_INTERRUPT_CAUSE           0x050           /* reading masks */
#define SGNIC_INTERRUPT_MASK            0x054           /* set bit = enabled */
#define SGNIC_INTERRUPT_PENDING         0x058           /* no side effect */
#define SGNIC_INTERRUPT_RAISE           0x05c
#define SGNIC_INTERRUPT_MODE            0x060
#define   SGNIC_INTERRUPT_MODE_SHARED   0u
#define   SGNIC_INTERRUPT_MODE_VECTORS  1u
#define SGNIC_OTHER_VECTOR              0x064
#define SGNIC_CAUSE_TX(q)               (1u << (q))
#define SGNIC_CAUSE_RX(q)               (1u << (8 + (q)))
#define SGNIC_CAUSE_LINK                (1u << 16)
#define SGNIC_CAUSE_ERROR               (1u << 17)
#define SGNIC_CAUSE_SOFTWARE            (1u << 18)

/* 3.5: the last error */
#define SGNIC_ERROR_CODE                0x070           /* write 0 to clear */
#define SGNIC_ERROR_QUEUE               0x074
#define   SGNIC_ERROR_QUEUE_RX          0x100u
#define   SGNIC_ERROR_QUEUE_NONE        0xffffu
#define SGNIC_ERROR_ADDRESS_LOW         0x078
#define SGNIC_ERROR_ADDRESS_HIGH        0x07c
#define SGNIC_ERROR_VALUE               0x080
#define SGNIC_ERROR_CLASSES             0x084           /* write 1 to clear */
#define SGNIC_ERROR_COUNT(code)         (0x380 + 4 * (code))
enum sgnic_error {
    SGNIC_ERROR_NONE         = 0,
    SGNIC_ERROR_REGISTER     = 1,   /* no such register, or read only */
    SGNIC_ERROR_BAD_VALUE    = 2,   /* value outside the register's range */
    SGNIC_ERROR_BUSY         = 3,   /* register is fixed while the queue runs */
    SGNIC_ERROR_ACCESS_SIZE  = 4,   /* not a 32-bit access */
    SGNIC_ERROR_PRODUCER     = 5,   /* producer index ran ahead of the ring */
    SGNIC_ERROR_DMA_READ     = 6,   /* bus or IOMMU refused a read */
    SGNIC_ERROR_DMA_WRITE    = 7,   /* bus or IOMMU refused a write */
    SGNIC_ERROR_DMA_WIDTH    = 8,   /* address beyond DMA_WIDTH */
    SGNIC_ERROR_DESCRIPTOR   = 9,   /* malformed descriptor */
    SGNIC_ERROR_DOORBELL     = 10,  /* doorbell of a queue that does not run */
    SGNIC_ERROR_OFFLOAD      = 11,  /* offload descriptor and frame disagree */
    SGNIC_ERROR_LAST         = SGNIC_ERROR_OFFLOAD,
};

/* 3.6: statistics, 64 bits each; reading the low half latches the high half */
#define SGNIC_STATISTIC(n)              (0x200 + 8 * (n))
enum sgnic_statistic {
    SGNIC_STAT_TX_FRAMES         = 0,
    SGNIC_STAT_TX_BYTES          = 1,
    SGNIC_STAT_TX_ERRORS         = 2,
    SGNIC_STAT_TX_MULTICAST      = 3,
    SGNIC_STAT_TX_BROADCAST      = 4,
    SGNIC_STAT_RX_FRAMES         = 5,
    SGNIC_STAT_RX_BYTES          = 6,
    SGNIC_STAT_RX_ERRORS         = 7,
    SGNIC_STAT_RX_MULTICAST      = 8,
    SGNIC_STAT_RX_BROADCAST      = 9,
    SGNIC_STAT_RX_NO_BUFFER      = 10,
    SGNIC_STAT_RX_FILTERED       = 11,
    SGNIC_STAT_RX_OVERSIZE       = 12,
    SGNIC_STAT_DMA_ERRORS        = 13,
    SGNIC_STAT_DMA_WIDTH_ERRORS  = 14,
    SGNIC_STAT_GUEST_ERRORS      = 15,
    SGNIC_STAT_INTERRUPTS        = 16,
    SGNIC_STAT_TX_DOORBELLS      = 17,
    SGNIC_STAT_RX_DOORBELLS      = 18,
    SGNIC_STAT_TX_CHECKSUM       = 19,
    SGNIC_STAT_TX_LARGE          = 20,
    SGNIC_STAT_RX_CHECKSUM_BAD   = 21,
    SGNIC_STAT_RX_LARGE          = 22,
    SGNIC_STAT_RX_NO_QUEUE       = 23,
    SGNIC_STAT_COUNT             = 24,
};

/* 3.7: queue registers, relative to the queue's base */
#define SGNIC_TX_QUEUE(q)               (0x1000 + 0x80 * (q))
#define SGNIC_RX_QUEUE(q)               (0x2000 + 0x80 * (q))
#define SGNIC_QUEUE_SPAN                0x80
#define SGNIC_QUEUE_MAX                 8
#define SGNIC_QUEUE_CONTROL             0x00
#define   SGNIC_QUEUE_ENABLE            0x1u
#define SGNIC_QUEUE_STATE               0x04
#define   SGNIC_QUEUE_DISABLED          0u
#define   SGNIC_QUEUE_RUNNING           1u
#define   SGNIC_QUEUE_ERROR             2u
#define SGNIC_QUEUE_RING_SIZE           0x08
#define SGNIC_QUEUE_VECTOR              0x0c
#define SGNIC_QUEUE_DESCRIPTORS_LOW     0x10
#define SGNIC_QUEUE_DESCRIPTORS_HIGH    0x14
#define SGNIC_QUEUE_COMPLETIONS_LOW     0x18
#define SGNIC_QUEUE_COMPLETIONS_HIGH    0x1c
#define SGNIC_QUEUE_RECORD_LOW          0x20
#define SGNIC_QUEUE_RECORD_HIGH         0x24
#define SGNIC_QUEUE_CONSUMED            0x28
#define SGNIC_QUEUE_COMPLETED           0x2c
#define SGNIC_QUEUE_MODERATION_TIME     0x30            /* microseconds */
#define   SGNIC_MODERATION_TIME_MAX     1000000u
#define SGNIC_QUEUE_MODERATION_COUNT    0x34
#define SGNIC_QUEUE_FRAMES_LOW          0x38
#define SGNIC_QUEUE_FRAMES_HIGH         0x3c
#define SGNIC_QUEUE_BYTES_LOW           0x40
#define SGNIC_QUEUE_BYTES_HIGH          0x44
#define SGNIC_QUEUE_ERRORS              0x48

/* 3.8: doorbells; the value written is ignored */
#define SGNIC_TX_DOORBELL(q)            (0x4000 + 8 * (q))
#define SGNIC_RX_DOORBELL(q)            (0x4004 + 8 * (q))

/* 3.9: receive-side scaling */
#define SGNIC_RSS_TYPES                 0x090
#define   SGNIC_RSS_IPV4                0x01u
#define   SGNIC_RSS_TCP_IPV4            0x02u
#define   SGNIC_RSS_UDP_IPV4            0x04u
#define   SGNIC_RSS_IPV6                0x08u
#define   SGNIC_RSS_TCP_IPV6            0x10u
#define   SGNIC_RSS_UDP_IPV6            0x20u
#define   SGNIC_RSS_TYPES_MASK          0x3fu
#define SGNIC_RSS_TABLE_LOG2            0x094
#define   SGNIC_RSS_TABLE_LOG2_MAX      7
#define SGNIC_RSS_KEY(i)                (0x0a0 + 4 * (i))
#define SGNIC_RSS_KEY_WORDS             10
#define SGNIC_RSS_TABLE(i)              (0x480 + 4 * (i))
#define SGNIC_RSS_TABLE_WORDS           32

#define SGNIC_RING_MIN_LOG2             4
#define SGNIC_RING_MAX_LOG2             12
#define SGNIC_RING_MIN                  (1u << SGNIC_RING_MIN_LOG2)
#define SGNIC_RING_MAX                  (1u << SGNIC_RING_MAX_LOG2)
#define SGNIC_RING_ALIGNMENT            64
#define SGNIC_MAX_ELEMENTS              64
#define SGNIC_MAX_BUFFER_LENGTH         65535
#define SGNIC_MIN_FRAME                 14
#define SGNIC_WIRE_MIN_FRAME            60
#define SGNIC_MAX_FRAME                 1518            /* reset value */
#define SGNIC_MAX_JUMBO_FRAME           9234            /* LIMIT_FRAME */
#define SGNIC_MAX_SEGMENT               65553           /* LIMIT_SEGMENT */

/* 4.1: the queue record, 64 bytes of guest memory per queue */
struct sgnic_record {
    /* written by the driver */
    uint32_t producer;          /* free-running: descriptors posted */
    uint32_t interrupt_event;   /* interrupt when this completion is written */
    uint32_t driver_reserved[6];
    /* written by the device */
    uint32_t kick_event;        /* ring when this descriptor is posted */
    uint32_t device_reserved[7];
};

/* 4.2: one element of a frame to send, or one receive buffer */
struct sgnic_descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags;
    uint16_t tag;
};
#define SGNIC_DESCRIPTOR_END            0x0001u         /* transmit only */
#define SGNIC_DESCRIPTOR_OFFLOAD        0x0002u         /* transmit, first */
#define SGNIC_DESCRIPTOR_VLAN           0x0004u         /* with OFFLOAD */

/* 4.2: the offload descriptor; 0 to 9 are those of a virtio_net_hdr */
struct sgnic_offload {
    uint8_t  checksum;
    uint8_t  segmentation;
    uint16_t header_length;
    uint16_t segment_size;
    uint16_t checksum_start;
    uint16_t checksum_offset;
    uint16_t vlan_tag;
    uint16_t flags;
    uint16_t tag;
};
#define SGNIC_NEEDS_CHECKSUM            0x01u
#define SGNIC_SEGMENTATION_NONE         0u
#define SGNIC_SEGMENTATION_TCP_IPV4     1u
#define SGNIC_SEGMENTATION_TCP_IPV6     4u
#define SGNIC_SEGMENTATION_ECN          0x80u

/* 4.3: completions */
struct sgnic_completion {
    uint32_t next;              /* index after the last descriptor used */
    uint32_t length;            /* bytes of the frame */
    uint16_t tag;               /* TX: of the last descriptor; RX: first */
    uint8_t  status;            /* enum sgnic_status */
    uint8_t  element;           /* on error: the first bad element, 0 = first */
    uint16_t flags;
    uint16_t count;             /* descriptors used */
};
#define SGNIC_COMPLETION_PHASE          0x0001u
/* receive */
#define SGNIC_COMPLETION_VLAN           0x0002u
#define SGNIC_COMPLETION_IP_GOOD        0x0004u
#define SGNIC_COMPLETION_IP_BAD         0x0008u
#define SGNIC_COMPLETION_TRANSPORT_GOOD 0x0010u
#define SGNIC_COMPLETION_TRANSPORT_BAD  0x0020u
#define SGNIC_COMPLETION_PARTIAL        0x0040u
#define SGNIC_COMPLETION_LARGE          0x0080u
#define SGNIC_COMPLETION_HASH           0x0100u

struct sgnic_rx_completion {
    struct sgnic_completion c;
    uint32_t hash;
    uint16_t vlan_tag;
    uint8_t  hash_type;         /* bit number in RSS_TYPES */
    uint8_t  segmentation;
    uint16_t segment_size;
    uint16_t header_length;
    uint16_t checksum_start;
    uint16_t checksum_offset;
};

enum sgnic_status {
    SGNIC_STATUS_OK                = 0,
    SGNIC_STATUS_DMA_ERROR         = 1,
    SGNIC_STATUS_DMA_WIDTH         = 2,
    SGNIC_STATUS_BAD_LENGTH        = 3,  /* element of 0 or over 65535 bytes */
    SGNIC_STATUS_TOO_MANY_ELEMENTS = 4,
    SGNIC_STATUS_FRAME_TOO_SHORT   = 5,
    SGNIC_STATUS_FRAME_TOO_LONG    = 6,
    SGNIC_STATUS_RESERVED_FLAGS    = 7,
    SGNIC_STATUS_LINK_DOWN         = 8,
    SGNIC_STATUS_BAD_OFFLOAD       = 9,
};

#endif /* SGNIC_REGS_H */
