#!/usr/bin/env bash
# Installs a build into a directory of its own, and uses what is there as a stranger would: mcdctl, the
# library through find_package(mcd), through pkg-config and in C, manual pages and completions.
# Usage: install.sh SOURCE-DIRECTORY BUILD-DIRECTORY COMPILER [COMPILER-FLAGS]
set -euo pipefail
source=$1 build=$2 compiler=$3
read -ra flags <<<"${4-}" # a sanitizer must be in all parts of a program
# shellcheck source-path=SCRIPTDIR source=../support/private_server.sh
. "$source/tests/support/private_server.sh"

check_tool() {
  local version
  version=$(sed -n 's/^project(mcdctl VERSION \([0-9.]*\).*/\1/p' "$source/CMakeLists.txt")
  [[ $("$prefix/bin/mcdctl" --version) == *"$version"* ]] || fail "mcdctl is not version $version"
  on_server "$prefix/bin/mcdctl" set key value
  expect value on_server "$prefix/bin/mcdctl" get key
}

# Every file of the source tree lies where the system looks for it.
check_documents() {
  local file name section
  for file in "$source"/man/*.[157]; do
    [[ -e $file ]] || continue
    section=${file##*.}
    cmp "$file" "$prefix/share/man/man$section/${file##*/}"
  done
  for name in mcdctl.bash:bash-completion/completions/mcdctl _mcdctl:zsh/vendor-completions/_mcdctl \
    mcdctl.fish:fish/vendor_completions.d/mcdctl.fish; do
    cmp "$source/completions/${name%%:*}" "$prefix/share/${name#*:}"
  done
  diff --recursive "$source/conf" "$prefix/share/doc/mcdctl/examples"
}

# Each header compiles alone, without warnings, and without headers of other libraries.
check_headers() {
  local header
  for header in "$prefix"/include/mcd/core/*.h; do
    "$compiler" -std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fsyntax-only \
      -x c++ -I "$prefix/include/mcd" -MD -MF "$work/needed" -include "$header" /dev/null
    ! grep --extended-regexp '/(libmemcached[^/]*|CLI|toml\+\+)/' "$work/needed" ||
      fail "${header##*/} needs what a user of the library may not have"
  done
}

build_with_cmake() {
  {
    cmake -S "$source/tests/install/outside" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix" \
      -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="${flags[*]}"
    cmake --build "$work/cmake"
  } >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    fail "find_package(mcd) does not work"
  }
}

build_with_pkg_config() {
  local file mcd
  file=$(find "$prefix" -name mcd.pc)
  read -ra mcd <<<"$(PKG_CONFIG_PATH=${file%/*} pkg-config --cflags --libs mcd)"
  "$compiler" -std=c++20 "${flags[@]}" "$source/tests/install/outside/main.cpp" "${mcd[@]}" \
    -o "$work/plain"
}

build_in_c() {
  local file mcd
  file=$(find "$prefix" -name mcd-c.pc)
  read -ra mcd <<<"$(PKG_CONFIG_PATH=${file%/*} pkg-config --cflags --libs mcd-c)"
  cc -std=c11 -Wall -Wextra -Wpedantic -Werror "${flags[@]}" "$source/tests/install/outside/plain.c" "${mcd[@]}" \
    -o "$work/in_c"
}

prefix=$work/prefix
cmake --install "$build" --prefix "$prefix" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  fail "cmake --install"
}
check_documents
check_headers
build_with_cmake
build_with_pkg_config
build_in_c
start_memcached
check_tool
expect 'from outside 1' on_server "$work/cmake/outside"
expect 'from outside 2' on_server "$work/plain"
expect 'from C' "$work/in_c" "$work/memcached.sock"
