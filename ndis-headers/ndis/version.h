/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_VERSION_H
#define NDIS_HEADERS_NDIS_VERSION_H

/*
 * Which NDIS version the including source is written for.
 *
 * A driver defines, before it includes ndis.h or on the compiler's command line,
 *
 *   NDIS_MINIPORT_DRIVER   it is a miniport;
 *   NDIS51_MINIPORT        for NDIS 5.1, or
 *   NDIS50_MINIPORT        for NDIS 5.0, or
 *   NDIS40_MINIPORT        for NDIS 4.0; with none of the three it is an NDIS 3.x miniport.
 *
 * From these follow NDIS_MINIPORT_MAJOR_VERSION and NDIS_MINIPORT_MINOR_VERSION, the values that
 * the driver puts into its characteristics, and the size of NDIS_MINIPORT_CHARACTERISTICS. If
 * several are defined the highest counts. A source that defines none of them, such as the library
 * itself, sees the NDIS 5.1 structure.
 *
 * NDIS_WDM, NDIS_LEGACY_MINIPORT and BINARY_COMPATIBLE are accepted and change nothing. A request
 * for NDIS 6 stops the compilation: none of its names exist here. Source: miniport-api.md section
 * 3 item 3.
 *
 * By NDIS_NT a source tells this system from Windows 95, where NDIS_WIN was defined instead; by
 * NDIS_LEGACY_MINIPORT and NDIS_LEGACY_DRIVER that the interface is that of NDIS 5 and before.
 */

#define NDIS_NT 1

#ifndef NDIS_LEGACY_MINIPORT
#define NDIS_LEGACY_MINIPORT 1
#endif
#ifndef NDIS_LEGACY_DRIVER
#define NDIS_LEGACY_DRIVER 1
#endif

#if defined(NDIS60_MINIPORT) || defined(NDIS61_MINIPORT) || defined(NDIS620_MINIPORT)
#error "NDIS 6 miniports are not supported: define NDIS51_, NDIS50_ or NDIS40_MINIPORT instead"
#endif

#if defined(NDIS_MINIPORT_MAJOR_VERSION) || defined(NDIS_MINIPORT_MINOR_VERSION)
#error "NDIS_MINIPORT_MAJOR/MINOR_VERSION follow from NDISxx_MINIPORT: do not define them"
#endif

#if defined(NDIS51_MINIPORT) || !(defined(NDIS_MINIPORT_DRIVER) || defined(NDIS50_MINIPORT) || \
				  defined(NDIS40_MINIPORT))
#define NDIS_MINIPORT_MAJOR_VERSION 5
#define NDIS_MINIPORT_MINOR_VERSION 1
#elif defined(NDIS50_MINIPORT)
#define NDIS_MINIPORT_MAJOR_VERSION 5
#define NDIS_MINIPORT_MINOR_VERSION 0
#elif defined(NDIS40_MINIPORT)
#define NDIS_MINIPORT_MAJOR_VERSION 4
#define NDIS_MINIPORT_MINOR_VERSION 0
#else
#define NDIS_MINIPORT_MAJOR_VERSION 3
#define NDIS_MINIPORT_MINOR_VERSION 0
#endif

#endif
