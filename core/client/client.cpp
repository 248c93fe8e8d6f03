#include "core/client/client.h"

#include <algorithm>
#include <ctime>
#include <deque>
#include <utility>
#include <vector>

#include "core/client/link.h"
#include "core/client/refusal.h"
#include "core/cluster/topology.h"

namespace mcd {
namespace {

// libmemcached chooses the server (core/cluster/topology), and does not speak to it. Debian's build
// ends the process on wrong answers and on some right ones, such as a rejected login; it takes
// errors on get for misses and wrong answers to delete, touch and incr for success; and it bounds
// each wait, not the whole answer. What a result means, and that it comes in time, is what mcdctl
// is for.
class Client : public Store {
 public:
  Client(Settings settings, Topology topology, const Wait& wait, ClusterHealth health)
      : Store(settings.value_limit, settings.timeout),
        settings_(std::move(settings)),
        ascii_settings_(settings_),
        topology_(std::move(topology)) {
    ascii_settings_.protocol = Protocol::ascii;
    if (health.empty()) health = make_health(topology_.servers());
    places_.reserve(topology_.servers().size());
    for (const Server& server : topology_.servers()) {
      const auto& shared = health[places_.size()];
      places_.push_back({.link = Link(server, settings_, wait, shared),
                         .ascii_link = Link(server, ascii_settings_, wait, shared)});
    }
  }

 private:
  // A server.
  struct Place {
    Link link;
    // For what only the ASCII protocol has: a second connection where the first one is binary.
    Link ascii_link;
    bool has_meta_commands = false;  // as it proved
  };
  struct Pending {
    Place* place;
    Link* link;
    bool asks_ttl;
    std::optional<Error> refusal;  // why nothing was sent
  };

  void do_submit(ItemOperation operation) override {
    Place& place = places_[topology_.index_of(operation.key.text())];
    const bool asks_ttl = operation.kind == ItemOperation::Kind::ttl;
    const bool is_second = asks_ttl && settings_.protocol == Protocol::binary;
    Link& link = is_second ? place.ascii_link : place.link;
    pending_.push_back(
        {.place = &place, .link = &link, .asks_ttl = asks_ttl, .refusal = std::nullopt});
    if (is_second && !settings_.auth_user.empty()) {
      pending_.back().refusal = needs_ascii(link.server());
      return;
    }
    const Result<std::uint32_t> expiry = expiry_of(operation.ttl, std::time(nullptr));
    if (!expiry) {
      pending_.back().refusal = expiry.error();
      return;
    }
    Link& other = is_second ? place.link : place.ascii_link;
    settle(other);  // to keep the order of operations
    if (auto timeout = other.refusal_after_timeout()) {
      pending_.back().refusal = std::move(*timeout);
      return;
    }
    // A proxy that does not know the command closes the connection, and takes with it what else is
    // in flight there.
    const bool is_risky = asks_ttl && !place.has_meta_commands;
    if (is_risky) settle(link);
    link.submit(std::move(operation), *expiry);
    if (!is_risky) return;
    settle(link);
    place.has_meta_commands = is_answer(link.newest_answer());
  }

  bool do_has_answer() const override {
    return pending_.front().refusal || pending_.front().link->has_answer();
  }

  std::optional<Result<Answer>> do_take_answer(std::chrono::milliseconds at_most) override {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point deadline = Clock::now() + at_most;
    while (!do_has_answer()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      const bool is_over = left.count() <= 0;
      if (!Link::wait_for_any(links_to_wait_for(), std::max(left, std::chrono::milliseconds(0))) ||
          is_over) {
        break;
      }
    }
    if (!do_has_answer()) return std::nullopt;
    Pending oldest = std::move(pending_.front());
    pending_.pop_front();
    if (oldest.refusal) return std::move(*oldest.refusal);
    Result<Answer> answer = oldest.link->take_answer();
    return oldest.asks_ttl ? ttl_answer(*oldest.place, std::move(answer)) : std::move(answer);
  }

  // The link of the oldest operation, and others as long as they do not hold too much that waits
  // for its turn.
  std::vector<Link*> links_to_wait_for() {
    constexpr std::size_t much = std::size_t{1} << 20U;
    std::vector<Link*> links;
    for (Place& place : places_) {
      for (Link* link : {&place.link, &place.ascii_link}) {
        const bool is_wanted = link == pending_.front().link || link->held_bytes() < much;
        if (link->is_waiting() && is_wanted) links.push_back(link);
      }
    }
    return links;
  }

  // Waits until nothing is in flight there.
  static void settle(Link& link) {
    Link* const links[] = {&link};
    while (link.is_waiting()) Link::wait_for_any(links, std::chrono::hours(1));
  }

  static bool is_answer(const Result<Answer>& answer) {
    return answer || answer.code() == Code::not_found;
  }

  static Error needs_ascii(const Server& server) {
    return {.code = Code::not_supported,
            .where = address_of(server),
            .reason = "the binary protocol does not report the time to live"};
  }

  Result<Answer> ttl_answer(Place& place, Result<Answer> answer) {
    if (is_answer(answer) || place.has_meta_commands) return answer;
    return refusal_or(std::move(answer.error()), place.link.server(), settings_);
  }

  Settings settings_;
  Settings ascii_settings_;
  Topology topology_;
  std::vector<Place> places_{};
  std::deque<Pending> pending_{};
};

}  // namespace

Result<std::unique_ptr<Store>> make_client(const Settings& settings, const Wait& wait,
                                           const ClusterHealth& health) {
  Result<Topology> topology = make_topology(settings);
  if (!topology) return std::move(topology.error());
  return std::unique_ptr<Store>(
      std::make_unique<Client>(settings, std::move(*topology), wait, health));
}

}  // namespace mcd
