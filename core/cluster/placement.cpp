#include "core/cluster/placement.h"

namespace mcd {

bool Placement::is_misplaced(std::size_t server, std::string_view wire_key) const {
  if (!wire_key.starts_with(prefix_)) return false;
  return topology_.index_of(wire_key.substr(prefix_.size())) != server;
}

}  // namespace mcd
