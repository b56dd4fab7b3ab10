/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * isa-dma-nic: the register file (section 3)
 *
 * A register is known by the number that ERROR_SOURCE gives it: a port's
 * offset, or 0x100 plus the index of a register behind DATA.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "isa-dma-nic-internal.h"
#include "trace.h"

#define INDEXED(index)  (ISA_DMA_NIC_ERROR_SOURCE_INDEXED | (index))

enum {
    ACCESS_R = 1,
    ACCESS_W = 2,
    ACCESS_RW = ACCESS_R | ACCESS_W,
    ACCESS_UNSET = 4,           /* 0 after reset, which no write can bring */
};

typedef struct IsaDmaNicRegister {
    uint16_t number;
    uint16_t count;             /* consecutive registers */
    const char *name;
    unsigned access;
    size_t field;               /* uint16_t in IsaDmaNicState; 0: none */
    uint16_t constant;
    uint16_t (*read)(IsaDmaNicState *s, uint16_t i);
    bool (*valid)(const IsaDmaNicState *s, uint16_t i, uint16_t value);
    void (*written)(IsaDmaNicState *s, uint16_t i, uint16_t value);
} IsaDmaNicRegister;

#define MEMBER(member)   offsetof(IsaDmaNicState, member)

static uint16_t isa_dma_nic_read_status(IsaDmaNicState *s, uint16_t i)
{
    return isa_dma_nic_status(s);
}

static void isa_dma_nic_write_command(IsaDmaNicState *s, uint16_t i,
                                      uint16_t value)
{
    isa_dma_nic_command(s, value);
}

static uint16_t isa_dma_nic_read_cause(IsaDmaNicState *s, uint16_t i)
{
    return isa_dma_nic_acknowledge(s);
}

static bool isa_dma_nic_valid_causes(const IsaDmaNicState *s, uint16_t i,
                                     uint16_t value)
{
    return !(value & ~ISA_DMA_NIC_CAUSES);
}

static void isa_dma_nic_write_mask(IsaDmaNicState *s, uint16_t i,
                                   uint16_t value)
{
    isa_dma_nic_interrupt_update(s);
}

static void isa_dma_nic_write_raise(IsaDmaNicState *s, uint16_t i,
                                    uint16_t value)
{
    isa_dma_nic_raise(s, value);
}

static bool isa_dma_nic_valid_length(const IsaDmaNicState *s, uint16_t i,
                                     uint16_t value)
{
    return value >= ISA_DMA_NIC_MIN_FRAME && value <= ISA_DMA_NIC_MAX_FRAME;
}

static uint16_t isa_dma_nic_read_rx_length(IsaDmaNicState *s, uint16_t i)
{
    return s->fifo_count ? isa_dma_nic_fifo_entry(s, 0)->length : 0;
}

static bool isa_dma_nic_valid_index(const IsaDmaNicState *s, uint16_t i,
                                    uint16_t value)
{
    return value <= ISA_DMA_NIC_INDEX_MAX;
}

static bool isa_dma_nic_valid_control(const IsaDmaNicState *s, uint16_t i,
                                      uint16_t value)
{
    return !(value & ~ISA_DMA_NIC_CONTROL_FLOW);
}

/* Frames may have waited in the backend for room. */
static void isa_dma_nic_write_control(IsaDmaNicState *s, uint16_t i,
                                      uint16_t value)
{
    qemu_bh_schedule(s->bh);
}

static bool isa_dma_nic_valid_filter(const IsaDmaNicState *s, uint16_t i,
                                     uint16_t value)
{
    return !(value & ~ISA_DMA_NIC_FILTER_BITS);
}

static bool isa_dma_nic_valid_multicast_count(const IsaDmaNicState *s,
                                              uint16_t i, uint16_t value)
{
    return value <= ISA_DMA_NIC_MULTICAST_MAX;
}

static bool isa_dma_nic_valid_station(const IsaDmaNicState *s, uint16_t i,
                                      uint16_t value)
{
    return i != 0 || !(value & 1);
}

static uint16_t isa_dma_nic_read_resources(IsaDmaNicState *s, uint16_t i)
{
    return s->irq_number << 4 | s->channel;
}

static uint16_t isa_dma_nic_read_rx_status(IsaDmaNicState *s, uint16_t i)
{
    return s->fifo_count ? isa_dma_nic_fifo_entry(s, 0)->status : 0;
}

