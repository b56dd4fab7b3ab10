# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2016
#
# A private apt root: fetches packages of a chosen Debian suite, source and
# binary, without root and without touching the machine's apt configuration.
#
# The mirrors are the machine's own: apt itself is asked which repositories of
# Debian it knows, and only the suite's name is replaced. Every index is checked
# with the keyring of the package debian-archive-keyring. Proxies and
# credentials configured for apt stay in force.
#
# Source lib/common.sh first. Each suite has its own root:
#   private_apt_open SUITE       prepares it; sets PRIVATE_APT_DIR
#   private_apt apt-get|apt-cache ARGUMENTS...
#   private_apt_download PACKAGE DIRECTORY    fetches one .deb, prints its path

PRIVATE_APT_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
PRIVATE_APT_MAX_AGE_HOURS=24
PRIVATE_APT_DIR=

# private_apt_targets [APT-OPTION...]: prints "URI RELEASE" for each repository
# of Debian that apt knows, from the indexes it has.
private_apt_targets() {
	apt-get "$@" indextargets \
		--format '$(CREATED_BY)|$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(CODENAME)' 2>/dev/null |
		awk -F'|' '$1 == "Packages" && $2 == "Debian" && $3 !~ /^cdrom:/ {
			print $3, ($5 ~ /^\$/ ? $4 : $5)
		}' | sort -u
}

# private_apt_machine_targets: the same, on a machine whose indexes may never
# have been fetched: then they are fetched into the cache, with its own sources.
private_apt_machine_targets() {
	local lists=$CACHE_ROOT/apt/machine/lists targets log
	targets=$(private_apt_targets)
	if [ -z "$targets" ]; then
		mkdir -p "$lists/partial"
		log=$CACHE_ROOT/apt/machine/update.log
		logged "$log" apt-get update -o Dir::State::Lists="$lists" \
			-o Dir::Cache="$CACHE_ROOT/apt/machine" -o APT::Sandbox::User= ||
			die "apt-get cannot fetch the indexes of this machine's own package sources;" \
				"check the network and the files below /etc/apt"
		targets=$(private_apt_targets -o Dir::State::Lists="$lists")
	fi
	[ -n "$targets" ] ||
		die "apt on this machine names no Debian repository (apt-get indextargets)," \
			"so no mirror is known; add one below /etc/apt and run apt-get update"
	printf '%s\n' "$targets"
}

# private_apt_sources SUITE: prints the sources.list of the private root.
private_apt_sources() {
	local suite=$1 own targets kind uri kinds=('' -updates -security)
	own=$(distribution)
	targets=$(private_apt_machine_targets)
	case $suite in
	sid | *-backports) kinds=('') ;;
	esac
	for kind in "${kinds[@]}"; do
		uri=$(awk -v release="$own$kind" '$2 == release { print $1; exit }' <<<"$targets")
		[ -n "$uri" ] || continue
		printf '%s [signed-by=%s] %s %s main\n' \
			deb "$PRIVATE_APT_KEYRING" "$uri" "$suite$kind" \
			deb-src "$PRIVATE_APT_KEYRING" "$uri" "$suite$kind"
	done
}

# private_apt_write_config FILE: apt reads this after the machine's own
# configuration, so hooks of the machine are cleared and never run on the cache.
private_apt_write_config() {
	cat >"$1" <<-END
		Dir::Etc::sourcelist "$PRIVATE_APT_DIR/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::State::Lists "$PRIVATE_APT_DIR/lists";
		Dir::State::status "$PRIVATE_APT_DIR/status";
		Dir::Cache "$PRIVATE_APT_DIR/cache";
		Dir::Cache::pkgcache "pkgcache.bin";
		Dir::Cache::srcpkgcache "srcpkgcache.bin";
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		#clear DPkg::Post-Invoke;
		#clear Acquire::IndexTargets::deb::Contents-deb;
		#clear Acquire::IndexTargets::deb::DEP-11;
		Acquire::Languages "none";
		Acquire::Retries "3";
		APT::Sandbox::User "";
	END
}

