// Host names to addresses, within a deadline: a dialplan must not hang on a dead name server.
#pragma once

#include <netdb.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"

namespace mcd {

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

bool is_numeric_address(const std::string& host);

// The stream addresses of `host`, at least one. Numeric ones cost no look-up. Fails with
// host_lookup_failure (unknown, or no name server) or timeout. Thread-safe.
Result<Addresses> resolve(const std::string& host, std::uint16_t port,
                          std::chrono::steady_clock::time_point deadline);

}  // namespace mcd
