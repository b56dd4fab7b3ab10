/* SPDX-License-Identifier: MIT */
/*
 * edu_host.h - the host program of the edu example
 */
#ifndef TESTS_EXAMPLES_EDU_HOST_H
#define TESTS_EXAMPLES_EDU_HOST_H

#include "edu.h"
#include "host.h"

/** edu_host_start() - edu_start(), and the interrupt.  Return: what edu_start() returned, or
 * STATUS_IO_DEVICE_ERROR without the interrupt. */
NTSTATUS edu_host_start(struct host *host, enum edu_reach reach, enum platform_interrupt kind);

/** edu_host_stop() - undoes edu_host_start(). */
void edu_host_stop(struct host *host);

/** edu_host_transfer() - a request from its submission to its end.  Return: its status;
 * STATUS_TIMEOUT when there was none. */
NTSTATUS edu_host_transfer(struct host *host, struct edu_request *request);

/** edu_host_factorial() - likewise.  @result: out. */
NTSTATUS edu_host_factorial(struct host *host, uint32_t number, uint32_t *result);

#endif /* TESTS_EXAMPLES_EDU_HOST_H */
