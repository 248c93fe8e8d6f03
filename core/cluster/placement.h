// Whether items are where their keys belong.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cluster/topology.h"

namespace mcd {

// An item on a server that does not own its key is misplaced: no client with these settings finds
// it there. It was written while the list of servers was another one, or by a client with another
// hash. One thread at a time.
class Placement {
 public:
  // `prefix` is what these clients put before every key. It is not a part of the hash.
  Placement(Topology topology, std::string prefix);

  // The place of the server that the key belongs to. An item without the prefix is another
  // client's, and where that looks for it can't be told: nothing.
  std::optional<std::size_t> owner_of(std::string_view wire_key) const;
  // `server` is the place of the one that has the item. False where there is no owner.
  bool is_misplaced(std::size_t server, std::string_view wire_key) const;
  // The same of an owner that is known already.
  bool is_misplaced(std::size_t server, std::optional<std::size_t> owner) const;

 private:
  Topology topology_;
  std::string prefix_;
  std::vector<std::size_t> places_;  // of each server, that of the first one with its address
};

}  // namespace mcd
