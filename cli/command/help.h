// Help, rendered from the table of commands; at most 80 columns.
#pragma once

#include <string>

#include "cli/command/command.h"

namespace mcd::cli {

std::string overview(CommandTable table);     // `mcdctl` alone
std::string help_of(const Command& command);  // `mcdctl COMMAND --help`
std::string version_text();                   // `mcdctl --version`

// What a newcomer tries first.
std::span<const Example> overview_examples();

// The text with `indent` in front of each of its lines.
std::string indented(std::string_view text, std::string_view indent);

}  // namespace mcd::cli
