// Stores for any number of threads: each operation borrows one.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/result.h"
#include "core/client/client.h"
#include "core/client/health.h"
#include "core/client/name_addresses.h"
#include "core/items/store.h"
#include "core/settings/settings.h"

namespace mcd {

// Thread-safe. The store that was given back last is lent first, so that there are no more
// connections than operations at once, and those that nobody needs any more are closed.
class StorePool {
 public:
  using Clock = std::chrono::steady_clock;

  // Names in the settings are looked up when they are needed, as NamedServers does; until then each
  // is a server with a health of its own. Stores that nobody borrowed for `keep_idle` are closed
  // when another one is given back.
  explicit StorePool(EffectiveSettings settings, ServerHealth::Observer observer = {},
                     Clock::duration keep_idle = std::chrono::minutes(1));

  // Fails as make_client() and NamedServers::resolve() do.
  Result<std::unique_ptr<Store>> borrow();
  void give_back(std::unique_ptr<Store> store, Clock::time_point now = Clock::now());

  std::size_t idle() const;
  // With names where they are not looked up yet.
  const Settings& settings() const { return servers_.written().settings; }
  // With the servers in place of names, as far as known.
  std::shared_ptr<const EffectiveSettings> effective_settings() const {
    return servers_.known_or_written();
  }
  ClusterHealth health() const;

 private:
  struct Idle {
    std::unique_ptr<Store> store;
    Clock::time_point since;
  };

  Result<std::unique_ptr<Store>> make_store();
  // What came of looking up the servers that `names` are about.
  static void note(const ClusterHealth& names, const Status& resolved);

  NamedServers servers_;
  const ServerHealth::Observer observer_;
  const Clock::duration keep_idle_;
  mutable std::mutex mutex_{};
  ClusterHealth health_;
  bool is_health_of_names_;
  std::vector<Idle> idle_{};  // the one given back last at the end
};

}  // namespace mcd
