/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that differ between QEMU 7.2, 10.0 and 10.2
 *
 * The device models are written for 10.0.  Nothing here has behaviour.
 */
#ifndef NIC_QEMU_COMPAT_H
#define NIC_QEMU_COMPAT_H

#define NIC_QEMU_SINCE(major, minor) \
    (QEMU_VERSION_MAJOR * 100 + QEMU_VERSION_MINOR >= (major) * 100 + (minor))

#include "hw/irq.h"
#include "hw/isa/isa.h"
#include "hw/qdev-properties.h"
#include "net/net.h"
#if NIC_QEMU_SINCE(10, 0)
#include "hw/pci/pci_device.h"
#include "system/dma.h"
#include "system/kvm.h"
#include "system/runstate.h"
#include "system/system.h"
#else
#include "hw/pci/pci.h"
#include "sysemu/dma.h"
#include "sysemu/kvm.h"
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"
#endif

/* The second parameter of class_init() */
#if NIC_QEMU_SINCE(10, 2)
typedef const void NicClassData;
#else
typedef void NicClassData;
#endif

/* An element of a table of properties, what ends it, a "hold" handler's list */
#if NIC_QEMU_SINCE(10, 0)
typedef const Property NicProperty;
#define NIC_PROPERTY_END
#define NIC_RESET_HOLD          Object *obj, ResetType type
#else
typedef Property NicProperty;
#define NIC_PROPERTY_END        DEFINE_PROP_END_OF_LIST()
#define NIC_RESET_HOLD          Object *obj
#define isa_bus_get_dma(bus, channel) isa_get_dma(bus, channel)
#endif

/* Headers of frames and offloads at the backend */
#if NIC_QEMU_SINCE(10, 2)
#define nic_set_offload(nc, csum4, tso_v4, tso_v6, ecn4) \
    qemu_set_offload(nc, &(NetOffloads) { .csum = (csum4), \
        .tso4 = (tso_v4), .tso6 = (tso_v6), .ecn = (ecn4) })
#elif NIC_QEMU_SINCE(10, 0)
#define nic_set_offload(nc, csum, tso4, tso6, ecn) \
    qemu_set_offload(nc, csum, tso4, tso6, ecn, 0, 0, 0)
#else
#define nic_set_offload(nc, csum, tso4, tso6, ecn) \
    qemu_set_offload(nc, csum, tso4, tso6, ecn, 0)
#endif
#if NIC_QEMU_SINCE(10, 0)
#define nic_use_vnet_hdr(nc)    ((void)(nc))
#else
#define nic_use_vnet_hdr(nc)    qemu_using_vnet_hdr(nc, true)
#endif

#endif /* NIC_QEMU_COMPAT_H */
