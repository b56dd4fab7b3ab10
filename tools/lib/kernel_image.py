#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: kernel_image.py VMLINUZ VMLINUX

Unpacks the kernel that a bzImage holds, an ELF file that QEMU boots by its PVH
entry. The guest's emulated processor takes longer to unpack it than to boot.
"""

import lzma
import shutil
import struct
import subprocess
import sys

# Offsets of Documentation/arch/x86/boot.rst.
SETUP_SECTORS = 0x1F1
MAGIC = 0x202
PROTOCOL = 0x206
PAYLOAD = 0x248
HEADER_END = 0x250
SECTOR = 512
FIRST_PROTOCOL_WITH_PAYLOAD = 0x208


class ImageError(Exception):
    pass


def payload(image):
    """The compressed kernel, without the size that the build puts behind it."""
    if len(image) < HEADER_END or image[MAGIC:MAGIC + 4] != b"HdrS":
        raise ImageError("it is no bzImage (no 'HdrS' at 0x202)")
    protocol, = struct.unpack_from("<H", image, PROTOCOL)
    if protocol < FIRST_PROTOCOL_WITH_PAYLOAD:
        raise ImageError(f"its boot protocol is {protocol:#x}; {FIRST_PROTOCOL_WITH_PAYLOAD:#x} "
                         "or newer says where the kernel is")
    offset, length = struct.unpack_from("<II", image, PAYLOAD)
    begin = ((image[SETUP_SECTORS] or 4) + 1) * SECTOR + offset
    if length <= 4 or begin + length > len(image):
        raise ImageError(f"{length} bytes at {begin:#x} hold the kernel, and the file has "
                         f"{len(image)} bytes")
    return image[begin:begin + length - 4]


def unpack_zstd(data):
    if not shutil.which("zstd"):
        raise ImageError("it is compressed by zstd; install Debian's package zstd")
    result = subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, check=False)
    if result.returncode != 0:
        raise ImageError(result.stderr.decode("utf-8", "replace").strip())
    return result.stdout


def unpack(image):
    data = payload(image)
    if data.startswith(b"\xfd7zXZ\0"):
        try:
            kernel = lzma.decompress(data)
        except lzma.LZMAError as error:
            raise ImageError(f"xz: {error}") from error
    elif data.startswith(b"\x28\xb5\x2f\xfd"):
        kernel = unpack_zstd(data)
    else:
        raise ImageError(f"its compression, which begins with {data[:6].hex()}, is neither xz "
                         "nor zstd")
    if not kernel.startswith(b"\x7fELF"):
        raise ImageError(f"it unpacks to {len(kernel)} bytes that are no ELF file")
    return kernel


def main(source, target):
    try:
        with open(source, "rb") as stream:
            kernel = unpack(stream.read())
        with open(target, "wb") as stream:
            stream.write(kernel)
    except (ImageError, OSError) as error:
        sys.exit(f"kernel_image.py: error: {source}: {error}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
