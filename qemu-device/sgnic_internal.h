/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: what the files of the device model share
 *
 * The contract with the driver is docs/device-specification.md; "section"
 * in comments means a section of that document.
 */
#ifndef SGNIC_INTERNAL_H
#define SGNIC_INTERNAL_H

#include "migration/vmstate.h"
#include "net/eth.h"
#include "qemu/event_notifier.h"
#include "qemu/queue.h"
#include "qemu/timer.h"
#include "qom/object.h"
#include "qemu_compat.h"
#include "sgnic_fault.h"
#include "sgnic_regs.h"
#include "sgnic_tlb.h"
#include "standard-headers/linux/virtio_net.h"

#define TYPE_SGNIC "sgnic"
OBJECT_DECLARE_TYPE(SgnicState, SgnicClass, SGNIC)

#define SGNIC_ERROR_CLASSES_MASK \
                                MAKE_64BIT_MASK(1, SGNIC_ERROR_LAST)

#define SGNIC_FETCH_BATCH       32      /* descriptors per DMA read */
#define SGNIC_COMPLETION_BATCH  32      /* completions per DMA write */
/* Addresses of IPv6, and ports */
#define SGNIC_RSS_INPUT         36
#define SGNIC_RX_ALONE          16      /* frames before a burst is expected */
#define SGNIC_TX_BUDGET         256     /* frames per bottom half */
#define SGNIC_TX_DOORBELL_BUDGET 1024   /* frames per doorbell */
#define SGNIC_TX_RESUMES        64      /* by the backend, per bottom half */
/* One piece per element, one more where it crosses a page */
#define SGNIC_TX_PIECES         (2 * SGNIC_MAX_ELEMENTS)
/* The backend's header before them, a frame's header, the padding behind */
#define SGNIC_TX_IOV            (SGNIC_TX_PIECES + 3)
#define SGNIC_VLAN_LENGTH       4
/* Ethernet, two VLAN tags, the longest IP header, the longest TCP header */
#define SGNIC_HEAD_MAX          (ETH_HLEN + 2 * SGNIC_VLAN_LENGTH + 60 + 60)
/* A frame to copy begins behind room for the tag to be inserted. */
#define SGNIC_BOUNCE_SIZE       (SGNIC_VLAN_LENGTH + SGNIC_MAX_SEGMENT)

#define SGNIC_FEATURES_OFFLOAD  (SGNIC_FEATURE_CHECKSUM | \
                                 SGNIC_FEATURE_SEGMENTATION | \
                                 SGNIC_FEATURE_RX_CHECKSUM | \
                                 SGNIC_FEATURE_PARTIAL | \
                                 SGNIC_FEATURE_LARGE_RECEIVE)
#define SGNIC_FEATURES_VLAN     (SGNIC_FEATURE_VLAN_INSERT | \
                                 SGNIC_FEATURE_VLAN_STRIP | \
                                 SGNIC_FEATURE_VLAN_FILTER)

typedef enum SgnicBase {
    SGNIC_BASE_DESCRIPTORS,
    SGNIC_BASE_COMPLETIONS,
    SGNIC_BASE_RECORD,
    SGNIC_BASES,
} SgnicBase;

/* A transmit frame between its first descriptor and its completion */
typedef struct SgnicTxFrame {
    uint32_t count;             /* descriptors */
    uint32_t length;            /* bytes, without padding and inserted tag */
    uint16_t tag;
    uint8_t status;             /* enum sgnic_status */
    uint8_t element;            /* first bad one */
    eth_pkt_types_e type;
    bool offloaded;             /* begins with an offload descriptor */
    struct sgnic_offload offload;       /* in the byte order of the host */
} SgnicTxFrame;

/* A received frame on its way to the driver */
typedef struct SgnicRxFrame {
    const uint8_t *data;
    size_t size;
    eth_pkt_types_e type;
    struct virtio_net_hdr header;       /* what the backend says about it */
    uint16_t flags;             /* of the completion */
    uint16_t vlan_tag;
    uint16_t header_length;
    uint16_t checksum_start;
    struct sgnic_rx_completion details; /* in guest format */
} SgnicRxFrame;

