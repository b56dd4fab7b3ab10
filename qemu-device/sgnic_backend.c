/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sgnic: what the network backend does for the device
 *
 * A backend that can puts a virtio_net_hdr before every frame, in both
 * directions.
 */
#include "qemu/osdep.h"
#include "sgnic_internal.h"
#include "trace.h"

static NetClientState *sgnic_backend_peer(SgnicState *s, uint32_t index)
{
    return qemu_get_subqueue(s->nic, index)->peer;
}

void sgnic_backend_init(SgnicState *s)
{
    const int length = sizeof(struct virtio_net_hdr);
    uint32_t i;

    for (i = 0; i < s->subqueues; i++) {
        NetClientState *peer = sgnic_backend_peer(s, i);

        if (!qemu_has_vnet_hdr(peer) || !qemu_has_vnet_hdr_len(peer, length)) {
            return;
        }
    }
    for (i = 0; i < s->subqueues; i++) {
        qemu_set_vnet_hdr_len(sgnic_backend_peer(s, i), length);
        nic_use_vnet_hdr(sgnic_backend_peer(s, i));
    }
    s->header_length = length;
}

/* Tells the backend what the enabled features let it leave undone. */
void sgnic_backend_update(SgnicState *s)
{
    bool checksum = sgnic_has(s, SGNIC_FEATURE_RX_CHECKSUM);
    bool large = sgnic_has(s, SGNIC_FEATURE_LARGE_RECEIVE);
    uint32_t i;

    if (!s->header_length) {
        return;
    }
    trace_sgnic_backend(checksum, large);
    for (i = 0; i < s->subqueues; i++) {
        nic_set_offload(sgnic_backend_peer(s, i), checksum, large, large,
                        large);
    }
}
