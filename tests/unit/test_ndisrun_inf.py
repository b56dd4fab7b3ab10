#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ndisrun inf: what is read from INF files, and what is said about wrong ones.

usage: test_ndisrun_inf.py NDISRUN SGNIC.inf

'ndisrun run --inf' reads the same; tests/qtest/platform/ndisrun_test.py shows that the driver gets it.
"""

import os
import subprocess
import sys
import tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..",
                                "tools", "lib"))
sys.dont_write_bytecode = True
import tap_report  # noqa: E402

NDISRUN, SGNIC_INF = sys.argv[1:3]
OK, FAILED, USAGE = 0, 1, 2
DEVICE = r"PCI\VEN_8086&DEV_100E"

# KEYWORDS: lines of that section.
TEXT = r'''; A comment, with an odd " in it
[Version]
Signature = "$Windows NT$"

[Manufacturer]
%Maker% = Models

[Models]
"Card = ""one""" = Card.Install, PCI\VEN_8086&DEV_100E, pci\ven_8086&dev_100f&subsys_12348086
%Other% = Other.Install, PCI\VEN_8086

[Card.Install]
AddReg = Card.Keywords, \
	Card.More
[Other.Install]
AddReg = Card.More

[Card.Keywords]
KEYWORDS

[Card.More]
HKR, , More, 0, "50%% ""more"", ; %maker%"   ; a comment
HKLM, Software\Nobody, Reads, 0, it
HKR, Ndi, Service, 0, card

