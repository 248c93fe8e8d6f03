// The servers of a cluster, and which of them a key lives on. Nothing here connects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mcd {

inline constexpr std::uint16_t default_port = 11211;

struct Server {
  enum class Kind : std::uint8_t { tcp, unix_socket };

  Kind kind = Kind::tcp;
  std::string host;  // name or address (IPv6 without brackets); for a unix socket its path
  std::uint16_t port = default_port;  // 0 for a unix socket
  std::uint32_t weight = 1;           // counts under ketama-weighted only

  bool operator==(const Server&) const = default;
};

// `host`, `host:port`, `[v6]`, `[v6]:port` or `/path/to/socket`, each with an optional `/?weight`.
// Fails with invalid_arguments, and a reason.
Result<Server> parse_server(std::string_view text);
// The same text for a message, without a login in it: messages go into logs.
std::string quote_server(std::string_view text);
// Whether what is not a server is several, with commas or blanks between them: for messages.
bool is_server_list(std::string_view text);

// What parse_server() takes, with the port always, and the weight where it is not 1.
std::string to_string(const Server& server);

// The same without the weight: how messages and listings name a server.
std::string address_of(const Server& server);

// For each server the place of the first one with the same address: its own, unless it is listed
// more than once, for a larger share of the keys.
std::vector<std::size_t> first_places(std::span<const Server> servers);

// The names that the settings take, the default first. They are libmemcached's hashes and
// distributions; "default" is one-at-a-time under modula and consistent, MD5 under the ketamas.
std::span<const std::string_view> hash_names();
std::span<const std::string_view> distribution_names();

// Maps keys to servers exactly as libmemcached does. The module's own rule, one-at-a-time and
// modula, is computed here; the others are libmemcached's to compute. Movable; index_of() may be
// called from one thread at a time.
class Topology {
 public:
  // `servers` in the order of the settings, which counts. Fails with no_servers (none),
  // invalid_arguments (a name that is not in the lists above, a hash libmemcached was built
  // without, more than 100 servers with a distribution other than modula), or not_supported
  // (libmemcached is to compute it, and is not installed).
  static Result<Topology> make(std::vector<Server> servers, std::string_view hash,
                               std::string_view distribution);

  // The index in servers() of the server that `key` belongs to; the key without the prefix, which
  // res_memcached does not hash either.
  std::size_t index_of(std::string_view key) const;

  const std::vector<Server>& servers() const { return servers_; }

 private:
  class Ring;  // libmemcached's

  struct FreeRing {
    void operator()(Ring* ring) const;
  };

  explicit Topology(std::vector<Server> servers) : servers_(std::move(servers)) {}

  std::vector<Server> servers_;
  std::unique_ptr<Ring, FreeRing> ring_;  // none where the module's rule applies
};

}  // namespace mcd
