# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Builds the project itself with meson and ninja. Source lib/common.sh first.

# setup_build DIRECTORY MESON-OPTION...: configures the build directory, or
# applies the options to it if it exists.
setup_build() {
	local directory=$1 log=$1/setup.log
	shift
	mkdir -p "$directory"
	: >"$log"
	if [ -f "$directory/build.ninja" ]; then
		[ $# -eq 0 ] || logged "$log" meson configure "$directory" "$@" ||
			die "meson cannot apply $* to $directory; remove that directory and try again"
		return
	fi
	say "configuring ${directory#"$PROJECT_ROOT"/}"
	logged "$log" meson setup "$directory" "$PROJECT_ROOT" "$@" ||
		die "meson cannot configure $directory; see the lines above"
}

# compile DIRECTORY [TARGET...]
compile() {
	local directory=$1
	shift
	say "building ${directory#"$PROJECT_ROOT"/}"
	: >"$directory/build.log"
	logged_ninja "$directory/build.log" "building" ninja -C "$directory" "$@" ||
		die "the build in $directory failed; the whole log is $directory/build.log"
}
