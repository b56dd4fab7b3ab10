# SPDX-License-Identifier: MIT
"""Types of a compiled C file, read from its DWARF by readelf."""

import os
import re
import subprocess

_HEAD = re.compile(r"\s*<(\d+)><([0-9a-f]+)>: Abbrev Number: \d+ \((DW_TAG_\w+)\)")
_ATTRIBUTE = re.compile(r"\s*<[0-9a-f]+>\s+(DW_AT_\w+)\s*: (.*)")
_FORM = re.compile(r"^(?:\([^)]*\):?\s*)+")  # of the attribute, which some versions print
_TRANSPARENT = ("DW_TAG_typedef", "DW_TAG_const_type", "DW_TAG_volatile_type",
                "DW_TAG_restrict_type")
_TAGGED = {"DW_TAG_structure_type": "struct", "DW_TAG_union_type": "union",
           "DW_TAG_enumeration_type": "enum"}
AGGREGATES = ("DW_TAG_structure_type", "DW_TAG_union_type")
_ENCODINGS = {"2": "boolean", "4": "float", "5": "signed", "6": "signed", "7": "unsigned",
              "8": "unsigned", "16": "character"}


class Entry:
    """One debugging information entry."""

    def __init__(self, tag):
        self.tag = tag
        self.attributes = {}
        self.children = []

    def number(self, name, default=None):
        text = self.attributes.get(name)
        if text is None:
            return default
        return int(text.split()[0], 0)

    def name(self):
        return self.attributes.get("DW_AT_name")


class Types:
    """The types, enumerators and variables of one object file."""

    def __init__(self, object_file):
        self._entries = {}
        self._read(object_file)
        self.typedefs, self.tags, self.enumerators, self.variables = {}, {}, {}, {}
        for entry in self._entries.values():
            self._sort_in(entry)

    def _read(self, object_file):
        listing = subprocess.run(["readelf", "--wide", "--debug-dump=info", object_file],
                                 check=True, capture_output=True, text=True,
                                 env=os.environ | {"LC_ALL": "C"}).stdout
        path, entry = [], None
        for line in listing.splitlines():
            head = _HEAD.match(line)
            if head:
                depth = int(head[1])
                entry = self._entries[int(head[2], 16)] = Entry(head[3])
                del path[depth:]
                if path:
                    path[-1].children.append(entry)
                path.append(entry)
                continue
            attribute = _ATTRIBUTE.match(line)
            if attribute and entry:
                entry.attributes[attribute[1]] = _FORM.sub("", attribute[2]).strip()

    def _sort_in(self, entry):
        name = entry.name()
        if not name:
            return
        if entry.tag == "DW_TAG_typedef":
            self.typedefs[name] = entry
        elif entry.tag == "DW_TAG_enumerator":
            self.enumerators[name] = entry.number("DW_AT_const_value")
        elif entry.tag == "DW_TAG_variable":
            self.variables[name] = entry
        elif entry.tag in _TAGGED:
            key = f"{_TAGGED[entry.tag]} {name}"
            if key not in self.tags or not self._is_complete(self.tags[key]):
                self.tags[key] = entry

    @staticmethod
    def _is_complete(entry):
        return "DW_AT_declaration" not in entry.attributes

    def target(self, entry):
        """What the entry's DW_AT_type leads to, without typedefs and qualifiers; None is void."""
        while True:
            reference = entry.attributes.get("DW_AT_type")
            if reference is None:
                return None
            # Some versions name the type behind its offset.
            entry = self._entries[int(re.match(r"<(\w+)", reference)[1], 16)]
            if entry.tag not in _TRANSPARENT:
                return self._definition(entry)

    def _definition(self, entry):
        if entry.tag in _TAGGED and entry.name():
            return self.tags.get(f"{_TAGGED[entry.tag]} {entry.name()}", entry)
        return entry

    def is_opaque(self, entry):
        return entry is not None and entry.tag in _TAGGED and not self._is_complete(entry)

    def describe(self, entry):
        """A short text that is equal for types which a caller cannot tell apart in memory."""
        if entry is None:
            return "void"
        if self.is_opaque(entry):
            return "something incomplete"
        if entry.tag == "DW_TAG_base_type":
            encoding = entry.attributes["DW_AT_encoding"].split()[0]
            return f"{_ENCODINGS[encoding]} {8 * entry.number('DW_AT_byte_size')}"
        if entry.tag == "DW_TAG_pointer_type":
            target = self.target(entry)
            if target is not None and target.tag == "DW_TAG_subroutine_type":
                return "pointer to " + self.describe(target)
            return "pointer"
        if entry.tag == "DW_TAG_subroutine_type":
            return (f"{self.describe(self.target(entry))} function("
                    + ", ".join(self.parameters(entry)) + ")")
        if entry.tag == "DW_TAG_array_type":
            counts = "".join(f"[{self._count(child)}]" for child in entry.children)
            return self.describe(self.target(entry)) + counts
        if entry.tag == "DW_TAG_enumeration_type":
            return f"enum {8 * entry.number('DW_AT_byte_size', 0)}"
        return f"{_TAGGED[entry.tag]} of {entry.number('DW_AT_byte_size', 0)} bytes"

    @staticmethod
    def _count(subrange):
        if "DW_AT_count" in subrange.attributes:
            return subrange.number("DW_AT_count")
        bound = subrange.attributes.get("DW_AT_upper_bound")
        return subrange.number("DW_AT_upper_bound") + 1 if bound else 0

    def parameters(self, function):
        """A text for each parameter; a parameter list that is not declared gives none."""
        result = []
        for child in function.children:
            if child.tag == "DW_TAG_formal_parameter":
                # The shallow form: parameters that point to functions are compared by type name.
                target = self.target(child)
                pointer = target is not None and target.tag == "DW_TAG_pointer_type"
                result.append("pointer" if pointer else self.describe(target))
            elif child.tag == "DW_TAG_unspecified_parameters":
                result.append("...")
        return result

    def members(self, aggregate, base=0, prefix=""):
        """{path: (offset in bits, bits or None, description)} of a struct or union, flattened."""
        result = {}
        for child in aggregate.children:
            if child.tag != "DW_TAG_member":
                continue
            target = self.target(child)
            bits = child.number("DW_AT_bit_size")
            offset = base + self._member_offset(child, bits)
            path = prefix + (child.name() or "")
            if child.name():
                result[path] = (offset, bits, self.describe(target))
            if target is not None and target.tag in AGGREGATES:
                inner = path + "." if child.name() else prefix
                result.update(self.members(target, offset, inner))
        return result

    def _member_offset(self, member, bits):
        offset = 8 * member.number("DW_AT_data_member_location", 0)
        if bits is None:
            return offset
        if "DW_AT_data_bit_offset" in member.attributes:
            return member.number("DW_AT_data_bit_offset")
        # DWARF 2 and 3 count a bit-field's bits from the most significant end of its unit.
        unit = 8 * member.number("DW_AT_byte_size", self.target(member).number("DW_AT_byte_size"))
        return offset + unit - member.number("DW_AT_bit_offset", 0) - bits
