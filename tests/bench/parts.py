# SPDX-License-Identifier: MIT
"""The parts of the benchmark: which guest runs, and what is measured in it."""

import re
import subprocess
import threading
import time

from guest import PROJECT, BenchError, Card, Guest, Wire
from peers import SETTLE_SECONDS, Linux, Sgnic, Testpmd

MODELS = ("sgnic", "e1000", "e1000e", "igb", "vmxnet3", "virtio-net-pci,disable-legacy=on")
# It discards what it gets while no driver runs it.
LISTENER = "rtl8139"
# Before the event loop sleeps: longer than the other side takes to answer.
POLLING_MICROSECONDS = 500
HUGE_PAGES = ("hugepages=128",)


def cards_on(backend, driver="vfio-pci"):
    """One card of each model."""
    return [Card(number, model, backend.format(number), driver)
            for number, model in enumerate(MODELS)]


class Part:
    """What the parts share: options, results, and a guest's life."""

    def __init__(self, name, options, directory, outcome, facts, say):
        self.name, self.options, self.directory = name, options, directory
        self.outcome, self.facts, self.say = outcome, facts, say

    def guest(self, cards, **more):
        guest = Guest(self.options, cards, self.directory, **more)
        self.facts["commands"].setdefault(self.name, []).append(" ".join(guest.command))
        self.say(f"guest is up after {guest.boot_seconds:.1f} s")
        return guest

    def wire(self, cards):
        return Wire(f"{self.options.build_dir}/tests/bench/wire", self.directory, len(cards))

    def sample(self, direction, size, iommu, card, way, function):
        """Measures once; a card that does not work is told, and does not end the run."""
        try:
            sample = function()
        except BenchError as error:
            self.say(f"{card.name}, {direction}, {size} bytes: {error}")
            return
        self.outcome.add(sample, part=self.name, direction=direction, size=size, iommu=iommu,
                         card=card.name, way=way)
        lost = f", {sample['lost']} lost" if sample.get("lost") else ""
        self.say(f"{direction} {size:5} {card.name:16} {way:15} {sample['rate']:12.0f}/s{lost}")

    def rounds(self):
        for number in range(self.options.repetitions):
            self.say(f"{self.name}: round {number + 1} of {self.options.repetitions}")
            yield number


class Dgram(Part):
    """Poll-mode loops behind the IOMMU, frames to and from a program on a Unix socket; and the
    miniport, for the record."""

    def run(self):
        cards = cards_on("dgram")
        wire = self.wire(cards)
        with self.guest(cards, parameters=HUGE_PAGES) as guest:
            testpmd = Testpmd(guest, wire, cards[1:])
            ways = [(cards[0], Sgnic(guest, wire, "raw")), (cards[0], Sgnic(guest, wire, "ndis"))]
            ways += [(card, testpmd) for card in cards[1:]]
            polling = Sgnic(guest, wire, "ndis", f"poll={POLLING_MICROSECONDS}",
                            "miniport, polling")
            for _ in self.rounds():
                for size in self.options.sizes:
                    for direction in ("transmit", "receive"):
                        for card, way in ways:
                            self.sample(direction, size, "intel", card, way.name,
                                        lambda c=card, w=way, d=direction, s=size:
                                        getattr(w, d)(c, s, self.options.seconds))
                for card, way in ways + [(cards[0], polling)]:
                    self.sample("round trip", 64, "intel", card, way.name,
                                lambda c=card, w=way: w.reflect(c, 64, self.options.seconds))
        wire.close()


