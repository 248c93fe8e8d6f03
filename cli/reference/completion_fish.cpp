// Completion for fish, which knows itself how options are typed: they are declared one by one.
#include "cli/command/options.h"
#include "cli/reference/completion.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr std::string_view head = R"fish(# fish completion for mcdctl
# Rendered by mcdctl from its own table of commands: changes belong there.

)fish";

constexpr std::string_view engine =
    R"fish(# Reads the words in front of the cursor into variables of the caller: program, command, operands (how
# many stand after the command), only_operands, and kept (the options, with their values, that
# __mcdctl_candidates hands on).
function __mcdctl_read --no-scope-shadowing
    set -l __words (commandline -opc)
    while string match -qr '^\w+=' -- $__words[1]
        set -e __words[1]
    end
    set program $__words[1]
    set -e __words[1]
    set -l __kept_with_value @kept_with_value@
    set -l __kept_alone @kept_alone@
    set -l __with_value
    set -l __waiting
    set -l __word
    for __word in $__words
        if set -q __waiting[1]
            contains -- $__waiting $__kept_with_value; and set -a kept $__waiting (string replace -r '^~/' "$HOME/" -- $__word)
            set __waiting
        else if set -q only_operands[1]; or not string match -qr '^-[^0-9]' -- $__word
            if set -q command[1]
                set operands (math $operands + 1)
            else
                set command $__word
                switch $command
@with_value@                end
            end
        else if test "$__word" = --
            set only_operands yes
        else if string match -q -- '--*' $__word
            set -l __parts (string split -m 1 = -- $__word)
            if set -q __parts[2]
                contains -- $__parts[1] $__kept_with_value; and set -a kept $__word
            else if contains -- $__word $__kept_alone
                set -a kept $__word
            else if contains -- $__word $__kept_with_value $__with_value
                set __waiting $__word
            end
        else
            set -l __letters (string split '' -- (string sub -s 2 -- $__word))
            while set -q __letters[1]
                set -l __option -$__letters[1]
                set -e __letters[1]
                if contains -- $__option $__kept_with_value $__with_value
                    if not set -q __letters[1]
                        set __waiting $__option
                    else if contains -- $__option $__kept_with_value
                        set -a kept $__option (string join '' -- $__letters)
                    end
                    break
                end
            end
        end
    end
end

# Whether COMMAND was typed, and the next operand is one of those from FIRST to LAST (if there is
# one); without COMMAND, whether the command is what comes next.
function __mcdctl_at
    set -l program
    set -l command
    set -l operands 0
    set -l only_operands
    set -l kept
    __mcdctl_read
    test "$command" = "$argv[1]"; or return 1
    not set -q argv[2]; or test $operands -ge (math $argv[2] - 1); or return 1
    not set -q argv[3]; or test $operands -lt $argv[3]
end

# Prints the servers, profiles or keys that begin with what is typed. A server may also be a socket
# that no settings name.
function __mcdctl_candidates -a kind
    set -l program
    set -l command
    set -l operands 0
    set -l only_operands
    set -l kept
    __mcdctl_read
    string match -q -- '~/*' $program; and set program $HOME/(string sub -s 3 -- $program)
    # Of a word with an open quote nothing is left here; fish itself then picks those that fit.
    set -l typed (string unescape -- (commandline -ct))
    if not set -q only_operands[1]; and string match -qr '^-[^0-9]' -- "$typed"
        # -sVALUE is left to fish, too.
        set typed (string replace -rf '^--[^=]*=' '' -- $typed)
    end
    set -l found ($program $kept @complete@ $kind -- "$typed" 2>/dev/null </dev/null)
    if set -q found[1]
        printf '%s\n' $found
    else if test $kind = @server@; and string match -q -- '/*' "$typed"
        __fish_complete_path "$typed"
    end
end

# One that was loaded before, from wherever, makes way.
complete -c mcdctl -e
complete -c mcdctl -f

)fish";

// As one word of fish.
std::string quoted(std::string_view text) {
  return "'" + replace_all(replace_all(std::string(text), "\\", "\\\\"), "'", "\\'") + "'";
}

// What completes a value or operand; nothing for what can't be completed.
std::string arguments(ValueType type, std::span<const std::string_view> choices) {
  if (const std::string_view asked = kind_of_candidates(type); !asked.empty()) {
    return " -a " + quoted("(__mcdctl_candidates " + std::string(asked) + ")");
  }
  switch (type) {
    case ValueType::file: return " -F";
    // The list is itself read by fish.
    case ValueType::choice: return " -a " + quoted(shell_words(strings_of(choices)));
    default: return {};
  }
}

std::string declaration(const std::string& condition, const std::string& rest) {
  const std::string front = condition.empty() ? "" : " -n " + quoted(condition);
  return "complete -c mcdctl" + front + rest + "\n";
}

std::string command_declarations(CommandTable table, const std::string& condition) {
  std::string text;
  for (const Command* command : shown_commands(table)) {
    text += declaration(condition,
                        " -a " + std::string(command->name) + " -d " + quoted(command->sentence));
  }
  return text;
}

std::string option_declarations(std::span<const Option> options, const std::string& condition) {
  std::string text;
  for (const Option& option : options) {
    std::string rest;
    if (option.letter != 0) rest += std::string(" -s ") + option.letter;
    rest += " -l " + std::string(option.name);
    if (option.type == ValueType::file) {
      rest += " -r";
    } else if (option.type != ValueType::none) {
      rest += " -x";
    }
    rest += arguments(option.type, option.choices) + " -d " + quoted(option.sentence);
    text += declaration(condition, rest);
  }
  return text;
}

std::string operand_declarations(CommandTable table, const Command& command) {
  std::string text;
  for_each_place(command, [&](const Operand& operand, std::size_t first, std::size_t last) {
    std::string condition =
        "__mcdctl_at " + std::string(command.name) + " " + std::to_string(first);
    if (last != any_number) condition += " " + std::to_string(last);
    const std::string rest = arguments(operand.type, operand.choices);
    if (operand.type == ValueType::command) {
      text += command_declarations(table, condition);
    } else if (!rest.empty()) {
      text += declaration(condition, rest);
    }
  });
  return text;
}

std::string with_value(CommandTable table) {
  std::string cases;
  for (const Command* command : shown_commands(table)) {
    const std::vector<std::string> spellings = spellings_of(command->options, Follows::value);
    if (spellings.empty()) continue;
    cases += "                    case " + std::string(command->name) +
             "\n                        set __with_value " + shell_words(spellings) + "\n";
  }
  return cases;
}

}  // namespace

std::string fish_completion(CommandTable table) {
  const std::span<const Option> global = global_options();
  std::string text(engine);
  text = replace_all(text, "@complete@", complete_name);
  text = replace_all(text, "@server@", kind_of_candidates(ValueType::server));
  text = replace_all(text, "@kept_with_value@",
                     shell_words(spellings_of(global, Follows::value, true)));
  text =
      replace_all(text, "@kept_alone@", shell_words(spellings_of(global, Follows::nothing, true)));
  text = replace_all(text, "@with_value@", with_value(table));

  text += command_declarations(table, "__mcdctl_at");
  text += "\n" + option_declarations(global, "");
  for (const Command* command : shown_commands(table)) {
    const std::string own =
        option_declarations(command->options, "__mcdctl_at " + std::string(command->name)) +
        operand_declarations(table, *command);
    if (!own.empty()) text += "\n" + own;
  }
  return std::string(head) + text;
}

}  // namespace mcd::cli
