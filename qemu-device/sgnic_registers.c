/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: the register file (section 3)
 *
 * Tables for the device and, in sgnic_queue_registers.c, for a queue, indexed
 * by offset.  What a write accepts is what a migration stream may contain.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "sgnic_registers.h"

static bool sgnic_valid_zero(const SgnicState *s, uint32_t value)
{
    return value == 0;
}

bool sgnic_valid_one_bit(const SgnicState *s, uint32_t value)
{
    return value <= 1;
}

static bool sgnic_valid_reset(const SgnicState *s, uint32_t value)
{
    return value == SGNIC_RESET_NOW;
}

static bool sgnic_valid_dma_width(const SgnicState *s, uint32_t value)
{
    return (value == 24 || value == 32 || value == 64) &&
           value <= s->dma_width_limit;
}

/* Section 3.1: each feature with the one it needs */
static bool sgnic_valid_features(const SgnicState *s, uint32_t value)
{
    static const struct {
        uint32_t feature;
        uint32_t needs;
    } rules[] = {
        { SGNIC_FEATURE_SEGMENTATION, SGNIC_FEATURE_CHECKSUM },
        { SGNIC_FEATURE_PARTIAL, SGNIC_FEATURE_RX_CHECKSUM },
        { SGNIC_FEATURE_LARGE_RECEIVE, SGNIC_FEATURE_PARTIAL },
    };
    int i;

    for (i = 0; i < ARRAY_SIZE(rules); i++) {
        if ((value & rules[i].feature) && !(value & rules[i].needs)) {
            return false;
        }
    }
    return !(value & ~s->features_offered);
}

static bool sgnic_valid_frame_size(const SgnicState *s, uint32_t value)
{
    return value >= SGNIC_MAX_FRAME && value <= SGNIC_MAX_JUMBO_FRAME;
}

static bool sgnic_valid_station_low(const SgnicState *s, uint32_t value)
{
    return !(value & 1);
}

static bool sgnic_valid_address_high(const SgnicState *s, uint32_t value)
{
    return value <= UINT16_MAX;
}

static bool sgnic_valid_filter(const SgnicState *s, uint32_t value)
{
    return !(value & ~SGNIC_FILTER_MASK);
}

static bool sgnic_valid_multicast_count(const SgnicState *s, uint32_t value)
{
    return value <= SGNIC_MULTICAST_MAX;
}

static bool sgnic_valid_causes(const SgnicState *s, uint32_t value)
{
    return !(value & ~sgnic_causes(s));
}

bool sgnic_valid_vector(const SgnicState *s, uint32_t value)
{
    return value < sgnic_vectors(s);
}

static bool sgnic_valid_error_classes(const SgnicState *s, uint32_t value)
{
    return !(value & ~SGNIC_ERROR_CLASSES_MASK);
}

static bool sgnic_valid_rss_types(const SgnicState *s, uint32_t value)
{
    return !(value & ~SGNIC_RSS_TYPES_MASK);
}

static bool sgnic_valid_rss_table_log2(const SgnicState *s, uint32_t value)
{
    return value <= SGNIC_RSS_TABLE_LOG2_MAX;
}

static bool sgnic_valid_rss_table(const SgnicState *s, uint32_t value)
{
    while (value && (value & 0xff) < s->queue_pairs) {
        value >>= 8;
    }
    return value == 0;
}

static uint32_t sgnic_read_limit_queues(SgnicState *s, SgnicQueue *q)
{
    return s->queue_pairs | s->queue_pairs << 8 | sgnic_vectors(s) << 16;
}

static uint32_t sgnic_read_error_classes(SgnicState *s, SgnicQueue *q)
{
    return s->error_classes;
}

static uint32_t sgnic_read_status(SgnicState *s, SgnicQueue *q)
{
    uint32_t status = s->link_up ? SGNIC_STATUS_LINK_UP : 0;
    uint32_t i;

    for (i = 0; i < s->queue_count; i++) {
        if (s->queues[i].state == SGNIC_QUEUE_ERROR) {
            status |= SGNIC_STATUS_QUEUE_ERROR;
        }
    }
    return status;
}

static uint32_t sgnic_read_cause(SgnicState *s, SgnicQueue *q)
{
    return sgnic_interrupt_acknowledge(s);
}

static void sgnic_written_reset(SgnicState *s, SgnicQueue *q, uint32_t value)
{
    sgnic_reset(s);
}

static void sgnic_written_features(SgnicState *s, SgnicQueue *q,
                                   uint32_t value)
{
    sgnic_backend_update(s);
}

static void sgnic_written_interrupt(SgnicState *s, SgnicQueue *q,
                                    uint32_t value)
{
    sgnic_interrupt_update(s);
}

static void sgnic_written_mask(SgnicState *s, SgnicQueue *q, uint32_t value)
{
    sgnic_interrupt_unmask(s);
}

