#include "cli/service/address.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <limits>

#include "cli/command/context.h"
#include "core/base/text.h"

namespace mcd::cli {
namespace {

constexpr std::array<std::uint8_t, mapped_bits / 8> mapped_prefix = {0, 0, 0, 0, 0,    0,
                                                                     0, 0, 0, 0, 0xff, 0xff};

// Such addresses are the same on every link, so that an interface belongs to them.
bool is_of_a_link(const Address& address) {
  const bool is_unicast = address.bytes[0] == 0xfe && (address.bytes[1] & 0xc0U) == 0x80;
  const bool is_multicast = address.bytes[0] == 0xff && (address.bytes[1] & 0x0fU) == 0x02;
  return is_unicast || is_multicast;
}

// What stands after the % of an address; nothing where there is no such interface.
std::optional<std::uint32_t> parse_scope(const std::string& text) {
  const auto number = parse_unsigned(text);
  if (number && *number > 0 && *number <= std::numeric_limits<std::uint32_t>::max()) {
    return static_cast<std::uint32_t>(*number);
  }
  const unsigned index = ::if_nametoindex(text.c_str());
  return index == 0 ? std::nullopt : std::optional<std::uint32_t>(index);
}

std::string scope_of(const Address& address) {
  if (address.scope == 0) return "";
  char name[IF_NAMESIZE];
  const bool is_known = is_of_a_link(address) && ::if_indextoname(address.scope, name) != nullptr;
  return "%" + (is_known ? std::string(name) : std::to_string(address.scope));
}

}  // namespace

bool Address::is_v4() const {
  return std::ranges::equal(mapped_prefix, std::span(bytes).first<mapped_prefix.size()>());
}

bool Address::is_loopback() const {
  constexpr std::array<std::uint8_t, 16> v6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return bytes == v6 || (is_v4() && bytes[mapped_prefix.size()] == 127);
}

std::optional<Address> parse_address(std::string_view text) {
  // inet_pton() ends at a NUL byte.
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  Address address;
  if (text.find(':') == std::string_view::npos) {
    std::ranges::copy(mapped_prefix, address.bytes.begin());
    const bool is_one = ::inet_pton(AF_INET, std::string(text).c_str(),
                                    address.bytes.data() + mapped_prefix.size()) == 1;
    return is_one ? std::optional(address) : std::nullopt;
  }
  const std::size_t mark = text.find('%');
  if (mark != std::string_view::npos) {
    const auto scope = parse_scope(std::string(text.substr(mark + 1)));
    if (!scope) return std::nullopt;
    address.scope = *scope;
  }
  const std::string plain(text.substr(0, mark));
  if (::inet_pton(AF_INET6, plain.c_str(), address.bytes.data()) != 1) return std::nullopt;
  if (address.is_v4()) address.scope = 0;
  return address;
}

std::string to_string(const Address& address) {
  char text[INET6_ADDRSTRLEN];
  const bool is_v4 = address.is_v4();
  const std::size_t start = is_v4 ? mapped_prefix.size() : 0;
  ::inet_ntop(is_v4 ? AF_INET : AF_INET6, address.bytes.data() + start, text, sizeof text);
  return text + scope_of(address);
}

Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port) {
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
    if (!number || *number > std::numeric_limits<std::uint16_t>::max()) {
      return refuse("the port is not a number from 0 to 65535");
    }
    port = *number;
    host = text.substr(0, colon);
  }
  const bool has_brackets = host.starts_with('[') && host.ends_with(']');
  if (has_brackets) host = host.substr(1, host.size() - 2);
  const auto address = parse_address(host);
  const bool is_v6 = host.find(':') != std::string_view::npos;
  if (!address || (has_brackets && !is_v6)) return refuse("not an address");
  return Endpoint{*address, static_cast<std::uint16_t>(port)};
}

std::string to_string(const Endpoint& endpoint) {
  return host_and_port(to_string(endpoint.address), endpoint.port);
}

}  // namespace mcd::cli
