/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic as a node of the qos graph
 *
 * As a PCI device it inherits the tests of every PCI device; those below are
 * its own.  What the device does is tested by the project's own qtests.
 */
#include "qemu/osdep.h"
#include "libqtest-single.h"
#include "libqos/pci.h"
#include "libqos/qgraph.h"
#include "hw/net/sgnic_regs.h"
#include "hw/pci/pci_regs.h"
#include "qemu/module.h"

#define SGNIC_DEVFN     QPCI_DEVFN(4, 0)

typedef struct QSgnic {
    QOSGraphObject obj;
    QPCIDevice dev;
} QSgnic;

static void *sgnic_get_driver(void *object, const char *interface)
{
    QSgnic *nic = object;

    g_assert_cmpstr(interface, ==, "pci-device");
    return &nic->dev;
}

static void *sgnic_create(void *pci_bus, QGuestAllocator *alloc, void *addr)
{
    QSgnic *nic = g_new0(QSgnic, 1);

    qpci_device_init(&nic->dev, pci_bus, addr);
    nic->obj.get_driver = sgnic_get_driver;
    return &nic->obj;
}

static void test_identity(void *obj, void *data, QGuestAllocator *alloc)
{
    QSgnic *nic = obj;
    QPCIBar bar;

    g_assert_cmphex(qpci_config_readw(&nic->dev, PCI_VENDOR_ID), ==,
                    SGNIC_PCI_VENDOR_ID);
    g_assert_cmphex(qpci_config_readw(&nic->dev, PCI_DEVICE_ID), ==,
                    SGNIC_PCI_DEVICE_ID);
    qpci_device_enable(&nic->dev);
    bar = qpci_iomap(&nic->dev, SGNIC_REGISTER_BAR, NULL);
    g_assert_cmphex(qpci_io_readl(&nic->dev, bar, SGNIC_ID), ==,
                    SGNIC_ID_VALUE);
    qpci_iounmap(&nic->dev, bar);
}

/* On a conventional bus there is no PCI Express capability. */
static void test_capabilities(void *obj, void *data, QGuestAllocator *alloc)
{
    QSgnic *nic = obj;

    g_assert_cmpuint(qpci_find_capability(&nic->dev, PCI_CAP_ID_EXP, 0), ==, 0);
    g_assert_cmpuint(qpci_find_capability(&nic->dev, PCI_CAP_ID_MSI, 0), !=, 0);
    g_assert_cmpuint(qpci_find_capability(&nic->dev, PCI_CAP_ID_MSIX, 0),
                     !=, 0);
    qpci_device_enable(&nic->dev);
    qpci_msix_enable(&nic->dev);
    g_assert_false(qpci_msix_pending(&nic->dev, 0));
    qpci_msix_disable(&nic->dev);
}

static void test_hotplug(void *obj, void *data, QGuestAllocator *alloc)
{
    QTestState *qts = global_qtest;

    qtest_qmp_device_add(qts, "sgnic", "sgnic-hotplugged", "{'addr': '0x1e'}");
    qpci_unplug_acpi_device_test(qts, "sgnic-hotplugged", 0x1e);
}

static void sgnic_register_nodes(void)
{
    QOSGraphEdgeOptions opts = {
        .extra_device_opts = "addr=04.0",
    };

    add_qpci_address(&opts, &(QPCIAddress) { .devfn = SGNIC_DEVFN });
    qos_node_create_driver("sgnic", sgnic_create);
    qos_node_consumes("sgnic", "pci-bus", &opts);
    qos_node_produces("sgnic", "pci-device");

    qos_add_test("identity", "sgnic", test_identity, NULL);
    qos_add_test("capabilities", "sgnic", test_capabilities, NULL);
    qos_add_test("hotplug", "sgnic", test_hotplug, NULL);
}

libqos_init(sgnic_register_nodes);
