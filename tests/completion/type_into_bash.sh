#!/usr/bin/env bash
# Types lines, and a TAB after each, into an interactive bash with bash-completion.
# Usage: type_into_bash.sh COMPLETIONS-DIRECTORY RESULTS-DIRECTORY
# On standard input: "candidates" or "words" on a line of its own, then the line to be typed. For the
# Nth pair the candidates go to N.candidates, and with "words" the words that the shell reads on the
# completed line to N.words, one a line. Whatever is said on the way goes to errors.
set -euo pipefail
export COMPLETIONS=$1 RESULTS=$2

# shellcheck disable=SC2016 # for the other bash to expand
printf '%s\n' '
  PS1="" HISTFILE="" number=1
  . /usr/share/bash-completion/bash_completion
  . "$COMPLETIONS/mcdctl.bash"

  registered=$(complete -p mcdctl)
  [[ $registered =~ -F\ ([^ ]+) ]] && completion=${BASH_REMATCH[1]}
  complete_and_note()
  {
    "$completion" "$@" 2>>"$RESULTS/errors"
    local status=$?
    printf "%s\n" "${COMPREPLY[@]}" >"$RESULTS/$number.candidates"
    return $status
  }
  eval "${registered/"-F $completion"/-F complete_and_note}"

  next_line() { READLINE_LINE="" number=$((number + 1)); }
  note_words()
  {
    (
      mcdctl() { printf "%s\n" "$@"; }
      eval "$READLINE_LINE"
    ) >"$RESULTS/$number.words" 2>>"$RESULTS/errors"
    next_line
  }
  bind -x "\"\C-x\C-n\": next_line"
  bind -x "\"\C-x\C-p\": note_words"
' >"$RESULTS/setup.bash"

# Bash reads with readline even where nobody sits at a terminal.
while read -r kind && IFS= read -r line; do
  printf '%s\t\x18' "$line"
  if [[ $kind == words ]]; then printf '\x10'; else printf '\x0e'; fi
done | TERM=dumb bash --noprofile --rcfile "$RESULTS/setup.bash" -i >"$RESULTS/terminal" 2>&1
