#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The guest's side of tests/bench/guest.py: runs each line that comes over the second serial port as
# a command. What it prints goes back, and then "@status N".
mkdir -p /var/run
chmod 755 /
stty -F /dev/ttyS1 raw -echo
echo "@ready"
while IFS= read -r line; do
	[ -n "$line" ] || continue
	[ "$line" != @end ] || break
	eval "$line" 2>&1
	echo "@status $?"
done </dev/ttyS1
