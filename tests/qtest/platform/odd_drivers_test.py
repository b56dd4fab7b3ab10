#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ndisrun with drivers that work and differ from what one expects: what is said, and what helps.

They are the tutorial's driver for e1000 with a line changed, compiled by ndis-cc.

usage: odd_drivers_test.py NDISRUN NDIS-CC LIBRARY.so MINIPORTS
(environment: SGNIC_QEMU)
"""

import os
import subprocess
import sys
import tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "..",
                                "tools", "lib"))
sys.dont_write_bytecode = True
import tap_report  # noqa: E402

NDISRUN, NDIS_CC, LIBRARY, MINIPORTS = sys.argv[1:5]
QEMU = os.environ["SGNIC_QEMU"]
OK, FAILED, USAGE, DRIVER = 0, 1, 2, 4

tap = tap_report.Tap()


def compiled(directory, name, *changes):
    with open(os.path.join(MINIPORTS, "minimal", "packets.c"), encoding="ascii") as file:
        text = file.read()
    for old, new in changes:
        if old not in text:
            sys.exit(f"packets.c has no {old}")
        text = text.replace(old, new)
    source = os.path.join(directory, name + ".c")
    with open(source, "w", encoding="ascii") as file:
        file.write(text)
    driver = os.path.join(directory, name + ".so")
    subprocess.run([NDIS_CC, "--library", LIBRARY, "-DNDIS_MINIPORT_DRIVER", "-DNDIS50_MINIPORT",
                    "-I", os.path.join(MINIPORTS, "e1000"), "-o", driver, source],
                   stdout=subprocess.DEVNULL, timeout=200, check=True)
    return driver


def expect(name, driver, status, words, *options):
    result = subprocess.run([NDISRUN, "run", f"--qtest={QEMU}", "--device", "e1000,romfile=",
                             "--miniport", driver, *options],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            timeout=300, check=False)
    tap.report(result.returncode == status and all(word in result.stdout for word in words), name,
               f"status {result.returncode}, not {status}, or one of {words} is missing in:\n"
               + result.stdout)


def main():
    with tempfile.TemporaryDirectory() as directory:
        plain = compiled(directory, "plain")
        expect("no note about a driver without oddities", plain, OK,
               ["MTU 1500\nloop: 3 of 3 frames of 60 to 1514 bytes"], "--loop", "3")
        expect("an address that the driver does not take", plain, OK,
               ["uses the address 525400123456 and not 020000000001, which --mac gave"],
               "--loop", "3", "--mac", "02:00:00:00:00:01")
        expect("smaller frames", plain, OK, ["MTU 600\n", "3 of 3 frames of 60 to 614 bytes"],
               "--loop", "3", "--mtu", "600")
        expect("larger frames than the driver tells", plain, USAGE,
               ["--mtu 1501: miniport ", "takes up to 1500"], "--loop", "3", "--mtu", "1501")
        expect("an interrupt that the device does not have", plain, DRIVER,
               ["NdisMRegisterInterrupt: the interrupt cannot be enabled: the device has none of "
                "the kind"], "--loop", "3", "--irq", "msix")

        # This chip takes frames of 1522 bytes; QEMU counts the checksum among them from 8.0 on.
        large = compiled(directory, "large", ("answer[2] = { 1500,", "answer[2] = { 1512,"),
                         ("> 1514", "> 1526"))
        expect("a frame that does not come back", large, FAILED,
               ["1 of 2 frames of 60 to 1526 bytes",
                "frame 1 of 1526 bytes is the first that was not indicated", "--mtu 1500"],
               "--loop", "2")
        expect("frames that do", large, OK, ["2 of 2 frames of 60 to 1514 bytes"],
               "--loop", "2", "--mtu", "1500")
    tap.finish()


if __name__ == "__main__":
    main()
