// One server of the cluster as a store sees it: its session, opened when it is first needed and
// dropped when it failed, and a memory of timeouts.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "core/client/session.h"
#include "core/settings/settings.h"

namespace mcd {

// One thread at a time. Its errors name the server.
class Link {
 public:
  // `settings` must outlive it.
  Link(Server server, const Settings& settings) : server_(std::move(server)), settings_(settings) {}

  // Puts `question`, a call that takes a Session& and returns Result<T>, to the server.
  template <typename T, typename Question>
  Result<T> ask(Question question) {
    Result<Session*> session = open_session();
    if (!session) return std::move(session.error());
    Result<T> answer = question(**session);
    if (!answer) return fail(std::move(answer.error()));
    return answer;
  }

  // The session, opened if need be; valid until the next failure.
  Result<Session*> open_session();

  // What to do about any failure at this server, on this connection or another: drops the session
  // where no byte of it can be trusted any more, names the server, and remembers timeouts.
  Error fail(Error error);

  // A server that just kept somebody waiting for the whole timeout is not asked again for a second:
  // a command on many keys, or a service, must not wait that long for each of them. This is the
  // error to return meanwhile.
  std::optional<Error> recent_timeout() const;

  const Server& server() const { return server_; }

 private:
  using Clock = std::chrono::steady_clock;

  Server server_;
  const Settings& settings_;
  std::optional<Session> session_;
  std::optional<Error> timeout_;
  Clock::time_point timeout_at_;
};

}  // namespace mcd
