#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""exports.py NM LIBRARY HEADER...: every function that the headers declare is in the library.

Prints TAP with one test per header that declares functions.
"""

import re
import subprocess
import sys

DECORATIONS = ("NDISAPI", "NTKERNELAPI", "NTSYSAPI", "NTHALAPI")


def declared_functions(header):
    with open(header, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", " ", file.read(), flags=re.DOTALL)
    text = re.sub(r"^[ \t]*#(?:.*\\\n)*.*$", " ", text, flags=re.MULTILINE)
    pattern = r"\b(?:%s)\b([^;(]*?)(\w+)\s*\(" % "|".join(DECORATIONS)
    return [match[2] for match in re.finditer(pattern, text)]


def exported_functions(nm, library):
    listing = subprocess.run([nm, "-D", "--defined-only", library], check=True,
                             capture_output=True, text=True).stdout
    return {line.split()[2].split("@")[0] for line in listing.splitlines()
            if len(line.split()) == 3 and line.split()[1] in "TWi"}


def main():
    if len(sys.argv) < 4:
        sys.exit("usage: exports.py NM LIBRARY HEADER...")
    exported = exported_functions(sys.argv[1], sys.argv[2])
    number = 0
    failed = False
    for header in sys.argv[3:]:
        functions = declared_functions(header)
        if not functions:
            continue
        number += 1
        missing = [name for name in functions if name not in exported]
        name = "/".join(header.split("/")[-2:])
        if missing:
            failed = True
            print(f"not ok {number} - {name}: the library lacks {', '.join(missing)}")
        else:
            print(f"ok {number} - {name}: {len(functions)} functions")
    if number == 0:
        print("Bail out! no header declares a function")
        failed = True
    print(f"1..{number}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
