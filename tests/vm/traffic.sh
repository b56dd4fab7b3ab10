#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs in the guest: attaches a miniport to the NIC, moves traffic through it,
# and shows that the IOMMU stops the NIC where it must. Started by run-traffic,
# which knows the other end.
#
# Prints TAP without a plan. Of its comments, "# == text" is a heading,
# "# name: value" a fact, and "#     text" a line of output.
#
# Arguments, each NAME=VALUE; with lists, every combination is run:
#   miniport=NAME      of ndisrun's --miniport
#   inf=FILE           of its --inf, mac=ADDRESS of its --mac; empty: neither
#   policies=LIST      of auto, remap, copy, pool, cached, separated by commas
#   fragments=LIST     of page, none
#   interrupts=LIST    of auto, msix, msi, intx
#   ways=LIST          to the IOMMU, of auto, iommufd, type1
#   sg=LIST            of yes, no: whether the miniport gets scatter/gather lists
#   dma_size=24|32|64
#   addresses=LIST     of iova, physical; physical ones with policy auto and the first of the other lists
#   rounds=N           how often each combination is run, the driver stopped in between
# These ask the sgnic miniport for what only it tells:
#   protection=yes|no  show at the end that the IOMMU refuses a completed buffer
#   offload=yes|no     once more, with checksums and segments left to the NIC, by the first of each list
#   keep=yes|no        yes: attach only, and leave the NIC up
#   port=N             the host's file server
#   size=N             bytes of the upload
#   sha256=HEX         of the file to download

miniport=sgnic policies=auto fragments=none interrupts=auto ways=auto sg=yes dma_size=64 addresses=iova rounds=1
protection=yes offload=yes keep=no port='' size=0 sha256='' inf='' mac=''
for argument; do
	case $argument in
	miniport=* | inf=* | mac=* | policies=* | fragments=* | interrupts=* | ways=* | sg=* | dma_size=* | addresses=* | \
		rounds=* | \
		protection=* | offload=* | keep=* | port=* | size=* | sha256=*)
		eval "${argument%%=*}=\${argument#*=}" ;;
	*)
		echo "traffic.sh: unknown argument '$argument'"
		exit 2
		;;
	esac
done

GATEWAY=10.0.2.2
INTERFACE=nic0
HUGE_PAGES=32
WORK=$(mktemp -d)
LOG=$WORK/ndisrun.log
# As in miniports/sgnic/sgnic_oids.h and qemu-device/sgnic_regs.h.
OID_REPLAY_TRANSMIT=0xFF534701
OID_DEVICE_STATISTICS=0xFF534702
OID_ERRORS=0xFF534703
OID_DRIVER_STATISTICS=0xFF534704
STATISTIC_DMA_ERRORS=13
STATISTIC_TX_CHECKSUM=19
STATISTIC_TX_LARGE=20
STATISTIC_RX_CHECKSUM_BAD=21
DRIVER_LARGE_SENDS=128
DRIVER_LARGE_BYTES=136
STATUS_DMA_ERROR=0x1
CLASS_ETHERNET=0x0200
ERROR_DMA_READ=0x6
count=0
failures=0
uploads=0
label=

heading() {
	printf '# == %s\n' "$1"
}

# fact NAME VALUE...
fact() {
	name=$1
	shift
	printf '# %s: %s\n' "$name" "$*"
}

# verdict STATUS NAME VALUE: one checked statement.
verdict() {
	count=$((count + 1))
	word=ok
	if [ "$1" -ne 0 ]; then
		word='not ok'
		failures=$((failures + 1))
	fi
	printf '%s %d - %s%s: %s\n' "$word" "$count" "$2" "$label" "$3"
}

# lines: shows standard input as it is.
lines() {
	sed 's/^/#     /'
}

finish() {
	[ "$failures" -eq 0 ]
	exit
}

# give_up NAME VALUE: a failure after which nothing else can work.
give_up() {
	verdict 1 "$1" "$2"
	lines <"$LOG"
	dmesg | tail -n 15 | lines
	finish
}

find_nic() {
	for device in /sys/bus/pci/devices/*; do
		case $(cat "$device/class") in
		"$CLASS_ETHERNET"*)
			echo "${device##*/}"
			return
			;;
		esac
	done
}

nic_driver() {
	link=$(readlink "/sys/bus/pci/devices/$nic/driver")
	echo "${link##*/}"
}

