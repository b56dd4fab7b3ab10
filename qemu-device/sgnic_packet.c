/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: where the headers of a frame are
 *
 * The frame comes from a guest or from the network: every byte is looked at
 * only after its presence is checked, and every loop has a bound.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "net/eth.h"
#include "sgnic_packet.h"

#define SGNIC_TAGS_MAX          2
#define SGNIC_EXTENSIONS_MAX    8
#define SGNIC_IPV4_HEADER       20
#define SGNIC_IPV6_HEADER       40
#define SGNIC_IPV4_FRAGMENT     0x3fff  /* offset, and "more fragments" */
#define SGNIC_IPV6_FRAGMENT     0xfff9

static bool sgnic_packet_parse_ipv4(const uint8_t *frame, size_t size,
                                    SgnicPacket *p)
{
    const uint8_t *header = frame + p->network;
    uint32_t length, total;

    if (size - p->network < SGNIC_IPV4_HEADER || header[0] >> 4 != 4) {
        return false;
    }
    length = (header[0] & 0xf) * 4;
    total = lduw_be_p(header + 2);
    if (length < SGNIC_IPV4_HEADER || total < length) {
        return false;
    }
    p->version = 4;
    p->protocol = header[9];
    p->fragment = lduw_be_p(header + 6) & SGNIC_IPV4_FRAGMENT;
    p->whole = p->network + total <= size;
    p->end = MIN(size, p->network + total);
    p->transport = p->network + length;
    return true;
}

/* Steps over extension headers, to the first one that is none. */
static void sgnic_packet_skip_extensions(const uint8_t *frame, SgnicPacket *p)
{
    int i;

    for (i = 0; i <= SGNIC_EXTENSIONS_MAX; i++) {
        const uint8_t *header = frame + p->transport;
        bool fragment = p->protocol == IP6_FRAGMENT;

        if (!fragment && p->protocol != IP6_HOP_BY_HOP &&
            p->protocol != IP6_ROUTING && p->protocol != IP6_DESTINATON) {
            return;
        }
        if (i == SGNIC_EXTENSIONS_MAX || p->transport + 8 > p->end) {
            break;
        }
        if (fragment && (lduw_be_p(header + 2) & SGNIC_IPV6_FRAGMENT)) {
            p->fragment = true;
            return;
        }
        p->routed |= p->protocol == IP6_ROUTING && header[3] != 0;
        p->protocol = header[0];
        p->transport += fragment ? 8 : 8 + 8 * header[1];
    }
    p->transport = 0;
}

static bool sgnic_packet_parse_ipv6(const uint8_t *frame, size_t size,
                                    SgnicPacket *p)
{
    const uint8_t *header = frame + p->network;

    if (size - p->network < SGNIC_IPV6_HEADER || header[0] >> 4 != 6) {
        return false;
    }
    p->version = 6;
    p->protocol = header[6];
    p->transport = p->network + SGNIC_IPV6_HEADER;
    p->whole = p->transport + lduw_be_p(header + 4) <= size;
    p->end = MIN(size, p->transport + lduw_be_p(header + 4));
    sgnic_packet_skip_extensions(frame, p);
    return true;
}

bool sgnic_packet_parse(const uint8_t *frame, size_t size, SgnicPacket *p)
{
    bool found = false;
    uint16_t type = 0;

    *p = (SgnicPacket) { .network = 2 * ETH_ALEN + 2 };
    while (p->network <= size) {
        type = lduw_be_p(frame + p->network - 2);
        if ((type != ETH_P_VLAN && type != ETH_P_DVLAN) ||
            p->tags == SGNIC_TAGS_MAX) {
            break;
        }
        p->tags++;
        p->network += 4;
    }
    if (p->network > size) {
        return false;
    }
    if (type == ETH_P_IP) {
        found = sgnic_packet_parse_ipv4(frame, size, p);
    } else if (type == ETH_P_IPV6) {
        found = sgnic_packet_parse_ipv6(frame, size, p);
    }
    if (p->transport > p->end) {
        p->transport = 0;
    }
    return found;
}
