#include "core/client/link.h"

namespace mcd {

Result<Session*> Link::open_session() {
  if (auto refusal = recent_timeout()) return std::move(*refusal);
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
  timeout_.note(error);
  return error;
}

}  // namespace mcd
