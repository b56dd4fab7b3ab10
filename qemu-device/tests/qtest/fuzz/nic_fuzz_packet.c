/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Structure-aware fuzz targets: frames that mean something
 */
#include "qemu/osdep.h"
#include "net/checksum.h"
#include "net/eth.h"
#include "qemu/units.h"
#include "nic_fuzz.h"

#define MAX_PAYLOAD             (64 * KiB)
#define MAX_HEADERS             256

/* The first byte of a packet */
#define PACKET_IPV6             0x01
#define PACKET_UDP              0x02
#define PACKET_TAG              0x04
#define PACKET_SECOND_TAG       0x08
#define PACKET_OPTIONS          0x10
#define PACKET_FRAGMENT         0x20
#define PACKET_NO_CHECKSUM      0x40
#define PACKET_DAMAGED          0x80

typedef struct Writer {
    uint8_t *data;
    uint32_t used;
} Writer;

static void put(Writer *w, uint32_t value, int bytes)
{
    while (bytes--) {
        w->data[w->used++] = value >> 8 * bytes;
    }
}

static void put_addresses(Writer *w, uint8_t to)
{
    static const uint8_t destinations[4][ETH_ALEN] = {
        { 0x52, 0x52, 0x52, 0x52, 0x52, 0x52 },
        { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
        { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 },
        { 0x52, 0x52, 0x52, 0x52, 0x52, 0x53 },
    };

    memcpy(w->data, destinations[to & 3], ETH_ALEN);
    memset(w->data + ETH_ALEN, 0x52, ETH_ALEN);
    w->used = 2 * ETH_ALEN;
}

/* Returns where the header begins, as the next function does. */
static uint32_t put_ipv4(Writer *w, uint8_t kind, uint8_t protocol)
{
    uint32_t at = w->used;
    int i;

    put(w, kind & PACKET_OPTIONS ? 0x4700 : 0x4500, 2);
    put(w, 0, 4);
    put(w, kind & PACKET_FRAGMENT ? 0x2000 : 0x4000, 2);
    put(w, 64 << 8 | protocol, 2);
    put(w, 0, 2);
    put(w, 0x0a000001, 4);
    put(w, 0x0a000002 + (kind & 0xff), 4);
    for (i = 0; i < (kind & PACKET_OPTIONS ? 8 : 0); i++) {
        put(w, 1, 1);
    }
    return at;
}

static uint32_t put_ipv6(Writer *w, uint8_t kind, uint8_t protocol)
{
    uint32_t at = w->used;
    uint8_t next = protocol;
    int i;

    if (kind & PACKET_FRAGMENT) {
        next = IP6_FRAGMENT;
    } else if (kind & PACKET_OPTIONS) {
        next = IP6_HOP_BY_HOP;
    }
    put(w, 0x60000000, 4);
    put(w, next << 8 | 64, 4);
    for (i = 0; i < 8; i++) {
        put(w, 0xfe800001 + i * (kind & 0xff), 4);
    }
    if (next != protocol) {
        put(w, protocol << 24, 4);
        put(w, kind & PACKET_FRAGMENT ? 1 : 0, 4);
    }
    return at;
}

static void put_transport(Writer *w, const FuzzPacket *p, uint8_t ports)
{
    bool udp = p->checksum == 6;

    put(w, 1024 + (ports & 15), 2);
    put(w, 80 + (ports >> 4), 2);
    if (udp) {
        put(w, p->size - p->transport, 2);
        put(w, 0, 2);
        return;
    }
    put(w, 1000, 4);
    put(w, 2000, 4);
    put(w, (ports & 1 ? 0x8000 : 0x5000) | TH_ACK | TH_PUSH | TH_FIN, 2);
    put(w, 0xffff, 2);
    put(w, 0, 4);
    if (ports & 1) {
        put(w, 0x01010101, 4);
        put(w, 0x01010101, 4);
        put(w, 0x01010101, 4);
    }
}

static void set_checksums(FuzzPacket *p, uint32_t ip, bool ipv6)
{
    uint8_t *header = p->data + ip;
    uint32_t length = p->size - p->transport;
    uint32_t addresses = ipv6 ? 8 : 12;
    uint32_t sum;

    if (ipv6) {
        stw_be_p(header + 4, p->size - ip - 40);
    } else {
        stw_be_p(header + 2, p->size - ip);
        stw_be_p(header + 10, net_raw_checksum(header, p->transport - ip));
    }
    sum = net_checksum_add(ipv6 ? 32 : 8, header + addresses);
    sum += length + (p->checksum == 6 ? IP_PROTO_UDP : IP_PROTO_TCP);
    sum += net_checksum_add(length, p->data + p->transport);
    stw_be_p(p->data + p->transport + p->checksum,
             net_checksum_finish_nozero(sum));
}

static void damage(FuzzPacket *p, FuzzInput *in)
{
    uint8_t count = 1 + (fuzz_take(in, 1) & 3);

    while (count--) {
        uint8_t where = fuzz_take(in, 1);

        p->data[where % p->size] = fuzz_take(in, 1);
    }
}

FuzzPacket fuzz_take_packet(FuzzInput *in)
{
    uint8_t kind = fuzz_take(in, 1);
    uint8_t how = fuzz_take(in, 1);
    uint8_t ports = fuzz_take(in, 1);
    uint16_t tag = fuzz_take(in, 2);
    uint32_t payload = how & 0x80 ? fuzz_take(in, 2) : fuzz_take(in, 1);
    bool ipv6 = kind & PACKET_IPV6;
    bool udp = kind & PACKET_UDP;
    uint8_t protocol = udp ? IP_PROTO_UDP : IP_PROTO_TCP;
    FuzzPacket p = { .checksum = udp ? 6 : 16 };
    uint8_t headers[MAX_HEADERS];
    Writer w = { headers };
    uint32_t ip;

    put_addresses(&w, how);
    if (kind & PACKET_SECOND_TAG) {
        put(&w, 0x88a80000 | tag, 4);
    }
    if (kind & (PACKET_TAG | PACKET_SECOND_TAG)) {
        put(&w, 0x81000000 | tag, 4);
    }
    put(&w, ipv6 ? ETH_P_IPV6 : ETH_P_IP, 2);
    ip = ipv6 ? put_ipv6(&w, kind, protocol) : put_ipv4(&w, kind, protocol);
    p.transport = w.used;
    p.payload = w.used + (udp ? 8 : ports & 1 ? 32 : 20);
    p.size = p.payload + MIN(payload, MAX_PAYLOAD);
    put_transport(&w, &p, ports);
    p.data = g_malloc(p.size);
    memset(p.data, ports, p.size);
    memcpy(p.data, headers, p.payload);
    if (!udp) {
        p.segmentation = ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6 :
                                VIRTIO_NET_HDR_GSO_TCPV4;
    }
    if (!(kind & PACKET_NO_CHECKSUM)) {
        set_checksums(&p, ip, ipv6);
    }
    if (kind & PACKET_DAMAGED) {
        damage(&p, in);
    }
    return p;
}
