// Names that stand for several servers, as a name service gives them to the pods or containers of a
// cluster.
#pragma once

#include <memory>
#include <mutex>

#include "core/base/result.h"
#include "core/client/recent_timeout.h"
#include "core/settings/settings.h"

namespace mcd {

// Where the settings ask for it (addresses = "all"), puts in place of each server that is named one
// for each address of the name, with the same port and weight: the IPv4 addresses, or where there
// are none those of IPv6, since a machine that has both is one server. They come in ascending
// order, so that every client that does the same maps the same keys to the same servers, whatever
// order the name service answers in. Does nothing to other settings.
//
// Blocks for the configured timeout at most, for all names together. Fails as resolve() does, with
// the server in Error::where, and then changes nothing. Thread-safe for different settings.
Status expand_names(EffectiveSettings& effective);

// Settings whose names are looked up, as by expand_names(), when the servers are needed first, and
// again until that succeeds; from then on the servers are the same for everyone. So what runs long
// can start before its name service does. Thread-safe.
class NamedServers {
 public:
  explicit NamedServers(EffectiveSettings written);

  // With the names.
  const EffectiveSettings& written() const { return *written_; }
  // With the servers in place of the names. Fails as expand_names() does; within a second of a
  // look-up that timed out, at once.
  Result<std::shared_ptr<const EffectiveSettings>> resolve();
  // The same if it is known without a look-up, else null.
  std::shared_ptr<const EffectiveSettings> known() const;
  // What is known of them, and where that is nothing, with the names.
  std::shared_ptr<const EffectiveSettings> known_or_written() const;

 private:
  const std::shared_ptr<const EffectiveSettings> written_;
  mutable std::mutex mutex_{};
  std::shared_ptr<const EffectiveSettings> known_{};
  RecentTimeout timeout_{};
};

}  // namespace mcd
