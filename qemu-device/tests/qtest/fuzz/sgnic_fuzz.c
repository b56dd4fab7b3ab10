/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: structure-aware fuzz target
 *
 * Two cards on one wire.  An input is a list of operations: set up a queue,
 * post descriptors, ring, write a register, ...  Their operands come from the
 * input, mostly near what means something.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/pci/pci.h"
#include "hw/pci/pci_bus.h"
#include "hw/pci/pci_device.h"
#include "hw/pci/pci_host.h"
#include "hw/net/sgnic_regs.h"
#include "net/net.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-net.h"
#include "qemu/rcu.h"
#include "fuzz.h"
#include "sgnic_fuzz.h"

#define QUEUES                  (2 * SGNIC_QUEUE_MAX)
#define ZONE_COMPLETIONS        0x1000
#define ZONE_RECORD             0x3000
#define RING_LOG2_MAX           8
#define BAR_BASE(device)        (0xe0000000u + 0x100000u * (device))
#define BAR_STEP                0x20000u
#define MAX_OPERATIONS          200

static PCIDevice *cards[SGNIC_FUZZ_DEVICES];
static bool reconfigured[SGNIC_FUZZ_DEVICES];
static bool behind_iommu;

/* What is left of the input; zeros when it has ended. */
typedef struct Input {
    const unsigned char *data;
    size_t size;
} Input;

/* qtest_memset() of the fuzzer does not free its buffer. */
static void clear(uint64_t address, uint64_t size)
{
    address_space_set(&address_space_memory, address, 0, size,
                      MEMTXATTRS_UNSPECIFIED);
}

static uint64_t take(Input *in, size_t bytes)
{
    uint64_t value = 0;
    size_t i;

    for (i = 0; i < bytes && in->size; i++) {
        value |= (uint64_t)*in->data++ << 8 * i;
        in->size--;
    }
    return value;
}

/* The queue of an operation: which card, which way, which number */
typedef struct Place {
    unsigned device;
    bool rx;
    unsigned queue;
    uint64_t zone;
    uint64_t registers;
} Place;

/* The first queues exist in every configuration, so they come more often. */
static Place take_place(Input *in)
{
    uint8_t bits = take(in, 1);
    Place p = { .device = bits & 1, .rx = bits >> 1 & 1 };

    p.queue = bits & 0x80 ? bits >> 2 & (SGNIC_QUEUE_MAX - 1) : 0;
    p.zone = SGNIC_FUZZ_ZONES + SGNIC_FUZZ_ZONE *
             (QUEUES * p.device + (p.rx ? SGNIC_QUEUE_MAX : 0) + p.queue);
    p.registers = BAR_BASE(p.device) + (p.rx ? SGNIC_RX_QUEUE(p.queue) :
                                        SGNIC_TX_QUEUE(p.queue));
    return p;
}

static uint32_t take_value(Input *in)
{
    uint8_t kind = take(in, 1);

    switch (kind & 3) {
    case 0:
        return kind >> 2;
    case 1:
        return 1u << (kind >> 2 & 31);
    case 2:
        return ~(uint32_t)(kind >> 2);
    default:
        return take(in, 4);
    }
}

/* Where a buffer is: mostly in RAM, at times across or beyond its end */
static uint64_t take_address(Input *in)
{
    uint8_t kind = take(in, 1);
    uint32_t offset = take(in, 2);

    switch (kind & 7) {
    case 0:
        return take(in, 8);
    case 1:     /* the device's own registers */
        return BAR_BASE(kind >> 3 & 1) + offset;
    case 2:     /* the zones: rings, completions, records */
        return SGNIC_FUZZ_ZONES + 8 * offset;
    case 3:     /* the end of what is mapped */
        return SGNIC_FUZZ_PAGES_END - (offset & 0xfff);
    default:
        return SGNIC_FUZZ_BUFFERS + (4 * offset) % SGNIC_FUZZ_BUFFER_SIZE;
    }
}

