#include "core/client/session.h"

#include "core/protocol/ascii.h"
#include "core/protocol/binary.h"
#include "core/protocol/meta.h"

namespace mcd {

Result<Session> Session::open(const Server& server, const Settings& settings) {
  Result<Connection> connection = Connection::open(server, settings.timeout);
  if (!connection) return std::move(connection.error());
  Session session(std::move(*connection), settings.protocol);
  if (settings.auth_user.empty()) return session;
  Status accepted = session.log_in(settings.auth_user, settings.auth_password);
  if (!accepted) return std::move(accepted.error());
  return session;
}

Status Session::log_in(const std::string& user, const std::string& password) {
  if (is_binary_) {
    Status accepted =
        connection_.exchange<Ok>(binary::auth_request(user, password), binary::parse_auth);
    // A server that knows no logins wants none.
    return accepted.code() == Code::error ? Ok{} : accepted;
  }
  // Where no login is wanted, the words of a login store an item: user and password, for all to
  // read.
  const Result<std::string> greeting = version();
  if (greeting) return Ok{};
  if (greeting.code() != Code::auth_failure) return greeting.error();
  return connection_.exchange<Ok>(ascii::auth_request(user, password), ascii::parse_auth);
}

Result<Item> Session::get(std::string_view key) {
  using Found = std::optional<Item>;
  Result<Found> found =
      is_binary_
          ? connection_.exchange<Found>(binary::get_request(key), binary::parse_get)
          : connection_.exchange<Found>(ascii::get_request(key), [key](std::string_view received) {
              return ascii::parse_get(key, received);
            });
  if (!found) return std::move(found.error());
  if (!*found) return Error{.code = Code::not_found};
  return std::move(**found);
}

Status Session::store(std::string_view key, const StoreRequest& request, std::uint32_t expiry) {
  const auto& make = is_binary_ ? binary::store_request : ascii::store_request;
  const auto& parse = is_binary_ ? binary::parse_store : ascii::parse_store;
  return connection_.exchange<Ok>(make(key, request, expiry), [&](std::string_view received) {
    return parse(request, received);
  });
}

Status Session::remove(std::string_view key) {
  return is_binary_ ? connection_.exchange<Ok>(binary::delete_request(key), binary::parse_delete)
                    : connection_.exchange<Ok>(ascii::delete_request(key), ascii::parse_delete);
}

Status Session::touch(std::string_view key, std::uint32_t expiry) {
  return is_binary_
             ? connection_.exchange<Ok>(binary::touch_request(key, expiry), binary::parse_touch)
             : connection_.exchange<Ok>(ascii::touch_request(key, expiry), ascii::parse_touch);
}

Result<std::uint64_t> Session::add_to_counter(std::string_view key, Increment increment) {
  using Number = std::uint64_t;
  if (!is_binary_) {
    return connection_.exchange<Number>(ascii::arithmetic_request(key, increment),
                                        ascii::parse_arithmetic);
  }
  return connection_.exchange<Number>(binary::arithmetic_request(key, increment),
                                      [increment](std::string_view received) {
                                        return binary::parse_arithmetic(increment, received);
                                      });
}

Result<std::string> Session::version() {
  return is_binary_
             ? connection_.exchange<std::string>(binary::version_request(), binary::parse_version)
             : connection_.exchange<std::string>(ascii::version_request(), ascii::parse_version);
}

Result<std::int64_t> Session::ttl(std::string_view key) {
  if (is_binary_) {
    return Error{.code = Code::not_supported,
                 .reason = "the binary protocol does not report the time to live"};
  }
  std::string request;
  (void)meta::append_get_ttl(request, key);
  return connection_.exchange<std::int64_t>(request, meta::parse_ttl);
}

Result<Stats> Session::stats(std::string_view group) {
  if (is_binary_) {
    return connection_.exchange<Stats>(binary::stats_request(group), binary::parse_stats);
  }
  return connection_.exchange<Stats>(
      ascii::stats_request(group),
      [group](std::string_view received) { return ascii::parse_stats(group, received); });
}

Status Session::flush() {
  return is_binary_ ? connection_.exchange<Ok>(binary::flush_request(), binary::parse_flush)
                    : connection_.exchange<Ok>(ascii::flush_request(), ascii::parse_flush);
}

}  // namespace mcd
