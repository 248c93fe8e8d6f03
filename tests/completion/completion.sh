#!/usr/bin/env bash
# Completes command lines in a real shell, with the script in completions/ and the built mcdctl.
# Usage: completion.sh bash|zsh|fish COMPLETIONS-DIRECTORY DIRECTORY-OF-MCDCTL
# shellcheck disable=SC1003,SC2016 # what is typed, and what names look like, stands for itself
set -euo pipefail
shell=$1 completions=$2
export PATH=$3:$PATH
here=$(dirname "$(readlink --canonicalize "$0")")

work=$(mktemp --directory)
trap 'rm --recursive --force "$work"' EXIT
trap 'exit 130' INT TERM
mkdir "$work/home" "$work/here" "$work/results"
cd "$work/here"

# Neither settings nor habits of whoever runs this.
in_clean_environment() {
  env --ignore-environment PATH="$PATH" HOME="$work/home" LC_ALL=C.UTF-8 "$@"
}

mkdir 'sub dir' sockets
touch 'two words.txt' plain.txt '$(touch executed).txt' "it's \"that\".txt" sockets/1.sock
cat >settings.toml <<'END'
servers = ["10.0.0.1:11211", "[::1]:11212", "/run/my cache/a.sock", "/srv/$(touch executed)/b.sock"]
[profile.tests]
ttl = 1
[profile."two words"]
ttl = 1
[profile."it's"]
ttl = 1
[profile."$(touch executed)"]
ttl = 1
[profile.'"`touch executed`\']
servers = ["of-profile:1"]
END

# The cases: a line, what the candidates are or what the completed line's words are, and which.
lines=() checks=() expected=()

# After LINE, exactly these CANDIDATES are offered, in any order.
offers() {
  lines+=("$1") checks+=(candidates)
  shift
  expected+=("$([[ $# -eq 0 ]] || printf '%s\n' "$@" | sort --unique)")
}

# A TAB makes LINE one that the shell reads as mcdctl with these ARGUMENTS.
becomes() {
  lines+=("$1") checks+=(words)
  shift
  expected+=("$(printf '%s\n' "$@")")
}

# Nothing is offered after LINE, which is complete; zsh then shows the options, as for any program.
nothing_or_options() {
  [[ $shell == zsh ]] || offers "$1"
}

mapfile -t commands < <(in_clean_environment mcdctl help |
  sed -n '/^[A-Z][a-z]*:$/,$ { /^Options/q; s/^  \([a-z]\+\).*/\1/p }')
[[ ${#commands[@]} -gt 10 ]] || {
  echo "completion: no commands found in mcdctl help" >&2
  exit 1
}
options_in_help_of() {
  in_clean_environment mcdctl help "$@" | sed -n 's/^  \(-., \|    \)\(--[a-z-]*\).*/\2/p'
}
mapfile -t shared_options < <(options_in_help_of)
[[ ${#shared_options[@]} -gt 10 ]] || {
  echo "completion: no options found in mcdctl help" >&2
  exit 1
}
files=('$(touch executed).txt' "it's \"that\".txt" plain.txt settings.toml sockets 'sub dir' 'two words.txt')

# Commands.
offers 'mcdctl ' "${commands[@]}"
offers 'mcdctl co' completion config counter
offers 'mcdctl --json -v co' completion config counter
offers 'mcdctl --protocol ascii co' completion config counter
offers 'mcdctl --protocol=ascii -qv co' completion config counter
offers 'mcdctl -s co -cplain.txt co' completion config counter
offers 'mcdctl nothing'
becomes 'mcdctl loca' locate
becomes 'mcdctl help loca' help locate
offers 'mcdctl help ' "${commands[@]}"
nothing_or_options 'mcdctl help get '

# Options, of all commands and of one, before and after it.
offers 'mcdctl --pro' --profile --protocol
offers 'mcdctl get key --pro' --profile --protocol
offers 'mcdctl --ttl'
offers 'mcdctl get --ttl'
offers 'mcdctl set --f' --file --flags
offers 'mcdctl --' "${shared_options[@]}"
for command in "${commands[@]}"; do
  mapfile -t options < <(options_in_help_of "$command")
  offers "mcdctl $command --" "${options[@]}"
done
becomes 'mcdctl set key --tt' set key --ttl
becomes 'mcdctl get --newl' get --newline
becomes 'mcdctl get -3 --newl' get -3 --newline
becomes 'mcdctl --no-l' --no-limits

# Values.
offers 'mcdctl --protocol ' ascii binary
offers 'mcdctl --protocol=' ascii binary
offers 'mcdctl get key --protocol ' ascii binary
offers 'mcdctl get --protocol=' ascii binary
becomes 'mcdctl --protocol b' --protocol binary
becomes 'mcdctl --protocol=b' --protocol=binary
offers 'mcdctl completion ' bash fish zsh
offers 'mcdctl completion --json ' bash fish zsh
nothing_or_options 'mcdctl completion zsh '
offers 'mcdctl config ' check path show
offers 'mcdctl -s here config ' check path show
becomes 'mcdctl config s' config show
offers 'mcdctl set --ttl '
offers 'mcdctl set --ttl='
offers 'mcdctl set -t '
offers 'mcdctl --timeout '
offers 'mcdctl set key '

# Files.
offers 'mcdctl --config ' "${files[@]}"
offers 'mcdctl --config=' "${files[@]}"
offers 'mcdctl -c ' "${files[@]}"
offers 'mcdctl set key --file ' "${files[@]}"
offers 'mcdctl set key --file=' "${files[@]}"
offers 'mcdctl batch ' "${files[@]}"
becomes 'mcdctl batch pl' batch plain.txt
becomes 'mcdctl batch -k pl' batch -k plain.txt
becomes 'mcdctl batch tw' batch 'two words.txt'
becomes 'mcdctl set key --file two\ w' set key --file 'two words.txt'
becomes "mcdctl set key --file 'two w" set key --file 'two words.txt'
becomes 'mcdctl set key --file=tw' set key --file='two words.txt'
becomes 'mcdctl -c tw' -c 'two words.txt'
if [[ $shell != fish ]]; then # which looks for no file right after a letter, whatever the program
  becomes 'mcdctl -ctw' '-ctwo words.txt'
  becomes 'mcdctl -qctw' '-qctwo words.txt'
fi
becomes 'mcdctl batch i' batch "it's \"that\".txt"
becomes 'mcdctl set key --file="it' set key --file="it's \"that\".txt"
becomes 'mcdctl batch \$' batch '$(touch executed).txt'

# Servers.
offers 'mcdctl -c settings.toml --server 1' 10.0.0.1:11211
offers 'mcdctl -s ' 127.0.0.1:11211 # the default
becomes 'mcdctl -c settings.toml -s 10.0' -c settings.toml -s 10.0.0.1:11211
becomes 'mcdctl -c settings.toml -s 10.0.0.1:' -c settings.toml -s 10.0.0.1:11211
becomes 'mcdctl -csettings.toml -s10.0' -csettings.toml -s10.0.0.1:11211
becomes 'mcdctl --config=settings.toml --server=10' --config=settings.toml --server=10.0.0.1:11211
becomes 'mcdctl get key -c settings.toml -s 10' get key -c settings.toml -s 10.0.0.1:11211
becomes 'mcdctl -s a:1 -c settings.toml -s 10' -s a:1 -c settings.toml -s 10.0.0.1:11211
becomes 'mcdctl -c settings.toml -s \[' -c settings.toml -s '[::1]:11212'
becomes "mcdctl -c settings.toml -s '[:" -c settings.toml -s '[::1]:11212'
becomes 'mcdctl -c settings.toml -s /ru' -c settings.toml -s '/run/my cache/a.sock'
becomes 'mcdctl -c settings.toml -s "/run/my c' -c settings.toml -s '/run/my cache/a.sock'
becomes 'mcdctl -c settings.toml --server=/run/my\ c' -c settings.toml '--server=/run/my cache/a.sock'
becomes 'mcdctl -c settings.toml -s /sr' -c settings.toml -s '/srv/$(touch executed)/b.sock'
becomes 'mcdctl -c settings.toml -s "/sr' -c settings.toml -s '/srv/$(touch executed)/b.sock'
becomes "mcdctl -c settings.toml --server='/sr" -c settings.toml '--server=/srv/$(touch executed)/b.sock'
# A socket that no settings name.
becomes "mcdctl -s $work/here/sock" -s "$work/here/sockets/"
becomes "mcdctl -s $work/here/sockets/" -s "$work/here/sockets/1.sock"
becomes "mcdctl --server=$work/here/sockets/" "--server=$work/here/sockets/1.sock"

# Profiles.
becomes 'mcdctl -c settings.toml --profile te' -c settings.toml --profile tests
becomes 'mcdctl -c settings.toml --profile=te' -c settings.toml --profile=tests
becomes 'mcdctl -c settings.toml --profile tw' -c settings.toml --profile 'two words'
becomes 'mcdctl -c settings.toml --profile two\ ' -c settings.toml --profile 'two words'
becomes 'mcdctl -c settings.toml --profile="tw' -c settings.toml --profile='two words'
becomes 'mcdctl -c settings.toml --profile i' -c settings.toml --profile "it's"
becomes 'mcdctl -c settings.toml --profile "i' -c settings.toml --profile "it's"
becomes 'mcdctl -c settings.toml --profile \$' -c settings.toml --profile '$(touch executed)'
becomes 'mcdctl -c settings.toml --profile "\$' -c settings.toml --profile '$(touch executed)'
becomes "mcdctl -c settings.toml --profile '\$" -c settings.toml --profile '$(touch executed)'
becomes 'mcdctl -c settings.toml --profile \"' -c settings.toml --profile '"`touch executed`\'
becomes "mcdctl -c settings.toml --profile '\"" -c settings.toml --profile '"`touch executed`\'
becomes 'mcdctl -c settings.toml --profile \"\`touch\ executed\`\\ -s of' \
  -c settings.toml --profile '"`touch executed`\' -s of-profile:1
# Nothing where the settings are wrong or not there.
offers 'mcdctl -c plain.txt --profile '
offers 'mcdctl -c missing.toml --profile '
# What was typed is not executed either.
offers 'mcdctl -c "$(touch executed)" --profile te'
offers 'mcdctl --profile "$(touch executed)" -s 1'

# After -- everything is an operand.
offers 'mcdctl set -- --js'
offers 'mcdctl set key -- --js'
offers 'mcdctl get -- --protocol='
offers 'mcdctl -- co' completion config counter
offers 'mcdctl config -- ' check path show
offers 'mcdctl batch -- pl' plain.txt

for number in "${!lines[@]}"; do
  printf "%s\n" "${checks[number]}" "${lines[number]}"
done |
  in_clean_environment "$here/type_into_$shell.sh" "$completions" "$work/results"

failures=0
differs() {
  failures=$((failures + 1))
  printf '%s\n' "$@" >&2
}
for number in "${!lines[@]}"; do
  kind=${checks[number]}
  result=$work/results/$((number + 1)).$kind
  actual=$(cat "$result" 2>/dev/null || true)
  # An option that takes a value may come with the = in front of it, and a directory with a /.
  case $kind in
    candidates) actual=$(sed 's/[=/]$//; /^$/d' <<<"$actual" | sort --unique) ;;
    words) actual=${actual%=} ;;
  esac
  [[ $actual == "${expected[number]}" ]] ||
    differs "$shell: wrong $kind of: ${lines[number]}" \
      "  expected: ${expected[number]//$'\n'/, }" "  actual:   ${actual//$'\n'/, }"
done
[[ ! -s $work/results/errors ]] || differs "$shell: said on standard error:" "$(<"$work/results/errors")"
[[ -z $(find "$work" -name executed) ]] || differs "$shell: executed what stood in a name"
[[ $failures -eq 0 ]]
