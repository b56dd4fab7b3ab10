#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs in the guest: everything that keeps ndisrun from its work, or ends it
# early. Each time the message says what to do, the exit status is the
# documented one, and the NIC is back with the driver it had. Prints TAP.
#
# Argument, what the guest has:
#   none     no IOMMU; one sgnic
#   unsafe   an IOMMU that does not remap interrupts; one sgnic
#   iommu    an IOMMU; on the root bus two sgnics (the first one with a network)
#            and an e1000, behind a bridge another sgnic and another e1000

# shellcheck source=tests/vm/scenario.sh
. /scenario/scenario.sh

# refused STATUS WORDS NAME ADDRESS DRIVER ARGUMENT...: ndisrun run ends so, the NIC is back
refused() {
	expected=$1 words=$2 name=$3 address=$4 driver=$5
	shift 5
	ndisrun run --device "$address" "$@" >"$LOG" 2>&1
	status=$?
	grep -qF -- "$words" "$LOG"
	found=$?
	[ "$status" -eq "$expected" ] && [ "$found" -eq 0 ]
	verdict $? "$name: exit status $status, '$words'"
	is_back "$address" "$driver"
	verdict $? "$name: the NIC is back with driver '$driver'"
}

load_modules() {
	for module in /lib/modules/*.ko; do
		insmod "$module" 2>/dev/null
	done
}

no_iommu() {
	nic=$(devices 00 1af4:10f0)
	ndisrun list >"$LOG"
	awk -v nic="$nic" '$1 == nic { exit !($3 == "-" && $4 == "-" && $5 == "-") }' "$LOG"
	verdict $? "list shows no driver, no IOMMU and no group"
	refused 3 "in no IOMMU group" "no IOMMU" "$nic" "" --miniport sgnic
	grep -q 'intel_iommu=on.*amd_iommu=on' "$LOG"
	verdict $? "the message names the kernel's parameters"
	ndisrun run --isa iobase=0x300,irq=5,dma=3 --miniport isa-dma-nic >"$LOG" 2>&1
	[ $? -eq 3 ] && grep -qF 'boot with memmap=1M$8M' "$LOG"
	verdict $? "--isa without memory below 16 MiB: the message says how to reserve some"
}

unsafe_interrupts() {
	nic=$(devices 00 1af4:10f0)
	module=vfio_iommu_type1
	[ ! -e /dev/iommu ] || module=iommufd
	parameter=/sys/module/$module/parameters/allow_unsafe_interrupts
	refused 3 "$parameter" "unsafe interrupts" "$nic" "" --miniport sgnic
	grep -q 'intremap=on' "$LOG"
	verdict $? "the message names interrupt remapping"
	echo Y >"$parameter"
	start "$nic" && ndisrun stop nic0 >/dev/null
	verdict $? "it works once the risk is accepted"
	is_back "$nic" ""
	verdict $? "the NIC is back"
}

missing_modules() {
	rmmod tun
	refused 5 "modprobe tun" "no TUN/TAP" "$nic" "" --miniport sgnic
	rmmod vfio_iommu_type1
	refused 3 "modprobe vfio_iommu_type1" "no IOMMU driver of VFIO" "$nic" "" --miniport sgnic \
		--vfio type1
	rmmod vfio_pci
	refused 3 "modprobe vfio-pci" "no vfio-pci" "$nic" "" --miniport sgnic
	load_modules
}

bad_choices() {
	refused 4 "no miniport 'absent'" "no such miniport" "$nic" "" --miniport absent
	refused 4 "no shared object" "a miniport that is none" "$nic" "" --miniport /init
	refused 5 "exists and is no TAP" "the name of another interface" "$nic" "" \
		--miniport sgnic --tap lo
	refused 4 "does not start" "a device the miniport does not know" "$e1000" e1000 \
		--miniport sgnic
	refused 4 "does not start" "a device without MSI-X" "$e1000" e1000 \
		--miniport sgnic --irq msix
	interface=$(ls "/sys/bus/pci/devices/$e1000/net")
	wait_until ip link set "$interface" up
	refused_in_use "$interface"
	ip link set "$interface" down
}

# An interface that is up is not taken away.
refused_in_use() {
	ndisrun run --device "$e1000" --miniport sgnic >"$LOG" 2>&1
	[ $? -eq 3 ] && grep -q "ip link set $1 down" "$LOG"
	verdict $? "an interface that is up is not taken away"
	[ "$(driver_of "$e1000")" = e1000 ] && [ -e "/sys/class/net/$1" ]
	verdict $? "it is still there"
}

shared_group() {
	refused 3 "$bridged_e1000 (8086:100e, driver e1000)" "a shared group" "$bridged_nic" "" \
		--miniport sgnic
	# QEMU's AMD IOMMU does not translate for devices behind a bridge.
	[ ! -e /sys/class/iommu/ivhd0 ] || return
	echo "$bridged_e1000" >"/sys/bus/pci/devices/$bridged_e1000/driver/unbind"
	start "$bridged_nic" && ndisrun stop nic0 >/dev/null
	verdict $? "it works once the other device has no driver"
	is_back "$bridged_nic" ""
	verdict $? "the NIC is back"
}

second_instance() {
	start "$nic" || return
	first_pid=$ndisrun_pid
	ndisrun run --device "$nic" --miniport sgnic --tap nic1 >"$LOG" 2>&1
	[ $? -eq 3 ] && grep -qF "(process $first_pid)" "$LOG"
	verdict $? "a second ndisrun on the same NIC is told who has it"
	refused 5 "nic0 is in use by another program" "the interface of another ndisrun" "$other_nic" \
		"" --miniport sgnic --tap nic0
	ndisrun stats nic0 >"$LOG"
	verdict $? "the first ndisrun is not disturbed"
	ndisrun oid nic0 OID_GEN_LINK_SPEED 00000000 >"$LOG" 2>&1
	[ $? -eq 1 ]
	verdict $? "an OID that cannot be set"
	ndisrun oid nic0 0x12345678 >"$LOG" 2>&1
	[ $? -eq 1 ] && grep -q 'does not support' "$LOG"
	verdict $? "an OID nobody knows"
	ndisrun stop nic0 >"$LOG" 2>&1
	verdict $? "ndisrun stop"
	is_back "$nic" ""
	verdict $? "when it returns, the NIC is back"
	[ ! -e /run/ndisrun/nic0.sock ] && [ ! -e /sys/class/net/nic0 ]
	verdict $? "socket and interface are gone"
	ndisrun stop nic0 >"$LOG" 2>&1
	[ $? -eq 5 ]
	verdict $? "there is nothing left to stop"
}

ends() {
	for signal in INT TERM HUP; do
		start "$nic" || return
		kill -"$signal" "$ndisrun_pid"
		wait "$ndisrun_pid"
		verdict $? "SIG$signal: exit status 0"
		is_back "$nic" ""
		verdict $? "SIG$signal: the NIC is back"
	done
	for signal in KILL SEGV ABRT; do
		start "$nic" || return
		ping -c 1 -W 1 -I nic0 "$GATEWAY" >/dev/null 2>&1
		kill -"$signal" "$ndisrun_pid"
		{ wait "$ndisrun_pid"; } 2>/dev/null
		wait_until is_back "$nic" ""
		verdict $? "SIG$signal: the NIC is back all the same"
	done
	start "$nic" --trace "$WORK/trace"
	verdict $? "it starts again after SIGKILL"
	ndisrun stop nic0 >/dev/null
	grep -q 'NdisMRegisterMiniport' "$WORK/trace" && grep -q 'NdisMSetAttributesEx' "$WORK/trace"
	verdict $? "--trace has written the calls"
}

# A device that was with vfio-pci before stays there.
bound_before() {
	echo vfio-pci >"/sys/bus/pci/devices/$nic/driver_override"
	echo "$nic" >/sys/bus/pci/drivers_probe
	start "$nic" && ndisrun stop nic0 >/dev/null
	[ "$(driver_of "$nic")" = vfio-pci ] &&
		[ "$(cat "/sys/bus/pci/devices/$nic/driver_override")" = vfio-pci ]
	verdict $? "a NIC that was bound to vfio-pci before stays so"
	echo >"/sys/bus/pci/devices/$nic/driver_override"
	echo "$nic" >"/sys/bus/pci/devices/$nic/driver/unbind"
}

nothing_mapped() {
	ndisrun stats nic0 >"$LOG"
	[ "$(counter 'map registers mapped now')" = 0 ] && [ "$(counter 'sends pending')" = 0 ]
}

# Frames are in flight in both directions while the miniport is reset.
reset_under_traffic() {
	start "$nic" --policy remap || return
	lease
	verdict $? "DHCP lease"
	flood &
	flood_pid=$!
	resets=0
	while [ "$resets" -lt 10 ]; do
		wait_until frames_passed $((resets * 12)) || break
		ndisrun reset nic0 >"$LOG" 2>&1 || break
		resets=$((resets + 1))
	done
	kill "$flood_pid"
	wait "$flood_pid" 2>/dev/null
	[ "$resets" -eq 10 ]
	verdict $? "10 resets under traffic"
	wait_until ping -c 1 -W 1 "$GATEWAY" >/dev/null 2>&1
	ping -c 3 -i 0.2 -W 30 "$GATEWAY" >"$LOG" 2>&1
	verdict $? "frames pass afterwards"
	wait_until frames_passed 100
	verdict $? "there was traffic"
	wait_until nothing_mapped
	[ "$(counter 'map registers mapped now')" = 0 ] && [ "$(counter 'sends pending')" = 0 ]
	verdict $? "nothing is left mapped or pending"
	[ "$(counter 'broken rules')" = 0 ] && [ "$(counter 'IOMMU faults')" = 0 ]
	verdict $? "no rule was broken and no access refused"
	kill -TERM "$ndisrun_pid"
	wait "$ndisrun_pid"
	verdict $? "the miniport leaves nothing behind"
	is_back "$nic" ""
	verdict $? "the NIC is back"
}

with_iommu() {
	nic=$(devices 00 1af4:10f0 | sed -n 1p)
	other_nic=$(devices 00 1af4:10f0 | sed -n 2p)
	e1000=$(devices 00 8086:100e)
	bridged_nic=$(devices 01 1af4:10f0)
	bridged_e1000=$(devices 01 8086:100e)
	ndisrun list >"$LOG"
	[ -n "$nic" ] && [ -n "$other_nic" ] && [ -n "$e1000" ] && [ -n "$bridged_nic" ] &&
		[ -n "$bridged_e1000" ]
	verdict $? "list shows all five NICs"
	missing_modules
	bad_choices
	shared_group
	second_instance
	ends
	bound_before
	reset_under_traffic
}

case $1 in
none) no_iommu ;;
unsafe) unsafe_interrupts ;;
iommu) with_iommu ;;
*)
	echo "failures.sh: the argument must be none, unsafe or iommu, not '$1'"
	exit 2
	;;
esac
finish
