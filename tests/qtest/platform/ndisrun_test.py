#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ndisrun run --qtest: the loop test, and what goes wrong when QEMU or the driver does.

usage: ndisrun_test.py NDISRUN MINIPORT.so MINIPORT.inf ISA-MINIPORT.so DRIVER-REFUSING.so
           LIBNDIS-SHIM.so [gdb] [valgrind]
(environment: SGNIC_QEMU)
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "..",
                                "tools", "lib"))
sys.dont_write_bytecode = True
import tap_report  # noqa: E402

NDISRUN, MINIPORT, MINIPORT_INF, ISA_MINIPORT, REFUSING, LIBRARY = sys.argv[1:7]
DEBUGGERS = sys.argv[7:]
ROOT = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "..")
QEMU = os.environ["SGNIC_QEMU"]
OK, FAILED, USAGE, DEVICE, DRIVER, LEAK, UNPLUGGED = 0, 1, 2, 3, 4, 6, 9

tap = tap_report.Tap()


def command(*options, device="sgnic", miniport=MINIPORT):
    return [NDISRUN, "run", f"--qtest={QEMU}", "--device", device, "--miniport", miniport, *options]


def children_of(process):
    with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def expect(name, status, words, *options, **keywords):
    result = subprocess.run(command(*options, **keywords), stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, timeout=200, check=False)
    tap.report(result.returncode == status and all(word in result.stdout for word in words), name,
               f"status {result.returncode}, not {status}, or one of {words} is missing in:\n"
               + result.stdout)


def start(*options, **keywords):
    """A session that has printed its start, and its QEMU."""
    process = subprocess.Popen(command(*options, **keywords), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True)
    for line in process.stdout:
        if line.startswith("interface:"):
            break
    return process, children_of(process.pid)


