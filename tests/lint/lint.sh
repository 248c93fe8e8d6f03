#!/usr/bin/env bash
# Runs one tool over the sources: shellcheck, clang-format or clang-tidy.
# Usage: lint.sh shell|format|tidy SOURCE-DIRECTORY BUILD-DIRECTORY
#        lint.sh tidy-file SOURCE-DIRECTORY BUILD-DIRECTORY FILE
set -euo pipefail
cd "$2"
build=$3
tidy_cache=${TIDY_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var}/.cache}/mcdctl/tidy}

need() {
  command -v "$1" >/dev/null && return
  echo "skipped: $1 is not installed"
  exit 77
}

# Files that git knows or would take in, of a clone or of an unpacked archive.
files() {
  git ls-files --cached --others --exclude-standard -- "$@" 2>/dev/null || find "$@" -type f
}

# What clang-tidy's verdict on a file depends on, as one line: the checks, the program, how the file is
# compiled, and what is in it and in all headers that the last build has read. Nothing where that isn't
# known, as before the first build. It doesn't depend on where the sources lie.
tidy_key() { # FILE OPTION...
  local file=$1 object="${1%%/*}/CMakeFiles/[^ ]*[.]dir/${1#*/}[.]o" dependencies
  shift
  mapfile -t dependencies < <(ninja -C "$build" -t deps 2>/dev/null |
    awk -v object="^$object:" '/^[^ ]/ { is_here = $0 ~ object } is_here && /^ / { print $1 }')
  [[ ${#dependencies[@]} -gt 0 ]] || return 0
  {
    clang-tidy --version
    printf '%s\n' "$file" "$@"
    grep --no-filename -- " -c $PWD/$file\"" "$build/compile_commands.json" | sed "s|$PWD||g"
    (cd "$build" && sha256sum -- "${dependencies[@]}") | cut --delimiter ' ' --fields 1
    sha256sum <.clang-tidy
  } | sha256sum | cut --delimiter ' ' --fields 1
}

case $1 in
  shell)
    need shellcheck
    files scripts .ci tests | while IFS= read -r file; do
      if [[ -f $file ]] && head --lines 1 "$file" | grep --quiet '^#!.*bash'; then
        printf '%s\0' "$file"
      fi
    done | xargs --null shellcheck --external-sources
    ;;
  format)
    need clang-format
    files cli core module tests | grep -E '\.(c|h|cpp)$' | grep --invert-match '^module/documentation.h$' | xargs clang-format --dry-run --Werror
    ;;
  tidy)
    need clang-tidy
    # The tests are left out: GoogleTest's macros cost it minutes.
    files cli core | grep -E '\.cpp$' |
      xargs --max-procs "$(nproc)" --max-args 1 "$0" tidy-file "$PWD" "$build"
    find "$tidy_cache" -type f -mtime +30 -delete || true
    ;;
  tidy-file)
    file=$4
    # The analyzer at its usual depth takes more time than all that is compiled.
    options=(-Wno-unknown-warning-option -Xclang -analyzer-config -Xclang mode=shallow)
    checks=()
    if grep --quiet '#include <asio' "$file"; then
      # Clang 14 has coroutines, and does not say so in the way that libstdc++ and asio ask; inside
      # of asio's it sees a call through a pointer that is always set.
      options+=(-D__cpp_impl_coroutine=201902L -DASIO_HAS_CO_AWAIT -DASIO_HAS_STD_COROUTINE)
      checks=(--checks=-clang-analyzer-core.CallAndMessage)
    fi
    options=("${options[@]/#/--extra-arg=}" "${checks[@]}")
    # What was found good is an empty file, shared by all clones, and forgotten when long not asked for.
    key=$(tidy_key "$file" "${options[@]}")
    if [[ -z $key || ! -e $tidy_cache/$key ]]; then
      clang-tidy -p "$build" --quiet "${options[@]}" "$file" 2>/dev/null
    fi
    if [[ -n $key ]] && mkdir --parents "$tidy_cache"; then touch "$tidy_cache/$key"; fi
    ;;
esac
