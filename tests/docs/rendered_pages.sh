#!/usr/bin/env bash
# Renders each manual page at 80 columns, with groff and with mandoc, and fails unless a reader can
# copy from it: every line of an example is there whole and byte for byte, as the help has it, no
# name of a page, option or file is broken in two, and only examples are wider than the page.
# Usage: rendered_pages.sh DIRECTORY-OF-PAGES MCDCTL
set -euo pipefail
directory=$1
mcdctl=$2

for program in mandoc groff; do
  command -v "$program" >/dev/null && continue
  echo "skipped: $program is not installed"
  exit 77
done
work=$(mktemp --directory)
trap 'rm --recursive "$work"' EXIT

failures=0
differs() {
  failures=$((failures + 1))
  printf '%s\n' "$@" >&2
}

# Without bold and italics, and without blanks in front, where a page indents.
groff_text() { groff -man -Tutf8 -P-c -rLL=80n "$1" | sed 's/.\x08//g'; }
mandoc_text() { mandoc -T utf8 -O width=80 "$1" | sed 's/.\x08//g'; }
without_indent() { sed 's/^ *//'; }

# The characters that the page's source stands for.
plain() { sed 's/\\f[BIR]//g; s/\\&//g; s/\\ / /g; s/\\-/-/g; s/\\(aq/'\''/g; s/\\(dq/"/g; s/\\(ga/`/g
               s/\\(ha/^/g; s/\\(ti/~/g; s/\\e/\\/g' "$1"; }
# Each name with a hyphen that must not be broken, once for each time that it is there.
names() { grep --only-matching --extended-regexp -- \
  '(^|[^[:alnum:]])(--[a-z][a-z-]+|mcdctl-[a-z]+|/[a-z]+/[a-z/.-]+)' | sed 's/^[^-m/]//' | sort; }

check_page() {
  local page=$1 name=${1##*/} renderer
  plain "$page" | sed --quiet '/^\.nf$/,/^\.fi$/{/^\.nf$/d;/^\.fi$/d;p}' >"$work/examples"
  plain "$page" | sed 's/^\.\\".*//; s/^\.[A-Z][A-Z]* *//; s/ (\([0-9]\))/(\1)/' | sed '/^MCDCTL/d' |
    names >"$work/names"
  for renderer in groff mandoc; do
    "${renderer}_text" "$page" >"$work/text"
    without_indent <"$work/text" >"$work/lines"
    while IFS= read -r line; do
      grep --quiet --fixed-strings --line-regexp -- "$line" "$work/lines" ||
        differs "$name: $renderer does not show this line of an example as it is:" "  $line"
    done < <(without_indent <"$work/examples")
    while IFS= read -r line; do
      grep --quiet --fixed-strings --line-regexp -- "$line" <(without_indent <"$work/examples") ||
        differs "$name: $renderer shows a line of more than 80 columns:" "  $line"
    done < <(grep --extended-regexp '.{81}' "$work/text" | without_indent || true)
    diff --unified "$work/names" <(names <"$work/text") >"$work/difference" ||
      differs "$name: $renderer breaks a name in two, or alters it:" "$(<"$work/difference")"
  done
}

# The examples of a command's page are those of its help.
check_help() {
  local command=$1 page=$directory/mcdctl-$1.1
  plain "$page" | sed --quiet '/^\.nf$/,/^\.fi$/{/^\.nf$/d;/^\.fi$/d;p}' >"$work/examples"
  "$mcdctl" help "$command" | sed --quiet '/^Usage:/q; s/^  \([^ ]\)/\1/p' >"$work/help"
  [[ -s $work/help ]] || differs "no example in: mcdctl help $command"
  diff --unified "$work/help" "$work/examples" >"$work/difference" ||
    differs "mcdctl-$command(1) has other examples than the help:" "$(<"$work/difference")"
}

pages=("$directory"/*.[157])
[[ ${#pages[@]} -gt 10 ]] || differs "no manual pages in $directory"
for page in "${pages[@]}"; do check_page "$page"; done
for page in "$directory"/mcdctl-*.1; do
  command=${page##*/mcdctl-}
  check_help "${command%.1}"
done
[[ $failures -eq 0 ]]