describe_guest() {
	heading "The guest"
	fact "kernel" "$(uname -r)"
	fact "processor" "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)"
	for unit in /sys/class/iommu/*; do
		[ -e "$unit" ] || continue
		fact "IOMMU" "${unit##*/}"
	done
	dmesg | grep -iE 'Enabled IRQ remapping|Interrupt remapping enabled' |
		sed 's/^\[[^]]*\] //' | lines
	nic=$(find_nic)
	[ -n "$nic" ] || give_up "NIC" "no PCI device of class $CLASS_ETHERNET"
	vendor=$(cat "/sys/bus/pci/devices/$nic/vendor")
	device=$(cat "/sys/bus/pci/devices/$nic/device")
	fact "NIC" "$nic (${vendor#0x}:${device#0x})"
	driver=$(nic_driver)
	group=$(readlink "/sys/bus/pci/devices/$nic/iommu_group")
	[ -n "$group" ] || give_up "IOMMU group" "none: there is no IOMMU"
	fact "IOMMU group" "${group##*/}"
}

# start_ndisrun POLICY FRAGMENT INTERRUPT WAY [OPTION...]
# Without ndisrun's own limit: on a busy machine a guest's clock goes ahead by minutes.
start_ndisrun() {
	heading "ndisrun: policy $1, fragment $2, interrupt $3, VFIO $4, DMA size $dma_size"
	policy_given=$1 fragment_given=$2 interrupt_given=$3 way_given=$4
	shift 4
	[ -z "$inf" ] || set -- "$@" --inf "$inf"
	[ -z "$mac" ] || set -- "$@" --mac "$mac"
	ndisrun run --device "$nic" --miniport "$miniport" --tap "$INTERFACE" --policy "$policy_given" \
		--fragment "$fragment_given" --irq "$interrupt_given" --vfio "$way_given" \
		--dma-size "$dma_size" --watchdog 0 "$@" >"$LOG" 2>&1 &
	ndisrun_pid=$!
	waited=0
	until [ -e "/sys/class/net/$INTERFACE" ] && ndisrun stats "$INTERFACE" >/dev/null 2>&1; do
		kill -0 "$ndisrun_pid" 2>/dev/null || give_up "ndisrun" "ended at once"
		[ "$waited" -lt 300 ] || give_up "ndisrun" "no interface $INTERFACE after a minute"
		waited=$((waited + 1))
		usleep 200000
	done
	while IFS=: read -r name value; do
		fact "$name" "${value# }"
	done <"$LOG"
	shown=$(wc -l <"$LOG")
}

# What it said since it started is shown, too: of what the driver leaves, say.
stop_ndisrun() {
	kill -TERM "$ndisrun_pid"
	wait "$ndisrun_pid"
	status=$?
	tail -n +$((shown + 1)) "$LOG" | lines
	verdict $status "ndisrun" "ended on SIGTERM with status $status"
	[ "$(nic_driver)" = "$driver" ]
	verdict $? "NIC" "has ${driver:-no} driver again, as before"
}

get_lease() {
	udhcpc -i "$INTERFACE" -n -q -t 40 -T 1 -s /scenario/udhcpc.sh >"$WORK/udhcpc.log" 2>&1
	status=$?
	address=$(ip -4 -o address show dev "$INTERFACE" | awk '{ print $4 }')
	verdict $status "DHCP lease" "${address:-none}"
	[ $status -eq 0 ] || give_up "udhcpc" "$(tail -n 1 "$WORK/udhcpc.log")"
}

ping_gateway() {
	ping -c "$1" -i 0.2 -W 30 "$GATEWAY" >"$WORK/ping.log" 2>&1
	verdict $? "ping $GATEWAY" "$(grep transmitted "$WORK/ping.log")"
}

# timed COMMAND...: sets seconds, with two decimals, and status.
timed() {
	begin=$(cut -d' ' -f1 /proc/uptime | tr -d .)
	"$@" >"$WORK/timed.log" 2>&1
	status=$?
	end=$(cut -d' ' -f1 /proc/uptime | tr -d .)
	seconds=$(awk "BEGIN { printf \"%.2f\", ($end - $begin) / 100 }")
}

# put_file FILE NAME: busybox's wget takes a file to send for text and ends at its first zero byte.
# shellcheck disable=SC2317 # timed calls it
put_file() {
	{
		printf 'PUT /%s HTTP/1.0\r\nContent-Length: %s\r\n\r\n' "$2" "$(stat -c %s "$1")"
		cat "$1"
	} | nc "$GATEWAY" "$port" | head -n 1 | grep ' 201 '
}

transfer_files() {
	timed wget -q -O "$WORK/download" "http://$GATEWAY:$port/download"
	verdict $status "download" "$(stat -c %s "$WORK/download") bytes in $seconds s"
	sum=$(sha256sum "$WORK/download" | cut -d' ' -f1)
	[ "$sum" = "$sha256" ]
	verdict $? "SHA-256 of download" "$sum"
	rm -f "$WORK/download"

	uploads=$((uploads + 1))
	head -c "$size" /dev/urandom >"$WORK/upload"
	sum=$(sha256sum "$WORK/upload" | cut -d' ' -f1)
	timed put_file "$WORK/upload" "upload-$uploads"
	verdict $status "upload" "$size bytes in $seconds s"
	fact "SHA-256 of upload-$uploads" "$sum"
	rm -f "$WORK/upload"
}