class Hub(Part):
    """Poll-mode loops behind the IOMMU on a hub inside QEMU: no system call. What is received
    comes from another sgnic, driven by the guest's second processor."""

    def run(self):
        cards = cards_on("hub{}")
        count = len(cards)
        listeners = [Card(count + c.number, LISTENER, c.backend) for c in cards]
        with self.guest(cards + listeners, parameters=HUGE_PAGES) as guest:
            self._transmit(guest, cards)
        sources = [Card(count + c.number, "sgnic", c.backend) for c in cards]
        with self.guest(cards + sources, cpus=2, parameters=HUGE_PAGES, memory="1536M") as guest:
            self._receive(guest, cards, sources)

    def _transmit(self, guest, cards):
        testpmd = Testpmd(guest, None, cards[1:])
        ways = [(cards[0], Sgnic(guest, None, "raw")), (cards[0], Sgnic(guest, None, "ndis"))]
        ways += [(card, testpmd) for card in cards[1:]]
        for _ in self.rounds():
            for size in self.options.sizes:
                for card, way in ways:
                    self.sample("transmit", size, "intel", card, way.name,
                                lambda c=card, w=way, s=size:
                                w.transmit(c, s, self.options.seconds))

    def _source(self, guest, source, target, size):
        """Starts a sender in the guest; the function that is returned waits for its end."""
        seconds = self.options.seconds + 3 * SETTLE_SECONDS
        guest.run(f"taskset 2 /bench/frame_rate raw transmit {source.address} length={size} "
                  f"time={int(seconds * 1000)} to={target.mac} >/run/source 2>&1 & true")
        time.sleep(SETTLE_SECONDS)

        def finish():
            output = guest.run("while pidof frame_rate >/dev/null; do sleep 0.1; done; "
                               "cat /run/source")
            match = re.search(r"frames (\d+)", output)
            if not match:
                raise BenchError(f"the sender: {output}")
            return int(match.group(1))
        return finish

    def _receive(self, guest, cards, sources):
        testpmd = Testpmd(guest, None, cards[1:])
        for _ in self.rounds():
            for size in self.options.sizes:
                for card, source in zip(cards, sources):
                    def receive(c=card, s=source, z=size):
                        if c.name == "sgnic":
                            return self._receive_sgnic(guest, c, s, z)
                        offset = testpmd.start_receive(c)
                        finish = self._source(guest, s, c, z)
                        return testpmd.finish_receive(c, self.options.seconds, offset, finish)
                    self.sample("receive", size, "intel", card,
                                "poll-mode loop" if card.name == "sgnic" else testpmd.name,
                                receive)

    def _receive_sgnic(self, guest, card, source, size):
        # The sender starts later, and is to end earlier, on a slow machine, too.
        seconds = self.options.seconds + 12 * SETTLE_SECONDS
        guest.run(f"taskset 1 /bench/frame_rate raw receive {card.address} length={size} "
                  f"time={int(seconds * 1000)} >/run/receiver 2>&1 & true")
        time.sleep(SETTLE_SECONDS)
        sent = self._source(guest, source, card, size)()
        output = guest.run("cat /run/receiver")
        match = re.search(r"frames (\d+) errors (\d+) nanoseconds (\d+)", output)
        if not match:
            raise BenchError(f"frame_rate: {output}")
        frames, _, nanoseconds = map(int, match.groups())
        return Sgnic.received({"frames": frames, "nanoseconds": nanoseconds}, sent)


class Drivers(Part):
    """Our miniport through NDIS, against the drivers of Linux with pktgen"""

    IOMMUS = {
        "strict": {"iommu": "intel", "parameters": ("iommu.strict=1",)},
        "lazy": {"iommu": "intel", "parameters": ("iommu.strict=0",)},
        "none": {"iommu": "none"},
    }

    def run(self):
        for iommu, settings in self.IOMMUS.items():
            cards = cards_on("dgram", "linux")
            wire = self.wire(cards)
            with self.guest(cards, **settings) as guest:
                linux = Linux(guest, wire, cards[1:])
                ways = [(card, linux) for card in cards[1:]]
                if iommu != "none":
                    ways.insert(0, (cards[0], Sgnic(guest, wire, "ndis")))
                self._measure(ways, iommu)
            wire.close()

    def _measure(self, ways, iommu):
        for _ in self.rounds():
            for size in (64, 1514):
                for direction in ("transmit", "receive"):
                    for card, way in ways:
                        self.sample(direction, size, iommu, card, way.name,
                                    lambda c=card, w=way, d=direction, s=size:
                                    getattr(w, d)(c, s, self.options.seconds))


class Scaling(Part):
    """Rates of sgnic by map registers, elements, queues and descriptors, on a hub"""

    SETTINGS = {"raw": [("elements", (1, 2, 4, 8, 16, 32, 64)), ("queues", (1, 2, 4, 8)),
                        ("ring", (64, 256, 512, 1024, 4096))],
                "ndis": [("registers", (1, 2, 4, 8, 16, 32, 64))]}

    def run(self):
        card = Card(0, "sgnic,queues=8", "hub0")
        with self.guest([card, Card(1, LISTENER, "hub0")], memory="1G") as guest:
            for _ in self.rounds():
                for how, settings in self.SETTINGS.items():
                    way = Sgnic(guest, None, how)
                    for name, values in settings:
                        for value in values:
                            self.sample("elements per second" if name == "elements" else name,
                                        value, "intel", card, way.name,
                                        lambda w=way, n=name, v=value: self._rate(w, card, n, v))

    def _rate(self, way, card, name, value):
        sample = way.transmit(card, 1514, self.options.seconds / 2, f"{name}={value}")
        if name == "elements":
            sample["rate"] *= value
        return sample


