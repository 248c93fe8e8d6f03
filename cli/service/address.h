// Addresses and ports as they are written on the command line, and as sockets have them. Bytes
// only; nothing here opens a socket.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mcd::cli {

// An IP address. One of IPv4 stands as the IPv6 address that it is mapped to (::ffff:10.1.2.3), as
// sockets for both have it, so that there is one way only to have it.
struct Address {
  std::array<std::uint8_t, 16> bytes{};  // in network order
  std::uint32_t scope = 0;               // the number of the interface; 0 where none is named

  bool is_v4() const;
  bool is_loopback() const;
  bool operator==(const Address&) const = default;
};

inline constexpr unsigned address_bits = 128;
// What stands in front of an address of IPv4.
inline constexpr unsigned mapped_bits = 96;

// "10.1.2.3", "fd00::1", "fe80::1%eth0" (or %2); nothing where not an address, or this machine
// has no such interface.
std::optional<Address> parse_address(std::string_view text);
// As people write it: "10.1.2.3", "fe80::1%eth0".
std::string to_string(const Address& address);

struct Endpoint {
  Address address{};
  std::uint16_t port = 0;
};

// Where the service listens unless told otherwise: the port is FastAGI's.
inline constexpr std::string_view default_listen = "127.0.0.1:4573";

// An address of this machine, with a port or without: "127.0.0.1:4573", "[::1]:4573", "::1". Port 0
// is one of the system's choice. Fails with argument_needed.
Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port);
// "127.0.0.1:4573", "[::1]:4573".
std::string to_string(const Endpoint& endpoint);

}  // namespace mcd::cli
