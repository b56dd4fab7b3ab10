/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: checksums, segmentation and VLAN tags of frames to send (section 4.2)
 *
 * A backend that takes a virtio_net_hdr does the work.  For another one the
 * frame is copied to the bounce buffer; each segment then is built in place:
 * its headers overwrite the end of the segment before, which is sent.
 */
#include "qemu/osdep.h"
#include "net/checksum.h"
#include "qemu/iov.h"
#include "sgnic_checksum.h"
#include "sgnic_internal.h"
#include "trace.h"

#define SGNIC_TCP_HEADER        20      /* without options */
#define SGNIC_TCP_CHECKSUM      16
#define SGNIC_ADDRESSES         (2 * ETH_ALEN)
/* Below it no host takes a checksum for that of an IP packet. */
#define SGNIC_TRANSPORT_MIN     (ETH_HLEN + 20)

/* The descriptor's 16 bytes have another meaning with the flag OFFLOAD. */
struct sgnic_offload sgnic_offload_get(struct sgnic_descriptor d)
{
    return (struct sgnic_offload) {
        .checksum = extract64(d.address, 0, 8),
        .segmentation = extract64(d.address, 8, 8),
        .header_length = extract64(d.address, 16, 16),
        .segment_size = extract64(d.address, 32, 16),
        .checksum_start = extract64(d.address, 48, 16),
        .checksum_offset = extract32(d.length, 0, 16),
        .vlan_tag = extract32(d.length, 16, 16),
        .flags = d.flags,
        .tag = d.tag,
    };
}

/* Bytes of the tag to be inserted */
uint32_t sgnic_offload_tag_length(const SgnicTxFrame *f)
{
    return f->offloaded && (f->offload.flags & SGNIC_DESCRIPTOR_VLAN) ?
           SGNIC_VLAN_LENGTH : 0;
}

bool sgnic_offload_is_segmented(const SgnicTxFrame *f)
{
    return f->offloaded && f->offload.segmentation;
}

static bool sgnic_offload_has_checksum(const SgnicTxFrame *f)
{
    return f->offloaded && (f->offload.checksum & SGNIC_NEEDS_CHECKSUM);
}

bool sgnic_offload_in_software(const SgnicQueue *q, const SgnicTxFrame *f)
{
    if (!sgnic_offload_has_checksum(f)) {
        return false;
    }
    /* The backend would send again what was sent before a migration. */
    return !q->nic->header_length || q->segment != 0 ||
           f->offload.checksum_start < SGNIC_TRANSPORT_MIN;
}

static void sgnic_offload_error(SgnicQueue *q, SgnicTxFrame *f,
                                const char *rule)
{
    const struct sgnic_offload *o = &f->offload;
    uint32_t value = o->checksum | o->segmentation << 8 |
                     (uint32_t)o->header_length << 16;

    f->status = SGNIC_STATUS_BAD_OFFLOAD;
    sgnic_error(q->nic, q, SGNIC_ERROR_OFFLOAD,
                sgnic_queue_descriptor_address(q, q->consumed), value,
                "queue 0x%" PRIx32 ": offload descriptor %" PRIu32 " (0x%"
                PRIx32 ", segment_size %u, checksum_start %u, "
                "checksum_offset %u, vlan_tag 0x%x) of %" PRIu32 " bytes: %s",
                q->number, q->consumed, value, o->segment_size,
                o->checksum_start, o->checksum_offset, o->vlan_tag, f->length,
                rule);
}

static const char *sgnic_offload_checksum_rule(const SgnicState *s,
                                               const SgnicTxFrame *f)
{
    const struct sgnic_offload *o = &f->offload;

    if (o->checksum & ~SGNIC_NEEDS_CHECKSUM) {
        return "undefined bits in checksum";
    }
    if (!o->checksum) {
        return o->checksum_start || o->checksum_offset ?
               "checksum position without NEEDS_CHECKSUM" : NULL;
    }
    if (!sgnic_has(s, SGNIC_FEATURE_CHECKSUM)) {
        return "NEEDS_CHECKSUM without the feature CHECKSUM";
    }
    if (o->checksum_start + o->checksum_offset + 2 > f->length) {
        return "the checksum is outside the frame";
    }
    return NULL;
}

static const char *sgnic_offload_segmentation_rule(const SgnicState *s,
                                                   const SgnicTxFrame *f)
{
    const struct sgnic_offload *o = &f->offload;
    uint8_t type = o->segmentation & ~SGNIC_SEGMENTATION_ECN;
    uint32_t data;

    if (!o->segmentation) {
        return o->header_length || o->segment_size ?
               "header_length or segment_size without segmentation" : NULL;
    }
    if (type != SGNIC_SEGMENTATION_TCP_IPV4 &&
        type != SGNIC_SEGMENTATION_TCP_IPV6) {
        return "undefined segmentation";
    }
    if (!sgnic_has(s, SGNIC_FEATURE_SEGMENTATION)) {
        return "segmentation without the feature SEGMENTATION";
    }
    if (!o->checksum) {
        return "segmentation without NEEDS_CHECKSUM";
    }
    if (o->checksum_offset != SGNIC_TCP_CHECKSUM) {
        return "checksum_offset is not that of TCP";
    }
    if (o->segment_size == 0) {
        return "segment_size is 0";
    }
    if (o->header_length >= f->length) {
        return "no data behind the headers";
    }
    data = MIN(o->segment_size, f->length - o->header_length);
    if (o->header_length + data + sgnic_offload_tag_length(f) >
        s->frame_size) {
        return "a segment would be longer than FRAME_SIZE";
    }
    return NULL;
}

