/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_EFILTER_H
#define NDIS_HEADERS_EFILTER_H

/*
 * The name under which sources for NDIS 3 include the macros for Ethernet addresses. The filter
 * of frames that the header of this name also declared belongs to the library: a miniport sets its
 * hardware filter, and the library passes on what matches.
 */

#include "ndis/ethernet.h"

#endif
