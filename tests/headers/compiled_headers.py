# SPDX-License-Identifier: MIT
"""What a set of C headers defines, found by compiling it: types, values, functions, macros."""

import os
import re
import subprocess

from dwarf_types import Types

_DEFINE = re.compile(r"#define (\w+)(\([^)]*\))?(?: (.*))?")
_LINE_MARKER = re.compile(r'# \d+ "([^"]*)"')
_PROTOTYPE = re.compile(r"/\* (.*):\d+:[NIO][CF] \*/ [^(]*?(\w+) \((.*?)\); ?(?:/\*|$)")
_PROBE_ERROR = re.compile(r"^probe:(\d+):.*\b(?:error|in expansion of macro)\b", re.M)

# How a name can be used, and a declaration that compiles only if it can be used so.
PROBES = (
    ("value", "enum {{ probe_value_{0} = ({1}) }} probe_variable_{0};"),
    ("type", "enum {{ probe_size_{0} = sizeof({1} *) }}; __typeof__({1}) *probe_variable_{0};"),
    ("object", "__typeof__({1}) *probe_variable_{0};"),
)
SAMPLES = ((0, 0, 0), (1, 1, 1), (1, 4096, 2), (4095, 2, 7), (4096, 4095, 0x1234),
           (0x12345, 0x1001, 3), (0xFFFFF001, 0x80000000, 0xFF))


class CompileError(Exception):
    pass


def _probe_lines(lines, without):
    return "".join(f'\n#line {number} "probe"\n{line}\n'
                   for number, line in lines if number not in without)


def run_compiler(command, text, what):
    result = subprocess.run(command, input=text, capture_output=True, text=True, check=False,
                            env=os.environ | {"LC_ALL": "C"})
    if result.returncode:
        raise CompileError(f"{what} do not compile:\n{result.stderr}")
    return result.stdout


class Headers:
    """One set of headers: text without directives, macros by name, and the compiler to use."""

    def __init__(self, name, compiler, text, macros, folder):
        self.name = name
        self.macros = macros
        self._compiler = compiler
        self._text = text
        self._folder = folder
        self.functions = {}
        # Unused types are what is wanted of headers.
        self.types = self._compile(name, text, "-fno-eliminate-unused-debug-types")
        self._read_prototypes(self._path(name, ".prototypes"))

    def _path(self, name, ending):
        return os.path.join(self._folder, name + ending)

    def _compile(self, name, text, *options):
        source, object_file = self._path(name, ".c"), self._path(name, ".o")
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        run_compiler([*self._compiler, "-c", "-g", "-gdwarf-4", *options, "-aux-info",
                      self._path(name, ".prototypes"), source, "-o", object_file],
                     None, f"the {name} headers")
        return Types(object_file)

    def _read_prototypes(self, path):
        with open(path, encoding="utf-8") as file:
            for line in file:
                match = _PROTOTYPE.match(line)
                if match:
                    self.functions[match[2]] = match[1]

    def names(self):
        """Every name a program can use; structure, union and enumeration tags carry that word."""
        return (self.macros.keys() | self.functions.keys() | self.types.typedefs.keys()
                | self.types.tags.keys() | self.types.enumerators.keys())

    def arity(self, name):
        """The number of parameters of a macro that has some or stands for one that has, else None."""
        parameters, body = self.macros.get(name, (None, ""))
        if parameters is None:
            return self.arity(body) if body in self.macros and body != name else None
        inner = parameters.strip("()").strip()
        return len(inner.split(",")) if inner else 0

    def probe(self, names):
        """{name: (kind, entry or value)}; a name of no kind is a keyword."""
        names = [name for name in names if self.arity(name) is None]
        rest, found, text = list(enumerate(names)), {}, self._with_macros()
        for kind, pattern in PROBES:
            lines = [(number, pattern.format(number, name)) for number, name in rest]
            bad = self._failing(text, lines)
            for number, name in rest:
                if number not in bad:
                    found[number] = kind
            text += _probe_lines(lines, bad)
            rest = [(number, name) for number, name in rest if number in bad]
        types = self._compile(self.name + " probed", text)
        return types, {name: self._result(types, number, found.get(number, "keyword"))
                       for number, name in enumerate(names)}

    @staticmethod
    def _result(types, number, kind):
        if kind == "value":
            return kind, types.enumerators[f"probe_value_{number}"]
        if kind in ("type", "object"):
            return kind, types.target(types.target(types.variables[f"probe_variable_{number}"]))
        return kind, None

    def _with_macros(self):
        return self._text + "".join(f"\n#undef {name}\n#define {name}{parameters or ''} {body}"
                                    for name, (parameters, body) in self.macros.items()) + "\n"

    def _failing(self, text, lines):
        """The numbers of the probes that do not compile."""
        bad, more = set(), True
        # An undeclared name is reported once in each function, so every probe has its own; an
        # error may hide the next one, so ask until the compiler is content.
        lines = [(number, f"void probe_function_{number}(void) {{ {line} }}")
                 for number, line in lines]
        while more:
            result = subprocess.run(
                [*self._compiler, "-fsyntax-only", "-x", "c", "-"],
                input=text + _probe_lines(lines, bad), capture_output=True, text=True,
                check=False, env=os.environ | {"LC_ALL": "C"})
            more = {int(number) for number in _PROBE_ERROR.findall(result.stderr)}
            bad |= more
        return bad

    def samples(self, names):
        """{name: values of the macro for SAMPLES} of the macros that are constant expressions."""
        text, lines = self._with_macros(), []
        for number, name in enumerate(names):
            for index, sample in enumerate(SAMPLES):
                arguments = ", ".join(f"{value}" for value in sample[:self.arity(name)])
                lines.append((number * len(SAMPLES) + index,
                              f"enum {{ probe_sample_{number}_{index} = ({name}({arguments})) }}"
                              f" probe_variable_{number}_{index};"))
        bad = {number // len(SAMPLES) for number in self._failing(text, lines)}
        text += "\n".join(line for number, line in lines if number // len(SAMPLES) not in bad)
        values = self._compile(self.name + " sampled", text).enumerators
        return {name: [values[f"probe_sample_{number}_{index}"] for index in range(len(SAMPLES))]
                for number, name in enumerate(names) if number not in bad}


def preprocess(compiler, source, what):
    """(text without directives, {macro: (parameters, body)})"""
    text = run_compiler([*compiler, "-E", "-x", "c", "-"], source, what)
    listing = run_compiler([*compiler, "-E", "-dD", "-x", "c", "-"], source, what)
    macros, files, current = {}, {}, ""
    for line in listing.splitlines():
        marker = _LINE_MARKER.match(line)
        define = _DEFINE.match(line)
        if marker:
            current = marker[1]
        elif define:
            macros[define[1]] = (define[2], define[3] or "")
            files[define[1]] = current
        elif line.startswith("#undef "):
            macros.pop(line.split()[1], None)
    return text, {name: macro for name, macro in macros.items()
                  if not files[name].startswith("<")}
