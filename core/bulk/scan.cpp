#include "core/bulk/scan.h"

#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <deque>
#include <limits>
#include <memory>
#include <utility>

#include "core/base/spool.h"
#include "core/bulk/bulk_connection.h"
#include "core/bulk/line_queue.h"
#include "core/bulk/pipeline.h"
#include "core/bulk/reactor.h"
#include "core/bulk/seen_keys.h"

namespace mcd {
namespace {

// Room for thousands of keys; the replies to them are read as they come.
constexpr std::size_t window = std::size_t{1} << 18U;

// For the keys of all servers that wait for their request.
constexpr std::size_t waiting_memory = std::size_t{16} << 20U;

// Wire keys and when their items end, in their order, in little more than their bytes.
class WaitingKeys {
 public:
  WaitingKeys(std::string directory, std::size_t memory) : spool_(std::move(directory), memory) {}

  struct Entry {
    std::string_view key;  // valid until pop()
    std::int64_t expiry;
  };

  // The key has at most wire_key_limit bytes. memcached's dates end in 2038.
  Status push(std::string_view key, std::int64_t expiry) {
    constexpr std::int64_t last_date = std::numeric_limits<std::uint32_t>::max();
    const auto date = static_cast<std::uint32_t>(std::min(expiry, last_date));
    char head[key_at];
    std::memcpy(head, &date, sizeof date);
    head[size_at] = static_cast<char>(key.size());
    entry_.assign(head, sizeof head).append(key);
    return spool_.append(entry_);
  }
  bool empty() const { return spool_.empty(); }
  // There is one.
  Result<Entry> front() {
    const Result<std::string_view> block = spool_.front_block();
    if (!block) return block.error();
    const std::string_view rest = block->substr(head_);
    std::uint32_t date = 0;
    std::memcpy(&date, rest.data(), sizeof date);
    const std::size_t size = static_cast<unsigned char>(rest[size_at]);
    is_last_of_block_ = rest.size() == key_at + size;
    return Entry{.key = rest.substr(key_at, size), .expiry = date};
  }
  // That front() gave.
  void pop(const Entry& entry) {
    head_ += key_at + entry.key.size();
    if (!is_last_of_block_) return;
    spool_.pop_block();
    head_ = 0;
  }

 private:
  static constexpr std::size_t size_at = sizeof(std::uint32_t);
  static constexpr std::size_t key_at = size_at + 1;

  Spool spool_;           // of keys, each behind its date and a byte with its length
  std::size_t head_ = 0;  // in the first block
  bool is_last_of_block_ = false;
  std::string entry_{};
};

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

// One server: its listing is kept, and then feeds the requests.
class Asker {
 public:
  Asker(std::size_t index, const Server& server, BulkConnections connections,
        const ItemRequest& request, std::size_t memory)
      : index_(index),
        request_(request),
        dialect_(connections.meta ? connections.meta->dialect : meta::Dialect::current),
        waiting_(request.spool_directory, memory),
        pipeline_(server, connection_of(std::move(connections.meta)), window,
                  [this](const Result<meta::Reply>& reply) { take(reply); }),
        listing_(server, connection_of(std::move(connections.listing)),
                 [this](const ListedItem& item) { return take(item); }) {}
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  Listing& listing() { return listing_; }
  Pipeline& pipeline() { return pipeline_; }

  // At most one: where both connections failed, it is for the same reason.
  const std::optional<Error>& failure() const {
    if (spool_failure_) return spool_failure_;
    return pipeline_.failure() ? pipeline_.failure() : listing_.failure();
  }

  // Puts the requests for the keys that wait, as many as there is room for.
  void feed() {
    while (!spool_failure_ && !waiting_.empty() && pipeline_.has_room()) {
      const Result<WaitingKeys::Entry> entry = waiting_.front();
      if (!entry) return fail(entry.error());
      asked_.push({.text = entry->key});
      times_.push_back({.expiry = entry->expiry, .asked_at = std::time(nullptr)});
      request_.append(pipeline_.outgoing(), entry->key);
      waiting_.pop(*entry);
      pipeline_.submit();
    }
  }

 private:
  bool take(const ListedItem& item) {
    if (!request_.is_wanted(index_, item)) return true;
    if (!meta::can_name(item.wire_key, dialect_)) {
      request_.on_reply(index_, {.wire_key = item.wire_key, .listed_expiry = item.expiry},
                        meta::cannot_name(dialect_));
      return true;
    }
    if (Status kept = waiting_.push(item.wire_key, item.expiry); !kept) fail(kept.error());
    return !spool_failure_ && !pipeline_.failure();  // the rest of the list is of no use then
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

  void fail(Error error) {
    error.where = address_of(pipeline_.server());
    spool_failure_ = std::move(error);
  }

  struct Times {
    std::int64_t expiry;
    std::int64_t asked_at;
  };

  std::size_t index_;
  const ItemRequest& request_;
  meta::Dialect dialect_;
  WaitingKeys waiting_;
  std::optional<Error> spool_failure_{};
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
  bool is_ended = false;
  for (std::size_t index = 0; index < connections.size(); ++index) {
    Result<ListingConnection>& connection = connections[index];
    if (lists != nullptr && connection) lists->set_held(index, connection->items);
    listings.push_back(
        std::make_unique<Listing>(settings.servers[index], connection_of(std::move(connection)),
                                  [&on_listed, &is_ended, lists, index](const ListedItem& item) {
                                    if (lists != nullptr && !lists->take(index, item.wire_key))
                                      return true;
                                    if (!on_listed(index, item)) is_ended = true;
                                    return !is_ended;
                                  }));
    endpoints.push_back(listings.back().get());
  }
  ScanOutcome outcome;
  outcome.was_stopped =
      !run_reactor(endpoints, nothing_to_feed, [&] { return is_ended || stops(); });
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
                                       .spool_directory = request.spool_directory};
  std::vector<BulkConnections> connections = open_all_for_both(settings);
  std::vector<std::unique_ptr<Asker>> askers;
  std::vector<Endpoint*> endpoints;
  for (std::size_t index = 0; index < connections.size(); ++index) {
    const auto& listing = connections[index].listing;
    if (listing) lists.set_held(index, listing->items);
    askers.push_back(std::make_unique<Asker>(index, settings.servers[index],
                                             std::move(connections[index]), request_for_new,
                                             waiting_memory / settings.servers.size()));
    endpoints.push_back(&askers.back()->listing());
    endpoints.push_back(&askers.back()->pipeline());
  }
  ScanOutcome outcome;
  // What becomes of a reply may take its time, and no list must wait for that.
  const auto feed = [&askers] {
    const auto is_listed = [](const auto& asker) { return asker->listing().is_done(); };
    if (!std::ranges::all_of(askers, is_listed)) return;
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
