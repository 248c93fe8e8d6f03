#include "core/client/wait_watch.h"

#include <algorithm>

namespace mcd {
namespace {

using Clock = std::chrono::steady_clock;

// A pointer, and no object: nothing is left to run when the thread ends, so a plugin can be
// unloaded before.
thread_local WaitWatch* watch_of_thread = nullptr;

}  // namespace

WaitWatch::WaitWatch(const Actions& actions) : actions_(actions) {
  if (actions_.begin != nullptr) watch_of_thread = this;
}

WaitWatch::~WaitWatch() {
  if (watch_of_thread == this) watch_of_thread = nullptr;
  if (has_begun_ && actions_.end != nullptr) actions_.end(actions_.data);
}

std::chrono::nanoseconds WaitWatch::next_wait(std::chrono::nanoseconds left) {
  return watch_of_thread == nullptr ? left : watch_of_thread->portion_of(left);
}

std::chrono::nanoseconds WaitWatch::portion_of(std::chrono::nanoseconds left) {
  if (has_begun_) return left;
  const Clock::time_point now = Clock::now();
  if (!has_waited_) {
    has_waited_ = true;
    first_wait_ = now;
  }
  const Clock::time_point begin = first_wait_ + actions_.after;
  if (now < begin) return std::min(left, std::chrono::nanoseconds(begin - now));
  has_begun_ = true;
  actions_.begin(actions_.data);
  return left;
}

}  // namespace mcd
