/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: structure-aware fuzz target
 *
 * Two cards on one wire.  An input is a list of operations: set up a queue,
 * post descriptors, ring, write a register, ...  Their operands come from the
 * input, mostly near what means something.
 */
#include "qemu/osdep.h"
#include "hw/boards.h"
#include "hw/pci/pci.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_host.h"
#include "monitor/qdev.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-net.h"
#include "qemu/rcu.h"
#include "fuzz.h"
#include "sgnic_fuzz.h"

#define QUEUES                  (2 * SGNIC_QUEUE_MAX)
#define MAX_OPERATIONS          200

PCIDevice *sgnic_fuzz_cards[SGNIC_FUZZ_DEVICES];
bool sgnic_fuzz_reconfigured[SGNIC_FUZZ_DEVICES];
static bool behind_iommu;
static uint8_t *ram;

void sgnic_fuzz_write(uint64_t address, const void *data, size_t size)
{
    memcpy(ram + address, data, size);
}

uint32_t sgnic_fuzz_read_word(uint64_t address)
{
    return ldl_le_p(ram + address);
}

void sgnic_fuzz_write_word(uint64_t address, uint32_t value)
{
    stl_le_p(ram + address, value);
}

void sgnic_fuzz_clear(uint64_t address, size_t size)
{
    memset(ram + address, 0, size);
}

SgnicFuzzPlace sgnic_fuzz_place(unsigned device, bool rx, unsigned queue)
{
    return (SgnicFuzzPlace) {
        .device = device,
        .rx = rx,
        .queue = queue,
        .zone = SGNIC_FUZZ_ZONES + SGNIC_FUZZ_ZONE *
                (QUEUES * device + (rx ? SGNIC_QUEUE_MAX : 0) + queue),
        .registers = SGNIC_FUZZ_BAR(device) + (rx ? SGNIC_RX_QUEUE(queue) :
                                               SGNIC_TX_QUEUE(queue)),
    };
}

/* The first queues exist in every configuration, so they come more often. */
SgnicFuzzPlace sgnic_fuzz_take_place(FuzzInput *in)
{
    uint8_t bits = fuzz_take(in, 1);

    return sgnic_fuzz_place(bits & 1, bits >> 1 & 1, bits & 0x80 ?
                            bits >> 2 & (SGNIC_QUEUE_MAX - 1) : 0);
}

/* Where a buffer is: mostly in RAM, at times across or beyond its end */
uint64_t sgnic_fuzz_take_address(FuzzInput *in)
{
    uint8_t kind = fuzz_take(in, 1);
    uint32_t offset = fuzz_take(in, 2);

    switch (kind & 7) {
    case 0:
        return fuzz_take(in, 8);
    case 1:     /* the device's own registers */
        return SGNIC_FUZZ_BAR(kind >> 3 & 1) + offset;
    case 2:     /* the zones: rings, completions, records */
        return SGNIC_FUZZ_ZONES + 8 * offset;
    case 3:     /* the end of what is mapped */
        return SGNIC_FUZZ_PAGES_END - (offset & 0xfff);
    default:
        return SGNIC_FUZZ_BUFFERS + (4 * offset) % SGNIC_FUZZ_BUFFER_SIZE;
    }
}

uint32_t sgnic_fuzz_take_length(FuzzInput *in)
{
    uint8_t kind = fuzz_take(in, 1);

    switch (kind & 3) {
    case 0:
        return fuzz_take(in, 4);
    case 1:
        return fuzz_take(in, 2);
    case 2:
        return SGNIC_MAX_FRAME - 8 + (kind >> 2 & 15);
    default:
        return 1 + (kind >> 2);
    }
}

void sgnic_fuzz_config(unsigned device, uint32_t address, uint32_t value,
                       int length)
{
    PCIDevice *card = sgnic_fuzz_cards[device];

    sgnic_fuzz_reconfigured[device] = true;
    pci_host_config_write_common(card, address, pci_config_size(card), value,
                                 length);
}

