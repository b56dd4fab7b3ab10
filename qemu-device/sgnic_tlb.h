/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: translations of bus addresses that the device keeps
 */
#ifndef SGNIC_TLB_H
#define SGNIC_TLB_H

#include "qemu_compat.h"
#include "qemu/queue.h"

#define SGNIC_TLB_ENTRIES       4096    /* per direction, a power of two */
#define SGNIC_TLB_PAGE_BITS     12
#define SGNIC_TLB_PAGE_SIZE     (1u << SGNIC_TLB_PAGE_BITS)

/* One page; "host" is NULL in an entry that is not used. */
typedef struct SgnicTlbEntry {
    uint64_t page;
    uint8_t *host;
    MemoryRegionCache cache;
} SgnicTlbEntry;

/* An IOMMU that tells about mappings that end */
typedef struct SgnicTlbNotifier {
    IOMMUNotifier notifier;
    struct SgnicTlb *tlb;
    MemoryRegion *region;
    hwaddr offset;              /* of the section, in the address space */
    hwaddr offset_within_region;
    QLIST_ENTRY(SgnicTlbNotifier) next;
} SgnicTlbNotifier;

typedef struct SgnicTlb {
    AddressSpace *as;
    MemoryListener listener;
    QLIST_HEAD(, SgnicTlbNotifier) notifiers;
    uint32_t silent;            /* IOMMUs that do not tell; 0: in use */
    uint32_t used;              /* entries */
    SgnicTlbEntry entries[2][SGNIC_TLB_ENTRIES];       /* read, write */
} SgnicTlb;

typedef enum SgnicTlbResult {
    SGNIC_TLB_HIT,
    SGNIC_TLB_REFUSED,          /* by the IOMMU, or there is nothing */
    SGNIC_TLB_UNKNOWN,          /* not ordinary memory */
} SgnicTlbResult;

SgnicTlb *sgnic_tlb_new(AddressSpace *as);
void sgnic_tlb_free(SgnicTlb *tlb);
SgnicTlbResult sgnic_tlb_fill(SgnicTlb *tlb, uint64_t address, bool write,
                              SgnicTlbEntry **entry);

static inline bool sgnic_tlb_in_use(const SgnicTlb *tlb)
{
    return tlb->silent == 0;
}

/* The page with "address"; valid until the next change of the memory map. */
static inline SgnicTlbResult sgnic_tlb_find(SgnicTlb *tlb, uint64_t address,
                                            bool write, SgnicTlbEntry **entry)
{
    uint64_t page = address >> SGNIC_TLB_PAGE_BITS;
    SgnicTlbEntry *e = &tlb->entries[write][page & (SGNIC_TLB_ENTRIES - 1)];

    if (likely(e->host && e->page == page)) {
        *entry = e;
        return SGNIC_TLB_HIT;
    }
    return sgnic_tlb_fill(tlb, address, write, entry);
}

#endif /* SGNIC_TLB_H */
