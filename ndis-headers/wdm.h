/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_WDM_H
#define NDIS_HEADERS_WDM_H

/*
 * The part of the kernel interface that NDIS miniports use besides NDIS itself: IRQL, spin locks,
 * lists, MDLs, DMA, memory, messages. Each piece is described in its own header.
 */

/* By this name headers of drivers ask whether the kernel interface is there already. */
#define _WDMDDK_

#include "ntdef.h"
#include "ntstatus.h"

#include "ddk/bug_check_callback.h"
#include "ddk/bugcodes.h"
#include "ddk/bus_interface.h"
#include "ddk/debug.h"
#include "ddk/c_library.h"
#include "ddk/c_text.h"
#include "ddk/device_object.h"
#include "ddk/dma_adapter.h"
#include "ddk/dma_types.h"
#include "ddk/dpc.h"
#include "ddk/driver.h"
#include "ddk/guid.h"
#include "ddk/hal_dma.h"
#include "ddk/interface_type.h"
#include "ddk/interlocked.h"
#include "ddk/interlocked_list.h"
#include "ddk/intrinsics.h"
#include "ddk/irp.h"
#include "ddk/irql.h"
#include "ddk/kernel_event.h"
#include "ddk/kernel_lock.h"
#include "ddk/kernel_timer.h"
#include "ddk/large_integer.h"
#include "ddk/legacy_bus.h"
#include "ddk/list.h"
#include "ddk/lookaside.h"
#include "ddk/mdl.h"
#include "ddk/mdl_functions.h"
#include "ddk/memory_barrier.h"
#include "ddk/paging.h"
#include "ddk/pci.h"
#include "ddk/physical_memory.h"
#include "ddk/pool.h"
#include "ddk/port_io.h"
#include "ddk/power.h"
#include "ddk/processor.h"
#include "ddk/register_io.h"
#include "ddk/registry.h"
#include "ddk/resources.h"
#include "ddk/rtl.h"
#include "ddk/spinlock.h"
#include "ddk/system_routine.h"
#include "ddk/time_fields.h"
#include "ddk/unicode_string.h"
#include "ddk/version.h"
#include "ddk/work_item.h"

#endif
