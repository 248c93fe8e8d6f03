// What a time-out waits for in bulk work.
#pragma once

#include <chrono>
#include <cstddef>

namespace mcd {

// When a server last got somewhere: with a whole answer, or a sizeable part of one. A server that
// sends single bytes gets nowhere, and must not hold bulk work forever.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  // Something is whole, or just begins to be waited for.
  void note() {
    last_ = Clock::now();
    bytes_ = 0;
  }
  void note_bytes(std::size_t count) {
    constexpr std::size_t sizeable = 4096;
    bytes_ += count;
    if (bytes_ >= sizeable) note();
  }
  Clock::time_point deadline(std::chrono::milliseconds timeout) const { return last_ + timeout; }

 private:
  Clock::time_point last_{};
  std::size_t bytes_ = 0;  // since then
};

}  // namespace mcd