static void sgnic_written_raise(SgnicState *s, SgnicQueue *q, uint32_t value)
{
    sgnic_raise(s, value);
}

static void sgnic_written_error(SgnicState *s, SgnicQueue *q, uint32_t value)
{
    sgnic_clear_error(s);
}

static void sgnic_written_station(SgnicState *s, SgnicQueue *q, uint32_t value)
{
    uint8_t address[ETH_ALEN];

    stl_le_p(address, s->station[0]);
    stw_le_p(address + 4, s->station[1]);
    qemu_format_nic_info_str(qemu_get_queue(s->nic), address);
}

static void sgnic_written_error_classes(SgnicState *s, SgnicQueue *q,
                                        uint32_t value)
{
    s->error_classes &= ~value;
}

static void sgnic_written_rss_key(SgnicState *s, SgnicQueue *q, uint32_t value)
{
    s->rss_hash_valid = false;
    sgnic_rx_retry(s);
}

static void sgnic_written_rss(SgnicState *s, SgnicQueue *q, uint32_t value)
{
    sgnic_rx_retry(s);
}

#define MEMBER(member) .field = offsetof(SgnicState, member)

static const SgnicRegister sgnic_device_registers[] = {
    [SGNIC_ID / 4] = { "ID", SGNIC_R, .constant = SGNIC_ID_VALUE },
    [SGNIC_VERSION / 4] = {
        "VERSION", SGNIC_R, .constant = SGNIC_VERSION_VALUE },
    [SGNIC_FEATURES_OFFERED / 4] = {
        "FEATURES_OFFERED", SGNIC_R, MEMBER(features_offered) },
    [SGNIC_FEATURES_ENABLED / 4] = {
        "FEATURES_ENABLED", SGNIC_RW | SGNIC_STOPPED, MEMBER(features_enabled),
        .valid = sgnic_valid_features, .written = sgnic_written_features },
    [SGNIC_LIMIT_QUEUES / 4] = {
        "LIMIT_QUEUES", SGNIC_R, .read = sgnic_read_limit_queues },
    [SGNIC_LIMIT_RING / 4] = {
        "LIMIT_RING", SGNIC_R,
        .constant = SGNIC_RING_MIN_LOG2 | SGNIC_RING_MAX_LOG2 << 8 |
                    SGNIC_MAX_ELEMENTS << 16 },
    [SGNIC_LIMIT_FRAME / 4] = {
        "LIMIT_FRAME", SGNIC_R, .constant = SGNIC_MAX_JUMBO_FRAME },
    [SGNIC_FRAME_SIZE / 4] = {
        "FRAME_SIZE", SGNIC_RW | SGNIC_STOPPED, MEMBER(frame_size),
        .valid = sgnic_valid_frame_size },
    [SGNIC_LIMIT_SEGMENT / 4] = {
        "LIMIT_SEGMENT", SGNIC_R, .constant = SGNIC_MAX_SEGMENT },
    [SGNIC_RESET / 4] = {
        "RESET", SGNIC_W, .valid = sgnic_valid_reset,
        .written = sgnic_written_reset },
    [SGNIC_STATUS / 4] = { "STATUS", SGNIC_R, .read = sgnic_read_status },
    [SGNIC_DMA_WIDTH / 4] = {
        "DMA_WIDTH", SGNIC_RW | SGNIC_STOPPED, MEMBER(dma_width),
        .valid = sgnic_valid_dma_width },
    [SGNIC_STATION_LOW / 4] = {
        "STATION_LOW", SGNIC_RW, MEMBER(station[0]),
        .valid = sgnic_valid_station_low, .written = sgnic_written_station },
    [SGNIC_STATION_HIGH / 4] = {
        "STATION_HIGH", SGNIC_RW, MEMBER(station[1]),
        .valid = sgnic_valid_address_high, .written = sgnic_written_station },
    [SGNIC_PERMANENT_LOW / 4] = {
        "PERMANENT_LOW", SGNIC_R, MEMBER(permanent[0]) },
    [SGNIC_PERMANENT_HIGH / 4] = {
        "PERMANENT_HIGH", SGNIC_R, MEMBER(permanent[1]) },
    [SGNIC_RECEIVE_FILTER / 4] = {
        "RECEIVE_FILTER", SGNIC_RW, MEMBER(filter),
        .valid = sgnic_valid_filter },
    [SGNIC_MULTICAST_COUNT / 4] = {
        "MULTICAST_COUNT", SGNIC_RW, MEMBER(multicast_count),
        .valid = sgnic_valid_multicast_count },
    [SGNIC_INTERRUPT_CAUSE / 4] = {
        "INTERRUPT_CAUSE", SGNIC_R, .read = sgnic_read_cause },
    [SGNIC_INTERRUPT_MASK / 4] = {
        "INTERRUPT_MASK", SGNIC_RW, MEMBER(mask),
        .valid = sgnic_valid_causes, .written = sgnic_written_mask },
    [SGNIC_INTERRUPT_PENDING / 4] = {
        "INTERRUPT_PENDING", SGNIC_R, MEMBER(pending) },
    [SGNIC_INTERRUPT_RAISE / 4] = {
        "INTERRUPT_RAISE", SGNIC_W, .valid = sgnic_valid_causes,
        .written = sgnic_written_raise },
    [SGNIC_INTERRUPT_MODE / 4] = {
        "INTERRUPT_MODE", SGNIC_RW, MEMBER(mode),
        .valid = sgnic_valid_one_bit, .written = sgnic_written_interrupt },
    [SGNIC_OTHER_VECTOR / 4] = {
        "OTHER_VECTOR", SGNIC_RW, MEMBER(other_vector),
        .valid = sgnic_valid_vector },
    [SGNIC_ERROR_CODE / 4] = {
        "ERROR_CODE", SGNIC_RW | SGNIC_DERIVED, MEMBER(error_code),
        .valid = sgnic_valid_zero, .written = sgnic_written_error },
    [SGNIC_ERROR_QUEUE / 4] = { "ERROR_QUEUE", SGNIC_R, MEMBER(error_queue) },
    [SGNIC_ERROR_ADDRESS_LOW / 4] = {
        "ERROR_ADDRESS_LOW", SGNIC_R, MEMBER(error_address[0]) },
    [SGNIC_ERROR_ADDRESS_HIGH / 4] = {
        "ERROR_ADDRESS_HIGH", SGNIC_R, MEMBER(error_address[1]) },
    [SGNIC_ERROR_VALUE / 4] = { "ERROR_VALUE", SGNIC_R, MEMBER(error_value) },
    [SGNIC_ERROR_CLASSES / 4] = {
        "ERROR_CLASSES", SGNIC_RW, .read = sgnic_read_error_classes,
        .valid = sgnic_valid_error_classes,
        .written = sgnic_written_error_classes },
    [SGNIC_RSS_TYPES / 4] = {
        "RSS_TYPES", SGNIC_RW, MEMBER(rss_types),
        .valid = sgnic_valid_rss_types, .written = sgnic_written_rss },
    [SGNIC_RSS_TABLE_LOG2 / 4] = {
        "RSS_TABLE_LOG2", SGNIC_RW, MEMBER(rss_table_log2),
        .valid = sgnic_valid_rss_table_log2, .written = sgnic_written_rss },
};

