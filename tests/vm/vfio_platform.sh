#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs in the guest: vfio_platform_test on the devices edu and virtio-rng. Prints TAP.
#
# Argument: iommufd if the kernel has to have it.

if [ "${1-}" = iommufd ] && [ ! -e /dev/iommu ]; then
	echo "Bail out! there is no /dev/iommu"
	exit 1
fi

# find ID NAME: the PCI address
find() {
	for device in /sys/bus/pci/devices/*; do
		if [ "$(cat "$device/vendor"):$(cat "$device/device")" = "$1" ]; then
			echo "${device##*/}"
			return
		fi
	done
	echo "Bail out! there is no $2 device ($1)" >&2
	exit 1
}

edu=$(find 0x1234:0x11e8 edu) && generator=$(find 0x1af4:0x1005 virtio-rng) || exit 1
exec /scenario/vfio_platform_test "$edu" "$generator" /dev/ttyS2
