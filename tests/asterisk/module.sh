#!/usr/bin/env bash
# Tests res_memcached.so in a real Asterisk, against private memcached servers.
# Usage: module.sh MCDCTL VERSION CHROOT MODULE DECLINED-MODULE [TEST...]; DECLINED-MODULE is one for
# another version of Asterisk. $MODULE_CHANNELS and $MODULE_ROUNDS are the size of the crowd (100 channels with
# 200 rounds), $MODULE_SOAK the operations of a soak (none). $MODULE_SANITIZER is asan or tsan, for a module of
# such a build, with CMAKE_C_FLAGS as CMAKE_CXX_FLAGS: its run time is loaded into Asterisk, which itself is
# not instrumented, and its reports are a test's differences. Only where the C library is no older than here.
# Prints a line for each test, "ok" or "FAILED"; the exit status is 3 if one failed.
# The dollars are the dialplan's, and some variables asterisk.sh's.
# shellcheck disable=SC2016,SC2034
set -euo pipefail
here=$(dirname "$(readlink --canonicalize "$0")")
# shellcheck source=/dev/null
source "$here/asterisk.sh" # sets these
: "${asterisk_home=}" "${asterisk_inside=}" "${asterisk_pid=}" "${memcached_pid=}" "${asterisk_root=}"
mcdctl=$1 version=$2 chroot=$3 asterisk_module=$4 declined_module=$5
shift 5
wanted=("$@")
dialplans=in_process
long_globals=()
# shellcheck source=/dev/null
source "$here/checks.sh" # sets these
: "${failed=}" "${hostile=}"

trap stop_all EXIT
trap 'exit 130' INT TERM
export LC_ALL=C.UTF-8

# memcached.conf: the lines given, where @ stands for the directory of the servers.
configure() {
  printf '%s\n' '[general]' "${@//@/$asterisk_inside}" >"$asterisk_home/etc/memcached.conf"
}
reload() { asterisk_command "module reload res_memcached.so" >/dev/null; }
reconfigure() { configure "$@" && reload; }
set_global() { asterisk_command "dialplan set global $1 $2" >/dev/null; }
differences_from() { # COMMAND...: what it prints is what was wrong
  "$@" >"$asterisk_home/differences" 2>&1 || true
}
is_running() {
  local shown
  shown=$(asterisk_command 'module show like res_memcached')
  [[ $shown == *Running* && $shown != *'Not Running'* ]]
}
log_lines() { grep --count --extended-regexp "$1" "$asterisk_home/log/dialplan" || true; }

main='server=@/main.sock'
# The same commands as mcdctl's, on both protocols, with one and three servers, under each distribution.
test_items() {
  local protocol servers distribution server words distributions=(modula consistent ketama-weighted)
  for protocol in ascii binary; do
    for distribution in "${distributions[@]}"; do
      for servers in 'main' 'main second third'; do
        is_wanted "items, $protocol, $distribution, $servers" || continue
        words=()
        for server in $servers; do words+=("server=@/$server.sock"); done
        reconfigure "${words[@]}" "protocol=$protocol" "distribution=$distribution" 'keyprefix="pre/"' timeout=1m
        {
          printf 'timeout = "1m"\nprotocol = "%s"\ndistribution = "%s"\nprefix = "pre/"\nservers = [' "$protocol" "$distribution"
          for server in $servers; do printf '"%s",' "$asterisk_inside/$server.sock"; done
          printf ']\n'
        } >"$asterisk_home/same.toml"
        inside flush --yes >/dev/null 2>"$asterisk_home/flushed" || cat "$asterisk_home/flushed"
        inside set outside 'written by mcdctl'
        check "items, $protocol, $distribution, $servers" items ''
        differences_from compare_inside
        verdict "mcdctl reads what the module wrote, $protocol, $distribution, $servers"
      done
    done
  done
  reconfigure "$main"
  check 'times to live' expiry ''
}
compare_inside() {
  [[ $(inside get inside) == 'written by the module' ]] || inside get inside
  [[ $(inside get wrtest) == 'a, "b" \\c, d' ]] || inside get wrtest
}
# mcdctl in the chroot: other distributions than the module's own look at the paths of the servers.
inside() {
  env --ignore-environment PATH="$PATH" chroot "$asterisk_root" "$asterisk_inside/bin/mcdctl" --config "$asterisk_inside/same.toml" "$@"
}

