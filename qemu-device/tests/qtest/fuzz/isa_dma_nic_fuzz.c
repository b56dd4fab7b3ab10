/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * isa-dma-nic: structure-aware fuzz target
 *
 * Two cards on one wire, at channels of both 8237 controllers.  An input is a
 * list of operations: program a channel, send, receive, write a register, ...
 */
#include "qemu/osdep.h"
#include "hw/boards.h"
#include "hw/dma/i8257.h"
#include "hw/isa/isa.h"
#include "hw/net/isa_dma_nic_regs.h"
#include "monitor/qdev.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-net.h"
#include "fuzz.h"
#include "nic_fuzz.h"

#define MAX_OPERATIONS          200
#define BUFFERS                 0x100000
#define BUFFERS_END             0x200000
#define MODE_TO_MEMORY          0x04
#define MODE_FROM_MEMORY        0x08
#define MODE_CONTINUOUS         0x14

typedef struct IsaFuzzCard {
    const char *id;
    uint16_t iobase;
    uint16_t irq;
    uint16_t channel;
    uint16_t controller;        /* the first port of the 8237 */
    uint16_t page;
    uint16_t unit;              /* bytes, and ports from register to register */
    DeviceState *dev;
    DeviceState *dma;
} IsaFuzzCard;

static IsaFuzzCard cards[FUZZ_WIRES] = {
    { "isa0", 0x300, 5, 3, 0x00, 0x82, 1 },
    { "isa1", 0x320, 7, 5, 0xc0, 0x8b, 2 },
};
static uint8_t *ram;

static IsaFuzzCard *take_card(FuzzInput *in, uint8_t *how)
{
    *how = fuzz_take(in, 1);
    return &cards[*how & 1];
}

static void set(QTestState *s, const IsaFuzzCard *card, uint16_t index,
                uint16_t value)
{
    qtest_outw(s, card->iobase + ISA_DMA_NIC_INDEX, index);
    qtest_outw(s, card->iobase + ISA_DMA_NIC_DATA, value);
}

static void command(QTestState *s, const IsaFuzzCard *card, uint16_t value)
{
    qtest_outw(s, card->iobase + ISA_DMA_NIC_COMMAND, value);
}

static void controller(QTestState *s, const IsaFuzzCard *card, unsigned number,
                       uint8_t value)
{
    qtest_outb(s, card->controller + card->unit * number, value);
}

static void program(QTestState *s, const IsaFuzzCard *card, uint32_t address,
                    uint32_t bytes, uint8_t mode)
{
    uint32_t count = MAX(bytes / card->unit, 1) - 1;
    unsigned channel = card->channel & 3;

    address /= card->unit;
    controller(s, card, 10, 4 | channel);
    controller(s, card, 12, 0);
    controller(s, card, 11, (mode & ~3) | channel);
    controller(s, card, 2 * channel, address);
    controller(s, card, 2 * channel, address >> 8);
    controller(s, card, 2 * channel + 1, count);
    controller(s, card, 2 * channel + 1, count >> 8);
    qtest_outb(s, card->page, address * card->unit >> 16);
    controller(s, card, 10, channel);
}

static uint32_t take_address(FuzzInput *in)
{
    return BUFFERS + 16 * fuzz_take(in, 2);
}

static void op_command(QTestState *s, FuzzInput *in)
{
    uint8_t how;
    IsaFuzzCard *card = take_card(in, &how);

    command(s, card, how & 0x80 ? fuzz_take_value(in) : how >> 1 & 7);
}

static void op_set(QTestState *s, FuzzInput *in)
{
    uint8_t how;
    IsaFuzzCard *card = take_card(in, &how);

    set(s, card, fuzz_take(in, 1), fuzz_take_value(in));
}

static void op_get(QTestState *s, FuzzInput *in)
{
    uint8_t how;
    IsaFuzzCard *card = take_card(in, &how);

    qtest_outw(s, card->iobase + ISA_DMA_NIC_INDEX, fuzz_take(in, 1));
    qtest_inw(s, card->iobase + ISA_DMA_NIC_DATA);
}

static void op_program(QTestState *s, FuzzInput *in)
{
    uint8_t how;
    IsaFuzzCard *card = take_card(in, &how);
    uint32_t address = how & 2 ? fuzz_take(in, 3) : take_address(in);

    program(s, card, address, fuzz_take(in, 2), how & 0xfc);
}