def is_zombie(process):
    """Whether it has ended."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def is_gone(process):
    for _ in range(12000):
        if is_zombie(process):
            return True
        time.sleep(0.01)
    return False


def end(name, send, status, words, *options, **keywords):
    """Starts a session, does `send` to it, and compares how it ends; QEMU is gone then, too."""
    process, children = start(*options, **keywords)
    send(process.pid, children)
    output, _ = process.communicate(timeout=200)
    tap.report(len(children) == 1 and process.returncode == status and is_gone(children[0]) and
               all(word in output for word in words), name,
               f"QEMU {children}, status {process.returncode}, not {status}, or one of {words} is "
               f"missing in:\n{output}")


def test_isa(equal):
    def isa(name, status, words, resources, *options, device="isa-dma-nic"):
        expect(f"ISA, {name}", status, words, "--isa", resources, "--stats", *options,
               device=device, miniport=ISA_MINIPORT)

    passed = ["every byte equal", "IOMMU faults: 0", "broken rules: 0"]
    isa("8 bits", OK, [f"1500 of 1500 frames {equal}", "ports: 0x300 to 0x30f",
                       "DMA: channel 3, 8 bits", "interrupt: 5\n", *passed],
        "iobase=0x300,irq=5,dma=3", "--loop", "1500", "--verify")
    isa("16 bits", OK, ["DMA: channel 6, 16 bits", "verifier: report", *passed],
        "iobase=0x240,irq=11,dma=6", "--loop", "400", "--verify", "--split", "15")
    isa("other ports", DRIVER, ["16 ports at 0x320 do not", "does not start on isa-dma-nic"],
        "iobase=0x300,irq=5,dma=3", "--loop", "0", "--set", "IoBaseAddress=0x320")
    isa("channel 4", DRIVER, ["DmaChannel is 4"],
        "iobase=0x300,irq=5,dma=3", "--loop", "0", "--set", "DmaChannel=4")
    isa("no channel", DRIVER, ["the resources have -1"], "iobase=0x300,irq=5", "--loop", "0")
    isa("ports of another device", DEVICE, ["0x3c0", "status 1"], "iobase=0x3c0,irq=5,dma=3",
        "--loop", "0", "--qtest-arg=-device", "--qtest-arg=isa-vga")
    isa("a device without such properties", DEVICE, ["iobase", "status 1"],
        "iobase=0x300,irq=5,dma=3", "--loop", "0", device="sgnic")


def test_inf(equal):
    """The driver finds what its INF file sets, and --set goes before it."""
    passed = ["5 of 5 frames " + equal, "every byte equal"]
    expect("an INF file", OK, passed, "--loop", "5", "--inf", MINIPORT_INF)
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "changed.inf")
        with open(MINIPORT_INF, encoding="ascii") as file:
            text = file.read()
        with open(path, "w", encoding="utf-16", newline="\r\n") as file:
            file.write(text.replace('MapRegisters, default,   0, "32"',
                                    'MapRegisters, default,   0, "70"')
                       .replace('MapRegisters, max,       0, "64"',
                                'MapRegisters, max,       0, "80"'))
        expect("a default of the INF file", DRIVER, ["MapRegisters is 70"], "--loop", "5",
               "--inf", path)
        expect("--set goes before the INF file", OK, passed, "--loop", "5", "--inf", path,
               "--set", "mapregisters=4", "--mac", "52:54:00:00:00:05")
        expect("--set outside of the limits", USAGE,
               ["--set MapRegisters=81: ", "changed.inf:", "give a number from 1 to 80"],
               "--loop", "5", "--inf", path, "--set", "MapRegisters=81")
        expect("--set without a description", OK, passed, "--loop", "5", "--inf", MINIPORT_INF,
               "--set", "Unknown=81")
        expect("an INF file for another device", USAGE, ["no model", r"PCI\VEN_8086&DEV_10D3"],
               "--loop", "5", "--inf", path, device="e1000e,romfile=")


def test_binding():
    """The miniport is told what a protocol tells it when it is bound, the filter last."""
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "calls.txt")
        subprocess.run(command("--loop", "1", "--trace", path), check=True,
                       stdout=subprocess.DEVNULL, timeout=200)
        with open(path, encoding="ascii") as file:
            sets = re.findall(r"> MiniportSetInformation\(.*, oid (0x\w+), (\d+) bytes",
                              file.read())
    tap.report(sets[:2] == [("0x0001010f", "4"), ("0x0001010e", "4")],
               "lookahead, then packet filter", f"the sets are {sets}")


def test_check_sequence(equal):
    """A driver that leaves the check sequence behind the frames passes, with a warning."""
    with tempfile.TemporaryDirectory() as directory:
        for name in os.listdir(os.path.join(ROOT, "miniports", "e1000")):
            if not name.endswith((".c", ".h")):
                continue
            with open(os.path.join(ROOT, "miniports", "e1000", name), encoding="ascii") as file:
                text = file.read()
            with open(os.path.join(directory, name), "w", encoding="ascii") as file:
                file.write(text.replace("E1000_RCTL_STRIP_CRC |", ""))
        driver = os.path.join(directory, "left.so")
        subprocess.run([os.path.join(ROOT, "tools", "ndis-cc"), "--library", LIBRARY,
                        "-DNDIS_MINIPORT_DRIVER", "-DNDIS51_MINIPORT", "-o", driver, directory],
                       check=True, stdout=subprocess.DEVNULL)
        expect("check sequences that are indicated", OK,
               ["frame 0 as the miniport indicates it has 64 bytes, not 60",
                f"20 of 20 frames {equal}", "every byte equal, 20 with bytes behind it\n"],
               "--loop", "20", device="e1000,romfile=", miniport=driver)


def test_leak():
    """What a driver leaves behind is a warning, and in the checking mode a failure."""
    source = os.path.join(ROOT, "miniports", "minimal", "packets.c")
    with tempfile.TemporaryDirectory() as directory:
        with open(source, encoding="ascii") as file:
            text = file.read()
        freed = "NdisFreeMemory(nic, sizeof(*nic), 0);"
        changed, driver = os.path.join(directory, "leak.c"), os.path.join(directory, "leak.so")
        with open(changed, "w", encoding="ascii") as file:
            file.write(text.replace(freed, ""))
        tap.report(freed in text, "the minimal miniport frees its memory", text)
        subprocess.run([os.path.join(ROOT, "tools", "ndis-cc"), "--library", LIBRARY,
                        "-DNDIS_MINIPORT_DRIVER", "-DNDIS50_MINIPORT", "-o", driver,
                        "-I", os.path.join(ROOT, "miniports", "e1000"), changed],
                       check=True, stdout=subprocess.DEVNULL)
        card = {"device": "e1000,romfile=", "miniport": driver}
        said = ["with tag pack is not freed", "the miniport left 1 thing behind when it stopped"]
        expect("a leak", OK, ["ndisrun: warning: the miniport", *said], "--loop", "0", **card)
        expect("a leak, in the checking mode", LEAK,
               ["ndisrun: error: the miniport", "allocated by NdisAllocateMemoryWithTag", *said],
               "--loop", "0", "--verify", **card)


def test_files():
    """NdisOpenFile finds what lies beside the driver."""
    source = os.path.join(os.path.dirname(os.path.realpath(__file__)), "file_driver.c")
    with tempfile.TemporaryDirectory() as directory:
        driver = os.path.join(directory, "file_driver.so")
        subprocess.run([os.path.join(ROOT, "tools", "ndis-cc"), "--library", LIBRARY,
                        "-DNDIS_MINIPORT_DRIVER", "-DNDIS51_MINIPORT", "-o", driver, source],
                       check=True, stdout=subprocess.DEVNULL)
        expect("a file that is not there", DRIVER, ["file_driver: no firmware: 0xc001001b"],
               miniport=driver)
        with open(os.path.join(directory, "firmware.bin"), "w", encoding="ascii") as file:
            file.write("microcode 7")
        expect("a file beside the driver", DRIVER, ["file_driver: 11 bytes: microcode 7"],
               miniport=driver)


def test_adapters(equal):
    """Several adapters in one process."""
    def other(*options, device="sgnic"):
        return ("--device", device, f"--qtest={QEMU}", *options)

    expect("three adapters", OK,
           [f"{count} of {count} frames {equal}" for count in (30, 31, 32)],
           "--loop", "30", *other("--loop", "31", "--policy", "remap"),
           *other("--loop", "32", "--isa", "iobase=0x300,irq=5,dma=3", "--miniport", ISA_MINIPORT,
                  device="isa-dma-nic"))
    expect("one of three does not exist", DEVICE,
           ["qtest1: ", "no-such-device", f"30 of 30 frames {equal}", f"32 of 32 frames {equal}"],
           "--loop", "30", *other("--loop", "31", device="no-such-device"),
           *other("--loop", "32"))
    expect("a driver of two refuses", DRIVER, ["qtest1: ", "does not start",
           f"30 of 30 frames {equal}"], "--loop", "30",
           *other("--loop", "31", "--miniport", REFUSING))
    process, children = start(*other())
    for _ in range(3000):
        children = children_of(process.pid)
        if len(children) == 2:
            break
        time.sleep(0.01)
    for line in process.stdout:
        if line.startswith("interface:"):
            break
    os.kill(children[1], signal.SIGKILL)
    for line in process.stdout:
        if "QEMU is gone" in line:
            break
    lived = process.poll() is None and not is_zombie(children[0])
    os.kill(process.pid, signal.SIGTERM)
    output, _ = process.communicate(timeout=200)
    tap.report(lived and "qtest1: QEMU is gone" in line and process.returncode == DEVICE,
               "one of two goes away", f"status {process.returncode}, {line}\n{output}")


def lose_device(path):
    """The card does not answer any more; `path` is of QEMU's monitor."""
    with socket.socket(socket.AF_UNIX) as monitor:
        monitor.settimeout(200)
        monitor.connect(path)
        stream = monitor.makefile("rw", encoding="utf-8")

        def execute(name, **arguments):
            stream.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
            stream.flush()
            while True:
                answer = json.loads(stream.readline())
                if "return" in answer or "error" in answer:
                    return answer["return"]

        execute("qmp_capabilities")
        for entry in execute("qom-list", path="/machine/peripheral-anon"):
            if entry["type"] == "child<sgnic>":
                execute("qom-set", path="/machine/peripheral-anon/" + entry["name"],
                        property="fault-removed", value=True)


