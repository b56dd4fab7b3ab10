/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * isa-dma-nic: an ISA Ethernet controller that uses slave DMA
 *
 * This file is the ISA device; docs/isa-dma-nic-specification.md is the
 * contract.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "isa-dma-nic-internal.h"
#include "trace.h"

/* Section 10.1 */
void isa_dma_nic_reset(IsaDmaNicState *s)
{
    trace_isa_dma_nic_reset();
    s->transfer = ISA_DMA_NIC_TRANSFER_IDLE;
    s->paused = false;
    isa_dma_nic_release(s);
    s->tx_waiting = false;
    isa_dma_nic_tx_cancel(s);
    s->tx_lost = false;
    s->fifo_head = 0;
    s->fifo_count = 0;
    s->rx_lost = false;
    isa_dma_nic_reset_registers(s);
    isa_dma_nic_interrupt_update(s);
    qemu_bh_schedule(s->bh);
}

static void isa_dma_nic_reset_hold(NIC_RESET_HOLD)
{
    isa_dma_nic_reset(ISA_DMA_NIC(obj));
}

/* Section 10.3: the controller would serve a request while stopped. */
static void isa_dma_nic_vm_state_changed(void *opaque, bool running,
                                         RunState state)
{
    IsaDmaNicState *s = opaque;

    isa_dma_nic_update_request(s);
    if (running) {
        qemu_bh_schedule(s->bh);
    }
}

/* Section 10.2 */
static void isa_dma_nic_link_status_changed(NetClientState *nc)
{
    IsaDmaNicState *s = qemu_get_nic_opaque(nc);
    bool up = !nc->link_down;

    if (up == s->link_up) {
        return;
    }
    trace_isa_dma_nic_link(up);
    s->link_up = up;
    if (!up) {
        isa_dma_nic_tx_cancel(s);
        isa_dma_nic_transmit(s);
    }
    isa_dma_nic_raise(s, ISA_DMA_NIC_CAUSE_LINK);
}

static NetClientInfo isa_dma_nic_net_client_info = {
    .type = NET_CLIENT_DRIVER_NIC,
    .size = sizeof(NICState),
    .can_receive = isa_dma_nic_can_receive,
    .receive = isa_dma_nic_receive,
    .link_status_changed = isa_dma_nic_link_status_changed,
};

/* Section 2 */
static bool isa_dma_nic_check_properties(IsaDmaNicState *s, Error **errp)
{
    if (s->iobase < ISA_DMA_NIC_IOBASE_MIN ||
        s->iobase > ISA_DMA_NIC_IOBASE_MAX ||
        s->iobase % ISA_DMA_NIC_PORTS) {
        error_setg(errp, "property 'iobase' is 0x%" PRIx32 "; it must be a "
                   "multiple of %d from 0x%x to 0x%x", s->iobase,
                   ISA_DMA_NIC_PORTS, ISA_DMA_NIC_IOBASE_MIN,
                   ISA_DMA_NIC_IOBASE_MAX);
        return false;
    }
    if (s->irq_number >= ISA_NUM_IRQS ||
        !(ISA_DMA_NIC_IRQS >> s->irq_number & 1)) {
        error_setg(errp, "property 'irq' is %" PRIu32 "; an ISA slot has "
                   "3 to 7, 9 to 12, 14 and 15", s->irq_number);
        return false;
    }
    if (s->channel == ISA_DMA_NIC_CHANNEL_CASCADE) {
        error_setg(errp, "property 'dma' is 4, which is the cascade of the "
                   "DMA controllers; it must be 0 to 3 or 5 to 7");
        return false;
    }
    if (s->channel > ISA_DMA_NIC_CHANNEL_MAX) {
        error_setg(errp, "property 'dma' is %" PRIu32 "; it must be 0 to 3 "
                   "or 5 to 7", s->channel);
        return false;
    }
    if (is_multicast_ether_addr(s->conf.macaddr.a)) {
        error_setg(errp, "property 'mac' is " MAC_FMT
                   ", which is not the address of a station",
                   MAC_ARG(s->conf.macaddr.a));
        return false;
    }
    return true;
}

static bool isa_dma_nic_check_ports(IsaDmaNicState *s, Error **errp)
{
    MemoryRegion *io = isa_address_space_io(ISA_DEVICE(s));
    uint32_t port;

    for (port = s->iobase; port < s->iobase + ISA_DMA_NIC_PORTS; port++) {
        MemoryRegionSection section = memory_region_find(io, port, 1);
        bool taken = section.mr && section.mr != io;

        if (taken) {
            error_setg(errp, "property 'iobase' is 0x%" PRIx32 ", but port 0x%"
                       PRIx32 " belongs to '%s'", s->iobase, port,
                       memory_region_name(section.mr));
        }
        if (section.mr) {
            memory_region_unref(section.mr);
        }
        if (taken) {
            return false;
        }
    }
    return true;
}

