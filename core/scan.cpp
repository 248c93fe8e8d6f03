#include "core/scan.h"

#include <deque>
#include <memory>
#include <utility>

#include "core/bulk_connection.h"
#include "core/pipeline.h"
#include "core/reactor.h"

namespace mcd {
namespace {

// Room for thousands of keys; the replies to them are read as they come.
constexpr std::size_t window = std::size_t{1} << 18U;

// One server: its listing feeds the requests, and waits when too many are on their way.
class Asker {
 public:
  Asker(std::size_t index, const Server& server, BulkConnections connections,
        const ItemRequest& request)
      : index_(index),
        request_(request),
        pipeline_(server, std::move(connections.meta), window,
                  [this](const Result<meta::Reply>& reply) { take(reply); }),
        listing_(server, std::move(connections.listing),
                 [this](const ListedItem& item) { return ask(item); }) {
    listing_.read_only_while([this] { return pipeline_.has_room(); });
  }
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  Listing& listing() { return listing_; }
  Pipeline& pipeline() { return pipeline_; }

  // At most one: where both connections failed, it is for the same reason.
  const std::optional<Error>& failure() const {
    return pipeline_.failure() ? pipeline_.failure() : listing_.failure();
  }

 private:
  bool ask(const ListedItem& item) {
    if (!request_.is_wanted(index_, item)) return true;
    if (!meta::can_name(item.wire_key)) {
      request_.on_reply(index_, item.wire_key,
                        Error{.code = Code::not_supported,
                              .reason = "no command can name this key, which holds bytes that only "
                                        "the binary protocol allows"});
      return true;
    }
    asked_.emplace_back(item.wire_key);
    request_.append(pipeline_.outgoing(), item.wire_key);
    pipeline_.submit();
    return !pipeline_.failure();  // the rest of the list is of no use then
  }

  void take(const Result<meta::Reply>& reply) {
    request_.on_reply(index_, asked_.front(), reply);
    asked_.pop_front();
  }

  std::size_t index_;
  const ItemRequest& request_;
  std::deque<std::string> asked_{};  // the keys of the requests without a reply
  Pipeline pipeline_;
  Listing listing_;
};

void nothing_to_feed() {}

}  // namespace

ScanOutcome scan(const Settings& settings, const OnListed& on_listed, const Stops& stops) {
  std::vector<Result<Connection>> connections = open_all_for_listing(settings);
  std::vector<std::unique_ptr<Listing>> listings;
  std::vector<Endpoint*> endpoints;
  for (std::size_t index = 0; index < connections.size(); ++index) {
    listings.push_back(std::make_unique<Listing>(
        settings.servers[index], std::move(connections[index]),
        [&on_listed, index](const ListedItem& item) { return on_listed(index, item); }));
    endpoints.push_back(listings.back().get());
  }
  ScanOutcome outcome;
  outcome.was_stopped = !run_reactor(endpoints, nothing_to_feed, stops);
  for (const auto& listing : listings) {
    if (listing->failure()) outcome.failures.push_back(*listing->failure());
  }
  return outcome;
}

ScanOutcome scan_and_ask(const Settings& settings, const ItemRequest& request, const Stops& stops) {
  std::vector<BulkConnections> connections = open_all_for_both(settings);
  std::vector<std::unique_ptr<Asker>> askers;
  std::vector<Endpoint*> endpoints;
  for (std::size_t index = 0; index < connections.size(); ++index) {
    askers.push_back(std::make_unique<Asker>(index, settings.servers[index],
                                             std::move(connections[index]), request));
    endpoints.push_back(&askers.back()->listing());
    endpoints.push_back(&askers.back()->pipeline());
  }
  ScanOutcome outcome;
  outcome.was_stopped = !run_reactor(endpoints, nothing_to_feed, stops);
  for (const auto& asker : askers) {
    if (asker->failure()) outcome.failures.push_back(*asker->failure());
  }
  return outcome;
}

}  // namespace mcd
