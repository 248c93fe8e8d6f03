#!/usr/bin/env bash
# Fails if systemd has anything to say about the units in conf/, or finds the service exposed.
# Usage: service_units.sh CONF_DIRECTORY BINARY
set -euo pipefail
command -v systemd-analyze >/dev/null || {
  echo "skipped: systemd-analyze is not installed"
  exit 77
}
work=$(mktemp --directory)
trap 'rm --recursive "$work"' EXIT
cp "$1"/mcdctl-fastagi.{service,socket} "$work"
# It looks whether the program is there.
sed --in-place "s|^ExecStart=/usr/bin/mcdctl |ExecStart=$2 |" "$work/mcdctl-fastagi.service"
grep --quiet "^ExecStart=$2 fastagi" "$work/mcdctl-fastagi.service"

# The drop-ins as the units' comments have them.
for unit in mcdctl-fastagi.{service,socket}; do
  mkdir "$work/$unit.d"
  sed --quiet '/^#   \[/,/^#$/s/^#   //p' "$1/$unit" |
    sed "s|^ExecStart=/usr/bin/mcdctl |ExecStart=$2 |" >"$work/$unit.d/override.conf"
  [[ $(wc --lines <"$work/$unit.d/override.conf") == 3 ]] || {
    echo "the comment in $unit shows no drop-in" >&2
    exit 1
  }
done

for unit in "$work"/mcdctl-fastagi.{service,socket}; do
  said=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$unit" 2>&1) || {
    printf '%s\n' "$said" >&2
    exit 1
  }
  # Other units of the machine may be talked about, too.
  if grep mcdctl <<<"$said" >&2; then exit 1; fi
done

# Of 10; what a service without any protection has is 9.6.
if systemd-analyze security --help | grep --quiet -- --offline; then
  systemd-analyze security --no-pager --offline=true --threshold=20 "$work/mcdctl-fastagi.service" \
    >"$work/security" || {
    cat "$work/security" >&2
    exit 1
  }
fi
