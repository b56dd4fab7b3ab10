/* SPDX-License-Identifier: MIT */
/*
 * host.c - see host.h
 */
#include <string.h>

#include "host.h"
#include "platform/event_loop.h"

#define STEP	 1000000
#define PATIENCE (60 * 1000000000ull)

ULONG host_read(PVOID context, ULONG offset)
{
	struct host *host = context;
	ULONG value = 0xffffffff;

	platform_bar_read(host->platform, 0, offset, &value, sizeof(value));
	return value;
}

VOID host_write(PVOID context, ULONG offset, ULONG value)
{
	struct host *host = context;

	if (host->on_write)
		host->on_write(host->context, offset, value);
	platform_bar_write(host->platform, 0, offset, &value, sizeof(value));
}

VOID host_pause(PVOID context)
{
	struct host *host = context;

	if (host->on_wait)
		host->on_wait(host->context);
	event_loop_run_once(host->platform->loop, STEP);
}

static void on_interrupt(void *context)
{
	struct host *host = context;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	if (host->isr(host->object)) {
		host->interrupts++;
		host->dpc(host->object);
	}
	KeLowerIrql(old);
	platform_interrupt_rearm(host->platform);
}

int host_create(struct host *host, struct platform *platform,
		const struct shim_device_options *options)
{
	int result;

	memset(host, 0, sizeof(*host));
	host->platform = platform;
	result = shim_device_create(platform, options, &host->device);
	if (result == 0)
		host->object = shim_device_object(host->device);
	return result;
}

int host_connect(struct host *host, enum platform_interrupt kind,
		 BOOLEAN (*isr)(PDEVICE_OBJECT object), VOID (*dpc)(PDEVICE_OBJECT object))
{
	host->isr = isr;
	host->dpc = dpc;
	return platform_interrupt_enable(host->platform, kind, on_interrupt, host);
}

void host_disconnect(struct host *host)
{
	platform_interrupt_disable(host->platform);
}

unsigned int host_destroy(struct host *host)
{
	struct shim_device_statistics statistics;

	shim_device_statistics(host->device, &statistics);
	return shim_device_destroy(host->device) + (unsigned int)statistics.violations;
}

bool host_wait(struct host *host, const volatile bool *flag)
{
	uint64_t deadline = event_loop_now() + PATIENCE;

	while (!*flag && event_loop_now() < deadline)
		host_pause(host);
	return *flag;
}
