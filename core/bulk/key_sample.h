// A small sample of the keys of a server, by which two lists of one server are told.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/hash64.h"

namespace mcd {

// Remembers the keys with the smallest hashes, which are the same ones in whatever order they come.
// Not thread-safe.
class KeySample {
 public:
  void add(std::string_view key) {
    const std::uint64_t hash = hash64(key);
    if (hashes_.size() == most && hash >= hashes_.back()) return;
    const auto place = std::ranges::lower_bound(hashes_, hash);
    if (place != hashes_.end() && *place == hash) return;
    hashes_.insert(place, hash);
    if (hashes_.size() > most) hashes_.pop_back();
  }

  // Whether at least half of the keys are in both, as where a server is listed twice while items
  // come and go; servers of one cluster share a few that were left behind.
  bool is_like(const KeySample& other) const {
    std::size_t shared = 0;
    for (const std::uint64_t hash : hashes_) {
      shared += std::ranges::binary_search(other.hashes_, hash) ? 1 : 0;
    }
    return shared > 0 && shared * 2 >= std::min(hashes_.size(), other.hashes_.size());
  }

 private:
  static constexpr std::size_t most = 64;
  std::vector<std::uint64_t> hashes_{};  // ascending
};

}  // namespace mcd
