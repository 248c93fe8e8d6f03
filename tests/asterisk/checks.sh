#!/usr/bin/env bash
# What the scripts beside this file have in common: how a dialplan's words are compared with what is
# expected, and what verdicts look like. To be sourced after asterisk.sh, with `version` and `wanted` set.
: "${asterisk_home=}" "${asterisk_inside=}" "${asterisk_patience=}" "${memcached_pid=}" "${version=}" "${here=}"

passed=0 failed=0 start=0
# shellcheck disable=SC2154 # wanted is set by whoever sources this
is_wanted() {
  local name
  [[ ${#wanted[@]} -gt 0 ]] || return 0
  for name in "${wanted[@]}"; do [[ $1 != *"$name"* ]] || return 0; done
  return 1
}
verdict() { # NAME: what stands in $asterisk_home/differences is what was wrong
  if [[ ! -s $asterisk_home/differences ]]; then
    passed=$((passed + 1))
    printf 'ok      %s: %s (%d s)\n' "$version" "$1" "$((SECONDS - start))"
  else
    failed=$((failed + 1))
    printf 'FAILED  %s: %s (%d s)\n' "$version" "$1" "$((SECONDS - start))"
    cat "$asterisk_home/differences"
  fi
  start=$SECONDS
}

# What a context says according to its own ;> comments, where @ stands for RESULT.
expected_of() {
  cat "$here/${dialplans:-dialplan}"/*.conf |
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

# Servers: `main`, and one for each kind of trouble.
start_servers() {
  local number
  start_memcached main -m 64 -c 4096
  start_memcached hanging
  kill -STOP "$memcached_pid"
  start_memcached small -I 1024 -o slab_chunk_max=1
  start_memcached full -M -m 1 -I 512k
  for number in {1..3000}; do printf 'set key%d %04096d\n' "$number" 0; done >"$asterisk_home/fill"
  (outside --quiet --server "$asterisk_home/full.sock" batch "$asterisk_home/fill") >/dev/null &&
    return 1 # it is full
  printf 'somebody:secret\n' >"$asterisk_home/users"
  start_memcached login -Y "$asterisk_home/users"
}

# Globals for values and keys that are too long.
printf -v x2048 '%2048s' ''
printf -v k65 '%65s' ''
# shellcheck disable=SC2034
long_globals=("X2048=${x2048// /x}" "K65=${k65// /k}")

# Callers by these names; `hostile` is how many. None may make the file or set the variable, change the
# victim, or be more than one key or value.
make_hostile() {
  local value names=(
    "\$(touch $asterisk_inside/pwned)" "\`touch $asterisk_inside/pwned\`" "'; touch $asterisk_inside/pwned; '"
    "\"; touch $asterisk_inside/pwned; \"" "| touch $asterisk_inside/pwned" "a,b,c" ",victim,9" '"' "'" "\\"
    --config=/dev/null "--server=$asterisk_inside/nobody.sock" --help --result -- -q
    "x\" EVIL \"y" 'mcddelete,victim' '../../mcddelete' '?encode=uri' '?initial=5' '%0Adelete victim%0A'
    $'x\r\nset victim 0 0 4\r\nevil\r\n' $'x\nagi_arg_2: victim' $'x\n\n200 result=1 (victim)'
    $'\n' $'x\nSET VARIABLE EVIL 1' $'x\nagi_network_script: mcddelete\n\n' 'CHANNEL(language)' "\${SHELL(touch $asterisk_inside/pwned)}"
    'EVIL)=1' $'\x01\x02\xff'
  )
  mkdir "$asterisk_home/hostile"
  hostile=0
  for value in "${names[@]}"; do
    hostile=$((hostile + 1))
    printf %s "$value" >"$asterisk_home/hostile/$hostile"
  done
}

# What the hostile callers did, and should not have.
compare_hostile() { # WAY
  local number result value wanted
  [[ ! -e $asterisk_home/pwned ]] || echo "a command was run"
  [[ $(outside get bystander) == unharmed ]] || echo "another key was changed"
  (outside keys) | grep --invert-match --extended-regexp --text \
    '^(bystander|victim|caller-[0-9]+|key-.*)$' || true
  while read -r number result value; do
    case $number in
      victim) [[ "$result $value" == '0 42' ]] || echo "victim: $result $value" ;;
      variable) [[ $result == '""' ]] || echo "a variable was set: $result" ;;
      *)
        wanted=0
        # A newline passes through AGI, but not through FastAGI.
        if [[ $1 == FastAGI ]] && (($(tr -dc '\n' <"$asterisk_home/hostile/$number.name" | wc -c) > 0)); then
          wanted=38
        fi
        [[ $result == "$wanted" ]] || echo "set of $number: $result"
        [[ $wanted != 0 ]] || (outside get "caller-$number") |
          cmp "$asterisk_home/hostile/$number.name" - 2>&1 || true
        ;;
    esac
  done <"$asterisk_home/said"
  [[ $(wc --lines <"$asterisk_home/said") -eq $((hostile + 2)) ]] || cat "$asterisk_home/said"
}

# Each into a file of its own; `values` is how many.
make_values() {
  local length value odd=(
    ',' 'a,b,,c,' '"' "say \"hi\", it's" "\\" "\\ \\\\ \\\" \\n \\, \\" "'" ' ' '  two before, two after  '
    'Zażółć gęślą jaźń, 日本, 😀' ')' '(a)(b' ']}{[' "\${EXTEN} \$[1 + 1] \${" "\$(id) \`id\`" '; # semicolon'
    '%0A%00%' 'a=b&c=d?encode=uri' -x --help '<>|!*~^' $'tab\there \x1b\x7f' $'\xff\xfe\x80 no UTF-8'
    $'carriage return\r'
  )
  mkdir "$asterisk_home/values"
  values=0
  for length in 0 1 1000 4095 4096 4097; do
    values=$((values + 1))
    head --bytes "$length" /dev/zero | tr '\0' x >"$asterisk_home/values/$values"
  done
  for value in "${odd[@]}"; do
    values=$((values + 1))
    printf %s "$value" >"$asterisk_home/values/$values"
  done
}

# Waits until `said` has that many lines of what is given.
wait_until_said() { # COUNT PATTERN
  local end=$((SECONDS + asterisk_patience))
  until [[ $(grep --count "$2" "$asterisk_home/said") -ge $1 ]]; do
    if [[ $SECONDS -gt $end ]]; then
      echo "only $(grep --count "$2" "$asterisk_home/said") of $1 lines in $asterisk_patience s"
      return 0
    fi
    sleep 0.05
  done
}

now() { date +%s%3N; }

# Kills the server `load` and starts it again, then stops and continues it, while ten channels ask it; each
# says when it began to ask, when it had the answer, and MCDRESULT. STOP ends them. Says what was
# wrong, and sets `stopped` and `continued`.
restart_under_load() { # SECONDS to be stopped after the first 20 failed
  local killed back end
  wait_until_said 20 ' 0$'
  killed=$(now)
  kill -KILL "$memcached_pid"
  wait "$memcached_pid" 2>/dev/null || true
  wait_until_said 20 ' 3$'
  rm --force "$asterisk_home/load.sock"
  start_memcached load
  back=$(now)
  sleep 3
  stopped=$(now)
  kill -STOP "$memcached_pid"
  wait_until_said 20 ' 31$'
  sleep "$1"
  continued=$(now)
  kill -CONT "$memcached_pid"
  sleep 3
  end=$(now)
  asterisk_command "dialplan set global STOP yes" >/dev/null
  wait_until_said 10 '^end$'
  awk -v killed="$killed" -v back="$back" -v stopped="$stopped" -v continued="$continued" \
    -v end="$end" '
    $1 !~ /^[0-9]/ { next }
    # What takes place in several of these is left out, but has to have one of the results.
    $3 != 0 && $3 != 3 && $3 != 31 { print "result " $3 }
    $2 < killed && $3 != 0 { print "before all: " $0 }
    $1 >= back + 2000 && $2 < stopped && $3 != 0 { print "2 s after the restart: " $0 }
    $1 >= continued + 2000 && $3 != 0 { print "2 s after it goes on: " $0 }
    $1 >= back + 2000 && $2 < stopped { ++after_restart }
    $1 >= continued + 2000 && $2 < end { ++after_stop }
    END { if (!after_restart || !after_stop) print "no operation after it" }
  ' "$asterisk_home/said"
}
