#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tests of count_tests.py, which decides whether ./check passes."""

import json
import os
import subprocess
import tempfile
import unittest

import tap

PROGRAM = """
import unittest, tap
class Parts(unittest.TestCase):
    def test_parts(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertNotEqual(number, 1)
tap.main()
"""
TOOLS = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
CASES = {"pass": "<testcase name='a'/>",
         "fail": "<testcase name='b'><failure/></testcase>",
         "error": "<testcase name='c'><error/></testcase>",
         "skip": "<testcase name='d'><skipped/></testcase>"}


class Counting(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def count(self, *builds):
        """Each build: (list of case kinds, list of program results)."""
        directories = []
        for number, (kinds, results) in enumerate(builds):
            directory = os.path.join(self.directory, f"b{number}")
            os.makedirs(os.path.join(directory, "meson-logs"))
            with open(os.path.join(directory, "meson-logs", "testlog.junit.xml"), "w",
                      encoding="utf-8") as stream:
                body = "".join(CASES[kind] for kind in kinds)
                stream.write(f"<testsuites><testsuite name='s'>{body}</testsuite></testsuites>")
            with open(os.path.join(directory, "meson-logs", "testlog.json"), "w",
                      encoding="utf-8") as stream:
                for result in results:
                    stream.write(json.dumps({"name": "t", "result": result}) + "\n")
            directories.append(directory)
        result = subprocess.run([os.path.join(TOOLS, "lib", "count_tests.py"), *directories],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                check=False, timeout=60)
        return result.stdout.splitlines()[-1], result.returncode

    def test_all_passed(self):
        self.assertEqual(self.count((["pass", "pass"], ["OK"])),
                         ("2 passed, 0 failed, 0 skipped", 0))

    def test_builds_add_up(self):
        self.assertEqual(self.count((["pass", "skip"], ["OK"]), (["pass"], ["OK"])),
                         ("2 passed, 0 failed, 1 skipped", 0))

    def test_failed_cases(self):
        self.assertEqual(self.count((["pass", "fail", "error"], ["FAIL"])),
                         ("1 passed, 2 failed, 0 skipped", 1))

    def test_crash_without_a_failed_case_counts(self):
        self.assertEqual(self.count((["pass"], ["ERROR"])),
                         ("1 passed, 1 failed, 0 skipped", 1))

    def test_end_of_what_failed_is_shown(self):
        logs = os.path.join(self.directory, "meson-logs")
        os.makedirs(logs)
        with open(os.path.join(logs, "testlog.junit.xml"), "w", encoding="utf-8") as stream:
            stream.write("<testsuites><testsuite name='s'><testcase name='a'/></testsuite>"
                         "</testsuites>")
        output = "ok 1 - first\nnot ok 2 - early\n" + "ok 3 - later\n" * 100 + "# late\n"
        with open(os.path.join(logs, "testlog.json"), "w", encoding="utf-8") as stream:
            stream.write(json.dumps({"name": "t", "result": "ERROR", "stdout": output,
                                     "stderr": "cause\n"}))
        result = subprocess.run([os.path.join(TOOLS, "lib", "count_tests.py"), self.directory],
                                stdout=subprocess.PIPE, text=True, check=False, timeout=60)
        lines = result.stdout.splitlines()
        self.assertEqual(lines[1], "    not ok 2 - early")
        self.assertEqual(lines[-3:], ["    # late", "    cause", "1 passed, 1 failed, 0 skipped"])
        self.assertLess(len(lines), 40)
        self.assertNotIn("first", result.stdout)

    def test_time_limit_counts(self):
        self.assertEqual(self.count((["pass"], ["OK", "TIMEOUT"])),
                         ("1 passed, 1 failed, 0 skipped", 1))

    def test_nothing_passed_is_a_failure(self):
        self.assertEqual(self.count((["skip"], ["SKIP"])),
                         ("0 passed, 0 failed, 1 skipped", 1))

    def test_control_characters_in_output(self):
        CASES["noisy"] = "<testcase name='e'><system-out>\x1b[1m\x00</system-out></testcase>"
        self.assertEqual(self.count((["noisy"], ["OK"])),
                         ("1 passed, 0 failed, 0 skipped", 0))

    def test_no_results(self):
        text, status = self.count()
        self.assertNotEqual(status, 0, text)
        result = subprocess.run([os.path.join(TOOLS, "lib", "count_tests.py"), self.directory],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                check=False, timeout=60)
        self.assertEqual(result.returncode, 1)
        self.assertIn("no test results", result.stdout)

    def test_a_part_that_fails_is_counted(self):
        run = subprocess.run(["/usr/bin/python3", "-c", PROGRAM], stdout=subprocess.PIPE, text=True,
                             env={**os.environ, "PYTHONPATH": os.path.join(TOOLS, "tests")},
                             check=False)
        self.assertEqual(run.returncode, 1)
        self.assertIn("not ok 1 - Parts.test_parts (number=1)", run.stdout)
        self.assertIn("1..1", run.stdout)


if __name__ == "__main__":
    tap.main()
