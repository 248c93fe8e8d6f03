#include "core/cluster/placement.h"

#include <utility>

namespace mcd {

Placement::Placement(Topology topology, std::string prefix)
    : topology_(std::move(topology)),
      prefix_(std::move(prefix)),
      places_(first_places(topology_.servers())) {}

std::optional<std::size_t> Placement::owner_of(std::string_view wire_key) const {
  if (!wire_key.starts_with(prefix_)) return std::nullopt;
  return topology_.index_of(wire_key.substr(prefix_.size()));
}

bool Placement::is_misplaced(std::size_t server, std::string_view wire_key) const {
  return is_misplaced(server, owner_of(wire_key));
}

bool Placement::is_misplaced(std::size_t server, std::optional<std::size_t> owner) const {
  return owner && places_[*owner] != places_[server];
}

}  // namespace mcd
