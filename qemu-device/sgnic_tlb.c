/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: translations of bus addresses that the device keeps
 *
 * A translation is kept until the IOMMU says that the mapping ends, or until
 * the memory map changes in any way.  Only IOMMUs that are known to say so
 * are trusted: behind another one every access is translated anew.
 */
#include "qemu/osdep.h"
#include "sgnic_tlb.h"

/*
 * Models that call UNMAP notifiers for every invalidation of the guest.  Before
 * QEMU 8.0 intel-iommu did not for those of a domain and of everything.
 */
static const char *const sgnic_tlb_trusted[] = {
#if NIC_QEMU_SINCE(8, 0)
    "intel-iommu-iommu-memory-region",
#endif
    "virtio-iommu-memory-region",
};

static void sgnic_tlb_drop(SgnicTlb *tlb, SgnicTlbEntry *e)
{
    if (e->host) {
        address_space_cache_destroy(&e->cache);
        e->host = NULL;
        tlb->used--;
    }
}

static void sgnic_tlb_flush(SgnicTlb *tlb)
{
    unsigned write, i;

    for (write = 0; write < 2; write++) {
        for (i = 0; i < SGNIC_TLB_ENTRIES && tlb->used; i++) {
            sgnic_tlb_drop(tlb, &tlb->entries[write][i]);
        }
    }
}

/* An IOMMU may ignore low bits of the address of a block, or ought to. */
static void sgnic_tlb_unmapped(IOMMUNotifier *notifier, IOMMUTLBEntry *gone)
{
    SgnicTlbNotifier *n = container_of(notifier, SgnicTlbNotifier, notifier);
    SgnicTlb *tlb = n->tlb;
    uint64_t ignored = is_power_of_2(gone->addr_mask + 1) ? gone->addr_mask : 0;
    uint64_t first = (gone->iova & ~ignored) - n->offset_within_region +
                     n->offset;
    uint64_t page = first >> SGNIC_TLB_PAGE_BITS;
    uint64_t last = (first + gone->addr_mask) >> SGNIC_TLB_PAGE_BITS;
    unsigned write;

    if (last < page || last - page >= SGNIC_TLB_ENTRIES) {
        sgnic_tlb_flush(tlb);
        return;
    }
    for (; page <= last; page++) {
        for (write = 0; write < 2; write++) {
            SgnicTlbEntry *e = &tlb->entries[write]
                                            [page & (SGNIC_TLB_ENTRIES - 1)];

            if (e->page == page) {
                sgnic_tlb_drop(tlb, e);
            }
        }
    }
}

/*
 * Nothing is said of an entry of the PASID table that a guest changes, and then
 * of the domain that was in it.
 */
static bool sgnic_tlb_trusts(IOMMUMemoryRegion *iommu)
{
    Object *owner = memory_region_owner(MEMORY_REGION(iommu));
    size_t i;

    if (owner && object_property_get_bool(owner, "x-scalable-mode", NULL)) {
        return false;
    }
    for (i = 0; i < ARRAY_SIZE(sgnic_tlb_trusted); i++) {
        if (object_dynamic_cast(OBJECT(iommu), sgnic_tlb_trusted[i])) {
            return true;
        }
    }
    return false;
}

/*
 * Each section has a notifier of the whole region: a guest may invalidate a
 * block that reaches beyond a section, for which the core has an assertion.
 */
static bool sgnic_tlb_listen(SgnicTlb *tlb, MemoryRegionSection *section)
{
    IOMMUMemoryRegion *iommu = IOMMU_MEMORY_REGION(section->mr);
    SgnicTlbNotifier *n;
    int index;

    if (!sgnic_tlb_trusts(iommu)) {
        return false;
    }
    n = g_new0(SgnicTlbNotifier, 1);
    n->tlb = tlb;
    n->region = section->mr;
    n->offset = section->offset_within_address_space;
    n->offset_within_region = section->offset_within_region;
    index = memory_region_iommu_attrs_to_index(iommu, MEMTXATTRS_UNSPECIFIED);
    iommu_notifier_init(&n->notifier, sgnic_tlb_unmapped,
                        IOMMU_NOTIFIER_UNMAP, 0, HWADDR_MAX, index);
    if (memory_region_register_iommu_notifier(section->mr, &n->notifier,
                                              NULL)) {
        g_free(n);
        return false;
    }
    QLIST_INSERT_HEAD(&tlb->notifiers, n, next);
    return true;
}

