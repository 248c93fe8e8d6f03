// Completion for zsh, on its _arguments.
#include "cli/command/options.h"
#include "cli/reference/completion.h"
#include "cli/terminal/words.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr std::string_view head = R"zsh(#compdef mcdctl
# zsh completion for mcdctl
# Rendered by mcdctl from its own table of commands: changes belong there.

)zsh";

constexpr std::string_view engine = R"zsh(
# Adds the servers, profiles or keys (the last argument) that begin with what is typed; the arguments
# in front of it are for compadd. A server may also be a socket that no settings name.
_mcdctl_candidates() {
  local kind=${@[-1]} program=${(Q)words[1]}
  local -a candidates
  candidates=(${(f)"$("${program/#\~\//$HOME/}" "${kept[@]}" @complete@ $kind -- "${(Q)PREFIX}" 2>/dev/null </dev/null)"})
  if (( ${#candidates} )) || [[ $kind != @server@ || $PREFIX != /* ]]; then
    compadd "${@[1,-2]}" -a candidates
  else
    _files "${@[1,-2]}"
  fi
}

# Reads the words in front of the cursor: the command, the number of operands (it is the first),
# whether there is a -- among them, and those options, with their values, that _mcdctl_candidates
# hands on.
_mcdctl_read() {
  local -a waiting
  local word letter
  for word in "$@"; do
    if (( ${#waiting} )); then
      (( ${kept_with_value[(Ie)$waiting]} )) && kept+=("$waiting" "${word/#\~\//$HOME/}")
      waiting=()
    elif (( ${#only_operands} )) || [[ $word != -?* || $word == -[0-9]* ]]; then
      (( operands++ )) || command=$word
    elif [[ $word == -- ]]; then
      only_operands=(yes)
    elif [[ $word == --*=* ]]; then
      (( ${kept_with_value[(Ie)${word%%=*}]} )) && kept+=("$word")
    elif [[ $word == --* ]]; then
      if (( ${kept_alone[(Ie)$word]} )); then
        kept+=("$word")
      elif (( ${kept_with_value[(Ie)$word]} )) || [[ " $with_value[$command] " == *" $word "* ]]; then
        waiting=("$word")
      fi
    else
      word=${word#-}
      while [[ -n $word ]]; do
        letter=-${word[1]} word=${word[2,-1]}
        if (( ${kept_with_value[(Ie)$letter]} )); then
          [[ -n $word ]] && kept+=("$letter" "$word") || waiting=("$letter")
          break
        elif [[ " $with_value[$command] " == *" $letter "* ]]; then
          [[ -n $word ]] || waiting=("$letter")
          break
        fi
      done
    fi
  done
}

# Says what an operand is that is any text. Where an option may be meant, it would keep zsh from
# completing that.
_mcdctl_text() {
  [[ $PREFIX == -[^0-9]* ]] || _message -e texts "$1"
}

_mcdctl() {
  local -a kept kept_with_value kept_alone only_operands specs
  local -A with_value
  local command operands=0

  kept_with_value=(@kept_with_value@)
  kept_alone=(@kept_alone@)
  with_value=(
@with_value@  )
  (( CURRENT > 2 )) && _mcdctl_read "${(@Q)words[2,CURRENT-1]}"

  specs=(
@global_specs@    '1:command:_mcdctl_commands'
  )
  case $command in
@command_specs@  esac
  # Left to itself, _arguments knows no operands after a -- that has some in front.
  if (( ${#only_operands} )); then
    specs=("${(@M)specs:#([0-9]|\*:)*}")
    words=("$words[1]" ${words[CURRENT-operands,CURRENT-1]/*/operand} "${(@)words[CURRENT,-1]}")
    CURRENT=$((operands + 2))
  fi
  _arguments -s -S : "${specs[@]}"
}

# Autoloaded from a directory of fpath, it is called at once; sourced, it is only made known.
if [[ $funcstack[1] == _mcdctl ]]; then
  _mcdctl "$@"
else
  compdef _mcdctl mcdctl
fi
)zsh";

// Text with a backslash in front of each of `special`.
std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char letter : text) {
    if (special.find(letter) != std::string_view::npos) out += '\\';
    out += letter;
  }
  return out;
}

std::string message(std::string_view text) {
  return escaped(text, "\\:");
}

// What completes a value or operand: the last part of a spec.
std::string action(ValueType type, std::span<const std::string_view> choices) {
  if (const std::string_view asked = kind_of_candidates(type); !asked.empty()) {
    return "_mcdctl_candidates " + std::string(asked);
  }
  switch (type) {
    case ValueType::file: return "_files";
    case ValueType::command: return "_mcdctl_commands";
    case ValueType::choice: return "(" + shell_words(strings_of(choices)) + ")";
    default: return " ";  // nothing but its name is said
  }
}

std::string line(std::size_t indent, const std::string& text) {
  return std::string(indent, ' ') + text + "\n";
}

// One spec for each spelling; they exclude each other, unless the option can be repeated.
std::string option_specs(std::span<const Option> options, std::size_t indent) {
  std::string specs;
  for (const Option& option : options) {
    const bool has_value = option.type != ValueType::none;
    const std::vector<std::string> spellings = spellings_of(option);
    std::string front;
    if (option.is_repeatable) {
      front = "*";
    } else if (spellings.size() > 1) {
      front = "(" + shell_words(spellings) + ")";
    }
    for (const std::string& spelling : spellings) {
      // A value may stand in the same word or in the next one.
      const bool is_long = spelling.starts_with("--");
      std::string spec = front + spelling;
      if (has_value) spec += is_long ? "=" : "+";
      spec += "[" + escaped(option.sentence, "\\[]") + "]";
      if (has_value)
        spec += ":" + message(option.value) + ":" + action(option.type, option.choices);
      specs += line(indent, shell_quotation(spec));
    }
  }
  return specs;
}

// The command itself is the first operand.
std::string operand_specs(const Command& command, std::size_t indent) {
  std::string specs;
  for_each_place(command, [&](const Operand& operand, std::size_t first, std::size_t last) {
    const std::string name = message(operand.name);
    std::string completed = action(operand.type, operand.choices);
    if (completed == " ") completed += "_mcdctl_text " + name;
    const std::string meaning = name + ":" + completed;
    if (last == any_number) {
      specs += line(indent, shell_quotation("*:" + meaning));
      return;
    }
    for (std::size_t place = first; place <= last; ++place) {
      const std::string colons = operand.least == 0 ? "::" : ":";
      specs += line(indent, shell_quotation(std::to_string(place + 1) + colons + meaning));
    }
  });
  return specs;
}

std::string command_specs(CommandTable table) {
  std::string cases;
  for (const Command* command : shown_commands(table)) {
    constexpr std::size_t indent = 8;
    const std::string specs =
        option_specs(command->options, indent) + operand_specs(*command, indent);
    if (specs.empty()) continue;
    cases += line(4, std::string(command->name) + ")");
    cases += line(6, "specs+=(") + specs + line(6, ")") + line(6, ";;");
  }
  return cases;
}

std::string commands_function(CommandTable table) {
  std::string text = "_mcdctl_commands() {\n  local -a commands\n  commands=(\n";
  for (const Command* command : shown_commands(table)) {
    text += line(
        4, shell_quotation(escaped(command->name, "\\:") + ":" + std::string(command->sentence)));
  }
  return text + "  )\n  _describe -t commands command commands\n}\n";
}

std::string with_value(CommandTable table) {
  std::string rows;
  for (const Command* command : shown_commands(table)) {
    const std::vector<std::string> spellings = spellings_of(command->options, Follows::value);
    if (spellings.empty()) continue;
    rows += line(4, std::string(command->name) + " " + shell_quotation(shell_words(spellings)));
  }
  return rows;
}

}  // namespace

std::string zsh_completion(CommandTable table) {
  const std::span<const Option> global = global_options();
  std::string text(engine);
  text = replace_all(text, "@complete@", complete_name);
  text = replace_all(text, "@server@", kind_of_candidates(ValueType::server));
  text = replace_all(text, "@kept_with_value@",
                     shell_words(spellings_of(global, Follows::value, true)));
  text =
      replace_all(text, "@kept_alone@", shell_words(spellings_of(global, Follows::nothing, true)));
  text = replace_all(text, "@with_value@", with_value(table));
  text = replace_all(text, "@global_specs@", option_specs(global, 4));
  text = replace_all(text, "@command_specs@", command_specs(table));
  return std::string(head) + commands_function(table) + text;
}

}  // namespace mcd::cli
