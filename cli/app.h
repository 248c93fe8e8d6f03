// One run of mcdctl, without a process around it.
#pragma once

#include <span>
#include <string>

#include "cli/command/command.h"
#include "cli/terminal/streams.h"
#include "core/base/environment.h"

namespace mcd::cli {

// Parses, dispatches to a command of `table`, and turns what comes back into an exit status;
// nothing is thrown. `arguments` are without the program's name.
int run(CommandTable table, std::span<const std::string> arguments, Streams streams,
        Environment environment);

}  // namespace mcd::cli