# Each counter once; those that must be 0 are checked.
show_statistics() {
	ndisrun stats "$INTERFACE" >"$WORK/stats"
	verdict $? "ndisrun stats" "$(wc -l <"$WORK/stats") lines"
	pending=$(sed -n 's/^sends pending: //p' "$WORK/stats")
	while IFS=: read -r name value; do
		value=${value# }
		case $name in
		'map registers mapped now')
			# A frame that the driver has not completed yet is mapped.
			[ "$value" = 0 ] || [ "$pending" -gt 0 ]
			verdict $? "$name" "$value, with $pending sends pending"
			;;
		'mapping failures' | 'send failures' | 'broken rules' | \
			'device transmit errors' | 'device receive errors' | 'IOMMU faults')
			[ "$value" = 0 ]
			verdict $? "$name" "$value"
			;;
		*)
			fact "$name" "$value"
			;;
		esac
	done <"$WORK/stats"
	[ "$miniport" = sgnic ] || return
	value=$(device_statistic "$STATISTIC_DMA_ERRORS")
	[ "$value" = 0 ]
	verdict $? "DMA errors" "$value"
}

# device_statistic NUMBER
device_statistic() {
	answer=$(oid_bytes "$OID_DEVICE_STATISTICS")
	echo $(($(little_endian "$answer" $(($1 * 8)) 8)))
}

# What Linux left, the NIC computed; what came, it checked.
show_checksums() {
	left=$(sed -n 's/^checksums left to the driver: //p' "$WORK/stats")
	good=$(sed -n 's/^checksums found good: //p' "$WORK/stats")
	computed=$(device_statistic "$STATISTIC_TX_CHECKSUM")
	[ "$left" -gt 0 ] && [ "$computed" -ge "$left" ]
	verdict $? "checksums computed by the NIC" "$computed, $left of them before the counters"
	bad=$(device_statistic "$STATISTIC_RX_CHECKSUM_BAD")
	[ "$good" -gt 0 ] && [ "$bad" -eq 0 ]
	verdict $? "checksums found good by the NIC" "$good, and $bad bad ones"
}

# The upload went out in large packets, of which the NIC made segments.
show_large_sends() {
	left=$(sed -n 's/^large sends left to the driver: //p' "$WORK/stats")
	answer=$(oid_bytes "$OID_DRIVER_STATISTICS")
	sends=$(($(little_endian "$answer" "$DRIVER_LARGE_SENDS" 8)))
	bytes=$(($(little_endian "$answer" "$DRIVER_LARGE_BYTES" 8)))
	[ "$left" -gt 0 ] && [ "$sends" -ge "$left" ] && [ "$bytes" -gt $((sends * 1460)) ]
	verdict $? "large sends of the driver" "$sends with $bytes bytes, $left of them before the counters"
	segmented=$(device_statistic "$STATISTIC_TX_LARGE")
	[ "$segmented" -ge "$sends" ]
	verdict $? "large sends of the NIC" "$segmented"
}

# oid_bytes OID: the value as hexadecimal digits.
oid_bytes() {
	ndisrun oid "$INTERFACE" "$1" | sed 's/ (.*//'
}

# little_endian HEX OFFSET BYTES: the number at OFFSET of a byte string, as 0x...
little_endian() {
	digits=
	position=$2
	while [ "$position" -lt $(($2 + $3)) ]; do
		digits=$(echo "$1" | cut -c$((position * 2 + 1))-$((position * 2 + 2)))$digits
		position=$((position + 1))
	done
	printf '0x%x' "0x$digits"
}

iommu_faults() {
	dmesg | grep -E 'fault addr|IO_PAGE_FAULT' | sed 's/^\[[^]]*\] //'
}

# names_page ADDRESS: whether a fault on standard input is in the page of ADDRESS.
names_page() {
	sed -nE 's/.*(fault addr |address=)(0x[0-9a-f]+).*/\2/p' | {
		while read -r fault; do
			[ $((fault & ~4095)) -ne $(($1 & ~4095)) ] || exit 0
		done
		exit 1
	}
}