def test_gone():
    """The device, or QEMU with it, is gone: the driver learns it, and everything ends in order."""
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "monitor")
        trace = os.path.join(directory, "trace")
        end("the device is gone", lambda *_: lose_device(path), UNPLUGGED,
            ["device sgnic is gone"], "--trace", trace,
            "--qtest-arg=-qmp", f"--qtest-arg=unix:{path},server=on,wait=off")
        with open(trace, encoding="utf-8") as file:
            calls = file.read()
        told = calls.find("MiniportPnPEventNotify")
        tap.report(0 < told < calls.find("MiniportHalt"), "the driver is told, then halted",
                   calls[-2000:])
    end("QEMU killed", lambda _, children: os.kill(children[0], signal.SIGKILL), DEVICE,
        ["QEMU is gone"])
    end("QEMU of an ISA device killed", lambda _, children: os.kill(children[0], signal.SIGKILL),
        DEVICE, ["QEMU is gone"], "--isa", "iobase=0x300,irq=5,dma=3", device="isa-dma-nic",
        miniport=ISA_MINIPORT)


def test_physical(equal):
    """A device that bypasses the IOMMU finds memory at its physical address and nowhere else."""
    bypass = ("--qtest-arg=-machine", "--qtest-arg=default-bus-bypass-iommu=on")
    physical = ("--addresses", "physical", "--loop", "300")
    expect("behind the IOMMU, physical addresses: loop", OK, [equal, "addresses: physical"], *physical)
    expect("behind the IOMMU, physical addresses, 24 bits, copied, verified: loop", OK, [equal],
           *physical, "--dma-size", "24", "--policy", "copy", "--verify")
    expect("an IOMMU that the device bypasses, logical addresses: nothing is there", DRIVER,
           ["does not start"], *bypass, "--loop", "300")
    for kind in ("msi", "msix", "intx"):
        expect(f"an IOMMU that the device bypasses, physical addresses, {kind}: loop", OK, [equal],
               *bypass, *physical, "--irq", kind)


