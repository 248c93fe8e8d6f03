#!/usr/bin/env bash
# Checks that every #include points to a lower layer or stays in its folder, that no two files include
# each other in a circle, and that what only one place may touch is touched there only.
# Usage: layers.sh SOURCE-DIRECTORY
set -euo pipefail
cd "$1"

# The lowest first; what is on one line must not know each other. A subject's folder counts as one.
layers='
core/base
core/cluster core/items cli/terminal
core/formats core/protocol core/recipes core/settings
core/agi core/client
core/bulk core/c_api cli/command
core cli/batch cli/bulk cli/child cli/reference cli/service cli/stats
cli/commands
cli module'

# WHAT, as an extended regular expression, and the files that may have it.
only_in='
include <libmemcached	core/cluster/
include <CLI/	cli/command/parse\.cpp
include <asio	cli/service/
include <(sys/socket|netdb)\.h>	core/client/connection\. core/client/resolver\. cli/service/
include <toml	core/settings/toml\.cpp
include <xxhash	core/base/hash64\.cpp
include <rapidjson	core/formats/ndjson\.cpp
[^-_[:alnum:]](::|std::)?_?exit\(([^0-9]|[0-9]*\);)	cli/main\.cpp cli/child/child\.cpp'

files() {
  git ls-files --cached --others --exclude-standard -- "$@" 2>/dev/null || find "$@" -type f
}

mapfile -t sources < <(files core cli module | grep -E '\.(h|c|cpp)$')
problems=$(
  grep -HE '^#include "(core|cli|module)/' "${sources[@]}" | awk -v layers="$layers" '
    function folder(path) { sub("/[^/]*$", "", path); return path }
    BEGIN {
      count = split(layers, lines, "\n")
      for (i = 1; i <= count; ++i) {
        words = split(lines[i], names, " ")
        for (j = 1; j <= words; ++j) level[names[j]] = i
      }
    }
    {
      split($0, parts, ":#include \""); from = parts[1]; to = parts[2]; sub("\".*", "", to)
      if (from ~ /^module/ && to !~ /^(module|core\/c_api)\//) { print from ": includes " to ", and module knows core/c_api only"; next }
      if (to ~ /^module/ && from !~ /^module/) { print from ": includes " to ", which is for Asterisk"; next }
      if (from ~ /^core\// && to ~ /^cli\//) { print from ": includes " to ", and core knows no cli"; next }
      if (folder(from) == folder(to)) next # among them headers that are made by the build
      if (!(folder(from) in level)) { print from ": its folder has no layer"; next }
      if (!(folder(to) in level)) { print from ": includes " to ", whose folder has no layer"; next }
      if (folder(from) != folder(to) && level[folder(to)] >= level[folder(from)])
        print from ": includes " to ", which is not in a layer below"
    }'
  while IFS=$'\t' read -r what where; do
    [[ -n $what ]] || continue
    grep -HnE "$what" "${sources[@]}" | grep -vE "^[^:]*:[0-9]*: *//" |
      grep -vE "^(${where// /|})" | sed "s|\$|: only for $where|" || true
  done <<<"$only_in"
  # Of units, each a header and its source; tsort names the members of each circle.
  grep -HE '^#include "(core|cli|module)/' "${sources[@]}" |
    sed -E 's/\.(h|c|cpp):#include "([^"]*)\.h".*/ \2/' | awk '$1 != $2' | tsort 2>&1 >/dev/null |
    sed 's/^tsort: /includes in a circle: /' || true
)
[[ -z $problems ]] || {
  printf '%s\n' "$problems"
  exit 1
}
