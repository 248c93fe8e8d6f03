// Every item of a cluster: listed, or put a request to, one by one and all servers at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/bulk/listing.h"
#include "core/protocol/meta.h"
#include "core/settings/settings.h"

namespace mcd {

struct ScanOutcome {
  std::vector<Error> failures{};  // one for each server whose items were not all seen, or not all
                                  // asked for; where is the server
  // Pairs of servers that seem to be one under two addresses: each item comes once for each.
  std::vector<std::pair<std::size_t, std::size_t>> aliases{};
  bool was_stopped = false;   // by `stops`, or by OnListed
  std::uint64_t evicted = 0;  // items that the servers evicted meanwhile, listed or not
  bool may_repeat = false;    // too many items to keep apart: some may have come twice
};

// Called for each item with the server's place in settings.servers. It must not wait for anything
// (Listing says why). False ends the scan, which counts as stopped.
using OnListed = std::function<bool(std::size_t server, const ListedItem& item)>;
using Stops = std::function<bool()>;  // true to end everything; asked at least at each signal

// Lists every item on every configured server, each once, however often a server lists it (one that
// is written meanwhile may come twice), and however often the server is configured. A server that
// fails does not keep the others from being listed to their end. One thread; blocks until it is
// done.
//
// A server leaves items out of its list that it is at work on at that moment: one that was read may
// wait for a second to be moved in the server's order of use. A server that holds more items than
// it lists is therefore listed again, a bit later, for those that were not there before. So is,
// twice, a server on which items were stored meanwhile, since items move in that order then. An
// item whose time has ended may be counted by its server until it is cleared away, and costs that
// second for nothing.
ScanOutcome scan(const Settings& settings, const OnListed& on_listed, const Stops& stops);

// Lists once, for those who have no time for more.
ScanOutcome scan_once(const Settings& settings, const OnListed& on_listed, const Stops& stops);

// An item that a request was put for.
struct AskedItem {
  std::string_view wire_key;       // valid during the call
  std::int64_t listed_expiry = 0;  // as the list had it, by the server's clock: seconds since 1970;
                                   // 0 for never
  std::int64_t asked_at = 0;       // when the request was put, by this machine's clock
};

// What to do with each item of a cluster, at the server that lists it.
struct ItemRequest {
  // Whether to put the request for this item.
  std::function<bool(std::size_t server, const ListedItem& item)> is_wanted;
  // Appends the request: one of core/protocol/meta.h.
  meta::Request (*append)(std::string& out, std::string_view wire_key, std::uint32_t opaque);
  // The reply, or the error of the server's connection.
  std::function<void(std::size_t server, const AskedItem& item, const Result<meta::Reply>& reply)>
      on_reply;
  // Where keys wait that memory has no room for (16 MiB for all servers): $TMPDIR.
  std::string spool_directory = "/tmp";
};

// Lists as scan() does, and when the last server has listed its last item, puts the request for
// those wanted to the server that has them, many at once. Not before: a server is slower to list
// while it works on requests, leaves out of its list what it works on, and must not wait for its
// list to be read. A key that no request can name (meta::can_name) gets not_supported as its reply.
// Blocks until it is done. Where it was stopped, requests without a reply stay without.
ScanOutcome scan_and_ask(const Settings& settings, const ItemRequest& request, const Stops& stops);

}  // namespace mcd
