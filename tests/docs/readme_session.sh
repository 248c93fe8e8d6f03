#!/usr/bin/env bash
# Runs the session in README.md against a private memcached and compares what it prints, to the byte.
# Usage: readme_session.sh README.md DIRECTORY-OF-MCDCTL
set -euo pipefail
readme=$1
PATH=$2:$PATH

# shellcheck source-path=SCRIPTDIR source=../support/private_server.sh
. "${readme%/*}/tests/support/private_server.sh"
start_memcached

# The block between ```console and ```.
# shellcheck disable=SC2016 # the backquotes are Markdown's
sed -n '/^```console$/,/^```$/{/^```/d;p}' "$readme" >"$work/expected"
[[ $(grep --count '^\$ ' "$work/expected") -gt 5 ]] || {
  echo "no session found in $readme" >&2
  exit 1
}
cd "$work"
grep '^\$ ' "$work/expected" | while IFS= read -r line; do
  printf '%s\n' "$line"
  on_server bash -c "${line#\$ }" </dev/null 2>&1
done >"$work/actual"
diff --unified "$work/expected" "$work/actual"
