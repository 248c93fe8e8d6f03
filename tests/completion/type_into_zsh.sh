#!/usr/bin/env -S zsh -f
# Types lines, and a TAB after each, into an interactive zsh with its own completion system.
# Usage, input and results: as of type_into_bash.sh.
setopt err_exit no_unset pipe_fail
zmodload zsh/zpty
export COMPLETIONS=$1 RESULTS=$2 TERM=dumb
terminal=

cat >$RESULTS/setup.zsh <<'END'
  PS1= RPS1= number=1
  # What is said goes there, while the line editor has the terminal for itself.
  exec 2>$RESULTS/errors
  setopt no_auto_list no_beep
  fpath=($COMPLETIONS $fpath)
  autoload -Uz compinit && compinit -u -D

  # Candidates are added by compadd alone. With -A, -D or -O it only says what would fit.
  compadd() {
    local -a found
    if (( ! ${argv[1,(i)(-|--)][(I)-[ADO]*]} )); then
      builtin compadd -A found "$@"
      # With -Q, as of files, they are quoted already.
      [[ -z ${(M)argv[1,(i)(-|--)]:#-*Q*} ]] || found=("${(@Q)found}")
      print -rl -- $found >>$RESULTS/$number.candidates
    fi
    builtin compadd "$@"
  }

  # One line ends where the next one may be typed.
  next_line() { BUFFER=; print -u $TTY_OUT -r -- "<$((number++))>" }
  note_words() {
    (
      mcdctl() { print -rl -- "$@" }
      eval "$BUFFER"
    ) >$RESULTS/$number.words
    next_line
  }
  exec {TTY_OUT}>$TTY
  zle -N next_line && bindkey '^X^N' next_line
  zle -N note_words && bindkey '^X^P' note_words
  print ready
END

# Waits for PATTERN.
wait_for() {
  local output
  zpty -r shell output "*$1*"
  terminal+=$output
}

zpty shell zsh -f -i
zpty -w shell 'source $RESULTS/setup.zsh'
wait_for ready
number=0
while read -r kind && IFS= read -r line; do
  zpty -w -n shell $line$'\t\x18'${${kind/#%words/$'\x10'}/#%candidates/$'\x0e'}
  wait_for "<$((++number))>"
done
# Without its terminal, it would say that it can't read from there.
zpty -w shell exit
while zpty -r shell output; do terminal+=$output; done
zpty -d shell
print -r -- $terminal >$RESULTS/terminal
