# SPDX-License-Identifier: MIT
"""The rows of docs/comparison.md, and why each cell says what it says.

A cell is (text, evidence). Evidence is one of
  "probe"               the row's probe, run on the model in QEMU, prints this text
  "FILE: REGEX"         FILE of QEMU's hw/net (or a path from the top of its tree) contains REGEX
  "FILE! REGEX"         FILE does not contain REGEX
and several of the last two joined by " && ".
"""

MODELS = ["sgnic", "e1000", "e1000e", "igb", "vmxnet3", "virtio-net-pci", "rtl8139", "pcnet"]

PROBED = [
    ("Bus", "bus", ["PCI, PCIe", "PCI", "PCIe", "PCIe", "PCI, PCIe", "PCI, PCIe", "PCI", "PCI"]),
    ("INTx", "intx", ["yes"] * 8),
    ("MSI messages", "msi", ["1", "–", "1", "1", "1", "–", "–", "–"]),
    ("MSI-X vectors, one queue pair", "msix", ["3", "–", "5", "10", "25", "4", "–", "–"]),
    ("Function-level reset", "flr", ["yes", "–", "–", "yes", "–", "yes", "–", "–"]),
    ("Properties that inject faults", "faults", ["yes"] + ["–"] * 7),
    ("Ring state readable from outside", "state", ["yes"] + ["–"] * 7),
    ("DMA width settable", "width", ["24, 32, 64"] + ["–"] * 7),
]

