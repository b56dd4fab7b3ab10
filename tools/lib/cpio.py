# SPDX-License-Identifier: MIT
"""Writes cpio archives of the format 'newc', which Linux unpacks as initramfs.

The archive holds no times and numbers its inodes in order, so equal content
gives equal archives.
"""

import os
import stat


class Archive:
    def __init__(self):
        self._parts = []
        self._names = set()

    def _entry(self, name, mode, data=b"", device=(0, 0)):
        encoded = name.encode() + b"\0"
        fields = [len(self._names) + 1, mode, 0, 0, 1, 0, len(data), 0, 0, *device,
                  len(encoded), 0]
        header = b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
        self._parts += [header, bytes(-len(header) % 4), data, bytes(-len(data) % 4)]
        self._names.add(name)

    def _parents(self, name):
        parent = os.path.dirname(name)
        if parent and parent not in self._names:
            self.directory(parent)

    def has(self, name):
        return name.strip("/") in self._names

    def directory(self, name):
        name = name.strip("/")
        if name not in self._names:
            self._parents(name)
            self._entry(name, stat.S_IFDIR | 0o755)

    def file(self, name, data, mode=0o644):
        name = name.strip("/")
        self._parents(name)
        self._entry(name, stat.S_IFREG | mode, data)

    def copy(self, name, path):
        """Takes content and the executable bit of the file at path."""
        executable = os.stat(path).st_mode & 0o100
        with open(path, "rb") as stream:
            self.file(name, stream.read(), 0o755 if executable else 0o644)

    def link(self, name, target):
        name = name.strip("/")
        self._parents(name)
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def character_device(self, name, major, minor):
        name = name.strip("/")
        self._parents(name)
        self._entry(name, stat.S_IFCHR | 0o600, device=(major, minor))

    def content(self):
        self._entry("TRAILER!!!", 0)
        body = b"".join(self._parts)
        return body + bytes(-len(body) % 512)
