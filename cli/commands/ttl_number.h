// How a remaining time to live is printed.
#pragma once

#include <cstdint>
#include <optional>

namespace mcd::cli {

// Seconds, and -1 for an item that has no end.
inline std::int64_t ttl_number(std::optional<std::uint64_t> seconds) {
  return seconds ? static_cast<std::int64_t>(*seconds) : -1;
}

}  // namespace mcd::cli
