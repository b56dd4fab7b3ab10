# SPDX-License-Identifier: MIT
"""Results of a test program for meson: TAP on standard output."""

import sys


class Tap:
    """Prints each result as it comes; finish() prints how many there were and ends the program."""

    def __init__(self):
        self.count = 0
        self.failures = 0

    def report(self, passed, name, details=""):
        """One result. DETAILS, text or lines, are shown when it failed."""
        self.count += 1
        self.failures += not passed
        print(f"{'ok' if passed else 'not ok'} {self.count} - {name}", flush=True)
        if not passed:
            for line in details.splitlines() if isinstance(details, str) else details:
                print(f"# {line}", flush=True)

    def finish(self):
        print(f"1..{self.count}")
        sys.exit(1 if self.failures else 0)
