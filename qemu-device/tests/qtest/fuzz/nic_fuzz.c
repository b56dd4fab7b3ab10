/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structure-aware fuzz targets: input, time, migration
 */
#include "qemu/osdep.h"
#include "block/aio.h"
#include "io/channel-buffer.h"
#include "migration/qemu-file.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "qemu/units.h"
#include "system/runstate.h"
#include "nic_fuzz.h"

#define MAX_LOOPS               10

uint64_t fuzz_take(FuzzInput *in, size_t bytes)
{
    uint64_t value = 0;
    size_t i;

    for (i = 0; i < bytes && in->size; i++) {
        value |= (uint64_t)*in->data++ << 8 * i;
        in->size--;
    }
    return value;
}

uint32_t fuzz_take_value(FuzzInput *in)
{
    uint8_t kind = fuzz_take(in, 1);

    switch (kind & 3) {
    case 0:
        return kind >> 2;
    case 1:
        return 1u << (kind >> 2 & 31);
    case 2:
        return ~(uint32_t)(kind >> 2);
    default:
        return fuzz_take(in, 4);
    }
}

void fuzz_run_bottom_halves(void)
{
    int i = MAX_LOOPS;

    while (i-- > 0 && aio_bh_poll(qemu_get_aio_context())) {
        continue;
    }
}

void fuzz_run_main_loop(void)
{
    int i = MAX_LOOPS;

    while (g_main_context_pending(NULL) && i-- > 0) {
        main_loop_wait(true);
    }
}

void fuzz_advance_clock(uint32_t nanoseconds)
{
    qemu_clock_advance_virtual_time(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                                    nanoseconds);
}

/* Few bytes differ, so that most of the stream is as the device wrote it. */
static void damage(uint8_t *stream, size_t size, FuzzInput *in)
{
    uint8_t count = fuzz_take(in, 1) & 7;

    while (size && count--) {
        uint16_t where = fuzz_take(in, 2);

        stream[where % size] = fuzz_take(in, 1);
    }
}

/* What a refusal prints would fill the log of an hour. */
static int load_silently(QEMUFile *file, DeviceState *dev)
{
    const VMStateDescription *vmsd = qdev_get_vmsd(dev);
    static FILE *nowhere;
    FILE *kept = stderr;
    int ret;

    if (!nowhere) {
        nowhere = fopen("/dev/null", "w");
        g_assert(nowhere);
    }
    stderr = nowhere;
    ret = vmstate_load_state(file, vmsd, dev, vmsd->version_id);
    stderr = kept;
    return ret;
}

/* What the device saves; closing the file would free its buffer. */
static QIOChannelBuffer *save(DeviceState *dev)
{
    QIOChannelBuffer *buffer = qio_channel_buffer_new(32 * KiB);
    QIOChannelBuffer *copy;
    QEMUFile *file = qemu_file_new_output(QIO_CHANNEL(buffer));
    int ret = vmstate_save_state(file, qdev_get_vmsd(dev), dev, NULL);

    g_assert(ret == 0);
    qemu_put_be64(file, 0);     /* The end of a section is looked for behind. */
    qemu_fflush(file);
    copy = qio_channel_buffer_new(buffer->usage);
    memcpy(copy->data, buffer->data, buffer->usage);
    copy->usage = buffer->usage;
    qemu_fclose(file);
    object_unref(OBJECT(buffer));
    return copy;
}

bool fuzz_migrate(DeviceState *dev, FuzzInput *in,
                  void (*reset)(DeviceState *))
{
    QIOChannelBuffer *buffer;
    QEMUFile *file;
    int ret;

    vm_stop(RUN_STATE_FINISH_MIGRATE);
    buffer = save(dev);
    reset(dev);
    damage(buffer->data, buffer->usage, in);
    file = qemu_file_new_input(QIO_CHANNEL(buffer));
    ret = load_silently(file, dev);
    qemu_fclose(file);
    object_unref(OBJECT(buffer));
    if (ret) {
        reset(dev);
    }
    vm_start();
    return ret == 0;
}
