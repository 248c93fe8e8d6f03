// Completion for bash, on the functions of bash-completion 2.11.
#include "cli/command/options.h"
#include "cli/reference/completion.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr std::string_view head =
    R"sh(# bash completion for mcdctl                                -*- shell-script -*-
# shellcheck shell=bash
# Rendered by mcdctl from its own table of commands: changes belong there.

)sh";

// Words, not positions, are what this reads: `cur` may hold a : or = at which bash has split it.
constexpr std::string_view engine = R"sh(
# Reads a word of the command line as bash would, but for expansions, which might run anything. Sets
# text to what the word means, quote to the quote still open at its end, and head to the part of text
# that readline keeps in place: what it replaces begins after the last word break or the open quote.
_mcdctl_read()
{
    local word=$1 letter next outer="" i
    text="" quote="" head=""
    for ((i = 0; i < ${#word}; i++)); do
        letter=${word:i:1}
        if [[ $quote && $letter == "$quote" ]]; then
            quote="" head=$outer
        elif [[ ! $quote && $letter == [\'\"] ]]; then
            quote=$letter outer=$head head=$text
        elif [[ $letter == "\\" && $quote != \' ]]; then
            ((++i))
            next=${word:i:1}
            [[ ! $quote || ! $next || $next == [\"\\\$\`] ]] || text+="\\"
            text+=$next
        else
            text+=$letter
            [[ $quote || $COMP_WORDBREAKS != *"$letter"* ]] || head=$text
        fi
    done
}

# Sets quoted to what has to be typed, after an open quote if there is one, to mean TEXT.
_mcdctl_quote()
{
    case $quote in
        \') quoted=${1//\'/\'\\\'\'} ;;
        \")
            quoted=${1//\\/\\\\}
            quoted=${quoted//\"/\\\"}
            quoted=${quoted//\$/\\\$}
            quoted=${quoted//\`/\\\`}
            ;;
        *)
            quoted=""
            [[ ! $1 ]] || printf -v quoted %q "$1"
            ;;
    esac
}

# Takes apart a word of options. Sets option to the last one in it and kind to what that one takes;
# before to all in front of its value, or to nothing if the word ends without one.
_mcdctl_split()
{
    local i
    before="" option="" kind=""
    if [[ $1 == --* ]]; then
        option=${1%%=*}
        [[ $1 != *=* ]] || before=$option=
        _mcdctl_option "$command" "$option"
        return
    fi
    for ((i = 1; i < ${#1}; i++)); do
        option=-${1:i:1}
        _mcdctl_option "$command" "$option"
        [[ $kind == switch ]] || break
    done
    ((i + 1 >= ${#1})) || before=${1:0:i+1}
}

# Notes an option, with its value if it has one, for _mcdctl_ask.
_mcdctl_keep()
{
    case $1 in
        @kept@) kept+=("$@") ;;
    esac
}

# Sets candidates to the servers, profiles or keys (the first word) that begin with the second one.
_mcdctl_ask()
{
    local text quote head
    _mcdctl_read "${words[0]}"
    [[ $text != \~/* ]] || text=$HOME/${text#*/}
    mapfile -t candidates < <("$text" "${kept[@]}" @complete@ "$1" -- "$2" 2>/dev/null </dev/null)
}

_mcdctl()
{
    local cur prev words cword
    _init_completion -n :=@ || return

    # What was typed so far.
    local command="" operands=0 waiting="" only_operands="" kept=()
    local text quote head before option kind choices i
    for ((i = 1; i < cword; i++)); do
        _mcdctl_read "${words[i]}"
        if [[ $waiting ]]; then
            [[ ${words[i]} != \~/* ]] || text=$HOME/${text#*/}
            _mcdctl_keep "$waiting" "$text"
            waiting=""
        elif [[ $only_operands || $text != -?* || $text == -[0-9]* ]]; then
            if [[ $command ]]; then
                ((++operands))
            else
                command=$text
            fi
        elif [[ $text == -- ]]; then
            only_operands=yes
        else
            _mcdctl_split "$text"
            if [[ ! $kind || $kind == switch ]]; then
                _mcdctl_keep "$option"
            elif [[ $before ]]; then
                _mcdctl_keep "$option" "${text:${#before}}"
            else
                waiting=$option
            fi
        fi
    done

    # What can stand here.
    _mcdctl_read "$cur"
    before=""
    if [[ $waiting ]]; then
        _mcdctl_option "$command" "$waiting"
    elif [[ ! $only_operands && $text == -* && $text != -[0-9]* ]]; then
        _mcdctl_split "$text"
        [[ $before ]] || kind=option
    elif [[ ! $command ]]; then
        kind=command
    else
        _mcdctl_operand "$command" $((operands + 1))
    fi

    local candidates=() candidate quoted
    case $kind in
        option) _mcdctl_options "$command" ;;
        command) _mcdctl_commands ;;
        choice) candidates=("${choices[@]}") ;;
@asked@
    esac
    for candidate in "${candidates[@]}"; do
        candidate=$before$candidate
        [[ $candidate == "$text"* ]] || continue
        _mcdctl_quote "${candidate#"$head"}"
        COMPREPLY+=("$quoted")
    done

    # A server may be a socket that no settings name.
    if [[ $kind == file || $kind == @server@ && ! ${COMPREPLY-} && ${text#"$before"} == /* ]]; then
        cur=${cur#"$before"}
        _filedir
        # Of -cPATH readline replaces all.
        [[ $before != -[!-]* ]] || COMPREPLY=("${COMPREPLY[@]/#/$before}")
        __ltrim_colon_completions "$cur"
    fi
} &&
    complete -F _mcdctl mcdctl
)sh";

// What to do at a place where a value of this type stands.
std::string kind_of(ValueType type, std::span<const std::string_view> choices) {
  if (const std::string_view asked = kind_of_candidates(type); !asked.empty()) {
    return "kind=" + std::string(asked);
  }
  switch (type) {
    case ValueType::none: return "kind=switch";
    case ValueType::file: return "kind=file";
    case ValueType::command: return "kind=command";
    case ValueType::choice: return "kind=choice choices=(" + shell_words(strings_of(choices)) + ")";
    default: return "kind=other";
  }
}

std::string row(const std::string& pattern, const std::string& action) {
  return "        " + pattern + ") " + action + " ;;\n";
}

// `owner` is "get/" or, for the options of all commands, nothing.
std::string option_rows(std::span<const Option> options, const std::string& owner) {
  std::string rows;
  for (const Option& option : options) {
    std::vector<std::string> patterns = spellings_of(option);
    for (std::string& pattern : patterns) pattern.insert(0, owner);
    rows += row(join_list(patterns, " | "), kind_of(option.type, option.choices));
  }
  return rows;
}

std::string long_names(std::span<const Option> options) {
  std::vector<std::string> names;
  for (const Option& option : options) names.push_back("--" + std::string(option.name));
  return shell_words(names);
}

std::string operand_rows(const Command& command) {
  std::string rows;
  for_each_place(command, [&](const Operand& operand, std::size_t first, std::size_t last) {
    const std::string owner = std::string(command.name) + "/";
    std::vector<std::string> patterns;
    if (last == any_number) {
      patterns.push_back(owner + "*");  // the places in front of it stand in rows above
    } else {
      for (std::size_t place = first; place <= last; ++place) {
        patterns.push_back(owner + std::to_string(place));
      }
    }
    rows += row(join_list(patterns, " | "), kind_of(operand.type, operand.choices));
  });
  return rows;
}

// The tables, as functions.
std::string tables(CommandTable table) {
  std::string option_cases;
  std::string option_names;
  std::string operand_cases;
  std::vector<std::string> names;
  for (const Command* command : shown_commands(table)) {
    const std::string name(command->name);
    names.push_back(name);
    option_cases += option_rows(command->options, name + "/");
    if (!command->options.empty()) {
      option_names += row(name, "candidates+=(" + long_names(command->options) + ")");
    }
    operand_cases += operand_rows(*command);
  }
  return "_mcdctl_commands()\n{\n    candidates=(" + shell_words(names) +
         ")\n}\n\n"
         "# The long options of COMMAND.\n"
         "_mcdctl_options()\n{\n    candidates=(" +
         long_names(global_options()) + ")\n    case $1 in\n" + option_names +
         "    esac\n}\n\n"
         "# Sets kind to what follows OPTION of COMMAND; to nothing where there is no such "
         "option.\n"
         "_mcdctl_option()\n{\n    kind=\"\"\n    case $2 in\n" +
         option_rows(global_options(), "") + "    esac\n    case $1/$2 in\n" + option_cases +
         "    esac\n}\n\n"
         "# The same for the operand at PLACE, from 1, of COMMAND.\n"
         "_mcdctl_operand()\n{\n    kind=\"\"\n    case $1/$2 in\n" +
         operand_cases + "    esac\n}\n";
}

}  // namespace

std::string bash_completion(CommandTable table) {
  std::vector<std::string> kept = spellings_of(global_options(), Follows::value, true);
  for (std::string& switch_name : spellings_of(global_options(), Follows::nothing, true)) {
    kept.push_back(std::move(switch_name));
  }
  std::vector<std::string> asked;
  for (const ValueType type : {ValueType::server, ValueType::profile, ValueType::key}) {
    asked.emplace_back(kind_of_candidates(type));
  }
  std::string text(engine);
  text = replace_all(text, "@kept@", join_list(kept, " | "));
  text = replace_all(text, "@complete@", complete_name);
  text = replace_all(text, "@asked@\n",
                     row(join_list(asked, " | "), "_mcdctl_ask \"$kind\" \"${text:${#before}}\""));
  text = replace_all(text, "@server@", kind_of_candidates(ValueType::server));
  return std::string(head) + tables(table) + text;
}

}  // namespace mcd::cli
