#include "core/c_api/pool.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mcd {

StorePool::StorePool(EffectiveSettings settings, ServerHealth::Observer observer,
                     Clock::duration keep_idle)
    : servers_(std::move(settings)),
      observer_(std::move(observer)),
      keep_idle_(keep_idle),
      health_(make_health(servers_.written().settings.servers, observer_)),
      is_health_of_names_(servers_.known() == nullptr) {}

Result<std::unique_ptr<Store>> StorePool::borrow() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Store> store = std::move(idle_.back().store);
      idle_.pop_back();
      return store;
    }
  }
  return make_store();
}

Result<std::unique_ptr<Store>> StorePool::make_store() {
  const auto resolved = servers_.resolve();
  ClusterHealth health;
  ClusterHealth names;
  {
    const std::lock_guard lock(mutex_);
    if (is_health_of_names_) names = health_;
    if (resolved && is_health_of_names_) {
      health_ = make_health((*resolved)->settings.servers, observer_);
      is_health_of_names_ = false;
    }
    health = health_;
  }
  note(names, resolved ? Status(Ok{}) : resolved.error());
  if (!resolved) return resolved.error();
  return make_client((*resolved)->settings, wait_for_sockets, health);
}

void StorePool::note(const ClusterHealth& names, const Status& resolved) {
  for (const auto& name : names) {
    if (resolved) {
      name->note_success();
    } else if (name->status().address == resolved.error().where) {
      name->note_failure(resolved.error());
    }
  }
}

ClusterHealth StorePool::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

void StorePool::give_back(std::unique_ptr<Store> store, Clock::time_point now) {
  std::vector<Idle> old;  // closed without the lock
  const std::lock_guard lock(mutex_);
  const auto fresh =
      std::ranges::find_if(idle_, [&](const Idle& idle) { return now - idle.since < keep_idle_; });
  old.assign(std::move_iterator(idle_.begin()), std::move_iterator(fresh));
  idle_.erase(idle_.begin(), fresh);
  idle_.push_back({std::move(store), now});
}

std::size_t StorePool::idle() const {
  const std::lock_guard lock(mutex_);
  return idle_.size();
}

}  // namespace mcd
