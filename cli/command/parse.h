// Arguments -> what was typed.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "cli/command/command.h"
#include "cli/command/invocation.h"

namespace mcd::cli {

// The place of the command's name among the arguments (without the program's name), which global
// options may precede; arguments.size() if there is none.
std::size_t find_command_word(std::span<const std::string> arguments);

// Whether the switch of this name, one of all commands, is among the arguments, however wrong the
// rest of them is.
bool asks_for(CommandTable table, std::span<const std::string> arguments, std::string_view name);

// Parses `arguments` (without the names of program and command) for `command`. Operands and values
// come out byte for byte. After `--` everything is an operand; a `-` before a digit begins one too.
// Fails with argument_needed: an unknown option (the nearest one is suggested), a missing value, a
// value for a switch. The number of operands is not checked, so that --help can be answered first.
Result<Invocation> parse(const Command& command, std::span<const std::string> arguments);

// parse() for one command, many times: to make it is what costs most. Neither copied nor moved.
class Parser {
 public:
  // `command` must outlive it.
  explicit Parser(const Command& command);
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser();

  Result<Invocation> parse(std::span<const std::string> arguments);

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

// Fails with argument_needed when there are fewer or more operands than the command takes.
Status check_operands(const Command& command, const Invocation& typed);

}  // namespace mcd::cli
