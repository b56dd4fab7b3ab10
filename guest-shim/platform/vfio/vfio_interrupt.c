/* SPDX-License-Identifier: MIT */
/*
 * vfio_interrupt.c - interrupts as events of the loop
 *
 * Only vector 0 of a device is used.  For INTx the kernel masks the line when
 * it fires; rearm unmasks it, and a line that is still asserted fires again.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "platform/vfio/vfio_private.h"

static uint32_t index_of(enum platform_interrupt kind)
{
	if (kind == PLATFORM_INTERRUPT_MSIX)
		return VFIO_PCI_MSIX_IRQ_INDEX;
	if (kind == PLATFORM_INTERRUPT_MSI)
		return VFIO_PCI_MSI_IRQ_INDEX;
	return VFIO_PCI_INTX_IRQ_INDEX;
}

static bool has_kind(const struct vfio_platform *vfio, enum platform_interrupt kind)
{
	struct vfio_irq_info info = {.argsz = sizeof(info), .index = index_of(kind)};

	return ioctl(vfio->device, VFIO_DEVICE_GET_IRQ_INFO, &info) == 0 && info.count > 0 &&
	       info.flags & VFIO_IRQ_INFO_EVENTFD;
}

int vfio_interrupt_set_trigger(const struct vfio_platform *vfio, uint32_t index, int event)
{
	union {
		struct vfio_irq_set set;
		unsigned char bytes[sizeof(struct vfio_irq_set) + sizeof(int32_t)];
	} request = {
		.set =
			{
				.argsz = event < 0 ? sizeof(request.set) : sizeof(request),
				.flags = VFIO_IRQ_SET_ACTION_TRIGGER |
					 (event < 0 ? VFIO_IRQ_SET_DATA_NONE
						    : VFIO_IRQ_SET_DATA_EVENTFD),
				.index = index,
				.count = event < 0 ? 0 : 1,
			},
	};
	int32_t descriptor = event;

	if (event >= 0)
		memcpy(request.set.data, &descriptor, sizeof(descriptor));
	return ioctl(vfio->device, VFIO_DEVICE_SET_IRQS, &request) < 0 ? -errno : 0;
}

static void deliver(void *context)
{
	struct vfio_platform *vfio = context;

	vfio->interrupt.handler(vfio->interrupt.context);
}

static int enable_kind(struct vfio_platform *vfio, enum platform_interrupt kind)
{
	struct vfio_interrupt_state *state = &vfio->interrupt;
	int result;

	if (!has_kind(vfio, kind))
		return -ENODEV;
	state->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (state->event < 0)
		return -errno;
	state->source = event_loop_add_edge(vfio->base.loop, state->event, deliver, vfio);
	result = state->source ? vfio_interrupt_set_trigger(vfio, index_of(kind), state->event)
			       : -errno;
	if (result == 0) {
		state->kind = kind;
		return 0;
	}
	event_loop_remove(vfio->base.loop, state->source);
	close(state->event);
	state->source = NULL;
	state->event = -1;
	return result;
}

int vfio_interrupt_enable(struct platform *p, enum platform_interrupt kind,
			  platform_interrupt_handler handler, void *context)
{
	static const enum platform_interrupt order[] = {
		PLATFORM_INTERRUPT_MSIX,
		PLATFORM_INTERRUPT_MSI,
		PLATFORM_INTERRUPT_INTX,
	};
	struct vfio_platform *vfio = vfio_platform_from(p);
	int result = -ENODEV;
	unsigned int i;

	if (vfio->interrupt.kind != PLATFORM_INTERRUPT_AUTO)
		return -EBUSY;
	vfio->interrupt.handler = handler;
	vfio->interrupt.context = context;
	if (kind != PLATFORM_INTERRUPT_AUTO)
		return enable_kind(vfio, kind);
	for (i = 0; i < sizeof(order) / sizeof(order[0]) && result < 0; i++)
		result = enable_kind(vfio, order[i]);
	return result;
}

void vfio_interrupt_rearm(struct platform *p)
{
	struct vfio_platform *vfio = vfio_platform_from(p);
	struct vfio_irq_set unmask = {
		.argsz = sizeof(unmask),
		.flags = VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_NONE,
		.index = VFIO_PCI_INTX_IRQ_INDEX,
		.count = 1,
	};

	if (vfio->interrupt.kind == PLATFORM_INTERRUPT_INTX)
		ioctl(vfio->device, VFIO_DEVICE_SET_IRQS, &unmask);
}

void vfio_interrupt_disable(struct platform *p)
{
	struct vfio_platform *vfio = vfio_platform_from(p);
	struct vfio_interrupt_state *state = &vfio->interrupt;

	if (state->kind == PLATFORM_INTERRUPT_AUTO)
		return;
	vfio_interrupt_set_trigger(vfio, index_of(state->kind), -1);
	event_loop_remove(p->loop, state->source);
	close(state->event);
	state->source = NULL;
	state->event = -1;
	state->kind = PLATFORM_INTERRUPT_AUTO;
}

enum platform_interrupt vfio_interrupt_kind(struct platform *p)
{
	return vfio_platform_from(p)->interrupt.kind;
}
