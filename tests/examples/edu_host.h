/* SPDX-License-Identifier: MIT */
/*
 * edu_host.h - the host program of the edu example: it plays the I/O manager and the bus driver
 *
 * The driver gets its device object, its registers and its interrupt on any platform. All functions
 * are called at PASSIVE_LEVEL.
 */
#ifndef TESTS_EXAMPLES_EDU_HOST_H
#define TESTS_EXAMPLES_EDU_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "edu.h"
#include "include/shim_device.h"
#include "platform/platform.h"

/**
 * struct edu_host - members are for reading, but for the hooks
 * @interrupts: that were the device's.
 * @on_write: sees each write of a register before it is made; NULL: nobody does.
 * @on_wait: called again and again while edu_host_wait() waits; NULL: nothing is.
 * @context: for both.
 */
struct edu_host {
	struct platform *platform;
	struct shim_device *device;
	PDEVICE_OBJECT object;
	unsigned int interrupts;
	void (*on_write)(void *context, uint32_t offset, uint32_t value);
	void (*on_wait)(void *context);
	void *context;
};

/** edu_host_create() - the device object.  Return: as shim_device_create(). */
int edu_host_create(struct edu_host *host, struct platform *platform,
		    const struct shim_device_options *options);

/** edu_host_start() - edu_start(), and the interrupt.  Return: what edu_start() returned, or
 * STATUS_IO_DEVICE_ERROR without the interrupt. */
NTSTATUS edu_host_start(struct edu_host *host, enum edu_reach reach, enum platform_interrupt kind);

/** edu_host_stop() - undoes edu_host_start(). */
void edu_host_stop(struct edu_host *host);

/** edu_host_destroy() - undoes edu_host_create().  Return: broken rules and things left behind. */
unsigned int edu_host_destroy(struct edu_host *host);

/** edu_host_wait() - run the event loop until *@flag.  Return: false after a minute without. */
bool edu_host_wait(struct edu_host *host, const volatile bool *flag);

/** edu_host_transfer() - a request from its submission to its end.  Return: its status;
 * STATUS_TIMEOUT when there was none. */
NTSTATUS edu_host_transfer(struct edu_host *host, struct edu_request *request);

/** edu_host_factorial() - likewise.  @result: out. */
NTSTATUS edu_host_factorial(struct edu_host *host, uint32_t number, uint32_t *result);

#endif /* TESTS_EXAMPLES_EDU_HOST_H */
