// One run of mcdctl, without a process around it.
#pragma once

#include <span>
#include <string>

#include "cli/streams.h"
#include "core/environment.h"

namespace mcd::cli {

// Parses, dispatches, and turns what comes back into an exit status; nothing is thrown. `arguments`
// are without the program's name.
int run(std::span<const std::string> arguments, Streams streams, Environment environment);

}  // namespace mcd::cli
