# SPDX-License-Identifier: MIT
"""Samples, their medians and ratios, as JSON, tables and plots."""

import json
import os
import platform
import statistics
import subprocess

LICENCE = "<!-- SPDX-License-Identifier: MIT -->"
KEYS = ("part", "direction", "size", "iommu", "card", "way")


class Results:
    """All samples of one run of the benchmark."""

    def __init__(self, directory, facts):
        self._directory, self._facts = directory, facts
        self._samples = []

    def add(self, sample, **key):
        self._samples.append({**key, **sample})

    def save(self):
        with open(os.path.join(self._directory, "results.json"), "w", encoding="utf-8") as stream:
            json.dump({**self._facts, "medians": self.medians(), "samples": self._samples}, stream,
                      indent=1)

    def medians(self):
        groups = {}
        for sample in self._samples:
            key = tuple(sample.get(name) for name in KEYS)
            groups.setdefault(key, []).append(sample)
        rows = []
        for key, samples in groups.items():
            rates = [sample["rate"] for sample in samples]
            row = dict(zip(KEYS, key))
            row.update(rate=statistics.median(rates), lowest=min(rates), highest=max(rates),
                       repetitions=len(rates))
            lost = [sample["lost"] for sample in samples if "lost" in sample]
            if lost:
                row["lost"] = int(statistics.median(lost))
            if "offered" in samples[0]:
                row["offered"] = statistics.median(sample["offered"] for sample in samples)
            rows.append(row)
        return rows

    def tables(self):
        """Markdown: per part, direction and size the ratio of each row to the best peer."""
        lines = self._introduction()
        parts = list(dict.fromkeys((r["part"], r["direction"]) for r in self.medians()))
        for part, direction in parts:
            rows = [r for r in self.medians() if (r["part"], r["direction"]) == (part, direction)]
            lines += [f"### {part}, {direction}", ""]
            sizes = list(dict.fromkeys(r["size"] for r in rows))
            names = list(dict.fromkeys((r["card"], r["way"], r["iommu"]) for r in rows))
            lines.append("| card | driven by | IOMMU | " + " | ".join(
                f"{size} | spread" for size in sizes) + " |")
            lines.append("|---|---|---" + "|---|---" * len(sizes) + "|")
            for name in names:
                cells = [self._cell(rows, name, size) for size in sizes]
                lines.append(f"| {name[0]} | {name[1]} | {name[2]} | " + " | ".join(cells) + " |")
            lines.append("")
        for name in ("map_cost", "mapping_instructions"):
            if name in self._facts:
                lines += [f"### {name}", "", "```", self._facts[name].rstrip(), "```", ""]
        return "\n".join(lines)

    def _introduction(self):
        machine, versions = self._facts["machine"], self._facts["versions"]
        return [
            "# Results of the benchmark", "",
            "Written by `tests/bench/run`; see [performance](performance.md). Each cell is a "
            "median, relative to the best row of another card of the same size (to the first row "
            "where all are sgnic); beside it is how far the repetitions reach to both sides.", "",
            f"Machine: {machine['processors']} processors, {machine['processor']}, Linux "
            f"{machine['kernel']}; load before the run {machine['load'][0]:.1f}. "
            f"QEMU {versions['qemu']}, guest Linux {versions['guest']}, DPDK {versions['dpdk']}, "
            f"iperf3 {versions['iperf3']}, {versions['gcc']}. "
            f"Datagrams that a socket holds: {self._facts['max_dgram_qlen']}. "
            f"Duration: {self._facts.get('seconds', 0)} s; {self._build_and_check()}.", ""]

    def _build_and_check(self):
        """Their times, relative to that of the measurements."""
        whole = max(self._facts.get("seconds", 0), 1)
        check = self._facts.get("check_seconds")
        return (f"the build before it {self._facts.get('build_seconds', 0) / whole:.2f} times as "
                "long, " + (f"the last `./check` {check / whole:.2f} times" if check else
                            "no `./check` was run in that build directory"))

    @staticmethod
    def _cell(rows, name, size):
        own = [r for r in rows if (r["card"], r["way"], r["iommu"]) == name and r["size"] == size]
        if not own:
            return " | "
        base = baseline(rows, size)
        low, high = own[0]["lowest"], own[0]["highest"]
        middle = max(own[0]["rate"], 1e-9)
        return (f"{own[0]['rate'] / base:.{2 if own[0]['rate'] / base > 0.05 else 4}f} | "
                f"-{(middle - low) / middle:.0%} +{(high - middle) / middle:.0%}")