void sgnic_fuzz_set_up(QTestState *s, const SgnicFuzzPlace *p, uint32_t log2,
                       uint32_t vector)
{
    qtest_writel(s, p->registers + SGNIC_QUEUE_CONTROL, 0);
    sgnic_fuzz_clear(p->zone, SGNIC_FUZZ_ZONE);
    qtest_writel(s, p->registers + SGNIC_QUEUE_RING_SIZE, 1u << log2);
    qtest_writel(s, p->registers + SGNIC_QUEUE_VECTOR, vector);
    qtest_writel(s, p->registers + SGNIC_QUEUE_DESCRIPTORS_LOW, p->zone);
    qtest_writel(s, p->registers + SGNIC_QUEUE_COMPLETIONS_LOW,
                 p->zone + SGNIC_FUZZ_COMPLETIONS);
    qtest_writel(s, p->registers + SGNIC_QUEUE_RECORD_LOW,
                 p->zone + SGNIC_FUZZ_RECORD);
    qtest_writel(s, p->registers + SGNIC_QUEUE_CONTROL, SGNIC_QUEUE_ENABLE);
}

void sgnic_fuzz_ring(QTestState *s, const SgnicFuzzPlace *p)
{
    qtest_writel(s, SGNIC_FUZZ_BAR(p->device) +
                 (p->rx ? SGNIC_RX_DOORBELL(p->queue) :
                          SGNIC_TX_DOORBELL(p->queue)), 0);
}

void sgnic_fuzz_post(QTestState *s, const SgnicFuzzPlace *p,
                     const struct sgnic_descriptor *d)
{
    uint32_t producer = sgnic_fuzz_read_word(p->zone + SGNIC_FUZZ_RECORD);
    uint32_t size = qtest_readl(s, p->registers + SGNIC_QUEUE_RING_SIZE);

    size = MIN(MAX(size, 1), 1u << SGNIC_FUZZ_RING_LOG2);
    sgnic_fuzz_write(p->zone + sizeof(*d) * (producer & (size - 1)), d,
                     sizeof(*d));
    sgnic_fuzz_write_word(p->zone + SGNIC_FUZZ_RECORD, producer + 1);
}

static void op_set_up(QTestState *s, FuzzInput *in)
{
    SgnicFuzzPlace p = sgnic_fuzz_take_place(in);
    uint8_t how = fuzz_take(in, 1);

    sgnic_fuzz_set_up(s, &p, SGNIC_RING_MIN_LOG2 +
                      how % (SGNIC_FUZZ_RING_LOG2 - SGNIC_RING_MIN_LOG2 + 1),
                      how >> 4 & 3);
}

static void op_post(QTestState *s, FuzzInput *in)
{
    SgnicFuzzPlace p = sgnic_fuzz_take_place(in);
    uint8_t how = fuzz_take(in, 1);
    int i;

    for (i = 0; i <= (how & 15); i++) {
        struct sgnic_descriptor d = {
            .address = cpu_to_le64(sgnic_fuzz_take_address(in)),
            .length = cpu_to_le32(sgnic_fuzz_take_length(in)),
        };
        uint16_t bits = fuzz_take(in, 2);

        d.tag = cpu_to_le16(bits);
        d.flags = cpu_to_le16(bits & 0x40 ? bits : bits & 1);
        sgnic_fuzz_post(s, &p, &d);
    }
    if (how & 0x80) {
        sgnic_fuzz_ring(s, &p);
    }
}

static void op_record(QTestState *s, FuzzInput *in)
{
    SgnicFuzzPlace p = sgnic_fuzz_take_place(in);
    uint8_t which = fuzz_take(in, 1);

    qtest_writel(s, p.zone + SGNIC_FUZZ_RECORD +
                 4 * (which % (sizeof(struct sgnic_record) / 4)),
                 fuzz_take_value(in));
}

static void op_doorbell(QTestState *s, FuzzInput *in)
{
    SgnicFuzzPlace p = sgnic_fuzz_take_place(in);

    sgnic_fuzz_ring(s, &p);
}

