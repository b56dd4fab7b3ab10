/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: the registers of a queue (section 3.7)
 */
#include "qemu/osdep.h"
#include "sgnic_registers.h"

static bool sgnic_valid_ring_size(const SgnicState *s, uint32_t value)
{
    return value >= SGNIC_RING_MIN && value <= SGNIC_RING_MAX &&
           is_power_of_2(value);
}

static bool sgnic_valid_base_low(const SgnicState *s, uint32_t value)
{
    return QEMU_IS_ALIGNED(value, SGNIC_RING_ALIGNMENT);
}

static bool sgnic_valid_moderation_time(const SgnicState *s, uint32_t value)
{
    return value <= SGNIC_MODERATION_TIME_MAX;
}

static bool sgnic_valid_moderation_count(const SgnicState *s, uint32_t value)
{
    return value <= SGNIC_RING_MAX;
}

static uint32_t sgnic_read_control(SgnicState *s, SgnicQueue *q)
{
    return q->state == SGNIC_QUEUE_DISABLED ? 0 : SGNIC_QUEUE_ENABLE;
}

static uint32_t sgnic_read_frames(SgnicState *s, SgnicQueue *q)
{
    q->frames_latch = q->frames >> 32;
    return q->frames;
}

static uint32_t sgnic_read_bytes(SgnicState *s, SgnicQueue *q)
{
    q->bytes_latch = q->bytes >> 32;
    return q->bytes;
}

static void sgnic_written_moderation(SgnicState *s, SgnicQueue *q,
                                     uint32_t value)
{
    sgnic_moderation_signal(q);
}

static void sgnic_written_control(SgnicState *s, SgnicQueue *q, uint32_t value)
{
    uint32_t index = sgnic_queue_index(q);

    if (!value) {
        sgnic_queue_disable(q);
    } else if (q->state == SGNIC_QUEUE_DISABLED) {
        sgnic_queue_enable(q, (sgnic_queue_is_rx(q) ? SGNIC_RX_QUEUE(index) :
                               SGNIC_TX_QUEUE(index)) + SGNIC_QUEUE_CONTROL);
    }
}

#define QUEUE_FIELD(member) .field = offsetof(SgnicQueue, member)

#define QUEUE_BASE_LOW(name, which) \
    { name, SGNIC_RW | SGNIC_STOPPED, QUEUE_FIELD(base[which][0]), \
      .valid = sgnic_valid_base_low }
#define QUEUE_BASE_HIGH(name, which) \
    { name, SGNIC_RW | SGNIC_STOPPED, QUEUE_FIELD(base[which][1]) }

const SgnicRegister sgnic_queue_registers[SGNIC_QUEUE_SPAN / 4] = {
    [SGNIC_QUEUE_CONTROL / 4] = {
        "CONTROL", SGNIC_RW, .read = sgnic_read_control,
        .valid = sgnic_valid_one_bit, .written = sgnic_written_control },
    [SGNIC_QUEUE_STATE / 4] = { "STATE", SGNIC_R, QUEUE_FIELD(state) },
    [SGNIC_QUEUE_RING_SIZE / 4] = {
        "RING_SIZE", SGNIC_RW | SGNIC_STOPPED | SGNIC_UNSET,
        QUEUE_FIELD(ring_size), .valid = sgnic_valid_ring_size },
    [SGNIC_QUEUE_VECTOR / 4] = {
        "VECTOR", SGNIC_RW, QUEUE_FIELD(vector),
        .valid = sgnic_valid_vector },
    [SGNIC_QUEUE_DESCRIPTORS_LOW / 4] =
        QUEUE_BASE_LOW("DESCRIPTORS_LOW", SGNIC_BASE_DESCRIPTORS),
    [SGNIC_QUEUE_DESCRIPTORS_HIGH / 4] =
        QUEUE_BASE_HIGH("DESCRIPTORS_HIGH", SGNIC_BASE_DESCRIPTORS),
    [SGNIC_QUEUE_COMPLETIONS_LOW / 4] =
        QUEUE_BASE_LOW("COMPLETIONS_LOW", SGNIC_BASE_COMPLETIONS),
    [SGNIC_QUEUE_COMPLETIONS_HIGH / 4] =
        QUEUE_BASE_HIGH("COMPLETIONS_HIGH", SGNIC_BASE_COMPLETIONS),
    [SGNIC_QUEUE_RECORD_LOW / 4] =
        QUEUE_BASE_LOW("RECORD_LOW", SGNIC_BASE_RECORD),
    [SGNIC_QUEUE_RECORD_HIGH / 4] =
        QUEUE_BASE_HIGH("RECORD_HIGH", SGNIC_BASE_RECORD),
    [SGNIC_QUEUE_CONSUMED / 4] = {
        "CONSUMED", SGNIC_R, QUEUE_FIELD(consumed) },
    [SGNIC_QUEUE_COMPLETED / 4] = {
        "COMPLETED", SGNIC_R, QUEUE_FIELD(completed) },
    [SGNIC_QUEUE_MODERATION_TIME / 4] = {
        "MODERATION_TIME", SGNIC_RW, QUEUE_FIELD(moderation_time),
        .valid = sgnic_valid_moderation_time,
        .written = sgnic_written_moderation },
    [SGNIC_QUEUE_MODERATION_COUNT / 4] = {
        "MODERATION_COUNT", SGNIC_RW, QUEUE_FIELD(moderation_count),
        .valid = sgnic_valid_moderation_count,
        .written = sgnic_written_moderation },
    [SGNIC_QUEUE_FRAMES_LOW / 4] = {
        "FRAMES_LOW", SGNIC_R, .read = sgnic_read_frames },
    [SGNIC_QUEUE_FRAMES_HIGH / 4] = {
        "FRAMES_HIGH", SGNIC_R, QUEUE_FIELD(frames_latch) },
    [SGNIC_QUEUE_BYTES_LOW / 4] = {
        "BYTES_LOW", SGNIC_R, .read = sgnic_read_bytes },
    [SGNIC_QUEUE_BYTES_HIGH / 4] = {
        "BYTES_HIGH", SGNIC_R, QUEUE_FIELD(bytes_latch) },
    [SGNIC_QUEUE_ERRORS / 4] = { "ERRORS", SGNIC_R, QUEUE_FIELD(errors) },
};