static void op_controller(QTestState *s, FuzzInput *in)
{
    uint8_t how;
    IsaFuzzCard *card = take_card(in, &how);

    controller(s, card, how >> 1 & 15, fuzz_take(in, 1));
}

static void op_write(QTestState *s, FuzzInput *in)
{
    uint8_t how;
    IsaFuzzCard *card = take_card(in, &how);
    uint16_t port = card->iobase + (how >> 1 & 15);

    if (how & 0x20) {
        qtest_outw(s, port & ~1, fuzz_take_value(in));
    } else if (how & 0x40) {
        qtest_outl(s, port, fuzz_take_value(in));
    } else {
        qtest_outb(s, port, fuzz_take(in, 1));
    }
}

static void op_read(QTestState *s, FuzzInput *in)
{
    uint8_t how;
    IsaFuzzCard *card = take_card(in, &how);
    uint16_t port = card->iobase + (how >> 1 & 15);

    if (how & 0x20) {
        qtest_inw(s, port & ~1);
    } else if (how & 0x40) {
        qtest_inl(s, port);
    } else {
        qtest_inb(s, port);
    }
}

static void op_send(QTestState *s, FuzzInput *in)
{
    uint8_t how;
    IsaFuzzCard *card = take_card(in, &how);
    FuzzPacket p = fuzz_take_packet(in);
    uint32_t length = MIN(p.size, how & 2 ? UINT16_MAX :
                                  ISA_DMA_NIC_MAX_FRAME);

    memcpy(ram + BUFFERS, p.data, length);
    g_free(p.data);
    program(s, card, BUFFERS, how & 4 ? length / 2 : length + 1,
            MODE_FROM_MEMORY | (how & 0xc0));
    set(s, card, ISA_DMA_NIC_CONTROL, how >> 3 & 1);
    qtest_outw(s, card->iobase + ISA_DMA_NIC_INTERRUPT_MASK,
               ISA_DMA_NIC_CAUSES);
    qtest_outw(s, card->iobase + ISA_DMA_NIC_TX_LENGTH, length);
    command(s, card, ISA_DMA_NIC_COMMAND_TX_START);
}

static void op_receive(QTestState *s, FuzzInput *in)
{
    uint8_t how;
    IsaFuzzCard *card = take_card(in, &how);
    uint32_t address = take_address(in);

    set(s, card, ISA_DMA_NIC_RECEIVE_FILTER,
        how & 2 ? fuzz_take(in, 1) & ISA_DMA_NIC_FILTER_BITS :
                  ISA_DMA_NIC_FILTER_PROMISCUOUS);
    program(s, card, address, how & 4 ? fuzz_take(in, 1) : 2048,
            MODE_TO_MEMORY | (how & 0xc0));
    command(s, card, ISA_DMA_NIC_COMMAND_RX_START);
}

/* A ring in memory: records one after the other, credit for them */
static void op_continuous(QTestState *s, FuzzInput *in)
{
    uint8_t how;
    IsaFuzzCard *card = take_card(in, &how);
    uint32_t address = take_address(in);

    set(s, card, ISA_DMA_NIC_RECEIVE_FILTER, ISA_DMA_NIC_FILTER_PROMISCUOUS);
    set(s, card, ISA_DMA_NIC_CONTROL, how >> 3 & 1);
    program(s, card, address, how & 4 ? 4 * fuzz_take(in, 2) :
                              2 * ISA_DMA_NIC_RECORD_MAX,
            MODE_CONTINUOUS | (how & 0xc0));
    command(s, card, ISA_DMA_NIC_COMMAND_RX_CONTINUOUS);
    set(s, card, ISA_DMA_NIC_RX_CREDIT, how & 2 ? fuzz_take(in, 2) : 400);
}

static void op_arrive(QTestState *s, FuzzInput *in)
{
    uint8_t how = fuzz_take(in, 1);
    FuzzPacket p = fuzz_take_packet(in);
    const struct virtio_net_hdr header = { 0 };
    int i;

    for (i = 0; i <= (how >> 1 & 15); i++) {
        fuzz_wire_send(how & 1, 0, p.data, p.size, &header);
    }
    g_free(p.data);
}

static void op_clock(QTestState *s, FuzzInput *in)
{
    fuzz_advance_clock(1 + fuzz_take(in, 3));
}