static void op_queue_register(QTestState *s, FuzzInput *in)
{
    SgnicFuzzPlace p = sgnic_fuzz_take_place(in);
    uint8_t which = fuzz_take(in, 1);

    qtest_writel(s, p.registers + 4 * (which % (SGNIC_QUEUE_SPAN / 4)),
                 which & 0x80 ? sgnic_fuzz_take_address(in) :
                                fuzz_take_value(in));
}

static void op_write(QTestState *s, FuzzInput *in)
{
    uint16_t where = fuzz_take(in, 2);
    uint64_t address = SGNIC_FUZZ_BAR(where >> 15) + (where & 0x7ffc);

    switch (where & 3) {
    case 0:
        qtest_writew(s, address + 2, fuzz_take(in, 2));
        break;
    case 1:
        qtest_writeq(s, address, fuzz_take(in, 8));
        break;
    default:
        /* The first 4 KiB hold what is not of a queue. */
        qtest_writel(s, where & 1 ? address & ~0x7000ull : address,
                     fuzz_take_value(in));
    }
}

static void op_read(QTestState *s, FuzzInput *in)
{
    uint16_t where = fuzz_take(in, 2);
    uint64_t address = SGNIC_FUZZ_BAR(where >> 15) + (where & 0x7ffc);

    if (where & 1) {
        qtest_readb(s, address + (where >> 1 & 1));
    } else {
        qtest_readl(s, where & 2 ? address & ~0x7000ull : address);
    }
}

static void op_poke(QTestState *s, FuzzInput *in)
{
    uint64_t address = SGNIC_FUZZ_ZONES + 4 * fuzz_take(in, 2);

    qtest_writel(s, address, fuzz_take(in, 4));
}

static void op_config(QTestState *s, FuzzInput *in)
{
    uint8_t how = fuzz_take(in, 1);
    uint32_t address = how & 2 ? PCI_COMMAND : fuzz_take(in, 1) & 0xfc;
    PCIDevice *card = sgnic_fuzz_cards[how & 1];

    if (how & 8) {
        pci_host_config_read_common(card, address, pci_config_size(card), 4);
        return;
    }
    /* Where the registers are stays as it is. */
    if (address >= PCI_BASE_ADDRESS_0 && address <= PCI_ROM_ADDRESS) {
        return;
    }
    sgnic_fuzz_config(how & 1, address, address == PCI_COMMAND ?
                      fuzz_take(in, 2) | PCI_COMMAND_MEMORY :
                      fuzz_take_value(in), how & 4 ? 2 : 4);
}

static void op_clock(QTestState *s, FuzzInput *in)
{
    fuzz_advance_clock(1 + fuzz_take(in, 3));
}

static void op_link(QTestState *s, FuzzInput *in)
{
    uint8_t how = fuzz_take(in, 1);
    g_autofree char *name = g_strdup_printf("sgnic%d", how & 1);

    qmp_set_link(name, how >> 1 & 1, &error_abort);
}

/* Bytes from the wire, made of the input or all alike, without a header */
static void op_frame(QTestState *s, FuzzInput *in)
{
    uint8_t how = fuzz_take(in, 1);
    uint32_t length = MIN(sgnic_fuzz_take_length(in), 65536 + 64);
    g_autofree unsigned char *frame = g_malloc0(length + 1);
    size_t given = MIN(MIN(in->size, length), 128);
    NetClientState *wire = qemu_find_netdev(fuzz_wire_name(how & 1));

    memset(frame, how & 2 ? 0xff : 0x52, MIN(length, 6));
    if (how & 4) {
        memcpy(frame, in->data, given);
        in->data += given;
        in->size -= given;
    }
    qemu_send_packet(wire, frame, length);
}