static bool isa_dma_nic_find_channel(IsaDmaNicState *s, Error **errp)
{
    ISABus *bus = isa_bus_from_device(ISA_DEVICE(s));

    s->dma = isa_bus_get_dma(bus, s->channel);
    if (!s->dma || !object_dynamic_cast(OBJECT(s->dma), TYPE_I8257)) {
        error_setg(errp, "property 'dma' is %" PRIu32 ", but this machine has "
                   "no 8237 DMA controller", s->channel);
        return false;
    }
    if (I8257(s->dma)->regs[s->channel & 3].opaque) {
        error_setg(errp, "property 'dma' is %" PRIu32 ", but another device "
                   "has this channel", s->channel);
        return false;
    }
    return true;
}

static void isa_dma_nic_realize(DeviceState *dev, Error **errp)
{
    IsaDmaNicState *s = ISA_DMA_NIC(dev);
    ISADevice *isa = ISA_DEVICE(dev);
    const uint8_t *mac = s->conf.macaddr.a;
    int i;

    qemu_macaddr_default_if_unset(&s->conf.macaddr);
    if (!isa_dma_nic_check_properties(s, errp) ||
        !isa_dma_nic_check_ports(s, errp) ||
        !isa_dma_nic_find_channel(s, errp)) {
        return;
    }
    for (i = 0; i < ARRAY_SIZE(s->permanent); i++) {
        s->permanent[i] = lduw_le_p(mac + 2 * i);
    }
    s->bh = qemu_bh_new_guarded(isa_dma_nic_bh, s, &dev->mem_reentrancy_guard);
    s->nic = qemu_new_nic(&isa_dma_nic_net_client_info, &s->conf,
                          object_get_typename(OBJECT(s)), dev->id,
                          &dev->mem_reentrancy_guard, s);
    s->link_up = !qemu_get_queue(s->nic)->link_down;
    qemu_add_vm_change_state_handler(isa_dma_nic_vm_state_changed, s);

    s->irq = isa_get_irq(isa, s->irq_number);
    ISADMA_GET_CLASS(s->dma)->register_channel(s->dma, s->channel,
                                               isa_dma_nic_serve, s);
    memory_region_init_io(&s->ports, OBJECT(s), &isa_dma_nic_port_ops, s,
                          TYPE_ISA_DMA_NIC, ISA_DMA_NIC_PORTS);
    isa_register_ioport(isa, &s->ports, s->iobase);
}

static NicProperty isa_dma_nic_properties[] = {
    DEFINE_PROP_UINT32("iobase", IsaDmaNicState, iobase,
                       ISA_DMA_NIC_IOBASE_DEFAULT),
    DEFINE_PROP_UINT32("irq", IsaDmaNicState, irq_number,
                       ISA_DMA_NIC_IRQ_DEFAULT),
    DEFINE_PROP_UINT32("dma", IsaDmaNicState, channel,
                       ISA_DMA_NIC_CHANNEL_DEFAULT),
    DEFINE_NIC_PROPERTIES(IsaDmaNicState, conf),
    NIC_PROPERTY_END
};

static void isa_dma_nic_class_init(ObjectClass *class, NicClassData *data)
{
    DeviceClass *dc = DEVICE_CLASS(class);
    ResettableClass *rc = RESETTABLE_CLASS(class);

    dc->realize = isa_dma_nic_realize;
    dc->desc = "ISA Ethernet controller that uses slave DMA";
    dc->vmsd = &isa_dma_nic_vmstate;
    dc->hotpluggable = false;
    device_class_set_props(dc, isa_dma_nic_properties);
    rc->phases.hold = isa_dma_nic_reset_hold;
    set_bit(DEVICE_CATEGORY_NETWORK, dc->categories);
}

static void isa_dma_nic_instance_init(Object *obj)
{
    IsaDmaNicState *s = ISA_DMA_NIC(obj);

    device_add_bootindex_property(obj, &s->conf.bootindex, "bootindex",
                                  "/ethernet-phy@0", DEVICE(obj));
}

static const TypeInfo isa_dma_nic_types[] = {
    {
        .name = TYPE_ISA_DMA_NIC,
        .parent = TYPE_ISA_DEVICE,
        .instance_size = sizeof(IsaDmaNicState),
        .instance_init = isa_dma_nic_instance_init,
        .class_init = isa_dma_nic_class_init,
    },
};

DEFINE_TYPES(isa_dma_nic_types)
