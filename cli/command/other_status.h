// Exit statuses that are not results: 128 and the number of a signal, as a shell has them.
#pragma once

#include <csignal>
#include <span>
#include <string_view>

namespace mcd::cli {

inline constexpr int reader_has_gone = 128 + SIGPIPE;

struct OtherStatus {
  int status;
  std::string_view meaning;  // begins in lower case and ends without a full stop
};

// In ascending order.
std::span<const OtherStatus> other_statuses();

}  // namespace mcd::cli
