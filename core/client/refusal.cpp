#include "core/client/refusal.h"

#include <utility>

#include "core/client/session.h"

namespace mcd {

Error refusal_or(Error error, const Server& server, const Settings& settings) {
  if (error.code != Code::connection_failure) return error;
  Result<Session> session = Session::open(server, settings);
  if (!session || !session->version()) return error;
  return {.code = Code::not_supported,
          .where = std::move(error.where),
          .reason =
              "the server closed the connection instead of answering, as proxies do when "
              "they do not know a command",
          .advice = "name the servers themselves with --server, not a proxy in front of them"};
}

}  // namespace mcd
