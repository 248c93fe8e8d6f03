#!/usr/bin/env bash
# Fails if man/ or completions/ are not what the tables render to.
# Usage: reference_is_fresh.sh SOURCE-DIRECTORY RENDER-PROGRAM
set -euo pipefail
source=$1
render=$2

directory=$(mktemp --directory)
trap 'rm --recursive --force "$directory"' EXIT
mkdir "$directory/man" "$directory/completions"
"$render" "$directory"
for folder in man completions; do
  diff --recursive --unified "$source/$folder" "$directory/$folder" || {
    echo "$folder/ is stale: run scripts/render and commit what it writes" >&2
    exit 1
  }
done
