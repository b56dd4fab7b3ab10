#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tests of the guest's archives, module selection, file server and launcher."""

import http.client
import lzma
import os
import struct
import subprocess
import sys
import tempfile
import unittest

import tap

TOOLS = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
sys.path.insert(0, os.path.join(TOOLS, "lib"))
sys.dont_write_bytecode = True
import cpio  # noqa: E402
import kernel_image  # noqa: E402
import kernel_modules  # noqa: E402
import vm  # noqa: E402


def entries(archive):
    """Name -> (mode, data) of a newc archive, read by the format's definition."""
    found, position = {}, 0
    while True:
        header = archive[position:position + 110]
        fields = [int(header[6 + 8 * i:14 + 8 * i], 16) for i in range(13)]
        name = archive[position + 110:position + 110 + fields[11] - 1].decode()
        position += -(-(110 + fields[11]) // 4) * 4
        if name == "TRAILER!!!":
            return found
        found[name] = (fields[1], archive[position:position + fields[6]])
        position += -(-fields[6] // 4) * 4


class Cpio(unittest.TestCase):
    def test_content_comes_back(self):
        archive = cpio.Archive()
        archive.file("/a/b/c", b"12345", 0o755)
        archive.link("a/l", "b/c")
        archive.file("empty", b"")
        self.assertEqual(entries(archive.content()), {
            "a": (0o40755, b""), "a/b": (0o40755, b""), "a/b/c": (0o100755, b"12345"),
            "a/l": (0o120777, b"b/c"), "empty": (0o100644, b"")})

    def test_size_allows_a_second_archive_behind(self):
        archive = cpio.Archive()
        archive.file("x", b"1")
        self.assertEqual(len(archive.content()) % 512, 0)

    def test_scenario_arguments_keep_blanks(self):
        content = vm.scenario_archive(None, ["a b", "", "c'd"], {}, False)
        self.assertEqual(entries(content)["scenario/arguments"][1], b"a b\n\nc'd\n")

    def test_scenario_arguments_refuse_line_breaks(self):
        with self.assertRaisesRegex(vm.VmError, "line break"):
            vm.scenario_archive(None, ["a\nb"], {}, False)


class Modules(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = os.path.join(directory.name, "root")
        self.target = os.path.join(directory.name, "target")
        kernel = os.path.join(self.root, "lib", "modules", "1", "kernel")
        os.makedirs(kernel)
        for name, depends in (("top", "middle-one"), ("middle_one", "base,built"), ("base", "")):
            content = b"ELF\0name=x\0depends=" + depends.encode() + b"\0"
            with open(os.path.join(kernel, f"{name}.ko.xz"), "wb") as stream:
                stream.write(lzma.compress(content))
        with open(os.path.join(kernel, "..", "modules.builtin"), "w", encoding="ascii") as stream:
            stream.write("kernel/lib/built.ko\n")

    def select(self, *names):
        kernel_modules.main(self.root, self.target, names)
        return sorted(os.listdir(self.target))

    def test_dependencies_come_first(self):
        self.assertEqual(self.select("top"), ["00-base.ko", "01-middle_one.ko", "02-top.ko"])

    def test_each_module_once(self):
        self.assertEqual(self.select("base", "top", "built"),
                         ["00-base.ko", "01-middle_one.ko", "02-top.ko"])

    def test_optional_module_may_be_missing(self):
        self.assertEqual(self.select("base", "none?"), ["00-base.ko"])

    def test_missing_module_is_named(self):
        with self.assertRaisesRegex(SystemExit, "no module none"):
            self.select("none")


class Kernel(unittest.TestCase):
    KERNEL = b"\x7fELF" + bytes(range(256)) * 40

    @staticmethod
    def image(data, protocol=0x20f):
        """A bzImage with two sectors of setup and the payload 16 bytes behind them."""
        data += struct.pack("<I", 1)
        header = bytearray(3 * 512 + 16)
        header[0x1f1] = 2
        header[0x202:0x206] = b"HdrS"
        struct.pack_into("<H", header, 0x206, protocol)
        struct.pack_into("<II", header, 0x248, 16, len(data))
        return bytes(header) + data

    def refused(self, image, words):
        with self.assertRaisesRegex(kernel_image.ImageError, words):
            kernel_image.unpack(image)

    def test_xz(self):
        self.assertEqual(kernel_image.unpack(self.image(lzma.compress(self.KERNEL))), self.KERNEL)

    def test_zstd(self):
        data = subprocess.run(["zstd", "-cq"], input=self.KERNEL, stdout=subprocess.PIPE,
                              check=True).stdout
        self.assertEqual(kernel_image.unpack(self.image(data)), self.KERNEL)

    def test_what_is_no_image(self):
        self.refused(b"", "no bzImage")
        self.refused(bytes(4096), "no bzImage")
        self.refused(self.image(b"x", protocol=0x207), "boot protocol is 0x207")

    def test_damaged(self):
        image = self.image(lzma.compress(self.KERNEL))
        self.refused(image[:-1], "hold the kernel")
        self.refused(image[:1600] + bytes(40) + image[1640:], "xz: ")
        self.refused(self.image(b"\x28\xb5\x2f\xfd" + bytes(50)), "stdin")

    def test_other_compression(self):
        self.refused(self.image(b"\x1f\x8b" + bytes(50)), "begins with 1f8b00000000, is neither")

    def test_other_content(self):
        self.refused(self.image(lzma.compress(b"no kernel")), "9 bytes that are no ELF file")


class FileServer(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        server = subprocess.Popen([os.path.join(TOOLS, "file-server"), self.directory],
                                  stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        self.port = int(server.stdout.readline())

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.addCleanup(connection.close)
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.read()

    def test_upload_comes_back(self):
        body = os.urandom(3_000_001)
        self.assertEqual(self.request("PUT", "/f", body)[0], 201)
        self.assertEqual(self.request("GET", "/f"), (200, body))

    def test_missing_file(self):
        self.assertEqual(self.request("GET", "/none")[0], 404)

    def test_path_outside_is_refused(self):
        for path in ("/../f", "/a/b", "/.hidden", "/", "/%2e%2e"):
            self.assertEqual(self.request("GET", path)[0], 400, path)
            self.assertEqual(self.request("PUT", path, b"x")[0], 400, path)

    def test_short_body_leaves_no_file(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.addCleanup(connection.close)
        connection.putrequest("PUT", "/short")
        connection.putheader("Content-Length", "10")
        connection.endheaders(b"12345")
        connection.sock.shutdown(1)
        self.assertEqual(connection.getresponse().status, 400)
        self.assertEqual(os.listdir(self.directory), [])


class Launcher(unittest.TestCase):
    def run_vm(self, *words):
        return subprocess.run([os.path.join(TOOLS, "run-vm"), *words], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, timeout=60)

    def assert_refused(self, text, *words):
        result = self.run_vm(*words)
        self.assertEqual(result.returncode, 125)
        self.assertIn(text, result.stdout)

    def test_missing_qemu(self):
        self.assert_refused("run tools/build-qemu", "--qemu", "/nonexistent")

    def test_missing_guest(self):
        self.assert_refused("run tools/guest-image", "--qemu", "/bin/true", "--guest",
                            "/nonexistent")

    def test_time_out_of_range(self):
        self.assert_refused("--timeout 0: must be more than 0", "--timeout", "0")

    def test_no_processors(self):
        self.assert_refused("--cpus 0: must be 1 or more", "--cpus", "0")


if __name__ == "__main__":
    tap.main()
