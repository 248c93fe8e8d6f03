#include "cli/command/message_limit.h"

#include <utility>

#include "core/base/text.h"

namespace mcd::cli {

bool MessageLimit::admits(const Error& error) {
  return ++counts_[{.code = error.code, .where = error.where}] <= most;
}

std::vector<std::string> MessageLimit::take_rest(std::string_view what, int (*number)(Code)) {
  std::vector<std::string> sentences;
  for (const auto& [sort, count] : std::exchange(counts_, {})) {
    if (count <= most) continue;
    const std::uint64_t more = count - most;
    std::string sentence = counted(more, "more " + std::string(what));
    if (!sort.where.empty()) sentence += " on " + sort.where;
    sentence += more == 1 ? " is not listed (" : " are not listed (";
    sentence.append(std::to_string(number(sort.code))).append(" ").append(name_of(sort.code));
    sentences.push_back(sentence + ")");
  }
  return sentences;
}

}  // namespace mcd::cli
