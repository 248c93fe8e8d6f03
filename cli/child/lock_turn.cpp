#include "cli/child/lock_turn.h"

#include <algorithm>
#include <chrono>

#include "cli/child/pauses.h"
#include "core/base/boot_clock.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// Whoever had to wait begins only when a holder that lost the lock can't be at work any more.
Status settle(Lock& lock, Supervisor& supervisor) {
  supervisor.sleep_until(BootClock::now() + Lock::settling);
  if (supervisor.interrupt() != 0) return lock.release();
  const Result<Lock::State> state = lock.renew(LockPhase::held);
  if (!state) return state.error();
  if (*state == Lock::State::ours) return Ok{};
  return Error{.code = Code::not_stored,
               .attempt = "lock " + quote(lock.key().text()),
               .reason = lock.holder()};
}

}  // namespace

Status take_turn(Lock& lock, Ttl wait, Supervisor& supervisor) {
  const Moment end = BootClock::now() + std::chrono::seconds(wait.seconds);
  Status taken = lock.take_at_once();
  Pauses pauses;
  while (taken.code() == Code::not_stored && supervisor.interrupt() == 0) {
    const Moment now = BootClock::now();
    if (now >= end) break;
    supervisor.sleep_until(std::min(end, now + pauses.next()));
    if (supervisor.interrupt() != 0) break;
    taken = lock.take(LockPhase::pending);
    if (taken) taken = settle(lock, supervisor);
  }
  return taken;
}

}  // namespace mcd::cli
