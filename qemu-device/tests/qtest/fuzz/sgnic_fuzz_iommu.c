/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: the intel-iommu of the structure-aware fuzz target
 */
#include "qemu/osdep.h"
#include "hw/i386/intel_iommu.h"
#include "hw/pci/pci.h"
#include "sgnic_fuzz.h"

#define VTD_GCMD                0x18
#define VTD_GCMD_TRANSLATE      (1u << 31)
#define VTD_GCMD_SET_ROOT       (1u << 30)
#define VTD_RTADDR              0x20
#define VTD_CCMD                0x28
#define VTD_CCMD_GLOBAL         (1ull << 63 | 1ull << 61)
#define VTD_IOTLB               0xf8
#define VTD_IOTLB_GLOBAL        (1ull << 63 | 1ull << 60)

#define ROOT                    SGNIC_FUZZ_TABLES
#define CONTEXT                 (SGNIC_FUZZ_TABLES + 0x1000)
#define LEVEL3                  (SGNIC_FUZZ_TABLES + 0x2000)
#define LEVEL2                  (SGNIC_FUZZ_TABLES + 0x3000)
#define LEVEL1                  (SGNIC_FUZZ_TABLES + 0x4000)    /* 2 tables */
#define PRESENT                 1ull
#define READ_WRITE              3ull
#define WIDTH_39                1ull    /* three levels */

static unsigned char changed[SGNIC_FUZZ_PAGES_END >> 12];

static void set_page(QTestState *s, uint32_t page, unsigned access)
{
    qtest_writeq(s, LEVEL1 + 8 * page, (uint64_t)page << 12 | access);
}

static void invalidate(QTestState *s)
{
    qtest_writeq(s, Q35_HOST_BRIDGE_IOMMU_ADDR + VTD_IOTLB, VTD_IOTLB_GLOBAL);
}

void sgnic_fuzz_iommu_map(QTestState *s, uint32_t page, unsigned access)
{
    page %= SGNIC_FUZZ_PAGES_END >> 12;
    changed[page] = 1;
    set_page(s, page, access & READ_WRITE);
    invalidate(s);
}

void sgnic_fuzz_iommu_restore(QTestState *s)
{
    uint32_t page;

    for (page = 0; page < ARRAY_SIZE(changed); page++) {
        if (changed[page]) {
            changed[page] = 0;
            set_page(s, page, READ_WRITE);
        }
    }
    invalidate(s);
}

void sgnic_fuzz_iommu_start(QTestState *s)
{
    uint32_t page;
    int i;

    qtest_writeq(s, ROOT, CONTEXT | PRESENT);
    for (i = 0; i < SGNIC_FUZZ_DEVICES; i++) {
        uint64_t entry = CONTEXT + 16 * PCI_DEVFN(SGNIC_FUZZ_SLOT(i), 0);

        qtest_writeq(s, entry, LEVEL3 | PRESENT);
        qtest_writeq(s, entry + 8, (uint64_t)(i + 1) << 8 | WIDTH_39);
    }
    qtest_writeq(s, LEVEL3, LEVEL2 | READ_WRITE);
    qtest_writeq(s, LEVEL2, LEVEL1 | READ_WRITE);
    qtest_writeq(s, LEVEL2 + 8, (LEVEL1 + 0x1000) | READ_WRITE);
    for (page = SGNIC_FUZZ_ZONES >> 12; page < ARRAY_SIZE(changed); page++) {
        set_page(s, page, READ_WRITE);
    }
    qtest_writeq(s, Q35_HOST_BRIDGE_IOMMU_ADDR + VTD_RTADDR, ROOT);
    qtest_writel(s, Q35_HOST_BRIDGE_IOMMU_ADDR + VTD_GCMD, VTD_GCMD_SET_ROOT);
    qtest_writeq(s, Q35_HOST_BRIDGE_IOMMU_ADDR + VTD_CCMD, VTD_CCMD_GLOBAL);
    invalidate(s);
    qtest_writel(s, Q35_HOST_BRIDGE_IOMMU_ADDR + VTD_GCMD, VTD_GCMD_TRANSLATE);
}
