# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Where the QEMU source and the meson that builds it come from.
# Source lib/common.sh and lib/private-apt.sh first.

QEMU_REFERENCE=10.0
QEMU_MESON_SUITE=trixie
QEMU_MINIMUM_MESON=1.5
# The releases that the device models build with, and where Debian has each;
# sid keeps sources that something there is still built from.
declare -A QEMU_SUITES=([7.2]=bookworm [10.0]=trixie [10.2]='trixie-backports sid')

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

# qemu_package_versions RELEASE: prints the versions of Debian's source package
# that belong to the release, from the indexes of the private root that is open.
qemu_package_versions() {
	private_apt apt-cache showsrc --only-source qemu 2>/dev/null |
		awk '$1 == "Version:" { print $2 }' | grep -E "^([0-9]+:)?${1//./\\.}[.+~-]" |
		sort -V -u
}

# qemu_package_identity RELEASE: sets QEMU_PACKAGE_SUITE, QEMU_PACKAGE_VERSION
# and QEMU_PACKAGE_CHECKSUM to those of the newest source package of the release.
qemu_package_identity() {
	local release=$1 uris suite
	QEMU_PACKAGE_VERSION=
	[ -n "${QEMU_SUITES[$release]:-}" ] ||
		die "the device models do not build with QEMU $release;" \
			"name one of ${!QEMU_SUITES[*]}, or give --qemu-source DIR"
	for suite in ${QEMU_SUITES[$release]}; do
		private_apt_open "$suite"
		QEMU_PACKAGE_SUITE=$suite
		QEMU_PACKAGE_VERSION=$(qemu_package_versions "$release" | tail -n 1) || true
		[ -z "$QEMU_PACKAGE_VERSION" ] || break
	done
	[ -n "$QEMU_PACKAGE_VERSION" ] ||
		die "the mirror has no source package of QEMU $release in ${QEMU_SUITES[$release]};" \
			"use a mirror that carries sources, or give --qemu-source DIR"
	uris=$(private_apt apt-get source --download-only --print-uris \
		"qemu=$QEMU_PACKAGE_VERSION" 2>/dev/null | grep "\.dsc SHA256:\|\.dsc .*SHA256:") ||
		die "apt names no file of the source package qemu $QEMU_PACKAGE_VERSION;" \
			"remove $PRIVATE_APT_DIR and try again"
	QEMU_PACKAGE_CHECKSUM=${uris##*SHA256:}
	QEMU_PACKAGE_CHECKSUM=${QEMU_PACKAGE_CHECKSUM%% *}
}

# fetch_qemu_package DIRECTORY LOG: downloads Debian's source package, checked
# by apt against the signed index, and unpacks it as DIRECTORY.
fetch_qemu_package() {
	local directory=$1 log=$2 download=$CACHE_ROOT/download
	local dsc=qemu_${QEMU_PACKAGE_VERSION#*:}.dsc
	mkdir -p "$download"
	say "fetching the QEMU source package, version ${QEMU_PACKAGE_VERSION#*:}"
	private_apt_open "$QEMU_PACKAGE_SUITE"
	(
		cd "$download"
		exec 8>lock
		flock 8
		logged "$log" private_apt apt-get source -q --download-only "qemu=$QEMU_PACKAGE_VERSION"
	) || die "cannot fetch QEMU's source package; check the network and try again"
	[ -f "$download/$dsc" ] ||
		die "apt-get fetched another version than ${QEMU_PACKAGE_VERSION#*:}; try again"
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
	private_apt_open "$QEMU_MESON_SUITE"
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
