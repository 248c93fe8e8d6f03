#include "core/bulk/reactor.h"

#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace mcd {
namespace {

using Clock = Endpoint::Clock;

struct Waiting {
  Endpoint* endpoint;
  std::optional<Clock::time_point> deadline;
};

// For poll(): rounded up, so that a deadline half a millisecond off does not spin; -1 is forever.
int milliseconds_until(std::optional<Clock::time_point> deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

// What the endpoints wait for, as poll() wants it.
class Round {
 public:
  explicit Round(std::span<Endpoint* const> endpoints) {
    for (Endpoint* endpoint : endpoints) add(*endpoint);
  }

  bool is_empty() const { return waiting_.empty(); }

  // False where a signal came first, or poll() has no memory.
  bool wait(bool waits) {
    const int timeout = waits ? milliseconds_until(first_) : 0;
    return ::poll(entries_.data(), entries_.size(), timeout) >= 0;
  }

  void work() {
    const Clock::time_point now = Clock::now();
    for (std::size_t index = 0; index < waiting_.size(); ++index) {
      const short ready = entries_[index].revents;
      Endpoint& endpoint = *waiting_[index].endpoint;
      // A broken connection is found out by reading, or else by writing.
      const bool is_broken = (ready & (POLLERR | POLLHUP | POLLNVAL)) != 0;
      const bool waits_to_read = (entries_[index].events & POLLIN) != 0;
      if ((ready & POLLIN) != 0 || (is_broken && waits_to_read)) endpoint.on_readable();
      if ((ready & POLLOUT) != 0 || (is_broken && !waits_to_read)) endpoint.on_writable();
      // Also where something was ready: with a server that sends single bytes, something always is.
      const auto deadline = ready == 0 ? waiting_[index].deadline : endpoint.interest().deadline;
      if (deadline && *deadline <= now) endpoint.on_deadline();
    }
  }

 private:
  void add(Endpoint& endpoint) {
    const Endpoint::Interest interest = endpoint.interest();
    const int events = (interest.reading ? POLLIN : 0) | (interest.writing ? POLLOUT : 0);
    if (events == 0 && !interest.deadline) return;
    // poll() passes over a negative descriptor.
    entries_.push_back({.fd = events == 0 ? -1 : interest.descriptor,
                        .events = static_cast<short>(events),
                        .revents = 0});
    waiting_.push_back({.endpoint = &endpoint, .deadline = interest.deadline});
    if (interest.deadline && (!first_ || *interest.deadline < *first_)) first_ = interest.deadline;
  }

  std::vector<pollfd> entries_{};
  std::vector<Waiting> waiting_{};
  std::optional<Clock::time_point> first_{};
};

// Waits until its descriptor can be read, or has come to its end.
class Readability : public Endpoint {
 public:
  explicit Readability(int descriptor) : descriptor_(descriptor) {}
  bool is_there() const { return is_there_; }

  Interest interest() override { return {.descriptor = descriptor_, .reading = true}; }
  void on_readable() override { is_there_ = true; }

 private:
  int descriptor_;
  bool is_there_ = false;
};

}  // namespace

bool run_round(std::span<Endpoint* const> endpoints, bool waits) {
  Round round(endpoints);
  if (round.is_empty()) return false;
  if (round.wait(waits)) round.work();
  return true;
}

bool run_until_readable(int descriptor, std::span<Endpoint* const> endpoints,
                        const std::function<bool()>& stops) {
  Readability readability(descriptor);
  std::vector<Endpoint*> all(endpoints.begin(), endpoints.end());
  all.push_back(&readability);
  while (!stops()) {
    (void)run_round(all);
    if (readability.is_there()) return true;
  }
  return false;
}

bool run_reactor(std::span<Endpoint* const> endpoints, const std::function<void()>& feed,
                 const std::function<bool()>& stops) {
  if (stops()) return false;
  while (true) {
    feed();
    if (!run_round(endpoints)) return true;
    if (stops()) return false;
  }
}

}  // namespace mcd
