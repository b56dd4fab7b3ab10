#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What "meson install" leaves is enough to build a host program and a miniport.

usage: install_test.py BUILD-DIRECTORY
"""

import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)),
                                "..", "..", "tools", "tests"))
sys.dont_write_bytecode = True
import tap  # noqa: E402

BUILD = sys.argv[1]

HOST_PROGRAM = """
#include <stdio.h>
#include <ndis_shim.h>

int main(void)
{
	enum dma_policy policy;

	if (dma_policy_from_name("remap", &policy))
		return 1;
	shim_log_to(stderr);
	puts(dma_policy_name(policy));
	return 0;
}
"""

MINIPORT = """
#define NDIS50_MINIPORT 1
#define NDIS_MINIPORT_DRIVER 1
#include <ndis.h>

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	NDIS_HANDLE wrapper;

	NdisMInitializeWrapper(&wrapper, driver, path, NULL);
	NdisTerminateWrapper(wrapper, NULL);
	return NDIS_STATUS_FAILURE;
}
"""


def run(command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, **options).stdout


def only(paths):
    (path,) = paths
    return path


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="ndis-shim-install-")
        cls.root = os.path.join(cls.directory.name, "root")
        environment = {**os.environ, "DESTDIR": cls.root}
        run(["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet"], env=environment)
        cls.files = [os.path.join(path, name) for path, _, names in os.walk(cls.root)
                     for name in names]
        cls.library = os.path.dirname(cls.find("libndis-shim.so"))
        cls.environment = {
            **os.environ,
            "PKG_CONFIG_LIBDIR": os.path.dirname(cls.find("ndis-shim.pc")) + ":" +
            run(["pkg-config", "--variable", "pc_path", "pkg-config"]).strip(),
            "PKG_CONFIG_SYSROOT_DIR": cls.root,
            "LD_LIBRARY_PATH": cls.library,
        }

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    @classmethod
    def find(cls, name):
        return only(path for path in cls.files if os.path.basename(path) == name)

    def pkg_config(self, *options):
        return run(["pkg-config", *options, "ndis-shim"], env=self.environment).split()

    def compile(self, source, name, *options):
        path = os.path.join(self.directory.name, name)
        with open(path + ".c", "w", encoding="utf-8") as stream:
            stream.write(source)
        run(["cc", "-Wall", "-Wextra", "-Werror", path + ".c", "-o", path,
             *self.pkg_config("--cflags"), *options])
        return path

    def test_host_program_with_the_shared_library(self):
        program = self.compile(HOST_PROGRAM, "shared", *self.pkg_config("--libs"))
        self.assertEqual(run([program], env=self.environment), "remap\n")

    def test_host_program_with_the_static_library(self):
        program = self.compile(HOST_PROGRAM, "static", self.find("libndis-shim.a"), "-lm", "-ldl")
        environment = {**self.environment, "LD_LIBRARY_PATH": ""}
        self.assertEqual(run([program], env=environment), "remap\n")

    def test_miniport(self):
        path = self.compile(MINIPORT, "driver.so", "-shared", "-fPIC")
        self.assertIn("NdisMInitializeWrapper", run(["nm", "--dynamic", "--undefined-only", path]))

    def test_ndis_cc_finds_its_headers_and_library(self):
        path = os.path.join(self.directory.name, "compiled.c")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(MINIPORT)
        run([self.find("ndis-cc"), "-o", path + ".so", path])
        self.assertIn("DriverEntry", run(["nm", "--dynamic", "--defined-only", path + ".so"]))
        self.assertTrue(self.find("ndis-cc.1").endswith("man1/ndis-cc.1"))

    def test_ndisrun_and_its_parts(self):
        version = run([self.find("ndisrun"), "--version"], env=self.environment)
        self.assertRegex(version, r"\d+\.\d+\.\d+")
        self.assertTrue(self.find("ndisrun.8").endswith("man8/ndisrun.8"))
        self.assertTrue(os.path.dirname(self.find("sgnic.so")).endswith("/ndis-shim"))

    def test_every_installed_header_knows_its_licence(self):
        for path in self.files:
            if path.endswith(".h"):
                with open(path, encoding="utf-8") as stream:
                    self.assertIn("SPDX-License-Identifier: MIT", stream.readline(), path)


if __name__ == "__main__":
    tap.main()
