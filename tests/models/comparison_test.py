#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""docs/comparison.md against QEMU: every cell is probed in a running QEMU or found in its source.

usage: comparison_test.py PAGE TOOLS/BUILD-QEMU        (environment: SGNIC_QEMU)
       comparison_test.py --print                      prints the table
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..",
                                "tools", "lib"))
sys.dont_write_bytecode = True
import tap_report  # noqa: E402

import models

PCI_CAPABILITY = {"express": 0x10, "msi": 0x05, "msix": 0x11}
DEADLINE_SECONDS = 60

tap = tap_report.Tap()


class Lines:
    """A line-based connection."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            try:
                self.socket.connect(path)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        self.file = self.socket.makefile("rw")

    def ask(self, line):
        self.file.write(line + "\n")
        self.file.flush()
        return self.file.readline()


class Qemu:
    """One model in a q35 machine under qtest, behind a root port if it can be there."""

    def __init__(self, model, directory):
        express = "PCIe" in models.PROBED[0][2][models.MODELS.index(model)]
        bus = "root0" if express else "pcie.0"
        self.address = (1 << 16 if express else 4 << 11) | 1 << 31
        with open(f"{directory}/bios", "wb") as file:
            file.write(b"\xf4" * 65536)
        self.process = subprocess.Popen([
            os.environ["SGNIC_QEMU"], "-M", "q35", "-accel", "qtest", "-display", "none",
            "-nodefaults", "-bios", f"{directory}/bios", "-S", "-m", "16", "-qtest", f"unix:{directory}/qtest,server=on,wait=off",
            "-qmp", f"unix:{directory}/qmp,server=on,wait=off",
            "-device", "pcie-root-port,id=root0,addr=5.0",
            "-netdev", "hubport,hubid=0,id=n",
            "-device", f"{model},netdev=n,bus={bus},addr={0 if express else 4}.0,id=nic,romfile="],
            stderr=subprocess.DEVNULL)
        self.qtest = Lines(f"{directory}/qtest")
        self.qmp = Lines(f"{directory}/qmp")
        self.qmp.file.readline()
        self.execute("qmp_capabilities")
        # The root port's buses: primary 0, secondary 1, subordinate 1.
        self.qtest.ask(f"outl 0xcf8 {1 << 31 | 5 << 11 | 0x18:#x}")
        self.qtest.ask("outl 0xcfc 0x00010100")

    def execute(self, command, **arguments):
        answer = json.loads(self.qmp.ask(json.dumps({"execute": command, "arguments": arguments})))
        while "event" in answer:
            answer = json.loads(self.qmp.file.readline())
        return answer["return"]

    def config(self, offset, size=1):
        self.qtest.ask(f"outl 0xcf8 {self.address | (offset & ~3):#x}")
        value = int(self.qtest.ask("inl 0xcfc").split()[1], 16) >> 8 * (offset & 3)
        return value & ((1 << 8 * size) - 1)

    def capability(self, name):
        offset = self.config(0x34)
        while offset:
            if self.config(offset) == PCI_CAPABILITY[name]:
                return offset
            offset = self.config(offset + 1)
        return None

    def end(self):
        self.process.kill()
        self.process.wait()


def probe_bus(qemu, model):
    buses = []
    for interface, name in (("conventional-pci-device", "PCI"), ("pci-express-device", "PCIe")):
        types = qemu.execute("qom-list-types", implements=interface)
        if model in (entry["name"] for entry in types):
            buses.append(name)
    return ", ".join(buses)


def probe_intx(qemu, _model):
    return "yes" if qemu.config(0x3d) else "–"


def probe_msi(qemu, _model):
    offset = qemu.capability("msi")
    return str(1 << (qemu.config(offset + 2, 2) >> 1 & 7)) if offset else "–"


def probe_msix(qemu, _model):
    offset = qemu.capability("msix")
    return str((qemu.config(offset + 2, 2) & 0x7ff) + 1) if offset else "–"


def probe_flr(qemu, _model):
    offset = qemu.capability("express")
    return "yes" if offset and qemu.config(offset + 4, 4) >> 28 & 1 else "–"


def has_property(qemu, pattern):
    properties = qemu.execute("qom-list", path="/machine/peripheral/nic")
    return any(re.search(pattern, entry["name"]) for entry in properties)


def probe_faults(qemu, _model):
    return "yes" if has_property(qemu, "^fault-") else "–"


def probe_state(qemu, _model):
    return "yes" if has_property(qemu, "^rx0$") else "–"


def probe_width(qemu, _model):
    return "24, 32, 64" if has_property(qemu, "^dma-width$") else "–"


def check_probed():
    for index, model in enumerate(models.MODELS):
        with tempfile.TemporaryDirectory() as directory:
            qemu = Qemu(model, directory)
            try:
                for row, probe, cells in models.PROBED:
                    found = globals()["probe_" + probe](qemu, model)
                    tap.report(found == cells[index], f"{row}: {model}",
                               f"the table says '{cells[index]}', QEMU says '{found}'")
            finally:
                qemu.end()


def evidence_holds(tree, part):
    name, kind, pattern = re.fullmatch(r"([^\s:!]+)([:!]) (.*)", part).groups()
    path = os.path.join(tree, name if "/" in name else "hw/net/" + name)
    with open(path, encoding="utf-8", errors="replace") as file:
        found = re.search(pattern, file.read(), re.MULTILINE)
    return bool(found) == (kind == ":")


def check_sourced(tree):
    for row, cells in models.SOURCED:
        for model, (text, evidence) in zip(models.MODELS, cells, strict=True):
            missing = [part for part in evidence.split(" && ") if not evidence_holds(tree, part)]
            tap.report(not missing, f"{row}: {model}",
                       f"'{text}' rests on '{missing}', which does not hold")


def source_tree(build_qemu):
    cache = subprocess.run([build_qemu, "--print-cache"], stdout=subprocess.PIPE, text=True,
                           check=True).stdout.strip()
    return cache + "/source"


def table():
    lines = ["| | " + " | ".join(models.MODELS) + " |",
             "|---" * (len(models.MODELS) + 1) + "|"]
    for row, _probe, cells in models.PROBED:
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    for row, cells in models.SOURCED:
        lines.append(f"| {row} | " + " | ".join(text for text, _evidence in cells) + " |")
    return "\n".join(lines) + "\n"


def main():
    if sys.argv[1:] == ["--print"]:
        print(table(), end="")
        return
    with open(sys.argv[1], encoding="utf-8") as file:
        tap.report(table() in file.read(), "the page has this table",
                   "docs/comparison.md must have what 'comparison_test.py --print' prints")
    check_probed()
    check_sourced(source_tree(sys.argv[2]))
    tap.finish()


main()
