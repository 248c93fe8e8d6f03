// Who may connect: lines of networks, and below an empty line the addresses that ask.
#include "cli/service/admission.h"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.h"

namespace {

using mcd::cli::Address;
using mcd::cli::Admission;
using mcd::cli::Network;
using mcd::fuzz::require;

void check_address(std::string_view text) {
  const auto address = mcd::cli::parse_address(text);
  if (!address) return;
  const std::string written = mcd::cli::to_string(*address);
  require(mcd::escape(written) == written, "an address is written in printable characters");
  require(mcd::cli::parse_address(written) == *address, "an address is read as it is written");
  const auto itself = mcd::cli::parse_network(written);
  require(itself && itself->contains(*address), "an address is a network of itself");
}

void check_endpoint(std::string_view text) {
  const auto endpoint = mcd::cli::parse_endpoint(text, 4573);
  if (!endpoint) {
    require(endpoint.code() == mcd::Code::argument_needed, "a wrong address is argument_needed");
    return mcd::fuzz::require_printable(endpoint.error());
  }
  const auto again = mcd::cli::parse_endpoint(mcd::cli::to_string(*endpoint), 1);
  require(again && again->address == endpoint->address && again->port == endpoint->port,
          "an address and its port are read as they are written");
}

// Bit by bit, as one would say it.
bool shares_bits(const Address& left, const Address& right, unsigned bits) {
  for (unsigned bit = 0; bit < bits; ++bit) {
    const unsigned mask = 0x80U >> (bit % 8);
    if ((left.bytes[bit / 8] & mask) != (right.bytes[bit / 8] & mask)) return false;
  }
  return true;
}

bool is_in(const Network& network, const Address& peer) {
  if (network.bits < mcd::cli::mapped_bits && peer.is_v4()) return false;
  if (network.address.scope != 0 && network.address.scope != peer.scope) return false;
  return shares_bits(network.address, peer, network.bits);
}

void check_admission(const std::vector<std::string>& networks, const Address& peer) {
  const auto admission = Admission::make(networks);
  if (!admission) {
    require(admission.code() == mcd::Code::argument_needed, "a wrong network is argument_needed");
    return mcd::fuzz::require_printable(admission.error());
  }
  bool is_allowed = networks.empty() && peer.is_loopback();
  for (const std::string& text : networks) {
    const auto network = mcd::cli::parse_network(text);
    require(network && network->bits <= mcd::cli::address_bits, "a network was read before");
    require(network->contains(peer) == is_in(*network, peer), "a network has what begins with it");
    is_allowed = is_allowed || network->contains(peer);
  }
  require(admission->allows(peer) == is_allowed, "who is in a network may come, and nobody else");
  require(admission->is_open() == !networks.empty(), "it is open when somebody is named");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = mcd::fuzz::text_of(data, size);
  std::vector<std::string> networks;
  bool is_after = false;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    check_address(line);
    check_endpoint(line);
    is_after = is_after || line.empty();
    if (!is_after) {
      networks.emplace_back(line);
    } else if (const auto peer = mcd::cli::parse_address(line)) {
      check_admission(networks, *peer);
    }
  }
  check_admission(networks, Address{});
  // Whatever a socket may say of its other end.
  Address peer;
  if (size >= peer.bytes.size()) {
    std::copy_n(data, peer.bytes.size(), peer.bytes.begin());
    check_admission(networks, peer);
  }
  return 0;
}
