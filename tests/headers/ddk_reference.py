# SPDX-License-Identifier: MIT
"""The DDK headers of Debian's mingw-w64-common, repaired so that the host's compiler takes them."""

import os
import re

from compiled_headers import Headers, preprocess, run_compiler

# What a compiler for Windows on x86_64 predefines and these headers look at.
TARGET = {
    "__x86_64__": "1", "__x86_64": "1", "_AMD64_": "1", "_M_AMD64": "100", "_M_X64": "100",
    "_WIN32": "1", "WIN32": "1", "_WIN64": "1", "__MINGW32__": "1", "__MINGW64__": "1",
    "__GNUC__": "12", "__GNUC_MINOR__": "0", "__SIZEOF_POINTER__": "8", "__SIZEOF_INT128__": "16",
    "__int64": "long long", "__int32": "int", "__int16": "short", "__int8": "char",
    "__cdecl": "", "__stdcall": "", "__fastcall": "", "__declspec(x)": "__attribute__((x))",
}


class RepairError(Exception):
    pass


def with_32_bit_long(text):
    """Windows is LLP64: long has 32 bits, and so have constants that end in L."""
    text = re.sub(r"\blong\s+long\b", "long_long", text)
    text = re.sub(r"\blong\s+(int|double)\b", r"\1", text)
    text = re.sub(r"\blong\b", "int", text)
    text = text.replace("long_long", "long long")
    return re.sub(r"\b(0[xX][0-9a-fA-F]+|\d+)([uU]?)[lL]\b", r"\1\2", text)


def without_second_enums(text):
    """ndis.h defines again an enumeration of ntddndis.h."""
    kept, seen, position = [], set(), 0
    for match in re.finditer(r"typedef\s+enum\s+(\w+)\s*\{[^}]*\}[^;]*;", text):
        if match[1] in seen:
            kept.append(text[position:match.start()])
            position = match.end()
        seen.add(match[1])
    return "".join(kept) + text[position:]


def with_missing_commas(text):
    """A comma is missing in the prototype of NdisMWanIndicateReceiveComplete."""
    return re.sub(r"(\bNDIS_HANDLE\s+MiniportAdapterHandle)(\s+NDIS_HANDLE\b)", r"\1,\2", text)


def with_declared_types(text):
    """IO_STACK_LOCATION of NT 5.1 has a member whose type is declared for NT 6.0 only."""
    return re.sub(r"\bSYSTEM_POWER_STATE_CONTEXT(\s+SystemPowerStateContext;)", r"ULONG\1", text)


def load(compiler, include_folder, source, folder):
    """Headers of what SOURCE includes from below INCLUDE_FOLDER."""
    if not os.path.isfile(os.path.join(include_folder, "ddk", "ndis.h")):
        raise RepairError(f"there is no ddk/ndis.h in {include_folder}")
    built_in = run_compiler([compiler, "-print-file-name=include"], None, compiler).strip()
    defines = [f"-D{name}={value}" for name, value in TARGET.items()]
    command = [compiler, "-w", "-undef", "-nostdinc", "-isystem", built_in,
               "-I", os.path.join(include_folder, "ddk"), "-I", include_folder, *defines]
    text, macros = preprocess(command, source, "DDK headers")
    for repair in (with_32_bit_long, without_second_enums, with_missing_commas,
                   with_declared_types):
        text = repair(text)
    macros = {name: (parameters, with_32_bit_long(body))
              for name, (parameters, body) in macros.items()}
    return Headers("DDK", [compiler, "-w", "-fshort-wchar", "-mms-bitfields",
                           "-D__cdecl=", "-D__stdcall=", "-D__fastcall=", "-D__forceinline=inline",
                           "-D__declspec(x)=__attribute__((x))"], text, macros, folder)
