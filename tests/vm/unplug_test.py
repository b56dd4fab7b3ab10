#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Unplugs the NIC of a running ndisrun from the guest, and plugs in another.

unplug.sh, in the guest, runs ndisrun and judges; it asks for what only the host can do by
a line of its report:

    # unplug    QEMU asks the guest to let the NIC go
    # lose      the same, but the NIC does not answer any more
    # plug      when QEMU has taken it out, another one is put in its place
"""

import argparse
import json
import os
import signal
import socket
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tools", "lib"))
sys.dont_write_bytecode = True
import vm  # noqa: E402

MEMORY = "256M"
NIC = {"driver": "sgnic", "id": "nic", "bus": "root-port", "netdev": "net", "romfile": "",
       "mac": "52:54:00:5a:6e:01"}
PATIENCE = 120          # seconds for anything QEMU has to do


class Monitor:
    """QEMU's QMP server."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)
        self.stream = self.socket.makefile("rw", encoding="utf-8")
        self.deleted = 0
        self.execute("qmp_capabilities")

    def receive(self):
        line = self.stream.readline()
        if not line:
            raise vm.VmError("QEMU has closed its monitor")
        message = json.loads(line)
        if message.get("event") == "DEVICE_DELETED" and message["data"].get("device") == "nic":
            self.deleted += 1
        return message

    def execute(self, command, **arguments):
        self.stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.stream.flush()
        while True:
            message = self.receive()
            if "error" in message:
                raise vm.VmError(f"{command}: {message['error']['desc']}")
            if "return" in message:
                return

    def unplug(self):
        self.execute("device_del", id="nic")

    def lose(self):
        self.execute("qom-set", path="/machine/peripheral/nic", property="fault-removed",
                     value=True)
        self.unplug()

    def plug(self):
        while not self.deleted:
            self.receive()
        self.deleted = 0
        self.execute("device_add", **NIC)


def command_line(options, directory, initramfs, path):
    words = vm.base_command(options.qemu, "tcg", "intel", MEMORY, 1)
    words += vm.kernel_options(os.path.join(options.guest, "vmlinux"), initramfs, "intel", [])
    return words + [
        "-netdev", "user,id=net,ipv6=off,restrict=on",
        "-device", "pcie-root-port,id=root-port,chassis=1",
        "-device", ",".join(f"{name}={value}" if name != "driver" else value
                            for name, value in NIC.items()),
        "-device", "sgnic,romfile=,mac=52:54:00:5a:6e:02",
        "-serial", f"file:{os.path.join(directory, 'console')}",
        "-chardev", f"socket,id=qmp,path={path},server=on,wait=off",
        "-mon", "chardev=qmp,mode=control"]


def run(options, directory):
    path = os.path.join(directory, "qmp")
    initramfs = os.path.join(directory, "initramfs.cpio")
    with open(initramfs, "wb") as target:
        with open(os.path.join(options.guest, "initramfs.cpio"), "rb") as source:
            target.write(source.read())
        target.write(vm.scenario_archive(
            os.path.join(HERE, "unplug.sh"), [],
            {f"/scenario/{name}": os.path.join(HERE, name)
             for name in ("scenario.sh", "udhcpc.sh")}, False))
    monitors = []

    def on_line(line):
        print(line, flush=True)
        if not monitors:
            monitors.append(Monitor(path))
        if line in ("# unplug", "# lose", "# plug"):
            getattr(monitors[0], line[2:])()

    guest = vm.Run(command_line(options, directory, initramfs, path), options.timeout,
                   on_line).execute()
    if guest.status is None:
        with open(os.path.join(directory, "console"), encoding="utf-8",
                  errors="replace") as console:
            print("".join(f"# {line}" for line in console.readlines()[-40:]))
        print("Bail out! the guest did not come to its end")
        return 1
    return guest.status


def main():
    # So that QEMU is ended on every way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--qemu", required=True)
    parser.add_argument("--guest", required=True)
    parser.add_argument("--timeout", type=float, default=300, metavar="SECONDS")
    options = parser.parse_args()
    print("TAP version 13", flush=True)
    with tempfile.TemporaryDirectory(prefix="ndis-shim-vm-") as directory:
        try:
            sys.exit(run(options, directory))
        except (vm.VmError, OSError) as error:
            print(f"Bail out! {error}", flush=True)
            sys.exit(1)


if __name__ == "__main__":
    main()
