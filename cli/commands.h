// The explicit, ordered table of all commands, which is handed down from here.
#pragma once

#include "cli/command/command.h"

namespace mcd::cli {

CommandTable all_commands();  // static storage

}  // namespace mcd::cli
