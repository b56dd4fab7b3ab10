/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: where the structure-aware fuzz target keeps things in guest memory
 */
#ifndef SGNIC_FUZZ_H
#define SGNIC_FUZZ_H

#include "qom/object.h"
#include "tests/qtest/libqtest.h"

#define SGNIC_FUZZ_DEVICES      2
#define SGNIC_FUZZ_SLOT(device) (4 + (device))

/* A zone for each queue of each device, buffers behind them, then tables */
#define SGNIC_FUZZ_ZONES        0x100000
#define SGNIC_FUZZ_ZONE         0x4000
#define SGNIC_FUZZ_BUFFERS      0x200000
#define SGNIC_FUZZ_BUFFER_SIZE  0x40000
#define SGNIC_FUZZ_PAGES_END    0x240000
#define SGNIC_FUZZ_TABLES       0x300000

/* Maps the zones and the buffers for both devices, one to one. */
void sgnic_fuzz_iommu_start(QTestState *s);
/* As after the start; few pages differ, so few are written. */
void sgnic_fuzz_iommu_restore(QTestState *s);
/* access: 0 nothing, 1 read, 2 write, 3 both */
void sgnic_fuzz_iommu_map(QTestState *s, uint32_t page, unsigned access);

/* Sets the property number "which" of those that inject faults. */
void sgnic_fuzz_fault(Object *card, unsigned which, uint64_t value);
void sgnic_fuzz_fault_restore(Object *card);

#endif /* SGNIC_FUZZ_H */
