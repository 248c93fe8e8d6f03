// What follows the parsing, for a command line as for a line of a batch.
#pragma once

#include "cli/command/command.h"

namespace mcd::cli {

// --help and --version, the number of operands, and the command itself.
Code run_command(const Command& command, const Invocation& typed, Context& context);

// Prints text for people; reports the failure where it can't be printed.
Code print_text(Context& context, const std::string& text);

}  // namespace mcd::cli
