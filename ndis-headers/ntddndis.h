/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NTDDNDIS_H
#define NDIS_HEADERS_NTDDNDIS_H

/*
 * What NDIS shares with programs outside the kernel: object identifiers, media and the structures
 * that are their values.
 */

#include "ndis/medium.h"
#include "ndis/oid.h"
#include "ndis/task_offload.h"

#endif