def baseline(rows, size):
    """What a table's ratios are relative to: the best row of this size of another card than
    sgnic; the first row of all where there is no other card."""
    peers = [r["rate"] for r in rows if r["card"] != "sgnic" and r["size"] == size]
    return max(max(peers) if peers else rows[0]["rate"], 1e-9)


def facts(commands, qemu, guest):
    """What a reader needs to judge the numbers."""
    def first_line(*command):
        try:
            output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                    text=True, check=False).stdout
        except OSError:
            return ""
        return output.strip().split("\n")[0]

    processor = ""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as stream:
        for line in stream:
            if line.startswith("model name"):
                processor = line.split(":", 1)[1].strip()
                break
    return {
        "machine": {"processor": processor, "processors": os.cpu_count(),
                    "kernel": platform.release(), "load": os.getloadavg()},
        "versions": {"gcc": first_line("gcc", "--version"),
                     "qemu": first_line(qemu, "--version").replace("QEMU emulator version ", ""),
                     "guest": guest,
                     "dpdk": first_line("dpkg-query", "-W", "-f", "${Version}", "dpdk-dev"),
                     "valgrind": first_line("valgrind", "--version"),
                     "iperf3": first_line("iperf3", "--version").replace("iperf ", "")},
        "commands": commands,
    }


def plot(directory, name, title, rows, xlabel):
    """A bar chart: rows of (label, value, lowest, highest), as SVG. Ratios that differ much are
    drawn on a logarithmic scale."""
    values = [row[1] for row in rows if row[1] > 0]
    is_wide = bool(values) and max(values) > 200 * min(values)
    start = min(values) / 3 if is_wide else 0
    scale = "set logscale x" if is_wide else "unset logscale x"
    data = f"{name}.dat"
    with open(os.path.join(directory, data), "w", encoding="utf-8") as stream:
        for index, (label, value, low, high) in enumerate(rows):
            stream.write(f'{index} "{label}" {value:.6g} {low:.6g} {high:.6g}\n')
    script = f"""
set terminal svg size 900,{140 + 26 * len(rows)} font "sans,13" background "#ffffff"
set output "{name}.svg"
set title "{title}" noenhanced
set style fill solid 0.7
{scale}
set xrange [{start:.6g}:*]
set yrange [{len(rows)}:-1]
set ytics nomirror noenhanced
set xlabel "{xlabel}"
set grid xtics
unset key
plot "{data}" using 3:1:({start:.6g}):3:($1-0.35):($1+0.35):yticlabels(2) with boxxyerror lc rgb "#4477aa", \\
     "{data}" using 3:1:4:5 with xerrorbars lc rgb "#222222" pt 0
"""
    # A plot holds the names of its data: no more than the file's, so that it is the same everywhere.
    subprocess.run(["gnuplot"], input=script, text=True, check=True, cwd=directory)
    path = os.path.join(directory, f"{name}.svg")
    with open(path, encoding="utf-8") as stream:
        declaration, rest = stream.read().split("\n", 1)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(f"{declaration}\n{LICENCE}\n{rest}")


def plots(directory, medians):
    """One plot for each part and direction; bars are ratios to the best peer of their size."""
    names = []
    for part, direction in dict.fromkeys((r["part"], r["direction"]) for r in medians):
        rows = []
        chosen = [r for r in medians if (r["part"], r["direction"]) == (part, direction)]
        for size in dict.fromkeys(r["size"] for r in chosen):
            same = [r for r in chosen if r["size"] == size]
            base = baseline(chosen, size)
            for r in same:
                label = f"{r['card']}, {r['way']}, {r['iommu']}, {size}"
                rows.append((label, r["rate"] / base, r["lowest"] / base, r["highest"] / base))
        name = f"{part}-{direction}".replace(" ", "-").replace(",", "")
        peers = any(r["card"] != "sgnic" for r in chosen)
        plot(directory, name, f"{part}, {direction}", rows,
             "relative to the best other" if peers else "relative to the first row")
        names.append(name)
    return names