SOURCED = [
    ("Queue pairs", [
        ("8", "sgnic_regs.h: SGNIC_QUEUE_MAX +8"),
        ("1", "e1000.c! peers.queues"),
        ("2", "e1000e_core.h: E1000E_NUM_QUEUES +\\(2\\)"),
        ("16", "igb_core.h: IGB_NUM_QUEUES +\\(16\\)"),
        ("8, receive 1", "vmxnet3.h: VMXNET3_DEVICE_MAX_TX_QUEUES 8"
         " && vmxnet3.c: #define RXQ_IDX +\\(?0\\)?"),
        ("511", "include/hw/virtio/virtio.h: VIRTIO_QUEUE_MAX 1024"),
        ("1", "rtl8139.c! peers.queues"),
        ("1", "pcnet.c! peers.queues"),
    ]),
    ("Receive-side scaling", [
        ("yes, hash reported", "sgnic_regs.h: SGNIC_FEATURE_RSS"),
        ("–", "e1000.c! (?i)rss"),
        ("yes", "e1000e_core.c: e1000e_rss_parse_packet"),
        ("yes", "igb_core.c: igb_rss_parse_packet"),
        ("–", "vmxnet3.c! (?i)rss"),
        ("yes, hash reported", "virtio-net.c: VIRTIO_NET_F_HASH_REPORT"),
        ("–", "rtl8139.c! (?i)\\brss"),
        ("–", "pcnet.c! (?i)\\brss"),
    ]),
    ("Transmit checksum", [
        ("host or software", "sgnic_regs.h: SGNIC_FEATURE_CHECKSUM"),
        ("software", "e1000.c: putsum\\(tp->data"),
        ("host or software", "e1000e_core.c: net_tx_pkt_send"),
        ("host or software", "igb_core.c: net_tx_pkt_send"),
        ("host or software", "vmxnet3.c: net_tx_pkt_send"),
        ("host", "virtio-net.c! net_checksum_add"),
        ("software, IPv4", "rtl8139.c: CP_TX_IPCS"),
        ("–", "pcnet.c! (?i)checksum_add"),
    ]),
    ("Large send", [
        ("host or software", "sgnic_regs.h: SGNIC_FEATURE_SEGMENTATION"),
        ("software", "e1000.c: tp->cptse = \\(txd_lower & E1000_TXD_CMD_TSE\\)"),
        ("host or software", "e1000e_core.c: net_tx_pkt_build_vheader"),
        ("host or software", "igb_core.c: net_tx_pkt_build_vheader"),
        ("host or software", "vmxnet3.c: net_tx_pkt_build_vheader"),
        ("host", "virtio-net.c: VIRTIO_NET_F_HOST_TSO4"),
        ("software, IPv4", "rtl8139.c: CP_TX_LGSEN"),
        ("–", "pcnet.c! (?i)\\btso"),
    ]),
    ("Receive checksum status", [
        ("yes", "sgnic_regs.h: SGNIC_COMPLETION_TRANSPORT_GOOD"),
        ("–", "e1000.c: E1000_RXD_STAT_IXSM"),
        ("yes", "e1000e_core.c: e1000e_verify_csum_in_sw"),
        ("yes", "igb_core.c: igb_verify_csum_in_sw"),
        ("yes", "vmxnet3.c: vmxnet3_rx_need_csum_calculate"),
        ("passed through", "virtio-net.c: VIRTIO_NET_F_GUEST_CSUM"),
        ("–", "rtl8139.c: if \\(s->CpCmd & CPlusRxChkSum\\)"),
        ("–", "pcnet.c! (?i)rx_csum"),
    ]),
    ("Large receive from the backend", [
        ("yes", "sgnic_regs.h: SGNIC_FEATURE_LARGE_RECEIVE"),
        ("–", "e1000.c! qemu_set_offload"),
        ("–", "e1000e_core.c: cso_state, 0, 0, 0"),
        ("–", "igb_core.c: cso_state, 0, 0, 0"),
        ("yes", "vmxnet3.c: s->lro_supported,"),
        ("yes", "virtio-net.c: VIRTIO_NET_F_GUEST_TSO4"),
        ("–", "rtl8139.c! qemu_set_offload"),
        ("–", "pcnet.c! qemu_set_offload"),
    ]),
    ("VLAN insert, strip, filter", [
        ("yes, yes, yes", "sgnic_regs.h: SGNIC_FEATURE_VLAN_INSERT"
         " && sgnic_regs.h: SGNIC_FEATURE_VLAN_STRIP && sgnic_regs.h: SGNIC_FEATURE_VLAN_FILTER"),
        ("yes, yes, yes", "e1000.c: e1000x_is_vlan_txd && e1000.c: E1000_RXD_STAT_VP"
         " && e1000.c: e1000x_rx_vlan_filter"),
        ("yes, yes, yes", "e1000e_core.c: e1000x_is_vlan_txd && e1000e_core.c: E1000_RXD_STAT_VP"
         " && e1000e_core.c: e1000x_rx_vlan_filter"),
        ("yes, yes, yes", "igb_core.c: igb_rx_is_oversized && igb_core.c: E1000_RXD_STAT_VP"
         " && igb_core.c: e1000x_vlan_rx_filter_enabled"),
        ("yes, yes, yes", "vmxnet3.c: s->needs_vlan = txd->ti && vmxnet3.c: rx_vlan_stripping"
         " && vmxnet3.c: vlan_table"),
        ("–, –, yes", "virtio-net.c: VIRTIO_NET_F_CTRL_VLAN"),
        ("yes, yes, –", "rtl8139.c: CP_TX_TAGC && rtl8139.c: CPlusRxVLAN && rtl8139.c! (?i)vlan_filter"),
        ("–, –, –", "pcnet.c! (?i)vlan"),
    ]),
    ("Longest frame without segmentation, bytes", [
        ("9234", "sgnic_regs.h: SGNIC_MAX_JUMBO_FRAME +9234"),
        ("16380", "e1000x_common.c: maximum_large_size = 16 \\* KiB - ETH_FCS_LEN"),
        ("16380", "e1000x_common.c: maximum_large_size = 16 \\* KiB - ETH_FCS_LEN"),
        ("9728 by default", "igb_core.c: \\[RLPML\\] +=? ?0x2600"),
        ("9018", "vmxnet3.h: VMXNET3_MAX_MTU +9000"),
        ("by property host_mtu", "virtio-net.c: \"host_mtu\""),
        ("8191", "rtl8139.c: CP_RX_BUFFER_SIZE_MASK \\(\\(1<<13\\) - 1\\)"),
        ("4092", "pcnet.h: uint8_t buffer\\[4096\\]"),
    ]),
    ("Interrupt moderation", [
        ("event index; time, count", "sgnic_regs.h: SGNIC_QUEUE_MODERATION_TIME"),
        ("time", "e1000.c: mit_timer"),
        ("time", "e1000e_core.c: e1000e_intrmgr_on_throttling_timer"),
        ("time", "igb_core.c: igb_intrmgr_on_msix_throttling_timer"),
        ("–", "vmxnet3.c! timer_new"),
        ("event index", "hw/virtio/virtio.c: VIRTIO_RING_F_EVENT_IDX"),
        ("–", "rtl8139.c! (?i)moderation"),
        ("–", "pcnet.c! (?i)moderation"),
    ]),
    ("Doorbell without data, ioeventfd", [
        ("yes", "sgnic.c: ioeventfd"),
        ("–", "e1000.c! ioeventfd"),
        ("–", "e1000e.c! ioeventfd"),
        ("–", "igb.c! ioeventfd"),
        ("–", "vmxnet3.c! ioeventfd"),
        ("yes", "hw/virtio/virtio-pci.c: ioeventfd"),
        ("–", "rtl8139.c! ioeventfd"),
        ("–", "pcnet.c! ioeventfd"),
    ]),
    ("Failed DMA reported to the driver", [
        ("per descriptor, with address", "sgnic_regs.h: SGNIC_ERROR_DMA_READ"),
        ("–", "e1000.c: ^ +pci_dma_read\\(d, base, &desc && e1000.c! = pci_dma_read"),
        ("–", "e1000e_core.c! = pci_dma_read"),
        ("–", "igb_core.c! = pci_dma_read"),
        ("–", "vmxnet3.c! = pci_dma_read"),
        ("whole device stops", "hw/virtio/virtio.c: vdev->broken = true"),
        ("–", "rtl8139.c! = pci_dma_read"),
        ("–", "pcnet.c! MEMTX_OK"),
    ]),
    ("Transmit element over two IOMMU mappings", [
        ("sent", "sgnic_tx.c: a mapping may be short"),
        ("sent, copied", "e1000.c: pci_dma_read\\(d, addr, tp->data"),
        ("lost", "net_tx_pkt.c: mapped_len != len"),
        ("lost", "net_tx_pkt.c: mapped_len != len"),
        ("lost", "net_tx_pkt.c: mapped_len != len"),
        ("sent", "hw/virtio/virtio.c: static bool virtqueue_map_desc"),
        ("sent, copied", "rtl8139.c: pci_dma_read\\(d, tx_addr"),
        ("sent, copied", "pcnet.c: phys_mem_read"),
    ]),
    ("DMA confined to memory", [
        ("yes", "sgnic_dma.c: \\.memory = (true|1)"),
        ("–", "e1000.c! \\.memory ="),
        ("–", "e1000e_core.c! \\.memory ="),
        ("–", "igb_core.c! \\.memory ="),
        ("–", "vmxnet3.c! \\.memory ="),
        ("–", "virtio-net.c! \\.memory ="),
        ("–", "rtl8139.c! \\.memory ="),
        ("–", "pcnet.c! \\.memory ="),
    ]),
]
