#include "core/bulk/scan.h"

#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <deque>
#include <limits>
#include <memory>
#include <span>
#include <utility>

#include "core/base/spool.h"
#include "core/bulk/bulk_connection.h"
#include "core/bulk/line_queue.h"
#include "core/bulk/lists.h"
#include "core/bulk/pipeline.h"
#include "core/bulk/reactor.h"

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

  Spool spool_;           // of keys, each after its date and a byte with its length
  std::size_t head_ = 0;  // in the first block
  bool is_last_of_block_ = false;
  std::string entry_{};
};

// The settings with only those servers.
Settings with_servers(const Settings& settings, const std::vector<std::size_t>& indices) {
  Settings some = settings;
  some.servers.clear();
  for (const std::size_t index : indices) some.servers.push_back(settings.servers[index]);
  return some;
}

// Asks each server that was listed what became of it meanwhile.
void end_round(const Settings& settings, Lists& lists, ScanOutcome& outcome) {
  const std::vector<std::size_t> indices = lists.due();
  if (indices.empty()) return;
  const auto connections = open_all_for_listing(with_servers(settings, indices));
  for (std::size_t place = 0; place < indices.size(); ++place) {
    if (connections[place]) {
      lists.end_list(indices[place], connections[place]->counts);
    } else {
      Error error = connections[place].error();
      error.where = address_of(settings.servers[indices[place]]);
      outcome.failures.push_back(std::move(error));
      lists.give_up(indices[place]);
    }
  }
  outcome.evicted = lists.evicted();
}

// `list` takes a Lists& and a ScanOutcome&, to which it adds what fails in a round, and tells
// whether it was stopped.
template <typename List>
ScanOutcome list_until_all_is_seen(const Settings& settings, const Stops& stops, List list) {
  // Within a second servers have moved what was read (memcached's LRU maintainer).
  constexpr int pause = 1300;  // ms
  Lists lists(settings.servers);
  ScanOutcome outcome;
  while (true) {
    outcome.was_stopped = list(lists, outcome);
    outcome.may_repeat = lists.may_repeat();
    outcome.aliases = lists.aliases();
    if (outcome.was_stopped) return outcome;
    end_round(settings, lists, outcome);
    if (!lists.begin_next()) return outcome;
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
      const meta::Request request =
          request_.append(pipeline_.outgoing(), entry->key, pipeline_.next_opaque());
      waiting_.pop(*entry);
      pipeline_.submit(request);
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

// `settings` are with the servers of this round, whose indices among all are `indices`.
bool list_round(const Settings& settings, const std::vector<std::size_t>& indices, Lists& lists,
                const OnListed& on_listed, const Stops& stops, ScanOutcome& outcome) {
  std::vector<Result<ListingConnection>> connections = open_all_for_listing(settings);
  std::vector<std::unique_ptr<Listing>> listings;
  std::vector<Endpoint*> endpoints;
  bool is_ended = false;
  for (std::size_t place = 0; place < indices.size(); ++place) {
    Result<ListingConnection>& connection = connections[place];
    const std::size_t index = indices[place];
    if (connection) lists.begin_list(index, connection->counts);
    const auto take = [&on_listed, &is_ended, &lists, index](const ListedItem& item) {
      if (lists.take(index, item.wire_key) && !on_listed(index, item)) is_ended = true;
      return !is_ended;
    };
    listings.push_back(std::make_unique<Listing>(settings.servers[place],
                                                 connection_of(std::move(connection)), take));
    endpoints.push_back(listings.back().get());
  }
  const bool was_stopped =
      !run_reactor(endpoints, nothing_to_feed, [&] { return is_ended || stops(); });
  for (std::size_t place = 0; place < indices.size(); ++place) {
    if (!listings[place]->failure()) continue;
    outcome.failures.push_back(*listings[place]->failure());
    lists.give_up(indices[place]);
  }
  return was_stopped;
}

// The same, with a request for each item.
bool ask_round(const Settings& settings, const std::vector<std::size_t>& indices, Lists& lists,
               const ItemRequest& request, const Stops& stops, ScanOutcome& outcome) {
  std::vector<BulkConnections> connections = open_all_for_both(settings);
  std::vector<std::unique_ptr<Asker>> askers;
  std::vector<Endpoint*> endpoints;
  for (std::size_t place = 0; place < indices.size(); ++place) {
    const std::size_t index = indices[place];
    const auto& listing = connections[place].listing;
    if (listing) lists.begin_list(index, listing->counts);
    askers.push_back(std::make_unique<Asker>(index, settings.servers[place],
                                             std::move(connections[place]), request,
                                             waiting_memory / indices.size()));
    endpoints.push_back(&askers.back()->listing());
    endpoints.push_back(&askers.back()->pipeline());
  }
  // What becomes of a reply may take its time, and no list must wait for that.
  const auto feed = [&askers] {
    const auto is_listed = [](const auto& asker) { return asker->listing().is_done(); };
    if (!std::ranges::all_of(askers, is_listed)) return;
    for (const auto& asker : askers) asker->feed();
  };
  const bool was_stopped = !run_reactor(endpoints, feed, stops);
  for (std::size_t place = 0; place < indices.size(); ++place) {
    if (!askers[place]->failure()) continue;
    outcome.failures.push_back(*askers[place]->failure());
    lists.give_up(indices[place]);
  }
  return was_stopped;
}

}  // namespace

ScanOutcome scan_once(const Settings& settings, const OnListed& on_listed, const Stops& stops) {
  Lists lists(settings.servers);
  ScanOutcome outcome;
  const std::vector<std::size_t> due = lists.due();
  outcome.was_stopped =
      list_round(with_servers(settings, due), due, lists, on_listed, stops, outcome);
  return outcome;
}

ScanOutcome scan(const Settings& settings, const OnListed& on_listed, const Stops& stops) {
  return list_until_all_is_seen(settings, stops, [&](Lists& lists, ScanOutcome& outcome) {
    const std::vector<std::size_t> due = lists.due();
    return list_round(with_servers(settings, due), due, lists, on_listed, stops, outcome);
  });
}

ScanOutcome scan_and_ask(const Settings& settings, const ItemRequest& request, const Stops& stops) {
  return list_until_all_is_seen(settings, stops, [&](Lists& lists, ScanOutcome& outcome) {
    const ItemRequest request_for_new = {.is_wanted =
                                             [&](std::size_t server, const ListedItem& item) {
                                               return lists.take(server, item.wire_key) &&
                                                      request.is_wanted(server, item);
                                             },
                                         .append = request.append,
                                         .on_reply = request.on_reply,
                                         .spool_directory = request.spool_directory};
    const std::vector<std::size_t> due = lists.due();
    return ask_round(with_servers(settings, due), due, lists, request_for_new, stops, outcome);
  });
}

}  // namespace mcd
