#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: checkpatch_test.py QEMU-SOURCE DEVICE-DIRECTORY

Each C file of the overlay passes QEMU's scripts/checkpatch.pl.
"""

import glob
import os
import re
import subprocess
import sys

# The register headers are for drivers, too.
LICENCE_OF_DRIVERS = ("sgnic_regs.h", "isa_dma_nic_regs.h")


def complaints(checker, device, path):
    """Of the paths in a QEMU tree, the checker treats tests/ in its own way."""
    result = subprocess.run([checker, "--no-tree", "-f", path], cwd=device, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if "\ntotal: " not in "\n" + result.stdout:
        return result.stdout.splitlines() or ["checkpatch.pl said nothing"]
    # A complaint, and where.
    found = re.findall(r"^((?:ERROR|WARNING): .*)\n((?:#\d+: .*)?)", result.stdout, re.MULTILINE)
    if os.path.basename(path) in LICENCE_OF_DRIVERS:
        found = [lines for lines in found if "acceptable license 'MIT '" not in lines[0]]
    return [" ".join(lines) for lines in found]


def main(source, device):
    checker = os.path.join(os.path.abspath(source), "scripts", "checkpatch.pl")
    files = sorted(path for end in ("c", "h")
                   for path in glob.glob(f"**/*.{end}", root_dir=device, recursive=True))
    failed = 0
    print(f"1..{len(files)}")
    for number, path in enumerate(files, 1):
        found = complaints(checker, device, path)
        failed += bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {path}")
        for line in found:
            print(f"# {line}")
    return 1 if failed or not files else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
