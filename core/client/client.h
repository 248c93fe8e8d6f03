// The item store over a cluster of real servers.
#pragma once

#include <memory>

#include "core/base/result.h"
#include "core/client/health.h"
#include "core/client/wait.h"
#include "core/items/store.h"
#include "core/settings/settings.h"

namespace mcd {

// A store for `settings`, which it copies, in the protocol they name. Connects to a server when the
// first key that lives on it comes up, and anew when a connection broke; a failure of one server
// never affects the results of another. Fails as Topology::make() does. The caller owns the store;
// destroying it closes its connections. One thread at a time: make one for each thread.
// It waits for its servers by `wait`. What it learns of a server's health it shares with the others
// that are given the same `health`.
Result<std::unique_ptr<Store>> make_client(const Settings& settings,
                                           const Wait& wait = wait_for_sockets,
                                           const ClusterHealth& health = {});

}  // namespace mcd
