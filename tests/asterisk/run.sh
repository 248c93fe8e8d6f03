#!/usr/bin/env bash
# Runs the dialplans beside this file in a real Asterisk against private memcached servers and a private
# `mcdctl fastagi`. Usage: run.sh MCDCTL VERSION CHROOT [TEST...], VERSION being 22 or 16.
# Prints a line for each test, "ok", "FAILED" or "skipped"; the exit status is 3 if one failed.
set -euo pipefail
here=$(dirname "$(readlink --canonicalize "$0")")
# shellcheck source=/dev/null
source "$here/asterisk.sh" # sets these
: "${asterisk_home=}" "${asterisk_inside=}" "${asterisk_root=}"
mcdctl=$1 version=$2 chroot=$3
shift 3
wanted=("$@")

pids=() # of the servers and services
end_process() {
  kill -CONT "$1" 2>/dev/null || true
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}
clean_up() {
  local pid
  for pid in "${pids[@]}"; do end_process "$pid"; done
  stop_asterisk
}
trap clean_up EXIT
trap 'exit 130' INT TERM

start_memcached() {
  local name=$1
  shift
  memcached -u root -s "$asterisk_home/$name.sock" "$@" </dev/null >"$asterisk_home/$name.log" 2>&1 &
  memcached_pid=$!
  pids+=("$memcached_pid")
  for _ in {1..200}; do
    [[ ! -S $asterisk_home/$name.sock ]] || return 0
    sleep 0.02
  done
  echo "memcached does not start: $(<"$asterisk_home/$name.log")" >&2
  return 1
}

# The binary as the chroot sees it. Where its C library is too old, the one from here goes along.
install_mcdctl() {
  local library loader
  if cp "$mcdctl" "$asterisk_home/agi/mcdctl" &&
    chroot "$asterisk_root" "$asterisk_inside/agi/mcdctl" --version >/dev/null 2>&1; then
    ln "$asterisk_home/agi/mcdctl" "$asterisk_home/bin/mcdctl"
    return
  fi
  mkdir "$asterisk_home/lib"
  mv "$asterisk_home/agi/mcdctl" "$asterisk_home/lib/mcdctl"
  while read -r library; do
    cp --dereference "$library" "$asterisk_home/lib/"
  done < <(ldd "$mcdctl" | grep --only-matching '/[^ ]*')
  loader=$(cd "$asterisk_home/lib" && echo ld-linux*)
  printf '#!/bin/sh\nexec %s --library-path %s %s "$@"\n' "$asterisk_inside/lib/$loader" \
    "$asterisk_inside/lib" "$asterisk_inside/lib/mcdctl" >"$asterisk_home/agi/mcdctl"
  chmod 755 "$asterisk_home/agi/mcdctl"
  ln "$asterisk_home/agi/mcdctl" "$asterisk_home/bin/mcdctl"
}

# mcdctl, outside of the chroot. It takes the place of the shell that calls this.
outside() {
  exec env --ignore-environment PATH="$PATH" XDG_CONFIG_HOME="$asterisk_home/outside" "$mcdctl" "$@"
}
flush() { (outside --quiet flush --yes) >/dev/null; }

# Starts a service on a free port, with the options given; sets fastagi_pid and fastagi_way.
start_fastagi() {
  local name=$1 log=$asterisk_home/fastagi-$1.log port
  shift
  outside "$@" fastagi --listen 127.0.0.1:0 </dev/null >"$log" 2>&1 &
  fastagi_pid=$!
  pids+=("$fastagi_pid")
  for _ in {1..200}; do
    port=$(sed --quiet 's/^.*listening on 127\.0\.0\.1:\([0-9]*\)$/\1/p' "$log")
    if [[ -n $port ]]; then
      fastagi_way="agi://127.0.0.1:$port/"
      return 0
    fi
    sleep 0.02
  done
  echo "mcdctl fastagi does not start: $(<"$log")" >&2
  return 1
}

# The settings of mcdctl, inside the chroot and outside; there are two names for the same socket.
write_settings() {
  local place
  mkdir --parents "$asterisk_home"/{settings,outside}/mcdctl
  for place in settings outside; do
    sed "s|@|$([[ $place == settings ]] && echo "$asterisk_inside" || echo "$asterisk_home")|" \
      "$here/mcdctl.toml" >"$asterisk_home/$place/mcdctl/mcdctl.toml"
  done
}

passed=0 failed=0
is_wanted() {
  local name
  [[ ${#wanted[@]} -gt 0 ]] || return 0
  for name in "${wanted[@]}"; do [[ $1 != *"$name"* ]] || return 0; done
  return 1
}
verdict() { # NAME: what stands in $asterisk_home/differences is what was wrong
  if [[ ! -s $asterisk_home/differences ]]; then
    passed=$((passed + 1))
    printf 'ok      %s: %s\n' "$version" "$1"
  else
    failed=$((failed + 1))
    printf 'FAILED  %s: %s\n' "$version" "$1"
    cat "$asterisk_home/differences"
  fi
}

# What a context says according to its own ;> comments.
expected_of() {
  cat "$here"/dialplan/*.conf |
    awk -v section="[$1]" '/^\[/ { is_here = $1 == section } is_here && sub(/^.*;> ?/, "")'
}

# Runs a context, and compares what it says with what it should.
check() {
  local name=$1 context=$2 way=$3
  is_wanted "$name" || return 0
  expected_of "$context" >"$asterisk_home/expected"
  [[ -s $asterisk_home/expected ]] || { echo "nothing is expected of $context" >&2; exit 1; }
  flush
  run_context "$context" "$way" || true
  diff --unified --label expected --label said \
    "$asterisk_home/expected" "$asterisk_home/said" >"$asterisk_home/differences" || true
  verdict "$name"
}

make_asterisk_home "$chroot"
install_mcdctl
write_settings
start_memcached main -m 64
start_fastagi main
fastagi=$fastagi_way
cat "$here"/dialplan/*.conf >"$asterisk_home/extensions"
start_asterisk "$asterisk_home/extensions"
agi=mcdctl,agi,

check "the module's tests by AGI" module "$agi"
check "the module's tests by FastAGI" module "$fastagi"
check "the module's tests by System and SHELL" module-shell ""

[[ $failed -eq 0 ]] || exit 3
