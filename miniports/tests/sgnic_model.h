/* SPDX-License-Identifier: MIT */
/*
 * sgnic_model.h - an sgnic in the test's own process
 *
 * A second, small implementation of docs/device-specification.md behind the fake platform, so that
 * the miniport can be run against a device that also misbehaves. It does what a driver of version 1
 * needs: identity, queues, interrupts in mode SHARED, filter registers, statistics, DMA errors. It
 * filters no frames. The model of record is qemu-device/.
 */
#ifndef SGNIC_MODEL_H
#define SGNIC_MODEL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "platform/fake/fake.h"
#include "sgnic_regs.h"

struct model;

/** model_hook - may change a completion on its way to the driver */
typedef void (*model_hook)(struct sgnic_completion *completion);

struct model *model_create(struct event_loop *loop);
/** model_free() - also closes the platform; the driver must have stopped. */
void model_free(struct model *model);
struct platform *model_platform(struct model *model);

/** model_hold() - true: doorbells are remembered and nothing is sent until model_hold(false). */
void model_hold(struct model *model, bool hold);
/** model_receive() - a frame from the wire. Return: false, no buffer was posted and it is lost. */
bool model_receive(struct model *model, const void *frame, size_t length);
/** model_sent() - frames sent so far, GBytes; the test takes them out. */
GQueue *model_sent(struct model *model);

/** model_corrupt() - the next completion of a queue passes through @hook. */
void model_corrupt(struct model *model, bool is_receive, model_hook hook);
void model_set_link(struct model *model, bool up);
/** model_remove() - true: every register reads as ones, writes do nothing. */
void model_remove(struct model *model, bool gone);
/** model_break_queue() - the queue goes to ERROR at its next doorbell. */
void model_break_queue(struct model *model, bool is_receive);
/** model_refuse_enable() - ENABLE is ignored. */
void model_refuse_enable(struct model *model, bool refuse);
/** model_set_register() - changes what a read-only register says (identity and limits). */
void model_set_register(struct model *model, uint32_t offset, uint32_t value);
uint32_t model_register(struct model *model, uint32_t offset);
/** model_guest_errors() - mistakes of the driver: bad registers, values or accesses. */
unsigned int model_guest_errors(struct model *model);
/** model_last_transmit() - address and length of the first element of the last frame read. */
void model_last_transmit(struct model *model, uint64_t *address, uint32_t *length);

#endif /* SGNIC_MODEL_H */