static uint16_t isa_dma_nic_read_fifo_frames(IsaDmaNicState *s, uint16_t i)
{
    return s->fifo_count;
}

static uint16_t isa_dma_nic_read_credit(IsaDmaNicState *s, uint16_t i)
{
    return s->credit;
}

static bool isa_dma_nic_valid_credit(const IsaDmaNicState *s, uint16_t i,
                                     uint16_t value)
{
    return (uint32_t)s->credit + value <= ISA_DMA_NIC_CREDIT_MAX;
}

static void isa_dma_nic_write_credit(IsaDmaNicState *s, uint16_t i,
                                     uint16_t value)
{
    s->credit += value;
    isa_dma_nic_update_request(s);
}

static bool isa_dma_nic_valid_error_code(const IsaDmaNicState *s, uint16_t i,
                                         uint16_t value)
{
    return value == ISA_DMA_NIC_ERROR_NONE;
}

static void isa_dma_nic_write_error_code(IsaDmaNicState *s, uint16_t i,
                                         uint16_t value)
{
    isa_dma_nic_clear_error(s);
}

static uint16_t isa_dma_nic_read_error_code(IsaDmaNicState *s, uint16_t i)
{
    return s->error_code;
}

/* Section 3.3: the low half latches the high half. */
static uint16_t isa_dma_nic_read_statistic(IsaDmaNicState *s, uint16_t i)
{
    if (i & 1) {
        return s->statistics_latch[i / 2];
    }
    s->statistics_latch[i / 2] = s->statistics[i / 2] >> 16;
    return s->statistics[i / 2];
}

/* The fourth word of an address does not exist. */
static bool isa_dma_nic_is_hole(uint16_t number)
{
    return number >= INDEXED(ISA_DMA_NIC_MULTICAST(0, 0)) && (number & 3) == 3;
}

