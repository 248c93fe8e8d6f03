#!/usr/bin/env bash
# Runs every command with --json against a private memcached, in success and in failure, and reads what
# it prints with jq, as a script would: each line is an object with result and name, and the
# results make the exit status. mcdctl-json(5) documents every member.
# Usage: json_output.sh SOURCE-DIRECTORY DIRECTORY-OF-MCDCTL
set -euo pipefail
page=$1/man/mcdctl-json.5
PATH=$2:$PATH
# shellcheck source-path=SCRIPTDIR source=../support/private_server.sh
. "$1/tests/support/private_server.sh"
cd "$work"

failures=0
differs() {
  failures=$((failures + 1))
  printf '%s\n' "$@" >&2
}

start_memcached

declare -A covered=()

# Runs a command, which ends in STATUS and prints one object or more, of which every one has what
# FILTER, a condition of jq, says.
check() {
  local status=$1 filter=$2 actual=0
  shift 2
  covered[$1]+="$status "
  on_server mcdctl "$1" --json "${@:2}" >out 2>err || actual=$?
  [[ $actual == "$status" ]] || differs "status $actual and not $status: mcdctl $*" "$(<out)" "$(<err)"
  # Each line for itself: an object in two lines is none.
  jq --raw-input --exit-status --slurp '
    def code: if . == 127 then 64 else . end;
    # The objects before it have the errors.
    def sums_up: has("rejected") or has("deleted") or has("missed") or .server == "all";
    rtrimstr("\n") | split("\n") | map(fromjson)
    | length > 0
      and all(.[]; (.result | type) == "number" and (.name | startswith("MEMCACHED_"))
                   and (sums_up or (.result == 0) == (has("error") | not)))
      and ([.[].result | select(. != 0)] | unique
           | if length == 0 then 0 elif length == 1 then .[0] else 19 end
           | code) == ($status | tonumber)
      and all(.[]; '"$filter"')
  ' --arg status "$status" out >verdict 2>&1 ||
    differs "not what was expected of: mcdctl $*" "  $filter" "$(<verdict)" "$(<out)"
  # The command and each member that it printed.
  jq --raw-output --arg command "$1" 'keys[] | $command + " " + .' out >>printed
}

missing='.key == "missing"'
memcached='(.server | endswith("/memcached.sock"))'
printf 'binary \0\377\n' >bytes
head --bytes 5000 /dev/zero >long
printf 'ttl = 5\n' >fine.toml
printf 'ttl = \n' >broken.toml
printf '[profile.odd]\nprotocol = "telnet"\n' >profile.toml
printf 'get text\nget missing\nping\nhelp\nnonsense\n' >lines
printf 'set quiet 1\n# nothing\n' >success

