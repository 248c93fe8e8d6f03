// A logged-in connection to one server, speaking the configured protocol.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/config.h"
#include "core/connection.h"
#include "core/item.h"

namespace mcd {

// One thread at a time. After a failure other than a clear answer about the item
// (is_expected_outcome) it must be dropped. Its errors have no attempt and no place.
class Session {
 public:
  // Fails as Connection::open() does, or with auth_failure.
  static Result<Session> open(const Server& server, const Settings& settings);

  // The item, or that there is none. `key` is a wire key.
  Result<std::optional<Item>> get(std::string_view key);
  Result<std::string> version();

  // For requests that only one of the protocols has.
  Connection& connection() { return connection_; }

 private:
  Session(Connection connection, Protocol protocol)
      : connection_(std::move(connection)), protocol_(protocol) {}

  Connection connection_;
  Protocol protocol_;
};

}  // namespace mcd
