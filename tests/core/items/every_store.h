// A store of each kind: in memory, and the clients of both protocols with a real memcached.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "core/items/store.h"
#include "tests/support/core_values.h"
#include "tests/support/memcached_server.h"
#include "tests/support/memory_store.h"
#include "tests/support/random_bytes.h"

namespace mcd {

using test::key_of;
using test::MemoryStore;
using test::set_of;

constexpr StoreMode all_modes[] = {StoreMode::set, StoreMode::add, StoreMode::replace,
                                   StoreMode::append, StoreMode::prepend};

class EveryStore : public testing::TestWithParam<std::string> {
 protected:
  // The store under test; with a limit on values before its first use.
  Store& store(std::size_t value_limit = 0) {
    if (store_) return *store_;
    if (GetParam() == "memory") {
      auto made = std::make_unique<MemoryStore>(value_limit);
      memory_ = made.get();
      store_ = std::move(made);
      return *store_;
    }
    store_ = test::client_for({test::shared_server().address()},
                              {{"protocol", GetParam()},
                               {"timeout", "20s"},
                               {"limits.value", std::to_string(value_limit)}});
    return *store_;
  }

  // Lets a little time go by, of whatever clock the store has.
  void wait_a_little() {
    if (memory_ != nullptr) {
      memory_->set_now(memory_->now() + 1);
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }

  Code set(const Key& key, std::string_view value) {
    return store().store(key, set_of(value)).code();
  }

  // The value, or "(MISS)", or what else failed.
  std::string get(const Key& key) {
    const Result<Item> item = store().get(key);
    if (item) return item->value;
    return item.code() == Code::not_found ? "(MISS)" : describe(item.error());
  }

  const Key key_ = key_of("key");

 private:
  std::unique_ptr<Store> store_;
  MemoryStore* memory_ = nullptr;
};

}  // namespace mcd
