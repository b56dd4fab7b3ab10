/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: checksums, large frames and VLAN tags of received frames
 * (sections 4.3 and 6)
 */
#include "qemu/osdep.h"
#include "sgnic_checksum.h"
#include "sgnic_internal.h"
#include "trace.h"

#define SGNIC_ADDRESSES         (2 * ETH_ALEN)
#define SGNIC_TAGGED_MIN        (ETH_HLEN + SGNIC_VLAN_LENGTH)

static bool sgnic_rx_has_tag(const SgnicRxFrame *f)
{
    return f->size >= SGNIC_TAGGED_MIN &&
           lduw_be_p(f->data + SGNIC_ADDRESSES) == ETH_P_VLAN;
}

static uint16_t sgnic_rx_tag(const SgnicRxFrame *f)
{
    return lduw_be_p(f->data + SGNIC_ADDRESSES + 2);
}

/* Section 3.3: the VLAN table */
bool sgnic_rx_vlan_filter(SgnicState *s, const SgnicRxFrame *f)
{
    uint16_t vlan;

    if (!sgnic_has(s, SGNIC_FEATURE_VLAN_FILTER) || !sgnic_rx_has_tag(f)) {
        return true;
    }
    vlan = sgnic_rx_tag(f) & VLAN_VID_MASK;
    return s->vlan_table[vlan / 32] & (1u << (vlan % 32));
}

/* The frame of the backend is not the device's to change: copies it. */
static uint8_t *sgnic_rx_writable(SgnicState *s, SgnicRxFrame *f)
{
    if (f->data != s->receive_bounce) {
        memcpy(s->receive_bounce, f->data, f->size);
        f->data = s->receive_bounce;
    }
    return s->receive_bounce;
}

/* The backend left undone the checksum of this very packet. */
static bool sgnic_rx_is_partial(const SgnicRxFrame *f, const SgnicPacket *p)
{
    return p->transport == f->header.csum_start &&
           sgnic_checksum_offset(p->protocol) == f->header.csum_offset;
}

/* Returns false if the backend's header contradicts the frame. */
static bool sgnic_rx_complete_checksum(SgnicState *s, SgnicRxFrame *f)
{
    uint32_t start = f->header.csum_start;
    uint32_t offset = f->header.csum_offset;

    if (start + offset + 2 > f->size) {
        return false;
    }
    sgnic_checksum_complete(sgnic_rx_writable(s, f), f->size, start, offset);
    return true;
}

static bool sgnic_rx_has_no_checksum(const SgnicRxFrame *f,
                                     const SgnicPacket *p)
{
    return p->version == 4 && p->protocol == IP_PROTO_UDP &&
           lduw_be_p(f->data + p->transport +
                     sgnic_checksum_offset(p->protocol)) == 0;
}

/*
 * Section 4.3, the flags IP_GOOD to TRANSPORT_BAD.  "vouched" is the host's
 * word for the transport checksum.
 */
static uint16_t sgnic_rx_checksum_flags(const SgnicRxFrame *f,
                                        const SgnicPacket *p, bool transport,
                                        bool vouched)
{
    uint16_t flags = 0;

    if (p->version == 4 && p->whole) {
        flags = sgnic_checksum_ip_good(f->data, p) ?
                SGNIC_COMPLETION_IP_GOOD : SGNIC_COMPLETION_IP_BAD;
    }
    if (!transport || (!vouched && sgnic_rx_has_no_checksum(f, p))) {
        return flags;
    }
    return flags | (vouched || sgnic_checksum_transport_good(f->data, p) ?
                    SGNIC_COMPLETION_TRANSPORT_GOOD :
                    SGNIC_COMPLETION_TRANSPORT_BAD);
}

