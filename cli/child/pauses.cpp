#include "cli/child/pauses.h"

#include <algorithm>
#include <cstdint>

namespace mcd::cli {

std::chrono::milliseconds Pauses::next() {
  constexpr std::chrono::milliseconds longest(500);
  const std::chrono::milliseconds pause(
      std::uniform_int_distribution<std::int64_t>(length_.count() / 2, length_.count())(random_));
  length_ = std::min(longest, length_ * 3 / 2);
  return pause;
}

}  // namespace mcd::cli
