// Waits for several descriptors at once, each with a deadline of its own: what bulk work runs in.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>

namespace mcd {

// Something with a descriptor that is worked on whenever it is ready.
class Endpoint {
 public:
  using Clock = std::chrono::steady_clock;

  // What it waits for at the moment; with neither reading nor writing nor a deadline, nothing.
  struct Interest {
    int descriptor = -1;
    bool reading = false;
    bool writing = false;
    std::optional<Clock::time_point> deadline = {};
  };

  virtual ~Endpoint() = default;
  // Asked before each wait.
  virtual Interest interest() = 0;
  virtual void on_readable() {}
  virtual void on_writable() {}
  // The deadline passed, and what was ready by then has not put it off.
  virtual void on_deadline() {}
};

// Waits once for the endpoints, not at all where `waits` is false, and lets those that are ready
// work. A signal ends the wait. False where none of them waits for anything. One thread.
bool run_round(std::span<Endpoint* const> endpoints, bool waits = true);

// Lets the endpoints work until `descriptor` can be read without waiting, or `stops` says so, which
// it is asked as below. False where it was stopped. One thread.
bool run_until_readable(int descriptor, std::span<Endpoint* const> endpoints,
                        const std::function<bool()>& stops);

// Calls `feed`, waits for the endpoints, lets those that are ready work, and so on, until none of
// them waits for anything any more, or `stops` says so, which it is asked before the first wait,
// after each one, and after each signal. False where it was stopped. One thread.
bool run_reactor(std::span<Endpoint* const> endpoints, const std::function<void()>& feed,
                 const std::function<bool()>& stops);

}  // namespace mcd
