#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""with_host_memory.py RUN-VM ARGUMENT...: run-vm, and a host that tells the guest its memory.

The guest's third serial port, /dev/ttyS2, takes a request a line: a physical address and a number
of bytes, decimal. The answer is a line: the bytes in hexadecimal digits as QEMU's monitor saves
them, or what was wrong. The exit status is run-vm's.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

MAXIMUM = 1 << 16
CONNECT_SECONDS = 60


def connect(path, process):
    """QEMU makes its sockets when it starts, which takes a moment."""
    deadline = time.monotonic() + CONNECT_SECONDS
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(path)
            return connection
        except OSError:
            connection.close()
            if process.poll() is not None or time.monotonic() > deadline:
                return None
            time.sleep(0.05)


class Monitor:
    """QEMU's machine protocol, as far as one command."""

    def __init__(self, connection, directory):
        self._stream = connection.makefile("rw", encoding="utf-8")
        self._file = os.path.join(directory, "memory")
        self._stream.readline()
        self._command("qmp_capabilities", {})

    def _command(self, name, arguments):
        self._stream.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        self._stream.flush()
        for line in self._stream:
            answer = json.loads(line)
            if "return" in answer:
                return
            if "error" in answer:
                raise ValueError(answer["error"]["desc"])
        raise ValueError("QEMU has closed its monitor")

    def memory(self, address, length):
        self._command("pmemsave", {"val": address, "size": length, "filename": self._file})
        with open(self._file, "rb") as stream:
            return stream.read()


def answer_to(request, monitor):
    try:
        address, length = (int(word) for word in request.split())
        if address < 0 or not 0 < length <= MAXIMUM:
            raise ValueError(f"an address from 0 and 1 to {MAXIMUM} bytes, please")
        return monitor.memory(address, length).hex()
    except ValueError as error:
        print(f"# with_host_memory: '{request.strip()}': {error}", flush=True)
        return f"error: {error}"


def serve(paths, process, directory):
    connections = [connect(path, process) for path in paths]
    if None in connections:
        return
    monitor = Monitor(connections[0], directory)
    with connections[1].makefile("rw", encoding="ascii", errors="replace", newline="\n") as port:
        for request in port:
            port.write(answer_to(request, monitor) + "\n")
            port.flush()


def main():
    # So that the guest is ended on every way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if len(sys.argv) < 2:
        sys.exit("usage: with_host_memory.py RUN-VM ARGUMENT...")
    with tempfile.TemporaryDirectory(prefix="ndis-shim-memory-") as directory:
        paths = [os.path.join(directory, name) for name in ("monitor", "port")]
        command = [sys.argv[1],
                   "--qemu-option=-qmp", f"--qemu-option=unix:{paths[0]},server=on,wait=off",
                   "--qemu-option=-chardev",
                   f"--qemu-option=socket,id=memory,path={paths[1]},server=on,wait=off",
                   "--device", "isa-serial,index=2,chardev=memory", *sys.argv[2:]]
        with subprocess.Popen(command) as process:
            try:
                threading.Thread(target=serve, args=(paths, process, directory),
                                 daemon=True).start()
                status = process.wait()
            except BaseException:
                process.terminate()
                raise
    sys.exit(status)


if __name__ == "__main__":
    main()
