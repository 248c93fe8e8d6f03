# shellcheck shell=bash
# For test scripts, which source it: a directory of their own in $work and a private memcached, both
# gone when they end.

work=$(mktemp --directory)
memcached_pid=
clean_up() {
  if [[ -n $memcached_pid ]]; then
    kill "$memcached_pid" 2>/dev/null || true
    wait "$memcached_pid" 2>/dev/null || true
  fi
  rm --recursive --force "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Fails, and shows what was there, where a command prints anything but what it should.
expect() {
  local expected=$1 actual
  shift
  actual=$("$@") || fail "status $? of: $*"
  [[ $actual == "$expected" ]] || fail "'$actual' and not '$expected' from: $*"
}

start_memcached() {
  local user=()
  [[ $(id --user) -ne 0 ]] || user=(-u root)
  memcached "${user[@]}" -s "$work/memcached.sock" -m 16 &
  memcached_pid=$!
  for _ in {1..200}; do
    [[ -S $work/memcached.sock ]] && return
    sleep 0.05
  done
  fail "memcached does not start"
}

# Runs a program with the private server, and without settings of whoever runs the tests.
on_server() {
  env --ignore-environment PATH="$PATH" HOME="$work" MCDCTL_SERVERS="$work/memcached.sock" "$@"
}
