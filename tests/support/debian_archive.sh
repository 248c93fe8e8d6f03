#!/usr/bin/env bash
# For scripts that make a Debian of another release.

# The archive that this machine's own apt uses: deb822 "URIs:" and one-line "deb [..] URI suite", but
# not -security and the like.
debian_archive() {
  {
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
      sed --quiet 's/^URIs:[[:space:]]*//p' | tr ' ' '\n'
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
      sed --quiet --regexp-extended 's/^deb[[:space:]]+(\[[^]]*\][[:space:]]+)?([^[:space:]]+).*/\2/p'
  } | grep --extended-regexp --max-count=1 '/debian/?$' || true
}
