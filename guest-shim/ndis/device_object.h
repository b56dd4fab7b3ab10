/* SPDX-License-Identifier: MIT */
/*
 * device_object.h - devices that drivers make for programs
 */
#ifndef NDIS_DEVICE_OBJECT_H
#define NDIS_DEVICE_OBJECT_H

#include "ndis/driver.h"

/** ndis_device_release() - report and delete the devices that a driver left behind. */
void ndis_device_release(struct shim_driver *driver);

#endif /* NDIS_DEVICE_OBJECT_H */
