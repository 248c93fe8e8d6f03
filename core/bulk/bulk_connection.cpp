#include "core/bulk/bulk_connection.h"

#include <cstddef>
#include <utility>

#include "core/base/concurrent_calls.h"
#include "core/client/refusal.h"
#include "core/client/session.h"
#include "core/protocol/ascii.h"
#include "core/protocol/meta.h"
#include "core/protocol/metadump.h"

namespace mcd {
namespace {

Result<Session> open_session(const Server& server, const Settings& settings) {
  if (settings.protocol == Protocol::binary && !settings.auth_user.empty()) {
    return Error{.code = Code::not_supported,
                 .reason =
                     "this requires the ASCII protocol, and the settings have a login and the "
                     "binary protocol",
                 .advice =
                     "set protocol to ascii; a server that takes the login by the binary protocol "
                     "(memcached -S, SASL) has to be started with -Y for this"};
  }
  Settings ascii = settings;
  ascii.protocol = Protocol::ascii;
  return Session::open(server, ascii);
}

// What `open` makes of each server, all at once.
template <typename Opened>
std::vector<Opened> open_all(const Settings& settings,
                             Opened (*open)(const Server&, const Settings&)) {
  ConcurrentCalls<Opened> calls(settings.servers.size(), [&](std::size_t server) {
    return open(settings.servers[server], settings);
  });
  std::vector<Opened> opened;
  opened.reserve(settings.servers.size());
  for (std::size_t server = 0; server < settings.servers.size(); ++server) {
    opened.push_back(calls.take(server));
  }
  return opened;
}

BulkConnections open_both(const Server& server, const Settings& settings) {
  Result<MetaConnection> meta = open_for_meta(server, settings);
  if (!meta) return {.listing = meta.error(), .meta = meta.error()};  // no second timeout
  return {.listing = open_for_listing(server, settings), .meta = std::move(meta)};
}

}  // namespace

Result<ListingConnection> open_for_listing(const Server& server, const Settings& settings) {
  Result<Session> session = open_session(server, settings);
  if (!session) return std::move(session.error());
  const Result<Stats> stats = session->stats();
  // memcached's own proxy closes the connection where it is asked for a list.
  if (stats && value_of(*stats, "proxy_conn_requests")) return metadump::cannot_list();
  // One that does not know the word may be able to list all the same.
  if (!stats && stats.code() != Code::error) return refusal_or(stats.error(), server, settings);
  const auto count = [&stats](std::string_view name) {
    return stats ? count_of(*stats, name).value_or(0) : 0;
  };
  return ListingConnection{.connection = std::move(*session).take_connection(),
                           .counts = {.items = count("curr_items"),
                                      .stores = count("total_items"),
                                      .evictions = count("evictions"),
                                      .process = count("pid"),
                                      .started = count("time") - count("uptime")}};
}

Result<MetaConnection> open_for_meta(const Server& server, const Settings& settings) {
  Result<Session> session = open_session(server, settings);
  if (!session) return std::move(session.error());
  Connection connection = std::move(*session).take_connection();
  Status known = connection.exchange<Ok>(meta::noop_request(), meta::parse_noop);
  if (!known) return refusal_or(std::move(known.error()), server, settings);
  const Result<std::string> version =
      connection.exchange<std::string>(ascii::version_request(), ascii::parse_version);
  if (!version && version.code() != Code::error) return version.error();
  return MetaConnection{.connection = std::move(connection),
                        .dialect = meta::dialect_of(version ? *version : std::string())};
}

Result<MetaConnection> open_for_storing(const Server& server, const Settings& settings) {
  Result<MetaConnection> meta = open_for_meta(server, settings);
  if (meta || meta.code() != Code::not_supported) return meta;
  Result<Session> session = open_session(server, settings);
  if (!session) return std::move(session.error());
  // Whoever answers nothing that is known would run a value as a command here, too.
  if (!session->version()) return meta;
  return MetaConnection{.connection = std::move(*session).take_connection(),
                        .dialect = meta::Dialect::plain};
}

std::vector<Result<ListingConnection>> open_all_for_listing(const Settings& settings) {
  return open_all(settings, open_for_listing);
}

std::vector<Result<MetaConnection>> open_all_for_storing(const Settings& settings) {
  return open_all(settings, open_for_storing);
}

std::vector<BulkConnections> open_all_for_both(const Settings& settings) {
  return open_all(settings, open_both);
}

}  // namespace mcd
