#include "core/scan.h"

#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <deque>
#include <limits>
#include <memory>
#include <utility>

#include "core/bulk_connection.h"
#include "core/line_queue.h"
#include "core/pipeline.h"
#include "core/reactor.h"
#include "core/seen_keys.h"

namespace mcd {
namespace {

// Room for thousands of keys; the replies to them are read as they come.
constexpr std::size_t window = std::size_t{1} << 18U;

// How many bytes of keys may wait for their request: a few, or those of a million items.
std::size_t most_waiting(const ItemRequest& request, std::size_t servers) {
  constexpr std::size_t all = std::size_t{28} << 20U;
  return request.after_listing ? all / servers : window;
}

// Wire keys and when their items end, in their order, in little more memory than their bytes.
class WaitingKeys {
 public:
  // The key has at most wire_key_limit bytes. memcached's dates end in 2038.
  void push(std::string_view key, std::int64_t expiry) {
    constexpr std::size_t block = std::size_t{64} << 10U;
    constexpr std::int64_t last_date = std::numeric_limits<std::uint32_t>::max();
    const auto date = static_cast<std::uint32_t>(std::min(expiry, last_date));
    char bytes[sizeof date];
    std::memcpy(bytes, &date, sizeof date);
    const std::size_t size = key_at + key.size();
    if (blocks_.empty() || blocks_.back().size() + size > block) {
      blocks_.emplace_back().reserve(block);
    }
    blocks_.back().append(bytes, sizeof bytes).append(1, static_cast<char>(key.size())).append(key);
    bytes_ += size;
  }
  bool empty() const { return bytes_ == 0; }
  std::size_t bytes() const { return bytes_; }
  // There is one. The view is valid until pop().
  std::string_view front() const {
    const std::string_view block = blocks_.front();
    return block.substr(head_ + key_at, static_cast<unsigned char>(block[head_ + size_at]));
  }
  std::int64_t front_expiry() const {
    std::uint32_t date = 0;
    std::memcpy(&date, blocks_.front().data() + head_, sizeof date);
    return date;
  }
  void pop() {
    const std::size_t size = key_at + front().size();
    head_ += size;
    bytes_ -= size;
    if (head_ < blocks_.front().size()) return;
    blocks_.pop_front();
    head_ = 0;
  }

 private:
  static constexpr std::size_t size_at = sizeof(std::uint32_t);
  static constexpr std::size_t key_at = size_at + 1;

  std::deque<std::string> blocks_{};  // of keys, each behind its date and a byte with its length
  std::size_t head_ = 0;              // in the first one
  std::size_t bytes_ = 0;
};

Result<Connection> take_connection(Result<ListingConnection> opened) {
  if (!opened) return std::move(opened.error());
  return std::move(opened->connection);
}

// What a scan has seen in one list after the other.
class Lists {
 public:
  explicit Lists(std::size_t servers) : counts_(servers) {}

  void set_held(std::size_t server, std::uint64_t items) { counts_[server].held = items; }

  // Whether the item is in a list for the first time.
  bool take(std::size_t server, std::string_view wire_key) {
    ++counts_[server].listed;
    if (number_ > 0 && seen_.contains(wire_key)) return false;
    seen_.add(wire_key);
    has_new_ = true;
    return true;
  }

  // The end of a list of every server: whether another could have more.
  bool begin_next() {
    constexpr int most = 5;
    const bool may_lack = std::ranges::any_of(
        counts_, [](const Counts& counts) { return counts.listed < counts.held; });
    const bool is_settled = number_ > 0 && !has_new_;
    for (Counts& counts : counts_) counts = {};
    has_new_ = false;
    return ++number_ < most && may_lack && !is_settled;
  }

 private:
  struct Counts {
    std::uint64_t held = 0;
    std::uint64_t listed = 0;
  };
  std::vector<Counts> counts_;
  SeenKeys seen_{};
  int number_ = 0;  // of lists before this one
  bool has_new_ = false;
};

// `list` takes a Lists& and gives a ScanOutcome.
template <typename List>
ScanOutcome list_until_all_is_seen(std::size_t servers, const Stops& stops, List list) {
  // Within a second servers have moved what was read (memcached's LRU maintainer).
  constexpr int pause = 1300;  // ms
  Lists lists(servers);
  while (true) {
    ScanOutcome outcome = list(lists);
    if (outcome.was_stopped || !outcome.failures.empty() || !lists.begin_next()) return outcome;
    (void)::poll(nullptr, 0, pause);  // a signal ends it, too
    outcome.was_stopped = stops();
    if (outcome.was_stopped) return outcome;
  }
}

// One server: its listing feeds the requests, and waits when too many are on their way.
class Asker {
 public:
  Asker(std::size_t index, const Server& server, BulkConnections connections,
        const ItemRequest& request, std::size_t waiting)
      : index_(index),
        request_(request),
        most_waiting_(waiting),
        is_asking_(!request.after_listing),
        pipeline_(server, std::move(connections.meta), window,
                  [this](const Result<meta::Reply>& reply) { take(reply); }),
        listing_(server, take_connection(std::move(connections.listing)),
                 [this](const ListedItem& item) { return take(item); }) {
    listing_.read_only_while([this] { return waiting_.bytes() < most_waiting_; });
  }
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  Listing& listing() { return listing_; }
  Pipeline& pipeline() { return pipeline_; }

