#include "cli/child/lock_keeper.h"

#include <algorithm>
#include <utility>

namespace mcd::cli {
namespace {

// Whether the server is gone, and its items with it, rather than slow.
bool is_gone(const Error& error) {
  return error.code == Code::connection_failure || error.code == Code::fail_unix_socket ||
         error.code == Code::unknown_read_failure;
}

std::chrono::milliseconds third_of(Ttl ttl) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::seconds(ttl.seconds)) /
         3;
}

}  // namespace

std::chrono::milliseconds LockKeeper::longest_kill_after(Ttl ttl) {
  return 2 * third_of(ttl) - Lock::clock_step - kill_margin - least_patience;
}

LockKeeper::LockKeeper(Lock& lock, Supervisor& supervisor, std::chrono::milliseconds kill_after,
                       OnLost on_lost, std::function<void(const std::string& why)> report)
    : lock_(lock),
      supervisor_(supervisor),
      kill_after_(kill_after),
      on_lost_(on_lost),
      report_(std::move(report)) {
  expect_end();
  next_look_ = BootClock::now() + Lock::look_interval;
}

void LockKeeper::expect_end() {
  renewed_ = BootClock::now();
  if (on_lost_ == OnLost::go_on) return;
  const Moment kill = lock_.end() - kill_margin;
  supervisor_.stop_at(kill - kill_after_, kill, [this] {
    report_(trouble_.empty() ? "it could not be renewed in time" : trouble_);
    next_look_.reset();
  });
}

void LockKeeper::attend() {
  if (supervisor_.is_stopping()) {
    next_look_.reset();
    return;
  }
  const bool renews = BootClock::now() >= renewed_ + third_of(lock_.ttl());
  const auto ask = [&] { return renews ? lock_.renew(LockPhase::held) : lock_.look(); };
  Result<Lock::State> state = ask();
  // The connection may be all that broke.
  if (!state && is_gone(state.error())) state = ask();
  next_look_ = BootClock::now() + Lock::look_interval;
  if (!state) {
    trouble_ = describe(state.error());
    if (is_gone(state.error())) lose(trouble_);
    return;
  }
  if (*state == Lock::State::ours) {
    if (renews) expect_end();
    return;
  }
  const std::string why = *state == Lock::State::gone
                              ? "its item was deleted, flushed or evicted, or its server restarted"
                              : "it is " + lock_.holder();
  // Nobody else is to begin while the command ends.
  if (on_lost_ == OnLost::stop) (void)lock_.take_back();
  lose(why);
}

void LockKeeper::lose(const std::string& why) {
  next_look_.reset();
  if (on_lost_ == OnLost::go_on) {
    report_(why);
    return;
  }
  const Moment now = BootClock::now();
  supervisor_.stop_at(now, now + kill_after_, [this, why] { report_(why); });
}

}  // namespace mcd::cli