private_apt() {
	local program=$1
	shift
	"$program" -c="$PRIVATE_APT_DIR/apt.conf" "$@"
}

# private_apt_fresh: true if the indexes are complete, belong to the present
# sources and are not older than PRIVATE_APT_MAX_AGE_HOURS.
private_apt_fresh() {
	[ -f "$PRIVATE_APT_DIR/updated" ] &&
		cmp -s "$PRIVATE_APT_DIR/sources.list" "$PRIVATE_APT_DIR/updated" &&
		[ -n "$(find "$PRIVATE_APT_DIR/updated" -mmin "-$((PRIVATE_APT_MAX_AGE_HOURS * 60))")" ]
}

# private_apt_open SUITE: makes the suite's private root ready for use.
private_apt_open() {
	local suite=$1 log
	[ -r "$PRIVATE_APT_KEYRING" ] ||
		die "$PRIVATE_APT_KEYRING is missing; install the package debian-archive-keyring"
	PRIVATE_APT_DIR=$CACHE_ROOT/apt/$suite
	mkdir -p "$PRIVATE_APT_DIR/lists/partial" "$PRIVATE_APT_DIR/cache/archives/partial"
	exec {PRIVATE_APT_LOCK}>"$PRIVATE_APT_DIR/lock"
	flock "$PRIVATE_APT_LOCK"
	touch "$PRIVATE_APT_DIR/status"
	private_apt_sources "$suite" >"$PRIVATE_APT_DIR/sources.list.new"
	grep -q " $suite main$" "$PRIVATE_APT_DIR/sources.list.new" ||
		die "apt on this machine has no repository of its own release $(distribution)," \
			"so the mirror of $suite is unknown; check the files below /etc/apt"
	mv "$PRIVATE_APT_DIR/sources.list.new" "$PRIVATE_APT_DIR/sources.list"
	private_apt_write_config "$PRIVATE_APT_DIR/apt.conf"
	if ! private_apt_fresh; then
		log=$PRIVATE_APT_DIR/update.log
		: >"$log"
		say "fetching the package indexes of Debian $suite"
		if private_apt apt-get update --error-on=any >>"$log" 2>&1 </dev/null; then
			cp "$PRIVATE_APT_DIR/sources.list" "$PRIVATE_APT_DIR/updated"
		elif cmp -s "$PRIVATE_APT_DIR/sources.list" "$PRIVATE_APT_DIR/updated"; then
			say "the indexes of Debian $suite cannot be fetched now; using those of" \
				"$(date -r "$PRIVATE_APT_DIR/updated" +%Y-%m-%d)"
		else
			show_log_tail "$log"
			die "apt-get cannot fetch the indexes of Debian $suite from this machine's mirror." \
				"If it says NO_PUBKEY, upgrade the package debian-archive-keyring; if it says" \
				"404, the mirror does not carry $suite or its sources: use another mirror"
		fi
	fi
	flock -u "$PRIVATE_APT_LOCK"
}

# private_apt_download PACKAGE DIRECTORY: fetches the newest .deb of PACKAGE
# into DIRECTORY unless it is there already, and prints its path.
private_apt_download() {
	local package=$1 directory=$2 line name
	line=$(private_apt apt-get download --print-uris "$package" 2>/dev/null | tail -n 1)
	name=$(awk '{ print $2 }' <<<"$line")
	[ -n "$name" ] ||
		die "Debian's package $package is not in the indexes below $PRIVATE_APT_DIR;" \
			"remove that directory and try again"
	mkdir -p "$directory"
	if [ ! -f "$directory/$name" ]; then
		(cd "$directory" && logged "$PRIVATE_APT_DIR/download.log" \
			private_apt apt-get download "$package") ||
			die "cannot fetch Debian's package $package; check the network and try again"
	fi
	printf '%s\n' "$directory/$name"
}
