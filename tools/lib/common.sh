# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034
#
# What every script of the project shares: messages, progress with elapsed
# time, and the place of the cache. Source it after `set -euo pipefail`.

PROJECT_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
CACHE_ROOT=${NDIS_SHIM_CACHE:-${XDG_CACHE_HOME:-${HOME:?is not set}/.cache}/ndis-shim}
case $CACHE_ROOT in /*) ;; *) CACHE_ROOT=$PWD/$CACHE_ROOT ;; esac

# A script that starts another passes the moment of its own start on, so that
# the elapsed time shown is that of the command the user typed.
: "${NDIS_SHIM_STARTED:=$(date +%s)}"
export NDIS_SHIM_STARTED

elapsed() {
	local seconds=$(($(date +%s) - NDIS_SHIM_STARTED))
	printf '%d:%02d' $((seconds / 60)) $((seconds % 60))
}

# say TEXT...: one line of progress.
say() {
	printf '[%6s] %s\n' "$(elapsed)" "$*" >&2
}

# die TEXT...: says what is wrong and what to do, and ends the script.
die() {
	printf '%s: error: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# need_value OPTION COUNT: dies if the option is the last word on the command
# line; COUNT is the caller's "$#".
need_value() {
	[ "$2" -ge 2 ] || die "option $1 needs a value (see --help)"
}

# print_usage: prints the comment block at the top of the running script.
print_usage() {
	awk 'NR <= 2 { next } /^#/ { sub(/^# ?/, ""); print; next } { exit }' "$0"
}

# show_log_tail FILE
show_log_tail() {
	printf -- '---- last lines of %s ----\n' "$1" >&2
	tail -n 40 "$1" >&2
	printf -- '---- end of %s ----\n' "$1" >&2
}

# logged LOG COMMAND...: runs the command with its output appended to LOG and
# shows the end of LOG if it fails. Returns the command's status.
logged() {
	local log=$1 status=0
	shift
	printf '+ %s\n' "$*" >>"$log"
	"$@" >>"$log" 2>&1 </dev/null || status=$?
	if [ "$status" -ne 0 ]; then
		show_log_tail "$log"
	fi
	return "$status"
}

# logged_ninja LOG LABEL NINJA-COMMAND...: like logged, and shows how far
# ninja is: on a terminal in place, otherwise one line every 15 seconds.
logged_ninja() {
	local log=$1 label=$2 status=0
	shift 2
	printf '+ %s\n' "$*" >>"$log"
	NINJA_STATUS='[%f/%t] ' "$@" 2>&1 </dev/null | tee -a "$log" |
		show_ninja_progress "$label" || status=$?
	if [ "$status" -ne 0 ]; then
		show_log_tail "$log"
	fi
	return "$status"
}

show_ninja_progress() {
	local label=$1 line last=0 now shown=''
	while IFS= read -r line; do
		[[ $line =~ ^\[([0-9]+/[0-9]+)\] ]] || continue
		now=$(date +%s)
		if [ -t 2 ]; then
			[ "$now" -ne "$last" ] || continue
			printf '\r[%6s] %s: %s ' "$(elapsed)" "$label" "${BASH_REMATCH[1]}" >&2
			shown=yes
		else
			[ $((now - last)) -ge 15 ] || continue
			say "$label: ${BASH_REMATCH[1]}"
		fi
		last=$now
	done
	[ -z "$shown" ] || printf '\n' >&2
}

# distribution: the machine's Debian codename, such as bookworm.
distribution() {
	local codename
	codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
	[ -n "$codename" ] ||
		die "/etc/os-release names no VERSION_CODENAME; Debian 12 or 13 is needed"
	printf '%s\n' "$codename"
}

# jobs_count: how many compilers to run at once.
jobs_count() {
	nproc
}