static void sgnic_tlb_region_add(MemoryListener *listener,
                                 MemoryRegionSection *section)
{
    SgnicTlb *tlb = container_of(listener, SgnicTlb, listener);

    if (memory_region_is_iommu(section->mr) &&
        !sgnic_tlb_listen(tlb, section)) {
        tlb->silent++;
    }
}

static void sgnic_tlb_region_del(MemoryListener *listener,
                                 MemoryRegionSection *section)
{
    SgnicTlb *tlb = container_of(listener, SgnicTlb, listener);
    SgnicTlbNotifier *n;

    if (!memory_region_is_iommu(section->mr)) {
        return;
    }
    QLIST_FOREACH(n, &tlb->notifiers, next) {
        if (n->region == section->mr &&
            n->offset == section->offset_within_address_space) {
            memory_region_unregister_iommu_notifier(n->region, &n->notifier);
            QLIST_REMOVE(n, next);
            g_free(n);
            return;
        }
    }
    tlb->silent--;
}

static void sgnic_tlb_commit(MemoryListener *listener)
{
    sgnic_tlb_flush(container_of(listener, SgnicTlb, listener));
}

SgnicTlb *sgnic_tlb_new(AddressSpace *as)
{
    SgnicTlb *tlb = g_new0(SgnicTlb, 1);

    tlb->as = as;
    QLIST_INIT(&tlb->notifiers);
    tlb->listener = (MemoryListener) {
        .name = "sgnic",
        .region_add = sgnic_tlb_region_add,
        .region_del = sgnic_tlb_region_del,
        .commit = sgnic_tlb_commit,
    };
    memory_listener_register(&tlb->listener, as);
    return tlb;
}

void sgnic_tlb_free(SgnicTlb *tlb)
{
    memory_listener_unregister(&tlb->listener);
    sgnic_tlb_flush(tlb);
    g_free(tlb);
}

/* Looks a page up in the IOMMU, and keeps it if it is memory. */
SgnicTlbResult sgnic_tlb_fill(SgnicTlb *tlb, uint64_t address, bool write,
                              SgnicTlbEntry **entry)
{
    uint64_t page = address >> SGNIC_TLB_PAGE_BITS;
    SgnicTlbEntry *e = &tlb->entries[write][page & (SGNIC_TLB_ENTRIES - 1)];
    const MemTxAttrs attrs = { .memory = 1 };
    MemoryRegionCache cache;
    IOMMUTLBEntry found;
    hwaddr target;

    RCU_READ_LOCK_GUARD();
    found = address_space_get_iotlb_entry(tlb->as, address, write, attrs);
    if (!found.target_as) {
        return SGNIC_TLB_REFUSED;
    }
    target = found.translated_addr + (address & found.addr_mask);
    target &= ~(hwaddr)(SGNIC_TLB_PAGE_SIZE - 1);
    if (address_space_cache_init(&cache, found.target_as, target,
                                 SGNIC_TLB_PAGE_SIZE, write) !=
        SGNIC_TLB_PAGE_SIZE || !cache.ptr) {
        address_space_cache_destroy(&cache);
        return SGNIC_TLB_UNKNOWN;
    }
    sgnic_tlb_drop(tlb, e);
    e->page = page;
    e->host = cache.ptr;
    e->cache = cache;
    tlb->used++;
    *entry = e;
    return SGNIC_TLB_HIT;
}
