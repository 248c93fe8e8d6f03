// The options that every command takes.
#pragma once

#include <span>

#include "cli/command/command.h"

namespace mcd::cli {

// They stand before or after the command's name. Static storage.
std::span<const Option> global_options();

}  // namespace mcd::cli
