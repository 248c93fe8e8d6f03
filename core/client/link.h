// One server of the cluster as a store sees it: its session, opened when it is first needed and
// dropped when it failed, and a memory of timeouts.
#pragma once

#include <optional>
#include <utility>

#include "core/client/recent_timeout.h"
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

  // The error to return in place of asking, for a second after a timeout.
  std::optional<Error> recent_timeout() const { return timeout_.refusal(); }

  const Server& server() const { return server_; }

 private:
  Server server_;
  const Settings& settings_;
  std::optional<Session> session_;
  RecentTimeout timeout_;
};

}  // namespace mcd