static void op_map(QTestState *s, FuzzInput *in)
{
    uint32_t page = (SGNIC_FUZZ_ZONES >> 12) + fuzz_take(in, 2) %
                    ((SGNIC_FUZZ_PAGES_END - SGNIC_FUZZ_ZONES) >> 12);

    if (behind_iommu) {
        sgnic_fuzz_iommu_map(s, page, fuzz_take(in, 1));
    }
}

static void op_fault(QTestState *s, FuzzInput *in)
{
    uint8_t how = fuzz_take(in, 1);

    sgnic_fuzz_fault(OBJECT(sgnic_fuzz_cards[how & 1]), how >> 1,
                     how & 0x80 ? sgnic_fuzz_take_address(in) :
                                  fuzz_take(in, 1) & 7);
}

static void op_run(QTestState *s, FuzzInput *in)
{
    fuzz_run_main_loop();
}

/* The old memory map goes when RCU's thread gets its turn, which takes long. */
static void configure(int i)
{
    PCIDevice *card = sgnic_fuzz_cards[i];
    static unsigned count;
    int bar;

    memory_region_transaction_begin();
    pci_device_reset(card);
    for (bar = 0; bar < PCI_ROM_SLOT; bar++) {
        pci_default_write_config(card, PCI_BASE_ADDRESS_0 + 4 * bar,
                                 SGNIC_FUZZ_BAR(i) + SGNIC_FUZZ_BAR_STEP * bar,
                                 4);
    }
    pci_default_write_config(card, PCI_COMMAND, PCI_COMMAND_MEMORY |
                             PCI_COMMAND_MASTER, 2);
    memory_region_transaction_commit();
    sgnic_fuzz_reconfigured[i] = false;
    if (++count % 128 == 0) {
        drain_call_rcu();
    }
}

static void op_property(QTestState *s, FuzzInput *in)
{
    uint8_t how = fuzz_take(in, 1);

    sgnic_fuzz_property(OBJECT(sgnic_fuzz_cards[how & 1]), how >> 1);
}

static void op_block(QTestState *s, FuzzInput *in)
{
    uint8_t how = fuzz_take(in, 1);

    fuzz_wire_block(how & 1, how >> 1 & 1);
}

static void reset_card(DeviceState *dev)
{
    configure(DEVICE(sgnic_fuzz_cards[1]) == dev);
}

static void op_migrate(QTestState *s, FuzzInput *in)
{
    unsigned device = fuzz_take(in, 1) & 1;

    fuzz_migrate(DEVICE(sgnic_fuzz_cards[device]), in, reset_card);
    sgnic_fuzz_reconfigured[device] = true;
}

/* As many as six bits tell apart; a new one takes the place of a copy. */
static void (*const operations[64])(QTestState *s, FuzzInput *in) = {
    op_set_up, op_post, op_record, op_doorbell, op_queue_register, op_write,
    op_read, op_poke, op_config, op_clock, op_link, op_frame, op_map, op_run,
    sgnic_fuzz_messages, op_fault,
    op_set_up, op_post, op_post, op_post, op_post, op_post, op_doorbell,
    op_queue_register, op_queue_register, op_write, op_write, op_write,
    op_frame, op_frame, op_run, op_run,
    sgnic_fuzz_start, sgnic_fuzz_send, sgnic_fuzz_arrive, sgnic_fuzz_moderate,
    sgnic_fuzz_messages, sgnic_fuzz_table, op_property, op_block, op_migrate,
    sgnic_fuzz_start, sgnic_fuzz_send, sgnic_fuzz_send, sgnic_fuzz_send,
    sgnic_fuzz_send, sgnic_fuzz_send, sgnic_fuzz_arrive, sgnic_fuzz_arrive,
    sgnic_fuzz_arrive, sgnic_fuzz_moderate, sgnic_fuzz_messages,
    sgnic_fuzz_table, sgnic_fuzz_table, op_block, op_fault, op_run, op_run,
    op_clock, op_post, op_queue_register, op_record, op_map, op_link,
};

