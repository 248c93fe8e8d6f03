#include "core/session.h"

#include "core/protocol_ascii.h"
#include "core/protocol_binary.h"

namespace mcd {

Result<Session> Session::open(const Server& server, const Settings& settings) {
  Result<Connection> connection = Connection::open(server, settings.timeout);
  if (!connection) return std::move(connection.error());
  if (!settings.auth_user.empty()) {
    const bool is_binary = settings.protocol == Protocol::binary;
    const auto& make = is_binary ? binary::auth_request : ascii::auth_request;
    const auto& parse = is_binary ? binary::parse_auth : ascii::parse_auth;
    Status accepted =
        connection->exchange<Ok>(make(settings.auth_user, settings.auth_password), parse);
    if (!accepted) return std::move(accepted.error());
  }
  return Session(std::move(*connection), settings.protocol);
}

Result<std::optional<Item>> Session::get(std::string_view key) {
  if (protocol_ == Protocol::binary) {
    return connection_.exchange<std::optional<Item>>(binary::get_request(key), binary::parse_get);
  }
  return connection_.exchange<std::optional<Item>>(
      ascii::get_request(key),
      [key](std::string_view received) { return ascii::parse_get(key, received); });
}

Result<std::string> Session::version() {
  if (protocol_ == Protocol::binary) {
    return connection_.exchange<std::string>(binary::version_request(), binary::parse_version);
  }
  return connection_.exchange<std::string>(ascii::version_request(), ascii::parse_version);
}

}  // namespace mcd
