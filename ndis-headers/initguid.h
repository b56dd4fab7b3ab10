/* SPDX-License-Identifier: MIT */

/*
 * From here on DEFINE_GUID defines identifiers instead of declaring them. Included by one source of
 * a driver, before the headers that hold the identifiers.
 */
#ifndef INITGUID
#define INITGUID
#endif

#include "ddk/guid.h"
