// The item store over a cluster of real servers.
#pragma once

#include <memory>

#include "core/config.h"
#include "core/result.h"
#include "core/store.h"

namespace mcd {

// A store for `settings`, in the protocol they name. Connects to a server when the first key that
// lives on it comes up; a failure of one server never colours what is said of another. Fails as
// Topology::make() does. One thread at a time: make one for each thread.
Result<std::unique_ptr<Store>> make_client(const Settings& settings);

}  // namespace mcd
