#include "cli/service/admission.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "cli/command/context.h"
#include "core/base/text.h"

namespace mcd::cli {

Result<asio::ip::tcp::endpoint> parse_endpoint(std::string_view text, unsigned short default_port) {
  const auto refuse = [text](std::string reason) {
    Error error = bad_option("listen", text, std::move(reason));
    error.advice = "use an address of this machine: 127.0.0.1:4573 or [::1]:4573";
    return error;
  };
  std::string_view host = text;
  std::uint64_t port = default_port;
  const bool is_bare_v6 = !text.starts_with('[') && text.find(':') != text.rfind(':');
  const std::size_t colon = text.rfind(':');
  const bool has_port = !is_bare_v6 && colon != std::string_view::npos &&
                        (!text.starts_with('[') || text[colon - 1] == ']');
  if (has_port) {
    const auto number = parse_unsigned(text.substr(colon + 1));
    if (!number || *number > std::numeric_limits<unsigned short>::max()) {
      return refuse("the port is not a number from 0 to 65535");
    }
    port = *number;
    host = text.substr(0, colon);
  }
  const bool has_brackets = host.starts_with('[') && host.ends_with(']');
  if (has_brackets) host = host.substr(1, host.size() - 2);
  asio::error_code problem;
  const auto address = asio::ip::make_address(std::string(host), problem);
  if (problem || (has_brackets && address.is_v4())) return refuse("not an address");
  return asio::ip::tcp::endpoint(address, static_cast<unsigned short>(port));
}

asio::ip::address plain_address(const asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

Result<Admission> Admission::make(const std::vector<std::string>& networks) {
  Admission admission;
  for (const std::string& text : networks) {
    asio::error_code problem;
    const bool is_v6 = text.find(':') != std::string::npos;
    const std::string whole =
        text.find('/') == std::string::npos ? text + (is_v6 ? "/128" : "/32") : text;
    if (is_v6) {
      const auto network = asio::ip::make_network_v6(whole, problem);
      if (!problem) admission.add(network.canonical());
    } else {
      const auto network = asio::ip::make_network_v4(whole, problem);
      if (!problem) admission.v4_.push_back(network.canonical());
    }
    if (problem) {
      Error error = bad_option("allow", text, "not a network");
      error.advice = "write it as 10.0.0.0/8";
      return error;
    }
  }
  return admission;
}

void Admission::add(const asio::ip::network_v6& network) {
  constexpr unsigned short mapped_bits = 96;  // in front of the IPv4 address
  if (!network.address().is_v4_mapped() || network.prefix_length() < mapped_bits) {
    v6_.push_back(network);
    return;
  }
  const auto address = asio::ip::make_address_v4(asio::ip::v4_mapped, network.address());
  v4_.emplace_back(address, static_cast<unsigned short>(network.prefix_length() - mapped_bits));
}

bool Admission::allows(const asio::ip::address& peer) const {
  const asio::ip::address address = plain_address(peer);
  if (!is_open()) return address.is_loopback();
  // A network has no "contains" for one address but by the address's own network.
  if (address.is_v4()) {
    return std::ranges::any_of(v4_, [&](const asio::ip::network_v4& network) {
      return asio::ip::network_v4(address.to_v4(), network.prefix_length()).canonical() == network;
    });
  }
  return std::ranges::any_of(v6_, [&](const asio::ip::network_v6& network) {
    asio::ip::address_v6 asking = address.to_v6();
    // A link-local address comes with its interface, which matters only where one was named.
    if (network.address().scope_id() == 0) asking.scope_id(0);
    return asio::ip::network_v6(asking, network.prefix_length()).canonical() == network;
  });
}

}  // namespace mcd::cli
