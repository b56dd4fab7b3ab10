/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: a busmaster Ethernet controller with scatter/gather rings
 *
 * This file is the PCI device; docs/device-specification.md is the contract.
 */
#include "qemu/osdep.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "hw/pci/pcie.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/range.h"
#include "sgnic_internal.h"
#include "trace.h"

#define SGNIC_PCIE_CAPABILITY   0x40
#define SGNIC_MSI_CAPABILITY    0x80
#define SGNIC_MSIX_CAPABILITY   0x90

/* Section 9.1 */
void sgnic_reset(SgnicState *s)
{
    uint32_t i;

    trace_sgnic_reset();
    for (i = 0; i < s->queue_count; i++) {
        sgnic_queue_reset(&s->queues[i]);
    }
    sgnic_reset_registers(s);
    sgnic_interrupt_reset(s);
}

static void sgnic_reset_hold(NIC_RESET_HOLD)
{
    sgnic_reset(SGNIC(obj));
}

void sgnic_resume_queues(SgnicState *s)
{
    uint32_t i;

    for (i = 0; i < s->queue_count; i++) {
        sgnic_queue_resume(&s->queues[i]);
    }
}

static void sgnic_flush_queues(SgnicState *s)
{
    uint32_t i;

    for (i = 0; i < s->queue_count; i++) {
        sgnic_doorbell_sync(&s->queues[i]);
        sgnic_queue_flush(&s->queues[i]);
    }
}

/* Completions are written when the machine stops: later is too late. */
static void sgnic_vm_state_changed(void *opaque, bool running, RunState state)
{
    SgnicState *s = opaque;

    if (running) {
        /* The migration stream knows nothing of a fault that is armed here. */
        sgnic_update_link(s);
        sgnic_resume_queues(s);
        if (sgnic_fault_armed(s, SGNIC_FAULT_SET(INTERRUPT_SPURIOUS))) {
            sgnic_fault_spurious(s);
        }
    } else {
        sgnic_fault_deliver(s);
        sgnic_flush_queues(s);
    }
}

/* Section 2: no DMA while Bus Master Enable is clear */
static void sgnic_config_write(PCIDevice *pci, uint32_t address,
                               uint32_t value, int length)
{
    SgnicState *s = SGNIC(pci);
    bool was_master = sgnic_bus_master(s);

    if (sgnic_fault_armed(s, SGNIC_FAULT_SET(REMOVED))) {
        return;
    }
    if (was_master && range_covers_byte(address, length, PCI_COMMAND) &&
        !(value >> 8 * (PCI_COMMAND - address) & PCI_COMMAND_MASTER)) {
        sgnic_flush_queues(s);
        sgnic_tx_cancel_all(s);
    }
    pci_default_write_config(pci, address, value, length);
    if (pci_is_express(pci)) {
        pcie_cap_flr_write_config(pci, address, value, length);
    }
    if (!was_master && sgnic_bus_master(s)) {
        sgnic_resume_queues(s);
    }
    sgnic_interrupt_update(s);
}

static uint32_t sgnic_config_read(PCIDevice *pci, uint32_t address, int length)
{
    if (sgnic_fault_armed(SGNIC(pci), SGNIC_FAULT_SET(REMOVED))) {
        return MAKE_64BIT_MASK(0, 8 * length);
    }
    return pci_default_read_config(pci, address, length);
}

/* Section 9.2 */
void sgnic_set_link(SgnicState *s, bool up)
{
    if (up == s->link_up) {
        return;
    }
    trace_sgnic_link(up);
    s->link_up = up;
    if (up) {
        sgnic_resume_queues(s);
    } else {
        sgnic_tx_cancel_all(s);
    }
    sgnic_raise(s, SGNIC_CAUSE_LINK);
}

void sgnic_update_link(SgnicState *s)
{
    sgnic_set_link(s, !qemu_get_queue(s->nic)->link_down &&
                      !sgnic_fault_armed(s, SGNIC_FAULT_SET(LINK_DOWN)));
}

static void sgnic_link_status_changed(NetClientState *nc)
{
    sgnic_update_link(qemu_get_nic_opaque(nc));
}

static NetClientInfo sgnic_net_client_info = {
    .type = NET_CLIENT_DRIVER_NIC,
    .size = sizeof(NICState),
    .can_receive = sgnic_can_receive,
    .receive = sgnic_receive,
    .receive_iov = sgnic_receive_iov,
    .link_status_changed = sgnic_link_status_changed,
};

