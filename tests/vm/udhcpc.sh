#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # udhcpc sets these variables
#
# Runs in the guest: applies the lease that busybox's udhcpc obtained.

case $1 in
deconfig)
	ip address flush dev "$interface"
	ip link set "$interface" up
	;;
bound | renew)
	ip address flush dev "$interface"
	ip address add "$ip/${mask:-24}" dev "$interface"
	[ -z "$router" ] || ip route replace default via "${router%% *}" dev "$interface"
	: >/etc/resolv.conf
	for server in $dns; do
		echo "nameserver $server" >>/etc/resolv.conf
	done
	;;
esac
