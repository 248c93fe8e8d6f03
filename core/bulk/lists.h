// What a scan has seen of each server, in one list after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/bulk/bulk_connection.h"
#include "core/bulk/key_sample.h"
#include "core/bulk/seen_keys.h"
#include "core/cluster/topology.h"

namespace mcd {

// Decides which servers are to be listed again. Servers are named by their places. Not thread-safe.
class Lists {
 public:
  // A server that is listed more than once in the settings is due once.
  explicit Lists(std::span<const Server> servers);

  // The servers of this round: all in the first one, and later those that may lack something. What
  // becomes of one has no say in what becomes of the others.
  std::vector<std::size_t> due() const;

  // What the server said before this list,
  void begin_list(std::size_t server, const ServerCounts& before);
  // and after it. That as many items are listed as there were means something only where nothing
  // was stored meanwhile.
  void end_list(std::size_t server, const ServerCounts& after);

  // Whether the item is in one of the server's lists for the first time.
  bool take(std::size_t server, std::string_view wire_key);
  // There is nothing more to be had from it.
  void give_up(std::size_t server) { servers_[server].is_given_up = true; }

  // The end of a round: whether there is another.
  bool begin_next();

  // Items that servers evicted between begin_list() and end_list().
  std::uint64_t evicted() const { return evicted_; }
  // Pairs of servers that seem to be one process: by its number and when it was started, which
  // containers may have in common, and by the keys that were listed.
  std::vector<std::pair<std::size_t, std::size_t>> aliases() const;
  // There are too many items to keep them apart.
  bool may_repeat() const { return seen_ && seen_->is_full(); }

 private:
  struct OneServer {
    bool is_due = true;
    bool is_given_up = false;
    bool has_new = false;      // in this round
    bool was_written = false;  // in this round
    ServerCounts before{};     // as it said before this round
    std::uint64_t listed = 0;  // in this round
    KeySample sample{};
  };

  bool is_settled(const OneServer& server) const { return number_ > 0 && !server.has_new; }

  std::vector<OneServer> servers_;
  std::uint64_t expected_ = 0;
  std::uint64_t evicted_ = 0;
  std::optional<SeenKeys> seen_{};  // made for as many as the servers say
  int number_ = 0;                  // of rounds before this one
};

}  // namespace mcd