static uint32_t take_length(Input *in)
{
    uint8_t kind = take(in, 1);

    switch (kind & 3) {
    case 0:
        return take(in, 4);
    case 1:
        return take(in, 2);
    case 2:
        return SGNIC_MAX_FRAME - 8 + (kind >> 2 & 15);
    default:
        return 1 + (kind >> 2);
    }
}

static void op_set_up(QTestState *s, Input *in)
{
    Place p = take_place(in);
    uint8_t how = take(in, 1);
    uint32_t log2 = SGNIC_RING_MIN_LOG2 +
                    how % (RING_LOG2_MAX - SGNIC_RING_MIN_LOG2 + 1);

    qtest_writel(s, p.registers + SGNIC_QUEUE_CONTROL, 0);
    clear(p.zone, SGNIC_FUZZ_ZONE);
    qtest_writel(s, p.registers + SGNIC_QUEUE_RING_SIZE, 1u << log2);
    qtest_writel(s, p.registers + SGNIC_QUEUE_VECTOR, how >> 4 & 3);
    qtest_writel(s, p.registers + SGNIC_QUEUE_DESCRIPTORS_LOW, p.zone);
    qtest_writel(s, p.registers + SGNIC_QUEUE_COMPLETIONS_LOW,
                 p.zone + ZONE_COMPLETIONS);
    qtest_writel(s, p.registers + SGNIC_QUEUE_RECORD_LOW,
                 p.zone + ZONE_RECORD);
    qtest_writel(s, p.registers + SGNIC_QUEUE_CONTROL, SGNIC_QUEUE_ENABLE);
}

static void op_post(QTestState *s, Input *in)
{
    Place p = take_place(in);
    uint8_t how = take(in, 1);
    uint32_t producer = qtest_readl(s, p.zone + ZONE_RECORD);
    uint32_t size = qtest_readl(s, p.registers + SGNIC_QUEUE_RING_SIZE);
    int i;

    size = MIN(MAX(size, 1), 1u << RING_LOG2_MAX);
    for (i = 0; i <= (how & 15); i++, producer++) {
        struct sgnic_descriptor d = {
            .address = cpu_to_le64(take_address(in)),
            .length = cpu_to_le32(take_length(in)),
        };
        uint16_t bits = take(in, 2);

        d.tag = cpu_to_le16(bits);
        d.flags = cpu_to_le16(bits & 0x40 ? bits : bits & 1);
        qtest_memwrite(s, p.zone + sizeof(d) * (producer & (size - 1)),
                       &d, sizeof(d));
    }
    qtest_writel(s, p.zone + ZONE_RECORD, producer);
    if (how & 0x80) {
        qtest_writel(s, BAR_BASE(p.device) +
                     (p.rx ? SGNIC_RX_DOORBELL(p.queue) :
                             SGNIC_TX_DOORBELL(p.queue)), 0);
    }
}

static void op_record(QTestState *s, Input *in)
{
    Place p = take_place(in);
    uint8_t which = take(in, 1);

    qtest_writel(s, p.zone + ZONE_RECORD +
                 4 * (which % (sizeof(struct sgnic_record) / 4)),
                 take_value(in));
}

static void op_doorbell(QTestState *s, Input *in)
{
    Place p = take_place(in);

    qtest_writel(s, BAR_BASE(p.device) + (p.rx ? SGNIC_RX_DOORBELL(p.queue) :
                                          SGNIC_TX_DOORBELL(p.queue)), 0);
}

static void op_queue_register(QTestState *s, Input *in)
{
    Place p = take_place(in);
    uint8_t which = take(in, 1);

    qtest_writel(s, p.registers + 4 * (which % (SGNIC_QUEUE_SPAN / 4)),
                 which & 0x80 ? take_address(in) : take_value(in));
}

