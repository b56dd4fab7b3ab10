#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ndisrun with a driver that crashes, ends in a bug check or does not return: the report, and the end.

usage: broken_driver_test.py NDISRUN BROKEN-DRIVER.so
(environment: SGNIC_QEMU)
"""

import os
import re
import signal
import subprocess
import sys
import time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "..",
                                "tools", "lib"))
sys.dont_write_bytecode = True
import tap_report  # noqa: E402

NDISRUN, DRIVER_FILE = sys.argv[1:3]
QEMU = os.environ["SGNIC_QEMU"]
OK, BROKEN = 0, 8
# Values of Break in broken_driver.c.
(NOTHING, POINTER, DIVISION, ASSERTION, BUG_CHECK, IRQL, LEVEL, INITIALIZE, ISR, DPC, TIMER, HALT,
 RAISE, WAIT) = range(14)

tap = tap_report.Tap()


def command(how, *options):
    return [NDISRUN, "run", f"--qtest={QEMU}", "--device", "sgnic", "--miniport", DRIVER_FILE,
            "--set", f"Break={how}", *options]


def children_of(process):
    with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def is_gone(process):
    for _ in range(12000):
        try:
            with open(f"/proc/{process}/stat", encoding="ascii") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.01)
    return False


def judge(name, status, output, wanted, words, pattern):
    missing = [word for word in words if word not in output]
    tap.report(status == wanted and not missing and re.search(pattern, output, re.S), name,
               f"status {status}, not {wanted}, or {missing} or {pattern} is missing in:\n{output}")


def ends(name, how, words, pattern, *options):
    """It ends by itself, with a report."""
    result = subprocess.run(command(how, *options), stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    judge(name, result.returncode, result.stdout, BROKEN,
          ["the last calls between driver and library", "its devices are given back", *words],
          pattern)


def is_ended(name, how, ready, send, wanted, words, pattern, *options):
    """It is asked to end once a line with `ready` is there; QEMU is gone then."""
    process = subprocess.Popen(command(how, *options), stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    output = ""
    for line in process.stdout:
        output += line
        if ready in line:
            break
    children = children_of(process.pid)
    os.kill(process.pid, send)
    rest, _ = process.communicate(timeout=60)
    judge(name, process.returncode if len(children) == 1 and is_gone(children[0]) else "QEMU stays",
          output + rest, wanted, words, pattern)


def main():
    functions = "the functions it was in, the innermost first:\n"
    ends("a wild pointer in MiniportInitialize", POINTER,
         ["crash: bad memory access at address 0x123456780", "> MiniportInitialize(",
          "NdisMSetTimer(", "IRQL 0"],
         functions + r" +broken_driver.so: follow_wild_pointer\+0x.*broken_driver.so: initialize\+0x"
         r".*shim_adapter_start\+0x")
    ends("a division by zero in a timer", DIVISION,
         ["crash: division by zero", "> MiniportTimer(", "IRQL 2"],
         functions + r" +broken_driver.so: divide\+0x.*broken_driver.so: on_timer\+0x")
    ends("an assertion that fails", ASSERTION,
         ['broken_driver.c:', 'assertion "broken->how == 0" failed', "a break point was reached"],
         functions + r".*broken_driver.so: on_timer\+0x")
    ends("a bug check of the driver", BUG_CHECK,
         ["bug check 0x000000d1", "parameter 4: 0x44"], r"broken_driver.so: on_timer\+0x")
    ends("the IRQL the wrong way", IRQL,
         ["bug check 0x00000009 IRQL_NOT_GREATER_OR_EQUAL at IRQL 2", "parameter 2: 0x2"],
         r"broken_driver.so: on_timer\+0x")
    is_ended("an assertion that fails, and it goes on", ASSERTION, "goes on behind the break point",
             signal.SIGTERM, OK, ["assertion", "a break point was reached",
                                  "the last calls between driver and library"],
             functions + r".*broken_driver.so: on_timer\+0x", "--break", "go")
    stuck = ["a driver does not return"]
    ends("MiniportInitialize does not return", INITIALIZE,
         [*stuck, "READ_REGISTER_ULONG(", "-> 0x0, and ", " times before",
          "NdisMRegisterInterrupt("],
         functions + r".*broken_driver.so: wait_for_ever\+0x.*broken_driver.so: initialize\+0x",
         "--watchdog", "1")
    ends("MiniportISR does not return", ISR, [*stuck, "IRQL 5"],
         functions + r".*broken_driver.so: wait_for_ever\+0x.*broken_driver.so: isr\+0x",
         "--watchdog", "1")
    ends("MiniportHandleInterrupt does not return", DPC,
         [*stuck, "> MiniportHandleInterrupt("],
         functions + r" +broken_driver.so: spin\+0x.*broken_driver.so: handle_interrupt\+0x",
         "--watchdog", "1")
    is_ended("SIGTERM ends a driver that does not return", TIMER, "in the timer", signal.SIGTERM,
             BROKEN, [*stuck, "> MiniportTimer("],
             functions + r" +broken_driver.so: spin\+0x.*broken_driver.so: on_timer\+0x",
             "--watchdog", "0")
    is_ended("MiniportHalt does not return", HALT, "interface:", signal.SIGTERM,
             BROKEN, [*stuck, "> MiniportHalt("], r"broken_driver.so: halt\+0x",
             "--watchdog", "2")
    waits = (functions + r".*broken_driver.so: wait_for_nothing\+0x.*broken_driver.so: halt\+0x")
    is_ended("MiniportHalt waits for ever", WAIT, "interface:", signal.SIGTERM,
             BROKEN, [*stuck, "> MiniportHalt(", "NdisWaitEvent("], waits, "--watchdog", "1")
    ends("MiniportHalt waits for ever, and nobody asked", WAIT, stuck, waits,
         "--watchdog", "1", "--loop", "0")
    is_ended("calls at the wrong IRQL are reported, and it goes on", LEVEL, "called at IRQL 2",
             signal.SIGTERM, OK, ["NdisMSleep", "called at IRQL 2"], "")
    is_ended("MiniportHandleInterrupt returns at another IRQL", RAISE, "returned at",
             signal.SIGTERM, OK, ["called at IRQL 2, returned at 15"], "")
    is_ended("the same driver when nothing is wrong", NOTHING, "interface:", signal.SIGTERM, OK, [],
             r"(?m)^broken: initialize$.*^device: ")
    tap.finish()


if __name__ == "__main__":
    main()
