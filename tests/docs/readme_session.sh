#!/usr/bin/env bash
# Runs the session in README.md against a private memcached and compares what it prints, to the byte.
# Usage: readme_session.sh README.md DIRECTORY-OF-MCDCTL
set -euo pipefail
readme=$1
PATH=$2:$PATH

directory=$(mktemp --directory)
memcached_pid=
clean_up() {
  [[ -z $memcached_pid ]] || kill "$memcached_pid" 2>/dev/null || true
  rm --recursive --force "$directory"
}
trap clean_up EXIT

user=()
[[ $(id --user) -ne 0 ]] || user=(-u root)
memcached "${user[@]}" -s "$directory/memcached.sock" -m 16 &
memcached_pid=$!
for _ in {1..200}; do
  [[ -S $directory/memcached.sock ]] && break
  sleep 0.05
done

# The block between ```console and ```.
# shellcheck disable=SC2016 # the backquotes are Markdown's
sed -n '/^```console$/,/^```$/{/^```/d;p}' "$readme" >"$directory/expected"
[[ $(grep --count '^\$ ' "$directory/expected") -gt 5 ]] || {
  echo "no session found in $readme" >&2
  exit 1
}
cd "$directory"
grep '^\$ ' "$directory/expected" | while IFS= read -r line; do
  printf '%s\n' "$line"
  # Neither settings nor servers of whoever runs this.
  env -i PATH="$PATH" HOME="$directory" MCDCTL_SERVERS="$directory/memcached.sock" \
    bash -c "${line#\$ }" </dev/null 2>&1
done >"$directory/actual"
diff --unified "$directory/expected" "$directory/actual"
