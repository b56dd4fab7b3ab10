/* SPDX-License-Identifier: MIT */
/*
 * sgnic_state.h - everything the registers say, at one moment
 *
 * Reset and migration are tested by comparing two of these.
 */
#ifndef SGNIC_STATE_H
#define SGNIC_STATE_H

#include "sgnic_harness.h"

/** nic_register_exists() - whether section 3 defines a register at @offset. */
bool nic_register_exists(const struct nic *nic, uint32_t offset);

/** struct nic_state - one word for each word of BAR 0 that has a register. */
struct nic_state {
	uint32_t words[SGNIC_REGISTER_BAR_SIZE / 4];
};

/** nic_capture() - read every register but INTERRUPT_CAUSE, which has a side effect. */
struct nic_state *nic_capture(struct nic *nic);

/** nic_same_state() - fails, naming the first register that differs. */
void nic_same_state(const struct nic_state *actual, const struct nic_state *expected);

/**
 * nic_disturb() - give every writable register of an idle device a value it does not have
 * after reset, make an error, and leave causes pending.  Most values occur once.
 */
void nic_disturb(struct nic *nic);

#endif /* SGNIC_STATE_H */