/* Registers of one kind, "stride" bytes apart; so are the values stored. */
static const struct {
    hwaddr first;
    uint32_t count;
    uint32_t stride;
    SgnicRegister reg;          /* "field" is that of the first one */
} sgnic_register_arrays[] = {
    { SGNIC_MULTICAST_LOW(0), SGNIC_MULTICAST_MAX, 8,
      { "MULTICAST_LOW", SGNIC_RW, MEMBER(multicast[0][0]) } },
    { SGNIC_MULTICAST_HIGH(0), SGNIC_MULTICAST_MAX, 8,
      { "MULTICAST_HIGH", SGNIC_RW, MEMBER(multicast[0][1]),
        .valid = sgnic_valid_address_high } },
    { SGNIC_RSS_KEY(0), SGNIC_RSS_KEY_WORDS, 4,
      { "RSS_KEY", SGNIC_RW, MEMBER(rss_key),
        .written = sgnic_written_rss_key } },
    { SGNIC_RSS_TABLE(0), SGNIC_RSS_TABLE_WORDS, 4,
      { "RSS_TABLE", SGNIC_RW, MEMBER(rss_table),
        .valid = sgnic_valid_rss_table, .written = sgnic_written_rss } },
    { SGNIC_VLAN_TABLE(0), SGNIC_VLAN_TABLE_WORDS, 4,
      { "VLAN_TABLE", SGNIC_RW, MEMBER(vlan_table) } },
    { SGNIC_ERROR_COUNT(1), SGNIC_ERROR_LAST, 4,
      { "ERROR_COUNT", SGNIC_R, MEMBER(error_count[1]) } },
};

const SgnicRegister sgnic_statistic_register = {
    "STATISTIC", SGNIC_R,
};

const SgnicRegister sgnic_doorbell_register = {
    "DOORBELL", SGNIC_W,
};

static bool sgnic_within(hwaddr offset, hwaddr base, hwaddr size)
{
    return offset >= base && offset - base < size;
}

static uint32_t *sgnic_field(void *object, const SgnicRegister *reg)
{
    return reg->field ? (uint32_t *)((char *)object + reg->field) : NULL;
}

