#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs in the guest: vfio_platform_test on the edu device. Prints TAP.
#
# Argument: iommufd if the kernel has to have it.

if [ "${1-}" = iommufd ] && [ ! -e /dev/iommu ]; then
	echo "Bail out! there is no /dev/iommu"
	exit 1
fi

for device in /sys/bus/pci/devices/*; do
	if [ "$(cat "$device/vendor"):$(cat "$device/device")" = 0x1234:0x11e8 ]; then
		exec /scenario/vfio_platform_test "${device##*/}" /dev/ttyS2
	fi
done
echo "Bail out! there is no edu device (1234:11e8)"
exit 1