/* The state that every input starts from */
static void power_on(QTestState *s)
{
    int i;

    sgnic_fuzz_fault_restore();
    for (i = 0; i < SGNIC_FUZZ_DEVICES; i++) {
        g_autofree char *name = g_strdup_printf("sgnic%d", i);

        qmp_set_link(name, true, &error_abort);
        if (sgnic_fuzz_reconfigured[i]) {
            configure(i);
        } else {
            device_cold_reset(DEVICE(sgnic_fuzz_cards[i]));
        }
    }
    fuzz_wire_restore();
    fuzz_run_main_loop();
    sgnic_fuzz_clear(SGNIC_FUZZ_ZONES,
                     SGNIC_FUZZ_PAGES_END - SGNIC_FUZZ_ZONES);
    if (behind_iommu) {
        sgnic_fuzz_iommu_restore(s);
    }
}

static void sgnic_fuzz(QTestState *s, const unsigned char *data, size_t size)
{
    FuzzInput in = { data, size };
    int i;

    power_on(s);
    for (i = 0; in.size && i < MAX_OPERATIONS; i++) {
        uint8_t op = fuzz_take(&in, 1);

        operations[op & 63](s, &in);
        if (op & 0x80) {
            fuzz_run_bottom_halves();
        }
    }
    fuzz_run_main_loop();
}

/* One answers its doorbells where they are rung, the other in the main loop. */
static void add_card(PCIBus *bus, int i)
{
    PCIDevice *card = pci_new(PCI_DEVFN(SGNIC_FUZZ_SLOT(i), 0), "sgnic");
    Object *object = OBJECT(card);

    qdev_set_id(DEVICE(card), g_strdup_printf("sgnic%d", i), &error_abort);
    object_property_set_str(object, "netdev", fuzz_wire_name(i), &error_abort);
    object_property_set_str(object, "mac", "52:52:52:52:52:52", &error_abort);
    object_property_set_uint(object, "queues", SGNIC_QUEUE_MAX, &error_abort);
    object_property_set_str(object, "ioeventfd", i ? "on" : "off",
                            &error_abort);
    DEVICE(card)->hotplugged = false;   /* the root bus takes no other */
    pci_realize_and_unref(card, bus, &error_abort);
    sgnic_fuzz_cards[i] = card;
    configure(i);
}

static void sgnic_pre_fuzz(QTestState *s)
{
    PCIBus *bus = PCI_BUS(object_resolve_path_type("", TYPE_PCIE_BUS, NULL));
    int i;

    ram = memory_region_get_ram_ptr(current_machine->ram);
    fuzz_wire_start();
    for (i = 0; i < SGNIC_FUZZ_DEVICES; i++) {
        add_card(bus, i);
    }
    sgnic_fuzz_properties_find(OBJECT(sgnic_fuzz_cards[0]));
    if (behind_iommu) {
        sgnic_fuzz_iommu_start(s);
    }
}

static GString *sgnic_command_line(FuzzTarget *target)
{
    const char *more = getenv("QEMU_FUZZ_ARGS");
    GString *line = g_string_new("qemu-fuzz -machine q35,accel=qtest -m 64M "
                                 "-display none -nodefaults ");

    behind_iommu = target->opaque != NULL;
    if (behind_iommu) {
        g_string_append(line, "-machine kernel-irqchip=split "
                        "-device intel-iommu,intremap=off ");
    }
    return g_string_append(line, more ? more : "");
}

static void register_sgnic_fuzz_targets(void)
{
    FuzzTarget target = {
        .name = "sgnic-fuzz",
        .description = "sgnic: descriptors and registers",
        .get_init_cmdline = sgnic_command_line,
        .pre_fuzz = sgnic_pre_fuzz,
        .fuzz = sgnic_fuzz,
    };

    fuzz_add_target(&target);
    target.name = "sgnic-iommu-fuzz";
    target.description = "sgnic: the same behind an IOMMU that changes";
    target.opaque = &behind_iommu;
    fuzz_add_target(&target);
}

fuzz_target_init(register_sgnic_fuzz_targets);
