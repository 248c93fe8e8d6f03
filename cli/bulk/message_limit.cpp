#include "cli/bulk/message_limit.h"

namespace mcd::cli {

bool MessageLimit::admits(const Error& error) {
  return ++counts_[{.code = error.code, .where = error.where}] <= most;
}

std::vector<std::string> MessageLimit::rest(const std::string& what) const {
  std::vector<std::string> sentences;
  for (const auto& [sort, count] : counts_) {
    if (count <= most) continue;
    const std::uint64_t more = count - most;
    std::string sentence = std::to_string(more) + " more " + what + (more == 1 ? "" : "s");
    if (!sort.where.empty()) sentence += " on " + sort.where;
    sentence += more == 1 ? " is not listed (" : " are not listed (";
    sentence.append(std::to_string(number_of(sort.code))).append(" ").append(name_of(sort.code));
    sentences.push_back(sentence + ")");
  }
  return sentences;
}

}  // namespace mcd::cli
