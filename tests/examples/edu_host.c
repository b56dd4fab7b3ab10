/* SPDX-License-Identifier: MIT */
/*
 * edu_host.c - see edu_host.h
 */
#include <string.h>

#include "edu_host.h"
#include "platform/event_loop.h"

#define STEP	 1000000
#define PATIENCE (60 * 1000000000ull)

struct outcome {
	volatile bool is_there;
	NTSTATUS status;
	uint32_t result;
};

static ULONG bus_read(PVOID context, ULONG offset)
{
	struct edu_host *host = context;
	ULONG value = 0xffffffff;

	platform_bar_read(host->platform, 0, offset, &value, sizeof(value));
	return value;
}

static VOID bus_write(PVOID context, ULONG offset, ULONG value)
{
	struct edu_host *host = context;

	if (host->on_write)
		host->on_write(host->context, offset, value);
	platform_bar_write(host->platform, 0, offset, &value, sizeof(value));
}

static void on_interrupt(void *context)
{
	struct edu_host *host = context;
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	if (edu_isr(host->object)) {
		host->interrupts++;
		edu_dpc(host->object);
	}
	KeLowerIrql(old);
	platform_interrupt_rearm(host->platform);
}

int edu_host_create(struct edu_host *host, struct platform *platform,
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

NTSTATUS edu_host_start(struct edu_host *host, enum edu_reach reach, enum platform_interrupt kind)
{
	const struct edu_bus bus = {host, bus_read, bus_write};
	NTSTATUS status = edu_start(host->object, &bus, reach);

	if (NT_SUCCESS(status) &&
	    platform_interrupt_enable(host->platform, kind, on_interrupt, host) < 0) {
		edu_stop(host->object);
		status = STATUS_IO_DEVICE_ERROR;
	}
	return status;
}

void edu_host_stop(struct edu_host *host)
{
	platform_interrupt_disable(host->platform);
	edu_stop(host->object);
}

unsigned int edu_host_destroy(struct edu_host *host)
{
	struct shim_device_statistics statistics;

	shim_device_statistics(host->device, &statistics);
	return shim_device_destroy(host->device) + (unsigned int)statistics.violations;
}

bool edu_host_wait(struct edu_host *host, const volatile bool *flag)
{
	uint64_t deadline = event_loop_now() + PATIENCE;

	while (!*flag && event_loop_now() < deadline) {
		if (host->on_wait)
			host->on_wait(host->context);
		event_loop_run_once(host->platform->loop, STEP);
	}
	return *flag;
}

static VOID on_done(struct edu_request *request, NTSTATUS status)
{
	struct outcome *outcome = request->context;

	outcome->status = status;
	outcome->is_there = true;
}

static VOID on_computed(PVOID context, ULONG result)
{
	struct outcome *outcome = context;

	outcome->result = result;
	outcome->is_there = true;
}

NTSTATUS edu_host_transfer(struct edu_host *host, struct edu_request *request)
{
	struct outcome outcome = {false, STATUS_TIMEOUT, 0};
	NTSTATUS status;

	request->done = on_done;
	request->context = &outcome;
	status = edu_submit(host->object, request);
	if (status != STATUS_PENDING)
		return status;
	edu_host_wait(host, &outcome.is_there);
	return outcome.status;
}

NTSTATUS edu_host_factorial(struct edu_host *host, uint32_t number, uint32_t *result)
{
	struct outcome outcome = {false, STATUS_SUCCESS, 0};
	NTSTATUS status = edu_compute(host->object, number, on_computed, &outcome);

	if (status != STATUS_PENDING)
		return status;
	if (!edu_host_wait(host, &outcome.is_there))
		return STATUS_TIMEOUT;
	*result = outcome.result;
	return STATUS_SUCCESS;
}
