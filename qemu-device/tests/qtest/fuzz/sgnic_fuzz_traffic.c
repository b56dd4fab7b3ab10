/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: operations of the structure-aware fuzz target that do what a driver
 * does: bring a card up, send, receive, moderate interrupts
 */
#include "qemu/osdep.h"
#include "hw/pci/msi.h"
#include "hw/pci/msix.h"
#include "qemu/bswap.h"
#include "sgnic_fuzz.h"

#define RECEIVE_BUFFER          0x800
#define SEND_BUFFER             (SGNIC_FUZZ_BUFFERS + 0x20000)
#define SEND_ROOM               (SGNIC_FUZZ_PAGES_END - SEND_BUFFER)

/* The first byte of START */
#define START_CARD              0x01
#define START_ALL_FEATURES      0x02
#define START_RESET             0x04
#define START_PROMISCUOUS       0x08
#define START_JUMBO             0x10
#define START_SCALING           0x20
#define START_ALL_QUEUES        0x40
#define START_VECTORS           0x80

static void start_scaling(QTestState *s, uint64_t bar)
{
    int i;

    for (i = 0; i < SGNIC_RSS_KEY_WORDS; i++) {
        qtest_writel(s, bar + SGNIC_RSS_KEY(i), 0x6d5a56da + 0x01234567 * i);
    }
    for (i = 0; i < SGNIC_RSS_TABLE_WORDS; i++) {
        qtest_writel(s, bar + SGNIC_RSS_TABLE(i), 0x03020100 + 0x04040404 *
                     (i & 1));
    }
    qtest_writel(s, bar + SGNIC_RSS_TABLE_LOG2, SGNIC_RSS_TABLE_LOG2_MAX);
    qtest_writel(s, bar + SGNIC_RSS_TYPES, SGNIC_RSS_TYPES_MASK);
}

static void start_queue(QTestState *s, unsigned device, unsigned queue,
                        bool vectors)
{
    SgnicFuzzPlace tx = sgnic_fuzz_place(device, false, queue);
    SgnicFuzzPlace rx = sgnic_fuzz_place(device, true, queue);
    int i;

    sgnic_fuzz_set_up(s, &tx, 6, vectors ? queue : 0);
    sgnic_fuzz_set_up(s, &rx, 5, vectors ? SGNIC_QUEUE_MAX + queue : 0);
    for (i = 0; i < 31; i++) {
        struct sgnic_descriptor d = {
            .address = cpu_to_le64(SGNIC_FUZZ_BUFFERS + RECEIVE_BUFFER * i),
            .length = cpu_to_le32(RECEIVE_BUFFER),
            .tag = cpu_to_le16(i),
        };

        sgnic_fuzz_post(s, &rx, &d);
    }
    sgnic_fuzz_ring(s, &rx);
}

void sgnic_fuzz_start(QTestState *s, FuzzInput *in)
{
    uint8_t how = fuzz_take(in, 1);
    uint32_t features = fuzz_take(in, 2);
    unsigned device = how & START_CARD ? 1 : 0;
    uint64_t bar = SGNIC_FUZZ_BAR(device);
    unsigned i;

    if (how & START_RESET) {
        qtest_writel(s, bar + SGNIC_RESET, SGNIC_RESET_NOW);
    }
    qtest_writel(s, bar + SGNIC_FEATURES_ENABLED,
                 how & START_ALL_FEATURES ? 0x1ff : features);
    qtest_writel(s, bar + SGNIC_FRAME_SIZE, how & START_JUMBO ?
                 SGNIC_MAX_JUMBO_FRAME : SGNIC_MAX_FRAME);
    qtest_writel(s, bar + SGNIC_RECEIVE_FILTER, how & START_PROMISCUOUS ?
                 SGNIC_FILTER_PROMISCUOUS :
                 SGNIC_FILTER_DIRECTED | SGNIC_FILTER_BROADCAST);
    qtest_writel(s, bar + SGNIC_INTERRUPT_MODE, !!(how & START_VECTORS));
    qtest_writel(s, bar + SGNIC_INTERRUPT_MASK, 0x7ffff);
    if (how & START_SCALING) {
        start_scaling(s, bar);
    }
    for (i = 0; i < (how & START_ALL_QUEUES ? SGNIC_QUEUE_MAX : 1); i++) {
        start_queue(s, device, i, how & START_VECTORS);
    }
}