class Tcp(Part):
    """iperf3 from the guest to the host, through user-mode networking"""

    def run(self):
        cards = [Card(0, "sgnic", "user"), Card(1, "e1000", "user"),
                 Card(2, "virtio-net-pci,disable-legacy=on", "user", "linux")]
        with self.guest(cards) as guest:
            # As Linux drivers do by default.
            guest.run(f"ndisrun run --device {cards[0].address} --miniport sgnic --tap nic0 "
                      "--set TaskOffload=1 --set UseScatterGather=1 >/run/ndisrun.log 2>&1 & "
                      "i=0; while [ ! -e /sys/class/net/nic0 ] && "
                      "[ $i -lt 100 ]; do sleep 0.2; i=$((i+1)); done; ip link set nic0 up")
            names = ["nic0"]
            for card in cards[1:]:
                path = f"/sys/bus/pci/devices/{card.address}"
                names.append(guest.run(f"ls {path}/net 2>/dev/null || "
                                       f"ls {path}/virtio*/net").strip())
            for _ in self.rounds():
                for card, name in zip(cards, names):
                    for streams in (1, 4):
                        self.sample("TCP streams", streams, "intel", card,
                                    "miniport" if card.name == "sgnic" else "Linux driver",
                                    lambda n=name, s=streams: self._iperf(guest, names, n, s))

    def _iperf(self, guest, names, name, streams):
        """Bits per second. One card at a time has an address."""
        guest.run("; ".join(f"ip addr flush dev {n}; ip link set {n} down" for n in names) +
                  f"; ip link set {name} up; ip addr add 10.0.2.15/24 dev {name}; "
                  "ip route add default via 10.0.2.2; sleep 1", check=False)
        server = subprocess.Popen(["iperf3", "-s", "-1", "-p", "5201"], stdout=subprocess.DEVNULL)
        try:
            time.sleep(SETTLE_SECONDS)
            output = guest.run(f"/bench/iperf3 -c 10.0.2.2 -p 5201 -P {streams} -f k "
                               f"-t {max(int(2 * self.options.seconds), 2)}")
        finally:
            server.terminate()
            server.wait()
        sums = re.findall(r"(\d+) Kbits/sec.*receiver", output)
        if not sums:
            raise BenchError(f"iperf3: {output}")
        return {"rate": int(sums[-1]) * 1000}


class Mapping(Part):
    """What one Start + Complete costs: time in the guest, instructions on the host"""

    SIZES = (64, 1514, 4096, 16384, 65536)
    NAMES = {**{name: {"card": "sgnic", "way": f"policy {name}"}
                for name in ("pool", "copy", "remap", "cached")},
             "memcpy": {"card": "no card", "way": "memcpy"},
             "vfio": {"card": "no card", "way": "VFIO map + unmap"}}

    def run(self):
        card = Card(0, "sgnic", "hub0")
        with self.guest([card, Card(1, LISTENER, "hub0")]) as guest:
            table = guest.run(f"/bench/map_cost {card.address}", 300)
        self.facts["map_cost"] = table
        self._add(table)
        print(table)
        counts = subprocess.run(
            [f"{PROJECT}/tests/bench/run-mapping-instructions",
             f"{self.options.build_dir}/tests/bench/mapping_instructions",
             "limits" if self.options.quick else "full"],
            stdout=subprocess.PIPE, text=True, check=True).stdout
        self.facts["mapping_instructions"] = counts
        print(counts)

    def _add(self, table):
        """Rates of the table's nanoseconds. What policies are compared to is no sgnic's."""
        mode, names = "", []
        for line in table.splitlines():
            fields = line.replace(",", " ").split()
            if fields and fields[0] in ("hot", "cold"):
                mode = fields[0]
            elif fields and fields[0] == "bytes":
                names = fields[1:7]
            elif fields and fields[0].isdigit() and int(fields[0]) in self.SIZES:
                for name, nanoseconds in zip(names, fields[1:]):
                    self.outcome.add(
                        {"rate": 1e9 / float(nanoseconds)}, part=self.name, direction=mode,
                        size=int(fields[0]), iommu="intel", **self.NAMES[name])


class Startup(Part):
    """From the start of QEMU, and of ndisrun --qtest, to the first frame"""

    def run(self):
        for _ in self.rounds():
            cards = [Card(0, "sgnic", "dgram")]
            wire = self.wire(cards)
            with self.guest(cards) as guest:
                done = threading.Event()
                guest.start(f"/bench/frame_rate ndis transmit {cards[0].address} time=500")
                while not wire.count(0) and not done.wait(0.005):
                    pass
                seconds = time.monotonic() - guest.started
                guest.finish()
            wire.close()
            self._sample(cards[0], "guest, from power-on", seconds)
            start = time.monotonic()
            result = subprocess.run(
                [f"{self.options.build_dir}/guest-shim/ndisrun/ndisrun", "run",
                 f"--qtest={self.options.qemu}", "--device", "sgnic", "--miniport",
                 f"{self.options.build_dir}/miniports/sgnic/sgnic.so", "--loop", "1"],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            seconds = time.monotonic() - start
            if result.returncode:
                raise BenchError(f"ndisrun --qtest ended with {result.returncode}: "
                                 f"{result.stdout}")
            self._sample(cards[0], "ndisrun --qtest, whole run", seconds)

    def _sample(self, card, way, seconds):
        self.say(f"{way}: {seconds:.2f} s")
        self.outcome.add({"rate": 1 / seconds, "seconds": seconds}, part=self.name,
                         direction="first frame", size=64, iommu="intel", card=card.name, way=way)


PARTS = {"dgram": Dgram, "hub": Hub, "drivers": Drivers, "mapping": Mapping, "scaling": Scaling,
         "tcp": Tcp, "startup": Startup}
NAMES = tuple(PARTS)


def run(name, *arguments):
    PARTS[name](name, *arguments).run()
