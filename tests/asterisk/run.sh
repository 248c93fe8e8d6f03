#!/usr/bin/env bash
# Runs the dialplans beside this file in a real Asterisk against private memcached servers and a private
# `mcdctl fastagi`. Usage: run.sh MCDCTL VERSION CHROOT [TEST...], VERSION being 22 or 16.
# Prints a line for each test, "ok", "FAILED" or "skipped"; the exit status is 3 if one failed.
set -euo pipefail
here=$(dirname "$(readlink --canonicalize "$0")")
# shellcheck source=/dev/null
source "$here/asterisk.sh" # sets these
: "${asterisk_home=}" "${asterisk_inside=}" "${asterisk_patience=}" "${fastagi_way=}" "${fastagi_pid=}"
: "${memcached_pid=}" "${pids[@]}"
mcdctl=$1 version=$2 chroot=$3
shift 3
wanted=("$@")

long_globals=()
# shellcheck source=/dev/null
source "$here/checks.sh" # sets these
: "${failed=}" "${values=}" "${hostile=}"

trap stop_all EXIT
trap 'exit 130' INT TERM

make_asterisk_home "$chroot"
install_mcdctl "$mcdctl"
cp "$here/dump.sh" "$asterisk_home/agi/"
write_settings "$here/mcdctl.toml"
start_servers
start_fastagi main
fastagi=$fastagi_way
cat "$here"/dialplan/*.conf "$here/../../conf/extensions.conf" >"$asterisk_home/extensions"
make_values
make_hostile
start_asterisk "$asterisk_home/extensions" "${long_globals[@]}" "VALUES=$values" \
  "HOSTILE=$hostile"
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

test_values() {
  local way number
  for way in AGI FastAGI; do
    is_wanted "values by $way" || continue
    flush
    for ((number = 1; number <= values; ++number)); do
      (outside --no-limits set "value-$number" --file "$asterisk_home/values/$number")
    done
    run_context values "$([[ $way == AGI ]] && echo "$agi" || echo "$fastagi")" || true
    compare_values >"$asterisk_home/differences"
    verdict "values by $way"
  done
}

# Says what is not as it should be.
compare_values() {
  local number read write wanted length
  while read -r number read write; do
    if [[ $number -gt $values ]]; then # a length
      wanted=0
      [[ $number -le 4096 ]] || wanted=125
      [[ $read == "$wanted" ]] || echo "set of $number bytes: $read"
      [[ $wanted == 125 ]] || (outside get "set-$number") |
        cmp <(head --bytes "$number" /dev/zero | tr '\0' x) - 2>&1 || true
      continue
    fi
    length=$(stat --format=%s "$asterisk_home/values/$number")
    wanted=0
    [[ $length -le 4096 ]] || wanted=125
    # A line of AGI has less than 2048 bytes there.
    [[ $version -ne 16 || $length -lt 2000 ]] || wanted=125
    [[ $read == "$wanted" ]] || echo "get of value $number, $length bytes: $read"
    [[ $wanted == 0 ]] || : >"$asterisk_home/values/$number"
    cmp "$asterisk_home/values/$number" "$asterisk_home/values/$number.got" 2>&1 || true
    [[ $write == 0 ]] || echo "set of value $number: $write"
    # ${V} gives 4095 bytes.
    (outside get "copy-$number") 2>&1 |
      cmp <(head --bytes 4095 "$asterisk_home/values/$number") - 2>&1 || true
  done <"$asterisk_home/said"
  [[ $(wc --lines <"$asterisk_home/said") -eq $((values + 3)) ]] || cat "$asterisk_home/said"
}

test_hostile() {
  local way
  for way in AGI FastAGI System; do
    is_wanted "hostile callers by $way" || continue
    flush
    (outside set victim 42)
    (outside set bystander unharmed)
    case $way in
      AGI) run_context hostile "$agi" || true ;;
      FastAGI) run_context hostile "$fastagi" || true ;;
      System) run_context hostile-shell "" || true ;;
    esac
    compare_hostile "$way" >"$asterisk_home/differences"
    verdict "hostile callers by $way"
  done
}

test_examples() {
  local way
  for way in "$agi" "$fastagi"; do
    flush
    check "the examples by $([[ $way == "$agi" ]] && echo AGI || echo FastAGI)" examples "$way" 0
    flush
    check "the subroutines by $([[ $way == "$agi" ]] && echo AGI || echo FastAGI)" subroutines "$way"
  done
  flush
  check "the examples by System and SHELL" examples shell- 16
  check "no service by FastAGI" no-service agi://127.0.0.1:1/
}

# The same files, as Asterisk reads them and as mcdctl does: the same servers, and where Asterisk has
# none, an error.
test_settings() {
  local name="memcached.conf as Asterisk reads it" file names
  is_wanted "$name" || return 0
  cp "$here"/settings/* "$asterisk_home/etc/"
  names=$(cd "$here/settings" && printf '%s\n' *.conf | sed 's/\.conf$//' | paste --serial --delimiters=-)
  asterisk_command "dialplan set global SETTINGS $names" >/dev/null
  run_context settings none || true
  for file in "$here"/settings/*.conf; do
    { (outside --config "$asterisk_home/etc/$(basename "$file")" config show 2>/dev/null) || true; } |
      awk -v name="$(basename "$file" .conf)" '
        /^servers = / { sub(/^[^[]*\[/, ""); sub(/\].*/, ""); gsub(/[",]+ */, " "); servers = $0 }
        END { gsub(/ +/, " ", servers); sub(/ $/, "", servers); print name ":" servers }'
  done >"$asterisk_home/expected"
  diff --unified --label mcdctl --label Asterisk \
    "$asterisk_home/expected" "$asterisk_home/said" >"$asterisk_home/differences" || true
  verdict "$name"
}

# 50 channels with 100 increments each; the counter has each value once.
test_crowd() { # WAY-NAME WAY
  is_wanted "50 channels at once by $1" || return 0
  local expected=$((5000 * 5001 / 2))
  flush
  run_context crowd "$2" || true
  {
    wait_until_said 50 .
    [[ $(outside get crowd) == 5000 ]] || echo "the counter is $(outside get crowd)"
    awk -v expected="$expected" '
      { sum += $1 }
      NF > 1 { print "results other than 0:" substr($0, length($1) + 1) }
      END {
        if (sum != expected) printf "the sum is %d and not %d\n", sum, expected
      }' "$asterisk_home/said"
  } >"$asterisk_home/differences"
  verdict "50 channels at once by $1"
}

# memcached is killed and started again, then stopped and continued, while channels ask.
test_restart() { # WAY-NAME WAY SERVICE-PID
  is_wanted "memcached restarts by $1" || return 0
  asterisk_command "dialplan set global STOP no" >/dev/null
  start_memcached load
  run_context load "$2" || true
  {
    restart_under_load 0
    [[ -z ${3-} ]] || kill -0 "$3" || echo "the service has ended"
  } >"$asterisk_home/differences"
  verdict "memcached restarts by $1"
  end_process "$memcached_pid"
  rm --force "$asterisk_home/load.sock"
}

# A service with 2000 connections that say nothing.
test_idle() {
  is_wanted "2000 idle connections by FastAGI" || return 0
  local port idle
  start_fastagi idle --header-timeout 10m
  port=${fastagi_way#*1:}
  (
    ulimit -n 2100
    # shellcheck disable=SC2034
    for _ in {1..2000}; do exec {connection}<>"/dev/tcp/127.0.0.1/${port%/}"; done
    touch "$asterisk_home/idle"
    exec sleep 600
  ) &
  idle=$!
  pids+=("$idle")
  until [[ -e $asterisk_home/idle ]] || ! kill -0 "$idle"; do sleep 0.1; done
  # It may still be accepting them.
  for _ in {1..300}; do
    kill -USR1 "$fastagi_pid"
    sleep 0.1
    ! grep --quiet ' open=2000 ' "$asterisk_home/fastagi-idle.log" || break
  done
  flush
  check "2000 idle connections by FastAGI" module "$fastagi_way"
  grep --quiet ' open=2000 ' "$asterisk_home/fastagi-idle.log" || {
    grep ' open=' "$asterisk_home/fastagi-idle.log"
    return 1
  }
  end_process "$idle"
}

test_module
test_settings
test_results
test_trouble
test_values
test_hostile
start_fastagi crowd --profile patient
test_crowd FastAGI "$fastagi_way"
test_examples
test_idle
if [[ $version -ne 16 ]]; then
  test_crowd AGI mcdctl,agi,--profile=patient,
  start_fastagi load --profile load
  test_restart FastAGI "$fastagi_way" "$fastagi_pid"
  test_restart AGI mcdctl,agi,--profile=load,
fi
[[ $failed -eq 0 ]] || exit 3
