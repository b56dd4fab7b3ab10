/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: faults that the user injects, docs/sgnic.md
 *
 * A device without an armed fault pays one test of "armed" per place.  Faults
 * are not part of the migration stream: they belong to the process.
 */
#ifndef SGNIC_FAULT_H
#define SGNIC_FAULT_H

#include "qemu/timer.h"

typedef enum SgnicFault {
    SGNIC_FAULT_INTERRUPT_DROP,
    SGNIC_FAULT_INTERRUPT_DUPLICATE,
    SGNIC_FAULT_INTERRUPT_DELAY,
    SGNIC_FAULT_INTERRUPT_SPURIOUS,
    SGNIC_FAULT_DMA_PAYLOAD_READ,
    SGNIC_FAULT_DMA_PAYLOAD_WRITE,
    SGNIC_FAULT_DMA_RING_READ,
    SGNIC_FAULT_DMA_COMPLETION_WRITE,
    SGNIC_FAULT_STRAY_READ,
    SGNIC_FAULT_STRAY_WRITE,
    SGNIC_FAULT_COMPLETION_CORRUPT,
    SGNIC_FAULT_COMPLETION_WITHHOLD,
    SGNIC_FAULT_LINK_FLAP,
    SGNIC_FAULT_LINK_DOWN,
    SGNIC_FAULT_QUEUE_STUCK,
    SGNIC_FAULT_REMOVED,
    SGNIC_FAULTS,
    SGNIC_FAULT_PIN = SGNIC_FAULTS,     /* the pin does not follow the causes */
} SgnicFault;

#define SGNIC_FAULT_SET(name)   (1u << SGNIC_FAULT_##name)
#define SGNIC_FAULT_MESSAGES    (SGNIC_FAULT_SET(INTERRUPT_DROP) | \
                                 SGNIC_FAULT_SET(INTERRUPT_DUPLICATE) | \
                                 SGNIC_FAULT_SET(INTERRUPT_DELAY))
#define SGNIC_FAULT_PINS        (SGNIC_FAULT_MESSAGES | SGNIC_FAULT_SET(PIN))
#define SGNIC_FAULT_DMA         (SGNIC_FAULT_SET(DMA_PAYLOAD_READ) | \
                                 SGNIC_FAULT_SET(DMA_PAYLOAD_WRITE) | \
                                 SGNIC_FAULT_SET(DMA_RING_READ) | \
                                 SGNIC_FAULT_SET(DMA_COMPLETION_WRITE))
#define SGNIC_FAULT_COMPLETIONS (SGNIC_FAULT_SET(COMPLETION_CORRUPT) | \
                                 SGNIC_FAULT_SET(COMPLETION_WITHHOLD))
#define SGNIC_FAULT_ACTIONS     (SGNIC_FAULT_SET(STRAY_READ) | \
                                 SGNIC_FAULT_SET(STRAY_WRITE) | \
                                 SGNIC_FAULT_SET(LINK_FLAP))
#define SGNIC_FAULT_HALTS       (SGNIC_FAULT_SET(QUEUE_STUCK) | \
                                 SGNIC_FAULT_SET(REMOVED))

#define SGNIC_FAULT_ENDLESS     UINT32_MAX
#define SGNIC_FAULT_ACTIONS_MAX 1000
#define SGNIC_FAULT_ALL_QUEUES  0xffff
#define SGNIC_FAULT_STRAY_MAX   4096
#define SGNIC_FAULT_STRAY_BYTE  0xa5
#define SGNIC_FAULT_DELAY_MAX   60000000        /* microseconds */

/* The field of a completion that is inverted */
typedef enum SgnicField {
    SGNIC_FIELD_TAG,
    SGNIC_FIELD_COUNT,
    SGNIC_FIELD_NEXT,
    SGNIC_FIELD_LENGTH,
    SGNIC_FIELD_STATUS,
    SGNIC_FIELDS,
} SgnicField;

typedef struct SgnicFaults {
    uint32_t armed;                     /* SGNIC_FAULT_SET() */
    uint32_t remaining[SGNIC_FAULTS];
    uint64_t injected[SGNIC_FAULTS];

    uint32_t queue;                     /* as in ERROR_QUEUE */
    uint32_t delay;                     /* microseconds */
    uint64_t stray_address;
    uint32_t stray_length;
    int field;                          /* SgnicField */

    QEMUTimer *timer;
    uint32_t late_vectors;
    bool pin_lost;                      /* this assertion does not show */
    bool pin_late;                      /* it shows when the timer ends */
    bool pin_again;                     /* a second one follows it */
    bool pin_spurious;                  /* asserted without a cause */
} SgnicFaults;

#endif /* SGNIC_FAULT_H */
