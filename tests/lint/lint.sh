#!/usr/bin/env bash
# Runs one tool over the sources: shellcheck, clang-format or clang-tidy.
# Usage: lint.sh shell|format|tidy SOURCE-DIRECTORY BUILD-DIRECTORY
#        lint.sh tidy-file SOURCE-DIRECTORY BUILD-DIRECTORY FILE
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

# Whether clang-tidy has found nothing in $file since it was last compiled, which Ninja does anew
# when the file or a header of it changes, and since the checks last changed.
is_stamp_good() {
  local objects
  mapfile -t objects < <(compgen -G "$build/${file%%/*}/CMakeFiles/*.dir/${file#*/}.o")
  [[ ${#objects[@]} -eq 1 && $stamp -nt ${objects[0]} && $stamp -nt $file && $stamp -nt .clang-tidy ]]
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
    files cli core tests | grep -E '\.(c|h|cpp)$' | xargs clang-format --dry-run --Werror
    ;;
  tidy)
    need clang-tidy
    # The tests are left out: GoogleTest's macros cost it minutes.
    files cli core | grep -E '\.cpp$' |
      xargs --max-procs "$(nproc)" --max-args 1 "$0" tidy-file "$PWD" "$build"
    ;;
  tidy-file)
    file=$4
    stamp=$build/tidy/$file
    if is_stamp_good; then exit; fi
    mkdir --parents "${stamp%/*}"
    rm --force "$stamp"
    # The analyzer at its usual depth takes more time than all that is compiled.
    options=(-Wno-unknown-warning-option -Xclang -analyzer-config -Xclang mode=shallow)
    checks=()
    if grep --quiet '#include <asio' "$file"; then
      # Clang 14 has coroutines, and does not say so in the way that libstdc++ and asio ask; inside
      # of asio's it sees a call through a pointer that is always set.
      options+=(-D__cpp_impl_coroutine=201902L -DASIO_HAS_CO_AWAIT -DASIO_HAS_STD_COROUTINE)
      checks=(--checks=-clang-analyzer-core.CallAndMessage)
    fi
    clang-tidy -p "$build" --quiet "${options[@]/#/--extra-arg=}" "${checks[@]}" "$file" 2>/dev/null
    touch "$stamp"
    ;;
esac
