/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * isa-dma-nic: the DMA channel (sections 4, 5, 6 and 9)
 *
 * The controller calls isa_dma_nic_serve() when the device asserts DREQ and
 * the channel is unmasked, whichever comes last.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "isa-dma-nic-internal.h"
#include "trace.h"

/* Mode register of the 8237 */
#define MODE_TRANSFER           0x0c
#define MODE_WRITE_MEMORY       0x04
#define MODE_READ_MEMORY        0x08
#define MODE_AUTO_INITIALISE    0x10
#define MODE_DECREMENT          0x20
#define MODE_CASCADE            0xc0

static IsaDmaNicFrame *isa_dma_nic_transfer_frame(IsaDmaNicState *s)
{
    return s->transfer == ISA_DMA_NIC_TRANSFER_TX ?
           &s->tx : isa_dma_nic_fifo_entry(s, 0);
}

/* Bytes that the transfer of one frame, TX or RX, moves in all */
uint32_t isa_dma_nic_transfer_bytes(IsaDmaNicState *s)
{
    return ROUND_UP((uint32_t)isa_dma_nic_transfer_frame(s)->length,
                    ISA_DMA_NIC_CHANNEL_UNIT(s->channel));
}

/* Credit that the record of the first frame in the FIFO takes */
static uint32_t isa_dma_nic_record_credit(IsaDmaNicState *s)
{
    return ISA_DMA_NIC_RECORD_BYTES(isa_dma_nic_fifo_entry(s, 0)->length) /
           ISA_DMA_NIC_CREDIT_UNIT;
}

static bool isa_dma_nic_wants_request(IsaDmaNicState *s)
{
    if (s->paused || !runstate_is_running()) {
        return false;
    }
    if (s->transfer == ISA_DMA_NIC_TRANSFER_CONTINUOUS) {
        return s->fifo_count && s->credit >= isa_dma_nic_record_credit(s);
    }
    return s->transfer != ISA_DMA_NIC_TRANSFER_IDLE;
}

/*
 * Makes DREQ what the state of the device asks for.  To be called after every
 * change of that state; asserting DREQ may move data before it returns.
 */
void isa_dma_nic_update_request(IsaDmaNicState *s)
{
    IsaDmaClass *k = ISADMA_GET_CLASS(s->dma);
    bool request = isa_dma_nic_wants_request(s);

    if (request == s->request) {
        return;
    }
    s->request = request;
    trace_isa_dma_nic_request(s->channel, request);
    if (request) {
        k->hold_DREQ(s->dma, s->channel);
    } else {
        k->release_DREQ(s->dma, s->channel);
    }
}

/* Drops DREQ even if the device has forgotten that it asserted it. */
void isa_dma_nic_release(IsaDmaNicState *s)
{
    s->request = false;
    ISADMA_GET_CLASS(s->dma)->release_DREQ(s->dma, s->channel);
}

void isa_dma_nic_begin(IsaDmaNicState *s, enum isa_dma_nic_transfer transfer)
{
    trace_isa_dma_nic_begin(transfer);
    s->transfer = transfer;
    if (transfer != ISA_DMA_NIC_TRANSFER_CONTINUOUS) {
        s->transferred = 0;
    }
    isa_dma_nic_update_request(s);
}

static void isa_dma_nic_end(IsaDmaNicState *s)
{
    trace_isa_dma_nic_end(s->transfer, s->transferred);
    if (s->transfer == ISA_DMA_NIC_TRANSFER_CONTINUOUS) {
        s->credit = 0;
    }
    s->transfer = ISA_DMA_NIC_TRANSFER_IDLE;
    s->paused = false;
    isa_dma_nic_update_request(s);
}

void isa_dma_nic_stop(IsaDmaNicState *s)
{
    if (s->transfer != ISA_DMA_NIC_TRANSFER_IDLE) {
        isa_dma_nic_end(s);
    }
}

