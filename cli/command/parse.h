// Tokens -> what was typed.
#pragma once

#include <memory>
#include <span>

#include "cli/command/command.h"
#include "cli/command/invocation.h"
#include "cli/command/tokens.h"

namespace mcd::cli {

// What the tokens of a command line for one command ask for. Operands and values come out byte for
// byte. Fails with argument_needed, for the first token that is wrong: an unknown option (the
// nearest one is suggested), a missing value, a value for a switch; or for a value that is none of
// the choices of its option. The number of operands is not checked, so that --help can be answered
// first. Can be used again and again: making one is what costs most. Neither copied nor moved.
class Parser {
 public:
  // `command` must outlive it. One without a name stands for a command line without a command.
  explicit Parser(const Command& command);
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser();

  Result<Invocation> parse(std::span<const Token> tokens);

 private:
  class Collector;
  const Command& command_;
  std::unique_ptr<Collector> collector_;
};

// A Parser used once.
Result<Invocation> parse(const Command& command, std::span<const Token> tokens);

// Fails with argument_needed when there are fewer or more operands than the command takes.
Status check_operands(const Command& command, const Invocation& typed);

}  // namespace mcd::cli
