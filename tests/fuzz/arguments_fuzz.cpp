// Command lines: the first byte picks the command, NUL bytes part the arguments, as the system has
// it that none can hold one.
#include <algorithm>
#include <vector>

#include "cli/command/command.h"
#include "cli/command/options.h"
#include "cli/command/parse.h"
#include "cli/command/tokens.h"
#include "cli/commands.h"
#include "tests/fuzz/fuzz.h"

namespace {

using mcd::cli::Token;
using mcd::fuzz::require;
using Arguments = std::vector<std::string>;

Arguments split(std::string_view text) {
  Arguments arguments;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    arguments.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return arguments;
}

std::vector<const mcd::cli::Option*> options_of(const mcd::cli::Command& command) {
  std::vector<const mcd::cli::Option*> options;
  for (const auto& some : {mcd::cli::global_options(), command.options}) {
    for (const mcd::cli::Option& option : some) options.push_back(&option);
  }
  return options;
}

// The plainest way to type the same.
Arguments write(const mcd::cli::Command& command, const mcd::cli::Invocation& typed) {
  Arguments arguments;
  for (const mcd::cli::Option* option : options_of(command)) {
    for (const std::string& value : typed.values(option->name)) {
      const std::string name = "--" + std::string(option->name);
      arguments.push_back(option->value.empty() ? name : name + "=" + value);
    }
  }
  arguments.emplace_back("--");
  arguments.insert(arguments.end(), typed.operands().begin(), typed.operands().end());
  return arguments;
}

// Tokens are parts of the arguments, in their order; an option has its value or lacks it at the
// end.
void require_sound(const Arguments& arguments, const std::vector<Token>& tokens) {
  auto place = arguments.begin();
  for (auto token = tokens.begin(); token != tokens.end(); ++token) {
    place = std::find_if(place, arguments.end(), [&](const std::string& argument) {
      return argument.data() == token->argument.data();
    });
    require(place != arguments.end(), "a token is part of an argument");
    require(token->argument == *place, "a token knows all of its argument");
    if (token->kind != Token::Kind::option || token->option->value.empty()) continue;
    const auto next = token + 1;
    require(next != tokens.end() && next->option == token->option, "an option is not left alone");
    const bool is_last = next + 1 == tokens.end();
    require(
        next->kind == Token::Kind::value || (next->kind == Token::Kind::missing_value && is_last),
        "an option has a value, except at the end");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto commands = mcd::cli::all_commands();
  const mcd::cli::Command& command = *commands[data[0] % commands.size()];
  const Arguments arguments = split(mcd::fuzz::text_of(data + 1, size - 1));
  const auto line = mcd::cli::read_command_line(commands, arguments);
  require(line.place <= arguments.size(), "a place is one in the list");
  require(line.before <= line.tokens.size(), "the tokens before the name are some of them");
  require_sound(arguments, line.tokens);

  const auto tokens = mcd::cli::read_arguments(command, arguments);
  require_sound(arguments, tokens);
  const auto typed = mcd::cli::parse(command, tokens);
  if (!typed) {
    require(typed.code() == mcd::Code::argument_needed, "wrong usage is argument_needed");
    mcd::fuzz::require_printable(typed.error());
    return 0;
  }
  // Operands are arguments, in their order and byte for byte; after `--`, all of them.
  auto place = arguments.begin();
  for (const std::string& operand : typed->operands()) {
    place = std::find(place, arguments.end(), operand);
    require(place != arguments.end(), "an operand is an argument");
    ++place;
  }
  const Arguments plain = write(command, *typed);
  const auto again = mcd::cli::parse(command, mcd::cli::read_arguments(command, plain));
  require(static_cast<bool>(again), "what was typed can be typed plainly");
  require(again->operands() == typed->operands(), "operands are read as they are written");
  for (const mcd::cli::Option* option : options_of(command)) {
    require(again->values(option->name) == typed->values(option->name),
            "values are read as they are written");
  }
  return 0;
}
