# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The Debian packages that building and running need. Source lib/common.sh first.

REQUIRED_PACKAGES=(
	# compilers and build tools
	build-essential dpkg-dev meson ninja-build pkgconf python3 python3-venv
	# libraries of QEMU and of the tests
	libfdt-dev libglib2.0-dev libslirp-dev zlib1g-dev
	# firmware of the guest
	qemu-system-data seabios
	# keys that sign Debian's indexes; the guest's kernel is compressed by zstd
	debian-archive-keyring zstd
)

# What the tests need beyond that.
TEST_PACKAGES=(
	tshark
	# a driver under a debugger, as docs/qtest-platform.md shows it
	gdb libc6-dbg valgrind
	# QEMU with sanitizers and fuzzer
	clang libclang-rt-dev llvm
	# the DDK headers with which ndis-headers/ is compared
	mingw-w64-common
	# the sgnic miniport as a Windows driver
	gcc-mingw-w64-i686-win32 gcc-mingw-w64-x86-64-win32
	# iommufd for the guest's kernel
	bc bison flex libelf-dev libssl-dev
)

# What tests/bench/run needs beyond REQUIRED_PACKAGES.
BENCH_PACKAGES=(
	# dpdk-testpmd and its drivers, as poll-mode peers of sgnic
	dpdk-dev librte-meta-mempool librte-meta-net
	iperf3
	# a network namespace; plots; counts of instructions
	iproute2 gnuplot-nox valgrind
)

# missing_packages: prints those of REQUIRED_PACKAGES that are not installed.
missing_packages() {
	local package status
	for package in "${REQUIRED_PACKAGES[@]}"; do
		status=$(dpkg-query -W -f '${db:Status-Status} ' "$package" 2>/dev/null) || status=
		[[ " $status" == *" installed "* ]] || printf '%s\n' "$package"
	done
}

# ensure_packages INSTALL: installs what is missing if INSTALL is "yes" and the
# user is root; otherwise says which command does, and ends the script.
ensure_packages() {
	local install=$1 missing log
	command -v dpkg-query >/dev/null ||
		die "this machine has no dpkg; Debian 12 or 13 is needed"
	mapfile -t missing < <(missing_packages)
	[ ${#missing[@]} -gt 0 ] || return 0
	if [ "$install" != yes ] || [ "$(id -u)" -ne 0 ]; then
		die "packages are missing; as root, run: apt-get install ${missing[*]}"
	fi
	say "installing packages: ${missing[*]}"
	mkdir -p "$CACHE_ROOT"
	log=$CACHE_ROOT/packages.log
	: >"$log"
	export DEBIAN_FRONTEND=noninteractive
	if ! apt-get install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1 </dev/null; then
		# The indexes of a fresh machine are missing or outdated.
		{
			logged "$log" apt-get update &&
				logged "$log" apt-get install -y --no-install-recommends "${missing[@]}"
		} ||
			die "the packages cannot be installed; correct what apt-get says above, or run:" \
				"apt-get install ${missing[*]}"
	fi
}