static void sgnic_rx_checksums(SgnicState *s, SgnicRxFrame *f)
{
    bool needs = f->header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;
    bool vouched = f->header.flags & VIRTIO_NET_HDR_F_DATA_VALID;
    bool transport, partial;
    SgnicPacket p;

    if (!needs && !sgnic_has(s, SGNIC_FEATURE_RX_CHECKSUM)) {
        return;
    }
    transport = sgnic_packet_parse(f->data, f->size, &p) &&
                sgnic_checksum_find(f->data, &p);
    partial = needs && transport && sgnic_rx_is_partial(f, &p);
    if (partial && sgnic_has(s, SGNIC_FEATURE_PARTIAL)) {
        f->flags |= SGNIC_COMPLETION_PARTIAL;
        f->checksum_start = f->header.csum_start;
    } else if (needs) {
        partial = sgnic_rx_complete_checksum(s, f) && partial;
    }
    if (sgnic_has(s, SGNIC_FEATURE_RX_CHECKSUM)) {
        f->flags |= sgnic_rx_checksum_flags(f, &p, transport, partial ||
                                            (vouched && !needs));
    }
}

static void sgnic_rx_strip_tag(SgnicState *s, SgnicRxFrame *f)
{
    uint8_t *frame;

    f->flags |= SGNIC_COMPLETION_VLAN;
    f->vlan_tag = sgnic_rx_tag(f);
    frame = sgnic_rx_writable(s, f);
    memmove(frame + SGNIC_VLAN_LENGTH, frame, SGNIC_ADDRESSES);
    f->data += SGNIC_VLAN_LENGTH;
    f->size -= SGNIC_VLAN_LENGTH;
    f->checksum_start -= SGNIC_VLAN_LENGTH;
    f->header_length -= SGNIC_VLAN_LENGTH;
}

/*
 * Whether a frame with a segmentation type is one the driver can take: what
 * the completion will say must be true.
 */
bool sgnic_rx_is_large(const SgnicState *s, const SgnicRxFrame *f)
{
    uint8_t type = f->header.gso_type & ~VIRTIO_NET_HDR_GSO_ECN;
    uint32_t header;
    SgnicPacket p;

    if (!sgnic_has(s, SGNIC_FEATURE_LARGE_RECEIVE) || !f->header.gso_size ||
        !(f->header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) ||
        !sgnic_packet_parse(f->data, f->size, &p) ||
        !sgnic_checksum_find(f->data, &p) || p.protocol != IP_PROTO_TCP ||
        !sgnic_rx_is_partial(f, &p)) {
        return false;
    }
    header = (f->data[p.transport + 12] >> 4) * 4;
    if (header < sizeof(struct tcp_hdr) || header > p.end - p.transport) {
        return false;
    }
    return (type == VIRTIO_NET_HDR_GSO_TCPV4 && p.version == 4) ||
           (type == VIRTIO_NET_HDR_GSO_TCPV6 && p.version == 6);
}

static void sgnic_rx_describe(SgnicRxFrame *f)
{
    struct sgnic_rx_completion *d = &f->details;

    d->c.flags |= cpu_to_le16(f->flags);
    if (f->flags & SGNIC_COMPLETION_VLAN) {
        d->vlan_tag = cpu_to_le16(f->vlan_tag);
    }
    if (f->flags & SGNIC_COMPLETION_PARTIAL) {
        d->checksum_start = cpu_to_le16(f->checksum_start);
        d->checksum_offset = cpu_to_le16(f->header.csum_offset);
    }
    if (f->flags & SGNIC_COMPLETION_LARGE) {
        d->segmentation = f->header.gso_type;
        d->segment_size = cpu_to_le16(f->header.gso_size);
        d->header_length = cpu_to_le16(f->header_length);
    }
}

/*
 * Does to a frame that will be delivered what the features ask for.
 * "f->size" is not more than SGNIC_MAX_SEGMENT.
 */
void sgnic_rx_offload(SgnicState *s, SgnicRxFrame *f)
{
    sgnic_rx_checksums(s, f);
    if (f->header.gso_type) {
        /* The backend's own hdr_len is a hint that may be anything. */
        f->flags |= SGNIC_COMPLETION_LARGE;
        f->header_length = f->header.csum_start +
                           (f->data[f->header.csum_start + 12] >> 4) * 4;
    }
    if (sgnic_has(s, SGNIC_FEATURE_VLAN_STRIP) && sgnic_rx_has_tag(f)) {
        sgnic_rx_strip_tag(s, f);
    }
    sgnic_rx_describe(f);
    trace_sgnic_rx_offload(f->size, f->flags, f->header.gso_type,
                           f->header.gso_size, f->checksum_start);
}