static void op_link(QTestState *s, FuzzInput *in)
{
    uint8_t how;
    IsaFuzzCard *card = take_card(in, &how);

    qmp_set_link(card->id, how >> 1 & 1, &error_abort);
}

static void op_block(QTestState *s, FuzzInput *in)
{
    uint8_t how = fuzz_take(in, 1);

    fuzz_wire_block(how & 1, how >> 1 & 1);
}

static void op_migrate(QTestState *s, FuzzInput *in)
{
    uint8_t how;
    IsaFuzzCard *card = take_card(in, &how);

    fuzz_migrate(card->dev, in, device_cold_reset);
}

static void op_run(QTestState *s, FuzzInput *in)
{
    fuzz_run_main_loop();
}

/* As many as five bits tell apart; a new one takes the place of a copy. */
static void (*const operations[32])(QTestState *s, FuzzInput *in) = {
    op_command, op_set, op_get, op_program, op_controller, op_write, op_read,
    op_send, op_receive, op_continuous, op_arrive, op_clock, op_link, op_block,
    op_migrate, op_run,
    op_command, op_command, op_set, op_set, op_program, op_controller,
    op_write, op_send, op_send, op_receive, op_receive, op_continuous,
    op_arrive, op_arrive, op_run, op_run,
};

static void power_on(void)
{
    unsigned i;

    for (i = 0; i < ARRAY_SIZE(cards); i++) {
        qmp_set_link(cards[i].id, true, &error_abort);
        device_cold_reset(cards[i].dev);
        device_cold_reset(cards[i].dma);
    }
    fuzz_wire_restore();
    fuzz_run_main_loop();
    memset(ram + BUFFERS, 0, BUFFERS_END - BUFFERS);
}

static void isa_dma_nic_fuzz(QTestState *s, const unsigned char *data,
                             size_t size)
{
    FuzzInput in = { data, size };
    int i;

    power_on();
    for (i = 0; in.size && i < MAX_OPERATIONS; i++) {
        uint8_t op = fuzz_take(&in, 1);

        operations[op & 31](s, &in);
        if (op & 0x80) {
            fuzz_run_bottom_halves();
        }
    }
    fuzz_run_main_loop();
}

static void add_card(ISABus *bus, unsigned i)
{
    ISADevice *isa = isa_new("isa-dma-nic");
    Object *object = OBJECT(isa);

    qdev_set_id(DEVICE(isa), g_strdup(cards[i].id), &error_abort);
    object_property_set_str(object, "netdev", fuzz_wire_name(i), &error_abort);
    object_property_set_str(object, "mac", "52:52:52:52:52:52", &error_abort);
    object_property_set_uint(object, "iobase", cards[i].iobase, &error_abort);
    object_property_set_uint(object, "irq", cards[i].irq, &error_abort);
    object_property_set_uint(object, "dma", cards[i].channel, &error_abort);
    DEVICE(isa)->hotplugged = false;    /* it is as if there from the start */
    isa_realize_and_unref(isa, bus, &error_abort);
    cards[i].dev = DEVICE(isa);
    cards[i].dma = DEVICE(isa_bus_get_dma(bus, cards[i].channel));
}

static void isa_dma_nic_pre_fuzz(QTestState *s)
{
    ISABus *bus = ISA_BUS(object_resolve_path_type("", TYPE_ISA_BUS, NULL));
    unsigned i;

    ram = memory_region_get_ram_ptr(current_machine->ram);
    fuzz_wire_start();
    for (i = 0; i < ARRAY_SIZE(cards); i++) {
        add_card(bus, i);
    }
}

static GString *isa_dma_nic_command_line(FuzzTarget *target)
{
    const char *more = getenv("QEMU_FUZZ_ARGS");
    GString *line = g_string_new("qemu-fuzz -machine isapc,accel=qtest -m 16M "
                                 "-display none -nodefaults ");

    return g_string_append(line, more ? more : "");
}

static void register_isa_dma_nic_fuzz_target(void)
{
    fuzz_add_target(&(FuzzTarget) {
        .name = "isa-dma-nic-fuzz",
        .description = "isa-dma-nic: slave DMA and registers",
        .get_init_cmdline = isa_dma_nic_command_line,
        .pre_fuzz = isa_dma_nic_pre_fuzz,
        .fuzz = isa_dma_nic_fuzz,
    });
}

fuzz_target_init(register_isa_dma_nic_fuzz_target);
