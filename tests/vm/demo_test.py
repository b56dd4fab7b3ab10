#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What ./demo promises: the report's lines, and a capture that tshark opens.

usage: demo_test.py RUN-TRAFFIC ARGUMENT...

Runs the demo's traffic, with small files, and reads both files it leaves. Prints TAP.
"""

import os
import re
import subprocess
import sys
import tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..",
                                "tools", "lib"))
sys.dont_write_bytecode = True
import tap_report  # noqa: E402

REPORT = (
    ("the kernel that booted", r"kernel +\d+\.\d+"),
    ("the IOMMU", r"IOMMU +Intel VT-d"),
    ("the IOMMU group", r"IOMMU group +\d+"),
    ("the interface", r"interface +nic0"),
    ("the DHCP lease", r"DHCP lease +10\.0\.2\.\d+"),
    ("the ping", r"ping 10\.0\.2\.2 +\d+ packets transmitted.* 0% packet loss"),
    ("the download's sum", r"SHA-256 of download +[0-9a-f]{64}"),
    ("the upload's sum at the host", r"SHA-256 at the host +[0-9a-f]{64}"),
    ("frames", r"frames sent +[1-9]\d*"),
    ("interrupts", r"interrupts +[1-9]\d*"),
    ("map registers allocated", r"map registers allocated +64"),
    ("their high-water mark", r"map registers high-water mark +[1-9]\d*"),
    ("no map register in use at the end", r"map registers mapped now +0"),
    ("mappings of a policy", r"mappings pool +[1-9]\d*"),
    ("no DMA error", r"DMA errors +0"),
    ("the refused read", r"the IOMMU refused +the read at 0x[0-9a-f]+"),
    ("the fault's address", r"fault addr 0x[0-9a-f]+"),
    ("the NIC given back", r"NIC +has no driver again"),
    ("no failure", r"\d+ checks, 0 failed"),
)

CAPTURE = (
    ("the DHCP acknowledgement", "dhcp.option.dhcp == 5"),
    ("echo requests", "icmp.type == 8"),
    ("echo replies", "icmp.type == 0"),
    ("the request of the download", "http.request.method == GET"),
    ("data of the download", "tcp.len > 1000 && tcp.dstport > 1024 && ip.src == 10.0.2.2"),
    ("data of the upload", "tcp.len > 1000 && ip.dst == 10.0.2.2"),
)


def frames_that_match(path, display_filter):
    """Lines tshark prints for the filter; None if it cannot read the file."""
    try:
        result = subprocess.run(["tshark", "-n", "-r", path, "-Y", display_filter],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                check=False)
    except FileNotFoundError:
        print("Bail out! there is no tshark; install Debian's package tshark")
        sys.exit(1)
    return result.stdout.splitlines() if result.returncode == 0 else None


def main():
    tap = tap_report.Tap()
    with tempfile.TemporaryDirectory(prefix="ndis-shim-demo-") as directory:
        report = os.path.join(directory, "report.txt")
        capture = os.path.join(directory, "frames.pcap")
        run = subprocess.run(sys.argv[1:] + ["--report", report, "--pcap", capture],
                             stdout=subprocess.PIPE, text=True, check=False)
        tap.report(run.returncode == 0, "the traffic", run.stdout)
        text = ""
        if os.path.exists(report):
            with open(report, encoding="utf-8") as stream:
                text = stream.read()
        for name, pattern in REPORT:
            tap.report(re.search(pattern, text) is not None, f"report: {name}",
                       f"no line like '{pattern}' in:\n{text}")
        for name, display_filter in CAPTURE:
            frames = frames_that_match(capture, display_filter)
            tap.report(bool(frames), f"capture: {name}",
                       "tshark cannot read the capture" if frames is None
                       else f"no frame matches '{display_filter}'")
    tap.finish()


if __name__ == "__main__":
    main()