typedef struct SgnicQueue {
    SgnicState *nic;
    uint32_t number;            /* as in ERROR_QUEUE */
    uint32_t cause;
    uint32_t completion_size;

    /* Section 3.7 */
    uint32_t state;
    uint32_t ring_size;
    uint32_t vector;
    uint32_t base[SGNIC_BASES][2];      /* low word, high word */
    uint32_t consumed;
    uint32_t completed;
    uint64_t frames;
    uint64_t bytes;
    uint32_t frames_latch;
    uint32_t bytes_latch;
    uint32_t errors;

    QEMUBH *bh;
    bool kicked;                /* the bottom half has a doorbell to answer */
    EventNotifier doorbell;     /* with ioeventfd */

    /* Section 7: a crossing of interrupt_event that is not signalled yet */
    uint32_t moderation_time;
    uint32_t moderation_count;
    bool moderation_waits;
    uint32_t moderation_event;  /* the completion that crossed */
    uint32_t moderation_left;   /* nanoseconds; in the migration stream */
    QEMUTimer *moderation_timer;

    /*
     * Private copy of the descriptor ring, slot by slot; the descriptors from
     * index "consumed" up to "fetched" are valid.  "producer" is the last
     * value read from the record.
     */
    struct sgnic_descriptor *ring;
    uint32_t fetched;
    uint32_t producer;

    /* Completions not written yet, in guest format */
    uint8_t pending[SGNIC_COMPLETION_BATCH *
                    sizeof(struct sgnic_rx_completion)];
    uint32_t pending_count;

    /* Receive */
    bool gathering;             /* completions wait for the end of a burst */
    uint32_t alone;             /* frames to come that are taken for single */

    /* Transmit */
    uint8_t *bounce;            /* SGNIC_BOUNCE_SIZE bytes for a copied frame */
    bool discarding;            /* up to END, after TOO_MANY_ELEMENTS */
    bool blocked;               /* "frame" is queued at the backend */
    uint32_t resumes;           /* since the bottom half */
    QSIMPLEQ_ENTRY(SgnicQueue) next_blocked;
    bool segmenting;            /* segments of "frame" in "bounce" are left */
    uint32_t segment;           /* segments the backend has already */
    SgnicTxFrame frame;
    struct virtio_net_hdr header;       /* for the backend */
    uint8_t head[SGNIC_HEAD_MAX];       /* in place of the frame's own */
    struct iovec iov[SGNIC_TX_IOV];     /* "header", then the mapped pieces */
    struct iovec out[SGNIC_TX_IOV];     /* "header", "head", parts of them */
    int iov_count;              /* mapped pieces */
    bool iov_lent;              /* by the core, which gets them back */
} SgnicQueue;

/* An error as the properties show it: not cleared by the driver */
typedef struct SgnicErrorRecord {
    uint32_t code;              /* enum sgnic_error */
    uint32_t queue;             /* as in ERROR_QUEUE */
    uint64_t address;
    uint32_t value;
    uint64_t count;
} SgnicErrorRecord;

struct SgnicClass {
    PCIDeviceClass parent_class;
    DeviceRealize parent_realize;
};

struct SgnicState {
    PCIDevice parent_obj;

    MemoryRegion registers;
    MemoryRegion msix_bar;
    MemoryRegion removed_bar;   /* over msix_bar while fault-removed is on */
    SgnicTlb *tlb;
    NICState *nic;
    NICConf conf;
    VMChangeStateEntry *vm_state;
    uint32_t dma_width_limit;   /* property dma-width */
    uint32_t features_offered;
    uint32_t queues_wanted;     /* property queues */
    OnOffAuto ioeventfd_wanted; /* property ioeventfd */
    bool offload;               /* property offload */
    bool vlan;                  /* property vlan */
    uint32_t header_length;     /* of what the backend puts before a frame */

    SgnicQueue *queues;         /* transmit queues first */
    uint32_t queue_pairs;
    uint32_t queue_count;       /* 2 * queue_pairs */
    uint32_t subqueues;         /* of the network backend */
    bool ioeventfd;
    /* Frames the subqueues hold, in their order; as many as queues send to */
    QSIMPLEQ_HEAD(, SgnicQueue) blocked[SGNIC_QUEUE_MAX];

    /* SGNIC_BOUNCE_SIZE bytes for a frame that is assembled or changed */
    uint8_t *receive_bounce;

