#include "core/client/name_addresses.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/client/resolver.h"

namespace mcd {
namespace {

// In the order of their bytes.
template <typename Address, typename SocketAddress, Address SocketAddress::*member>
std::vector<std::string> texts_of(const addrinfo* first, int family) {
  std::vector<std::string> found;  // the bytes
  for (const addrinfo* one = first; one != nullptr; one = one->ai_next) {
    if (one->ai_family != family) continue;
    SocketAddress address;
    std::memcpy(&address, one->ai_addr, sizeof address);
    std::string bytes(sizeof(Address), '\0');
    std::memcpy(bytes.data(), &(address.*member), sizeof(Address));
    found.push_back(std::move(bytes));
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::vector<std::string> texts;
  for (const std::string& bytes : found) {
    char text[INET6_ADDRSTRLEN];
    texts.emplace_back(::inet_ntop(family, bytes.data(), text, sizeof text));
  }
  return texts;
}

std::vector<std::string> texts_of(const addrinfo* first) {
  std::vector<std::string> texts =
      texts_of<in_addr, sockaddr_in, &sockaddr_in::sin_addr>(first, AF_INET);
  if (!texts.empty()) return texts;
  return texts_of<in6_addr, sockaddr_in6, &sockaddr_in6::sin6_addr>(first, AF_INET6);
}

bool is_name(const Server& server) {
  return server.kind == Server::Kind::tcp && !is_numeric_address(server.host);
}

}  // namespace

Status expand_names(EffectiveSettings& effective) {
  Settings& settings = effective.settings;
  if (!settings.takes_all_addresses) return Ok{};
  const auto deadline = std::chrono::steady_clock::now() + settings.timeout;
  std::vector<Server> servers;
  std::vector<std::string> notes;
  for (const Server& server : settings.servers) {
    if (!is_name(server)) {
      servers.push_back(server);
      continue;
    }
    const Result<Addresses> found = resolve(server.host, server.port, deadline);
    if (!found) {
      Error error = found.error();
      const std::string_view sentence = info_of(error.code).sentence;
      error.reason = "its addresses can't be looked up: " +
                     (error.reason.empty() ? std::string(sentence) : error.reason);
      error.where = address_of(server);
      return error;
    }
    const std::vector<std::string> hosts = texts_of(found->get());
    for (const std::string& host : hosts) {
      servers.push_back(server);
      servers.back().host = host;
    }
    notes.push_back(escape(server.host) + " stands for " + counted(hosts.size(), "server") + ": " +
                    join_list(hosts));
  }
  settings.servers = std::move(servers);
  std::ranges::move(notes, std::back_inserter(effective.notes));
  return Ok{};
}

NamedServers::NamedServers(EffectiveSettings written)
    : written_(std::make_shared<const EffectiveSettings>(std::move(written))) {
  const Settings& settings = written_->settings;
  const bool has_names =
      settings.takes_all_addresses && std::ranges::any_of(settings.servers, is_name);
  if (!has_names) known_ = written_;
}

Result<std::shared_ptr<const EffectiveSettings>> NamedServers::resolve() {
  {
    const std::lock_guard lock(mutex_);
    if (known_) return known_;
    if (auto refusal = timeout_.refusal()) return std::move(*refusal);
  }
  // Without the lock, so that everybody waits in a way of their own, and for one timeout at most.
  auto resolved = std::make_shared<EffectiveSettings>(*written_);
  const Status expanded = expand_names(*resolved);
  const std::lock_guard lock(mutex_);
  if (known_) return known_;
  if (!expanded) {
    timeout_.note(expanded.error());
    return expanded.error();
  }
  known_ = std::move(resolved);
  return known_;
}

std::shared_ptr<const EffectiveSettings> NamedServers::known() const {
  const std::lock_guard lock(mutex_);
  return known_;
}

std::shared_ptr<const EffectiveSettings> NamedServers::known_or_written() const {
  auto known = this->known();
  return known ? known : written_;
}

}  // namespace mcd
