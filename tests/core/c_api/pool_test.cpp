#include "core/c_api/pool.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

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

// Nobody asks a name service for a name with an empty part.
TEST(StorePool, LooksUpNamesAgainUntilTheyAreKnown) {
  std::vector<std::string> news;
  StorePool pool(
      test::effective_settings_for({"127.0.0.1:1", "no..such:2"}, {{"addresses", "all"}}),
      [&](const ServerStatus& status) { news.push_back(status.address); });
  for (int time = 0; time < 2; ++time) {
    const Result<std::unique_ptr<Store>> store = pool.borrow();
    ASSERT_FALSE(store);
    EXPECT_EQ(store.code(), Code::host_lookup_failure);
    EXPECT_EQ(store.error().where, "no..such:2");
  }
  EXPECT_EQ(news, std::vector<std::string>{"no..such:2"});
  ASSERT_EQ(pool.health().size(), 2U);
  EXPECT_TRUE(pool.health()[0]->status().is_up);
  EXPECT_FALSE(pool.health()[1]->status().is_up);
  EXPECT_EQ(pool.effective_settings()->settings.servers.size(), 2U);
}

TEST(StorePool, HasAServerForEachAddressOfAName) {
  StorePool pool(test::effective_settings_for({"localhost:1"}, {{"addresses", "all"}}));
  ASSERT_TRUE(pool.borrow());
  ASSERT_GE(pool.health().size(), 1U);
  EXPECT_NE(pool.health()[0]->status().address, "localhost:1");
  EXPECT_EQ(pool.health().size(), pool.effective_settings()->settings.servers.size());
}

}  // namespace
}  // namespace mcd
