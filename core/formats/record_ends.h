// Where records end, as far as can be told before they are parsed.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

namespace mcd {

// Where a record may end, so that a long one isn't parsed again for each piece that arrives.
class RecordEnds {
 public:
  explicit RecordEnds(bool has_quotes) : has_quotes_(has_quotes) {}

  // `record` begins with all that it began with before.
  bool may_be_in(std::string_view record) {
    // Nearly always a line is all there, and then it doesn't matter what is after it.
    if (std::exchange(is_first_, false)) return record.find('\n') != std::string_view::npos;
    while (seen_ < record.size()) {
      const char byte = record[seen_++];
      if (byte == '"' && has_quotes_) is_in_quotes_ = !is_in_quotes_;
      if (byte == '\n' && !is_in_quotes_) return true;
    }
    return false;
  }

 private:
  bool has_quotes_;
  bool is_first_ = true;
  bool is_in_quotes_ = false;
  std::size_t seen_ = 0;
};

}  // namespace mcd