test_examples() {
  flush
  check 'the example for the module' examples ''
}

test_results() {
  is_wanted results || return 0
  flush
  (outside set global 'from the globals')
  (outside set one 1)
  head --bytes 4095 /dev/zero | tr '\0' x | (outside set v4095 --file -)
  head --bytes 4096 /dev/zero | tr '\0' x | (outside set v4096 --file -)
  head --bytes 4097 /dev/zero | tr '\0' x | (outside --no-limits set v4097 --file -)
  printf 'one\ntwo\n' | (outside set newline --file -)
  printf 'one\0two' | (outside set nul --file -)
  printf '%s' ',a,,"b" \ \\ \" Zażółć 日本 😀 $(id) `id` ; %00 )(' | (outside set odd --file -)
  check results results ''
  differences_from compare_values
  verdict 'values, byte for byte'
}
compare_values() {
  local name
  for name in odd-written copied; do
    cmp <(outside get "${name/odd-written/odd}" 2>/dev/null || outside get newline) <(outside get "$name")
  done
  local length
  for length in 1 4095 4096; do
    cmp <(head --bytes "$length" /dev/zero | tr '\0' x) <(outside get "set-$length")
  done
  # mcdset() takes quotes off the key only; the value is left as it is.
  cmp <(outside get odd) <(outside get odd-set)
}

# Without a name service at first, as when a machine starts.
test_addresses() {
  is_wanted 'a name that is known later' || return 0
  local port=$((manager_port + 1)) hosts
  hosts=$(<"$asterisk_root/etc/hosts")
  memcached -u root -l 127.0.0.1 -p "$port" -U 0 </dev/null >"$asterisk_home/named.log" 2>&1 &
  pids+=("$!")
  configure "server=mcdctl-$BASHPID:$port" addresses=all
  asterisk_command 'module unload res_memcached.so' >/dev/null
  asterisk_command 'module load res_memcached.so' >/dev/null
  check 'a name that is known later: unknown' trouble '' 2
  printf '127.0.0.1 mcdctl-%s\n' "$BASHPID" >>"$asterisk_root/etc/hosts"
  flush
  check 'a name that is known later: known' expiry ''
  printf '%s\n' "$hosts" >"$asterisk_root/etc/hosts"
}

# A call would end at an application that is not there.
test_settings() {
  is_wanted 'settings that are wrong' || return 0
  configure 'server=:'
  asterisk_command 'module unload res_memcached.so' >/dev/null
  asterisk_command 'module load res_memcached.so' >/dev/null
  check 'settings that are wrong' trouble '' 20
  reconfigure "$main"
  check 'settings that are correct again' expiry ''
}

test_trouble() {
  local row
  for row in 'no such host:server=nowhere.invalid:2' "no server:server=@/nobody.sock:3" \
    "no answer:server=@/hanging.sock:31" "wrong login:server=@/login.sock:41"; do
    is_wanted "${row%%:*}" || continue
    IFS=: read -r name line result <<<"$row"
    words=("$line" timeout=100ms)
    [[ $result != 41 ]] || words+=(auth.user=somebody auth.password=wrong)
    reconfigure "${words[@]}"
    check "$name" trouble '' "$result"
  done
  for row in 'no sense:what\r\n:8' 'cut short:VAL:7' 'broken:SERVER_ERROR broken\r\n:10'; do
    is_wanted "a server whose answers are ${row%%:*}" || continue
    IFS=: read -r name line result <<<"$row"
    start_liar "$result" "$line"
    reconfigure "server=@/liar-$result.sock"
    check "a server whose answers are $name" trouble '' "$result"
  done
  test_settings
  test_addresses
  reconfigure 'server=@/small.sock'
  check 'too large for the server' large ''
  reconfigure 'server=@/full.sock'
  check 'server out of memory' full ''
  reconfigure "$main"
}