    /* Section 3.1 to 3.5 */
    uint32_t features_enabled;
    uint32_t frame_size;
    uint32_t dma_width;
    uint32_t station[2];        /* low word, high word, as in all pairs */
    uint32_t permanent[2];
    uint32_t filter;
    uint32_t multicast_count;
    uint32_t multicast[SGNIC_MULTICAST_MAX][2];
    uint32_t vlan_table[SGNIC_VLAN_TABLE_WORDS];
    uint32_t pending;
    uint32_t mask;
    uint32_t mode;
    uint32_t other_vector;
    uint32_t error_code;
    uint32_t error_queue;
    uint32_t error_address[2];
    uint32_t error_value;
    uint32_t error_classes;
    uint32_t error_count[SGNIC_ERROR_LAST + 1];

    /* Section 3.9 */
    uint32_t rss_types;
    uint32_t rss_table_log2;
    uint32_t rss_key[SGNIC_RSS_KEY_WORDS];
    uint32_t rss_table[SGNIC_RSS_TABLE_WORDS];
    /* What each half of each byte adds to the hash; made from the key */
    uint32_t rss_hash[SGNIC_RSS_INPUT][2][16];
    bool rss_hash_valid;

    /* Section 3.6 */
    uint64_t statistics[SGNIC_STAT_COUNT];
    uint32_t statistics_latch[SGNIC_STAT_COUNT];

    bool link_up;

    /* For the properties, not migrated */
    SgnicErrorRecord last_error;
    SgnicErrorRecord last_dma_error;
    SgnicFaults faults;

    /* Last evaluation of sgnic_interrupt_update() */
    uint32_t delivery;
    bool level;
    bool intx;
};

static inline SgnicQueue *sgnic_tx_queue(SgnicState *s, unsigned index)
{
    return &s->queues[index];
}

static inline SgnicQueue *sgnic_rx_queue(SgnicState *s, unsigned index)
{
    return &s->queues[s->queue_pairs + index];
}

static inline uint32_t sgnic_vectors(const SgnicState *s)
{
    return s->queue_count + 1;
}

static inline uint32_t sgnic_causes(const SgnicState *s)
{
    uint32_t queues = MAKE_64BIT_MASK(0, s->queue_pairs);

    return queues * SGNIC_CAUSE_TX(0) | queues * SGNIC_CAUSE_RX(0) |
           SGNIC_CAUSE_LINK | SGNIC_CAUSE_ERROR | SGNIC_CAUSE_SOFTWARE;
}

static inline uint32_t sgnic_queue_index(const SgnicQueue *q)
{
    return q->number & ~SGNIC_ERROR_QUEUE_RX;
}

static inline bool sgnic_queue_is_rx(const SgnicQueue *q)
{
    return q->number & SGNIC_ERROR_QUEUE_RX;
}

static inline bool sgnic_has(const SgnicState *s, uint32_t feature)
{
    return s->features_enabled & feature;
}

static inline uint64_t sgnic_queue_base(const SgnicQueue *q, SgnicBase which)
{
    return (uint64_t)q->base[which][1] << 32 | q->base[which][0];
}

static inline bool sgnic_bus_master(SgnicState *s)
{
    return pci_get_word(PCI_DEVICE(s)->config + PCI_COMMAND) &
           PCI_COMMAND_MASTER;
}

/* "destination" may be unaligned. */
static inline eth_pkt_types_e sgnic_packet_type(const uint8_t *destination)
{
    if (is_broadcast_ether_addr(destination)) {
        return ETH_PKT_BCAST;
    }
    return is_multicast_ether_addr(destination) ? ETH_PKT_MCAST :
                                                  ETH_PKT_UCAST;
}

static inline void sgnic_count(SgnicState *s, enum sgnic_statistic which,
                               uint64_t amount)
{
    s->statistics[which] += amount;
}

/* Unlikely, and the only cost of a fault that is not armed */
static inline bool sgnic_fault_armed(const SgnicState *s, uint32_t faults)
{
    return unlikely(s->faults.armed & faults);
}

/* sgnic.c */
void sgnic_reset(SgnicState *s);
void sgnic_resume_queues(SgnicState *s);
void sgnic_set_link(SgnicState *s, bool up);
void sgnic_update_link(SgnicState *s);