# wait_for_fault BEFORE ADDRESS: the kernel reports a fault, its BEFORE+1st, in the page of ADDRESS.
wait_for_fault() {
	waited=0
	while [ "$(iommu_faults | wc -l)" -le "$1" ] && [ "$waited" -lt 150 ]; do
		waited=$((waited + 1))
		usleep 200000
	done
	iommu_faults | tail -n +$(($1 + 1)) >"$WORK/faults"
	lines <"$WORK/faults"
	names_page "$2" <"$WORK/faults"
	verdict $? "the IOMMU refused" "the read at $2"
	ndisrun faults "$INTERFACE" >"$WORK/faults"
	names_page "$2" <"$WORK/faults"
	verdict $? "ndisrun faults" "$(head -n 1 "$WORK/faults")"
}

# The NIC reads a transmit buffer again whose mapping is completed. Only policy
# remap takes the mapping away, so only there the IOMMU can refuse.
# show_protection WAY
show_protection() {
	start_ndisrun remap none auto "$1"
	get_lease
	heading "Protection: the NIC reads a transmit buffer again after its completion"
	ping_gateway 1
	before=$(iommu_faults | wc -l)
	ndisrun oid "$INTERFACE" "$OID_REPLAY_TRANSMIT" 00 >"$WORK/replay.log" 2>&1
	verdict $? "replay" "requested with OID $OID_REPLAY_TRANSMIT"
	answer=$(oid_bytes "$OID_REPLAY_TRANSMIT")
	address=$(little_endian "$answer" 0 8)
	result=$(little_endian "$answer" 12 4)
	[ "$result" = "$STATUS_DMA_ERROR" ]
	verdict $? "the NIC reports" "status $result for the read at $address"
	answer=$(oid_bytes "$OID_ERRORS")
	fault=$(little_endian "$answer" 8 8)
	[ "$(little_endian "$answer" 0 4)" = "$ERROR_DMA_READ" ] && [ "$fault" = "$address" ]
	verdict $? "its error registers" "a refused read at $fault"
	if [ -e /sys/class/iommu/ivhd0 ]; then
		fact "kernel's log" "nothing: QEMU's AMD IOMMU refuses such a read without an event"
	else
		wait_for_fault "$before" "$address"
	fi
	ping_gateway 1
	stop_ndisrun
}

# run_traffic POLICY FRAGMENT INTERRUPT WAY [OPTION...]
run_traffic() {
	start_ndisrun "$@"
	heading "Traffic through $INTERFACE"
	get_lease
	ping_gateway 3
	transfer_files
	heading "Counters"
	show_statistics
	case "$*" in
	*TaskOffload=1*) show_checksums ;;
	esac
	case "$*" in
	*TaskOffload=1*UseScatterGather=1*) show_large_sends ;;
	esac
	stop_ndisrun
}

# words LIST: the list's elements, separated by blanks.
words() {
	echo "$1" | tr , ' '
}

# run_rounds: by policy, fragment, interrupt, way and lists
run_rounds() {
	set -- "$policy" "$fragment" "$interrupt" "$way"
	[ "$lists" = yes ] || set -- "$@" --no-sg
	round=1
	while [ "$round" -le "$rounds" ]; do
		label=
		case $policies$fragments$interrupts$ways$sg in
		*,*) label=" ($policy, fragment $fragment, $interrupt, $way, scatter/gather $lists)" ;;
		esac
		[ "$rounds" -eq 1 ] || label="$label, round $round"
		run_traffic "$@"
		round=$((round + 1))
	done
}

describe_guest
if [ "$keep" = yes ]; then
	start_ndisrun "$policies" "$fragments" "$interrupts" "$ways"
	get_lease
	finish
fi
case $addresses in
*iova*) combinations=$policies ;;
*) combinations= ;;
esac
for policy in $(words "$combinations"); do
	for fragment in $(words "$fragments"); do
		for interrupt in $(words "$interrupts"); do
			for way in $(words "$ways"); do
				for lists in $(words "$sg"); do
					run_rounds
				done
			done
		done
	done
done
label=
case $addresses in
*physical*)
	[ "$addresses" = physical ] || label=" (physical addresses)"
	echo "$HUGE_PAGES" >/proc/sys/vm/nr_hugepages
	run_traffic auto "${fragments%%,*}" "${interrupts%%,*}" "${ways%%,*}" --addresses physical
	echo 0 >/proc/sys/vm/nr_hugepages
	label=
	;;
esac
if [ "$offload" = yes ]; then
	label=" (work left to the NIC)"
	set -- --set TaskOffload=1
	# NDIS has no scatter/gather with 24 bits, and the miniport no large sends without.
	[ "$dma_size" -eq 24 ] || set -- "$@" --set UseScatterGather=1
	run_traffic "${policies%%,*}" "${fragments%%,*}" "${interrupts%%,*}" "${ways%%,*}" "$@"
	label=
fi
if [ "$protection" = yes ]; then
	for way in $(words "$ways"); do
		case $ways in
		*,*) label=" ($way)" ;;
		esac
		show_protection "$way"
	done
fi
finish
