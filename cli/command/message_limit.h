// Of many failures alike only the first are said, and then how many more there were.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mcd::cli {

// Failures are alike if they have the same result on the same server. One thread.
class MessageLimit {
 public:
  static constexpr std::uint64_t most = 10;  // of each sort

  // Counts the failure; whether it is to be said.
  bool admits(const Error& error);
  // "12 more rejected lines on 127.0.0.1:11211 are not listed (3 MEMCACHED_CONNECTION_FAILURE)",
  // for each sort of which there were more; `what` is "rejected line", and `number` what the reader
  // gets as a status. Then it counts from 0 again.
  std::vector<std::string> take_rest(std::string_view what, int (*number)(Code));

 private:
  struct Sort {
    Code code;
    std::string where;
    auto operator<=>(const Sort&) const = default;
  };
  std::map<Sort, std::uint64_t> counts_{};
};

}  // namespace mcd::cli
