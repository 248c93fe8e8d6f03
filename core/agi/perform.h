// What requests do to the cluster.
#pragma once

#include <optional>
#include <string>

#include "core/agi/request.h"
#include "core/items/store.h"
#include "core/settings/settings.h"

namespace mcd::agi {

// Does what the request says. `ttl` is the channel's MCDTTL, read by read_ttl_variable(). Items get
// it, or else the settings' ttl; counters get it, or else never expire; a limit has a time of its
// own. Blocks as the store does.
Outcome perform(const Request& request, Store& store, const Settings& settings,
                const std::optional<std::string>& ttl);

}  // namespace mcd::agi
