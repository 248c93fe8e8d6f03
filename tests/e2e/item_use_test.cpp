// Which commands count as a use of an item, by which memcached decides what to evict.

#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

TEST(AUseOfAnItem, IsWhatHelpSays) {
  const struct {
    Arguments command;
    bool is_use;
  } rows[] = {{{"get", "key"}, true},           {{"exists", "key"}, true},
              {{"touch", "key", "-t1h"}, true}, {{"ttl", "key"}, false},
              {{"keys", "-l", "key"}, false},   {{"dump", "key"}, false}};
  for (const std::string protocol : {"ascii", "binary"}) {
    Cluster cluster({protocol, 1});
    for (const auto& row : rows) {
      cluster.server().set("key", "x");
      const std::string before = cluster.server().command("me key\r\n");
      if (!holds(before, "fetch=")) GTEST_SKIP() << "this memcached does not tell";
      EXPECT_TRUE(holds(before, " fetch=no ")) << before;
      EXPECT_EQ(cluster.run(row.command).status, 0);
      const std::string after = cluster.server().command("me key\r\n");
      EXPECT_TRUE(holds(after, row.is_use ? " fetch=yes " : " fetch=no "))
          << row.command[0] << ": " << after;
    }
    const std::string hits = cluster.server().stats()["get_hits"];
    EXPECT_EQ(cluster.run({"dump"}).status, 0);
    EXPECT_EQ(cluster.server().stats()["get_hits"], std::to_string(std::stoul(hits) + 1));
  }
}

}  // namespace
}  // namespace mcd::test