[Strings]
Maker = "The Maker"
Other = "Any card of the maker"
'''

tap = tap_report.Tap()


def with_keywords(lines):
    return TEXT.replace("KEYWORDS", lines)


def ndisrun(*arguments):
    return subprocess.run([NDISRUN, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", timeout=120, check=False)


class Files:
    """INF files in a directory of their own."""

    def __init__(self, directory):
        self.path = os.path.join(directory, "card.inf")

    def show(self, name, content, status, words, device=DEVICE, without=()):
        with open(self.path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("latin-1"))
        result = ndisrun("inf", self.path, *([device] if device else []))
        lines = result.stdout.splitlines()
        missing = [word for word in words
                   if word not in (lines if status == OK else result.stdout)]
        tap.report(result.returncode == status and not missing and
                   not any(word in result.stdout for word in without), name,
                   f"status {result.returncode}, not {status}, or {missing} is missing in:\n"
                   + result.stdout)

    def keywords(self, name, lines, expected, without=()):
        self.show(name, with_keywords(lines), OK, expected, without=without)

    def wrong(self, name, lines, *words):
        self.show(name, with_keywords(lines), FAILED, ["card.inf:", *words])


def line_of(text, part):
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def parameter(name, **attributes):
    return "\n".join(rf"HKR, Ndi\params\{name}, {attribute}, 0, {value}"
                     for attribute, value in attributes.items())


def choices(name, *values):
    return "\n".join(rf"HKR, NDI\Params\{name}\Enum, {value}, 0, a text" for value in values)


def test_values(files):
    files.keywords("texts and numbers", "HKR,,Text,,plain words\nhkr, , Number, 0x00010001, 0x10\n"
                   "HKR, , Bytes, 0x10001, 1, 02, 0, ff\nHKR,,Quoted,0,\"a, b\"",
                   ["Text = plain words", "Number = 0x10", "Bytes = 0xff000201", "Quoted = a, b",
                    'More = 50% "more", ; The Maker'])
    files.keywords("keywords without case, the last value counts",
                   "HKR,,One,0,1\nHKR,,ONE,0,2\nHKR,,one,2,3\nHKR,,Two,0,1\nHKR,,Two,4\n"
                   "HKR,,Three,0x20,1", ["One = 2", "Two is not set", "Three is not set"])
    files.keywords("keys below the adapter's own",
                   "HKR, Parameters, Depth, 0x10001, 4\nHKR,Parameters\\Rings,Depth,0,8\n"
                   "HKR,Ndi,Depth,0,9\nHKR,Ndi\\Interfaces,Depth,0,10\nHKR,Ndis,Depth,0,11\n"
                   "HKR,Parameters,,0,12", ["Parameters\\Depth = 0x4",
                                            "Parameters\\Rings\\Depth = 8", "Ndis\\Depth = 11"],
                   without=["= 9", "= 10", "= 12"])
    files.keywords("other types are named", "HKR,,Binary,1,00,01", [],
                   without=["Binary ="])
    files.keywords("a default", parameter("Speed", type="int", default=10, min=5, max=20),
                   ["Speed = 10 (int, 5 to 20)"])
    files.keywords("a value goes before the default",
                   "HKR,,Speed,0,15\n" + parameter("Speed", type="dword", default=10),
                   ["Speed = 15 (dword, 0 to 4294967295)"])
    files.keywords("an optional default is not set",
                   parameter("Speed", type="word", default=10, optional=1),
                   ["Speed is not set (word, 0 to 65535)"])
    files.keywords("hexadecimal", parameter("Port", type="int", base=16, default="1f", min=10,
                                            max="FF", step=1), ["Port = 1f (int, 0x10 to 0xff, hexadecimal)"])
    files.keywords("steps", parameter("Ring", type="long", default=96, min=32, max=4096, step=32),
                   ["Ring = 96 (long, 32 to 4096 in steps of 32)"])
    files.keywords("enum", parameter("Duplex", type="enum", default="2") + "\n"
                   + choices("Duplex", "0", "1", "2"), ["Duplex = 2 (enum, 0, 1, 2)"])
    files.keywords("edit", parameter("Name", type="edit", default="abc", LimitText=3),
                   ["Name = abc (edit, at most 3 characters)"])
    files.show("an install section for NT", with_keywords("HKR,,A,0,1").replace("[Card.Install]", "[Card.Install.ntx86]") + "[Card.Install]\nAddReg = Absent\n", OK, ["A = 1"])
    files.show("models for a version of NT", with_keywords("HKR,,A,0,1").replace("[Models]", "[Models.NTx86.5.1]") + "[Models]\nx = Absent, PCI\\VEN_1\n", OK, ["A = 1"])
    files.show("Needs and BusType", with_keywords("HKR,,A,0,1") +
               "[Other.Install]\nNeeds = Card.Install, Windows.Own\nBusType = 5\n", OK,
               ["A = 1", "BusType = 5"], device=r"pci\VEN_8086")


def test_encodings(files):
    text = with_keywords("HKR,,A,0,\xe4\nHKR,,B,0,2")
    expected = ["B = 2", 'More = 50% "more", ; The Maker']
    files.show("CR LF", text.replace("\n", "\r\n"), OK, expected)
    files.show("a Ctrl-Z ends the text", text + "\x1aHKR\0nothing", OK, expected)
    files.show("UTF-16LE", b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le"), OK,
               expected)
    files.show("UTF-8", b"\xef\xbb\xbf" + text.encode("utf-8"), OK, expected)
    files.show("UTF-16BE", b"\xfe\xff" + text.encode("utf-16-be"), FAILED, ["high byte first"])
    files.show("half a character", b"\xff\xfe" + text.encode("utf-16-le") + b"x", FAILED,
               ["odd number"])
    files.show("a zero byte", text.replace("[Models]", "[Mod\0els]"), FAILED,
               [f"card.inf:{line_of(text, '[Models]')}: a zero byte"])


def test_devices(files):
    text = with_keywords("HKR,,A,0,1")
    files.show("the list of devices", text, OK, [DEVICE + ": [Card.Install]",
               r"pci\ven_8086&dev_100f&subsys_12348086: [Card.Install]",
               r"PCI\VEN_8086: [Other.Install]"], device=None)
    files.show("another device", text, FAILED, [r"PCI\VEN_1234", "no model"],
               device=r"PCI\VEN_1234")
    files.show("no manufacturer", text.replace("[Manufacturer]", "[Nobody]"), FAILED,
               ["[Manufacturer]"])
    files.show("no models", text.replace("[Models]", "[Nobody]"), FAILED,
               [f"card.inf:{line_of(text, '%Maker% =')}", "'Models'"])
    files.show("no install section", text.replace("[Card.Install]", "[Nobody]"), FAILED,
               ["[Card.Install]"])
    files.show("no keywords", text.replace("[Card.More]", "[Nobody]"), FAILED,
               [f"card.inf:{line_of(text, 'AddReg')}", "[Card.More]"])
    files.show("a string that is missing", text.replace("Maker =", "Baker ="), FAILED,
               ["%maker%"])
    files.show("a model without a section", text.replace("%Other% = Other.Install,", "%Other%,"), FAILED,
               [f"card.inf:{line_of(text, '%Other% =')}", "install-section"])
    files.show("no signature", text.replace("Signature", "Signed"), FAILED, ["Signature"])
    files.show("a wrong signature", text.replace("$Windows NT$", "$DOS$"), FAILED,
               ["card.inf:3", "'$DOS$'"])
    files.show("no section", "x\n" + text, FAILED,
               ["card.inf:1", "first section"])
    files.show("a section that is not closed", text.replace("[Models]", "[Models"), FAILED,
               [f"card.inf:{line_of(text, '[Models]')}", "[name]"])
    files.show("a quote that is not closed", text.replace('"The Maker"', '"The Maker'), FAILED,
               [f"card.inf:{line_of(text, 'Maker =')}", "quote"])
    files.show("an empty file", "", FAILED, ["no Signature"])
    files.show("a large file", ";" * (4 << 20) + "\n", FAILED, ["4194304 bytes"])
    files.show("needs itself", text + "[Card.Install]\nNeeds = Card.Install\n", FAILED, ["8 deep"])


def test_limits(files):
    files.wrong("a type that does not exist", parameter("Speed", type="float"), "Speed", "'float'",
                "int, long, word, dword, edit or enum")
    files.wrong("a default above the limit",
                parameter("Speed", type="int", default=21, min=5, max=20), "Speed '21'", "5 to 20")
    files.wrong("a default between the steps",
                parameter("Speed", type="int", default=21, min=0, step=5), "'21'", "steps of 5")
    files.wrong("a default that is no number", parameter("Speed", type="int", default="fast"),
                "'fast'", "give a number from -32768 to 32767")
    files.wrong("limits the wrong way round", parameter("Speed", type="int", min=5, max=4),
                "'5'", "min must not be above max")
    files.wrong("a limit that is no number", parameter("Speed", type="int", max="x"), "'x'", "max")
    files.wrong("limits without a type", parameter("Speed", min=1), "no type")
    files.wrong("a base", parameter("Speed", base=8), "'8'", "10 or 16")
    files.wrong("optional", parameter("Speed", optional=2), "'2'", "up to 1")
    files.wrong("an enum without values", parameter("Speed", type="enum"), "no values")
    files.wrong("a default that is none of the enum", parameter("Speed", type="enum", default=3)
                + "\n" + choices("Speed", 1, 2), "Speed '3'", "must be one of 1, 2")
    files.wrong("a text that is too long", parameter("Name", type="edit", default="abcd",
                                                     LimitText=3), "'abcd'", "at most 3")
    files.wrong("flags", "HKR,,A,zero,1", "'zero'", "32 bits")
    files.wrong("a REG_DWORD that is no number", "HKR,,A,0x10001,x", "REG_DWORD 'x'")
    files.wrong("a REG_DWORD of three bytes", "HKR,,A,0x10001,1,2,3", "four bytes")
    files.wrong("a root that does not exist", "HKX,,A,0,1", "'HKX'", "HKR")
    files.wrong("a long value", "HKR,,A,0," + "x" * 1024, "1023 characters")
    files.wrong("many values", "HKR,,A,0" + ",1" * 300, "at most 256 values")
    text = with_keywords("HKR,,A,0,1\nHKX,,B,0,1")
    files.wrong("the number of the line", "HKR,,A,0,1\nHKX,,B,0,1",
                f"card.inf:{line_of(text, 'HKX')}:")


def test_command_line():
    def usage(words, *arguments, status=USAGE):
        result = ndisrun("inf", *arguments)
        tap.report(result.returncode == status and all(word in result.stdout for word in words),
                   f"inf with {len(arguments)} arguments", result.stdout)

    usage(["takes a file"])
    usage(["takes a file"], "a", "b", "c")
    usage(["/no/file", "No such file"], "/no/file", status=FAILED)


def main():
    with tempfile.TemporaryDirectory() as directory:
        files = Files(directory)
        test_values(files)
        test_encodings(files)
        test_devices(files)
        test_limits(files)
        with open(SGNIC_INF, "rb") as file:
            files.show("the file of the sgnic miniport", file.read(), OK,
                       ["BusType = 5", "NetworkAddress is not set (edit, at most 12 characters)",
                        "MapRegisters = 32 (int, 1 to 64)",
                        "MaximumFrameSize = 1514 (int, 1514 to 9230)",
                        "DmaSize = 0 (enum, 0, 24, 32, 64)"], device=r"PCI\VEN_1AF4&DEV_10F0")
    test_command_line()
    tap.finish()


if __name__ == "__main__":
    main()
