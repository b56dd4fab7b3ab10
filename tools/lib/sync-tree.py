#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: sync-tree.py FROM TO

Makes the directory TO a copy of FROM, touching only what differs in size or
time of modification, so that a build in TO stays incremental. FROM is only
read. Version-control data and a build directory in it are left out. What
apply-overlay added to TO stays.
"""

import os
import shutil
import sys

IGNORED = {".git", "build"}
STAMPS = ".ndis-shim-stamps"


def listing(root):
    """Relative path -> (size, mtime) of each file and symbolic link."""
    found = {}
    for directory, subdirectories, names in os.walk(root):
        relative = os.path.relpath(directory, root)
        if relative == ".":
            relative = ""
            subdirectories[:] = [d for d in subdirectories if d not in IGNORED]
        for name in names + [d for d in subdirectories
                             if os.path.islink(os.path.join(directory, d))]:
            status = os.lstat(os.path.join(directory, name))
            found[os.path.join(relative, name)] = f"{status.st_size} {status.st_mtime_ns}"
    return found


def read_stamps(path):
    """What TO was last copied from: apply-overlay changes files in TO itself."""
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as stream:
        return dict(line.rstrip("\n").split("\t") for line in stream)


def main():
    source, target = sys.argv[1:3]
    stamps_path = os.path.join(target, STAMPS)
    wanted, before = listing(source), read_stamps(stamps_path)
    for name, stamp in wanted.items():
        destination = os.path.join(target, name)
        if before.get(name) == stamp and os.path.lexists(destination):
            continue
        os.makedirs(os.path.dirname(destination), exist_ok=True)
        if os.path.lexists(destination):
            os.unlink(destination)
        shutil.copy2(os.path.join(source, name), destination, follow_symlinks=False)
    for name in set(before) - set(wanted):
        if os.path.lexists(os.path.join(target, name)):
            os.unlink(os.path.join(target, name))
    with open(stamps_path + ".new", "w", encoding="utf-8") as stream:
        stream.writelines(f"{name}\t{stamp}\n" for name, stamp in sorted(wanted.items()))
    os.replace(stamps_path + ".new", stamps_path)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main()
    except OSError as error:
        sys.exit(f"sync-tree.py: error: {error}")
