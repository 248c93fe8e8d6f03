// The memory of a server's last timeout.
#pragma once

#include <chrono>
#include <optional>

#include "core/base/result.h"

namespace mcd {

// A server that just kept somebody waiting for the whole timeout is not asked again for a second: a
// command on many keys, or a service, must not wait that long for each of them. One thread at a
// time.
class RecentTimeout {
 public:
  using Clock = std::chrono::steady_clock;

  // Takes note of a failure at the server; one that is not a timeout changes nothing.
  void note(const Error& error, Clock::time_point now = Clock::now());
  // The error to return in place of asking the server, as long as the pause lasts: a timeout.
  std::optional<Error> refusal(Clock::time_point now = Clock::now()) const;
  // Whether there was a timeout since it was made or forgot, however long ago.
  bool is_set() const { return error_.has_value(); }
  // The same error, however long ago; only where it is set.
  Error remembered() const;
  void forget() { error_.reset(); }

 private:
  std::optional<Error> error_{};
  Clock::time_point at_{};
};

}  // namespace mcd
