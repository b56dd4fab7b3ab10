/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_DDK_POWER_H
#define NDIS_HEADERS_DDK_POWER_H

/*
 * Power states, as the kernel counts them. NDIS has its own numbers, of the same values
 * (NDIS_DEVICE_POWER_STATE). Source: the kernel's reference pages.
 */

#include "../ntdef.h"

/* Of the system: working, three depths of sleep, hibernation, off. */
typedef enum _SYSTEM_POWER_STATE {
	PowerSystemUnspecified = 0,
	PowerSystemWorking = 1,
	PowerSystemSleeping1 = 2,
	PowerSystemSleeping2 = 3,
	PowerSystemSleeping3 = 4,
	PowerSystemHibernate = 5,
	PowerSystemShutdown = 6,
	PowerSystemMaximum = 7
} SYSTEM_POWER_STATE, *PSYSTEM_POWER_STATE;

#define POWER_SYSTEM_MAXIMUM 7

/* Of a device: on, less and less, off. */
typedef enum _DEVICE_POWER_STATE {
	PowerDeviceUnspecified = 0,
	PowerDeviceD0 = 1,
	PowerDeviceD1 = 2,
	PowerDeviceD2 = 3,
	PowerDeviceD3 = 4,
	PowerDeviceMaximum = 5
} DEVICE_POWER_STATE, *PDEVICE_POWER_STATE;

/* One of either, and which. */
typedef union _POWER_STATE {
	SYSTEM_POWER_STATE SystemState;
	DEVICE_POWER_STATE DeviceState;
} POWER_STATE, *PPOWER_STATE;

typedef enum _POWER_STATE_TYPE {
	SystemPowerState = 0,
	DevicePowerState = 1
} POWER_STATE_TYPE, *PPOWER_STATE_TYPE;

#endif
