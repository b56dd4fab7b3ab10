# SPDX-License-Identifier: MIT
"""A guest that runs commands one by one, and the wire at the other end of its network cards."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(PROJECT, "tools", "lib"))
import vm  # noqa: E402

BOOT_SECONDS = 300
NUDGE_SECONDS = 3
COMMAND_SECONDS = 120
MAC = "52:54:00:5a:6e:{:02x}"
FIRST_SLOT = 0x08


class BenchError(Exception):
    """Something that a measurement needs is not there or does not work."""


class Wire:
    """The program tests/bench/wire."""

    def __init__(self, program, directory, cards):
        self._process = subprocess.Popen([program, directory, str(cards)], text=True, bufsize=1,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, command):
        self._process.stdin.write(command + "\n")
        answer = self._process.stdout.readline().strip()
        if not answer or answer == "unknown command":
            raise BenchError(f"wire: '{command}' was answered by '{answer}'")
        return answer

    def count(self, card):
        """Frames that came from this card so far."""
        return int(self.ask(f"count {card}").split()[0])

    def flood(self, card, length):
        self.ask(f"flood {card} {length} {MAC.format(card)}")

    def ping(self, card, length):
        self.ask(f"ping {card} {length} {MAC.format(card)}")

    def stop(self):
        """Returns the number of frames that were sent."""
        return int(self.ask("stop").split()[1])

    def close(self):
        self._process.stdin.close()
        self._process.wait(10)


class Card:
    """A network card of the guest: number, model with properties, what it is connected to, and
    whether it is for VFIO or for a driver of Linux."""

    def __init__(self, number, model, backend, driver="vfio-pci"):
        self.number, self.model, self.backend, self.driver = number, model, backend, driver
        self.name = model.split(",")[0]

    @property
    def address(self):
        """PCI address in the guest."""
        return f"0000:00:{FIRST_SLOT + self.number:02x}.0"

    @property
    def mac(self):
        return MAC.format(self.number)

    def words(self, directory, iommu):
        netdev = f"n{self.number}"
        if self.backend == "dgram":
            backend = (f"dgram,id={netdev},local.type=unix,local.path={directory}/card-"
                       f"{self.number},remote.type=unix,remote.path={directory}/wire-{self.number}")
        elif self.backend.startswith("hub"):
            backend = f"hubport,id={netdev},hubid={self.backend[len('hub'):]}"
        else:
            backend = f"{self.backend},id={netdev}"
        model = self.model
        if self.name.startswith("virtio-") and iommu != "none":
            model += ",iommu_platform=on"
            if self.driver == "linux":
                # Under intel-iommu QEMU 10.0 loses sight of a split ring: "Guest moved used index".
                model += ",packed=on"
            if self.driver == "linux" and self.backend == "dgram":
                # Transmission over a packed ring stops when the socket has been full.
                model += ",event_idx=off"
        device = (f"{model},netdev={netdev},romfile=,mac={MAC.format(self.number)},"
                  f"addr=0x{FIRST_SLOT + self.number:x}")
        return ["-netdev", backend, "-device", device]


class Guest:
    """A running guest. @see agent.sh"""

    def __init__(self, options, cards, directory, iommu="intel", cpus=1, parameters=(),
                 memory="1G"):
        ours, theirs = socket.socketpair()
        initramfs = os.path.join(directory, "initramfs.cpio")
        with open(initramfs, "wb") as target:
            with open(os.path.join(options.guest, "initramfs.cpio"), "rb") as source:
                target.write(source.read())
            target.write(vm.scenario_archive(os.path.join(HERE, "agent.sh"), [], {}, False))
        self.command = vm.base_command(options.qemu, options.accel, iommu, memory, cpus)
        self.command += vm.kernel_options(os.path.join(options.guest, "vmlinux"), initramfs,
                                          iommu, list(parameters))
        for card in cards:
            self.command += card.words(directory, iommu)
        self.console = os.path.join(directory, "console")
        self.command += ["-serial", f"file:{self.console}",
                         "-chardev", f"socket,id=report,fd={theirs.fileno()}",
                         "-serial", "chardev:report"]
        self._socket, self._buffered, self._is_dead = ours, b"", False
        self.started = time.monotonic()
        self._process = subprocess.Popen(self.command, pass_fds=[theirs.fileno()])
        theirs.close()
        self._wait_for(re.compile(r"@ready"), BOOT_SECONDS)
        self.boot_seconds = time.monotonic() - self.started

    @property
    def pid(self):
        return self._process.pid

    def _line(self, deadline):
        while b"\n" not in self._buffered:
            self._socket.settimeout(NUDGE_SECONDS)
            try:
                chunk = self._socket.recv(65536)
            except socket.timeout:
                if time.monotonic() < deadline:
                    # The guest misses an edge of the serial port's interrupt now and then; the
                    # next one makes it look. It passes over empty lines.
                    self._socket.sendall(b"\n")
                    continue
                chunk = b""
            if not chunk:
                self._is_dead = True
                raise BenchError("the guest does not answer; end of its console:\n" +
                                 self.console_tail())
            self._buffered += chunk
        line, self._buffered = self._buffered.split(b"\n", 1)
        return line.decode("utf-8", "replace").rstrip("\r")

    def _wait_for(self, pattern, seconds):
        lines = []
        deadline = time.monotonic() + seconds
        while True:
            line = self._line(deadline)
            match = pattern.fullmatch(line)
            if match:
                return match, lines
            lines.append(line)

    def console_tail(self):
        with open(self.console, encoding="utf-8", errors="replace") as stream:
            return "".join(stream.readlines()[-20:])

    def start(self, command):
        """Sends a command; finish() takes its end."""
        if self._is_dead:
            raise BenchError("the guest does not answer any more")
        self._socket.sendall(command.encode() + b"\n")

    def finish(self, seconds=COMMAND_SECONDS, check=True):
        match, lines = self._wait_for(re.compile(r"@status (\d+)"), seconds)
        if check and match.group(1) != "0":
            raise BenchError("a command of the guest failed:\n" + "\n".join(lines))
        return "\n".join(lines)

    def run(self, command, seconds=COMMAND_SECONDS, check=True):
        """Runs a command and returns what it printed."""
        self.start(command)
        return self.finish(seconds, check)

    def close(self):
        if self._process.poll() is None:
            try:
                self._socket.sendall(b"@end\n")
                self._process.wait(1 if self._is_dead else 20)
            except (OSError, subprocess.TimeoutExpired):
                self._process.send_signal(signal.SIGKILL)
                self._process.wait()
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
