#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs in the guest that migration_test.py moves: brings the NIC up, then leaves the
# traffic to the kernel, which answers pings, until it is told to end. Prints TAP.

# shellcheck source=tests/vm/scenario.sh
. /scenario/scenario.sh

INTERFACE=nic0
HOST=10.9.0.1
HOST_ADDRESS=52:54:00:5a:6e:99

expect_word() {
	read -r word </dev/ttyS1 && [ "$word" = "$1" ]
}

# is_zero NAME: a counter of "ndisrun stats"
is_zero() {
	[ "$(counter "$1")" = 0 ]
	verdict $? "$1: 0"
}

start "$(devices 00 1af4:10f0)" --tap "$INTERFACE" --policy remap || finish
echo 1 >"/proc/sys/net/ipv6/conf/$INTERFACE/disable_ipv6"
ip address add 10.9.0.2/24 dev "$INTERFACE" && ip link set "$INTERFACE" up &&
	arp -i "$INTERFACE" -s "$HOST" "$HOST_ADDRESS"
verdict $? "the interface is up"
echo "# ready"
expect_word end
verdict $? "told to end"

cp "$LOG" "$WORK/ndisrun.said"
ndisrun stats "$INTERFACE" >"$LOG" 2>&1
verdict $? "ndisrun stats"
is_zero "send failures"
is_zero "broken rules"
is_zero "mapping failures"
kill -TERM "$ndisrun_pid"
wait "$ndisrun_pid"
verdict $? "ndisrun ends and gives the NIC back"
cp "$WORK/ndisrun.said" "$LOG"
! grep -E 'error|warning' "$LOG"
verdict $? "the driver and the library reported no error"
finish
