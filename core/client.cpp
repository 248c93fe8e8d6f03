#include "core/client.h"

#include "core/client_ascii.h"
#include "core/client_binary.h"
#include "core/libmemcached.h"
#include "core/topology.h"

namespace mcd {

Result<std::unique_ptr<Store>> make_client(const Settings& settings) {
  Result<Topology> topology =
      Topology::make(settings.servers, settings.hash, settings.distribution);
  if (!topology) return std::move(topology.error());
  if (settings.protocol == Protocol::binary) {
    const Result<const Libmemcached*> library = load_libmemcached();
    if (!library) return library.error();
    return std::unique_ptr<Store>(
        std::make_unique<BinaryClient>(settings, std::move(*topology), **library));
  }
  return std::unique_ptr<Store>(std::make_unique<AsciiClient>(settings, std::move(*topology)));
}

}  // namespace mcd
