#!/usr/bin/env -S zsh -f
# Types lines, and a TAB after each, into an interactive fish, in a terminal that zsh makes.
# Usage, input and results: as of type_into_bash.sh.
setopt err_exit no_unset pipe_fail
zmodload zsh/zpty
export COMPLETIONS=$1 RESULTS=$2 TERM=dumb
terminal=

cat >$RESULTS/setup.fish <<'END'
  set number 1
  set fish_autosuggestion_enabled 0
  function fish_prompt; end
  source $COMPLETIONS/mcdctl.fish 2>>$RESULTS/errors

  # What `complete -C` says, but for the description after the tab and the option in front of a value.
  function note_candidates
    complete -C (commandline) 2>>$RESULTS/errors |
      string replace -r '\t.*' '' | string replace -r '^--[a-z-]+=' '' >$RESULTS/$number.candidates
  end
  # One line ends where the next one may be typed.
  function next_line
    commandline -r ''
    echo "<$number>"
    set number (math $number + 1)
  end
  function note_words
    function mcdctl; printf '%s\n' $argv; end
    eval (commandline) >$RESULTS/$number.words 2>>$RESULTS/errors
    functions --erase mcdctl
    next_line
  end
  bind \cx\cl note_candidates
  bind \cx\cn next_line
  bind \cx\cp note_words
  echo ready
END

# Waits for PATTERN.
wait_for() {
  local output
  zpty -r shell output "*$1*"
  terminal+=$output
}

zpty shell 'fish --no-config --private --init-command "source \$RESULTS/setup.fish"'
wait_for ready
number=0
while read -r kind && IFS= read -r line; do
  zpty -w -n shell $line$'\x18\x0c\t\x18'${${kind/#%words/$'\x10'}/#%candidates/$'\x0e'}
  wait_for "<$((++number))>"
done
zpty -d shell
print -r -- $terminal >$RESULTS/terminal
