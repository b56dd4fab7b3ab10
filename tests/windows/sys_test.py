#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The sgnic miniport as a Windows driver: it builds, and is what Windows loads.

usage: sys_test.py SOURCE-DIRECTORY NDISRUN
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE, NDISRUN = sys.argv[1:3]
sys.path.insert(0, os.path.join(SOURCE, "tools", "lib"))
sys.dont_write_bytecode = True
import tap_report  # noqa: E402

# Name of the kind: prefix of mingw-w64's tools, format and size of pointers of the file.
KINDS = {"x86": ("i686-w64-mingw32", "pei-i386", 32), "amd64": ("x86_64-w64-mingw32", "pei-x86-64", 64)}
LIBRARIES = {"ndis.sys", "ntoskrnl.exe", "hal.dll"}
# NDIS 6 begins where these are.
NDIS6 = re.compile(r"NetBufferList|NdisMRegisterMiniportDriver|Ndis.*Ex[2-9]$|NdisMSetMiniport|"
                   r"NdisMAllocateNetBuffer|NdisMOid|NdisAllocateIoWork|NdisMRegisterInterruptEx")

tap = tap_report.Tap()


def text_of(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=300, check=False)


def imports(dump):
    """Library: names of functions."""
    found, library = {}, None
    for line in dump.splitlines():
        match = re.match(r"\s+DLL Name: (\S+)", line)
        if match:
            library = match[1]
            found.setdefault(library, set())
            continue
        # Address and hint; newer binutils have an ordinal, or "<none>", between them
        match = re.match(r"\s+[0-9a-f]+\s+(?:<none>\s+)?[0-9a-f]+\s+([A-Za-z_]\w*)$", line)
        if match and library:
            found[library].add(match[1])
        elif line.startswith("The Export Tables") or line.startswith("PE File Base"):
            library = None
    return found


def test_driver(kind, path):
    prefix, form, _ = KINDS[kind]
    dump = text_of(f"{prefix}-objdump", "-p", "-f", path).stdout
    found = imports(dump)
    functions = set().union(*found.values())
    tap.report(form in dump, f"{kind}: {form}", dump[:2000])
    tap.report(found and {name.lower() for name in found} <= LIBRARIES,
               f"{kind}: needs nothing but {', '.join(sorted(LIBRARIES))}", f"{found}")
    tap.report({"NdisMRegisterMiniport", "NdisMStartBufferPhysicalMapping"} <= functions and
               not any(NDIS6.search(name) for name in functions),
               f"{kind}: {len(functions)} imported functions, of NDIS 5", f"{sorted(functions)}")
    tap.report(re.search(r"Subsystem\s+0+1\s", dump), f"{kind}: subsystem native", dump[:3000])
    entry = re.search(r"AddressOfEntryPoint\s+0*([0-9a-f]+)", dump)
    tap.report(entry and int(entry[1], 16) != 0, f"{kind}: an entry point", dump[:3000])
    tap.report("reloc" in text_of(f"{prefix}-objdump", "-h", path).stdout,
               f"{kind}: relocations", dump[:3000])


def test_inf(path):
    with open(path, "rb") as file:
        content = file.read()
    tap.report(b"\r\n" in content and content.count(b"\n") == content.count(b"\r\n"),
               "lines of the INF file end with CR LF")
    result = text_of(NDISRUN, "inf", path, r"PCI\VEN_1AF4&DEV_10F0")
    tap.report(result.returncode == 0 and "MapRegisters = 32 (int, 1 to 64)" in result.stdout,
               "the INF file sets the keywords", result.stdout)


def main():
    missing = [prefix for prefix, _, _ in KINDS.values() if not shutil.which(prefix + "-gcc-win32")]
    if missing:
        print(f"1..0 # SKIP no compiler {' '.join(missing)}")
        return
    with tempfile.TemporaryDirectory() as directory:
        result = text_of(os.path.join(SOURCE, "tools", "build-sys"), "--output", directory)
        tap.report(result.returncode == 0 and not result.stdout, "the driver builds, without a warning", result.stdout)
        if result.returncode == 0:
            for kind in KINDS:
                test_driver(kind, os.path.join(directory, kind, "sgnic.sys"))
            test_inf(os.path.join(directory, "sgnic.inf"))
    tap.finish()


if __name__ == "__main__":
    main()
