// What follows the parsing, for a command line as for a line of a batch.
#pragma once

#include <optional>
#include <string>

#include "cli/command/command.h"
#include "cli/command/plan.h"

namespace mcd::cli {

// The plan for what was typed, if it has one; otherwise run_command() carries it out.
std::optional<Plan> plan_command(const Command& command, const Invocation& typed, Context& context);

// --help and --version, the number of operands, and the command itself.
Code run_command(const Command& command, const Invocation& typed, Context& context);

// Prints text for people; reports the failure where it can't be printed.
Code print_text(Context& context, const std::string& text);

}  // namespace mcd::cli
