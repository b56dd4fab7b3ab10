# SPDX-License-Identifier: MIT
"""What is measured: sgnic by frame_rate, other cards by dpdk-testpmd and by Linux drivers.

Each class offers transmit(), receive() and, but for the Linux drivers, reflect(), which return a
dictionary: "rate" (frames per second that arrived), and "offered" and "lost" where they are known.
"""

import re
import time

from guest import BenchError

SETTLE_SECONDS = 0.3
PMD_DIRECTORY = "/usr/lib/dpdk"
PMD_LIBRARIES = ("librte_mempool_ring", "librte_net_e1000", "librte_net_vmxnet3",
                 "librte_net_virtio")
PKTGEN = "/proc/net/pktgen"


def bind_commands(address, driver):
    """Shell commands that give a PCI device to another driver."""
    device = f"/sys/bus/pci/devices/{address}"
    return (f"echo {driver} >{device}/driver_override; "
            f"[ ! -e {device}/driver ] || echo {address} >{device}/driver/unbind; "
            f"echo {address} >/sys/bus/pci/drivers_probe; "
            f"[ -e /sys/bus/pci/drivers/{driver}/{address} ]")


def arrivals(wire, card, seconds):
    """Frames per second that arrive at the wire, meanwhile."""
    first, start = wire.count(card.number), time.monotonic()
    time.sleep(seconds)
    last, end = wire.count(card.number), time.monotonic()
    return (last - first) / (end - start)


class Sgnic:
    """frame_rate, raw or ndis"""

    def __init__(self, guest, wire, way, more="", name=None):
        self._guest, self._wire, self._way, self._more = guest, wire, way, more
        self.name = name or {"raw": "poll-mode loop", "ndis": "miniport"}[way]

    def _start(self, mode, card, length, seconds, more=""):
        self._guest.start(f"/bench/frame_rate {self._way} {mode} {card.address} length={length} "
                          f"time={int(seconds * 1000)} {self._more} {more}")

    def _finish(self):
        output = self._guest.finish()
        match = re.search(r"frames (\d+) errors (\d+) nanoseconds (\d+) doorbells (\d+) "
                          r"interrupts (\d+)", output)
        if not match:
            raise BenchError(f"frame_rate: {output}")
        keys = ("frames", "errors", "nanoseconds", "doorbells", "interrupts")
        return dict(zip(keys, map(int, match.groups())))

    def transmit(self, card, length, seconds, more=""):
        before = self._wire.count(card.number) if self._wire else 0
        self._start("transmit", card, length, seconds + 2 * SETTLE_SECONDS, more)
        result = self._finish()
        sample = {"rate": result["frames"] / result["nanoseconds"] * 1e9, **result, "lost": 0}
        if self._wire:
            time.sleep(SETTLE_SECONDS)
            sample["lost"] = result["frames"] - (self._wire.count(card.number) - before)
        return sample

    def receive(self, card, length, seconds):
        self._start("receive", card, length, seconds + 4 * SETTLE_SECONDS)
        time.sleep(2 * SETTLE_SECONDS)
        self._wire.flood(card.number, length)
        time.sleep(seconds)
        sent = self._wire.stop()
        return self.received(self._finish(), sent)

    @staticmethod
    def received(result, sent):
        rate = result["frames"] / max(result["nanoseconds"], 1) * 1e9
        return {"rate": rate, **result, "lost": max(sent - result["frames"], 0), "sent": sent}

    def start_receive(self, card, length, seconds):
        self._start("receive", card, length, seconds)

    def reflect(self, card, length, seconds):
        self._start("reflect", card, length, seconds + 4 * SETTLE_SECONDS)
        time.sleep(2 * SETTLE_SECONDS)
        self._wire.ping(card.number, length)
        rate = arrivals(self._wire, card, seconds)
        self._wire.stop()
        self._finish()
        return {"rate": rate}


