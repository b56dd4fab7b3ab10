#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs the commands of a document, in their order, as a reader would, and compares what they print.

usage: commands_test.py DOCUMENT BUILD-DIRECTORY

A block ```sh is run, in one shell for the whole document and in a copy of the project's top
directory that can be written to; a block ```sh fails must fail. A block ```text behind it is what
they print: its lines must come in this order, where ... stands for any characters, and, alone, for
any lines. A block ```c is part of the file that the last line before it names.
Lines of ninja are left out: a build of this kind is what the test runs in.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "tools",
                                "lib"))
sys.dont_write_bytecode = True
import tap_report  # noqa: E402

PROJECT = os.path.normpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
BLOCK = re.compile(r"^```(\S+)( fails)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w./-]+\.[ch])`[^`]*$")


def blocks_of(text):
    """(language, must fail, content, prose before) of each fenced block."""
    end = 0
    for match in BLOCK.finditer(text):
        yield match.group(1), bool(match.group(2)), match.group(3), text[end:match.start()]
        end = match.end()


def pattern_of(line):
    return ".*".join(re.escape(part) for part in line.rstrip().split("...")) + r"\s*"


def missing_line(wanted, output):
    """The first line of `wanted` that does not come in `output` in its turn, or None."""
    lines = iter(output.splitlines())
    for line in wanted.splitlines():
        if line.strip() in ("", "..."):
            continue
        if not any(re.fullmatch(pattern_of(line), candidate) for candidate in lines):
            return line
    return None


class Shell:
    """One bash for all commands."""

    def __init__(self, directory):
        self.script = os.path.join(directory, ".commands")
        self.process = subprocess.Popen(["bash"], cwd=directory, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, commands):
        """Exit status of the last command, or of the first that fails, and all output."""
        with open(self.script, "w", encoding="utf-8") as file:
            file.writelines(line for line in commands.splitlines(keepends=True)
                            if not line.startswith("ninja "))
        name = f"{os.getpid()}-end-of-commands"
        self.process.stdin.write("status=0; trap 'status=1' ERR\n"
                                 f"source {self.script} </dev/null\n"
                                 f"trap - ERR; echo; echo {name} $status\n")
        self.process.stdin.flush()
        output = []
        for line in self.process.stdout:
            if line.startswith(name):
                return int(line.split()[1]), "".join(output)
            output.append(line)
        return 1, "".join(output) + "the shell has ended"

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def make_directory(directory, build):
    """The project as a reader has it, but that what is written stays here.

    The tools are copied: they find the build directory by where they are.
    """
    for name in os.listdir(PROJECT):
        if not name.startswith((".", "build", "tools")):
            os.symlink(os.path.join(PROJECT, name), os.path.join(directory, name))
    shutil.copytree(os.path.join(PROJECT, "tools"), os.path.join(directory, "tools"))
    os.symlink(build, os.path.join(directory, "build"))


def normal(code):
    return "\n".join(line.rstrip() for line in code.strip("\n").splitlines())


def check_code(tap, content, prose):
    named = FILE.search(prose)
    parts = [normal(part) for part in re.split(r"^\t*\.\.\.\n", content, flags=re.MULTILINE)]
    if not named:
        tap.report(False, "code", f"no file is named before:\n{content}")
        return
    with open(os.path.join(PROJECT, named.group(1)), encoding="utf-8") as file:
        whole = normal(file.read())
    tap.report(all(part in whole for part in parts), f"code of {named.group(1)}",
               f"not in it:\n{content}")


def main():
    document, build = sys.argv[1:3]
    tap = tap_report.Tap()
    with open(document, encoding="utf-8") as file:
        blocks = list(blocks_of(file.read()))
    with tempfile.TemporaryDirectory(prefix="ndis-shim-docs-") as directory:
        make_directory(directory, build)
        shell = Shell(directory)
        output = ""
        for language, must_fail, content, prose in blocks:
            if language == "c":
                check_code(tap, content, prose)
            elif language == "text":
                line = missing_line(content, output)
                tap.report(line is None, "output", f"'{line}' does not come in its turn in:\n{output}")
            else:
                status, output = shell.run(content)
                tap.report((status != 0) == must_fail, content.strip().splitlines()[0], output)
        shell.close()
    tap.finish()


if __name__ == "__main__":
    main()
