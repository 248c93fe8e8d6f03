#include "core/c_api/pool.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mcd {

StorePool::StorePool(EffectiveSettings settings, ServerHealth::Observer observer,
                     Clock::duration keep_idle)
    : cluster_(std::move(settings), std::move(observer)), keep_idle_(keep_idle) {}

Result<std::unique_ptr<Store>> StorePool::borrow() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Store> store = std::move(idle_.back().store);
      idle_.pop_back();
      return store;
    }
  }
  return cluster_.make_store();
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
