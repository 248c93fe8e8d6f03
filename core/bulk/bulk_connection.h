// Connections for bulk work: in ASCII, whatever protocol is configured, since listing and meta
// commands are found there only. Errors have no attempt and no place. Thread-safe; all block, for
// the configured timeout in each step: connect, login, question.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/client/connection.h"
#include "core/settings/settings.h"

namespace mcd {

struct ListingConnection {
  Connection connection;
  std::uint64_t items = 0;  // that the server holds, ended ones among them; 0 if it does not say
};

// Logged in. Fails as Session::open() does, or with not_supported where the configured login is for
// the binary protocol.
Result<ListingConnection> open_for_listing(const Server& server, const Settings& settings);

// Logged in likewise, and the server has meta commands (not_supported otherwise): one that has not
// would run the value behind a set as a command.
Result<Connection> open_for_meta(const Server& server, const Settings& settings);

// What bulk work needs at one server.
struct BulkConnections {
  Result<ListingConnection> listing;
  Result<Connection> meta;
};

// All configured servers, in their order, opened at the same time, so that several dead ones cost
// no more time than one.
std::vector<Result<ListingConnection>> open_all_for_listing(const Settings& settings);
std::vector<Result<Connection>> open_all_for_meta(const Settings& settings);
std::vector<BulkConnections> open_all_for_both(const Settings& settings);

}  // namespace mcd
