#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tests of api-coverage: whatever empties a cell of its table must fail."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

import tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
PAGE = os.path.join("docs", "api-coverage.md")
NAME = "NdisMReadDmaCounter"


class ApiCoverage(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.tree = directory.name
        for folder in ("ndis-headers", "guest-shim", "tests", "miniports/tests"):
            shutil.copytree(os.path.join(ROOT, folder), os.path.join(self.tree, folder),
                            copy_function=shutil.copyfile)
        os.mkdir(os.path.join(self.tree, "docs"))
        self.run_tool("--output", os.path.join(self.tree, PAGE))

    def run_tool(self, *arguments):
        return subprocess.run(
            [os.path.join(ROOT, "tools", "api-coverage"), "--root", self.tree, *arguments],
            stdout=subprocess.PIPE, text=True, check=False)

    def edit(self, path, *replacements):
        path = os.path.join(self.tree, path)
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        for old, new in replacements:
            text, count = re.subn(old, new, text)
            self.assertTrue(count, f"'{old}' is not in {path}")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)

    def files(self, column):
        """The headers (0), implementations (1) or tests (2) of NAME."""
        page = self.run_tool("--output", "/dev/stdout").stdout
        row, = (line for line in page.splitlines() if line.startswith(f"| `{NAME}` |"))
        files = row.split("|")[column + 2].replace("`", "").strip()
        self.assertTrue(files)
        return files.split("<br>")

    def expect_failure(self, words):
        result = self.run_tool()
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, rf"(?m)^not ok \d+ - .*{words}")

    def test_a_complete_tree_passes(self):
        result = self.run_tool()
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertNotIn("not ok", result.stdout)

    def test_a_name_without_header(self):
        for path in self.files(0):
            self.edit(path, (rf"{NAME}\(", f"{NAME}Not("))
        self.expect_failure(f"{NAME} has no header")

    def test_a_name_without_implementation(self):
        for path in self.files(1):
            self.edit(path, (rf"{NAME}\(", f"{NAME}Not("))
        self.expect_failure(f"{NAME} has no implementation")

    def test_a_name_of_miniports_that_is_not_there(self):
        names = os.path.join("tests", "names", "miniport_names.txt")
        self.edit(names, (r"\Z", "NdisMRegisterTelepathy 2 here\n"))
        self.expect_failure("NdisMRegisterTelepathy has no header")

    def test_a_name_that_is_not_to_be_there(self):
        names = os.path.join("tests", "names", "miniport_names.txt")
        self.edit(names, (r"\Z", "NdisMSleep 2 ndis6 as a test.\n"))
        self.expect_failure("NdisMSleep is in ndis-headers/")

    def test_a_name_in_comments_and_messages_is_no_test(self):
        for path in self.files(2):
            self.edit(path, (rf"{NAME}\(", f'/* {NAME}() */ puts("{NAME}()"), (void)('))
        self.expect_failure(f"{NAME} has no test")

    def test_a_program_that_is_not_built_is_no_test(self):
        for path in self.files(2):
            folder, name = os.path.split(path)
            stem = re.sub(r"^test_|_test$", "", name.removesuffix(".c"))
            self.edit(os.path.join(folder, "meson.build"),
                      (rf"'(test_)?{stem}(_test)?(\.c)?'", "'other'"))
        self.expect_failure(f"{NAME} has no test")

    def test_an_outdated_page(self):
        self.edit(PAGE, (NAME, "NdisMOther"))
        self.expect_failure("docs/api-coverage.md is what the tree says")
        os.remove(os.path.join(self.tree, PAGE))
        self.expect_failure("docs/api-coverage.md is what the tree says")

    def test_the_page_is_written_where_it_can_be(self):
        page = os.path.join(self.tree, PAGE)
        copy = os.path.join(self.tree, "copy.md")
        os.remove(page)
        self.assertEqual(self.run_tool("--output", copy, "--if-writable", page).returncode, 0)
        with open(page, encoding="utf-8") as first, open(copy, encoding="utf-8") as second:
            self.assertEqual(first.read(), second.read())
        missing = os.path.join(self.tree, "missing", "page.md")
        self.assertEqual(self.run_tool("--output", copy, "--if-writable", missing).returncode, 0)
        self.assertFalse(os.path.exists(missing))

    def test_a_page_that_does_not_change_is_left_alone(self):
        page = os.path.join(self.tree, PAGE)
        os.utime(page, (1, 1))
        self.run_tool("--output", page)
        self.assertEqual(os.stat(page).st_mtime, 1)


if __name__ == "__main__":
    tap.main()
