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

# What a context says according to its own ;> comments, where @ stands for RESULT.
expected_of() {
  cat "$here"/dialplan/*.conf |
    awk -v section="[$1]" '/^\[/ { is_here = $1 == section } is_here && sub(/^.*;> ?/, "")' |
    sed "s/@/$2/"
}

# Runs a context, and compares what it says with what it should.
check() { # NAME CONTEXT WAY [RESULT]
  local name=$1 context=$2 way=$3
  is_wanted "$name" || return 0
  expected_of "$context" "${4-}" >"$asterisk_home/expected"
  [[ -s $asterisk_home/expected ]] || { echo "nothing is expected of $context" >&2; exit 1; }
  run_context "$context" "$way" || true
  diff --unified --label expected --label said \
    "$asterisk_home/expected" "$asterisk_home/said" >"$asterisk_home/differences" || true
  verdict "$name"
}

make_asterisk_home "$chroot"
install_mcdctl
write_settings
# Servers for each kind of trouble; the settings have a profile for each.
start_servers() {
  local number
  start_memcached main -m 64
  start_memcached hanging
  kill -STOP "$memcached_pid"
  start_memcached small -I 1024 -o slab_chunk_max=1
  start_memcached full -M -m 1 -I 512k
  for number in {1..3000}; do printf 'set key%d %04096d\n' "$number" 0; done >"$asterisk_home/fill"
  (outside --quiet --profile full batch "$asterisk_home/fill") >/dev/null && return 1 # it is full
  printf 'somebody:secret\n' >"$asterisk_home/users"
  start_memcached login -Y "$asterisk_home/users"
}

printf -v x2048 '%2048s' ''
printf -v k65 '%65s' ''

make_asterisk_home "$chroot"
install_mcdctl
write_settings
start_servers
start_fastagi main
fastagi=$fastagi_way
cat "$here"/dialplan/*.conf >"$asterisk_home/extensions"
start_asterisk "$asterisk_home/extensions" "X2048=${x2048// /x}" "K65=${k65// /k}"
agi=mcdctl,agi,

# A test by AGI and by FastAGI, with a profile's settings.
check_with_profile() { # NAME CONTEXT PROFILE [RESULT]
  check "$1 by AGI" "$2" "mcdctl,agi,--profile=$3," "${4-}"
  ! is_wanted "$1 by FastAGI" || start_fastagi "$3" --profile "$3"
  check "$1 by FastAGI" "$2" "$fastagi_way" "${4-}"
}

test_module() {
  flush
  check "the module's tests by AGI" module "$agi"
  flush
  check "the module's tests by FastAGI" module "$fastagi"
  flush
  check "the module's tests by System and SHELL" module-shell ""
}

test_results() {
  check "results of a request by AGI" results "$agi"
  check "results of a request by FastAGI" results "$fastagi"
  check "results by System and SHELL" results-shell ""
  printf 'one\ntwo\n' | (outside set newline --file -)
  printf 'one\0two' | (outside set nul --file -)
  for ((byte = 1; byte < 256; ++byte)); do
    # shellcheck disable=SC2059
    [[ $byte -eq 10 ]] || printf "\\x$(printf %x "$byte")"
  done | (outside set binary --file -)
  check "results that AGI can't carry by AGI" unspeakable "$agi"
  check "results that AGI can't carry by FastAGI" unspeakable "$fastagi"
}

test_trouble() {
  check_with_profile "no such host" trouble nohost 2
  check_with_profile "no server" trouble dead 3
  check_with_profile "no answer" trouble hanging 31
  check_with_profile "wrong login" trouble login 41
  check "wrong settings by AGI" trouble mcdctl,agi,--profile=none, 43
  check_with_profile "too large for the server" large small
  check_with_profile "server out of memory" full full
}

test_module
test_results
test_trouble
[[ $failed -eq 0 ]] || exit 3
