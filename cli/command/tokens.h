// A command line in its parts: options, values and operands, and what is not one of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command/command.h"

namespace mcd::cli {

struct Token {
  enum class Kind : std::uint8_t {
    option,  // a switch, or followed by its value or missing_value
    value,   // of the option before it
    operand,
    unknown_option,  // none of this command's
    missing_value,   // the last argument is an option that takes one
    unwanted_value,  // a switch with a value: --quiet=yes
  };
  Kind kind;
  // What it is, or what it is the value of; of an unknown one, another command's option that is
  // written so, or nullptr. Nullptr for operands.
  const Option* option = nullptr;
  // A value or an operand, byte for byte; an option as it is written: "--name", or its letter.
  std::string_view text = {};
  std::string_view argument = {};  // that it is, or is part of
  bool is_literal = false;         // an operand after `--`
};

struct CommandLine {
  // In the order of the arguments, without the command's name and without `--`.
  std::vector<Token> tokens = {};
  // How many of them stand before the command's name.
  std::size_t before = 0;
  // The place of the name among the arguments: their number where there is none.
  std::size_t place = 0;
  const Command* command = nullptr;  // the one of that name, if there is one
};

// Reads arguments without the program's name. The first that does not begin with a dash is the name
// of a command of `table`; before it may stand global options, and others of the command that need
// no further argument. A value may be attached (--name=VALUE, -xVALUE) or be the next argument,
// switches of one letter may share a dash, a dash before a digit begins an operand unless the
// command has such an option, and after `--` everything is an operand, as it is after as many
// operands as the command says. Never fails: what is wrong is a token. The result refers to
// `arguments`, `table` and what they hold.
CommandLine read_command_line(CommandTable table, std::span<const std::string> arguments);

// The same for arguments that belong to `command` and do not hold its name.
std::vector<Token> read_arguments(const Command& command, std::span<const std::string> arguments);

// Whether the switch is among the tokens, even if it is another command's.
bool asks_for(std::span<const Token> tokens, std::string_view name);

}  // namespace mcd::cli