static const IsaDmaNicRegister isa_dma_nic_registers[] = {
    { ISA_DMA_NIC_ID, 1, "ID", ACCESS_R, .constant = ISA_DMA_NIC_ID_VALUE },
    { ISA_DMA_NIC_COMMAND, 1, "COMMAND/STATUS", ACCESS_RW,
      .read = isa_dma_nic_read_status, .written = isa_dma_nic_write_command },
    { ISA_DMA_NIC_INTERRUPT_CAUSE, 1, "INTERRUPT_CAUSE", ACCESS_R,
      .read = isa_dma_nic_read_cause },
    { ISA_DMA_NIC_INTERRUPT_MASK, 1, "INTERRUPT_MASK", ACCESS_RW, MEMBER(mask),
      .valid = isa_dma_nic_valid_causes, .written = isa_dma_nic_write_mask },
    { ISA_DMA_NIC_TX_LENGTH, 1, "TX_LENGTH", ACCESS_RW | ACCESS_UNSET,
      MEMBER(tx_length), .valid = isa_dma_nic_valid_length },
    { ISA_DMA_NIC_RX_LENGTH, 1, "RX_LENGTH", ACCESS_R,
      .read = isa_dma_nic_read_rx_length },
    { ISA_DMA_NIC_INDEX, 1, "INDEX", ACCESS_RW, MEMBER(index),
      .valid = isa_dma_nic_valid_index },

    { INDEXED(ISA_DMA_NIC_VERSION), 1, "VERSION", ACCESS_R,
      .constant = ISA_DMA_NIC_VERSION_VALUE },
    { INDEXED(ISA_DMA_NIC_CONTROL), 1, "CONTROL", ACCESS_RW, MEMBER(control),
      .valid = isa_dma_nic_valid_control,
      .written = isa_dma_nic_write_control },
    { INDEXED(ISA_DMA_NIC_RECEIVE_FILTER), 1, "RECEIVE_FILTER", ACCESS_RW,
      MEMBER(filter), .valid = isa_dma_nic_valid_filter },
    { INDEXED(ISA_DMA_NIC_MULTICAST_COUNT), 1, "MULTICAST_COUNT", ACCESS_RW,
      MEMBER(multicast_count), .valid = isa_dma_nic_valid_multicast_count },
    { INDEXED(ISA_DMA_NIC_STATION(0)), 3, "STATION", ACCESS_RW,
      MEMBER(station), .valid = isa_dma_nic_valid_station },
    { INDEXED(ISA_DMA_NIC_PERMANENT(0)), 3, "PERMANENT", ACCESS_R,
      MEMBER(permanent) },
    { INDEXED(ISA_DMA_NIC_RESOURCES), 1, "RESOURCES", ACCESS_R,
      .read = isa_dma_nic_read_resources },
    { INDEXED(ISA_DMA_NIC_LIMIT_FRAME), 1, "LIMIT_FRAME", ACCESS_R,
      .constant = ISA_DMA_NIC_MAX_FRAME },
    { INDEXED(ISA_DMA_NIC_LIMIT_FIFO), 1, "LIMIT_FIFO", ACCESS_R,
      .constant = ISA_DMA_NIC_FIFO_DEPTH },
    { INDEXED(ISA_DMA_NIC_RX_STATUS), 1, "RX_STATUS", ACCESS_R,
      .read = isa_dma_nic_read_rx_status },
    { INDEXED(ISA_DMA_NIC_FIFO_FRAMES), 1, "FIFO_FRAMES", ACCESS_R,
      .read = isa_dma_nic_read_fifo_frames },
    { INDEXED(ISA_DMA_NIC_RX_CREDIT), 1, "RX_CREDIT", ACCESS_RW,
      .read = isa_dma_nic_read_credit, .valid = isa_dma_nic_valid_credit,
      .written = isa_dma_nic_write_credit },
    { INDEXED(ISA_DMA_NIC_TRANSFERRED), 1, "TRANSFERRED", ACCESS_R,
      MEMBER(transferred) },
    { INDEXED(ISA_DMA_NIC_INTERRUPT_PENDING), 1, "INTERRUPT_PENDING",
      ACCESS_R, MEMBER(pending) },
    { INDEXED(ISA_DMA_NIC_INTERRUPT_RAISE), 1, "INTERRUPT_RAISE", ACCESS_W,
      .valid = isa_dma_nic_valid_causes, .written = isa_dma_nic_write_raise },
    { INDEXED(ISA_DMA_NIC_ERROR_CODE), 1, "ERROR_CODE", ACCESS_RW,
      .read = isa_dma_nic_read_error_code,
      .valid = isa_dma_nic_valid_error_code,
      .written = isa_dma_nic_write_error_code },
    { INDEXED(ISA_DMA_NIC_ERROR_SOURCE), 1, "ERROR_SOURCE", ACCESS_R,
      MEMBER(error_source) },
    { INDEXED(ISA_DMA_NIC_ERROR_VALUE), 1, "ERROR_VALUE", ACCESS_R,
      MEMBER(error_value) },
    { INDEXED(ISA_DMA_NIC_STATISTIC_LOW(0)), 2 * ISA_DMA_NIC_STAT_COUNT,
      "STATISTIC", ACCESS_R, .read = isa_dma_nic_read_statistic },
    { INDEXED(ISA_DMA_NIC_MULTICAST(0, 0)), 4 * ISA_DMA_NIC_MULTICAST_MAX,
      "MULTICAST", ACCESS_RW, MEMBER(multicast) },
};

static const IsaDmaNicRegister *isa_dma_nic_find(uint16_t number)
{
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(isa_dma_nic_registers); i++) {
        const IsaDmaNicRegister *r = &isa_dma_nic_registers[i];

        if (number >= r->number && number - r->number < r->count) {
            return isa_dma_nic_is_hole(number) ? NULL : r;
        }
    }
    return NULL;
}

/* Where the value of register "i" of a range is kept, or NULL */
static uint16_t *isa_dma_nic_storage(IsaDmaNicState *s,
                                     const IsaDmaNicRegister *r, uint16_t i)
{
    if (r->field == MEMBER(multicast)) {
        return &s->multicast[i / 4][i % 4];
    }
    return r->field ? (uint16_t *)((char *)s + r->field) + i : NULL;
}

static uint16_t isa_dma_nic_read_register(IsaDmaNicState *s, uint16_t number)
{
    const IsaDmaNicRegister *r = isa_dma_nic_find(number);
    uint16_t i, value = 0;

    if (!r) {
        isa_dma_nic_error(s, ISA_DMA_NIC_ERROR_REGISTER, number, 0,
                          "read of register 0x%x, which does not exist",
                          number);
        return 0;
    }
    i = number - r->number;
    if (r->read) {
        value = r->read(s, i);
    } else if (r->access & ACCESS_R) {
        const uint16_t *storage = isa_dma_nic_storage(s, r, i);

        value = storage ? *storage : r->constant;
    }
    trace_isa_dma_nic_register_read(r->name, i, value);
    return value;
}

