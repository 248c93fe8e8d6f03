#!/usr/bin/env bash
# Makes the Debian packages, looks at what is in them, and runs the packaged mcdctl.
# Usage: package.sh SOURCE-DIRECTORY BUILD-DIRECTORY VERSION
set -euo pipefail
source=$1 build=$2 version=$3

for program in dpkg-deb dpkg-shlibdeps file lintian; do
  command -v "$program" >/dev/null && continue
  echo "skipped: $program is not installed"
  exit 77
done

# shellcheck source-path=SCRIPTDIR source=../support/private_server.sh
. "$source/tests/support/private_server.sh"

# Under the strictest umask, which must not show in the packages. Runs lintian too.
make_packages() {
  local packages
  (umask 077 && "$source/scripts/package" --of "$build" "$work/packages") \
    >"$work/paths" 2>"$work/log" || {
    cat "$work/log" >&2
    fail "scripts/package"
  }
  mapfile -t packages <"$work/paths"
  [[ ${#packages[@]} -eq 2 ]] || fail "not two packages: ${packages[*]}"
  development=${packages[0]} tool=${packages[1]}
}

check_control() {
  expect mcdctl dpkg-deb --field "$tool" Package
  expect "$version" dpkg-deb --field "$tool" Version
  [[ $(dpkg-deb --field "$tool" Depends) =~ ^libmemcached11.*,\ libc6\ \(\>=\ 2\.[0-9]+\)$ ]] ||
    fail "depends on: $(dpkg-deb --field "$tool" Depends)"
  expect libmcd-dev dpkg-deb --field "$development" Package
  expect mcdctl dpkg-deb --field "$development" Source
  expect "$version" dpkg-deb --field "$development" Version
}

# Plain files that root owns and everybody reads, below /usr only; only programs can be run.
check_modes() {
  local package line
  for package in "$tool" "$development"; do
    while IFS= read -r line; do
      [[ $line =~ ^(drwxr-xr-x|-rw-r--r--)\ root/root\ .*\ \./usr/ ||
        $line =~ ^-rwxr-xr-x\ root/root\ .*\ \./usr/bin/mcdctl$ ]] ||
        fail "${package##*/} holds: $line"
    done < <(dpkg-deb --contents "$package")
  done
}

# Nothing is missing, and each file is in the package where it belongs.
check_files() {
  local file pages=()
  for file in usr/bin/mcdctl usr/share/doc/mcdctl/{changelog.gz,copyright,examples/mcdctl.toml}; do
    [[ -f $root/$file ]] || fail "mcdctl lacks $file"
  done
  for file in "$source"/man/*.[157]; do
    cmp <(gzip --decompress --stdout "$root/usr/share/man/man${file##*.}/${file##*/}.gz") "$file"
    pages+=("$file")
  done
  [[ ${#pages[@]} -gt 10 ]] || fail "no manual pages in $source/man"
  [[ ! -e $root/usr/include && -z $(find "$root" -name '*.a') ]] ||
    fail "development files are in mcdctl"
  dpkg-deb --extract "$development" "$work/development"
  for file in include/mcd/core/mcd.h share/doc/libmcd-dev/{changelog.gz,copyright}; do
    [[ -f $work/development/usr/$file ]] || fail "libmcd-dev lacks $file"
  done
  for file in libmcd_core.a mcd.pc mcdConfig.cmake; do
    [[ -n $(find "$work/development/usr/lib" -name "$file") ]] || fail "libmcd-dev lacks $file"
  done
}

# The changelog is CHANGELOG.md, in a form that Debian's tools read.
check_changelog() {
  gzip --decompress --stdout "$root/usr/share/doc/mcdctl/changelog.gz" >"$work/changelog"
  expect "$version" dpkg-parsechangelog --file "$work/changelog" --show-field Version
}

check_hardening() {
  local mcdctl=$root/usr/bin/mcdctl headers sections dynamic symbols
  headers=$(readelf --file-header --program-headers --wide "$mcdctl")
  sections=$(readelf --sections --wide "$mcdctl")
  dynamic=$(readelf --dynamic "$mcdctl")
  symbols=$(readelf --dyn-syms --wide "$mcdctl")
  [[ $headers == *'DYN (Position-Independent Executable file)'* ]] || fail "not position-independent"
  [[ $headers == *GNU_RELRO* ]] || fail "no RELRO"
  [[ $dynamic == *BIND_NOW* ]] || fail "not bound at start"
  [[ $symbols == *__stack_chk_fail* ]] || fail "no stack protector"
  [[ ! $headers =~ GNU_STACK[^$'\n']*RWE ]] || fail "the stack can be executed"
  [[ $sections != *.symtab* && $sections != *.debug_* ]] || fail "not stripped"
  [[ $dynamic != *libstdc++* ]] || fail "needs libstdc++"
}

# The packaged mcdctl, with the private server.
mcdctl() {
  on_server "$root/usr/bin/mcdctl" "$@"
}

check_tool() {
  local protocol
  [[ $(mcdctl --version) == *"$version"* ]] || fail "not version $version"
  start_memcached
  for protocol in ascii binary; do
    mcdctl --protocol "$protocol" set "$protocol" value
    expect value mcdctl --protocol "$protocol" get "$protocol"
  done
  # The rule that libmemcached computes, so that it must be found where it is to be loaded from.
  printf '%s\n' 'servers = ["10.0.0.1", "10.0.0.2"]' 'distribution = "ketama"' >"$work/ketama.toml"
  [[ $(env --ignore-environment "$root/usr/bin/mcdctl" --config "$work/ketama.toml" locate key) == \
    *10.0.0.* ]] || fail "libmemcached is not loaded"
}

root=$work/root
make_packages
dpkg-deb --extract "$tool" "$root"
check_control
check_modes
check_files
check_changelog
check_hardening
check_tool
