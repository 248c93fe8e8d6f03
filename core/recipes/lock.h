// A lock that one of many holds at a time, for as long as the item under its key lives.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "core/base/boot_clock.h"
#include "core/base/result.h"
#include "core/items/key.h"
#include "core/items/store.h"
#include "core/items/ttl.h"
#include "core/recipes/lock_record.h"

namespace mcd {

// What memcached can promise: nobody else gets the lock before end(), as long as the item stays. It
// goes with a deletion, a flush, an eviction or a restart, and then whoever comes next gets it.
//
// So a holder looks at it now and then. Where the item is gone, or taken by somebody who is still
// pending, the holder takes it back, ends its work, and only then releases it. A client that
// had to wait for a lock takes it as pending, gives a holder `settling` to do that, and begins if
// renew() still finds the lock its own. One that comes right after a deletion and finds no item at
// all begins at once: nothing tells that from a lock which nobody held.
//
// Calls fail as those of the store do. One thread at a time.
class Lock {
 public:
  using Time = BootClock::time_point;
  using Clock = std::function<Time()>;

  // memcached counts in whole seconds; an item may expire this much early.
  static constexpr std::chrono::seconds clock_step{1};
  // How often a holder should look, and how long a pending one should wait.
  static constexpr std::chrono::milliseconds look_interval{250};
  static constexpr std::chrono::milliseconds settling{1000};

  // `store` must outlive it. `ttl` must not be 0, which would be forever.
  Lock(Store& store, Key key, LockRecord record, Ttl ttl, Clock clock = BootClock::now);

  // Takes it, if nobody has it; it is renewed where this one has it already. Fails with not_stored
  // where somebody else does, whom the reason names.
  Status take(LockPhase phase);
  // Takes it as held, in one attempt: who was refused, even by an item that is gone a moment later,
  // has found a holder, and waits as pending before it begins.
  Status take_at_once();

  enum class State : std::uint8_t { ours, others, gone };
  // Whose it is now.
  Result<State> look();
  // The same; where it is ours, it gets a new life and this phase.
  Result<State> renew(LockPhase phase);
  // After others or gone: whether it is ours again, in the phase `ending`.
  Result<bool> take_back();

  // Frees it where it is still ours.
  Status release();
  // The same after `ttl`, at least, and by itself.
  Status release_after(Ttl ttl);

  // Until when nobody else gets it, if the item stays. Measured from before a request was sent.
  Time end() const { return end_; }
  Ttl ttl() const { return ttl_; }
  // Who had it when this one was last refused, in words.
  const std::string& holder() const { return holder_; }
  const Key& key() const { return key_; }

 private:
  Status take(LockPhase phase, int most_attempts);
  // One attempt; gone where it was refused by an item that went before it was looked at.
  Result<State> try_to_take(LockPhase phase);
  Status write(StoreMode mode, LockPhase phase);

  Store& store_;
  Key key_;
  LockRecord record_;
  Ttl ttl_;
  Clock clock_;
  Time end_{};
  Item item_;  // as it was last seen
  std::string holder_;
};

}  // namespace mcd
