#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The guest's report arrives whole, however late it is read.

usage: report_test.py --qemu BIN --guest DIR
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
LINES = 100
# Long enough for a guest that does not wait for its reader to be gone.
ASLEEP_SECONDS = 3
SCENARIO = f"""#!/bin/sh
text=$(seq {LINES} | sed 's/$/ of {LINES} lines that are the last/')
echo ready
echo "$text"
exit 7
"""


def main():
    parser = argparse.ArgumentParser(description="Tests that the guest's report arrives whole.")
    parser.add_argument("--qemu", required=True)
    parser.add_argument("--guest", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ndis-shim-report-") as directory:
        scenario = os.path.join(directory, "scenario")
        with open(scenario, "w", encoding="ascii") as stream:
            stream.write(SCENARIO)
        with subprocess.Popen(
                [os.path.join(PROJECT, "tools", "run-vm"), "--accel", "tcg", "--iommu", "none",
                 "--nic", "none", "--qemu", options.qemu, "--guest", options.guest,
                 "--timeout", "600", "--scenario", scenario],
                stdout=subprocess.PIPE, text=True) as process:
            first = process.stdout.readline()
            process.send_signal(signal.SIGSTOP)
            time.sleep(ASLEEP_SECONDS)
            process.send_signal(signal.SIGCONT)
            lines = process.stdout.read().splitlines()
        status = process.returncode
    print(f"{'ok' if first == 'ready' + chr(10) else 'not ok'} 1 - the guest reports")
    print(f"{'ok' if len(lines) == LINES else 'not ok'} 2 - "
          f"{len(lines)} of {LINES} lines came to a reader that was asleep")
    print(f"{'ok' if status == 7 else 'not ok'} 3 - and its exit status, {status}")
    print("1..3")
    sys.exit(0 if first == "ready\n" and len(lines) == LINES and status == 7 else 1)


if __name__ == "__main__":
    main()
