// Names that stand for several servers, as a name service gives them to the pods or containers of a
// cluster.
#pragma once

#include "core/base/result.h"
#include "core/settings/settings.h"

namespace mcd {

// Where the settings ask for it (addresses = "all"), puts in place of each server that is named one
// for each address of the name, with the same port and weight: the IPv4 addresses, or where there
// are none those of IPv6, since a machine that has both is one server. They come in ascending
// order, so that every client that does the same maps the same keys to the same servers, whatever
// order the name service answers in. Does nothing to other settings.
//
// Blocks for the configured timeout at most, for all names together. Fails as resolve() does.
// Thread-safe for different settings.
Status expand_names(EffectiveSettings& effective);

}  // namespace mcd
