/* SPDX-License-Identifier: MIT */
/*
 * edu_host.c - see edu_host.h
 */
#include "edu_host.h"

struct outcome {
	volatile bool is_there;
	NTSTATUS status;
	uint32_t result;
};

NTSTATUS edu_host_start(struct host *host, enum edu_reach reach, enum platform_interrupt kind)
{
	const struct edu_bus bus = {host, host_read, host_write};
	NTSTATUS status = edu_start(host->object, &bus, reach);

	if (NT_SUCCESS(status) && host_connect(host, kind, edu_isr, edu_dpc) < 0) {
		edu_stop(host->object);
		status = STATUS_IO_DEVICE_ERROR;
	}
	return status;
}

void edu_host_stop(struct host *host)
{
	host_disconnect(host);
	edu_stop(host->object);
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

NTSTATUS edu_host_transfer(struct host *host, struct edu_request *request)
{
	struct outcome outcome = {false, STATUS_TIMEOUT, 0};
	NTSTATUS status;

	request->done = on_done;
	request->context = &outcome;
	status = edu_submit(host->object, request);
	if (status != STATUS_PENDING)
		return status;
	host_wait(host, &outcome.is_there);
	return outcome.status;
}

NTSTATUS edu_host_factorial(struct host *host, uint32_t number, uint32_t *result)
{
	struct outcome outcome = {false, STATUS_SUCCESS, 0};
	NTSTATUS status = edu_compute(host->object, number, on_computed, &outcome);

	if (status != STATUS_PENDING)
		return status;
	if (!host_wait(host, &outcome.is_there))
		return STATUS_TIMEOUT;
	*result = outcome.result;
	return STATUS_SUCCESS;
}