static void op_write(QTestState *s, Input *in)
{
    uint16_t where = take(in, 2);
    uint64_t address = BAR_BASE(where >> 15) + (where & 0x7ffc);

    switch (where & 3) {
    case 0:
        qtest_writew(s, address + 2, take(in, 2));
        break;
    case 1:
        qtest_writeq(s, address, take(in, 8));
        break;
    default:
        /* The first 4 KiB hold what is not of a queue. */
        qtest_writel(s, where & 1 ? address & ~0x7000ull : address,
                     take_value(in));
    }
}

static void op_read(QTestState *s, Input *in)
{
    uint16_t where = take(in, 2);
    uint64_t address = BAR_BASE(where >> 15) + (where & 0x7ffc);

    if (where & 1) {
        qtest_readb(s, address + (where >> 1 & 1));
    } else {
        qtest_readl(s, where & 2 ? address & ~0x7000ull : address);
    }
}

static void op_poke(QTestState *s, Input *in)
{
    uint64_t address = SGNIC_FUZZ_ZONES + 4 * take(in, 2);

    qtest_writel(s, address, take(in, 4));
}

static void op_config(QTestState *s, Input *in)
{
    uint8_t how = take(in, 1);
    PCIDevice *card = cards[how & 1];
    uint32_t address = how & 2 ? PCI_COMMAND : take(in, 1) & 0xfc;

    /* Where the registers are stays as it is. */
    if (address >= PCI_BASE_ADDRESS_0 && address <= PCI_ROM_ADDRESS) {
        return;
    }
    reconfigured[how & 1] = true;
    pci_host_config_write_common(card, address, pci_config_size(card),
                                 address == PCI_COMMAND ?
                                 take(in, 2) | PCI_COMMAND_MEMORY :
                                 take_value(in), how & 4 ? 2 : 4);
}

/* A vector of MSI-X, which op_config() enables */
static void op_vector(QTestState *s, Input *in)
{
    uint8_t how = take(in, 1);

    reconfigured[how & 1] = true;
    qtest_writel(s, BAR_BASE(how & 1) + BAR_STEP * SGNIC_MSIX_BAR +
                 (how & 0x7e) * 4, how & 0x80 ? take_value(in) : 0xfee00000);
}

static void op_clock(QTestState *s, Input *in)
{
    qtest_clock_step(s, 1 + take(in, 3));
}

static void op_link(QTestState *s, Input *in)
{
    uint8_t how = take(in, 1);
    g_autofree char *name = g_strdup_printf("sgnic%d", how & 1);

    qmp_set_link(name, how >> 1 & 1, &error_abort);
}

/* A frame from the wire, made of the input or all alike */
static void op_frame(QTestState *s, Input *in)
{
    uint8_t how = take(in, 1);
    uint32_t length = MIN(take_length(in), 65536 + 64);
    g_autofree unsigned char *frame = g_malloc0(length + 1);
    g_autofree char *name = g_strdup_printf("wire%d", how & 1);
    size_t given = MIN(MIN(in->size, length), 128);
    NetClientState *wire = qemu_find_netdev(name);

    memset(frame, how & 2 ? 0xff : 0x52, MIN(length, 6));
    if (how & 4) {
        memcpy(frame, in->data, given);
        in->data += given;
        in->size -= given;
    }
    qemu_send_packet(wire, frame, length);
}

static void op_map(QTestState *s, Input *in)
{
    uint32_t page = (SGNIC_FUZZ_ZONES >> 12) + take(in, 2) %
                    ((SGNIC_FUZZ_PAGES_END - SGNIC_FUZZ_ZONES) >> 12);

    if (behind_iommu) {
        sgnic_fuzz_iommu_map(s, page, take(in, 1));
    }
}

static void op_fault(QTestState *s, Input *in)
{
    uint8_t how = take(in, 1);

    sgnic_fuzz_fault(OBJECT(cards[how & 1]), how >> 1,
                     how & 0x80 ? take_address(in) : take(in, 1) & 7);
}

static void op_run(QTestState *s, Input *in)
{
    flush_events(s);
}

