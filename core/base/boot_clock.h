// A clock that never stands still.
#pragma once

#include <chrono>
#include <ctime>

namespace mcd {

// As std::chrono::steady_clock, but it goes on while the machine is suspended, as the life of an
// item on a server does. Thread-safe.
struct BootClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;

  static time_point now() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
};

}  // namespace mcd
