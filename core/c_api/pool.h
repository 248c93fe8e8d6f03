// Stores for any number of threads: each operation borrows one.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/result.h"
#include "core/client/cluster.h"
#include "core/items/store.h"

namespace mcd {

// Thread-safe. The store that was given back last is lent first, so that there are no more
// connections than operations at once, and those that nobody needs any more are closed.
class StorePool {
 public:
  using Clock = std::chrono::steady_clock;

  // Stores that nobody borrowed for `keep_idle` are closed when another one is given back.
  explicit StorePool(EffectiveSettings settings, ServerHealth::Observer observer = {},
                     Clock::duration keep_idle = std::chrono::minutes(1));

  // Fails as Cluster::make_store() does.
  Result<std::unique_ptr<Store>> borrow();
  void give_back(std::unique_ptr<Store> store, Clock::time_point now = Clock::now());

  std::size_t idle() const;
  const Cluster& cluster() const { return cluster_; }

 private:
  struct Idle {
    std::unique_ptr<Store> store;
    Clock::time_point since;
  };

  Cluster cluster_;
  const Clock::duration keep_idle_;
  mutable std::mutex mutex_{};
  std::vector<Idle> idle_{};  // the one given back last at the end
};

}  // namespace mcd
