#!/usr/bin/env bash
# Fails if man/, completions/, conf/mcdctl.toml or module/documentation.h are not what the tables render to.
# Usage: reference_is_fresh.sh SOURCE-DIRECTORY RENDER-PROGRAM
set -euo pipefail
source=$1
render=$2

directory=$(mktemp --directory)
trap 'rm --recursive --force "$directory"' EXIT
mkdir "$directory/man" "$directory/completions" "$directory/conf" "$directory/module"
"$render" "$directory"
for name in man completions conf/mcdctl.toml module/documentation.h; do
  diff --recursive --unified "$source/$name" "$directory/$name" || {
    echo "$name is stale: run scripts/render and commit what it writes" >&2
    exit 1
  }
done
