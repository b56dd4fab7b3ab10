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
ENTRY = "NTSTATUS DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING p) { return %s; }\n"
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

    def run_it(self, *arguments, library=LIBRARY, temporary=None):
        environment = {**os.environ, "TMPDIR": temporary} if temporary else None
        return subprocess.run(
            [PROGRAM, "--library", library, *arguments], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False, cwd=self.folder, env=environment)

    def expect_failure(self, words, *arguments, **keywords):
        result = self.run_it(*arguments, **keywords)
        self.assertNotEqual(result.returncode, 0, result.stdout)
        self.assertNotIn("Traceback", result.stdout)
        for word in words:
            self.assertIn(word, result.stdout)

    def expect_success(self, *arguments, **keywords):
        result = self.run_it(*arguments, **keywords)
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

    def test_an_error_is_not_lost_among_warnings(self):
        self.write("a.c", "int other(void)\n{\n\tint unused_one;\n\treturn undeclared_one;\n}\n")
        result = self.run_it(".")
        self.assertIn("undeclared_one", result.stdout)
        self.assertNotIn("unused_one", result.stdout)
        self.expect_failure(["undeclared_one", "unused_one"], "-v", ".")

    def test_undeclared_function(self):
        self.write("a.c", "#include <ndis.h>\nNTSTATUS DriverEntry(PDRIVER_OBJECT d,"
                   " PUNICODE_STRING p)\n{\n\treturn NdisMRegisterTelepathy(d);\n}\n")
        self.expect_failure(["NdisMRegisterTelepathy is not provided (used in a.c:4)"], ".")

    def test_own_function_that_is_not_understood(self):
        self.write("a.c", "#include <ndis.h>\nstatic int Own(TELEPATHY t)\n{\n\treturn 0;\n}\n"
                   + ENTRY % "Own(d)")
        result = self.run_it("a.c")
        self.assertNotEqual(result.returncode, 0, result.stdout)
        self.assertIn("TELEPATHY", result.stdout)
        self.assertIn("1 of 1 files could not be compiled", result.stdout)
        self.assertNotIn("not provided", result.stdout)

    def test_inline_functions_of_headers(self):
        """In the manners of several compilers, each in two files."""
        self.write("shared.h", "#include <ndis.h>\n#define inline __forceinline\n"
                   "BOOLEAN FORCEINLINE One(ULONG x) { return x & 1; }\n"
                   "static ULONG FORCEINLINE Two() { return 2; }\n"
                   "static inline ULONG Three(void) { return 3; }\n"
                   "static LPCSTR __inline Four(void) { return \"four\"; }\n"
                   "ULONG __attribute__((__always_inline__)) Five(ULONG x) { return x + 4; }\n")
        self.write("a.c", "#include \"shared.h\"\nULONG Other(void);\n"
                   + ENTRY % "One(3) + Two() + Three() + strlen(Four()) + Five(1) + 100 * Other()")
        self.write("b.c", "#include \"shared.h\"\nULONG Other(void) { return One(1) + Five(0); }\n")
        for level in ("-O0", "-O2"):
            self.expect_success(level, "-o", f"driver{level}.so", "a.c", "b.c")
            ctypes.CDLL(LIBRARY, mode=ctypes.RTLD_GLOBAL)
            driver = ctypes.CDLL(os.path.join(self.folder, f"driver{level}.so"))
            self.assertEqual(driver.DriverEntry(None, None), 515)

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
        self.assertIn("from 2 files", self.expect_success("a.c", "b.cpp", "./a.c", "."))

    def test_text_by_the_rules_of_nt(self):
        """Whether or not the host's headers are included, before or after."""
        host = "#include <stdio.h>\n#include <wchar.h>\n"
        entry = ENTRY % ("sprintf((char *)d, \"%I64x %S\", 1ull << 32, L\"wide\")"
                         " + 100 * (NTSTATUS)wcslen(L\"three\")")
        ctypes.CDLL(LIBRARY, mode=ctypes.RTLD_GLOBAL)
        for number, includes in enumerate(("#include <ndis.h>\n", "#include <ndis.h>\n" + host,
                                           host + "#include <ndis.h>\n")):
            for source, begin in (("a.c", ""), ("a.cpp", "extern \"C\" ")):
                self.write(source, includes + begin + entry)
                made = f"driver{number}{source}.so"
                self.expect_success("-O2", "-o", made, source)
                driver = ctypes.CDLL(os.path.join(self.folder, made))
                text = ctypes.create_string_buffer(64)
                self.assertEqual(driver.DriverEntry(text, None), 514)
                self.assertEqual(text.value, b"100000000 wide")

    def test_included_from_beside_and_above(self):
        """Nothing is written but the driver, wherever the temporary files are."""
        self.write("above.h", "#define ABOVE 1\n")
        self.write("beside/Names.h", "#include \"..\\ABOVE.h\"\n#define BESIDE ABOVE\n")
        self.write("source/a.c", "#include <ndis.h>\n#include \"../beside/names.h\"\n"
                   "#include \"../above.h\"\n" + ENTRY % "BESIDE - ABOVE")
        before = self.contents()
        self.expect_success("-o", "source/driver.so", "source", temporary=self.folder)
        os.unlink(os.path.join(self.folder, "source/driver.so"))
        self.assertEqual(self.contents(), before)

    def contents(self):
        found = {}
        for directory, _, names in os.walk(self.folder):
            for name in names:
                with open(os.path.join(directory, name), "rb") as file:
                    found[os.path.join(directory, name)] = file.read()
        return found

    def test_each_folder_has_its_own_headers(self):
        other = "#include <ndis.h>\n#include \"Config.h\"\nint Other(void) { return CONFIG; }\n"
        self.write("one/config.h", "#define CONFIG 1\n")
        self.write("one/a.c", "#include <ndis.h>\n#include \"Config.h\"\n"
                   "#include \"deep\\x.h\"\nint Other(void);\n"
                   + ENTRY % "CONFIG + DEEP + 10 * Other()")
        self.write("one/deep/config.h", "#define DEEP 5\n")
        self.write("one/deep/x.h", "#include \"CONFIG.h\"\n")
        self.write("two/config.h", "#define CONFIG 2\n")
        self.write("two/b.c", other)
        self.expect_success("one", "two")
        ctypes.CDLL(LIBRARY, mode=ctypes.RTLD_GLOBAL)
        driver = ctypes.CDLL(os.path.join(self.folder, "driver.so"))
        self.assertEqual(driver.DriverEntry(None, None), 26)

    def test_functions_of_this_program_are_not_provided(self):
        """Python itself has zlib and expat."""
        self.write("a.c", "#include <ndis.h>\nULONG crc32(ULONG, PVOID, UINT);\n"
                   "int XML_GetFeatureList(void);\n"
                   + ENTRY % "(NTSTATUS)crc32(0, d, 4) + XML_GetFeatureList()")
        self.expect_failure(["crc32 is not provided (used in a.c)",
                             "XML_GetFeatureList is not provided (used in a.c)"], "a.c")

    def test_what_the_compiler_itself_calls(self):
        self.write("a.cpp", "#include <ndis.h>\nstruct Base { virtual int get(void) = 0; };\n"
                   "struct More : Base { int x; int get(void) { return x; } };\n"
                   "static More more;\n"
                   "unsigned __int128 Divide(unsigned __int128 a, unsigned __int128 b)"
                   " { return a / b; }\n"
                   "extern \"C\" " + ENTRY % "((Base *)&more)->get()")
        self.expect_success("a.cpp")

    def test_a_folder_of_folders(self):
        self.write("card/include/card.h", "#include <ndis.h>\nVOID STDCALL Other(VOID);\n")
        self.write("card/common/other.c", "#include <card.h>\nVOID STDCALL Other(VOID) {}\n")
        self.write("card/win/entry.c", "#include <card.h>\nNTSTATUS STDCALL DriverEntry("
                   "PDRIVER_OBJECT d, PUNICODE_STRING p)\n{\n\tOther();\n\treturn 0;\n}\n")
        self.assertIn("from 2 files", self.expect_success("-Icard/include", "card"))
        # With sources of its own a folder is the driver, and what is in it is something else.
        self.write("card/main.c", "int Nothing;\n")
        self.expect_failure(["no source defines DriverEntry"], "-Icard/include", "card")

    def test_functions_of_the_c_library_without_its_headers(self):
        self.write("a.c", "#include <ndis.h>\nstatic size_t strlcpy(char *to, const char *from)\n"
                   "{\n\tstrcpy(to, from);\n\treturn strlen(to);\n}\n"
                   "int Other(char *);\n"
                   "NTSTATUS DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING p)\n"
                   "{\n\tchar text[8];\n\tmemset(text, 0, sizeof(text));\n"
                   "\tmemcpy(text, p, 4);\n"
                   "\treturn (NTSTATUS)strlcpy(text, \"abc\") + toupper(text[0]) + Other(text);\n}\n")
        self.write("b.cpp", "#include <ntddk.h>\n"
                   'extern "C" int Other(char *text) { return memcmp(text, "abc", 3); }\n')
        self.expect_success("a.c", "b.cpp")

    def test_own_file_with_the_name_of_a_header(self):
        self.write("own/bugcodes.h", "#define OWN 1\n\x1a")
        self.write("own/a.c", "#include <ndis.h>\n#include \"bugcodes.h\"\n"
                   "#include \"Local.h\"\n"
                   "#if OWN != 1 || LOCAL != 2 || !defined(NDIS_STATUS_SUCCESS)\n#error wrong\n#endif\n"
                   "NTSTATUS DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING p) { return 0; }\n")
        self.write("own/local.h", "#include \"BUGCODES.H\"\n#define LOCAL (OWN + 1)\n")
        self.expect_success("own")
        self.write("own/a.c", "#include <bugcodes.h>\n#ifdef OWN\n#error wrong\n#endif\n"
                   "#include <ndis.h>\n"
                   "NTSTATUS DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING p) { return 0; }\n")
        self.expect_success("own")

    def test_annotations_of_the_first_generation(self):
        for name in ("a.c", "b.cpp"):
            self.write(name, "#include <ndis.h>\n" + ('extern "C" ' if "cpp" in name else "") +
                       f"NTSTATUS {'Other' if 'cpp' in name else 'DriverEntry'}"
                       "(__in PDRIVER_OBJECT d, __in_opt __out PUNICODE_STRING p)\n"
                       "{ return d && p; }\n")
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
        self.expect_failure(["--headers: there is no ndis.h in empty"], "--headers", "empty", "notes.txt")
        self.expect_failure(["--library: there is no file absent"], "notes.txt", library="absent")
        self.expect_failure(["--unknown"], "--unknown", "notes.txt")
        self.expect_failure(["-O"], "-O7", "notes.txt")

    def test_output_that_cannot_be_written(self):
        self.write("a.c", "#include <ndis.h>\nNTSTATUS DriverEntry(PDRIVER_OBJECT d,"
                   " PUNICODE_STRING p) { return 0; }\n")
        self.expect_failure(["cannot write absent/driver.so"], "-o", "absent/driver.so", "a.c")

    def test_library_that_is_none(self):
        path = self.write("library.so", "text")
        self.write("a.c", "#include <ndis.h>\n" + ENTRY % "0")
        self.expect_failure(["library.so", "could not be linked"], "a.c", library=path)

    def test_help(self):
        self.assertIn("usage: ndis-cc", self.expect_success("--help"))


if __name__ == "__main__":
    tap.main()
