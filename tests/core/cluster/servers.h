// Servers, as values.
#pragma once

#include <string>

#include "core/cluster/topology.h"
#include "tests/support/random_bytes.h"

namespace mcd {

inline Server tcp(std::string host, std::uint16_t port = 11211, std::uint32_t weight = 1) {
  return {.kind = Server::Kind::tcp, .host = std::move(host), .port = port, .weight = weight};
}

inline Server unix_socket(std::string path, std::uint32_t weight = 1) {
  return {.kind = Server::Kind::unix_socket, .host = std::move(path), .port = 0, .weight = weight};
}

}  // namespace mcd
