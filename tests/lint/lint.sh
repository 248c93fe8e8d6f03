#!/usr/bin/env bash
# Runs one tool over the sources: shellcheck, clang-format or clang-tidy.
# Usage: lint.sh shell|format|tidy SOURCE-DIRECTORY BUILD-DIRECTORY
set -euo pipefail
cd "$2"
build=$3

need() {
  command -v "$1" >/dev/null && return
  echo "skipped: $1 is not installed"
  exit 77
}

# Files that git knows or would take in, of a clone or of an unpacked archive.
files() {
  git ls-files --cached --others --exclude-standard -- "$@" 2>/dev/null || find "$@" -type f
}

case $1 in
  shell)
    need shellcheck
    files scripts .ci tests | while IFS= read -r file; do
      if [[ -f $file ]] && head --lines 1 "$file" | grep --quiet '^#!.*bash'; then
        printf '%s\0' "$file"
      fi
    done | xargs --null shellcheck
    ;;
  format)
    need clang-format
    files cli core tests | grep -E '\.(c|h|cpp)$' | xargs clang-format --dry-run --Werror
    ;;
  tidy)
    need clang-tidy
    # The tests are left out: GoogleTest's macros cost it minutes.
    mapfile -t sources < <(files cli core | grep -E '\.cpp$')
    tidy() {
      xargs --max-procs "$(nproc)" --max-args 1 clang-tidy -p "$build" --quiet \
        --extra-arg=-Wno-unknown-warning-option "$@" 2>/dev/null
    }
    grep --files-without-match '#include <asio' "${sources[@]}" | tidy
    # Clang 14 has coroutines, and does not say so in the way that libstdc++ and asio ask; inside of
    # asio's it sees a call through a pointer that is always set.
    coroutines=(-D__cpp_impl_coroutine=201902L -DASIO_HAS_CO_AWAIT -DASIO_HAS_STD_COROUTINE)
    grep --files-with-matches '#include <asio' "${sources[@]}" |
      tidy "${coroutines[@]/#/--extra-arg=}" --checks=-clang-analyzer-core.CallAndMessage
    ;;
esac
