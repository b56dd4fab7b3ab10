#!/bin/bash
# SPDX-License-Identifier: MIT
# quiet.sh COMMAND...: runs ndis-cc -v; a warning of the compiler fails, too.
set -euo pipefail

if ! messages=$("$@" 2>&1) || grep -q 'warning:' <<<"$messages"; then
	printf '%s\n' "$messages" >&2
	exit 1
fi
