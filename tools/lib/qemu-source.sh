# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Where the QEMU source and the meson that builds it come from.
# Source lib/common.sh and lib/private-apt.sh first.

QEMU_SUITE=trixie
QEMU_MINIMUM_MESON=1.5

# check_qemu_tree DIRECTORY: dies unless it is a QEMU source tree.
check_qemu_tree() {
	local name
	for name in VERSION configure meson.build hw/net/meson.build; do
		[ -f "$1/$name" ] ||
			die "$1 is not a QEMU source tree (it has no $name);" \
				"name the directory that holds QEMU's configure script"
	done
	[[ $(<"$1/VERSION") =~ ^[0-9]+(\.[0-9]+)+$ ]] ||
		die "$1/VERSION does not hold a version number; name a tree of a QEMU release"
}

# qemu_package_identity: sets QEMU_PACKAGE_VERSION and QEMU_PACKAGE_CHECKSUM to
# those of Debian's source package. Needs private_apt_open.
qemu_package_identity() {
	local uris
	uris=$(private_apt apt-get source --download-only --print-uris qemu 2>/dev/null |
		grep "\.dsc SHA256:\|\.dsc .*SHA256:") ||
		die "the mirror's source index of Debian $QEMU_SUITE has no package qemu;" \
			"use a mirror that carries sources, or give --qemu-source DIR"
	QEMU_PACKAGE_CHECKSUM=${uris##*SHA256:}
	QEMU_PACKAGE_CHECKSUM=${QEMU_PACKAGE_CHECKSUM%% *}
	QEMU_PACKAGE_VERSION=$(awk '{ print $2 }' <<<"$uris")
	QEMU_PACKAGE_VERSION=${QEMU_PACKAGE_VERSION#qemu_}
	QEMU_PACKAGE_VERSION=${QEMU_PACKAGE_VERSION%.dsc}
}

# fetch_qemu_package DIRECTORY LOG: downloads Debian's source package, checked
# by apt against the signed index, and unpacks it as DIRECTORY.
fetch_qemu_package() {
	local directory=$1 log=$2 download=$CACHE_ROOT/download
	local dsc=qemu_$QEMU_PACKAGE_VERSION.dsc
	mkdir -p "$download"
	say "fetching the QEMU source package, version $QEMU_PACKAGE_VERSION"
	(
		cd "$download"
		exec 8>lock
		flock 8
		logged "$log" private_apt apt-get source -q --download-only qemu
	) || die "cannot fetch QEMU's source package; check the network and try again"
	[ -f "$download/$dsc" ] ||
		die "apt-get fetched another version than $QEMU_PACKAGE_VERSION; try again"
	say "unpacking it"
	rm -rf "$directory" "$directory.unpacking"
	logged "$log" dpkg-source --no-copy -x "$download/$dsc" "$directory.unpacking" ||
		die "cannot unpack $download/$dsc; if the disk is not full, remove the file and try again"
	mv "$directory.unpacking" "$directory"
}

# meson_version [PYTHONPATH]: version of the meson that /usr/bin/python3 finds.
meson_version() {
	PYTHONPATH=${1:-} /usr/bin/python3 -c \
		'from mesonbuild.coredata import version; print(version)' 2>/dev/null || echo 0
}

# fetch_meson: Debian's newer meson, unpacked in the cache.
fetch_meson() {
	local package directory
	private_apt_open "$QEMU_SUITE"
	package=$(private_apt_download meson "$CACHE_ROOT/download")
	directory=$CACHE_ROOT/$(basename "$package" _all.deb)
	rm -rf "$directory.$$"
	dpkg-deb -x "$package" "$directory.$$" ||
		die "cannot unpack $package; remove it and try again"
	mv -T "$directory.$$" "$directory" 2>/dev/null || rm -rf "$directory.$$"
}

# choose_meson: sets MESON_PYTHONPATH (empty: the installed meson is new enough)
# and MESON_VERSION; fetches a newer meson into the cache if need be.
choose_meson() {
	local candidate
	MESON_PYTHONPATH=
	MESON_VERSION=$(meson_version)
	if dpkg --compare-versions "$MESON_VERSION" ge "$QEMU_MINIMUM_MESON"; then
		return
	fi
	compgen -G "$CACHE_ROOT/meson_*" >/dev/null || fetch_meson
	for candidate in "$CACHE_ROOT"/meson_*; do
		MESON_PYTHONPATH=$candidate/usr/lib/python3/dist-packages
		MESON_VERSION=$(meson_version "$MESON_PYTHONPATH")
	done
	dpkg --compare-versions "$MESON_VERSION" ge "$QEMU_MINIMUM_MESON" ||
		die "meson $QEMU_MINIMUM_MESON or newer is needed, and $candidate does not run" \
			"with /usr/bin/python3; remove that directory and try again"
}
