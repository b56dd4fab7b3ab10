#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""file-server: what a guest gets and leaves, and what is said of one that dies meanwhile."""

import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
import tap

SERVER = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "file-server")
LARGE = 64 << 20
SECONDS = 60


class FileServer(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.errors = tempfile.TemporaryFile("w+")
        self.server = subprocess.Popen([SERVER, self.folder.name], stdout=subprocess.PIPE,
                                       stderr=self.errors, text=True)
        self.port = int(self.server.stdout.readline())

    def tearDown(self):
        self.server.terminate()
        self.server.wait()
        self.server.stdout.close()
        self.errors.close()
        self.folder.cleanup()

    def connect(self, request):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)
        connection.sendall(request)
        return connection

    def ask(self, request):
        with self.connect(request) as connection:
            answer = b""
            while chunk := connection.recv(1 << 16):
                answer += chunk
        return answer

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def expect_error(self, *words):
        """The one line that comes, and no other."""
        until = time.monotonic() + SECONDS
        text = ""
        while not text.endswith("\n") and time.monotonic() < until:
            time.sleep(0.02)
            self.errors.seek(0)
            text = self.errors.read()
        self.assertEqual(text.count("\n"), 1, text)
        self.assertTrue(text.startswith("file-server: error: "), text)
        for word in words:
            self.assertIn(word, text)

    def expect_no_upload(self):
        until = time.monotonic() + SECONDS
        while os.listdir(self.folder.name) and time.monotonic() < until:
            time.sleep(0.02)
        self.assertEqual(os.listdir(self.folder.name), [])

    @staticmethod
    def reset(connection):
        """As the network of a machine that is no longer there."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def test_there_and_back(self):
        body = os.urandom(100000)
        answer = self.ask(b"PUT /a.bin HTTP/1.0\r\nContent-Length: 100000\r\n\r\n" + body)
        self.assertIn(b" 201 ", answer.splitlines()[0])
        answer = self.ask(b"GET /a.bin HTTP/1.0\r\n\r\n")
        self.assertEqual(answer.split(b"\r\n\r\n", 1)[1], body)
        self.assertIn(b" 404 ", self.ask(b"GET /b.bin HTTP/1.0\r\n\r\n").splitlines()[0])
        self.assertIn(b" 400 ", self.ask(b"GET /../a.bin HTTP/1.0\r\n\r\n").splitlines()[0])
        self.assertIn(b" 411 ", self.ask(b"PUT /c HTTP/1.0\r\n\r\n").splitlines()[0])

    def test_upload_reset(self):
        connection = self.connect(b"PUT /a.bin HTTP/1.0\r\nContent-Length: 1000\r\n\r\nbytes")
        until = time.monotonic() + SECONDS
        while not os.listdir(self.folder.name) and time.monotonic() < until:
            time.sleep(0.02)
        self.reset(connection)
        self.expect_error("upload of 'a.bin'", "of 1000 bytes", "reset")
        self.expect_no_upload()

    def test_upload_closed(self):
        answer = self.connect(b"PUT /a.bin HTTP/1.0\r\nContent-Length: 1000\r\n\r\nbytes")
        answer.shutdown(socket.SHUT_WR)
        self.assertIn(b" 400 ", answer.recv(1000).splitlines()[0])
        answer.close()
        self.expect_error("upload of 'a.bin'", "after 5 of 1000 bytes", "closed")
        self.expect_no_upload()

    def test_download_reset(self):
        with open(self.path("large"), "wb") as file:
            file.truncate(LARGE)
        connection = self.connect(b"GET /large HTTP/1.0\r\n\r\n")
        self.assertTrue(connection.recv(1000))
        self.reset(connection)
        self.expect_error("download of 'large'")

    def test_request_reset(self):
        self.reset(self.connect(b"PUT /a.bin HT"))
        self.expect_error("broken off")

    def test_no_room(self):
        os.mkdir(self.path("a.bin.upload"))
        answer = self.ask(b"PUT /a.bin HTTP/1.0\r\nContent-Length: 0\r\n\r\n")
        self.assertIn(b" 500 ", answer.splitlines()[0])
        self.expect_error("upload of 'a.bin' cannot be stored", "directory")


if __name__ == "__main__":
    tap.main()
