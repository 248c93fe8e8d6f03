#include "core/client/cluster.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/core_values.h"

namespace mcd {
namespace {

// Nobody asks a name service for a name with an empty part.
TEST(Cluster, LooksUpNamesAgainUntilTheyAreKnown) {
  std::vector<std::string> news;
  Cluster cluster(
      test::effective_settings_for({"127.0.0.1:1", "no..such:2"}, {{"addresses", "all"}}),
      [&](const ServerStatus& status) { news.push_back(status.address); });
  for (int time = 0; time < 2; ++time) {
    const Result<std::unique_ptr<Store>> store = cluster.make_store();
    ASSERT_FALSE(store);
    EXPECT_EQ(store.code(), Code::host_lookup_failure);
    EXPECT_EQ(store.error().where, "no..such:2");
  }
  EXPECT_EQ(news, std::vector<std::string>{"no..such:2"});
  ASSERT_EQ(cluster.health().size(), 2U);
  EXPECT_TRUE(cluster.health()[0]->status().is_up);
  EXPECT_FALSE(cluster.health()[1]->status().is_up);
  EXPECT_EQ(cluster.known(), nullptr);
  EXPECT_EQ(cluster.known_or_written()->settings.servers.size(), 2U);
}

TEST(Cluster, HasAServerForEachAddressOfAName) {
  Cluster cluster(test::effective_settings_for({"localhost:1"}, {{"addresses", "all"}}));
  ASSERT_TRUE(cluster.make_store());
  ASSERT_GE(cluster.health().size(), 1U);
  EXPECT_NE(cluster.health()[0]->status().address, "localhost:1");
  EXPECT_EQ(cluster.health().size(), cluster.known_or_written()->settings.servers.size());
}

TEST(Cluster, SharesTheHealthOfItsServersAmongItsStores) {
  Cluster cluster(test::effective_settings_for({"127.0.0.1:1"}));
  const Key key = test::key_of("key");
  for (int time = 0; time < 2; ++time) {
    const auto store = cluster.make_store();
    ASSERT_TRUE(store);
    EXPECT_EQ((*store)->get(key).code(), Code::connection_failure);
  }
  EXPECT_EQ(cluster.health()[0]->status().failures_in_a_row, 2U);
}

}  // namespace
}  // namespace mcd
