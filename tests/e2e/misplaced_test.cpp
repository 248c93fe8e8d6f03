// Items on servers that their keys do not belong to: what keys, dump and purge make of them.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/e2e/mcdctl.h"
#include "tests/support/memcached_server.h"
#include "tests/support/temp_dir.h"

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
  const RunResult some = cluster.run(app + Arguments{"keys", "key?"});
  EXPECT_EQ(lines_of(some.out).size(), 15U);
  EXPECT_TRUE(holds(some.err, "note: 5 of 15 keys are misplaced, and not found")) << some.err;
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
  EXPECT_EQ(dump.err, "mcdctl: warning: 5 misplaced items were left out; --misplaced dumps them\n");
  EXPECT_EQ(jq(dump.out, "select(.end) | [.items, .misplaced, .complete]"), "[20,5,true]\n");
  EXPECT_FALSE(holds(dump.out, "\"old\""));
  const RunResult left = cluster.run(app + Arguments{"dump", "--misplaced"});
  EXPECT_EQ(left.status, 0);
  EXPECT_EQ(left.err, "");
  EXPECT_EQ(jq(left.out, "select(.end) | [.items, .misplaced, .complete]"), "[5,0,true]\n");
  EXPECT_EQ(jq(left.out, "select(.key) | .value"), "old\nold\nold\nold\nold\n");

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
  EXPECT_TRUE(holds(keys.err, "20 of 20 items are on the wrong server")) << keys.err;
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
  const RunResult purge = mcdctl(reversed + Arguments{"purge", "--misplaced", "--yes", "*"});
  EXPECT_TRUE(fails(purge, 38));
  EXPECT_TRUE(holds(purge.err, "use --even-if-most")) << purge.err;
  EXPECT_TRUE(holds(purge.err, "nothing was deleted")) << purge.err;
  EXPECT_EQ(lines_of(cluster.run({"keys"}).out).size(), 20U);
}

TEST(MisplacedItems, ThatAreMostAfterAChangeOfServersCanBePurgedByAScript) {
  Cluster cluster({"ascii", 2});
  for (int number = 0; number < 20; ++number) {
    const std::string key = "key" + std::to_string(number);
    cluster.server_of(key).set(key, "x");
  }
  const std::vector<std::string> servers = cluster.addresses();
  const Arguments reversed = {"-s", servers[1], "-s", servers[0]};
  EXPECT_TRUE(fails(mcdctl(reversed + Arguments{"purge", "--even-if-most", "--yes", "*"}), 127));
  const Arguments purge = {"purge", "--misplaced", "--even-if-most", "*"};
  EXPECT_TRUE(fails(mcdctl(reversed + purge), 127));
  EXPECT_TRUE(prints(mcdctl(reversed + purge + Arguments{"--yes"}), "20 deleted\n"));
}

// What is on the wrong server may be another client's, and is no loss to a dump that leaves nothing
// out.
TEST(MisplacedItems, OutsideOfTheGlobLeaveADumpComplete) {
  Cluster cluster({"ascii", 2});
  for (int number = 0; number < 20; ++number) {
    const std::string key = "junk/" + std::to_string(number);
    const std::size_t owner = &cluster.server_of(key) == &cluster.server(0) ? 0 : 1;
    cluster.server(1 - owner).set(key, "x");
  }
  cluster.server_of("good/1").set("good/1", "x");
  const RunResult dump = cluster.run({"dump", "good/*"});
  EXPECT_EQ(dump.status, 0);
  EXPECT_TRUE(holds(dump.err, "20 of 21 items are on the wrong server")) << dump.err;
  EXPECT_EQ(jq(dump.out, "select(.end) | [.items, .misplaced, .complete]"), "[1,0,true]\n");
  EXPECT_EQ(cluster.run({"dump"}).status, 19);
}

TEST(MisplacedItems, ThatAGlobChoosesSayNothingOfTheSettings) {
  Cluster cluster({"ascii", 2});
  for (int number = 0; number < 20; ++number) {
    const std::string key = "key" + std::to_string(number);
    cluster.server_of(key).set(key, "x");
  }
  const std::size_t owner = &cluster.server_of("left") == &cluster.server(0) ? 0 : 1;
  cluster.server(1 - owner).set("left", "over");
  const std::string words = cluster.run({"keys", "le*"}).err;
  EXPECT_TRUE(holds(words, "note: 1 of 1 key is misplaced")) << words;
  EXPECT_FALSE(holds(words, "check the order of the servers")) << words;
  const RunResult dump = cluster.run({"dump", "le*"});
  EXPECT_EQ(dump.status, 0) << dump.err;
  EXPECT_EQ(jq(dump.out, "select(.end) | [.items, .misplaced, .complete]"), "[0,1,true]\n");
}

TEST(AServer, ThatIsListedTwiceHasNoMisplacedItems) {
  std::deque<MemcachedServer> servers(2);
  const Arguments options = {"-s", servers[0].address(), "-s", servers[0].address(),
                             "-s", servers[1].address()};
  std::string lines;
  for (int number = 0; number < 100; ++number) lines += "key" + std::to_string(number) + "\tx\n";
  ASSERT_EQ(
      mcdctl(options + Arguments{"import", "--format", "tsv", "-"}, {.stdin_bytes = lines}).status,
      0);
  EXPECT_TRUE(prints(mcdctl(options + Arguments{"keys", "--count"}), "100\n"));
  EXPECT_TRUE(
      prints(mcdctl(options + Arguments{"purge", "--misplaced", "--yes", "*"}), "0 deleted\n"));
  EXPECT_EQ(jq(mcdctl(options + Arguments{"dump"}).out, "select(.end) | [.items, .misplaced]"),
            "[100,0]\n");
}

TEST(AServer, WithTwoAddressesIsFoundOutBeforeItsItemsAreTakenForMisplaced) {
  MemcachedServer server;
  const TempDir directory;
  const std::string alias = directory.file("alias.sock");
  std::filesystem::create_symlink(server.address(), alias);
  const Arguments options = {"-s", server.address(), "-s", alias};
  for (int number = 0; number < 20; ++number) server.set("key" + std::to_string(number), "x");
  const RunResult purge = mcdctl(options + Arguments{"purge", "--misplaced", "--yes", "*"});
  EXPECT_TRUE(fails(purge, 38));
  EXPECT_TRUE(holds(purge.err, "seem to be the same one")) << purge.err;
  EXPECT_TRUE(fails(
      mcdctl(options + Arguments{"purge", "--misplaced", "--even-if-most", "--yes", "*"}), 38));
  EXPECT_EQ(server.stats()["curr_items"], "20");
  const RunResult count = mcdctl(options + Arguments{"keys", "--count"});
  EXPECT_EQ(count.status, 19) << "each is counted twice";
  EXPECT_TRUE(holds(count.err, "seem to be the same one")) << count.err;
}

}  // namespace
}  // namespace mcd::test