/* The rules that need not the frame's bytes */
bool sgnic_offload_check(SgnicQueue *q, SgnicTxFrame *f)
{
    const char *rule = sgnic_offload_checksum_rule(q->nic, f);

    if (!rule) {
        rule = sgnic_offload_segmentation_rule(q->nic, f);
    }
    if (!rule && f->offload.vlan_tag && !sgnic_offload_tag_length(f)) {
        rule = "vlan_tag without the flag VLAN";
    }
    if (rule) {
        sgnic_offload_error(q, f, rule);
    }
    return !rule;
}

/* Offset of the IP header in the frame as the driver gave it */
static uint32_t sgnic_offload_network(const uint8_t *frame)
{
    return lduw_be_p(frame + SGNIC_ADDRESSES) == ETH_P_VLAN ?
           ETH_HLEN + SGNIC_VLAN_LENGTH : ETH_HLEN;
}

static const char *sgnic_offload_ip_rule(const uint8_t *ip, bool ip4,
                                         uint32_t length)
{
    if (ip4) {
        if (ip[0] >> 4 != 4 || (ip[0] & 0xf) * 4 != length) {
            return "the IPv4 header does not end at checksum_start";
        }
        if (ip[9] != IP_PROTO_TCP || lduw_be_p(ip + 6) & (IP_MF | IP_OFFMASK)) {
            return "the IPv4 packet is a fragment or not TCP";
        }
        return NULL;
    }
    if (ip[0] >> 4 != 6 || length != sizeof(struct ip6_header) ||
        ip[6] != IP_PROTO_TCP) {
        return "the IPv6 header is not followed by TCP at checksum_start";
    }
    return NULL;
}

/*
 * The rules for segmentation that need the first bytes of the frame, "size"
 * of them in q->head.
 */
static const char *sgnic_offload_headers_rule(const SgnicQueue *q,
                                              const SgnicTxFrame *f,
                                              uint32_t size)
{
    const struct sgnic_offload *o = &f->offload;
    uint8_t type = o->segmentation & ~SGNIC_SEGMENTATION_ECN;
    bool ip4 = type == SGNIC_SEGMENTATION_TCP_IPV4;
    uint32_t network = sgnic_offload_network(q->head);
    const char *rule;

    if (o->header_length > size ||
        o->checksum_start < network + (ip4 ? 20 : 40) ||
        o->checksum_start + SGNIC_TCP_HEADER > o->header_length) {
        return "header_length has no room for the headers";
    }
    if (lduw_be_p(q->head + network - 2) != (ip4 ? ETH_P_IP : ETH_P_IPV6)) {
        return "the Ethernet type is not that of the segmentation";
    }
    rule = sgnic_offload_ip_rule(q->head + network, ip4,
                                 o->checksum_start - network);
    if (rule) {
        return rule;
    }
    if (o->checksum_start + (q->head[o->checksum_start + 12] >> 4) * 4 !=
        o->header_length) {
        return "the TCP header does not end at header_length";
    }
    return f->length - network > UINT16_MAX ?
           "the IP packet is longer than 65535 bytes" : NULL;
}

/* Makes room in q->head, which holds "length" bytes, and inserts the tag. */
static uint32_t sgnic_offload_insert_tag(SgnicQueue *q, const SgnicTxFrame *f,
                                         uint32_t length)
{
    uint8_t *tag = q->head + SGNIC_ADDRESSES;

    if (!sgnic_offload_tag_length(f)) {
        return length;
    }
    memmove(tag + SGNIC_VLAN_LENGTH, tag, length - SGNIC_ADDRESSES);
    stw_be_p(tag, ETH_P_VLAN);
    stw_be_p(tag + 2, f->offload.vlan_tag);
    return length + SGNIC_VLAN_LENGTH;
}

/*
 * Writes into the IP header of a packet how much follows it.  Returns the sum
 * of the pseudo header.
 */
static uint32_t sgnic_offload_write_ip(uint8_t *ip, uint32_t header,
                                       uint32_t length, uint32_t number)
{
    uint8_t version = ip[0] >> 4;

    if (version == 4) {
        stw_be_p(ip + 2, header + length);
        stw_be_p(ip + 4, lduw_be_p(ip + 4) + number);
        stw_be_p(ip + 10, 0);
        stw_be_p(ip + 10, net_raw_checksum(ip, header));
    } else {
        stw_be_p(ip + 4, length);
    }
    return sgnic_checksum_pseudo(ip, version, IP_PROTO_TCP, length);
}

