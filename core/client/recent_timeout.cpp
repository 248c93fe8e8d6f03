#include "core/client/recent_timeout.h"

namespace mcd {

void RecentTimeout::note(const Error& error, Clock::time_point now) {
  if (error.code != Code::timeout) return;
  error_ = error;
  at_ = now;
}

std::optional<Error> RecentTimeout::refusal(Clock::time_point now) const {
  constexpr std::chrono::seconds pause(1);
  if (!error_ || now - at_ > pause) return std::nullopt;
  return remembered();
}

Error RecentTimeout::remembered() const {
  Error error = error_.value_or(Error{.code = Code::timeout});
  error.reason = "it timed out less than a second ago, so it was not asked again";
  error.advice = "see with 'mcdctl ping' whether the server answers";
  return error;
}

}  // namespace mcd
