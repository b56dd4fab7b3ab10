#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ndisrun run --trace FILE.json: what is in the file, and that it can be read at any time.

usage: trace_test.py NDISRUN MINIPORT.so docs/tracing.md
(environment: SGNIC_QEMU)
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "..",
                                "tools", "lib"))
sys.dont_write_bytecode = True
import tap_report  # noqa: E402

NDISRUN, MINIPORT, PAGE = sys.argv[1:4]
QEMU = os.environ["SGNIC_QEMU"]
FRAMES = 50

tap = tap_report.Tap()


def command(path, *options):
    return [NDISRUN, "run", f"--qtest={QEMU}", "--device", "sgnic", "--miniport", MINIPORT,
            "--trace", path, *options]


class Trace:
    """The events of a file, and what is wrong with them as a whole."""

    def __init__(self, text, is_whole):
        self.events = json.loads(text if is_whole else text.rstrip().rstrip(",") + "]")
        self.errors = []
        self.slices = {}        # name: how often
        self.spans = {}
        self.durations = {}     # name: microseconds of the longest
        self.open_slices = {}
        self.open_spans = {}
        self.levels = set()
        last = 0
        for event in self.events:
            if event["ph"] == "M":
                continue
            if event["ts"] < last:
                self.errors.append(f"{event}: before {last}")
            last = event["ts"]
            self.take(event)
        if is_whole and (any(self.open_slices.values()) or self.open_spans):
            self.errors.append(f"not ended: {self.open_slices} {self.open_spans}")

    def take(self, event):
        phase, name = event["ph"], event["name"]
        stack = self.open_slices.setdefault(event["tid"], [])
        key = (event.get("cat"), event.get("id"))
        if phase == "B":
            stack.append((name, event["ts"]))
            self.slices[name] = self.slices.get(name, 0) + 1
        elif phase == "E":
            begun, since = stack.pop() if stack else (None, 0)
            if begun != name:
                self.errors.append(f"{event}: ends {begun}")
            self.durations[name] = max(self.durations.get(name, 0), event["ts"] - since)
        elif phase == "X":
            self.slices[name] = self.slices.get(name, 0) + 1
        elif phase == "b":
            if key in self.open_spans:
                self.errors.append(f"{event}: begun twice")
            self.open_spans[key] = event
            self.spans[name] = self.spans.get(name, 0) + 1
        elif phase == "e":
            if not self.open_spans.pop(key, None):
                self.errors.append(f"{event}: not begun")
        elif phase == "C":
            self.levels.add(event["args"]["level"])
        else:
            self.errors.append(f"{event}: unknown phase")

    def argument(self, name, pattern):
        """Whether an event of that name has such arguments or such a result."""
        return any(event["name"] == name and
                   re.search(pattern, json.dumps(event.get("args", {}))) for event in self.events)


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def session(path, *options):
    """A whole session, and its trace."""
    result = subprocess.run(command(path, "--loop", str(FRAMES), *options),
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            timeout=200, check=False)
    trace = Trace(read(path), True)
    tap.report(result.returncode == 0 and not trace.errors,
               f"slices nest, spans are paired, time goes on: {' '.join(options)}",
               result.stdout + "\n".join(trace.errors[:10]))
    return trace


def test_map_registers(path):
    trace = session(path, "--policy", "remap")
    for name, least in (("MiniportInitialize", 1), ("MiniportHalt", 1), ("MiniportISR", 1),
                        ("MiniportHandleInterrupt", 1), ("MiniportSendPackets", 1),
                        ("NdisMStartBufferPhysicalMapping", FRAMES),
                        ("NdisMCompleteBufferPhysicalMapping", FRAMES),
                        ("NdisMSendComplete", FRAMES), ("NdisMIndicateReceivePacket", 1),
                        ("READ_REGISTER_ULONG", 1)):
        tap.report(trace.slices.get(name, 0) >= least, f"{name}: {least} slices or more",
                   f"{trace.slices}")
    for name, least in (("mapping", FRAMES), ("packet with the miniport", FRAMES),
                        ("interrupt to DPC", 1)):
        tap.report(trace.spans.get(name, 0) >= least, f"{name}: {least} spans or more",
                   f"{trace.spans}")
    tap.report(trace.levels == {0, 2, 5}, "IRQL is 0, 2 or 5", f"{trace.levels}")
    tap.report(trace.argument("NdisMStartBufferPhysicalMapping", "adapter 0x.*result.*run") and
               trace.argument("MiniportInitialize", "NDIS_STATUS_SUCCESS") and
               trace.argument("mapping", "bytes for the device to read, policy remap, 1 runs"),
               "arguments and results", read(path)[:4000])
    tap.report(trace.durations["MiniportInitialize"] >
               trace.durations["NdisMStartBufferPhysicalMapping"] > 0,
               "slices have their time", f"{trace.durations}")


def test_scatter_gather(path):
    trace = session(path, "--policy", "copy", "--set", "UseScatterGather=1")
    tap.report(trace.argument("mapping", "policy copy") and
               trace.spans.get("mapping", 0) >= FRAMES, "scatter/gather lists are spans, too",
               f"{trace.spans}")


def test_page(path):
    """The program in the page about tracing, with a trace."""
    session(path)
    with open(PAGE, encoding="utf-8") as file:
        program = file.read().split("```python\n")[1].split("```")[0]
    result = subprocess.run([sys.executable, "-c", program], cwd=os.path.dirname(path),
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            timeout=200, check=False)
    tap.report(result.returncode == 0 and
               re.search(r"^ +[0-9.]+ us  MiniportHandleInterrupt$", result.stdout, re.M),
               "the program of the page", result.stdout)


def test_killed(path):
    """As much as was written is good, whenever the process is killed."""
    for attempt in range(5):
        process = subprocess.Popen(command(path, "--loop", "100000000"), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        size = 20000 + 3777 * attempt
        for _ in range(6000):
            if process.poll() is not None or (os.path.exists(path) and
                                              os.path.getsize(path) > size):
                break
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        trace = Trace(read(path), False)
        tap.report(len(trace.events) > 50 and not trace.errors, f"killed {attempt}",
                   "\n".join(trace.errors[:10]))
        os.unlink(path)


def test_full_disk(directory):
    path = os.path.join(directory, "full.json")
    os.symlink("/dev/full", path)
    result = subprocess.run(command(path, "--loop", "1"), stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
    tap.report(result.returncode == 1 and "not all of the trace" in result.stdout,
               "a trace that cannot be written is no success", result.stdout)


def main():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "trace.json")
        test_map_registers(path)
        test_scatter_gather(path)
        test_page(path)
        os.unlink(path)
        test_killed(path)
        test_full_disk(directory)
    tap.finish()


if __name__ == "__main__":
    main()