def test_debuggers(equal):
    """The sessions of docs/qtest-platform.md under gdb and valgrind."""
    def under(name, debugger, words, *options):
        if name not in DEBUGGERS:
            return
        result = subprocess.run([*debugger, *command("--loop", "20", *options)],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
        tap.report(result.returncode == OK and all(word in result.stdout for word in words),
                   f"under {name}", f"status {result.returncode}, or one of {words} is missing "
                   f"in:\n{result.stdout}")

    passed = [f"20 of 20 frames {equal}", "every byte equal"]
    under("gdb", ["gdb", "-nx", "-batch", "-ex", "set breakpoint pending on",
                  "-ex", "break sgnic_handle_interrupt", "-ex", "run", "-ex", "backtrace",
                  "-ex", "delete", "-ex", "continue", "--args"],
          ["Breakpoint 1", "#1 ", "exited normally", *passed])
    under("valgrind", ["valgrind", "--leak-check=full", "--error-exitcode=9"],
          ["ERROR SUMMARY: 0 errors", *passed], "--verify")


def main():
    equal = "of 60 to 1514 bytes went out and came back"
    expect("no frame", OK, [f"0 of 0 frames {equal}"], "--loop", "0")
    expect("one frame", OK, [f"1 of 1 frames {equal}", "every byte equal"], "--loop", "1")
    expect("all sizes", OK, [f"1500 of 1500 frames {equal}", "every byte equal"], "--loop", "1500")
    for kind in ("msix", "msi", "intx"):
        expect(kind, OK, [f"interrupt: {kind}", "every byte equal", "frames sent: 100",
                          "frames received: 100", "IOMMU faults: 0", "broken rules: 0"],
               "--loop", "100", "--irq", kind, "--stats", "--policy", "remap")
    expect("polling", OK, ["100 of 100 frames"], "--loop", "100", "--poll", "200")
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
    expect("the wrong miniport", DRIVER, ["does not start on virtio-net-pci:"], "--loop", "1",
           device="virtio-net-pci,romfile=")
    expect("a miniport that refuses", DRIVER, ["does not start"], "--loop", "1",
           miniport=REFUSING)
    expect("one element in each list", OK, ["every byte equal", "mappings remap: 100"],
           "--loop", "100", "--set", "UseScatterGather=1", "--split", "14", "--policy", "remap",
           "--single-element", "--stats")
    test_inf(equal)
    test_binding()
    test_check_sequence(equal)
    test_adapters(equal)
    test_isa(equal)
    test_physical(equal)
    test_debuggers(equal)
    end("SIGINT", lambda process, _: os.kill(process, signal.SIGINT), OK, [])
    end("SIGTERM", lambda process, _: os.kill(process, signal.SIGTERM), OK, [])
    end("SIGKILL", lambda process, _: os.kill(process, signal.SIGKILL), -signal.SIGKILL, [])
    test_leak()
    test_files()
    test_gone()
    tap.finish()


if __name__ == "__main__":
    main()
