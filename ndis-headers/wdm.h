/* SPDX-License-Identifier: MIT */
#ifndef NDIS_HEADERS_WDM_H
#define NDIS_HEADERS_WDM_H

/*
 * The part of the kernel interface that NDIS miniports use besides NDIS itself: IRQL, spin locks,
 * lists, MDLs, DMA, memory, messages. Each piece is described in its own header.
 */

#include "ntdef.h"
#include "ntstatus.h"

#include "ddk/bugcodes.h"
#include "ddk/debug.h"
#include "ddk/device_object.h"
#include "ddk/dma_adapter.h"
#include "ddk/dma_types.h"
#include "ddk/driver.h"
#include "ddk/hal_dma.h"
#include "ddk/interface_type.h"
#include "ddk/interlocked.h"
#include "ddk/irql.h"
#include "ddk/list.h"
#include "ddk/mdl.h"
#include "ddk/mdl_functions.h"
#include "ddk/memory_barrier.h"
#include "ddk/pci.h"
#include "ddk/pool.h"
#include "ddk/port_io.h"
#include "ddk/resources.h"
#include "ddk/rtl.h"
#include "ddk/spinlock.h"

#endif
