/* SPDX-License-Identifier: MIT */
/*
 * timer.h - timers and work items that a driver has left, for the end of an adapter or a driver
 */
#ifndef NDIS_TIMER_H
#define NDIS_TIMER_H

#include "ndis/adapter.h"

/**
 * ndis_timer_release() - report and stop the timers that still run
 * @call: function after whose end none may: MiniportHalt, the unload handler.
 * @owner: adapter or driver.
 *
 * Return: how many there were.
 */
unsigned int ndis_timer_release(struct shim_adapter *adapter, const char *call, const void *owner);

/** ndis_kernel_timer_release() - likewise for the kernel's timers. */
unsigned int ndis_kernel_timer_release(struct shim_adapter *adapter, const char *call,
				       const void *owner);

/** ndis_work_item_release() - likewise for work items that wait. */
unsigned int ndis_work_item_release(struct shim_adapter *adapter, const char *call,
				    const void *owner);

#endif /* NDIS_TIMER_H */
