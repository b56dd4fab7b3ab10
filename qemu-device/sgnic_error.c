/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: the last error, its counters and its log line (sections 3.5 and 8)
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "sgnic_internal.h"
#include "trace.h"

static const struct {
    const char *name;
    enum sgnic_statistic counter;
} sgnic_errors[] = {
    [SGNIC_ERROR_REGISTER]    = { "REGISTER", SGNIC_STAT_GUEST_ERRORS },
    [SGNIC_ERROR_BAD_VALUE]   = { "BAD_VALUE", SGNIC_STAT_GUEST_ERRORS },
    [SGNIC_ERROR_BUSY]        = { "BUSY", SGNIC_STAT_GUEST_ERRORS },
    [SGNIC_ERROR_ACCESS_SIZE] = { "ACCESS_SIZE", SGNIC_STAT_GUEST_ERRORS },
    [SGNIC_ERROR_PRODUCER]    = { "PRODUCER", SGNIC_STAT_GUEST_ERRORS },
    [SGNIC_ERROR_DMA_READ]    = { "DMA_READ", SGNIC_STAT_DMA_ERRORS },
    [SGNIC_ERROR_DMA_WRITE]   = { "DMA_WRITE", SGNIC_STAT_DMA_ERRORS },
    [SGNIC_ERROR_DMA_WIDTH]   = { "DMA_WIDTH", SGNIC_STAT_DMA_WIDTH_ERRORS },
    [SGNIC_ERROR_DESCRIPTOR]  = { "DESCRIPTOR", SGNIC_STAT_GUEST_ERRORS },
    [SGNIC_ERROR_DOORBELL]    = { "DOORBELL", SGNIC_STAT_GUEST_ERRORS },
    [SGNIC_ERROR_OFFLOAD]     = { "OFFLOAD", SGNIC_STAT_GUEST_ERRORS },
};

const char *sgnic_error_name(uint32_t code)
{
    return code < ARRAY_SIZE(sgnic_errors) && sgnic_errors[code].name ?
           sgnic_errors[code].name : "NONE";
}

static void sgnic_keep_error(SgnicErrorRecord *record, const SgnicQueue *q,
                             uint32_t code, uint64_t address, uint32_t value)
{
    record->code = code;
    record->queue = q ? q->number : SGNIC_ERROR_QUEUE_NONE;
    record->address = address;
    record->value = value;
    record->count++;
}

void sgnic_clear_error(SgnicState *s)
{
    s->error_code = SGNIC_ERROR_NONE;
    s->error_queue = SGNIC_ERROR_QUEUE_NONE;
    s->error_address[0] = 0;
    s->error_address[1] = 0;
    s->error_value = 0;
}

static void sgnic_count_saturated(uint32_t *counter)
{
    if (*counter != UINT32_MAX) {
        (*counter)++;
    }
}

/*
 * Records one error.  "q" is NULL when no queue is involved; the text goes to
 * the guest error log only.
 */
void sgnic_error(SgnicState *s, SgnicQueue *q, enum sgnic_error code,
                 uint64_t address, uint32_t value, const char *format, ...)
{
    s->error_code = code;
    s->error_queue = q ? q->number : SGNIC_ERROR_QUEUE_NONE;
    s->error_address[0] = address;
    s->error_address[1] = address >> 32;
    s->error_value = value;
    s->error_classes |= 1u << code;
    sgnic_count_saturated(&s->error_count[code]);
    if (q) {
        sgnic_count_saturated(&q->errors);
    }
    sgnic_count(s, sgnic_errors[code].counter, 1);
    sgnic_keep_error(&s->last_error, q, code, address, value);
    if (code >= SGNIC_ERROR_DMA_READ && code <= SGNIC_ERROR_DMA_WIDTH) {
        sgnic_keep_error(&s->last_dma_error, q, code, address, value);
    }
    trace_sgnic_error(sgnic_errors[code].name, s->error_queue, address, value);

    if (qemu_loglevel_mask(LOG_GUEST_ERROR)) {
        g_autofree char *text = NULL;
        va_list arguments;

        va_start(arguments, format);
        text = g_strdup_vprintf(format, arguments);
        va_end(arguments);
        qemu_log_mask(LOG_GUEST_ERROR, "sgnic: %s: %s\n",
                      sgnic_errors[code].name, text);
    }

    sgnic_raise(s, SGNIC_CAUSE_ERROR);
}