static bool sgnic_find_in_queue(SgnicQueue *q, hwaddr offset, SgnicTarget *t)
{
    t->q = q;
    if (sgnic_queue_registers[offset / 4].name) {
        t->reg = &sgnic_queue_registers[offset / 4];
        t->storage = sgnic_field(q, t->reg);
    }
    return t->reg;
}

static bool sgnic_find_in_arrays(SgnicState *s, hwaddr offset, SgnicTarget *t)
{
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(sgnic_register_arrays); i++) {
        hwaddr first = sgnic_register_arrays[i].first;
        uint32_t stride = sgnic_register_arrays[i].stride;

        if (sgnic_within(offset, first,
                         stride * sgnic_register_arrays[i].count) &&
            (offset - first) % stride == 0) {
            t->reg = &sgnic_register_arrays[i].reg;
            t->storage = sgnic_field(s, t->reg) + (offset - first) / 4;
            return true;
        }
    }
    return false;
}

/* Returns false if the offset has no register. */
bool sgnic_find_register(SgnicState *s, hwaddr offset, SgnicTarget *t)
{
    hwaddr n;

    *t = (SgnicTarget) { 0 };
    if (sgnic_within(offset, SGNIC_TX_DOORBELL(0), 8 * s->queue_pairs)) {
        n = (offset - SGNIC_TX_DOORBELL(0)) / 8;
        t->q = offset & 4 ? sgnic_rx_queue(s, n) : sgnic_tx_queue(s, n);
        t->reg = &sgnic_doorbell_register;
        return true;
    }
    if (sgnic_within(offset, SGNIC_TX_QUEUE(0),
                     s->queue_pairs * SGNIC_QUEUE_SPAN)) {
        offset -= SGNIC_TX_QUEUE(0);
        return sgnic_find_in_queue(sgnic_tx_queue(s, offset / SGNIC_QUEUE_SPAN),
                                   offset % SGNIC_QUEUE_SPAN, t);
    }
    if (sgnic_within(offset, SGNIC_RX_QUEUE(0),
                     s->queue_pairs * SGNIC_QUEUE_SPAN)) {
        offset -= SGNIC_RX_QUEUE(0);
        return sgnic_find_in_queue(sgnic_rx_queue(s, offset / SGNIC_QUEUE_SPAN),
                                   offset % SGNIC_QUEUE_SPAN, t);
    }
    if (sgnic_within(offset, SGNIC_STATISTIC(0), 8 * SGNIC_STAT_COUNT)) {
        t->reg = &sgnic_statistic_register;
        return true;
    }
    if (offset / 4 < ARRAY_SIZE(sgnic_device_registers) &&
        sgnic_device_registers[offset / 4].name) {
        t->reg = &sgnic_device_registers[offset / 4];
        t->storage = sgnic_field(s, t->reg);
        return true;
    }
    return sgnic_find_in_arrays(s, offset, t);
}

void sgnic_reset_registers(SgnicState *s)
{
    s->features_enabled = 0;
    s->frame_size = SGNIC_MAX_FRAME;
    s->dma_width = s->dma_width_limit;
    memcpy(s->station, s->permanent, sizeof(s->station));
    s->filter = 0;
    s->multicast_count = 0;
    memset(s->multicast, 0, sizeof(s->multicast));
    memset(s->vlan_table, 0, sizeof(s->vlan_table));
    memset(s->statistics, 0, sizeof(s->statistics));
    memset(s->statistics_latch, 0, sizeof(s->statistics_latch));
    s->error_classes = 0;
    memset(s->error_count, 0, sizeof(s->error_count));
    s->rss_types = 0;
    s->rss_table_log2 = 0;
    memset(s->rss_key, 0, sizeof(s->rss_key));
    memset(s->rss_table, 0, sizeof(s->rss_table));
    s->rss_hash_valid = false;
    sgnic_clear_error(s);
    sgnic_written_station(s, NULL, 0);
    sgnic_backend_update(s);
}

static bool sgnic_validate_register(SgnicState *s, hwaddr offset)
{
    SgnicTarget t;

    if (!sgnic_find_register(s, offset, &t) || !t.reg->valid || !t.storage ||
        (t.reg->access & SGNIC_DERIVED) ||
        (*t.storage == 0 && (t.reg->access & SGNIC_UNSET)) ||
        t.reg->valid(s, *t.storage)) {
        return true;
    }
    error_report("sgnic: migration stream has 0x%" PRIx32 " for %s at 0x%"
                 HWADDR_PRIx, *t.storage, t.reg->name, offset);
    return false;
}

/* After migration: checks the stored values by the rules for writes. */
bool sgnic_validate_registers(SgnicState *s)
{
    hwaddr offset;

    for (offset = 0; offset < SGNIC_RX_QUEUE(SGNIC_QUEUE_MAX); offset += 4) {
        if (!sgnic_validate_register(s, offset)) {
            return false;
        }
    }
    return true;
}