static struct sgnic_descriptor offload_descriptor(const FuzzPacket *p,
                                                  FuzzInput *in)
{
    uint8_t how = fuzz_take(in, 1);
    uint16_t tag = how & 1 ? fuzz_take(in, 2) : 0;
    uint16_t size = how & 2 ? fuzz_take(in, 2) : 0;
    bool segmented = (how & 2) && p->segmentation;
    uint64_t start = how & 6 ? p->transport : 0;
    uint32_t offset = how & 6 ? p->checksum : 0;
    uint64_t word = how & 6 ? SGNIC_NEEDS_CHECKSUM : 0;
    struct sgnic_descriptor d;
    uint8_t *bytes = (uint8_t *)&d;
    int i;

    if (segmented) {
        word |= (p->segmentation | (how & 8 ? SGNIC_SEGMENTATION_ECN : 0)) << 8;
        word |= (uint64_t)p->payload << 16 | (uint64_t)size << 32;
    }
    d.address = cpu_to_le64(word | start << 48);
    d.length = cpu_to_le32(offset | (uint32_t)tag << 16);
    d.flags = cpu_to_le16(SGNIC_DESCRIPTOR_OFFLOAD |
                          (how & 1 ? SGNIC_DESCRIPTOR_VLAN : 0));
    d.tag = cpu_to_le16(how);
    for (i = 0; i < how >> 6; i++) {
        uint8_t where = fuzz_take(in, 1);

        bytes[where % sizeof(d)] = fuzz_take(in, 1);
    }
    return d;
}

/* A frame in several elements, of which the last may be cut short */
void sgnic_fuzz_send(QTestState *s, FuzzInput *in)
{
    SgnicFuzzPlace p = sgnic_fuzz_take_place(in);
    uint8_t how = fuzz_take(in, 1);
    g_autofree uint8_t *data = NULL;
    FuzzPacket packet = fuzz_take_packet(in);
    uint32_t parts = 1 + (how & 3);
    uint32_t address = SEND_BUFFER + 64 * (how >> 2 & 7);
    uint32_t done = 0, i;
    struct sgnic_descriptor d;

    data = packet.data;
    p = sgnic_fuzz_place(p.device, false, p.queue);
    packet.size = MIN(packet.size, SEND_ROOM - 0x1000);
    sgnic_fuzz_write(address, data, packet.size);
    if (how & 0x80) {
        d = offload_descriptor(&packet, in);
        sgnic_fuzz_post(s, &p, &d);
    }
    for (i = 0; i < parts; i++) {
        uint32_t length = i == parts - 1 ? packet.size - done :
                          MIN(1 + 13 * i + (how & 0x20 ? 64 : 0),
                              packet.size - done);

        d = (struct sgnic_descriptor) {
            .address = cpu_to_le64(address + done),
            .length = cpu_to_le32(length),
            .flags = cpu_to_le16(i == parts - 1 ? SGNIC_DESCRIPTOR_END : 0),
            .tag = cpu_to_le16(i),
        };
        sgnic_fuzz_post(s, &p, &d);
        done += length;
    }
    if (!(how & 0x40)) {
        sgnic_fuzz_ring(s, &p);
    }
}

/* A frame from the wire, with what the host would say about it */
void sgnic_fuzz_arrive(QTestState *s, FuzzInput *in)
{
    uint8_t how = fuzz_take(in, 1);
    FuzzPacket p = fuzz_take_packet(in);
    g_autofree uint8_t *data = p.data;
    struct virtio_net_hdr header = { 0 };
    uint8_t *bytes = (uint8_t *)&header;
    int i;

    if (how & 2) {
        header.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
        header.csum_start = p.transport;
        header.csum_offset = p.checksum;
    } else if (how & 4) {
        header.flags = VIRTIO_NET_HDR_F_DATA_VALID;
    }
    if (how & 8) {
        header.gso_type = p.segmentation;
        header.gso_size = fuzz_take(in, 2);
        header.hdr_len = p.payload;
    }
    for (i = 0; i < how >> 6; i++) {
        uint8_t where = fuzz_take(in, 1);

        bytes[where % sizeof(header)] = fuzz_take(in, 1);
    }
    fuzz_wire_send(how & 1, how >> 4 & 3, data, p.size, &header);
}

