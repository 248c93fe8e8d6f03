// Stores items by the million: many on their way at once, to all servers of the cluster, and what
// became of each is known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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

  // Asked before and after each wait: whether to give up what has no answer yet.
  using Stops = std::function<bool()>;

  // Opens the connections, and blocks for that (core/bulk/bulk_connection.h). Fails as
  // Topology::make() does; a server that can't be reached fails the items that live on it.
  // `settings` must outlive the loader.
  static Result<std::unique_ptr<Loader>> make(const Settings& settings, StoreMode mode,
                                              OnOutcome on_outcome, Stops stops);

  // Why there is nobody left to store anything: the connections to all servers have failed.
  std::optional<Error> failure() const;

  // Sends the item on its way to its server, where there should be room. `expiry` as expiry_of()
  // gives it.
  void store(const Key& key, std::string_view value, std::uint32_t flags, std::uint32_t expiry,
             const InputLine& line);

  // While any of these waits, requests go out and outcomes come in. False where `stops` said so:
  // the items without an answer then have Code::failure as their outcome.
  //
  // Until there is room for one more item, whatever its server.
  bool wait_for_room();
  // Until `descriptor` can be read without waiting.
  bool wait_for_input(int descriptor);
  // Until every item has its outcome.
  bool wait_for_outcomes();

 private:
  struct Lane {
    std::unique_ptr<Pipeline> pipeline;
    LineQueue lines;
    meta::Dialect dialect = meta::Dialect::current;
  };

  Loader(Topology topology, StoreMode mode, OnOutcome on_outcome, Stops stops)
      : topology_(std::move(topology)),
        mode_(mode),
        on_outcome_(std::move(on_outcome)),
        stops_(std::move(stops)) {}

  void open(const Settings& settings);
  void take(Lane& lane, const Result<meta::Reply>& reply);
  bool has_room() const;
  bool abandon();

  Topology topology_;
  StoreMode mode_;
  OnOutcome on_outcome_;
  Stops stops_;
  std::vector<Lane> lanes_{};
  std::vector<Endpoint*> endpoints_{};  // their pipelines
  std::size_t stored_bytes_ = 0;        // since requests were last sent
};

}  // namespace mcd
