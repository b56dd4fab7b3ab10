/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NTDDK_H
#define NDIS_HEADERS_NTDDK_H

/*
 * The name under which NT 4 drivers include the kernel interface; the same as wdm.h here.
 */

/* By this name headers of drivers ask whether the kernel interface is there already. */
#define _NTDDK_

#include "wdm.h"

#endif