void sgnic_fuzz_moderate(QTestState *s, FuzzInput *in)
{
    SgnicFuzzPlace p = sgnic_fuzz_take_place(in);
    uint8_t how = fuzz_take(in, 1);

    qtest_writel(s, p.registers + SGNIC_QUEUE_MODERATION_TIME, how & 15);
    qtest_writel(s, p.registers + SGNIC_QUEUE_MODERATION_COUNT, how >> 4 & 7);
    if (how & 0x80) {
        sgnic_fuzz_write_word(p.zone + SGNIC_FUZZ_RECORD + 4,
                              qtest_readl(s, p.registers +
                                          SGNIC_QUEUE_COMPLETED));
    }
}

/* MSI-X, MSI or neither; a vector's address, data and mask */
void sgnic_fuzz_messages(QTestState *s, FuzzInput *in)
{
    uint8_t how = fuzz_take(in, 1);
    unsigned device = how & 1;
    PCIDevice *card = sgnic_fuzz_cards[device];
    uint8_t vector = fuzz_take(in, 1);
    uint64_t entry = SGNIC_FUZZ_BAR(device) +
                     SGNIC_FUZZ_BAR_STEP * SGNIC_MSIX_BAR +
                     PCI_MSIX_ENTRY_SIZE * (vector & 31);
    uint32_t address = how & 0x40 ? sgnic_fuzz_take_address(in) : 0xfee00000;

    sgnic_fuzz_reconfigured[device] = true;
    qtest_writel(s, entry + PCI_MSIX_ENTRY_LOWER_ADDR, address);
    qtest_writel(s, entry + PCI_MSIX_ENTRY_UPPER_ADDR, 0);
    qtest_writel(s, entry + PCI_MSIX_ENTRY_DATA, vector);
    qtest_writel(s, entry + PCI_MSIX_ENTRY_VECTOR_CTRL, how >> 1 & 1);
    if (how & 4) {
        sgnic_fuzz_config(device, card->msix_cap + PCI_MSIX_FLAGS,
                          (how & 8 ? PCI_MSIX_FLAGS_ENABLE : 0) |
                          (how & 0x80 ? PCI_MSIX_FLAGS_MASKALL : 0), 2);
    }
    if (how & 0x10) {
        sgnic_fuzz_config(device, card->msi_cap + PCI_MSI_ADDRESS_LO, address,
                          4);
        sgnic_fuzz_config(device, card->msi_cap + PCI_MSI_FLAGS,
                          how & 0x20 ? PCI_MSI_FLAGS_ENABLE : 0, 2);
    }
}

/* What else has tables: addresses, VLANs, receive-side scaling */
void sgnic_fuzz_table(QTestState *s, FuzzInput *in)
{
    uint8_t how = fuzz_take(in, 1);
    uint8_t index = fuzz_take(in, 1);
    uint64_t bar = SGNIC_FUZZ_BAR(how & 1);
    uint32_t where;

    switch (how >> 1 & 7) {
    case 0:
        where = SGNIC_VLAN_TABLE(index % SGNIC_VLAN_TABLE_WORDS);
        break;
    case 1:
        where = SGNIC_RSS_TABLE(index % SGNIC_RSS_TABLE_WORDS);
        break;
    case 2:
        where = SGNIC_RSS_KEY(index % SGNIC_RSS_KEY_WORDS);
        break;
    case 3:
        where = SGNIC_MULTICAST_LOW(0) + 4 * (index % 4);
        break;
    case 4:
        where = SGNIC_MULTICAST_COUNT;
        break;
    case 5:
        where = index & 1 ? SGNIC_RSS_TYPES : SGNIC_RSS_TABLE_LOG2;
        break;
    case 6:
        where = SGNIC_INTERRUPT_CAUSE + 4 * (index & 7);
        break;
    default:
        where = SGNIC_STATION_LOW + 4 * (index & 7);
        break;
    }
    if (how & 0x80) {
        qtest_readl(s, bar + where);
    } else {
        qtest_writel(s, bar + where, how & 0x40 ? 0xffffffff :
                                     fuzz_take_value(in));
    }
}
