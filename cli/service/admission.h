// Who may connect to a service, and where it listens: addresses and networks as they are written on
// the command line.
#pragma once

#include <asio/ip/address.hpp>
#include <asio/ip/network_v4.hpp>
#include <asio/ip/network_v6.hpp>
#include <asio/ip/tcp.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mcd::cli {

// An address of this machine, with a port or without: "127.0.0.1:4573", "[::1]:4573", "::1". Port 0
// is one of the system's choice. Fails with argument_needed.
Result<asio::ip::tcp::endpoint> parse_endpoint(std::string_view text, unsigned short default_port);

// IPv4 addresses may come as IPv6 ones (::ffff:10.1.2.3), as sockets for both have them: the
// address as people write it.
asio::ip::address plain_address(const asio::ip::address& address);

// An immutable value: safe from any thread.
class Admission {
 public:
  // The networks whose addresses may connect ("10.1.2.0/24", "fd00::/8", "10.1.2.3"); with none, it
  // is this machine alone. Fails with argument_needed.
  static Result<Admission> make(const std::vector<std::string>& networks);

  // Whether any network was named.
  bool is_open() const { return !v4_.empty() || !v6_.empty(); }
  bool allows(const asio::ip::address& peer) const;

 private:
  void add(const asio::ip::network_v6& network);

  std::vector<asio::ip::network_v4> v4_{};
  std::vector<asio::ip::network_v6> v6_{};
};

}  // namespace mcd::cli
