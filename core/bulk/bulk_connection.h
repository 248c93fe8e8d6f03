// Connections for bulk work: in ASCII, whatever protocol is configured, since listing and meta
// commands are found there only. Errors have no attempt and no place. Thread-safe; all block, for
// the configured timeout in each step: connect, login, question.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/client/connection.h"
#include "core/protocol/meta.h"
#include "core/settings/settings.h"

namespace mcd {

// What a server says of itself; 0 for what it does not say.
struct ServerCounts {
  std::uint64_t items = 0;  // that it holds, ended ones among them
  // Since it was started.
  std::uint64_t stores = 0;
  std::uint64_t evictions = 0;
  // Its process, and when that was started, in seconds since 1970, give or take one: equal for two
  // addresses of one server, but perhaps also for two containers.
  std::uint64_t process = 0;
  std::uint64_t started = 0;
};

struct ListingConnection {
  Connection connection;
  ServerCounts counts{};
};

// Logged in. Fails as Session::open() does, or with not_supported where the configured login is for
// the binary protocol.
Result<ListingConnection> open_for_listing(const Server& server, const Settings& settings);

struct MetaConnection {
  Connection connection;
  meta::Dialect dialect = meta::Dialect::current;
};

// Logged in likewise, and the server has meta commands (not_supported otherwise): one without them
// would run the value after a set as a command.
Result<MetaConnection> open_for_meta(const Server& server, const Settings& settings);
// The same for storing alone, which every server can do: by plain commands in the dialect `plain`
// where the server, or a proxy in front of it, has no meta commands.
Result<MetaConnection> open_for_storing(const Server& server, const Settings& settings);

// The connection alone, or why there is none.
template <typename Opened>
Result<Connection> connection_of(Result<Opened> opened) {
  if (!opened) return std::move(opened.error());
  return std::move(opened->connection);
}

// What bulk work needs at one server.
struct BulkConnections {
  Result<ListingConnection> listing;
  Result<MetaConnection> meta;
};

// All configured servers, in their order, opened at the same time, so that several dead ones cost
// no more time than one.
std::vector<Result<ListingConnection>> open_all_for_listing(const Settings& settings);
std::vector<Result<MetaConnection>> open_all_for_storing(const Settings& settings);
std::vector<BulkConnections> open_all_for_both(const Settings& settings);

}  // namespace mcd
