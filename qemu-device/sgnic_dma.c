/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: every access of the device to guest memory
 *
 * All DMA is limited to the programmed width and to memory: an address that
 * belongs to a device register is refused (section 8).
 */
#include "qemu/osdep.h"
#include "sgnic_internal.h"
#include "trace.h"

static const MemTxAttrs sgnic_dma_attrs = { .memory = 1 };

bool sgnic_dma_fits(const SgnicState *s, uint64_t address, uint64_t length)
{
    uint64_t last = address + (length - 1);

    return last >= address && last <= MAKE_64BIT_MASK(0, s->dma_width);
}

enum sgnic_status sgnic_dma_check(SgnicState *s, SgnicQueue *q,
                                  uint64_t address, uint32_t length)
{
    if (sgnic_dma_fits(s, address, length)) {
        return SGNIC_STATUS_OK;
    }
    sgnic_error(s, q, SGNIC_ERROR_DMA_WIDTH, address, length,
                "%" PRIu32 " bytes at 0x%" PRIx64 " do not end below 2^%"
                PRIu32, length, address, s->dma_width);
    return SGNIC_STATUS_DMA_WIDTH;
}

/* As the core does it, to and from any kind of address */
static MemTxResult sgnic_dma_transfer(SgnicState *s, uint64_t address,
                                      void *buffer, uint32_t length,
                                      bool write)
{
    return pci_dma_rw(PCI_DEVICE(s), address, buffer, length,
                      write ? DMA_DIRECTION_FROM_DEVICE :
                              DMA_DIRECTION_TO_DEVICE, sgnic_dma_attrs);
}

/*
 * An index or a flag is moved as a whole.  On a hub a frame is still in the
 * sender's memory, which may be that of the buffer, too.
 */
static void sgnic_dma_copy(void *to, const void *from, uint32_t length)
{
    if (length == sizeof(uint32_t) &&
        QEMU_PTR_IS_ALIGNED(to, sizeof(uint32_t)) &&
        QEMU_PTR_IS_ALIGNED(from, sizeof(uint32_t))) {
        qatomic_set((uint32_t *)to, qatomic_read((const uint32_t *)from));
    } else if (length == sizeof(uint16_t) &&
               QEMU_PTR_IS_ALIGNED(to, sizeof(uint16_t)) &&
               QEMU_PTR_IS_ALIGNED(from, sizeof(uint16_t))) {
        qatomic_set((uint16_t *)to, qatomic_read((const uint16_t *)from));
    } else {
        memmove(to, from, length);
    }
}

/* Page by page, by the translations that are kept */
static MemTxResult sgnic_dma_by_page(SgnicState *s, uint64_t address,
                                     uint8_t *buffer, uint32_t length,
                                     bool write)
{
    while (length) {
        uint32_t offset = address & (SGNIC_TLB_PAGE_SIZE - 1);
        uint32_t part = MIN(length, SGNIC_TLB_PAGE_SIZE - offset);
        SgnicTlbEntry *e;

        switch (sgnic_tlb_find(s->tlb, address, write, &e)) {
        case SGNIC_TLB_REFUSED:
            return MEMTX_ACCESS_ERROR;
        case SGNIC_TLB_UNKNOWN:
            return sgnic_dma_transfer(s, address, buffer, length, write);
        case SGNIC_TLB_HIT:
            break;
        }
        if (write) {
            sgnic_dma_copy(e->host + offset, buffer, part);
            address_space_cache_invalidate(&e->cache, offset, part);
        } else {
            sgnic_dma_copy(buffer, e->host + offset, part);
        }
        address += part;
        buffer += part;
        length -= part;
    }
    return MEMTX_OK;
}

