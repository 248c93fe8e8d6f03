#include "core/c_api/pool.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/core_values.h"

namespace mcd {
namespace {

using namespace std::chrono_literals;

StorePool pool_of(std::chrono::seconds keep_idle) {
  return StorePool(test::effective_settings_for({"127.0.0.1:1"}), {}, keep_idle);
}

TEST(StorePool, LendsTheStoreThatWasGivenBackLast) {
  StorePool pool = pool_of(60s);
  std::unique_ptr<Store> first = std::move(*pool.borrow());
  std::unique_ptr<Store> second = std::move(*pool.borrow());
  const Store* const last = second.get();
  pool.give_back(std::move(first));
  pool.give_back(std::move(second));
  EXPECT_EQ(pool.idle(), 2U);
  EXPECT_EQ(pool.borrow()->get(), last);
}

TEST(StorePool, ClosesWhatNobodyNeedsAnyMore) {
  StorePool pool = pool_of(60s);
  std::unique_ptr<Store> first = std::move(*pool.borrow());
  std::unique_ptr<Store> second = std::move(*pool.borrow());
  const StorePool::Clock::time_point start{1h};
  pool.give_back(std::move(first), start);
  pool.give_back(std::move(second), start + 59s);
  EXPECT_EQ(pool.idle(), 2U);
  std::unique_ptr<Store> third = std::move(*pool.borrow());
  pool.give_back(std::move(third), start + 60s);
  EXPECT_EQ(pool.idle(), 1U);
}

}  // namespace
}  // namespace mcd
