// Who may connect to a service: networks as they are written on the command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/service/address.h"
#include "core/base/result.h"

namespace mcd::cli {

// The addresses whose first bits are those of `address`; the others are 0 there.
struct Network {
  Address address{};  // its scope is 0 where any interface will do
  unsigned bits = 0;  // of 128, as those of IPv4 stand after 96 others

  bool contains(const Address& peer) const;
};

// "10.1.2.0/24", "fd00::/8", "10.1.2.3"; nothing where not a network.
std::optional<Network> parse_network(std::string_view text);

// An immutable value: safe from any thread.
class Admission {
 public:
  // The networks whose addresses may connect; with none, it is this machine alone. Fails with
  // argument_needed.
  static Result<Admission> make(const std::vector<std::string>& networks);

  // Whether any network was named.
  bool is_open() const { return !networks_.empty(); }
  bool allows(const Address& peer) const;

 private:
  std::vector<Network> networks_{};
};

}  // namespace mcd::cli
