// What the renderers of completion scripts share, and the words that the scripts and the hidden
// command after them have in common. What is rendered is declared in reference.h.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command/command.h"

namespace mcd::cli {

inline constexpr std::string_view shell_names[] = {"bash", "zsh", "fish"};

std::string bash_completion(CommandTable table);
std::string zsh_completion(CommandTable table);
std::string fish_completion(CommandTable table);

// The hidden command: `mcdctl [OPTION...] __complete KIND [PREFIX]`.
inline constexpr std::string_view complete_name = "__complete";
// The KIND of what only a running mcdctl can tell; empty for all other types.
std::string_view kind_of_candidates(ValueType type);

// "-c", "--config".
std::vector<std::string> spellings_of(const Option& option);
// The spellings of those options that a value follows, or else of the switches. Of the global ones,
// what would be answered in place of the hidden command (--help) is left out with
// `is_for_candidates`: the rest is handed on to it, so that it sees the settings that hold.
enum class Follows { value, nothing };
std::vector<std::string> spellings_of(std::span<const Option> options, Follows follows,
                                      bool is_for_candidates = false);

// Calls `take(operand, first, last)` for each operand of the command with the places, counted from
// 1, at which it can stand; `last` is any_number if there is no last one.
template <typename Take>
void for_each_place(const Command& command, Take take) {
  std::size_t first = 1;
  for (const Operand& operand : command.operands) {
    const bool is_last = operand.most == any_number;
    take(operand, first, is_last ? any_number : first + operand.most - 1);
    if (is_last) return;  // whatever stands after it can't be told from it
    first += operand.most;
  }
}

// Each as shell_word() has it.
std::string shell_words(std::span<const std::string> words);
std::vector<std::string> strings_of(std::span<const std::string_view> texts);

}  // namespace mcd::cli
