#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: device_crash_test.py QEMU-SOURCE QEMU

QEMU's scripts/device-crash-test with the project's devices in each kind of
machine, also in those that have no place for them.
"""

import os
import subprocess
import sys

DEVICES = ("sgnic", "isa-dma-nic")
MACHINES = ("pc-i440fx-10.0", "pc-q35-10.0", "isapc", "microvm", "none")


def run(source, qemu, device, machine):
    result = subprocess.run(
        ["/usr/bin/python3", os.path.join(source, "scripts", "device-crash-test"), "-F",
         "--tcg-only", "-D", device, "-t", f"machine={machine}", "--", qemu],
        env={**os.environ, "PYTHONPATH": os.path.join(source, "python"),
             "PYTHONDONTWRITEBYTECODE": "1"},
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    ran = "Total: 1 test cases" in result.stdout and "Skipped" not in result.stdout
    return result.returncode == 0 and ran, result.stdout


def main(source, qemu):
    cases = [(device, machine) for device in DEVICES for machine in MACHINES]
    failed = 0
    print(f"1..{len(cases)}")
    for number, (device, machine) in enumerate(cases, 1):
        good, output = run(source, qemu, device, machine)
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {device} in {machine}", flush=True)
        for line in output.splitlines() if not good else []:
            print(f"# {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
