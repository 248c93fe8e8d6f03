#!/usr/bin/env bash
# Runs the examples of lock, once, cache, limit and wait exactly as they stand in the README and in the
# manual pages: those for crontab as cron does, with an empty environment and in /. The commands in them
# are made up, and note that they were run.
# Usage: recipe_examples.sh SOURCE-DIRECTORY DIRECTORY-OF-MCDCTL
set -euo pipefail
readme=$1/README.md
PATH=$2:$PATH
# shellcheck source-path=SCRIPTDIR source=../support/private_server.sh
. "$1/tests/support/private_server.sh"
cd "$work"
start_memcached

mkdir stubs
for name in report backup check-disk notify cleanup queue-report import-numbers vacuum analyze mail curl send-alert; do
  printf '#!/bin/sh\necho "%s $*" >>%q\n' "$name" "$work/calls" >"stubs/$name"
  chmod +x "stubs/$name"
done
printf 'exit 1\n' >>stubs/check-disk
PATH=$work/stubs:$PATH

failures=0
count=0
# A line of shell; the directory that it is run in, and what has to be called at least.
run() {
  local line=$1 directory=$2
  count=$((count + 1))
  : >calls
  if ! (cd "$directory" && on_server timeout 30 sh -c "$line") >out 2>err || [[ -s err ]]; then
    failures=$((failures + 1))
    printf '%s\n' "failed: $line" "$(<err)" >&2
  fi
  case $line in
    *'mcdctl wait'* | *'mcdctl ping'* | *'mcdctl delete'* | *'--json'* | *'--left'*) return ;;
  esac
  if [[ ! -s calls ]]; then
    failures=$((failures + 1))
    printf '%s\n' "ran no command: $line" >&2
  fi
}

on_server mcdctl set import/done yes
on_server mcdctl set ready/db yes
while IFS= read -r line; do
  case $line in
    '    ExecStart='*) run "${line#    ExecStart=/usr/bin/}" / ;;
    '    mcdctl '*) run "${line#    }" "$work" ;;
    '    '[0-9*]*' '*' * * * '*) run "$(sed -E 's/^ *([^ ]+ +){5}//' <<<"$line")" / ;;
  esac
done < <(sed -n '/^## One job, many machines/,/^## In the dialplan/p' "$readme")
((count == 6)) || { printf 'README has %s examples, not 6\n' "$count" >&2; exit 1; }

for command in lock once cache limit wait; do
  while IFS= read -r line; do
    run "$line" "$work"
  done < <(on_server mcdctl help "$command" | sed -n 's/^  \(mcdctl .*\)/\1/p')
done
((count >= 15)) || { printf 'only %s examples were found\n' "$count" >&2; exit 1; }
((failures == 0))