static void isa_dma_nic_write_register(IsaDmaNicState *s, uint16_t number,
                                       uint16_t value)
{
    const IsaDmaNicRegister *r = isa_dma_nic_find(number);
    uint16_t i, *storage;

    if (!r || !(r->access & ACCESS_W)) {
        isa_dma_nic_error(s, ISA_DMA_NIC_ERROR_REGISTER, number, value,
                          "write of 0x%x to register 0x%x, which %s", value,
                          number, r ? "is read only" : "does not exist");
        return;
    }
    i = number - r->number;
    trace_isa_dma_nic_register_write(r->name, i, value);
    if (r->valid && !r->valid(s, i, value)) {
        isa_dma_nic_error(s, ISA_DMA_NIC_ERROR_BAD_VALUE, number, value,
                          "%s cannot be 0x%x", r->name, value);
        return;
    }
    storage = isa_dma_nic_storage(s, r, i);
    if (storage) {
        *storage = value;
    }
    if (r->written) {
        r->written(s, i, value);
    }
}

static uint16_t isa_dma_nic_number(IsaDmaNicState *s, hwaddr port)
{
    return port == ISA_DMA_NIC_DATA ? INDEXED(s->index) : port;
}

static bool isa_dma_nic_access_valid(IsaDmaNicState *s, hwaddr port,
                                     unsigned size, uint64_t value)
{
    if (size == 2 && !(port & 1)) {
        return true;
    }
    isa_dma_nic_error(s, ISA_DMA_NIC_ERROR_ACCESS_SIZE, port, value,
                      "%u-byte access to port 0x%" HWADDR_PRIx ", value 0x%"
                      PRIx64 "; registers are aligned 16-bit words", size,
                      port, value);
    return false;
}

static uint64_t isa_dma_nic_port_read(void *opaque, hwaddr port,
                                      unsigned size)
{
    IsaDmaNicState *s = opaque;

    if (!isa_dma_nic_access_valid(s, port, size, 0)) {
        return UINT64_MAX;
    }
    return isa_dma_nic_read_register(s, isa_dma_nic_number(s, port));
}

static void isa_dma_nic_port_write(void *opaque, hwaddr port, uint64_t value,
                                   unsigned size)
{
    IsaDmaNicState *s = opaque;

    if (isa_dma_nic_access_valid(s, port, size, value)) {
        isa_dma_nic_write_register(s, isa_dma_nic_number(s, port), value);
    }
}

/* The memory core halves 32-bit accesses; others come as they were made. */
const MemoryRegionOps isa_dma_nic_port_ops = {
    .read = isa_dma_nic_port_read,
    .write = isa_dma_nic_port_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = {
        .min_access_size = 1,
        .max_access_size = 4,
        .unaligned = true,
    },
    .impl = {
        .min_access_size = 1,
        .max_access_size = 2,
        .unaligned = true,
    },
};

void isa_dma_nic_reset_registers(IsaDmaNicState *s)
{
    s->pending = 0;
    s->mask = 0;
    s->tx_length = 0;
    s->index = 0;
    s->control = 0;
    s->filter = 0;
    s->multicast_count = 0;
    memset(s->multicast, 0, sizeof(s->multicast));
    memcpy(s->station, s->permanent, sizeof(s->station));
    s->credit = 0;
    s->transferred = 0;
    isa_dma_nic_clear_error(s);
    memset(s->statistics, 0, sizeof(s->statistics));
    memset(s->statistics_latch, 0, sizeof(s->statistics_latch));
}

/* What came by migration obeys the rules for writes. */
bool isa_dma_nic_validate_registers(IsaDmaNicState *s)
{
    unsigned n;
    uint16_t i;

    for (n = 0; n < ARRAY_SIZE(isa_dma_nic_registers); n++) {
        const IsaDmaNicRegister *r = &isa_dma_nic_registers[n];

        for (i = 0; i < r->count && r->field && r->valid; i++) {
            uint16_t value = *isa_dma_nic_storage(s, r, i);

            if (!r->valid(s, i, value) &&
                !(value == 0 && (r->access & ACCESS_UNSET))) {
                error_report("isa-dma-nic: migration stream has 0x%x for %s",
                             value, r->name);
                return false;
            }
        }
    }
    return true;
}
