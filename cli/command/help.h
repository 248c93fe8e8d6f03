// Help, rendered from the table of commands; at most 80 columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/command/command.h"
#include "core/base/result.h"

namespace mcd::cli {

std::string overview(CommandTable table);     // `mcdctl` alone
std::string help_of(const Command& command);  // `mcdctl COMMAND --help`
std::string version_text();                   // `mcdctl --version`

// What a result means, as a sentence, with the exit status where that is another number.
std::string meaning_of(const CodeInfo& info);
// "What to do: check the name.", on one line; empty where there is nothing to advise.
std::string advice_on(const CodeInfo& info);
// `mcdctl help NUMBER`: what a result, or an exit status, means, and what to do about it; nothing
// for a number that mcdctl never ends with.
std::optional<std::string> help_of_status(std::uint64_t status);

// What a newcomer tries first.
std::span<const Example> overview_examples();

// Two columns: a term, and at `column` what it means; a line ends each.
std::string entry(const std::string& term, std::string_view meaning, std::size_t column);

// The text with `indent` in front of each of its lines.
std::string indented(std::string_view text, std::string_view indent);

}  // namespace mcd::cli
