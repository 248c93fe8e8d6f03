#include "cli/service/admission.h"

#include <algorithm>
#include <utility>

#include "cli/command/context.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

// The address with nothing but its first bits.
Address masked(Address address, unsigned bits) {
  for (std::uint8_t& byte : address.bytes) {
    const unsigned kept = std::min(bits, 8U);
    byte = static_cast<std::uint8_t>(byte & (0xff00U >> kept));
    bits -= kept;
  }
  return address;
}

}  // namespace

bool Network::contains(const Address& peer) const {
  // What a network of IPv6 takes in is not an address of IPv4, though those stand among the others
  // here.
  if (peer.is_v4() && bits < mapped_bits) return false;
  // A link-local address comes with its interface, which matters only where one was named.
  const bool is_on_link = address.scope == 0 || address.scope == peer.scope;
  return is_on_link && masked(peer, bits).bytes == address.bytes;
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  const auto address = parse_address(host);
  if (!address) return std::nullopt;
  const bool is_v6 = host.find(':') != std::string_view::npos;
  const unsigned before = is_v6 ? 0 : mapped_bits;  // bits that are not written
  if (slash == std::string_view::npos) return Network{*address, address_bits};
  const auto bits = parse_unsigned(text.substr(slash + 1));
  if (!bits || *bits > address_bits - before) return std::nullopt;
  const unsigned length = before + static_cast<unsigned>(*bits);
  return Network{masked(*address, length), length};
}

Result<Admission> Admission::make(const std::vector<std::string>& networks) {
  Admission admission;
  for (const std::string& text : networks) {
    const auto network = parse_network(text);
    if (!network) {
      Error error = bad_option("allow", text, "not a network");
      error.advice = "write it as 10.0.0.0/8";
      return error;
    }
    admission.networks_.push_back(*network);
  }
  return admission;
}

bool Admission::allows(const Address& peer) const {
  if (!is_open()) return peer.is_loopback();
  return std::ranges::any_of(networks_,
                             [&](const Network& network) { return network.contains(peer); });
}

}  // namespace mcd::cli