test_hostile() {
  is_wanted 'hostile callers' || return 0
  flush
  (outside set victim 42)
  (outside set bystander unharmed)
  run_context hostile '' || true
  differences_from compare_hostile module
  verdict 'hostile callers'
}
channels=${MODULE_CHANNELS:-100} rounds=${MODULE_ROUNDS:-200}
test_crowd() {
  local protocol
  set_global CHANNELS "$channels"
  set_global ROUNDS "$rounds"
  for protocol in ascii binary; do
    is_wanted "$channels channels at once, $protocol" || continue
    flush
    (outside counter --set 0 crowd) >/dev/null
    reconfigure "$main" "protocol=$protocol" timeout=1m
    run_context crowd '' || true
    differences_from compare_whole_crowd
    verdict "$channels channels at once, $protocol"
  done
  is_wanted 'reload under load' || return 0
  flush
  (outside counter --set 0 crowd) >/dev/null
  configure "$main" timeout=1m
  set_global ROUNDS 1000000
  run_context crowd '' || true
  differences_from reload_under_load
  verdict 'reload under load'
}
# Each channel says how many rounds it made.
compare_crowd() {
  local sum
  wait_until_said "$channels" '^end '
  grep --invert-match '^end ' "$asterisk_home/said" | head -n 20 || true
  sum=$(awk '$1 == "end" { sum += $2 } END { print sum }' "$asterisk_home/said")
  [[ $(outside counter crowd) == "$sum" ]] || echo "the counter is $(outside counter crowd) after $sum rounds"
}
compare_whole_crowd() {
  compare_crowd
  [[ $(outside counter crowd) == $((channels * rounds)) ]] || echo "the counter is $(outside counter crowd)"
}
reload_under_load() {
  local number before
  while before=$(outside counter crowd) && [[ $before -eq 0 ]]; do sleep 0.05; done
  for number in {1..10}; do
    if [[ $number -eq 5 ]]; then
      configure 'server=:' && reload
      configure "$main" timeout=1m
    else
      reload
    fi
    sleep 0.1
  done
  set_global ROUNDS 0
  compare_crowd
  [[ $(log_lines 'memcached.conf:2: .*server') -ge 1 ]] || echo 'the broken file was not reported'
}

# A server is stopped, killed and started again while channels ask.
test_restart() {
  is_wanted 'memcached restarts' || return 0
  local before stopped continued
  start_memcached load
  reconfigure 'server=@/load.sock' timeout=500ms
  set_global STOP no
  set_global CHANNELS 10
  before=$(log_lines 'is down')
  run_context trouble-load '' || true
  differences_from restart
  verdict 'memcached restarts'
  end_process "$memcached_pid"
  rm --force "$asterisk_home/load.sock"
  reconfigure "$main"
}
restart() {
  restart_under_load 3
  # What had no answer when the server was stopped, it may still do when it goes on, after what comes
  # later. Those on their way when it stops wait, and after that one at a time: a probe each pause of 1 s.
  awk -v stopped="$stopped" -v continued="$continued" -v channels=10 '
    $1 == "value" && ($2 < stopped || $2 >= continued + 2000) { print }
    $1 == "lost" && $2 >= continued + 2000 { print }
    $1 == "value" || $1 == "lost" { next }
    $1 <= stopped || $2 >= continued { next }
    $2 - $1 >= 400 { ++waited }
    $2 - $1 < 400 && $3 == 31 { ++at_once }
    END {
      if (waited > channels + 8) print waited " operations waited"
      if (!at_once) print "no operation failed at once"
    }' "$asterisk_home/said"
  [[ $(($(log_lines 'is down') - before)) -le 8 ]] || echo "the log says $(log_lines 'is down') times that it is down"
  [[ $(log_lines 'is back after') -ge 2 ]] || echo 'the log does not say that it is back'
}