/* sgnic_fault.c */
void sgnic_fault_realize(SgnicState *s);
void sgnic_fault_exit(SgnicState *s);
void sgnic_fault_reset(SgnicState *s);
void sgnic_fault_set(SgnicState *s, SgnicFault fault, uint32_t value);
void sgnic_fault_act(SgnicState *s);
void sgnic_fault_spurious(SgnicState *s);
void sgnic_fault_deliver(void *opaque);
void sgnic_fault_acknowledge(SgnicState *s);
bool sgnic_fault_message(SgnicState *s, uint32_t vector);
bool sgnic_fault_pin(SgnicState *s, bool level);
bool sgnic_fault_dma(SgnicState *s, const SgnicQueue *q, uint64_t address,
                     bool write);
bool sgnic_fault_completion(SgnicQueue *q, struct sgnic_completion *c);
bool sgnic_fault_halts(const SgnicQueue *q);

/* sgnic_fault_properties.c */
const char *sgnic_fault_name(SgnicFault fault);
bool sgnic_fault_is_switch(SgnicFault fault);
bool sgnic_check_fault_queue(SgnicState *s, uint32_t queue, Error **errp);
void sgnic_add_fault_properties(ObjectClass *class);
void sgnic_init_fault_properties(SgnicState *s);

/* sgnic_properties.c */
char *sgnic_queue_name(uint32_t number);
void sgnic_add_status_properties(ObjectClass *class);

/* sgnic_migration.c */
extern const VMStateDescription sgnic_vmstate;

/* sgnic_error.c */
const char *sgnic_error_name(uint32_t code);
void sgnic_clear_error(SgnicState *s);
void G_GNUC_PRINTF(6, 7) sgnic_error(SgnicState *s, SgnicQueue *q,
                                     enum sgnic_error code, uint64_t address,
                                     uint32_t value, const char *format, ...);

/* sgnic_mmio.c */
extern const MemoryRegionOps sgnic_register_ops;

/* sgnic_registers.c */
void sgnic_reset_registers(SgnicState *s);
bool sgnic_validate_registers(SgnicState *s);

/* sgnic_dma.c: errors are recorded; the result says how a frame ends */
bool sgnic_dma_fits(const SgnicState *s, uint64_t address, uint64_t length);
enum sgnic_status sgnic_dma_check(SgnicState *s, SgnicQueue *q,
                                  uint64_t address, uint32_t length);
enum sgnic_status sgnic_dma_read(SgnicState *s, SgnicQueue *q,
                                 uint64_t address, void *buffer,
                                 uint32_t length);
enum sgnic_status sgnic_dma_write(SgnicState *s, SgnicQueue *q,
                                  uint64_t address, const void *buffer,
                                  uint32_t length);
void *sgnic_dma_map(SgnicState *s, uint64_t address, dma_addr_t *length,
                    bool *lent);
void sgnic_dma_unmap(SgnicState *s, void *buffer, dma_addr_t length);

/* sgnic_queue.c */
SgnicQueue *sgnic_find_queue(SgnicState *s, uint32_t number);
bool sgnic_any_queue_running(SgnicState *s);
uint64_t sgnic_queue_bytes(const SgnicQueue *q, SgnicBase which);
void sgnic_queue_init(SgnicState *s, unsigned position);
void sgnic_queue_exit(SgnicQueue *q);
void sgnic_queue_enable(SgnicQueue *q, uint64_t control);
void sgnic_queue_disable(SgnicQueue *q);
void sgnic_queue_reset(SgnicQueue *q);
void sgnic_queue_fail(SgnicQueue *q);
void sgnic_queue_kick(SgnicQueue *q);
void sgnic_queue_resume(SgnicQueue *q);
bool sgnic_queue_may_run(const SgnicQueue *q);
bool sgnic_queue_poll(SgnicQueue *q);
bool sgnic_queue_idle(SgnicQueue *q);
bool sgnic_queue_available(SgnicQueue *q, uint32_t index);
struct sgnic_descriptor sgnic_queue_descriptor(const SgnicQueue *q,
                                               uint32_t index);
enum sgnic_status sgnic_queue_check_flags(SgnicQueue *q, uint32_t index,
                                          uint16_t allowed_flags);
