#!/usr/bin/env bash
# Makes a directory with the memcached of another Debian release in it and all that it needs to run
# here: DIRECTORY/memcached starts it, without root and without a chroot. It takes a few seconds and
# some 40 MB; what is there already is used again.
# Usage: make_memcached.sh DIRECTORY DEBIAN-SUITE
# Exit status 77, with a line that says why, where it can't be made here.
set -euo pipefail
directory=$1 suite=$2

# shellcheck source=tests/support/debian_archive.sh
. "$(dirname "$(readlink --canonicalize "$0")")/../support/debian_archive.sh"

skip() {
  printf 'skipped: no memcached of Debian %s in %s: %s\n' "$suite" "$directory" "$*"
  exit 77
}

# apt-get with a state of its own, in which nothing is installed, so that it fetches the C library too.
fetch() {
  local state=$work/apt archive keys=/usr/share/keyrings/debian-archive-keyring.gpg
  archive=$(debian_archive)
  [[ -n $archive ]] || skip "no Debian archive in this machine's apt sources"
  mkdir --parents "$state"/{lists/partial,archives/partial,preferences.d,sources.d}
  : >"$state/status"
  echo "deb [signed-by=$keys] ${archive%/} $suite main" >"$state/sources.list"
  local options=(-qq -o "Dir::State::lists=$state/lists" -o "Dir::State::status=$state/status"
    -o "Dir::Cache::archives=$state/archives" -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache="
    -o "Dir::Etc::sourcelist=$state/sources.list" -o "Dir::Etc::sourceparts=$state/sources.d"
    -o "Dir::Etc::preferencesparts=$state/preferences.d" -o APT::Install-Recommends=false
    -o Acquire::Languages=none -o APT::Sandbox::User= -o Debug::NoLocking=true
    -o "Dir::Log=$state")
  apt-get "${options[@]}" update || skip "apt-get update failed"
  # As if to install it, so that what it depends on comes too.
  apt-get "${options[@]}" --yes --download-only install memcached || skip "apt-get install failed"
}

unpack() {
  local package
  for package in "$work"/apt/archives/*.deb; do
    case ${package##*/} in
      memcached_* | lib*) dpkg-deb --extract "$package" "$work/root" ;;
    esac
  done
  rm --recursive --force "$work/apt" "$work"/root/usr/share
  local loader libraries
  loader=$(cd "$work/root" && printf '%s
' {,usr/}lib/*/ld-linux*.so.[0-9] | grep --max-count=1 --invert-match '\*')
  libraries=${loader#usr/}
  libraries=${libraries%/*}
  cat >"$work/memcached" <<SCRIPT
#!/bin/sh
root=\$(dirname "\$0")/root
exec "\$root/$loader" --library-path "\$root/$libraries:\$root/usr/$libraries" \\
  "\$root/usr/bin/memcached" "\$@"
SCRIPT
  chmod 755 "$work/memcached"
  "$work/memcached" --version >"$work/version"
}

mkdir --parents "${directory%/*}" 2>/dev/null || skip "${directory%/*} can't be made"
exec {lock}<"${directory%/*}"
flock "$lock" # another run may be making it
[[ ! -x $directory/memcached ]] || exit 0
work=$(mktemp --directory "$directory.XXXXXX")
trap 'rm --recursive --force "$work"' EXIT
{ fetch && unpack; } >&2
rm --recursive --force "$directory"
chmod 755 "$work"
mv --no-target-directory "$work" "$directory"
