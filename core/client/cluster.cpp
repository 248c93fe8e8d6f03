#include "core/client/cluster.h"

#include <utility>

#include "core/client/client.h"

namespace mcd {

Cluster::Cluster(EffectiveSettings written, ServerHealth::Observer observer)
    : servers_(std::move(written)),
      observer_(std::move(observer)),
      health_(make_health(servers_.written().settings.servers, observer_)),
      is_health_of_names_(servers_.known() == nullptr) {}

Status Cluster::resolve() {
  const auto resolved = servers_.resolve();
  ClusterHealth names;
  {
    const std::lock_guard lock(mutex_);
    if (!is_health_of_names_) return Ok{};
    names = health_;
    if (resolved) {
      health_ = make_health((*resolved)->settings.servers, observer_);
      is_health_of_names_ = false;
    }
  }
  Status status = resolved ? Status(Ok{}) : resolved.error();
  note(names, status);
  return status;
}

void Cluster::note(const ClusterHealth& names, const Status& resolved) {
  for (const auto& name : names) {
    if (resolved) {
      name->note_success();
    } else if (name->status().address == resolved.error().where) {
      name->note_failure(resolved.error());
    }
  }
}

ClusterHealth Cluster::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

Result<std::unique_ptr<Store>> Cluster::make_store() {
  if (Status resolved = resolve(); !resolved) return std::move(resolved.error());
  return make_client(known()->settings, wait_for_sockets, health());
}

}  // namespace mcd
