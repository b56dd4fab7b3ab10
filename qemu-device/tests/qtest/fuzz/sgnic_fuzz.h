/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: where the structure-aware fuzz target keeps things in guest memory
 */
#ifndef SGNIC_FUZZ_H
#define SGNIC_FUZZ_H

#include "hw/net/sgnic_regs.h"
#include "hw/pci/pci_device.h"
#include "qom/object.h"
#include "tests/qtest/libqtest.h"
#include "nic_fuzz.h"

#define SGNIC_FUZZ_DEVICES      2
#define SGNIC_FUZZ_SLOT(device) (4 + (device))

/* A zone for each queue of each device, buffers behind them, then tables */
#define SGNIC_FUZZ_ZONES        0x100000
#define SGNIC_FUZZ_ZONE         0x4000
#define SGNIC_FUZZ_BUFFERS      0x200000
#define SGNIC_FUZZ_BUFFER_SIZE  0x40000
#define SGNIC_FUZZ_PAGES_END    0x240000
#define SGNIC_FUZZ_TABLES       0x300000

/* In a zone */
#define SGNIC_FUZZ_COMPLETIONS  0x1000
#define SGNIC_FUZZ_RECORD       0x3000
#define SGNIC_FUZZ_RING_LOG2    8       /* at most */

#define SGNIC_FUZZ_BAR(device)  (0xe0000000u + 0x100000u * (device))
#define SGNIC_FUZZ_BAR_STEP     0x20000u

/* The queue of an operation: which card, which way, which number */
typedef struct SgnicFuzzPlace {
    unsigned device;
    bool rx;
    unsigned queue;
    uint64_t zone;
    uint64_t registers;
} SgnicFuzzPlace;

extern PCIDevice *sgnic_fuzz_cards[SGNIC_FUZZ_DEVICES];
/* Its configuration space is to be restored after the input. */
extern bool sgnic_fuzz_reconfigured[SGNIC_FUZZ_DEVICES];

/* Guest memory from address 0 on; a write is what a processor would write. */
void sgnic_fuzz_write(uint64_t address, const void *data, size_t size);
uint32_t sgnic_fuzz_read_word(uint64_t address);
void sgnic_fuzz_write_word(uint64_t address, uint32_t value);
void sgnic_fuzz_clear(uint64_t address, size_t size);

SgnicFuzzPlace sgnic_fuzz_place(unsigned device, bool rx, unsigned queue);
SgnicFuzzPlace sgnic_fuzz_take_place(FuzzInput *in);
uint64_t sgnic_fuzz_take_address(FuzzInput *in);
uint32_t sgnic_fuzz_take_length(FuzzInput *in);
void sgnic_fuzz_config(unsigned device, uint32_t address, uint32_t value,
                       int length);
void sgnic_fuzz_set_up(QTestState *s, const SgnicFuzzPlace *p, uint32_t log2,
                       uint32_t vector);
void sgnic_fuzz_ring(QTestState *s, const SgnicFuzzPlace *p);
/* Puts a descriptor behind the others and tells the record about it. */
void sgnic_fuzz_post(QTestState *s, const SgnicFuzzPlace *p,
                     const struct sgnic_descriptor *d);

/* sgnic_fuzz_traffic.c: operations */
void sgnic_fuzz_start(QTestState *s, FuzzInput *in);
void sgnic_fuzz_send(QTestState *s, FuzzInput *in);
void sgnic_fuzz_arrive(QTestState *s, FuzzInput *in);
void sgnic_fuzz_moderate(QTestState *s, FuzzInput *in);
void sgnic_fuzz_messages(QTestState *s, FuzzInput *in);
void sgnic_fuzz_table(QTestState *s, FuzzInput *in);

/* Maps the zones and the buffers for both devices, one to one. */
void sgnic_fuzz_iommu_start(QTestState *s);
/* As after the start; few pages differ, so few are written. */
void sgnic_fuzz_iommu_restore(QTestState *s);
/* access: 0 nothing, 1 read, 2 write, 3 both */
void sgnic_fuzz_iommu_map(QTestState *s, uint32_t page, unsigned access);

/* To be called once, with any card */
void sgnic_fuzz_properties_find(Object *card);
/* Sets the property number "which" of those that inject faults. */
void sgnic_fuzz_fault(Object *card, unsigned which, uint64_t value);
void sgnic_fuzz_fault_restore(void);
/* Reads the property number "which" of all. */
void sgnic_fuzz_property(Object *card, unsigned which);

#endif /* SGNIC_FUZZ_H */
