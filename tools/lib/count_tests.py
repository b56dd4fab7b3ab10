#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: count_tests.py BUILD-DIRECTORY...

Adds up the test cases of the last 'meson test' of each build directory and
prints 'N passed, N failed, N skipped'. A case is a TAP line or, for a program
without TAP, the program. Exit status 1 if a case failed or none passed.
"""

import json
import os
import re
import sys
import xml.etree.ElementTree

GOOD_RESULTS = {"OK", "EXPECTEDFAIL", "SKIP"}
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
    names = []
    with open(path, encoding="utf-8") as stream:
        for line in stream:
            test = json.loads(line)
            if test["result"] not in GOOD_RESULTS:
                names.append(f"{test['name']} ({test['result']})")
    return names


def main(directories):
    total = [0, 0, 0]
    for directory in directories:
        logs = os.path.join(directory, "meson-logs")
        counts = list(count_cases(os.path.join(logs, "testlog.junit.xml")))
        bad = bad_programs(os.path.join(logs, "testlog.json"))
        # A program that crashes or is ended for its time may have no failed case.
        counts[1] = max(counts[1], len(bad))
        for name in bad:
            print(f"failed: {os.path.basename(directory)}: {name}")
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