test_hung() {
  local channel
  reconfigure 'server=@/hanging.sock' timeout=4s
  if is_wanted 'a hung memcached under audio'; then
    run_context audio '' || true
    {
      wait_until_said 1 hung
      diff <(expected_of audio "") "$asterisk_home/said" || true
      [[ $(log_lines 'long voice queue|long queue') -eq 0 ]] || echo 'audio piled up'
    } >"$asterisk_home/differences"
    verdict 'a hung memcached under audio'
  fi
  if is_wanted 'unload under calls'; then
    reconfigure 'server=@/hanging.sock' timeout=2s
    set_global STOP no
    run_context busy '' || true
    differences_from unload_under_calls
    verdict 'unload under calls'
  fi
  reconfigure "$main"
}
unload_under_calls() {
  wait_until_inside 20
  for how in '' ' -f'; do
    asterisk_command "module unload$how res_memcached.so" >/dev/null
    kill -0 "$asterisk_pid" || echo 'asterisk has died'
    is_running || echo "unloaded$how"
  done
  set_global STOP yes
  wait_until_gone
}
wait_until_inside() { # COUNT of the channels
  local end=$((SECONDS + asterisk_patience)) used=0
  until [[ $used -ge $1 ]]; do
    used=$(asterisk_command 'module show like res_memcached' | awk '/^res_memcached/ { print $(NF - 2) }')
    [[ $SECONDS -lt $end ]] || { echo "only ${used:-none} of $1 channels are inside"; return 0; }
  done
}
wait_until_gone() {
  local end=$((SECONDS + 60))
  until asterisk_command 'core show channels count' | grep '^0 active channels' >/dev/null; do
    [[ $SECONDS -lt $end ]] || { echo 'channels stay'; return 0; }
    sleep 0.2
  done
}

# AMI by hand, and channelvars, which read MCD() while the channel is locked. Only while it is tested: it
# keeps each event of a variable for a while, which are gigabytes in a soak.
manage() { # LINE...: with these in manager.conf
  printf '%s\n' '[general]' 'enabled=yes' 'bindaddr=127.0.0.1' "port=$manager_port" "$@" \
    '[test]' 'secret=test' 'read=all' 'write=all' >"$asterisk_home/etc/manager.conf"
}
test_manager() {
  is_wanted 'channelvars and AMI' || return 0
  differences_from manager
  verdict 'channelvars and AMI'
}
ami() { # ACTION-LINES...: prints the answer
  local port=$manager_port answer
  exec {manager}<>"/dev/tcp/127.0.0.1/$port"
  printf 'Action: Login\r\nUsername: test\r\nSecret: test\r\nEvents: off\r\n\r\n' >&"$manager"
  printf '%s\r\n' "$@" '' >&"$manager"
  printf 'Action: Logoff\r\n\r\n' >&"$manager"
  timeout 20 cat <&"$manager" || echo 'AMI hangs'
  exec {manager}>&-
}
manager() {
  manage
  asterisk_command 'manager reload' >/dev/null
  (outside set ami 'by AMI')
  ami 'Action: Getvar' 'Variable: MCD(ami)' | grep '^Value: by AMI' >/dev/null || echo 'Getvar does not give it'
  ami 'Action: Setvar' 'Variable: MCD(ami)' 'Value: changed' >/dev/null
  [[ $(outside get ami) == changed ]] || echo 'Setvar does not set it'
  asterisk_command 'dialplan show globals' | grep 'MCDRESULT=' || true
  # Every channel's event reads MCD(a) and MCD(b) of a hung server, once.
  reconfigure 'server=@/hanging.sock' timeout=1s
  local start=$SECONDS
  manage 'channelvars=MCD(a),MCD(b)'
  asterisk_command 'manager reload' >/dev/null
  run_context hung-once '' || cat "$asterisk_home/said"
  [[ $((SECONDS - start)) -le 20 ]] || echo "it took $((SECONDS - start)) s"
  kill -0 "$asterisk_pid" || echo 'asterisk has died'
  # What events ask for does not show in the dialplan.
  reconfigure "$main"
  (outside set outside 'written by mcdctl')
  run_context items '' || true
  diff <(expected_of items "") "$asterisk_home/said" || true
  : >"$asterisk_home/etc/manager.conf"
  asterisk_command 'manager reload' >/dev/null
}

