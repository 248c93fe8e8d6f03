#include "core/cluster/placement.h"

#include <utility>

namespace mcd {

Placement::Placement(Topology topology, std::string prefix)
    : topology_(std::move(topology)),
      prefix_(std::move(prefix)),
      places_(first_places(topology_.servers())) {}

bool Placement::is_misplaced(std::size_t server, std::string_view wire_key) const {
  if (!wire_key.starts_with(prefix_)) return false;
  return places_[topology_.index_of(wire_key.substr(prefix_.size()))] != places_[server];
}

}  // namespace mcd
