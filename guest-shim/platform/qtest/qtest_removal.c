/* SPDX-License-Identifier: MIT */
/*
 * qtest_removal.c - the device, or all of QEMU, is gone
 *
 * Nobody says so: the connection has failed, or the function's vendor ID reads as ones.
 */
#include <linux/pci_regs.h>

#include "platform/qtest/qtest_private.h"

/* A look costs nothing as long as it asks QEMU nothing; it does every so many looks. */
#define LOOKS_PER_READ 64

static bool is_gone(struct qtest_platform *q)
{
	if (q->wire.error)
		return true;
	if (q->function.is_isa || ++q->removal.looks % LOOKS_PER_READ)
		return false;
	return qtest_pci_get(q, PCI_VENDOR_ID, 2) == UINT16_MAX;
}

static bool look(void *context)
{
	struct qtest_platform *q = context;

	if (!is_gone(q))
		return false;
	poll_timer_stop(&q->removal.timer);
	q->removal.handler(q->removal.context, true);
	return false;
}

int qtest_removal_watch(struct platform *p, platform_removal_handler handler, void *context)
{
	struct qtest_platform *q = qtest_platform_from(p);

	poll_timer_stop(&q->removal.timer);
	if (!handler)
		return 0;
	q->removal.handler = handler;
	q->removal.context = context;
	return poll_timer_start(&q->removal.timer, p->loop, look, q);
}