/* The headers of a large frame as the backend expects them */
static void sgnic_offload_write_large(SgnicQueue *q, const SgnicTxFrame *f)
{
    uint32_t tag = sgnic_offload_tag_length(f);
    uint32_t network = sgnic_offload_network(q->head + tag) + tag;
    uint32_t start = f->offload.checksum_start + tag;
    uint32_t sum;

    sum = sgnic_offload_write_ip(q->head + network, start - network,
                                 f->length - f->offload.checksum_start, 0);
    stw_be_p(q->head + start + SGNIC_TCP_CHECKSUM, sgnic_checksum_fold(sum));
}

static void sgnic_offload_write_header(SgnicQueue *q, const SgnicTxFrame *f)
{
    const struct sgnic_offload *o = &f->offload;
    uint32_t tag = sgnic_offload_tag_length(f);

    if (!sgnic_offload_has_checksum(f)) {
        return;
    }
    q->header = (struct virtio_net_hdr) {
        .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
        .gso_type = o->segmentation,
        .hdr_len = o->segmentation ? o->header_length + tag : 0,
        .gso_size = o->segment_size,
        .csum_start = o->checksum_start + tag,
        .csum_offset = o->checksum_offset,
    };
}

/*
 * Prepares the frame, "*count" pieces from "*iov", which are those in the
 * bounce buffer if the work is to be done in software.  Afterwards they
 * describe what to send; or q->segmenting is set.
 * Returns false if the frame breaks a rule.
 */
bool sgnic_offload_prepare(SgnicQueue *q, SgnicTxFrame *f, bool software,
                           struct iovec **iov, int *count)
{
    uint32_t size = MIN(f->length, SGNIC_HEAD_MAX - SGNIC_VLAN_LENGTH);
    bool segmented = sgnic_offload_is_segmented(f);
    uint32_t replaced = 0;
    const char *rule;

    if (software && !segmented) {
        sgnic_checksum_complete((*iov)->iov_base, f->length,
                                       f->offload.checksum_start,
                                       f->offload.checksum_offset);
    }
    iov_to_buf(*iov, *count, 0, q->head, size);
    if (segmented) {
        rule = sgnic_offload_headers_rule(q, f, size);
        if (rule) {
            sgnic_offload_error(q, f, rule);
            return false;
        }
        replaced = f->offload.header_length;
    } else if (sgnic_offload_tag_length(f)) {
        replaced = SGNIC_ADDRESSES;
    }
    trace_sgnic_tx_offload(q->consumed, f->offload.checksum,
                           f->offload.segmentation, f->offload.segment_size,
                           software);
    size = sgnic_offload_insert_tag(q, f, replaced);
    if (software && segmented) {
        q->segmenting = true;
        return true;
    }
    if (!software) {
        sgnic_offload_write_header(q, f);
    }
    if (segmented) {
        sgnic_offload_write_large(q, f);
    }
    if (replaced) {
        q->out[1].iov_base = q->head;
        q->out[1].iov_len = size;
        *count = 1 + iov_copy(q->out + 2, SGNIC_TX_PIECES, *iov, *count,
                              replaced, f->length - replaced);
        *iov = q->out + 1;
    }
    return true;
}

uint32_t sgnic_offload_segments(const SgnicTxFrame *f)
{
    return DIV_ROUND_UP(f->length - f->offload.header_length,
                        f->offload.segment_size);
}

static void sgnic_offload_write_tcp(uint8_t *tcp, const SgnicTxFrame *f,
                                    uint32_t number)
{
    uint8_t *flags = tcp + 13;

    stl_be_p(tcp + 4, ldl_be_p(tcp + 4) + number * f->offload.segment_size);
    if (number != sgnic_offload_segments(f) - 1) {
        *flags &= ~(TH_FIN | TH_PUSH);
    }
    if (number != 0) {
        *flags &= ~TH_CWR;
    }
}

/*
 * Makes segment "number" of the frame in the bounce buffer; returns its
 * length.
 */
uint32_t sgnic_offload_segment(SgnicQueue *q, uint32_t number,
                               struct iovec *iov)
{
    const SgnicTxFrame *f = &q->frame;
    const struct sgnic_offload *o = &f->offload;
    uint32_t tag = sgnic_offload_tag_length(f);
    uint32_t head = o->header_length + tag;
    uint32_t offset = number * o->segment_size;
    uint32_t data = MIN(o->segment_size,
                        f->length - o->header_length - offset);
    uint8_t *segment = q->bounce + SGNIC_VLAN_LENGTH - tag + offset;
    uint32_t start = o->checksum_start + tag;
    uint8_t *tcp = segment + start;
    uint32_t network, sum;

    memcpy(segment, q->head, head);
    network = sgnic_offload_network(segment + tag) + tag;
    sum = sgnic_offload_write_ip(segment + network, start - network,
                                 head + data - start, number);
    sgnic_offload_write_tcp(tcp, f, number);
    stw_be_p(tcp + SGNIC_TCP_CHECKSUM, sgnic_checksum_fold(sum));
    sgnic_checksum_complete(segment, head + data, start,
                                   SGNIC_TCP_CHECKSUM);
    trace_sgnic_tx_segment(q->consumed, number, head + data);
    iov->iov_base = segment;
    iov->iov_len = head + data;
    return head + data;
}
