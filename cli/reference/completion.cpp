#include "cli/reference/completion.h"

#include <algorithm>

#include "cli/reference/reference.h"
#include "cli/terminal/words.h"

namespace mcd::cli {
namespace {

// Options that are answered whatever the command is.
bool is_answered_by_itself(const Option& option) {
  return option.name == "help" || option.name == "version";
}

}  // namespace

std::string_view kind_of_candidates(ValueType type) {
  switch (type) {
    case ValueType::server: return "servers";
    case ValueType::profile: return "profiles";
    case ValueType::key: return "keys";
    default: return {};
  }
}

std::vector<std::string> spellings_of(const Option& option) {
  std::vector<std::string> spellings;
  if (option.letter != 0) spellings.push_back(std::string("-") + option.letter);
  spellings.push_back("--" + std::string(option.name));
  return spellings;
}

std::vector<std::string> spellings_of(std::span<const Option> options, Follows follows,
                                      bool is_for_candidates) {
  std::vector<std::string> all;
  for (const Option& option : options) {
    if ((option.type == ValueType::none) != (follows == Follows::nothing)) continue;
    if (is_for_candidates && is_answered_by_itself(option)) continue;
    std::ranges::move(spellings_of(option), std::back_inserter(all));
  }
  return all;
}

std::string shell_words(std::span<const std::string> words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += shell_word(word);
  }
  return text;
}

std::vector<std::string> strings_of(std::span<const std::string_view> texts) {
  return {texts.begin(), texts.end()};
}

std::span<const std::string_view> completion_shells() {
  return shell_names;
}

std::string completion_script(CommandTable table, std::string_view shell) {
  if (shell == "bash") return bash_completion(table);
  if (shell == "zsh") return zsh_completion(table);
  return fish_completion(table);
}

std::vector<ReferenceFile> completion_files(CommandTable table) {
  return {{"completions/mcdctl.bash", bash_completion(table)},
          {"completions/_mcdctl", zsh_completion(table)},
          {"completions/mcdctl.fish", fish_completion(table)}};
}

}  // namespace mcd::cli
