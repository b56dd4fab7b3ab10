/* SPDX-License-Identifier: MIT */
/*
 * host.h - a host program of a driver without NDIS: it plays the I/O manager and the bus driver
 *
 * The driver gets its device object, its registers and its interrupt on any platform. All functions
 * are called at PASSIVE_LEVEL.
 */
#ifndef TESTS_EXAMPLES_HOST_H
#define TESTS_EXAMPLES_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include <wdm.h>

#include "include/shim_device.h"
#include "platform/platform.h"

/**
 * struct host - members are for reading, but for the hooks
 * @interrupts: that were the device's.
 * @on_write: sees each write of a register before it is made; NULL: nobody does.
 * @on_wait: called again and again while host_wait() waits; NULL: nothing is.
 * @context: for both.
 */
struct host {
	struct platform *platform;
	struct shim_device *device;
	PDEVICE_OBJECT object;
	BOOLEAN (*isr)(PDEVICE_OBJECT object);
	VOID (*dpc)(PDEVICE_OBJECT object);
	unsigned int interrupts;
	void (*on_write)(void *context, uint32_t offset, uint32_t value);
	void (*on_wait)(void *context);
	void *context;
};

/** host_create() - the device object.  Return: as shim_device_create(). */
int host_create(struct host *host, struct platform *platform,
		const struct shim_device_options *options);

/** host_connect() - have @isr and @dpc of the driver called, until host_disconnect().  Return: as
 * platform_interrupt_enable(). */
int host_connect(struct host *host, enum platform_interrupt kind,
		 BOOLEAN (*isr)(PDEVICE_OBJECT object), VOID (*dpc)(PDEVICE_OBJECT object));
void host_disconnect(struct host *host);

/** host_destroy() - undoes host_create().  Return: broken rules and things left behind. */
unsigned int host_destroy(struct host *host);

/** host_read(), host_write() - a register of BAR 0, for the driver; @context is the host. */
ULONG host_read(PVOID context, ULONG offset);
VOID host_write(PVOID context, ULONG offset, ULONG value);

/** host_pause() - one turn of the event loop, a millisecond at most; @context is the host. */
VOID host_pause(PVOID context);

/** host_wait() - run the event loop until *@flag.  Return: false after a minute without. */
bool host_wait(struct host *host, const volatile bool *flag);

#endif /* TESTS_EXAMPLES_HOST_H */
