/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: receive-side scaling (section 3.9)
 *
 * The Toeplitz hash is linear: what a half byte adds to it depends on its
 * value and its place alone, and is looked up.
 */
#include "qemu/osdep.h"
#include "net/checksum.h"
#include "sgnic_internal.h"
#include "sgnic_packet.h"
#include "trace.h"

#define SGNIC_PORTS             4

/* A nibble at place "offset" meets the key from there on. */
static void sgnic_rss_prepare_byte(SgnicState *s, const uint8_t *key,
                                   unsigned offset)
{
    uint8_t QEMU_ALIGNED(4) window[sizeof(uint32_t) + 1];
    unsigned half, value;

    memcpy(window, key + offset, sizeof(window));
    for (half = 0; half < 2; half++) {
        for (value = 0; value < 16; value++) {
            uint8_t byte = value << 4 * (1 - half);
            uint32_t hash = 0;
            net_toeplitz_key state;

            net_toeplitz_key_init(&state, window);
            net_toeplitz_add(&hash, &byte, 1, &state);
            s->rss_hash[offset][half][value] = hash;
        }
    }
}

static void sgnic_rss_prepare(SgnicState *s)
{
    uint8_t key[SGNIC_RSS_KEY_WORDS * 4];
    unsigned i;

    for (i = 0; i < SGNIC_RSS_KEY_WORDS; i++) {
        stl_le_p(key + 4 * i, s->rss_key[i]);
    }
    for (i = 0; i < SGNIC_RSS_INPUT; i++) {
        sgnic_rss_prepare_byte(s, key, i);
    }
    s->rss_hash_valid = true;
}

/* What "length" bytes add that stand behind "offset" others in the input */
static uint32_t sgnic_rss_hash(SgnicState *s, unsigned offset,
                               const uint8_t *data, unsigned length)
{
    uint32_t hash = 0;
    unsigned i;

    for (i = 0; i < length; i++) {
        hash ^= s->rss_hash[offset + i][0][data[i] >> 4] ^
                s->rss_hash[offset + i][1][data[i] & 0xf];
    }
    return hash;
}

/* The most specific type that is set and fits; 0 for none */
static uint32_t sgnic_rss_type(SgnicState *s, const SgnicPacket *p)
{
    uint32_t types = p->version == 4 ?
        SGNIC_RSS_IPV4 | SGNIC_RSS_TCP_IPV4 | SGNIC_RSS_UDP_IPV4 :
        SGNIC_RSS_IPV6 | SGNIC_RSS_TCP_IPV6 | SGNIC_RSS_UDP_IPV6;
    uint32_t tcp = types & (SGNIC_RSS_TCP_IPV4 | SGNIC_RSS_TCP_IPV6);
    uint32_t udp = types & (SGNIC_RSS_UDP_IPV4 | SGNIC_RSS_UDP_IPV6);
    bool ports = !p->fragment && p->transport &&
                 p->end - p->transport >= SGNIC_PORTS;

    types &= s->rss_types;
    if (ports && p->protocol == IP_PROTO_TCP && (types & tcp)) {
        return tcp;
    }
    if (ports && p->protocol == IP_PROTO_UDP && (types & udp)) {
        return udp;
    }
    return types & ~(tcp | udp);
}

/*
 * Returns the queue for a frame that the filter accepts.  "details" gets the
 * hash, if the frame has one.
 */
SgnicQueue *sgnic_rss_choose(SgnicState *s, const uint8_t *frame, size_t size,
                             struct sgnic_rx_completion *details)
{
    uint32_t type, hash, entry, queue;
    unsigned addresses;
    SgnicPacket p;

    if (!(s->features_enabled & SGNIC_FEATURE_RSS) || !s->rss_types ||
        !sgnic_packet_parse(frame, size, &p)) {
        return sgnic_rx_queue(s, 0);
    }
    type = sgnic_rss_type(s, &p);
    if (!type) {
        return sgnic_rx_queue(s, 0);
    }
    if (!s->rss_hash_valid) {
        sgnic_rss_prepare(s);
    }
    addresses = p.version == 4 ? 8 : 32;
    hash = sgnic_rss_hash(s, 0, frame + p.network + (p.version == 4 ? 12 : 8),
                          addresses);
    if (!(type & (SGNIC_RSS_IPV4 | SGNIC_RSS_IPV6))) {
        hash ^= sgnic_rss_hash(s, addresses, frame + p.transport, SGNIC_PORTS);
    }
    entry = hash & ((1u << s->rss_table_log2) - 1);
    queue = s->rss_table[entry / 4] >> 8 * (entry % 4) & 0xff;
    details->hash = cpu_to_le32(hash);
    details->hash_type = ctz32(type);
    details->c.flags |= cpu_to_le16(SGNIC_COMPLETION_HASH);
    trace_sgnic_rss(hash, details->hash_type, queue);
    return sgnic_rx_queue(s, queue);
}
