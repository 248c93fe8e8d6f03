// Stores items by the million: many on their way at once, to all servers of the cluster, and what
// became of each is known.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/bulk/line_queue.h"
#include "core/bulk/pipeline.h"
#include "core/bulk/reactor.h"
#include "core/cluster/topology.h"
#include "core/items/key.h"
#include "core/items/store.h"
#include "core/settings/settings.h"

namespace mcd {

// One thread.
class Loader {
 public:
  // What became of a line's item: stored, or refused by the server (not_stored, too_big,
  // server_out_of_memory, server_error), or lost with the connection, in which case the server may
  // have stored it or not. The line's view is valid during the call.
  using OnOutcome = std::function<void(const InputLine& line, const Status& status)>;

  // Opens the connections, and blocks for that (core/bulk/bulk_connection.h). Fails as
  // Topology::make() does; a server that can't be reached fails the items that live on it.
  // `settings` must outlive the loader.
  static Result<std::unique_ptr<Loader>> make(const Settings& settings, StoreMode mode,
                                              OnOutcome on_outcome);

  // False while the requests without an answer are many at any server: feed it no more then.
  bool has_room() const;
  // `expiry` as expiry_of() gives it.
  void store(const Key& key, std::string_view value, std::uint32_t flags, std::uint32_t expiry,
             const InputLine& line);
  // Runs until `input` waits for nothing any more and every item has its outcome, or until `stops`
  // says so; the items without an answer then get `failure`, as theirs. `feed` is called again and
  // again, and stores. False where it was stopped.
  bool run(Endpoint& input, const std::function<void()>& feed, const std::function<bool()>& stops);

 private:
  struct Lane {
    std::unique_ptr<Pipeline> pipeline;
    LineQueue lines;
    meta::Dialect dialect = meta::Dialect::current;
  };

  Loader(Topology topology, StoreMode mode, OnOutcome on_outcome)
      : topology_(std::move(topology)), mode_(mode), on_outcome_(std::move(on_outcome)) {}

  void open(const Settings& settings);
  void take(Lane& lane, const Result<meta::Reply>& reply);

  Topology topology_;
  StoreMode mode_;
  OnOutcome on_outcome_;
  std::vector<Lane> lanes_{};
};

}  // namespace mcd
