#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""names_test.py COMPILER HEADER-FOLDER LIBRARY NAMES: walks the list of names.

For each NDIS version a source that uses every name is compiled against the headers, linked to the
library with nothing left undefined, and its functions are looked up there. A name of NDIS 6 must be
free for a driver's own use. Prints TAP: a line for each version and name that is not as it should be,
one for each group that is.
"""

import ctypes
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..",
                                "tools", "lib"))
sys.dont_write_bytecode = True
import tap_report  # noqa: E402

VERSIONS = (("3.0", []), ("4.0", ["-DNDIS40_MINIPORT"]), ("5.0", ["-DNDIS50_MINIPORT"]),
            ("5.1", ["-DNDIS51_MINIPORT"]),
            ("5.1, WDM, legacy, binary compatible",
             ["-DNDIS51_MINIPORT", "-DNDIS_WDM=1", "-DNDIS_LEGACY_MINIPORT=1",
              "-DBINARY_COMPATIBLE=1"]))
INCLUDES = "#include <ndis.h>\n#include <ntstrsafe.h>\n"


def read_names(path):
    """{kind: [(name, section)]}"""
    kinds = {"here": [], "ndis6": [], "undefined": []}
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, section, kind = line.split()[:3]
                kinds[kind].append((name, section))
    return kinds


class Compiler:
    def __init__(self, program, headers, library, folder):
        self._command = [program, "-std=gnu11", "-fshort-wchar", "-fPIC", "-I", headers,
                         "-DNDIS_MINIPORT_DRIVER", "-Wall", "-Wextra", "-Werror",
                         "-Wno-multichar", "-Wno-unknown-pragmas", "-Wno-unused-macros"]
        self._library, self._folder = library, folder

    def run(self, source, *options):
        """What the compiler has to say against the source; "" for nothing."""
        path = os.path.join(self._folder, "names.c")
        with open(path, "w", encoding="utf-8") as file:
            file.write(source)
        result = subprocess.run([*self._command, path, *options], capture_output=True, text=True,
                                check=False)
        return result.stderr if result.returncode else ""

    def link(self, source, *options):
        made = os.path.join(self._folder, "names.so")
        return self.run(source, self._library, *options, "-shared", "-Wl,--no-undefined",
                        "-o", made)

    def check(self, source, *options):
        return self.run(source, *options, "-fsyntax-only")


def use(name):
    """Takes the address of a function; a macro is there if it is defined."""
    return (f"#ifndef {name}\nconst void *use_{name}(void);\nconst void *use_{name}(void)\n"
            f"{{ return (const void *){name}; }}\n#endif\n")


def own(name):
    """A driver's own use of a name."""
    return f"#ifdef {name}\n#error {name} is a macro\n#endif\nint {name};\n"


def wrong_ones(names, make, compile_it):
    """The names that fail, found by halves: those that are well cost next to nothing."""
    error = compile_it(INCLUDES + "".join(make(name) for name, _ in names))
    if not error:
        return []
    if len(names) == 1:
        return [f"{names[0][0]}: {error.splitlines()[0]}"]
    middle = len(names) // 2
    return (wrong_ones(names[:middle], make, compile_it)
            + wrong_ones(names[middle:], make, compile_it)
            or [f"only together: {error.splitlines()[0]}"])


def walk(tap, compiler, library, kinds):
    for version, options in VERSIONS:
        wrong = wrong_ones(kinds["here"], use, lambda source: compiler.link(source, *options))
        tap.report(not wrong, f"NDIS {version}: {len(kinds['here'])} names are there", wrong)
        wrong = wrong_ones(kinds["ndis6"], own, lambda source: compiler.check(source, *options))
        tap.report(not wrong, f"NDIS {version}: {len(kinds['ndis6'])} names of NDIS 6 are not",
                   wrong)
        wrong = wrong_ones(kinds["undefined"], own,
                           lambda source: compiler.check(source, *options))
        tap.report(not wrong, f"NDIS {version}: {len(kinds['undefined'])} macro is not defined",
                   wrong)
    loaded = ctypes.CDLL(library)
    wrong = [name for name, _ in kinds["ndis6"] if hasattr(loaded, name)]
    tap.report(not wrong, "the library has no function of NDIS 6", wrong)


def check_that_gaps_are_found(tap, compiler):
    """The walk itself."""
    missing = wrong_ones([("NdisMRegisterTelepathy", "1"), ("NdisMSleep", "1")], use,
                         compiler.link)
    tap.report([line.split(":")[0] for line in missing] == ["NdisMRegisterTelepathy"],
               "a name that is not there is found", missing)
    visible = wrong_ones([("NdisMSleep", "1"), ("NdisMQueueDpc", "2")], own, compiler.check)
    tap.report([line.split(":")[0] for line in visible] == ["NdisMSleep"],
               "a name that is visible is found", visible)


def main():
    if len(sys.argv) != 5:
        sys.exit("usage: names_test.py COMPILER HEADER-FOLDER LIBRARY NAMES")
    compiler, headers, library, names = sys.argv[1:]
    tap = tap_report.Tap()
    with tempfile.TemporaryDirectory() as folder:
        compiler = Compiler(compiler, headers, os.path.abspath(library), folder)
        walk(tap, compiler, os.path.abspath(library), read_names(names))
        check_that_gaps_are_found(tap, compiler)
    tap.finish()


if __name__ == "__main__":
    main()
