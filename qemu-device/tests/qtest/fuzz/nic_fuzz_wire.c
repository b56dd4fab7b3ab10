/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structure-aware fuzz targets: the network between two cards
 */
#include "qemu/osdep.h"
#include "qemu/iov.h"
#include "net/net.h"
#include "nic_fuzz.h"

typedef struct FuzzWire {
    NetClientState nc;
    unsigned number;
} FuzzWire;

static NetClientState *wires[FUZZ_WIRES][FUZZ_WIRE_QUEUES];
static bool blocked[FUZZ_WIRES];

static unsigned queues_of(unsigned wire)
{
    return wire ? FUZZ_WIRE_QUEUES : 1;
}

static size_t header_of(unsigned wire)
{
    return wires[wire][0]->vnet_hdr_len;
}

void fuzz_wire_send(unsigned wire, unsigned queue, const uint8_t *frame,
                    size_t size, const struct virtio_net_hdr *header)
{
    NetClientState *nc = wires[wire][queue % queues_of(wire)];
    size_t before = header_of(wire);
    g_autofree uint8_t *buffer = g_malloc(before + size + 1);

    if (before) {
        memcpy(buffer, header, sizeof(*header));
    }
    memcpy(buffer + before, frame, size);
    qemu_send_packet(nc, buffer, before + size);
}

static ssize_t wire_receive_iov(NetClientState *nc, const struct iovec *iov,
                                int count)
{
    FuzzWire *wire = DO_UPCAST(FuzzWire, nc, nc);
    size_t before = header_of(wire->number);
    size_t size = iov_size(iov, count);
    struct virtio_net_hdr header = { 0 };
    g_autofree uint8_t *frame = NULL;

    if (blocked[wire->number]) {
        return 0;
    }
    g_assert(size >= before);
    frame = g_malloc(size - before + 1);
    iov_to_buf(iov, count, before, frame, size - before);
    fuzz_wire_send(!wire->number, nc->queue_index, frame, size - before,
                   &header);
    return size;
}

static ssize_t wire_receive(NetClientState *nc, const uint8_t *data,
                            size_t size)
{
    const struct iovec iov = { .iov_base = (void *)data, .iov_len = size };

    return wire_receive_iov(nc, &iov, 1);
}

static bool wire_has_header(NetClientState *nc)
{
    return DO_UPCAST(FuzzWire, nc, nc)->number != 0;
}

static bool wire_has_header_length(NetClientState *nc, int length)
{
    return wire_has_header(nc) && length == sizeof(struct virtio_net_hdr);
}

static void wire_set_header_length(NetClientState *nc, int length)
{
}

static void wire_set_offload(NetClientState *nc, int checksum, int tso4,
                             int tso6, int ecn, int ufo, int uso4, int uso6)
{
}

static NetClientInfo wire_info = {
    .type = NET_CLIENT_DRIVER_SOCKET,
    .size = sizeof(FuzzWire),
    .receive = wire_receive,
    .receive_iov = wire_receive_iov,
    .has_vnet_hdr = wire_has_header,
    .has_vnet_hdr_len = wire_has_header_length,
    .set_vnet_hdr_len = wire_set_header_length,
    .set_offload = wire_set_offload,
};

const char *fuzz_wire_name(unsigned wire)
{
    return wire ? "wire1" : "wire0";
}

void fuzz_wire_start(void)
{
    unsigned wire, queue;

    for (wire = 0; wire < FUZZ_WIRES; wire++) {
        for (queue = 0; queue < queues_of(wire); queue++) {
            NetClientState *nc = qemu_new_net_client(&wire_info, NULL, "fuzz",
                                                     fuzz_wire_name(wire));

            nc->queue_index = queue;
            DO_UPCAST(FuzzWire, nc, nc)->number = wire;
            wires[wire][queue] = nc;
        }
    }
}

void fuzz_wire_block(unsigned wire, bool block)
{
    unsigned queue;

    blocked[wire] = block;
    for (queue = 0; !block && queue < queues_of(wire); queue++) {
        qemu_flush_queued_packets(wires[wire][queue]);
    }
}

void fuzz_wire_restore(void)
{
    unsigned wire, queue;

    for (wire = 0; wire < FUZZ_WIRES; wire++) {
        blocked[wire] = false;
        for (queue = 0; queue < queues_of(wire); queue++) {
            qemu_purge_queued_packets(wires[wire][queue]);
        }
    }
}
