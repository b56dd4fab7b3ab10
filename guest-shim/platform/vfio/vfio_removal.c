/* SPDX-License-Identifier: MIT */
/*
 * vfio_removal.c - the kernel asks the device back
 *
 * Whoever removes the device, or takes it from vfio-pci, waits in the kernel until its
 * descriptor is closed.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "platform/vfio/vfio_private.h"

/* vfio-pci keeps the vendor ID for itself, but hands out the class as the device tells it. */
static bool is_gone(struct platform *p)
{
	uint32_t class_and_revision = 0;
	int length = vfio_device_config_read(p, PCI_CLASS_REVISION, &class_and_revision,
					     sizeof(class_and_revision));

	return length < 0 || class_and_revision == UINT32_MAX;
}

static void deliver(void *context)
{
	struct vfio_platform *vfio = context;
	uint64_t count;

	if (read(vfio->removal.event, &count, sizeof(count)) != sizeof(count))
		return;
	vfio->removal.handler(vfio->removal.context, is_gone(&vfio->base));
}

static void stop_watching(struct vfio_platform *vfio)
{
	struct vfio_removal_state *state = &vfio->removal;

	if (state->event < 0)
		return;
	vfio_interrupt_set_trigger(vfio, VFIO_PCI_REQ_IRQ_INDEX, -1);
	event_loop_remove(vfio->base.loop, state->source);
	close(state->event);
	state->source = NULL;
	state->event = -1;
}

int vfio_removal_watch(struct platform *p, platform_removal_handler handler, void *context)
{
	struct vfio_platform *vfio = vfio_platform_from(p);
	struct vfio_removal_state *state = &vfio->removal;
	int result;

	stop_watching(vfio);
	if (!handler)
		return 0;
	state->handler = handler;
	state->context = context;
	state->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (state->event < 0)
		return -errno;
	state->source = event_loop_add(p->loop, state->event, deliver, vfio);
	result = state->source
			 ? vfio_interrupt_set_trigger(vfio, VFIO_PCI_REQ_IRQ_INDEX, state->event)
			 : -errno;
	if (result < 0)
		stop_watching(vfio);
	return result;
}