class Testpmd:
    """dpdk-testpmd with all other cards of the guest. It runs all the time, and does nothing but
    when it is told to. Its output is the guest's console, so that it comes line by line."""

    name = "dpdk-testpmd"

    def __init__(self, guest, wire, cards):
        self._guest, self._wire, self._cards = guest, wire, cards
        for card in cards:
            guest.run(bind_commands(card.address, "vfio-pci"))
        drivers = " ".join(f"-d {PMD_DIRECTORY}/{name}.so" for name in PMD_LIBRARIES)
        allowed = " ".join(f"-a {card.address}" for card in cards)
        self.command = (f"/bench/dpdk-testpmd --in-memory --no-telemetry --iova-mode=va "
                        f"--lcores=0@0,1@0 {drivers} {allowed} -- -i --total-num-mbufs=8192 "
                        f"--txd=512 --rxd=512 --no-lsc-interrupt")
        guest.run(f"rm -f /run/in; mkfifo /run/in; {self.command} </run/in >/dev/ttyS0 2>&1 & "
                  "exec 9>/run/in")
        self._wait("testpmd>", 0, 120)

    def _console(self):
        with open(self._guest.console, encoding="utf-8", errors="replace") as stream:
            return stream.read()

    def _wait(self, text, offset, seconds):
        deadline = time.monotonic() + seconds
        while text not in (output := self._console()[offset:]):
            if time.monotonic() > deadline:
                raise BenchError(f"dpdk-testpmd does not say '{text}':\n" + output[-2000:])
            time.sleep(0.1)
        return output

    def _say(self, *lines):
        self._guest.run("; ".join(f"echo {line} >&9" for line in lines))

    def _port(self, card):
        return self._cards.index(card)

    def _start(self, card, mode, *more):
        port = self._port(card)
        offset = len(self._console())
        self._say(f"set portlist {port}", f"set fwd {mode}", *more, f"clear port stats {port}",
                  "start")
        time.sleep(SETTLE_SECONDS)
        return offset

    def _rates(self, card, seconds, offset):
        """Frames per second as testpmd counts them, between two looks."""
        port = self._port(card)
        self._guest.run(f"echo show port stats {port} >&9; sleep {seconds}; "
                        f"echo show port stats {port} >&9")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            output = self._console()[offset:]
            rates = re.findall(r"Rx-pps:\s+(\d+).*\s+Tx-pps:\s+(\d+)", output)
            if len(rates) >= 2:
                return {"receive": int(rates[1][0]), "transmit": int(rates[1][1])}
            time.sleep(0.1)
        raise BenchError("dpdk-testpmd shows no statistics:\n" + output[-2000:])

    def _stop(self, offset):
        self._say("stop")
        output = self._wait("Done.", offset, 30)
        totals = re.findall(r"RX-packets: (\d+) .*\n\s+TX-packets: (\d+)", output)
        return {"receive": int(totals[-1][0]), "transmit": int(totals[-1][1])}

    def transmit(self, card, length, seconds):
        before = self._wire.count(card.number) if self._wire else 0
        offset = self._start(card, "txonly", f"set txpkts {length}")
        if not self._wire:
            rate = self._rates(card, seconds, offset)["transmit"]
            self._stop(offset)
            return {"rate": rate, "offered": rate}
        rate = arrivals(self._wire, card, seconds)
        offered = self._rates(card, max(seconds / 2, 0.5), offset)["transmit"]
        total = self._stop(offset)["transmit"]
        time.sleep(SETTLE_SECONDS)
        return {"rate": rate, "offered": offered,
                "lost": total - (self._wire.count(card.number) - before)}

    def start_receive(self, card):
        return self._start(card, "rxonly")

    def finish_receive(self, card, seconds, offset, stop_source):
        rate = self._rates(card, seconds, offset)["receive"]
        sent = stop_source()
        time.sleep(SETTLE_SECONDS)
        total = self._stop(offset)["receive"]
        return {"rate": rate, "sent": sent, "lost": max(sent - total, 0)}

    def receive(self, card, length, seconds):
        offset = self.start_receive(card)
        self._wire.flood(card.number, length)
        time.sleep(SETTLE_SECONDS)
        return self.finish_receive(card, seconds, offset, self._wire.stop)

    def reflect(self, card, length, seconds):
        offset = self._start(card, "macswap")
        self._wire.ping(card.number, length)
        rate = arrivals(self._wire, card, seconds)
        self._wire.stop()
        self._stop(offset)
        return {"rate": rate}


class Linux:
    """The drivers of the guest's kernel, with pktgen"""

    name = "Linux driver"

    def __init__(self, guest, wire, cards):
        self._guest, self._wire = guest, wire
        self._names = {}
        for card in cards:
            path = f"/sys/bus/pci/devices/{card.address}"
            name = guest.run(f"ls {path}/net 2>/dev/null || ls {path}/virtio*/net").strip()
            guest.run(f"ip link set {name} up")
            self._names[card.number] = name
        time.sleep(2)

    def transmit(self, card, length, seconds):
        name = self._names[card.number]
        before = self._wire.count(card.number)
        settings = [f"pkt_size {length}", "count 0", "delay 0", "dst_mac 02:00:00:00:00:01"]
        self._guest.run(
            f"echo rem_device_all >{PKTGEN}/kpktgend_0; "
            f"echo add_device {name} >{PKTGEN}/kpktgend_0; " +
            " ".join(f"echo {line} >{PKTGEN}/{name};" for line in settings) +
            # Not every driver takes a buffer twice.
            f"echo clone_skb 64 >{PKTGEN}/{name} 2>/dev/null || "
            f"echo clone_skb 0 >{PKTGEN}/{name}")
        self._guest.run(f"echo start >{PKTGEN}/pgctrl & sleep {SETTLE_SECONDS}")
        rate = arrivals(self._wire, card, seconds)
        self._guest.run(f"echo stop >{PKTGEN}/pgctrl; wait $!")
        time.sleep(SETTLE_SECONDS)
        result = self._guest.run(f"cat {PKTGEN}/{name}")
        sofar = re.search(r"pkts-sofar: (\d+)", result)
        offered = re.search(r"(\d+)pps", result)
        if not sofar or not offered:
            raise BenchError(f"pktgen: {result}")
        return {"rate": rate, "offered": int(offered.group(1)),
                "lost": int(sofar.group(1)) - (self._wire.count(card.number) - before)}

    def _received(self, card):
        name = self._names[card.number]
        words = self._guest.run(f"cat /proc/uptime /sys/class/net/{name}/statistics/rx_packets")
        fields = words.split()
        return int(fields[2]), float(fields[0])

    def receive(self, card, length, seconds):
        total, _ = self._received(card)
        self._wire.flood(card.number, length)
        time.sleep(SETTLE_SECONDS)
        first, start = self._received(card)
        self._guest.run(f"sleep {seconds}")
        last, end = self._received(card)
        sent = self._wire.stop()
        time.sleep(2 * SETTLE_SECONDS)
        # The statistics of some drivers are brought up to date every two seconds.
        return {"rate": (last - first) / (end - start), "sent": sent,
                "lost": max(sent - (self._received(card)[0] - total), 0)}
