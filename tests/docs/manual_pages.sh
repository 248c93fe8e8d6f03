#!/usr/bin/env bash
# Fails if mandoc or groff have anything to say about a manual page.
# Usage: manual_pages.sh DIRECTORY
set -euo pipefail
pages=("$1"/*.[157])

for program in mandoc groff; do
  command -v "$program" >/dev/null && continue
  echo "skipped: $program is not installed"
  exit 77
done
[[ ${#pages[@]} -gt 10 ]] || {
  echo "no manual pages in $1" >&2
  exit 1
}
mandoc -T lint -W warning "${pages[@]}"
for page in "${pages[@]}"; do
  said=$(groff -ww -man -Tutf8 "$page" 2>&1 >/dev/null)
  [[ -z $said ]] || {
    printf '%s: %s\n' "$page" "$said" >&2
    exit 1
  }
done
