#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tests that the sanitized QEMU leaves nothing uninstrumented that the devices reach."""

import fnmatch
import os
import unittest

import tap

TOOLS = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
OVERLAY = os.path.join(os.path.dirname(TOOLS), "qemu-device")
# What lies between a guest's write to a register and a frame on the wire or a byte in memory
REACHED = ("hw/core/qdev.c", "hw/core/irq.c", "hw/dma/i8257.c", "hw/i386/amd_iommu.c",
           "hw/i386/intel_iommu.c", "hw/intc/ioapic.c", "hw/isa/isa-bus.c", "hw/net/net_tx_pkt.c",
           "hw/pci/msix.c", "hw/pci/pci.c", "hw/pci/pcie.c", "hw/virtio/virtio-iommu.c",
           "migration/qemu-file.c", "migration/vmstate.c", "net/checksum.c", "net/eth.c",
           "net/net.c", "net/queue.c", "qom/object.c", "system/dma-helpers.c", "system/memory.c",
           "system/physmem.c", "util/async.c", "util/coroutine-ucontext.c", "util/iov.c")


class Ignorelist(unittest.TestCase):
    def setUp(self):
        with open(os.path.join(TOOLS, "lib", "sanitizer-ignorelist"), encoding="utf-8") as stream:
            lines = [line.strip() for line in stream]
        self.entries = [line for line in lines if line and not line.startswith("#")]
        self.patterns = [entry.removeprefix("src:") for entry in self.entries]

    def ignored(self, path):
        """Whether a pattern takes the file by one of the names that the build gives it."""
        names = (path, "../source/" + path, "/cache/source/" + path)
        return any(fnmatch.fnmatchcase(name, pattern)
                   for name in names for pattern in self.patterns)

    def test_entries_are_sources(self):
        for entry in self.entries:
            self.assertTrue(entry.startswith("src:"), entry)

    def test_devices_are_instrumented(self):
        sources = [name for name in os.listdir(OVERLAY) if name.endswith((".c", ".h"))]
        self.assertIn("sgnic.c", sources)
        for name in sources:
            self.assertFalse(self.ignored("hw/net/" + name), name)

    def test_fuzz_targets_are_instrumented(self):
        for name in os.listdir(os.path.join(OVERLAY, "tests", "qtest", "fuzz")):
            self.assertFalse(self.ignored("tests/qtest/fuzz/" + name), name)

    def test_what_devices_reach_is_instrumented(self):
        for path in REACHED:
            self.assertFalse(self.ignored(path), path)

    def test_other_parts_are_not(self):
        for path in ("tcg/tcg.c", "hw/usb/core.c", "target/i386/cpu.c", "ui/vnc.c"):
            self.assertTrue(self.ignored(path), path)


if __name__ == "__main__":
    tap.main()