/* As many as five bits tell apart; a new one takes the place of a copy. */
static void (*const operations[32])(QTestState *s, Input *in) = {
    op_set_up, op_post, op_record, op_doorbell, op_queue_register, op_write,
    op_read, op_poke, op_config, op_clock, op_link, op_frame, op_map, op_run,
    op_vector, op_fault,
    op_set_up, op_post, op_post, op_post, op_post, op_post, op_doorbell,
    op_queue_register, op_queue_register, op_write, op_write, op_write,
    op_frame, op_frame, op_run, op_run,
};

/* The old memory map goes when RCU's thread gets its turn, which takes long. */
static void configure(int i)
{
    static unsigned count;
    int bar;

    pci_device_reset(cards[i]);
    for (bar = 0; bar < PCI_ROM_SLOT; bar++) {
        pci_default_write_config(cards[i], PCI_BASE_ADDRESS_0 + 4 * bar,
                                 BAR_BASE(i) + BAR_STEP * bar, 4);
    }
    pci_default_write_config(cards[i], PCI_COMMAND, PCI_COMMAND_MEMORY |
                             PCI_COMMAND_MASTER, 2);
    reconfigured[i] = false;
    if (++count % 128 == 0) {
        drain_call_rcu();
    }
}

/* The state that every input starts from */
static void power_on(QTestState *s)
{
    int i;

    for (i = 0; i < SGNIC_FUZZ_DEVICES; i++) {
        g_autofree char *name = g_strdup_printf("sgnic%d", i);
        g_autofree char *wire = g_strdup_printf("wire%d", i);

        sgnic_fuzz_fault_restore(OBJECT(cards[i]));
        qmp_set_link(name, true, &error_abort);
        qemu_purge_queued_packets(qemu_find_netdev(wire));
        if (reconfigured[i]) {
            configure(i);
        } else {
            device_cold_reset(DEVICE(cards[i]));
        }
    }
    flush_events(s);
    clear(SGNIC_FUZZ_ZONES, SGNIC_FUZZ_DEVICES * QUEUES * SGNIC_FUZZ_ZONE);
    if (behind_iommu) {
        sgnic_fuzz_iommu_restore(s);
    }
}

static void sgnic_fuzz(QTestState *s, const unsigned char *data, size_t size)
{
    Input in = { data, size };
    int i;

    power_on(s);
    for (i = 0; in.size && i < MAX_OPERATIONS; i++) {
        uint8_t op = take(&in, 1);

        operations[op & 31](s, &in);
        if (op & 0x80) {
            flush_events(s);
        }
    }
    flush_events(s);
}

static void sgnic_pre_fuzz(QTestState *s)
{
    bool ambiguous;
    PCIBus *bus = PCI_BUS(object_resolve_path_type("", TYPE_PCIE_BUS,
                                                   &ambiguous));
    int i;

    for (i = 0; i < SGNIC_FUZZ_DEVICES; i++) {
        cards[i] = bus->devices[PCI_DEVFN(SGNIC_FUZZ_SLOT(i), 0)];
        g_assert(cards[i]);
        configure(i);
    }
    if (behind_iommu) {
        sgnic_fuzz_iommu_start(s);
    }
}

static GString *sgnic_command_line(FuzzTarget *target)
{
    const char *more = getenv("QEMU_FUZZ_ARGS");
    GString *line = g_string_new("qemu-fuzz -machine q35,accel=qtest -m 64M "
                                 "-display none -nodefaults ");
    int i;

    behind_iommu = target->opaque != NULL;
    if (behind_iommu) {
        g_string_append(line, "-machine kernel-irqchip=split "
                        "-device intel-iommu,intremap=off ");
    }
    for (i = 0; i < SGNIC_FUZZ_DEVICES; i++) {
        g_string_append_printf(line, "-netdev hubport,id=wire%d,hubid=0 "
                               "-device sgnic,id=sgnic%d,netdev=wire%d,"
                               "mac=52:52:52:52:52:52,queues=8,addr=%d ",
                               i, i, i, SGNIC_FUZZ_SLOT(i));
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
