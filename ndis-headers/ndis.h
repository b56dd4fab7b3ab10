/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_NDIS_H
#define NDIS_HEADERS_NDIS_H

/*
 * The NDIS interface: the one header that a miniport includes.
 *
 * Define NDIS_MINIPORT_DRIVER and NDIS51_MINIPORT, NDIS50_MINIPORT or NDIS40_MINIPORT before (see
 * ndis/version.h), and compile with -fshort-wchar (see ntdef.h). The parts:
 *
 *   types, status          handles, addresses, results
 *   miniport,              registration, attributes, the table of functions and what each
 *   characteristics,       function of it has to do
 *   miniport_handlers
 *   dma, slave_dma         map registers, mappings, shared memory, scatter/gather; DMA channels
 *   packet, packet_info,   frames, what goes with them, and the buffers they consist of
 *   buffer
 *   send_receive           completions and indications
 *   interrupt, timer,      asynchronous work
 *   event, workitem
 *   spinlock,              locks, atomic operations, lists that threads share
 *   read_write_lock
 *   memory                 memory, lookaside lists
 *   io, pci                registers, ports, configuration space, resources
 *   configuration,         settings and their strings
 *   unicode_string
 *   oid, medium,           requests and their values
 *   task_offload,
 *   ip_security
 *   ethernet, error_log    addresses, error log
 *   file, device           firmware and other files of the driver, and devices of its own
 *   connection, wan,       interfaces for other media and buses than this library has, which fail
 *   legacy_bus             as they do where there are none
 *
 * A minimal order of reading for somebody who writes a driver: miniport.h, miniport_handlers.h,
 * dma.h, send_receive.h.
 */

#include "ntddk.h"

#include "ndis/types.h"
#include "ndis/status.h"
#include "ndis/version.h"

#include "ndis/buffer.h"
#include "ndis/characteristics.h"
#include "ndis/configuration.h"
#include "ndis/connection.h"
#include "ndis/device.h"
#include "ndis/dma.h"
#include "ndis/error_log.h"
#include "ndis/ethernet.h"
#include "ndis/event.h"
#include "ndis/file.h"
#include "ndis/interrupt.h"
#include "ndis/io.h"
#include "ndis/ip_security.h"
#include "ndis/legacy_bus.h"
#include "ndis/memory.h"
#include "ndis/miniport.h"
#include "ndis/oid.h"
#include "ndis/packet.h"
#include "ndis/packet_info.h"
#include "ndis/pci.h"
#include "ndis/read_write_lock.h"
#include "ndis/send_receive.h"
#include "ndis/slave_dma.h"
#include "ndis/spinlock.h"
#include "ndis/task_offload.h"
#include "ndis/timer.h"
#include "ndis/unicode_string.h"
#include "ndis/wan.h"
#include "ndis/workitem.h"

/*
 * The smaller and the larger of two values. The arguments may be evaluated twice. In C++ the names
 * belong to the standard library, and a source that defines NOMINMAX does not want the macros.
 */
#if !defined(__cplusplus) && !defined(NOMINMAX)
#ifndef min
#define min(a, b) ((a) < (b) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) ((a) > (b) ? (a) : (b))
#endif
#endif

#endif
