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

static enum sgnic_status sgnic_dma(SgnicState *s, SgnicQueue *q,
                                   uint64_t address, void *buffer,
                                   uint32_t length, DMADirection direction)
{
    bool write = direction == DMA_DIRECTION_FROM_DEVICE;
    enum sgnic_status status = sgnic_dma_check(s, q, address, length);
    MemTxResult result;

    if (status != SGNIC_STATUS_OK) {
        return status;
    }
    if (sgnic_fault_armed(s, SGNIC_FAULT_DMA) &&
        sgnic_fault_dma(s, q, address, write)) {
        result = MEMTX_ACCESS_ERROR;
    } else {
        result = pci_dma_rw(PCI_DEVICE(s), address, buffer, length, direction,
                            sgnic_dma_attrs);
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
    return sgnic_dma(s, q, address, buffer, length, DMA_DIRECTION_TO_DEVICE);
}

enum sgnic_status sgnic_dma_write(SgnicState *s, SgnicQueue *q,
                                  uint64_t address, const void *buffer,
                                  uint32_t length)
{
    return sgnic_dma(s, q, address, (void *)buffer, length,
                     DMA_DIRECTION_FROM_DEVICE);
}

/*
 * Maps memory the device reads, or the first part of it.  Returns NULL for
 * anything but ordinary memory: for an address that is refused, or is not
 * memory, the core hands out a buffer of zeroes without telling, so only a
 * pointer into guest memory counts.  The caller then copies by
 * sgnic_dma_read(), which finds out what is wrong.
 */
void *sgnic_dma_map(SgnicState *s, uint64_t address, dma_addr_t *length)
{
    AddressSpace *as = pci_get_address_space(PCI_DEVICE(s));
    MemoryRegion *mr;
    ram_addr_t offset;
    void *buffer;

    if (sgnic_fault_armed(s, SGNIC_FAULT_SET(DMA_PAYLOAD_READ))) {
        return NULL;
    }
    buffer = dma_memory_map(as, address, length, DMA_DIRECTION_TO_DEVICE,
                            sgnic_dma_attrs);
    if (!buffer) {
        trace_sgnic_dma_map(address, 0, false);
        return NULL;
    }
    mr = memory_region_from_host(buffer, &offset);
    if (!mr || !memory_region_is_ram(mr) || *length == 0) {
        trace_sgnic_dma_map(address, *length, false);
        sgnic_dma_unmap(s, buffer, *length);
        return NULL;
    }
    trace_sgnic_dma_map(address, *length, true);
    return buffer;
}

void sgnic_dma_unmap(SgnicState *s, void *buffer, dma_addr_t length)
{
    dma_memory_unmap(pci_get_address_space(PCI_DEVICE(s)), buffer, length,
                     DMA_DIRECTION_TO_DEVICE, length);
}
