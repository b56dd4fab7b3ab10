#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The minimal miniport is as short as documents say, and nothing is to be said about it.

usage: minimal_test.py NDIS-CC LIBRARY SOURCE
"""

import os
import re
import subprocess
import sys
import tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "tools",
                                "lib"))
sys.dont_write_bytecode = True
import tap_report  # noqa: E402

LINES = 60
LONGEST = 100
HANDLERS = ("Initialize", "Halt", "QueryInformation", "SetInformation", "Send", "Reset")


def code_lines(text):
    without_comments = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return [line for line in without_comments.splitlines() if line.strip()]


def main():
    compiler, library, source = sys.argv[1:]
    tap = tap_report.Tap()
    with open(source, encoding="ascii") as file:
        lines = code_lines(file.read())
    tap.report(len(lines) <= LINES, f"at most {LINES} lines of code", f"there are {len(lines)}")
    crammed = [line for line in lines if len(line.expandtabs()) > LONGEST
               or re.search(r";\s*\S", re.sub(r"for \(.*\)", "", line))]
    tap.report(not crammed, "one statement on a line", crammed)
    missing = [name for name in HANDLERS
               if not any(f".{name}Handler = " in line for line in lines)]
    tap.report(not missing, "every function that NDIS requires is there", missing)
    with tempfile.TemporaryDirectory() as directory:
        result = subprocess.run(
            [compiler, "-v", "--library", library,
             "-DNDIS_MINIPORT_DRIVER", "-DNDIS50_MINIPORT",
             "-o", os.path.join(directory, "driver.so"), source],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=300)
    tap.report(result.returncode == 0 and "warning:" not in result.stdout,
               "it compiles without a warning", result.stdout.splitlines())
    tap.finish()


if __name__ == "__main__":
    main()
