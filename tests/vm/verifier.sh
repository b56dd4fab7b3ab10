# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154 # the sourcing script sets nic and other_nic
#
# The checking mode of ndisrun with real hardware faults and real traffic; sourced by options.sh
# after scenario.sh. A driver without fault is not reported, one with a fault is, and an access to
# a buffer after its Complete is traced to the map register.

# no_reports MODE: in the counters in LOG
no_reports() {
	[ "$(counter verifier)" = "$1" ] && [ "$(counter 'broken rules')" = 0 ] &&
		[ "$(counter 'verifier, rules without a number')" = 0 ] &&
		! grep -q '^verifier 0x' "$LOG"
}

# start_logged ARGUMENT...: start, with what ndisrun says kept in RUN_LOG
RUN_LOG=$WORK/verified.log
start_logged() {
	other_log=$LOG
	LOG=$RUN_LOG
	start "$nic" "$@"
	started=$?
	LOG=$other_log
	return $started
}

# verified_traffic POLICY: the miniport works as ever, and nothing is reported.
verified_traffic() {
	start_logged --verify=stop --policy "$1" || return
	grep -qx 'verifier: stop' "$RUN_LOG"
	verdict $? "--verify=stop, policy $1: shown at the start"
	lease && ping_gateway 56 && ping -c 50 -A -s 1400 "$GATEWAY" >/dev/null 2>&1
	verdict $? "--verify=stop, policy $1: frames pass"
	ndisrun reset nic0 >/dev/null && ping_gateway 1400
	verdict $? "--verify=stop, policy $1: and after a reset"
	ndisrun stats nic0 >"$LOG"
	no_reports stop && [ "$(counter 'verifier records')" -gt 0 ] &&
		[ "$(counter 'frames sent')" -gt 50 ]
	verdict $? "--verify=stop, policy $1: nothing is reported"
	stop
	wait "$ndisrun_pid" && ! grep -q 'rule:' "$RUN_LOG"
	verdict $? "--verify=stop, policy $1: the miniport leaves nothing behind"
}

# has WORDS NAME: in LOG
has() {
	grep -qE -- "$1" "$LOG"
	verdict $? "$2"
}

# The NIC reads a frame's buffer again after its mapping has ended.
traced_fault() {
	start_logged --verify --policy remap || return
	lease && ping_gateway 1000
	verdict $? "--verify: frames pass"
	ndisrun oid nic0 "$OID_REPLAY_TRANSMIT" 00 >"$LOG" 2>&1
	verdict $? "--verify: the NIC reads a completed buffer"
	high=$(number "$OID_REPLAY_TRANSMIT" 4)
	logical=$((high << 32 | $(number "$OID_REPLAY_TRANSMIT" 0)))
	# The IOMMU tells the page, the report the buffer that was there.
	page=$(printf '0x%x' $((logical & ~4095)))
	logical=$(printf '0x%x' "$logical")
	# QEMU's AMD IOMMU refuses the access and reports nothing.
	if [ ! -e /sys/class/iommu/ivhd0 ]; then
		wait_until fault_is_counted
		verdict $? "--verify: the fault is counted as 0x26"
	fi
	stop
	wait "$ndisrun_pid"
	[ ! -e /sys/class/iommu/ivhd0 ] || return
	cp "$RUN_LOG" "$LOG"
	has "read of the device at $page refused: in (a page of )?the former map register [0-9]+, buffer.*logical $logical," \
		"--verify: the fault at $logical is traced to the map register"
	has 'mapped by NdisMStartBufferPhysicalMapping from sgnic.so.* at IRQL 2, [0-9.]+ m?s ago' \
		"--verify: the report says who mapped the buffer"
	has 'ended by NdisMCompleteBufferPhysicalMapping from sgnic.so' \
		"--verify: the report says who ended the mapping"
	sed -nE 's/.*mapped by .* at IRQL 2, ([0-9.]+) ms ago; ended by .* ([0-9.]+) ms ago.*/\1 \2/p' \
		"$LOG" | awk '{ good = $1 >= $2 } END { exit !good }'
	verdict $? "--verify: the mapping was made before it was ended"
}

fault_is_counted() {
	ndisrun stats nic0 | grep -q '^verifier 0x26 .*: [1-9]'
}

# A driver that ends a mapping twice.
broken_driver() {
	ndisrun run --device "$other_nic" --miniport /scenario/broken_miniport.so --verify \
		--policy remap >"$LOG" 2>&1
	[ $? -eq 4 ]
	verdict $? "--verify: a driver with a fault goes on, to its own failure"
	has 'NdisMCompleteBufferPhysicalMapping: map register 3 maps nothing; rule: NdisMStart' \
		"--verify: the call, the value and the rule"
	has '\(DMA verification 0x16\)' "--verify: the number"
	has 'mapped by NdisMStartBufferPhysicalMapping from broken_miniport.so: broken_map\+0x' \
		"--verify: where the mapping was made"
	has 'ended by NdisMCompleteBufferPhysicalMapping from broken_miniport.so: broken_end\+0x' \
		"--verify: where the mapping was ended"
	is_back "$other_nic" ""
	verdict $? "--verify: the NIC is back"

	ndisrun run --device "$other_nic" --miniport /scenario/broken_miniport.so --verify=stop \
		--policy remap >"$LOG" 2>&1
	[ $? -eq 8 ]
	verdict $? "--verify=stop: the driver is stopped"
	has '\(DMA verification 0x16\)' "--verify=stop: the number"
	has 'bug check 0x000000e6 DRIVER_VERIFIER_DMA_VIOLATION' "--verify=stop: a bug check"
	wait_until is_back "$other_nic" ""
	verdict $? "--verify=stop: the NIC is back"

	ndisrun run --device "$other_nic" --miniport /scenario/broken_miniport.so \
		--policy remap >"$LOG" 2>&1
	[ $? -eq 4 ] && grep -q 'map register 3 maps nothing' "$LOG" && ! grep -q 'mapped by' "$LOG"
	verdict $? "without --verify: one line, and no records"
}

verifier() {
	verified_traffic remap
	verified_traffic copy
	traced_fault
	broken_driver
}