check 0 '.key == "text"' set text 'Jane "Doe" ü'
check 0 '.key == "bytes"' set bytes --file bytes --flags 7
check 125 '.error | contains("long")' set long --file long
check 26 '.error | contains("nofile")' set text --file nofile
check 16 "$missing" set missing value --cas 1
check 0 '.key == "new"' add new 1
check 14 '.key == "new"' add new 1
check 0 '.key == "new"' replace new 2
check 14 "$missing" replace missing 2
check 0 '.key == "new"' append new 3
check 14 "$missing" append missing 3
check 0 '.key == "new"' prepend new 4
check 14 "$missing" prepend missing 4
check 0 '.key == "text" and .value == "Jane \"Doe\" ü" and .flags == 0 and .cas > 0' get text
check 0 '.key == "bytes" and .encoding == "base64" and .flags == 7' get bytes
jq --raw-output .value out | base64 --decode | cmp - bytes || differs "base64 is not what was stored"
check 0 '.value == "423"' get new new
check 16 '.result == 0 or .key == "missing"' get text missing
check 19 '.error | length > 0' get missing $'line\nbreak'
check 14 '.key == "text"' lock text true
check 14 '.key == "text"' once --every 1h text true
check 0 '.key == "uses" and .remaining == 0 and .until > 0' limit --max 1 --per 1h uses
check 14 '.key == "uses" and .remaining == 0' limit --max 1 --per 1h uses
check 3 '.key == "text"' cache --ttl 1h --on-error fail --server 127.0.0.1:1 text true
check 0 '.key == "text" and .flags == 0 and .cas > 0' wait text
check 31 "$missing" wait --timeout 0 missing
check 64 true watch
on_server timeout 2 mcdctl watch --json --interval 10ms watched >out.watch &
sleep 0.5
on_server mcdctl set watched 1
wait $! || :
jq --raw-output '"watch " + keys[]' out.watch >>printed
check 33 '.key_encoding == "base64"' get $'\xff \xfe'
check 43 '.error | contains("broken.toml:1")' get text --config broken.toml
check 3 '.error | length > 0' get text --server "$work/nobody.sock"
check 64 '.error | contains("KEY")' get
check 0 '.key == "new"' touch new --ttl 1h
check 16 "$missing" touch missing --ttl 1h
check 64 '.error | contains("--ttl")' touch new --ttl 5x
check 0 '.key == "new"' exists new
check 16 "$missing" exists missing
check 0 '.key == "count" and .value == 18446744073709551615' counter count --set 18446744073709551615
check 16 "$missing" counter missing
check 9 '.key == "text"' counter text 1
check 124 '.key == "text"' counter text one
check 0 '.key == "new"' delete new
check 16 '.key == "new"' delete new
check 0 '.key == "text" and .ttl == -1' ttl text
check 16 "$missing" ttl missing
check 0 '.key == "brief"' set brief soon --ttl 1h
check 0 '.ttl > 3000 and .ttl <= 3600' get brief
check 0 '.key == "text" and (.server | endswith("/memcached.sock"))' locate text
check 126 '.key | length == 300' locate "$(printf '%0300d' 0)"
check 0 '(.version | length > 0) and .milliseconds >= 0' ping
check 3 '.server == "127.0.0.1:1"' ping --server 127.0.0.1:1
check 0 '.servers == .answers' ping --summary
nobody=$work/nobody.sock
check 0 "$memcached and .stats.curr_items > 0 and (.stats.version | length) > 0" stats
check 0 '.stats | length > 0' stats settings
check 3 '.server | endswith("/nobody.sock")' stats --server "$nobody"
check 0 "$memcached and .commands > 1 and .hit_ratio > 0 and .memory < .memory_limit" stats --summary
check 0 "$memcached and .gets_per_second == 0 and .restarted == false" \
  stats --interval 200ms --count 2
check 3 '.time > 0 and (.error | length > 0)' stats --summary --server "$nobody"
check 3 'if .server == "all" then .servers == 2 and .answers == 1 else .time > 0 end' \
  stats --summary --server "$work/memcached.sock,$nobody"
check 0 '.key | length > 0' keys
check 0 '.key == "brief" and .size > 0 and .ttl > 3000 and .last_access > 1000000000
         and (.server | length > 0) and .belongs_to == .server' keys --long 'b*f'
check 0 '.count > 1' keys --count
check 3 '(.server | endswith("/nobody.sock")) and (.error | length > 0)' keys --server "$nobody"
check 0 '.items > 1 and .missed == 0 and .complete' dump --output all.dump
check 26 '.error | contains("nodirectory")' dump --output nodirectory/dump
check 3 '(.error | length > 0) or (.items == 0 and .complete == false)' \
  dump --output none.dump --server "$nobody"
printf 'first,1\n"second,2\n' >half.csv
printf 'first,1\n' >whole.csv
check 44 '(.file == "half.csv" and .line == 2) or (.stored == 1 and .rejected == 1)' import half.csv
check 0 '.stored == 1 and .rejected == 0' import whole.csv
printf 'first,1"\n' >wrong.csv
check 44 '(.line == 1 and .column == 8) or .rejected == 1' import wrong.csv
check 0 '.good == 1 and .rejected == 0' import --dry-run whole.csv
printf '%s\n' '{"key":"past","value":"x","expiry":1700000000}' >past.json
check 0 '.stored == 0 and .expired == 1' import past.json
check 0 '.stored > 1 and .rejected == 0 and .expired == 0' restore all.dump
head --lines 1 all.dump >cut.dump
check 44 '.file == "cut.dump" and (.error | contains("cut short"))' restore cut.dump
{
  cat cut.dump
  echo '{"key":nul}'
} >wrong.dump
check 44 '(.line == 2 and .column > 1) or .rejected == 1' restore --partial wrong.dump
check 0 '.good > 1 and .rejected == 0' restore --dry-run all.dump
check 14 '(.file == "all.dump" and .line > 1) or .rejected > 1' restore --mode add all.dump
check 26 '.file == "absent.dump" and (.error | contains("absent.dump"))' restore absent.dump
check 26 '.file == "nodirectory/left" and (.error | contains("nodirectory"))' \
  restore --rejects nodirectory/left all.dump
