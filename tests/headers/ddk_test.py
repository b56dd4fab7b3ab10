#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ddk_test.py COMPILER HEADER-FOLDER DDK-FOLDER: compares ndis-headers/ with the DDK's headers.

Every name that both define is compared: constants and enumerators by value, types by size and by
the place, width and kind of each member, functions by their prototypes, macros with parameters by
their number and, where they are constant expressions, by results. A difference fails unless
intended_differences.py names it with its reason, and so does an object identifier or a status of
NDIS 5 that is not here. Prints TAP.
"""

import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..",
                                "tools", "lib"))
sys.dont_write_bytecode = True
import tap_report  # noqa: E402

import ddk_reference
from compiled_headers import CompileError, Headers, preprocess
from dwarf_types import AGGREGATES
from intended_differences import (INTENDED, KIND, MISSING, OF_SOME_RELEASES, OPAQUE, SIZE,
                                  VALUE)

# The DDK refuses to compile miniports of earlier versions; it declares their structures in these.
VERSIONS = (("5.0", "NDIS50_MINIPORT"), ("5.1", "NDIS51_MINIPORT"))
# Windows XP, which brought NDIS 5.1.
SYSTEM = "#define _WIN32_WINNT 0x0501\n#define NTDDI_VERSION 0x05010000\n"
HOST_HEADERS = "#include <ctype.h>\n#include <stdarg.h>\n#include <string.h>\n#include <stddef.h>\n#include <stdint.h>\n"
# Identifiers that a driver's tables name, but for those of QoS, of RNDIS and of NDIS itself.
IDENTIFIERS = re.compile(r"(OID|NDIS_STATUS|NDIS_802_(5|11)|NDIS_FDDI|NDIS_WAN_\w+_STATS)_")
LATER = re.compile(r"OID_(QOS|GEN_RNDIS)_|OID_GEN_NDIS_RESERVED_|OID_LIST$")
GROUPS = ("values", "types", "functions", "macros with parameters", "keywords")


class Comparison:
    """The differences between two sets of headers over the names of both."""

    def __init__(self, ours, theirs, names):
        self.counts = dict.fromkeys(GROUPS, 0)
        self.differences = []     # (name, what, text)
        self._seen = set()
        self._ours, self._theirs = ours, theirs
        names = sorted(names)
        self._our_types, ours_found = ours.probe(names)
        self._their_types, theirs_found = theirs.probe(names)
        for name in names:
            self._name(name, ours_found.get(name), theirs_found.get(name))
        self._samples(name for name in names
                      if ours.arity(name) is not None and theirs.arity(name) is not None)

    def _differ(self, name, what, ours, theirs):
        self.differences.append((name, what, f"{name}: {what}: {ours} here, {theirs} in the DDK"))

    def _name(self, name, ours, theirs):
        if ours is None or theirs is None:
            self._parameters(name, ours, theirs)
        elif ours[0] != theirs[0]:
            self._differ(name, KIND, ours[0], theirs[0])
        elif ours[0] == "value":
            self.counts["values"] += 1
            if ours[1] != theirs[1]:
                self._differ(name, VALUE, hex(ours[1]), hex(theirs[1]))
        elif ours[0] == "type":
            self._type(name, ours[1], theirs[1])
        elif ours[0] == "object":
            self.counts["functions"] += 1
            self._describe(name, "prototype", ours[1], theirs[1])
        else:
            self.counts["keywords"] += 1

    def _parameters(self, name, ours, theirs):
        """A macro with parameters on at least one side."""
        self.counts["macros with parameters"] += 1
        numbers = [self._parameter_count(headers, types, name, found)
                   for headers, types, found in ((self._ours, self._our_types, ours),
                                                 (self._theirs, self._their_types, theirs))]
        if numbers[0] != numbers[1]:
            self._differ(name, KIND, f"{numbers[0]} parameters", f"{numbers[1]} parameters")

    @staticmethod
    def _parameter_count(headers, types, name, found):
        if found is None:
            return headers.arity(name)
        if found[0] == "object" and found[1].tag == "DW_TAG_subroutine_type":
            return len(types.parameters(found[1]))
        return None

    def _samples(self, names):
        names = list(names)
        ours, theirs = self._ours.samples(names), self._theirs.samples(names)
        for name in ours.keys() & theirs.keys():
            if ours[name] != theirs[name]:
                self._differ(name, VALUE, ours[name], theirs[name])

    def _describe(self, name, what, ours, theirs):
        texts = self._our_types.describe(ours), self._their_types.describe(theirs)
        if texts[0] != texts[1]:
            self._differ(name, what, *texts)

    def _type(self, name, ours, theirs):
        if (id(ours), id(theirs)) in self._seen and ours is not None:
            return
        self._seen.add((id(ours), id(theirs)))
        self.counts["types"] += 1
        self._describe(name, SIZE, ours, theirs)
        if ours is None or ours.tag not in AGGREGATES or self._our_types.is_opaque(ours):
            return
        members = self._our_types.members(ours), self._their_types.members(theirs)
        for member in sorted(members[0].keys() | members[1].keys()):
            places = [side.get(member) for side in members]
            if places[0] != places[1]:
                self._differ(name, member if places[0] else MISSING,
                             self._place(places[0]), f"{self._place(places[1])} ({member})")

    @staticmethod
    def _place(place):
        if place is None:
            return "nothing"
        offset, bits, text = place
        where = f"bit {offset}, {bits} bits" if bits else f"offset {offset // 8}"
        return f"{text} at {where}"

    def unexplained(self):
        return [text for name, what, text in self.differences
                if not {what, what.split(".")[0], OPAQUE} & INTENDED.get(name, (set(), ""))[0]]


def our_headers(compiler, folder, source, work, edit=None):
    command = [compiler, "-w", "-fshort-wchar", "-I", folder]
    text, macros = preprocess(command, source, "ndis-headers/")
    if edit:
        text, macros = edit(text, macros)
    return Headers("ndis-headers", command, text, macros, work)


def compare(tap, version, ours, theirs, host_names):
    names = (ours.names() - host_names) & theirs.names()
    result = Comparison(ours, theirs, names)
    notes = result.unexplained()
    for group in GROUPS:
        count = result.counts[group]
        tap.report(count > 0, f"NDIS {version}: {count} {group}")
    tap.report(not notes, f"NDIS {version}: every difference has a reason", notes)
    missing = [name for name in sorted(theirs.names() - ours.names())
               if IDENTIFIERS.match(name) and not LATER.match(name)]
    tap.report(not missing, f"NDIS {version}: every identifier is here", missing)
    return {name for name, _, _ in result.differences}


def check_that_edits_are_found(tap, ours, theirs, host_names, make):
    """The comparison itself: what is changed here on purpose must be reported."""
    def edit(text, macros):
        macros["NDIS_STATUS_RESOURCES"] = (None, "((NDIS_STATUS)0xC000009Bu)")
        macros["BYTES_TO_PAGES"] = (macros["BYTES_TO_PAGES"][0], "((Size) >> 12)")
        for old, new in (("CSHORT MdlFlags;", "LONG MdlFlags;"),
                         ("Width32Bits =", "Width32Bits = 5 +"),
                         ("NdisMFreeMapRegisters(", "NdisMFreeMapRegisters(int More, ")):
            if old not in text:
                raise CompileError(f"the text to edit, '{old}', is not in ndis-headers/")
            text = text.replace(old, new)
        return text, macros
    names = (ours.names() - host_names) & theirs.names()
    reports = "\n".join(Comparison(make(edit), theirs, names).unexplained())
    for name in ("NDIS_STATUS_RESOURCES: value", "MDL: MdlFlags",
                 "Width32Bits: value", "NdisMFreeMapRegisters: prototype", "BYTES_TO_PAGES: value"):
        tap.report(name in reports, f"a change is found: {name}", reports.splitlines())


def run(tap, compiler, headers, ddk, work):
    host_names = Headers("host", [compiler, "-w"],
                         *preprocess([compiler], HOST_HEADERS, "the host's headers"), work).names()
    differing = set()
    for version, macro in VERSIONS:
        source = (f"{SYSTEM}#define NDIS_MINIPORT_DRIVER 1\n#define {macro} 1\n"
                  "#include <ndis.h>\n")
        ours = our_headers(compiler, headers, source, work)
        theirs = ddk_reference.load(compiler, ddk, source, work)
        differing |= compare(tap, version, ours, theirs, host_names)
    check_that_edits_are_found(
        tap, ours, theirs, host_names,
        lambda edit: our_headers(compiler, headers, source, work, edit))
    stale = sorted(set(INTENDED) - OF_SOME_RELEASES - differing)
    tap.report(not stale, "every intended difference exists",
               (f"{name} does not differ: {INTENDED[name][1]}" for name in stale))


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: ddk_test.py COMPILER HEADER-FOLDER DDK-FOLDER")
    compiler, headers, ddk = sys.argv[1:]
    if not os.path.isdir(ddk):
        print(f"1..0 # SKIP there is no {ddk}; install Debian's package mingw-w64-common")
        return
    tap = tap_report.Tap()
    with tempfile.TemporaryDirectory() as work:
        try:
            run(tap, compiler, headers, ddk, work)
        except (CompileError, ddk_reference.RepairError) as error:
            tap.report(False, "the headers compile", str(error))
    tap.finish()


if __name__ == "__main__":
    main()
