#include "core/client.h"

#include "core/client_ascii.h"
#include "core/client_binary.h"
#include "core/topology.h"

namespace mcd {

Result<std::unique_ptr<Store>> make_client(const Settings& settings) {
  Result<Topology> topology =
      Topology::make(settings.servers, settings.hash, settings.distribution);
  if (!topology) return std::move(topology.error());
  if (settings.protocol == Protocol::binary) {
    return std::unique_ptr<Store>(std::make_unique<BinaryClient>(settings, std::move(*topology)));
  }
  return std::unique_ptr<Store>(std::make_unique<AsciiClient>(settings, std::move(*topology)));
}

}  // namespace mcd