check 0 '.key == "first"' purge --dry-run 'firs?'
check 0 '.key == "first" and .size > 0 and .belongs_to == .server' purge --dry-run --long 'firs?'
check 0 '.deleted == 1 and .gone == 0 and .failed == 0' purge --yes 'firs?'
check 64 '.error | contains("--yes")' purge 'firs?'
check 3 '.deleted == 0 or (.server | endswith("/nobody.sock"))' purge --yes --server "$nobody" 'firs?'
check 0 "$memcached and .items > 1 and .flushed == false" flush --dry-run
check 64 '.error | contains("--yes")' flush
check 0 '.flushed' flush --yes
check 0 '(.setting | length > 0) and (.origin | length > 0) and has("value")' config show
check 43 '.error | contains("broken.toml:1")' config show --config broken.toml
check 0 true config check --config fine.toml
check 0 'has("server") and (.version | length > 0)' config check --ping
check 43 '.error | contains("telnet")' config check --config profile.toml
check 0 '.file == "fine.toml"' config path --config fine.toml
check 0 'has("file") | not' config path
check 64 '.error | contains("shwo")' config shwo
check 0 '.output | contains("_mcdctl")' completion bash
check 64 '.error | contains("tcsh")' completion tcsh
check 0 '.output | contains("Usage: mcdctl get")' help get
check 64 '.error | contains("gte")' help gte
check 0 '.key == "quiet" and .line == 1' batch success
check 19 '.line > 0' batch --keep-going lines
check 26 '.error | contains("nofile")' batch nofile
check 0 '.output | startswith("mcdctl ")' --version
check 64 '.error | contains("nonsense")' nonsense

# A command that is added has to be added above, too, in success and in failure, unless what it prints
# is not its own to choose: agi speaks AGI with Asterisk, and fastagi keeps a log, and serves until
# it is stopped.
read -ra commands < <(on_server mcdctl completion bash | sed -n 's/^    candidates=(\(get .*\))$/\1/p')
[[ ${#commands[@]} -gt 10 ]] || differs "no commands were found in: mcdctl completion bash"
for command in "${commands[@]}"; do
  [[ $command != agi && $command != fastagi ]] || continue
  [[ $command =~ ^(lock|once|cache|watch)$ || " ${covered[$command]-}" == *" 0 "* ]] || differs "no success is tested here of: $command"
  [[ ${covered[$command]-} =~ [1-9] ]] || differs "no failure is tested here of: $command"
done

# Of each command only members that are documented, and all of them. Those of all commands may be
# printed by any.
sed -n '/^\.SH MEMBERS/,/^\.SH EX/p' "$page" | while IFS= read -r line; do
  if [[ $line == .SS\ * ]]; then
    IFS=', ' read -ra names <<<"${line#.SS }"
  elif [[ $line =~ ^\\fB([a-z_]+)\\fR$ ]]; then
    printf "%s ${BASH_REMATCH[1]}\n" "${names[@]}"
  fi
done | sed 's/^All /all /; /^commands /d' | sort --unique >documented
# The lines of a batch are answered by other commands.
grep -v '^batch ' printed | sed 's/ [a-z]*_encoding$/ encoding/' | sort --unique >members
awk 'NR == FNR { documented[$0]; next }
     !($0 in documented) && !("all " $2 in documented) { print "not documented: " $0 }
     { seen[$0]; seen["all " $2] }
     END { for (member in documented) if (!(member in seen)) print "never printed: " member }
' documented members >differences
[[ ! -s differences ]] || differs "mcdctl-json(5) has other members than those that were printed:" "$(<differences)"
[[ $failures -eq 0 ]]
