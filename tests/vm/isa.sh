#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs in the guest: ISA devices, whose data the system DMA controller moves. The
# guest has two isa-dma-nics on networks with an echo server, and memory that the
# kernel's command line reserves below 16 MiB. Prints TAP.
#
# Argument: bytes to send over TCP, 200000 if it is left out.

# shellcheck source=tests/vm/scenario.sh
. /scenario/scenario.sh

ECHO_SERVER=10.0.2.100
ECHO_PORT=7
WIDE=iobase=0x300,irq=5,dma=5
NARROW=iobase=0x340,irq=7,dma=1
SIZE=${1:-200000}
# As in miniports/isa-dma-nic/isa_nic_oids.h.
OID_DRIVER_STATISTICS=0xFF444E01

# start_isa RESOURCES ARGUMENT...
start_isa() {
	resources=$1
	shift
	run --isa "$resources" --miniport isa-dma-nic "$@"
}

# refused STATUS WORDS NAME ARGUMENT...
refused() {
	expected=$1 words=$2 name=$3
	shift 3
	"$@" >"$LOG" 2>&1
	[ $? -eq "$expected" ] && grep -qF -- "$words" "$LOG"
	verdict $? "$name: exit status $expected, '$words'"
}

run_isa() {
	ndisrun run --miniport isa-dma-nic --isa "$@"
}

# echo_file: sends a file over TCP and compares what comes back
echo_file() {
	head -c "$SIZE" /dev/urandom >"$WORK/sent"
	timeout 300 nc "$ECHO_SERVER" "$ECHO_PORT" <"$WORK/sent" >"$WORK/back" 2>"$LOG"
	[ "$(sha256sum <"$WORK/sent")" = "$(sha256sum <"$WORK/back")" ]
}

# traffic NAME
traffic() {
	lease
	verdict $? "$1: DHCP"
	ping -c 3 -i 0.2 -W 30 -s 1 "$GATEWAY" >"$LOG" 2>&1 && ping -c 3 -i 0.2 -W 30 -s 1471 "$GATEWAY" >"$LOG" 2>&1
	verdict $? "$1: ping, odd and even lengths"
	echo_file
	verdict $? "$1: $SIZE bytes go out by TCP and come back, same SHA-256"
}

refusals() {
	grep -q '00800000-008fffff : Reserved' /proc/iomem
	verdict $? "the kernel leaves 1 MiB at 8 MiB alone"
	refused 3 "the kernel's 'serial' has 0x3f8 to 0x3ff" "ports of the kernel" \
		run_isa iobase=0x3f0,irq=5,dma=3
	refused 4 "NDIS_STATUS_ADAPTER_NOT_FOUND" "no device" run_isa iobase=0x280,irq=5,dma=3
	refused 4 "uses interrupt 5 and DMA channel 5" "another channel than the device's" \
		run_isa iobase=0x300,irq=5,dma=6
	refused 4 "ReceiveRing is 131072" "a ring beyond the channel" \
		run_isa "$NARROW" --set ReceiveRing=131072
	echo 'nobody:x:65534:65534::/:/bin/sh' >/etc/passwd
	refused 3 "run it as root" "without root" \
		su nobody -c "/usr/bin/ndisrun run --miniport isa-dma-nic --isa $WIDE"
}

wide() {
	start_isa "$WIDE" --verify || return
	cp "$LOG" "$WORK/start"
	traffic "16 bits, ring"
	cp "$WORK/start" "$LOG"
	grep -qx 'DMA: channel 5, 16 bits' "$LOG" && grep -qx 'interrupt: 5, polled' "$LOG"
	verdict $? "channel and interrupt are shown at the start"
	refused 3 "process $ndisrun_pid has it" "the same ports twice" run_isa "$WIDE"
	refused 3 "process $ndisrun_pid has it" "two users of the DMA controller" run_isa "$NARROW"
	[ "$(number "$OID_DRIVER_STATISTICS" 28)" -gt 0 ]
	verdict $? "the ring made way for frames to send: $(number "$OID_DRIVER_STATISTICS" 28) times"
	ndisrun reset nic0 >"$LOG" && ping -c 3 -i 0.2 -W 30 "$GATEWAY" >"$LOG" 2>&1
	verdict $? "frames pass after a reset"
	ndisrun stats nic0 >"$LOG"
	[ "$(counter 'broken rules')" -eq 0 ] && [ "$(counter 'foreign interrupts')" -eq 0 ] &&
		[ "$(counter 'send failures')" -eq 0 ]
	verdict $? "no rule broken, $(counter 'frames sent') frames sent, $(counter 'frames received') received"
	stop && wait "$ndisrun_pid"
	verdict $? "it stops"
}

narrow() {
	start_isa "$NARROW" --set DemandMode=0 --set ContinuousReceive=0 --split 14 || return
	traffic "8 bits, single mode, frames"
	[ "$(number "$OID_DRIVER_STATISTICS" 16)" -gt 0 ]
	verdict $? "frames were gathered from two buffers: $(number "$OID_DRIVER_STATISTICS" 16) times"
	stop
}

# QEMU's controller shows its mask register where requests are written.
channel_5_is_masked() {
	dd if=/dev/port bs=1 skip=$((0xd2)) count=1 2>/dev/null | od -An -tu1 >"$LOG"
	[ $(($(cat "$LOG") >> 1 & 1)) -eq 1 ]
}

# The device goes on receiving, but only into reserved memory; the next driver resets it.
killed() {
	start_isa "$WIDE" || return
	lease
	ping -s 1000 -i 0.01 "$GATEWAY" >/dev/null 2>&1 &
	ping_pid=$!
	wait_until frames_passed 20
	verdict $? "frames pass when it is killed"
	kill -KILL "$ndisrun_pid"
	wait "$ndisrun_pid" 2>/dev/null
	kill "$ping_pid" 2>/dev/null
	# It may have been killed while it programmed the channel.
	printf '\001' | dd of=/dev/port bs=1 seek=$((0xd4)) 2>/dev/null
	! channel_5_is_masked
	verdict $? "after SIGKILL channel 5 is not masked"
	start_isa "$NARROW" || return
	channel_5_is_masked
	verdict $? "the next one masks it, although it uses another channel"
	lease && echo_file
	verdict $? "and works"
	stop
	start_isa "$WIDE" || return
	lease && echo_file
	verdict $? "the device of channel 5 works again"
	stop
}

refusals
wide
narrow
killed
finish
