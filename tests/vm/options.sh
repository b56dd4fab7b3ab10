#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs in the guest: what each option of 'ndisrun run' changes, seen from
# outside. The guest has two sgnics, the first one with a network. Prints TAP.

# shellcheck source=tests/vm/scenario.sh
. /scenario/scenario.sh
# shellcheck source=tests/vm/verifier.sh
. /scenario/verifier.sh

# As in miniports/sgnic/sgnic_oids.h.
OID_REPLAY_TRANSMIT=0xFF534701
OID_DRIVER_STATISTICS=0xFF534704

# ping_gateway BYTES
ping_gateway() {
	ping -c 2 -i 0.2 -W 30 -s "$1" "$GATEWAY" >"$LOG" 2>&1
}

interrupts() {
	for kind in msix msi intx; do
		start "$nic" --irq "$kind" || return
		grep -qx "interrupt: $kind" "$LOG"
		verdict $? "--irq $kind: shown at the start"
		lease && ping_gateway 56
		verdict $? "--irq $kind: frames pass"
		ndisrun stats nic0 >"$LOG"
		[ "$(counter interrupts)" -gt 4 ]
		verdict $? "--irq $kind: $(counter interrupts) interrupts"
		stop
	done
}

# Policy remap, so that the address of a frame is one of a map register.
dma_sizes() {
	for size in 24 32 64; do
		start "$nic" --dma-size "$size" --policy remap || return
		lease && ping_gateway 1000
		verdict $? "--dma-size $size: frames pass"
		ndisrun oid nic0 "$OID_REPLAY_TRANSMIT" 00 >"$LOG" 2>&1
		verdict $? "--dma-size $size: replay"
		low=$(number "$OID_REPLAY_TRANSMIT" 0)
		high=$(number "$OID_REPLAY_TRANSMIT" 4)
		address=$((high << 32 | low))
		case $size in
		24) [ "$address" -lt $((1 << 24)) ] ;;
		32) [ "$address" -lt $((1 << 32)) ] ;;
		esac && [ "$address" -gt 0 ]
		verdict $? "--dma-size $size: a frame was at $(printf '0x%x' "$address")"
		stop
	done
}

# refused_physical PATTERN: --addresses physical is refused with exit status 3
refused_physical() {
	ndisrun run --device "$nic" --miniport sgnic --addresses physical >"$LOG" 2>&1
	[ $? -eq 3 ] && grep -q "$1" "$LOG"
}

# Memory of which the driver knows the physical address is that of huge pages.
physical_addresses() {
	refused_physical 'no huge page of 2 MiB is free'
	verdict $? "--addresses physical: huge pages are missing"
	wait_until is_back "$nic" ""
	echo 16 >/proc/sys/vm/nr_hugepages
	start "$nic" --addresses physical || return
	grep -qx 'addresses: physical' "$LOG"
	verdict $? "--addresses physical: shown at the start"
	grep -q '^HugePages_Free: *0$' /proc/meminfo
	verdict $? "--addresses physical: the memory is that of huge pages"
	lease && ping_gateway 1400
	verdict $? "--addresses physical: frames pass"
	[ "$(ndisrun faults nic0 2>&1 | tee "$LOG" | grep -c 0x)" -eq 0 ]
	verdict $? "--addresses physical: no fault"
	stop
	wait_until grep -q '^HugePages_Free: *16$' /proc/meminfo
	verdict $? "--addresses physical: the huge pages are free again"
	echo 0 >/proc/sys/vm/nr_hugepages
}

# A list without tasks: of NDIS_TASK_OFFLOAD_HEADER, nothing follows.
offload() {
	none=010000001c000000000000000000000002000000010000000e000000
	start "$nic" --set TaskOffload=1 --set UseScatterGather=1 || return
	ndisrun oid nic0 OID_TCP_TASK_OFFLOAD "$none" >"$LOG" 2>&1
	[ $? -eq 1 ] && grep -q 'cannot set OID_TCP_TASK_OFFLOAD.*--offload none' "$LOG"
	verdict $? "what was agreed on with the miniport cannot be set"
	lease && ping_gateway 1000
	verdict $? "frames pass as before"
	stop
	start "$nic" --set TaskOffload=1 --set UseScatterGather=1 --offload none || return
	ndisrun oid nic0 OID_TCP_TASK_OFFLOAD "$none" >"$LOG" 2>&1
	verdict $? "--offload none: it can be"
	stop
}

address() {
	start "$nic" --mac 52:54:00:aa:bb:cc || return
	[ "$(cat /sys/class/net/nic0/address)" = 52:54:00:aa:bb:cc ]
	verdict $? "--mac: the interface has the address"
	ndisrun oid nic0 OID_802_3_CURRENT_ADDRESS >"$LOG" && grep -q '^525400aabbcc ' "$LOG"
	verdict $? "--mac: the miniport has it"
	ndisrun oid nic0 OID_802_3_PERMANENT_ADDRESS >"$LOG" && ! grep -q '^525400aabbcc ' "$LOG"
	verdict $? "--mac: the permanent address is another"
	lease && ping_gateway 56
	verdict $? "--mac: frames pass"
	stop
}

# Map registers are asked for only when there is no scatter/gather.
scatter_gather() {
	start "$nic" --set UseScatterGather=1 || return
	[ "$(number "$OID_DRIVER_STATISTICS" 0)" -eq 0 ]
	verdict $? "--set UseScatterGather=1: the miniport has no map registers"
	lease && ping_gateway 1400
	verdict $? "--set UseScatterGather=1: frames pass"
	stop
	start "$nic" --set UseScatterGather=1 --no-sg --set MapRegisters=4 || return
	[ "$(number "$OID_DRIVER_STATISTICS" 0)" -eq 4 ]
	verdict $? "--no-sg: it has map registers, as many as --set MapRegisters says"
	lease && ping_gateway 1400
	verdict $? "--no-sg: frames pass"
	stop
	ndisrun run --device "$nic" --miniport sgnic --set MapRegisters=100000 >"$LOG" 2>&1
	[ $? -eq 4 ] && grep -q 'MapRegisters is 100000' "$LOG"
	verdict $? "--set with a value the miniport refuses"
}