static void G_GNUC_PRINTF(4, 5)
isa_dma_nic_refuse(IsaDmaNicState *s, enum isa_dma_nic_error code,
                   uint16_t value, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (s->transfer == ISA_DMA_NIC_TRANSFER_TX) {
        isa_dma_nic_count(s, ISA_DMA_NIC_STAT_TX_ERRORS, 1);
    }
    isa_dma_nic_end(s);
    isa_dma_nic_error(s, code,
                      ISA_DMA_NIC_ERROR_SOURCE_CHANNEL | s->channel, value,
                      "channel %" PRIu32 ": %s", s->channel, text);
}

static bool isa_dma_nic_mode_fits(IsaDmaNicState *s, uint8_t mode)
{
    uint8_t direction = s->transfer == ISA_DMA_NIC_TRANSFER_TX ?
                        MODE_READ_MEMORY : MODE_WRITE_MEMORY;

    return (mode & MODE_TRANSFER) == direction && !(mode & MODE_DECREMENT) &&
           (mode & MODE_CASCADE) != MODE_CASCADE &&
           ((mode & MODE_AUTO_INITIALISE) ||
            s->transfer != ISA_DMA_NIC_TRANSFER_CONTINUOUS);
}

/* Section 9.2: what a real 8237 would not do is not done here either. */
static bool isa_dma_nic_check_channel(IsaDmaNicState *s, int position,
                                      int size)
{
    const I8257Regs *r = &I8257(s->dma)->regs[s->channel & 3];
    uint16_t address = r->base[0], count = r->base[1];

    if (!isa_dma_nic_mode_fits(s, r->mode)) {
        isa_dma_nic_refuse(s, ISA_DMA_NIC_ERROR_DMA_MODE, r->mode,
                           "mode 0x%02x cannot carry transfer %u", r->mode,
                           s->transfer);
        return false;
    }
    if (address + count > UINT16_MAX) {
        isa_dma_nic_refuse(s, ISA_DMA_NIC_ERROR_DMA_BOUNDARY, count,
                           "address 0x%04x and count 0x%04x cross the "
                           "boundary", address, count);
        return false;
    }
    if (s->transfer == ISA_DMA_NIC_TRANSFER_CONTINUOUS &&
        (size % ISA_DMA_NIC_RECORD_ALIGNMENT ||
         position % ISA_DMA_NIC_RECORD_ALIGNMENT ||
         size < ISA_DMA_NIC_RECORD_MAX ||
         s->credit * ISA_DMA_NIC_CREDIT_UNIT > size)) {
        isa_dma_nic_refuse(s, ISA_DMA_NIC_ERROR_DMA_COUNT, count,
                           "count 0x%04x, position %d and credit %u do not "
                           "fit records", count, position, s->credit);
        return false;
    }
    return true;
}

static void isa_dma_nic_count_received(IsaDmaNicState *s,
                                       const IsaDmaNicFrame *frame)
{
    isa_dma_nic_count(s, ISA_DMA_NIC_STAT_RX_FRAMES, 1);
    isa_dma_nic_count(s, ISA_DMA_NIC_STAT_RX_BYTES, frame->length);
    switch (isa_dma_nic_packet_type(frame->data)) {
    case ETH_PKT_MCAST:
        isa_dma_nic_count(s, ISA_DMA_NIC_STAT_RX_MULTICAST, 1);
        break;
    case ETH_PKT_BCAST:
        isa_dma_nic_count(s, ISA_DMA_NIC_STAT_RX_BROADCAST, 1);
        break;
    default:
        break;
    }
}

/* All bytes of the frame are moved. */
static void isa_dma_nic_complete(IsaDmaNicState *s)
{
    bool transmit = s->transfer == ISA_DMA_NIC_TRANSFER_TX;

    isa_dma_nic_end(s);
    if (transmit) {
        /* The last word of an odd frame brought a byte too many. */
        memset(s->tx.data + s->tx.length, 0,
               sizeof(s->tx.data) - s->tx.length);
        s->tx_waiting = true;
        qemu_bh_schedule(s->bh);
    } else {
        isa_dma_nic_count_received(s, isa_dma_nic_fifo_entry(s, 0));
        isa_dma_nic_fifo_pop(s);
        isa_dma_nic_raise(s, ISA_DMA_NIC_CAUSE_RX_DONE);
    }
}