test_console() {
  is_wanted console || return 0
  differences_from console
  verdict console
}
console() {
  local name
  reconfigure "$main" ttl=1h timeout=2s
  asterisk_command 'memcached show status' | grep "main.sock *up" >/dev/null || echo 'no status'
  asterisk_command 'memcached show settings' | grep "^timeout *2s .*memcached.conf:4" >/dev/null ||
    asterisk_command 'memcached show settings'
  for name in MCD MCDCOUNTER MCDTTL; do
    asterisk_command "core show function $name" | grep 'MCDRESULT is 0 on success' >/dev/null || echo "no help for $name"
  done
  for name in set add replace append prepend delete touch get limit; do
    asterisk_command "core show application mcd$name" | grep 'MCDRESULT is 0 ' >/dev/null ||
      echo "no help for mcd$name"
  done
}

# The module and mcdctl read one file: what one takes, the other has to take.
test_names() {
  is_wanted 'names of settings, as mcdctl takes them' || return 0
  differences_from compare_names
  verdict 'names of settings, as mcdctl takes them'
  reconfigure "$main"
}
compare_names() {
  local line name value taken by_module lines=(server=@/main.sock keyprefix=a hash=md5 binary_proto=yes prefixkey=
    prefixkey=a TTL=5 Timeout=5s 'prefix="a"' 'KeyPrefix="a"' sever=a timeouts=1s limits=5 profile.x=1 key=5
    limits_value=5 ttl= ttl=15m ttl=-1 ttl=5x timeout=5x protocol=text hash=nosuch distribution=nosuch)
  local -A counts=([yes]=0 [no]=0)
  while IFS=' = ' read -r name value; do
    value=${value%%  #*}
    value=${value#[[\"]}
    lines+=("$name=$(tr -d '"[]' <<<"$value")")
  done < <(outside config show)
  [[ ${#lines[@]} -gt 33 ]] || echo "only ${#lines[@]} lines"
  for line in "${lines[@]}"; do
    printf '[general]\n%s\n' "${line//@/$asterisk_inside}" >"$asterisk_home/etc/memcached.conf"
    taken=no
    ! (outside --config "$asterisk_home/etc/memcached.conf" config show) >/dev/null 2>&1 || taken=yes
    by_module=$(reload_answer)
    [[ $by_module == "$taken" ]] || echo "$line: taken by mcdctl: $taken, by the module: $by_module"
    counts[$taken]=$((${counts[$taken]} + 1))
  done
  [[ ${counts[yes]} -ge 20 && ${counts[no]} -ge 12 ]] || echo "${counts[yes]} taken, ${counts[no]} refused"
}
# "yes" where the settings were taken.
reload_answer() {
  local answer
  answer=$(asterisk_command 'module reload res_memcached.so')
  case $answer in
    *'reloaded successfully'*) echo yes ;;
    *) echo no ;;
  esac
}

# A million operations take a while: only where it is asked for.
test_soak() {
  is_wanted soak && [[ -n ${MODULE_SOAK-} ]] || return 0
  reconfigure "$main" timeout=1m
  flush
  (outside counter --set 0 crowd) >/dev/null
  channels=50 rounds=$((MODULE_SOAK / 200))
  set_global CHANNELS "$channels"
  set_global ROUNDS "$rounds"
  asterisk_patience=7200
  run_context crowd '' || true
  differences_from soak
  verdict "soak of $((channels * rounds * 4)) operations, memory $middle kB and $final kB"
}
memory_of() {
  awk '/^VmRSS/ { print $2 }' "/proc/$(pgrep --parent "$asterisk_pid" --oldest || echo "$asterisk_pid")/status"
}
middle=0 final=0
soak() {
  local half=$((channels * rounds / 2)) value=0
  while [[ $value -lt $half ]]; do sleep 1; value=$(outside counter crowd); done
  middle=$(memory_of)
  while [[ $value -lt $((channels * rounds * 99 / 100)) ]]; do sleep 0.2; value=$(outside counter crowd); done
  final=$(memory_of)
  compare_whole_crowd
  [[ $final -le $((middle * 102 / 100)) ]] || echo "memory grew from $middle to $final kB"
}

test_unload() {
  is_wanted 'nothing stays mapped' || return 0
  differences_from unload
  verdict 'nothing stays mapped'
}
unload() {
  local process
  process=$(pgrep --parent "$asterisk_pid" --oldest || echo "$asterisk_pid")
  wait_until_gone
  grep --quiet res_memcached "/proc/$process/maps" || echo 'it is not mapped before'
  asterisk_command 'module unload res_memcached.so' >/dev/null
  if grep res_memcached "/proc/$process/maps"; then echo 'it stays mapped'; fi
  asterisk_command 'module load res_memcached.so' >/dev/null
  is_running || echo 'not loaded again'
  asterisk_command 'module unload res_memcached.so' >/dev/null
  cp --remove-destination "$declined_module" "$asterisk_home/modules/res_memcached.so"
  asterisk_command 'module load res_memcached.so' >/dev/null
  ! is_running || echo 'a module for another version is loaded'
  [[ $(log_lines "was built for Asterisk [0-9]+, and this is Asterisk $version ") -eq 1 ]] ||
    tail -n 3 "$asterisk_home/log/dialplan"
}

# The libraries of the sanitizer, and what it is to leave out: Asterisk's own atomic counts are not seen to
# order what a channel did last with a cluster, and the closing of it.
preload_sanitizer() {
  local name library names=() preload=() options="log_path=$asterisk_inside/report"
  case ${MODULE_SANITIZER-} in
    asan) names=(libasan libubsan) options="ASAN_OPTIONS=detect_leaks=0:$options" ;;
    tsan)
      names=(libtsan) options="TSAN_OPTIONS=detect_deadlocks=0:suppressions=$asterisk_inside/suppressions:$options"
      echo 'race:mcd_close' >"$asterisk_home/suppressions"
      ;;
    *) return 0 ;;
  esac
  for name in "${names[@]}"; do
    library=$(readlink --canonicalize "$(gcc -print-file-name="$name.so")")
    cp "$library" "$asterisk_home/"
    preload+=("$asterisk_inside/${library##*/}")
  done
  asterisk_environment=("LD_PRELOAD=${preload[*]}" "$options")
}
# Asterisk has races of its own, in which the module has no part.
test_sanitizer() {
  [[ -n ${MODULE_SANITIZER-} ]] || return 0
  cat "$asterisk_home"/report* 2>/dev/null |
    awk -v RS='==================\n' '/res_memcached/' >"$asterisk_home/differences" || true
  grep --text 'runtime error' "$asterisk_home/console" >>"$asterisk_home/differences" || true
  verdict "no reports of $MODULE_SANITIZER"
}

make_asterisk_home "$chroot"
install_mcdctl "$mcdctl"
printf 'servers = ["@/main.sock"]\n' >"$asterisk_home/mcdctl.toml"
write_settings "$asterisk_home/mcdctl.toml"
start_servers
start_memcached second
start_memcached third
(outside set global 'from the globals')
make_hostile
configure "$main"
asterisk_modules+=(app_milliwatt codec_ulaw res_timing_timerfd)
# Asterisk drops lines of the log that come too fast, and this one is read.
asterisk_verbose=0
manager_port=$((20000 + (BASHPID + version) % 20000))
preload_sanitizer
cat "$here"/in_process/*.conf "$here/../../conf/extensions.conf" >"$asterisk_home/extensions"
start_asterisk "$asterisk_home/extensions" "${long_globals[@]}" "HOSTILE=$hostile" \
  'CHANNELS=1' 'ROUNDS=1' 'GLOBAL=${MCD(global)}'
is_running || {
  asterisk_command 'module show like res_memcached'
  tail -n 20 "$asterisk_home/log/dialplan" "$asterisk_home/console"
  printf 'FAILED  %s: loading the module\n' "$version"
  exit 3
}
for name in items examples results trouble hostile crowd restart hung manager console names soak unload sanitizer; do "test_$name"; done
[[ $failed -eq 0 ]] || exit 3
