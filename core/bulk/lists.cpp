#include "core/bulk/lists.h"

#include <algorithm>
#include <map>

namespace mcd {

Lists::Lists(std::span<const Server> servers) : servers_(servers.size()) {
  const std::vector<std::size_t> firsts = first_places(servers);
  for (std::size_t index = 0; index < servers_.size(); ++index) {
    servers_[index].is_due = firsts[index] == index;
  }
}

std::vector<std::size_t> Lists::due() const {
  std::vector<std::size_t> indices;
  for (std::size_t index = 0; index < servers_.size(); ++index) {
    if (servers_[index].is_due && !servers_[index].is_given_up) indices.push_back(index);
  }
  return indices;
}

void Lists::begin_list(std::size_t server, const ServerCounts& before) {
  servers_[server].before = before;
  if (!seen_) expected_ += before.items;
}

void Lists::end_list(std::size_t server, const ServerCounts& after) {
  OneServer& one = servers_[server];
  one.was_written = after.stores != one.before.stores;
  if (after.evictions > one.before.evictions) evicted_ += after.evictions - one.before.evictions;
}

bool Lists::take(std::size_t server, std::string_view wire_key) {
  if (!seen_) seen_.emplace(expected_);
  ++servers_[server].listed;
  if (!seen_->add(server, wire_key)) return false;
  servers_[server].has_new = true;
  if (servers_.size() > 1) servers_[server].sample.add(wire_key);
  return true;
}

bool Lists::begin_next() {
  // An item that is stored anew while its server lists can move from what is still to be listed
  // into what was. One in some hundred does where all are written every second, and others the
  // next time.
  constexpr int rounds_if_written = 3;
  constexpr int most = 5;
  bool is_any_due = false;
  for (OneServer& server : servers_) {
    const bool may_lack = server.listed < server.before.items ||
                          (server.was_written && number_ + 1 < rounds_if_written);
    server.is_due = server.is_due && !server.is_given_up && !is_settled(server) && may_lack &&
                    number_ + 1 < most;
    is_any_due = is_any_due || server.is_due;
    server.listed = 0;
    server.has_new = server.was_written = false;
  }
  ++number_;
  return is_any_due;
}

std::vector<std::pair<std::size_t, std::size_t>> Lists::aliases() const {
  std::map<std::uint64_t, std::vector<std::size_t>> by_process;
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t index = 0; index < servers_.size(); ++index) {
    const ServerCounts& one = servers_[index].before;
    if (one.process == 0) continue;
    std::vector<std::size_t>& same = by_process[one.process];
    for (const std::size_t other : same) {
      const auto [first, second] = std::minmax(one.started, servers_[other].before.started);
      const bool has_same_keys = servers_[index].sample.is_like(servers_[other].sample);
      if (second - first <= 1 && has_same_keys) pairs.emplace_back(other, index);
    }
    same.push_back(index);
  }
  return pairs;
}

}  // namespace mcd
