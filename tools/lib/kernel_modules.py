#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: kernel_modules.py PACKAGE-ROOT TARGET MODULE...

Copies kernel modules, with all modules they depend on, from an unpacked kernel
package to the directory TARGET, decompressed and numbered in load order. A
kernel package has no modules.dep, so the dependencies are read from the
modules. MODULE followed by '?' may be missing; one built into the kernel is
passed over.
"""

import glob
import lzma
import os
import re
import sys


def die(message):
    sys.exit(f"kernel_modules.py: error: {message}")


def normal(name):
    return name.replace("-", "_")


def find_modules(root):
    """Module name -> path of its file."""
    found = {}
    for directory, _, names in os.walk(os.path.join(root)):
        for name in names:
            match = re.fullmatch(r"(.+)\.ko(\.xz)?", name)
            if match:
                found[normal(match.group(1))] = os.path.join(directory, name)
    return found


def builtin_modules(root):
    names = set()
    for path in glob.glob(os.path.join(root, "**", "modules.builtin"), recursive=True):
        with open(path, encoding="ascii") as stream:
            names |= {normal(os.path.basename(line.strip())[:-len(".ko")]) for line in stream}
    return names


def read_module(path):
    with open(path, "rb") as stream:
        content = stream.read()
    return lzma.decompress(content) if path.endswith(".xz") else content


def dependencies(content):
    """The names in the module's modinfo entry 'depends'."""
    match = re.search(rb"\0depends=([^\0]*)\0", content)
    if not match:
        return []
    return [normal(name) for name in match.group(1).decode("ascii").split(",") if name]


class Selection:
    """Modules in load order: a module comes after all it depends on."""

    def __init__(self, available, builtin):
        self.available, self.builtin = available, builtin
        self.contents = {}

    def add(self, name, wanted_by=None):
        if name in self.contents or name in self.builtin:
            return
        if name not in self.available:
            reason = f", which {wanted_by} needs" if wanted_by else ""
            die(f"the kernel has no module {name}{reason}")
        content = read_module(self.available[name])
        for dependency in dependencies(content):
            self.add(dependency, name)
        self.contents[name] = content


def main(root, target, names):
    selection = Selection(find_modules(root), builtin_modules(root))
    for name in names:
        wanted = normal(name.rstrip("?"))
        if name.endswith("?") and wanted not in selection.available:
            continue
        selection.add(wanted)
    os.makedirs(target)
    for number, (name, content) in enumerate(selection.contents.items()):
        with open(os.path.join(target, f"{number:02}-{name}.ko"), "wb") as stream:
            stream.write(content)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    try:
        main(sys.argv[1], sys.argv[2], sys.argv[3:])
    except (OSError, lzma.LZMAError) as error:
        die(error)