static enum sgnic_status sgnic_dma(SgnicState *s, SgnicQueue *q,
                                   uint64_t address, void *buffer,
                                   uint32_t length, bool write)
{
    enum sgnic_status status = sgnic_dma_check(s, q, address, length);
    MemTxResult result;

    if (status != SGNIC_STATUS_OK) {
        return status;
    }
    if (sgnic_fault_armed(s, SGNIC_FAULT_DMA) &&
        sgnic_fault_dma(s, q, address, write)) {
        result = MEMTX_ACCESS_ERROR;
    } else if (sgnic_tlb_in_use(s->tlb)) {
        result = sgnic_dma_by_page(s, address, buffer, length, write);
    } else {
        result = sgnic_dma_transfer(s, address, buffer, length, write);
    }
    trace_sgnic_dma(write ? "write" : "read", address, length, result);
    if (result == MEMTX_OK) {
        return SGNIC_STATUS_OK;
    }
    sgnic_error(s, q, write ? SGNIC_ERROR_DMA_WRITE : SGNIC_ERROR_DMA_READ,
                address, length,
                "%s of %" PRIu32 " bytes at 0x%" PRIx64 " refused (0x%x)",
                write ? "write" : "read", length, address, result);
    return SGNIC_STATUS_DMA_ERROR;
}

enum sgnic_status sgnic_dma_read(SgnicState *s, SgnicQueue *q,
                                 uint64_t address, void *buffer,
                                 uint32_t length)
{
    return sgnic_dma(s, q, address, buffer, length, false);
}

enum sgnic_status sgnic_dma_write(SgnicState *s, SgnicQueue *q,
                                  uint64_t address, const void *buffer,
                                  uint32_t length)
{
    return sgnic_dma(s, q, address, (void *)buffer, length, true);
}

/*
 * For an address that is refused, or is not memory, the core hands out a buffer
 * of zeroes without telling, so only a pointer into guest memory counts.
 */
static void *sgnic_dma_map_by_core(SgnicState *s, uint64_t address,
                                   dma_addr_t *length)
{
    AddressSpace *as = pci_get_address_space(PCI_DEVICE(s));
    MemoryRegion *mr;
    ram_addr_t offset;
    void *buffer;

    buffer = dma_memory_map(as, address, length, DMA_DIRECTION_TO_DEVICE,
                            sgnic_dma_attrs);
    if (!buffer) {
        return NULL;
    }
    mr = memory_region_from_host(buffer, &offset);
    if (!mr || !memory_region_is_ram(mr) || *length == 0) {
        sgnic_dma_unmap(s, buffer, *length);
        return NULL;
    }
    return buffer;
}

/* Pages that follow each other for the device and for QEMU are one piece. */
static void *sgnic_dma_map_by_page(SgnicState *s, uint64_t address,
                                   dma_addr_t *length)
{
    dma_addr_t offset = address & (SGNIC_TLB_PAGE_SIZE - 1);
    dma_addr_t found = SGNIC_TLB_PAGE_SIZE - offset;
    SgnicTlbEntry *e;
    uint8_t *first;

    if (sgnic_tlb_find(s->tlb, address, false, &e) != SGNIC_TLB_HIT) {
        return NULL;
    }
    first = e->host + offset;
    while (found < *length &&
           sgnic_tlb_find(s->tlb, address + found, false, &e) ==
           SGNIC_TLB_HIT && e->host == first + found) {
        found += SGNIC_TLB_PAGE_SIZE;
    }
    *length = MIN(*length, found);
    return first;
}

/*
 * Finds memory the device reads, or the first part of it.  Returns NULL for
 * anything but ordinary memory; the caller then copies by sgnic_dma_read(),
 * which finds out what is wrong.  What is lent is to be unmapped.
 */
void *sgnic_dma_map(SgnicState *s, uint64_t address, dma_addr_t *length,
                    bool *lent)
{
    void *buffer;

    if (sgnic_fault_armed(s, SGNIC_FAULT_SET(DMA_PAYLOAD_READ))) {
        return NULL;
    }
    *lent = !sgnic_tlb_in_use(s->tlb);
    buffer = *lent ? sgnic_dma_map_by_core(s, address, length) :
                     sgnic_dma_map_by_page(s, address, length);
    trace_sgnic_dma_map(address, buffer ? *length : 0, buffer != NULL);
    return buffer;
}

void sgnic_dma_unmap(SgnicState *s, void *buffer, dma_addr_t length)
{
    dma_memory_unmap(pci_get_address_space(PCI_DEVICE(s)), buffer, length,
                     DMA_DIRECTION_TO_DEVICE, length);
}
