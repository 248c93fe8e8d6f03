// What something costly printed, kept for others.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/result.h"
#include "core/items/item.h"
#include "core/items/key.h"
#include "core/items/store.h"
#include "core/items/ttl.h"

namespace mcd {

// How long an output is kept: `fresh` as it is, and then `stale` for those who would have to wait
// for a new one.
struct CacheLife {
  Ttl fresh;
  Ttl stale;  // 0 for none
};

struct CachedOutput {
  Item item;  // the output, byte for byte; the exit status in its flags
  bool is_fresh = true;
};

// The output is the item under the key, for any client to read. That it is fresh, a second item
// says. One thread at a time; calls fail as those of the store do.
class Cache {
 public:
  // `store` must outlive it. Neither time may be so long that the sum has no date
  // (core/items/ttl.h).
  Cache(Store& store, Key key, CacheLife life);

  Result<CachedOutput> get();  // not_found
  Status put(std::string_view output, std::uint32_t status);

  // The key of the lock for whoever makes the output.
  const Key& lock_key() const { return lock_key_; }

 private:
  Store& store_;
  Key key_;
  Key fresh_key_;
  Key lock_key_;
  CacheLife life_;
};

// A key that belongs to another one: its text with `suffix`, or a hash of the text where that is
// too long for a key.
Key companion_of(const Key& key, std::string_view suffix);

}  // namespace mcd