# The miniport's longest frame is the interface's. QEMU's user network answers none of them, so
# sending is what can be seen.
long_frames() {
	start "$nic" --set MaximumFrameSize=9014 || return
	[ "$(cat /sys/class/net/nic0/mtu)" -eq 9000 ]
	verdict $? "--set MaximumFrameSize=9014: the interface has an MTU of 9000"
	lease && ping_gateway 56
	verdict $? "--set MaximumFrameSize=9014: frames pass"
	ping -c 2 -W 1 -s 8900 "$GATEWAY" >/dev/null 2>&1
	ndisrun stats nic0 >"$LOG"
	[ "$(counter 'bytes sent')" -gt $((2 * 8942)) ] && [ "$(counter 'send failures')" -eq 0 ]
	verdict $? "--set MaximumFrameSize=9014: frames of 8942 bytes are sent"
	stop
}

# mappings_per_100_frames NUMBER: a frame that is under way is mapped, but not yet counted as sent
mappings_per_100_frames() {
	ndisrun stats nic0 >"$LOG"
	mappings=$(($(counter 'mappings copy') * 100 / $(counter 'frames sent')))
	[ "$mappings" -eq "$1" ]
}

# A frame in two buffers takes two mappings.
split() {
	start "$nic" --policy copy || return
	lease && ping_gateway 1400
	wait_until mappings_per_100_frames 100
	verdict $? "without --split: $mappings mappings for 100 frames"
	stop
	start "$nic" --policy copy --split 14 || return
	lease && ping_gateway 1400
	verdict $? "--split: frames pass"
	wait_until mappings_per_100_frames 200
	verdict $? "--split: $mappings mappings for 100 frames"
	stop
}

end_of_run() {
	start "$nic" --stats || return
	stop
	wait "$ndisrun_pid"
	grep -q '^frames sent: ' "$LOG" && grep -q '^map registers mapped now: 0$' "$LOG"
	verdict $? "--stats: the counters are printed at the end"
}

two_at_once() {
	ndisrun run --device "$other_nic" --miniport sgnic --tap nic7 >"$WORK/nic7.log" 2>&1 &
	start "$nic" || return
	wait_until ndisrun stats nic7 >/dev/null 2>&1
	verdict $? "--tap nic7: a second instance has another interface"
	lease && ping_gateway 56
	verdict $? "the first instance works beside it"
	ndisrun stop nic7 >/dev/null && is_back "$other_nic" ""
	verdict $? "the second one ends"
	ping_gateway 56
	verdict $? "the first instance still works"
	stop
	is_back "$nic" ""
	verdict $? "and ends"
}

two_in_one_process() {
	start "$nic" --device "$other_nic" --mac 52:54:00:aa:bb:dd || return
	wait_until ndisrun stats nic1 >/dev/null 2>&1
	verdict $? "two adapters of one process have nic0 and nic1"
	[ "$(cat /sys/class/net/nic1/address)" = 52:54:00:aa:bb:dd ] &&
		[ "$(cat /sys/class/net/nic0/address)" != 52:54:00:aa:bb:dd ]
	verdict $? "--mac behind the second --device is for the second"
	lease && ping_gateway 1000 && frames_passed 2
	verdict $? "frames pass through the first: $(counter 'frames sent') sent"
	ndisrun stats nic1 >"$LOG"
	[ "$(counter 'frames received')" -eq 0 ]
	verdict $? "the second has counters of its own"
	ndisrun stop nic1 >/dev/null && is_back "$other_nic" ""
	verdict $? "the second ends alone, its device is given back"
	ping_gateway 1000
	verdict $? "the first still works"
	stop
	is_back "$nic" ""
	verdict $? "and ends"
	start "$nic" --device 0000:00:1e.7 || return
	grep -q 'nic1: there is no PCI device 0000:00:1e.7' "$LOG"
	verdict $? "an adapter without a device is complained about"
	lease && ping_gateway 56
	verdict $? "the one beside it works"
	stop
	wait "$ndisrun_pid"
	[ $? -eq 3 ]
	verdict $? "the exit status is that of the failure"
}

# broken NUMBER WORDS PATTERN OPTION...: the driver of tests/qtest/platform/broken_driver.c
broken() {
	how=$1
	words=$2
	pattern=$3
	shift 3
	ndisrun run --device "$other_nic" --miniport /scenario/broken_driver.so --set "Break=$how" "$@" \
		>"$LOG" 2>&1
	[ $? -eq 8 ] && grep -q "$words" "$LOG" && grep -q "$pattern" "$LOG"
	verdict $? "a driver with Break=$how ends with a report: $words"
	wait_until is_back "$other_nic" ""
	verdict $? "a driver with Break=$how: the NIC is back"
}

nic=$(devices 00 1af4:10f0 | sed -n 1p)
other_nic=$(devices 00 1af4:10f0 | sed -n 2p)
interrupts
dma_sizes
physical_addresses
offload
address
scatter_gather
long_frames
split
end_of_run
two_at_once
two_in_one_process
broken 1 'bad memory access at address 0x123456780' 'follow_wild_pointer+0x'
broken 3 'assertion "broken->how == 0" failed' 'on_timer+0x'
broken 9 'a driver does not return' 'spin+0x' --watchdog 1
verifier
finish
