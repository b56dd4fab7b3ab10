#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Migrates a running guest back and forth while frames go in both directions.

The host pings the guest with numbered frames; sgnic, the miniport, ndisrun, its TAP and
the guest's kernel answer. After every move the device must show the same counters and
positions, the next frames must be answered, and in the end every frame that the device
has delivered must have been answered exactly once, byte for byte. The device itself
drops none: what is missing was dropped by QEMU's network backend while the machine
stood still. There are 50 moves in the plain half of ./check, 6 in the sanitized half.
"""

import argparse
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tools", "lib"))
sys.dont_write_bytecode = True
import vm  # noqa: E402

GUEST_ADDRESS = bytes.fromhex("5254005a6e01")
HOST_ADDRESS = bytes.fromhex("5254005a6e99")
GUEST_IP = bytes((10, 9, 0, 2))
HOST_IP = bytes((10, 9, 0, 1))
MEMORY = "160M"
NIC = "/machine/peripheral/nic"
WINDOW = 16             # frames on their way
FORGOTTEN = 2           # seconds after which a frame does not count as on its way
FRAMES_PER_STAY = 20    # answered on every machine
PATIENCE = 120          # seconds for anything the guest or QEMU has to do
ICMP = 0x01


class Failure(Exception):
    pass


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def echo(number, is_reply):
    """A whole Ethernet frame; its length and every byte follow from the number."""
    size = 8 + number * 37 % 1400 & ~1
    payload = struct.pack(">I", number) + bytes(
        (number * 7 + position * (1 + number % 251)) & 0xFF for position in range(size))
    icmp = struct.pack(">BBHHH", 0 if is_reply else 8, 0, 0, 0x5347, number & 0xFFFF) + payload
    icmp = icmp[:2] + struct.pack(">H", checksum(icmp)) + icmp[4:]
    return icmp


def request(number):
    icmp = echo(number, False)
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(icmp), number & 0xFFFF, 0, 64, ICMP, 0,
                         HOST_IP, GUEST_IP)
    header = header[:10] + struct.pack(">H", checksum(header)) + header[12:]
    return GUEST_ADDRESS + HOST_ADDRESS + b"\x08\x00" + header + icmp


class Traffic:
    """Numbers frames, sends them, and checks what comes back."""

    def __init__(self):
        self.sent = 0
        self.answered = set()
        self.others = 0
        self.under_way = {}
        self.wires = []

    def receive(self, wire):
        while True:
            try:
                frame = wire.recv(65536)
            except BlockingIOError:
                return
            self.take(frame)

    def take(self, frame):
        if frame[12:14] != b"\x08\x00" or frame[23] != ICMP:
            self.others += 1
            return
        length = struct.unpack(">H", frame[16:18])[0]
        icmp = frame[34:14 + length]
        number = struct.unpack(">I", icmp[8:12])[0]
        if number >= self.sent:
            raise Failure(f"an answer to frame {number}, which was never sent")
        if number in self.answered:
            raise Failure(f"frame {number} was answered twice")
        if (icmp != echo(number, True) or frame[:12] != HOST_ADDRESS + GUEST_ADDRESS or
                frame[26:34] != GUEST_IP + HOST_IP or checksum(frame[14:34]) != 0):
            raise Failure(f"the answer to frame {number} is corrupted: {frame.hex()}")
        self.answered.add(number)
        self.under_way.pop(number, None)

    def send(self, wire):
        now = time.monotonic()
        for number, when in list(self.under_way.items()):
            if now - when > FORGOTTEN:
                del self.under_way[number]
        while len(self.under_way) < WINDOW:
            try:
                wire.send(request(self.sent))
            except (BlockingIOError, ConnectionRefusedError):
                return
            self.under_way[self.sent] = now
            self.sent += 1

    def pump(self, sends=True):
        for wire in self.wires:
            self.receive(wire)
        if sends and self.wires:
            self.send(self.wires[-1])


class Machine:
    """One QEMU: the guest is booted in it, or comes into it."""

    def __init__(self, options, initramfs, directory, number, traffic):
        self.traffic = traffic
        self.is_first = number == 0
        self.wire, self.peer = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.report, report_peer = socket.socketpair()
        self.monitor, monitor_peer = socket.socketpair()
        self.messages = os.path.join(directory, f"messages-{number}")
        self.input = b""
        self.text = b""
        command = vm.base_command(options.qemu, "tcg", "intel", MEMORY, 1)
        command += vm.kernel_options(os.path.join(options.guest, "vmlinux"), initramfs, "intel", [])
        command += [
            "-netdev", f"dgram,id=wire,local.type=fd,local.str={self.peer.fileno()}",
            "-device", "sgnic,id=nic,netdev=wire,romfile=,mac=" + GUEST_ADDRESS.hex(":"),
            "-serial", f"file:{os.path.join(directory, f'console-{number}')}",
            "-chardev", f"socket,id=report,fd={report_peer.fileno()}", "-serial", "chardev:report",
            "-chardev", f"socket,id=qmp,fd={monitor_peer.fileno()}",
            "-mon", "chardev=qmp,mode=control"]
        if not self.is_first:
            command += ["-S", "-incoming", "defer"]
        with open(self.messages, "wb") as messages:
            self.process = subprocess.Popen(
                command, stderr=messages,
                pass_fds=[s.fileno() for s in (self.peer, report_peer, monitor_peer)])
        report_peer.close()
        monitor_peer.close()
        for channel in (self.wire, self.peer, self.report, self.monitor):
            channel.setblocking(False)
        self.channels = [self.monitor, self.report]
        self.execute("qmp_capabilities")

    def step(self):
        """Lets time pass until something happens, and keeps the traffic going."""
        channels = [*self.channels, *self.traffic.wires]
        readable, _, _ = select.select(channels, [], [], 0.01)
        if self.monitor in readable:
            self.input += self.read(self.monitor)
        if self.report in readable:
            self.text += self.read(self.report)
        self.traffic.pump()

    def read(self, channel):
        try:
            data = channel.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            self.channels.remove(channel)
        if not data and self.process.wait(PATIENCE) != 0:
            with open(self.messages, encoding="utf-8", errors="replace") as stream:
                raise Failure(f"QEMU ended with {self.process.returncode}: {stream.read()}")
        return data

    def wait(self, what, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise Failure(f"waited {PATIENCE} seconds for {what}; the guest's report: "
                              f"{self.text.decode('utf-8', 'replace')}")
            self.step()

    def answer(self):
        while b"\n" in self.input:
            line, self.input = self.input.split(b"\n", 1)
            message = json.loads(line)
            if "return" in message or "error" in message:
                return message
        return None

    def execute(self, command, **arguments):
        message = {"execute": command, "arguments": arguments}
        self.monitor.send(json.dumps(message).encode() + b"\n")
        answers = []

        def answered():
            message = self.answer()
            if message:
                answers.append(message)
            return bool(answers)

        self.wait(f"the answer to {command}", answered)
        if "error" in answers[0]:
            raise Failure(f"{command}: {answers[0]['error']['desc']}")
        return answers[0]["return"]

    def migrated(self):
        status = self.execute("query-migrate").get("status")
        if status in ("failed", "cancelled"):
            raise Failure(f"the migration {status}")
        return status == "completed"

    def state(self):
        """What must be the same on both sides of a move."""
        state = {name: self.execute("qom-get", path=NIC, property=name)
                 for name in ("statistics", "error-counts", "interrupts", "tx0", "rx0")}
        for queue in ("tx0", "rx0"):
            # Read again by the destination.
            for name in ("producer", "fetched", "waits-for-backend"):
                del state[queue][name]
        return state

    def prepare(self, **parameters):
        self.execute("migrate-set-parameters", **{"announce-rounds": 0, **parameters})

    def end(self):
        """Ends QEMU; the frames it has not read come back."""
        self.execute("quit")
        self.wait("the end of QEMU", lambda: not self.channels)
        return self.drop()

    def drop(self):
        self.traffic.receive(self.wire)
        if self.wire in self.traffic.wires:
            self.traffic.wires.remove(self.wire)
        unread = []
        while True:
            try:
                unread.append(self.peer.recv(65536))
            except BlockingIOError:
                break
        for channel in (self.wire, self.peer, self.report, self.monitor):
            channel.close()
        return unread

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def move(source, target, path):
    """One migration; both machines stand still when it is over."""
    target.prepare()
    target.execute("migrate-incoming", uri=f"unix:{path}")
    source.prepare(**{"max-bandwidth": 1 << 40, "downtime-limit": 1000})
    source.execute("migrate", uri=f"unix:{path}")
    source.wait("the migration", source.migrated)
    target.wait("the end of the migration", target.migrated)
    before, after = source.state(), target.state()
    if before != after:
        raise Failure(f"the state changed: {before} became {after}")


class Test:
    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        self.traffic = Traffic()
        self.machines = []
        self.now = None         # statistics
        self.delivered = 0
        self.replied = 0
        self.initramfs = os.path.join(directory, "initramfs.cpio")
        with open(self.initramfs, "wb") as target:
            with open(os.path.join(options.guest, "initramfs.cpio"), "rb") as source:
                target.write(source.read())
            target.write(vm.scenario_archive(
                os.path.join(HERE, "migration.sh"), [],
                {"/scenario/scenario.sh": os.path.join(HERE, "scenario.sh")}, False))

    def start(self, number):
        machine = Machine(self.options, self.initramfs, self.directory, number, self.traffic)
        self.machines.append(machine)
        return machine

    def flow(self, machine):
        wanted = len(self.traffic.answered) + FRAMES_PER_STAY
        machine.wait(f"{FRAMES_PER_STAY} answers",
                     lambda: len(self.traffic.answered) >= wanted)

    def boot(self):
        machine = self.start(0)
        machine.wait("the guest", lambda: b"# ready" in machine.text)
        before = None
        while before != (now := machine.execute("qom-get", path=NIC, property="statistics")):
            before = now
            self.traffic.receive(machine.wire)
        self.traffic.others = 0
        self.traffic.wires = [machine.wire]
        self.flow(machine)
        return machine, before

    def migrate(self, source):
        for number in range(1, self.options.rounds + 1):
            target = self.start(number)
            path = os.path.join(self.directory, f"stream-{number}")
            move(source, target, path)
            # The network now leads to the other machine; what was on the way goes there.
            self.traffic.wires.append(target.wire)
            for frame in source.end():
                target.wire.send(frame)
            target.execute("cont")
            self.machines.remove(source)
            source = target
            self.flow(source)
        return source

    def settle(self, machine, before):
        """No more frames are sent; what was delivered must be answered."""
        traffic = self.traffic
        traffic.send = lambda wire: None

        def is_settled():
            came = len(traffic.answered) + traffic.others
            self.now = machine.execute("qom-get", path=NIC, property="statistics")
            self.delivered = self.now["rx-frames"] - before["rx-frames"]
            self.replied = self.now["tx-frames"] - before["tx-frames"]
            traffic.pump()
            # Nothing came out while the counters were read, and so they are as old as the frames.
            return (self.delivered == len(traffic.answered) and
                    came == len(traffic.answered) + traffic.others)

        machine.wait("the answers to all frames that were delivered", is_settled)
        # What is missing must not have been dropped by the device.
        for name in ("rx-errors", "rx-no-buffer", "rx-filtered", "rx-oversize", "rx-no-queue",
                     "tx-errors", "dma-errors", "guest-errors"):
            if self.now[name] != before[name]:
                raise Failure(f"{name} went from {before[name]} to {self.now[name]}")
        if self.replied != len(traffic.answered) + traffic.others:
            raise Failure(f"the device sent {self.replied} frames, "
                          f"{len(traffic.answered) + traffic.others} came out")

    def finish(self, machine):
        machine.report.send(b"end\n")
        machine.wait("the guest's end", lambda: not machine.channels)
        lines = machine.text.decode("utf-8", "replace").splitlines()
        bad = [line for line in lines if line.startswith("not ok")]
        if bad or "exit-status: 0" not in [line.strip() for line in lines]:
            raise Failure("the guest says: " + " | ".join(lines))


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--qemu", required=True)
    parser.add_argument("--guest", required=True)
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    print("TAP version 13\n1..3", flush=True)
    with tempfile.TemporaryDirectory(prefix="ndis-shim-vm-") as directory:
        test = Test(options, directory)
        begin = time.monotonic()
        try:
            machine, before = test.boot()
            print("ok 1 - the guest answers", flush=True)
            machine = test.migrate(machine)
            test.settle(machine, before)
            lost = test.traffic.sent - len(test.traffic.answered)
            print(f"ok 2 - {options.rounds} migrations with {test.delivered} frames each way: none "
                  f"corrupted, none twice, {lost} dropped by the backend while the machine "
                  "stood still, counters continuous", flush=True)
            test.finish(machine)
            print("ok 3 - driver and library noticed nothing", flush=True)
        except Failure as failure:
            print(f"Bail out! {failure}", flush=True)
            sys.exit(1)
        finally:
            for machine in test.machines:
                machine.kill()
        print(f"# {time.monotonic() - begin:.1f} seconds", flush=True)


if __name__ == "__main__":
    main()
