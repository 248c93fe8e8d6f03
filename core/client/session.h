// A logged-in connection to one server, speaking the configured protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/client/connection.h"
#include "core/items/item.h"
#include "core/items/store.h"
#include "core/protocol/stat.h"
#include "core/settings/settings.h"

namespace mcd {

// The operations of core/items/store.h on one server, with wire keys and expiries as expiry_of()
// gives them; they fail as those there do, in the same results on both protocols. One thread at a
// time. After a failure other than a clear answer about the item (is_expected_outcome) the session
// must be dropped. Its errors have no attempt and no place.
class Session {
 public:
  // Logs in if a user is configured and the server wants it. Fails as Connection::open() does, or
  // with auth_failure.
  static Result<Session> open(const Server& server, const Settings& settings);

  Result<Item> get(std::string_view key);
  Status store(std::string_view key, const StoreRequest& request, std::uint32_t expiry);
  Status remove(std::string_view key);
  Status touch(std::string_view key, std::uint32_t expiry);
  Result<std::uint64_t> add_to_counter(std::string_view key, Increment increment);
  Result<std::string> version();
  // The seconds that the item has left, -1 for ever. Not on the binary protocol, which has no
  // words for it: not_supported; likewise where the server does not support meta commands.
  Result<std::int64_t> ttl(std::string_view key);

  bool is_closed() const { return connection_.is_closed(); }
  // The connection, logged in, for what a session has no call for.
  Connection take_connection() && { return std::move(connection_); }
  // What the server tells of itself: in general, or of a group such as items. `group` is one word.
  // Fails with unknown_stat_key where the server has no such group.
  Result<Stats> stats(std::string_view group = {});
  // Makes every item of the server invalid, whoever stored it.
  Status flush();

 private:
  // Where the server wants a login; in ASCII it is asked whether it does.
  Status log_in(const std::string& user, const std::string& password);

  Session(Connection connection, Protocol protocol)
      : connection_(std::move(connection)), is_binary_(protocol == Protocol::binary) {}

  Connection connection_;
  bool is_binary_;
};

}  // namespace mcd
