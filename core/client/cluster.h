// The servers that the settings name, as all who work on them in one process share them.
#pragma once

#include <memory>
#include <mutex>

#include "core/base/result.h"
#include "core/client/health.h"
#include "core/client/name_addresses.h"
#include "core/items/store.h"
#include "core/settings/settings.h"

namespace mcd {

// Thread-safe.
class Cluster {
 public:
  // Names in the settings are looked up when they are needed, as NamedServers does; until then each
  // is a server with a health of its own. `observer` is told of each server that goes down or comes
  // back.
  explicit Cluster(EffectiveSettings written, ServerHealth::Observer observer = {});

  // With names where they are not looked up yet.
  const EffectiveSettings& written() const { return servers_.written(); }
  // With the servers in place of names: null, or the settings as written, where they are not known.
  std::shared_ptr<const EffectiveSettings> known() const { return servers_.known(); }
  std::shared_ptr<const EffectiveSettings> known_or_written() const {
    return servers_.known_or_written();
  }
  // Looks the names up if they are not known. Fails as NamedServers::resolve() does.
  Status resolve();
  // In the order of the servers in known_or_written().
  ClusterHealth health() const;

  // A store on these servers, for one thread at a time, which shares what is known of their health.
  // Fails as resolve() and make_client() do.
  Result<std::unique_ptr<Store>> make_store();

 private:
  // What came of looking up the servers that `names` are about.
  static void note(const ClusterHealth& names, const Status& resolved);

  NamedServers servers_;
  const ServerHealth::Observer observer_;
  mutable std::mutex mutex_{};
  ClusterHealth health_;
  bool is_health_of_names_;
};

}  // namespace mcd
