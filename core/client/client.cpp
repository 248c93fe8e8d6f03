#include "core/client/client.h"

#include <ctime>
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
  Client(Settings settings, Topology topology)
      : Store(settings.value_limit),
        settings_(std::move(settings)),
        topology_(std::move(topology)) {
    links_.reserve(topology_.servers().size());
    for (const Server& server : topology_.servers()) links_.emplace_back(server, settings_);
  }

 private:
  Link& link_of(const Key& key) { return links_[topology_.index_of(key.text())]; }

  Result<Item> do_get(const Key& key) override {
    return link_of(key).ask<Item>([&](Session& session) { return session.get(key.wire()); });
  }

  Status do_store(const Key& key, const StoreRequest& request) override {
    const Result<std::uint32_t> expiry = expiry_of(request.ttl, std::time(nullptr));
    if (!expiry) return expiry.error();
    Link& link = link_of(key);
    const auto store = [&] {
      return link.ask<Ok>(
          [&](Session& session) { return session.store(key.wire(), request, *expiry); });
    };
    const bool extends = request.mode == StoreMode::append || request.mode == StoreMode::prepend;
    Status stored = store();
    if (!extends || stored.code() != Code::not_stored || !do_get(key)) return stored;
    // There is an item. Either it has just come, or it would grow too large: servers have the same
    // words for that and for a missing item.
    stored = store();
    if (stored.code() != Code::not_stored) return stored;
    return Error{.code = Code::too_big,
                 .where = stored.error().where,
                 .reason = "with the value, the item would be larger than the server accepts"};
  }

  Status do_remove(const Key& key) override {
    return link_of(key).ask<Ok>([&](Session& session) { return session.remove(key.wire()); });
  }

  Status do_touch(const Key& key, Ttl ttl) override {
    const Result<std::uint32_t> expiry = expiry_of(ttl, std::time(nullptr));
    if (!expiry) return expiry.error();
    return link_of(key).ask<Ok>(
        [&](Session& session) { return session.touch(key.wire(), *expiry); });
  }

  Result<std::optional<std::uint64_t>> do_ttl(const Key& key) override {
    using Seconds = std::optional<std::uint64_t>;
    const Result<std::int64_t> seconds = ascii_link_of(key).ask<std::int64_t>(
        [&](Session& session) { return session.ttl(key.wire()); });
    if (!seconds) return refusal_or(seconds.error(), ascii_link_of(key).server(), settings_);
    return *seconds < 0 ? Seconds() : Seconds(static_cast<std::uint64_t>(*seconds));
  }

  Result<std::uint64_t> do_add_to_counter(const Key& key, Increment increment) override {
    return link_of(key).ask<std::uint64_t>(
        [&](Session& session) { return session.add_to_counter(key.wire(), increment); });
  }

  // For what only the ASCII protocol has: a second connection where the first one is binary. A
  // login that is for the binary protocol is no use there.
  Link& ascii_link_of(const Key& key) {
    if (settings_.protocol == Protocol::ascii || !settings_.auth_user.empty()) return link_of(key);
    if (ascii_links_.empty()) {
      ascii_settings_ = settings_;
      ascii_settings_.protocol = Protocol::ascii;
      for (const Server& server : topology_.servers()) {
        ascii_links_.emplace_back(server, ascii_settings_);
      }
    }
    return ascii_links_[topology_.index_of(key.text())];
  }

  Settings settings_;
  Topology topology_;
  std::vector<Link> links_;
  Settings ascii_settings_{};
  std::vector<Link> ascii_links_{};
};

}  // namespace

Result<std::unique_ptr<Store>> make_client(const Settings& settings) {
  Result<Topology> topology =
      Topology::make(settings.servers, settings.hash, settings.distribution);
  if (!topology) return std::move(topology.error());
  return std::unique_ptr<Store>(std::make_unique<Client>(settings, std::move(*topology)));
}

}  // namespace mcd
