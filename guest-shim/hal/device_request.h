/* SPDX-License-Identifier: MIT */
/*
 * device_request.h - who answers the requests of a device
 */
#ifndef HAL_DEVICE_REQUEST_H
#define HAL_DEVICE_REQUEST_H

#include <ddk/irp.h>

/** hal_set_dispatch() - @dispatch answers all requests of @object from now on. */
void hal_set_dispatch(PDEVICE_OBJECT object, PDRIVER_DISPATCH dispatch);

/** hal_dispatch_of() - who answers; a function that refuses everything when nobody does. */
PDRIVER_DISPATCH hal_dispatch_of(const DEVICE_OBJECT *object);

/** hal_answer_request() - PDRIVER_DISPATCH of the device object of an adapter. */
NTSTATUS NTAPI hal_answer_request(PDEVICE_OBJECT object, PIRP irp);

#endif /* HAL_DEVICE_REQUEST_H */
