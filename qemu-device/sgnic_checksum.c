/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: the checksums of IP packets in a frame
 */
#include "qemu/osdep.h"
#include "net/checksum.h"
#include "net/eth.h"
#include "sgnic_checksum.h"

bool sgnic_checksum_find(const uint8_t *frame, SgnicPacket *p)
{
    uint32_t available, length;

    if (!p->whole || p->fragment || p->routed || !p->transport) {
        return false;
    }
    available = p->end - p->transport;
    if (p->protocol == IP_PROTO_TCP) {
        return available >= sizeof(struct tcp_hdr);
    }
    if (p->protocol != IP_PROTO_UDP || available < sizeof(struct udp_hdr)) {
        return false;
    }
    /* UDP has a length of its own. */
    length = lduw_be_p(frame + p->transport + 4);
    if (length < sizeof(struct udp_hdr) || length > available) {
        return false;
    }
    p->end = p->transport + length;
    return true;
}

uint32_t sgnic_checksum_offset(uint8_t protocol)
{
    return protocol == IP_PROTO_TCP ? offsetof(struct tcp_hdr, th_sum) :
                                      offsetof(struct udp_hdr, uh_sum);
}

uint32_t sgnic_checksum_pseudo(const uint8_t *network, uint8_t version,
                               uint8_t protocol, uint32_t length)
{
    uint32_t addresses = version == 4 ? 12 : 8;
    uint32_t size = version == 4 ? 8 : 32;

    return net_checksum_add(size, (uint8_t *)network + addresses) +
           protocol + length;
}

uint16_t sgnic_checksum_fold(uint32_t sum)
{
    return ~net_checksum_finish(sum);
}

void sgnic_checksum_complete(uint8_t *frame, size_t size, uint32_t start,
                             uint32_t offset)
{
    uint32_t sum = net_checksum_add(size - start, frame + start);

    stw_be_p(frame + start + offset, net_checksum_finish_nozero(sum));
}

bool sgnic_checksum_ip_good(const uint8_t *frame, const SgnicPacket *p)
{
    /* A sender on a hub may change the frame meanwhile: the length is kept. */
    return net_raw_checksum((uint8_t *)frame + p->network,
                            p->transport - p->network) == 0;
}

bool sgnic_checksum_transport_good(const uint8_t *frame, const SgnicPacket *p)
{
    uint32_t length = p->end - p->transport;
    uint32_t sum = sgnic_checksum_pseudo(frame + p->network, p->version,
                                         p->protocol, length);

    sum += net_checksum_add(length, (uint8_t *)frame + p->transport);
    return net_checksum_finish(sum) == 0;
}
