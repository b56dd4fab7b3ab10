/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: accesses to the register BAR (section 3)
 */
#include "qemu/osdep.h"
#include "sgnic_registers.h"
#include "trace.h"

/* Section 3.6: the low half latches the high half. */
static uint32_t sgnic_read_statistic(SgnicState *s, hwaddr offset)
{
    hwaddr n = (offset - SGNIC_STATISTIC(0)) / 8;
    uint32_t i;

    for (i = 0; i < s->queue_count; i++) {
        sgnic_doorbell_sync(&s->queues[i]);
    }
    if (offset & 4) {
        return s->statistics_latch[n];
    }
    s->statistics_latch[n] = s->statistics[n] >> 32;
    return s->statistics[n];
}

static uint32_t sgnic_read_word(SgnicState *s, hwaddr offset)
{
    SgnicTarget t;
    uint32_t value;

    if (!sgnic_find_register(s, offset, &t)) {
        sgnic_error(s, t.q, SGNIC_ERROR_REGISTER, offset, 0,
                    "read of offset 0x%" HWADDR_PRIx ", which has no register",
                    offset);
        return 0;
    }
    if (t.reg == &sgnic_statistic_register) {
        value = sgnic_read_statistic(s, offset);
    } else if (t.reg->read) {
        value = t.reg->read(s, t.q);
    } else if (t.storage && (t.reg->access & SGNIC_R)) {
        value = *t.storage;
    } else {
        value = t.reg->constant;
    }
    trace_sgnic_register_read(t.reg->name, offset, value);
    return value;
}

static bool sgnic_is_busy(const SgnicState *s, const SgnicQueue *q)
{
    uint32_t i;

    for (i = 0; i < s->queue_count; i++) {
        if ((!q || q == &s->queues[i]) &&
            s->queues[i].state != SGNIC_QUEUE_DISABLED) {
            return true;
        }
    }
    return false;
}

static void sgnic_write_word(SgnicState *s, hwaddr offset, uint32_t value)
{
    SgnicTarget t;

    if (!sgnic_find_register(s, offset, &t) || !(t.reg->access & SGNIC_W)) {
        sgnic_error(s, t.q, SGNIC_ERROR_REGISTER, offset, value,
                    "write of 0x%" PRIx32 " to offset 0x%" HWADDR_PRIx
                    ", which %s", value, offset,
                    t.reg ? "is read only" : "has no register");
        return;
    }
    trace_sgnic_register_write(t.reg->name, offset, value);
    if (t.reg == &sgnic_doorbell_register) {
        sgnic_doorbell_ring(t.q);
        return;
    }
    if ((t.reg->access & SGNIC_STOPPED) && sgnic_is_busy(s, t.q)) {
        sgnic_error(s, t.q, SGNIC_ERROR_BUSY, offset, value,
                    "write of 0x%" PRIx32 " to %s while %s enabled", value,
                    t.reg->name, t.q ? "the queue is" : "a queue is");
        return;
    }
    if (t.reg->valid && !t.reg->valid(s, value)) {
        sgnic_error(s, t.q, SGNIC_ERROR_BAD_VALUE, offset, value,
                    "%s cannot be 0x%" PRIx32, t.reg->name, value);
        return;
    }
    if (t.storage) {
        *t.storage = value;
    }
    if (t.reg->written) {
        t.reg->written(s, t.q, value);
    }
}

static bool sgnic_access_valid(SgnicState *s, hwaddr offset, unsigned size,
                               uint64_t value)
{
    if ((size == 4 || size == 8) && !(offset & 3)) {
        return true;
    }
    sgnic_error(s, NULL, SGNIC_ERROR_ACCESS_SIZE, offset, value,
                "%u-byte access to offset 0x%" HWADDR_PRIx
                "; registers are aligned words of 4 bytes", size, offset);
    return false;
}

static uint64_t sgnic_register_read(void *opaque, hwaddr offset, unsigned size)
{
    SgnicState *s = opaque;
    uint64_t value;

    if (sgnic_fault_armed(s, SGNIC_FAULT_SET(REMOVED))) {
        return UINT64_MAX;
    }
    if (!sgnic_access_valid(s, offset, size, 0)) {
        return UINT64_MAX;
    }
    value = sgnic_read_word(s, offset);
    if (size == 8) {
        value |= (uint64_t)sgnic_read_word(s, offset + 4) << 32;
    }
    return value;
}

static void sgnic_register_write(void *opaque, hwaddr offset, uint64_t value,
                                 unsigned size)
{
    SgnicState *s = opaque;

    if (sgnic_fault_armed(s, SGNIC_FAULT_SET(REMOVED)) ||
        !sgnic_access_valid(s, offset, size, value)) {
        return;
    }
    sgnic_write_word(s, offset, value);
    if (size == 8) {
        sgnic_write_word(s, offset + 4, value >> 32);
    }
}

/* Every access comes as it was made, for the device to judge it. */
const MemoryRegionOps sgnic_register_ops = {
    .read = sgnic_register_read,
    .write = sgnic_register_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {
        .min_access_size = 1,
        .max_access_size = 8,
        .unaligned = true,
    },
    .impl = {
        .min_access_size = 1,
        .max_access_size = 8,
        .unaligned = true,
    },
};