static bool sgnic_check_properties(SgnicState *s, Error **errp)
{
    if (s->dma_width_limit != 24 && s->dma_width_limit != 32 &&
        s->dma_width_limit != 64) {
        error_setg(errp, "property 'dma-width' is %" PRIu32
                   "; it must be 24, 32 or 64", s->dma_width_limit);
        return false;
    }
    if (s->queues_wanted > SGNIC_QUEUE_MAX) {
        error_setg(errp, "property 'queues' is %" PRIu32
                   "; it must be 1 to %d, or 0 for as many as the netdev has",
                   s->queues_wanted, SGNIC_QUEUE_MAX);
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

/* A machine whose interrupt controller has no messages is left with INTx. */
static bool sgnic_init_messages(SgnicState *s, Error **errp)
{
    PCIDevice *pci = PCI_DEVICE(s);
    Error *err = NULL;
    uint32_t i;
    int ret;

    ret = msi_init(pci, SGNIC_MSI_CAPABILITY, 1, true, false, &err);
    if (ret < 0 && ret != -ENOTSUP) {
        error_propagate(errp, err);
        return false;
    }
    error_free(err);
    err = NULL;

    ret = msix_init(pci, sgnic_vectors(s), &s->msix_bar, SGNIC_MSIX_BAR, 0,
                    &s->msix_bar, SGNIC_MSIX_BAR, SGNIC_MSIX_PBA_OFFSET,
                    SGNIC_MSIX_CAPABILITY, &err);
    if (ret < 0 && ret != -ENOTSUP) {
        error_propagate(errp, err);
        msi_uninit(pci);
        return false;
    }
    error_free(err);
    for (i = 0; ret == 0 && i < sgnic_vectors(s); i++) {
        msix_vector_use(pci, i);
    }
    return true;
}

/* As many pairs as asked for; else as many as the backend has. */
static void sgnic_init_queues(SgnicState *s)
{
    uint32_t i;

    s->subqueues = MAX(s->conf.peers.queues, 1);
    s->queue_pairs = s->queues_wanted ? s->queues_wanted :
                     MIN(s->subqueues, SGNIC_QUEUE_MAX);
    s->queue_count = 2 * s->queue_pairs;
    s->ioeventfd = s->ioeventfd_wanted == ON_OFF_AUTO_AUTO ? kvm_enabled() :
                   s->ioeventfd_wanted == ON_OFF_AUTO_ON;
    s->receive_bounce = g_malloc0(SGNIC_BOUNCE_SIZE);
    s->queues = g_new0(SgnicQueue, s->queue_count);
    for (i = 0; i < s->queue_count; i++) {
        sgnic_queue_init(s, i);
    }
    for (i = 0; i < SGNIC_QUEUE_MAX; i++) {
        QSIMPLEQ_INIT(&s->blocked[i]);
    }
}

static void sgnic_exit_queues(SgnicState *s)
{
    uint32_t i;

    for (i = 0; i < s->queue_count; i++) {
        sgnic_queue_exit(&s->queues[i]);
    }
    g_free(s->receive_bounce);
    g_free(s->queues);
    s->queues = NULL;
    s->queue_count = 0;
}

static void sgnic_init_net(SgnicState *s)
{
    DeviceState *dev = DEVICE(s);
    const uint8_t *mac = s->conf.macaddr.a;

    s->permanent[0] = ldl_le_p(mac);
    s->permanent[1] = lduw_le_p(mac + 4);
    s->nic = qemu_new_nic(&sgnic_net_client_info, &s->conf,
                          object_get_typename(OBJECT(s)), dev->id,
                          &dev->mem_reentrancy_guard, s);
    s->link_up = !qemu_get_queue(s->nic)->link_down &&
                 !sgnic_fault_armed(s, SGNIC_FAULT_SET(LINK_DOWN));
    sgnic_backend_init(s);
    s->vm_state = qemu_add_vm_change_state_handler(sgnic_vm_state_changed, s);
}

static void sgnic_exit_messages(SgnicState *s)
{
    PCIDevice *pci = PCI_DEVICE(s);

    msix_unuse_all_vectors(pci);
    msix_uninit(pci, &s->msix_bar, &s->msix_bar);
    msi_uninit(pci);
}

static void sgnic_exit_express(PCIDevice *pci)
{
    if (pci_is_express(pci)) {
        pcie_cap_exit(pci);
    }
}

static void sgnic_pci_realize(PCIDevice *pci, Error **errp)
{
    SgnicState *s = SGNIC(pci);

    qemu_macaddr_default_if_unset(&s->conf.macaddr);
    if (!sgnic_check_properties(s, errp)) {
        return;
    }
    s->features_offered = SGNIC_FEATURE_RSS |
                          (s->offload ? SGNIC_FEATURES_OFFLOAD : 0) |
                          (s->vlan ? SGNIC_FEATURES_VLAN : 0);
    pci_config_set_interrupt_pin(pci->config, 1);
    /* The PCI core would load any pin, and assert that it exists. */
    pci->cmask[PCI_INTERRUPT_PIN] = 0xff;

    memory_region_init_io(&s->registers, OBJECT(s), &sgnic_register_ops, s,
                          "sgnic-registers", SGNIC_REGISTER_BAR_SIZE);
    pci_register_bar(pci, SGNIC_REGISTER_BAR, PCI_BASE_ADDRESS_SPACE_MEMORY,
                     &s->registers);
    memory_region_init(&s->msix_bar, OBJECT(s), "sgnic-msix",
                       SGNIC_MSIX_BAR_SIZE);
    pci_register_bar(pci, SGNIC_MSIX_BAR, PCI_BASE_ADDRESS_SPACE_MEMORY,
                     &s->msix_bar);

    if (pci_is_express(pci)) {
        if (pcie_endpoint_cap_init(pci, SGNIC_PCIE_CAPABILITY) < 0) {
            error_setg(errp, "cannot add the PCI Express capability");
            return;
        }
        pcie_cap_flr_init(pci);
    }
    sgnic_init_queues(s);
    if (!sgnic_check_fault_queue(s, s->faults.queue, errp) ||
        !sgnic_init_messages(s, errp)) {
        sgnic_exit_queues(s);
        sgnic_exit_express(pci);
        return;
    }
    if (!sgnic_doorbell_init(s, errp)) {
        sgnic_exit_queues(s);
        sgnic_exit_messages(s);
        sgnic_exit_express(pci);
        return;
    }
    s->tlb = sgnic_tlb_new(pci_get_address_space(pci));
    sgnic_fault_realize(s);
    sgnic_init_net(s);
}

/* Section 9.4 */
static void sgnic_pci_exit(PCIDevice *pci)
{
    SgnicState *s = SGNIC(pci);
    uint32_t i;

    qemu_del_vm_change_state_handler(s->vm_state);
    for (i = 0; i < s->queue_count; i++) {
        sgnic_queue_reset(&s->queues[i]);
    }
    sgnic_doorbell_exit(s);
    qemu_del_nic(s->nic);
    sgnic_fault_exit(s);
    sgnic_tlb_free(s->tlb);
    sgnic_exit_queues(s);
    sgnic_exit_messages(s);
    sgnic_exit_express(pci);
}

/* The size of the configuration space is chosen before the PCI realize. */
static void sgnic_realize(DeviceState *dev, Error **errp)
{
    PCIDevice *pci = PCI_DEVICE(dev);

    if (pci_bus_is_express(pci_get_bus(pci))) {
        pci->cap_present |= QEMU_PCI_CAP_EXPRESS;
    }
    SGNIC_GET_CLASS(dev)->parent_realize(dev, errp);
}

static NicProperty sgnic_properties[] = {
    DEFINE_NIC_PROPERTIES(SgnicState, conf),
    DEFINE_PROP_UINT32("dma-width", SgnicState, dma_width_limit, 64),
    DEFINE_PROP_UINT32("queues", SgnicState, queues_wanted, 0),
    DEFINE_PROP_ON_OFF_AUTO("ioeventfd", SgnicState, ioeventfd_wanted,
                            ON_OFF_AUTO_AUTO),
    DEFINE_PROP_BOOL("offload", SgnicState, offload, true),
    DEFINE_PROP_BOOL("vlan", SgnicState, vlan, true),
    NIC_PROPERTY_END
};

static void sgnic_class_init(ObjectClass *class, NicClassData *data)
{
    DeviceClass *dc = DEVICE_CLASS(class);
    PCIDeviceClass *pc = PCI_DEVICE_CLASS(class);
    ResettableClass *rc = RESETTABLE_CLASS(class);

    pc->realize = sgnic_pci_realize;
    pc->exit = sgnic_pci_exit;
    pc->config_read = sgnic_config_read;
    pc->config_write = sgnic_config_write;
    pc->vendor_id = SGNIC_PCI_VENDOR_ID;
    pc->device_id = SGNIC_PCI_DEVICE_ID;
    pc->revision = SGNIC_PCI_REVISION;
    pc->class_id = PCI_CLASS_NETWORK_ETHERNET;
    pc->subsystem_vendor_id = SGNIC_PCI_VENDOR_ID;
    pc->subsystem_id = SGNIC_PCI_SUBSYSTEM_ID;

    rc->phases.hold = sgnic_reset_hold;

    dc->desc = "Busmaster Ethernet controller with scatter/gather rings";
    dc->vmsd = &sgnic_vmstate;
    device_class_set_props(dc, sgnic_properties);
    sgnic_add_status_properties(class);
    sgnic_add_fault_properties(class);
    device_class_set_parent_realize(dc, sgnic_realize,
                                    &SGNIC_CLASS(class)->parent_realize);
    set_bit(DEVICE_CATEGORY_NETWORK, dc->categories);
}

static void sgnic_instance_init(Object *obj)
{
    SgnicState *s = SGNIC(obj);

    s->last_error.queue = SGNIC_ERROR_QUEUE_NONE;
    s->last_dma_error.queue = SGNIC_ERROR_QUEUE_NONE;
    sgnic_init_fault_properties(s);
    device_add_bootindex_property(obj, &s->conf.bootindex, "bootindex",
                                  "/ethernet-phy@0", DEVICE(obj));
}

static const TypeInfo sgnic_types[] = {
    {
        .name = TYPE_SGNIC,
        .parent = TYPE_PCI_DEVICE,
        .instance_size = sizeof(SgnicState),
        .instance_init = sgnic_instance_init,
        .class_size = sizeof(SgnicClass),
        .class_init = sgnic_class_init,
        .interfaces = (InterfaceInfo[]) {
            { INTERFACE_PCIE_DEVICE },
            { INTERFACE_CONVENTIONAL_PCI_DEVICE },
            { }
        },
    },
};

DEFINE_TYPES(sgnic_types)
