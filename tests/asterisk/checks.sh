#!/usr/bin/env bash
# What the scripts beside this file have in common: how a dialplan's words are compared with what is
# expected, and what verdicts look like. To be sourced after asterisk.sh, with `version` and `wanted` set.
: "${asterisk_home=}" "${asterisk_inside=}" "${asterisk_patience=}" "${version=}" "${here=}"

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

# Each into a file of its own; `values` is how many.
make_values() {
  local length value odd=(
    ',' 'a,b,,c,' '"' "say \"hi\", it's" "\\" "\\ \\\\ \\\" \\n \\, \\" "'" ' ' '  two before, two behind  '
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
