#!/usr/bin/env bash
# Makes the package asterisk-memcached of a build, and asks apt whether it can be installed: yes where its
# Asterisk is, no elsewhere. Usage: package.sh BUILD-DIRECTORY VERSION CHROOT [OTHER-CHROOT...]
# Prints a line, "ok" or "FAILED"; the exit status is 3 if it failed.
set -euo pipefail
build=$1 version=$2 chroot=$3
shift 3
here=$(dirname "$(readlink --canonicalize "$0")")
work=$(mktemp --directory)
copies=()
trap 'rm --recursive --force "$work" "${copies[@]}"' EXIT
trap 'exit 130' INT TERM

# Whether apt would install it in a root directory; what it says is in $work/apt.
is_installable() {
  local copy
  copy=$(mktemp --directory "$1/tmp/package.XXXXXX")
  copies+=("$copy")
  chmod 755 "$copy"
  cp "$package" "$copy/"
  chroot "$1" env LC_ALL=C apt-get install --simulate "${copy#"$1"}/${package##*/}" >"$work/apt" 2>&1
}

check() {
  local other modules
  package=$("$here/../../scripts/package" --of "$build" --only asterisk "$work" 2>"$work/log") || {
    cat "$work/log"
    return
  }
  modules=$(cd "$chroot" && find usr/lib -type d -path '*/asterisk/modules' -print -quit)
  dpkg-deb --contents "$package" | awk '$1 !~ /^d/ { print $1, $2, $6 }' | LC_ALL=C sort | diff --unified - <(
    printf -- '-rw-r--r-- root/root ./%s\n' etc/asterisk/memcached.conf "$modules/res_memcached.so" \
      usr/share/doc/asterisk-memcached/{changelog.gz,copyright}
  ) || true
  [[ $(dpkg-deb --info "$package" conffiles) == /etc/asterisk/memcached.conf ]] || echo 'the settings are no conffile'
  is_installable "$chroot" || cat "$work/apt"
  for other in "$@"; do
    if is_installable "$other"; then echo "it can be installed in $other"; fi
    grep 'asterisk-memcached : Depends: asterisk (' "$work/apt" >/dev/null || cat "$work/apt"
  done
}

check "$@" >"$work/differences" 2>&1
if [[ -s $work/differences ]]; then
  printf 'FAILED  %s: asterisk-memcached can be installed here only\n' "$version"
  cat "$work/differences"
  exit 3
fi
printf 'ok      %s: asterisk-memcached can be installed here only\n' "$version"
