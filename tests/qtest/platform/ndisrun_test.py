#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ndisrun run --qtest: the loop test, and what goes wrong when QEMU or the driver does.

usage: ndisrun_test.py NDISRUN MINIPORT.so DRIVER-REFUSING.so    (environment: SGNIC_QEMU)
"""

import os
import signal
import subprocess
import sys
import time

NDISRUN, MINIPORT, REFUSING = sys.argv[1:4]
QEMU = os.environ["SGNIC_QEMU"]
OK, FAILED, USAGE, DEVICE, DRIVER = 0, 1, 2, 3, 4

count = 0
failures = 0


def report(passed, name, details=""):
    global count, failures
    count += 1
    failures += not passed
    print(f"{'ok' if passed else 'not ok'} {count} - {name}", flush=True)
    if not passed:
        for line in details.splitlines():
            print(f"# {line}")


def command(*options, device="sgnic", miniport=MINIPORT):
    return [NDISRUN, "run", f"--qtest={QEMU}", "--device", device, "--miniport", miniport, *options]


def children_of(process):
    with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def expect(name, status, words, *options, **keywords):
    result = subprocess.run(command(*options, **keywords), stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, timeout=100, check=False)
    report(result.returncode == status and all(word in result.stdout for word in words), name,
           f"status {result.returncode}, not {status}, or one of {words} is missing in:\n"
           + result.stdout)


def start(*options):
    """A session that has printed its start, and its QEMU."""
    process = subprocess.Popen(command(*options), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True)
    for line in process.stdout:
        if line.startswith("interface:"):
            break
    return process, children_of(process.pid)


def is_gone(process):
    for _ in range(3000):
        try:
            with open(f"/proc/{process}/stat", encoding="ascii") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.01)
    return False


def end(name, send, status, words):
    """Starts a session, does `send` to it, and compares how it ends; QEMU is gone then, too."""
    process, children = start()
    send(process.pid, children)
    output, _ = process.communicate(timeout=100)
    report(len(children) == 1 and process.returncode == status and is_gone(children[0]) and
           all(word in output for word in words), name,
           f"QEMU {children}, status {process.returncode}, not {status}, or one of {words} is "
           f"missing in:\n{output}")


def main():
    equal = "of 60 to 1514 bytes went out and came back"
    expect("no frame", OK, [f"0 of 0 frames {equal}"], "--loop", "0")
    expect("one frame", OK, [f"1 of 1 frames {equal}", "every byte equal"], "--loop", "1")
    expect("all sizes", OK, [f"1500 of 1500 frames {equal}", "every byte equal"], "--loop", "1500")
    for kind in ("msix", "msi", "intx"):
        expect(kind, OK, [f"interrupt: {kind}", "every byte equal", "frames sent: 100",
                          "frames received: 100", "IOMMU faults: 0", "broken rules: 0"],
               "--loop", "100", "--irq", kind, "--stats", "--policy", "remap")
    expect("a narrow device", OK, ["every byte equal"], "--loop", "100", "--set", "DmaSize=24",
           "--dma-size", "24", device="sgnic,dma-width=24")
    expect("two buffers, pages, no scatter/gather", OK, ["every byte equal", "remap: 200"],
           "--loop", "100", "--split", "14", "--fragment", "page", "--policy", "remap", "--no-sg",
           "--stats")
    expect("a device that does not exist", DEVICE, ["no-such-device", "status 1"], "--loop", "1",
           device="no-such-device")
    expect("a property of the platform", DEVICE, ["'addr' cannot be given"], "--loop", "1",
           device="sgnic,addr=7")
    expect("a wire of its own", USAGE, ["leave 'netdev' out"], "--loop", "1",
           "--qtest-arg=-netdev", "--qtest-arg=user,id=mine", device="sgnic,netdev=mine")
    expect("the wrong miniport", DRIVER, ["does not start on rtl8139"], "--loop", "1",
           device="rtl8139,romfile=")
    expect("a miniport that refuses", DRIVER, ["does not start"], "--loop", "1",
           miniport=REFUSING)
    end("SIGINT", lambda process, _: os.kill(process, signal.SIGINT), OK, [])
    end("SIGTERM", lambda process, _: os.kill(process, signal.SIGTERM), OK, [])
    end("SIGKILL", lambda process, _: os.kill(process, signal.SIGKILL), -signal.SIGKILL, [])
    end("QEMU killed", lambda _, children: os.kill(children[0], signal.SIGKILL), DEVICE,
        ["QEMU is gone"])
    print(f"1..{count}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
