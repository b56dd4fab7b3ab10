#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: count_tests.py BUILD-DIRECTORY...

Adds up the test cases of the last 'meson test' of each build directory and
prints 'N passed, N failed, N skipped', before it what failed and the end of what
that program printed. A case is a TAP line or, for a program without TAP, the
program. Exit status 1 if a case failed or none passed.
"""

import json
import os
import re
import sys
import xml.etree.ElementTree

GOOD_RESULTS = {"OK", "EXPECTEDFAIL", "SKIP"}
FAILED_CASE = re.compile(r"\s*not ok\b")
TAIL_LINES = 25
# What a program printed is in the file as it was, control characters included.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def count_cases(path):
    """(passed, failed, skipped) and the number of failed cases per test."""
    passed = skipped = 0
    failed_of = {}
    with open(path, encoding="utf-8", errors="replace") as stream:
        root = xml.etree.ElementTree.fromstring(NOT_XML.sub("?", stream.read()).encode())
    for suite in root.iter("testsuite"):
        for case in suite.iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                name = case.get("classname") or case.get("name")
                failed_of[suite.get("name")] = failed_of.get(suite.get("name"), 0) + 1
                print(f"failed: {suite.get('name')}: {name}")
            elif case.find("skipped") is not None:
                skipped += 1
            else:
                passed += 1
    return passed, sum(failed_of.values()), skipped


def bad_programs(path):
    """Test programs that failed, be it by a case, a crash or running too long."""
    with open(path, encoding="utf-8") as stream:
        tests = [json.loads(line) for line in stream]
    return [test for test in tests if test["result"] not in GOOD_RESULTS]


def show_end(test):
    """The cases that failed and the end of each of the two streams, where nobody keeps the log."""
    for stream in ("stdout", "stderr"):
        lines = test.get(stream, "").splitlines()
        end = max(len(lines) - TAIL_LINES, 0)
        for line in [line for line in lines[:end] if FAILED_CASE.match(line)] + lines[end:]:
            print(f"    {NOT_XML.sub('?', line)}")


def main(directories):
    total = [0, 0, 0]
    for directory in directories:
        logs = os.path.join(directory, "meson-logs")
        counts = list(count_cases(os.path.join(logs, "testlog.junit.xml")))
        bad = bad_programs(os.path.join(logs, "testlog.json"))
        # A program that crashes or is ended for its time may have no failed case.
        counts[1] = max(counts[1], len(bad))
        for test in bad:
            print(f"failed: {os.path.basename(directory)}: {test['name']} ({test['result']})")
            show_end(test)
        total = [a + b for a, b in zip(total, counts)]
    print("{} passed, {} failed, {} skipped".format(*total))
    return 1 if total[1] or not total[0] else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, ValueError, xml.etree.ElementTree.ParseError) as error:
        sys.exit(f"count_tests.py: error: no test results: {error}")
