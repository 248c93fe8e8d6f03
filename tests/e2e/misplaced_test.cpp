// Items on servers that their keys do not belong to: what keys, dump and purge make of them.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/e2e/mcdctl.h"

namespace mcd::test {
namespace {

using Lines = std::vector<std::string>;

const Arguments app = {"--prefix", "app:"};

TEST(MisplacedItems, AreMarkedListedLeftOutAndDeleted) {
  // Each key is on both servers: where it belongs, and left over from another order of the servers.
  Cluster cluster({"ascii", 2});
  for (int number = 0; number < 20; ++number) {
    const std::string key = "key" + std::to_string(number);
    for (std::size_t index = 0; index < 2; ++index) {
      const bool is_there = &cluster.server_of(key) == &cluster.server(index);
      if (is_there || number < 5) cluster.server(index).set("app:" + key, is_there ? "new" : "old");
    }
  }
  const Lines stale = {"key0", "key1", "key2", "key3", "key4"};
  EXPECT_EQ(sorted_lines_of(cluster.run(app + Arguments{"keys", "--misplaced"}).out), stale);
  const RunResult all = cluster.run(app + Arguments{"keys", "-l"});
  EXPECT_EQ(all.err, "");
  EXPECT_EQ(std::ranges::count_if(
                lines_of(all.out),
                [](const std::string& line) { return holds(line, " (misplaced)\tkey"); }),
            5);
  EXPECT_EQ(
      jq(cluster.run(app + Arguments{"--json", "keys", "-l"}).out, "select(.misplaced) | .key[:3]"),
      "key\nkey\nkey\nkey\nkey\n");

  const RunResult dump = cluster.run(app + Arguments{"dump"});
  EXPECT_EQ(dump.status, 0);
  EXPECT_EQ(dump.err, "mcdctl: 5 misplaced items were left out; see 'mcdctl keys --misplaced'\n");
  EXPECT_EQ(jq(dump.out, "select(.end) | [.items, .misplaced, .complete]"), "[20,5,true]\n");
  EXPECT_FALSE(holds(dump.out, "\"old\""));

  EXPECT_EQ(sorted_lines_of(
                cluster.run(app + Arguments{"purge", "--dry-run", "--misplaced", "key[0-2]"}).out),
            Lines(stale.begin(), stale.begin() + 3));
  EXPECT_TRUE(
      prints(cluster.run(app + Arguments{"purge", "--yes", "--misplaced", "*"}), "5 deleted\n"));
  EXPECT_EQ(lines_of(cluster.run(app + Arguments{"keys"}).out).size(), 20U);
  EXPECT_EQ(cluster.run(app + Arguments{"get", "key0"}).out, "new");
}

TEST(MisplacedItems, ThatAreMostMeanThatTheSettingsAreWrong) {
  Cluster cluster({"ascii", 2});
  for (int number = 0; number < 20; ++number) {
    const std::string key = "key" + std::to_string(number);
    cluster.server_of(key).set("app:" + key, "x");
  }
  const std::vector<std::string> servers = cluster.addresses();
  const Arguments reversed = {"-s", servers[1], "-s", servers[0], "--prefix", "app:"};
  const RunResult keys = mcdctl(reversed + Arguments{"keys"});
  EXPECT_EQ(keys.status, 0);
  EXPECT_EQ(lines_of(keys.out).size(), 20U);
  EXPECT_TRUE(holds(keys.err, "20 of 20 items are on a server that the key does not belong to"))
      << keys.err;
  const RunResult dump = mcdctl(reversed + Arguments{"dump"});
  EXPECT_EQ(dump.status, 19);
  EXPECT_TRUE(holds(dump.err, "20 of 20 items")) << dump.err;
  EXPECT_EQ(jq(dump.out, "select(.end) | [.items, .misplaced, .complete]"), "[0,20,false]\n");
  // Another client's items are not ours to judge.
  EXPECT_EQ(mcdctl(Arguments{"-s", servers[1], "-s", servers[0], "--prefix", "other:", "keys",
                             "--all-prefixes"})
                .err,
            "");
  const RunResult asked = at_terminal(reversed + Arguments{"purge", "--misplaced", "*"}, "n\n");
  EXPECT_TRUE(holds(asked.out, "Delete 20 misplaced items under")) << asked.out;
  EXPECT_TRUE(holds(asked.out, "20 of 20 items")) << asked.out;
}

}  // namespace
}  // namespace mcd::test