  // At most one: where both connections failed, it is for the same reason.
  const std::optional<Error>& failure() const {
    return pipeline_.failure() ? pipeline_.failure() : listing_.failure();
  }

  // Puts the requests for the keys that wait, as many as there is room for.
  void feed() {
    if (listing_.is_done() || waiting_.bytes() >= most_waiting_) is_asking_ = true;
    while (is_asking_ && !waiting_.empty() && pipeline_.has_room()) {
      asked_.push({.text = waiting_.front()});
      times_.push_back({.expiry = waiting_.front_expiry(), .asked_at = std::time(nullptr)});
      request_.append(pipeline_.outgoing(), waiting_.front());
      waiting_.pop();
      pipeline_.submit();
    }
  }

 private:
  bool take(const ListedItem& item) {
    if (!request_.is_wanted(index_, item)) return true;
    if (!meta::can_name(item.wire_key)) {
      request_.on_reply(index_, {.wire_key = item.wire_key, .listed_expiry = item.expiry},
                        Error{.code = Code::not_supported,
                              .reason = "no command can name this key, which holds bytes that only "
                                        "the binary protocol allows"});
      return true;
    }
    waiting_.push(item.wire_key, item.expiry);
    return !pipeline_.failure();  // the rest of the list is of no use then
  }

  void take(const Result<meta::Reply>& reply) {
    const Times& times = times_.front();
    request_.on_reply(index_,
                      {.wire_key = asked_.front().text,
                       .listed_expiry = times.expiry,
                       .asked_at = times.asked_at},
                      reply);
    asked_.pop();
    times_.pop_front();
  }

  struct Times {
    std::int64_t expiry;
    std::int64_t asked_at;
  };

  std::size_t index_;
  const ItemRequest& request_;
  std::size_t most_waiting_;
  bool is_asking_;  // for those that wait
  WaitingKeys waiting_{};
  LineQueue asked_{};          // the keys of the requests without a reply
  std::deque<Times> times_{};  // of the same
  Pipeline pipeline_;
  Listing listing_;
};

void nothing_to_feed() {}

ScanOutcome scan_once(const Settings& settings, Lists* lists, const OnListed& on_listed,
                      const Stops& stops) {
  std::vector<Result<ListingConnection>> connections = open_all_for_listing(settings);
  std::vector<std::unique_ptr<Listing>> listings;
  std::vector<Endpoint*> endpoints;
  for (std::size_t index = 0; index < connections.size(); ++index) {
    Result<ListingConnection>& connection = connections[index];
    if (lists != nullptr && connection) lists->set_held(index, connection->items);
    listings.push_back(
        std::make_unique<Listing>(settings.servers[index], take_connection(std::move(connection)),
                                  [&on_listed, lists, index](const ListedItem& item) {
                                    if (lists != nullptr && !lists->take(index, item.wire_key))
                                      return true;
                                    return on_listed(index, item);
                                  }));
    endpoints.push_back(listings.back().get());
  }
  ScanOutcome outcome;
  outcome.was_stopped = !run_reactor(endpoints, nothing_to_feed, stops);
  for (const auto& listing : listings) {
    if (listing->failure()) outcome.failures.push_back(*listing->failure());
  }
  return outcome;
}

ScanOutcome scan_and_ask_once(const Settings& settings, Lists& lists, const ItemRequest& request,
                              const Stops& stops) {
  const ItemRequest request_for_new = {.is_wanted =
                                           [&](std::size_t server, const ListedItem& item) {
                                             return lists.take(server, item.wire_key) &&
                                                    request.is_wanted(server, item);
                                           },
                                       .append = request.append,
                                       .on_reply = request.on_reply,
                                       .after_listing = request.after_listing};
  std::vector<BulkConnections> connections = open_all_for_both(settings);
  std::vector<std::unique_ptr<Asker>> askers;
  std::vector<Endpoint*> endpoints;
  for (std::size_t index = 0; index < connections.size(); ++index) {
    const auto& listing = connections[index].listing;
    if (listing) lists.set_held(index, listing->items);
    askers.push_back(std::make_unique<Asker>(index, settings.servers[index],
                                             std::move(connections[index]), request_for_new,
                                             most_waiting(request, settings.servers.size())));
    endpoints.push_back(&askers.back()->listing());
    endpoints.push_back(&askers.back()->pipeline());
  }
  ScanOutcome outcome;
  const auto feed = [&askers] {
    for (const auto& asker : askers) asker->feed();
  };
  outcome.was_stopped = !run_reactor(endpoints, feed, stops);
  for (const auto& asker : askers) {
    if (asker->failure()) outcome.failures.push_back(*asker->failure());
  }
  return outcome;
}

}  // namespace

ScanOutcome scan_once(const Settings& settings, const OnListed& on_listed, const Stops& stops) {
  return scan_once(settings, nullptr, on_listed, stops);
}

ScanOutcome scan(const Settings& settings, const OnListed& on_listed, const Stops& stops) {
  return list_until_all_is_seen(settings.servers.size(), stops, [&](Lists& lists) {
    return scan_once(settings, &lists, on_listed, stops);
  });
}

ScanOutcome scan_and_ask(const Settings& settings, const ItemRequest& request, const Stops& stops) {
  return list_until_all_is_seen(settings.servers.size(), stops, [&](Lists& lists) {
    return scan_and_ask_once(settings, lists, request, stops);
  });
}

}  // namespace mcd
