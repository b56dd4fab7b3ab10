#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ndis-cc: what it accepts, what it refuses, and that ndisrun's library loads what it makes.

usage: test_ndis_cc.py LIBNDIS-SHIM.SO
"""

import ctypes
import os
import subprocess
import sys
import tempfile
import unittest

import tap

LIBRARY = os.path.abspath(sys.argv[1])
PROGRAM = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "ndis-cc")

DRIVER = """\
#include "PRECOMP.H"
#include "inc\\Deep.h"

typedef unsigned __int64 counter;
static const counter tag = 'abcd';
#pragma NDIS_INIT_FUNCTION(DriverEntry)

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	NDIS_HANDLE wrapper;

	NdisMInitializeWrapper(&wrapper, driver, path, NULL);
	NdisTerminateWrapper(wrapper, NULL);
	return DepthOf((int)tag) ? NDIS_STATUS_FAILURE : VALUE;
}
"""
HELPER = "#include <Ndis.h>\n#include \"inc\\deep.H\"\nint Other(void) { return DepthOf(1); }\n"
PRECOMP = "#include <NDIS.H>\r\n\x1a"
DEEP = "#ifndef DEEP\r\n#define DEEP\r\n__inline int DepthOf(int x) { return x; }\r\n#endif\r\n\x1a"


class NdisCc(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="ndis-cc-test-")
        self.folder = self.temporary.name
        self.addCleanup(self.temporary.cleanup)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    def write_driver(self):
        self.write("Driver.C", DRIVER)
        self.write("helper.c", HELPER)
        self.write("precomp.h", PRECOMP)
        self.write("Inc/deep.h", DEEP)

    def run_it(self, *arguments, library=LIBRARY):
        return subprocess.run(
            [PROGRAM, "--library", library, *arguments], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False, cwd=self.folder)

    def expect_failure(self, words, *arguments, **keywords):
        result = self.run_it(*arguments, **keywords)
        self.assertNotEqual(result.returncode, 0, result.stdout)
        self.assertNotIn("Traceback", result.stdout)
        for word in words:
            self.assertIn(word, result.stdout)

    def expect_success(self, *arguments):
        result = self.run_it(*arguments)
        self.assertEqual(result.returncode, 0, result.stdout)
        return result.stdout

    def test_a_folder_in_the_manner_of_another_system(self):
        self.write_driver()
        self.expect_success("-DNDIS50_MINIPORT", "-DNDIS_MINIPORT_DRIVER", "-DVALUE=0", ".")
        ctypes.CDLL(LIBRARY, mode=ctypes.RTLD_GLOBAL)
        driver = ctypes.CDLL(os.path.join(self.folder, "driver.so"))
        self.assertTrue(driver.DriverEntry)
        with self.assertRaises(AttributeError):
            driver.Other.restype = None

    def test_messages_name_the_original(self):
        self.write_driver()
        self.expect_failure(["Driver.C:14:", "VALUE", "1 of 2 files"], ".")

    def test_undeclared_function(self):
        self.write("a.c", "#include <ndis.h>\nNTSTATUS DriverEntry(PDRIVER_OBJECT d,"
                   " PUNICODE_STRING p)\n{\n\treturn NdisMRegisterTelepathy(d);\n}\n")
        self.expect_failure(["NdisMRegisterTelepathy is not provided (used in a.c:4)"], ".")

    def test_undefined_function(self):
        self.write("a.c", "#include <ndis.h>\nNTSTATUS HalMakeCoffee(void);\nNTSTATUS"
                   " DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING p)\n"
                   "{\n\treturn HalMakeCoffee();\n}\n")
        self.expect_failure(["HalMakeCoffee is not provided (used in a.c)"], "a.c")

    def test_functions_of_the_c_library_and_of_other_files(self):
        self.write("a.c", "#include <ndis.h>\n#include <string.h>\nint Other(const char *);\n"
                   "NTSTATUS DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING p)\n"
                   "{\n\treturn Other((const char *)p);\n}\n")
        self.write("b.cpp", "#include <ndis.h>\n#include <string.h>\n"
                   'extern "C" int Other(const char *text) { return (int)strlen(text); }\n')
        self.expect_success("a.c", "b.cpp")

    def test_no_entry(self):
        self.write("a.c", "int Nothing;\n")
        self.expect_failure(["no source defines DriverEntry"], "a.c")

    def test_bad_command_lines(self):
        self.write("notes.txt", "")
        os.mkdir(os.path.join(self.folder, "empty"))
        self.expect_failure(["name the driver's folder"])
        self.expect_failure(["no file or folder absent"], "absent")
        self.expect_failure(["no .c or .cpp file in the folder empty"], "empty")
        self.expect_failure(["notes.txt is neither"], "notes.txt")
        self.expect_failure(["-I: there is no folder absent"], "-Iabsent", "notes.txt")
        self.expect_failure(["--unknown"], "--unknown", "notes.txt")
        self.expect_failure(["-O"], "-O7", "notes.txt")

    def test_output_that_cannot_be_written(self):
        self.write("a.c", "#include <ndis.h>\nNTSTATUS DriverEntry(PDRIVER_OBJECT d,"
                   " PUNICODE_STRING p) { return 0; }\n")
        self.expect_failure(["cannot write absent/driver.so"], "-o", "absent/driver.so", "a.c")

    def test_help(self):
        self.assertIn("usage: ndis-cc", self.expect_success("--help"))


if __name__ == "__main__":
    tap.main()
