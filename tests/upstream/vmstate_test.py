#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: vmstate_test.py [--update] [QEMU-SOURCE QEMU]

Compares the devices' migration streams with vmstate.json, the streams that
destinations must take, by QEMU's scripts/vmstate-static-checker.py.

--update makes vmstate.json anew, which gives up compatibility with it. The
default for source and QEMU is what "ninja -C build qemu" has made.
"""

import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
BASELINE = os.path.join(HERE, "vmstate.json")
BUILT = os.path.join(HERE, "..", "..", "build", "qemu", "plain")
DEVICES = ("sgnic", "isa-dma-nic")
KEPT = DEVICES + ("vmschkmachine",)


def write(description, path):
    with open(path, "w", encoding="utf-8") as stream:
        json.dump(description, stream, indent=1, sort_keys=True)
        stream.write("\n")


def describe(qemu, directory):
    """What the devices' vmstate is, in the words of QEMU's -dump-vmstate."""
    path = os.path.join(directory, "all.json")
    subprocess.run([qemu, "-machine", "none", "-dump-vmstate", path], check=True)
    with open(path, encoding="utf-8") as stream:
        description = json.load(stream)
    return {name: description[name] for name in KEPT}


def check(source, old, new, directory):
    """The complaints of QEMU's checker about loading the stream 'old' into 'new'."""
    paths = [os.path.join(directory, name) for name in ("old.json", "new.json")]
    for path, description in zip(paths, (old, new)):
        write(description, path)
    result = subprocess.run(
        ["/usr/bin/python3", os.path.join(source, "scripts", "vmstate-static-checker.py"),
         "-s", paths[0], "-d", paths[1]],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return result.stdout.splitlines() if result.returncode else []


def main(source, qemu):
    with open(BASELINE, encoding="utf-8") as stream:
        baseline = {name: part for name, part in json.load(stream).items() if name in KEPT}
    print(f"1..{len(DEVICES) + 1}")
    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        present = describe(qemu, directory)
        for number, name in enumerate(DEVICES, 1):
            parts = [{key: part[key] for key in (name, "vmschkmachine")}
                     for part in (baseline, present)]
            found = check(source, *parts, directory)
            failed += bool(found)
            print(f"{'not ok' if found else 'ok'} {number} - {name} takes the baseline's stream")
            for line in found:
                print(f"# {line}")
        # The checker is worth something only if it sees a field that goes.
        del present["sgnic"]["Description"]["Fields"][-1]
        seen = check(source, baseline, present, directory)
        failed += not seen
        print(f"{'ok' if seen else 'not ok'} {len(DEVICES) + 1} - a lost field is found")
    if failed:
        print("# if the streams are meant to differ: tests/upstream/vmstate_test.py --update")
    return 1 if failed else 0


def update(qemu):
    with tempfile.TemporaryDirectory() as directory:
        write({"SPDX-License-Identifier": "MIT", **describe(qemu, directory)}, BASELINE)


if __name__ == "__main__":
    words = sys.argv[1:]
    updating = words[:1] == ["--update"]
    words = words[updating:] or [os.path.join(BUILT, "source"),
                                 os.path.join(BUILT, "qemu-system-x86_64")]
    if len(words) != 2:
        sys.exit(__doc__)
    sys.exit(update(words[1]) if updating else main(*words))
