// One run of mcdctl, without a process around it.
#pragma once

#include <span>
#include <string>

#include "cli/command/command.h"
#include "cli/terminal/streams.h"
#include "core/base/environment.h"

namespace mcd::cli {

// Parses, dispatches, and turns what comes back into an exit status; nothing is thrown. `arguments`
// are without the program's name.
int run(std::span<const std::string> arguments, Streams streams, Environment environment);

// What follows the parsing, for a command line as for a line of a batch: --help and --version, the
// number of operands, and the command itself.
Code run_command(const Command& command, const Invocation& typed, Context& context);

}  // namespace mcd::cli
