#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The command line of ndisrun: every mistake gets its message and exit status.

usage: test_ndisrun_cli.py NDISRUN DRIVER-REFUSING.so DRIVER-MISSING-FUNCTIONS.so

Nothing here reaches a device: every command fails before, as it should.
"""

import os
import shutil
import subprocess
import sys
import tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..",
                                "tools", "lib"))
sys.dont_write_bytecode = True
import tap_report  # noqa: E402

NDISRUN, REFUSING, MISSING = sys.argv[1:4]
OK, FAILED, USAGE, DEVICE, DRIVER, INTERFACE = 0, 1, 2, 3, 4, 5
NO_DEVICE = "ffff:ff:1f.7"
NO_INTERFACE = "ndisrun-test"
COMMANDS = ("list", "run", "stats", "oid", "inf", "reset", "faults", "stop")

tap = tap_report.Tap()


def ndisrun(*arguments, environment=None):
    return subprocess.run([NDISRUN, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=120, check=False,
                          env={**os.environ, **(environment or {})})


def expect(status, words, *arguments, environment=None, name=None):
    result = ndisrun(*arguments, environment=environment)
    passed = result.returncode == status and all(word in result.stdout for word in words)
    tap.report(passed, name or f"{' '.join(arguments) or '(nothing)'}: {status}",
               f"status {result.returncode}, not {status}, or one of {words} is missing in:\n"
               + result.stdout)


def run_with(*options):
    return ("run", "--device", NO_DEVICE, "--miniport", REFUSING, *options)


def test_commands():
    expect(USAGE, ["no command"])
    expect(USAGE, ["'frobnicate'", "--help"], "frobnicate")
    expect(OK, [f"  {command}" for command in COMMANDS], "--help")
    expect(OK, ["ndisrun "], "--version")
    # A chroot may have no sysfs; then the message says so.
    if os.path.isdir("/sys/bus/pci/devices"):
        expect(OK, [], "list")
    else:
        expect(FAILED, ["/sys/bus/pci/devices", "is sysfs mounted on /sys?"], "list")
    expect(USAGE, ["'extra'"], "list", "extra")
    for command in COMMANDS:
        expect(OK, [f"usage: ndisrun {command}"], command, "--help")
        expect(USAGE, ["frobnicate"], command, "--frobnicate")


def run_qtest(*options):
    return ("run", "--device", "sgnic", "--miniport", REFUSING, *options)


def test_full_output(directory):
    """What cannot be written is no success."""
    with open("/dev/full", "w", encoding="ascii") as full:
        for arguments in (["--help"], ["--version"], ["run", "--help"]):
            result = subprocess.run([NDISRUN, *arguments], stdout=full, stderr=subprocess.PIPE,
                                    text=True, timeout=120, check=False)
            tap.report(result.returncode == FAILED and "standard output" in result.stderr,
                       f"{' '.join(arguments)} to a full disk", f"{result}")
    path = os.path.join(directory, "trace.json")
    os.symlink("/dev/full", path)
    expect(DEVICE, [f"--trace '{path}'", "not all"], *run_with("--trace", path),
           name="a trace to a full disk")


def test_qtest_options():
    for option, value in (("--loop", "1"), ("--netdev", "user"), ("--qtest-arg", "-S"),
                          ("--qtest-memory", "file")):
        expect(USAGE, ["give --qtest, too"], *run_with(option, value))
    expect(USAGE, ["--loop 'x'", "0 to 100000000"], *run_qtest("--qtest", "--loop", "x"))
    expect(USAGE, ["--netdev 'user,id=x'"], *run_qtest("--qtest", "--netdev", "user,id=x"))
    expect(USAGE, ["--loop", "--netdev"], *run_qtest("--qtest", "--loop", "1", "--netdev", "user"))
    expect(USAGE, ["--tap"], *run_qtest("--qtest", "--loop", "1", "--tap", "nic7"))
    expect(USAGE, ["--netdev"], *run_qtest("--qtest", "--tap", "nic7"))
    expect(USAGE, ["--qtest-memory is missing"], *run_qtest("--qtest-socket", "socket"))
    expect(USAGE, ["--qtest-socket"], *run_qtest("--qtest", "--qtest-memory", "file"))
    expect(USAGE, ["give one of them"],
           *run_qtest("--qtest", "--qtest-socket", "socket", "--qtest-memory", "file"))
    expect(USAGE, ["--loop"],
           *run_qtest("--qtest-socket", "socket", "--qtest-memory", "file", "--loop", "1"))
    expect(USAGE, ["--qtest-arg '-S'", "63"], *run_qtest("--qtest", *["--qtest-arg=-S"] * 64),
           name="64 times --qtest-arg")
    expect(DEVICE, ["'/no/qemu'"], *run_qtest("--qtest=/no/qemu", "--loop", "1"))
    expect(DEVICE, ["'/no/qemu'"], *run_qtest("--qtest", "--loop", "1"),
           environment={"NDISRUN_QEMU": "/no/qemu"}, name="NDISRUN_QEMU")
    expect(DEVICE, ["status 1"], *run_qtest("--qtest=false", "--loop", "1"))
    expect(DEVICE, ["'/no/socket'"],
           *run_qtest("--qtest-socket", "/no/socket", "--qtest-memory", "/no/file"))


def test_isa_options():
    isa = ("run", "--miniport", REFUSING, "--isa")
    good = "iobase=0x300,irq=5,dma=3"
    for value, rule in (
            ("", "write iobase="), ("iobase", "write iobase="), ("port=1", "'port'"),
            ("iobase=0x300,,irq=5", "write iobase="), ("iobase=0x300,irq=5,", "write iobase="),
            ("iobase=x,irq=5", "--isa iobase 'x'"), ("iobase=0x10000,irq=5", "0 to 65535"),
            ("iobase=-1,irq=5", "'-1'"), ("iobase=0x300,irq=5,dma=", "--isa dma ''"),
            ("irq=5,dma=3", "iobase is missing"), ("iobase=0x300,dma=3", "irq is missing"),
            ("iobase=0xff,irq=5", "port 0xff"), ("iobase=0xfff8,irq=5", "16 I/O ports"),
            ("iobase=0x300,irq=5,ports=0", "0 I/O ports"), ("iobase=0x300,irq=2", "interrupt 2"),
            ("iobase=0x300,irq=8", "interrupt 8"), ("iobase=0x300,irq=16", "interrupt 16"),
            ("iobase=0x300,irq=5,dma=4", "channel 4 connects"),
            ("iobase=0x300,irq=5,dma=8", "channel 8")):
        expect(USAGE, ["--isa", rule], *isa, value)
    for option, value in (("--policy", "copy"), ("--fragment", "page"), ("--copybreak", "1"),
                          ("--dma-size", "24"), ("--vfio", "type1"), ("--irq", "intx"),
                          ("--addresses", "physical"), ("--device", NO_DEVICE)):
        expect(USAGE, [option], *isa, good, option, value)
    expect(USAGE, ["--no-sg"], *isa, good, "--no-sg")
    expect(USAGE, ["--single-element"], *isa, good, "--single-element")
    expect(USAGE, ["--inf", "--isa"], *isa, good, "--inf", "file")
    expect(USAGE, ["--device is missing"], *isa, good, "--qtest")
    for name in ("iobase", "irq", "dma"):
        expect(USAGE, ["leave them out"], *isa, good, "--qtest", "--device", f"x,{name}=1")
    expect(USAGE, ["--device"], *isa, good, "--qtest-socket", "socket", "--qtest-memory", "file",
           "--device", NO_DEVICE)
    expect(DEVICE, ["'/no/socket'"], *isa, good, "--qtest-socket", "/no/socket",
           "--qtest-memory", "/no/file")
    expect(DEVICE, ["'/no/qemu'"], *isa, good, "--qtest=/no/qemu", "--device", "isa-dma-nic")


def test_run_options():
    expect(USAGE, ["--device is missing"], "run", "--miniport", "sgnic")
    expect(USAGE, ["--miniport is missing"], "run", "--device", NO_DEVICE)
    expect(USAGE, ["--miniport is missing"], "run", "--device", NO_DEVICE, "--miniport", "")
    expect(USAGE, ["'left'"], *run_with("left"))
    expect(USAGE, ["--vfio", "--qtest"], *run_with("--qtest", "--vfio", "type1"))
    expect(USAGE, ["requires an argument"], "run", "--device")
    test_qtest_options()
    test_isa_options()
    for option, value, rule in (
            ("--device", "3", "no PCI address"),
            ("--device", "00:20.0", "cannot exist"),
            ("--tap", "", "1 to 15 characters"),
            ("--tap", "sixteen-letters-", "1 to 15 characters"),
            ("--tap", "a/b", "1 to 15 characters"),
            ("--tap", "nic%d", "1 to 15 characters"),
            ("--policy", "fast", "auto, remap, copy, pool, cached"),
            ("--policy", "", "auto, remap, copy, pool, cached"),
            ("--fragment", "byte", "none, page"),
            ("--copybreak", "-1", "0 to 1048576"),
            ("--copybreak", "1048577", "0 to 1048576"),
            ("--copybreak", "8k", "0 to 1048576"),
            ("--copybreak", "99999999999999999999", "0 to 1048576"),
            ("--dma-size", "16", "24, 32 or 64"),
            ("--addresses", "virtual", "iova, physical"),
            ("--irq", "apic", "auto, msix, msi, intx"),
            ("--vfio", "type2", "auto, iommufd, type1"),
            ("--offload", "all", "auto, none"),
            ("--set", "Keyword", "KEYWORD=VALUE"),
            ("--set", "=1", "KEYWORD=VALUE"),
            ("--split", "0", "1 to 1500"),
            ("--split", "1501", "1 to 1500"),
            ("--split", "14,0", "1 to 65535"),
            ("--split", "14,65536", "1 to 65535"),
            ("--split", "14,", "1 to 65535"),
            ("--split", ",14", "1 to 1500"),
            ("--split", "11111111111111111111111", "1 to 1500"),
            ("--watchdog", "86401", "0 to 86400"),
            ("--watchdog", "soon", "0 to 86400"),
            ("--poll", "1000001", "0 to 1000000"),
            ("--poll", "-1", "0 to 1000000"),
            ("--break", "later", "stop go"),
            ("--mtu", "67", "68 to 65521"),
            ("--mac", "52:54:00:12:34", "six bytes"),
            ("--mac", "525400123456", "six bytes"),
            ("--mac", "52:54:00:12:34:5g", "six bytes"),
            ("--mac", "53:54:00:12:34:56", "group address"),
            ("--trace", "/nonexistent-directory/trace", "cannot be written")):
        expect(USAGE, [option, f"'{value}'", rule], *run_with(option, value))
    expect(USAGE, ["--single-element", "--fragment page"],
           *run_with("--single-element", "--fragment", "page"))
    for policy in ("remap", "cached"):
        expect(USAGE, ["--addresses physical", f"--policy {policy}", "auto, pool or copy"],
               *run_with("--addresses", "physical", "--policy", policy))
    expect(USAGE, ["--single-element", "--no-sg"], *run_with("--no-sg", "--single-element"))
    expect(USAGE, ["--inf: cannot read /no/file", "No such file"], *run_with("--inf", "/no/file"))
    for value in ("hard", "", "off"):
        expect(USAGE, ["--verify", f"'{value}'", "report, stop"], *run_with(f"--verify={value}"))
    expect(USAGE, ["'stop'", "options only"], *run_with("--verify", "stop"))
    keywords = [word for number in range(65) for word in ("--set", f"Keyword{number}=1")]
    expect(USAGE, ["at most 64"], *run_with(*keywords), name="65 keywords: 2")
    expect(DEVICE, [f"no PCI device {NO_DEVICE}"],
           *run_with("--tap", "fifteen-letters", "--policy", "remap", "--fragment", "page",
                     "--copybreak", "0x100", "--dma-size", "24", "--irq", "intx", "--set", "A=",
                     "--vfio", "type1", "--split", "14,100", "--mac", "52:54:00:12:34:56", "--no-sg", "--stats",
                     "--offload", "none", "--verify", "--verify=stop"))


def test_adapters():
    """A second --device, --isa or --miniport is for another adapter."""
    def two(status, words, *options):
        expect(status, words, *run_with(*options))

    two(USAGE, ["given twice"], "--device", NO_DEVICE)
    two(USAGE, ["--tap 'nic1'", "two adapters"], "--tap", "nic1", "--device", "00:1f.7",
        "--tap", "nic1")
    two(DEVICE, [f"nic1: there is no PCI device {NO_DEVICE}",
                 "nic2: there is no PCI device ffff:00:00.0",
                 "nic3: there is no PCI device ffff:00:00.1"], "--tap", "nic1",
        "--device", "ffff:00:00.0", "--device", "ffff:00:00.1", "--miniport", REFUSING)
    two(USAGE, ["--device is missing"], "--miniport", REFUSING)
    two(USAGE, ["--policy 'fast'"], "--device", "ffff:00:00.0", "--policy", "fast")
    two(USAGE, ["--mac"], "--device", "ffff:00:00.0", "--mac", "x")
    two(DEVICE, [f"nic0: there is no PCI device {NO_DEVICE}",
                 "nic1: there is no PCI device ffff:00:00.0",
                 "nic7: there is no PCI device ffff:00:00.1"], "--device", "ffff:00:00.0",
        "--device", "ffff:00:00.1", "--tap", "nic7", "--miniport", REFUSING)
    expect(USAGE, ["at most 16"], *run_with(*[word for number in range(16) for word in
                                              ("--device", f"ffff:00:{number:02x}.0")]),
           name="17 adapters: 2")


def test_drivers(directory):
    def file(name, content):
        path = os.path.join(directory, name)
        with open(path, "wb") as stream:
            stream.write(content)
        return path

    def load(status, words, miniport, environment=None, name=None):
        expect(status, words, "run", "--device", NO_DEVICE, "--miniport", miniport,
               environment=environment, name=name)

    load(DRIVER, ["no miniport 'absent'", "NDISRUN_PATH", "absent.so"], "absent")
    load(DRIVER, ["no miniport", "absent.so"], os.path.join(directory, "absent.so"))
    load(DRIVER, ["./absent.so"], "absent.so")
    load(DRIVER, ["an empty one"], file("empty.so", b""))
    load(DRIVER, ["no file"], directory + "/.")
    load(DRIVER, ["no shared object"], file("text.so", b"This is text.\n" * 20))
    load(DRIVER, ["Windows program file"], file("nic.sys", b"MZ" + bytes(200)), name="nic.sys: 4")
    load(DRIVER, ["3 functions", "NdisFirstMissing",
                  "NdisSecondMissing", "NdisMissingData"], MISSING)
    result = ndisrun("run", "--device", NO_DEVICE, "--miniport", MISSING)
    tap.report("NdisOptionalMissing" not in result.stdout, "a weak symbol may be missing",
               result.stdout)
    with open(REFUSING, "rb") as stream:
        content = stream.read()
    load(DRIVER, ["another machine"], file("arm.so", content[:18] + b"\xb7\0" + content[20:]))
    load(DRIVER, ["not a shared object"], file("object.so", content[:16] + b"\1\0" + content[18:]))
    test_cut_files(file, content)
    shutil.copy(REFUSING, os.path.join(directory, "found.so"))
    load(DEVICE, [NO_DEVICE], "found", {"NDISRUN_PATH": f"/nonexistent::{directory}"},
         name="NDISRUN_PATH is searched")


def test_cut_files(file, content):
    """Cut off anywhere, the driver is refused or loads as a whole; ndisrun never crashes."""
    bad = []
    for length in range(1, len(content), max(1, len(content) // 80)):
        path = file("cut.so", content[:length])
        result = ndisrun("run", "--device", NO_DEVICE, "--miniport", path)
        if result.returncode not in (DEVICE, DRIVER) or "ndisrun: error: " not in result.stdout:
            bad.append(f"{length} bytes: status {result.returncode}: {result.stdout}")
    tap.report(not bad, "a driver that is cut off", "\n".join(bad))


def test_control():
    for command in ("stats", "reset", "faults", "stop"):
        expect(INTERFACE, ["no ndisrun serves", NO_INTERFACE], command, NO_INTERFACE)
        expect(USAGE, ["one argument"], command)
        expect(USAGE, ["one argument"], command, "a", "b")
        expect(USAGE, ["'../x'", "1 to 15 characters"], command, "../x")
    expect(INTERFACE, ["no ndisrun serves"], "oid", NO_INTERFACE, "OID_GEN_LINK_SPEED")
    expect(INTERFACE, ["no ndisrun serves"], "oid", NO_INTERFACE, "0x00010107", "00")
    expect(USAGE, ["arguments are given"], "oid", NO_INTERFACE)
    expect(USAGE, ["'OID_ABSENT'"], "oid", NO_INTERFACE, "OID_ABSENT")
    expect(USAGE, ["'-1'"], "oid", NO_INTERFACE, "--", "-1")
    expect(USAGE, ["'0x100000000'"], "oid", NO_INTERFACE, "0x100000000")
    for value in ("", "1", "0g", "00 00"):
        expect(USAGE, [f"'{value}'", "two hexadecimal digits"], "oid", NO_INTERFACE, "1", value)
    for value in ("0x", "0xg", "0x 1", "number:", "number:-1", "number:1.5", "number:0x",
                  "number:18446744073709551616", "0x11112222333344445"):
        expect(USAGE, [f"'{value}'", "64 bits at most"], "oid", NO_INTERFACE, "1", value)
    for value in ("52:54:00:12:34", "52:54:00:12:34:5g", "52:54:00:12:34:56:", "52:54:00:12:34:56,",
                  "52:54-00:12:34:56", ":", "-", "52:54:00:12:34:56,52:54"):
        expect(USAGE, [f"'{value}'", "6 bytes like"], "oid", NO_INTERFACE, "--", "1", value)
    for value in ("00" * 4097, "text:" + 4096 * "x", ",".join(["52:54:00:12:34:56"] * 683)):
        expect(USAGE, ["longer than 4096 bytes"], "oid", NO_INTERFACE, "1", value,
               name=f"oid with a value of {len(value)} characters: 2")
    for value in ("0x20", "number:32", "text:", "text:a:b", "52-54-00-12-34-56",
                  "52:54:00:12:34:56,52:54:00:12:34:57"):
        expect(INTERFACE, ["no ndisrun serves"], "oid", NO_INTERFACE, "1", value)


def main():
    test_commands()
    test_run_options()
    test_adapters()
    with tempfile.TemporaryDirectory() as directory:
        test_drivers(directory)
        test_full_output(directory)
    test_control()
    tap.finish()


if __name__ == "__main__":
    main()
