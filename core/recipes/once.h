// Something that happens at most once in a period, whoever does it.
#pragma once

#include "core/recipes/lock.h"

namespace mcd {

// Fails as Lock does. One thread at a time.
class Once {
 public:
  // `store` must outlive it. `period` must not be 0.
  Once(Store& store, Key key, LockRecord record, Ttl period)
      // An item may expire a second early; a period never ends early.
      : lock_(store, std::move(key), std::move(record), Ttl{period.seconds + 1}) {}

  // The turn of this period is ours. not_stored: it was somebody else's, whom the reason names.
  Status claim() { return lock_.take(LockPhase::held); }
  // Somebody else may have it: what it was claimed for has failed.
  Status give_up() { return lock_.release(); }

 private:
  Lock lock_;
};

}  // namespace mcd