enum sgnic_status sgnic_queue_check(SgnicQueue *q, uint32_t index,
                                    uint16_t allowed_flags);
uint64_t sgnic_queue_descriptor_address(const SgnicQueue *q, uint32_t index);
void sgnic_queue_complete(SgnicQueue *q, uint32_t count, uint32_t length,
                          uint16_t tag, uint8_t status, uint8_t element,
                          const struct sgnic_rx_completion *details);
void sgnic_queue_flush(SgnicQueue *q);

/* sgnic_doorbell.c */
bool sgnic_doorbell_init(SgnicState *s, Error **errp);
void sgnic_doorbell_exit(SgnicState *s);
void sgnic_doorbell_ring(SgnicQueue *q);
void sgnic_doorbell_sync(SgnicQueue *q);
void sgnic_doorbell_discard(SgnicQueue *q);

/* sgnic_moderation.c */
void sgnic_moderation_timer(void *opaque);
void sgnic_moderation_crossed(SgnicQueue *q, uint32_t event);
void sgnic_moderation_progress(SgnicQueue *q);
void sgnic_moderation_signal(SgnicQueue *q);
void sgnic_moderation_cancel(SgnicQueue *q);
void sgnic_moderation_save(SgnicQueue *q);
bool sgnic_moderation_restore(SgnicQueue *q);

/* sgnic_rss.c */
SgnicQueue *sgnic_rss_choose(SgnicState *s, const uint8_t *frame, size_t size,
                             struct sgnic_rx_completion *details);
/* sgnic_backend.c */
void sgnic_backend_init(SgnicState *s);
void sgnic_backend_update(SgnicState *s);

/* sgnic_tx.c */
void sgnic_tx_bh(void *opaque);
void sgnic_tx_doorbell(SgnicQueue *q);
void sgnic_tx_cancel(SgnicQueue *q);
void sgnic_tx_cancel_all(SgnicState *s);

/* sgnic_tx_offload.c */
struct sgnic_offload sgnic_offload_get(struct sgnic_descriptor d);
uint32_t sgnic_offload_tag_length(const SgnicTxFrame *f);
bool sgnic_offload_check(SgnicQueue *q, SgnicTxFrame *f);
bool sgnic_offload_is_segmented(const SgnicTxFrame *f);
bool sgnic_offload_in_software(const SgnicQueue *q, const SgnicTxFrame *f);
bool sgnic_offload_prepare(SgnicQueue *q, SgnicTxFrame *f, bool software,
                           struct iovec **iov, int *count);
uint32_t sgnic_offload_segments(const SgnicTxFrame *f);
uint32_t sgnic_offload_segment(SgnicQueue *q, uint32_t number,
                               struct iovec *iov);

/* sgnic_rx_offload.c */
bool sgnic_rx_vlan_filter(SgnicState *s, const SgnicRxFrame *f);
bool sgnic_rx_is_large(const SgnicState *s, const SgnicRxFrame *f);
void sgnic_rx_offload(SgnicState *s, SgnicRxFrame *f);

/* sgnic_rx.c */
void sgnic_rx_bh(void *opaque);
void sgnic_rx_doorbell(SgnicQueue *q);
void sgnic_rx_retry(SgnicState *s);
bool sgnic_can_receive(NetClientState *nc);
ssize_t sgnic_receive(NetClientState *nc, const uint8_t *buffer, size_t size);
ssize_t sgnic_receive_iov(NetClientState *nc, const struct iovec *iov,
                          int iov_count);

/* sgnic_interrupt.c */
const char *sgnic_interrupt_type(SgnicState *s);
bool sgnic_uses_messages(SgnicState *s);
uint32_t sgnic_other_vector(SgnicState *s);
void sgnic_notify(SgnicState *s, uint32_t vector);
void sgnic_raise(SgnicState *s, uint32_t causes);
void sgnic_interrupt_unmask(SgnicState *s);
uint32_t sgnic_interrupt_acknowledge(SgnicState *s);
void sgnic_interrupt_update(SgnicState *s);
void sgnic_interrupt_reset(SgnicState *s);
void sgnic_interrupt_restore(SgnicState *s);

#endif /* SGNIC_INTERNAL_H */
