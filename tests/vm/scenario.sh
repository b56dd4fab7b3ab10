# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034 # the sourcing script uses GATEWAY
#
# What the scenarios of this directory share; sourced from /scenario/scenario.sh.
# Scenarios print TAP; LOG holds the output of the command that was judged last, and lies in
# WORK with their other files.

count=0
failures=0
WORK=$(mktemp -d)
LOG=$WORK/ndisrun.log
GATEWAY=10.0.2.2
: >"$LOG"

# verdict STATUS NAME
verdict() {
	count=$((count + 1))
	word=ok
	if [ "$1" -ne 0 ]; then
		word='not ok'
		failures=$((failures + 1))
		sed 's/^/# /' "$LOG"
	fi
	printf '%s %d - %s\n' "$word" "$count" "$2"
}

finish() {
	printf '1..%d\n' "$count"
	[ "$failures" -eq 0 ]
	exit
}

# devices BUS ID: addresses, in order
devices() {
	ndisrun list | awk -v bus="^0000:$1:" -v id="$2" '$1 ~ bus && $2 == id { print $1 }'
}

# driver_of ADDRESS
driver_of() {
	link=$(readlink "/sys/bus/pci/devices/$1/driver")
	echo "${link##*/}"
}

# is_back ADDRESS DRIVER: has the driver, and no override is left
is_back() {
	[ "$(driver_of "$1")" = "$2" ] &&
		[ "$(cat "/sys/bus/pci/devices/$1/driver_override")" = "(null)" ]
}

# run ARGUMENT...: 'ndisrun run' in the background, until it serves nic0
run() {
	ndisrun run "$@" >"$LOG" 2>&1 &
	ndisrun_pid=$!
	waited=0
	until [ -S /run/ndisrun/nic0.sock ] && ndisrun stats nic0 >/dev/null 2>&1; do
		if ! kill -0 "$ndisrun_pid" 2>/dev/null || [ "$waited" -gt 600 ]; then
			verdict 1 "ndisrun starts with $*"
			return 1
		fi
		waited=$((waited + 1))
		usleep 100000
	done
}

# start ADDRESS ARGUMENT...: the sgnic miniport
start() {
	address=$1
	shift
	run --device "$address" --miniport sgnic "$@"
}

# wait_until COMMAND...: for at most a minute, as a busy machine may need
wait_until() {
	waited=0
	until "$@"; do
		[ "$waited" -lt 600 ] || return 1
		waited=$((waited + 1))
		usleep 100000
	done
}

# lease: nic0 gets its address
lease() {
	udhcpc -i nic0 -n -q -t 40 -T 1 -s /scenario/udhcpc.sh >"$LOG" 2>&1
}

# flood: frames in both directions until it is killed
flood() {
	while :; do
		ping -c 200 -A -s 1400 "$GATEWAY" >/dev/null 2>&1
	done
}

# counter NAME
counter() {
	sed -n "s/^$1: //p" "$LOG"
}

# frames_passed NUMBER: in each direction; the counters are in LOG
frames_passed() {
	ndisrun stats nic0 >"$LOG"
	[ "$(counter 'frames sent')" -gt "$1" ] && [ "$(counter 'frames received')" -gt "$1" ]
}

# number OID OFFSET: the ULONG at that offset of the answer
number() {
	digits=$(ndisrun oid nic0 "$1" | cut -c$(($2 * 2 + 1))-$(($2 * 2 + 8)))
	echo "$digits" | sed 's/\(..\)\(..\)\(..\)\(..\)/0x\4\3\2\1/' | {
		read -r value
		echo $((value))
	}
}

# stop: the instance that serves nic0
stop() {
	ndisrun stop nic0 >/dev/null
}