/* Terminal count came first. */
static void isa_dma_nic_pause(IsaDmaNicState *s)
{
    trace_isa_dma_nic_short(s->transfer, s->transferred);
    s->paused = true;
    isa_dma_nic_update_request(s);
    isa_dma_nic_count(s, ISA_DMA_NIC_STAT_SHORT_COUNTS, 1);
    isa_dma_nic_raise(s, ISA_DMA_NIC_CAUSE_SHORT);
}

/* One frame, or a piece of it; bounded by the channel and by the frame */
static int isa_dma_nic_move(IsaDmaNicState *s, int position, int size)
{
    IsaDmaClass *k = ISADMA_GET_CLASS(s->dma);
    uint8_t *data = isa_dma_nic_transfer_frame(s)->data + s->transferred;
    int left = isa_dma_nic_transfer_bytes(s) - s->transferred;
    int length = MIN(size - position, left);
    bool reload = k->has_autoinitialization(s->dma, s->channel);

    if (s->transfer == ISA_DMA_NIC_TRANSFER_TX) {
        k->read_memory(s->dma, s->channel, data, position, length);
    } else {
        k->write_memory(s->dma, s->channel, data, position, length);
    }
    trace_isa_dma_nic_move(s->transfer, s->transferred, length, position,
                           size);
    s->transferred += length;
    position += length;
    if (length == left) {
        isa_dma_nic_complete(s);
    } else {
        isa_dma_nic_pause(s);
    }
    return position == size && reload ? 0 : position;
}

/* One record of section 6; returns the position behind it. */
static int isa_dma_nic_store_record(IsaDmaNicState *s, int position, int size)
{
    IsaDmaClass *k = ISADMA_GET_CLASS(s->dma);
    const IsaDmaNicFrame *frame = isa_dma_nic_fifo_entry(s, 0);
    int length = ISA_DMA_NIC_RECORD_BYTES(frame->length);
    uint8_t record[ISA_DMA_NIC_RECORD_MAX];
    int first = MIN(length, size - position);

    stw_le_p(record, frame->length);
    stw_le_p(record + 2, frame->status);
    memcpy(record + ISA_DMA_NIC_RECORD_HEADER, frame->data,
           length - ISA_DMA_NIC_RECORD_HEADER);
    k->write_memory(s->dma, s->channel, record, position, first);
    if (first < length) {
        k->write_memory(s->dma, s->channel, record + first, 0,
                        length - first);
    }
    trace_isa_dma_nic_record(position, length, s->credit);
    return (position + length) % size;
}

static int isa_dma_nic_move_records(IsaDmaNicState *s, int position, int size)
{
    while (isa_dma_nic_wants_request(s)) {
        position = isa_dma_nic_store_record(s, position, size);
        s->credit -= isa_dma_nic_record_credit(s);
        isa_dma_nic_count_received(s, isa_dma_nic_fifo_entry(s, 0));
        isa_dma_nic_fifo_pop(s);
        isa_dma_nic_raise(s, ISA_DMA_NIC_CAUSE_RX_DONE);
    }
    isa_dma_nic_update_request(s);
    return position;
}

/*
 * Called by the controller: "position" bytes of "size" are done.  Returns the
 * new position.
 */
int isa_dma_nic_serve(void *opaque, int channel, int position, int size)
{
    IsaDmaNicState *s = opaque;

    /* At position "size" the count has run out: the channel is void. */
    if (!s->request || position < 0 || position >= size ||
        !isa_dma_nic_check_channel(s, position, size)) {
        return position;
    }
    if (s->transfer == ISA_DMA_NIC_TRANSFER_CONTINUOUS) {
        return isa_dma_nic_move_records(s, position, size);
    }
    return isa_dma_nic_move(s, position, size);
}
