#!/usr/bin/env bash
# Makes a directory that holds a Debian with a real Asterisk, or completes what is there. It is a few
# hundred MB and takes a minute; what is there already is used again.
# Usage: make_chroot.sh DIRECTORY DEBIAN-SUITE PACKAGE...
# Exit status 77, with a line that says why, where it can't be made here.
set -euo pipefail
directory=$1 suite=$2
shift 2
packages=("$@")

# shellcheck source=tests/support/debian_archive.sh
. "$(dirname "$(readlink --canonicalize "$0")")/../support/debian_archive.sh"

skip() {
  printf 'skipped: no Debian %s with Asterisk in %s: %s\n' "$suite" "$directory" "$*"
  exit 77
}

# What the Debian in the directory lacks of the packages.
missing_packages() {
  local package state
  for package in "${packages[@]}"; do
    state=$(dpkg-query --admindir="$directory/var/lib/dpkg" --show \
      --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ $state == installed ]] || printf '%s\n' "$package"
  done
}

# In a mount namespace of its own, so that no mount is left behind.
inside() {
  unshare --mount --pid --kill-child --mount-proc="$directory/proc" chroot "$directory" \
    env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C \
    DEBIAN_FRONTEND=noninteractive "$@"
}

bootstrap() {
  local archive script=/usr/share/debootstrap/scripts/$suite
  archive=$(debian_archive)
  [[ -n $archive ]] || skip "no Debian archive in this machine's apt sources"
  [[ -e $script ]] || script=/usr/share/debootstrap/scripts/sid
  debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
    "$suite" "$directory" "${archive%/}" "$script" || skip "debootstrap failed"
  touch "$directory/.debootstrap-done"
}

# The same way to the archive as outside, and no daemon that starts inside.
prepare() {
  local file
  for file in /etc/apt/apt.conf.d/*; do
    if grep --quiet --extended-regexp 'Acquire::(https?|Retries|Check-)' "$file"; then
      cp "$file" "$directory/etc/apt/apt.conf.d/"
    fi
  done
  [[ ! -e /etc/resolv.conf ]] || cp --dereference /etc/resolv.conf "$directory/etc/resolv.conf"
  printf '#!/bin/sh\nexit 101\n' >"$directory/usr/sbin/policy-rc.d"
  chmod 755 "$directory/usr/sbin/policy-rc.d"
  grep --quiet --no-messages localhost "$directory/etc/hosts" ||
    echo '127.0.0.1 localhost' >>"$directory/etc/hosts"
}

# Only the files of asterisk-dev: what it depends on is for building Debian's own packages.
# shellcheck disable=SC2016 # expanded inside
fetch_headers() {
  inside sh -ec 'cd "$(mktemp --directory)" && chmod 755 . && apt-get download --quiet asterisk-dev &&
    dpkg --extract asterisk-dev_*.deb / && rm --recursive --force "$PWD"'
}

make() {
  local missing
  [[ -e $directory/.debootstrap-done ]] || bootstrap
  mapfile -t missing < <(missing_packages)
  [[ ${#missing[@]} -gt 0 || ! -e $directory/usr/include/asterisk/module.h ]] || return 0
  prepare
  inside apt-get update --quiet || skip "apt-get update failed"
  [[ ${#missing[@]} -eq 0 ]] ||
    inside apt-get install --yes --quiet --no-install-recommends "${missing[@]}" ||
    skip "apt-get install ${missing[*]} failed"
  [[ -e $directory/usr/include/asterisk/module.h ]] || fetch_headers || skip "no headers of Asterisk"
  inside apt-get clean
}

[[ $(id --user) -eq 0 ]] || skip "making it, and chroot, need root"
unshare --mount --pid --kill-child true 2>/dev/null || skip "namespaces are not allowed here"
if [[ ! -e $directory/.debootstrap-done ]]; then
  command -v debootstrap >/dev/null || skip "debootstrap is not installed"
fi
mkdir --parents "$directory"
exec {lock}<"$directory"
flock "$lock" # another run may be making it
make >&2
