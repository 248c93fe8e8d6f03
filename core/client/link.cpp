#include "core/client/link.h"

namespace mcd {

Result<Session*> Link::open_session() {
  if (auto remembered = recent_timeout()) return std::move(*remembered);
  // A server that was restarted, or that closes idle connections, costs nobody a failure: nothing
  // was asked on that connection yet.
  if (session_ && session_->is_closed()) session_.reset();
  if (!session_) {
    Result<Session> opened = Session::open(server_, settings_);
    if (!opened) return fail(std::move(opened.error()));
    session_.emplace(std::move(*opened));
  }
  return &*session_;
}

Error Link::fail(Error error) {
  if (!is_expected_outcome(error.code)) session_.reset();
  error.where = address_of(server_);
  if (error.code == Code::timeout) {
    timeout_ = error;
    timeout_at_ = Clock::now();
  }
  return error;
}

std::optional<Error> Link::recent_timeout() const {
  constexpr std::chrono::seconds pause(1);
  if (!timeout_ || Clock::now() - timeout_at_ > pause) return std::nullopt;
  Error error = *timeout_;
  error.reason = "not tried again within a second of its last timeout";
  return error;
}

}  // namespace mcd
