#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs in the guest of unplug_test.py, which unplugs the NIC behind the root port, and plugs in
# another, when it is told to. Prints TAP.

# shellcheck source=tests/vm/scenario.sh
. /scenario/scenario.sh

said=$WORK/ndisrun.said

# serve ARGUMENT...: ndisrun on the NIC behind the root port, with frames passing; what it says is
# in $said, LOG is for other commands
serve() {
	nic=$(devices 01 1af4:10f0)
	LOG=$said
	start "$nic" --policy remap "$@" || finish
	LOG=$WORK/log
	lease
	verdict $? "$label: DHCP lease"
	flood &
	flood_pid=$!
	wait_until frames_passed 100
	verdict $? "$label: frames pass"
}

is_absent() {
	[ ! -e "/sys/bus/pci/devices/$nic" ]
}

is_unserved() {
	! ndisrun stats nic0 >"$LOG" 2>&1
}

# ask WORD MESSAGE: have the NIC removed, by the host if the word is one that it knows; ndisrun says
# MESSAGE, and lets it go
ask() {
	echo "# $1"
	wait_until is_absent
	verdict $? "$label: the kernel has removed the NIC"
	wait_until is_unserved && [ ! -e /sys/class/net/nic0 ]
	verdict $? "$label: the interface is gone"
	LOG=$said
	grep -q "$2" "$said"
	verdict $? "$label: ndisrun says '$2'"
	! grep -E 'left behind|cannot|broken rule|; rule:' "$said"
	verdict $? "$label: nothing was left, and all given back"
	kill "$flood_pid"
	wait "$flood_pid" 2>/dev/null
	[ "$(devices 01 1af4:10f0)" = '' ]
	verdict $? "$label: 'ndisrun list' does not show it"
}

# ends_with STATUS
ends_with() {
	wait "$ndisrun_pid"
	[ "$?" -eq "$1" ]
	verdict $? "$label: exit status $1"
}

is_plugged() {
	[ -n "$(devices 01 1af4:10f0)" ]
}

plug() {
	echo "# plug"
	wait_until is_plugged
	verdict $? "$label: another NIC is there"
}

label='one of two adapters'
other=$(devices 00 1af4:10f0)
serve --device "$other" --tap nic1
ask unplug "asks device $nic back"
ndisrun stats nic1 >"$LOG" 2>&1 && [ "$(ndisrun oid nic1 OID_GEN_MEDIA_IN_USE)" != '' ]
verdict $? "$label: the other one is served"
ndisrun stop nic1 >/dev/null 2>&1
ends_with 9
is_back "$other" ''
verdict $? "$label: the other one is given back"

label='a NIC that does not answer'
plug
serve
ask lose "device $nic is gone"
ends_with 9

label='removed by hand'
plug
serve
(echo 1 >"/sys/bus/pci/devices/$nic/remove") &
ask nothing "asks device $nic back"
ends_with 9
echo 1 >/sys/bus/pci/rescan

label='unbound by hand'
wait_until is_plugged
verdict $? "$label: the NIC is found again"
serve
echo "$nic" >"/sys/bus/pci/devices/$nic/driver/unbind"
ends_with 9
kill "$flood_pid"
wait "$flood_pid" 2>/dev/null
wait_until is_back "$nic" ''
verdict $? "$label: the NIC is given back"

label='the last time'
serve
kill "$flood_pid"
wait "$flood_pid" 2>/dev/null
kill -TERM "$ndisrun_pid"
ends_with 0
finish
