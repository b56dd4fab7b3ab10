#!/bin/bash
# SPDX-License-Identifier: MIT
#
# refused.sh MESSAGE COMMAND...: passes if the compilation fails and says why.
set -u
message=$1
shift
if output=$("$@" 2>&1); then
    echo "compiled, but should have been refused with: $message"
    exit 1
fi
if [[ $output != *"$message"* ]]; then
    echo "refused, but without saying: $message"
    echo "$output"
    exit 1
fi
