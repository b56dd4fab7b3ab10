/* SPDX-License-Identifier: MIT */

/*
 * The identifiers of buses' interfaces. May be included again after <initguid.h>, in the source that
 * defines them.
 */

#include "ddk/bus_interface.h"
#include "ddk/guid.h"

#ifndef NDIS_HEADERS_WDMGUID_DEFINED
#ifdef INITGUID
#define NDIS_HEADERS_WDMGUID_DEFINED
#endif

/* IRP_MN_QUERY_INTERFACE: BUS_INTERFACE_STANDARD. */
DEFINE_GUID(GUID_BUS_INTERFACE_STANDARD, 0x496B8280, 0x6F25, 0x11D0, 0xBE, 0xAF, 0x08, 0x00, 0x2B,
	    0xE2, 0x09, 0x2F);

#endif
