#!/usr/bin/env bash
# The lines of dialplan in mcdctl-dialplan(7) are those of conf/extensions.conf, which real Asterisks run.
# Usage: dialplan_examples.sh SOURCE-DIRECTORY
set -euo pipefail
cd "$1"
count=0 failures=0
while IFS= read -r line; do
  count=$((count + 1))
  grep --quiet --fixed-strings --line-regexp -- "$line" conf/extensions.conf && continue
  failures=$((failures + 1))
  printf 'not in conf/extensions.conf: %s\n' "$line" >&2
done < <(sed --quiet '/^\.nf$/,/^\.fi$/{/^\.[nf]/d;p}' man/mcdctl-dialplan.7 |
  sed 's/\\&//g; s/\\-/-/g; s/\\(aq/'\''/g; s/\\(dq/"/g; s/\\e/\\/g')
((count >= 15)) || { printf 'only %s lines were found\n' "$count" >&2; exit 1; }
((failures == 0))
