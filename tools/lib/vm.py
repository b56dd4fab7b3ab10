# SPDX-License-Identifier: MIT
"""Runs the guest in QEMU: the command line, the report channel, the KVM probe."""

import hashlib
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time

import cpio

FIRMWARE_DIRECTORIES = ("/usr/share/seabios", "/usr/share/qemu")
STATUS_LINE = re.compile(r"exit-status: (\d+)")
KVM_PROBE_SECONDS = 15
STATUS_TIMEOUT = 124
STATUS_LAUNCH = 125


class VmError(Exception):
    """Something the user can correct; the text says how."""


def scenario_archive(script, arguments, files, interactive):
    """The second initramfs archive: what one run of the guest does."""
    archive = cpio.Archive()
    archive.directory("scenario")
    if script:
        with open(script, "rb") as stream:
            archive.file("scenario/run", stream.read(), 0o755)
    if arguments:
        if any("\n" in argument for argument in arguments):
            raise VmError("an argument of the scenario contains a line break; none may")
        archive.file("scenario/arguments", "".join(f"{a}\n" for a in arguments).encode())
    if interactive:
        archive.file("scenario/interactive", b"")
    for target, source in files.items():
        archive.copy(target, source)
    return archive.content()


def firmware_options():
    options = []
    for directory in FIRMWARE_DIRECTORIES:
        if not os.path.isdir(directory):
            raise VmError(f"there is no {directory}; install the packages seabios and "
                          "qemu-system-data")
        options += ["-L", directory]
    return options


def has_device(qemu, model):
    result = subprocess.run([qemu, *firmware_options(), "-device", "help"],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            timeout=60, check=False)
    if result.returncode != 0:
        raise VmError(f"{qemu} does not run: {result.stdout.strip()}")
    return f'name "{model}"' in result.stdout


def accel_options(accel):
    if accel == "kvm":
        return ["-accel", "kvm", "-cpu", "host"]
    # With ERMS glibc copies by 'rep movsb', which TCG executes byte by byte.
    return ["-accel", "tcg", "-cpu", "max,-erms,-fsrm"]


def iommu_options(iommu):
    """QEMU options and kernel parameters."""
    if iommu == "intel":
        return ["-device", "intel-iommu,intremap=on"], ["intel_iommu=on"]
    if iommu == "amd":
        return ["-device", "amd-iommu,intremap=on"], []
    return [], []


def base_command(qemu, accel, iommu, memory, cpus):
    """Everything but the guest's kernel, serial ports and network."""
    return [qemu, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            *firmware_options(), "-machine", "q35,kernel-irqchip=split",
            *accel_options(accel), "-m", memory, "-smp", str(cpus),
            *iommu_options(iommu)[0]]


def kernel_options(kernel, initramfs, iommu, more_parameters):
    # What is left out only costs time under emulation: the timer check, mitigations, the kernel's
    # tests of its ciphers, and the walk through all page tables after making text read-only.
    parameters = ["console=ttyS0", "quiet", "panic=-1", "no_timer_check", "mitigations=off",
                  "cryptomgr.notests", "rodata=off", *iommu_options(iommu)[1], *more_parameters]
    return ["-kernel", kernel, "-initrd", initramfs, "-append", " ".join(parameters)]


class Run:
    """One run of QEMU until the guest powers off.

    on_line is called with each line of the report as it arrives; QEMU's own
    messages go to the file 'messages' (default: standard error). Afterwards
    'status' is the scenario's exit status, or None if the guest never told.
    """

    def __init__(self, command, timeout, on_line=None, messages=None):
        self.status = None
        self.timed_out = False
        self.exit_code = None
        self._on_line = on_line or (lambda line: None)
        self._timeout = timeout
        self._command = command
        self._messages = messages

    def _lines(self, channel, process):
        deadline = time.monotonic() + self._timeout
        buffered = b""
        with selectors.DefaultSelector() as selector:
            selector.register(channel, selectors.EVENT_READ)
            while True:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    self.timed_out = True
                    return
                if not selector.select(min(remaining, 1)):
                    # What QEMU wrote last may have come after the select.
                    if process.poll() is not None and not selector.select(0):
                        return
                    continue
                chunk = channel.recv(65536)
                if not chunk:
                    return
                *lines, buffered = (buffered + chunk).split(b"\n")
                for line in lines:
                    yield line.decode("utf-8", "replace").rstrip("\r")

    def execute(self):
        ours, theirs = socket.socketpair()
        command = self._command + [
            "-chardev", f"socket,id=report,fd={theirs.fileno()}", "-serial", "chardev:report"]
        with ours:
            process = subprocess.Popen(command, pass_fds=[theirs.fileno()],
                                       stderr=self._messages)
            theirs.close()
            try:
                for line in self._lines(ours, process):
                    match = STATUS_LINE.fullmatch(line)
                    if match:
                        self.status = int(match.group(1))
                    else:
                        self._on_line(line)
                if not self.timed_out:
                    process.wait(30)
            except subprocess.TimeoutExpired:
                self.timed_out = True
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                    try:
                        process.wait(5)
                    except subprocess.TimeoutExpired:
                        process.kill()
                        process.wait()
        self.exit_code = process.returncode
        return self


def cache_directory():
    cache = os.environ.get("NDIS_SHIM_CACHE")
    if not cache:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        cache = os.path.join(base, "ndis-shim")
    return os.path.abspath(cache)


def probe_identity(qemu, kernel):
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as stream:
        facts = [stream.read()]
    for path in (qemu, kernel):
        status = os.stat(path)
        facts.append(f"{os.path.realpath(path)} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


def kvm_boots(qemu, kernel, initramfs):
    """Whether KVM boots this kernel: /dev/kvm can be there and still not do so."""
    command = base_command(qemu, "kvm", "intel", "512M", 1)
    command += kernel_options(kernel, initramfs, "intel", [])
    command += ["-serial", "null"]
    return Run(command, KVM_PROBE_SECONDS, None, subprocess.DEVNULL).execute().status == 0


def choose_accel(accel, qemu, kernel, initramfs, say):
    """Turns 'auto' into tcg or kvm; the probe's answer is kept until reboot."""
    if accel == "kvm" and not os.access("/dev/kvm", os.R_OK | os.W_OK):
        raise VmError("/dev/kvm cannot be opened; use --accel tcg, or load the module kvm and "
                      "become a member of the group that owns /dev/kvm")
    if accel != "auto":
        return accel
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    answer_path = os.path.join(cache_directory(), "kvm-probe", probe_identity(qemu, kernel))
    if os.path.exists(answer_path):
        with open(answer_path, encoding="ascii") as stream:
            return stream.read().strip()
    say(f"trying whether KVM boots the guest (up to {KVM_PROBE_SECONDS} seconds)")
    answer = "kvm" if kvm_boots(qemu, kernel, initramfs) else "tcg"
    say(f"the guest will run under {answer.upper()}")
    os.makedirs(os.path.dirname(answer_path), exist_ok=True)
    with open(f"{answer_path}.{os.getpid()}", "w", encoding="ascii") as stream:
        stream.write(answer + "\n")
    os.replace(f"{answer_path}.{os.getpid()}", answer_path)
    return answer


def say_to_stderr(text):
    print(f"run-vm: {text}", file=sys.stderr, flush=True)
